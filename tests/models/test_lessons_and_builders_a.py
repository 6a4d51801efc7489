"""The networks that lessons build in the open, and the builders that other lessons take them from, are the same networks."""

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


def data(shape, **more):
    return SimpleNamespace(train=SimpleNamespace(x=np.zeros((1, *shape), "float32")), **more)


def defined(number, shape, values=None, **more):
    """What the lesson's `define` builds with its preset `full`, and with these values in place of its own."""
    module = lesson(number)
    hp = Hyperparameters({**module.PRESETS["full"].hp, **(values or {})})
    return module.define(data(shape, **more), hp)


def same(network, built, x):
    assert [type(layer) for layer in built.layers] == [type(layer) for layer in network.layers]
    assert built.input_shape == network.input_shape
    assert built.output_shape == network.output_shape
    assert built.count_params() == network.count_params()
    built.set_weights(network.get_weights())
    np.testing.assert_array_equal(built.predict(x, verbose=0), network.predict(x, verbose=0))
    for ours, theirs in zip(built.layers, network.layers, strict=True):
        for option in ("rate", "dropout", "kernel_constraint", "kernel_regularizer", "mask_zero", "padding"):
            ours_is, theirs_is = getattr(ours, option, None), getattr(theirs, option, None)
            if hasattr(theirs_is, "get_config"):
                assert type(ours_is) is type(theirs_is)
                ours_is, theirs_is = ours_is.get_config(), theirs_is.get_config()
            assert ours_is == theirs_is, f"{theirs.name}: {option}"


def numbers(*shape):
    return np.random.default_rng(0).random(shape).astype("float32")


@pytest.mark.parametrize(
    ("number", "shape", "values", "options"),
    [
        ("1", (28, 28), {}, {"hidden": (128,), "dropout": 0.2}),
        ("5", (28, 28), {}, {"hidden": ()}),
        (
            "6",
            (23,),
            {},
            {"hidden": (30, 30), "outputs": 1, "last": "sigmoid", "weight_decay": 3e-2, "dropout": (0.5, 0)},
        ),
        ("7", (28, 28), {}, {"hidden": (256, 128)}),
        ("7", (28, 28), {"regularizer": "weight_decay"}, {"hidden": (256, 128), "weight_decay": 2e-4}),
        ("7", (28, 28), {"regularizer": "max_norm"}, {"hidden": (256, 128), "max_norm": 1.25}),
        ("7", (28, 28), {"regularizer": "dropout"}, {"hidden": (256, 128), "dropout": 0.5}),
        ("8", (12,), {"units": 16}, {"hidden": (16, 16), "outputs": 1, "last": None}),
        ("9a", (8,), {"units": 12}, {"hidden": (12,), "outputs": 1, "last": "sigmoid"}),
        ("9b", (28, 28), {"units": 32}, {"hidden": (32,)}),
        ("10a", (12,), {}, {"hidden": (64, 64), "outputs": 1, "last": None}),
    ],
)
def test_dense_network(number, shape, values, options):
    network = defined(number, shape, values)
    same(network, models.dense_network(shape, **options), numbers(4, *shape))


def test_the_same_seed_gives_the_same_weights():
    keras.utils.set_random_seed(0)
    network = defined("1", (28, 28))
    keras.utils.set_random_seed(0)
    built = models.dense_network((28, 28), (128,), 10, dropout=0.2)
    for ours, theirs in zip(built.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_mlp_of_exercise_13():
    mlp = lesson("13").mlp_pipeline(5, 0)["mlp"].set_params(max_iter=30, tol=1.0)
    x, y = numbers(40, 7), np.arange(40) % 2
    mlp.fit(x, y)
    network = models.dense_network((7,), (5,), 1, last="sigmoid")
    network.set_weights([part for pair in zip(mlp.coefs_, mlp.intercepts_, strict=True) for part in pair])
    np.testing.assert_allclose(network.predict(x, verbose=0)[:, 0], mlp.predict_proba(x)[:, 1], atol=1e-5)


@pytest.mark.parametrize(
    ("number", "shape", "values", "options"),
    [
        ("10b", (32, 32, 3), {}, {"filters": (32, 64), "pool_last": True}),
        ("20", (32, 32, 3), {}, {"scores": True}),
        (
            "23a",
            (24, 24, 3),
            {"method": "none", "units": 8},
            {"outputs": 5, "filters": (16, 32, 64), "padding": "same", "pool_last": True, "hidden": (8,),
             "rescaling": 1 / 255},
        ),
    ],
)  # fmt: skip
def test_cnn(number, shape, values, options):
    same(defined(number, shape, values), models.cnn(shape, **options), numbers(2, *shape))


def test_both_parts_of_exercise_23b():
    network = defined("23b", (46, 46, 3), {"filters": 4})
    bottom, top = network.layers
    x = numbers(2, 46, 46, 3)
    same(bottom, models.cnn((None, None, 3), None, filters=(4, 8, 16), pool_last=True), x)
    same(top, models.dense_network((4, 4, 16), (64,), 11, input_dropout=0.3), bottom.predict(x, verbose=0))
    assert top.name == "top"


def test_grad_cam_and_feature_maps_of_exercise_20():
    module, network = lesson("20"), defined("20", (32, 32, 3), {"filters": 4})
    x, classes = numbers(3, 32, 32, 3), np.array([0, 9, 4])
    np.testing.assert_allclose(models.grad_cam(network, x, classes), module.grad_cam(network, x, classes), atol=1e-5)
    maps = models.feature_maps(network, ["last_convolution"]).predict(x, verbose=0)["last_convolution"]
    np.testing.assert_array_equal(maps, module.outputs_of(network, "last_convolution", x))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_recurrent_classifier(cell):
    values = {"cell": cell, "words": 100, "size": 8, "units": 8}
    network = defined("15a", (12,), values, feature_names=["word"] * 100)
    built = models.recurrent_classifier(100, 12, cell=cell, size=8, units=8)
    same(network, built, np.random.default_rng(0).integers(0, 100, (4, 12)))


def test_the_defaults_of_exercise_15a():
    network = defined("15a", (12,), feature_names=["word"] * 20_000)
    assert models.recurrent_classifier().count_params() == network.count_params()


def test_character_model_and_its_generator():
    module, names = lesson("15b"), list("abcdefg")
    network = defined("15b", (40,), {"units": 8}, class_names=names)
    built = models.character_model(7, units=8)
    same(network, built, np.random.default_rng(0).integers(0, 7, (2, 9)))
    expected = module.generate(network, [1, 2, 3], (0.5, 1.0), 30, seed=5)
    np.testing.assert_array_equal(
        models.write(models.character_generator(built), [1, 2, 3], (0.5, 1.0), 30, 5), expected
    )
    assert models.character_model().count_params() == defined("15b", (40,), class_names=["x"] * 57).count_params()


def test_skip_gram_and_cbow():
    network = defined("14", (9,), feature_names=["word"] * 30)
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(size=weight.shape) for weight in network.get_weights()])
    x = {"given": rng.integers(0, 30, (4, 8)), "candidates": rng.integers(0, 30, (4, 6))}
    same(network, models.cbow(30), x)
    built = models.skip_gram(30)
    assert built.count_params() == network.count_params()
    built.set_weights(network.get_weights())
    x["given"] = x["given"][:, :1]
    np.testing.assert_array_equal(built.predict(x, verbose=0), network.predict(x, verbose=0))
