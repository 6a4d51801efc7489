"""The prepared cache: arrays as .npy files opened by memory map, with a card that says what they are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Kept:
    """What the cache holds of one data set."""

    arrays: dict[str, np.ndarray]
    card: dict[str, Any]


def folder() -> Path:
    """WHITEPAPER_CACHE, else ~/.cache/whitepaper."""
    named = os.environ.get("WHITEPAPER_CACHE")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "whitepaper"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(name: str) -> Kept | str:
    """The arrays kept under a name, read-only and memory-mapped, or the reason why there are none.

    Sizes and headers are held to the card at every opening; the full hash only where a file was touched since.
    """
    place = folder() / name
    try:
        card = json.loads((place / "card.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return "nothing in the cache"
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
            array = np.load(path, mmap_mode="r", allow_pickle=False)
            if list(array.shape) != entry["shape"] or array.dtype.str != entry["dtype"]:
                return f"damaged cache {path}: expected {entry['dtype']} {entry['shape']}, received {array.dtype.str} {list(array.shape)}"
            arrays[key] = array
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"damaged cache {place}: {type(error).__name__}: {error}"
    return Kept(arrays, card)


def write(name: str, arrays: dict[str, np.ndarray], card: dict[str, Any]) -> str:
    """Keep arrays under a name; what was there is replaced as a whole.

    Everything is written to a folder of another name first, which is then renamed.

    Returns:
        "", or why they could not be kept (read-only folder, full disk); nothing half-written stays.
    """
    base = folder()
    temporary = base / f".{name}.{os.getpid()}.tmp"
    try:
        base.mkdir(parents=True, exist_ok=True)
        _sweep(base)
        shutil.rmtree(temporary, ignore_errors=True)
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


def _identity(card: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """What two cards of the same data agree on, whoever wrote them."""
    return card.get("content"), {key: entry.get("sha256") for key, entry in card["arrays"].items()}


def _sweep(base: Path) -> None:
    """Remove what killed processes left half-written."""
    for path in (*base.glob(".*.tmp"), *base.glob(".*.old")):
        pid = path.name.rsplit(".", 2)[1]
        if pid.isdigit() and int(pid) != os.getpid() and not Path(f"/proc/{pid}").exists() and not _runs(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
