"""Fashion-MNIST: images of clothes."""

from __future__ import annotations

from functools import partial

from whitepaper.datasets.dataset import Dataset
from whitepaper.datasets.images import labeled
from whitepaper.datasets.images.labeled import IDX_FORM, IDX_LAYOUT, load_labeled_images
from whitepaper.files import downloads
from whitepaper.files.sources import Arrays, Form, Source

CLOTHES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def _clothes(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets.standins import mnist as standin_mnist

    return standin_mnist.clothes(seed, n_train, n_test)


FASHION_MNIST = Source(
    name="fashion_mnist",
    title="Fashion-MNIST",
    licence="MIT",
    homepage="https://github.com/zalandoresearch/fashion-mnist",
    layouts=(IDX_LAYOUT,),
    published=lambda: downloads.from_tfds("fashion_mnist"),
    content={"2cfde1d114a026477ac7ddfd7c238406e603f0fff3088c8208f99009bda603be": "complete"},
    validate=partial(labeled.validate, shape=(28, 28)),
    make=_clothes,
    sizes=(60_000, 10_000),
    forms=(
        IDX_FORM,
        Form("an npz of four arrays", partial(labeled.find_npz, names=("fashion_mnist.npz", "fashion-mnist.npz"))),
    ),
)


def load_fashion_mnist(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Images of clothes in ten classes: x uint8 (n, 28, 28), y int64 (n,) (Xiao, Rasul, Vollgraf 2017).

    Arguments and errors as in `load_mnist`.
    """
    return load_labeled_images(FASHION_MNIST, CLOTHES, examples, validation, seed, data)
