"""Blanks: where a solution marks them, and how an exercise is made from it.

A solution holds, inside one of its functions::

    # BLANK 2: compile with Adam and the loss that takes integer labels.
    # hint: the labels are 0 … 9, not one-hot rows.
    model.compile(…)
    # END

Inside a helper that is no step, the marker names the step that it serves: `# BLANK 3 (fit): …`.
The exercise keeps the task as `# TODO 2: …`; the code becomes a line that raises `NotAttempted(2)`.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

STEPS = ("load", "define", "compile", "fit", "evaluate", "figures")

_START = re.compile(r"^(?P<indent>\s+)# BLANK (?P<number>\d+)(?: \((?P<step>\w+)\))?: (?P<task>.*)$")
_END = re.compile(r"^\s+# END\s*$")
_COMMENT = re.compile(r"^\s*# ?(?P<text>.*)$")
_OPEN = re.compile(r"^\s*raise NotAttempted\((\d+)\)", re.MULTILINE)
_TODO = re.compile(r"^\s*# TODO (\d+):", re.MULTILINE)
_IMPORT = "from whitepaper.errors import NotAttempted"


class BlankError(ValueError):
    """A blank in a solution is not marked as it must be."""


@dataclass(frozen=True)
class Blank:
    """One blank of a solution.

    Attributes:
        number: 1 for the first.
        step: the step it belongs to.
        task: what the student is asked, one paragraph.
        hints: the ladder, mildest first.
        code: the answer, dedented.
        indent: white space before the marker.
        first, last: line numbers of the marker and of `# END`, from 0.
        function: the function around it, "cosine" or "Network.forward".
    """

    number: int
    step: str
    task: str
    hints: tuple[str, ...]
    code: str
    indent: str
    first: int
    last: int
    function: str = ""


def _functions(text: str) -> list[tuple[int, int, str]]:
    """First line, last line (from 1) and qualified name of each function, outer ones first."""
    found: list[tuple[int, int, str]] = []

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if isinstance(child, ast.FunctionDef):
                    found.append((child.lineno, child.end_lineno or child.lineno, name))
                visit(child, f"{name}.")
            elif isinstance(child, ast.stmt):
                visit(child, prefix)

    visit(ast.parse(text), "")
    return found


def parse(text: str) -> list[Blank]:
    """The blanks of a solution, in order.

    Raises:
        BlankError: a blank without END, task, hint or code, numbers that do not count 1, 2, 3 …, or no step to belong to.
    """
    lines = text.splitlines()
    functions = _functions(text)
    found: list[Blank] = []
    at = 0
    while at < len(lines):
        start = _START.match(lines[at])
        if not start:
            if _END.match(lines[at]):
                raise BlankError(f"line {at + 1}: END without a BLANK before it")
            at += 1
            continue
        number, first = int(start["number"]), at
        notes = [start["task"]]
        at += 1
        while at < len(lines) and (comment := _COMMENT.match(lines[at])) and not _END.match(lines[at]):
            said = comment["text"]
            if said.startswith("hint: "):
                notes.append(said.removeprefix("hint: "))
            else:
                notes[-1] += " " + said.strip()
            at += 1
        code_from = at
        while at < len(lines) and not _END.match(lines[at]) and not _START.match(lines[at]):
            at += 1
        if at == len(lines) or not _END.match(lines[at]):
            raise BlankError(f"line {first + 1}: BLANK {number} has no END")
        code = textwrap.dedent("\n".join(lines[code_from:at])).strip("\n")
        step = start["step"] or next(
            (name for low, high, name in functions if low <= first + 1 <= high and name in STEPS), None
        )
        if step not in STEPS:
            raise BlankError(f"line {first + 1}: BLANK {number} lies in no step; name one: # BLANK {number} (fit): …")
        if not code or len(notes) < 2 or not all(notes):
            raise BlankError(f"line {first + 1}: BLANK {number} needs a task, at least one hint and an answer")
        around = [name for low, high, name in functions if low <= first + 1 <= high]
        function = around[-1] if around else ""
        found.append(Blank(number, step, notes[0], tuple(notes[1:]), code, start["indent"], first, at, function))
        at += 1
    if [blank.number for blank in found] != list(range(1, len(found) + 1)):
        raise BlankError(
            f"blanks count 1, 2, 3 … in the order of the file. Received: {[blank.number for blank in found]}"
        )
    return found


def open_blanks(text: str) -> list[int]:
    """Numbers of the blanks that an exercise file still has open. Works on files that do not parse."""
    return sorted({int(number) for number in _OPEN.findall(text)})


def is_untouched(text: str) -> bool:
    """Whether every blank that an exercise file announces is still open."""
    return sorted({int(number) for number in _TODO.findall(text)}) == open_blanks(text)


def kept_lines(text: str) -> list[int]:
    """Numbers of the blanks that have code below their task, but whose `raise NotAttempted(…)` line is still there."""
    lines, found = text.splitlines(), []
    for at, line in enumerate(lines):
        if not (kept := _OPEN.match(line)):
            continue
        number = int(kept[1])
        above = at - 1
        written = False
        while above >= 0 and not (todo := _TODO.match(lines[above])) and not _OPEN.match(lines[above]):
            written = written or bool(lines[above].strip() and not lines[above].lstrip().startswith("#"))
            above -= 1
        if above >= 0 and todo and int(todo[1]) == number and written:
            found.append(number)
    return found


def kept_line_told(number: int) -> str:
    """What a student is told of such a blank."""
    return f"blank {number} has code, but its line `raise NotAttempted({number})` is still there: delete it"


def missing(text: str, functions: Iterable[str]) -> list[str]:
    """Those of the functions that a file does not have; works on files that do not parse.

    Args:
        text: of the file. functions: qualified names, such as "cosine" or "Network.forward".
    """
    gone = []
    for name in dict.fromkeys(functions):
        last = name.rpartition(".")[2]
        bound = rf"^\s*(?:async\s+)?(?:def|class)\s+{last}\b|^\s*(?:self\.)?{last}\s*[:=]|^\s*(?:from\b.*)?\bimport\b.*\b{last}\b"
        if last and not re.search(bound, text, re.MULTILINE):
            gone.append(name)
    return gone


def missing_told(row_id: str, gone: list[str], text: str) -> str:
    """What a student is told of functions that are not there."""
    if not text.strip():
        return f"the file is empty: make reset N={row_id} gives a fresh one"
    names, verb, them = ", ".join(gone), "is" if len(gone) == 1 else "are", "it" if len(gone) == 1 else "them"
    kind = "function" if len(gone) == 1 else "functions"
    return f"the {kind} {names} {verb} missing: put {them} back, or make reset N={row_id}"


def _todo(blank: Blank) -> list[str]:
    task = textwrap.wrap(
        f"TODO {blank.number}: {blank.task}",
        width=118 - len(blank.indent),
        initial_indent=f"{blank.indent}# ",
        subsequent_indent=f"{blank.indent}#   ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*task, f"{blank.indent}raise NotAttempted({blank.number})  # your code goes here, in place of this line"]


def make_exercise(solution: str, answers: Mapping[int, str] | None = None) -> str:
    """The exercise of a solution: every blank open, but for those in `answers`.

    Args:
        solution: text of the solution.
        answers: code by blank number, put in place of the open line.

    Raises:
        BlankError: the solution's blanks are not well marked, or an answer has no blank.
    """
    blanks = parse(solution)
    given = dict(answers or {})
    if unknown := set(given) - {blank.number for blank in blanks}:
        raise BlankError(f"no blank numbered {sorted(unknown)}")
    lines = solution.splitlines()
    for blank in reversed(blanks):
        todo = _todo(blank)
        if blank.number in given:
            todo[-1:] = textwrap.indent(textwrap.dedent(given[blank.number]).strip("\n"), blank.indent).splitlines()
        lines[blank.first : blank.last + 1] = todo
    if len(given) < len(blanks):
        lines.insert(_import_line(lines), _IMPORT)
    return "\n".join(lines) + "\n"


def _import_line(lines: list[str]) -> int:
    """Where the import of NotAttempted goes: after the first `from whitepaper import`, else after the first import."""
    for prefix in ("from whitepaper import", "import ", "from "):
        for number, line in enumerate(lines):
            if line.startswith(prefix) and not line.startswith("from __future__"):
                return number + 1
    raise BlankError("a solution imports something")


def answers_in(text: str, solution: str) -> dict[int, str]:
    """The code that a student wrote into each blank, by number; blanks are left out whose place in the file cannot be found.

    Args:
        text: of the student's file, which keeps the tasks' comments and the lesson's lines. solution: text of the solution.
    """
    lines, course, found = text.splitlines(), solution.splitlines(), {}
    for blank in parse(solution):
        behind = next((line for line in course[blank.last + 1 :] if line.strip()), None)
        if behind is not None and (following := _START.match(behind)):
            behind = f"{following['indent']}# TODO {following['number']}:"
        first = next(
            (at for at, line in enumerate(lines) if line.startswith(f"{blank.indent}# TODO {blank.number}:")), None
        )
        if first is None:
            continue
        while first < len(lines) and lines[first].lstrip().startswith("#"):
            first += 1
        last = first
        while last < len(lines) and (behind is None or not lines[last].startswith(behind)):
            last += 1
        if behind is None or last < len(lines):
            found[blank.number] = textwrap.dedent("\n".join(lines[first:last])).strip("\n")
    return found


def answered(solution: str, answers: Mapping[int, str] | None = None) -> str:
    """The solution as a student would hand it in: no blank open, with other code where `answers` has it."""
    filled = {blank.number: blank.code for blank in parse(solution)} | dict(answers or {})
    return make_exercise(solution, filled)
