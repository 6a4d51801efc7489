"""A book as a stream of characters: the published file, files that are something else, and the stand-in."""

from __future__ import annotations

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.standins import nietzsche as standin_nietzsche
from whitepaper.datasets.text import nietzsche
from whitepaper.files import sources, texts


def put(folder, body, name="nietzsche.txt"):
    (folder / name).write_bytes(body if isinstance(body, bytes) else body.encode())
    return folder / name


def test_the_splits_are_pieces_of_the_text_one_behind_the_other():
    data = datasets.load_nietzsche(examples=2000, validation=0.1, data="stand-in")
    text = standin_nietzsche.prose(0, 2100).lower()
    pieces = []
    for split in (data.train, data.validation, data.test):
        np.testing.assert_array_equal(split.x[1:], split.y[:-1])
        numbers = [*split.x.tolist(), int(split.y[-1])]
        pieces.append("".join(data.class_names[number] for number in numbers))
    assert [len(piece) for piece in pieces] == [1800, 200, 100]
    assert "".join(pieces) == text
    assert data.class_names == tuple(sorted(set(text)))
    assert data.train.x.dtype == np.int32


def test_the_stand_in_is_the_same_for_the_same_seed_and_ends_where_it_is_told():
    assert standin_nietzsche.prose(3, 5000) == standin_nietzsche.prose(3, 5000) != standin_nietzsche.prose(4, 5000)
    assert standin_nietzsche.prose(3, 5000)[:1234] == standin_nietzsche.prose(3, 1234)
    text = standin_nietzsche.prose(0, 20_000)
    assert max(map(len, text.splitlines())) <= 70
    assert 30 < len(set(text.lower())) < 60
    first = datasets.load_nietzsche(examples=600, data="stand-in")
    assert (first.source, first.licence) == ("stand-in", "made here")


def test_the_whole_stand_in_is_as_long_as_the_book():
    data = datasets.load_nietzsche(data="stand-in")
    assert sum(len(split) + 1 for split in (data.train, data.validation, data.test)) == 600_893
    assert (len(data.validation) + 1, len(data.test) + 1) == (28_542, 30_045)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("too short", r"nietzsche\.txt: expected 600893 characters\. Received: 9"),
        (b"SUPPOSING that Truth \xff\xfe", r"nietzsche\.txt: expected UTF-8 text"),
        (standin_nietzsche.prose(0, 600_000), r"expected 600893 characters\. Received: 600000"),
    ],
)
def test_another_file_is_named_and_refused(tmp_path, body, reason):
    path = put(tmp_path, body)
    with pytest.raises(ValueError, match=reason):
        nietzsche._read({path.name: path})


def test_text_of_another_kind_does_not_validate():
    with pytest.raises(ValueError, match=r"expected English text, at least 80 % letters"):
        nietzsche._validate(texts.pack(["0123456789" * 60]))
    with pytest.raises(ValueError, match=r"Received: 100% of 1 characters"):
        nietzsche._validate(texts.pack(["a" * 600]))
    with pytest.raises(ValueError, match=r"expected one text"):
        nietzsche._validate(texts.pack(["one", "two"]))


def test_a_file_of_the_right_length_with_other_words_is_refused(tmp_path, monkeypatch):
    put(tmp_path, standin_nietzsche.prose(0, nietzsche._CHARACTERS))
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    with pytest.raises(datasets.DataError, match=r"refused .*expected the content 2c2d264ad9cc"):
        datasets.load_nietzsche(data="real")


def test_ends_of_lines_do_not_matter(tmp_path, monkeypatch):
    text = standin_nietzsche.prose(1, nietzsche._CHARACTERS)
    unix, dos = put(tmp_path, text), put(tmp_path, text.replace("\n", "\r\n"), "dos.txt")
    read = [sources.content_hash(nietzsche._read({path.name: path})) for path in (unix, dos)]
    assert read[0] == read[1]


@pytest.mark.parametrize("arguments", [{"examples": 499}, {"examples": "all"}, {"validation": 0.0}, {"validation": 1}])
def test_words_that_the_loader_does_not_know(arguments):
    with pytest.raises(datasets.WrongWord):
        datasets.load_nietzsche(**arguments, data="stand-in")


@pytest.mark.real_data
def test_the_published_book_is_accepted(originals):
    data = datasets.load_nietzsche(data="real")
    assert (data.origin, len(data.class_names), len(data.train)) == ("originals", 57, 542_305)
    start = "".join(data.class_names[number] for number in data.train.x[:40])
    assert start == "preface\n\n\nsupposing that truth is a woma"
    part = datasets.load_nietzsche(examples=10_000, data="real")
    assert len(part.train) == 9_499
