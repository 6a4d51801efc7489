"""Keras callbacks that every run gets: the backup, the history file, the clean end at Ctrl-C; and one to watch a fit."""

from __future__ import annotations

import csv
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import keras


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


class HistoryFile(keras.callbacks.CSVLogger):
    """`history.csv`, a row an epoch. After a kill, rows from the epoch that is trained again are dropped first."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), append=True)
        self.path = path
        self._trimmed = False

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if not self._trimmed:
            self._trimmed = True
            _drop_from(self.path, epoch, self.csv_file)


def _drop_from(path: Path, epoch: int, handle: Any) -> None:
    handle.flush()
    lines = path.read_text().splitlines(keepends=True)
    kept = lines[:1] + [line for line in lines[1:] if line.endswith("\n") and int(line.split(",", 1)[0]) < epoch]
    if kept != lines:
        handle.seek(0)
        handle.truncate()
        handle.writelines(kept)
        handle.flush()


def read_history(path: Path) -> dict[str, list[float]]:
    """The curves of a history file, over all parts of a resumed fit."""
    curves: dict[str, list[float]] = {}
    if not path.is_file():
        return curves
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            for name, value in row.items():
                if name != "epoch" and value not in ("", "NA", None):
                    curves.setdefault(name, []).append(float(value))
    return curves


class Backup(keras.callbacks.BackupAndRestore):
    """Keras's backup of every epoch; one that cannot be read is set aside and said, and the fit begins anew.

    Args:
        folder: where the backup lies.
        say: called with one line for the person.
    """

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        super().__init__(str(folder), double_checkpoint=True)
        self.folder, self.say = folder, say

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        before = self.model.get_weights()
        try:
            super().on_train_begin(logs)
        except (OSError, ValueError, KeyError) as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.model.set_weights(before)
            self.model._initial_epoch = None
            self.say(
                f"The backup of the run that was cut off is damaged ({type(error).__name__}); the fit begins anew."
            )


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


def standard(folder: Path, say: Callable[[str], None]) -> tuple[list[keras.callbacks.Callback], StopOnInterrupt]:
    """The callbacks of a run: backup each epoch, history file, clean interrupt."""
    stop = StopOnInterrupt()
    backup = Backup(folder / "backup", say)
    return [backup, HistoryFile(folder / "history.csv"), stop], stop
