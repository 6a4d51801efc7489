"""Convolutional networks, their feature maps, and Grad-CAM."""

import keras
import numpy as np
import pytest

from whitepaper import models

SMALL = {"input_shape": (12, 12, 3), "outputs": 4, "filters": (2, 3), "hidden": (5,)}


@pytest.fixture
def images():
    return np.random.default_rng(0).random((3, 12, 12, 3)).astype("float32")


def kinds(network):
    return [type(layer).__name__ for layer in network.layers]


@pytest.fixture(autouse=True)
def same_weights():
    keras.utils.set_random_seed(1)


def test_the_defaults_are_the_network_of_cifar10():
    network = models.cnn()
    assert kinds(network) == ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D", "Flatten", "Dense", "Dense"]
    assert network.count_params() == 896 + 18_496 + 36_928 + 65_600 + 650
    assert network.output_shape == (None, 10)


def test_every_option_has_its_layer():
    network = models.cnn(
        **SMALL, padding="same", pool_last=True, rescaling=1 / 255, dropout=0.5, kernel=5, pooling=3, scores=True
    )
    assert kinds(network) == [
        *(
            "Rescaling",
            "Conv2D",
            "MaxPooling2D",
            "Conv2D",
            "MaxPooling2D",
            "Flatten",
            "Dropout",
            "Dense",
            "Dense",
            "Softmax",
        )
    ]
    assert network.get_layer("last_convolution").kernel.shape == (5, 5, 2, 3)
    assert network.get_layer("last_convolution").output.shape == (None, 4, 4, 3)
    assert models.cnn(**SMALL, pooling=None).layers[-3].input.shape == (None, 8, 8, 3)


def test_without_outputs_it_takes_images_of_any_size_and_gives_maps():
    network = models.cnn((None, None, 3), None, filters=(2, 4), pool_last=True)
    assert network.output_shape == (None, None, None, 4)
    assert network(np.zeros((1, 18, 10, 3))).shape == (1, 3, 1, 4)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"filters": ()}, "filters must have at least one integer"),
        ({"filters": (2, 0)}, r"filters\[1\] must be an integer of at least 1. Received: 0"),
        ({"kernel": 0}, "kernel must be an integer"),
        ({"pooling": True}, "pooling must be an integer"),
        ({"padding": "full"}, "padding must be one of 'valid', 'same'. Received: 'full'"),
        ({"input_shape": (12, 12)}, r"input_shape must have 3 axes, without the batch axis. Received: \(12, 12\)"),
        ({"input_shape": (None, 12, 3)}, r"input_shape\[0\] must be an integer"),
        ({"input_shape": (12, 12, None), "outputs": None}, "number of channels"),
        ({"filters": (2, 2, 2)}, r"Received: input_shape=\(12, 12, 3\)"),
        ({"dropout": 1}, "dropout must be"),
        ({"rescaling": float("inf")}, "rescaling must be a finite number"),
    ],
)
def test_what_cannot_be_built_is_named(wrong, said):
    if wrong.get("filters") == (2, 2, 2):
        wrong = {**wrong, "kernel": 4}
    with pytest.raises(ValueError, match=said):
        models.cnn(**SMALL | wrong)


def test_feature_maps_are_the_layers_outputs(images):
    network = models.cnn(**SMALL)
    first, pooling = network.layers[:2]
    found = models.feature_maps(network, [first.name, pooling.name])(images)
    np.testing.assert_allclose(found[first.name], first(images), rtol=1e-6)
    np.testing.assert_allclose(found[pooling.name], pooling(first(images)), rtol=1e-6)
    convolutions = [layer.name for layer in network.layers if isinstance(layer, keras.layers.Conv2D)]
    assert list(models.feature_maps(network)(images)) == convolutions


def test_feature_maps_of_unknown_layers_are_refused():
    with pytest.raises(ValueError, match=r"must be one of .* Received: 'conv9'"):
        models.feature_maps(models.cnn(**SMALL), ["conv9"])
    with pytest.raises(ValueError, match="must have a Conv2D layer"):
        models.feature_maps(models.dense_network((3,), (2,), 1))


def test_grad_cam_of_a_linear_head_is_its_closed_form(images):
    # Score = mean over all places of the maps times w, so that each channel's weight α is w[k, class] / places.
    network = keras.Sequential(
        [
            keras.Input((12, 12, 3)),
            keras.layers.Conv2D(4, 1),
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2),
        ]
    )
    convolution, _, head = network.layers
    rng = np.random.default_rng(0)
    # All positive: no class has a heat map of zeros.
    head.set_weights([rng.uniform(0.1, 1, weight.shape) for weight in head.weights])
    convolution.set_weights([rng.uniform(0.1, 1, weight.shape) for weight in convolution.weights])
    maps, w = np.asarray(convolution(images)), head.get_weights()[0]
    classes = [1, 0, 1]
    hot = np.maximum(np.einsum("nijk,kn->nij", maps, w[:, classes]), 0)
    right = hot / hot.max(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(models.grad_cam(network, images, classes), right, atol=1e-5)


def test_grad_cam_runs_in_mixed_precision(images):
    network = models.cnn(**SMALL, scores=True)
    right = models.grad_cam(network, images, [0, 1, 2])
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        mixed = models.cnn(**SMALL, scores=True)
    finally:
        keras.config.set_dtype_policy(before)
    mixed.set_weights(network.get_weights())
    found = models.grad_cam(mixed, images, [0, 1, 2])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, right, atol=0.1)


@pytest.mark.parametrize(
    ("options", "x", "classes", "said"),
    [
        ({}, (3, 12, 12, 3), [0, 1], "classes must be 3 integers from 0 to 3"),
        ({}, (3, 12, 12, 3), [0, 1, 4], "classes must be 3 integers from 0 to 3"),
        ({}, (3, 12, 12, 3), [0.0, 1.0, 2.0], "classes must be 3 integers"),
        ({}, (12, 12, 3), [0], "x must be a batch of images"),
        ({"layer": "none"}, (1, 12, 12, 3), [0], "layer must be one of"),
        ({"scores": "none"}, (1, 12, 12, 3), [0], "scores must be one of"),
    ],
)
def test_grad_cam_names_what_is_wrong(options, x, classes, said):
    with pytest.raises(ValueError, match=said):
        models.grad_cam(models.cnn(**SMALL, scores=True), np.zeros(x), classes, **options)


def test_grad_cam_refuses_probabilities():
    with pytest.raises(ValueError, match=r"a layer without activation.*'softmax'"):
        models.grad_cam(models.cnn(**SMALL), np.zeros((1, 12, 12, 3)), [0])
