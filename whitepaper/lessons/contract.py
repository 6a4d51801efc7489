"""The contract of an exercise: a module with presets and five step functions (six with figures)."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, TypeVar

from whitepaper.course import source
from whitepaper.course.registry import relative as relative  # where its readers have looked for it
from whitepaper.errors import CourseError, StepError, UsageError

CONTRACT: dict[str, tuple[str, ...]] = {
    "load": ("preset",),
    "define": ("data", "hp"),
    "compile": ("model", "hp"),
    "fit": ("model", "data", "preset", "callbacks"),
    "evaluate": ("model", "data"),
    "figures": ("model", "data", "history"),
}
OPTIONAL = ("figures",)
Value = TypeVar("Value")
# Names under which Keras reports an accuracy that was not given a name.
_ACCURACIES = ("acc", "sparse_categorical_accuracy", "categorical_accuracy", "binary_accuracy")
# Codes that color a terminal, as Keras puts into its messages.
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
PRESETS = ("smoke", "quick", "full")
# Fields of a preset that HP may set.
SIZES = ("epochs", "examples", "batch_size")


@dataclass(frozen=True)
class Preset:
    """How large a run is.

    Attributes:
        examples: training examples taken before the validation split; None takes all.
        epochs: passes over the training split.
        batch_size: examples per step, over all replicas.
        hp: hyperparameter defaults that this preset changes, for example a smaller network.
        folder: where a run keeps what it writes; None by hand and in checks. The runner sets it.
    """

    examples: int | None = None
    epochs: int = 1
    batch_size: int = 32
    hp: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None


def parse(path: Path) -> CodeType:
    """The compiled code of an exercise or solution; nothing of it is run.

    Raises:
        CourseError: no such file, no text that can be read, or a syntax error; one line with the place.
    """
    text = source.read(path)
    try:
        return compile(text, str(path), "exec")
    except SyntaxError as error:
        if command := source.notebook_command(text):
            number, line = command
            raise CourseError(
                f"{relative(path)}:{number}: `{line}` is a notebook's command: take it out of the Python file."
            ) from error
        line = (error.text or "").strip()
        raise CourseError(f"{relative(path)}:{error.lineno}: {type(error).__name__}: {error.msg}: {line}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise CourseError(f"{relative(path)} is no Python that can be compiled: {error}.") from error


def load_module(
    path: Path, package: str, code: CodeType | None = None, names: Mapping[str, Any] | None = None
) -> ModuleType:
    """Import an exercise or solution from its file, afresh.

    Args:
        path: the .py file.
        package: prefix of the module's name, "exercises" or "solutions".
        code: compiled from the file in another way; else it is read and compiled here.
        names: put into the module before its code is run.

    Raises:
        CourseError: no such file, a syntax error, or an error while it is imported; one line with the place.
    """
    name = f"{package}.{path.stem}"
    code = code or parse(path)
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    # Keras finds registered classes, and dataclasses their module, through sys.modules.
    sys.modules[name] = module
    module.__dict__.update(names or {})
    try:
        exec(code, module.__dict__)
    except SystemExit as error:
        raise CourseError(
            f"{place(error, path)} (ends the program while the file is imported).",
            "remove exit(), quit() or sys.exit() from the file",
        ) from error
    except Exception as error:
        raise CourseError(f"{place(error, path)} (while the file was imported).") from error
    return module


def place(error: BaseException, path: Path) -> str:
    """One line: the deepest line of `path` that took part in the error, its code, the error's kind and its message."""
    where = relative(path)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == path]
    if frames:
        where = f"{where}:{frames[-1].lineno}"
        if frames[-1].line:
            where = f"{where}: `{frames[-1].line[:120]}`"
    # Long messages of Keras tell the reason at their end.
    message = " ".join(_ESCAPES.sub("", str(error)).split())
    if len(message) > 420:
        message = f"{message[:160]} … {message[-260:]}"
    return f"{where}: {type(error).__name__}: {message}"


def validate(module: ModuleType) -> None:
    """Hold a module to the contract.

    Raises:
        CourseError: a preset or a function is missing, or a function does not take the contract's arguments.
    """
    path = Path(module.__file__ or module.__name__)
    presets = getattr(module, "PRESETS", None)
    if not isinstance(presets, dict) or any(not isinstance(presets.get(name), Preset) for name in PRESETS):
        raise CourseError(
            f"{relative(path)}: expected PRESETS with a Preset for smoke, quick and full. Received: {presets!r}."
        )
    for step, arguments in CONTRACT.items():
        function = getattr(module, step, None)
        if function is None and step in OPTIONAL:
            continue
        expected = f"def {step}({', '.join(arguments)})"
        if not callable(function):
            received = "no such function" if function is None else f"{step} = {function!r}"
            raise CourseError(
                f"{relative(path)}: expected {expected}. Received: {received}.", "put the function back, or make reset"
            )
        try:
            signature = inspect.signature(function)
            signature.bind(*arguments)
        except (TypeError, ValueError):
            raise CourseError(
                f"{relative(path)}: expected {expected}. Received: def {step}{inspect.signature(function)}."
            ) from None


def preset_named(module: ModuleType, name: str) -> Preset:
    """The preset of that name.

    Raises:
        UsageError: no such preset.
    """
    if name not in PRESETS:
        raise UsageError(f"PRESET is one of {', '.join(PRESETS)}. Received: {name!r}.")
    preset: Preset = module.PRESETS[name]
    return preset


def sized(preset: Preset, given: Mapping[str, Any]) -> tuple[Preset, dict[str, Any]]:
    """A preset with the epochs, examples and batch size that a person typed among the hyperparameters; and the others.

    Raises:
        UsageError: one of these is no whole number from 1.
    """
    own = {name: given[name] for name in SIZES if name in given}
    for name, value in own.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UsageError(f"HP {name} is a whole number from 1. Received: {value}.")
    return replace(preset, **own), {name: value for name, value in given.items() if name not in own}


def is_keras_model(value: Any) -> bool:
    """Whether a value is a Keras model, without importing Keras."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def history_of(result: Any) -> dict[str, list[float]] | None:
    """The curves of a fit: from a Keras History or a dict of lists; None if it is neither."""
    curves = getattr(result, "history", result)
    if not isinstance(curves, dict):
        return None
    try:
        return {str(name): [float(value) for value in values] for name, values in curves.items()}
    except (TypeError, ValueError):
        return None


def named_accuracy(values: dict[str, Value]) -> dict[str, Value]:
    """Values by name, with an accuracy under the name "accuracy" where Keras or the student gave it one of its longer names."""
    renamed = {}
    for name, value in values.items():
        for prefix in ("", "val_"):
            if (
                name.removeprefix(prefix) in _ACCURACIES
                and name.startswith(prefix)
                and f"{prefix}accuracy" not in values
            ):
                name = f"{prefix}accuracy"
        renamed[name] = value
    return renamed


def accept(step: str, result: Any, model: Any = None) -> Any:
    """Check what a step gave back, and put it into the form that the runner keeps.

    Raises:
        StepError: the wrong kind of thing; says what was expected and received.
    """
    from whitepaper.datasets import Dataset

    def wrong(expected: str) -> StepError:
        forgot = " Is the `return` missing?" if result is None else ""
        received = "None" if result is None else f"{type(result).__name__} {_short(result)}"
        return StepError(step, f"{step} must return {expected}. Received: {received}.{forgot}")

    if step == "load" and not isinstance(result, Dataset):
        raise wrong("a Dataset")
    if step == "define" and (result is None or isinstance(result, str | int | float | type)):
        raise wrong("the model")
    if step == "compile" and is_keras_model(model) and not model.compiled:
        raise StepError(step, "compile must call model.compile(…). Received: a model that is not compiled.")
    elif step == "fit":
        curves = history_of(result)
        if curves is None:
            raise wrong("the history: what model.fit(…) returns, or a dict of lists")
        return named_accuracy(curves)
    elif step == "evaluate":
        try:
            return named_accuracy({str(name): float(value) for name, value in result.items()})
        except (AttributeError, TypeError, ValueError):
            raise wrong('a dict of numbers, such as {"accuracy": 0.9}') from None
    figures = isinstance(result, dict) and all(hasattr(figure, "savefig") for figure in result.values())
    if step == "figures" and not figures:
        raise wrong("a dict of Matplotlib figures")
    return result


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:60] + " …"
