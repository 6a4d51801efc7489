"""A person's own images: a folder or an archive with a folder for each class."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, stratified
from whitepaper.files import cache, images, trees
from whitepaper.files.cache import NoFolder
from whitepaper.files.sources import Arrays, DataError, WrongWord, content_hash, say
from whitepaper.files.trees import Tree

TEST = 0.1
LARGEST = 1024


def _stamp(path: Path, tree: Tree, size: int) -> str:
    """A hash of names, sizes and times of all files, and of the size asked for: it changes when the images do."""
    digest = hashlib.sha256(f"{path.resolve()} {size}\n".encode())
    for place in [path / name for name in tree.names] if path.is_dir() else [path]:
        status = place.stat()
        digest.update(f"{place} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _read(tree: Tree, size: int) -> tuple[Arrays, tuple[str, ...]]:
    found = images.by_class(tree)
    classes = tuple(sorted({one for kinds in found.values() for one in kinds}))
    arrays: Arrays = {}
    for split, kinds in found.items():
        name = split or "all"
        arrays[f"x_{name}"], arrays[f"y_{name}"] = images.decode_classes(tree, kinds, classes, size)
    return arrays, classes


def _without_copies(arrays: Arrays) -> tuple[Arrays, int]:
    """The arrays without later copies of an image; of one in several splits, test keeps its own, then validation."""
    seen: set[bytes] = set()
    kept: Arrays = {}
    copies = 0
    for name in ("test", "validation", "train", "all"):
        if f"x_{name}" not in arrays:
            continue
        rows = []
        for row, one in enumerate(images.fingerprints(arrays[f"x_{name}"])):
            if one not in seen:
                rows.append(row)
            seen.add(one)
        copies += len(arrays[f"x_{name}"]) - len(rows)
        kept[f"x_{name}"], kept[f"y_{name}"] = arrays[f"x_{name}"][rows], arrays[f"y_{name}"][rows]
    return kept, copies


def _prepared(path: Path, size: int) -> tuple[Arrays, dict[str, Any], str]:
    """Arrays, the cache's card, and where they came from."""
    try:
        tree = trees.open_tree(path)
        stamp = _stamp(path, tree, size)
    except (ValueError, OSError) as error:
        raise DataError(
            str(error), "name a folder, or a zip or tar archive, with a folder of images for each class"
        ) from error
    name = f"images-{stamp[:32]}"

    def kept() -> cache.Kept | str:
        found = cache.read(name)
        return found if not isinstance(found, cache.Kept) or found.card.get("stamp") == stamp else "of other images"

    if isinstance(found := kept(), cache.Kept):
        return found.arrays, found.card, "cache"
    with cache.alone(name, lambda line: say(f"{path.name}: {line}")):
        if isinstance(found := kept(), cache.Kept):
            return found.arrays, found.card, "cache"
        if "nothing" not in found:
            say(f"{path.name}: {found}; read anew")
        try:
            arrays, classes = _read(tree, size)
        except ValueError as error:
            raise DataError(str(error), "mend or remove what is named") from error
        arrays, copies = _without_copies(arrays)
        _enough(arrays, classes, path.name)
        card = {"stamp": stamp, "content": content_hash(arrays), "classes": list(classes), "copies": copies}
        if problem := cache.write(name, arrays, card | {"title": path.name, "origin": str(path)}):
            say(f"{path.name}: not kept in the cache: {problem}")
        elif isinstance(found := kept(), cache.Kept):
            arrays = found.arrays
    return arrays, card, "originals"


def load_images(folder: str | Path, size: int = 64, validation: float = 0.1, seed: int = 0) -> Dataset:
    """Your own images: x uint8 (n, size, size, 3), y int64 (n,), the place of each one's folder in `class_names`.

    The folder, or a zip or tar archive, holds a folder of images for each class (`cats/1.jpg`), or folders train and test,
    perhaps validation too, with such folders in them (`train/cats/1.jpg`). Without them, a tenth is the test split,
    stratified. Images become squares in red, green and blue: gray, palette, transparent (on white), CMYK and 16-bit ones are
    converted, and turned upright as a camera noted (EXIF). Of images with the same pixels one is kept, so that none is in two
    splits. They are decoded once, then kept in the cache until a file changes.

    Args:
        folder: its path, or the archive's; ~ is the home folder.
        size: side in pixels, 8 to 1024.
        validation: share of the training images that becomes the validation split, where there is no such folder.
        seed: of the splits.

    Raises:
        DataError: no such folder, fewer than two classes, an empty class, a class with fewer than three images, or a file
            that is no whole image; names it. WrongWord: an argument out of range.
    """
    check_arguments(None, validation, 1, seed)
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or not 8 <= size <= LARGEST:
        raise WrongWord(f"size is a whole number from 8 to {LARGEST}. Received: {size!r}.")
    try:
        path = cache.home(str(folder))
    except NoFolder as error:
        raise DataError(f"{folder}: {error}", "write the whole path") from error
    if not path.exists():
        raise DataError(
            f"expected a folder or an archive of images. Received: {path}, which does not exist.", "check the path"
        )
    arrays, card, origin = _prepared(path, int(size))
    classes = tuple(str(one) for one in card["classes"])
    train, held_out, test = _splits(arrays, classes, validation, seed)
    note = f"{card['copies']} copies left out" if card["copies"] else ""
    return Dataset(
        train, held_out, test, name="images", title=path.name, source="real", origin=origin, class_names=classes,
        licence="the images' own", note=note, sha256=str(card["content"]),
    )  # fmt: skip


def _enough(arrays: Arrays, classes: tuple[str, ...], where: str) -> None:
    """Raises DataError where a class has too few images to be in three splits."""
    counts = np.bincount(arrays["y_train" if "y_train" in arrays else "y_all"], minlength=len(classes))
    if counts[few := int(counts.argmin())] < 3:
        raise DataError(
            f"{where}: expected at least 3 different images of each class. Received: {counts[few]} of {classes[few]}.",
            "add images, or remove the class",
        )


def _splits(arrays: Arrays, classes: tuple[str, ...], validation: float, seed: int) -> list[Split]:
    named = "train" if "x_train" in arrays else "all"
    x, y = arrays[f"x_{named}"], arrays[f"y_{named}"]
    rest = np.arange(len(y))
    held: dict[str, np.ndarray] = {}
    for number, (name, share) in enumerate((("test", TEST), ("validation", validation))):
        if f"x_{name}" not in arrays:
            n = min(len(rest) - len(classes), max(len(classes), round(share * len(rest))))
            held[name] = rest[stratified(y[rest], n, seed + number)]
            rest = np.setdiff1d(rest, held[name])
    splits = [Split(x[rest], y[rest])]
    for name in ("validation", "test"):
        if name in held:
            splits.append(Split(x[held[name]], y[held[name]]))
        else:
            splits.append(Split(arrays[f"x_{name}"], arrays[f"y_{name}"]))
    return splits
