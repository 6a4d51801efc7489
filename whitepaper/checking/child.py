"""The inner end of the process door: imports the student's file and answers requests for evidence until the line is closed.

Run by `doors.ProcessDoor`: child N FILE REQUESTS ANSWERS; the last two are file descriptors.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from whitepaper.checking import wire
from whitepaper.checking.doors import InProcessDoor
from whitepaper.checking.failures import Open, StepFailed
from whitepaper.course import registry
from whitepaper.devices.quiet import import_tensorflow
from whitepaper.errors import CourseError


def _no_debugger(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("breakpoint() has nobody to talk to in a check: take it out")


def _opened(number: str, path: Path) -> tuple[InProcessDoor | None, dict[str, Any]]:
    """The door onto the file, and what the parent is told."""
    from whitepaper.lessons import contract

    (row,) = registry.find(number)
    said = io.StringIO()
    if row.framework == "keras":
        # What the course has to say of this machine's settings is for the person, who does not see this process.
        with contextlib.redirect_stderr(said):
            import_tensorflow()
    try:
        return InProcessDoor(row, path), {"ready": True, "said": said.getvalue()[:2_000]}
    except CourseError as error:
        return None, {"refused": [error.message, error.todo]}
    except BaseException as error:  # a file may raise anything while it is imported, KeyboardInterrupt too
        return None, {
            "refused": [f"{contract.place(error, path)} (raises while the file is imported).", "mend that line"]
        }


def _answer(door: InProcessDoor, asked: dict[str, Any]) -> dict[str, Any]:
    door.printed, door.reached = "", set()
    try:
        found = {"evidence": door.ask(asked["handle"], asked["own"], asked["arguments"], asked["candidate"])}
    except Open as still:
        found = {"open": still.blank}
    except StepFailed as failure:
        found = {"failed": [failure.step, failure.by, failure.message, failure.kind, failure.trace[-20_000:]]}
    except Exception as error:  # a fault of the course's own: the parent says so
        step = asked["own"][0] if asked["own"] else "load"
        message = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        found = {"failed": [step, "course", message, type(error).__name__, traceback.format_exc()[-20_000:]]}
    return {**found, "printed": door.printed, "reached": sorted(door.reached)}


def main() -> None:
    """Answer until the line is closed."""
    number, file, requests, answers = sys.argv[1:5]
    # Ctrl-C is the parent's; a KeyboardInterrupt here is raised by the student's code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.breakpointhook = _no_debugger
    door, told = _opened(number, Path(file))
    wire.send(int(answers), wire.pack(told))
    while door is not None:
        try:
            asked = wire.unpack(wire.receive(int(requests)))
        except wire.Closed:
            break
        try:
            body = wire.pack(_answer(door, asked))
        except wire.WireError as error:
            step = asked["own"][0] if asked["own"] else "load"
            body = wire.pack({"failed": [step, "student", f"received {error}", "EvidenceError", ""]})
        wire.send(int(answers), body)
    # Whatever the student's code left running ends here as well.
    os._exit(0)


if __name__ == "__main__":
    main()
