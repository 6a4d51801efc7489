"""Checks that many lessons share: what every fit and every evaluate must keep to."""

from __future__ import annotations

from typing import Any

from whitepaper.checking.fit_comparisons import same_fits
from whitepaper.checking.verdict import Wrong


def fit_follows_the_preset(student: Any, validation: bool = True, read: str = "4. Fit", others: bool = True) -> None:
    """A Keras fit of the model that the step is given: on the course's rows, in their pairs, with the preset's epochs and
    batch size, with validation and callbacks; and the model has learned.

    Args:
        student: the handle, with fit among its own steps.
        validation: whether the lesson watches the validation split.
        others: whether fits of other models are run, or noted alone (see `Handle.fitted`).

    Raises:
        Wrong: as `same_fits`; no-validation where the history has no validation curve.
    """
    fitted = student.fitted(others)
    if "test" in fitted.seen and "test" not in student.course.fitted(others).seen:
        raise Wrong("test-data-in-fit", "training and validation data only", "the test split was used while fitting",
                    "The test split is for evaluate alone: watch data.validation.", read, shown=True)  # fmt: skip
    if "train" not in fitted.seen and "train" in student.course.fitted(others).seen:
        used = ", ".join(fitted.seen) or "no split"
        raise Wrong("wrong-split", "training on data.train", f"{used} used", "", read)
    same_fits(student, validation=validation, read=read, others=others)
    if validation and "val_loss" not in fitted.history:
        raise Wrong("no-validation", "a history with val_loss", f"curves {', '.join(fitted.history)}", "", read)
    if not fitted.weights_changed:
        raise Wrong("nothing-learned", "weights that change", "the weights from before", "", read)


def measures_the_test_split(
    student: Any, names: tuple[str, ...], tolerance: float = 1e-3, read: str = "5. Evaluate", others: bool = True
) -> None:
    """The metrics of the test split by name, equal to the course's on the same fitted model.

    Args:
        names: of the metrics. tolerance: relative, and absolute below 1.
        others: whether fits of other models are run, or noted alone (see `Handle.fitted`).

    Raises:
        Wrong: metric-missing, not-the-test-split, wrong-value, model-changed.
    """
    found, right = student.evaluated(others), student.course.evaluated(others)
    for name in names:
        if name not in found.metrics:
            raise Wrong(
                "metric-missing", f"the keys {', '.join(names)}", ", ".join(found.metrics) or "an empty dict", "", read
            )
    if "test" not in found.seen:
        raise Wrong("not-the-test-split", "numbers of data.test", f"{', '.join(found.seen) or 'no split'} used",
                    "A model is judged on examples that it never saw.", read)  # fmt: skip
    for name in names:
        value, expected = found.metrics[name], right.metrics[name]
        if not abs(value - expected) <= tolerance * max(1.0, abs(expected)):
            raise Wrong("wrong-value", f"{name} {expected:.4f}", f"{value:.4f}", "", read)
    if found.weights_changed:
        raise Wrong(
            "model-changed",
            "a model that stays as it is",
            "other weights after evaluate",
            "evaluate must not train.",
            read,
        )
