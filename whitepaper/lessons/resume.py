"""Going on with a run that was killed: which folder it had, and whether it is still at work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from whitepaper.course.registry import Exercise
from whitepaper.lessons import record

_FILE = "resume.json"


def take_folder(row: Exercise, signature: str, fresh: bool) -> tuple[Path, bool]:
    """The folder of a killed run of the same signature, else a new one; and whether it holds a backup to go on from.

    Args:
        row: the exercise. signature: a hash of all that decides the run. fresh: take a new folder in any case.
    """
    for folder, old in [] if fresh else reversed(record.all_records(row)):
        state = record.read_json(folder / _FILE) or {}
        if old["status"] == "running" and state.get("signature") == signature and not _alive(state.get("pid")):
            break
    else:
        folder = record.new_folder(row)
    record.write_json(folder / _FILE, {"signature": signature, "pid": os.getpid()})
    return folder, (folder / "backup").is_dir()


def forget(folder: Path) -> None:
    """The run in the folder has ended: nobody goes on with it."""
    (folder / _FILE).unlink(missing_ok=True)


def _alive(pid: Any) -> bool:
    if not isinstance(pid, int) or pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
