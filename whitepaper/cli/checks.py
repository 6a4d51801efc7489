"""What a person sees of checks: progress while they run, the table, and each diagnosis."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from rich.markup import escape
from rich.status import Status
from rich.table import Table
from rich.text import Text

from whitepaper.checking.session import Outcome
from whitepaper.checking.verdict import FAULTY, Check
from whitepaper.cli.tables import following, kept_line_lines
from whitepaper.course import registry
from whitepaper.course.registry import Exercise, relative

_COLOR = {
    "passed": "green",
    "wrong": "red",
    "timed out": "red",
    "crashed": "red",
    "not attempted": "yellow",
    "blocked": "dim",
    "could not be checked": "magenta",
}


class Watcher:
    """Shows on a terminal's standard error which check is running."""

    def __init__(self, row: Exercise) -> None:
        self._row = row
        self._status: Status | None = None

    def __enter__(self) -> Watcher:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status(f"Exercise {self._row.id}: importing your file …")
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def show(self, check: Check) -> None:
        """The check that begins now."""
        if self._status:
            self._status.update(
                f"Exercise {self._row.id}, blank {check.blank} ({check.step}): {escape(check.task)[:60]} …"
            )


def check_lines(row: Exercise, outcomes: list[Outcome]) -> Iterable[Any]:
    """The table of verdicts, then each diagnosis, then the next thing to do."""
    shown = Table(
        box=None, pad_edge=False, header_style="bold", title=f"Exercise {row.id}: {row.title}", title_justify="left"
    )
    for name in ("blank", "step", "check", "verdict"):
        shown.add_column(name)
    for outcome in outcomes:
        state = outcome.verdict.state
        shown.add_row(
            str(outcome.check.blank), outcome.check.step, escape(outcome.check.task), f"[{_COLOR[state]}]{state}[/]"
        )
    yield shown
    told = set()
    for outcome in outcomes:
        found = outcome.verdict
        # Two checks that meet the same error say it once.
        same = (outcome.check.blank, found)
        if found.state == "passed" or (found.state == "not attempted" and not found.cause) or same in told:
            continue
        told.add(same)
        yield Text(
            f"\nBlank {outcome.check.blank} ({outcome.check.step}), {found.state}"
            + (f": {found.diagnosis}" if found.diagnosis else "")
        )
        for label, text in (
            ("expected", found.expected),
            ("received", found.received),
            ("likely cause", found.cause),
            ("read", found.read),
        ):
            if text:
                yield Text(f"  {label}: {text}")
        if outcome.printed:
            yield Text("  printed:")
            yield Text("\n".join(f"    {line}" for line in outcome.printed.rstrip().splitlines()))
    if where := _keep_traces(row, outcomes):
        yield Text(f"\nThe full tracebacks: {where}")
    states = [outcome.verdict.state for outcome in outcomes]
    if all(state == "passed" for state in states):
        yield Text(f"\nAll {len(states)} checks passed. The lesson's “Try it” is worth a run.\n{following(row)}")
    elif waiting := kept_line_lines(row):
        yield Text("\n" + "\n".join(waiting))
    elif faults := sum(state in FAULTY for state in states):
        yield Text(
            f"\n{faults} of {len(states)} checks found something wrong. Next: mend it, then make check N={row.id}"
        )
    else:
        yield Text(f"\nNothing wrong so far. Next: fill the next blank; make hint N={row.id} helps.")


def _keep_traces(row: Exercise, outcomes: list[Outcome]) -> str:
    """Write the tracebacks of errors in the student's code to a file; gives its path, or "" where there is none."""
    traces = {f"Blank {one.check.blank}, {one.check.name}": one.verdict.trace for one in outcomes if one.verdict.trace}
    if not traces:
        return ""
    path = registry.root() / ".whitepaper" / "tracebacks" / f"{row.short}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(f"{name}\n{trace}" for name, trace in traces.items()), encoding="utf-8")
    except OSError as error:
        return f"not kept ({error.strerror}: {path})"
    return relative(path)
