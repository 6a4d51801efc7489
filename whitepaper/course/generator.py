"""Everything that is generated: exercises and hints from solutions, the heads of lessons and README's table from the registry."""

from __future__ import annotations

import re
from pathlib import Path

from whitepaper.course import blanks, ladder, registry, source, versions
from whitepaper.course.registry import Exercise, relative
from whitepaper.errors import CourseError

_HEAD = re.compile(r"\A# %% \[markdown\]\n(?:#.*\n)*?# - Run: .*\n")
_NAMES = {"keras": "Keras", "numpy": "NumPy", "scikit-learn": "scikit-learn"}
_TABLE = re.compile(r"(?<=<!-- exercises -->\n).*?(?=<!-- /exercises -->)", re.DOTALL)


def head(row: Exercise) -> str:
    """The first lines of a lesson, from the registry."""
    goals = "; ".join(f"{claim} (± {claim.tolerance:g})" if claim.tolerance else str(claim) for claim in row.claims)
    lines = [
        "# %% [markdown]",
        f"# # Exercise {row.id}: {row.title}",
        "#",
        f"# - Section: {row.section.id}, {row.section.title}",
        f"# - Data: {', '.join(row.data)}",
        f"# - Claim: {goals or 'none'} on real data with PRESET=full; recorded before: {row.recorded}",
        f"# - Measured: {row.measured or 'not yet'}",
        f"# - In plain {_NAMES[row.framework]}: the last cell, by hand, calls the five steps one after the other, "
        "as a script of your own would",
        f"# - Run: `make exercise N={row.id}`",
    ]
    return "\n".join(lines) + "\n"


def with_head(text: str, row: Exercise) -> str:
    """A lesson with its head brought up to date.

    Raises:
        CourseError: the file does not begin with a head.
    """
    if not _HEAD.match(text):
        raise CourseError(
            f"Expected {row.file} to begin with a head that ends in `# - Run: …`. Received another beginning."
        )
    return _HEAD.sub(lambda match: head(row), text, count=1)


def table() -> str:
    """README's table of the exercises."""
    lines = ["| N | exercise | section | data | goal on real data, `full` | measured |", "|---|---|---|---|---|---|"]
    for row in registry.exercises():
        link = f"[{row.title}](exercises/{row.file})" if registry.is_built(row) else f"{row.title} *(not built yet)*"
        goals = "; ".join(str(claim) for claim in row.claims) or "–"
        lines.append(
            f"| {row.id} | {link} | {row.section.id} | {', '.join(row.data)} | {goals} | {row.measured or '–'} |"
        )
    return "\n".join(lines) + "\n"


def planned() -> dict[Path, str]:
    """Every generated file with the text that it must have."""
    files: dict[Path, str] = {}
    for row in registry.exercises():
        if registry.has_solution(row):
            path = registry.solution_path(row)
            solution = with_head(source.read(path), row)
            files[path] = solution
            files[registry.exercise_path(row)] = blanks.make_exercise(solution)
            files[ladder.path_of(row)] = ladder.text_of(solution)
    readme = registry.root() / "README.md"
    if readme.is_file():
        files[readme] = _TABLE.sub(lambda match: table(), readme.read_text(encoding="utf-8"))
    return files


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def drift() -> list[Path]:
    """Generated files that are not what the generator makes."""
    return [path for path, text in planned().items() if _bytes(path) != text.encode()]


def write(replace: bool = False) -> tuple[list[Path], list[Path], list[Path]]:
    """Bring the generated files up to date; those that are stay untouched.

    An exercise is written over only where it is, to the last byte, what the generator wrote or what git has committed. Any
    other is a student's work and is left alone.

    Args:
        replace: write over these too, after a copy.

    Returns:
        what was written, what was left alone, and the copies.
    """
    written, left, copies = [], [], []
    for path, text in planned().items():
        old = _bytes(path)
        if old == text.encode():
            continue
        if old is not None and path.parent.name == "exercises" and not versions.is_generated(path, old):
            if not replace:
                left.append(path)
                continue
            copies.append(versions.keep(path))
        versions.write(path, text)
        written.append(path)
    return written, left, copies


def fresh(row: Exercise) -> str:
    """The text of an exercise with all blanks open.

    Raises:
        CourseError: this copy of the course has no solutions, and git does not have the exercise.
    """
    if registry.has_solution(row):
        return blanks.make_exercise(with_head(source.read(registry.solution_path(row)), row))
    committed = versions.committed(registry.exercise_path(row))
    if committed is None:
        raise CourseError(
            f"A fresh copy of exercise {row.id} is made from its solution. Received: no {relative(registry.solution_path(row))}.",
            "copy the file from where you have the course from",
        )
    return committed.decode("utf-8")


def reset(row: Exercise) -> Path | None:
    """A fresh exercise; what was there is kept beside the student's progress.

    Returns:
        where the old file is kept, or None if nothing was changed in it.
    """
    path = registry.exercise_path(row)
    text = fresh(row)
    old = _bytes(path)
    kept = versions.keep(path) if old is not None and old != text.encode() else None
    versions.write(path, text)
    return kept


def drift_lines() -> list[str]:
    """One line for each generated file that drifted."""
    return [f"{relative(path)} is not what the generator makes: make generate" for path in drift()]
