"""Networks of attention, segmentation, transfer and autoencoders: what lessons build in the open, and the builders."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from whitepaper import models
from whitepaper.course import registry
from whitepaper.lessons.contract import load_module
from whitepaper.lessons.hyperparameters import Hyperparameters


def lesson(number):
    return load_module(registry.solution_path(registry.find(number)[0]), "solutions")


def defined(number, x, values=None, **more):
    module = lesson(number)
    data = SimpleNamespace(train=SimpleNamespace(x=x), **more)
    return module.define(data, Hyperparameters({**module.PRESETS["full"].hp, **(values or {})}))


def same(ours, theirs, x):
    """Equal shapes of weights in the same order, and equal outputs with the same weights, norms' statistics among them."""
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    assert ours.output_shape == theirs.output_shape
    rng = np.random.default_rng(0)
    weights = [rng.uniform(0.1, 0.6, weight.shape) * (-1) ** number for number, weight in enumerate(theirs.weights)]
    weights = [np.abs(one) if one.ndim == 1 else one for one in weights]
    ours.set_weights(weights)
    theirs.set_weights(weights)
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)


def layers_of(model):
    """Kinds of layers; an Identity only gives a name to what comes in."""
    found = [type(layer).__name__ for inner in model.layers for layer in (getattr(inner, "layers", None) or [inner])]
    return [kind for kind in found if kind != "Identity"]


@pytest.mark.parametrize("hidden", [0, 12])
def test_autoencoder(hidden):
    theirs = defined("24a", np.zeros((1, 28, 28), "float32"), {"hidden": hidden})
    ours = models.autoencoder(hidden=(hidden,) if hidden else ())
    assert layers_of(ours) == layers_of(theirs)
    same(ours, theirs, np.random.default_rng(1).random((2, 28, 28)))


def test_denoising_autoencoder():
    theirs = defined("24b", np.zeros((1, 28, 28, 1), "float32"))
    ours = models.denoising_autoencoder()
    assert layers_of(ours) == layers_of(theirs)
    same(ours, theirs, np.random.default_rng(1).random((2, 28, 28, 1)))


def test_anomaly_autoencoder():
    same(
        models.anomaly_autoencoder(),
        defined("25", np.zeros((1, 140), "float32")),
        np.random.default_rng(1).random((2, 140)),
    )


@pytest.mark.parametrize("head", ["unet", "fcn"])
def test_segmentation(head):
    theirs = defined("22", np.zeros((1, 32, 32, 3), "float32"), {"network": "tiny", "filters": 4, "head": head})
    encoder = models.pretrained("tiny")
    ours = models.unet(encoder, 32, filters=4) if head == "unet" else models.fcn(encoder, 32, hidden=32)
    same(ours, theirs, np.random.default_rng(1).uniform(0, 255, (2, 32, 32, 3)).astype("float32"))
    assert not ours.get_layer("encoder").trainable


def test_transfer_classifier():
    theirs = defined("21", np.zeros((1, 32, 32, 3), "float32"), {"network": "tiny"})
    ours = models.transfer_classifier(models.pretrained("tiny"))
    assert layers_of(ours) == layers_of(theirs)
    same(ours, theirs, np.random.default_rng(1).uniform(0, 255, (2, 32, 32, 3)).astype("float32"))
    assert len(ours.trainable_weights) == 2


@pytest.mark.parametrize("positions", ["sinusoidal", "learned", "none"])
def test_transformer_classifier(positions):
    theirs = defined(
        "17",
        np.zeros((1, 9), int),
        {"positions": positions, "size": 8, "feed_forward": 8},
        feature_names=tuple("abcdefg"),
    )
    ours = models.transformer_classifier(7, 9, size=8, feed_forward=8, positions=positions)
    tokens = np.random.default_rng(1).integers(0, 7, (3, 9))
    same(ours, theirs, tokens)


def test_translator():
    module = lesson("16")
    theirs = module.Translator(["a", "b", "c"], ["d", "e"], (5, 4), units=6, size=3)
    ours = models.translator(5, 4, 5, 3, units=6, size=3)
    assert ours.count_params() == theirs.count_params()
    rng = np.random.default_rng(0)
    for weight in theirs.weights:
        weight.assign(rng.normal(0, 0.5, weight.shape))
    cell, decoder = theirs.cell, ours.get_layer("decoder").cell
    pairs = [
        (ours.get_layer("source_vectors"), theirs.source_vectors), (ours.get_layer("target_vectors"), theirs.target_vectors),
        (ours.get_layer("encoder"), theirs.encoder), (ours.get_layer("output_words"), theirs.output_words),
        (decoder.gru, cell.gru), (decoder.attention.query, cell.query), (decoder.attention.key, theirs.key),
    ]  # fmt: skip
    for one, other in pairs:
        one.set_weights(other.get_weights())
    decoder.attention.v.assign(cell.v)
    inputs = {"source": np.array([[2, 3, 4, 0, 0], [4, 4, 2, 3, 2]]), "target": np.array([[1, 2, 3], [3, 2, 0]])}
    np.testing.assert_allclose(ours(inputs), theirs(inputs), atol=1e-5)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: models.autoencoder(latent=0), "latent must be"),
        (lambda: models.convolutional_autoencoder((30, 28, 1), (4, 4)), "divisible by 4"),
        (lambda: models.anomaly_autoencoder(hidden=()), "hidden must have"),
        (lambda: models.unet(None, 16), "side must be an integer of at least 32"),
        (lambda: models.fcn(None, 64, classes=1), "classes must be"),
        (lambda: models.transfer_classifier(None, (32, 32, 1)), "3 channels"),
        (lambda: models.translator(5, 4, 0, 3), "source_length must be"),
        (lambda: models.transformer_classifier(positions="sine"), "kind must be one of"),
    ],
)
def test_wrong_sizes_are_told_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_saved_autoencoder_opens(tmp_path):
    network = models.convolutional_autoencoder((8, 8, 1), (3, 2))
    network.save(tmp_path / "model.keras")
    x = np.random.default_rng(1).random((2, 8, 8, 1))
    np.testing.assert_array_equal(np.array(network(x)), np.array(keras.models.load_model(tmp_path / "model.keras")(x)))
