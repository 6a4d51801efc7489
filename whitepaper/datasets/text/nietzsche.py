"""A book as a stream of characters."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.datasets.standins import nietzsche as standin_nietzsche
from whitepaper.files import csv_table, downloads, texts
from whitepaper.files.sources import Arrays, Form, Layout, Source, find
from whitepaper.files.trees import Tree

_CHARACTERS = 600_893
_TEST = 0.05  # the share of the text, at its end, that is kept for the test


def _read(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return _parsed(path.read_bytes(), path.name)


def _parsed(body: bytes, name: str) -> Arrays:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: expected UTF-8 text. Received: {error}.") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) != _CHARACTERS:
        raise ValueError(f"{name}: expected {_CHARACTERS} characters. Received: {len(text)}.")
    return texts.pack([text])


def find_book(tree: Tree) -> Arrays | None:
    """nietzsche.txt in a folder or an archive."""
    return csv_table.first_good(tree, tree.called("nietzsche.txt"), _parsed)


def _validate(arrays: Arrays) -> None:
    unpacked = texts.unpack(arrays)
    if len(unpacked) != 1:
        raise ValueError(f"expected one text. Received: {len(unpacked)}.")
    text = unpacked[0].lower()
    letters = sum(text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz ")
    if letters < 0.8 * len(text) or not 10 < len(set(text)) < 100:
        raise ValueError(
            "expected English text, at least 80 % letters and spaces, of 11 to 99 characters in lower case. "
            f"Received: {letters / max(len(text), 1):.0%} of {len(set(text))} characters."
        )


def _book(seed: int, n_train: int, n_test: int) -> Arrays:
    return texts.pack([standin_nietzsche.prose(seed, n_train + n_test)])


NIETZSCHE = Source(
    name="nietzsche",
    title="Nietzsche's prose",
    licence="public domain (Project Gutenberg)",
    homepage="https://s3.amazonaws.com/text-datasets/nietzsche.txt",
    layouts=(Layout(("nietzsche.txt",), _read),),
    published=lambda: (
        downloads.Published(
            "nietzsche.txt",
            "https://s3.amazonaws.com/text-datasets/nietzsche.txt",
            "23cf69874ab69d3d256099ab530ea4be24d47d9675b673bcc67cbcd6298ec647",
            600_901,
        ),
    ),
    content={"2c2d264ad9cc40be45d18b4059dc4e056aec45181aa46f70cf6ef02c0d6ce0e2": "complete"},
    validate=_validate,
    make=_book,
    sizes=(_CHARACTERS - round(_TEST * _CHARACTERS), round(_TEST * _CHARACTERS)),
    forms=(Form("nietzsche.txt packed", find_book),),
)


def load_nietzsche(
    examples: int | None = None, validation: float = 0.05, seed: int = 0, data: str | None = None
) -> Dataset:
    """Nietzsche in English, in lower case: x int32 (n,) numbers of characters in the order of the text, y the one that follows.

    The splits are three pieces of the text, one behind the other and without overlap: the test split is the last twentieth
    of what is read, the validation split lies before it. `class_names` are the characters.

    Args:
        examples: characters to read, from the start of the text, for training and validation; None takes all.
        validation: share of these that validates. seed: of the stand-in. data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 500, seed)
    n_rest, n_test = NIETZSCHE.sizes
    if examples is not None and examples < n_rest:
        n_rest, n_test = examples, max(100, round(_TEST * examples))
    found = find(NIETZSCHE, data, seed, (n_rest, n_test))
    text = texts.unpack(found.arrays)[0].lower()[: n_rest + n_test]
    characters = tuple(sorted(set(text)))
    number = {character: place for place, character in enumerate(characters)}
    ids = np.array([number[character] for character in text], dtype=np.int32)
    n_train = n_rest - max(1, round(validation * n_rest))
    train, held_out, test = (
        Split(piece[:-1], piece[1:]) for piece in (ids[:n_train], ids[n_train:n_rest], ids[n_rest:])
    )
    real = found.source == "real"
    return Dataset(train, held_out, test, name=NIETZSCHE.name, title=NIETZSCHE.title, source=found.source, origin=found.origin,
                   class_names=characters, licence=NIETZSCHE.licence if real else "made here",
                   homepage=NIETZSCHE.homepage, note="" if real else "made here by a small grammar",
                   sha256=found.sha256)  # fmt: skip
