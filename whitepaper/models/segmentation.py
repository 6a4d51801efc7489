"""Networks that score every pixel of an image: U-Net and FCN, on top of any trained encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whitepaper.models import arguments

if TYPE_CHECKING:
    import keras

    from whitepaper.models.pretrained import Encoder

# MobileNetV2's last layer of each size, from half the image's sides down to a thirty-second.
MOBILENET_SKIPS = (
    "block_1_expand_relu",
    "block_3_expand_relu",
    "block_6_expand_relu",
    "block_13_expand_relu",
    "block_16_project",
)


def skips_of(encoder: keras.Model) -> tuple[str, ...]:
    """Names of the layers whose feature maps are handed out, one for each size, the largest first."""
    names = [layer.name for layer in encoder.layers]
    if set(MOBILENET_SKIPS) <= set(names):
        return MOBILENET_SKIPS
    last = {layer.output.shape[1]: layer.name for layer in encoder.layers}  # a later layer of that size replaces it
    return tuple(last.values())


def _maps(encoder: Encoder, side: int) -> tuple[Any, list[Any]]:
    """The input of an image, and the frozen encoder's feature maps for it, the largest first."""
    import keras

    whole = encoder.model
    if whole.input_shape[1] != side:  # convolutions fit any size
        whole = keras.models.clone_model(whole, input_tensors=keras.Input((side, side, 3)))
        whole.set_weights(encoder.model.get_weights())
    maps = [whole.get_layer(name).output for name in skips_of(whole)]
    frozen = keras.Model(whole.inputs[0], maps, name="encoder")
    frozen.trainable = False
    pixels = keras.Input((side, side, 3))
    return pixels, frozen(encoder.preprocess(pixels), training=False)


def unet(encoder: Encoder, side: int = 128, classes: int = 3, filters: int = 32, momentum: float = 0.9) -> keras.Model:
    """A U-Net: feature maps are enlarged step by step, and joined with the encoder's maps of the same size (skip connections).

    Each step is a transposed convolution (3 × 3, stride 2), batch normalization, relu, and the concatenation with the skip.

    Args:
        encoder: of `models.pretrained`; it stays frozen.
        side: of an image. classes: scores for each pixel.
        filters: of the last step; each step before has twice as many. momentum: of the batch normalization.

    Returns:
        an uncompiled model, pixels from 0 to 255 (batch, side, side, 3) → scores (batch, side, side, classes), no softmax.

    Raises:
        ValueError: a size that is no integer of at least 1, or a momentum outside [0, 1).

    Source: Ronneberger, Fischer, Brox 2015, "U-Net: Convolutional Networks for Biomedical Image Segmentation".
    """
    import keras

    side, classes = arguments.whole("side", side, least=32), arguments.whole("classes", classes, least=2)
    filters, momentum = arguments.whole("filters", filters), arguments.share("momentum", momentum)
    pixels, skips = _maps(encoder, side)
    *finer, maps = skips
    layers = keras.layers
    for number, skip in reversed(list(enumerate(finer))):
        maps = layers.Conv2DTranspose(filters * 2**number, 3, strides=2, padding="same", use_bias=False)(maps)
        maps = layers.ReLU()(layers.BatchNormalization(momentum=momentum)(maps))
        maps = layers.Concatenate()([maps, skip])
    if maps.shape[1] < side:
        scores = layers.Conv2DTranspose(classes, 3, strides=2, padding="same", name="scores")(maps)
    else:
        scores = layers.Conv2D(classes, 3, padding="same", name="scores")(maps)
    return keras.Model(pixels, scores)


def fcn(encoder: Encoder, side: int = 128, classes: int = 3, hidden: int = 256) -> keras.Model:
    """A fully convolutional network: two 1 × 1 convolutions on the encoder's last feature maps, enlarged to the image's size.

    Args:
        encoder, side, classes: as of `unet`. hidden: filters of the first convolution.

    Returns:
        an uncompiled model, pixels from 0 to 255 (batch, side, side, 3) → scores (batch, side, side, classes), no softmax.

    Raises:
        ValueError: a size that is no integer of at least 1.

    Source: Long, Shelhamer, Darrell 2015, "Fully Convolutional Networks for Semantic Segmentation".
    """
    import keras

    side, classes = arguments.whole("side", side, least=32), arguments.whole("classes", classes, least=2)
    hidden = arguments.whole("hidden", hidden)
    pixels, skips = _maps(encoder, side)
    maps = keras.layers.Conv2D(hidden, 1, activation="relu")(skips[-1])
    scores = keras.layers.Conv2D(classes, 1)(maps)
    large = keras.layers.UpSampling2D(side // scores.shape[1], interpolation="bilinear", name="scores")(scores)
    return keras.Model(pixels, large)
