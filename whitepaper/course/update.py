"""A newer version of the course: answers are carried from the exercises that a student has into those that it brings."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from whitepaper.course import blanks, generator, registry, source, versions
from whitepaper.course.registry import Exercise, relative
from whitepaper.errors import CourseError, UsageError

_TODO = re.compile(r"^(?P<indent>\s*)# TODO (?P<number>\d+): (?P<task>.*)$")
_RAISE = re.compile(r"^\s*raise NotAttempted\((\d+)\)")
_DEF = re.compile(r"^(?P<indent>\s*)(?:def|class) (?P<name>\w+)")
# Tasks whose words agree so far are the same task, reworded.
ALIKE = 0.6


@dataclass(frozen=True)
class Place:
    """An open blank in a generated exercise.

    Attributes:
        number, task, function: as in the solution.
        first, last: lines of the first line of the task and of the `raise`, from 0.
        indent: white space before the `raise`.
    """

    number: int
    task: str
    function: str
    first: int
    last: int
    indent: str


@dataclass
class Carried:
    """What became of one exercise.

    Attributes:
        text: the new file.
        carried: numbers of blanks, in the new file, that have the student's code.
        notes: what a person must know of it, a sentence each.
    """

    text: str
    carried: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def places(text: str) -> list[Place]:
    """The open blanks of a generated exercise."""
    lines, found = text.splitlines(), []
    for at, line in enumerate(lines):
        if not (todo := _TODO.match(line)):
            continue
        words, end = [todo["task"]], at + 1
        while end < len(lines) and lines[end].lstrip().startswith("#"):
            words.append(lines[end].strip().lstrip("#").strip())
            end += 1
        if end < len(lines) and (raised := _RAISE.match(lines[end])) and raised[1] == todo["number"]:
            indent = lines[end][: len(lines[end]) - len(lines[end].lstrip())]
            function = _function(lines, at, indent)
            found.append(Place(int(todo["number"]), " ".join(words), function, at, end, indent))
    return found


def _function(lines: list[str], at: int, indent: str) -> str:
    names, width = [], len(indent)
    for line in reversed(lines[:at]):
        if (found := _DEF.match(line)) and len(found["indent"]) < width:
            names.append(found["name"])
            width = len(found["indent"])
    return ".".join(reversed(names))


def answers(base: str, mine: str) -> tuple[dict[int, list[str]], list[int], bool]:
    """A student's lines for each blank, found by comparison with the generated text that the student began with.

    Args:
        base: the generated exercise. mine: the student's file.

    Returns:
        the lines by blank (none for a blank that is still open), numbers of blanks whose code cannot be told apart from
        what is around it, and whether anything outside of the blanks was changed.
    """
    old, new = base.splitlines(), mine.splitlines()
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    pair = {block.a + step: block.b + step for block in blocks for step in range(block.size)}
    found: dict[int, list[str]] = {}
    lost: list[int] = []
    inside: set[int] = set()  # the student's lines that belong to blanks
    marked = places(base)
    raises = {place.last for place in marked}
    for place in marked:
        low = place.last - 1
        while low >= 0 and low not in pair:
            low -= 1
        high = place.last + 1
        while high < len(old) and high not in pair:
            high += 1
        begin = pair[low] + 1 if low >= 0 else 0
        end = pair[high] if high < len(old) else len(new)
        between = set(range(low + 1, high))
        lines = new[begin:end]
        while lines and not lines[0].strip():
            lines, begin = lines[1:], begin + 1
        while lines and not lines[-1].strip():
            lines = lines[:-1]
        inside |= set(range(begin, begin + len(lines)))
        written = [line for line in lines if line.strip() and not _RAISE.match(line)]
        if not written:
            # The line is gone and nothing took its place: told, as it is no open blank either.
            if place.last not in pair and between & raises == {place.last}:
                lost.append(place.number)
            continue
        if between & raises - {place.last}:
            lost.append(place.number)
            continue
        found[place.number] = lines
    kept = {at for at in range(len(old)) if at not in raises}
    outside = bool(kept - set(pair)) or bool(
        {at for at, line in enumerate(new) if line.strip()} - set(pair.values()) - inside
    )
    return found, lost, outside


def matched(old: list[Place], new: list[Place]) -> dict[int, int]:
    """Which old blank is which new one, by number: the same task in the same function, then the same task, then a task that
    was reworded, in the same function or under the same number."""
    pairs: dict[int, int] = {}

    def alike(one: Place, other: Place) -> float:
        return difflib.SequenceMatcher(None, one.task.split(), other.task.split(), autojunk=False).ratio()

    rules: tuple[Callable[[Place, Place], bool], ...] = (
        lambda one, other: one.task == other.task and one.function == other.function,
        lambda one, other: one.task == other.task,
        lambda one, other: one.function == other.function and alike(one, other) >= ALIKE,
        lambda one, other: one.number == other.number and alike(one, other) >= ALIKE,
    )
    for rule in rules:
        for one in old:
            free = [other for other in new if other.number not in pairs.values() and rule(one, other)]
            if one.number not in pairs and free:
                likeness = [alike(one, other) for other in free]
                pairs[one.number] = free[likeness.index(max(likeness))].number
    # A function that had one blank and has one: whatever its task says now, it is the same blank.
    for one in old:
        if one.number not in pairs and one.function:
            here = [other for other in new if other.function == one.function]
            alone = [other for other in old if other.function == one.function] == [one]
            if alone and len(here) == 1 and here[0].number not in pairs.values():
                pairs[one.number] = here[0].number
    return pairs


def carry(base: str, mine: str, fresh: str) -> Carried:
    """A student's answers in the new version of an exercise.

    Args:
        base: the generated text that the student began with.
        mine: the student's file.
        fresh: the new generated text.
    """
    found, lost, outside = answers(base, mine)
    old, new = places(base), places(fresh)
    pairs, tasks = matched(old, new), {place.number: place for place in old}
    done = Carried(fresh)
    given: dict[int, list[str]] = {}
    for number, lines in found.items():
        if number not in pairs:
            done.notes.append(f"blank {number} is no longer part of it; your answer is in the copy")
            continue
        place = next(place for place in new if place.number == pairs[number])
        given[place.number] = _moved(lines, tasks[number], place)
        if place.task != tasks[number].task:
            done.notes.append(f"the task of blank {place.number} has changed: read it again")
    done.notes += [f"your code for blank {number} could not be told apart: it is in the copy" for number in lost]
    if outside:
        done.notes.append("what you changed outside of the blanks is in the copy alone")
    fresh_blanks = [place.number for place in new if place.number not in pairs.values()]
    done.notes += [f"blank {number} is new" for number in fresh_blanks]
    text = _filled(fresh, new, given)
    if _parses(mine) and not _parses(text):
        done.notes.append("with your answers the new file was no Python: all of them are in the copy alone")
        return done
    done.text, done.carried = text, sorted(given)
    return done


def _moved(lines: list[str], old: Place, new: Place) -> list[str]:
    """The lines with the new blank's indentation and number."""
    if old.indent != new.indent:
        # Lines that begin further left belong to a text of several lines and stay.
        lines = [new.indent + line[len(old.indent) :] if line.startswith(old.indent) else line for line in lines]
    if old.number != new.number:
        lines = [line.replace(f"NotAttempted({old.number})", f"NotAttempted({new.number})") for line in lines]
    return lines


def _filled(fresh: str, new: list[Place], given: dict[int, list[str]]) -> str:
    lines = fresh.splitlines()
    for place in reversed(new):
        if place.number in given:
            lines[place.last : place.last + 1] = given[place.number]
    return "\n".join(lines) + "\n"


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def nearest(mine: str, candidates: list[str]) -> str:
    """Of several generated texts the one that a student's file has most lines in common with; the first of equals."""
    lines = mine.splitlines()

    def common(text: str) -> int:
        matcher = difflib.SequenceMatcher(None, text.splitlines(), lines, autojunk=False)
        return sum(block.size for block in matcher.get_matching_blocks())

    return max(candidates, key=common)


@dataclass
class _Work:
    """A student's file before the update: its path, its bytes, and generated texts that it may have begun as."""

    row: Exercise
    path: Path
    raw: bytes
    bases: list[str]


def _file(folder: Path, row: Exercise) -> Path:
    """The exercise's file in a folder of exercises; its title, and so its name, may be that of another version."""
    return next(iter(sorted(folder.glob(f"{row.short}_*.py"))), folder / row.file)


def _gather(folder: Path) -> list[_Work]:
    """The exercises of a course's folder that are not as they were generated."""
    found = []
    for row in registry.exercises():
        path = _file(folder / "exercises", row)
        solution = folder / "solutions" / path.name
        if not path.is_file():
            continue
        raw, bases = path.read_bytes(), []
        if before := versions.committed(path, folder):
            bases.append(before.decode("utf-8"))
        if solution.is_file():
            bases.append(blanks.make_exercise(source.read(solution)))
        if raw not in [base.encode() for base in bases]:
            found.append(_Work(row, path, raw, list(dict.fromkeys(bases))))
    return found


def update(old: Path | None = None) -> list[str]:
    """Bring the course up to date and carry the student's answers into the new exercises.

    Args:
        old: the folder of an older copy of the course, to take the answers from; None asks git for the newer version.

    Returns:
        lines for the student.

    Raises:
        CourseError: git cannot bring the newer version; the student's files are as they were.
        UsageError: no such folder, or neither a folder nor a git checkout.
    """
    if old is not None and not (old / "exercises").is_dir():
        raise UsageError(f"FROM is the folder of an older copy of the course, with exercises/. Received: {str(old)!r}.")
    works = _gather(old or registry.root())
    # On disk before anything is changed: whatever happens from here on, what a student wrote is there.
    copies = [_kept(work.path, work.raw) for work in works]
    lines = []
    if old is None:
        try:
            lines.append(_pull(works))
        except BaseException:
            for copy in copies:
                copy.unlink(missing_ok=True)
            raise
    for work, copy in zip(works, copies, strict=True):
        lines += _put(work, copy, pulled=old is None)
    if not works:
        lines.append("No exercise had answers to carry.")
    return lines


def _put(work: _Work, copy: Path, pulled: bool) -> list[str]:
    """Write one exercise; the copy goes where the file is what it was.

    Args:
        pulled: git has brought the newer version: this process still runs the older code, which cannot generate it.
    """
    path = _file(registry.root() / "exercises", work.row)
    name = relative(path)
    there = path.read_bytes() if path.is_file() else None
    if pulled and there is None:
        return [f"{name}: no longer part of the course. Your file: {relative(copy)}"]
    committed = versions.committed(path) if pulled else None
    fresh = committed.decode("utf-8") if committed is not None else generator.fresh(work.row)
    if there is not None and there not in (work.raw, fresh.encode()) and not versions.is_generated(path, there):
        # An older copy's answers, but somebody has begun in this one too.
        copy.unlink()
        return [f"{name}: left alone, as it has answers of its own."]
    try:
        mine = source.decode(work.raw, name)
    except CourseError as error:
        versions.replace(path, work.raw)
        copy.unlink()
        return [f"{name}: your file is as it was. {error.message}"]
    known = [*work.bases, *versions.history(path)]
    base = nearest(mine, [*dict.fromkeys([*known, fresh])])
    # Where no older version is known, nobody can say that nothing is new.
    if known and base == fresh:
        versions.replace(path, work.raw)
        copy.unlink()
        return [f"{name}: nothing new; your file is as it was."]
    done = carry(base, mine, fresh)
    versions.replace(path, done.text.encode())
    numbers = ", ".join(map(str, done.carried))
    lines = [f"{name}: new version; " + (f"your answers of blanks {numbers} are in it." if numbers else "no answers.")]
    return [*lines, *(f"  {note}." for note in done.notes), f"  Your file as it was: {relative(copy)}"]


def _kept(path: Path, raw: bytes) -> Path:
    """A copy of these bytes under a name of its own."""
    copy = versions.copy_name(path)
    versions.replace(copy, raw)
    return copy


def _pull(works: list[_Work]) -> str:
    """Let git bring the newer version while the student's exercises are out of its way; puts them back if it cannot."""
    inside = versions.git("rev-parse", "--is-inside-work-tree")
    if inside is None or inside.returncode:
        raise UsageError(
            "This copy of the course is no git checkout: nothing to pull from.",
            "get the newer course beside it, and there: make update FROM=path/to/this/folder",
        )
    before = _head()
    tracked = [f"exercises/{work.path.name}" for work in works if versions.committed(work.path) is not None]
    try:
        if tracked:
            _must(versions.git("checkout", "--quiet", "HEAD", "--", *tracked))
        _must(versions.git("pull", "--quiet", "--ff-only"))
    except BaseException:
        for work in works:
            versions.replace(work.path, work.raw)
        raise
    after = _head()
    return "The course was up to date." if before == after else f"The course is now at {after} (before: {before})."


def _head() -> str:
    done = versions.git("rev-parse", "--short", "HEAD")
    return done.stdout.decode().strip() if done and not done.returncode else "its first commit"


def _must(done: object) -> None:
    """Hold a git command to success."""
    code, said = getattr(done, "returncode", 1), getattr(done, "stderr", b"").decode("utf-8", "replace")
    if code:
        reason = next((line for line in said.splitlines() if line.strip()), "no reason given")
        raise CourseError(
            f"git could not bring the newer version: {reason.removeprefix('fatal: ').removeprefix('error: ')} "
            "Your exercises are as they were.",
            "git status",
        )
