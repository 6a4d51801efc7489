"""Lessons with layers of their own, built in 16 bits, saved, and opened under the default policy."""

import dataclasses
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from whitepaper.course import registry
from whitepaper.devices import precision
from whitepaper.lessons.contract import load_module
from whitepaper.lessons.hyperparameters import Hyperparameters

SENTENCES = np.array(["start uno dos end", "start tres end"])
TOKENS = np.array([[2, 3, 4, 0, 0, 0], [1, 2, 3, 4, 5, 6]])


def built(number, policy, x, y=None, **values):
    module = load_module(registry.solution_path(registry.find(number)[0]), "solutions")
    hp = Hyperparameters({**module.PRESETS["smoke"].hp, **values})
    data = SimpleNamespace(train=SimpleNamespace(x=x, y=y), feature_names=tuple("abcdefg"))
    keras.config.set_dtype_policy(policy)
    try:
        return module.define(data, hp)
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("number", ["16", "17"])
def test_it_opens_and_answers_alike(tmp_path, number, policy):
    model = built("17", policy, TOKENS) if number == "17" else built("16", policy, SENTENCES, SENTENCES, xla=False)
    narrow = policy.removeprefix("mixed_")
    dense = [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.Dense)]
    assert {layer.compute_dtype for layer in dense} == {narrow}
    inputs = TOKENS if number == "17" else {"source": np.array([[2, 3, 4, 5]]), "target": np.array([[2, 3, 4]])}
    before = np.asarray(model(inputs), "float32")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(before, np.asarray(again(inputs), "float32"))


@pytest.mark.parametrize("in_a_run", [True, False])
@pytest.mark.parametrize("number", ["26", "27"])
def test_a_gan_trains_opens_and_answers_alike(tmp_path, monkeypatch, number, in_a_run):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    module = load_module(registry.solution_path(registry.find(number)[0]), "solutions")
    preset = dataclasses.replace(module.PRESETS["smoke"], epochs=1, folder=None)
    data, hp = module.load(preset), Hyperparameters(preset.hp)
    if in_a_run:
        with precision.scope("mixed_bfloat16"):
            model = module.define(data, hp)
            module.compile(model, hp)
            module.fit(model, data, preset, [])
    else:
        keras.config.set_dtype_policy("mixed_bfloat16")
        try:
            model = module.define(data, hp)
            module.compile(model, hp)
            pair = [keras.ops.convert_to_tensor(images[:2]) for images in (data.train.x, data.train.y)]
            model.train_step(tuple(pair) if number == "27" else pair[0])
        finally:
            keras.config.set_dtype_policy("float32")
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for name in model.networks:
        one, other = getattr(model, name), getattr(again, name)
        assert "bfloat16" in {layer.compute_dtype for layer in one.layers}
        x = np.random.default_rng(0).uniform(-1, 1, (2, *one.input_shape[1:])).astype("float32")
        assert one(x).dtype == other(x).dtype == "float32"
        np.testing.assert_array_equal(one(x), other(x))


def test_sizes_and_words_that_do_not_fit_are_told():
    module = load_module(registry.solution_path(registry.find("17")[0]), "solutions")
    with pytest.raises(ValueError, match="kind is sinusoidal, learned or none"):
        module.Positions("lerned")
    with pytest.raises(ValueError, match="expected vectors of 8 components"):
        module.MultiHeadAttention(2, 8)(np.zeros((1, 3, 6), "float32"), np.zeros((1, 3, 6), "float32"))


def test_a_probability_outside_0_to_1_is_told():
    module = load_module(registry.solution_path(registry.find("23a")[0]), "solutions")
    for factor in (2.0, -0.1):
        with pytest.raises(ValueError, match=f"factor is a probability from 0 to 1. Received: {factor}"):
            module.RandomInvert(factor)
    assert module.RandomInvert(1).factor == 1
