"""Where a run computes: one device, or several under a tf.distribute strategy."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

from whitepaper.devices import backends
from whitepaper.errors import CourseError, UsageError

STRATEGIES = ("auto", "cpu", "gpu", "mirrored", "multiworker", "tpu")


def check_name(name: str) -> str:
    """The name of a strategy.

    Raises:
        UsageError: no strategy of that name.
    """
    if name not in STRATEGIES:
        raise UsageError(f"STRATEGY is one of {', '.join(STRATEGIES)}. Received: {name!r}.")
    return name


def split_cpu(parts: int) -> None:
    """Make several logical devices of the CPU, so that replicas can be tried anywhere.

    Raises:
        UsageError: not a number from 1 to 64, or TensorFlow has computed already.
    """
    if not 1 <= parts <= 64:
        raise UsageError(f"CPUS is a whole number from 1 to 64. Received: {parts}.")
    import tensorflow as tf

    if parts == 1:
        return
    (cpu, *_) = tf.config.list_physical_devices("CPU")
    try:
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * parts)
    except RuntimeError as error:
        if len(tf.config.list_logical_devices("CPU")) != parts:
            raise UsageError(f"CPUS must be set before TensorFlow computes anything. Received: {parts}.") from error


def choose(name: str) -> tuple[str, Any]:
    """The strategy to use and its short name; None stands for plain Keras on the default device.

    Args:
        name: auto takes a TPU where TPU_NAME names one, several GPUs mirrored, one GPU, else the CPU.

    Raises:
        CourseError: what was asked for is not there, or another process of a multiworker run did not come.
    """
    if backends.name() == "jax":
        return f"{backends.device()}, by JAX", None
    import tensorflow as tf

    if name == "multiworker":
        from whitepaper.devices import cluster

        place, strategy = cluster.join()
        return f"multiworker over {len(place.addresses)}", strategy
    if name == "tpu" or (name == "auto" and os.environ.get("TPU_NAME")):
        strategy = _tpu()
        return f"tpu over {strategy.num_replicas_in_sync}", strategy
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


def is_chief(strategy: Any) -> bool:
    """Whether this process is the first, or the only one, of a run."""
    resolver = getattr(strategy, "cluster_resolver", None)
    return resolver is None or not resolver.task_type or (resolver.task_type, resolver.task_id) == ("worker", 0)


def _tpu() -> Any:
    import tensorflow as tf

    try:
        resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=os.environ.get("TPU_NAME") or "local")
        tf.config.experimental_connect_to_cluster(resolver)
        tf.tpu.experimental.initialize_tpu_system(resolver)
        return tf.distribute.TPUStrategy(resolver)
    except Exception as error:  # each layer of it fails in its own way where there is no TPU
        reason = " ".join(str(error).split())[:160]
        raise CourseError(
            f"STRATEGY=tpu needs a TPU that TensorFlow can reach. Received: {type(error).__name__}: {reason}",
            "STRATEGY=auto",
        ) from error


@contextlib.contextmanager
def scope(strategy: Any) -> Iterator[Any]:
    """The strategy's scope, in which models train on all of its replicas; nothing for plain Keras.

    Yields:
        the `replicas.Replicas`, or None where Keras's own fit does.
    """
    if strategy is None:
        yield None
        return
    import tensorflow as tf

    if isinstance(strategy, tf.distribute.MirroredStrategy | tf.distribute.MultiWorkerMirroredStrategy):
        from whitepaper.devices import replicas

        with replicas.instead_of_keras(strategy) as team, strategy.scope():
            yield team
    else:
        with strategy.scope():
            yield None


def forget_caching_device() -> None:
    """Mend what `tf.scan`, `tf.foldl` and `tf.map_fn` leave behind where the function that they call raises.

    They set a caching device and take it back only when all goes well; every strategy then refuses to open its scope.
    """
    import tensorflow as tf

    scope = tf.compat.v1.get_variable_scope
    if scope().caching_device is not None:
        # Outside of a graph TensorFlow does not let it be set.
        tf.function(lambda: scope().set_caching_device(None))()
