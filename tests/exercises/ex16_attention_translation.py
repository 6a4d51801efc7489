"""Checks of exercise 16."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.fakes import Fake
from whitepaper.checking.functions import same_function
from whitepaper.checking.shared.training import fit_follows_the_preset


def _array(found, shape, what: str, read: str) -> np.ndarray:
    """Evidence as numbers of this shape.

    Raises:
        Wrong: wrong-shape.
    """
    try:
        numbers = np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.shape != shape:
        raise Wrong("wrong-shape", f"{what} of shape {shape}", f"{numbers.shape}", "", read)
    return numbers


def _parts(found, count: int, what: str, read: str) -> list:
    if not isinstance(found, list) or len(found) != count:
        raise Wrong("wrong-parts", what, f"{type(found).__name__}", f"Return {count} things.", read)
    return found


@check(blank=1, step="load")
def words_and_marks_alone(student):
    """Lower case, no accents, marks as words of their own, <start> and <end> around it."""
    for text, right in (
        ("¿Cómo está?", "<start> ¿ como esta ? <end>"),
        ("¡Ñandú,  niño!  ", "<start> nandu , nino ! <end>"),
        ("It's 8 o'clock.", "<start> it s o clock . <end>"),
    ):
        found = student.call("clean", text, step="load")
        if found == right:
            continue
        shown, read = repr(found)[:80], "1. Load"
        if not isinstance(found, str):
            raise Wrong("not-a-text", repr(right), shown, "", read)
        words = found.split()
        if words[:1] != ["<start>"] or words[-1:] != ["<end>"]:
            raise Wrong(
                "markers-missing", repr(right), shown, "Put them in last: the cleaning takes < and > out.", read
            )
        if found != found.lower():
            raise Wrong("capitals-left", repr(right), shown, "text.lower()", read)
        if any(ord(letter) > 127 and letter not in "¿" for letter in found):
            raise Wrong(
                "accents-left", repr(right), shown, "Part letters and accents (NFD), and drop what is Mn.", read
            )
        bare = "".join(letter for letter in found[7:-5] if letter.isalpha())
        if bare != "".join(letter for letter in right[7:-5] if letter.isalpha()):
            raise Wrong("letters-lost", repr(right), shown, "Accents go first: then é is still an e.", read)
        if any(not letter.isalpha() and letter not in " ?.!,¿" for letter in found[7:-5]):
            raise Wrong("other-signs-left", repr(right), shown, "Only a–z and ? . ! , ¿ stay.", read)
        if found.split() == right.split():
            raise Wrong("spaces-left", repr(right), shown, 'One space between words: " ".join(text.split()).', read)
        raise Wrong("marks-not-apart", repr(right), shown, "A space on both sides of each mark.", read)
    edges = [
        (text,)
        for text in ("Sí.", "¿Qué?", "A,b", "¡Oh!", "¿No?... ¡Sí!", "Él tenía 3 años", "l'été", "tab\there", "ÜÇ")
    ]
    same_function(student, "clean", step="load", edges=edges, read="1. Load")


def _numbers():
    rng = np.random.default_rng(3)
    query, keys, values = (rng.normal(size=shape).astype("float32") for shape in ((2, 4), (2, 3, 4), (2, 3, 4)))
    return query, keys, values, np.array([[True, True, False], [True, True, True]]), np.array([2, -1, 1, 3], "float32")


def _softmax(scores, axis=-1):
    grown = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return grown / grown.sum(axis=axis, keepdims=True)


@check(blank=2, step="define")
def weights_and_context(student):
    """weights = softmax over the words that are there of v · tanh(key + query); context = their sum of values."""
    query, keys, values, there, v = _numbers()
    read = "The idea"
    found = _parts(student.call("attend", query, keys, values, there, v, step="define"), 2, "(context, weights)", read)
    if np.shape(found[0]) == (2, 3) and np.shape(found[1]) == (2, 4):
        raise Wrong("turned-round", "(context, weights)", "(weights, context)", "", "2. Define")
    context, weights = _array(found[0], (2, 4), "context", read), _array(found[1], (2, 3), "weights", read)
    raw = (np.tanh(keys + query[:, None]) * v).sum(-1)
    right = _softmax(np.where(there, raw, -1e9))
    shown = f"{weights.round(3).tolist()}"
    if not arrays_close(weights, right, 1e-4):
        wanted = f"{right.round(3).tolist()}"
        if arrays_close(weights, np.where(there, _softmax(raw), 0), 1e-4):
            cause = (
                "Gaps have taken their share before they were set to 0: give them hopeless scores before the softmax."
            )
            raise Wrong("do-not-add-up", wanted, shown, cause, "Common mistakes")
        hopeless = np.where(there, raw, -1e9)
        if any(arrays_close(weights, _softmax(scores, axis=0), 1e-3) for scores in (hopeless, raw)):
            raise Wrong(
                "wrong-axis", wanted, shown, "The softmax goes over the source words, axis −1.", "Common mistakes"
            )
        if weights[0, 2] > 1e-6:
            raise Wrong(
                "gaps-looked-at",
                wanted,
                shown,
                "A gap gets the score −1e9, so that its weight is 0.",
                "Common mistakes",
            )
        if not np.allclose(weights.sum(axis=-1), 1, atol=1e-4):
            raise Wrong("do-not-add-up", wanted, shown, "ops.softmax(scores, axis=-1).", read)
        raise Wrong("wrong-score", wanted, shown, "v · tanh(key + query), a number for each source word.", read)
    if not arrays_close(context, np.einsum("bs,bsu->bu", right, values), 1e-4):
        cause = "The weights belong to the values, not to the keys; they are summed, not averaged again."
        raise Wrong("wrong-context", "Σ weight · value", f"{context[0].round(3).tolist()}", cause, read)
    # Scores far out: weights stay numbers.
    calm = _parts(student.call("attend", query, keys, values, there, 100 * v, step="define"), 2, "two parts", read)
    if not np.isfinite(np.asarray(calm[1], dtype=float)).all():
        raise Wrong("runs-over", "weights for large scores", "nan", "ops.softmax is safe; exp / sum is not.", read)
    # Three sizes, one word alone, and a number of words equal to the number of units.
    rng, edges = np.random.default_rng(4), []
    for batch, words, units in ((3, 5, 2), (1, 1, 4), (3, 3, 3)):
        shapes = (batch, units), (batch, words, units), (batch, words, units)
        gaps = np.arange(words)[None] < rng.integers(1, words + 1, (batch, 1))
        edges.append(
            (
                *(rng.normal(size=shape).astype("float32") for shape in shapes),
                gaps,
                rng.normal(size=units).astype("float32"),
            )
        )
    same_function(student, "attend", step="define", edges=edges, tolerance=1e-4, read=read)


@check(blank=3, step="define")
def begins_where_the_encoder_ended(student):
    """The decoder looks at what was encoded, begins with the encoder's state, and all its states get scores."""
    source, vectors = np.array([[1, 2, 0], [5, 5, 5]]), np.array([[[1.0, 0.5], [2.0, 0.0]], [[0.0, 0.0], [1.0, 1.0]]])
    found = student.call("decode", Fake("a translator that adds"), source, vectors, step="define")
    sums, start = np.cumsum(vectors.sum(-1), axis=1), source.sum(axis=1, keepdims=True)
    right = 2 * (sums + start + 100)[:, :, None]
    found = _array(found, right.shape, "logits", "2. Define")
    known = {
        "state-not-passed-on": (
            2 * (sums + 100),
            "initial_state=[state]: else it begins with zeros.",
            "Common mistakes",
        ),
        "source-not-set": (
            2 * (sums + start),
            "model.cell.source = what encode gave, before the loop begins.",
            "2. Define",
        ),
        "no-output-layer": (
            sums + start + 100,
            "The states are no scores of words yet: model.output_words.",
            "The idea",
        ),
    }
    for name, (value, cause, read) in known.items():
        if np.allclose(found[:, :, 0], value):
            raise Wrong(
                name, f"{right[0, :, 0].tolist()} from a network that adds", f"{found[0, :, 0].tolist()}", cause, read
            )
    if not np.allclose(found, right):
        raise Wrong("wrong-logits", f"{right[0, :, 0].tolist()} from a network that adds", f"{found[0, :, 0].tolist()}",
                    "encode, set the source, decode, score.", "2. Define")  # fmt: skip


@check(blank=4, step="compile")
def mean_over_the_words(student):
    """The mean of −log p(right word) over words, gaps left out."""
    rng = np.random.default_rng(5)
    y, logits = np.array([[2, 1, 0, 0], [3, 3, 1, 0]]), rng.normal(size=(2, 4, 5)).astype("float32") * 2
    losses = -np.take_along_axis(np.log(_softmax(logits)), y[:, :, None], axis=2)[:, :, 0]
    there = (y != 0).astype(float)
    right = (losses * there).sum() / there.sum()
    found, read = student.call("masked_loss", y, logits, step="compile"), "3. Compile"
    if np.size(found) != 1:
        raise Wrong("not-one-number", f"one number, {right:.4f}", f"shape {np.shape(found)}", "Sum, and divide.", read)
    found = float(np.asarray(found, dtype=float).reshape(()))
    if abs(found - right) < 1e-3:
        # No gap, gaps alone but for one word, a gap in front, logits far out.
        edges = [
            (np.array([[1, 2]]), logits[:1, :2]),
            (np.array([[4, 0, 0, 0], [0, 0, 0, 0]]), logits),
            (np.array([[0, 2, 3, 1], [1, 0, 1, 0], [2, 2, 2, 2]]), rng.normal(0, 3, (3, 4, 7)).astype("float32")),
            (y, 60 * logits),
        ]
        same_function(student, "masked_loss", step="compile", edges=edges, tolerance=1e-3, read=read)
        return
    known = {
        "gaps-counted": (losses.mean(), "Gaps are no words: multiply their losses by 0.", "Common mistakes"),
        "gaps-in-the-mean": (
            (losses * there).mean(),
            "Divide by the number of words, not of places.",
            "Common mistakes",
        ),
        "sum-for-mean": ((losses * there).sum(), "Divide by the number of words.", read),
        "mean-of-means": (
            ((losses * there).sum(1) / there.sum(1)).mean(),
            "All words count alike, not all sentences.",
            read,
        ),
    }
    for name, (value, cause, where) in known.items():
        if abs(found - value) < 1e-3:
            raise Wrong(name, f"{right:.4f}", f"{found:.4f}", cause, where)
    raise Wrong("wrong-loss", f"{right:.4f}", f"{found:.4f}", "from_logits=True: no softmax has been applied.", read)


@check(blank=5, step="fit")
def wanted_is_one_ahead(student):
    """At each step the decoder is given a word and shall say the next."""
    target, read = np.array([[2, 7, 9, 3, 0], [2, 8, 3, 0, 0]]), "4. Fit"
    given, wanted = (
        np.asarray(part)
        for part in _parts(student.call("shifted", target, step="fit"), 2, "the pair (given, wanted)", read)
    )
    first, last = target[:, :-1], target[:, 1:]
    if arrays_close(given, first, 0) and arrays_close(wanted, last, 0):
        edges = [(np.array([[2, 3]]),), (np.arange(15).reshape(3, 5),), (np.arange(21).reshape(3, 7) % 4,)]
        same_function(student, "shifted", step="fit", edges=edges, read=read)
        return
    shown = f"given {given[:1].tolist()}, wanted {wanted[:1].tolist()}"
    right = f"given {first[:1].tolist()}, wanted {last[:1].tolist()}"
    if given.shape == wanted.shape and arrays_close(given, wanted, 0):
        cause = "Given the word that it shall say, the decoder learns to copy, and cannot write alone."
        raise Wrong("not-shifted", right, shown, cause, "Common mistakes")
    if arrays_close(given, last, 0) and arrays_close(wanted, first, 0):
        raise Wrong("turned-round", right, shown, "It is given the start and shall say the first word.", read)
    raise Wrong("wrong-columns", right, shown, "given: all but the last column; wanted: all but the first.", read)


@check(blank=6, step="fit", after=(5,))
def trains_by_teacher_forcing(student):
    """The model learns from the training pairs, watches the validation pairs, hands on callbacks, and the rate falls."""
    fit_follows_the_preset(student)


@check(blank=7, step="evaluate")
def likeliest_word(student):
    """The word with the highest score; a gap for a sentence that has ended."""
    logits = np.array([[0.1, 3.0, 1.0], [2.0, -1.0, 2.5], [0.0, 0.5, -4.0], [1.0, 0.0, 0.0]], dtype="float32")
    done, read = np.array([False, False, True, False]), "5. Evaluate"
    found = _array(student.call("greedy_step", logits, done, step="evaluate"), (4,), "word numbers", read)
    right = np.array([1, 2, 0, 0])
    if arrays_close(found, right, 0):
        # All scores below 0, the gap likeliest, one sentence, three words for three sentences.
        edges = [
            (np.array([[-5, -2, -3], [-1, -9, -4]], "float32"), np.array([False, False])),
            (np.array([[9, 2, 3]], "float32"), np.array([False])),
            (np.array([[1, 2, 3], [3, 2, 1], [1, 3, 2]], "float32"), np.array([False, True, False])),
            (np.array([[1, 2, 3], [3, 2, 1]], "float32"), np.array([True, True])),
        ]
        same_function(student, "greedy_step", step="evaluate", edges=edges, read=read, types=True)
        return
    shown, wanted = f"{found.tolist()}", f"{right.tolist()}"
    if found.tolist() == logits.argmax(-1).tolist():
        raise Wrong("goes-on-after-the-end", wanted, shown, "ops.where(done, GAP, words)", read)
    if arrays_close(found, np.where(done, 0, logits.argmin(-1)), 0):
        raise Wrong("least-likely", wanted, shown, "The highest score is the likeliest.", read)
    if arrays_close(found, np.where(done, logits.argmax(-1), 0), 0):
        raise Wrong("done-turned-round", wanted, shown, "Where done is True there is a gap.", read)
    raise Wrong("wrong-word", wanted, shown, "ops.argmax over the words, axis −1.", read)


def _beam(totals, lengths, done, logits, way=""):
    """A beam's step by loops; `way` names a mistake."""
    result = [[], [], []]
    for row in range(len(totals)):
        tried = []
        for place in range(totals.shape[1]):
            log_p = np.log(_softmax(logits[row, place]))
            added = {"probabilities": np.exp(log_p), "scores": logits[row, place]}.get(way, log_p)
            if done[row, place] and way != "goes on":
                added = np.where(np.arange(len(log_p)) == 0, 0.0, -1e9)
            for word, plus in enumerate(added):
                total = totals[row, place] + plus
                tried.append((total / (1 if way == "undivided" else lengths[row, place]), total, place, word))
        if way == "own best":
            best = [max(one for one in tried if one[2] == place) for place in range(totals.shape[1])]
        else:
            best = sorted(tried, key=lambda one: one[0] if way == "worst" else -one[0])[: totals.shape[1]]
        for part, place in zip(result, (1, 2, 3), strict=True):
            part.append([one[place] for one in best])
    return [np.array(part, dtype=float) for part in result]


@check(blank=8, step="evaluate")
def best_beginnings_of_all(student):
    """The best of all continuations by total / length; what has ended goes on with a gap, free of charge."""
    rng, read = np.random.default_rng(11), "5. Evaluate"
    totals = np.array([[-1.0, -2.2, -9.0], [-3.0, -3.5, -3.6], [-4.0, -3.3, -3.2]], dtype="float32")
    lengths = np.array([[3, 3, 3], [2, 5, 5], [6, 4, 4]], dtype="float32")
    done = np.array([[False, False, False], [True, False, False], [False, True, False]])
    logits = (2 * rng.normal(size=(3, 3, 6))).astype("float32")
    found = _parts(
        student.call("beam_step", totals, lengths, done, logits, step="evaluate"), 3, "(totals, parents, words)", read
    )
    found = [_array(part, (3, 3), name, read) for part, name in zip(found, ("totals", "parents", "words"), strict=True)]
    right = _beam(totals, lengths, done, logits)

    def same(other) -> bool:
        return all(arrays_close(one, two, 1e-3) for one, two in zip(found, other, strict=True))

    if same(right):
        edges = []
        for batch, width, words in ((1, 2, 4), (2, 4, 3), (2, 1, 5)):
            sums = -np.sort(rng.uniform(0.5, 6, (batch, width)), axis=1).astype("float32")
            counts = rng.integers(1, 8, (batch, width)).astype("float32")
            scores = rng.normal(0, 2, (batch, width, words)).astype("float32")
            edges.append((sums, counts, rng.random((batch, width)) < 0.3, scores))
        same_function(student, "beam_step", step="evaluate", edges=edges, tolerance=1e-3, read=read)
        return
    known = {
        "undivided": ("short-wins", "Compare total / length: every word makes the total smaller.", "Common mistakes"),
        "probabilities": (
            "probabilities-added",
            "Products of probabilities are sums of logarithms.",
            "Common mistakes",
        ),
        "scores": ("scores-added", "ops.log_softmax: scores are no log p yet.", read),
        "goes on": ("ended-goes-on", "What has ended has one continuation, GAP, at no cost.", read),
        "own best": (
            "each-for-itself",
            "The best of all width · words continuations: one beginning may have several.",
            read,
        ),
        "worst": ("worst-kept", "ops.top_k keeps the highest.", read),
    }
    shown = f"parents {found[1].tolist()}, words {found[2].tolist()}"
    wanted = f"parents {right[1].tolist()}, words {right[2].tolist()}"
    for way, (name, cause, where) in known.items():
        if same(_beam(totals, lengths, done, logits, way)):
            raise Wrong(name, wanted, shown, cause, where)
    if all(arrays_close(one, two, 0) for one, two in zip(found[1:], right[1:], strict=True)):
        if arrays_close(found[0] * lengths[np.arange(3)[:, None], found[1].astype(int)], right[0], 1e-3):
            raise Wrong(
                "divided-for-good", "totals as sums", "totals divided by the length", "Divide to compare only.", read
            )
        raise Wrong("wrong-totals", f"{right[0].round(2).tolist()}", f"{found[0].round(2).tolist()}", "", read)
    raise Wrong("wrong-beams", wanted, shown, "parent = place // words, word = place % words.", read)
