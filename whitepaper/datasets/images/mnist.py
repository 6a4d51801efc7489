"""MNIST: handwritten digits."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from whitepaper.datasets.dataset import Dataset
from whitepaper.datasets.images import labeled
from whitepaper.datasets.images.labeled import IDX_FORM, IDX_LAYOUT, load_labeled_images
from whitepaper.files import downloads
from whitepaper.files.sources import Arrays, Form, Layout, Source


def _read_npz(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return labeled.read_npz(path, labeled.KEYS)


def _digits(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets.standins import mnist as standin_mnist

    return standin_mnist.digits(seed, n_train, n_test)


MNIST = Source(
    name="mnist",
    title="MNIST",
    licence="CC BY-SA 3.0",
    homepage="http://yann.lecun.com/exdb/mnist/",
    layouts=(IDX_LAYOUT, Layout(("mnist.npz",), _read_npz)),
    published=lambda: downloads.from_tfds("mnist"),
    content={"9b1c5724154a1748bbedb8bfdadb199a8e79b56caa8dfa37b02b2b44847d5198": "complete"},
    validate=partial(labeled.validate, shape=(28, 28)),
    make=_digits,
    sizes=(60_000, 10_000),
    forms=(IDX_FORM, Form("mnist.npz packed again", partial(labeled.find_npz, names=("mnist.npz",)))),
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
    return load_labeled_images(MNIST, tuple("0123456789"), examples, validation, seed, data)
