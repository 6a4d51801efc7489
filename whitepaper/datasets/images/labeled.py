"""What the loaders of labeled images share: the published forms, the others that go round, a validation, and the splits."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, cut, stratified
from whitepaper.files import idx
from whitepaper.files.sources import Arrays, Form, Layout, Source, find
from whitepaper.files.trees import Tree

IDX_FILES = {
    "x_train": "train-images-idx3-ubyte.gz",
    "y_train": "train-labels-idx1-ubyte.gz",
    "x_test": "t10k-images-idx3-ubyte.gz",
    "y_test": "t10k-labels-idx1-ubyte.gz",
}
KEYS = tuple(IDX_FILES)


def as_bytes(array: np.ndarray, name: str) -> np.ndarray:
    """Pixels or labels as uint8; labels (n, 1) become (n,), images (n, rows, columns, 1) lose their one channel.

    Raises:
        ValueError: numbers that are not whole, or not from 0 to 255.
    """
    if name.startswith("y") and array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if name.startswith("x") and array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected whole numbers from 0 to 255. Received: {array.dtype}.")
    small = array.astype(np.uint8)
    if not np.array_equal(small, array):
        strange = array[small != array].ravel()[0]
        raise ValueError(f"{name}: expected whole numbers from 0 to 255. Received: {strange} ({array.dtype}).")
    return small


def read_npz(path: Path, keys: Iterable[str]) -> Arrays:
    """The named arrays of an .npz file as uint8; nothing is unpickled.

    Raises:
        ValueError: no whole npz file, an array that is missing, or of other numbers.
    """
    return parse_npz(path.read_bytes(), path.name, keys)


def parse_npz(body: bytes, name: str, keys: Iterable[str]) -> Arrays:
    """As `read_npz`, from the file's bytes."""
    wanted = tuple(keys)
    try:
        file = np.load(io.BytesIO(body), allow_pickle=False)
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"{name}: expected a whole npz file. Received: {error}.") from error
    if not isinstance(file, np.lib.npyio.NpzFile):
        raise ValueError(f"{name}: expected an npz file of several arrays. Received: {type(file).__name__}.")
    with file:
        if missing := sorted(set(wanted) - set(file.files)):
            raise ValueError(
                f"{name}: expected the arrays {', '.join(wanted)}. Received none named {', '.join(missing)}."
            )
        try:
            return {key: as_bytes(file[key], key) for key in wanted}
        except (EOFError, OSError, zipfile.BadZipFile) as error:
            raise ValueError(f"{name}: expected a whole npz file. Received: {error}.") from error


def read_idx(paths: dict[str, Path]) -> Arrays:
    """Images and labels of the four idx files that MNIST was published in."""
    return {key: idx.read(paths[name]) for key, name in IDX_FILES.items()}


def _bare(name: str) -> str:
    """A name without folders, packing, and with a hyphen for the dot of "images.idx3"."""
    return PurePosixPath(name).name.lower().removesuffix(".gz").replace(".idx", "-idx")


def find_idx(tree: Tree) -> Arrays | None:
    """The four idx files under any of their names: packed or not, with a dot or a hyphen before "idx", in any folder.

    Raises:
        ValueError: some of the four are missing, or one is broken.
    """
    found: dict[str, list[str]] = {}
    for name in tree.names:
        for key, published in IDX_FILES.items():
            if _bare(name) == _bare(published):
                found.setdefault(key, []).append(name)
    if not found:
        return None
    if missing := [IDX_FILES[key] for key in KEYS if key not in found]:
        raise ValueError(f"{tree.path.name}: expected {', '.join(IDX_FILES.values())}. Received no {missing[0]}.")
    bodies = dict(tree.bodies(name for names in found.values() for name in names))
    return {key: _first_good(names, bodies) for key, names in found.items()}


def _first_good(names: list[str], bodies: dict[str, bytes]) -> np.ndarray:
    """The first file that is whole: a broken one does not stand before a good one beside it."""
    reasons = []
    for name in names:
        try:
            return idx.parse(bodies[name], name)
        except ValueError as error:
            reasons.append(str(error))
    raise ValueError("; ".join(reasons))


def find_npz(tree: Tree, names: tuple[str, ...]) -> Arrays | None:
    """The first npz file of one of these names that holds the four arrays.

    Raises:
        ValueError: there are such files, and all are broken; names the reasons.
    """
    reasons = []
    for name in tree.called(*names):
        try:
            return parse_npz(tree.read(name), name, KEYS)
        except ValueError as error:
            reasons.append(str(error))
    if reasons:
        raise ValueError("; ".join(reasons))
    return None


IDX_FORM = Form("idx files, packed or not", find_idx)
IDX_LAYOUT = Layout(tuple(IDX_FILES.values()), read_idx)


def validate(arrays: Arrays, shape: tuple[int, ...]) -> None:
    """Hold training and test arrays to images of one shape and labels from 0 to 9.

    Raises:
        ValueError: another type, shape or label; names the array.
    """
    sizes = ", ".join(map(str, shape))
    for split in ("train", "test"):
        x, y = arrays[f"x_{split}"], arrays[f"y_{split}"]
        if x.dtype != np.uint8:
            raise ValueError(f"x_{split}: expected pixels of the type uint8. Received: {x.dtype}.")
        if x.shape[1:] != shape:
            raise ValueError(f"x_{split}: expected images of the shape (n, {sizes}). Received: {x.shape}.")
        if y.dtype != np.uint8:
            raise ValueError(f"y_{split}: expected labels of the type uint8. Received: {y.dtype}.")
        if y.shape != (len(x),):
            raise ValueError(f"y_{split}: expected a label for each of {len(x)} images. Received: the shape {y.shape}.")
        if len(y) and y.max() > 9:
            raise ValueError(f"y_{split}: expected labels from 0 to 9. Received: {y.max()}.")


def load_labeled_images(
    source: Source, names: tuple[str, ...], examples: int | None, validation: float, seed: int, data: str | None,
    made_names: tuple[str, ...] = (),
) -> Dataset:  # fmt: skip
    """The common work of the loaders of labeled images: find the arrays, cut them, split them.

    Args:
        names: of the classes. made_names: of the stand-in's, where they are others.
    """
    check_arguments(examples, validation, 10 * len(names), seed)
    n_train = source.sizes[0] if examples is None else min(examples, source.sizes[0])
    n_test = source.sizes[1] if examples is None else min(source.sizes[1], max(n_train // 5, 200))
    found = find(source, data, seed, (n_train, n_test))
    arrays = found.arrays
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
        note=found.note if real else "made here; shapes, types and labels of the published set",
        sha256=found.sha256,
    )
