"""Runs recorded for TensorBoard or Weights & Biases, beside the course's own record.

Nothing here asks for an account or a key: Weights & Biases writes an offline run unless WANDB_MODE says otherwise.
"""

from __future__ import annotations

import importlib.util
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whitepaper.errors import CourseError, UsageError

TRACKERS = ("none", "tensorboard", "wandb")


def check_name(name: str) -> str:
    """The name of a tracker.

    Raises:
        UsageError: no tracker of that name.
        CourseError: its package is not installed.
    """
    if name not in TRACKERS:
        raise UsageError(f"TRACK is one of {', '.join(TRACKERS)}. Received: {name!r}.")
    if name != "none" and importlib.util.find_spec(name) is None:
        raise CourseError(
            f"TRACK={name} needs the package {name}. Received: it is not installed.", 'pip install -e ".[track]"'
        )
    return name


class Tracker:
    """Records one run.

    Args:
        name: one of TRACKERS.
        folder: the run's folder; logs lie in `tensorboard/` or `wandb/` below it.
        exercise: "ex05", the group that runs are compared in.
        config: preset, seed, data and hyperparameters.
    """

    def __init__(self, name: str, folder: Path, exercise: str, config: Mapping[str, Any]) -> None:
        self.name, self.folder, self.config = name, folder, dict(config)
        self._wandb: Any = None
        if name == "wandb":
            os.environ.setdefault("WANDB_MODE", "offline")
            os.environ.setdefault("WANDB_SILENT", "true")
            import wandb

            folder.mkdir(parents=True, exist_ok=True)
            self._wandb = wandb.init(
                project="whitepaper", group=exercise, name=folder.name, dir=str(folder), config=self.config
            )

    def callbacks(self) -> list[Any]:
        """The Keras callbacks that record every epoch."""
        if self.name == "tensorboard":
            import keras

            return [keras.callbacks.TensorBoard(str(self.folder / "tensorboard"), write_graph=False)]
        if self.name == "wandb":
            from wandb.integration.keras import WandbMetricsLogger

            return [WandbMetricsLogger()]
        return []

    def finish(self, metrics: Mapping[str, float], figures: Path) -> None:
        """Record the final metrics, the hyperparameters and the figures.

        Args:
            metrics: of the test split, by name.
            figures: the folder of the run's PNG files; it may be missing.
        """
        pictures = sorted(figures.glob("*.png")) if figures.is_dir() else []
        if self.name == "tensorboard":
            self._finish_tensorboard(metrics, pictures)
        elif self.name == "wandb":
            import wandb

            self._wandb.summary.update({f"test/{name}": float(value) for name, value in metrics.items()})
            self._wandb.log({f"figures/{path.stem}": wandb.Image(str(path)) for path in pictures})
            self._wandb.finish()
            self._wandb = None

    def close(self) -> None:
        """End a run that failed; what was recorded so far is kept."""
        if self._wandb is not None:
            self._wandb.finish(exit_code=1)
            self._wandb = None

    def _finish_tensorboard(self, metrics: Mapping[str, float], pictures: list[Path]) -> None:
        import numpy as np
        import tensorflow as tf
        from PIL import Image
        from tensorboard.plugins.hparams import api

        with tf.summary.create_file_writer(str(self.folder / "tensorboard" / "run")).as_default():
            api.hparams(
                {
                    name: value if isinstance(value, int | float | str | bool) else str(value)
                    for name, value in self.config.items()
                }
            )
            for name, value in metrics.items():
                tf.summary.scalar(f"test/{name}", float(value), step=0)
            for path in pictures:
                picture = np.asarray(Image.open(io.BytesIO(path.read_bytes())).convert("RGB"))
                tf.summary.image(f"figures/{path.stem}", picture[None], step=0)
