"""DCGAN: a generator that draws images from noise, and a discriminator that tells them from real ones."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import layers, ops

from whitepaper.models import arguments
from whitepaper.models.adversarial import AdversarialModel


def dcgan_generator(latent: int = 100, filters: int = 64, side: int = 28, channels: int = 1) -> keras.Model:
    """Noise to images: a dense layer, and transposed convolutions that double height and width twice.

    Args:
        latent: components of the noise. filters: of the last block; the blocks before have two and four times as many.
        side: of an image, a multiple of 4. channels: of an image.

    Returns:
        an uncompiled model, (batch, latent) → (batch, side, side, channels), values from −1 to 1.

    Raises:
        ValueError: a size that is no integer of at least 1, or a side that is no multiple of 4.

    Source: Radford, Metz, Chintala 2016, "Unsupervised Representation Learning with Deep Convolutional GANs".
    """
    latent, filters = arguments.whole("latent", latent), arguments.whole("filters", filters)
    side, channels = arguments.whole("side", side), arguments.whole("channels", channels)
    if side % 4:
        raise ValueError(f"side must be a multiple of 4, to be doubled twice. Received: {side}.")
    start = side // 4
    options: dict[str, Any] = {"padding": "same", "use_bias": False}
    return keras.Sequential(
        [
            keras.Input((latent,)),
            layers.Dense(start * start * 4 * filters, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Reshape((start, start, 4 * filters)),
            layers.Conv2DTranspose(2 * filters, 5, **options),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(filters, 5, strides=2, **options),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Conv2DTranspose(channels, 5, strides=2, activation="tanh", **options),
        ]
    )


def dcgan_discriminator(filters: int = 64, dropout: float = 0.3, side: int = 28, channels: int = 1) -> keras.Model:
    """Images to scores (logits): two convolutions with stride 2, each with LeakyReLU and dropout, and one dense unit.

    Args:
        filters: of the first convolution; the second has twice as many. dropout: share, in [0, 1). side, channels: of an image.

    Returns:
        an uncompiled model, (batch, side, side, channels) → (batch, 1), no sigmoid.

    Raises:
        ValueError: a size that is no integer of at least 1, or a share outside [0, 1).

    Source: as of `dcgan_generator`.
    """
    filters, dropout = arguments.whole("filters", filters), arguments.share("dropout", dropout)
    side, channels = arguments.whole("side", side), arguments.whole("channels", channels)
    return keras.Sequential(
        [
            keras.Input((side, side, channels)),
            layers.Conv2D(filters, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(dropout),
            layers.Conv2D(2 * filters, 5, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(dropout),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


def _cross_entropy(label: float, scores: Any) -> Any:
    """Mean binary cross-entropy of scores, all with one label."""
    return keras.losses.BinaryCrossentropy(from_logits=True)(ops.full_like(scores, label), scores)


@keras.saving.register_keras_serializable("whitepaper")
class Dcgan(AdversarialModel):
    """A generator G and a discriminator D: D learns to score real images 1 and drawn ones 0, G learns to be scored 1.

    L_D = CE(1, D(x)) + CE(0, D(G(z))), L_G = CE(1, D(G(z))) (Goodfellow et al. 2014, the non-saturating form).

    Args:
        latent: components of the noise. filters, discriminator_filters, dropout: of the two networks. side, channels: of an
            image. seed: of the noise.

    Compile it with `generator=` and `discriminator=` optimizers, and fit it on images from −1 to 1 alone.

    Raises:
        ValueError: as of `dcgan_generator` and `dcgan_discriminator`; a seed that is no integer of at least 0.
    """

    networks = ("generator", "discriminator")
    reported = ("g_loss", "d_loss")

    def __init__(self, latent: int = 100, filters: int = 64, discriminator_filters: int = 64, dropout: float = 0.3,
                 side: int = 28, channels: int = 1, seed: int = 0, **options: Any) -> None:  # fmt: skip
        super().__init__(**options)
        self.settings: dict[str, Any] = {
            "latent": arguments.whole("latent", latent),
            "filters": arguments.whole("filters", filters),
            "discriminator_filters": arguments.whole("discriminator_filters", discriminator_filters),
            "dropout": arguments.share("dropout", dropout),
            "side": arguments.whole("side", side),
            "channels": arguments.whole("channels", channels),
            "seed": arguments.whole("seed", seed, least=0),
        }
        self.generator = self.made(dcgan_generator, latent, filters, side, channels)
        self.discriminator = self.made(dcgan_discriminator, discriminator_filters, dropout, side, channels)

    def call(self, z: Any, training: Any = False) -> Any:
        return self.generator(z, training=training)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of the discriminator, then one of the generator, with the same noise."""
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        z = self.noise(tf.shape(images)[0], self.settings["latent"], self.settings["seed"])
        drawn = self.generator(z, training=True)
        with tf.GradientTape() as tape:
            real, fake = self.discriminator(images, training=True), self.discriminator(drawn, training=True)
            d_loss = _cross_entropy(1.0, real) + _cross_entropy(0.0, fake)
        self._step("discriminator", tape, d_loss)
        with tf.GradientTape() as tape:
            g_loss = _cross_entropy(1.0, self.discriminator(self.generator(z, training=True), training=True))
        self._step("generator", tape, g_loss)
        return self.report(g_loss=g_loss, d_loss=d_loss)

    def _step(self, name: str, tape: Any, loss: Any) -> None:
        variables = getattr(self, name).trainable_variables
        getattr(self, f"{name}_optimizer").apply(tape.gradient(loss, variables), variables)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.settings}
