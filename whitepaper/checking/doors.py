"""Doors: where a student's module lives.

Two doors have the same handles: the one into this process, for the library's own tests and notebooks, and the one into a
child process, for `make check`: whatever the student's code does there, the verdicts are given here.
"""

from __future__ import annotations

import contextlib
import copy
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from whitepaper.checking import wire
from whitepaper.checking.evidence import EvidenceError, plain
from whitepaper.checking.failures import Ended, Open, StepFailed, TimedOut
from whitepaper.course import blanks, source
from whitepaper.course.registry import Exercise, solution_path
from whitepaper.errors import CourseError, UsageError

if TYPE_CHECKING:
    from whitepaper.checking.host import Host

MAX_STARTS = 6
_GIGABYTE = 1024**3


class Door(Protocol):
    """Where a student's module lives."""

    printed: str
    reached: set[int]

    def ask(
        self, handle: str, own: tuple[str, ...], arguments: dict[str, Any], candidate: tuple[int, str] | None = None
    ) -> Any:
        """The evidence of a handle; raises Open, StepFailed, Ended or TimedOut of `checking.failures`.

        What the student's code printed meanwhile is added to `printed`, the blanks whose code was run to `reached`.

        Args:
            candidate: a blank's number and code: asks the solution with this answer in place of the student's module.
        """


class InProcessDoor:
    """The student's module in this process.

    Args:
        row: the exercise. path: the student's file.

    Raises:
        CourseError: the file cannot be imported or does not keep the contract.
    """

    def __init__(self, row: Exercise, path: Path) -> None:
        from whitepaper.lessons import contract

        if row.framework == "keras":
            from whitepaper.devices.quiet import import_tensorflow

            import_tensorflow()
        self._row, self._path = row, path
        self._course = contract.load_module(solution_path(row), "solutions")
        self._host = self._open(path)
        self._candidates: dict[tuple[int, str], Host] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.printed = ""
        self.reached: set[int] = set()

    def _open(self, path: Path) -> Host:
        from whitepaper.checking import reaching
        from whitepaper.checking.host import Host
        from whitepaper.lessons import contract

        contract.parse(path)  # says what is wrong with a file that is no Python
        reached, note = reaching.register()
        code = reaching.marked(source.read(path), path)
        student = contract.load_module(path, "exercises", code, {reaching.NAME: note})
        contract.validate(student)
        return Host(student, self._course, self._row.framework, reached)

    def _candidate(self, answer: tuple[int, str]) -> Host:
        if answer not in self._candidates:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="whitepaper-")
            # A folder each: TensorFlow reads the source of functions again, by their file's name.
            path = Path(self._folder.name) / str(len(self._candidates)) / self._row.file
            path.parent.mkdir()
            solution = solution_path(self._row).read_text(encoding="utf-8")
            path.write_text(blanks.answered(solution, {answer[0]: answer[1]}), encoding="utf-8")
            self._candidates[answer] = self._open(path)
        return self._candidates[answer]

    def ask(
        self, handle: str, own: tuple[str, ...], arguments: dict[str, Any], candidate: tuple[int, str] | None = None
    ) -> Any:
        host = self._candidate(candidate) if candidate else self._host
        try:
            # A copy: student code that changes what it is given must not change what the check compares with.
            return host.ask(handle, own, copy.deepcopy(arguments))
        finally:
            # What a known mistake prints and runs is not the student's.
            if candidate is None:
                self.printed += host.printed
                self.reached |= host.reached

    def close(self) -> None:
        """Remove the files of known mistakes that were tried."""
        self._candidates.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


class ProcessDoor:
    """The student's module in a child process, whose end, memory and time are watched.

    A child that is gone is started again for the next request, `MAX_STARTS` times in all.

    Args:
        row: the exercise. path: the student's file.

    Attributes:
        deadline: until when, as time.monotonic() counts, the child must have answered; None waits.
        starts: how often a child was started.
    """

    def __init__(self, row: Exercise, path: Path) -> None:
        self.row, self.path = row, path
        self.printed = ""
        self.reached: set[int] = set()
        self.deadline: float | None = None
        self.starts = 0
        self._memory = memory_limit()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = False
        self._start()

    def _start(self) -> None:
        if self.starts == MAX_STARTS:
            raise Ended(f"{MAX_STARTS} times; it is not started again")
        self.starts += 1
        self._ready = False
        ours, theirs = os.pipe(), os.pipe()  # answers, requests
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 closed with the door
        options = {"MPLBACKEND": "Agg", "KERAS_BACKEND": "tensorflow", "WHITEPAPER_DATA": "stand-in"}
        command = [sys.executable, "-P", "-m", "whitepaper.checking.child"]
        self._process = subprocess.Popen(
            [*command, self.row.id, str(self.path), str(theirs[0]), str(ours[1])],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors,
            pass_fds=(theirs[0], ours[1]), start_new_session=True, env={**os.environ, **options},
        )  # fmt: skip
        os.close(theirs[0])
        os.close(ours[1])
        self._answers, self._requests = ours[0], theirs[1]

    def wait_until_ready(self) -> None:
        """Wait for the child to have imported the file.

        Raises:
            CourseError: the file cannot be imported or does not keep the contract; or it ended Python, or took too long.
        """
        if self._ready:
            return
        try:
            said = self._receive()
        except Ended as end:
            raise CourseError(
                f"{self.path.name} ended Python while it was imported ({end.how}).{end.said}",
                "remove exit(), quit() or os._exit() from the file",
            ) from end
        except TimedOut as late:
            raise CourseError(
                f"{self.path.name} was not imported within {late.seconds:.0f} s.", "is there a loop that does not end?"
            ) from late
        if isinstance(said, dict) and said.get("refused"):
            message, todo = map(str, said["refused"])
            self.close()
            raise CourseError(message, todo)
        if isinstance(said, dict) and said.get("said") and self.starts == 1:
            print(str(said["said"]).rstrip(), file=sys.stderr, flush=True)
        self._ready = True

    def ask(
        self, handle: str, own: tuple[str, ...], arguments: dict[str, Any], candidate: tuple[int, str] | None = None
    ) -> Any:
        if self._process is None:
            self._start()
        self.wait_until_ready()
        try:
            wire.send(
                self._requests,
                wire.pack({"handle": handle, "own": own, "arguments": arguments, "candidate": candidate}),
            )
        except wire.Closed:
            raise self._end() from None
        said = self._receive()
        if not isinstance(said, dict):
            raise self._refused(own, "an answer of another form")
        self.printed += str(said.get("printed", ""))[:4_000]
        self.reached |= {int(number) for number in list(said.get("reached", []))[:100]}
        if "open" in said:
            raise Open(int(said["open"]))
        if "failed" in said:
            words = [str(word) for word in said["failed"]][:5]
            raise StepFailed(*words)
        try:
            return plain(said.get("evidence"))
        except EvidenceError as error:
            raise self._refused(own, str(error)) from error

    def _refused(self, own: tuple[str, ...], reason: str) -> StepFailed:
        return StepFailed(
            own[0] if own else "load", "student" if own else "course", f"received {reason}", "EvidenceError"
        )

    def _receive(self) -> Any:
        started = time.monotonic()
        try:
            return wire.unpack(wire.receive(self._answers, self.deadline, self._watch))
        except TimeoutError:
            self.close()
            raise TimedOut(max(0.0, (self.deadline or started) - started)) from None
        except wire.Closed:
            raise self._end() from None
        except wire.WireError as error:
            self.close()
            raise Ended(f"its answer cannot be read: {error}") from error

    def _watch(self) -> None:
        used = memory_of(self._process.pid) if self._process else 0
        if used > self._memory:
            self.close()
            raise Ended(f"it took more than {self._memory / _GIGABYTE:.1f} GB of memory")

    def _end(self) -> Ended:
        """Why the child is gone."""
        assert self._process is not None
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            code = None  # it lives, but has closed the line
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 600))
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        self.close()
        if code is None:
            return Ended("it no longer answers")
        how = f"exit code {code}" if code >= 0 else f"signal {-code} ({_signal_name(-code)})"
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return Ended(how, f" It said: {said[-300:]}" if said and code else "")

    def close(self) -> None:
        """End the child and all that it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for number in (self._answers, self._requests):
            os.close(number)
        self._errors.close()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def memory_limit() -> int:
    """Bytes that a child may use: WHITEPAPER_CHECK_MEMORY in GB, else 8 GB, or four fifths of what the machine has.

    Raises:
        UsageError: the variable is no number above 0.
    """
    word = os.environ.get("WHITEPAPER_CHECK_MEMORY")
    if word:
        try:
            if float(word) > 0:
                return int(float(word) * _GIGABYTE)
        except ValueError:
            pass  # told below
        raise UsageError(f"WHITEPAPER_CHECK_MEMORY is a number of GB above 0. Received: {word!r}.")
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(8 * _GIGABYTE, there * 4 // 5)


def memory_of(pid: int) -> int:
    """Bytes of memory in use by a process; 0 where the system does not tell (no /proc)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
