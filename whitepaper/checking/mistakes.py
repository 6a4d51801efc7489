"""Planted mistakes and right answers written differently: what the checks are held to."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from whitepaper.checking import session, verdict
from whitepaper.checking.verdict import Check
from whitepaper.course import blanks, registry
from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError
from whitepaper.lessons.contract import relative


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that must be caught in its step, with its diagnosis, and nowhere else.

    Attributes:
        name: what the student got wrong.
        blank: where. code: what the student wrote there.
        diagnosis: the short name that the verdict must carry.
    """

    name: str
    blank: int
    diagnosis: str
    code: str


@dataclass(frozen=True)
class Right:
    """A right answer written differently: every check must pass.

    Attributes:
        name: how it differs. answers: code by blank.
    """

    name: str
    answers: Mapping[int, str] = field(default_factory=dict)


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


def planted(row: Exercise) -> tuple[list[Mistake], list[Right]]:
    """The planted answers of an exercise.

    Raises:
        CourseError: there is no file of them.
    """
    path = registry.mistakes_path(row)
    if not path.is_file():
        raise CourseError(
            f"Expected the planted mistakes of exercise {row.id} in {relative(path)}. Received: no such file."
        )
    spec = importlib.util.spec_from_file_location(f"mistakes_{row.module}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.MISTAKES), list(module.RIGHTS)


def _verdicts(row: Exercise, text: str, changed: blanks.Blank | None = None) -> list[session.Outcome]:
    """The verdicts on a file; for Keras lessons only those that the changed blank can reach.

    A check plays the steps that it does not name by the course's code, so a change elsewhere cannot reach it; that it
    passes on right code is what the solution's own row proves. NumPy lessons are quick, and run every check.
    """

    def reached(check: Check) -> bool:
        if changed is None or row.framework != "keras":
            return True
        return changed.step in (check.step, *check.needs) or changed.number in check.after

    with tempfile.TemporaryDirectory(prefix="whitepaper-") as folder:
        path = Path(folder) / row.file
        path.write_text(text, encoding="utf-8")
        return session.run(row, path, reached)[0]


def _told(outcomes: list[session.Outcome]) -> str:
    return "; ".join(
        " ".join(
            (
                f"{outcome.check.name}:",
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
    blank = next(blank for blank in blanks.parse(solution) if blank.number == mistake.blank)
    step = blank.step
    outcomes = _verdicts(row, blanks.answered(solution, {mistake.blank: mistake.code}), blank)
    wrong = [outcome for outcome in outcomes if outcome.verdict.state == verdict.WRONG]
    steps = sorted({outcome.check.step for outcome in wrong})
    given = sorted({outcome.verdict.diagnosis for outcome in wrong})
    unchecked = [outcome for outcome in outcomes if outcome.verdict.state == verdict.UNCHECKED]
    good = steps == [step] and mistake.diagnosis in given and not unchecked
    why = "" if good else f"expected {mistake.diagnosis} in {step} alone; received {_told(outcomes) or 'all passed'}"
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
    outcomes = _verdicts(row, blanks.make_exercise(solution, answers), marked[number])
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
