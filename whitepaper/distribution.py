"""Where a run computes: one device, or several under a tf.distribute strategy."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Any

from whitepaper.errors import CourseError, UsageError

STRATEGIES = ("auto", "cpu", "gpu", "mirrored")


def check_name(name: str) -> str:
    """The name of a strategy.

    Raises:
        UsageError: no strategy of that name.
    """
    if name not in STRATEGIES:
        raise UsageError(f"STRATEGY is one of {', '.join(STRATEGIES)}. Received: {name!r}.")
    return name


def choose(name: str) -> tuple[str, Any]:
    """The strategy to use and its short name; None stands for plain Keras on the default device.

    Args:
        name: auto takes several GPUs mirrored, else one GPU, else the CPU.

    Raises:
        CourseError: a GPU was asked for and TensorFlow lists none.
    """
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if name == "gpu" and not gpus:
        raise CourseError("STRATEGY=gpu needs a GPU. Received: TensorFlow lists none on this machine.", "STRATEGY=auto")
    if name == "mirrored" or (name == "auto" and len(gpus) > 1):
        devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        strategy = tf.distribute.MirroredStrategy([device.name for device in devices])
        return f"mirrored over {strategy.num_replicas_in_sync}", strategy
    if name == "cpu" and gpus:
        return "cpu", tf.distribute.OneDeviceStrategy("/cpu:0")
    return ("gpu" if gpus else "cpu"), None


def scope(strategy: Any) -> AbstractContextManager[Any]:
    """The strategy's scope; nothing for plain Keras."""
    return strategy.scope() if strategy is not None else contextlib.nullcontext()
