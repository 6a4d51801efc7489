"""Files that are written as a whole or not at all, whoever else writes them at the same time."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from whitepaper.errors import CourseError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_ALLOWED = (errno.EROFS, errno.EACCES, errno.EPERM)


class WriteError(CourseError):
    """A file or folder of the course's own could not be written."""

    def __init__(self, path: Path, error: OSError) -> None:
        todo = "make sure that this folder is there and can be written to, then start the same command again"
        if error.errno in _NO_ROOM:
            todo = "free some space on that file system, then start the same command again"
        super().__init__(f"Expected to write {path}. Received: {error.strerror or error}.", todo)


def write_error(error: BaseException, folder: Path) -> WriteError | None:
    """The error as one of writing to a folder; None where it is another one."""
    if not isinstance(error, OSError) or error.errno not in (*_NO_ROOM, *_NOT_ALLOWED):
        return None
    named = Path(error.filename) if isinstance(error.filename, str) else None
    if named is None and error.errno in _NO_ROOM:
        return WriteError(folder, error)
    return WriteError(named, error) if named is not None and folder in named.parents else None


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an error of the operating system into one line that names the path.

    Raises:
        WriteError: what is inside raised OSError.
    """
    try:
        yield
    except OSError as error:
        raise WriteError(path, error) from error


@contextlib.contextmanager
def place(path: Path, keep: bool = False) -> Iterator[Path]:
    """A file of another name beside the path, to be written inside; it takes the path's name when all went well.

    Args:
        path: what is there is replaced. keep: put the replaced file beside it, as `<name>.previous`.

    Raises:
        OSError: no room, or no right to write; nothing half-written stays.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        # mkstemp makes files for their owner alone; these are as any other file of the course.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        if keep:
            with contextlib.suppress(FileNotFoundError):
                os.replace(path, path.with_name(f"{path.name}.previous"))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write(path: Path, body: bytes, keep: bool = False) -> None:
    """Write bytes; arguments and errors are those of `place`."""
    with place(path, keep) as temporary:
        temporary.write_bytes(body)


def require_room(folder: Path, size: int) -> None:
    """Hold a file system to having room for so many bytes.

    Raises:
        OSError: it has not, or may not be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
