"""Runs in 16 bits: who refuses, what stays float32, and that the policy is put back."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from whitepaper.course import registry
from whitepaper.devices import precision
from whitepaper.devices.quiet import import_tensorflow
from whitepaper.errors import StepError, UsageError
from whitepaper.lessons import record
from whitepaper.lessons.runner import Options, Run, play

import_tensorflow()
import keras  # noqa: E402

SCHEMA = json.loads(record.SCHEMA.read_text(encoding="utf-8"))
MIXED = [word for word in precision.WORDS if word != "float32"]


def row(number):
    return registry.find(str(number))[0]


def options(word):
    return Options(preset="smoke", data="stand-in", solution=True, precision=word)


@pytest.mark.parametrize(
    ("number", "word", "said"),
    [
        (5, "half", "PRECISION is one of float32, mixed_bfloat16, mixed_float16. Received: 'half'"),
        (3, "mixed_bfloat16", "Exercise 3 has no Keras model: .* Received: PRECISION=mixed_bfloat16"),
        (12, "mixed_float16", "Exercise 12 has no Keras model"),
        ("15b", "mixed_bfloat16", "Exercise 15b keeps to float32: its loop over characters"),
    ],
)
def test_who_refuses(course_root, number, word, said):
    with pytest.raises(UsageError, match=said):
        Run(row(number), options(word))
    Run(row(number), options("float32"))


def test_a_run_in_each_precision(course_root):
    found = {word: play(row(5), options(word)) for word in precision.WORDS}
    for word, result in found.items():
        jsonschema.validate(result.record, SCHEMA)
        assert result.record["precision"] == word
        model = keras.saving.load_model(result.folder / "model.keras")
        assert model.layers[-1].compute_dtype == "float32"
    plain = found["float32"].record["metrics"]["loss"]
    for word in MIXED:
        loss = found[word].record["metrics"]["loss"]
        assert loss == pytest.approx(plain, rel=0.05)
        assert loss != plain
    assert keras.config.dtype_policy().name == "float32"


def test_another_precision_is_another_run(course_root):
    signatures = {Run(row(5), options(word)).signature for word in precision.WORDS}
    assert len(signatures) == len(precision.WORDS)


def test_a_run_that_fails_puts_the_policy_and_keras_back(course_root):
    path = registry.solution_path(row(5))
    text = path.read_text(encoding="utf-8")
    assert "def fit(model, data, preset, callbacks):" in text
    path.write_text(
        text.replace(
            "def fit(model, data, preset, callbacks):",
            "def fit(model, data, preset, callbacks):\n    raise ValueError(keras.config.dtype_policy().name)",
        ),
        encoding="utf-8",
    )
    compile_, predict = keras.Model.compile, keras.Model.predict
    with pytest.raises(StepError, match="mixed_bfloat16"):
        play(row(5), options("mixed_bfloat16"))
    assert keras.config.dtype_policy().name == "float32"
    assert (keras.Model.compile, keras.Model.predict) == (compile_, predict)


@pytest.mark.parametrize("word", MIXED)
@pytest.mark.parametrize("kind", ["sequential", "functional", "nested"])
def test_layers_compute_in_16_bits_and_results_are_float32(kind, word):
    with precision.scope(word):
        layers = [keras.layers.Dense(8), keras.layers.Dense(3, activation="softmax")]
        model = keras.Sequential([keras.Input((4,)), *layers])
        if kind != "sequential":
            inputs = keras.Input((4,))
            outputs = model(inputs) if kind == "nested" else layers[1](layers[0](inputs))
            model = keras.Model(inputs, outputs)
        model.compile(loss="sparse_categorical_crossentropy")
        assert [layer.compute_dtype for layer in layers] == [word.removeprefix("mixed_"), "float32"]
        assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
        answers = model.predict(np.ones((5, 4), "float32"), verbose=0)
        hidden = keras.Sequential([keras.Input((4,)), layers[0]]).predict(np.ones((5, 4), "float32"), verbose=0)
    assert answers.dtype == hidden.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-6)


def test_networks_inside_a_model_with_its_own_code_end_in_float32():
    class Pair(keras.Model):
        def __init__(self):
            super().__init__()
            self.one = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dense(1)])

        def call(self, x):
            return self.one(x)

    with precision.scope("mixed_bfloat16"):
        pair = Pair()
        pair.compile(loss="mse")
    assert [layer.compute_dtype for layer in pair.one.layers] == ["bfloat16", "float32"]
