"""CIFAR-10: small color photographs in ten classes."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from whitepaper.datasets.dataset import Dataset
from whitepaper.datasets.images import labeled
from whitepaper.datasets.images.labeled import load_labeled_images
from whitepaper.files import downloads, images, pickles, trees
from whitepaper.files.sources import Arrays, Form, Layout, Source
from whitepaper.files.trees import Tree

OBJECTS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
# MD5 of the pickled batches, as torchvision holds them to.
PICKLED = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}
_RECORD = 1 + 3 * 32 * 32  # a label, then the red, green and blue planes


def _read_binary(paths: dict[str, Path]) -> Arrays:
    """The published tar of batches; only the six members that are wanted are read, and nothing is unpacked."""
    (path,) = paths.values()
    arrays = find_binary(trees.open_tree(path))
    if arrays is None:
        raise ValueError(f"{path.name}: expected a file data_batch_1.bin in it. Received none.")
    return arrays


def _batches(tree: Tree, ending: str) -> dict[str, list[bytes]] | None:
    """The bytes of the six batches, by split, or None where there is none of them.

    Raises:
        ValueError: some of the six are missing.
    """
    parts = {"train": [f"data_batch_{number}{ending}" for number in range(1, 6)], "test": [f"test_batch{ending}"]}
    places = {name: found[0] for names in parts.values() for name in names if (found := tree.called(name))}
    if not places:
        return None
    for names in parts.values():
        if missing := [name for name in names if name not in places]:
            raise ValueError(f"{tree.path.name}: expected a file {missing[0]} in it. Received none.")
    bodies = dict(tree.bodies(places.values()))
    return {split: [bodies[places[name]] for name in names] for split, names in parts.items()}


def _pixels(planes: np.ndarray) -> np.ndarray:
    """Rows of red, green and blue planes as images (n, 32, 32, 3)."""
    return np.ascontiguousarray(planes.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))


def find_binary(tree: Tree) -> Arrays | None:
    """The batches as published for C programs: a label and 3072 bytes for each image."""
    batches = _batches(tree, ".bin")
    if batches is None:
        return None
    arrays: Arrays = {}
    for split, bodies in batches.items():
        for number, body in enumerate(bodies, 1):
            if not body or len(body) % _RECORD:
                raise ValueError(
                    f"{tree.path.name}: {split} batch {number}: expected records of {_RECORD} bytes. Received: {len(body)}."
                )
        table = np.frombuffer(b"".join(bodies), np.uint8).reshape(-1, _RECORD)
        arrays[f"x_{split}"], arrays[f"y_{split}"] = _pixels(table[:, 1:]), table[:, 0].copy()
    return arrays


def find_pickles(tree: Tree) -> Arrays | None:
    """The batches as published for Python: pickled dictionaries, read without running anything, held to their MD5."""
    batches = _batches(tree, "")
    if batches is None:
        return None
    arrays: Arrays = {}
    for split, bodies in batches.items():
        x, y = [], []
        for number, body in enumerate(bodies, 1):
            name = f"data_batch_{number}" if split == "train" else "test_batch"
            if (digest := hashlib.md5(body, usedforsecurity=False).hexdigest()) != PICKLED[name]:
                raise ValueError(f"{name}: expected the MD5 {PICKLED[name][:12]} …. Received: {digest[:12]} …")
            batch = pickles.load(body, name)
            try:
                data, labels = np.asarray(batch[b"data"]), np.asarray(batch[b"labels"])
            except (KeyError, TypeError, IndexError) as error:
                raise ValueError(
                    f"{name}: expected a dictionary of data and labels. Received another object."
                ) from error
            if data.dtype != np.uint8 or data.ndim != 2 or data.shape[1] != _RECORD - 1:
                raise ValueError(f"{name}: expected uint8 (n, {_RECORD - 1}). Received: {data.dtype} {data.shape}.")
            x.append(_pixels(data))
            y.append(labels.astype(np.uint8))
        arrays[f"x_{split}"], arrays[f"y_{split}"] = np.concatenate(x), np.concatenate(y)
    return arrays


def find_images(tree: Tree) -> Arrays | None:
    """Images in `train/<class>/` and `test/<class>/`, the layout of most copies.

    Raises:
        ValueError: as of `images.by_class`; other classes, no test images, or images that are not 32 × 32.
    """
    if not any(f"/{one}/" in f"/{name}" for name in tree.ending(*images.ENDINGS) for one in OBJECTS):
        return None
    found = images.by_class(tree)
    if found.keys() != {"train", "test"}:
        raise ValueError(
            f"{tree.path.name}: expected the folders train and test. Received: {', '.join(sorted(found)) or 'none'}."
        )
    arrays: Arrays = {}
    for split, kinds in found.items():
        if kinds.keys() != set(OBJECTS):
            raise ValueError(
                f"{tree.path.name}, {split}: expected the classes {', '.join(OBJECTS)}. Received: {', '.join(sorted(kinds))}."
            )
        x, y = images.decode_classes(tree, kinds, OBJECTS, 32, exact=True)
        arrays[f"x_{split}"], arrays[f"y_{split}"] = x, y.astype(np.uint8)
    known = set(images.fingerprints(arrays["x_train"]))
    if twice := [one for one in images.fingerprints(arrays["x_test"]) if one in known]:
        raise ValueError(
            f"{tree.path.name}: expected other images in test than in train. Received {len(twice)} that are in both."
        )
    return arrays


def _note(form: str, arrays: Arrays) -> str:
    n, whole = len(arrays["y_train"]) + len(arrays["y_test"]), sum(CIFAR10.sizes)
    return f"subset of {n} of {whole} images: {form}" if n < whole else f"{n} {form}"


def _read_npz(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return labeled.read_npz(path, labeled.KEYS)


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
    forms=(
        Form("the pickled batches", find_pickles, lambda arrays: ""),
        Form(
            "the binary batches unpacked", find_binary, partial(_note, "images from batches without a published hash")
        ),
        Form(
            "images in train/<class> and test/<class>",
            find_images,
            partial(_note, "images by class, not the published file"),
        ),
    ),
    known=("cifar10",),
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
