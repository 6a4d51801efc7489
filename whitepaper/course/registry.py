"""The registry of the course: reads `course.toml`, finds exercises and their files."""

from __future__ import annotations

import functools
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.errors import UsageError

REGISTRY = Path(__file__).with_name("course.toml")


@dataclass(frozen=True)
class Claim:
    """What a lesson reaches on real data with the preset `full`.

    Attributes:
        metric: the key in evaluate()'s dict.
        bound: "at_least" or "at_most".
        value: the goal.
        tolerance: absolute; seed noise within which a single run still meets the goal.
    """

    metric: str
    bound: str
    value: float
    tolerance: float = 0.0

    def met(self, value: float) -> bool:
        """Whether a measured value meets the goal within the tolerance. NaN never does."""
        if self.bound == "at_least":
            return value >= self.value - self.tolerance
        return value <= self.value + self.tolerance

    def __str__(self) -> str:
        sign = "≥" if self.bound == "at_least" else "≤"
        return f"{self.metric} {sign} {self.value:g}"


@dataclass(frozen=True)
class Section:
    """One section of the white paper."""

    id: str
    title: str


@dataclass(frozen=True)
class Exercise:
    """One row of the registry: a file with one five-step flow; `float32` tells why it keeps to that, where it does."""

    number: int
    part: str
    module: str
    title: str
    section: Section
    framework: str
    data: tuple[str, ...]
    metric: str
    recorded: str
    summary: str
    measured: str
    objective: str | None
    direction: str | None
    claims: tuple[Claim, ...]
    float32: str = ""

    @property
    def id(self) -> str:
        """What a person types: "5", "15b"."""
        return f"{self.number}{self.part}"

    @property
    def short(self) -> str:
        """Folder name of the runs: "ex05", "ex15b"."""
        return f"ex{self.number:02d}{self.part}"

    @property
    def file(self) -> str:
        return f"{self.module}.py"


def _row(row: dict[str, Any], sections: dict[str, Section]) -> Exercise:
    claims = []
    for claim in row.get("claim", []):
        bound = "at_least" if "at_least" in claim else "at_most"
        claims.append(Claim(claim["metric"], bound, float(claim[bound]), float(claim.get("tolerance", 0.0))))
    return Exercise(
        number=row["number"],
        part=row["part"],
        module=row["module"],
        title=row["title"],
        section=sections[row["section"]],
        framework=row["framework"],
        data=tuple(row["data"]),
        metric=row["metric"],
        recorded=row["recorded"],
        summary=row["summary"],
        measured=row.get("measured", ""),
        objective=row.get("objective"),
        direction=row.get("direction"),
        claims=tuple(claims),
        float32=row.get("float32", ""),
    )


@functools.cache
def exercises() -> tuple[Exercise, ...]:
    """All rows of the registry, in order."""
    with REGISTRY.open("rb") as file:
        registry = tomllib.load(file)
    sections = {section["id"]: Section(**section) for section in registry["section"]}
    return tuple(_row(row, sections) for row in registry["exercise"])


def find(selector: str | int) -> tuple[Exercise, ...]:
    """The rows that a person means by "5", "05", "ex05", "15" (both parts) or "15b".

    Raises:
        UsageError: no number, a number out of range, or a part that does not exist.
    """
    text = str(selector).strip().lower()
    last = exercises()[-1].number
    match = re.fullmatch(r"(?:ex)?0*(\d+)([a-z]?)", text)
    if not match:
        raise UsageError(
            f"N is an exercise number from 1 to {last}, such as N=5 or N=15b. Received: {text!r}.", "make list"
        )
    number, part = int(match[1]), match[2]
    rows = tuple(row for row in exercises() if row.number == number)
    if not rows:
        raise UsageError(f"N is an exercise number from 1 to {last}. Received: {number}.", "make list")
    chosen = tuple(row for row in rows if not part or row.part == part)
    if not chosen:
        parts = " and ".join(f"{number}{row.part}" for row in rows)
        has = f"has the parts {parts}" if rows[0].part else "has no parts"
        raise UsageError(f"Exercise {number} {has}. Received: {number}{part}.", f"make exercise N={rows[0].id}")
    return chosen


def root() -> Path:
    """The folder that holds solutions/ and exercises/: WHITEPAPER_ROOT, else the checkout this package lies in."""
    named = os.environ.get("WHITEPAPER_ROOT")
    return Path(named).resolve() if named else REGISTRY.parent.parent.parent


def relative(path: Path) -> str:
    """The path as a person reads it: from the working directory where it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def solution_path(row: Exercise) -> Path:
    return root() / "solutions" / row.file


def exercise_path(row: Exercise) -> Path:
    return root() / "exercises" / row.file


def checks_path(row: Exercise) -> Path:
    return root() / "tests" / "exercises" / row.file


def mistakes_path(row: Exercise) -> Path:
    return root() / "tests" / "mistakes" / row.file


def has_solution(row: Exercise) -> bool:
    """Whether the solution is part of this copy of the course."""
    return solution_path(row).is_file()


def is_built(row: Exercise) -> bool:
    """Whether the lesson exists yet; a copy of the course without solutions has its exercises."""
    return has_solution(row) or exercise_path(row).is_file()


def built(selector: str | int) -> tuple[Exercise, ...]:
    """The chosen rows that are built.

    Raises:
        UsageError: none of them is built yet.
    """
    rows = find(selector)
    ready = tuple(row for row in rows if is_built(row))
    if not ready:
        ids = ", ".join(row.id for row in exercises() if is_built(row))
        raise UsageError(f"Exercise {rows[0].id} ({rows[0].title}) is not built yet. Built so far: {ids}.", "make list")
    return ready
