"""Locks that hold across threads, processes and machines that share a folder."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

BEAT_SECONDS = 2.0
# A lock whose file nobody touched for this long is of a holder that died.
STALE_SECONDS = 30.0
POLL_SECONDS = 0.05
TELL_SECONDS = 2.0


def machine() -> str:
    """What tells this machine, or container, from others: process ids mean something only within it."""
    parts = [socket.gethostname()]
    for place in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        with contextlib.suppress(OSError):
            parts.append(os.readlink(place) if place.endswith("/pid") else Path(place).read_text().strip())
    return " ".join(parts)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _holder(path: Path) -> dict[str, object]:
    """What a lock's file says of its holder; empty while it is being written, or if it is foreign."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


class _Watch:
    """Finds out, by this machine's own clock, whether a lock's holder still touches its file."""

    def __init__(self) -> None:
        self.seen: tuple[int, int] | None = None
        self.since = time.monotonic()

    def dead(self, path: Path) -> bool:
        """Whether the holder is a process of this machine that has ended, or was silent for STALE_SECONDS."""
        try:
            status = path.stat()
        except OSError:
            return False
        now = (status.st_ino, status.st_mtime_ns)
        if now != self.seen:
            self.seen, self.since = now, time.monotonic()
        holder = _holder(path)
        pid = holder.get("pid")
        if holder.get("machine") == machine() and isinstance(pid, int) and not _runs(pid):
            return True
        return time.monotonic() - self.since > STALE_SECONDS


def _create(path: Path, token: str) -> bool:
    """Make the lock's file, whole from its first moment; False if there is one."""
    body = json.dumps({"machine": machine(), "pid": os.getpid(), "token": token})
    own = path.with_name(f"{path.name}.{token}")
    own.write_text(body, encoding="utf-8")
    try:
        os.link(own, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(body)
        except FileExistsError:
            return False
    finally:
        own.unlink(missing_ok=True)
    return True


def _break(path: Path, token: str) -> None:
    """Take a dead holder's file away; if another waiter was faster, its live lock is put back."""
    dead = _holder(path).get("token")
    aside = path.with_name(f"{path.name}.{token}.dead")
    try:
        os.rename(path, aside)
    except OSError:
        return
    if _holder(aside).get("token") != dead:
        with contextlib.suppress(OSError):
            os.link(aside, path)
    aside.unlink(missing_ok=True)


@contextlib.contextmanager
def held(path: Path, waiting: Callable[[str], None] | None = None) -> Iterator[bool]:
    """Hold a lock while the block runs; whoever comes second waits for the first.

    The lock is a file with the holder's machine, process and a token. The holder touches it every BEAT_SECONDS; where it is
    not touched for STALE_SECONDS, or its process on the same machine has ended, the next in line takes it over.

    Args:
        path: the lock's file; its folder must exist. waiting: told once, in a line, that there is somebody to wait for.

    Yields:
        Whether the lock is held: False in a folder that cannot be written, where nobody could prepare anything either.
    """
    token = uuid.uuid4().hex
    watch, started, told = _Watch(), time.monotonic(), False
    while True:
        try:
            if _create(path, token):
                break
        except OSError:
            yield False
            return
        if watch.dead(path):
            _break(path, token)
            continue
        if waiting and not told and time.monotonic() - started > TELL_SECONDS:
            told = True
            waiting(f"waits for process {_holder(path).get('pid', 'unknown')} that prepares the same ({path})")
        time.sleep(POLL_SECONDS)
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            with contextlib.suppress(OSError):
                if _holder(path).get("token") == token:
                    os.utime(path)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield True
    finally:
        over.set()
        thread.join()
        if _holder(path).get("token") == token:
            path.unlink(missing_ok=True)
