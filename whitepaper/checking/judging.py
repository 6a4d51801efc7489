"""The verdict of one check, within its time."""

from __future__ import annotations

import contextlib
import functools
import json
import signal
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from whitepaper.checking import causes, verdict
from whitepaper.checking.doors import Door, ProcessDoor
from whitepaper.checking.failures import Ended, Open, StepFailed, TimedOut
from whitepaper.checking.handles import Handle
from whitepaper.checking.known_errors import known
from whitepaper.checking.verdict import Check, Verdict, Wrong
from whitepaper.course.registry import Exercise

# How long each check of the course's own solution takes; written by `whitepaper seconds`.
TIMES = Path(__file__).with_name("seconds.json")
# A student's check may take this many times as long as the course's own, and at least so many seconds.
PATIENCE, LEAST = 10, 10.0
# A check whose own time is not known may take so long; the in-process door always gives this.
SECONDS = 120


class TooLong(BaseException):
    """A check did not end in time. No Exception, so that student code does not catch it by accident."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
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


@functools.cache
def recorded_seconds() -> dict[str, dict[str, float]]:
    """Seconds of each check of the course's own solutions, by exercise and check; short ones are left out."""
    try:
        return json.loads(TIMES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def allowed_seconds(row: Exercise, check: Check, fresh: bool) -> float:
    """How long a check may take in a child process.

    Args:
        fresh: the child was started again, so what earlier checks had prepared is prepared anew.
    """
    known = recorded_seconds().get(row.short)
    if known is None:
        return SECONDS
    own = sum(known.values()) if fresh else known.get(check.name, 0.0)
    return max(LEAST, PATIENCE * own)


def judge(
    check: Check,
    door: Door,
    open_now: Mapping[int, str],
    failed: Mapping[str | int, frozenset[int]],
    seconds: float | None = None,
    row: Exercise | None = None,
    answers: Mapping[int, str] | None = None,
    right: Mapping[int, str] | None = None,
) -> Verdict:
    """The verdict of one check.

    Args:
        door: where the student's module lives.
        open_now: blanks that the file still has open.
        failed: steps and blanks of which a check already failed, with the blanks whose code it ran.
        seconds: how long it may take.
        row: the exercise whose known mistakes are tried for a cause; None tries none.
        answers, right: the code of each blank, the student's and the course's, to tell which of them a failure comes from.
    """
    if check.blank in open_now:
        return Verdict(verdict.NOT_ATTEMPTED, cause=open_now[check.blank])
    if blocking := [step for step in check.needs if step in failed]:
        return Verdict(verdict.BLOCKED, cause=f"{', '.join(blocking)} must be right first.")
    if called := [str(blank) for blank in check.after if blank in failed]:
        return Verdict(verdict.BLOCKED, cause=f"It uses blank {', '.join(called)}, which must be right first.")
    allowed = seconds or SECONDS
    recorded = causes.Recorded(door)
    try:
        with _limited(door, allowed):
            check.function(Handle(recorded, (check.step, *check.needs)))
    except Wrong as wrong:
        if earlier := _called(check, door, failed) or _elsewhere(check, door, answers or {}, right or {}, allowed):
            return earlier
        if row is not None and not wrong.shown:
            with _limited(door, causes.BUDGET + allowed):
                wrong.cause = causes.earned(row, check, door, wrong, recorded.heard)
        return Verdict(verdict.WRONG, wrong.diagnosis, wrong.expected, wrong.received, wrong.cause, wrong.read)
    except Open as still:
        if still.blank == check.blank:
            return Verdict(verdict.NOT_ATTEMPTED)
        return Verdict(verdict.BLOCKED, cause=f"Blank {still.blank} is still open.")
    except StepFailed as failure:
        if failure.by == "student" and failure.step == check.step:
            earlier = _called(check, door, failed) or _elsewhere(check, door, answers or {}, right or {}, allowed)
            return earlier or _failure(check, failure)
        return _called(check, door, failed) or _failure(check, failure)
    except (TooLong, TimedOut):
        return Verdict(
            verdict.TIMED_OUT,
            "too-slow",
            f"an end within {allowed:.0f} s",
            "still running",
            "A loop that does not end?",
        )
    except Ended as end:
        by_exit = end.how.startswith("exit code")
        cause = "exit(), quit() or os._exit() ends Python itself: take it out." if by_exit else ""
        return Verdict(
            verdict.CRASHED,
            "ended-python",
            f"{check.step} to run to its end",
            f"Python ended: {end.how}.{end.said}",
            cause,
        )
    except Exception as error:  # a fault of the check itself is no verdict on the student
        return Verdict(verdict.UNCHECKED, "check-failed", "", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}",
                       "The check itself failed; please report it.")  # fmt: skip
    return Verdict(verdict.PASSED)


def waits_for(others: Collection[int]) -> Verdict:
    """Blocked: the check runs the code of other blanks, which are wrong by themselves."""
    told = ", ".join(map(str, sorted(others)))
    return Verdict(verdict.BLOCKED, cause=f"It runs blank {told}, which must be right first.")


def _called(check: Check, door: Door, failed: Mapping[str | int, frozenset[int]]) -> Verdict | None:
    """Blocked, where the check has run the code of another blank that is wrong by itself: the mistake is told there."""
    others = {
        number
        for number in door.reached
        if number in failed and number != check.blank and check.blank not in failed[number]
    }
    return waits_for(others) if others else None


def _elsewhere(
    check: Check, door: Door, answers: Mapping[int, str], right: Mapping[int, str], allowed: float
) -> Verdict | None:
    """Blocked, where the check passes as soon as the course's code stands in all other blanks: the mistake is in one of them."""
    own = answers.get(check.blank)
    others = {
        number
        for number in door.reached
        if number != check.blank and number in answers and answers[number] != right.get(number)
    }
    if own is None or not others:
        return None
    if own != right.get(check.blank):
        reached = set(door.reached)
        try:
            with _limited(door, allowed):
                check.function(Handle(causes.Answered(door, check.blank, own), (check.step, *check.needs)))
        except (Wrong, StepFailed, Open, Ended, TimedOut, TooLong):
            return None
        finally:
            door.reached = reached
    return waits_for(others)


@contextlib.contextmanager
def _limited(door: Door, seconds: float) -> Iterator[None]:
    """Give the door's other side a deadline; in this process an alarm takes its place."""
    if not isinstance(door, ProcessDoor):
        with time_limit(seconds):
            yield
        return
    door.deadline = time.monotonic() + seconds
    try:
        yield
    finally:
        door.deadline = None


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
    if found := known(failure.message):
        diagnosis, cause = found
        return Verdict(verdict.WRONG, diagnosis, f"{failure.step} to run", failure.message, cause, trace=failure.trace)
    return Verdict(
        verdict.WRONG, "raises", f"{failure.step} to run without an error", failure.message, trace=failure.trace
    )
