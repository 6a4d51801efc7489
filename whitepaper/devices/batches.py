"""Batches of arrays and streams for several processes, and how their rows are shared out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from whitepaper.errors import CourseError


def bounds(rows: int, sharers: int) -> list[slice]:
    """Which rows of a batch each sharer takes: all of them, none twice, in order."""
    edges = [number * rows // sharers for number in range(sharers + 1)]
    return [slice(low, high) for low, high in itertools.pairwise(edges)]


class Batches:
    """Batches of arrays or of a stream, the same ones in every process.

    Args:
        x, y, sample_weight: arrays or structures of them; or x alone: a tf.data.Dataset, a PyDataset or an iterable.
        batch_size: rows of a batch, over all replicas. shuffle: arrays in another order each epoch, drawn from `seed`.
        least: rows that a batch must have; a smaller last one is joined to the one before.
        steps: batches of an epoch; a stream goes on with its next batch in the next epoch.

    Raises:
        CourseError: fewer rows than `least` in all.
    """

    def __init__(self, x: Any, y: Any = None, sample_weight: Any = None, batch_size: int | None = None, shuffle: bool = False,
                 seed: int = 0, least: int = 1, steps: int | None = None) -> None:  # fmt: skip
        self.stream = isinstance(x, tf.data.Dataset | keras.utils.PyDataset) or not _has_rows(x)
        self.x, self.shuffle, self.seed, self.least, self.steps = x, shuffle and not self.stream, seed, least, steps
        self.size = batch_size or 32
        self._going: Iterator[Any] | None = None
        self._peeked: list[Any] = []
        if not self.stream:
            parts = tuple(part for part in (x, y, sample_weight) if part is not None)
            self.data = keras.tree.map_structure(_rows, parts)
            self.rows = len(keras.tree.flatten(self.data)[0])

    @property
    def count(self) -> int | None:
        """Batches of an epoch, where that is known before."""
        if self.steps:
            return self.steps
        if not self.stream:
            return max(1, self._whole())
        if isinstance(self.x, tf.data.Dataset):
            known = int(self.x.cardinality())
            return known if known > 0 else None
        return None

    def _whole(self) -> int:
        """Batches of the arrays, without a last one that is too small to stand alone."""
        full, rest = divmod(self.rows, self.size)
        return full + (rest >= self.least)

    def first(self) -> Any:
        """A batch to build a model by; the epochs still have it."""
        if not self.stream:
            return next(self._of_arrays(0))
        if self._going is None:
            self._going = self._begun()
        if not self._peeked:
            self._peeked = list(itertools.islice(self._going, 1))
        if not self._peeked:
            raise CourseError("Expected a stream of batches. Received: an empty one.")
        return self._peeked[0]

    def epoch(self, number: int) -> Iterator[Any]:
        """The batches of an epoch, counted from 0."""
        batches = self._of_stream() if self.stream else self._of_arrays(number)
        return joined(itertools.islice(batches, self.steps) if self.steps else batches, self.least)

    def _of_arrays(self, number: int) -> Iterator[Any]:
        order = np.arange(self.rows)
        if self.shuffle:
            np.random.default_rng([self.seed, number]).shuffle(order)
        for start in range(0, self.rows, self.size):
            chosen = order[start : start + self.size]
            yield keras.tree.map_structure(lambda values, chosen=chosen: values[chosen], self.data)

    def _of_stream(self) -> Iterator[Any]:
        # Steps that are counted go on through the stream; else each epoch is a whole one, the first with what was peeked at.
        if self._going is None or not (self.steps or self._peeked):
            self._going = self._begun()
        peeked, self._peeked = self._peeked, []
        return itertools.chain(peeked, self._going)

    def _begun(self) -> Iterator[Any]:
        stream = (
            (self.x[number] for number in range(len(self.x)))
            if isinstance(self.x, keras.utils.PyDataset)
            else iter(self.x)
        )
        for batch in stream:
            yield keras.tree.map_structure(np.asarray, batch if isinstance(batch, tuple) else (batch,))


def _has_rows(x: Any) -> bool:
    parts = keras.tree.flatten(x)
    return bool(parts) and all(hasattr(part, "shape") or isinstance(part, int | float | str) for part in parts)


def _rows(values: Any) -> Any:
    return values if isinstance(values, np.ndarray) else np.asarray(values)


def joined(batches: Iterable[Any], least: int) -> Iterator[Any]:
    """The batches, a last one of fewer than `least` rows joined to the one before.

    Raises:
        CourseError: another batch than the last one, or the only one, has fewer rows than `least`.
    """
    held, short = None, 0
    for batch in batches:
        if short:
            break
        rows = len(keras.tree.flatten(batch)[0])
        short = rows if rows < least else 0
        if held is not None and short:
            batch = keras.tree.map_structure(lambda one, other: np.concatenate([one, other]), held, batch)
        elif held is not None:
            yield held
        held = batch
    else:
        if held is None:
            return
        if len(keras.tree.flatten(held)[0]) >= least:
            yield held
            return
    raise CourseError(
        f"Expected batches of at least {least} rows, one for each replica. Received: {short}.", "a larger batch_size"
    )
