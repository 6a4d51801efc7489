"""Trials: the planted answers of an exercise, each put through the checks that it can reach."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from whitepaper.checking import session, verdict
from whitepaper.checking.mistakes import Mistake, Right, planted
from whitepaper.checking.verdict import Check
from whitepaper.course import blanks, registry
from whitepaper.course.registry import Exercise


@dataclass(frozen=True)
class Tried:
    """What the checks made of one planted answer.

    Attributes:
        kind: "mistake", "right answer", "open blank" or "solution". good: whether the checks did what they must.
        step: where it was caught. diagnosis: the name given. why: what went otherwise than it must.
    """

    kind: str
    name: str
    good: bool
    step: str
    diagnosis: str
    why: str


def _verdicts(row: Exercise, text: str, changed: int | None = None) -> list[session.Outcome]:
    """The verdicts on a file; where one blank alone differs from the solution, only those that can tell.

    A check that does not run the blank's code passes as on the solution. One of another blank that runs it is blocked where
    it fails, as the blank's own check fails first, unless that one runs the other blank's code in its turn.
    """
    if changed is None:
        return _session(row, text, lambda check: True)
    reached = _reaching(row, registry.solution_path(row).read_text(encoding="utf-8"))
    own = frozenset().union(*(blanks for (number, _), blanks in reached.items() if number == changed))

    def select(check: Check) -> bool:
        mutual = changed in reached[check.blank, check.name] and check.blank in own
        return check.blank == changed or mutual

    return _session(row, text, select)


def _session(row: Exercise, text: str, select: Callable[[Check], bool]) -> list[session.Outcome]:
    with tempfile.TemporaryDirectory(prefix="whitepaper-") as folder:
        path = Path(folder) / row.file
        path.write_text(text, encoding="utf-8")
        return session.run(row, path, select, explain=False)[0]


@functools.lru_cache(maxsize=1)
def _reaching(row: Exercise, solution: str) -> dict[tuple[int, str], frozenset[int]]:
    """The blanks whose code each check runs, as seen on the solution."""
    outcomes = _session(row, blanks.answered(solution), lambda check: True)
    return {(outcome.check.blank, outcome.check.name): outcome.reached for outcome in outcomes}


def _told(outcomes: list[session.Outcome]) -> str:
    return "; ".join(
        " ".join(
            (
                f"blank {outcome.check.blank}, {outcome.check.name}:",
                outcome.verdict.state,
                outcome.verdict.diagnosis,
                outcome.verdict.received,
                outcome.verdict.cause,
            )
        )
        for outcome in outcomes
        if outcome.verdict.state != verdict.PASSED
    )


def try_mistake(row: Exercise, mistake: Mistake) -> Tried:
    """Check a file whose only fault is the mistake."""
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    outcomes = _verdicts(row, blanks.answered(solution, {mistake.blank: mistake.code}), mistake.blank)
    wrong = [outcome for outcome in outcomes if outcome.verdict.state in verdict.FAULTY]
    steps = sorted({outcome.check.step for outcome in wrong})
    told = {outcome.check.blank for outcome in wrong}
    given = sorted({outcome.verdict.diagnosis for outcome in wrong})
    unchecked = [outcome for outcome in outcomes if outcome.verdict.state == verdict.UNCHECKED]
    good = told == {mistake.blank} and mistake.diagnosis in given and not unchecked
    why = (
        ""
        if good
        else f"expected {mistake.diagnosis} at blank {mistake.blank} alone; received {_told(outcomes) or 'all passed'}"
    )
    return Tried("mistake", mistake.name, good, ", ".join(steps), ", ".join(given), why)


def try_right(row: Exercise, right: Right) -> Tried:
    """Check a file that answers rightly, in other words."""
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    outcomes = _verdicts(row, blanks.answered(solution, right.answers))
    good = bool(outcomes) and all(outcome.verdict.state == verdict.PASSED for outcome in outcomes)
    kind = "right answer" if right.answers else "solution"
    return Tried(kind, right.name, good, "", "", "" if good else _told(outcomes))


def try_open(row: Exercise, number: int) -> Tried:
    """Check a file whose only open blank is this one: its checks say not attempted, and nothing is called wrong."""
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    marked = {blank.number: blank for blank in blanks.parse(solution)}
    answers = {other: blank.code for other, blank in marked.items() if other != number}
    outcomes = _verdicts(row, blanks.make_exercise(solution, answers), number)
    own = [outcome.verdict.state for outcome in outcomes if outcome.check.blank == number]
    others = [outcome.verdict.state for outcome in outcomes if outcome.check.blank != number]
    good = bool(own) and set(own) == {verdict.NOT_ATTEMPTED} and set(others) <= {verdict.PASSED, verdict.BLOCKED}
    return Tried(
        "open blank",
        f"blank {number} left open",
        good,
        "",
        "",
        "" if good else _told(outcomes) or "no check of this blank",
    )


def try_all(row: Exercise) -> list[Tried]:
    """The solution, every blank left open, every planted mistake, every right answer."""
    mistakes, rights = planted(row)
    numbers = [blank.number for blank in blanks.parse(registry.solution_path(row).read_text(encoding="utf-8"))]
    tried = [try_right(row, Right("the course's solution"))]
    tried += [try_open(row, number) for number in numbers]
    tried += [try_mistake(row, mistake) for mistake in mistakes]
    tried += [try_right(row, right) for right in rights]
    return tried


def seconds_of_checks(row: Exercise) -> dict[str, float]:
    """How long each check of the solution takes in a session of its own, by name; those below half a second are left out."""
    outcomes, _ = session.run(row, registry.solution_path(row), apart=True)
    return {outcome.check.name: round(outcome.seconds, 1) for outcome in outcomes if outcome.seconds >= 0.5}
