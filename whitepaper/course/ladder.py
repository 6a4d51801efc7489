"""Task, step and hints of every blank: what the course knows of blanks where the solutions are not part of the copy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.course import blanks, registry, source
from whitepaper.course.registry import Exercise, relative
from whitepaper.errors import CourseError


@dataclass(frozen=True)
class Rung:
    """One blank without its answer.

    Attributes:
        number: 1 for the first.
        step: the step it belongs to.
        function: the function around it, "cosine" or "Network.forward".
        task: what the student is asked.
        hints: the ladder, mildest first.
    """

    number: int
    step: str
    function: str
    task: str
    hints: tuple[str, ...]


def path_of(row: Exercise) -> Path:
    """Where the generator writes the blanks of an exercise."""
    return registry.root() / "exercises" / "hints" / f"{row.module}.json"


def text_of(solution: str) -> str:
    """What the generator writes for a solution."""
    kept = [
        {"number": one.number, "step": one.step, "function": one.function, "task": one.task, "hints": list(one.hints)}
        for one in blanks.parse(solution)
    ]
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def of(row: Exercise) -> list[Rung]:
    """The blanks of an exercise, in order.

    Raises:
        CourseError: neither the generated file nor the solution is there, or the file is damaged.
    """
    path = path_of(row)
    if not path.is_file():
        return _rungs(json.loads(text_of(source.read(registry.solution_path(row)))))
    try:
        return _rungs(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"Expected the hints of exercise {row.id} in {relative(path)}. Received: a damaged file.",
            "make generate, or git checkout exercises/hints",
        ) from error


def _rungs(kept: list[dict[str, Any]]) -> list[Rung]:
    return [Rung(one["number"], one["step"], one["function"], one["task"], tuple(one["hints"])) for one in kept]


def functions(row: Exercise) -> list[str]:
    """The functions of an exercise that hold a blank."""
    return list(dict.fromkeys(rung.function for rung in of(row)))


def whole(row: Exercise) -> str:
    """The text of a student's file that has every function with a blank.

    Raises:
        CourseError: no file, no text, an empty file, or a function that is missing.
    """
    path = registry.exercise_path(row)
    if not path.is_file():
        raise CourseError(f"Expected the file {relative(path)}. Received: no such file.", f"make reset N={row.id}")
    text = source.read(path)
    if gone := blanks.missing(text, functions(row)):
        raise CourseError(f"{relative(path)}: {blanks.missing_told(row.id, gone, text)}.")
    return text
