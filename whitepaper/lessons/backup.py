"""The state of a fit after each epoch, and going on from it: a run that was killed ends with the numbers of one that was not.

Kept are all variables of the model (those of dropout's random numbers too) and of its optimizers, Python's and NumPy's
random state, the epoch, and what the callbacks remember: patience, best value, curves. The order of the batches follows:
arrays are shuffled by seed and epoch, and a stream is read again up to the epoch that is next.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from whitepaper.devices import replacing
from whitepaper.files import whole

_FILE = "state.npz"
# Seconds between two states: where epochs are shorter than this, not each of them is worth a file.
_INTERVAL = 0.5
# Of these, private attributes are settings and handles of the process; those of a lesson may be what it remembers.
_FOREIGN = ("keras.", "keras_tuner.", "wandb.", "whitepaper.")


@dataclass(frozen=True)
class State:
    """What a file holds.

    Attributes:
        meta: fit (which one of the run), epoch (the next one), stopped, random, callbacks. arrays: by name.
    """

    meta: dict[str, Any]
    arrays: dict[str, np.ndarray]


class Backup(keras.callbacks.Callback):
    """Keeps the state of a fit, and restores it; works inside `at_work`.

    Args:
        folder: where the state is kept. say: called with one line for the person.
        shared: whether several replicas train, which share out streams by themselves.

    Attributes:
        differs: why the numbers may not be those of an undisturbed run; empty where they are.
    """

    def __init__(self, folder: Path, say: Callable[[str], None], shared: bool = False) -> None:
        super().__init__()
        self.folder, self.say, self.shared = folder, say, shared
        self.differs = ""
        self._fits = 0
        self._kept_at = 0.0
        self._found: State | None = None
        self._before: dict[int, dict[str, Any]] = {}
        self._state = self._read()

    def rewind(self, x: Any, options: dict[str, Any]) -> None:
        """Before a fit: find its state, and bring a stream to where it was.

        Args:
            x: what is trained on. options: the others of `fit`'s arguments.
        """
        found = self._state
        self._found = found if found and found.meta["fit"] == self._fits else None
        if self._found is None:
            return
        epochs = self._found.meta["epoch"]
        if isinstance(x, keras.utils.PyDataset):
            if options.get("shuffle", True):
                self.differs = "a PyDataset is shuffled by threads"
            for _ in range(0 if self.shared else epochs):
                x.on_epoch_begin()
                x.on_epoch_end()
        elif hasattr(x, "element_spec"):  # a tf.data.Dataset
            if options.get("steps_per_epoch"):
                self.differs = "the stream is longer than an epoch (steps_per_epoch)"
                return
            self.say(f"The stream of batches is read again up to epoch {epochs}, to go on in the same order.")
            _read_again(x, epochs, self.shared)
        elif not all(hasattr(part, "shape") for part in keras.tree.flatten(x)):
            self.differs = "the batches come from a Python generator, which begins anew"

    def begin(self, callbacks: Sequence[Any]) -> None:
        """After all callbacks have begun: restore what was kept."""
        self._fits += 1
        self._before = {id(one): dict(vars(one)) for one in callbacks}
        found, self._found = self._found, None
        if found is None:
            return
        try:
            restore = self._restorers(found)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            self._damaged(error)
            return
        for one in restore:
            one()
        problems = _set_callbacks(_others(callbacks), found)
        self.differs = self.differs or problems
        stopped = found.meta["stopped"]
        self.model._initial_epoch = self.params["epochs"] if stopped else found.meta["epoch"]

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        # Another fit of the same model begins at its own first epoch.
        self.model._initial_epoch = None

    def keep(self, epoch: int, callbacks: Sequence[Any]) -> None:
        """After all callbacks have ended an epoch: keep the state.

        Raises:
            WriteError: there is no room for it.
        """
        stopped = bool(self.model.stop_training)
        last = stopped or epoch + 1 == self.params["epochs"]
        if any(getattr(one, "interrupted", False) for one in callbacks):
            return  # the epoch is not a whole one
        if time.monotonic() - self._kept_at < _INTERVAL and not last:
            return
        arrays = {f"variable {number}": _array(one) for number, one in enumerate(_variables(self.model))}
        remembered, unknown = _of_callbacks(_others(callbacks), self._before, arrays)
        meta = {
            "fit": self._fits - 1,
            "epoch": epoch + 1,
            "stopped": stopped,
            "random": random.getstate(),
            "numpy": _coded(list(np.random.get_state(legacy=True)), arrays, "numpy"),  # noqa: NPY002
            "callbacks": remembered,
            "unknown": unknown,
        }
        arrays["meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
        body = io.BytesIO()
        np.savez(body, **arrays)  # type: ignore[arg-type]
        with whole.writing(self.folder / _FILE):
            self.folder.mkdir(parents=True, exist_ok=True)
            whole.write(self.folder / _FILE, body.getvalue(), keep=True)
        self._kept_at = time.monotonic()

    def _read(self) -> State | None:
        """The last state that can be read; a damaged one is reported, and the one before it taken."""
        problem: Exception | None = None
        for path in (self.folder / _FILE, self.folder / f"{_FILE}.previous"):
            try:
                # By its bytes: NumPy leaves a file open that is no archive.
                with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
                    arrays = {name: file[name] for name in file.files}
                return State(json.loads(arrays.pop("meta").tobytes()), arrays)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
                problem = error
        if problem:
            self._damaged(problem)
        return None

    def _damaged(self, error: Exception) -> None:
        self._state = None
        self.say(f"The backup of the run that was cut off is damaged ({type(error).__name__}); the fit begins anew.")

    def _restorers(self, found: State) -> list[Callable[[], Any]]:
        """What to call to restore a state; all of it fits, or an error is raised before anything is changed."""
        optimizer = self.model.optimizer
        if isinstance(optimizer, keras.optimizers.Optimizer) and not optimizer.built:
            optimizer.build(self.model.trainable_variables)
        variables = _variables(self.model)
        values = [found.arrays[f"variable {number}"] for number in range(len(variables))]
        if f"variable {len(variables)}" in found.arrays:
            raise ValueError("more variables than the model has")
        for variable, value in zip(variables, values, strict=True):
            if tuple(variable.shape) != value.shape:
                raise ValueError("another shape than the model's")
        version, internal, gauss = found.meta["random"]
        numpy_state = tuple(_decoded(found.meta["numpy"], found.arrays))
        return [
            lambda: [variable.assign(value) for variable, value in zip(variables, values, strict=True)],
            lambda: random.setstate((version, tuple(internal), gauss)),
            lambda: np.random.set_state(numpy_state),  # noqa: NPY002
        ]


def _read_again(stream: Any, epochs: int, shared: bool) -> None:
    """Take what `fit` takes from a tf.data.Dataset in some epochs, so that its random state is the one after them."""
    known = int(stream.cardinality()) >= 0
    for epoch in range(epochs):
        for _ in stream:
            pass
        # At the end of an epoch whose length it knows, Keras opens the stream once more than it reads it; the replicas' fit
        # does not. Each opening draws an order.
        if not shared and (known or epoch > 0):
            iter(stream)


def _variables(model: Any) -> list[Any]:
    """The variables of a model and of its optimizers, of which a lesson's own class may have several; metrics begin anew."""
    owners = [model.optimizer, *vars(model).values()]
    optimizers = {id(one): one for one in owners if isinstance(one, keras.optimizers.Optimizer)}
    found = {id(variable): variable for variable in model.variables}
    found |= {id(variable): variable for owner in optimizers.values() for variable in owner.variables}
    counted = {id(variable) for metric in model.metrics for variable in metric.variables}
    return [variable for key, variable in found.items() if key not in counted]


def _array(variable: Any) -> np.ndarray:
    value = np.asarray(keras.ops.convert_to_numpy(variable))
    # NumPy's files know no bfloat16; float32 holds each of its numbers.
    return value.astype("float32") if value.dtype.kind == "V" or value.dtype.name == "bfloat16" else value


def _others(callbacks: Sequence[Any]) -> list[Any]:
    """Callbacks that remember something of a fit; the course's own about Ctrl-C and the screen do not."""
    return [one for one in callbacks if not isinstance(one, Backup | keras.callbacks.ProgbarLogger)]


def _of_callbacks(
    callbacks: Sequence[Any], before: dict[int, dict[str, Any]], arrays: dict[str, np.ndarray]
) -> tuple[list[dict[str, Any]], list[str]]:
    """What callbacks remember, as JSON beside arrays, and what of it cannot be kept.

    Args:
        before: attributes of each at the beginning of the fit; arrays that are still the same are settings.
    """
    remembered, unknown = [], []
    for number, one in enumerate(callbacks):
        foreign = type(one).__module__.startswith(_FOREIGN)
        kept: dict[str, Any] = {}
        for name, value in vars(one).items():
            same = before.get(id(one), {}).get(name) is value
            if name in ("_model", "params") or (foreign and name.startswith("_")):
                continue
            if same and not isinstance(value, list | dict | set):
                continue
            try:
                kept[name] = _coded(value, arrays, f"callback {number} {name}")
            except TypeError:
                if not foreign and (not same or isinstance(value, list | dict | set)):
                    unknown.append(f"{type(one).__name__}.{name}")
        remembered.append({"class": type(one).__name__, "values": kept})
    return remembered, unknown


def _set_callbacks(callbacks: Sequence[Any], found: State) -> str:
    """Give callbacks what they remembered; why that is not all, or ""."""
    remembered = found.meta["callbacks"]
    if [type(one).__name__ for one in callbacks] != [entry["class"] for entry in remembered]:
        return "the callbacks are others than before"
    for one, entry in zip(callbacks, remembered, strict=True):
        for name, value in entry["values"].items():
            setattr(one, name, _decoded(value, found.arrays))
    lost = found.meta["unknown"]
    return f"of the callbacks' state, {', '.join(lost)} could not be kept" if lost else ""


def _coded(value: Any, arrays: dict[str, np.ndarray], name: str) -> Any:
    """A value of plain Python and NumPy as JSON; arrays go to `arrays`.

    Raises:
        TypeError: something else.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    named = getattr(value, "__name__", "")
    if callable(value) and getattr(keras.ops, named, None) is value:
        return {"operation": named}  # the comparison of a callback that watches a metric
    if isinstance(value, np.generic):
        return {"scalar": value.item(), "dtype": value.dtype.str}
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufUS":
        arrays[f"{name} {len(arrays)}"] = value
        return {"array": f"{name} {len(arrays) - 1}"}
    if isinstance(value, list | tuple | set):
        return {type(value).__name__: [_coded(one, arrays, name) for one in value]}
    if isinstance(value, dict):
        return {"dict": [[_coded(key, arrays, name), _coded(one, arrays, name)] for key, one in value.items()]}
    raise TypeError(f"expected plain Python or NumPy. Received: {type(value).__name__}.")


def _decoded(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, inside), *_) = value.items()
    if kind == "array":
        return arrays[inside]
    if kind == "operation":
        return getattr(keras.ops, inside)
    if kind == "scalar":
        return np.dtype(value["dtype"]).type(inside)
    if kind == "dict":
        return {_decoded(key, arrays): _decoded(one, arrays) for key, one in inside}
    return {"list": list, "tuple": tuple, "set": set}[kind](_decoded(one, arrays) for one in inside)


@contextlib.contextmanager
def at_work() -> Iterator[None]:
    """While open, a fit that is given a Backup keeps its state after each epoch, and goes on from one that was kept."""
    lists, fit = keras.callbacks.CallbackList, keras.Model.fit
    train_begin, epoch_end = lists.on_train_begin, lists.on_epoch_end

    def begun(callbacks: Any, logs: Any = None) -> None:
        train_begin(callbacks, logs)
        if backup := _in(callbacks.callbacks):
            backup.begin(callbacks.callbacks)

    def ended(callbacks: Any, epoch: int, logs: Any = None) -> None:
        epoch_end(callbacks, epoch, logs)
        if backup := _in(callbacks.callbacks):
            backup.keep(epoch, callbacks.callbacks)

    def fitted(model: Any, x: Any = None, *arguments: Any, **options: Any) -> Any:
        given = options.get("callbacks")
        if backup := _in(given.callbacks if isinstance(given, lists) else keras.tree.flatten(given or [])):
            backup.rewind(x, options)
        return fit(model, x, *arguments, **options)

    with (
        replacing.methods(lists, {"on_train_begin": begun, "on_epoch_end": ended}),
        replacing.methods(keras.Model, {"fit": fitted}),
    ):
        yield


def _in(callbacks: Sequence[Any]) -> Backup | None:
    return next((one for one in callbacks if isinstance(one, Backup)), None)
