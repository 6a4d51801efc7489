"""Sentences and their translations."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.datasets.standins import spa_eng as standin_spa_eng
from whitepaper.files import downloads, texts, trees
from whitepaper.files.sources import Arrays, Form, Layout, Source, find
from whitepaper.files.trees import Tree

_TABLE = "spa.txt"
_MOST_BYTES = 64 * 1024 * 1024  # eight times the published table: what unpacks to more is something else
_TEST = 0.1


def read_pairs(text: str, name: str) -> tuple[list[str], list[str]]:
    """Spanish and English sentences of a table of lines, English, a tab, Spanish; a third column, the authors, is left out.

    Raises:
        ValueError: a line without two sentences, by its number.
    """
    spanish, english = [], []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) not in (2, 3) or not all(fields[:2]):
            raise ValueError(
                f"{name}, line {number}: expected an English sentence, a tab, a Spanish one. Received: {line[:60]!r}."
            )
        english.append(fields[0])
        spanish.append(fields[1])
    return spanish, english


def _read(paths: dict[str, Path]) -> Arrays:
    """Only the one member is read, into memory; nothing is unpacked to disk."""
    (path,) = paths.values()
    tree = trees.open_tree(path)
    arrays = find_pairs(tree)
    if arrays is None:
        raise ValueError(f"{path.name}: expected spa-eng/spa.txt inside. Received: {tree.names[:5]}.")
    return arrays


def find_pairs(tree: Tree) -> Arrays | None:
    """The table spa.txt, alone, in a folder or in an archive, of two columns or, as manythings.org has it, of three.

    Raises:
        ValueError: a table that is too large, not UTF-8, or has a line of another form.
    """
    places = tree.called(_TABLE)
    if not places:
        return None
    content, where = tree.read(places[0]), f"{tree.path.name}, {places[0]}"
    if len(content) > _MOST_BYTES:
        raise ValueError(f"{where}: expected at most {_MOST_BYTES} bytes. Received more.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"{where}, line {line}: expected UTF-8 text. Received: {error.reason}.") from error
    spanish, english = read_pairs(text.replace("\r\n", "\n"), where)
    return texts.pack(spanish, "spanish") | texts.pack(english, "english")


def find_release(tree: Tree) -> Arrays | None:
    """Another release of the table, which no hash is known of.

    Raises:
        ValueError: as of `find_pairs`; or sentences that have none of the signs of Spanish.
    """
    arrays = find_pairs(tree)
    if arrays is not None:
        spanish = texts.unpack(arrays, "spanish")
        signs = sum(any(sign in text for sign in "áéíóúñ¿¡") for text in spanish)
        if signs < 0.1 * len(spanish):
            raise ValueError(
                f"{tree.path.name}: expected Spanish in the second column, á, é, í, ó, ú, ñ, ¿ or ¡ in a tenth of the lines. "
                f"Received: {signs} of {len(spanish)} lines."
            )
    return arrays


def _note(arrays: Arrays) -> str:
    n, whole = len(arrays["english_ends"]), SPA_ENG.sizes[0]
    return f"{f'subset of {n} pairs' if n < whole else f'{n} pairs'}, another release than the published {whole}"


def _validate(arrays: Arrays) -> None:
    spanish, english = (texts.unpack(arrays, name) for name in ("spanish", "english"))
    if len(spanish) != len(english) or len(spanish) < 20:
        raise ValueError(
            f"expected as many Spanish sentences as English ones, at least 20. Received: {len(spanish)} and {len(english)}."
        )
    for number, pair in enumerate(zip(spanish, english, strict=True), 1):
        if not all(text.strip() for text in pair):
            raise ValueError(f"pair {number}: expected two sentences. Received: {pair}.")


def _make(seed: int, n_train: int, n_test: int) -> Arrays:
    spanish, english = zip(*standin_spa_eng.pairs(seed, n_train + n_test), strict=True)
    return texts.pack(spanish, "spanish") | texts.pack(english, "english")


SPA_ENG = Source(
    name="spa_eng",
    title="Spanish-English pairs",
    licence="CC BY 2.0 (Tatoeba, selected by manythings.org)",
    homepage="https://www.manythings.org/anki/",
    layouts=(Layout(("spa-eng.zip",), _read),),
    published=lambda: (
        downloads.Published(
            "spa-eng.zip",
            "http://storage.googleapis.com/download.tensorflow.org/data/spa-eng.zip",
            "0c4fd7825d3d872488d38c157f784e035edab4f2ff0df25a2a208790ecb5b58f",
            2_638_744,
        ),
    ),
    content={"b53be8ba6416193e2da895c1ecc2b2a19084b4db4afe60437834fb7f7c5126bc": "complete"},
    validate=_validate,
    make=_make,
    sizes=(118_964, 0),
    forms=(Form("spa.txt, alone or packed", find_release, _note),),
    known=("spaeng", "spanisheng", "engspa"),
)


def _key(text: str) -> str:
    """A sentence without accents, capitals and punctuation: what a lesson's cleaning cannot tell apart has one key."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())


def families(spanish: Iterable[str], english: Iterable[str]) -> np.ndarray:
    """A number for each pair, the same for pairs that share a sentence, directly or through others.

    Sentences count as the same if they differ only in accents, capitals or punctuation. The numbers are those of the
    components of the graph whose nodes are sentences and whose edges are pairs (union-find).
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    nodes = [(f"es {_key(es)}", f"en {_key(en)}") for es, en in zip(spanish, english, strict=True)]
    for es, en in nodes:
        parent[root(es)] = root(en)
    number: dict[str, int] = {}
    return np.array([number.setdefault(root(es), len(number)) for es, _ in nodes], dtype=np.int64)


def load_spa_eng(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Spanish sentences and their English translations: x object (n,) of Spanish str, y object (n,) of English str.

    The file is sorted by the length of the English sentence. Many sentences stand in it several times, with other
    translations: no Spanish and no English sentence is in two splits. A tenth is the test split.

    Args:
        examples: pairs to read from the start of the file, for all three splits; None takes all 118 964.
        validation: share that validates. seed: of the splits, and of the stand-in. data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 50, seed)
    n = SPA_ENG.sizes[0] if examples is None else min(examples, SPA_ENG.sizes[0])
    found = find(SPA_ENG, data, seed, (n, 0))
    # Another release may have more pairs than the published one.
    most = None if examples is None else n
    spanish, english = (texts.unpack(found.arrays, name)[:most] for name in ("spanish", "english"))
    family = families(spanish, english)
    # Families in random order; the first of them fill the test split, the next the validation split.
    order = np.random.default_rng(seed).permutation(family.max() + 1)
    before = np.concatenate([[0], np.cumsum(np.bincount(family)[order])[:-1]])
    place = np.empty(len(order), dtype=np.int64)
    place[order] = before
    held = place[family]
    ends = (max(1, round(_TEST * len(family))), max(2, round((_TEST + validation) * len(family))))
    masks = (held >= ends[1], (held >= ends[0]) & (held < ends[1]), held < ends[0])
    train, held_out, test = (Split(spanish[mask], english[mask]) for mask in masks)
    real = found.source == "real"
    return Dataset(train, held_out, test, name=SPA_ENG.name, title=SPA_ENG.title, source=found.source, origin=found.origin,
                   licence=SPA_ENG.licence if real else "made here", homepage=SPA_ENG.homepage,
                   note=found.note if real else "made here by a small grammar of both languages", sha256=found.sha256)  # fmt: skip
