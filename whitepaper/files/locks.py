"""A lock that holds across threads, processes, containers and machines which share a folder.

A process id alone says nothing: containers and machines that share a home have equal ones. The owner therefore holds the
kernel's lock on the file (released at death, however it comes) and renews the file's time every few seconds. Whoever finds
the kernel's lock free believes that the owner has gone at once where both run on one kernel, else when the time is old.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from whitepaper.errors import CourseError

try:
    import fcntl
except ImportError:  # Windows has none: there the file's time alone decides
    fcntl = None  # type: ignore[assignment]

# Seconds between two renewals of the file's time, and the age at which an owner on another machine counts as gone.
BEAT = 5.0
STALE = 60.0
# Seconds of waiting before somebody is told of it.
QUIET = 2.0


class LockedError(CourseError):
    """Somebody else holds the lock, and did not release it in time."""


@dataclass(frozen=True)
class Owner:
    """Who holds a lock.

    Attributes:
        host: name of the machine or container. pid: process id there. since: time, as text. kernel: id of the running
            kernel, "" where it is unknown. token: unique to this taking of the lock.
    """

    host: str
    pid: int
    since: str
    kernel: str
    token: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.since.replace('T', ' ')}"


def _kernel() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _myself() -> Owner:
    now = datetime.now().isoformat(timespec="seconds")
    return Owner(socket.gethostname(), os.getpid(), now, _kernel(), uuid.uuid4().hex)


class Lock:
    """A lock that is held; `with lock:` releases it at the end. Made by `take`."""

    def __init__(self, path: Path, handle: int, owner: Owner) -> None:
        self.path, self.owner = path, owner
        self._handle = handle
        self._over = threading.Event()
        self._beats = threading.Thread(target=self._beat, name=f"heartbeat of {path.name}", daemon=True)
        self._beats.start()

    def _beat(self) -> None:
        while not self._over.wait(BEAT):
            # A folder that was removed meanwhile needs no lock any more.
            with contextlib.suppress(OSError):
                os.utime(self.path)

    def release(self) -> None:
        """Give the lock up; calling it again does nothing."""
        if self._over.is_set():
            return
        self._over.set()
        self._beats.join()
        # Removed while it is still held: nobody can take the old file in between.
        if _owner_of(self._handle) == self.owner:
            with contextlib.suppress(FileNotFoundError):
                self.path.unlink()
        os.close(self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def take(path: Path) -> Lock | Owner:
    """Take the lock of a path without waiting, or say who has it.

    Args:
        path: of the lock file; its folder exists. The file is there only while somebody holds the lock, or was killed.

    Raises:
        OSError: the file cannot be written.
    """
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            answer = _take(path, handle)
        except BaseException:
            os.close(handle)
            raise
        if isinstance(answer, Lock):
            return answer
        os.close(handle)
        if answer is not None:
            return answer


def _take(path: Path, handle: int) -> Lock | Owner | None:
    """None asks to try again: the file was removed, or is just being written."""
    locked = _lock_in_kernel(handle)
    if locked is False:
        if (owner := _owner_of(handle)) is None:
            time.sleep(0.01)
        return owner
    if not _same_file(path, handle):
        return None
    before = _owner_of(handle)
    here = _myself()
    dead = before is None or (bool(locked) and before.kernel == here.kernel != "") or _age(path, handle) > STALE
    if before is not None and not dead:
        return before
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(here.__dict__).encode(), 0)
    if locked is None or (before is not None and before.kernel != here.kernel):
        # Without a kernel's lock that both know, another machine may have written at the same moment: the last one has it.
        time.sleep(0.2)
        if _owner_of(handle) != here:
            return _owner_of(handle)
    return Lock(path, handle, here)


def _lock_in_kernel(handle: int) -> bool | None:
    """Whether the kernel gave its lock; None where the file system knows none."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _same_file(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def _owner_of(handle: int) -> Owner | None:
    try:
        return Owner(**json.loads(os.pread(handle, 4096, 0)))
    except (ValueError, TypeError):
        return None


def _age(path: Path, handle: int) -> float:
    """Seconds since the last beat, by the clock of the file system: those of two machines may differ."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as now:
        return os.fstat(now.fileno()).st_mtime - os.fstat(handle).st_mtime


@contextlib.contextmanager
def holding(
    path: Path, seconds: float = float("inf"), waiting: Callable[[Owner], Any] = lambda owner: None, quiet: float = 0.0
) -> Iterator[Lock]:
    """Hold the lock of a path inside, after waiting for whoever has it.

    Args:
        path: as of `take`. seconds: how long to wait at most. waiting: called once with the owner, after `quiet` seconds.

    Raises:
        LockedError: it was not released in time.
        OSError: the file cannot be written.
    """
    began, told = time.monotonic(), False
    end = began + seconds
    while not isinstance(answer := take(path), Lock):
        if time.monotonic() > end:
            raise LockedError(f"Expected {path} to be free within {seconds:g} s. Received: held by {answer}.")
        if not told and time.monotonic() - began >= quiet:
            told = True
            waiting(answer)
        time.sleep(0.1)
    with answer:
        yield answer


@contextlib.contextmanager
def held(path: Path, waiting: Callable[[str], None] | None = None) -> Iterator[bool]:
    """Hold the lock of a path inside, where there can be one; whoever comes second waits for the first.

    Args:
        path: as of `take`. waiting: told once, in a line, after `QUIET` seconds of waiting.

    Yields:
        whether the lock is held: False in a folder that cannot be written, where nobody could prepare anything either.
    """

    def say(owner: Owner) -> None:
        if waiting:
            waiting(f"waits for {owner}, which prepares the same ({path})")

    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(holding(path, waiting=say, quiet=QUIET))
        except OSError:
            got = False
        else:
            got = True
        yield got
