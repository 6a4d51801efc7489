"""Keras callbacks that every run gets: the backup, the history file, the clean end at Ctrl-C."""

from __future__ import annotations

import csv
import signal
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


def standard(folder: Path) -> tuple[list[keras.callbacks.Callback], StopOnInterrupt]:
    """The callbacks of a run: backup each epoch, history file, clean interrupt."""
    stop = StopOnInterrupt()
    backup = keras.callbacks.BackupAndRestore(str(folder / "backup"), double_checkpoint=True)
    return [backup, HistoryFile(folder / "history.csv"), stop], stop
