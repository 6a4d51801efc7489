"""News: BBC articles of five topics, and postings of twenty newsgroups."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, cut, stratified
from whitepaper.datasets.standins import news as standin_news
from whitepaper.files import downloads, texts, trees
from whitepaper.files.sources import Arrays, Form, Found, Layout, Source, WrongWord, find
from whitepaper.files.trees import Tree

TOPICS = ("business", "entertainment", "politics", "sport", "tech")
GROUPS = (
    "alt.atheism", "comp.graphics", "comp.os.ms-windows.misc", "comp.sys.ibm.pc.hardware", "comp.sys.mac.hardware",
    "comp.windows.x", "misc.forsale", "rec.autos", "rec.motorcycles", "rec.sport.baseball", "rec.sport.hockey", "sci.crypt",
    "sci.electronics", "sci.med", "sci.space", "soc.religion.christian", "talk.politics.guns", "talk.politics.mideast",
    "talk.politics.misc", "talk.religion.misc",
)  # fmt: skip
PARTS = ("headers", "footers", "quotes")


def decode(body: bytes) -> str:
    """UTF-8, or, where the bytes are none, Windows's western code page, in which every byte but five has a meaning."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _read_bbc(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    arrays = find_bbc(trees.open_tree(path))
    if arrays is None:
        raise ValueError(f"{path.name}: expected texts of {', '.join(TOPICS)}. Received none of them.")
    return arrays


def find_bbc(tree: Tree) -> Arrays | None:
    """The texts in folders of the five topics, in a folder, or an archive packed on any system.

    Raises:
        ValueError: a topic is missing.
    """
    found: dict[str, list[str]] = {topic: [] for topic in TOPICS}
    for name in tree.ending(".txt"):
        if (topic := PurePosixPath(name).parent.name) in found:
            found[topic].append(name)
    if not any(found.values()):
        return None
    if empty := [topic for topic, articles in found.items() if not articles]:
        raise ValueError(
            f"{tree.path.name}: expected texts of {', '.join(TOPICS)}. Received none of {', '.join(empty)}."
        )
    bodies = dict(tree.bodies(name for names in found.values() for name in names))
    labels = np.repeat(np.arange(5, dtype=np.uint8), [len(names) for names in found.values()])
    return {**texts.pack(decode(bodies[name]) for names in found.values() for name in names), "y": labels}


def _validate_bbc(arrays: Arrays) -> None:
    if arrays["y"].shape != arrays["text_ends"].shape or arrays["y"].max(initial=0) > 4:
        raise ValueError(
            f"expected a topic from 0 to 4 for each of {len(arrays['text_ends'])} articles. Received: {arrays['y'].shape}."
        )
    texts.unpack({name: arrays[name] for name in ("text", "text_ends")})


def _read_groups(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    arrays = find_groups(trees.open_tree(path))
    if arrays is None:
        raise ValueError(f"{path.name}: expected folders of twenty newsgroups. Received none.")
    return arrays


def find_groups(tree: Tree) -> Arrays | None:
    """The postings in `…train/<group>/` and `…test/<group>/`, in a folder or an archive."""
    places = {}
    for name in tree.names:
        parts = name.split("/")
        if len(parts) >= 3 and parts[-2] in GROUPS:
            places[name] = "/".join(parts[-3:])
    if not places:
        return None
    rows: list[tuple[str, int, int, str]] = []
    for name, body in tree.bodies(places):
        # As scikit-learn reads them: one byte, one character.
        text = body.decode("latin-1")
        # A copy of the archive has tabs for the line breaks of its training postings; no posting is one line.
        if "\n" not in text.rstrip("\n"):
            text = text.replace("\t", "\n")
        split, group, _ = places[name].split("/")
        rows.append((places[name], GROUPS.index(group), int(split.endswith("test")), text))
    rows.sort(key=lambda row: row[0])
    return {
        **texts.pack(row[3] for row in rows),
        "y": np.array([row[1] for row in rows], dtype=np.uint8),
        "test": np.array([row[2] for row in rows], dtype=np.uint8),
    }


def _validate_groups(arrays: Arrays) -> None:
    n = len(arrays["text_ends"])
    if arrays["y"].shape != (n,) or arrays["test"].shape != (n,) or arrays["y"].max(initial=0) >= len(GROUPS):
        raise ValueError(f"expected a group from 0 to 19 and a split for each of {n} postings. Received others.")


BBC = Source(
    name="bbc_news",
    title="BBC news",
    licence="for research (BBC)",
    homepage="http://mlg.ucd.ie/datasets/bbc.html",
    layouts=(Layout(("bbc-fulltext.zip",), _read_bbc),),
    published=lambda: (downloads.Published("bbc-fulltext.zip", "http://mlg.ucd.ie/files/datasets/bbc-fulltext.zip"),),
    content={"8e03bdda01ae8866e9404770271295f6588092655bbc48fb5e2f0bb18151c7f7": "complete"},
    validate=_validate_bbc,
    make=standin_news.articles,
    sizes=(1780, 445),
    forms=(Form("a folder of texts for each topic", find_bbc),),
    known=("bbc",),
)

NEWSGROUPS = Source(
    name="newsgroups",
    title="20 newsgroups",
    licence="public postings",
    homepage="http://qwone.com/~jason/20Newsgroups/",
    layouts=(
        Layout(
            ("20news-bydate.tar.gz",),
            _read_groups,
            ("8f1b2514ca22a5ade8fbb9cfa5727df95fa587f4c87b786e15c759fa66d95610",),
        ),
        # Copies of other bytes go round; one in which line breaks had become tabs is read all the same, and held to its content.
        Layout(("20news-bydate.tar.gz",), _read_groups),
    ),
    # scikit-learn's own place and hash of the archive.
    published=lambda: (
        downloads.Published(
            "20news-bydate.tar.gz",
            "https://ndownloader.figshare.com/files/5975967",
            "8f1b2514ca22a5ade8fbb9cfa5727df95fa587f4c87b786e15c759fa66d95610",
        ),
    ),
    content={"8d5f3cb99f0eae42c7ec68dcb4a1c7d169976e0520d51f8b1cfb3b8deacef87f": "complete"},
    validate=_validate_groups,
    make=standin_news.postings,
    sizes=(11_314, 7_532),
    forms=(Form("a folder of postings for each newsgroup", find_groups),),
    known=("20news",),
)


def load_bbc_news(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """BBC articles of 2004 and 2005: x object (n,) of str, title in the first line, y int64 (n,) topic (Greene, Cunningham 2006).

    Near copies of an article occur. A fifth, stratified, is the test split. One published file is not UTF-8 and is read
    as Windows-1252.

    Args:
        examples: articles to take from those that are not test articles; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 50, seed)
    n_train, n_test = BBC.sizes
    if examples is not None and examples < n_train:
        n_train, n_test = examples, max(50, examples // 4)
    found = find(BBC, data, seed, (n_train, n_test))
    x, y = texts.unpack(found.arrays), found.arrays["y"].astype(np.int64)
    rest, test = cut(x, y, n_test / len(x) if found.source == "stand-in" else 0.2, seed)
    return _dataset(BBC, found, TOPICS, rest, test, n_train, validation, seed)


def load_newsgroups(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None,
    groups: tuple[str, ...] = ("sci.electronics", "talk.politics.misc"), remove: tuple[str, ...] = PARTS,
) -> Dataset:  # fmt: skip
    """Postings of newsgroups, split by date as published: x object (n,) of str, y int64 (n,) place in `groups` (Lang 1995).

    Args:
        examples: postings to take from the training split, validation included; None takes all.
        validation, seed, data: as in `load_mnist`.
        groups: of GROUPS. remove: of PARTS, cut off as scikit-learn does; with all three a classifier has only the words.

    Raises:
        DataError, WrongWord: as in `load_mnist`; an unknown group or part.
    """
    check_arguments(examples, validation, 40, seed)
    for word, known in ((groups, GROUPS), (remove, PARTS)):
        if wrong := [one for one in word if one not in known]:
            raise WrongWord(f"one of {', '.join(known)}. Received: {wrong[0]!r}.")
    n_train = None if examples is None else examples
    found = find(NEWSGROUPS, data, seed, (1056, 703) if n_train is None else (n_train, max(40, n_train // 2)))
    numbers = [GROUPS.index(group) for group in groups]
    chosen = np.isin(found.arrays["y"], numbers)
    x = texts.unpack(found.arrays)[chosen]
    y = np.array([numbers.index(label) for label in found.arrays["y"][chosen]], dtype=np.int64)
    test = found.arrays["test"][chosen].astype(bool)
    for number, text in enumerate(x):
        x[number] = _stripped(text, remove)
    rest, held = Split(x[~test], y[~test]), Split(x[test], y[test])
    if n_train is not None and n_train < len(rest):
        rows = np.sort(stratified(held.y, min(len(held), max(40, n_train // 2)), seed))
        held = Split(held.x[rows], held.y[rows])
    return _dataset(NEWSGROUPS, found, groups, rest, held, n_train or len(rest), validation, seed)


def _stripped(text: str, remove: tuple[str, ...]) -> str:
    from sklearn.datasets import _twenty_newsgroups as strip

    if "headers" in remove:
        text = strip.strip_newsgroup_header(text)
    if "footers" in remove:
        text = strip.strip_newsgroup_footer(text)
    if "quotes" in remove:
        text = strip.strip_newsgroup_quoting(text)
    return text


def _dataset(
    source: Source, found: Found, names: tuple[str, ...], rest: Split, test: Split, n_train: int,
    validation: float, seed: int,
) -> Dataset:  # fmt: skip
    if n_train < len(rest):
        _, rest = cut(rest.x, rest.y, n_train / len(rest), seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    real = found.source == "real"
    return Dataset(train, held_out, test, source.name, source.title, found.source, found.origin, names, (),
                   source.licence if real else "made here", source.homepage,
                   "" if real else "made here by small grammars", found.sha256)  # fmt: skip
