"""CycleGAN: two generators that translate between two sets of images without pairs, and a discriminator for each set."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

from whitepaper.models import arguments
from whitepaper.models.adversarial import AdversarialModel, InstanceNormalization, ReflectionPadding2D


def _normalized(x: Any, activation: Any = None) -> Any:
    x = InstanceNormalization()(x)
    return x if activation is None else activation(x)


def resnet_generator(side: int = 256, filters: int = 64, blocks: int = 9, channels: int = 3) -> keras.Model:
    """Images to images: two convolutions with stride 2, residual blocks x + h(x), and two transposed convolutions back.

    Every convolution but the last is followed by instance normalization, and its border is padded by reflection where the
    size stays.

    Args:
        side: of an image, a multiple of 4. filters: of the first convolution; the residual blocks have four times as many.
        blocks: how many residual blocks. channels: of an image.

    Returns:
        an uncompiled model, (batch, side, side, channels) → the same shape, values from −1 to 1.

    Raises:
        ValueError: a size that is no integer of at least 1 (blocks: at least 0), or a side that is no multiple of 4.

    Source: Zhu, Park, Isola, Efros 2017, section 7.2; Johnson, Alahi, Fei-Fei 2016.
    """
    side, filters = arguments.whole("side", side), arguments.whole("filters", filters)
    blocks, channels = arguments.whole("blocks", blocks, least=0), arguments.whole("channels", channels)
    if side % 4:
        raise ValueError(f"side must be a multiple of 4, to be halved twice. Received: {side}.")
    inputs = keras.Input((side, side, channels))
    x = layers.Conv2D(filters, 7, use_bias=False)(ReflectionPadding2D(3)(inputs))
    x = _normalized(x, layers.ReLU())
    for many in (2 * filters, 4 * filters):
        x = _normalized(layers.Conv2D(many, 3, strides=2, padding="same", use_bias=False)(x), layers.ReLU())
    for _ in range(blocks):
        h = _normalized(layers.Conv2D(4 * filters, 3, use_bias=False)(ReflectionPadding2D(1)(x)), layers.ReLU())
        x = layers.add([x, _normalized(layers.Conv2D(4 * filters, 3, use_bias=False)(ReflectionPadding2D(1)(h)))])
    for many in (2 * filters, filters):
        x = _normalized(layers.Conv2DTranspose(many, 3, strides=2, padding="same", use_bias=False)(x), layers.ReLU())
    return keras.Model(inputs, layers.Conv2D(channels, 7, activation="tanh")(ReflectionPadding2D(3)(x)))


def patch_discriminator(side: int = 256, filters: int = 64, downsamplings: int = 3, channels: int = 3) -> keras.Model:
    """Images to a map of scores: each place of the map scores one patch of the image (PatchGAN).

    Args:
        side: of an image. filters: of the first convolution; each further one with stride 2 has twice as many.
        downsamplings: convolutions with stride 2. channels: of an image.

    Returns:
        an uncompiled model, (batch, side, side, channels) → scores (batch, rows, columns, 1), no sigmoid.

    Raises:
        ValueError: a size that is no integer of at least 1.

    Source: Isola, Zhu, Zhou, Efros 2017, "Image-to-Image Translation with Conditional Adversarial Networks".
    """
    side, filters = arguments.whole("side", side), arguments.whole("filters", filters)
    downsamplings, channels = arguments.whole("downsamplings", downsamplings), arguments.whole("channels", channels)
    inputs = keras.Input((side, side, channels))
    x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, strides=2, padding="same")(inputs))
    for number in range(1, downsamplings):
        x = layers.Conv2D(filters * 2**number, 4, strides=2, padding="same")(x)
        x = _normalized(x, layers.LeakyReLU(0.2))
    return keras.Model(inputs, layers.Conv2D(1, 4, padding="same")(x))


def _mean(values: Any) -> Any:
    """The mean over all values, in float32, divided by the number of replicas that work side by side."""
    return ops.mean(ops.cast(values, "float32")) / tf.distribute.get_strategy().num_replicas_in_sync


@keras.saving.register_keras_serializable("whitepaper")
class CycleGan(AdversarialModel):
    """Generators G: X → Y and F: Y → X, discriminators D_X and D_Y, with least-squares losses.

    L_G = (D_Y(G(x)) − 1)² + cycle · |y − G(F(y))| + cycle · identity · |y − G(y)|, likewise for F;
    L_D = ½ ((D(real) − 1)² + D(drawn)²); means over all places (Zhu, Park, Isola, Efros 2017).

    Args:
        side, filters, blocks, downsamplings: of the networks. cycle, identity: weights of the losses.

    Compile it with `g=`, `f=`, `d_x=` and `d_y=` optimizers, and fit it on pairs of batches (x, y) with values from −1 to 1.

    Raises:
        ValueError: as of `resnet_generator` and `patch_discriminator`; a weight below 0.
    """

    networks = ("g", "f", "d_x", "d_y")
    reported = ("g_loss", "f_loss", "d_x_loss", "d_y_loss")

    def __init__(self, side: int = 256, filters: int = 64, blocks: int = 9, downsamplings: int = 3, cycle: float = 10.0,
                 identity: float = 0.5, **options: Any) -> None:  # fmt: skip
        super().__init__(**options)
        self.settings: dict[str, Any] = {
            "side": arguments.whole("side", side),
            "filters": arguments.whole("filters", filters),
            "blocks": arguments.whole("blocks", blocks, least=0),
            "downsamplings": arguments.whole("downsamplings", downsamplings),
            "cycle": arguments.number("cycle", cycle, least=0),
            "identity": arguments.number("identity", identity, least=0),
        }
        self.g, self.f = (self.made(resnet_generator, side, filters, blocks) for _ in range(2))
        self.d_x, self.d_y = (self.made(patch_discriminator, side, filters, downsamplings) for _ in range(2))

    def call(self, x: Any, training: Any = False) -> Any:
        return self.g(x, training=training)

    def _generator_loss(self, scores: Any, real: Any, back: Any, same: Any) -> Any:
        cycle = self.settings["cycle"]
        real = ops.cast(real, back.dtype)
        return (
            _mean((scores - 1) ** 2)
            + cycle * _mean(ops.abs(real - back))
            + cycle * self.settings["identity"] * _mean(ops.abs(real - same))
        )

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of both generators, then one of each discriminator, on the images drawn before."""
        x, y = data
        with tf.GradientTape(persistent=True) as tape:
            drawn_y, drawn_x = self.g(x, training=True), self.f(y, training=True)
            g_loss = self._generator_loss(
                self.d_y(drawn_y, training=True), y, self.g(drawn_x, training=True), self.g(y, training=True)
            )
            f_loss = self._generator_loss(
                self.d_x(drawn_x, training=True), x, self.f(drawn_y, training=True), self.f(x, training=True)
            )
            total = g_loss + f_loss
        self._step("g", tape, total)
        self._step("f", tape, total)
        losses = {"g_loss": g_loss, "f_loss": f_loss}
        for name, real, drawn in (("d_x", x, drawn_x), ("d_y", y, drawn_y)):
            network = getattr(self, name)
            with tf.GradientTape() as tape:
                scores, fake = network(real, training=True), network(drawn, training=True)
                losses[f"{name}_loss"] = 0.5 * (_mean((scores - 1) ** 2) + _mean(fake**2))
            self._step(name, tape, losses[f"{name}_loss"])
        return self.report(**losses)

    def _step(self, name: str, tape: Any, loss: Any) -> None:
        variables = getattr(self, name).trainable_variables
        getattr(self, f"{name}_optimizer").apply(tape.gradient(loss, variables), variables)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.settings}
