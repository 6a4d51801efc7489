"""CIFAR-10: small color photographs in ten classes."""

from __future__ import annotations

import tarfile
from functools import partial
from pathlib import Path

import numpy as np

from whitepaper.datasets.dataset import Dataset
from whitepaper.datasets.images import labeled
from whitepaper.datasets.images.labeled import load_labeled_images
from whitepaper.files import downloads
from whitepaper.files.sources import Arrays, Layout, Source

OBJECTS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_RECORD = 1 + 3 * 32 * 32  # a label, then the red, green and blue planes


def _read_binary(paths: dict[str, Path]) -> Arrays:
    """The published tar of batches; only the six members that are wanted are read, and nothing is unpacked."""
    (path,) = paths.values()
    parts: dict[str, list[np.ndarray]] = {"train": [], "test": []}
    with tarfile.open(path) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers() if member.isfile()}
        for split, names in (
            ("train", [f"data_batch_{number}.bin" for number in range(1, 6)]),
            ("test", ["test_batch.bin"]),
        ):
            for name in names:
                file = archive.extractfile(members[name]) if name in members else None
                if file is None:
                    raise ValueError(f"{path.name}: expected a file {name} in it. Received none.")
                body = file.read()
                if len(body) % _RECORD:
                    raise ValueError(
                        f"{path.name}: {name}: expected records of {_RECORD} bytes. Received: {len(body)}."
                    )
                parts[split].append(np.frombuffer(body, np.uint8).reshape(-1, _RECORD))
    arrays: Arrays = {}
    for split, records in parts.items():
        table = np.concatenate(records)
        arrays[f"x_{split}"] = np.ascontiguousarray(table[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
        arrays[f"y_{split}"] = table[:, 0].copy()
    return arrays


def _read_npz(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    arrays = labeled.read_npz(path, labeled.KEYS)
    return {key: array.ravel() if key[0] == "y" else array for key, array in arrays.items()}


def _shapes(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets.standins import cifar10 as standin_cifar10

    return standin_cifar10.shapes(seed, n_train, n_test)


CIFAR10 = Source(
    name="cifar10",
    title="CIFAR-10",
    licence="free to use, no licence named",
    homepage="https://www.cs.toronto.edu/~kriz/cifar.html",
    layouts=(
        Layout(
            ("cifar-10-binary.tar.gz",),
            _read_binary,
            ("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",),
        ),
        Layout(("cifar10_subset.npz",), _read_npz),
    ),
    published=lambda: downloads.from_tfds("cifar10"),
    content={
        "e41269404ab1b99fe5b0670f3c3b4eae81c0f57bb971e4eea0bba00458cd2df9": "subset of 10 000 + 2 000 pictures, through JPEG once"
    },
    validate=partial(labeled.validate, shape=(32, 32, 3)),
    make=_shapes,
    sizes=(50_000, 10_000),
)


def load_cifar10(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Color photographs of ten kinds of things: x uint8 (n, 32, 32, 3), y int64 (n,) from 0 to 9 (Krizhevsky 2009).

    Arguments and errors as in `load_mnist`; None takes all 50 000, or what the originals folder has. The stand-in has
    class names of its own: textured shapes.
    """
    from whitepaper.datasets.standins.cifar10 import NAMES

    return load_labeled_images(CIFAR10, OBJECTS, examples, validation, seed, data, made_names=NAMES)
