"""Film reviews: Keras's file read without running what it holds, and a stand-in in which the order of words counts."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.text import imdb
from whitepaper.files import sources

INDEX = {"the": 1, "film": 2, "good": 3, "bad": 4, "rare": 9}


def lists(rows) -> np.ndarray:
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


def put(folder, **changes):
    """The two files in Keras's form: ranks without start, object arrays of lists."""
    rows = [[1, 2, 3], [1, 2, 4, 9]] * 30
    labels = np.array([1, 0] * 30)
    arrays = {"x_train": lists(rows), "y_train": labels, "x_test": lists(rows[:40]), "y_test": labels[:40]} | changes
    np.savez(folder / "imdb.npz", **{name: array for name, array in arrays.items() if array is not None})
    (folder / "imdb_word_index.json").write_text(json.dumps(INDEX))
    return {name: folder / name for name in ("imdb.npz", "imdb_word_index.json")}


def test_ranks_become_numbers_with_a_start_in_front(tmp_path, monkeypatch):
    arrays = imdb._read(put(tmp_path))
    assert arrays["x_train"][:9].tolist() == [1, 4, 5, 6, 1, 4, 5, 7, 12]
    assert arrays["ends_train"][:2].tolist() == [4, 9]
    monkeypatch.setattr(imdb, "IMDB", replace(imdb.IMDB, content={sources.content_hash(arrays): "complete"}))
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    data = datasets.load_imdb(data="real", words=10, length=4)
    names = data.feature_names
    texts = {" ".join(names[number] for number in row) for row in data.train.x}
    # The last four words; a rare word is unknown; a short review has gaps in front.
    assert texts == {"<start> the film good", "the film bad <unknown>"}
    assert datasets.load_imdb(data="real", words=20, length=6).train.x[0, 0] == imdb.PADDING


class Harm:
    """What a foreign file could hold: an object whose loading runs a command."""

    def __reduce__(self):
        return eval, ("open('harm', 'w').write('done')",)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (lists([Harm()] * 60), r"expected plain numbers\. Received: an object of builtins\.eval"),
        (lists([[1, "two"]] * 60), "expected 60 lists of whole numbers"),
        (lists([[1.5]] * 60), "expected 60 lists of whole numbers"),
        (np.zeros((60, 4)), r"expected a list of lists\. Received: float64"),
        (None, "expected an array x_train"),
    ],
    ids=["code", "words", "fractions", "numbers", "nothing"],
)
def test_foreign_files_are_refused_and_nothing_runs(tmp_path, monkeypatch, rows, reason):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, pickle.UnpicklingError), match=reason):
        imdb._read(put(tmp_path, x_train=rows))
    assert not (tmp_path / "harm").exists()


def test_the_stand_in_needs_the_order_of_words():
    from sklearn.linear_model import LogisticRegression

    data = datasets.load_imdb(examples=1500, data="stand-in")
    again = datasets.load_imdb(examples=1500, data="stand-in")
    assert np.array_equal(data.train.x, again.train.x)

    def bag(x):
        return np.stack([np.bincount(row, minlength=len(data.feature_names)) for row in x])

    model = LogisticRegression(max_iter=300).fit(bag(data.train.x), data.train.y)
    assert model.score(bag(data.test.x), data.test.y) < 0.65
    # Pairs of words know of "not good": the labels are not noise.
    words = len(data.feature_names)

    def pairs(x):
        table = np.zeros((len(x), 4096))
        for place, row in enumerate(x):
            kept = row[row > 0].astype(np.int64)
            for k in (1, 2, 3):
                np.add.at(table[place], ((kept[:-k] * words + kept[k:]) * 7919 + k) % 4096, 1)
        return table

    reader = LogisticRegression(max_iter=300, C=0.1).fit(pairs(data.train.x), data.train.y)
    assert reader.score(pairs(data.test.x), data.test.y) > 0.75


def test_wrong_arguments_are_named():
    with pytest.raises(datasets.WrongWord, match="Received: 5 and 80"):
        datasets.load_imdb(words=5, data="stand-in")
    with pytest.raises(datasets.WrongWord, match="Received: 100 and 0"):
        datasets.load_imdb(words=100, length=0, data="stand-in")


@pytest.mark.real_data
def test_the_published_file_is_accepted(originals):
    data = datasets.load_imdb(data="real")
    assert (data.origin, data.train.x.shape, data.test.x.shape) == ("originals", (22_500, 80), (25_000, 80))
    assert data.train.x.max() < 20_000
    assert data.feature_names[4:7] == ("the", "and", "a")
    assert 0.49 < data.test.y.mean() < 0.51
