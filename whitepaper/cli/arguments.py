"""The words of a command: which options there are, what they may be, and what a near miss most likely meant."""

from __future__ import annotations

import inspect
import os
import re
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from whitepaper.errors import UsageError

OFF, ON = ("", "0", "no", "false", "off"), ("1", "yes", "true", "on")
# Names of the variables that make was given on its command line, separated by spaces; the Makefile sets it.
GIVEN = "WHITEPAPER_GIVEN"
# Variables of the Makefile itself, which every target takes.
_OF_MAKE = {"GPU", "PYTHON", "VENV", "PY", "RUN", "READY", "ARGS", "SPACY", "MAKEFLAGS"}
# Settings of other programs, which make hands on.
_OF_OTHERS = re.compile(
    r"^(WHITEPAPER|KERAS|TF|CUDA|XLA|JAX|WANDB|PYTHON|SLURM|MPL|OMP|LC|HF)_?[A-Z0-9_]*$"
    r"|^(NO_COLOR|COLUMNS|TERM|LANG|HOME|PATH|TMPDIR|SHELL|CI|USER|[a-z]+_proxy|[A-Z]+_PROXY)$"
)
# Fields of a preset, which people take for options.
_OF_PRESETS = ("epochs", "examples", "batch_size")


@dataclass(frozen=True)
class Option:
    """An option of a command: `--name WORD`, or `--name` alone where it is a switch."""

    help: str
    switch: bool = False


@dataclass(frozen=True)
class Argument:
    """A word without a name: N."""

    help: str


def options_of(function: Callable[..., Any]) -> dict[str, Option | Argument]:
    """The options of a command by name, from its annotations; `from_` is called "from"."""
    hints = typing.get_type_hints(function, include_extras=True)
    return {name.rstrip("_"): hints[name].__metadata__[0] for name in inspect.signature(function).parameters}


def switch(name: str, word: str) -> bool:
    """Whether a switch is on.

    Raises:
        UsageError: a word that is neither on nor off.
    """
    if word.strip().lower() in ON:
        return True
    if word.strip().lower() in OFF:
        return False
    raise UsageError(f"{name.upper()} is 1 or 0 (or yes, no, true, false). Received: {word!r}.")


def near(word: str, known: Iterable[str]) -> str:
    """The known word that a person most likely meant; "" where none is near."""
    import difflib

    lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return lower[found[0]] if found else ""


def parse(command: str, function: Callable[..., Any], words: list[str]) -> dict[str, Any]:
    """The keyword arguments of a command from the words behind its name.

    Raises:
        UsageError: an unknown option, one given twice or without its word, or a word too many.
    """
    known = options_of(function)
    options = {name: one for name, one in known.items() if isinstance(one, Option)}
    free = [name for name, one in known.items() if isinstance(one, Argument)]
    found: dict[str, Any] = {}
    loose: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            loose += rest
            break
        if not word.startswith("--"):
            loose.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        key = name.replace("-", "_")
        if key not in options:
            meant = near(name, options)
            hint = f"Did you mean --{meant}?" if meant else f"It takes {_list(options)}."
            raise UsageError(f"{command} has no option --{name}. {hint}")
        if key in found:
            raise UsageError(f"--{name} is given twice.")
        if options[key].switch:
            found[key] = switch(name, value) if equals else True
            continue
        if not equals:
            if not rest or rest[0].startswith("--"):
                raise UsageError(f"--{name} wants a word ({options[key].help}). Received: none.")
            value = rest.pop(0)
        found[key] = value
    if len(loose) > len(free):
        takes = "no word" if not free else "one N"
        raise UsageError(f"{command} takes {takes} beside its options. Received: {', '.join(map(repr, loose))}.")
    found.update(zip(free, loose, strict=False))
    parameters = inspect.signature(function).parameters
    # An N that is not there is told by the registry, as a wrong one is.
    wanted = {name: "" for name, one in parameters.items() if one.default is one.empty}
    return wanted | {name: found[name.rstrip("_")] for name in parameters if name.rstrip("_") in found}


def _list(options: dict[str, Any]) -> str:
    return ", ".join(f"--{name}" for name in options) or "none"


def check_given(command: str, function: Callable[..., Any]) -> None:
    """Hold the variables of make's command line to the options of a command: make itself passes over unknown ones.

    Raises:
        UsageError: a variable that the command does not take; says what was most likely meant.
    """
    known = options_of(function)
    takes = [name.upper() for name, one in known.items() if isinstance(one, Option)]
    takes = ["N", *takes] if any(isinstance(one, Argument) for one in known.values()) else takes
    for name in os.environ.pop(GIVEN, "").split():
        if name in takes or name in _OF_MAKE or _OF_OTHERS.match(name):
            continue
        value = os.environ.get(name, "")
        if name.lower() in _OF_PRESETS and "HP" in takes:
            raise UsageError(
                f'{name} is no option of make {command}. Did you mean HP="{name.lower()}={value}"?',
                "PRESET=smoke|quick|full chooses epochs, examples and batch size together",
            )
        meant = name.upper() if name.upper() in takes else near(name, takes)
        hint = f"Did you mean {meant}?" if meant else f"It takes {', '.join(takes) or 'none'}."
        raise UsageError(f"{name} is no option of make {command}. {hint}")


def help_lines(command: str, function: Callable[..., Any]) -> list[str]:
    """What a command does and takes."""
    known = options_of(function)
    loose = " ".join("N" for one in known.values() if isinstance(one, Argument))
    lines = [f"python -m whitepaper {command} {loose} [options]".replace("  ", " "), "", _first(function), ""]
    for name, one in known.items():
        shown = "N" if isinstance(one, Argument) else f"--{name}"
        lines.append(f"  {shown:<14}{one.help}")
    return lines


def _first(function: Callable[..., Any]) -> str:
    return (function.__doc__ or "").strip().splitlines()[0]


def overview(commands: dict[str, Callable[..., Any]]) -> list[str]:
    """All commands, a line each."""
    lines = ["python -m whitepaper COMMAND [N] [options], or make COMMAND N=… (make help)", ""]
    return [*lines, *(f"  {name:<14}{_first(function)}" for name, function in commands.items())]
