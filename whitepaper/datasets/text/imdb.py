"""Film reviews as Keras publishes them: lists of word numbers."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, cut, stratified
from whitepaper.datasets.standins import imdb as standin_imdb
from whitepaper.files import downloads, pickles
from whitepaper.files.sources import Arrays, Form, Layout, Source, WrongWord, find
from whitepaper.files.trees import Tree

PADDING, START, UNKNOWN, FIRST = 0, 1, 2, 3  # Keras's numbers; word number k of the index is k + FIRST
_PLACE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def read_lists(archive: zipfile.ZipFile, name: str) -> list[list[int]]:
    """An array of lists in an npz file, without NumPy's allow_pickle.

    Raises:
        ValueError: no such array, or one that holds anything else than lists of whole numbers.
    """
    if f"{name}.npy" not in archive.namelist():
        raise ValueError(f"expected an array {name}. Received none.")
    file = io.BytesIO(archive.read(f"{name}.npy"))
    version = np.lib.format.read_magic(file)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(file)
    if dtype != np.dtype(object) or len(shape) != 1:
        raise ValueError(f"{name}: expected a list of lists. Received: {dtype} {shape}.")
    rows = list(pickles.Plain(file).load())
    if len(rows) != shape[0] or not all(isinstance(row, list) and all(type(one) is int for one in row) for row in rows):
        raise ValueError(f"{name}: expected {shape[0]} lists of whole numbers. Received other things.")
    return rows


def _read(paths: dict[str, Path]) -> Arrays:
    return _parsed(paths["imdb.npz"].read_bytes(), paths["imdb_word_index.json"].read_bytes())


def find_reviews(tree: Tree) -> Arrays | None:
    """imdb.npz and imdb_word_index.json in one folder or archive.

    Raises:
        ValueError: one of the two is missing.
    """
    places = {name: tree.called(name) for name in ("imdb.npz", "imdb_word_index.json")}
    if not any(places.values()):
        return None
    if missing := [name for name, found in places.items() if not found]:
        raise ValueError(f"{tree.path.name}: expected {' and '.join(places)}. Received no {missing[0]}.")
    table, index = (tree.read(found[0]) for found in places.values())
    return _parsed(table, index)


def _parsed(table: bytes, named: bytes) -> Arrays:
    index = json.loads(named.decode("utf-8-sig"))
    words = [""] * (max(index.values()) + 1)
    for word, number in index.items():
        words[number] = word
    arrays: Arrays = {}
    with zipfile.ZipFile(io.BytesIO(table)) as archive:
        for split in ("train", "test"):
            # The file has ranks; Keras's loader makes numbers of them and puts a start in front.
            rows = [[START, *(rank + FIRST for rank in ranks)] for ranks in read_lists(archive, f"x_{split}")]
            arrays[f"x_{split}"] = np.concatenate([np.array(row, dtype=np.int32) for row in rows])
            arrays[f"ends_{split}"] = np.cumsum([len(row) for row in rows], dtype=np.int64)
            with archive.open(f"y_{split}.npy") as file:
                labels = np.load(io.BytesIO(file.read()), allow_pickle=False)
                arrays[f"y_{split}"] = labels.reshape(len(labels)).astype(np.uint8)
    arrays["words"] = np.frombuffer("\n".join(words).encode(), dtype=np.uint8)
    return arrays


def _validate(arrays: Arrays) -> None:
    for split in ("train", "test"):
        x, ends, y = arrays[f"x_{split}"], arrays[f"ends_{split}"], arrays[f"y_{split}"]
        if x.ndim != 1 or len(ends) != len(y) or (len(ends) and ends[-1] != len(x)):
            raise ValueError(
                f"{split}: expected a label and an end for each review. Received: {len(y)} and {len(ends)}."
            )
        if len(y) and (y.max() > 1 or x.min() < 0):
            raise ValueError(
                f"{split}: expected labels 0 and 1, and numbers from 0. Received: up to {y.max()}, from {x.min()}."
            )


IMDB = Source(
    name="imdb",
    title="IMDB reviews",
    licence="for research (Stanford)",
    homepage="https://ai.stanford.edu/~amaas/data/sentiment/",
    layouts=(Layout(("imdb.npz", "imdb_word_index.json"), _read),),
    published=lambda: (
        downloads.Published(
            "imdb.npz", f"{_PLACE}imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
        ),
        downloads.Published(
            "imdb_word_index.json",
            f"{_PLACE}imdb_word_index.json",
            "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
        ),
    ),
    content={"0c93941a29dcd981d669a64d0112ffdfbfce4d2da237c09d3016a77cc21a5be8": "complete"},
    validate=_validate,
    make=standin_imdb.reviews,
    sizes=(25_000, 25_000),
    forms=(Form("imdb.npz and imdb_word_index.json packed", find_reviews),),
)


def load_imdb(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None,
    words: int = 20_000, length: int = 80,
) -> Dataset:  # fmt: skip
    """Film reviews: x int32 (n, length) word numbers, y int64 (n,), 1 for praise (Maas et al. 2011; Keras's numbers).

    A longer review keeps its last `length` words, a shorter one is filled with PADDING = 0 in front; START = 1, and UNKNOWN
    = 2 stands for words beyond the `words` most frequent. `feature_names` is the vocabulary: the word of each number.

    Args:
        examples: reviews to take from the training split, validation included; None takes all 25 000. The test split is cut
            to half of that.
        validation, seed, data: as in `load_mnist`.
        words: size of the vocabulary, the four numbers above included. length: words a review.

    Raises:
        DataError, WrongWord: as in `load_mnist`; words below 10 or length below 1.
    """
    check_arguments(examples, validation, 40, seed)
    if words < 10 or length < 1:
        raise WrongWord(f"words is at least 10 and length at least 1. Received: {words} and {length}.")
    n_train = IMDB.sizes[0] if examples is None else min(examples, IMDB.sizes[0])
    n_test = IMDB.sizes[1] if n_train == IMDB.sizes[0] else max(40, n_train // 2)
    found = find(IMDB, data, seed, (n_train, n_test))
    splits = {}
    for name, n in (("train", n_train), ("test", n_test)):
        y = found.arrays[f"y_{name}"].astype(np.int64)
        rows = np.arange(len(y)) if n >= len(y) else np.sort(stratified(y, n, seed))
        x = _cut(found.arrays[f"x_{name}"], found.arrays[f"ends_{name}"], rows, words, length)
        splits[name] = Split(x, y[rows])
    train, held_out = cut(splits["train"].x, splits["train"].y, validation, seed)
    listed = found.arrays["words"].tobytes().decode().split("\n")
    # Word number k of the index, counted from 1, is k + 3 in a review.
    names = ("", "<start>", "<unknown>", "<unused>", *listed[1:])[:words]
    real = found.source == "real"
    return Dataset(train, held_out, splits["test"], IMDB.name, IMDB.title, found.source, found.origin,
                   ("criticism", "praise"), names, IMDB.licence if real else "made here", IMDB.homepage,
                   "" if real else "made here by a small grammar", found.sha256)  # fmt: skip


def _cut(x: np.ndarray, ends: np.ndarray, rows: np.ndarray, words: int, length: int) -> np.ndarray:
    table = np.zeros((len(rows), length), dtype=np.int32)
    for place, row in enumerate(rows):
        start = 0 if row == 0 else int(ends[row - 1])
        text = x[max(start, int(ends[row]) - length) : int(ends[row])]
        if len(text):
            table[place, -len(text) :] = np.where(text < words, text, UNKNOWN)
    return table
