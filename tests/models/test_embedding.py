"""Networks that learn word vectors."""

import keras
import numpy as np
import pytest

from whitepaper import models


def filled(network):
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(size=weight.shape) for weight in network.get_weights()])
    return [network.get_layer(name).get_weights()[0] for name in ("vectors", "contexts")]


def widths(network):
    return next(given.shape for given in network.inputs if given.name == "given")


def test_cbow_takes_the_mean_of_the_words_that_are_there():
    network = models.cbow(9, size=3)
    vectors, contexts = filled(network)
    given, candidates = np.array([[4, 0, 7], [0, 0, 0]]), np.array([[1, 2], [3, 4]])
    mean = np.stack([(vectors[4] + vectors[7]) / 2, np.zeros(3)])
    right = np.einsum("bcs,bs->bc", contexts[candidates], mean)
    np.testing.assert_allclose(network({"given": given, "candidates": candidates}), right, atol=1e-5)


def test_skip_gram_is_a_dot_product_and_has_the_weights_of_cbow():
    network, other = models.skip_gram(9, size=3), models.cbow(9, size=3, window=4)
    vectors, contexts = filled(network)
    given, candidates = np.array([[4], [2]]), np.array([[1, 2, 3], [3, 4, 5]])
    right = np.einsum("bcs,bs->bc", contexts[candidates], vectors[given[:, 0]])
    np.testing.assert_allclose(network({"given": given, "candidates": candidates}), right, atol=1e-5)
    other.set_weights(network.get_weights())
    assert widths(network) == (None, 1)
    assert widths(other) == (None, 4)


def test_scores_start_at_zero_and_the_model_is_saved(tmp_path):
    network = models.cbow(9, size=3)
    x = {"given": np.array([[4, 0, 7]]), "candidates": np.array([[1, 2]])}
    np.testing.assert_array_equal(network(x), np.zeros((1, 2)))
    filled(network)
    network.save(tmp_path / "m.keras")
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "m.keras")(x), network(x))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: models.skip_gram(0), "words must be an integer of at least 1. Received: 0"),
        (lambda: models.cbow(5, size=1.5), "size must be an integer of at least 1. Received: 1.5"),
        (lambda: models.cbow(5, window=False), "window must be an integer of at least 1. Received: False"),
    ],
)
def test_what_cannot_be_built_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()
