"""Keras callbacks that every run gets: the backup, the history file, the clean end at Ctrl-C; and one to watch a fit."""

from __future__ import annotations

import csv
import io
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import keras

from whitepaper.files import whole
from whitepaper.lessons.backup import Backup


class StopOnInterrupt(keras.callbacks.Callback):
    """First Ctrl-C: end the fit after the running batch, with what was learned. Second: stop at once."""

    def __init__(self) -> None:
        super().__init__()
        self.interrupted = False
        self._before: Any = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        try:
            self._before = signal.signal(signal.SIGINT, self._note)
        except ValueError:  # not in the main thread (a notebook server, a test): Ctrl-C stays as it is
            self._before = None

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self.restore()

    def restore(self) -> None:
        """Give Ctrl-C back its former meaning; also after a fit that raised."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
            self._before = None

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        self.model.stop_training = True

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self.interrupted:
            self.model.stop_training = True


class HistoryFile(keras.callbacks.Callback):
    """`history.csv`, a row an epoch.

    Args:
        path: of the file.

    Attributes:
        rows: epoch, from 0, and metrics of each epoch; a `Backup` keeps them with the state of the fit, so that a file which a
            kill has cut off is never read again.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.rows: list[dict[str, float]] = []
        self._names: list[str] = []

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Write the row.

        Raises:
            WriteError: there is no room for it.
        """
        self.rows.append({"epoch": epoch, **{name: float(value) for name, value in (logs or {}).items()}})
        with whole.writing(self.path):
            if set(self.rows[-1]) <= set(self._names):
                with self.path.open("a", newline="", encoding="utf-8") as file:
                    csv.DictWriter(file, self._names).writerow(self.rows[-1])
                return
            self._names = list(dict.fromkeys(name for row in self.rows for name in row))
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, self._names)
            writer.writeheader()
            writer.writerows(self.rows)
            whole.write(self.path, text.getvalue().encode())

    @property
    def curves(self) -> dict[str, list[float]]:
        """The metrics by name, over all parts of a resumed fit."""
        found: dict[str, list[float]] = {}
        for row in self.rows:
            for name, value in row.items():
                if name != "epoch":
                    found.setdefault(name, []).append(value)
        return found


class Snapshots(keras.callbacks.Callback):
    """Keeps what the model says of a few examples: after the first epoch, every few epochs, and after the last one.

    Args:
        x: (n, …) the examples. every: epochs between two snapshots.

    Attributes:
        kept: epoch, from 1, → the model's answers, an array.
    """

    def __init__(self, x: Any, every: int) -> None:
        super().__init__()
        self.x, self.every = x, max(1, every)
        self.kept: dict[int, Any] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        done = epoch + 1
        if done in (1, self.params.get("epochs")) or done % self.every == 0:
            self.kept[done] = keras.ops.convert_to_numpy(self.model(self.x, training=False))


@dataclass(frozen=True)
class Standard:
    """The callbacks of a run: the history file, the clean interrupt, the backup after each epoch."""

    history: HistoryFile
    stop: StopOnInterrupt
    backup: Backup

    @property
    def given(self) -> list[keras.callbacks.Callback]:
        """What the lesson's `fit` is given."""
        return [self.history, self.stop, self.backup]


def standard(folder: Path, say: Callable[[str], None], shared: bool = False) -> Standard:
    """The callbacks of a run in a folder; `shared` where several replicas train."""
    return Standard(HistoryFile(folder / "history.csv"), StopOnInterrupt(), Backup(folder / "backup", say, shared))
