"""Tables and lines that a person reads on the terminal; rich draws them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from whitepaper.course import blanks, progress, registry
from whitepaper.course.registry import Exercise
from whitepaper.lessons.contract import relative

if TYPE_CHECKING:
    from whitepaper.checking.trials import Tried
    from whitepaper.lessons.runner import Result
    from whitepaper.tuning.search import Found


def _state(row: Exercise, remembered: dict[str, Any]) -> tuple[str, str]:
    """Open blanks and state of one exercise, without importing it."""
    path = registry.exercise_path(row)
    if not registry.is_built(row):
        return "", "not built yet"
    if not path.is_file():
        return "", "no file: make exercises"
    text = path.read_text(encoding="utf-8")
    open_now = blanks.open_blanks(text)
    checked = remembered.get(row.short, {}).get("checked", {})
    if checked.get("sha256") == hashlib.sha256(text.encode()).hexdigest():
        summary = checked["summary"]
        if summary.get("passed") == sum(summary.values()):
            return "none", "[green]done[/]"
        if summary.get("wrong"):
            return ", ".join(map(str, open_now)) or "none", f"[red]{summary['wrong']} wrong[/]"
    if blanks.is_untouched(text):
        return ", ".join(map(str, open_now)), ""
    return ", ".join(map(str, open_now)) or "none", "begun" if open_now else "make check"


def list_table() -> Table:
    """All exercises: number, title, section, data, open blanks, state."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name, options in (
        ("N", {"justify": "right"}),
        ("exercise", {}),
        ("section", {"no_wrap": True}),
        ("data", {}),
        ("open blanks", {}),
        ("state", {}),
    ):
        shown.add_column(name, **options)
    remembered = progress.read()
    for row in registry.exercises():
        open_now, state = _state(row, remembered)
        shown.add_row(
            row.id,
            row.title,
            row.section.id,
            ", ".join(row.data),
            open_now,
            state,
            style=None if registry.is_built(row) else "dim",
        )
    return shown


def _number(value: Any) -> str:
    return "–" if value is None else f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"


def result_lines(row: Exercise, result: Result) -> Iterable[Any]:
    """The step table, the metrics beside the claims, where things lie, and the next thing to do."""
    kept = result.record
    steps = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("step", "by", "seconds"):
        steps.add_column(name, justify="right" if name == "seconds" else "left")
    for step in kept["steps"]:
        count = len(step["blanks_open"])
        open_text = f", {count} blank{'s' * (count != 1)} open" if count else ""
        by = "yours" if step["by"] == "student" else f"the course's{open_text}"
        steps.add_row(step["name"], by, f"{step['seconds']:.1f}")
    yield steps
    metrics = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("metric", "value", "claim (full, real data)", ""):
        metrics.add_column(name, justify="right" if name == "value" else "left")
    claims = {claim["metric"]: claim for claim in kept["claims"]}
    for name, value in kept["metrics"].items():
        goal, verdict = "", ""
        if claim := claims.get(name):
            goal = f"≥ {claim['at_least']:g}" if "at_least" in claim else f"≤ {claim['at_most']:g}"
            data = "these are stand-in data" if kept["data"]["source"] != "real" else "a subset of the published data"
            speaks = "this run is not full" if kept["preset"] != "full" else data
            verdict = {True: "[green]met[/]", False: "[red]not met[/]", None: f"[dim]{speaks}[/]"}[claim["met"]]
        metrics.add_row(name, _number(value), goal, verdict)
    if kept["metrics"]:
        yield metrics
    figures = [name for name in kept["files"] if name.startswith("figures/")]
    yield Text(
        f"Record: {relative(result.folder / 'record.json')}"
        + (f"; {len(figures)} figures in {relative(result.folder / 'figures')}/" if figures else "")
    )
    if kept["status"] == "interrupted":
        yield Text(
            f"Interrupted after {kept['epochs_run']} epochs; what was learned is kept. Next: make exercise N={row.id}"
        )
        return
    open_now = sorted({number for step in kept["steps"] for number in step["blanks_open"]})
    if open_now:
        yield Text(
            f"Next: fill blank {open_now[0]} in {relative(registry.exercise_path(row))}; "
            f"make hint N={row.id} helps, make check N={row.id} tells."
        )
    elif all(step["by"] == "student" for step in kept["steps"]):
        yield Text(f"Next: make check N={row.id}")


def search_lines(row: Exercise, found: Found) -> Iterable[Any]:
    """The trials of a search, best first, and the best values to paste."""
    names = list(dict.fromkeys(name for trial in found.trials for name in trial if name not in ("trial", "score")))
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("trial", found.objective, *names):
        shown.add_column(name, justify="right")
    for trial in found.trials:
        values = [trial.get(name) for name in names]
        cells = [_number(value) if isinstance(value, float) else str(value) for value in values]
        shown.add_row(str(trial["trial"]), _number(trial["score"]), *cells)
    yield shown
    yield Text(f"Trials: {relative(found.folder / 'trials.csv')}")
    yield Text(f'Next: make exercise N={row.id} HP="{found.paste}"')


def runs_table(rows: tuple[Exercise, ...]) -> Any:
    """The runs made so far, oldest first."""
    from whitepaper.lessons import record

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("N", "run", "preset", "seed", "data", "hyperparameters", "metrics", "fit s", "status"):
        shown.add_column(name, justify="right" if name in ("N", "fit s") else "left")
    count = 0
    for row in rows:
        for folder, kept in record.all_records(row):
            count += 1
            metrics = ", ".join(f"{name} {_number(value)}" for name, value in list(kept["metrics"].items())[:4])
            values = ", ".join(f"{name}={value}" for name, value in kept["hp"].items())
            seconds = next((f"{step['seconds']:.1f}" for step in kept["steps"] if step["name"] == "fit"), "–")
            shown.add_row(row.id, folder.name, kept["preset"], str(kept["seed"]), kept["data"].get("source", "–"),
                          escape(values), escape(metrics), seconds, kept["status"])  # fmt: skip
    return shown if count else Text("No runs yet. Next: make exercise N=1")


def mistakes_table(row: Exercise, tried: list[Tried]) -> Table:
    """What the checks made of the planted answers."""
    shown = Table(
        box=None, pad_edge=False, header_style="bold", title=f"Exercise {row.id}: {row.title}", title_justify="left"
    )
    for name in ("kind", "answer", "caught in", "diagnosis", ""):
        shown.add_column(name)
    for one in tried:
        fine = {"mistake": "caught", "open blank": "not attempted"}.get(one.kind, "passed")
        shown.add_row(
            one.kind,
            escape(one.name),
            one.step,
            one.diagnosis,
            f"[green]{fine}[/]" if one.good else f"[red]{escape(one.why)}[/]",
        )
    return shown
