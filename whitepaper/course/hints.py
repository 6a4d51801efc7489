"""The ladder of hints: each call gives one more."""

from __future__ import annotations

from whitepaper.course import blanks, ladder, progress, registry, source
from whitepaper.course.registry import Exercise, relative
from whitepaper.errors import CourseError, UsageError


def next_hint(row: Exercise, number: str = "") -> list[str]:
    """The lines that a person reads: the task, the hints so far and one more.

    Args:
        number: of the blank; "" takes the first that is open, then the first whose check was wrong.

    Raises:
        UsageError: no such blank.
    """
    rungs = {rung.number: rung for rung in ladder.of(row)}
    if number and (not number.isdigit() or int(number) not in rungs):
        raise UsageError(f"BLANK is a number from 1 to {len(rungs)}. Received: {number!r}.", f"make hint N={row.id}")
    lines, open_now, readable = _state(row, rungs)
    wrong = [int(one) for one in progress.of(row).get("checked", {}).get("wrong", []) if int(one) in rungs]
    todo = [one for one in open_now if one in rungs] or sorted(wrong)
    if not number and not todo:
        return [*lines, f"No blank of exercise {row.id} is open. Next: make check N={row.id}"] if readable else lines
    rung = rungs[int(number) if number else todo[0]]
    if not number and not open_now:
        lines.append(f"No blank of exercise {row.id} is open; the last check of blank {rung.number} was wrong.")
    shown = progress.of(row).get("hints", {})
    count = min(int(shown.get(str(rung.number), 0)) + 1, len(rung.hints))
    progress.remember(row, "hints", {**shown, str(rung.number): count})
    lines.append(f"Exercise {row.id}, blank {rung.number} ({rung.step}): {rung.task}")
    lines += [f"  hint {step} of {len(rung.hints)}: {text}" for step, text in enumerate(rung.hints[:count], 1)]
    if count < len(rung.hints):
        lines.append("The same command gives the next one.")
    elif registry.has_solution(row):
        lines.append(
            f"That was the last hint; the answer is blank {rung.number} of {relative(registry.solution_path(row))}."
        )
    else:
        lines.append("That was the last hint.")
    return lines


def _state(row: Exercise, rungs: dict[int, ladder.Rung]) -> tuple[list[str], list[int], bool]:
    """What must be said of the file before any hint, its open blanks, and whether it is whole."""
    path = registry.exercise_path(row)
    if not path.is_file():
        return [], list(rungs), False
    try:
        text = source.read(path)
    except CourseError as error:
        return [error.message], list(rungs), False
    gone = blanks.missing(text, ladder.functions(row))
    lines = [f"{relative(path)}: {blanks.missing_told(row.id, gone, text)}."] if gone else []
    kept = blanks.kept_lines(text)
    lines += [f"{relative(path)}: {blanks.kept_line_told(number)}." for number in kept]
    lost = {number for number, rung in rungs.items() if rung.function in gone}
    return lines, sorted({*blanks.open_blanks(text), *lost} - set(kept)), not lines
