"""Who imports whom, read from the source. `python docs/rooms.py` redraws the picture in architecture.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).with_name("architecture.md")
LESSONS = ("solutions", "exercises")
# The stand-ins are a room of their own: models draw with them, and know no loader.
OWN_ROOMS = ("datasets/standins",)
_BLOCK = re.compile(r"(?<=<!-- rooms -->\n).*?(?=<!-- /rooms -->)", re.DOTALL)


class Import(NamedTuple):
    """One import: the room that it is in, the room that it reaches ("" for a library), the module, the place."""

    room: str
    reached: str
    module: str
    where: str


def room_of(parts: tuple[str, ...]) -> str:
    """The room of a module below `whitepaper`: a folder, or the name of a module beside them ("" for the package itself)."""
    if "/".join(parts[:2]) in OWN_ROOMS:
        return "/".join(parts[:2])
    return parts[0].removesuffix(".py").replace("__init__", "") if parts else ""


def modules(tree: ast.AST, package: str) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, at its top or inside a function, with its line.

    Args:
        package: dotted name of the file's package, for imports that begin with dots.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # `from whitepaper import plots` imports the room, `from whitepaper.plots import save` a name or a module of it.
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)


def imports(root: Path = ROOT) -> list[Import]:
    """All imports of the library and of the lessons that leave their room."""
    found = []
    files = [
        (path, room_of(path.relative_to(root / "whitepaper").parts)) for path in (root / "whitepaper").rglob("*.py")
    ]
    files += [(path, folder) for folder in LESSONS for path in (root / folder).glob("*.py")]
    for path, room in sorted(files):
        package = ".".join(path.relative_to(root).parent.parts)
        for module, line in modules(ast.parse(path.read_text(encoding="utf-8")), package):
            first, *below = module.split(".")
            if first == "whitepaper":
                reached = room_of(tuple(below))
            else:
                reached = first if first in LESSONS or re.match(r"ex\d\d", first) else ""
            if not reached or reached != room:
                found.append(Import(room, reached, module, f"{path.relative_to(root)}:{line}"))
    return found


def directions(found: list[Import]) -> set[tuple[str, str]]:
    """Pairs of rooms: the first imports from the second."""
    return {(one.room, one.reached) for one in found if one.reached}


def beneath(room: str, pairs: set[tuple[str, str]]) -> set[str]:
    """Every room that is reached from a room, over however many others."""
    reached: set[str] = set()
    ahead = {room}
    while ahead:
        ahead = {low for high, low in pairs if high in ahead} - reached
        reached |= ahead
    return reached


def picture(pairs: set[tuple[str, str]]) -> str:
    """The directions as a Mermaid graph; an arrow that follows from others is left out.

    Args:
        pairs: without a circle.
    """
    lines = ["```mermaid", "graph TD"]
    for room in sorted({room for pair in pairs for room in pair}):
        lines.append(f'    {room.replace("/", "_")}["{room}"]')
    for high, low in sorted(pairs):
        others = {middle for one, middle in pairs if one == high} - {low}
        if not any(low in beneath(middle, pairs) for middle in others):
            lines.append(f"    {high.replace('/', '_')} --> {low.replace('/', '_')}")
    return "\n".join([*lines, "```"]) + "\n"


def page() -> str:
    """architecture.md with its picture brought up to date; what is generated from the lessons says nothing new."""
    pairs = {(high, low) for high, low in directions(imports()) if high not in ("exercises", "__main__")}
    return _BLOCK.sub(lambda match: picture(pairs), PAGE.read_text(encoding="utf-8"), count=1)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
