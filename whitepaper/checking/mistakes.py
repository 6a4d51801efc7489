"""Planted mistakes and right answers written differently: what the checks are held to."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field

from whitepaper.course import registry
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError
from whitepaper.lessons.contract import relative


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that must be caught in its step, with its diagnosis, and nowhere else.

    Attributes:
        name: what the student got wrong.
        blank: where. code: what the student wrote there.
        diagnosis: the short name that the verdict must carry.
        cause: a sentence for a student whose answer gives the same evidence; else the name says it.
    """

    name: str
    blank: int
    diagnosis: str
    code: str
    cause: str = ""

    @property
    def sentence(self) -> str:
        """What a student is told whose answer does the same."""
        return self.cause or f"This mistake gives the same result: {self.name}."


@dataclass(frozen=True)
class Right:
    """A right answer written differently: every check must pass.

    Attributes:
        name: how it differs. answers: code by blank.
    """

    name: str
    answers: Mapping[int, str] = field(default_factory=dict)


def planted(row: Exercise) -> tuple[list[Mistake], list[Right]]:
    """The planted answers of an exercise.

    Raises:
        CourseError: there is no file of them.
    """
    path = registry.mistakes_path(row)
    if not path.is_file():
        raise CourseError(
            f"Expected the planted mistakes of exercise {row.id} in {relative(path)}. Received: no such file."
        )
    spec = importlib.util.spec_from_file_location(f"mistakes_{row.module}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.MISTAKES), list(module.RIGHTS)
