"""TensorFlow's flowers: photographs of five kinds, decoded once, kept as bytes of one size."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, stratified
from whitepaper.files import downloads, images, trees
from whitepaper.files.sources import Arrays, Form, Layout, Source, WrongWord, find
from whitepaper.files.trees import Tree

FLOWERS = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
SIZE = 180
PUBLISHED = 3_670


def _read_flowers(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    arrays = find_flowers(trees.open_tree(path))
    if arrays is None:
        raise ValueError(f"{path.name}: expected photographs in the folders {', '.join(FLOWERS)}. Received none.")
    return arrays


def find_flowers(tree: Tree) -> Arrays | None:
    """Photographs in folders named for the five flowers, wherever these are.

    Raises:
        ValueError: as of `images.by_class`, or classes that are others.
    """
    if not any(f"/{flower}/" in f"/{name}" for name in tree.names for flower in FLOWERS):
        return None
    found = images.by_class(tree)
    classes = {one for kinds in found.values() for one in kinds}
    if classes != set(FLOWERS):
        raise ValueError(
            f"{tree.path.name}: expected the classes {', '.join(FLOWERS)}. Received: {', '.join(sorted(classes))}."
        )
    # The published set has no splits: where somebody made some, they are one set again.
    whole = {one: sorted(name for kinds in found.values() for name in kinds.get(one, [])) for one in FLOWERS}
    x, y = images.decode_classes(tree, whole, FLOWERS, SIZE, mixed=False)
    return {"x": x, "y": y.astype(np.uint8)}


def _note(arrays: Arrays) -> str:
    n = len(arrays["x"])
    many = f"subset of {n} of {PUBLISHED} photographs: " if n < PUBLISHED else ""
    return f"{many}images by class, not the published file"


def _validate(arrays: Arrays) -> None:
    x, y = arrays["x"], arrays["y"]
    if x.dtype != np.uint8 or x.shape[1:] != (SIZE, SIZE, 3):
        raise ValueError(f"x: expected uint8 (n, {SIZE}, {SIZE}, 3). Received: {x.dtype} {x.shape}.")
    if y.shape != (len(x),) or y.dtype != np.uint8 or set(y.tolist()) != set(range(len(FLOWERS))):
        raise ValueError(
            f"y: expected {len(x)} labels, all of 0 to 4. Received: {y.dtype} {y.shape}, {sorted(set(y.tolist()))}."
        )


def _make(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets.standins import flowers as standin_flowers

    return standin_flowers.flowers(seed, n_train + n_test, SIZE)


TF_FLOWERS = Source(
    name="tf_flowers",
    title="TensorFlow flowers",
    licence="CC BY 2.0",
    homepage="https://www.tensorflow.org/datasets/catalog/tf_flowers",
    layouts=(
        Layout(
            ("flower_photos.tgz",), _read_flowers, ("4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",)
        ),
        Layout(
            ("flower_photos.tgz",), _read_flowers, ("bd9aac470f39d327e290958528f131167351df8251fcee9c11eaa013e7d4875f",)
        ),
    ),
    published=lambda: downloads.from_tfds("tf_flowers"),
    content={},
    validate=_validate,
    make=_make,
    sizes=(3_303, 367),
    forms=(Form("photographs in a folder for each flower", find_flowers, _note),),
    known=("flower", "tfflower"),
)


def load_flowers(size: int = SIZE, examples: int | None = None, data: str | None = None, seed: int = 0) -> Dataset:
    """Photographs of five flowers: x uint8 (n, size, size, 3), y int64 (n,); 80, 10 and 10 % of them, stratified.

    Of photographs that are identical only the first is kept, so none is in two splits.

    Args:
        size: side in pixels, 16 to 180; smaller ones are made from those of 180.
        examples: training and validation examples; None takes all. A ninth of that is the test split.
        data: "auto", "real" or "stand-in"; None reads WHITEPAPER_DATA.
        seed: of the choice, the splits and the stand-in.

    Raises:
        DataError: real data was asked for and is not to be had.
        WrongWord: an argument out of range.
    """
    check_arguments(examples, 0.1, 45, seed)
    if not isinstance(size, int | np.integer) or not 16 <= size <= SIZE:
        raise WrongWord(f"size is a whole number from 16 to {SIZE}. Received: {size!r}.")
    wanted = (
        (TF_FLOWERS.sizes[0], TF_FLOWERS.sizes[1]) if examples is None else (examples, max(10, round(examples / 9)))
    )
    found = find(TF_FLOWERS, data, seed, wanted)
    published = len(found.arrays["x"])
    kept = images.firsts(found.arrays["x"])
    labels = found.arrays["y"].astype(np.int64)[kept]
    order = kept[stratified(labels, min(len(kept), sum(wanted)), seed)]
    x, y = images.resize(found.arrays["x"][order], size), found.arrays["y"].astype(np.int64)[order]
    tenth = max(10, round(len(y) / 10))
    test = stratified(y, tenth, seed + 1)
    rest = np.setdiff1d(np.arange(len(y)), test)
    validation = rest[stratified(y[rest], tenth, seed + 2)]
    train = np.setdiff1d(rest, validation)
    real = found.source == "real"
    note = found.note or (f"subset of {published} of {PUBLISHED} photographs" if published < PUBLISHED else "")
    from whitepaper.datasets.standins.flowers import NAMES

    return Dataset(
        Split(x[train], y[train]), Split(x[validation], y[validation]), Split(x[test], y[test]),
        name=TF_FLOWERS.name, title=TF_FLOWERS.title, source=found.source, origin=found.origin,
        class_names=FLOWERS if real else NAMES, licence=TF_FLOWERS.licence if real else "made here",
        homepage=TF_FLOWERS.homepage, note=note if real else "made here; shapes, types and labels of the published set",
        sha256=found.sha256,
    )  # fmt: skip
