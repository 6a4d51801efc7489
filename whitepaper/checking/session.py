"""Runs the checks of an exercise and gathers the verdicts."""

from __future__ import annotations

import hashlib
import importlib.util
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whitepaper.checking import judging, verdict
from whitepaper.checking.doors import Door, InProcessDoor, ProcessDoor
from whitepaper.checking.verdict import Check, Verdict
from whitepaper.course import blanks, registry, source
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError
from whitepaper.lessons import contract, record
from whitepaper.lessons.contract import relative

SCHEMA = Path(__file__).parent.parent / "schemas" / "checks.schema.json"
# A child's start, until the file is imported.
START_SECONDS = 90


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
        allowed = judging.allowed_seconds(row, check, fresh) if apart else None
        found = judging.judge(check, door, open_now, failed, allowed, row if explain else None, answers, right)
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
            number for number in outcome.reached if number in alone and number != own and own not in alone[number]
        ]
        if outcome.verdict.state == verdict.WRONG and others:
            outcome = replace(outcome, verdict=judging.waits_for(others))
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
