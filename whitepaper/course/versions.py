"""Versions of generated files: what the generator wrote, what git has committed, and copies of what a student wrote."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from whitepaper.course import registry

# Git sets these for a hook; they would lead to another repository.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


def _memory() -> Path:
    return registry.root() / ".whitepaper" / "generated.json"


def _remembered() -> dict[str, str]:
    try:
        found = json.loads(_memory().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, text: str) -> None:
    """Write a generated file under a temporary name, rename it, and remember what was written."""
    replace(path, text.encode())
    if path.parent.name == "exercises":
        known = _remembered() | {path.name: hashlib.sha256(text.encode()).hexdigest()}
        replace(_memory(), (json.dumps(known, indent=1) + "\n").encode())


def replace(path: Path, raw: bytes) -> None:
    """Put bytes into a file in one step: a kill leaves the old file or the new one."""
    path = path.resolve()  # a link stays one
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(raw)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def git(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes] | None:
    """A git command in the course's folder; None where there is no git."""
    own = {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
    try:
        return subprocess.run(
            ["git", "-C", str(folder or registry.root()), *words],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env=own,
        )
    except OSError:
        return None


def committed(path: Path, folder: Path | None = None) -> bytes | None:
    """The file as git's last commit has it; None where git, the repository or the file in it is not there."""
    base = folder or registry.root()
    done = git("show", f"HEAD:./{path.relative_to(base).as_posix()}", folder=base)
    return done.stdout if done and done.returncode == 0 else None


def history(path: Path, most: int = 20) -> list[str]:
    """The last versions of a file that git has committed, the newest first; none where there is no git."""
    name = f"./{path.relative_to(registry.root()).as_posix()}"
    done = git("log", f"-{most}", "--format=%H", "--", name)
    if done is None or done.returncode:
        return []
    shown = [git("show", f"{commit}:{name}") for commit in done.stdout.decode().split()]
    return [one.stdout.decode("utf-8", "replace") for one in shown if one and not one.returncode]


def is_generated(path: Path, raw: bytes) -> bool:
    """Whether these bytes of an exercise are what the generator wrote last, or what git has committed."""
    return _remembered().get(path.name) == hashlib.sha256(raw).hexdigest() or committed(path) == raw


def copy_name(path: Path) -> Path:
    """A name for a copy of a file that no other copy has."""
    folder = registry.root() / ".whitepaper" / "kept"
    return folder / f"{path.stem}-{datetime.now():%Y-%m-%d_%H-%M-%S-%f}{path.suffix}"


def keep(path: Path) -> Path:
    """A copy of a file beside the student's progress, under a name of its own."""
    copy = copy_name(path)
    replace(copy, path.read_bytes())
    return copy
