"""A Keras callback that notes what a fit did."""

from __future__ import annotations

from typing import Any

import keras


class FitRecorder(keras.callbacks.Callback):
    """Counts epochs and batches into a dict.

    Args:
        notes: gets "called", "epochs", "batches" (of the last epoch).
    """

    def __init__(self, notes: dict[str, Any]) -> None:
        super().__init__()
        self.notes = notes

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.notes["called"] = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.notes["batches"] = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.notes["batches"] += 1

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.notes["epochs"] += 1
