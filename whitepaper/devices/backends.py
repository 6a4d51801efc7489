"""What Keras runs on: TensorFlow, or JAX (KERAS_BACKEND=jax) for the lessons whose code is plain Keras; and its settings.

Keras reads ~/.keras/keras.json, which another course may have left, and several variables. They would change numbers and
results of checks without a word, so the course sets them itself.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whitepaper.course import registry
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError, UsageError

# Keras's own defaults, which the lessons and their claims are made with.
SETTINGS: dict[str, Any] = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}
# Variables that shorten every fit, or give TensorFlow another Keras than the lessons'.
_VARIABLES = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH", "TF_USE_LEGACY_KERAS")
# Child processes meet the same settings, of which their parent has spoken.
_TOLD = "WHITEPAPER_SETTINGS_TOLD"

# Names of Keras and of the course that compute with TensorFlow, whatever Keras itself runs on.
_OF_TENSORFLOW = {
    "TextVectorization": "TextVectorization is TensorFlow's",
    "batches": "it trains on a tf.data stream",
}


def name() -> str:
    """What Keras runs on in this process: "tensorflow" or another word of KERAS_BACKEND."""
    return os.environ.get("KERAS_BACKEND") or "tensorflow"


def settings_file() -> Path:
    """The file in which Keras looks for settings: $KERAS_HOME/keras.json, else ~/.keras/keras.json."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home).expanduser() if home else Path(os.path.expanduser("~")) / ".keras") / "keras.json"


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """Inside, Keras is imported for the first time: with the course's settings, whatever a file or a variable asks for.

    What they ask for otherwise is reported on one line of standard error, once for a process and its children.

    Raises:
        CourseError: the file has a value that keeps Keras from being imported, or Keras runs on another backend already.
    """
    kept = _settings_of_file()
    foreign = [f"{name}={kept[name]}" for name in SETTINGS if name in kept and kept[name] != SETTINGS[name]]
    if "KERAS_BACKEND" not in os.environ and kept.get("backend", "tensorflow") != "tensorflow":
        foreign.insert(0, f"backend={kept['backend']}")
    source = f"{settings_file()} asks for {', '.join(foreign)}" if foreign else ""
    variables = [f"{name}={os.environ.pop(name)}" for name in _VARIABLES if os.environ.get(name, "0") not in ("0", "")]
    os.environ["KERAS_BACKEND"] = name()
    os.environ.setdefault("KERAS_NNX_ENABLED", "false")
    yield
    _set()
    told = [source, f"the environment sets {', '.join(variables)}" if variables else ""]
    if any(told) and os.environ.get(_TOLD) != "1":
        os.environ[_TOLD] = "1"
        found = " and ".join(part for part in told if part)
        ours = ", ".join([name(), *(str(value) for value in SETTINGS.values())])
        print(f"{found}: not used. The course sets Keras itself ({ours}).", file=sys.stderr, flush=True)


def _settings_of_file() -> dict[str, Any]:
    """What the file says; Keras itself passes over one that is no JSON."""
    try:
        kept = json.loads(settings_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if (
        not isinstance(kept, dict)
        or not isinstance(kept.get("epsilon", 1e-7), float)
        or kept.get("floatx", "float32") not in ("float16", "float32", "float64")
        or kept.get("image_data_format", "channels_last") not in ("channels_last", "channels_first")
    ):
        raise CourseError(
            f"Expected settings that Keras takes in {settings_file()}. Received: {json.dumps(kept)[:200]}.",
            "remove the file: Keras writes a new one",
        )
    return kept


def _set() -> None:
    import keras

    if keras.backend.backend() != name():
        raise CourseError(
            f"Expected Keras on {name()}. Received: this process has imported it on {keras.backend.backend()} already.",
            f"start anew with KERAS_BACKEND={name()}",
        )
    keras.config.set_floatx(SETTINGS["floatx"])
    keras.config.set_epsilon(SETTINGS["epsilon"])
    keras.config.set_image_data_format(SETTINGS["image_data_format"])
    keras.config.set_dtype_policy(SETTINGS["floatx"])


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
