"""Keras on JAX in place of TensorFlow (KERAS_BACKEND=jax), for the lessons whose code is plain Keras."""

from __future__ import annotations

import ast
import importlib.util
import os

from whitepaper.course import registry
from whitepaper.course.registry import Exercise
from whitepaper.errors import UsageError

# Names of Keras and of the course that compute with TensorFlow, whatever Keras itself runs on.
_OF_TENSORFLOW = {
    "TextVectorization": "TextVectorization is TensorFlow's",
    "batches": "it trains on a tf.data stream",
}


def name() -> str:
    """What Keras runs on in this process: "tensorflow" or another word of KERAS_BACKEND."""
    return os.environ.get("KERAS_BACKEND") or "tensorflow"


def needs_tensorflow(source: str) -> str:
    """Why the code of a lesson runs on TensorFlow only; empty where it is plain Keras.

    Args:
        source: Python text; one that cannot be parsed is left to the import, which says where it is wrong.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        if any(module.split(".")[0] == "tensorflow" for module in modules):
            return "it computes with tf"
        if isinstance(node, ast.Attribute) and node.attr in _OF_TENSORFLOW:
            return _OF_TENSORFLOW[node.attr]
    return ""


def plain() -> tuple[Exercise, ...]:
    """The lessons with a Keras model whose solutions are plain Keras."""
    rows = [row for row in registry.exercises() if row.framework == "keras" and registry.has_solution(row)]
    return tuple(row for row in rows if not needs_tensorflow(registry.solution_path(row).read_text(encoding="utf-8")))


def check(row: Exercise, *sources: str) -> None:
    """Hold a run of Keras code to the backend that KERAS_BACKEND names.

    Args:
        row: the exercise. sources: the code that is to run.

    Raises:
        UsageError: an unknown backend, one that is not installed, or code that needs TensorFlow.
    """
    chosen = name()
    if chosen == "tensorflow":
        return
    if chosen != "jax":
        raise UsageError(f"KERAS_BACKEND is tensorflow or jax. Received: {chosen!r}.")
    for source in sources:
        if reason := needs_tensorflow(source):
            others = ", ".join(one.id for one in plain())
            raise UsageError(
                f"Exercise {row.id} runs on TensorFlow only: {reason}. Received: KERAS_BACKEND=jax.",
                f"KERAS_BACKEND=tensorflow, or one of the exercises {others}",
            )
    if importlib.util.find_spec("jax") is None:
        raise UsageError(
            "KERAS_BACKEND=jax needs the package jax. Received: it is not installed.", ".venv/bin/pip install jax"
        )


def device() -> str:
    """What JAX computes on: "cpu", "gpu" or "tpu"."""
    import jax

    return str(jax.default_backend())
