"""DCGAN and CycleGAN: what the lessons build in the open, and the builders."""

import inspect
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from whitepaper import models
from whitepaper.course import registry
from whitepaper.lessons.contract import load_module
from whitepaper.lessons.hyperparameters import Hyperparameters

# Sizes of the lesson's class, and of the library's.
SMALL = {
    "26": ({"filters": 2, "judging": 2, "latent": 4, "dropout": 0.0}, (4, 2, 2, 0.0)),
    "27": ({"size": 8, "filters": 2, "blocks": 1, "downsamplings": 2}, (8, 2, 1, 2)),
}


def lesson(number):
    return load_module(registry.solution_path(registry.find(number)[0]), "solutions")


def images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def kinds(network):
    return [type(layer) for layer in network.layers]


def same(ours, theirs, x):
    """Equal kinds of layers, shapes and number of weights, and equal outputs with the same weights."""
    assert kinds(ours) == kinds(theirs)
    assert ours.count_params() == theirs.count_params()
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    assert ours.output_shape == theirs.output_shape
    rng = np.random.default_rng(1)
    weights = [rng.normal(0, np.prod(weight.shape[:-1]) ** -0.5, weight.shape) for weight in theirs.weights]
    weights = [np.abs(one) if one.ndim == 1 else one for one in weights]  # variances among them
    ours.set_weights(weights)
    theirs.set_weights(weights)
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)
    assert np.std(ours(x)) > 1e-3


def test_the_networks_are_those_of_the_lessons():
    module = lesson("26")
    same(models.dcgan_generator(5, 2), module.generator(2, 5), images(2, 5))
    same(models.dcgan_discriminator(2, 0.1), module.discriminator(2, 0.1), images(2, 28, 28, 1))
    module = lesson("27")
    for blocks in (1, 2):
        same(models.resnet_generator(16, 2, blocks), module.generator(16, 2, blocks), images(2, 16, 16, 3))
    for downsamplings in (1, 3):
        ours, theirs = (
            build(16, 2, downsamplings) for build in (models.patch_discriminator, module.patch_discriminator)
        )
        same(ours, theirs, images(2, 16, 16, 3))


def defaults(build):
    return {
        name: one.default for name, one in inspect.signature(build).parameters.items() if one.kind != one.VAR_KEYWORD
    }


def test_the_defaults_are_the_full_sizes_of_the_lessons():
    module, found = lesson("26"), {}
    module.Dcgan = lambda **sizes: found.update(sizes)
    module.define(None, Hyperparameters(module.PRESETS["full"].hp))
    found["discriminator_filters"] = found.pop("judging")
    assert found | {"side": 28, "channels": 1} == defaults(models.Dcgan)
    assert models.dcgan_generator().count_params() == 2_330_944
    assert models.dcgan_discriminator().count_params() == 212_865
    module, found = lesson("27"), {}
    module.CycleGan = lambda size, **sizes: found.update(sizes)
    data = SimpleNamespace(train=SimpleNamespace(x=images(1, 8, 8, 3)))
    module.define(data, Hyperparameters(module.PRESETS["full"].hp))
    assert found | {"side": 256, "cycle": module.CYCLE, "identity": module.IDENTITY} == defaults(models.CycleGan)
    for whole, parts in (
        (models.Dcgan, (models.dcgan_generator, models.dcgan_discriminator)),
        (models.CycleGan, (models.resnet_generator, models.patch_discriminator)),
    ):
        for part in parts:
            shared = defaults(whole).keys() & defaults(part).keys()
            assert len(shared) >= 3
            assert all(defaults(whole)[name] == defaults(part)[name] for name in shared)


@pytest.mark.parametrize("number", SMALL)
def test_a_step_is_the_lessons(number):
    module, name = lesson(number), {"26": "Dcgan", "27": "CycleGan"}[number]
    theirs, ours = getattr(module, name)(**SMALL[number][0]), getattr(models, name)(*SMALL[number][1])
    real = (images(2, 28, 28, 1),) if number == "26" else (images(2, 8, 8, 3), images(2, 8, 8, 3)[::-1])
    found = []
    for gan in (theirs, ours):
        for place, name in enumerate(gan.networks):
            rng = np.random.default_rng(place)
            network = getattr(gan, name)
            network.set_weights([rng.uniform(0.05, 0.3, weight.shape) for weight in network.weights])
        gan.compile(**{name: keras.optimizers.SGD(0.05) for name in gan.networks})
        logs = gan.train_step(tuple(map(keras.ops.convert_to_tensor, real)))
        found.append({name: float(value) for name, value in logs.items()})
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    for name in ours.networks:
        for one, other in zip(getattr(ours, name).weights, getattr(theirs, name).weights, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("number", SMALL)
def test_it_trains_in_16_bits_and_opens_under_the_default_policy(tmp_path, number, policy):
    keras.config.set_dtype_policy(policy)
    try:
        gan = models.Dcgan(*SMALL["26"][1]) if number == "26" else models.CycleGan(*SMALL["27"][1])
        gan.compile(**{name: keras.optimizers.Adam(1e-3) for name in gan.networks}, run_eagerly=True)
        real = (images(2, 28, 28, 1),) if number == "26" else (images(2, 8, 8, 3), images(2, 8, 8, 3))
        before = gan.get_weights()
        history = gan.fit(*real, batch_size=2, verbose=0).history
    finally:
        keras.config.set_dtype_policy("float32")
    assert all(np.isfinite(values).all() for values in history.values())
    assert all(np.abs(old - new).max() > 0 for old, new in zip(before, gan.get_weights(), strict=True) if old.ndim > 1)
    for name in gan.networks:
        *inner, last = [layer.compute_dtype for layer in getattr(gan, name).layers if layer.weights]
        assert (set(inner), last) == ({policy.removeprefix("mixed_")}, "float32")
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert again.optimizer is getattr(again, f"{gan.networks[0]}_optimizer")
    assert again.dtype_policy.name == policy
    for name in gan.networks:
        one, other = getattr(gan, name), getattr(again, name)
        x = images(2, *one.input_shape[1:])
        np.testing.assert_array_equal(one(x), other(x))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: models.dcgan_generator(side=30), "side must be a multiple of 4"),
        (lambda: models.resnet_generator(side=30), "side must be a multiple of 4"),
        (lambda: models.dcgan_discriminator(dropout=1), "dropout must be"),
        (lambda: models.patch_discriminator(filters=0), "filters must be"),
        (lambda: models.CycleGan(8, 2, 1, 1, cycle=-1), "cycle must be"),
        (lambda: models.CycleGan(8, 2, blocks=-1), "blocks must be an integer of at least 0. Received: -1"),
        (lambda: models.Dcgan(latent=True), "latent must be an integer of at least 1. Received: True"),
        (lambda: models.Dcgan(seed=0.5), "seed must be an integer of at least 0. Received: 0.5"),
    ],
)
def test_wrong_sizes_are_told_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()
