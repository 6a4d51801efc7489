"""Lessons with layers of their own, built in 16 bits, saved, and opened under the default policy."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from whitepaper.course import registry
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


def test_sizes_and_words_that_do_not_fit_are_told():
    module = load_module(registry.solution_path(registry.find("17")[0]), "solutions")
    with pytest.raises(ValueError, match="kind is sinusoidal, learned or none"):
        module.Positions("lerned")
    with pytest.raises(ValueError, match="expected vectors of 8 components"):
        module.MultiHeadAttention(2, 8)(np.zeros((1, 3, 6), "float32"), np.zeros((1, 3, 6), "float32"))
