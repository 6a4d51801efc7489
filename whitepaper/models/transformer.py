"""Networks of attention blocks."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from whitepaper.models import arguments
from whitepaper.models.attention import EncoderBlock, Positions, padding_mask


@keras.saving.register_keras_serializable("whitepaper")
class MeanOverWords(keras.layers.Layer):
    """The mean of the vectors of each text without its padding: x (batch, n, size), tokens (batch, n) → (batch, size)."""

    def compute_output_shape(self, x_shape: Any, tokens_shape: Any) -> tuple[Any, ...]:
        return (x_shape[0], x_shape[-1])

    def call(self, x: Any, tokens: Any) -> Any:
        # Counts above 256 are not exact in 16 bits.
        words = ops.expand_dims(ops.cast(ops.not_equal(tokens, 0), "float32"), -1)
        total = ops.sum(ops.cast(x, "float32") * words, axis=1)
        return ops.cast(total / ops.maximum(ops.sum(words, axis=1), 1), x.dtype)


@keras.saving.register_keras_serializable("whitepaper")
class PaddingMask(keras.layers.Layer):
    """`attention.padding_mask` as a layer: tokens (batch, n) → booleans (batch, 1, 1, n)."""

    def compute_output_spec(self, tokens: Any) -> Any:
        return keras.KerasTensor((tokens.shape[0], 1, 1, tokens.shape[1]), "bool")

    def call(self, tokens: Any) -> Any:
        return padding_mask(tokens)


def transformer_classifier(
    words: int = 10_000,
    length: int = 200,
    outputs: int = 1,
    size: int = 32,
    heads: int = 2,
    feed_forward: int = 32,
    blocks: int = 1,
    positions: str = "sinusoidal",
    spatial_dropout: float = 0.4,
    dropout: float = 0.2,
) -> keras.Model:
    """Texts to probabilities: embedding, positions, encoder blocks, the mean over the words, one output layer (exercise 17).

    Args:
        words: of the vocabulary; token 0 is padding. length: of a text in tokens.
        outputs: 1 for one sigmoid, more for a softmax.
        size, heads, feed_forward: of each encoder block. blocks: how many.
        positions: "sinusoidal", "learned" or "none".
        spatial_dropout: share of embedding components dropped for a whole text. dropout: in the blocks and before the output.

    Returns:
        an uncompiled model, tokens (batch, length) → probabilities (batch, outputs).

    Raises:
        ValueError: a size that cannot be built, a share outside [0, 1), or another word for positions.

    Source: Vaswani et al. 2017, "Attention Is All You Need".
    """
    layers = keras.layers
    outputs = arguments.whole("outputs", outputs)
    tokens = keras.Input((arguments.whole("length", length),), dtype="int32")
    x = layers.Embedding(arguments.whole("words", words), arguments.whole("size", size), name="words")(tokens)
    x = Positions(positions, name="positions")(x)
    x = layers.SpatialDropout1D(arguments.share("spatial_dropout", spatial_dropout))(x)
    allowed = PaddingMask(name="padding_mask")(tokens)
    for number in range(arguments.whole("blocks", blocks)):
        x = EncoderBlock(size, heads, feed_forward, dropout, name=f"block_{number}")(x, allowed)
    x = layers.Dropout(arguments.share("dropout", dropout))(MeanOverWords(name="mean")(x, tokens))
    return keras.Model(tokens, layers.Dense(outputs, activation="sigmoid" if outputs == 1 else "softmax")(x))
