"""What every `model.fit` of a step was called with: rows, pairs, batches, validation, and the learning rate of each epoch."""

from __future__ import annotations

import contextlib
import hashlib
import inspect
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np

from whitepaper.devices import replacing

# Batches that are looked at of a stream, and rows of an array.
MAX_BATCHES, MAX_ROWS = 200, 6_000


class Witness(keras.callbacks.Callback):
    """Stands for the callbacks that a lesson hands to its step: notes whether they reach a fit, and its epochs and batches.

    Args:
        notes: gets "called", "epochs", "batches" (of the last epoch).
    """

    def __init__(self, notes: dict[str, Any]) -> None:
        super().__init__()
        self.notes = notes

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.notes["called"] = True

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.notes["batches"] = 0

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.notes["batches"] += 1

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.notes["epochs"] += 1


class _Rates(keras.callbacks.Callback):
    """The learning rate of each epoch, as the last callback sees it; and the batches of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.rates: list[float] = []
        self.batches: list[int] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.batches.append(0)
        optimizer = self.model.optimizer
        if isinstance(optimizer, keras.optimizers.Optimizer):
            self.rates.append(float(np.asarray(optimizer.learning_rate)))

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.batches[-1] += 1


@contextlib.contextmanager
def recorded(model: Any, others: bool = True, trained: list[Any] | None = None) -> Iterator[list[dict[str, Any]]]:
    """While open, every fit of a Keras model is noted.

    Args:
        model: the model that the step was given; calls on others are marked as such.
        others: whether fits of other models are run; else they are noted alone, and their history is that of the weights
            they begin with.
        trained: a list that gets the model of each call.

    Yields:
        the calls so far, in order; see `_call`.
    """
    calls: list[dict[str, Any]] = []
    fit = keras.Model.fit
    signature = inspect.signature(fit)
    inside = False

    def noted(self: Any, *arguments: Any, **options: Any) -> Any:
        nonlocal inside
        if inside:  # a fit that a subclass's own fit calls
            return fit(self, *arguments, **options)
        bound = signature.bind(self, *arguments, **options)
        bound.apply_defaults()
        given = dict(bound.arguments)
        call, given = _call(given, self is model)
        if call["train"]["endless"]:
            raise ValueError(
                "fit got a stream without end, and no steps_per_epoch: the first epoch would never be over"
            )
        rates = _Rates()
        if not isinstance(given["callbacks"], keras.callbacks.CallbackList):
            given["callbacks"] = [*keras.tree.flatten(given["callbacks"] or []), rates]
        calls.append(call)
        if trained is not None:
            trained.append(self)
        given.pop("self")
        if not others and self is not model:
            call["rates"], call["batches"] = [], []
            return _looked_at(self, given, call)
        _build(self)
        inside = True
        try:
            result = fit(self, **given)
        finally:
            inside = False
            call["rates"], call["batches"] = rates.rates, rates.batches[:1]
        return result

    with replacing.methods(keras.Model, {"fit": noted}):
        yield calls


def _build(model: Any) -> None:
    """Make the optimizer's variables before the fit: made inside it, they cost a second tracing of the training step."""
    optimizer = getattr(model, "optimizer", None)
    if isinstance(optimizer, keras.optimizers.Optimizer) and model.built and not optimizer.built:
        optimizer.build(model.trainable_variables)


def _looked_at(model: Any, given: dict[str, Any], call: dict[str, Any]) -> keras.callbacks.History:
    """The history of a fit that is not run: the loss and the metrics of the first rows, the same in each epoch."""

    def measured(x: Any, y: Any) -> dict[str, float]:
        x, y = keras.tree.map_structure(lambda part: keras.ops.convert_to_tensor(np.asarray(part)[:64]), (x, y))
        outputs = model(x, training=False)
        loss = model.compute_loss(x=x, y=y, y_pred=outputs)
        model.reset_metrics()
        values = model.compute_metrics(x, y, outputs, None)
        return {**{name: float(value) for name, value in values.items()}, "loss": float(loss)}

    def rows(x: Any, y: Any) -> tuple[Any, Any]:
        return next(iter(x))[:2] if _is_stream(x) else (x, y)

    values = measured(*rows(given["x"], given["y"]))
    if (held := given["validation_data"]) is not None:
        parts = (held[0], held[1]) if isinstance(held, tuple | list) else rows(held, None)
        values |= {f"val_{name}": value for name, value in measured(*parts).items()}
    history = keras.callbacks.History()
    history.set_model(model)
    history.epoch = list(range(call["epochs"]))
    history.history = {name: [value] * call["epochs"] for name, value in values.items()}
    return history


def _call(given: dict[str, Any], own: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is noted of a call, and its arguments (an iterator that had to be looked at is put together again).

    Noted: `own` (the model that the step was given), `start` (see `weight_summary`), `train` and `validation` (see `_rows`),
    `epochs`, `class_weight`, `sample_weight`, `callbacks` (their classes), `witness` (the course's are among them), `shuffle`,
    `initial_epoch`.
    """
    train, given["x"] = _rows(given["x"], given["y"], given["batch_size"], given["steps_per_epoch"])
    held = None
    if given["validation_data"] is not None:
        parts = given["validation_data"]
        if isinstance(parts, tuple | list):
            held, _ = _rows(parts[0], parts[1] if len(parts) > 1 else None, given["validation_batch_size"], None)
        else:
            held, again = _rows(parts, None, None, given["validation_steps"])
            given["validation_data"] = again
    callbacks = given["callbacks"]
    flat = (
        callbacks.callbacks
        if isinstance(callbacks, keras.callbacks.CallbackList)
        else keras.tree.flatten(callbacks or [])
    )
    weights, classes = given["sample_weight"], given["class_weight"]
    call = {
        "own": own,
        "start": weight_summary(given["self"].get_weights()),
        "train": train,
        "validation": held,
        "validation_split": float(given["validation_split"] or 0),
        "epochs": int(given["epochs"]) - int(given["initial_epoch"]),
        "shuffle": bool(given["shuffle"]),
        "class_weight": None if classes is None else {str(name): float(value) for name, value in dict(classes).items()},
        "sample_weight": None if weights is None else np.asarray(weights, dtype=float).ravel()[:MAX_ROWS],
        "callbacks": [type(one).__name__ for one in flat if not isinstance(one, Witness)],
        "witness": any(isinstance(one, Witness) for one in flat),
    }
    return call, given


def weight_summary(weights: list[np.ndarray]) -> list[list[float]]:
    """Mean and standard deviation of each weight of a network."""
    return [[float(np.mean(weight)), float(np.std(weight))] for weight in weights]


def _rows(x: Any, y: Any, batch_size: int | None, steps: int | None) -> tuple[dict[str, Any], Any]:
    """Rows of arrays or of one epoch of a stream: `kind`, `count`, `batch_size`, `x` and `pairs` (a short name a row), `y`
    (labels, where they are numbers), `x_range`, `endless`."""
    if _is_stream(x):
        return _stream_rows(x, steps)
    parts = keras.tree.flatten(x)
    count = len(parts[0]) if parts and hasattr(parts[0], "__len__") else 0
    return {
        "kind": "arrays",
        "batch_size": int(batch_size or 32),
        "count": count,
        "endless": False,
        **named_rows(x, y),
    }, x


def _is_stream(x: Any) -> bool:
    if isinstance(x, keras.utils.PyDataset):
        return True
    return not isinstance(x, list | tuple | dict) and not hasattr(x, "shape") and hasattr(x, "__iter__")


def _stream_rows(x: Any, steps: int | None) -> tuple[dict[str, Any], Any]:
    endless = steps is None and bool(hasattr(x, "cardinality") and int(x.cardinality()) == -1)
    if isinstance(x, keras.utils.PyDataset):
        batches: Iterable[Any] = (x[number] for number in range(x.num_batches or 0))
    else:
        batches = iter(x)
    seen = list(itertools.islice(batches, min(steps or MAX_BATCHES, MAX_BATCHES)))
    # An iterator cannot be begun anew: what was looked at comes first again.
    again = itertools.chain(seen, batches) if iter(x) is x and not isinstance(x, keras.utils.PyDataset) else x
    pairs = [batch if isinstance(batch, tuple | list) else (batch,) for batch in seen]
    sizes = [len(keras.tree.flatten(pair[0])[0]) for pair in pairs]
    named = [named_rows(pair[0], pair[1] if len(pair) > 1 else None) for pair in pairs]
    joined: dict[str, Any] = {
        name: list(itertools.chain(*(one[name] for one in named))) for name in ("x", "pairs", "y")
    }
    ranges = [one["x_range"] for one in named if one["x_range"]]
    low = [min(one[0] for one in ranges), max(one[1] for one in ranges)] if ranges else []
    return {
        "kind": "stream", "batch_size": sizes[0] if sizes else 0, "count": sum(sizes), "endless": endless,
        **{name: values[:MAX_ROWS] for name, values in joined.items()}, "x_range": low,
    }, again  # fmt: skip


def named_rows(x: Any, y: Any) -> dict[str, Any]:
    """A short name for each row of the inputs and for each pair of a row and its target; targets and range, where numbers."""
    inputs = [_keys(part) for part in keras.tree.flatten(x)]
    names = ["".join(parts) for parts in zip(*inputs, strict=False)]
    targets = [_keys(part) for part in keras.tree.flatten(y)] if y is not None else []
    labels = ["".join(parts) for parts in zip(*targets, strict=False)] or [""] * len(names)
    numbers = np.asarray(y, dtype=float).ravel()[:MAX_ROWS].tolist() if _is_flat(y) else []
    values = np.asarray(keras.tree.flatten(x)[0]) if names else np.zeros(0)
    numeric = values.dtype.kind in "biuf" and values.size
    return {
        "x": names,
        "pairs": [f"{name}:{label}" for name, label in zip(names, labels, strict=False)],
        "y": numbers,
        "x_range": [float(values.min()), float(values.max())] if numeric else [],
    }


def _is_flat(y: Any) -> bool:
    try:
        array = np.asarray(y)
    except (TypeError, ValueError):
        return False
    return array.dtype.kind in "biuf" and array.size == len(array) if array.ndim else False


def _keys(part: Any) -> list[str]:
    """A short name for each row: equal for equal values, whatever their type."""
    array = np.asarray(part)
    if array.ndim == 0:
        return []
    rows = array[:MAX_ROWS].reshape(len(array[:MAX_ROWS]), -1)
    if rows.dtype.kind in "biuf":
        rows = np.round(rows.astype(np.float64), 4) + 0.0  # no negative zeros
        return [hashlib.blake2b(row.tobytes(), digest_size=5).hexdigest() for row in rows]
    return [hashlib.blake2b(repr(row.tolist()).encode(), digest_size=5).hexdigest() for row in rows]


def split_names(data: Any) -> dict[str, dict[str, Any]]:
    """The rows of a data set's splits, named as those of a fit."""
    return {name: named_rows(getattr(data, name).x, getattr(data, name).y) for name in ("train", "validation", "test")}
