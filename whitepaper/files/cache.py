"""The prepared cache: arrays as .npy files opened by memory map, with a card that says what they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from whitepaper.files import locks

# Half-written folders of this age are nobody's any more, whichever machine wrote them.
SWEEP_SECONDS = 24 * 3600


class NoFolder(OSError):
    """There is no folder to keep anything in."""


@dataclass(frozen=True)
class Kept:
    """What the cache holds of one data set."""

    arrays: dict[str, np.ndarray]
    card: dict[str, Any]


def home(path: str) -> Path:
    """A path in which ~ may stand for the home folder.

    Raises:
        NoFolder: there is no home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise NoFolder(
            f"no home folder is known, so {path} leads nowhere: name a folder in WHITEPAPER_CACHE"
        ) from error


def folder() -> Path:
    """WHITEPAPER_CACHE, else ~/.cache/whitepaper.

    Raises:
        NoFolder: neither is there, as for a user without a name in a container.
    """
    return home(os.environ.get("WHITEPAPER_CACHE") or "~/.cache/whitepaper")


def alone(name: str, waiting: Callable[[str], None] | None = None) -> contextlib.AbstractContextManager[bool]:
    """A lock under which one prepares what the cache keeps under a name, and all others wait for it."""
    try:
        base = folder()
        base.mkdir(parents=True, exist_ok=True)
    except OSError:
        return contextlib.nullcontext(False)
    return locks.held(base / f".{name}.lock", waiting)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(name: str) -> Kept | str:
    """The arrays kept under a name, memory-mapped, or the reason why there are none.

    The arrays can be written to: what is written stays in this process's memory and never reaches the file.
    Sizes and headers are held to the card at every opening; the full hash only where a file was touched since.
    """
    try:
        place = folder() / name
    except NoFolder as error:
        return f"no cache: {error}"
    try:
        card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return "nothing in the cache"
    except PermissionError as error:
        return _unreadable(error, place)
    except (OSError, ValueError) as error:
        return f"damaged cache {place}: card.json: {type(error).__name__}"
    arrays: dict[str, np.ndarray] = {}
    try:
        for key, entry in card["arrays"].items():
            path = place / f"{key}.npy"
            status = path.stat()
            if status.st_size != entry["bytes"]:
                return f"damaged cache {path}: expected {entry['bytes']} bytes, received {status.st_size}"
            if status.st_mtime_ns != entry["mtime_ns"] and _sha256(path) != entry["sha256"]:
                return f"damaged cache {path}: its SHA-256 is not the card's"
            array = np.load(path, mmap_mode="c", allow_pickle=False)
            if list(array.shape) != entry["shape"] or array.dtype.str != entry["dtype"]:
                return f"damaged cache {path}: expected {entry['dtype']} {entry['shape']}, received {array.dtype.str} {list(array.shape)}"
            arrays[key] = array
    except PermissionError as error:
        return _unreadable(error, place)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"damaged cache {place}: {type(error).__name__}: {error}"
    return Kept(arrays, card)


def _unreadable(error: OSError, place: Path) -> str:
    return f"the cache {error.filename or place} may not be read: {error.strerror or 'permission denied'}"


def write(name: str, arrays: dict[str, np.ndarray], card: dict[str, Any]) -> str:
    """Keep arrays under a name; what was there is replaced as a whole.

    Everything is written to a folder of another name first, unique across threads, processes and machines, which is then
    renamed.

    Returns:
        "", or why they could not be kept (no folder, read-only folder, full disk); nothing half-written stays.
    """
    try:
        base = folder()
    except NoFolder as error:
        return str(error)
    temporary = base / f".{name}.{uuid.uuid4().hex}.tmp"
    try:
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        # As a plain mkdir makes it: others in a class that shares the folder may read it.
        temporary.mkdir()
        entries = {}
        for key, array in arrays.items():
            path = temporary / f"{key}.npy"
            with path.open("wb") as file:
                np.save(file, np.ascontiguousarray(array), allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
            status = path.stat()
            entries[key] = {
                "shape": list(array.shape),
                "dtype": array.dtype.str,
                "bytes": status.st_size,
                "mtime_ns": status.st_mtime_ns,
                "sha256": _sha256(path),
            }
        card = {**card, "arrays": entries}
        (temporary / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
        _swap(temporary, base / name, card)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        return f"{error.strerror or f'no room: {error}'} ({error.filename or base})"
    return ""


def _swap(new: Path, place: Path, card: dict[str, Any]) -> None:
    """Put a finished folder in place; another process that was faster with the same data wins."""
    old = new.with_suffix(".old")
    kept = read(place.name)
    if isinstance(kept, Kept) and _identity(kept.card) == _identity(card):
        shutil.rmtree(new)
        return
    # Gone, if another process is putting its own in place at this moment.
    with contextlib.suppress(FileNotFoundError):
        os.replace(place, old)
    try:
        os.rename(new, place)
    except OSError:
        if not place.is_dir():
            raise
        shutil.rmtree(new)
    shutil.rmtree(old, ignore_errors=True)


def _identity(card: dict[str, Any]) -> tuple[Any, ...]:
    """What two cards of the same data agree on, whoever wrote them."""
    hashes = {key: entry.get("sha256") for key, entry in card["arrays"].items()}
    return card.get("content"), card.get("seen"), hashes


def _sweep(base: Path) -> None:
    """Remove what killed processes left half-written, by its age: a process id says nothing of another machine."""
    for path in (*base.glob(".*.tmp"), *base.glob(".*.old")):
        with contextlib.suppress(OSError):
            touched = max(entry.stat().st_mtime for entry in (path, *path.iterdir()))
            if time.time() - touched > SWEEP_SECONDS:
                shutil.rmtree(path, ignore_errors=True)
