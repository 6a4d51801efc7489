"""Autoencoders: an encoder to a narrow code, a decoder back, trained to give back what comes in."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING

from whitepaper.models import arguments

if TYPE_CHECKING:
    import keras


def autoencoder(input_shape: Sequence[int] = (28, 28), hidden: Sequence[int] = (), latent: int = 64) -> keras.Model:
    """A dense autoencoder: code z = relu(W x + b), image x' = sigmoid(V z + c), with hidden layers on both sides.

    The layers "encoder" and "decoder" are models of their own (exercise 24a).

    Args:
        input_shape: of one example with values from 0 to 1, without the batch axis.
        hidden: units of the encoder's hidden layers; the decoder has them in reverse order.
        latent: components of the code.

    Returns:
        an uncompiled model, (batch, *input_shape) → (batch, *input_shape).

    Raises:
        ValueError: a size that is no integer of at least 1.

    Source: Hinton, Salakhutdinov 2006, "Reducing the Dimensionality of Data with Neural Networks".
    """
    import keras

    shape = arguments.shape("input_shape", input_shape)
    sizes = (*arguments.wholes("hidden", hidden), arguments.whole("latent", latent))
    layers = keras.layers
    encoder = keras.Sequential(
        [
            keras.Input(shape),
            layers.Flatten(),
            *(layers.Dense(units, activation="relu") for units in sizes),
        ],
        name="encoder",
    )
    decoder = keras.Sequential(
        [
            keras.Input((sizes[-1],)),
            *(layers.Dense(units, activation="relu") for units in reversed(sizes[:-1])),
            layers.Dense(prod(shape), activation="sigmoid"),  # type: ignore[arg-type]
            layers.Reshape(shape),
        ],
        name="decoder",
    )
    images = keras.Input(shape)
    return keras.Model(images, decoder(encoder(images)))


def convolutional_autoencoder(
    input_shape: Sequence[int] = (28, 28, 1), filters: Sequence[int] = (16, 8), kernel: int = 3
) -> keras.Model:
    """A convolutional autoencoder: each block of the encoder halves height and width, each of the decoder doubles them.

    The encoder has a convolution with stride 2 and relu for each number of filters, the decoder a transposed convolution
    with stride 2 and relu for each, in reverse order, and a convolution with sigmoid at the end.

    Args:
        input_shape: (height, width, channels); height and width are divisible by 2 to the power of the number of blocks.
        filters: of each block of the encoder. kernel: side of the windows.

    Returns:
        an uncompiled model with the layers "encoder" and "decoder", (batch, *input_shape) → (batch, *input_shape), values
        from 0 to 1.

    Raises:
        ValueError: a size that is no integer of at least 1, or a height or width that the blocks cannot halve.

    Source: Masci et al. 2011, "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction".
    """
    import keras

    shape = arguments.shape("input_shape", input_shape, lengths=(3,))
    blocks = arguments.wholes("filters", filters, empty=False)
    side = arguments.whole("kernel", kernel)
    height, width, channels = (int(axis or 0) for axis in shape)
    if height % 2 ** len(blocks) or width % 2 ** len(blocks):
        raise ValueError(
            f"height and width must be divisible by {2 ** len(blocks)}, to be halved {len(blocks)} times. "
            f"Received: {height} and {width}."
        )
    options = {"strides": 2, "padding": "same", "activation": "relu"}
    encoder = keras.Sequential(
        [keras.Input(shape), *(keras.layers.Conv2D(count, side, **options) for count in blocks)], name="encoder"
    )
    decoder = keras.Sequential(
        [
            keras.Input(encoder.output_shape[1:]),
            *(keras.layers.Conv2DTranspose(count, side, **options) for count in reversed(blocks)),
            keras.layers.Conv2D(channels, side, padding="same", activation="sigmoid"),
        ],
        name="decoder",
    )
    images = keras.Input(shape)
    return keras.Model(images, decoder(encoder(images)))


def denoising_autoencoder(
    input_shape: Sequence[int] = (28, 28, 1), filters: Sequence[int] = (16, 8), kernel: int = 3
) -> keras.Model:
    """The convolutional autoencoder of exercise 24b, to be trained on noisy images with the clean ones as targets.

    Arguments, result and errors as of `convolutional_autoencoder`.

    Source: Vincent et al. 2008, "Extracting and Composing Robust Features with Denoising Autoencoders".
    """
    return convolutional_autoencoder(input_shape, filters, kernel)


def anomaly_autoencoder(features: int = 140, hidden: Sequence[int] = (32, 16, 8, 16, 32)) -> keras.Model:
    """A dense autoencoder for signals: trained on normal ones alone, it gives back anomalous ones with a larger error.

    Args:
        features: samples of a signal, with values from 0 to 1. hidden: units of its hidden relu layers, the code among them.

    Returns:
        an uncompiled model, (batch, features) → (batch, features), values from 0 to 1.

    Raises:
        ValueError: a size that is no integer of at least 1, or no hidden layer.

    Source: Sakurada, Yairi 2014, "Anomaly Detection Using Autoencoders with Nonlinear Dimensionality Reduction".
    """
    import keras

    count = arguments.whole("features", features)
    sizes = arguments.wholes("hidden", hidden, empty=False)
    layers = [keras.layers.Dense(units, activation="relu") for units in sizes]
    return keras.Sequential([keras.Input((count,)), *layers, keras.layers.Dense(count, activation="sigmoid")])
