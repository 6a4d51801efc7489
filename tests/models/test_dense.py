"""Shared builders of models."""

import numpy as np
import pytest

from whitepaper import models
from whitepaper.course import registry
from whitepaper.lessons import contract
from whitepaper.lessons.hyperparameters import Hyperparameters


@pytest.mark.parametrize(("number", "hidden", "dropout"), [("1", (128,), 0.2), ("5", (), 0.0)])
def test_dense_network_is_the_lessons_network(number, hidden, dropout):
    import keras

    lesson = contract.load_module(registry.solution_path(registry.find(number)[0]), "solutions")
    keras.utils.set_random_seed(0)
    expected = lesson.define(None, Hyperparameters())
    keras.utils.set_random_seed(0)
    found = models.dense_network((28, 28), hidden, 10, dropout=dropout)
    x = np.random.default_rng(0).random((4, 28, 28))
    assert np.array_equal(found.predict(x, verbose=0), expected.predict(x, verbose=0))
    assert [type(layer) for layer in found.layers] == [type(layer) for layer in expected.layers]


def test_outputs_and_parameters():
    network = models.dense_network((13,), (64, 64), 1, last=None)
    assert network.count_params() == 13 * 64 + 64 + 64 * 64 + 64 + 64 + 1
    assert network.output_shape == (None, 1)


@pytest.mark.parametrize("wrong", [{"outputs": 0}, {"hidden": (0,)}, {"dropout": 1.0}])
def test_what_cannot_be_built_is_named(wrong):
    with pytest.raises(ValueError, match="Received: "):
        models.dense_network(**{"input_shape": (4,), "hidden": (3,), "outputs": 2} | wrong)
