"""What the loaders of labeled images share: two published forms, a validation, and the splits."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, cut, stratified
from whitepaper.files import idx
from whitepaper.files.sources import Arrays, Layout, Source, find

IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}
KEYS = tuple(IDX_FILES)


def read_npz(path: Path, keys: Iterable[str]) -> Arrays:
    """The named arrays of an .npz file; nothing is unpickled.

    Raises:
        ValueError: an array is missing.
    """
    wanted = tuple(keys)
    with np.load(path, allow_pickle=False) as file:
        if missing := sorted(set(wanted) - set(file.files)):
            raise ValueError(
                f"{path.name}: expected the arrays {', '.join(wanted)}. Received none named {', '.join(missing)}."
            )
        return {key: file[key] for key in wanted}


def read_idx(paths: dict[str, Path]) -> Arrays:
    """Images and labels of the four idx files that MNIST was published in."""
    return {key: idx.read(paths[name]) for key, name in IDX_FILES.items()}


IDX_LAYOUT = Layout(tuple(IDX_FILES.values()), read_idx)


def validate(arrays: Arrays, shape: tuple[int, ...]) -> None:
    """Hold training and test arrays to images of one shape and labels from 0 to 9.

    Raises:
        ValueError: another type, shape or label; names the array.
    """
    sizes = ", ".join(map(str, shape))
    for split in ("train", "test"):
        x, y = arrays[f"x_{split}"], arrays[f"y_{split}"]
        if x.dtype != np.uint8 or x.shape[1:] != shape:
            raise ValueError(f"x_{split}: expected uint8 (n, {sizes}). Received: {x.dtype} {x.shape}.")
        if y.shape != (len(x),) or y.dtype != np.uint8 or (len(y) and y.max() > 9):
            raise ValueError(
                f"y_{split}: expected {len(x)} labels from 0 to 9. Received: {y.dtype} {y.shape}, up to {y.max(initial=0)}."
            )


def load_labeled_images(
    source: Source, names: tuple[str, ...], examples: int | None, validation: float, seed: int, data: str | None,
    made_names: tuple[str, ...] = (),
) -> Dataset:  # fmt: skip
    """The common work of the loaders of labeled images: find the arrays, cut them, split them.

    Args:
        names: of the classes. made_names: of the stand-in's, where they are others.
    """
    check_arguments(examples, validation, 10 * len(names))
    n_train = source.sizes[0] if examples is None else min(examples, source.sizes[0])
    n_test = source.sizes[1] if examples is None else min(source.sizes[1], max(n_train // 5, 200))
    found = find(source, data, seed, (n_train, n_test))
    arrays, what = found.arrays, source.content.get(found.sha256, "complete")
    real = found.source == "real"
    x, y = arrays["x_train"], arrays["y_train"].astype(np.int64)
    x_test, y_test = arrays["x_test"], arrays["y_test"].astype(np.int64)
    if n_train < len(x):
        chosen = np.sort(stratified(y, n_train, seed))
        x, y = x[chosen], y[chosen]
    if n_test < len(x_test):
        chosen = np.sort(stratified(y_test, n_test, seed))
        x_test, y_test = x_test[chosen], y_test[chosen]
    train, held_out = cut(x, y, validation, seed)
    return Dataset(
        train,
        held_out,
        Split(x_test, y_test),
        name=source.name,
        title=source.title,
        source=found.source,
        origin=found.origin,
        class_names=names if real else made_names or names,
        licence=source.licence if real else "made here",
        homepage=source.homepage,
        note=what.removeprefix("complete") if real else "made here; shapes, types and labels of the published set",
        sha256=found.sha256,
    )
