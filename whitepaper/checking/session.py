"""Runs the checks of an exercise and gathers the verdicts."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.checking import verdict
from whitepaper.checking.doors import Door, InProcessDoor
from whitepaper.checking.handles import Handle
from whitepaper.checking.host import Open, StepFailed
from whitepaper.checking.verdict import Check, Verdict, Wrong
from whitepaper.course import blanks, registry
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError
from whitepaper.lessons import record
from whitepaper.lessons.contract import relative

SCHEMA = Path(__file__).parent.parent / "schemas" / "checks.schema.json"
SECONDS = 120

# Error messages that have a known cause: pattern, diagnosis, cause.
KNOWN_ERRORS = (
    (r"loss_weights|not a valid dtype for Keras type promotion", "metrics-in-loss-weights",
     "The third positional argument of model.compile is loss_weights: name your arguments, metrics=[…]."),
    (r"Arguments `target` and `output` must have the same (shape|rank)|categorical_crossentropy.*shape", "loss-label-mismatch",
     "categorical_crossentropy wants one-hot rows; integer labels need sparse_categorical_crossentropy."),
    (r"evaluate must return a dict", "not-a-dict", "evaluate must give its numbers by name; model.evaluate does so with return_dict=True."),
    (r"must return .*Received: None", "return-missing", "The function ends without `return`."),
    (r"incompatible with the layer|expected axis|Invalid input shape|expected shape", "input-shape",
     "The input's shape is not the one that the layer was built for."),
    (r"is not compiled|must call `compile", "not-compiled", "compile must call model.compile(…)."),
    (r"^.*NameError", "unknown-name", "A name is used before it is defined, or is misspelled."),
)  # fmt: skip


class TooLong(BaseException):
    """A check did not end in time. No Exception, so that student code does not catch it by accident."""


@dataclass(frozen=True)
class Outcome:
    """A check, its verdict and how long it took."""

    check: Check
    verdict: Verdict
    seconds: float


def checks_of(row: Exercise) -> list[Check]:
    """The checks of an exercise, in the order of their blanks.

    Raises:
        CourseError: there is no file of checks.
    """
    path = registry.checks_path(row)
    if not path.is_file():
        raise CourseError(f"Expected the checks of exercise {row.id} in {relative(path)}. Received: no such file.")
    spec = importlib.util.spec_from_file_location(f"checks_{row.module}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [value for value in vars(module).values() if isinstance(value, Check)]
    return sorted(found, key=lambda check: (blanks.STEPS.index(check.step), check.blank))


@contextlib.contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise TooLong in the main thread when the time is over. For honest students: student code could turn it off."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def over(number: int, frame: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def judge(check: Check, door: Door, open_now: list[int], failed: set[str | int], seconds: int | None = None) -> Verdict:
    """The verdict of one check.

    Args:
        door: where the student's module lives.
        open_now: blanks that the file still has open.
        failed: steps and blanks of which a check already failed.
    """
    if check.blank in open_now:
        return Verdict(verdict.NOT_ATTEMPTED)
    if blocking := [step for step in check.needs if step in failed]:
        return Verdict(verdict.BLOCKED, cause=f"{', '.join(blocking)} must be right first.")
    if called := [str(blank) for blank in check.after if blank in failed]:
        return Verdict(verdict.BLOCKED, cause=f"It uses blank {', '.join(called)}, which must be right first.")
    try:
        with time_limit(seconds or SECONDS):
            check.function(Handle(door, (check.step, *check.needs)))
    except Wrong as wrong:
        return Verdict(verdict.WRONG, wrong.diagnosis, wrong.expected, wrong.received, wrong.cause, wrong.read)
    except Open as still:
        if still.blank == check.blank:
            return Verdict(verdict.NOT_ATTEMPTED)
        return Verdict(verdict.BLOCKED, cause=f"Blank {still.blank} is still open.")
    except StepFailed as failure:
        return _failure(check, failure)
    except TooLong:
        return Verdict(
            verdict.WRONG,
            "too-slow",
            f"an end within {seconds or SECONDS} s",
            "still running",
            "A loop that does not end?",
        )
    except Exception as error:  # a fault of the check itself is no verdict on the student
        return Verdict(verdict.UNCHECKED, "check-failed", "", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}",
                       "The check itself failed; please report it.")  # fmt: skip
    return Verdict(verdict.PASSED)


def _failure(check: Check, failure: StepFailed) -> Verdict:
    if failure.by == "course":
        return Verdict(
            verdict.UNCHECKED,
            "course-failed",
            "",
            failure.message,
            f"The course's own {failure.step} failed; please report it.",
        )
    if failure.step != check.step:
        return Verdict(verdict.BLOCKED, cause=f"{failure.step} failed: {failure.message}")
    for pattern, diagnosis, cause in KNOWN_ERRORS:
        if re.search(pattern, failure.message):
            return Verdict(verdict.WRONG, diagnosis, f"{failure.step} to run", failure.message, cause)
    return Verdict(verdict.WRONG, "raises", f"{failure.step} to run without an error", failure.message)


def run(
    row: Exercise, path: Path | None = None, select: Callable[[Check], bool] = lambda check: True
) -> tuple[list[Outcome], dict[str, Any]]:
    """Check a file, in this process.

    Args:
        row: the exercise. path: the student's file, exercises/… if not given.
        select: which of its checks to run.

    Raises:
        CourseError: the file cannot be imported or does not keep the contract.
    """
    path = path or registry.exercise_path(row)
    checks = checks_of(row)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    open_now = blanks.open_blanks(text)
    outcomes: list[Outcome] = []
    failed: set[str | int] = set()
    door = InProcessDoor(row, path)
    for check in checks:
        if not select(check):
            continue
        started = time.perf_counter()
        found = judge(check, door, open_now, failed)
        if found.state == verdict.WRONG:
            failed |= {check.step, check.blank}
        outcomes.append(Outcome(check, found, time.perf_counter() - started))
    return outcomes, as_json(row, path, text, outcomes)


def as_json(row: Exercise, path: Path, text: str, outcomes: list[Outcome]) -> dict[str, Any]:
    """The documented form of the verdicts: schemas/checks.schema.json."""
    return {
        "schema": 1,
        "exercise": row.number,
        "part": row.part,
        "file": relative(path),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "checks": [
            {
                "name": outcome.check.name,
                "task": outcome.check.task,
                "blank": outcome.check.blank,
                "step": outcome.check.step,
                "seconds": round(outcome.seconds, 3),
                **outcome.verdict.as_dict(),
            }
            for outcome in outcomes
        ],
        "summary": {state: sum(outcome.verdict.state == state for outcome in outcomes) for state in verdict.STATES},
        "versions": record.versions(row.framework),
    }
