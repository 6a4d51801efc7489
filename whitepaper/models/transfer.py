"""Classifiers on top of an encoder that has learned before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from whitepaper.models import arguments

if TYPE_CHECKING:
    import keras

    from whitepaper.models.pretrained import Encoder


def transfer_classifier(
    encoder: Encoder, input_shape: Sequence[int] = (32, 32, 3), classes: int = 10, augment: bool = True
) -> keras.Model:
    """A softmax layer on the averaged feature maps of a frozen encoder (exercise 21).

    Images are mirrored and moved at random in training (`augment`), enlarged to the encoder's size, preprocessed as it was
    trained, and turned into features by global average pooling.

    Args:
        encoder: of `models.pretrained`; all of its layers are frozen, and its batch normalization runs in inference mode.
        input_shape: of an image, (height, width, 3). classes: units of the softmax layer.
        augment: random flips and translations in training.

    Returns:
        an uncompiled model, pixels from 0 to 255 (batch, height, width, 3) → probabilities (batch, classes). The enlarged
        images are the output of its layer "large".

    Raises:
        ValueError: a size that is no integer of at least 1, another number of channels than 3, or fewer than 2 classes.

    Source: Yosinski et al. 2014, "How transferable are features in deep neural networks?".
    """
    import keras

    shape = arguments.shape("input_shape", input_shape, lengths=(3,))
    classes = arguments.whole("classes", classes, least=2)
    if shape[2] != 3:
        raise ValueError(f"input_shape must have 3 channels. Received: {shape}.")
    pixels = shown = keras.Input(shape)
    if augment:
        shown = keras.layers.RandomFlip("horizontal")(shown)
        shown = keras.layers.RandomTranslation(0.1, 0.1, interpolation="nearest")(shown)
    large = keras.layers.Resizing(*encoder.model.input_shape[1:3], name="large")(shown)
    encoder.model.trainable = False
    maps = encoder.model(encoder.preprocess(large), training=False)
    features = keras.layers.GlobalAveragePooling2D()(maps)
    return keras.Model(pixels, keras.layers.Dense(classes, activation="softmax")(features))
