"""Checks that lessons with labeled pictures share."""

from __future__ import annotations

from typing import Any

import numpy as np

from whitepaper.checking.comparisons import chosen_predictions, same_metrics, same_optimizer
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.verdict import Wrong


def pixels_from_zero_to_one(student: Any) -> None:
    """The load step's pixels are the course's: bytes divided by 255.

    Raises:
        Wrong: integer-pixels, not-scaled, pixels-changed.
    """
    x, right = student.data().train.x, student.course.data().train.x
    if x.dtype.startswith(("int", "uint")):
        cause = (
            "// rounds down: nearly every pixel became 0." if x.max == 1 else "Divide by 255: bytes go from 0 to 255."
        )
        raise Wrong("integer-pixels", "floats from 0 to 1", f"{x.dtype} from {x.min:g} to {x.max:g}", cause, "1. Load")
    if x.max > 1.01 or x.min < -0.01:
        cause = "Divide by 255: bytes go from 0 to 255."
        raise Wrong("not-scaled", "numbers from 0 to 1", f"{x.min:g} to {x.max:g}", cause, "1. Load")
    if not arrays_close(x.rows, right.rows, 0.01):
        cause = "Scaled twice, turned around, or divided by another number?"
        raise Wrong(
            "pixels-changed",
            "every pixel divided by 255",
            f"numbers up to {x.max:.3g}, mean {x.mean:.3g}",
            cause,
            "1. Load",
        )


def labels_as_they_came(student: Any) -> None:
    """The load step's labels are the course's integers.

    Raises:
        Wrong: labels-changed.
    """
    y, right = student.data().train.y, student.course.data().train.y
    if not arrays_close(y.rows, right.rows, 0):
        cause = "Only the pictures are scaled; return the labels as they are."
        raise Wrong("labels-changed", "the labels as they came", f"{y.dtype} {y.shape} up to {y.max}", cause, "1. Load")


def probabilities_that_add_up(student: Any, x: np.ndarray) -> None:
    """The model's answers are positive and add up to one.

    Raises:
        Wrong: sigmoid-for-softmax, softmax-missing.
    """
    answers = student.predict(x)
    total = answers.sum(axis=-1)
    if arrays_close(total, np.ones(total.shape), 1e-3) and answers.min() >= 0:
        return
    if answers.min() >= 0 and answers.max() <= 1:
        cause = "sigmoid judges each class by itself; softmax shares one probability among all."
        raise Wrong(
            "sigmoid-for-softmax", "answers that add up to 1", f"a sum of {total.flat[0]:.3g}", cause, "The idea"
        )
    cause = 'These are logits: the last Dense layer needs activation="softmax".'
    received = f"a sum of {total.flat[0]:.3g}, the least {answers.min():.3g}"
    raise Wrong("softmax-missing", "answers that add up to 1", received, cause, "The idea")


def cross_entropy_of_integer_labels(student: Any, classes: int = 10) -> None:
    """The compiled loss is −mean log p of the true class, from integer labels and probabilities.

    Raises:
        Wrong: loss-label-mismatch, from-logits-with-softmax, wrong-loss.
    """
    y = np.arange(4) * 2
    p = np.random.default_rng(1).dirichlet(np.ones(classes), size=4).astype("float32")
    loss, name = student.loss(y, p), student.compiled().loss
    right = float(-np.log(p[np.arange(4), y]).mean())
    if "error" in loss and "categorical" in name:
        cause = "categorical_crossentropy wants one-hot rows; its sparse_ sister takes integers."
        raise Wrong("loss-label-mismatch", "a loss that takes integer labels", loss.error, cause, "3. Compile")
    if "error" in loss:
        raise Wrong(
            "wrong-loss",
            "sparse_categorical_crossentropy",
            f"{name}: {loss.error}",
            "Another loss than cross-entropy.",
            "The idea",
        )
    logits = float(np.mean(np.log(np.exp(p).sum(axis=1)) - p[np.arange(4), y]))
    if abs(loss.value - logits) < 1e-3:
        cause = "The model ends in softmax, so the loss must not be told from_logits=True."
        raise Wrong(
            "from-logits-with-softmax",
            "probabilities taken as they are",
            "a loss that applies softmax again",
            cause,
            "Common mistakes",
        )
    if abs(loss.value - right) > 1e-3:
        received = f"{loss.value:.4f} from {name}"
        raise Wrong(
            "wrong-loss",
            f"−mean log p of the true class = {right:.4f}",
            received,
            "Another loss than cross-entropy.",
            "The idea",
        )


def cross_entropy_of_two_classes(student: Any, cause: str = "") -> None:
    """The compiled loss is the binary cross-entropy of labels 0 and 1 and probabilities, both (batch, 1).

    Args:
        cause: what a wrong loss is likely to come from.

    Raises:
        Wrong: from-logits-with-sigmoid, wrong-loss.
    """
    y, p = np.array([[1.0], [0.0]], dtype="float32"), np.array([[0.8], [0.4]], dtype="float32")
    loss, right = student.loss(y, p), float(-(np.log(0.8) + np.log(0.6)) / 2)
    if "error" not in loss and abs(loss.value - float(np.mean(np.log1p(np.exp(p)) - y * p))) < 1e-3:
        raise Wrong("from-logits-with-sigmoid", "probabilities taken as they are", "a loss that applies a sigmoid again",
                    "The model ends in sigmoid: no from_logits=True.", "3. Compile")  # fmt: skip
    if "error" in loss or abs(loss.value - right) > 1e-3:
        received = loss.get("error") or f"{loss.value:.4f} from {student.compiled().loss}"
        raise Wrong("wrong-loss", f"binary cross-entropy {right:.4f}", received, cause, "3. Compile")


def adam_at_the_rate(student: Any) -> None:
    """The optimizer is the course's, at the learning rate that hp gives, whichever it is.

    Raises:
        Wrong: wrong-optimizer, learning-rate-ignored, other-setting.
    """
    same_optimizer(student, {"learning_rate": 0.005}, {"learning_rate": 0.0003})


def accuracy_beside_the_loss(student: Any) -> None:
    """The compiled metrics hold an accuracy that counts right answers, under whatever name.

    Raises:
        Wrong: metrics-in-loss-weights, metric-missing, wrong-metric.
    """
    targets = student.course.data().train.y.rows
    outputs = student.course.predict(student.course.data().train.x.rows[:8])
    right = np.asarray(targets[:8]).reshape(len(outputs), -1)
    predictions = chosen_predictions(outputs, count=8)
    if outputs.shape[-1] > 1 and right.shape[1] == 1:
        # Half of the answers are right, whatever the labels are.
        sure = np.full(outputs.shape, 0.02 / (outputs.shape[-1] - 1))
        sure[np.arange(8), (right[:, 0].astype(int) + np.arange(8) % 2) % outputs.shape[-1]] = 0.98
        predictions.append(sure)
    same_metrics(student, targets, predictions)
