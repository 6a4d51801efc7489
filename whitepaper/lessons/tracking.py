"""Runs recorded for TensorBoard or Weights & Biases, beside the course's own record.

Nothing here asks for an account or a key: Weights & Biases writes an offline run unless WANDB_MODE says otherwise.
"""

from __future__ import annotations

import importlib.util
import io
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from whitepaper.errors import CourseError, UsageError
from whitepaper.files import downloads, sources

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


def system() -> dict[str, Any]:
    """What a run ran on: versions, processors, memory in GB."""
    import platform

    import keras

    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "processors": os.cpu_count() or 1,
        "memory_gb": round(pages / 1e9, 1),
    }


def write_scalars(folder: Path, curves: Mapping[str, Sequence[float]]) -> None:
    """Write curves as TensorBoard's scalars, a step an epoch from 0."""
    import tensorflow as tf

    with tf.summary.create_file_writer(str(folder)).as_default():
        for name, values in curves.items():
            for step, value in enumerate(values):
                tf.summary.scalar(name, float(value), step=step)


def read_scalars(folder: Path) -> dict[str, list[float]]:
    """The scalars of a folder of TensorBoard's event files, in the order of their steps; the last one where a step has several.

    Raises:
        CourseError: no such folder, or no event file in it.
    """
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    if not list(Path(folder).glob("events.out.tfevents.*")):
        raise CourseError(f"expected TensorBoard's event files in {folder}. Received: none.")
    events = EventAccumulator(str(folder), size_guidance={"tensors": 0, "scalars": 0}).Reload()
    found = {}
    for name in events.Tags()["tensors"]:
        if events.SummaryMetadata(name).plugin_data.plugin_name == "scalars":
            rows = {event.step: float(tensor_util.make_ndarray(event.tensor_proto)) for event in events.Tensors(name)}
            found[name] = [rows[step] for step in sorted(rows)]
    return found


def _wandb_run(say: Callable[[str], None], **settings: Any) -> Any:
    """Open a run of Weights & Biases: offline, unless WANDB_MODE says otherwise and its server answers.

    Args:
        say: called with one line where an online run was asked for and cannot be. settings: of `wandb.init`.
    """
    os.environ.setdefault("WANDB_MODE", "offline")
    os.environ.setdefault("WANDB_SILENT", "true")
    import wandb

    reason = ""
    if os.environ["WANDB_MODE"] in ("online", "run", "shared"):
        server = os.environ.get("WANDB_BASE_URL") or "https://api.wandb.ai"
        # wandb itself would wait for a minute and a half.
        if not downloads.reachable(server):
            reason = f"{server} does not answer"
        else:
            try:
                return wandb.init(settings=wandb.Settings(init_timeout=20), **settings)
            except wandb.errors.Error as error:  # no key, or a server that answers something else
                reason = " ".join(str(error).split())[:200]
        say(f"WANDB_MODE={os.environ['WANDB_MODE']}: {reason}. The run is recorded offline; wandb sync sends it later.")
        return wandb.init(mode="offline", **settings)
    return wandb.init(**settings)


def record_with_wandb(
    folder: Path, group: str, name: str, config: Mapping[str, Any], curves: Mapping[str, Sequence[float]]
) -> str:
    """Record a finished fit as a run of Weights & Biases: offline, without account and network, unless WANDB_MODE says otherwise.

    Args:
        folder: the run is kept in `wandb/` below it; `wandb sync <run>` sends it later.
        group, name: that runs are found by. config: settings. curves: a step an epoch.

    Returns:
        the run's folder, or "" where the package is not installed.
    """
    if importlib.util.find_spec("wandb") is None:
        return ""
    # A run that TRACK=wandb has open goes on beside this one.
    run = _wandb_run(sources.say, project="whitepaper", group=group, name=name, dir=str(folder), config=dict(config),
                     reinit="create_new")  # fmt: skip
    for epoch in range(max(map(len, curves.values()), default=0)):
        run.log({key: float(values[epoch]) for key, values in curves.items() if epoch < len(values)}, step=epoch)
    place = str(Path(run.dir).parent)
    run.finish()
    return place


class Tracker:
    """Records one run.

    Args:
        name: one of TRACKERS.
        folder: the run's folder; logs lie in `tensorboard/` or `wandb/` below it.
        exercise: "ex05", the group that runs are compared in.
        config: preset, seed, data and hyperparameters. say: called with one line for the person.
    """

    def __init__(self, name: str, folder: Path, exercise: str, config: Mapping[str, Any],
                 say: Callable[[str], None] = sources.say) -> None:  # fmt: skip
        self.name, self.folder, self.config = name, folder, dict(config)
        self._wandb: Any = None
        if name == "wandb":
            folder.mkdir(parents=True, exist_ok=True)
            self._wandb = _wandb_run(say, project="whitepaper", group=exercise, name=folder.name, dir=str(folder),
                                     config=self.config)  # fmt: skip

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
