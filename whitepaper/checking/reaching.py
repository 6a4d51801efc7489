"""Which blanks a piece of evidence has run through: marks at the start of each blank's code, set when the file is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from types import CodeType

NAME = "__reached_blank__"
_TASK = re.compile(r"^(?P<indent>\s*)# (?:TODO|BLANK) (?P<number>\d+)\b")


def marked(code: str, path: Path) -> CodeType:
    """The compiled code of an exercise or solution, with a call of `__reached_blank__(n)` before the code of each blank.

    Lines keep their numbers. A blank whose code cannot be found, because its task's comment is gone, gets no mark.

    Raises:
        SyntaxError: as of `compile`.
    """
    tree = ast.parse(code, str(path))
    starts = _starts(code)
    if starts:
        _Marker(starts).visit(tree)
        ast.fix_missing_locations(tree)
    return compile(tree, str(path), "exec")


def _starts(code: str) -> dict[int, int]:
    """The line (from 1) behind each task's comment, and the blank's number."""
    lines, found = code.splitlines(), {}
    for number, line in enumerate(lines):
        if task := _TASK.match(line):
            at = number
            while at < len(lines) and lines[at].lstrip().startswith("#"):
                at += 1
            found[at + 1] = int(task["number"])
    return found


class _Marker(ast.NodeTransformer):
    """Puts the mark before the first statement at or behind each start, in the body that holds it."""

    def __init__(self, starts: dict[int, int]) -> None:
        self._starts = starts

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(node, ast.stmt | ast.ExceptHandler):
                setattr(node, name, self._with_marks(body))
        return node

    def _with_marks(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        before = 0
        for statement in body:
            for line in [line for line in self._starts if before < line <= statement.lineno]:
                # The innermost body whose statement begins there is visited first, and takes the mark.
                call = ast.Call(ast.Name(NAME, ast.Load()), [ast.Constant(self._starts.pop(line))], [])
                made.append(ast.copy_location(ast.Expr(call), statement))
            made.append(statement)
            before = statement.end_lineno or statement.lineno
        return made


def register() -> tuple[set[int], Callable[[int], None]]:
    """A set of blanks, and the function that adds one to it."""
    reached: set[int] = set()
    return reached, reached.add
