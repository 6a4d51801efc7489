"""fit, evaluate and predict over several replicas, on one machine or on many.

Keras 3's own ones fail under tf.distribute where a batch does not divide evenly, where inputs are strings, and wherever two
processes train together (keras issue 20585). The ones here have the same arguments, callbacks, logs and history, and use
only public parts of Keras: `train_step`, `test_step`, `predict_step`, metrics and callbacks. Lessons call `model.fit` as ever.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from whitepaper.devices import replacing
from whitepaper.devices.batches import Batches, bounds
from whitepaper.errors import CourseError

_NAMES = ("fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch")


class Replicas:
    """The replicas of a strategy, and how work is dealt out to them.

    Args:
        strategy: a tf.distribute strategy with synchronous replicas.

    Attributes:
        count: replicas in all. here: replicas of this process. many: whether there are other processes. chief: whether this
            process is the one that writes files and speaks.
    """

    def __init__(self, strategy: Any) -> None:
        self.strategy = strategy
        self.count = int(strategy.num_replicas_in_sync)
        self.here = len(strategy.extended.worker_devices)
        self.many = self.here < self.count
        resolver = strategy.cluster_resolver if self.many else None
        self.index = int(resolver.task_id) if resolver else 0
        self.chief = self.index == 0

    def deal(self, batch: Any, everywhere: bool = False) -> Any:
        """The rows of a batch, dealt out to the replicas of this process: parts that differ by one row at most.

        Args:
            batch: arrays, or a structure of them, with equally many rows.
            everywhere: every process takes all rows, and deals them out to its own replicas.
        """
        sharers = self.here if everywhere else self.count

        def part(context: Any) -> Any:
            number = context.replica_id_in_sync_group % sharers
            return keras.tree.map_structure(
                lambda values: tf.convert_to_tensor(values[bounds(len(values), sharers)[number]]), batch
            )

        return self.strategy.experimental_distribute_values_from_function(part)

    def repeat(self, batch: Any) -> Any:
        """All rows of a batch, for every replica of this process."""
        rows = keras.tree.map_structure(tf.convert_to_tensor, batch)
        return self.strategy.experimental_distribute_values_from_function(lambda context: rows)

    def local(self, values: Any) -> list[Any]:
        """A structure of values for each replica of this process."""
        flat = [self.strategy.experimental_local_results(value) for value in keras.tree.flatten(values)]
        return [keras.tree.pack_sequence_as(values, [one[number] for one in flat]) for number in range(self.here)]

    def agree(self, value: float) -> float:
        """The chief's value, in all processes."""
        return self.total(value if self.chief else 0.0)

    def total(self, value: float) -> float:
        """The sum of the values of all processes."""
        if not self.many:
            return value
        summed = self.strategy.reduce("SUM", self.repeat(np.float64(value)), axis=None)
        return float(summed) / self.here

    def share_folder(self, folder: Path) -> None:
        """Give every process the files of the chief's folder, so that all restore the same backup in step."""
        if not self.many:
            return
        files = sorted(path for path in folder.glob("*") if path.is_file()) if self.chief else []
        names = self.share_bytes(json.dumps([path.name for path in files]).encode())
        for number, name in enumerate(json.loads(names)):
            body = self.share_bytes(files[number].read_bytes() if self.chief else b"")
            if not self.chief:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / Path(name).name).write_bytes(body)

    def share_bytes(self, body: bytes) -> bytes:
        """The chief's bytes, in all processes."""
        size = int(self.agree(float(len(body))))
        if not size:
            return b""
        mine = np.frombuffer(body, np.uint8) if self.chief else np.zeros(size, np.uint8)
        summed = self.strategy.reduce("SUM", self.repeat(mine.astype(np.int32)), axis=None)
        return (np.asarray(summed) // self.here).astype(np.uint8).tobytes()

    def share_state(self, variables: list[Any]) -> None:
        """Give every process the chief's values of the variables."""
        if not self.many:
            return
        for variable in variables:
            value = tf.convert_to_tensor(variable.numpy() if hasattr(variable, "numpy") else variable)
            kind = value.dtype
            wide = tf.cast(value, tf.float64) if kind.is_floating else tf.cast(value, tf.int64)
            mine = wide if self.chief else tf.zeros_like(wide)
            summed = self.strategy.reduce("SUM", self.repeat(mine), axis=None)
            summed = summed / self.here if kind.is_floating else summed // self.here
            variable.assign(tf.cast(summed, kind))

    def averaging(self, model: Any) -> Callable[[], None]:
        """Averages over all replicas what each has moved by itself, for example the statistics of batch norm, when called."""
        moved = [variable for variable in model.non_trainable_variables if _floats(variable)]

        @tf.function
        def means() -> list[Any]:
            values = self.strategy.run(lambda: [tf.identity(variable.value) for variable in moved])
            return [self.strategy.reduce("MEAN", value, axis=None) for value in values]

        def average() -> None:
            for variable, mean in zip(moved, means() if moved else [], strict=True):
                variable.assign(mean)

        return average


def _floats(variable: Any) -> bool:
    return "float" in str(variable.dtype)


@contextlib.contextmanager
def instead_of_keras(strategy: Any) -> Iterator[Replicas]:
    """While open, every Keras model trains, measures and answers on the replicas of the strategy."""
    team = Replicas(strategy)

    def method(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda model, *arguments, **options: function(team, model, *arguments, **options)

    ours: tuple[Any, ...] = (fit, evaluate, predict, train_on_batch, measure_on_batch, predict_on_batch)
    clear = keras.backend.clear_session
    with replacing.methods(keras.Model, dict(zip(_NAMES, map(method, ours), strict=True))):
        # Keras Tuner calls it before each trial, and it would throw away the scope that is open.
        keras.backend.clear_session = lambda *arguments, **options: None
        try:
            yield team
        finally:
            keras.backend.clear_session = clear


def _graph(model: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    return function if model.run_eagerly else tf.function(function, reduce_retracing=True)


def fit(team: Replicas, model: Any, x: Any = None, y: Any = None, batch_size: int | None = None, epochs: int = 1,
        verbose: Any = "auto", callbacks: Any = None, validation_split: float = 0.0, validation_data: Any = None,
        shuffle: bool = True, class_weight: Any = None, sample_weight: Any = None, initial_epoch: int = 0,
        steps_per_epoch: int | None = None, validation_steps: int | None = None, validation_batch_size: int | None = None,
        validation_freq: int = 1) -> Any:  # fmt: skip
    """Train on all replicas; arguments and result as of `keras.Model.fit`.

    `batch_size` counts the rows of a step over all replicas. Each row of a batch goes to one replica. A last batch with
    fewer rows than replicas is joined to the one before; where batch_size itself is smaller, every replica takes each batch whole,
    which is the same step. Where a batch does not divide evenly, rows of smaller parts count a
    little more, as with Keras. The order of shuffled arrays comes from `keras.utils.set_random_seed`; a stream must give
    every process the same batches, so its shuffling needs a seed.

    Raises:
        CourseError: class_weight is given, or there are fewer rows than replicas.
    """
    if class_weight is not None:
        raise CourseError("On several replicas class_weight is not known. Received: class_weight.", "sample_weight=…")
    if validation_split and validation_data is None:
        kept = math.floor(len(keras.tree.flatten(x)[0]) * (1 - validation_split))
        (x, y, sample_weight), validation_data = _split((x, y, sample_weight), kept)
    with team.strategy.scope():
        train, share = _dealt(team, x, y, sample_weight, batch_size, shuffle, steps_per_epoch)
        _build(team, model, train)
        events = _events(team, model, callbacks, verbose, epochs, train.count)
        model.stop_training = False
        events.on_train_begin()
        first = _start_alike(team, model, initial_epoch)
        step = _graph(model, lambda batch: team.strategy.run(model.train_step, args=(batch,)))
        average = team.averaging(model)
        size = max(validation_batch_size or batch_size or 32, team.count)
        validate = _validation(team, model, events, validation_data, size, validation_steps)
        logs: dict[str, Any] = {}
        for epoch in range(first, epochs):
            model.reset_metrics()
            events.on_epoch_begin(epoch)
            last = _epoch(team, model, train.epoch(epoch), lambda batch: step(share(batch)), events)
            average()
            logs = _results(team, model, last)
            if validation_data is not None and (epoch + 1) % validation_freq == 0:
                logs |= validate()
            events.on_epoch_end(epoch, logs)
            if team.total(float(model.stop_training)) > 0:
                break
        if model.optimizer is not None and epochs > 0:
            model.optimizer.finalize_variable_values(model.trainable_variables)
        events.on_train_end(logs)
        return model.history


def _dealt(
    team: Replicas, x: Any, y: Any, weight: Any, batch_size: int | None, shuffle: bool, steps: int | None
) -> tuple[Batches, Callable[[Any], Any]]:
    """The batches of training, and how one is given to the replicas: in parts, or whole where it has too few rows."""
    # One draw, whatever the number of processes: the next random numbers stay the same.
    seed = int(team.agree(float(np.random.randint(2**31))))  # noqa: NPY002
    train = Batches(x, y, weight, batch_size, shuffle, seed, team.count, steps)
    if not train.stream and train.size < team.count:
        train.least = 1
        return train, team.repeat
    return train, team.deal


def _events(team: Replicas, model: Any, callbacks: Any, verbose: Any, epochs: int, steps: int | None) -> Any:
    """The callbacks as Keras's list, with its history; only the chief shows progress."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return callbacks
    shown = verbose if team.chief else 0
    return keras.callbacks.CallbackList(
        callbacks, add_history=True, add_progbar=shown != 0, verbose=shown, epochs=epochs, steps=steps, model=model
    )


def _start_alike(team: Replicas, model: Any, initial_epoch: int) -> int:
    """Give every process the chief's weights, which a backup may have brought back, and the chief's first epoch."""
    first = int(team.agree(float(getattr(model, "_initial_epoch", None) or initial_epoch)))
    team.share_state(_state(model))
    return first


def _epoch(
    team: Replicas, model: Any, batches: Iterator[Any], step: Callable[[Any], Any], events: Any
) -> dict[str, Any]:
    """Train on every batch; what the last step gave."""
    last: dict[str, Any] = {}
    for number, batch in enumerate(batches):
        events.on_train_batch_begin(number)
        last = step(batch)
        events.on_train_batch_end(number, team.local(last)[0])
        if model.stop_training and not team.many:
            break  # processes end together, with the epoch
    return last


def _validation(
    team: Replicas, model: Any, events: Any, data: Any, size: int, steps: int | None
) -> Callable[[], dict[str, float]]:
    """Measures the validation data on all replicas when called; the names begin with `val_`."""
    measure = _graph(model, lambda batch: team.strategy.run(model.test_step, args=(batch,)))

    def validate() -> dict[str, float]:
        found = _measured(team, model, _pieces(data, size, team.count, steps), measure, events, alone=False)
        return {f"val_{name}": value for name, value in found.items()}

    return validate


def evaluate(team: Replicas, model: Any, x: Any = None, y: Any = None, batch_size: int | None = None, verbose: Any = "auto",
             sample_weight: Any = None, steps: int | None = None, callbacks: Any = None, return_dict: bool = False) -> Any:  # fmt: skip
    """Measure all rows on one replica; arguments and result as of `keras.Model.evaluate`.

    It waits for no other process, so the chief can measure while the others are done.
    """
    with team.strategy.scope():
        held = Batches(x, y, sample_weight, batch_size, steps=steps)
        events = callbacks
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            events = keras.callbacks.CallbackList(callbacks, model=model)
        measure = _graph(model, lambda batch: team.strategy.run(model.test_step, args=(batch,)))
        found = _measured(team, model, held, measure, events, alone=True)
    if return_dict:
        return found
    return _listed(found)


def predict(team: Replicas, model: Any, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: int | None = None,
            callbacks: Any = None) -> Any:  # fmt: skip
    """Answers of the model, from the replicas of this process; arguments and result as of `keras.Model.predict`."""
    with team.strategy.scope():
        answer = _graph(model, lambda batch: team.strategy.run(model.predict_step, args=(batch,)))
        parts = []
        for batch in Batches(x, batch_size=batch_size, steps=steps).epoch(0):
            few = len(keras.tree.flatten(batch)[0]) < team.here
            found = team.local(answer(team.repeat(batch) if few else team.deal(batch, everywhere=True)))
            parts += found[:1] if few else found
    return keras.tree.map_structure(lambda *all_: np.concatenate([np.asarray(one) for one in all_]), *parts)


def train_on_batch(team: Replicas, model: Any, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None,
                   return_dict: bool = False) -> Any:  # fmt: skip
    """One step on a batch that is dealt out; arguments and result as of `keras.Model.train_on_batch`."""
    if class_weight is not None:
        raise CourseError("On several replicas class_weight is not known. Received: class_weight.", "sample_weight=…")
    with team.strategy.scope():
        batches = Batches(x, y, sample_weight, batch_size=2**31, least=team.count)
        _build(team, model, batches)
        last = team.strategy.run(model.train_step, args=(team.deal(next(batches.epoch(0))),))
        found = _results(team, model, last)
    return found if return_dict else _listed(found)


def measure_on_batch(
    team: Replicas, model: Any, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
) -> Any:
    """Measures of a batch on one replica; arguments and result as of `keras.Model.test_on_batch`."""
    with team.strategy.scope():
        batch = next(Batches(x, y, sample_weight, batch_size=2**31).epoch(0))
        last = team.local(team.strategy.run(model.test_step, args=(team.repeat(batch),)))[0]
    found = {name: float(value) for name, value in last.items()}
    return found if return_dict else _listed(found)


def predict_on_batch(team: Replicas, model: Any, x: Any) -> Any:
    """Answers for a batch; as of `keras.Model.predict_on_batch`."""
    return predict(team, model, x, batch_size=2**31)


def _listed(found: dict[str, float]) -> Any:
    values = [found.pop("loss")] if "loss" in found else []
    values += found.values()
    return values[0] if len(values) == 1 else values


def _pieces(data: Any, batch_size: int | None, least: int, steps: int | None) -> Batches:
    parts = data if isinstance(data, tuple | list) else (data,)
    x, y, weight = (*parts, None, None)[:3]
    return Batches(x, y, weight, batch_size, least=least, steps=steps)


def _split(parts: tuple[Any, ...], kept: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    def cut(rows: slice) -> tuple[Any, ...]:
        return tuple(part if part is None else keras.tree.map_structure(lambda v: v[rows], part) for part in parts)

    return cut(slice(kept)), cut(slice(kept, None))


def _build(team: Replicas, model: Any, train: Batches) -> None:
    """Make all variables before the replicas' graph is: weights, slots of the optimizer, metrics."""
    first = train.first()
    if not model.built:
        model(keras.tree.map_structure(lambda values: tf.convert_to_tensor(values[:1]), first[0]))
    if isinstance(model.optimizer, keras.optimizers.Optimizer) and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    # A model with a step of its own has metrics of its own; compiled ones are made when first computed.
    if type(model).train_step is keras.Model.train_step:
        one = keras.tree.map_structure(lambda values: values[:1], first)
        team.strategy.run(model.test_step, args=(team.repeat(one),))


def _state(model: Any) -> list[Any]:
    """Weights of a model, and what its optimizers keep; lessons may have several."""
    owners = [value for value in vars(model).values() if isinstance(value, keras.optimizers.Optimizer)]
    if isinstance(model.optimizer, keras.optimizers.Optimizer):
        owners.append(model.optimizer)
    found = {id(variable): variable for variable in model.variables}
    found |= {id(variable): variable for owner in owners for variable in owner.variables}
    counted = {id(variable) for metric in model.metrics for variable in metric.variables}
    return [variable for key, variable in found.items() if key not in counted]


def _results(team: Replicas, model: Any, last: dict[str, Any]) -> dict[str, float]:
    """The metrics over all replicas; where `train_step` gave other numbers, the mean of its last ones."""
    found = {name: float(value) for name, value in model.get_metrics_result().items()}
    if set(found) == set(last) or not last:
        return found
    return {name: float(team.strategy.reduce("MEAN", value, axis=None)) for name, value in last.items()}


def _measured(
    team: Replicas, model: Any, held: Batches, measure: Callable[..., Any], events: Any, alone: bool
) -> dict[str, float]:
    model.reset_metrics()
    events.on_test_begin()
    last: dict[str, Any] = {}
    for number, batch in enumerate(held.epoch(0)):
        events.on_test_batch_begin(number)
        last = measure(team.repeat(batch) if alone else team.deal(batch))
        events.on_test_batch_end(number, team.local(last)[0])
    logs = {name: float(value) for name, value in team.local(last)[0].items()} if alone else _results(team, model, last)
    events.on_test_end(logs)
    return logs
