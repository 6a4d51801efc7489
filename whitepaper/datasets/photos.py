"""Sets of JPEG photographs in tar archives: read without unpacking, decoded once, kept as bytes of one size."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets import fetch
from whitepaper.datasets.dataset import Dataset, Split, stratified
from whitepaper.datasets.images import check_arguments
from whitepaper.datasets.sources import Arrays, Layout, Source, WrongWord, find

FLOWERS = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
SIZE = 180
PUBLISHED = 3_670


def decode(body: bytes, name: str, size: int) -> np.ndarray:
    """One photograph as uint8 (size, size, 3), stretched to a square.

    Raises:
        ValueError: no picture, or a broken one; names it.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(body)) as image:
            return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
    except Exception as error:  # a foreign file can fail in any way
        raise ValueError(f"{name}: expected a JPEG photograph. Received: {type(error).__name__}: {error}.") from error


def members(path: Path, endings: tuple[str, ...] = (".jpg",)) -> list[tuple[str, bytes]]:
    """Names and bytes of a tar's files of these endings, in order of their names; names that lead out of it are left out.

    Raises:
        ValueError: the archive is cut off, or none.
    """
    found = []
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                place = PurePosixPath(member.name)
                safe = not place.is_absolute() and ".." not in place.parts
                if safe and member.isfile() and place.suffix.lower() in endings:
                    file = archive.extractfile(member)
                    found.append((member.name, file.read() if file else b""))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ValueError(
            f"{path.name}: expected a whole tar archive. Received: {type(error).__name__}: {error}."
        ) from error
    return sorted(found)


def decode_all(named: list[tuple[str, bytes]], size: int) -> np.ndarray:
    """Photographs uint8 (n, size, size, 3), decoded in parallel threads."""
    x = np.empty((len(named), size, size, 3), np.uint8)

    def one(number: int) -> None:
        x[number] = decode(named[number][1], named[number][0], size)

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        list(threads.map(one, range(len(named))))
    return x


def resize(x: np.ndarray, size: int) -> np.ndarray:
    """Pictures uint8 (n, size, size, 3); as they are if they have that size."""
    from PIL import Image

    if x.shape[1] == size:
        return x
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR)) for picture in x]
    )


def firsts(x: np.ndarray) -> np.ndarray:
    """Indices of the pictures without the later copies of identical ones."""
    seen: dict[bytes, int] = {}
    for number, picture in enumerate(x):
        seen.setdefault(hashlib.sha256(picture.tobytes()).digest(), number)
    return np.array(sorted(seen.values()), dtype=int)


def _read_flowers(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    named = [pair for pair in members(path) if PurePosixPath(pair[0]).parent.name in FLOWERS]
    if not named:
        raise ValueError(f"{path.name}: expected photographs in the folders {', '.join(FLOWERS)}. Received none.")
    y = np.array([FLOWERS.index(PurePosixPath(name).parent.name) for name, _ in named], np.uint8)
    return {"x": decode_all(named, SIZE), "y": y}


def _validate(arrays: Arrays) -> None:
    x, y = arrays["x"], arrays["y"]
    if x.dtype != np.uint8 or x.shape[1:] != (SIZE, SIZE, 3):
        raise ValueError(f"x: expected uint8 (n, {SIZE}, {SIZE}, 3). Received: {x.dtype} {x.shape}.")
    if y.shape != (len(x),) or y.dtype != np.uint8 or set(y.tolist()) != set(range(len(FLOWERS))):
        raise ValueError(
            f"y: expected {len(x)} labels, all of 0 to 4. Received: {y.dtype} {y.shape}, {sorted(set(y.tolist()))}."
        )


def _make(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets import standin_flowers

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
    published=lambda: fetch.from_tfds("tf_flowers"),
    content={},
    validate=_validate,
    make=_make,
    sizes=(3_303, 367),
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
    check_arguments(examples, 0.1, 45)
    if not isinstance(size, int | np.integer) or not 16 <= size <= SIZE:
        raise WrongWord(f"size is a whole number from 16 to {SIZE}. Received: {size!r}.")
    wanted = (
        (TF_FLOWERS.sizes[0], TF_FLOWERS.sizes[1]) if examples is None else (examples, max(10, round(examples / 9)))
    )
    found = find(TF_FLOWERS, data, seed, wanted)
    published = len(found.arrays["x"])
    kept = firsts(found.arrays["x"])
    labels = found.arrays["y"].astype(np.int64)[kept]
    order = kept[stratified(labels, min(len(kept), sum(wanted)), seed)]
    x, y = resize(found.arrays["x"][order], size), found.arrays["y"].astype(np.int64)[order]
    tenth = max(10, round(len(y) / 10))
    test = stratified(y, tenth, seed + 1)
    rest = np.setdiff1d(np.arange(len(y)), test)
    validation = rest[stratified(y[rest], tenth, seed + 2)]
    train = np.setdiff1d(rest, validation)
    real = found.source == "real"
    note = f"subset of {published} of {PUBLISHED} photographs" if published < PUBLISHED else ""
    from whitepaper.datasets.standin_flowers import NAMES

    return Dataset(
        Split(x[train], y[train]), Split(x[validation], y[validation]), Split(x[test], y[test]),
        name=TF_FLOWERS.name, title=TF_FLOWERS.title, source=found.source, origin=found.origin,
        class_names=FLOWERS if real else NAMES, licence=TF_FLOWERS.licence if real else "made here",
        homepage=TF_FLOWERS.homepage, note=note if real else "made here; shapes, types and labels of the published set",
        sha256=found.sha256,
    )  # fmt: skip
