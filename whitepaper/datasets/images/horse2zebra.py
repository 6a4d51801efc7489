"""Two domains of pictures without pairs: horses and zebras."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.files import downloads, images, trees
from whitepaper.files.sources import Arrays, Form, Layout, Source, WrongWord, find
from whitepaper.files.trees import Tree

SIZE, LEAST = 256, 32
ANIMALS = ("horse", "zebra")
# Folders of the published archive, and the arrays that they become.
FOLDERS = {"trainA": "a_train", "trainB": "b_train", "testA": "a_test", "testB": "b_test"}
PUBLISHED = (1_067, 1_334, 120, 140)
_VALIDATION = 0.05


def _read(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    arrays = find_domains(trees.open_tree(path))
    if arrays is None:
        raise ValueError(f"{path.name}: expected photographs in the folders {', '.join(FOLDERS)}. Received none.")
    return arrays


def find_domains(tree: Tree) -> Arrays | None:
    """Photographs in the folders trainA, trainB, testA and testB, wherever these are.

    The published set has 25 training photographs twice, one of them as a test photograph: copies are left out, so that no
    photograph is in two splits. How many, the array `copies` says.

    Raises:
        ValueError: one of the folders is missing or empty, or a photograph is broken.
    """
    chosen: dict[str, list[str]] = {folder: [] for folder in FOLDERS}
    for name in tree.ending(*images.ENDINGS):
        if (folder := PurePosixPath(name).parent.name) in chosen:
            chosen[folder].append(name)
    if not any(chosen.values()):
        return None
    if empty := [folder for folder, names in chosen.items() if not names]:
        raise ValueError(
            f"{tree.path.name}: expected photographs in the folders {', '.join(FOLDERS)}. None in {empty[0]}."
        )
    arrays = {FOLDERS[folder]: images.decode_tree(tree, sorted(names), SIZE) for folder, names in chosen.items()}
    copies = 0
    for domain in ("a", "b"):
        seen = set(images.fingerprints(arrays[f"{domain}_test"]))
        kept = []
        for number, one in enumerate(images.fingerprints(arrays[f"{domain}_train"])):
            if one not in seen:
                kept.append(number)
            seen.add(one)
        copies += len(arrays[f"{domain}_train"]) - len(kept)
        if not kept:
            raise ValueError(
                f"{tree.path.name}: expected other photographs to train with than to test. Received the same."
            )
        arrays[f"{domain}_train"] = arrays[f"{domain}_train"][kept]
    return {**arrays, "copies": np.array([copies])}


def _note(arrays: Arrays) -> str:
    n, whole = sum(len(arrays[key]) for key in FOLDERS.values()) + int(arrays["copies"][0]), sum(PUBLISHED)
    many = f"subset of {n} of {whole} photographs: " if n < whole else ""
    return f"{many}images by domain, not the published file"


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
    forms=(Form("photographs in trainA, trainB, testA, testB", find_domains, _note),),
    known=("horse",),
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
    check_arguments(examples, _VALIDATION, 20, seed)
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
    copies = int(found.arrays["copies"][0]) if real else 0
    left = f"{copies} copies left out" if copies else ""
    kept = "; ".join(part for part in (found.note, left, f"{sizes} to train with") if part)
    note = kept if real else "made here; the two domains differ in their coats alone"
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
