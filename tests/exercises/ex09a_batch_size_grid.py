"""Checks of exercise 9a."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.fakes import Fake, Memory
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_two_classes,
)
from whitepaper.checking.shared.training import measures_the_test_split


@check(blank=1, step="load")
def zeros_become_gaps(student):
    """Zeros of columns 1 to 5 are nan; zeros elsewhere, and all other numbers, stay."""
    x = np.array(
        [[0, 120, 70, 0, 0, 31.5, 0.3, 40], [3, 0, 0, 20, 90, 0, 0.9, 22], [1, 99, 66, 18, 50, 24, 0.2, 63]],
        dtype="float32",
    )
    right = x.copy()
    right[:, 1:6][right[:, 1:6] == 0] = np.nan
    found = np.asarray(student.call("with_gaps", x.copy(), step="load"), dtype=float)
    if found.shape != x.shape:
        raise Wrong(
            "wrong-shape", f"shape {x.shape} as before", f"{found.shape}", "No row and no column is dropped.", "1. Load"
        )
    if np.isnan(found[0, 0]):
        raise Wrong("pregnancies-missing", "0 pregnancies kept", "nan", "Columns 1 to 5 only.", "Common mistakes")
    if not np.isnan(found).any():
        cause = "A comparison with 0 finds them: part[part == 0] = np.nan, in the array that is returned."
        raise Wrong("zeros-left", "six values that are nan", "none", cause, "1. Load")
    if not np.array_equal(np.isnan(found), np.isnan(right)):
        raise Wrong("wrong-gaps", "nan for the zeros of columns 1 to 5 (glucose to body mass index)",
                    f"{int(np.isnan(found).sum())} of 6", "x[:, 1:6]: the end is not included.", "1. Load")  # fmt: skip
    if not np.allclose(found, right, equal_nan=True, atol=1e-4):
        raise Wrong("values-changed", "all other values as they were", "other values", "", "1. Load")


@check(blank=2, step="define")
def hundred_units_and_a_probability(student):
    """Eight columns, `units` relu units, one sigmoid unit: 1 001 parameters at 100 units."""
    model = student.model()
    if model.output_shape != [None, 1]:
        raise Wrong("wrong-output-shape", "one output, shape (batch, 1)", f"{model.output_shape}", "", "2. Define")
    if model.parameters != 1001:
        raise Wrong("parameter-count", "8·100 + 100 + 100 + 1 = 1 001", f"{model.parameters}", "", "2. Define")
    if student.model(units=40).parameters != 401:
        raise Wrong(
            "units-ignored", "401 parameters with units=40", f"{student.model(units=40).parameters}", "", "2. Define"
        )
    x = np.random.default_rng(0).normal(0, 20, (60, 8)).astype("float32")
    answers = student.predict(x)[:, 0]
    if answers.min() < 0 or answers.max() > 1:
        raise Wrong("output-not-sigmoid", "answers from 0 to 1", f"{answers.min():.3g} to {answers.max():.3g}",
                    'activation="sigmoid" on the last layer.', "2. Define")  # fmt: skip
    if np.ptp(answers) < 1e-6:
        raise Wrong("constant-answer", "answers that follow the input", f"{answers[0]:g} for all",
                    "softmax over one unit is always 1.", "2. Define")  # fmt: skip
    small = np.clip(student.predict(x / 20).astype(float), 1e-6, 1 - 1e-6)
    both = np.log(small / (1 - small)) + np.log(
        (other := np.clip(student.predict(-x / 20), 1e-6, 1 - 1e-6)) / (1 - other)
    )
    if np.abs(both - both.mean()).max() < 1e-3:
        raise Wrong(
            "hidden-linear", "relu in the hidden layer", "a hidden layer without", 'activation="relu".', "2. Define"
        )


@check(blank=3, step="compile")
def loss_of_two_classes(student):
    """The loss is the binary cross-entropy of probabilities."""
    cross_entropy_of_two_classes(student)


@check(blank=3, step="compile")
def adam_and_accuracy(student):
    """The optimizer is Adam at the rate of hp, and the accuracy is measured."""
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


def _columns(seed: int, n: int, gaps: bool = True) -> np.ndarray:
    """Rows of three columns at different scales, with gaps in two."""
    rng = np.random.default_rng(seed)
    x = rng.normal([5, 100, -3], [1, 30, 0.1], (n, 3))
    x[:, 1] += rng.gamma(1, 40, n)
    if gaps:
        x[rng.random(n) < 0.3, 1] = np.nan
        x[rng.random(n) < 0.1, 2] = np.nan
    return x


def _prepared(
    x: np.ndarray, *others: np.ndarray, by: np.ndarray | None = None, center=np.nanmedian
) -> list[np.ndarray]:
    middle = center(x if by is None else by, axis=0)
    filled = [np.where(np.isnan(part), middle, part) for part in (x, *others)]
    base = filled[0] if by is None else np.where(np.isnan(by), middle, by)
    return [(part - base.mean(0)) / base.std(0) for part in filled]


@check(blank=4, step="fit")
def gaps_are_filled_from_the_first_alone(student):
    """Medians, means and deviations come from the first array, and serve for all."""
    x, other = _columns(1, 60), _columns(2, 9) + np.array([2, 50, 0.3])
    found = student.call("prepared", x, other, step="fit")
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise Wrong("wrong-number", "a list of two arrays for two arrays", f"{type(found).__name__}", "", "4. Fit")
    first, second = (np.asarray(part, dtype=float) for part in found)
    if np.isnan(first).any() or np.isnan(second).any():
        where = "first" if np.isnan(first).any() else "other"
        raise Wrong(
            "gaps-left",
            "no nan",
            f"nan in the {where} array",
            "np.median of a column with a nan is nan: np.nanmedian.",
            "4. Fit",
        )
    right = _prepared(x, other)
    if arrays_close(first, right[0], 1e-4) and arrays_close(second, right[1], 1e-4):
        return
    if arrays_close(first, right[0], 1e-4) and abs(second[:, 0].mean()) < 1e-6:
        raise Wrong("learned-from-the-others", "the others scaled by the first", "the others scaled by themselves",
                    "Held-out rows teach nothing, not even a mean.", "4. Fit")  # fmt: skip
    every = np.concatenate([x, other])
    if arrays_close(first, _prepared(x, other, by=every)[0], 1e-3):
        raise Wrong("learned-from-all-rows", "medians and scale of the first array", "those of all rows together",
                    "Held-out rows teach nothing.", "Common mistakes")  # fmt: skip
    if arrays_close(first, right[0], 1e-4):
        raise Wrong("learned-from-the-others", "the gaps of the others filled with medians of the first", "other values",
                    "Held-out rows teach nothing, not even a median.", "4. Fit")  # fmt: skip
    if arrays_close(first, _prepared(x, other, center=np.nanmean)[0], 1e-3):
        raise Wrong("mean-for-median", "the median of each column", "its mean", "Insulin has a long tail.", "4. Fit")
    filled = _prepared(x, other, center=lambda part, axis: np.zeros(part.shape[1]))
    if arrays_close(first, filled[0], 1e-3):
        raise Wrong("filled-with-zero", "the median of each column", "0", "Then nothing is won.", "The idea")
    raise Wrong("wrong-scale", "filled with the medians first, then (x − mean) / deviation", f"deviations {first.std(0).round(2)}",
                "After filling, each column of the first array has the mean 0 and the deviation 1.", "4. Fit")  # fmt: skip


@check(blank=5, step="fit", after=(4, 6, 7))
def every_size_starts_afresh(student):
    """Each network starts at `start` and is trained in batches of its own size, for all epochs."""
    found, right = student.fitted().history, student.course.fitted().history
    for size in (10, 20):
        curve, expected = found.get(f"loss {size}", []), right[f"loss {size}"]
        if len(curve) != len(expected):
            raise Wrong("wrong-epochs", f"{len(expected)} epochs", f"{len(curve)}", "epochs=epochs.", "4. Fit")
        # The order of rows is drawn anew: rough agreement is all that two right answers share.
        if max(abs(np.log(np.array(curve) / expected))[[0, -1]]) > 0.09:
            cause = "Is the start set, the batch size handed on, and the rate `rate`?"
            raise Wrong("not-afresh", f"losses {expected[0]:.3f} … {expected[-1]:.3f} at batch size {size}",
                        f"{curve[0]:.3f} … {curve[-1]:.3f}", cause, "Common mistakes")  # fmt: skip


@check(blank=6, step="fit", after=(4,))
def held_out_rows_are_judged(student):
    """Each network learns from a fold's training rows and is judged on its held-out rows."""
    x, rng = _columns(5, 60), np.random.default_rng(8)
    y = ((np.nan_to_num(x[:, 1], nan=110) + rng.normal(0, 40, 60)) > 130).astype(int)
    order = rng.permutation(60)
    pairs = [(np.setdiff1d(order, part), part) for part in np.array_split(order, 4)]
    right, all_rows = [], _prepared(x)[0]
    leaking = []
    for rows, rest in pairs:
        a, b = _prepared(x[rows], x[rest])
        right.append(np.mean((Memory(a, y[rows]).predict(b)[:, 0] >= 0.5) == y[rest]))
        leaking.append(np.mean((Memory(all_rows[rows], y[rows]).predict(all_rows[rest])[:, 0] >= 0.5) == y[rest]))
    found = student.call("cross_validated", Fake("train a memory"), x, y, pairs, step="fit")
    values = (
        np.asarray(found, dtype=float).ravel()
        if isinstance(found, list | tuple) or hasattr(found, "shape")
        else np.array([])
    )
    if values.size != 4:
        raise Wrong(
            "wrong-number",
            "four accuracies for four folds",
            f"{found!r:.60}",
            "One for each pair, in a list.",
            "4. Fit",
        )
    if np.allclose(values, right, atol=1e-6):
        return
    if np.allclose(values, 1):
        cause = "The memory was asked about rows that it was trained on. Judge it on x[held out], and train it without."
        raise Wrong(
            "seen-rows-judged", f"about {np.mean(right):.2f}", "1.00: everything right", cause, "Common mistakes"
        )
    if np.allclose(values, leaking, atol=1e-6):
        raise Wrong(
            "prepared-before-the-folds", "prepared(…) inside each fold", "prepared on all rows", "", "Common mistakes"
        )
    if np.allclose(values, 1 - np.array(right), atol=1e-6):
        raise Wrong("errors-for-accuracies", f"accuracies {np.round(right, 2)}", f"{np.round(values, 2)}", "", "4. Fit")
    cause = "(n, 1) against (n,) compares every pair: take [:, 0]. And prepare x[rows] first, then x[rest] by it."
    raise Wrong("wrong-accuracy", f"{np.round(right, 3)}", f"{np.round(values, 3)}", cause, "4. Fit")


@check(blank=7, step="fit")
def best_by_the_mean(student):
    """The batch size with the highest mean accuracy."""
    accuracies = {10: [0.9, 0.5, 0.6], 20: [0.7, 0.71, 0.72], 60: [0.69, 0.7, 0.73], 100: [0.2, 0.3, 0.1]}
    found = student.call("best_size", accuracies, step="fit")
    if found == 20:
        return
    causes = {
        10: ("by-the-best-fold", "The highest single fold is luck: compare the means."),
        60: ("by-the-best-fold", "The highest single fold is luck: compare the means."),
        100: ("lowest-taken", "The highest mean, not the lowest; and the largest size is not the best one."),
    }
    name, cause = causes.get(found, ("wrong-size", "Return the key of the dict: the batch size."))
    raise Wrong(name, "20, with the mean 0.71", f"{found!r:.60}", cause, "4. Fit")


@check(blank=8, step="evaluate")
def grid_and_test_rows(student):
    """Mean and deviation of the best size, and the accuracy of the test rows beside the majority's."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    if "deviation" in found and abs(found["deviation"] - right["deviation"]) > 1e-4:
        raise Wrong(
            "wrong-deviation",
            f"{right['deviation']:.4f}",
            f"{found['deviation']:.4f}",
            "np.std of the folds.",
            "5. Evaluate",
        )
    if "test_accuracy" in found and abs(found["test_accuracy"] - right["test_accuracy"]) > 1e-4:
        cause = "predict gives (n, 1): take [:, 0], and compare with data.test.y."
        raise Wrong(
            "wrong-test-accuracy",
            f"{right['test_accuracy']:.4f}",
            f"{found['test_accuracy']:.4f}",
            cause,
            "5. Evaluate",
        )
    if "majority_accuracy" in found and abs(found["majority_accuracy"] - right["majority_accuracy"]) > 1e-4:
        cause = "The more frequent label of y, counted in data.test.y."
        raise Wrong(
            "wrong-majority",
            f"{right['majority_accuracy']:.4f}",
            f"{found['majority_accuracy']:.4f}",
            cause,
            "5. Evaluate",
        )
    measures_the_test_split(student, ("accuracy", "deviation", "test_accuracy", "majority_accuracy"))
