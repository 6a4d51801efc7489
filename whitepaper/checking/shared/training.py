"""Checks that many lessons share: what every fit and every evaluate must keep to."""

from __future__ import annotations

import math
from typing import Any

from whitepaper.checking.verdict import Wrong


def fit_follows_the_preset(
    student: Any, epochs: int = 2, batch_size: int = 25, validation: bool = True, read: str = "4. Fit",
    examples: int | None = None,
) -> None:  # fmt: skip
    """A Keras fit on the training split, with callbacks, validation and the preset's epochs and batch size.

    Args:
        student: the handle, with fit among its own steps.
        epochs, batch_size: of the lesson's smoke preset.
        validation: whether the lesson watches the validation split.
        examples: how many rows the lesson trains on, where it is not the whole training split.

    Raises:
        Wrong: test-data-in-fit, no-validation, wrong-split, callbacks-not-handed-on, wrong-epochs, wrong-batch-size,
            nothing-learned.
    """
    fitted, data = student.fitted(), student.course.data()
    if "test" in fitted.seen:
        raise Wrong("test-data-in-fit", "training and validation data only", "the test split was used while fitting",
                    "The test split is for evaluate alone: watch data.validation.", read)  # fmt: skip
    if "train" not in fitted.seen:
        raise Wrong("wrong-split", "training on data.train", f"{', '.join(fitted.seen) or 'no split'} used", "", read)
    if validation and ("validation" not in fitted.seen or "val_loss" not in fitted.history):
        raise Wrong("no-validation", "validation_data from data.validation", f"curves {', '.join(fitted.history)}",
                    "Hand validation_data=(data.validation.x, data.validation.y) to model.fit.", read)  # fmt: skip
    if not fitted.called:
        raise Wrong("callbacks-not-handed-on", "callbacks=callbacks", "callbacks that were never called",
                    "Without them a killed run cannot go on, and no history is kept.", read)  # fmt: skip
    if fitted.epochs != epochs:
        raise Wrong(
            "wrong-epochs", f"preset.epochs = {epochs} epochs", f"{fitted.epochs}", "Write epochs=preset.epochs.", read
        )
    examples = examples or data.train.examples
    batches = math.ceil(examples / batch_size)
    if fitted.batches == math.ceil(data.validation.examples / batch_size):
        raise Wrong("wrong-split", f"{examples} training examples", f"{fitted.batches} batches an epoch",
                    "Is the model trained on the validation split?", read)  # fmt: skip
    if fitted.batches != batches:
        raise Wrong("wrong-batch-size", f"{batches} batches of {batch_size} an epoch", f"{fitted.batches} batches",
                    "Write batch_size=preset.batch_size, and train on all of data.train.", read)  # fmt: skip
    if not fitted.weights_changed:
        raise Wrong(
            "nothing-learned", "weights that change", "the weights from before", "Is the model trained at all?", read
        )


def learns_from_the_stream(student: Any, cause: str, read: str = "4. Fit") -> None:
    """The fit takes its batches from a stream of the training split, not from its arrays as they are.

    Whether that stream changes pictures is not seen: a student may change them in a `map` of his own.

    Raises:
        Wrong: stream-not-used.
    """
    fitted = student.fitted()
    if fitted.streamed < fitted.batches:
        raise Wrong(
            "stream-not-used", f"batches from the stream, {fitted.batches} an epoch", f"{fitted.streamed}", cause, read
        )


def measures_the_test_split(
    student: Any, names: tuple[str, ...], tolerance: float = 1e-3, read: str = "5. Evaluate"
) -> None:
    """The metrics of the test split by name, equal to the course's on the same fitted model.

    Raises:
        Wrong: metric-missing, not-the-test-split, wrong-value, model-changed.
    """
    found, right = student.evaluated(), student.course.evaluated()
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
