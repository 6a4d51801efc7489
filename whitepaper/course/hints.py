"""The ladder of hints: each call gives one more."""

from __future__ import annotations

from whitepaper.course import blanks, progress, registry
from whitepaper.course.registry import Exercise, relative
from whitepaper.errors import UsageError


def next_hint(row: Exercise, number: str = "") -> list[str]:
    """The lines that a person reads: the task, the hints so far and one more.

    Args:
        number: of the blank; "" takes the first that is open.

    Raises:
        UsageError: no such blank.
    """
    ladder = {blank.number: blank for blank in blanks.parse(registry.solution_path(row).read_text(encoding="utf-8"))}
    path = registry.exercise_path(row)
    open_now = blanks.open_blanks(path.read_text(encoding="utf-8")) if path.is_file() else list(ladder)
    if number and (not number.isdigit() or int(number) not in ladder):
        raise UsageError(f"BLANK is a number from 1 to {len(ladder)}. Received: {number!r}.", f"make hint N={row.id}")
    if not number and not open_now:
        return [f"No blank of exercise {row.id} is open. Next: make check N={row.id}"]
    blank = ladder[int(number) if number else open_now[0]]
    shown = progress.of(row).get("hints", {})
    count = min(int(shown.get(str(blank.number), 0)) + 1, len(blank.hints))
    progress.remember(row, "hints", {**shown, str(blank.number): count})
    lines = [f"Exercise {row.id}, blank {blank.number} ({blank.step}): {blank.task}"]
    lines += [f"  hint {step} of {len(blank.hints)}: {text}" for step, text in enumerate(blank.hints[:count], 1)]
    if count == len(blank.hints):
        lines.append(
            f"That was the last hint; the answer is blank {blank.number} of {relative(registry.solution_path(row))}."
        )
    else:
        lines.append("The same command gives the next one.")
    return lines
