"""Checks of exercise 3."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close, describe

X = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -2.0], [0.0, 0.0]])
STATE = {"w": np.array([0.5, -0.25]), "b": 0.0, "rate": 0.1}
NET = X @ STATE["w"]


@check(blank=1, step="load")
def two_species_two_columns(student):
    """Setosa and versicolor with sepal and petal length, labeled −1 and +1."""
    found, right = student.data().train, student.course.data().train
    if found.x.shape[1:] != [2]:
        raise Wrong(
            "wrong-columns",
            "two columns, shape (n, 2)",
            f"{tuple(found.x.shape)}",
            "Pick columns after rows: x[rows][:, [0, 2]].",
            "1. Load",
        )
    if found.examples != right.examples:
        raise Wrong("wrong-species", f"{right.examples} training flowers of two species", f"{found.examples}",
                    "Keep the rows of setosa and versicolor only.", "1. Load")  # fmt: skip
    if not arrays_close(found.x.rows, right.x.rows, 1e-5):
        raise Wrong(
            "wrong-columns",
            "sepal length and petal length",
            f"columns with the mean {found.x.mean:.2f}",
            "These are columns 0 and 2.",
            "1. Load",
        )
    labels = sorted(set(np.ravel(found.y.rows).tolist()))
    if labels != [-1, 1]:
        raise Wrong(
            "wrong-labels",
            "labels −1 and +1",
            ", ".join(f"{label:g}" for label in labels),
            "The rule needs labels of opposite signs.",
            "Common mistakes",
        )
    if not arrays_close(found.y.rows, right.y.rows, 0):
        raise Wrong("labels-swapped", "setosa −1, versicolor +1", "the other way round", "", "1. Load")


@check(blank=2, step="define")
def net_input_is_the_weighted_sum(student):
    """The net input of every flower is w · x + b."""
    state = {**STATE, "b": 0.75}
    found = student.object("Perceptron", 2, method="net_input", given=[X], set=state, step="define").result
    if arrays_close(found, NET + 0.75, 1e-9):
        return
    if arrays_close(found, NET, 1e-9):
        raise Wrong("bias-missing", "w · x + b", "w · x", "Add the bias.", "The idea")
    raise Wrong(
        "wrong-net-input", describe(NET + 0.75), describe(found), "x @ self.w gives one number a row.", "The idea"
    )


@check(blank=3, step="define", after=(2,))
def answers_are_signs(student):
    """The answer is +1 where the net input is at least 0, else −1."""
    found = student.object("Perceptron", 2, method="predict", given=[X], set=STATE, step="define").result
    right = np.where(NET >= 0, 1, -1)
    if arrays_close(found, right, 0):
        return
    if arrays_close(found, np.where(NET > 0, 1, -1), 0) or arrays_close(found, np.sign(NET), 0):
        raise Wrong("border", "+1 where the net input is exactly 0", f"{describe(np.asarray(found))} for net inputs {describe(NET)}",
                    "“At least 0” is >=; np.sign answers 0 there.", "The idea")  # fmt: skip
    if arrays_close(found, np.where(NET >= 0, 1, 0), 0):
        raise Wrong("wrong-labels", "−1 below 0", "0 below 0", "The labels are −1 and +1.", "Common mistakes")
    raise Wrong("wrong-answers", describe(right), describe(np.asarray(found)), "", "The idea")


def _epoch(student, labels):
    return student.object("Perceptron", 2, method="epoch", given=[X[:3], np.array(labels)], set=STATE, step="fit")


@check(blank=4, step="fit", after=(2, 3))
def right_answers_change_nothing(student):
    """A flower that is answered rightly moves nothing."""
    after = _epoch(student, np.where(NET[:3] >= 0, 1, -1).tolist()).attributes
    if not (arrays_close(after.w, STATE["w"], 1e-12) and arrays_close(after.b, 0.0, 1e-12)):
        cause = "Δ = η (y − ŷ) is 0 for a right answer: is ŷ the prediction, not the net input?"
        raise Wrong("corrects-right-answers", "the weights from before", describe(after.w), cause, "The idea")


@check(blank=4, step="fit", after=(2, 3))
def wrong_answers_push_towards_the_label(student):
    """A wrong answer moves w by Δ x and b by Δ, with Δ = η (y − ŷ)."""
    labels = [1, 1, 1]
    w, b = STATE["w"].copy(), 0.0
    for row, label in zip(X[:3], labels, strict=True):
        change = 0.1 * (label - (1 if row @ w + b >= 0 else -1))
        w, b = w + change * row, b + change
    after = _epoch(student, labels).attributes
    if arrays_close(after.w, w, 1e-9) and arrays_close(after.b, b, 1e-9):
        return
    if arrays_close(after.w, w, 1e-9):
        raise Wrong(
            "bias-not-moved",
            f"b = {b:g}",
            f"b = {describe(after.b)}",
            "The bias takes the correction too: b + Δ.",
            "The idea",
        )
    if arrays_close(after.b, -b, 1e-9):
        raise Wrong("wrong-sign", f"b = {b:g}", f"b = {describe(after.b)}", "Δ = η (y − ŷ), added.", "Common mistakes")
    raise Wrong("wrong-update", f"w = {describe(w)}, b = {b:g}", f"w = {describe(after.w)}, b = {describe(after.b)}",
                "Is η in Δ, and is the row a factor for the weights only?", "The idea")  # fmt: skip


@check(blank=5, step="fit", after=(2, 3, 4))
def corrections_of_every_epoch(student):
    """Ten epochs on the training flowers, with the corrections of each in the history."""
    fitted = student.fitted()
    if "test" in fitted.seen or "validation" in fitted.seen:
        raise Wrong("test-data-in-fit", "training flowers only", f"{', '.join(fitted.seen)} used", "", "4. Fit")
    errors = fitted.history.get("errors")
    if errors is None:
        raise Wrong(
            "errors-missing", 'a history {"errors": […]}', ", ".join(fitted.history) or "an empty dict", "", "4. Fit"
        )
    if len(errors) != 10:
        raise Wrong(
            "wrong-epochs",
            "preset.epochs = 10 epochs",
            f"{len(errors)}",
            "One epoch is one call of model.epoch.",
            "4. Fit",
        )
    if len(student.attributes(fitted=True).get("errors", [])) != 10:
        raise Wrong(
            "errors-not-kept",
            "10 numbers in model.errors",
            f"{len(student.attributes().get('errors', []))}",
            "evaluate reads them there.",
            "4. Fit",
        )


@check(blank=6, step="evaluate")
def rest_and_accuracy(student):
    """Accuracy on the test flowers, corrections after epoch 6, and the last epoch with corrections."""
    found, right = student.evaluated(), student.course.evaluated().metrics
    for name in ("accuracy", "errors_after_epoch_6", "last_epoch_with_errors"):
        if name not in found.metrics:
            raise Wrong("metric-missing", name, ", ".join(found.metrics), "", "5. Evaluate")
    if "test" not in found.seen:
        raise Wrong(
            "not-the-test-split",
            "the accuracy of data.test",
            f"{', '.join(found.seen) or 'no split'} used",
            "",
            "5. Evaluate",
        )
    for name, expected in right.items():
        value = found.metrics[name]
        if abs(value - expected) > 1e-6:
            cause = (
                "Epochs count from 1: the index plus 1."
                if name == "last_epoch_with_errors" and abs(expected - value) == 1
                else ""
            )
            raise Wrong("wrong-value", f"{name} {expected:g}", f"{value:g}", cause, "5. Evaluate")
