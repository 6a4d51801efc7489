"""Networks that train each other: the model that holds them, and two layers of picture-to-picture networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable("whitepaper")
class InstanceNormalization(keras.layers.Layer):
    """Each channel of each picture by itself: y = gamma · (x − mean) / √(variance + epsilon) + beta.

    Mean and variance are taken over the places of one picture, in training and afterwards alike, so neither the batch nor
    its size matters (Ulyanov, Vedaldi, Lempitsky 2016, "Instance Normalization: The Missing Ingredient for Fast Stylization").

    Args:
        epsilon: added to the variance, above 0.

    Input and output: (batch, height, width, channels).

    Raises:
        ValueError: epsilon is not above 0, or the input is no batch of pictures.
    """

    def __init__(self, epsilon: float = 1e-5, **options: Any) -> None:
        super().__init__(**options)
        if not epsilon > 0:
            raise ValueError(f"epsilon must be above 0. Received: {epsilon!r}.")
        self.epsilon = epsilon

    def build(self, input_shape: Any) -> None:
        _pictures(input_shape)
        if input_shape[-1] is None:
            raise ValueError(f"expected a known number of channels. Received: shape {tuple(input_shape)}.")
        self.gamma = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=(input_shape[-1],), initializer="zeros", name="beta")

    def call(self, x: Any) -> Any:
        mean, variance = ops.moments(x, axes=(1, 2), keepdims=True)
        return (x - mean) * ops.rsqrt(variance + self.epsilon) * self.gamma + self.beta

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("whitepaper")
class ReflectionPadding2D(keras.layers.Layer):
    """Adds rows and columns that mirror the picture at its edges, which are not doubled: cba|abcd becomes c b|a b c d|c b.

    In place of zeros, whose dark frame a network would learn with the picture (Zhu, Park, Isola, Efros 2017, section 7.1).

    Args:
        padding: rows and columns on each side, 0 or more, fewer than the picture has.

    Input: (batch, height, width, channels). Output: (batch, height + 2 · padding, width + 2 · padding, channels).

    Raises:
        ValueError: a padding that is no whole number, is below 0, or is as large as the picture.
    """

    def __init__(self, padding: int = 1, **options: Any) -> None:
        super().__init__(**options)
        if not isinstance(padding, int) or padding < 0:
            raise ValueError(f"padding is a whole number of at least 0. Received: {padding!r}.")
        self.padding = padding

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        _pictures(input_shape)
        batch, height, width, channels = input_shape
        if any(side is not None and side <= self.padding for side in (height, width)):
            raise ValueError(f"expected pictures of more than {self.padding} pixels. Received: {height} × {width}.")
        larger = [None if side is None else side + 2 * self.padding for side in (height, width)]
        return (batch, *larger, channels)

    def call(self, x: Any) -> Any:
        self.compute_output_shape(x.shape)
        return ops.pad(x, ((0, 0), (self.padding,) * 2, (self.padding,) * 2, (0, 0)), mode="reflect")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding}


def _pictures(shape: Any) -> None:
    if len(shape) != 4:
        raise ValueError(f"expected pictures (batch, height, width, channels). Received: shape {tuple(shape)}.")


class AdversarialModel(keras.Model):
    """Networks that train each other, each with an optimizer of its own; a lesson's class adds the networks and `train_step`.

    A class of a lesson names its networks (attributes that its constructor makes, built) and the losses that it reports::

        class Gan(AdversarialModel):
            networks = ("generator", "discriminator")
            reported = ("g_loss", "d_loss")

    It is compiled with an optimizer for each network, `model.compile(generator=Adam(1e-4), discriminator=Adam(1e-4))`, which
    `train_step` finds as `self.generator_optimizer` and `self.discriminator_optimizer`. They are saved, backed up and loaded
    with the model, and built at once, as tf.distribute needs it.
    """

    networks: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._trackers = [keras.metrics.Mean(name=name) for name in self.reported]
        # The networks are built by themselves; Keras need not try the whole on a batch.
        self.built = True

    def compile(self, steps_per_execution: int = 1, jit_compile: Any = "auto", run_eagerly: bool = False,
                **optimizers: Any) -> None:  # fmt: skip
        """Give each network its optimizer.

        Args:
            optimizers: one by the name of each network; an object, a name or a configuration.

        Raises:
            ValueError: other names than those of the networks, or one object for two of them.
        """
        if sorted(optimizers) != sorted(self.networks):
            expected = ", ".join(f"{name}=…" for name in self.networks)
            raise ValueError(f"compile takes {expected}. Received: {', '.join(optimizers) or 'none of them'}.")
        made = {name: keras.optimizers.get(optimizers[name]) for name in self.networks}
        if len({id(optimizer) for optimizer in made.values()}) < len(made):
            raise ValueError("each network needs an optimizer of its own. Received: one object for several.")
        for name, optimizer in made.items():
            setattr(self, f"{name}_optimizer", optimizer)
            optimizer.build(getattr(self, name).trainable_variables)
        super().compile(optimizer=made[self.networks[0]], steps_per_execution=steps_per_execution,
                        jit_compile=jit_compile, run_eagerly=run_eagerly)  # fmt: skip

    def get_compile_config(self) -> dict[str, Any]:
        """The configuration of each network's optimizer, by name."""
        return {
            name: keras.optimizers.serialize(getattr(self, f"{name}_optimizer"))
            for name in self.networks
            if self.compiled
        }

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """Compile as the model was that was saved."""
        self.compile(**{name: keras.optimizers.deserialize(one) for name, one in config.items()})

    @property
    def metrics(self) -> list[Any]:
        """The mean of each reported loss over the epoch."""
        return list(self._trackers)

    def report(self, **losses: Any) -> dict[str, Any]:
        """Note the losses of a step; gives the means so far, which `train_step` returns.

        Keras divides a loss by the number of replicas that work side by side, so that their gradients add up to the right
        one; here that is taken back, and the curves are the same on one device and on several.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        for tracker in self._trackers:
            tracker.update_state(losses[tracker.name] * replicas)
        return {tracker.name: tracker.result() for tracker in self._trackers}

    def noise(self, count: Any, size: int, seed: int = 0) -> Any:
        """Normal noise (count, size) for this step, drawn from the number of steps done.

        A run that was cut off goes on with the noise that it would have had; each replica draws its own.
        """
        context = tf.distribute.get_replica_context()
        replica = context.replica_id_in_sync_group if context else 0
        steps = ops.cast(getattr(self, f"{self.networks[0]}_optimizer").iterations, "int32")
        return tf.random.stateless_normal((count, size), seed=[seed * 1009 + replica, steps])


class EpochPictures(keras.callbacks.Callback):
    """After each epoch one picture of what a model draws, always from the same inputs, and all of them as a GIF.

    They are kept in the model's attribute `frames`, by epoch from 1. In a run also in its folder, as `epochs/007.npy` and
    `epochs.gif`; a run that was cut off finds the epochs of before.

    Args:
        draw: model → uint8 picture (height, width) or (height, width, 3).
        folder: of the run; None keeps nothing on disk.
        scale: pixels of the GIF for each pixel of a picture.
    """

    def __init__(self, draw: Callable[[Any], np.ndarray], folder: Path | None, scale: int = 2) -> None:
        super().__init__()
        self.draw, self.folder, self.scale = draw, folder, scale

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.frames: dict[int, np.ndarray] = {}
        for path in sorted(self.folder.glob("epochs/[0-9]*.npy")) if self.folder else ():
            self.frames[int(path.stem)] = np.load(path)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        # An epoch that was cut off is drawn again, and what came after it is not of this run.
        self.frames = {number: frame for number, frame in self.frames.items() if number <= epoch}
        self.frames[epoch + 1] = self.draw(self.model)
        self.model.frames = dict(self.frames)
        if self.folder:
            from whitepaper.plots import save_animation

            (self.folder / "epochs").mkdir(exist_ok=True)
            np.save(self.folder / "epochs" / f"{epoch + 1:03d}.npy", self.frames[epoch + 1])
            save_animation(list(self.frames.values()), self.folder / "epochs.gif", scale=self.scale)
