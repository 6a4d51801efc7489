"""Oxford-IIIT Pets: photographs of cats and dogs, and for every pixel whether it is pet, background or border."""

from __future__ import annotations

import io
from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, stratified
from whitepaper.files import downloads, images, trees
from whitepaper.files.sources import Arrays, Form, Layout, Source, WrongWord, find
from whitepaper.files.trees import Tree

CLASSES = ("pet", "background", "border")
SIZE = 128
VALIDATION = 0.1
# The stand-in's training and test pictures: as many as the published set would take a minute to draw.
MADE = (2_000, 500)
_LISTS = {"train": "trainval.txt", "test": "test.txt"}
_IMAGES, _NOTES = "images.tar.gz", "annotations.tar.gz"


def _named(tree: Tree, folder: str, ending: str) -> dict[str, str]:
    """Name without ending → full name of the files in a folder of that name.

    The published archives hold a few .mat files beside the photographs: they are no images, and left out.
    """
    places = [(PurePosixPath(name), name) for name in tree.ending(ending)]
    return {place.stem: name for place, name in places if place.parent.name == folder}


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


def _read_pets(paths: dict[str, Path]) -> Arrays:
    return read_trees(trees.open_tree(paths[_IMAGES]), trees.open_tree(paths[_NOTES]))


def find_pets(tree: Tree) -> Arrays | None:
    """The folders images and annotations, unpacked, or packed in one archive or, in this folder, in one each.

    Raises:
        ValueError: as of `read_trees`; or photographs without annotations.
    """
    pictures = tree if _named(tree, "images", ".jpg") else _packed(tree, "images")
    notes = tree if _named(tree, "trimaps", ".png") else _packed(tree, "annotations")
    if pictures is None and notes is None:
        return None
    if pictures is None or notes is None:
        raise ValueError(
            f"{tree.path.name}: expected images and annotations. Received no {'images' if pictures is None else 'annotations'}."
        )
    return read_trees(pictures, notes)


def _packed(tree: Tree, name: str) -> Tree | None:
    """An archive in a folder whose name begins so, whatever packed it."""
    for file in tree.names:
        path = tree.path / file
        if "/" not in file and file.lower().startswith(name) and path.is_file() and trees.is_archive(path):
            return trees.open_tree(path)
    return None


def read_trees(pictured: Tree, noted: Tree) -> Arrays:
    """Photographs and masks of both published lists, in the lists' order; photographs on neither list stay out.

    A dozen of the .jpg files are GIF, PNG or slightly damaged JPEG: they are read as what they are.

    Raises:
        ValueError: an archive that is cut off, a list, photograph or mask that is missing, broken or of another form.
    """
    lists = _named(noted, "annotations", ".txt")
    if missing := [file for file in _LISTS.values() if file.removesuffix(".txt") not in lists]:
        raise ValueError(f"{noted.path.name}: expected annotations/{missing[0]}. Received none of that name.")
    masks, pictures = _named(noted, "trimaps", ".png"), _named(pictured, "images", ".jpg")
    arrays = {}
    for split, file in _LISTS.items():
        place = lists[file.removesuffix(".txt")]
        names, breeds = _listed(place, noted.read(place))
        for known, tree, kind in ((pictures, pictured, "images/{}.jpg"), (masks, noted, "trimaps/{}.png")):
            if missing := [name for name in names if name not in known]:
                raise ValueError(
                    f"{tree.path.name}: expected {kind.format(missing[0])}, which {file} lists. Received none."
                )
        if not names:
            raise ValueError(f"{file}: expected names of photographs. Received none.")
        # The masks were drawn on the pixels as they are stored, so no photograph is turned as its EXIF says.
        arrays[f"x_{split}"] = images.decode_tree(pictured, [pictures[name] for name in names], SIZE, upright=False)
        arrays[f"y_{split}"] = images.spread(
            noted, [masks[name] for name in names], lambda body, name: trimap(body, name, SIZE), (SIZE, SIZE)
        )
        arrays[f"breed_{split}"] = breeds
    return arrays


def _note(arrays: Arrays) -> str:
    n, whole = len(arrays["y_train"]) + len(arrays["y_test"]), sum(PETS.sizes)
    many = f"subset of {n} of {whole} photographs: " if n < whole else ""
    return f"{many}images and masks, not the published files"


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
    forms=(Form("images and annotations/trimaps", find_pets, _note),),
    known=("oxfordiiitpet", "oxfordpet"),
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
    check_arguments(examples, VALIDATION, 20, seed)
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
        note=found.note if real else "made here; shapes, types and classes of the published set", sha256=found.sha256,
    )  # fmt: skip
