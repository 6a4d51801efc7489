"""Verdicts: what a check says, and the decorator that makes a function a check."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from whitepaper.course.blanks import STEPS

PASSED = "passed"
WRONG = "wrong"
NOT_ATTEMPTED = "not attempted"
BLOCKED = "blocked"
TIMED_OUT = "timed out"
CRASHED = "crashed"
UNCHECKED = "could not be checked"
STATES = (PASSED, WRONG, NOT_ATTEMPTED, BLOCKED, TIMED_OUT, CRASHED, UNCHECKED)
# States of a mistake that the student has to mend.
FAULTY = (WRONG, TIMED_OUT, CRASHED)


class Wrong(Exception):
    """Raised by a check whose evidence shows a wrong answer.

    Args:
        diagnosis: a short stable name of the mistake, "softmax-missing"; the planted mistakes are held to it.
        expected, received: what the evidence should have shown, and what it shows.
        cause: the likely cause, one sentence. A student sees it where a known mistake of the blank gives the same evidence.
        read: where to read about it: a heading of the lesson, or a page.
        shown: the evidence itself shows the cause, whatever the known mistakes are.
    """

    def __init__(
        self, diagnosis: str, expected: str, received: str, cause: str = "", read: str = "", shown: bool = False
    ) -> None:
        super().__init__(diagnosis)
        self.shown = shown
        self.diagnosis, self.expected, self.received, self.cause, self.read = diagnosis, expected, received, cause, read


@dataclass(frozen=True)
class Verdict:
    """What came of one check; the fields that do not apply are empty. `trace` is the whole traceback of the student's error."""

    state: str
    diagnosis: str = ""
    expected: str = ""
    received: str = ""
    cause: str = ""
    read: str = ""
    trace: str = field(default="", compare=False, repr=False)

    def as_dict(self) -> dict[str, str]:
        """The fields that a report has: all but the traceback."""
        return {name: value for name, value in asdict(self).items() if name != "trace"}


@dataclass(frozen=True)
class Check:
    """A check, bound to one blank and one step.

    Attributes:
        name: the function's name. task: its docstring: what the student reads.
        blank: the blank that it is about. step: the step that holds the blank.
        needs: other steps whose student version takes part; all others are the course's, so that one mistake is
            found in one place.
        after: blanks whose code this one calls, in helpers and classes: while one of them is wrong, this is blocked.
    """

    name: str
    task: str
    blank: int
    step: str
    needs: tuple[str, ...]
    after: tuple[int, ...]
    function: Callable[[Any], None]


def check(
    blank: int, step: str, needs: tuple[str, ...] = (), after: Iterable[int] = ()
) -> Callable[[Callable[[Any], None]], Check]:
    """Make a function a check. It takes the student's handle, and raises `Wrong` unless the evidence is right.

    Raises:
        ValueError: an unknown step, or no docstring for the student to read.
    """
    for name in (step, *needs):
        if name not in STEPS:
            raise ValueError(f"a step is one of {', '.join(STEPS)}. Received: {name!r}.")

    def made(function: Callable[[Any], None]) -> Check:
        task = " ".join((function.__doc__ or "").split())
        if not task:
            raise ValueError(f"the check {function.__name__} needs a docstring: it is what the student reads")
        return Check(function.__name__, task, blank, step, needs, tuple(after), function)

    return made
