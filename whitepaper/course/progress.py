"""What the course remembers of a student between commands: hints shown, the last verdicts. One readable JSON file."""

from __future__ import annotations

from typing import Any

from whitepaper.course import registry
from whitepaper.course.registry import Exercise


def _path() -> Any:
    return registry.root() / ".whitepaper" / "progress.json"


def read() -> dict[str, Any]:
    """All that is remembered; empty at first, or when the file was damaged."""
    import json

    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def of(row: Exercise) -> dict[str, Any]:
    """What is remembered of one exercise: {"hints": {blank: shown}, "checked": {…}}."""
    found = read().get(row.short)
    return found if isinstance(found, dict) else {}


def remember(row: Exercise, key: str, value: Any) -> None:
    """Keep one thing about an exercise; a folder that cannot be written only costs the memory, never the command."""
    import json
    import os

    everything = read()
    everything.setdefault(row.short, {})[key] = value
    try:
        _path().parent.mkdir(exist_ok=True)
        # Under a temporary name first: a kill never leaves half a file.
        temporary = _path().with_name(f".{_path().name}.{os.getpid()}.tmp")
        temporary.write_text(json.dumps(everything, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(temporary, _path())
    except OSError as error:
        import sys

        print(f"Progress was not kept: {error.strerror} ({_path()}).", file=sys.stderr)
