"""One trial of a search: the lesson's define, compile and fit, as Keras Tuner wants them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from whitepaper.errors import CourseError
from whitepaper.files import whole
from whitepaper.lessons import contract
from whitepaper.tuning.job import Job


class _EnoughError(BaseException):
    """The fit that a trial is judged by has ended; passes every `except Exception` of a lesson."""


def end_of_trial(objective: str) -> Any:
    """A Keras callback that ends a trial with the fit that it was given to, once that has measured the objective.

    Many lessons go on to compare variants or folds, which would only make each trial longer.
    """
    import keras

    class EndOfTrial(keras.callbacks.Callback):
        """Keeps the curves and raises _EnoughError when training ends."""

        def __init__(self) -> None:
            super().__init__()
            self.curves: dict[str, list[float]] = {}

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            for name, value in (logs or {}).items():
                self.curves.setdefault(name, []).append(float(value))

        def on_train_end(self, logs: dict[str, float] | None = None) -> None:
            self.curves = contract.named_accuracy(self.curves)
            if objective in self.curves:
                raise _EnoughError

    return EndOfTrial()


def lesson(job: Job) -> Any:
    """The lesson's define, compile and fit, as Keras Tuner wants them."""
    import keras
    import keras_tuner
    from keras_tuner.errors import FatalError

    objective, direction = job.row.objective or "", job.row.direction or ""

    class Lesson(keras_tuner.HyperModel):
        """Builds and trains the model of a trial."""

        def build(self, hp: Any) -> Any:
            keras.utils.set_random_seed(job.options.seed)
            for name, value in job.kept.items():
                hp.Fixed(name, value)
            try:
                model = contract.accept("define", job.steps["define"](job.data, hp))
                job.steps["compile"](model, hp)
                contract.accept("compile", None, model)
            except CourseError as error:
                raise FatalError(error.message) from error  # every other trial would meet it too
            return model

        def fit(self, hp: Any, model: Any, *arguments: Any, **options: Any) -> dict[str, float]:
            _require_room(job.folder, model)
            # Hyperband trains in rounds: it gives the epoch to end at and the one to begin with.
            epochs = options.get("epochs", job.preset.epochs) - options.get("initial_epoch", 0)
            end = end_of_trial(objective)
            given = [*options.get("callbacks", []), end]
            try:
                result = job.steps["fit"](model, job.data, replace(job.preset, epochs=epochs), given)
                history = contract.accept("fit", result)
            except _EnoughError:
                history = end.curves
            except CourseError as error:
                raise FatalError(error.message) from error
            if objective not in history:
                raise FatalError(f"Expected {objective} in the history of fit. Received: {', '.join(history)}.")
            return {objective: max(history[objective]) if direction == "max" else min(history[objective])}

    return Lesson()


def _require_room(folder: Path, model: Any) -> None:
    """Keras Tuner keeps the weights of a trial in HDF5 files, which end the process where the file system is full.

    Raises:
        FatalError: there is no room for the weights and what an optimizer adds to them.
    """
    from keras_tuner.errors import FatalError

    size = 3 * 4 * sum(math.prod(variable.shape) for variable in model.variables) + 100_000
    try:
        whole.require_room(folder, size)
    except OSError as error:
        raise FatalError(f"Expected room for {size:,} bytes in {folder}. Received: {error.strerror}.") from error
