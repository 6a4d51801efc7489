"""A chief and its workers as processes of this machine, started, watched and ended together."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from whitepaper.devices import cluster
from whitepaper.errors import CourseError, UsageError
from whitepaper.tuning.processes import FAREWELL, PARENT, Place, interruptible


def start(command: Sequence[str], workers: int, logs: Path, restarts: int = 3,
          say: Callable[[str], None] = lambda text: None) -> int:  # fmt: skip
    """Start the chief and the workers of a search on this machine, and stay until it ends.

    The chief's output is this process's own; that of the workers goes to files. A worker that was killed is started again
    under its name, and takes up its trial again: nobody else would, and the chief would wait for it for ever.

    Args:
        command: what each process runs. workers: how many beside the chief. logs: folder for their output.
        restarts: how often each worker is started again. say: called with a line for the person.

    Returns:
        The exit code of the chief; 130 after Ctrl-C.

    Raises:
        UsageError: fewer than one worker.
        CourseError: the chief was killed, or a worker failed, or was killed more often than `restarts`.
    """
    if workers < 1:
        raise UsageError(f"WORKERS is a whole number from 1. Received: {workers}.")
    logs.mkdir(parents=True, exist_ok=True)
    (port,) = cluster.free_ports(1)
    with ExitStack() as stack:
        signals = stack.enter_context(interruptible())
        team = stack.enter_context(Team(command, port, logs, signals))
        killed = dict.fromkeys((f"tuner{index}" for index in range(workers)), 0)
        try:
            team.start("chief")
            for name in killed:
                team.start(name)
            while (code := team.running["chief"].poll()) is None:
                for name in killed:
                    ended = team.running[name].poll()
                    if ended is not None and ended < 0:
                        killed[name] += 1
                        if killed[name] > restarts:
                            raise CourseError(
                                f"Expected workers that live. Received: {name} was killed {killed[name]} times; "
                                f"see {team.log(name)}.", "the same command goes on")  # fmt: skip
                        say(f"Worker {name} was killed; it starts again and takes up its trial.")
                        team.start(name)
                    elif ended:
                        return team.last_word(name, ended)
                time.sleep(0.1)
        except KeyboardInterrupt:
            say("The search was stopped; the same command goes on with it.")
            return 130
        if code < 0:
            raise CourseError(
                "The chief of the search was killed, and all its workers ended.", "the same command goes on"
            )
        if code == 0:
            team.wait(FAREWELL)
        return code


class Team:
    """The processes of a search on this machine; leaving ends all that still run."""

    def __init__(self, command: Sequence[str], port: int, logs: Path, signals: list[int]) -> None:
        self.command = command
        self.port = port
        self.logs = logs
        self.signals = signals
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(self, name: str) -> None:
        surroundings = {**os.environ, **Place(name, "127.0.0.1", self.port).variables(), PARENT: str(os.getpid())}
        # gRPC would go to the machine's proxy even for a neighbor process.
        surroundings["no_grpc_proxy"] = "127.0.0.1"
        surroundings.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # the workers share the GPU's memory
        if name == "chief":
            surroundings["CUDA_VISIBLE_DEVICES"] = "-1"  # it only builds models, to learn what can be searched
            self.running[name] = subprocess.Popen(self.command, env=surroundings)
            return
        with self.log(name).open("ab") as file:
            self.running[name] = subprocess.Popen(self.command, env=surroundings, stdout=file, stderr=file)

    def last_word(self, name: str, code: int) -> int:
        """The chief's exit code, if it ends too, else an error for the worker that failed."""
        try:
            return self.running["chief"].wait(FAREWELL)
        except subprocess.TimeoutExpired:
            lines = self.log(name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
            said = f" with “{' '.join(lines[-1].split())[:200]}”" if lines else ""
            raise CourseError(f"Worker {name} ended with code {code}{said}; see {self.log(name)}.") from None

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while any(one.poll() is None for one in self.running.values()) and time.monotonic() < end:
            time.sleep(0.05)

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        self.signals.append(0)  # a second Ctrl-C must not leave processes behind
        for name, process in self.running.items():
            if process.poll() is None and name != "chief":
                process.kill()
        chief = self.running.get("chief")
        if chief and chief.poll() is None:
            chief.terminate()  # it may be writing the state of the search
            try:
                chief.wait(2 * FAREWELL)
            except subprocess.TimeoutExpired:
                chief.kill()
        for process in self.running.values():
            process.wait()
