"""Photographs as arrays: decoded, turned into red, green and blue, resized, and without copies."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from whitepaper.files.trees import Tree

ENDINGS = (".jpg", ".jpeg", ".jpe", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
MOST_PIXELS = 89_478_485  # Pillow's own limit: what has more is refused before it is decoded
_TOGETHER = 32  # small files that a thread takes at once, or as many as make _BYTES
_ORIENTATION = 0x0112  # EXIF's tag
_BYTES = 1_000_000
_AHEAD = 16  # such lots that wait in memory for a thread


def rgb(image: Any, upright: bool = True) -> Any:
    """A Pillow image in red, green and blue, 8 bits each.

    Gray, palette and CMYK are converted; what is transparent stands on white; 16 bits become their upper 8.

    Args:
        upright: whether to turn the image as its EXIF orientation says.

    Raises:
        ValueError: pixels that are floats, whose range nobody knows.
    """
    from PIL import Image, ImageOps

    if image.width * image.height > MOST_PIXELS:
        raise ValueError(f"{image.width} × {image.height} pixels, more than {MOST_PIXELS:,} in all")
    if upright and image.getexif().get(_ORIENTATION, 1) != 1:
        image = ImageOps.exif_transpose(image)
    if image.mode == "F":
        raise ValueError("pixels that are floats")
    if image.mode.startswith("I"):
        gray = np.asarray(image)
        image = Image.fromarray((gray >> 8 if gray.max(initial=0) > 255 else gray).astype(np.uint8))
    if image.mode in ("LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(ground, layered)
    return image.convert("RGB")


def decode(body: bytes, name: str, size: int, exact: bool = False, upright: bool = True) -> np.ndarray:
    """One photograph as uint8 (size, size, 3), stretched to a square.

    Args:
        exact: whether it has to have that size already. upright: as in `rgb`.

    Raises:
        ValueError: no image, a broken one, one of too many pixels, or of another size; names it.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(body)) as image:
            shape = image.size
            plain = rgb(image, upright)
            if shape != (size, size) and not exact:
                plain = plain.resize((size, size), Image.Resampling.BILINEAR)
            pixels = np.asarray(plain)
    except Exception as error:  # a foreign file can fail in any way
        reason = str(error) if type(error) is ValueError else f"{type(error).__name__}: {error}"
        raise ValueError(f"{name}: expected a JPEG photograph or another image. Received: {reason}.") from error
    if exact and shape != (size, size):
        raise ValueError(f"{name}: expected {size} × {size} pixels. Received: {shape[0]} × {shape[1]}.")
    return pixels


def _batched(files: Iterable[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    lot: list[tuple[str, bytes]] = []
    for pair in files:
        lot.append(pair)
        if len(lot) >= _TOGETHER or sum(len(body) for _, body in lot) >= _BYTES:
            yield lot
            lot = []
    if lot:
        yield lot


def spread(
    tree: Tree, names: Iterable[str], each: Callable[[bytes, str], np.ndarray], shape: tuple[int, ...]
) -> np.ndarray:
    """The files of a tree as one array uint8 (n, *shape), in the order of the names, decoded in parallel as they are read.

    Args:
        each: makes an array of a file's bytes and name.

    Raises:
        ValueError: as of `each`; the first broken file is named.
    """
    from PIL import Image

    rows = {name: row for row, name in enumerate(names)}
    x = np.empty((len(rows), *shape), np.uint8)

    def one(name: str, body: bytes) -> None:
        x[rows[name]] = each(body, f"{tree.path.name}, {name}")

    def several(some: list[tuple[str, bytes]]) -> None:
        for name, body in some:
            one(name, body)

    running: list[Future[None]] = []
    # Here, not in a thread: the filters of warnings belong to the whole process.
    bombs = warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning)
    with bombs, ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        try:
            for some in _batched(tree.bodies(rows)):
                running.append(threads.submit(several, some))
                if len(running) >= _AHEAD:
                    running.pop(0).result()
            for future in running:
                future.result()
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            raise
    return x


def decode_tree(tree: Tree, names: Iterable[str], size: int, exact: bool = False, upright: bool = True) -> np.ndarray:
    """Photographs of a folder or archive, uint8 (n, size, size, 3) in the order of their names; errors as in `decode`."""
    return spread(tree, names, lambda body, name: decode(body, name, size, exact, upright), (size, size, 3))


def resize(x: np.ndarray, size: int) -> np.ndarray:
    """Images uint8 (n, size, size, 3); as they are if they have that size."""
    from PIL import Image

    if x.shape[1] == size:
        return x
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR)) for picture in x]
    )


def fingerprints(x: np.ndarray) -> list[bytes]:
    """A hash of each image's pixels."""
    return [hashlib.sha256(picture.tobytes()).digest() for picture in x]


def firsts(x: np.ndarray) -> np.ndarray:
    """Indices of the images without the later copies of identical ones."""
    seen: dict[bytes, int] = {}
    for number, one in enumerate(fingerprints(x)):
        seen.setdefault(one, number)
    return np.array(sorted(seen.values()), dtype=int)


# --- Folders of images, one a class -----------------------------------------------------------------------------------

SPLITS = {
    "train": "train", "training": "train", "trn": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "testing": "test", "tst": "test",
}  # fmt: skip
Sorted = dict[str, dict[str, list[str]]]


def by_class(tree: Tree, least: int = 2) -> Sorted:
    """Split → class → names of the images, from the layouts `…/class/image` and `…/train/class/image`.

    The class is the name of the folder that an image is in; the split is the folder above, if that is called train,
    validation or test, and "" if there is none.

    Raises:
        ValueError: no image in any folder, fewer classes than `least`, an empty class, classes whose names differ only in
            case, another file among the images, splits and classes side by side, or a class that train lacks.
    """
    where = tree.path.name
    found: Sorted = {}
    places: dict[str, tuple[str, str]] = {}
    for name in tree.ending(*ENDINGS):
        parts = PurePosixPath(name).parts
        if len(parts) < 2:
            raise ValueError(f"{where}: expected images in a folder of their class. Received: {name} in none.")
        split = SPLITS.get(parts[-3].lower(), "") if len(parts) > 2 else ""
        found.setdefault(split, {}).setdefault(parts[-2], []).append(name)
        places[str(PurePosixPath(name).parent)] = (split, parts[-2])
    if not found:
        raise ValueError(f"{where}: expected folders of images, one for each class. Received: no image.")
    if "" in found and len(found) > 1:
        one = found[""][min(found[""])][0]
        raise ValueError(f"{where}: expected all images in train, validation or test. Received: {one} in none of them.")
    for name in tree.names:
        if str(PurePosixPath(name).parent) in places and not name.lower().endswith(ENDINGS):
            raise ValueError(f"{where}: expected images alone in the folders of classes. Received: {name}.")
    above = {str(PurePosixPath(place).parent) for place in places}
    for folder in sorted(tree.folders):
        filled = any(place == folder or place.startswith(f"{folder}/") for place in places)
        if str(PurePosixPath(folder).parent) in above and not filled:
            raise ValueError(f"{where}: expected images of every class. Received: the empty folder {folder}.")
    classes: dict[str, str] = {}
    for one in sorted({one for kinds in found.values() for one in kinds}):
        if (other := classes.setdefault(one.casefold(), one)) != one:
            raise ValueError(
                f"{where}: expected one folder for each class. Received: {other} and {one}, which differ only in case."
            )
    if len(classes) < least:
        raise ValueError(
            f"{where}: expected at least {least} classes, a folder each. Received: {', '.join(classes.values())} alone."
        )
    if found.keys() != {""}:
        if "train" not in found:
            raise ValueError(f"{where}: expected a folder train. Received: {', '.join(sorted(found))} alone.")
        for split, kinds in found.items():
            if strange := sorted(kinds.keys() - found["train"].keys()):
                raise ValueError(
                    f"{where}: expected the classes of train in {split} too. Received: {strange[0]}, which train lacks."
                )
    return found


def decode_classes(
    tree: Tree, kinds: dict[str, list[str]], classes: Iterable[str], size: int, exact: bool = False, mixed: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (n, size, size, 3) and labels int64 (n,), the place of each one's class in `classes`.

    Args:
        mixed: whether the classes are mixed, always in the same way: the first hundred images of a lesson are of all classes.
    """
    pairs = [(name, label) for label, one in enumerate(classes) for name in sorted(kinds.get(one, []))]
    if mixed:
        pairs = [pairs[row] for row in np.random.default_rng(0).permutation(len(pairs))]
    x = decode_tree(tree, [name for name, _ in pairs], size, exact)
    return x, np.array([label for _, label in pairs], np.int64)
