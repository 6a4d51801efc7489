"""Dense networks: layers, sizes, regularization, and what cannot be built."""

import subprocess
import sys

import keras
import numpy as np
import pytest

from whitepaper import models


def kinds(network):
    return [type(layer).__name__ for layer in network.layers]


def test_outputs_and_parameters():
    network = models.dense_network((13,), (64, 64), 1, last=None)
    assert network.count_params() == 13 * 64 + 64 + 64 * 64 + 64 + 64 + 1
    assert network.output_shape == (None, 1)


def test_the_defaults_are_a_network_of_the_white_paper():
    network = models.dense_network((28, 28))
    assert kinds(network) == ["Flatten", "Dense", "Dense"]
    assert network.output_shape == (None, 10)
    assert network.count_params() == 784 * 128 + 128 + 128 * 10 + 10


def test_weight_decay_adds_the_squares_of_the_hidden_kernels():
    network = models.dense_network((3,), (4, 2), 1, weight_decay=0.5)
    kernels = [layer.get_weights()[0] for layer in network.layers[:-1]]
    assert float(sum(network.losses)) == pytest.approx(0.5 * sum((kernel**2).sum() for kernel in kernels), rel=1e-5)


def test_max_norm_limits_the_weights_of_each_unit_in_training():
    network = models.dense_network((3,), (4,), 1, last=None, max_norm=0.5)
    network.layers[0].set_weights([np.full((3, 4), 9.0), np.zeros(4)])
    network.compile("sgd", "mse")
    network.train_on_batch(np.ones((2, 3)), np.ones((2, 1)))
    np.testing.assert_array_less(np.linalg.norm(network.layers[0].get_weights()[0], axis=0), 0.5 + 1e-4)


def test_batch_norm_stands_between_weights_and_activation():
    network = models.dense_network((3,), (4,), 2, batch_norm=True, dropout=0.5, last=None)
    assert kinds(network) == ["Dense", "BatchNormalization", "Activation", "Dropout", "Dense"]
    x = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    z = x @ network.layers[0].get_weights()[0]
    hidden = keras.Sequential(network.layers[:2])(x, training=True)
    np.testing.assert_allclose(hidden, (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-3), atol=1e-4)


def test_dropout_of_the_inputs_stands_in_front():
    network = models.dense_network((2, 2), (3,), 2, input_dropout=0.25, name="top")
    assert kinds(network) == ["Flatten", "Dropout", "Dense", "Dense"]
    assert network.layers[1].rate == 0.25
    assert network.name == "top"


def test_a_perceptron_is_one_layer_with_any_activation():
    network = models.perceptron(2, 3, activation=lambda z: 2 * z)
    assert kinds(network) == ["Dense"]
    x = np.array([[1.0, 2.0]])
    kernel, bias = network.get_weights()
    np.testing.assert_allclose(network(x), 2 * (x @ kernel + bias), rtol=1e-5)
    assert models.perceptron().layers[0].activation is keras.activations.sigmoid


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"outputs": 0}, "outputs must be an integer of at least 1. Received: 0"),
        ({"outputs": True}, "Received: True"),
        ({"outputs": 2.0}, "Received: 2.0"),
        ({"hidden": (0,)}, r"hidden\[0\] must be an integer of at least 1. Received: 0"),
        ({"hidden": 3}, "hidden must be a sequence of integers. Received: 3"),
        ({"hidden": "12"}, "Received: '12'"),
        ({"input_shape": ()}, "input_shape must have at least 1 axes"),
        ({"input_shape": (None,)}, r"input_shape\[0\] must be an integer"),
        ({"dropout": 1.0}, "dropout must be at least 0 and below 1. Received: 1.0"),
        ({"input_dropout": -0.1}, "Received: -0.1"),
        ({"dropout": (0.1, 0.2)}, r"dropout must have 1 shares, one for each hidden layer. Received: \(0.1, 0.2\)"),
        ({"dropout": float("nan")}, "Received: nan"),
        ({"weight_decay": -1}, "weight_decay must be a finite number of at least 0. Received: -1"),
        ({"max_norm": 0}, "max_norm must be a finite number above 0. Received: 0"),
        ({"max_norm": "2"}, "Received: '2'"),
    ],
)
def test_what_cannot_be_built_is_named(wrong, said):
    with pytest.raises(ValueError, match=said):
        models.dense_network(**{"input_shape": (4,), "hidden": (3,), "outputs": 2} | wrong)


def test_integers_of_numpy_are_taken():
    network = models.dense_network(np.array([4]), np.array([3]), np.int64(2), dropout=np.float32(0.5))
    assert network.output_shape == (None, 2)


def test_import_loads_no_keras():
    code = "import sys; from whitepaper import models; models.dense_network; assert 'keras' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_every_public_name_is_there_and_unknown_ones_are_not():
    for name in models.__all__:
        assert getattr(models, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'densenet'"):
        models.densenet  # noqa: B018
    assert set(models.__all__) <= set(dir(models))
