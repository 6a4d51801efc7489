"""Everything that is generated: exercises from solutions, the heads of lessons and README's table from the registry."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path

from whitepaper.course import blanks, registry
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
        link = f"[{row.title}](solutions/{row.file})" if registry.is_built(row) else f"{row.title} *(not built yet)*"
        goals = "; ".join(str(claim) for claim in row.claims) or "–"
        lines.append(
            f"| {row.id} | {link} | {row.section.id} | {', '.join(row.data)} | {goals} | {row.measured or '–'} |"
        )
    return "\n".join(lines) + "\n"


def planned() -> dict[Path, str]:
    """Every generated file with the text that it must have."""
    files: dict[Path, str] = {}
    for row in registry.exercises():
        if registry.is_built(row):
            path = registry.solution_path(row)
            solution = with_head(path.read_text(encoding="utf-8"), row)
            files[path] = solution
            files[registry.exercise_path(row)] = blanks.make_exercise(solution)
    readme = registry.root() / "README.md"
    if readme.is_file():
        files[readme] = _TABLE.sub(lambda match: table(), readme.read_text(encoding="utf-8"))
    return files


def drift() -> list[Path]:
    """Generated files that are not what the generator makes."""
    return [path for path, text in planned().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def write() -> tuple[list[Path], list[Path]]:
    """Bring the generated files up to date; those that are stay untouched.

    An exercise in which blanks were filled is a student's work and is left alone.

    Returns:
        what was written, and what was left alone.
    """
    written, left = [], []
    for path, text in planned().items():
        old = path.read_text(encoding="utf-8") if path.is_file() else None
        if old == text:
            continue
        if old is not None and path.parent.name == "exercises" and not blanks.is_untouched(old):
            left.append(path)
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written, left


def reset(row: Exercise) -> Path | None:
    """A fresh exercise; what was there is kept beside the student's progress.

    Returns:
        where the old file is kept, or None if nothing was changed in it.
    """
    path = registry.exercise_path(row)
    text = blanks.make_exercise(with_head(registry.solution_path(row).read_text(encoding="utf-8"), row))
    kept = None
    if path.is_file() and path.read_text(encoding="utf-8") != text:
        folder = registry.root() / ".whitepaper" / "kept"
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"{row.module}-{datetime.now():%Y-%m-%d_%H-%M-%S-%f}.py"
        shutil.copy2(path, kept)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return kept


def drift_lines() -> list[str]:
    """One line for each generated file that drifted."""
    return [f"{relative(path)} is not what the generator makes: make exercises" for path in drift()]
