"""Doors: where a student's module lives.

Two doors have the same handles: the in-process one here, for `make check`, and a sandboxed one for grading, which sends
the same requests to a `Host` in another process.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from whitepaper.checking.host import Host
from whitepaper.course.registry import Exercise, solution_path
from whitepaper.lessons import contract


class Door(Protocol):
    """Where a student's module lives."""

    def ask(self, handle: str, own: tuple[str, ...], arguments: dict[str, Any]) -> Any:
        """The evidence of a handle; raises Open or StepFailed of `checking.host`."""


class InProcessDoor:
    """The student's module in this process: fast, for honest students.

    Args:
        row: the exercise. path: the student's file.

    Raises:
        CourseError: the file cannot be imported or does not keep the contract.
    """

    def __init__(self, row: Exercise, path: Path) -> None:
        if row.framework == "keras":
            from whitepaper.devices.quiet import import_tensorflow

            import_tensorflow()
        student = contract.load_module(path, "exercises")
        contract.validate(student)
        self._host = Host(student, contract.load_module(solution_path(row), "solutions"), row.framework)

    def ask(self, handle: str, own: tuple[str, ...], arguments: dict[str, Any]) -> Any:
        return self._host.ask(handle, own, arguments)
