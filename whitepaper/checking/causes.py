"""Earned causes: where a check fails, the known mistakes of its blank are tried on the very same questions.

A known mistake whose evidence is the student's is named as the cause. Where none is, no cause is named.
"""

from __future__ import annotations

import time
from typing import Any

from whitepaper.checking.comparisons import first_difference
from whitepaper.checking.doors import Door
from whitepaper.checking.failures import Ended, Open, StepFailed, TimedOut
from whitepaper.checking.handles import Handle
from whitepaper.checking.mistakes import Mistake, planted
from whitepaper.checking.verdict import Check, Wrong
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError

# Seconds that one failed check may take to find its cause.
BUDGET = 8.0
# Parts of evidence that tell how an answer is written, not what it does.
_WRITING = ("name", "config", "layers", "class", "callbacks", "seconds", "optimizer_config")


class Recorded:
    """A door that keeps what each request was answered with.

    Args:
        door: the door that is asked.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self.heard: list[tuple[str, tuple[str, ...], Any]] = []

    @property
    def printed(self) -> str:
        return self._door.printed

    @printed.setter
    def printed(self, text: str) -> None:
        self._door.printed = text

    @property
    def reached(self) -> set[int]:
        return self._door.reached

    @reached.setter
    def reached(self, blanks: set[int]) -> None:
        self._door.reached = blanks

    def ask(
        self, handle: str, own: tuple[str, ...], arguments: dict[str, Any], candidate: tuple[int, str] | None = None
    ) -> Any:
        try:
            found = self._door.ask(handle, own, arguments, candidate)
        except StepFailed as failure:
            self.heard.append((handle, own, f"{failure.kind} in {failure.step}"))
            raise
        if own:
            self.heard.append((handle, own, _without_writing(found)))
        return found


class Answered(Recorded):
    """A recorded door behind which the solution stands, with one blank answered otherwise.

    Args:
        door: the door that is asked. blank, code: which blank, and the answer.
    """

    def __init__(self, door: Door, blank: int, code: str) -> None:
        super().__init__(door)
        self._answer = (blank, code)

    def ask(
        self, handle: str, own: tuple[str, ...], arguments: dict[str, Any], candidate: tuple[int, str] | None = None
    ) -> Any:
        return super().ask(handle, own, arguments, self._answer if own else None)


def _without_writing(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _without_writing(value) for name, value in found.items() if name not in _WRITING}
    if isinstance(found, list):
        return [_without_writing(value) for value in found]
    return found


def earned(row: Exercise, check: Check, door: Door, wrong: Wrong, heard: list[Any], budget: float = BUDGET) -> str:
    """The cause of a failure, in a sentence; "" where no known mistake gives the same evidence and the same message.

    Args:
        door: where the student's module is. wrong: what the check raised. heard: what it was answered with.
        budget: seconds; the mistakes that are left then are not tried.
    """
    try:
        known = [one for one in planted(row)[0] if one.blank == check.blank]
    except CourseError:  # a copy of the course without its planted mistakes still checks
        return wrong.cause
    until = time.monotonic() + budget
    # Those with the diagnosis that the check gave are the likeliest.
    for mistake in sorted(known, key=lambda one: one.diagnosis != wrong.diagnosis):
        if time.monotonic() > until:
            break
        if _gives_the_same(mistake, check, door, wrong, heard):
            alone = sum(one.diagnosis == wrong.diagnosis for one in known) == 1
            return wrong.cause if wrong.cause and alone and not mistake.cause else mistake.sentence
    return ""


def _gives_the_same(mistake: Mistake, check: Check, door: Door, wrong: Wrong, heard: list[Any]) -> bool:
    trial = Answered(door, mistake.blank, mistake.code)
    try:
        check.function(Handle(trial, (check.step, *check.needs)))
    except Wrong as same:
        said = (same.diagnosis, same.expected, same.received)
        return said == (wrong.diagnosis, wrong.expected, wrong.received) and _same(trial.heard, heard)
    except (StepFailed, Open, Ended, TimedOut):
        return False
    except Exception:  # a check that fails on a known mistake names no cause
        return False
    return False


def _same(found: list[Any], right: list[Any]) -> bool:
    return len(found) == len(right) and all(
        one[:2] == other[:2] and first_difference(one[2], other[2], 1e-4) is None
        for one, other in zip(found, right, strict=True)
    )
