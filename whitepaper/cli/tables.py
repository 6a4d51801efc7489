"""Tables and lines that a person reads on the terminal; rich draws them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from whitepaper.course import blanks, ladder, progress, registry, source
from whitepaper.course.registry import Exercise, relative
from whitepaper.errors import CourseError

if TYPE_CHECKING:
    from whitepaper.checking.trials import Tried
    from whitepaper.lessons.runner import Result
    from whitepaper.tuning.search import Found


@dataclass(frozen=True)
class _State:
    """One exercise as `list` shows it: the blanks that are open, a word on it, what to do about it, whether it was read."""

    open: tuple[int, ...] = ()
    word: str = ""
    todo: str = ""
    known: bool = True


def state(row: Exercise, remembered: dict[str, Any]) -> _State:
    """How far a student is with an exercise, without importing it; whatever the file holds, this never raises.

    Args:
        row: the exercise. remembered: what `progress.read` gives.
    """
    path = registry.exercise_path(row)
    if not registry.is_built(row):
        return _State(word="not built yet", known=False)
    again = f"make reset N={row.id}"
    if not path.is_file():
        return _State(word="[red]no file[/]", todo=f"{again} brings back exercise {row.id}", known=False)
    try:
        text = source.read(path)
    except CourseError as error:
        return _State(word="[red]not UTF-8[/]", todo=error.message, known=False)
    try:
        rungs = ladder.of(row)
    except (CourseError, blanks.BlankError) as error:
        return _State(tuple(blanks.open_blanks(text)), "[red]no hints[/]", str(error))
    name = f"exercises/{row.file}"
    gone = blanks.missing(text, [rung.function for rung in rungs])
    lost = {rung.number for rung in rungs if rung.function in gone}
    open_now = tuple(sorted({*blanks.open_blanks(text), *lost}))
    if gone:
        said = blanks.missing_told(row.id, gone, text)
        names = ", ".join(one.rpartition(".")[2] for one in gone)
        word = f"{names} missing" if text.strip() else "empty file"
        return _State(open_now, f"[red]{word}[/]", f"{name}: {said}")
    if kept := blanks.kept_lines(text):
        word = f"[yellow]delete `raise` of {', '.join(map(str, kept))}[/]"
        return _State(open_now, word, f"{name}: {blanks.kept_line_told(kept[0])}")
    checked = remembered.get(row.short, {}).get("checked", {})
    if checked.get("sha256") == hashlib.sha256(text.encode()).hexdigest():
        summary = checked["summary"]
        if summary.get("passed") == sum(summary.values()) and not open_now:
            return _State(word="[green]done[/]")
        if wrong := sum(summary.get(word, 0) for word in ("wrong", "timed out", "crashed")):
            return _State(
                open_now, f"[red]{wrong} wrong[/]", f"mend exercise {row.id}: make check N={row.id} tells what"
            )
    fill = f"fill blank {open_now[0] if open_now else ''} in {name} (make hint N={row.id} helps)"
    if open_now and blanks.is_untouched(text):
        return _State(open_now, "", fill)
    return _State(open_now, "begun", fill) if open_now else _State(word="make check", todo=f"make check N={row.id}")


def list_lines() -> Iterable[Any]:
    """What to do next, then all exercises: number, title, section, data, open blanks, state."""
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
    rows = registry.exercises()
    states = {row.id: state(row, remembered) for row in rows}
    for row in rows:
        one = states[row.id]
        shown.add_row(
            row.id,
            row.title,
            row.section.id,
            ", ".join(row.data),
            ", ".join(map(str, one.open)) or ("none" if one.known else ""),
            one.word,
            style=None if registry.is_built(row) else "dim",
        )
    yield Text(next_line(rows, states))
    yield shown


def next_line(rows: tuple[Exercise, ...], states: dict[str, _State]) -> str:
    """The one thing to do next: at the first exercise that was begun and is not done, else at the first that is open."""
    built = [row for row in rows if registry.is_built(row)]
    begun = [row for row in built if states[row.id].word and states[row.id].todo]
    fresh = [row for row in built if states[row.id].todo and not states[row.id].word]
    if begun:
        return f"Next: {states[begun[0].id].todo.rstrip('.')}."
    if fresh:
        begin = "Begin with" if len(fresh) == len(built) else "Next:"
        return f"{begin} make exercise N={fresh[0].id}, then {states[fresh[0].id].todo}."
    return "All exercises are done."


def following(row: Exercise) -> str:
    """The next thing to do after an exercise that is done."""
    rows = [one for one in registry.exercises() if registry.is_built(one)]
    later = rows[rows.index(row) + 1 :] if row in rows else []
    return (
        f"Next: exercise {later[0].id}, {later[0].title}: make exercise N={later[0].id}" if later else "Next: make list"
    )


def is_done(row: Exercise) -> bool:
    """Whether all checks of the file as it is now have passed."""
    return "done" in state(row, progress.read()).word


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
            goal += f" (± {claim['tolerance']:g})" if claim.get("tolerance") else ""
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
    tracked = result.folder / "tensorboard"
    if tracked.is_dir():
        yield Text(f"TensorBoard: make tensorboard N={row.id}")
    waiting = kept_line_lines(row)
    yield from map(Text, waiting)
    open_now = sorted({number for step in kept["steps"] for number in step["blanks_open"]})
    if waiting:
        return
    if open_now:
        yield Text(
            f"Next: fill blank {open_now[0]} in {relative(registry.exercise_path(row))}; "
            f"make hint N={row.id} helps, make check N={row.id} tells."
        )
    elif all(step["by"] == "student" for step in kept["steps"]):
        yield Text(following(row) if is_done(row) else f"Next: make check N={row.id}")


def kept_line_lines(row: Exercise) -> list[str]:
    """What a student is told of blanks with code and a `raise` line that was kept; none where the file cannot be read."""
    path = registry.exercise_path(row)
    try:
        text = source.read(path)
    except CourseError:
        return []
    return [f"Next: {relative(path)}: {blanks.kept_line_told(number)}" for number in blanks.kept_lines(text)]


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
    yield Text(f"Next: {found.again}")


def runs_table(rows: tuple[Exercise, ...], width: int) -> Any:
    """The runs made so far, oldest first: columns that tell runs apart come first, and those that fit are shown.

    Args:
        rows: of these exercises. width: of the terminal, in characters.
    """
    from whitepaper.lessons import record

    found = [(row, folder, kept) for row in rows for folder, kept in record.all_records(row)]
    if not found:
        return Text("No runs yet. Next: make exercise N=1")
    same = _common([kept["hp"] for _, _, kept in found]) if len({row.id for row, _, _ in found}) == 1 else {}
    table = []
    for row, folder, kept in found:
        seconds = next((f"{step['seconds']:.1f}" for step in kept["steps"] if step["name"] == "fit"), "–")
        table.append(
            {
                "N": row.id,
                "run": _short_time(folder.name),
                "metrics": ", ".join(f"{name} {_number(value)}" for name, value in list(kept["metrics"].items())[:3]),
                "hyperparameters": ", ".join(f"{name}={v}" for name, v in kept["hp"].items() if name not in same),
                "preset": kept["preset"],
                "seed": str(kept["seed"]),
                "data": kept["data"].get("source", "–"),
                "fit s": seconds,
                "status": kept["status"],
            }
        )
    # What all runs share tells none apart: it is said once, above.
    shared = {
        name: table[0][name]
        for name in ("N", "preset", "seed", "data", "status")
        if len(table) > 1 and len({one[name] for one in table}) == 1
    }
    names = [name for name in table[0] if name not in shared and any(one[name] for one in table)]
    order = ["N", "run", "metrics", "preset", "seed", "hyperparameters", "data", "fit s", "status"]
    chosen = _fitting([name for name in order if name in names], table, width)
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for name in chosen:
        right = name in ("N", "seed", "fit s")
        long = name in ("metrics", "hyperparameters")
        shown.add_column(name, justify="right" if right else "left", no_wrap=not long, overflow="fold")
    for one in table:
        shown.add_row(*(escape(one[name]) for name in chosen))
    left = [name for name in names if name not in chosen]
    notes = [f"All: {', '.join(f'{name} {word}' for name, word in shared.items())}"] if shared else []
    if left:
        notes.append(f"Not shown in {width} columns: {', '.join(left)} (a wider terminal, or JSON=1)")
    return Group(*(Text(note) for note in notes), shown)


def _common(values: list[dict[str, Any]]) -> dict[str, Any]:
    """The hyperparameters that all runs have alike."""
    if len(values) < 2:
        return {}
    return {name: v for name, v in values[0].items() if all(one.get(name, values) == v for one in values)}


def _short_time(name: str) -> str:
    """A run's folder without its century, "11-27 14:03:59"; other names as they are."""
    found = re.fullmatch(r"\d{4}-(\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d)(-\d+)?", name)
    return f"{found[1]} {found[2]}:{found[3]}:{found[4]}{found[5] or ''}" if found else name


def _fitting(names: list[str], table: list[dict[str, str]], width: int) -> list[str]:
    """The first of these columns that fit beside each other; long texts may be folded down to 24 characters."""
    chosen: list[str] = []
    used = 0
    for name in names:
        needs = max(len(name), *(len(one[name]) for one in table))
        needs = min(needs, 24) if name in ("metrics", "hyperparameters") else needs
        if chosen and used + needs + 2 > width:
            continue
        chosen.append(name)
        used += needs + 2
    return chosen


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
