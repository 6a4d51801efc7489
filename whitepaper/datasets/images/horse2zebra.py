"""Two domains of pictures without pairs: horses and zebras."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.files import archives, downloads, images
from whitepaper.files.sources import Arrays, Layout, Source, WrongWord, find

SIZE, LEAST = 256, 32
ANIMALS = ("horse", "zebra")
# Folders of the published archive, and the arrays that they become.
FOLDERS = {"trainA": "a_train", "trainB": "b_train", "testA": "a_test", "testB": "b_test"}
_VALIDATION = 0.05


def _read(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    named = archives.zip_members(path)
    arrays = {}
    for folder, key in FOLDERS.items():
        chosen = [pair for pair in named if PurePosixPath(pair[0]).parent.name == folder]
        if not chosen:
            raise ValueError(
                f"{path.name}: expected photographs in the folders {', '.join(FOLDERS)}. None in {folder}."
            )
        arrays[key] = images.decode_all(chosen, SIZE)
    return arrays


def _validate(arrays: Arrays) -> None:
    for key in FOLDERS.values():
        x = arrays[key]
        if x.dtype != np.uint8 or x.ndim != 4 or x.shape[1] != x.shape[2] or x.shape[3] != 3 or not len(x):
            raise ValueError(f"{key}: expected uint8 (n, size, size, 3). Received: {x.dtype} {x.shape}.")


def _make(seed: int, n_train: int, n_test: int) -> Arrays:
    return _animals(seed, n_train, n_test, SIZE)


def _animals(seed: int, n_train: int, n_test: int, size: int) -> Arrays:
    from whitepaper.datasets.standins import horse2zebra as standin_horse2zebra

    return standin_horse2zebra.animals(seed, n_train, n_test, size)


HORSE2ZEBRA = Source(
    name="horse2zebra",
    title="Horses and zebras",
    licence="pictures of ImageNet, for research",
    homepage="https://junyanz.github.io/CycleGAN/",
    layouts=(
        Layout(("horse2zebra.zip",), _read, ("a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1",)),
    ),
    published=lambda: tuple(file for file in downloads.from_tfds("cycle_gan") if file.name == "horse2zebra.zip"),
    content={},
    validate=_validate,
    make=_make,
    sizes=(1_067, 120),
)


def load_horse2zebra(size: int = SIZE, examples: int | None = None, data: str | None = None, seed: int = 0) -> Dataset:
    """Two domains of pictures (Zhu et al. 2017): x holds horses, y holds zebras, uint8 (n, size, size, 3) each.

    They are no pairs: x[i] and y[i] have nothing to do with each other, and a lesson shuffles them apart. As a split has as
    many x as y, the shorter domain begins again from its start; no picture is left out, and none lies in two splits.

    Args:
        size: side in pixels, 32 to 256; smaller pictures are made from those of 256.
        examples: pictures of each domain before the validation split of a twentieth; None takes all: 1 067 horses and
            1 334 zebras. The test split, 120 and 140, is cut to a fifth of `examples`, at least 20.
        data: "auto", "real" or "stand-in"; None reads WHITEPAPER_DATA. The stand-in are plain and striped animals.
        seed: of the choice, the validation split and the stand-in.

    Raises:
        DataError: real data was asked for and is not to be had.
        WrongWord: an argument out of range.
    """
    check_arguments(examples, _VALIDATION, 20)
    if not isinstance(size, int | np.integer) or not LEAST <= size <= SIZE:
        raise WrongWord(f"size is a whole number from {LEAST} to {SIZE}. Received: {size!r}.")
    wanted = HORSE2ZEBRA.sizes if examples is None else (examples, max(20, round(examples / 5)))

    def make(seed: int, n_train: int, n_test: int) -> Arrays:
        return _animals(seed, n_train, n_test, int(size))

    found = find(replace(HORSE2ZEBRA, make=make), data, seed, wanted)
    real = found.source == "real"
    rng = np.random.default_rng(seed)
    parts: dict[str, list[np.ndarray]] = {"train": [], "validation": [], "test": []}
    for domain in ("a", "b"):
        for split in ("train", "test"):
            pictures = found.arrays[f"{domain}_{split}"]
            most = len(pictures) if examples is None else min(len(pictures), wanted[split == "test"])
            order = np.sort(rng.permutation(len(pictures))[:most])
            chosen = images.resize(np.asarray(pictures[order]), int(size))
            if split == "train":
                held = max(1, round(_VALIDATION * most))
                chosen = chosen[rng.permutation(most)]
                parts["validation"].append(chosen[:held])
                chosen = chosen[held:]
            parts[split].append(chosen)
    splits = {split: Split(*_as_long(*pair)) for split, pair in parts.items()}
    sizes = " and ".join(f"{len(pictures)} {name}s" for pictures, name in zip(parts["train"], ANIMALS, strict=True))
    note = f"{sizes} to train with" if real else "made here; the two domains differ in their coats alone"
    from whitepaper.datasets.standins.horse2zebra import NAMES

    return Dataset(
        splits["train"], splits["validation"], splits["test"],
        name=HORSE2ZEBRA.name, title=HORSE2ZEBRA.title, source=found.source, origin=found.origin,
        class_names=ANIMALS if real else NAMES, licence=HORSE2ZEBRA.licence if real else "made here",
        homepage=HORSE2ZEBRA.homepage, note=note, sha256=found.sha256,
    )  # fmt: skip


def _as_long(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as long as the longer one: the shorter begins again from its start."""
    longer = max(len(a), len(b))
    return tuple(one if len(one) == longer else one[np.arange(longer) % len(one)] for one in (a, b))  # type: ignore[return-value]
