"""A search of several processes, on one machine or on many: one chief, which deals out trials, and workers that run them.

Every process is told its part by Keras Tuner's own variables. The chief is not Keras Tuner's loop but the course's: that
one waits for ever for a lost worker, looks only every 20 seconds, and shares a taken port with whoever has it.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from whitepaper.devices import cluster
from whitepaper.errors import CourseError, UsageError

ID, HOST, PORT = "KERASTUNER_TUNER_ID", "KERASTUNER_ORACLE_IP", "KERASTUNER_ORACLE_PORT"
# The process that started this one, on one machine: when it has gone, nobody waits for the search any more.
PARENT = "WHITEPAPER_SEARCH_PARENT"
ORPHANED = "The process that started this search has gone."

# Seconds for the others to hear that the search is over, and for a chief to say its own last word.
FAREWELL = 5.0


@dataclass(frozen=True)
class Place:
    """The part of this process in a search.

    Attributes:
        name: "chief", or the worker's own name, "tuner0"; a worker that is started again keeps it.
        host: address of the chief. port: its port.
    """

    name: str
    host: str
    port: int

    @property
    def chief(self) -> bool:
        return self.name == "chief"

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    def variables(self) -> dict[str, str]:
        """The place as Keras Tuner's variables say it."""
        return {ID: self.name, HOST: self.host, PORT: str(self.port)}


def place() -> Place | None:
    """The place of this process, or None if it searches alone.

    The variables are taken out of the environment: a lesson that searches by itself (exercise 9b) would join too.

    Raises:
        UsageError: some of the three variables are missing, or the port is none.
    """
    words = {name: os.environ.get(name, "") for name in (ID, HOST, PORT)}
    if not any(words.values()):
        return None
    if missing := [name for name, word in words.items() if not word]:
        raise UsageError(f"A search of several processes needs {ID}, {HOST} and {PORT}. Not set: {', '.join(missing)}.")
    if not words[PORT].isdigit() or not 0 < int(words[PORT]) < 65536:
        raise UsageError(f"{PORT} is a port, 1 to 65535. Received: {words[PORT]!r}.")
    for name in words:
        del os.environ[name]
    return Place(words[ID], words[HOST], int(words[PORT]))


def meet(worker: Place) -> None:
    """Wait until the chief answers.

    Raises:
        CourseError: it did not within WHITEPAPER_PATIENCE seconds.
    """
    import grpc

    seconds = cluster.patience()
    with grpc.insecure_channel(worker.address) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=seconds)
        except grpc.FutureTimeoutError as error:
            raise CourseError(
                f"Expected the chief of the search at {worker.address} within {seconds:g} s. Received: no answer.",
                f"start the same command with {ID}=chief, or set WHITEPAPER_PATIENCE to more seconds",
            ) from error


@contextmanager
def joining(worker: Place | None) -> Iterator[None]:
    """Keras Tuner's variables are set inside, while it builds a tuner that asks the chief."""
    words = worker.variables() if worker else {}
    os.environ.update(words)
    try:
        yield
    finally:
        for name in words:
            del os.environ[name]


class Line:
    """The calls to the chief, each with an end: Keras Tuner's own would wait an hour for a chief that has gone.

    Args:
        stub: Keras Tuner's calls. worker: the place of this process.
    """

    def __init__(self, stub: Any, worker: Place) -> None:
        self._stub = stub
        self._worker = worker
        self._seconds = cluster.patience()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        import grpc
        from keras_tuner.errors import FatalError
        from keras_tuner.src import protos

        def call(request: Any, **_: Any) -> Any:
            if _orphaned():
                raise FatalError(ORPHANED)
            try:
                answer = getattr(self._stub, name)(request, wait_for_ready=True, timeout=self._seconds)
            except grpc.RpcError as error:
                said = " ".join(str(error.details()).split())[:200]
                # Fatal: any other error would count as the trial's own.
                raise FatalError(
                    f"The chief of the search at {self._worker.address} has gone. Received: {said}"
                ) from error
            if name == "CreateTrial" and answer.trial.status == protos.get_proto().TrialStatus.IDLE:
                # Nothing to do until another worker's trial ends; Keras Tuner would ask again at once.
                time.sleep(0.5)
            return answer

        return call


def serve(oracle: Any, chief: Place, say: Callable[[Any], None]) -> None:
    """Deal out the trials of an oracle until all have ended.

    Args:
        oracle: a keras_tuner.Oracle. chief: where to listen. say: called with every trial that has ended.

    Raises:
        CourseError: the port is taken, or the process that started this one has gone.
        RuntimeError: Keras Tuner gave the search up, as after three failed trials in a row.
    """
    failures: list[RuntimeError] = []
    desk = _desk(oracle, say, failures)
    server = _listening(desk, chief)
    with interruptible():
        try:
            _until_over(desk, failures)
        finally:
            # An answer that is being written is written to its end: it saves the state of the search.
            server.stop(FAREWELL).wait()


def _desk(oracle: Any, say: Callable[[Any], None], failures: list[RuntimeError]) -> Any:
    """What answers the workers: Keras Tuner's answers; it also says each ended trial, and keeps what ends the search."""
    from keras_tuner.src import protos
    from keras_tuner.src.distribute.oracle_chief import OracleServicer

    class Desk(OracleServicer):
        def EndTrial(self, request: Any, context: Any) -> Any:
            number = request.trial.trial_id
            if self.oracle.trials[number].status != "RUNNING":
                # A chief that was started again dealt this trial out anew while its worker lived on: once is enough.
                return protos.get_service().EndTrialResponse()
            try:
                answer = super().EndTrial(request, context)
            except RuntimeError as error:
                failures.append(error)
                raise
            # Saved before, the trial still counted as running: a search that goes on would run it again.
            self.oracle.save()
            say(self.oracle.trials[number])
            return answer

    return Desk(oracle)


def _listening(desk: Any, chief: Place) -> Any:
    """The server of a desk at the chief's address.

    Raises:
        CourseError: the port is taken.
    """
    import grpc
    from keras_tuner.src import protos

    # One thread, as Keras Tuner has it; without reuseport, because two chiefs on one port would each get half of the calls.
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), options=[("grpc.so_reuseport", 0)])
    protos.get_service_grpc().add_OracleServicer_to_server(desk, server)
    try:
        bound = server.add_insecure_port(chief.address)
    except RuntimeError:
        bound = 0
    if not bound:
        raise CourseError(f"Expected to listen at {chief.address}. Received: the port is taken, or not this machine's.")
    server.start()
    return server


def _until_over(desk: Any, failures: list[RuntimeError]) -> None:
    """Wait until all trials have ended and the workers have heard of it."""
    oracle, over = desk.oracle, 0.0
    while True:
        if failures:
            raise failures[0]
        if _orphaned():
            raise CourseError(ORPHANED)
        if oracle.ongoing_trials or not (desk.stop_triggered or _all_ended(oracle)):
            over = 0.0
        elif not oracle.tuner_ids or time.monotonic() > (over := over or time.monotonic() + FAREWELL):
            return
        time.sleep(0.1)


def _all_ended(oracle: Any) -> bool:
    return len(oracle.trials) >= oracle.max_trials and not _unfinished(oracle)


def _unfinished(oracle: Any) -> list[str]:
    return [number for number, trial in list(oracle.trials.items()) if trial.status == "RUNNING"]


def _orphaned() -> bool:
    return os.environ.get(PARENT, str(os.getppid())) != str(os.getppid())


def deal_again(oracle: Any) -> int:
    """Deal out again the trials of an earlier process that did not end, and no others; how many these are.

    Keras Tuner keeps its own list, which is out of date where that process was killed while it wrote. Of a grid it keeps
    nothing: which combinations were tried is learned from the trials, and each of them is asked for the next one.
    """
    from keras_tuner.oracles import GridSearchOracle
    from keras_tuner.src.tuners.gridsearch import LinkedList

    if isinstance(oracle, GridSearchOracle) and oracle.trials:
        for number in _unfinished(oracle):
            # What its fit has not declared yet is compared as well.
            space = oracle.get_space()
            space.values = dict(oracle.trials[number].hyperparameters.values)
            space.ensure_active_values()
            oracle.trials[number].hyperparameters.values = space.values
        order = functools.cmp_to_key(
            lambda one, other: oracle._compare(
                oracle.trials[one].hyperparameters.values, oracle.trials[other].hyperparameters.values
            )
        )
        oracle._ordered_ids = LinkedList()
        oracle._populate_next = sorted(oracle.trials, key=order)
        for number in oracle._populate_next:
            oracle._ordered_ids.insert(number)
    oracle._retry_queue[:] = reversed(_unfinished(oracle))  # taken from the end
    return len(oracle._retry_queue)


@contextmanager
def interruptible() -> Iterator[list[int]]:
    """A request to end (SIGTERM) counts as Ctrl-C; after the first, or with an entry in the list, both are ignored."""
    deaf: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield deaf
        return

    def stop(number: int, frame: object) -> None:
        if not deaf:
            deaf.append(number)
            raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield deaf
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
