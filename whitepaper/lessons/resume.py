"""Going on with a run that was killed: which folder it had, and whether it is still at work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.course.registry import Exercise
from whitepaper.files import locks, whole
from whitepaper.lessons import record

_FILE = "resume.json"
_LOCK = ".lock"


@dataclass(frozen=True)
class Place:
    """The folder of a run.

    Attributes:
        folder: nobody else writes there while the lock is held. lock: to be released when the run has ended.
        resumed: whether the folder holds a backup to go on from.
    """

    folder: Path
    lock: locks.Lock
    resumed: bool


def take_folder(row: Exercise, signature: str, fresh: bool, say: Callable[[str], None]) -> Place:
    """The folder of a killed run of the same signature, else a new one. A run that is still at work keeps its folder.

    Args:
        row: the exercise. signature: a hash of all that decides the run. fresh: take a new folder in any case.
        say: called with one line for the person where there is something to report.

    Raises:
        WriteError: the folder cannot be made or written to.
    """
    for folder, old in [] if fresh else reversed(record.all_records(row)):
        found = _signature(folder)
        # A run that failed for want of room keeps what it needs to go on.
        if not (old["status"] == "running" or (old["status"] == "failed" and found)) or found not in (signature, ""):
            continue
        with whole.writing(folder):
            answer = locks.take(folder / _LOCK)
        if isinstance(answer, locks.Owner):
            if found:
                say(f"The same run is at work in {folder.name} ({answer}): this one gets a folder of its own.")
            continue
        if found and _signature(folder) == found:  # it may have ended just before the lock was taken
            return _taken(folder, answer, signature)
        with answer:
            if not found and (record.read_json(folder / "record.json") or {}).get("status") == "running":
                _end(folder, old, say)
    folder = record.new_folder(row)
    with whole.writing(folder):
        lock = locks.take(folder / _LOCK)
    assert isinstance(lock, locks.Lock)  # a new folder is nobody else's
    return _taken(folder, lock, signature)


def _signature(folder: Path) -> str:
    """What decided the run of a folder; "" where that is not known."""
    state = record.read_json(folder / _FILE)
    return str(state.get("signature", "")) if isinstance(state, dict) else ""


def _taken(folder: Path, lock: locks.Lock, signature: str) -> Place:
    try:
        record.write_json(folder / _FILE, {"signature": signature})
    except BaseException:
        lock.release()
        raise
    return Place(folder, lock, any((folder / "backup").glob("*.npz*")))


def _end(folder: Path, old: dict[str, Any], say: Callable[[str], None]) -> None:
    """A run that was cut off, of which nobody can tell what it was: its record no longer says that it is running."""
    reason = f"cut off, and {_FILE} is missing or damaged: nothing to go on from"
    record.write_json(folder / "record.json", {**old, "status": "failed", "error": reason})
    say(f"The run of {folder.name} was {reason}; a new run begins.")


def forget(folder: Path) -> None:
    """The run in the folder has ended: nobody goes on with it."""
    shutil.rmtree(folder / "backup", ignore_errors=True)
    (folder / _FILE).unlink(missing_ok=True)
