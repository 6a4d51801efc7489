"""Recurrent networks: a classifier of texts, and a model of characters with its generator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from whitepaper.models import arguments

CELLS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def recurrent_classifier(
    words: int = 20_000,
    length: int | None = None,
    *,
    cell: str = "lstm",
    bidirectional: bool = False,
    size: int = 128,
    units: int = 128,
    dropout: float = 0.2,
    spatial_dropout: float = 0.4,
    outputs: int = 1,
    last: str | None = "sigmoid",
    name: str | None = None,
) -> keras.Model:
    """A vector for each word, a recurrent cell that reads them in turn, and a dense layer on its last state.

    The simple cell computes h_t = tanh(x_t W + h_{t-1} U + b) (Elman 1990). The LSTM carries a second state through gates
    (Hochreiter and Schmidhuber 1997), and the GRU has two gates and one state (Cho et al. 2014). Word number 0 is padding:
    it is masked, so that the state passes by it unchanged.

    Args:
        words: size of the vocabulary, number 0 included.
        length: words in a text; None for any.
        cell: "rnn", "lstm" or "gru".
        bidirectional: whether a second cell reads the text backward; the dense layer then has both last states.
        size: dimensions of a word vector.
        units: dimensions of the state.
        dropout: share of the cell's inputs that is dropped in training.
        spatial_dropout: share of the vectors' dimensions that is dropped in training, the same in all words of a text.
        outputs: number of units of the output layer.
        last: its activation; None gives logits.
        name: name of the model.

    Returns:
        An uncompiled model, word numbers (batch, length) → (batch, outputs).

    Raises:
        ValueError: a size is no integer of at least 1, a share is outside [0, 1), or the cell is unknown.
    """
    layer = CELLS[arguments.word("cell", cell, CELLS)]
    length = None if length is None else arguments.whole("length", length)
    words, size, units = (
        arguments.whole("words", words),
        arguments.whole("size", size),
        arguments.whole("units", units),
    )
    dropout, spatial = arguments.share("dropout", dropout), arguments.share("spatial_dropout", spatial_dropout)
    outputs = arguments.whole("outputs", outputs)
    layers = [
        keras.Input(shape=(length,), dtype="int32"),
        keras.layers.Embedding(words, size, mask_zero=True),
        keras.layers.SpatialDropout1D(spatial),
    ]
    reader = layer(units, dropout=dropout)
    layers.append(keras.layers.Bidirectional(reader) if bidirectional else reader)
    return keras.Sequential([*layers, keras.layers.Dense(outputs, activation=last)], name=name)


def character_model(characters: int = 57, *, units: int = 128, name: str | None = None) -> keras.Model:
    """The next character from those before it: one-hot rows, an LSTM, a dense layer (Graves 2013).

    Args:
        characters: size of the alphabet.
        units: dimensions of the LSTM's state.
        name: name of the model.

    Returns:
        An uncompiled model, character numbers (batch, length) → logits (batch, length, characters).

    Raises:
        ValueError: a size is no integer of at least 1.
    """
    characters, units = arguments.whole("characters", characters), arguments.whole("units", units)
    ids = keras.Input((None,), dtype="int32")
    states = keras.layers.LSTM(units, return_sequences=True)(ops.one_hot(ids, characters))
    return keras.Model(ids, keras.layers.Dense(characters)(states), name=name)


@keras.saving.register_keras_serializable("whitepaper")
class CharacterSampler(keras.layers.Layer):
    """Writes on from beginnings, one character after the other, with the LSTM and the dense layer of a `character_model`.

    Each character is drawn from p = softmax(logits / temperature): the first one at which p's cumulative sum is above the
    random number u. The new state is handed on, so that each character is read once.

    Args:
        lstm: an LSTM layer that reads one-hot rows.
        head: the dense layer that turns its outputs into logits.

    Input:
        beginning (texts, n) character numbers, temperature (texts,) above 0, u (texts, m) numbers from 0 to 1.

    Output:
        character numbers (texts, m), int32.

    Raises:
        ValueError: lstm is no LSTM layer, or head no Dense layer.
    """

    def __init__(self, lstm: keras.layers.LSTM, head: keras.layers.Dense, **options: Any) -> None:
        super().__init__(**options)
        if not isinstance(lstm, keras.layers.LSTM):
            raise ValueError(f"lstm must be a keras.layers.LSTM. Received: {type(lstm).__name__}.")
        if not isinstance(head, keras.layers.Dense):
            raise ValueError(f"head must be a keras.layers.Dense. Received: {type(head).__name__}.")
        self.lstm, self.head = lstm, head

    def build(self, beginning_shape: Any, temperature_shape: Any, u_shape: Any) -> None:
        # A sampler of a saved model has new layers; one that shares a model's layers finds them built.
        characters = self.head.units
        if not self.lstm.built:
            self.lstm.build((None, None, characters))
        if not self.head.built:
            self.head.build((None, self.lstm.units))
        self.built = True

    def call(self, beginning: Any, temperature: Any, u: Any) -> Any:
        cell, characters = self.lstm.cell, self.head.units
        temperature = ops.cast(temperature, "float32")[:, None]
        zero = ops.zeros((ops.shape(beginning)[0], self.lstm.units), self.lstm.compute_dtype)

        def read(state: Any, ids: Any) -> tuple[Any, Any]:
            state = cell(ops.one_hot(ids, characters, dtype=self.lstm.compute_dtype), state)[1]
            return tuple(state), tuple(state)

        def go_on(carry: Any, chance: Any) -> tuple[Any, Any]:
            ids, state = carry
            output, state = cell(ops.one_hot(ids, characters, dtype=self.lstm.compute_dtype), state)
            # In float32: the cumulative sum of many small probabilities loses its end in half precision.
            p = ops.softmax(ops.cast(self.head(output), "float32") / temperature)
            ends = ops.cumsum(p, axis=-1)[:, :-1]  # without the last one, which rounding may leave below 1
            ids = ops.sum(ops.cast(ends <= chance[:, None], "int32"), axis=-1)
            return (ids, tuple(state)), (ids, tuple(state))

        # On TensorFlow, what a step of `scan` gives has to have the shapes of what it hands on: both are the same here.
        beginning, u = ops.cast(beginning, "int32"), ops.cast(u, "float32")
        state, _ = ops.scan(read, (zero, zero), ops.transpose(beginning[:, :-1]))
        _, (found, _) = ops.scan(go_on, (beginning[:, -1], state), ops.transpose(u))
        return ops.transpose(found)

    def compute_output_spec(self, beginning: Any, temperature: Any, u: Any) -> keras.KerasTensor:
        return keras.KerasTensor(u.shape, dtype="int32")

    def get_config(self) -> dict[str, Any]:
        parts = {name: keras.saving.serialize_keras_object(getattr(self, name)) for name in ("lstm", "head")}
        return {**super().get_config(), **parts}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CharacterSampler:
        parts = {name: keras.saving.deserialize_keras_object(config[name]) for name in ("lstm", "head")}
        return cls(**{**config, **parts})


def character_generator(model: keras.Model) -> keras.Model:
    """The generator of a `character_model`: a model that shares its layers, and writes whole texts in one compiled call.

    `write(generator, …)` calls it. It follows the model's weights: train the model, and the generator writes better.

    Args:
        model: a model with an LSTM layer and a dense layer at its end, as `character_model` builds it.

    Returns:
        A model, a dict of "beginning" (texts, n), "temperature" (texts,) and "u" (texts, m) → character numbers (texts, m).

    Raises:
        ValueError: the model has no LSTM layer, or does not end in a dense layer.
    """
    lstms = [layer for layer in model.layers if isinstance(layer, keras.layers.LSTM)]
    if len(lstms) != 1 or not isinstance(model.layers[-1], keras.layers.Dense):
        found = [type(layer).__name__ for layer in model.layers]
        raise ValueError(f"The model must have one LSTM layer and end in a Dense layer. Received: {found}.")
    inputs = {
        "beginning": keras.Input((None,), dtype="int32", name="beginning"),
        "temperature": keras.Input((), dtype="float32", name="temperature"),
        "u": keras.Input((None,), dtype="float32", name="u"),
    }
    return keras.Model(inputs, CharacterSampler(lstms[0], model.layers[-1])(*inputs.values()))


def write(
    generator: keras.Model, beginning: Sequence[int], temperatures: Sequence[float], length: int, seed: int = 0
) -> np.ndarray:
    """Texts that go on from a beginning, one for each temperature; the same texts for the same seed.

    Args:
        generator: what `character_generator` gave.
        beginning: character numbers (n,), at least one.
        temperatures: above 0; low ones write what is most probable, high ones write at random.
        length: characters to write.
        seed: of the random numbers that the characters are drawn with.

    Returns:
        Character numbers (temperatures, length).

    Raises:
        ValueError: an empty beginning, a temperature that is not above 0, or a length below 1.
    """
    start = arguments.wholes("beginning", beginning, least=0, empty=False)
    heats = [arguments.number(f"temperatures[{i}]", heat, above=0) for i, heat in enumerate(temperatures)]
    if not heats:
        raise ValueError(f"temperatures must have at least one number. Received: {temperatures!r}.")
    u = np.random.default_rng(seed).random((len(heats), arguments.whole("length", length)), dtype="float32")
    given = {
        "beginning": np.tile(np.array(start, dtype="int32"), (len(heats), 1)),
        "temperature": np.array(heats, dtype="float32"),
        "u": u,
    }
    return np.asarray(generator.predict_on_batch(given))
