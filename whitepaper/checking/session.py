"""Runs the checks of an exercise and gathers the verdicts."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.util
import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whitepaper.checking import causes, verdict
from whitepaper.checking.doors import Door, InProcessDoor, ProcessDoor
from whitepaper.checking.failures import Ended, Open, StepFailed, TimedOut
from whitepaper.checking.handles import Handle
from whitepaper.checking.known_errors import known
from whitepaper.checking.verdict import Check, Verdict, Wrong
from whitepaper.course import blanks, registry, source
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError
from whitepaper.lessons import contract, record
from whitepaper.lessons.contract import relative

SCHEMA = Path(__file__).parent.parent / "schemas" / "checks.schema.json"
# How long each check of the course's own solution takes; written by `whitepaper seconds`.
TIMES = Path(__file__).with_name("seconds.json")
# A student's check may take this many times as long as the course's own, and at least so many seconds.
PATIENCE, LEAST = 10, 10.0
# A check whose own time is not known may take so long; the in-process door always gives this.
SECONDS = 120
# A child's start, until the file is imported.
START_SECONDS = 90


class TooLong(BaseException):
    """A check did not end in time. No Exception, so that student code does not catch it by accident."""


@dataclass(frozen=True)
class Outcome:
    """A check, its verdict, how long it took, what the student's code printed meanwhile, and the blanks that were run."""

    check: Check
    verdict: Verdict
    seconds: float
    printed: str = ""
    reached: frozenset[int] = frozenset()


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


def _called(check: Check, door: Door, failed: Mapping[str | int, frozenset[int]]) -> Verdict | None:
    """Blocked, where the check has run the code of another blank that is wrong by itself: the mistake is told there."""
    others = sorted(
        number
        for number in door.reached
        if number in failed and number != check.blank and check.blank not in failed[number]
    )
    if not others:
        return None
    return Verdict(verdict.BLOCKED, cause=f"It runs blank {', '.join(map(str, others))}, which must be right first.")


def _elsewhere(
    check: Check, door: Door, answers: Mapping[int, str], right: Mapping[int, str], allowed: float
) -> Verdict | None:
    """Blocked, where the check passes as soon as the course's code stands in all other blanks: the mistake is in one of them."""
    own = answers.get(check.blank)
    others = sorted(
        number
        for number in door.reached
        if number != check.blank and number in answers and answers[number] != right.get(number)
    )
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
    return Verdict(verdict.BLOCKED, cause=f"It runs blank {', '.join(map(str, others))}, which must be right first.")


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


def run(
    row: Exercise,
    path: Path | None = None,
    select: Callable[[Check], bool] = lambda check: True,
    apart: bool = False,
    watch: Callable[[Check], None] = lambda check: None,
    done: Callable[[Outcome], None] = lambda outcome: None,
    explain: bool = True,
) -> tuple[list[Outcome], dict[str, Any]]:
    """Check a file.

    Args:
        row: the exercise. path: the student's file, exercises/… if not given.
        select: which of its checks to run.
        apart: in a child process, else in this one.
        watch, done: called before and after each check.
        explain: whether known mistakes are tried to find the cause of a failure.

    Raises:
        CourseError: the file cannot be imported or does not keep the contract.
    """
    path = path or registry.exercise_path(row)
    text = source.read(path)
    open_now = _open(text)
    door = _door(row, path, apart)
    try:
        checks = [check for check in checks_of(row) if select(check)]
        if isinstance(door, ProcessDoor) and any(check.blank not in open_now for check in checks):
            door.deadline = time.monotonic() + START_SECONDS
            door.wait_until_ready()
        outcomes = []
        for outcome in _judged(row, checks, door, open_now, text, watch, explain):
            outcomes.append(outcome)
            done(outcome)
        outcomes = _each_mistake_once(outcomes)
    finally:
        door.close()
    return outcomes, as_json(row, path, text, outcomes)


def _door(row: Exercise, path: Path, apart: bool) -> InProcessDoor | ProcessDoor:
    if not apart:
        return InProcessDoor(row, path)
    if path.is_file():
        contract.parse(path)  # before TensorFlow is imported: what cannot be parsed is told at once
    return ProcessDoor(row, path)


def _judged(
    row: Exercise,
    checks: list[Check],
    door: Door,
    open_now: Mapping[int, str],
    text: str,
    watch: Callable[[Check], None],
    explain: bool,
) -> Iterator[Outcome]:
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    right = blanks.answers_in(blanks.answered(solution), solution)
    answers = blanks.answers_in(text, solution)
    failed: dict[str | int, frozenset[int]] = {}
    gone: set[int] = set()  # blanks whose code ended Python or did not end
    for check in checks:
        watch(check)
        started, door.printed, door.reached = time.perf_counter(), "", set()
        if check.blank in gone:
            yield Outcome(
                check, Verdict(verdict.BLOCKED, cause="An earlier check of this blank did not come to its end."), 0.0
            )
            continue
        fresh = isinstance(door, ProcessDoor) and door.starts > 1
        apart = isinstance(door, ProcessDoor)
        allowed = allowed_seconds(row, check, fresh) if apart else None
        found = judge(check, door, open_now, failed, allowed, row if explain else None, answers, right)
        if found.state in verdict.FAULTY:
            failed |= {check.step: frozenset(door.reached), check.blank: frozenset(door.reached)}
        if found.state in (verdict.TIMED_OUT, verdict.CRASHED):
            gone.add(check.blank)
        yield Outcome(check, found, time.perf_counter() - started, door.printed, frozenset(door.reached))


def _each_mistake_once(outcomes: list[Outcome]) -> list[Outcome]:
    """Block what failed because it runs a blank that is checked later and is wrong by itself."""
    alone: dict[int, frozenset[int]] = {}
    for outcome in outcomes:
        if outcome.verdict.state in verdict.FAULTY:
            alone[outcome.check.blank] = alone.get(outcome.check.blank, outcome.reached) & outcome.reached
    found = []
    for outcome in outcomes:
        own = outcome.check.blank
        others = [
            number
            for number in sorted(outcome.reached)
            if number in alone and number != own and own not in alone[number]
        ]
        if outcome.verdict.state == verdict.WRONG and others:
            cause = f"It runs blank {', '.join(map(str, others))}, which must be right first."
            outcome = replace(outcome, verdict=Verdict(verdict.BLOCKED, cause=cause))
        found.append(outcome)
    return found


def _open(text: str) -> dict[int, str]:
    """The blanks that are still open, each with what there is to say of it."""
    kept = blanks.kept_lines(text)
    return {
        number: blanks.kept_line_told(number).capitalize() + "." if number in kept else ""
        for number in blanks.open_blanks(text)
    }


def with_file_problem(row: Exercise, path: Path, error: CourseError) -> dict[str, Any]:
    """The report on a file that cannot be imported: open blanks are not attempted, all others blocked."""
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    open_now = _open(text)
    told = Verdict(verdict.BLOCKED, cause=error.message)
    outcomes = [
        Outcome(
            check, Verdict(verdict.NOT_ATTEMPTED, cause=open_now[check.blank]) if check.blank in open_now else told, 0.0
        )
        for check in checks_of(row)
    ]
    return {**as_json(row, path, text, outcomes), "file_problem": error.message}


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
                "printed": outcome.printed,
            }
            for outcome in outcomes
        ],
        "summary": {state: sum(outcome.verdict.state == state for outcome in outcomes) for state in verdict.STATES},
        "versions": record.versions(row.framework),
    }
