"""A translator: a recurrent encoder, and a recurrent decoder that attends to the encoder's states at each step."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from whitepaper.models import arguments
from whitepaper.models.attention import AdditiveAttention


@keras.saving.register_keras_serializable("whitepaper")
class AttentionCell(keras.layers.Layer):
    """One step of the decoder: a GRU cell whose input is a word vector beside the context of the source (Bahdanau et al. 2015).

    Args:
        units: of the state.

    As a cell of `keras.layers.RNN` it is called with (words, states, constants), where the constants are the encoder's states
    (batch, n, units) and booleans (batch, n), True for words.
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.state_size = self.output_size = arguments.whole("units", units)
        self.gru = keras.layers.GRUCell(self.state_size, name="gru", dtype=self.dtype_policy)
        self.attention = AdditiveAttention(self.state_size, name="attention", dtype=self.dtype_policy)

    def build(self, input_shape: Any) -> None:
        units = self.state_size
        self.attention.build((None, units), (None, None, units))
        self.gru.build((None, input_shape[-1] + units))
        self.built = True

    def call(self, words: Any, states: Any, constants: Any = None) -> tuple[Any, list[Any]]:
        values, there = constants
        context, _ = self.attention.attend(states[0], values, there)
        state, _ = self.gru(ops.concatenate([words, context], axis=-1), [states[0]])
        return state, [state]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.state_size}


@keras.saving.register_keras_serializable("whitepaper")
class _Decoder(keras.layers.Layer):
    """Runs an `AttentionCell` over the target's word vectors, beginning with the encoder's last state."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.cell = AttentionCell(units, name="cell", dtype=self.dtype_policy)

    def build(self, vectors_shape: Any, values_shape: Any, state_shape: Any, there_shape: Any) -> None:
        self.cell.build(vectors_shape)

    def compute_output_shape(self, vectors_shape: Any, values_shape: Any, *_: Any) -> tuple[Any, ...]:
        return (*vectors_shape[:-1], self.cell.state_size)

    def call(self, vectors: Any, values: Any, state: Any, there: Any) -> Any:
        states = []
        # The target's length is known, so the loop over time is laid out in the graph.
        for place in range(vectors.shape[1]):
            _, (state,) = self.cell(vectors[:, place], [state], constants=(values, there))
            states.append(state)
        return ops.stack(states, axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.cell.state_size}


def translator(
    source_words: int, target_words: int, source_length: int, target_length: int, units: int = 1024, size: int = 256
) -> keras.Model:
    """Logits of the next target word at every place, given the source and the right words before (teacher forcing; exercise 16).

    Args:
        source_words, target_words: of the vocabularies; token 0 is padding. source_length, target_length: in tokens.
        units: of the encoder's and the decoder's GRU. size: of the word vectors.

    Returns:
        an uncompiled model, {"source": (batch, source_length), "target": (batch, target_length)} → logits (batch,
        target_length, target_words).

    Raises:
        ValueError: a size that is no integer of at least 1.

    Source: Bahdanau, Cho, Bengio 2015, "Neural Machine Translation by Jointly Learning to Align and Translate".
    """
    layers = keras.layers
    units, size = arguments.whole("units", units), arguments.whole("size", size)
    source = keras.Input((arguments.whole("source_length", source_length),), dtype="int32", name="source")
    target = keras.Input((arguments.whole("target_length", target_length),), dtype="int32", name="target")
    # The mask that the embedding hands on keeps the encoder's state where a sentence has ended.
    vectors = layers.Embedding(
        arguments.whole("source_words", source_words), size, mask_zero=True, name="source_vectors"
    )
    there = _There(name="there")(source)
    values, state = layers.GRU(units, return_sequences=True, return_state=True, name="encoder")(vectors(source))
    given = layers.Embedding(arguments.whole("target_words", target_words), size, name="target_vectors")(target)
    states = _Decoder(units, name="decoder")(given, values, state, there)
    return keras.Model({"source": source, "target": target}, layers.Dense(target_words, name="output_words")(states))


@keras.saving.register_keras_serializable("whitepaper")
class _There(keras.layers.Layer):
    """True for words, False for padding: tokens (batch, n) → booleans of the same shape."""

    def compute_output_spec(self, tokens: Any) -> Any:
        return keras.KerasTensor(tokens.shape, "bool")

    def call(self, tokens: Any) -> Any:
        return ops.not_equal(tokens, 0)
