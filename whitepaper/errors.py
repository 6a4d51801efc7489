"""Errors that reach a person: one line of what was wrong, one of what to do next."""

from __future__ import annotations


class CourseError(Exception):
    """Something a person can mend. `exit_code` is 1 for a failure, 2 for wrong usage.

    Args:
        message: what was expected and what was received, on one line.
        todo: the next thing to do, or "".
    """

    exit_code = 1

    def __init__(self, message: str, todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.todo = todo


class UsageError(CourseError):
    """A word of the command that the course does not know."""

    exit_code = 2


class StepError(CourseError):
    """A step of an exercise raised, or gave back the wrong kind of thing.

    Args:
        step: the step's name.
        message: what was expected and what was received.
        detail: the full traceback, for the log file beside the run.
    """

    def __init__(self, step: str, message: str, todo: str = "", detail: str = "") -> None:
        super().__init__(message, todo)
        self.step = step
        self.detail = detail
        self.log = ""  # where the detail was written, if it was


class NotAttempted(Exception):
    """Raised where a blank is still open.

    Args:
        blank: the blank's number.
    """

    def __init__(self, blank: int) -> None:
        super().__init__(f"blank {blank} is still open")
        self.blank = blank
