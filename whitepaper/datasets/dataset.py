"""What a loader returns: three splits, and where they came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from whitepaper.errors import NotAttempted

# Above this many bytes a split is shuffled through a window instead of as a whole.
_SHUFFLE_BYTES = 512 * 1024 * 1024


@dataclass
class Split:
    """Examples that belong together.

    Attributes:
        x: (n, …) inputs.
        y: (n, …) targets.
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y):
            raise ValueError(f"x and y must be equally long. Received: {len(self.x)} and {len(self.y)}.")

    def __len__(self) -> int:
        return len(self.x)

    def take(self, n: int) -> Split:
        """The first n examples."""
        return Split(self.x[:n], self.y[:n])

    def batches(
        self, batch_size: int, shuffle: bool = False, augment: Callable[..., Any] | None = None, seed: int = 0
    ) -> Any:
        """A cached, prefetching `tf.data.Dataset` of (x, y) batches.

        Args:
            batch_size: examples per batch; the last batch may be smaller.
            shuffle: a new order each epoch, the same for the same seed.
            augment: maps a batch (x, y) to a batch, afresh in every epoch.
            seed: of the order.
        """
        import tensorflow as tf

        stream = tf.data.Dataset.from_tensor_slices((np.asarray(self.x), np.asarray(self.y))).cache()
        if shuffle:
            window = len(self) if self.x.nbytes <= _SHUFFLE_BYTES else 10_000
            stream = stream.shuffle(window, seed=seed, reshuffle_each_iteration=True)
        stream = stream.batch(batch_size)
        if augment is not None:
            # One at a time: in parallel, random operations draw in another order each run, whatever the seed.
            try:
                stream = stream.map(augment)
            except Exception as error:
                # TensorFlow wraps what a function raises that it translates: an open blank must stay one.
                if isinstance(error.__context__, NotAttempted):
                    raise error.__context__ from None
                raise
        return stream.prefetch(tf.data.AUTOTUNE)


@dataclass
class Dataset:
    """A data set, split for training, choosing and measuring.

    Attributes:
        train, validation, test: the splits; the test split is for `evaluate` alone.
        name: as in the registry, "fashion_mnist". title: as a person says it.
        class_names: label → name; empty where the target is a number.
        feature_names: names of the columns of x, for tables.
        source: "real" or "stand-in". origin: "cache", "originals", "download", "stand-in", "made" or "scikit-learn".
        note: what else there is to say; begins with "subset" where it is not all of the published set.
        sha256: of the content that the splits were cut from.
    """

    train: Split
    validation: Split
    test: Split
    name: str
    title: str
    source: str
    origin: str
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    licence: str = ""
    homepage: str = ""
    note: str = ""
    sha256: str = field(default="", repr=False)

    def map(self, function: Callable[[Any, Any], tuple[Any, Any]]) -> Dataset:
        """The data set with `function(x, y) -> (x, y)` applied to the arrays of every split alike.

        Raises:
            TypeError: the function gave back something else than two arrays.
        """
        splits: dict[str, Any] = {}
        for name in ("train", "validation", "test"):
            split = getattr(self, name)
            pair = function(split.x, split.y)
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise TypeError(
                    f"the function given to map must return the pair (x, y). Received: {type(pair).__name__}."
                )
            splits[name] = Split(np.asarray(pair[0]), np.asarray(pair[1]))
        return replace(self, **splits)

    @property
    def complete(self) -> bool:
        """Whether these are all published examples, as far as the content is known; what was then asked for does not count."""
        return not self.note.startswith("subset")

    def provenance(self) -> dict[str, Any]:
        """What a run's record says of its data."""
        sizes = {name: len(getattr(self, name)) for name in ("train", "validation", "test")}
        return {
            "name": self.name,
            "source": self.source,
            "origin": self.origin,
            "complete": self.complete,
            "examples": sizes,
            "licence": self.licence,
            "note": self.note,
            "sha256": self.sha256,
        }

    def __str__(self) -> str:
        sizes = ", ".join(
            f"{len(getattr(self, name)):,} {name}".replace(",", " ") for name in ("train", "validation", "test")
        )
        note = f"; {self.note}" if self.note and self.source == "real" else ""
        return f"{self.title}: {sizes}; {self.source} ({self.origin}){note}"


def stratified(labels: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Indices of n examples with the label shares of the whole, in random order.

    Args:
        labels: (N,) integer labels, or numbers, which are then not stratified.
        n: how many; at most N.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(labels))
    if n >= len(labels):
        return order
    if not np.issubdtype(labels.dtype, np.integer):
        return order[:n]
    # Rank of each example within its class, over the class's size: the first n by that key keep every share.
    key = np.empty(len(labels))
    for label in np.unique(labels):
        members = order[labels[order] == label]
        key[members] = (np.arange(len(members)) + rng.random()) / len(members)
    return order[np.argsort(key[order], kind="stable")[:n]]


def cut(x: np.ndarray, y: np.ndarray, share: float, seed: int) -> tuple[Split, Split]:
    """Two splits of sizes 1 − share and share, stratified, without overlap; neither is empty."""
    chosen = stratified(y, min(len(y) - 1, max(1, round(share * len(y)))), seed)
    mask = np.zeros(len(y), dtype=bool)
    mask[chosen] = True
    return Split(x[~mask], y[~mask]), Split(x[mask], y[mask])
