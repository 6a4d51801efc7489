"""What a student's code is watched by: which splits it asks for, what its own lines print, what it changes."""

from __future__ import annotations

import io
import linecache
import pickle
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

from whitepaper.checking.summaries import weights_of
from whitepaper.datasets import Dataset, Split
from whitepaper.lessons import contract

# Characters that are kept of what the student's code prints during one request.
MAX_PRINTED = 2_000


class OwnPrints(io.StringIO):
    """Keeps what lines of the student's file write that the solution does not have; what the lesson itself prints is dropped."""

    def __init__(self, student: ModuleType, course: ModuleType) -> None:
        super().__init__()
        self._path = student.__file__
        text = Path(course.__file__ or "").read_text(encoding="utf-8")
        self._lesson = {line.strip() for line in text.splitlines()}

    def write(self, text: str) -> int:
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != self._path:
            # Keras's progress bars are written far below the student's line: they are none of its prints.
            if "keras" in frame.f_globals.get("__name__", ""):
                return len(text)
            frame = frame.f_back  # type: ignore[assignment]
        if (
            frame is not None
            and linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip() not in self._lesson
        ):
            super().write(text[:MAX_PRINTED])
        return len(text)


def state_of(argument: Any) -> Any:
    """What a change of an argument would change."""
    if contract.is_keras_model(argument):
        return [weight.tobytes() for weight in weights_of(argument)]
    try:
        return pickle.dumps(argument)
    except (pickle.PicklingError, TypeError, AttributeError):
        return repr(argument)


class WatchedSplit(Split):
    """A split that counts the batches which are taken from its streams."""

    def batches(
        self, batch_size: int, shuffle: bool = False, augment: Callable[..., Any] | None = None, seed: int = 0
    ) -> Any:
        stream = super().batches(batch_size, shuffle, augment, seed)
        import tensorflow as tf

        def note(batch: Any) -> Any:
            self.__dict__["streamed"] = self.__dict__.get("streamed", 0) + 1
            return batch

        def counted(x: Any, y: Any) -> Any:
            kept = tf.numpy_function(note, [x], x.dtype)
            kept.set_shape(x.shape)
            return kept, y

        return stream.map(counted)


class WatchedDataset(Dataset):
    """A data set that notes which of its splits were asked for."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("train", "validation", "test"):
            object.__getattribute__(self, "__dict__").setdefault("_seen", set()).add(name)
        return object.__getattribute__(self, name)

    @classmethod
    def of(cls, data: Dataset) -> WatchedDataset:
        watched = cls(**{field.name: getattr(data, field.name) for field in fields(data)})
        watched.train = WatchedSplit(data.train.x, data.train.y)
        watched.__dict__["_seen"] = set()
        return watched

    @property
    def streamed(self) -> int:
        """Batches that were taken from streams of the training split."""
        return int(object.__getattribute__(self, "train").__dict__.get("streamed", 0))

    @property
    def seen(self) -> list[str]:
        return sorted(self.__dict__["_seen"])
