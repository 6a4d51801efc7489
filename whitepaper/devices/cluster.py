"""A run of several processes, on one machine or on many: who takes part, who is missing, and starting them all.

Every process is told of the others by `TF_CONFIG`, or by Slurm. The first one is the chief: it alone writes files and speaks.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.errors import CourseError, UsageError

# Seconds that a process waits for the others before it gives up.
PATIENCE = 180.0


class WorkerLost(CourseError):
    """Another process of the run has gone; what was reached is kept, and all can be started again."""


@dataclass(frozen=True)
class Seat:
    """The place of this process among all.

    Attributes:
        addresses: "host:port" of every process, the chief's first. index: which of them is this one.
    """

    addresses: tuple[str, ...]
    index: int

    @property
    def chief(self) -> bool:
        return self.index == 0

    def config(self) -> str:
        """The seat as TF_CONFIG says it."""
        return json.dumps(
            {"cluster": {"worker": list(self.addresses)}, "task": {"type": "worker", "index": self.index}}
        )


def patience() -> float:
    """Seconds to wait for the others: WHITEPAPER_PATIENCE, else PATIENCE.

    Raises:
        UsageError: no positive number.
    """
    word = os.environ.get("WHITEPAPER_PATIENCE", "")
    try:
        seconds = float(word or PATIENCE)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise UsageError(f"WHITEPAPER_PATIENCE is a number of seconds above 0. Received: {word!r}.")
    return seconds


def seat() -> Seat:
    """The place of this process, from TF_CONFIG, else from Slurm's variables.

    Raises:
        CourseError: neither is there, or TF_CONFIG does not name this process among the workers.
    """
    if text := os.environ.get("TF_CONFIG", ""):
        return _of_config(text)
    if "SLURM_PROCID" in os.environ:
        return _of_slurm()
    raise CourseError(
        "STRATEGY=multiworker needs TF_CONFIG, or a Slurm step, to know the other processes. Received: neither.",
        "make cluster N=20 WORKERS=2 starts all of them on this machine",
    )


def _of_config(text: str) -> Seat:
    try:
        config = json.loads(text)
        cluster, task = config["cluster"], config["task"]
        kinds = {str(kind): [str(address) for address in addresses] for kind, addresses in cluster.items()}
        kind, index = str(task["type"]), int(task["index"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"TF_CONFIG is JSON with cluster.worker, a list of host:port, and task.type and .index. Received: {text[:120]!r}."
        ) from error
    if odd := sorted(set(kinds) - {"chief", "worker"}):
        raise CourseError(
            f"TF_CONFIG's cluster holds workers, and a chief if you like; all train alike. Received: {', '.join(odd)}."
        )
    chiefs = kinds.get("chief", [])
    addresses = (*chiefs, *kinds.get("worker", []))
    place = index + (len(chiefs) if kind == "worker" else 0)
    if kind not in kinds or not 0 <= index < len(kinds[kind]):
        raise CourseError(
            f"TF_CONFIG's task is one of the cluster's. Received: {kind} {index}, of {len(addresses)} processes."
        )
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise CourseError(f"TF_CONFIG's addresses are host:port. Received: {address!r}.")
    return Seat(addresses, place)


def _of_slurm() -> Seat:
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()
    import tensorflow as tf

    try:
        # It asks for GPUs per task only to hand them out, which CUDA_VISIBLE_DEVICES has done.
        resolver = tf.distribute.cluster_resolver.SlurmClusterResolver(
            gpus_per_node=1, gpus_per_task=1, auto_set_gpu=False
        )
        addresses = tuple(resolver.cluster_spec().as_dict()["worker"])
        kind, index = resolver.get_task_info()
    except Exception as error:  # the resolver reads many variables, and fails on each in its own way
        raise CourseError(
            f"Slurm's variables do not describe a step that TensorFlow can read. Received: {type(error).__name__}: {error}."
        ) from error
    if kind != "worker":
        raise CourseError(f"Expected this Slurm task to be a worker. Received: {kind}.")
    return Seat(addresses, int(index))


def meet(place: Seat, seconds: float) -> None:
    """Wait until every other process answers at its address.

    TensorFlow itself would wait for a missing one for ever, deaf to signals.

    Raises:
        CourseError: one did not come in time, or this process's own port is taken.
    """
    host, _, port = place.addresses[place.index].rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            own.bind(("", int(port)))
            own.listen(len(place.addresses))
        except OSError as error:
            raise CourseError(f"Port {port} of {host} is for this process. Received: {error.strerror}.") from error
        missing = {number: address for number, address in enumerate(place.addresses) if number != place.index}
        end = time.monotonic() + seconds
        while missing:
            for number, address in list(missing.items()):
                if _answers(address):
                    del missing[number]
            if missing and time.monotonic() > end:
                told = ", ".join(f"worker {number} at {address}" for number, address in missing.items())
                raise CourseError(
                    f"Expected {len(place.addresses)} processes within {seconds:g} s. Did not come: {told}.",
                    "start it, or set WHITEPAPER_PATIENCE to more seconds",
                )
            if missing:
                time.sleep(0.1)


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def deadline(seconds: float, message: str) -> Iterator[None]:
    """End this process, with the message and code 1, if what stands inside takes too long.

    For a call that holds Python's lock: no thread and no signal handler of this process would run. So another process
    speaks, and a timer in C ends this one.
    """
    words = "import sys, time; time.sleep(float(sys.argv[1])); sys.stderr.write(sys.argv[2])"
    speaker = subprocess.Popen([sys.executable, "-I", "-S", "-c", words, str(seconds), f"{message}\n"])
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds + 1, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            speaker.kill()
            speaker.wait()


def join() -> tuple[Seat, Any]:
    """Take this process's seat and open the strategy over all of them.

    Raises:
        CourseError: no seat is given, or another process does not come in time.
    """
    place = seat()
    os.environ["TF_CONFIG"] = place.config()
    seconds = patience()
    meet(place, seconds)
    import tensorflow as tf

    late = (
        f"Expected all {len(place.addresses)} processes to join within {seconds:g} s. Received: one that came and went."
    )
    with deadline(seconds, late):
        return place, tf.distribute.MultiWorkerMirroredStrategy()


def lost(error: BaseException) -> bool:
    """Whether an error says that another process has gone."""
    import tensorflow as tf

    kinds = (
        tf.errors.UnavailableError,
        tf.errors.AbortedError,
        tf.errors.InternalError,
        tf.errors.DeadlineExceededError,
    )
    words = (
        "Collective ops is aborted",
        "heartbeat",
        "Socket closed",
        "Connection reset",
        "failed to connect",
        "unavailable",
    )
    return isinstance(error, kinds) and any(word in str(error) for word in words)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nothing listens on."""
    held = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def start(command: Sequence[str], workers: int, logs: Path, restarts: int = 3,
          say: Callable[[str], None] = lambda text: None) -> int:  # fmt: skip
    """Start all processes of a run on this machine and stay until they end.

    The chief's output is this process's own; that of the others goes to files. A process that was killed ends all, and
    all are started again: the run goes on from its last whole epoch.

    Args:
        command: what each process runs. workers: how many. logs: folder for the output of the others.
        restarts: how often all are started again. say: called with a line for the person.

    Returns:
        The exit code: 0, or that of the first process that failed.

    Raises:
        UsageError: fewer than one worker.
        CourseError: a process was killed more often than `restarts`.
    """
    if workers < 1:
        raise UsageError(f"WORKERS is a whole number from 1. Received: {workers}.")
    logs.mkdir(parents=True, exist_ok=True)
    for tried in range(restarts + 1):
        killed, code = _once(command, workers, logs)
        if killed is None:
            return code
        if tried < restarts:
            say(f"Worker {killed} was killed; all {workers} start again, from the last whole epoch.")
    raise CourseError(
        f"Expected {workers} processes that live. Received: one was killed {restarts + 1} times; see {logs}."
    )


def _once(command: Sequence[str], workers: int, logs: Path) -> tuple[int | None, int]:
    """Start all processes; which was killed, or None, and the exit code."""
    addresses = tuple(f"127.0.0.1:{port}" for port in free_ports(workers))
    running: list[subprocess.Popen[bytes]] = []
    files = []
    try:
        for index in range(workers):
            surroundings = {**os.environ, "TF_CONFIG": Seat(addresses, index).config()}
            target = None
            if index:
                target = (logs / f"worker-{index}.log").open("ab")
                files.append(target)
            running.append(subprocess.Popen(command, env=surroundings, stdout=target, stderr=target))
        while True:
            codes = [process.poll() for process in running]
            for index, code in enumerate(codes):
                if code is not None and code < 0:
                    return index, 1
            if failed := [code for code in codes if code]:
                # The others notice within seconds, and say so in their logs.
                return None, failed[0]
            if all(code == 0 for code in codes):
                return None, 0
            time.sleep(0.1)
    except KeyboardInterrupt:
        # Ctrl-C reaches all of them: they end with the epoch.
        for process in running:
            process.wait()
        return None, 130
    finally:
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)  # a process that waits for a lost one hears nothing else
            process.wait()
        for file in files:
            file.close()
