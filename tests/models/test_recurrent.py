"""Recurrent classifiers, the model of characters, and its generator."""

import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

from whitepaper import models
from whitepaper.models.recurrent import CELLS, CharacterSampler

SMALL = {"words": 20, "length": 5, "size": 3, "units": 4}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_padding_changes_nothing(cell, bidirectional):
    network = models.recurrent_classifier(**{**SMALL, "length": None}, cell=cell, bidirectional=bidirectional)
    assert type(network.layers[2]) is (keras.layers.Bidirectional if bidirectional else CELLS[cell])
    x = np.array([[3, 7, 2]])
    np.testing.assert_allclose(network(x), network(np.pad(x, ((0, 0), (0, 2)))), atol=1e-6)


def test_sizes():
    network = models.recurrent_classifier(**SMALL, bidirectional=True, outputs=2, last=None)
    assert network.input_shape == (None, 5)
    assert network.output_shape == (None, 2)
    assert network.count_params() == 20 * 3 + 2 * 4 * (3 + 4 + 1) * 4 + 8 * 2 + 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cell": "elman"}, "cell must be one of 'rnn', 'lstm', 'gru'. Received: 'elman'"),
        ({"cell": None}, "Received: None"),
        ({"words": 0}, "words must be an integer of at least 1"),
        ({"length": 2.5}, "length must be an integer"),
        ({"size": True}, "size must be an integer"),
        ({"units": "4"}, "units must be an integer"),
        ({"dropout": 1}, "dropout must be"),
        ({"spatial_dropout": -1}, "spatial_dropout must be"),
        ({"outputs": 0}, "outputs must be"),
    ],
)
def test_what_cannot_be_built_is_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        models.recurrent_classifier(**SMALL | wrong)


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    network = models.character_model(6, units=5)
    network.set_weights([3 * weight for weight in network.get_weights()])
    return network


def by_predict(network, beginning, temperature, u):
    """One text, each character from the whole text so far."""
    text = list(beginning)
    for chance in u:
        z = network(np.array([text]))[0, -1].numpy() / temperature
        p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
        text.append(int((p.cumsum()[:-1] <= chance).sum()))
    return text[len(beginning) :]


@pytest.mark.parametrize("beginning", [[2], [1, 4, 0]])
def test_the_generator_writes_what_the_model_says(network, beginning):
    found = models.write(models.character_generator(network), beginning, (0.5, 2.0), 12, seed=3)
    u = np.random.default_rng(3).random((2, 12), dtype="float32")
    assert found.tolist() == [by_predict(network, beginning, heat, u[i]) for i, heat in enumerate((0.5, 2.0))]


def test_the_generator_follows_the_weights_of_its_model(network):
    generator = models.character_generator(network)
    before = models.write(generator, [0], [1.0], 30)
    network.layers[-1].set_weights([np.zeros((5, 6)), np.array([0, 0, 0, 99.0, 0, 0])])
    assert set(models.write(generator, [0], [1.0], 30).ravel()) == {3} != set(before.ravel())


def test_a_generator_is_saved_and_loaded(network, tmp_path):
    generator = models.character_generator(network)
    generator.save(tmp_path / "writer.keras")
    again = keras.saving.load_model(tmp_path / "writer.keras")
    np.testing.assert_array_equal(models.write(again, [1, 2], [1.0], 20), models.write(generator, [1, 2], [1.0], 20))


def test_a_generator_keeps_the_precision_of_its_model():
    lstm = keras.layers.LSTM(4, return_sequences=True, dtype="mixed_bfloat16")
    ids = keras.Input((None,), dtype="int32")
    head = keras.layers.Dense(3, dtype="mixed_bfloat16")
    generator = models.character_generator(keras.Model(ids, head(lstm(keras.ops.one_hot(ids, 3)))))
    assert lstm.compute_dtype == "bfloat16"
    found = models.write(generator, [0, 1], [0.7, 1.0], 8)
    assert found.shape == (2, 8)
    assert found.dtype == np.int32


class Sampler(TestCase):
    def test_layer(self):
        self.run_layer_test(
            CharacterSampler,
            init_kwargs={"lstm": keras.layers.LSTM(4, return_sequences=True), "head": keras.layers.Dense(3)},
            input_shape={"beginning_shape": (2, 3), "temperature_shape": (2,), "u_shape": (2, 5)},
            input_dtype={"beginning_shape": "int32", "temperature_shape": "float32", "u_shape": "float32"},
            expected_output_shape=(2, 5),
            expected_output_dtype="int32",
            expected_num_trainable_weights=5,
            run_training_check=False,  # numbers that are drawn have no gradient
        )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: models.character_model(0), "characters must be"),
        (lambda: models.character_model(units=None), "units must be"),
        (lambda: models.character_generator(models.dense_network((3,), (2,), 1)), "must have one LSTM layer"),
        (lambda: CharacterSampler(keras.layers.GRU(2), keras.layers.Dense(2)), "Received: GRU"),
        (lambda: CharacterSampler(keras.layers.LSTM(2), keras.layers.Flatten()), "Received: Flatten"),
        (lambda: models.write(None, [], [1.0], 3), "beginning must have at least one integer"),
        (lambda: models.write(None, [-1], [1.0], 3), r"beginning\[0\] must be an integer of at least 0"),
        (lambda: models.write(None, [1], [0.0], 3), r"temperatures\[0\] must be a finite number above 0"),
        (lambda: models.write(None, [1], [], 3), "temperatures must have at least one"),
        (lambda: models.write(None, [1], [1.0], 0), "length must be"),
    ],
)
def test_what_cannot_be_written_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()
