"""Oxford-IIIT Pets: photographs of cats and dogs, and for every pixel whether it is pet, background or border."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, stratified
from whitepaper.files import archives, downloads, images
from whitepaper.files.sources import Arrays, Layout, Source, WrongWord, find

CLASSES = ("pet", "background", "border")
SIZE = 128
VALIDATION = 0.1
# The stand-in's training and test pictures: as many as the published set would take a minute to draw.
MADE = (2_000, 500)
_LISTS = {"train": "trainval.txt", "test": "test.txt"}
_IMAGES, _NOTES = "images.tar.gz", "annotations.tar.gz"


def _named(path: Path, folder: str, ending: str) -> dict[str, tuple[str, bytes]]:
    """Name without ending → full name and bytes of the files in a folder of an archive.

    The published archives hold beside them `._…` files, notes of the machine that packed them, and a few .mat files: both
    are no pictures, and left out.
    """
    found = archives.tar_members(path, (ending,))
    places = [(PurePosixPath(name), name, body) for name, body in found]
    return {
        place.stem: (name, body)
        for place, name, body in places
        if place.parent.name == folder and not place.name.startswith("._")
    }


def _listed(name: str, body: bytes) -> tuple[list[str], np.ndarray]:
    """Names and breeds from 0 of a list whose lines are "name breed species number-within-the-species".

    Raises:
        ValueError: a line of another form; names it.
    """
    names, breeds = [], []
    for number, line in enumerate(body.decode("utf-8", "replace").splitlines(), 1):
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if len(words) != 4 or not all(word.isdigit() for word in words[1:]) or not 1 <= int(words[1]) <= 255:
            raise ValueError(f"{name}, line {number}: expected a name and three numbers. Received: {line[:60]!r}.")
        names.append(words[0])
        breeds.append(int(words[1]) - 1)
    return names, np.array(breeds, np.uint8)


def trimap(body: bytes, name: str, size: int) -> np.ndarray:
    """A published mask as uint8 (size, size): 0 pet, 1 background, 2 border, each pixel one of the mask's own.

    Raises:
        ValueError: no picture, or one with other values than the published 1, 2, 3; names it.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(body)) as image:
            whole = np.asarray(image)
            small = np.asarray(image.resize((size, size), Image.Resampling.NEAREST))
    except Exception as error:  # a foreign file can fail in any way
        raise ValueError(f"{name}: expected a PNG mask. Received: {type(error).__name__}: {error}.") from error
    values = np.unique(whole)
    if whole.ndim != 2 or not set(values.tolist()) <= {1, 2, 3}:
        raise ValueError(f"{name}: expected a mask of the values 1, 2, 3. Received: shape {whole.shape}, {values[:6]}.")
    return small.astype(np.uint8) - 1


def _masks(named: list[tuple[str, bytes]], size: int) -> np.ndarray:
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        return np.stack(list(threads.map(lambda pair: trimap(pair[1], pair[0], size), named)))


def _read_pets(paths: dict[str, Path]) -> Arrays:
    """Photographs and masks of both published lists, in the lists' order; photographs on neither list stay out.

    A dozen of the .jpg files are GIF, PNG or slightly damaged JPEG: they are read as what they are.

    Raises:
        ValueError: an archive that is cut off, a list, photograph or mask that is missing, broken or of another form.
    """
    lists = _named(paths[_NOTES], "annotations", ".txt")
    if missing := [file for file in _LISTS.values() if file.removesuffix(".txt") not in lists]:
        raise ValueError(f"{_NOTES}: expected annotations/{missing[0]}. Received none of that name.")
    masks, pictures = _named(paths[_NOTES], "trimaps", ".png"), _named(paths[_IMAGES], "images", ".jpg")
    arrays = {}
    for split, file in _LISTS.items():
        names, breeds = _listed(*lists[file.removesuffix(".txt")])
        for known, archive, kind in ((pictures, _IMAGES, "images/{}.jpg"), (masks, _NOTES, "trimaps/{}.png")):
            if missing := [name for name in names if name not in known]:
                raise ValueError(f"{archive}: expected {kind.format(missing[0])}, which {file} lists. Received none.")
        if not names:
            raise ValueError(f"{file}: expected names of photographs. Received none.")
        arrays[f"x_{split}"] = images.decode_all([pictures[name] for name in names], SIZE)
        arrays[f"y_{split}"] = _masks([masks[name] for name in names], SIZE)
        arrays[f"breed_{split}"] = breeds
    return arrays


def _validate(arrays: Arrays) -> None:
    for split in _LISTS:
        x, y, breed = (arrays[f"{name}_{split}"] for name in ("x", "y", "breed"))
        if x.dtype != np.uint8 or x.shape[1:] != (SIZE, SIZE, 3):
            raise ValueError(f"x_{split}: expected uint8 (n, {SIZE}, {SIZE}, 3). Received: {x.dtype} {x.shape}.")
        if y.dtype != np.uint8 or y.shape != x.shape[:3] or y.max(initial=0) >= len(CLASSES):
            raise ValueError(
                f"y_{split}: expected uint8 {x.shape[:3]} from 0 to 2. Received: {y.dtype} {y.shape}, up to {y.max(initial=0)}."
            )
        if breed.shape != (len(x),) or breed.dtype != np.uint8:
            raise ValueError(f"breed_{split}: expected uint8 {(len(x),)}. Received: {breed.dtype} {breed.shape}.")


def _make(seed: int, n_train: int, n_test: int) -> Arrays:
    from whitepaper.datasets.standins import pets as standin_pets

    return standin_pets.pets(seed, n_train, n_test, SIZE)


PETS = Source(
    name="pets",
    title="Oxford-IIIT Pets",
    licence="CC BY-SA 4.0",
    homepage="https://www.robots.ox.ac.uk/~vgg/data/pets/",
    layouts=(
        Layout(
            (_IMAGES, _NOTES),
            _read_pets,
            (
                "67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d",
                "52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91",
            ),
        ),
    ),
    published=lambda: downloads.from_tfds("oxford_iiit_pet"),
    content={},
    validate=_validate,
    make=_make,
    sizes=(3_680, 3_669),
)


def shrink(masks: np.ndarray, size: int) -> np.ndarray:
    """Masks uint8 (n, rows, columns) as (n, size, size); every pixel is one of the mask's own, so no new class comes up."""
    from PIL import Image

    if masks.shape[1:] == (size, size):
        return masks
    nearest = Image.Resampling.NEAREST
    return np.stack([np.asarray(Image.fromarray(mask).resize((size, size), nearest)) for mask in masks])


def load_pets(size: int = SIZE, examples: int | None = None, data: str | None = None, seed: int = 0) -> Dataset:
    """Photographs of pets, x uint8 (n, size, size, 3), and their masks, y uint8 (n, size, size) (Parkhi et al. 2012).

    A mask says of each pixel: 0 pet, 1 background, 2 border. Training and test split are the published lists; a tenth of
    the first becomes the validation split, with the same shares of the 37 breeds.

    Args:
        size: side in pixels, 16 to 128; smaller ones are made from those of 128, which were stretched to squares.
        examples: training and validation examples; None takes all. A quarter of that is the test split, at least 20.
        data: "auto", "real" or "stand-in"; None reads WHITEPAPER_DATA.
        seed: of the choice, the validation split and the stand-in.

    Raises:
        DataError: real data was asked for and is not to be had.
        WrongWord: an argument out of range.
    """
    check_arguments(examples, VALIDATION, 20)
    if not isinstance(size, int | np.integer) or not 16 <= size <= SIZE:
        raise WrongWord(f"size is a whole number from 16 to {SIZE}. Received: {size!r}.")
    made = MADE if examples is None else (examples, max(20, examples // 4))
    found = find(PETS, data, seed, made)
    real, arrays = found.source == "real", found.arrays
    rows = {}
    for number, (split, wanted) in enumerate(zip(_LISTS, made, strict=True)):
        breeds = arrays[f"breed_{split}"].astype(np.int64)
        everything = examples is None or wanted >= len(breeds)
        rows[split] = np.arange(len(breeds)) if everything else np.sort(stratified(breeds, wanted, seed + number))
    breeds = arrays["breed_train"].astype(np.int64)[rows["train"]]
    held = stratified(breeds, max(2, round(VALIDATION * len(breeds))), seed + 2)
    chosen = {"train": np.delete(rows["train"], held), "validation": rows["train"][np.sort(held)], "test": rows["test"]}
    splits = {}
    for name, wanted_rows in chosen.items():
        part = "test" if name == "test" else "train"
        x, y = (arrays[f"{kind}_{part}"][wanted_rows] for kind in ("x", "y"))
        splits[name] = Split(images.resize(x, size), shrink(y, size))
    return Dataset(
        splits["train"], splits["validation"], splits["test"],
        name=PETS.name, title=PETS.title, source=found.source, origin=found.origin, class_names=CLASSES,
        licence=PETS.licence if real else "made here", homepage=PETS.homepage,
        note="" if real else "made here; shapes, types and classes of the published set", sha256=found.sha256,
    )  # fmt: skip
