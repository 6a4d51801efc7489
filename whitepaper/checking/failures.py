"""What a door can answer in place of evidence."""

from __future__ import annotations


class Open(Exception):
    """A blank that is still open was reached."""

    def __init__(self, blank: int) -> None:
        super().__init__(f"blank {blank} is still open")
        self.blank = blank


class StepFailed(Exception):
    """Code of a step raised, or gave back the wrong kind of thing.

    Attributes:
        step: which. by: "student" or "course". message: one line. kind: class of the error. trace: the whole traceback.
    """

    def __init__(self, step: str, by: str, message: str, kind: str, trace: str = "") -> None:
        super().__init__(message)
        self.step, self.by, self.message, self.kind, self.trace = step, by, message, kind, trace


class Ended(Exception):
    """The process that ran the student's code is gone.

    Attributes:
        how: "exit code 0", "signal 11 (SIGSEGV)", "more than 8 GB of memory". said: the end of its standard error.
    """

    def __init__(self, how: str, said: str = "") -> None:
        super().__init__(how)
        self.how, self.said = how, said


class TimedOut(Exception):
    """The student's code did not end in time. seconds: how long it had."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no end within {seconds:.0f} s")
        self.seconds = seconds
