"""Picture data sets."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from whitepaper.datasets import fetch, idx
from whitepaper.datasets.dataset import Dataset, Split, cut, stratified
from whitepaper.datasets.sources import Arrays, Layout, Source, WrongWord, find

CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")

_IDX = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}


def _read_idx(paths: dict[str, Path]) -> Arrays:
    return {key: idx.read(paths[name]) for key, name in _IDX.items()}


def _read_npz(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    with np.load(path, allow_pickle=False) as file:
        if missing := sorted(set(_IDX) - set(file.files)):
            raise ValueError(
                f"{path.name}: expected the arrays {', '.join(_IDX)}. Received none named {', '.join(missing)}."
            )
        return {key: file[key] for key in _IDX}


def _validate(arrays: Arrays) -> None:
    for split in ("train", "test"):
        x, y = arrays[f"x_{split}"], arrays[f"y_{split}"]
        if x.dtype != np.uint8 or x.ndim != 3 or x.shape[1:] != (28, 28):
            raise ValueError(f"x_{split}: expected uint8 (n, 28, 28). Received: {x.dtype} {x.shape}.")
        if y.shape != (len(x),) or y.dtype != np.uint8 or (len(y) and y.max() > 9):
            raise ValueError(
                f"y_{split}: expected {len(x)} labels from 0 to 9. Received: {y.dtype} {y.shape}, up to {y.max(initial=0)}."
            )


def _digits(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets import standin_images

    return standin_images.digits(seed, n_train, n_test)


def _clothes(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets import standin_images

    return standin_images.clothes(seed, n_train, n_test)


_LAYOUTS = (Layout(tuple(_IDX.values()), _read_idx),)

MNIST = Source(
    name="mnist",
    title="MNIST",
    licence="CC BY-SA 3.0",
    homepage="http://yann.lecun.com/exdb/mnist/",
    layouts=(*_LAYOUTS, Layout(("mnist.npz",), _read_npz)),
    published=lambda: fetch.from_tfds("mnist"),
    content={"9b1c5724154a1748bbedb8bfdadb199a8e79b56caa8dfa37b02b2b44847d5198": "complete"},
    validate=_validate,
    make=_digits,
    sizes=(60_000, 10_000),
)

FASHION_MNIST = Source(
    name="fashion_mnist",
    title="Fashion-MNIST",
    licence="MIT",
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    layouts=_LAYOUTS,
    published=lambda: fetch.from_tfds("fashion_mnist"),
    content={"2cfde1d114a026477ac7ddfd7c238406e603f0fff3088c8208f99009bda603be": "complete"},
    validate=_validate,
    make=_clothes,
    sizes=(60_000, 10_000),
)


def load_mnist(examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None) -> Dataset:
    """Handwritten digits: x uint8 (n, 28, 28) with ink at 255, y int64 (n,) from 0 to 9 (LeCun, Cortes, Burges 1998).

    Args:
        examples: training examples to take, stratified, validation included; None takes all 60 000.
            The test split is cut to a fifth of that, at least 200.
        validation: share of the training examples that becomes the validation split.
        seed: of the choice of examples and of the stand-in.
        data: "auto", "real" or "stand-in"; None reads WHITEPAPER_DATA.

    Raises:
        DataError: real data was asked for and is not to be had.
        WrongWord: an argument out of range.
    """
    return load_pictures(MNIST, tuple("0123456789"), examples, validation, seed, data)


def load_fashion_mnist(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Pictures of clothes in ten classes: x uint8 (n, 28, 28), y int64 (n,) (Xiao, Rasul, Vollgraf 2017).

    Arguments and errors as in `load_mnist`.
    """
    return load_pictures(FASHION_MNIST, CLOTHES, examples, validation, seed, data)


def check_arguments(examples: int | None, validation: float, least: int) -> None:
    """Raises WrongWord unless `examples` is None or at least `least`, and `validation` lies in (0, 1)."""
    if examples is not None and (not isinstance(examples, int | np.integer) or examples < least):
        raise WrongWord(f"examples is None or a whole number of at least {least}. Received: {examples!r}.")
    if not isinstance(validation, float | np.floating) or not 0 < validation < 1:
        raise WrongWord(f"validation is a share between 0 and 1. Received: {validation!r}.")


def load_pictures(
    source: Source, names: tuple[str, ...], examples: int | None, validation: float, seed: int, data: str | None,
    made_names: tuple[str, ...] = (),
) -> Dataset:  # fmt: skip
    """The common work of the loaders of labeled pictures: find the arrays, cut them, split them.

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
