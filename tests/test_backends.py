"""Keras on JAX: which lessons are plain Keras, who is refused, and that the page of docs says the same."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from whitepaper.course import registry
from whitepaper.devices import backends
from whitepaper.errors import UsageError
from whitepaper.lessons.runner import Options, Run

ROOT = Path(__file__).parent.parent
NO_JAX = importlib.util.find_spec("jax") is None


def row(number):
    return registry.find(str(number))[0]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import tensorflow as tf", "it computes with tf"),
        ("def late():\n    from tensorflow.image import resize", "it computes with tf"),
        ("import keras\nkeras.layers.TextVectorization()", "TextVectorization is TensorFlow's"),
        ("data.train.batches(32)", "it trains on a tf.data stream"),
        ("import keras, tensorflower\n# import tensorflow\nbatches = 'tf.data'", ""),
        ("def (", ""),
    ],
)
def test_what_needs_tensorflow(source, reason):
    assert backends.needs_tensorflow(source) == reason


def test_the_page_lists_the_plain_lessons():
    text = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8")
    told = re.search(r"^Plain Keras: (.*)\.$", text, re.MULTILINE)
    assert told is not None
    assert told[1].split(", ") == [one.id for one in backends.plain()]


def test_no_other_lesson_is_without_a_reason():
    others = {one.id for one in registry.exercises() if one.framework == "keras"} - {one.id for one in backends.plain()}
    assert {"20", "26", "24b"} < others
    assert not others & {"1", "5", "24a"}


@pytest.mark.parametrize(
    ("number", "backend", "said"),
    [
        (5, "torch", "KERAS_BACKEND is tensorflow or jax. Received: 'torch'"),
        (20, "jax", "Exercise 20 runs on TensorFlow only: it computes with tf"),
        ("24b", "jax", "Exercise 24b runs on TensorFlow only: it trains on a tf.data stream"),
    ],
)
def test_who_is_refused(course_root, monkeypatch, number, backend, said):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    with pytest.raises(UsageError, match=said):
        Run(row(number), Options(preset="smoke", solution=True))


def test_lessons_without_keras_run_with_any_backend(course_root, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert Run(row(3), Options(preset="smoke", solution=True)).play().record["status"] == "finished"


def test_checks_pass_over_the_backend(course_root):
    command = [sys.executable, "-m", "whitepaper", "check", "5"]
    done = subprocess.run(command, env={**os.environ, "KERAS_BACKEND": "no such backend"}, cwd=ROOT,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0  # open blanks are no mistake
    assert "not attempted" in done.stdout
    assert "Nothing wrong so far" in done.stdout
    assert not done.stderr


@pytest.mark.skipif(not NO_JAX, reason="jax is installed")
def test_jax_that_is_not_installed_is_told(course_root, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(UsageError, match="needs the package jax"):
        Run(row(5), Options(preset="smoke", solution=True))


@pytest.mark.skipif(NO_JAX, reason="jax is not installed: pip install jax")
def test_a_lesson_runs_on_jax(course_root):
    code = (
        "import json\nfrom whitepaper.course import registry\nfrom whitepaper.lessons.runner import Options, play\n"
        "options = Options(preset='smoke', data='stand-in', solution=True)\n"
        "print(json.dumps(play(registry.find('5')[0], options).record))"
    )
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "KERAS_BACKEND": "jax"}, cwd=ROOT,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    record = json.loads(done.stdout.splitlines()[-1])
    assert record["strategy"].endswith("by JAX")
    assert "jax" in record["versions"]
    assert record["metrics"]["accuracy"] > 0.3


@pytest.mark.skipif(NO_JAX, reason="jax is not installed: pip install jax")
def test_several_devices_are_tensorflows(course_root, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    with pytest.raises(UsageError, match="there is one device"):
        Run(row(5), Options(preset="smoke", strategy="mirrored", solution=True))
