"""What a loader returns: three splits, and where they came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from whitepaper.errors import NotAttempted
from whitepaper.files.sources import WrongWord

# Above this many bytes a split is shuffled through a window instead of as a whole.
_SHUFFLE_BYTES = 512 * 1024 * 1024
_PAIR = (
    "expected one array. Received: a Split, which is the pair (x, y). "
    "Write model.fit(*data.train, validation_data=tuple(data.validation)), or data.train.x."
)


def _whole(value: Any, name: str, least: int) -> int:
    """A whole number of at least `least`.

    Raises:
        WrongWord: anything else.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < least:
        raise WrongWord(f"{name} is a whole number of at least {least}. Received: {value!r}.")
    return int(value)


def _own(array: Any, name: str) -> np.ndarray:
    """A plain NumPy array that can be written to, as every split holds, whatever its size and where it came from."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} of a Split must be a NumPy array. Received: {type(array).__name__}.")
    # A memory map becomes a plain array over the same memory.
    plain: np.ndarray = np.asarray(array)
    return plain if plain.flags.writeable else plain.copy()


@dataclass(eq=False, repr=False)
class Split:
    """Examples that belong together, as a pair of arrays: `x, y = data.train`, `model.fit(*data.train)`.

    The arrays can be written to at every size (`data.test.x -= 1`): what is written stays in memory and reaches neither the
    cache nor what a loader returns next. `len` is the number of examples. Two splits are equal if they are the same object.

    Attributes:
        x: (n, …) inputs.
        y: (n, …) targets.

    Raises:
        TypeError: x or y is no NumPy array. ValueError: they are not equally long.
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self) -> None:
        self.x, self.y = _own(self.x, "x"), _own(self.y, "y")
        if self.x.ndim == 0 or self.y.ndim == 0 or len(self.x) != len(self.y):
            lengths = " and ".join(str(len(array)) if array.ndim else "a single number" for array in (self.x, self.y))
            raise ValueError(f"x and y must be equally long. Received: {lengths}.")

    def __len__(self) -> int:
        return len(self.x)

    def __iter__(self) -> Iterator[np.ndarray]:
        yield self.x
        yield self.y

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Refused in one line, as `shape` is: Keras and NumPy ask for both where they expect an array, not a pair.

        Raises:
            TypeError: always.
        """
        raise TypeError(_PAIR)

    @property
    def shape(self) -> tuple[int, ...]:
        """Refused in one line: x and y have a shape each."""
        raise TypeError(_PAIR)

    def __repr__(self) -> str:
        arrays = (f"{name} {array.dtype} {array.shape}" for name, array in (("x", self.x), ("y", self.y)))
        return f"Split of {len(self)} examples: {', '.join(arrays)}"

    def take(self, n: int) -> Split:
        """The first n examples; all, if there are fewer.

        Raises:
            WrongWord: n is no whole number, or negative.
        """
        n = _whole(n, "n", 0)
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

        Raises:
            WrongWord: a batch size below 1 or a negative seed.
        """
        batch_size, seed = _whole(batch_size, "batch_size", 1), _whole(seed, "seed", 0)
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


@dataclass(eq=False, repr=False)
class Dataset:
    """A data set, split for training, choosing and measuring. Two data sets are equal if they are the same object.

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

    def __repr__(self) -> str:
        """Three lines: the splits with types and shapes, the classes, the source."""
        splits = "; ".join(
            f"{name} {split.x.dtype} {split.x.shape}, {split.y.dtype} {split.y.shape}"
            for name, split in (("train", self.train), ("validation", self.validation), ("test", self.test))
        )
        labels = ", ".join(map(repr, self.class_names[:10])) or "none: the target is no class"
        more = f" and {len(self.class_names) - 10} more" if len(self.class_names) > 10 else ""
        source = f"{self.source} ({self.origin})" + (f"; {self.note}" if self.note else "")
        return f"{self.title}: {splits}\nclasses: {labels}{more}\nsource: {source}"

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
