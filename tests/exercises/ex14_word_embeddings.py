"""Checks of exercise 14."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import adam_at_the_rate
from whitepaper.checking.shared.training import fit_follows_the_preset

ROWS = np.array([[3, 7, 2, 9, 4], [0, 5, 8, 6, 1]])


@check(blank=1, step="load")
def a_window_for_every_word(student):
    """A row for each word, itself in the middle, zeros beyond the ends of the text."""
    for numbers, radius in ((np.array([5, 6, 7, 8]), 2), (np.array([4, 9]), 3)):
        padded = np.concatenate([np.zeros(radius, int), numbers, np.zeros(radius, int)])
        right = np.array([padded[i : i + 2 * radius + 1] for i in range(len(numbers))])
        found = np.asarray(student.call("windows", numbers, radius, step="load"))
        if found.shape == right.shape and arrays_close(found, right, 0):
            continue
        if found.ndim != 2 or found.shape[1] != 2 * radius + 1:
            raise Wrong(
                "wrong-width",
                f"rows of {2 * radius + 1} numbers",
                f"shape {found.shape}",
                "radius + 1 + radius.",
                "1. Load",
            )
        if len(found) != len(numbers):
            cause = (
                "Without zeros at both ends the first and last words have no window."
                if len(found) < len(numbers)
                else ""
            )
            raise Wrong(
                "words-lost", f"{len(numbers)} rows for {len(numbers)} words", f"{len(found)}", cause, "1. Load"
            )
        if arrays_close(found[:, radius], numbers, 0):
            cause = "np.pad(numbers, radius) fills with zeros; mode='wrap' or 'edge' with words."
            raise Wrong(
                "ends-filled-with-words", f"{right[0].tolist()} first", f"{found[0].tolist()}", cause, "1. Load"
            )
        raise Wrong("center-not-in-the-middle", f"{right[0].tolist()} first", f"{found[0].tolist()}", "", "1. Load")


def _scores(student, given, candidates) -> np.ndarray:
    inputs = {"given": np.array(given, dtype="int32"), "candidates": np.array(candidates, dtype="int32")}
    return np.asarray(student.predict(inputs, fitted=True), dtype=float)


@check(blank=2, step="define")
def mean_of_the_words_that_are_there(student):
    """The score is the dot product of a candidate with the mean over the given words, gaps left out."""
    shape = student.model().output_shape
    if shape is None or len(shape) != 2:
        raise Wrong("wrong-shape", "a score for each candidate, (batch, candidates)", f"{shape}", "", "2. Define")
    a, b = _scores(student, [[3]], [[5, 6, 7]]), _scores(student, [[4]], [[5, 6, 7]])
    if a.shape != (1, 3):
        raise Wrong(
            "wrong-shape",
            "a score for each candidate, (1, 3)",
            f"{a.shape}",
            'einsum("bcs,bs->bc", contexts, mean).',
            "2. Define",
        )
    if np.ptp(a) < 1e-9:
        raise Wrong(
            "same-score",
            "scores that differ between candidates",
            f"{a[0]}",
            "One dot product for each candidate.",
            "2. Define",
        )
    both = _scores(student, [[3, 4]], [[5, 6, 7]])
    if arrays_close(both, a + b, 1e-4):
        raise Wrong("sum-for-mean", f"the mean of two scores, {((a + b) / 2)[0].round(4)}", f"their sum, {both[0].round(4)}",
                    "Divide by how many words are there.", "2. Define")  # fmt: skip
    if not arrays_close(both, (a + b) / 2, 1e-4):
        raise Wrong(
            "not-the-mean",
            f"{((a + b) / 2)[0].round(4)}",
            f"{both[0].round(4)}",
            "A plain mean of vectors, no activation.",
            "2. Define",
        )
    gaps = _scores(student, [[3, 0, 0, 4]], [[5, 6, 7]])
    if not arrays_close(gaps, both, 1e-4):
        raise Wrong("gaps-averaged", f"{both[0].round(4)}, gaps or not", f"{gaps[0].round(4)} with two gaps",
                    "Number 0 is no word: it must not take part.", "Common mistakes")  # fmt: skip
    two = _scores(student, [[3], [4]], [[5, 6, 7], [5, 6, 7]])
    if not arrays_close(two, np.concatenate([a, b]), 1e-4):
        raise Wrong("rows-mixed", "each row by itself", "rows that depend on each other", "", "2. Define")


@check(blank=2, step="define")
def nothing_but_two_tables(student):
    """The model's parameters are the two tables of vectors."""
    model, right = student.model(size=16), student.course.model(size=16)
    if model.parameters != right.parameters:
        raise Wrong(
            "more-parameters",
            f"{right.parameters}: two tables",
            f"{model.parameters}",
            "A dot product learns nothing itself.",
            "2. Define",
        )


@check(blank=3, step="compile")
def cross_entropy_of_scores(student):
    """The loss takes scores before the sigmoid; the optimizer is Adam at the rate of hp."""
    y, scores = np.array([[1.0, 0.0, 0.0]], dtype="float32"), np.array([[2.0, -1.0, 0.5]], dtype="float32")
    right = float(np.mean(np.log1p(np.exp(scores)) - y * scores))
    loss = student.loss(y, scores)
    if "error" in loss:
        raise Wrong("wrong-loss", "binary cross-entropy", loss.error, "", "3. Compile")
    if abs(loss.value - right) > 1e-3:
        clipped = np.clip(scores, 1e-7, 1 - 1e-7)
        without = float(np.mean(-(y * np.log(clipped) + (1 - y) * np.log(1 - clipped))))
        if abs(loss.value - without) < 0.05 * without:
            raise Wrong(
                "scores-taken-for-probabilities", f"{right:.4f}", f"{loss.value:.4f}", "from_logits=True.", "3. Compile"
            )
        raise Wrong(
            "wrong-loss",
            f"binary cross-entropy {right:.4f}",
            f"{loss.value:.4f} from {student.compiled().loss}",
            "",
            "3. Compile",
        )
    adam_at_the_rate(student)


@check(blank=4, step="fit")
def rare_words_a_little_oftener(student):
    """Probabilities in proportion to count^0.75."""
    counts = np.array([0, 16, 1, 81])
    found = np.asarray(student.call("noise", counts, step="fit"), dtype=float)
    right = np.array([0, 8, 1, 27]) / 36
    if found.shape == right.shape and np.allclose(found, right, atol=1e-6):
        return
    if found.shape != right.shape:
        raise Wrong("wrong-shape", "a probability for each of 4 numbers", f"shape {found.shape}", "", "4. Fit")
    if abs(found.sum() - 1) > 1e-6:
        raise Wrong("do-not-add-up", "a sum of 1", f"{found.sum():.3f}", "Divide by the sum.", "4. Fit")
    if np.allclose(found, counts / counts.sum(), atol=1e-6):
        raise Wrong("no-power", f"{right.round(3)}", f"{found.round(3)}", "The counts to the power 0.75.", "The idea")
    if found[0] > 0 or np.ptp(found[1:]) < 1e-9:
        raise Wrong(
            "all-alike",
            f"{right.round(3)}",
            f"{found.round(3)}",
            "In proportion to count^0.75; 0 never.",
            "Common mistakes",
        )
    raise Wrong("wrong-power", f"{right.round(3)}", f"{found.round(3)}", "counts ** 0.75", "The idea")


@check(blank=5, step="fit")
def center_given_context_true(student):
    """Skip-gram: the center is given, the picked word of its context is true."""
    pick = np.array([2, 1])
    found = student.call("skip_gram", ROWS, pick, step="fit")
    right = [[[2], [8]], [[9], [5]]]
    _pair(found, right, {"given": [[9], [5]], "true": [[2], [8]]}, "skip-gram")
    if np.asarray(student.call("skip_gram", ROWS, np.array([3, 3]), step="fit")[1]).ravel().tolist() != [4, 1]:
        raise Wrong(
            "wrong-place",
            "the last word of the context at place 3",
            "another",
            "Places count without the center.",
            "4. Fit",
        )


def _pair(found, right, turned, way: str) -> None:
    """Hold a pair of arrays to the right one, and to the same one turned round."""
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise Wrong("not-a-pair", "a pair (given, true)", f"{type(found).__name__}", "", "4. Fit")
    given, true = (np.asarray(part) for part in found)
    if arrays_close(given, right[0], 0) and arrays_close(true, right[1], 0):
        return
    if arrays_close(given, turned["given"], 0) and arrays_close(true, turned["true"], 0):
        raise Wrong(
            "turned-round",
            f"given {right[0]}, true {right[1]}",
            f"given {given.tolist()}",
            f"What is given in {way}?",
            "The idea",
        )
    if given.ndim != 2 or true.ndim != 2:
        raise Wrong(
            "axis-lost",
            "two axes each, (n, m) and (n, 1)",
            f"{given.shape} and {true.shape}",
            "rows[:, [radius]] keeps the axis.",
            "4. Fit",
        )
    raise Wrong("wrong-words", f"given {right[0]}, true {right[1]}", f"given {given.tolist()}, true {true.tolist()}",
                "The center is at place radius of the row.", "4. Fit")  # fmt: skip


@check(blank=6, step="fit", after=(4, 5))
def trains_by_skip_gram(student):
    """The model learns from the training windows, watches the validation windows, and hands on the callbacks."""
    fit_follows_the_preset(student)
    found, right = student.fitted().history, student.course.fitted().history
    if abs(found["loss"][-1] - right["loss"][-1]) > 0.03:
        raise Wrong(
            "other-way",
            f"a loss of about {right['loss'][-1]:.3f}",
            f"{found['loss'][-1]:.3f}",
            'examples(data.train, "skip-gram").',
            "4. Fit",
        )
    if abs(found["val_loss"][-1] - right["val_loss"][-1]) > 0.03:
        cause = 'examples(data.validation, "skip-gram", fresh=False).'
        raise Wrong(
            "other-validation", f"about {right['val_loss'][-1]:.3f}", f"{found['val_loss'][-1]:.3f}", cause, "4. Fit"
        )


@check(blank=7, step="evaluate")
def cosine_of_two_vectors(student):
    """a · b over the product of the lengths; 0 for a vector without length."""
    a, b = np.array([3.0, 4.0]), np.array([6.0, 0.0])
    for one, other, right in ((a, b, 0.6), (a, 2 * a, 1.0), (a, -a, -1.0)):
        found = student.call("cosine", one, other, step="evaluate")
        if isinstance(found, int | float) and abs(found - right) < 1e-6:
            continue
        shown = f"{found:.3f}" if isinstance(found, int | float) else f"{found!r:.40}"
        if isinstance(found, int | float) and abs(found - one @ other) < 1e-6:
            raise Wrong("not-divided", f"{right}", shown, "Divide by both lengths.", "The idea")
        if isinstance(found, int | float) and abs(found - (1 - right)) < 1e-6:
            raise Wrong("distance-for-cosine", f"{right}", shown, "1 − cosine is the cosine distance.", "5. Evaluate")
        raise Wrong(
            "wrong-cosine", f"{right}", shown, "np.linalg.norm is the length: the root of the squares.", "The idea"
        )
    nothing = student.call("cosine", a, np.zeros(2), step="evaluate")
    if not isinstance(nothing, int | float) or nothing != 0:
        raise Wrong(
            "zero-divided", "0 for a vector of zeros", f"{nothing}", "Unknown words have such vectors.", "5. Evaluate"
        )


@check(blank=8, step="evaluate", after=(7,))
def nearest_words_first(student):
    """The words with the highest cosine, without those that are left out."""
    vectors = {"far": np.array([-1.0, 0.0]), "near": np.array([1.0, 0.1]), "long": np.array([9.0, 9.0]), "self": np.array([1.0, 0.0]),
               "side": np.array([0.0, 1.0])}  # fmt: skip
    for count, leave_out, right in (
        (2, ["self"], ["near", "long"]),
        (3, ["near"], ["self", "long", "side"]),
        (9, ["self"], ["near", "long", "side", "far"]),
    ):
        found = [
            str(word) for word in student.call("nearest", vectors["self"], vectors, count, leave_out, step="evaluate")
        ]
        if found == right:
            continue
        if set(found) & set(leave_out):
            raise Wrong(
                "question-among-the-answers",
                f"{right}",
                f"{found}",
                "Leave out what is in leave_out.",
                "Common mistakes",
            )
        if "far" in found[:1]:
            raise Wrong(
                "farthest-first",
                f"{right}",
                f"{found}",
                "The highest cosine first: sort by its negative.",
                "5. Evaluate",
            )
        if len(found) != len(right):
            raise Wrong(
                "wrong-number", f"{len(right)} words", f"{len(found)}", "[:count], after leaving out.", "5. Evaluate"
            )
        raise Wrong(
            "wrong-order", f"{right}", f"{found}", "By the cosine, not by dot product or distance.", "5. Evaluate"
        )
