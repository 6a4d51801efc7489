"""Reviews of Amazon's products: published tables with more or fewer columns, and the stand-in."""

from __future__ import annotations

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.standins import amazon_reviews as standin_amazon_reviews
from whitepaper.datasets.text import amazon_reviews
from whitepaper.files import sources, texts

FULL = "id,name,brand,reviews.rating,reviews.text\n" + "".join(
    f'{n},"Echo, {n}",amazon.com,{n % 5 + 1},"It’s no. {n}\nand more"\n' for n in range(300)
)


def put(folder, body, name="1429_1.csv"):
    (folder / name).write_text(body, encoding="utf-8")
    return folder


def test_the_published_table_is_read_and_said_to_be_unverified(tmp_path, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(put(tmp_path, FULL)))
    for origin in ("originals", "cache"):
        data = datasets.load_amazon_reviews(data="real")
        assert (data.origin, data.note) == (origin, "its hash is not known here")
        assert (len(data.train) + len(data.validation), len(data.test)) == (240, 60)
        assert set(data.test.x[:, 2]) == {"amazon.com"}
        assert data.test.x[0, 0].startswith("It’s no. ")
        assert set(data.train.y) == {1, 2, 3, 4, 5}


def test_a_sample_with_fewer_columns_has_empty_ones(tmp_path):
    path = put(tmp_path, 'name,reviews.text\nEcho,"fine"\nFire,\n') / "1429_1.csv"
    arrays = amazon_reviews._read({path.name: path})
    assert list(texts.unpack(arrays)) == ["fine", ""]
    assert list(texts.unpack(arrays, "brand")) == ["", ""]
    assert list(arrays["rating"]) == [0, 0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("name,text\nEcho,fine\n", r"expected the columns name, reviews\.text\. Received none named reviews\.text"),
        ("name,reviews.text\n", "expected reviews. Received an empty table"),
        ("name,reviews.text\nEcho\n", r"1429_1\.csv, row 2: expected 2 fields"),
        ("name,reviews.text\nEcho,a\nEcho,a,b\n", r"row 3: expected 2 fields"),
        ("name,reviews.text,reviews.rating\nEcho,a,5\nEcho,b,six\n", r"row 3: reviews\.rating: .*Received: 'six'"),
        ("name,reviews.text,reviews.rating\nEcho,a,0\n", r"row 2: reviews\.rating: .*Received: '0'"),
    ],
)
def test_a_bad_row_is_named(tmp_path, body, reason):
    path = put(tmp_path, body) / "1429_1.csv"
    with pytest.raises(ValueError, match=reason):
        amazon_reviews._read({path.name: path})


def test_without_a_file_it_says_that_an_account_is_needed():
    with pytest.raises(datasets.DataError, match=r"published behind an account .*kaggle"):
        datasets.load_amazon_reviews(data="real")


def test_the_stand_in_has_what_the_lesson_is_about():
    arrays = standin_amazon_reviews.reviews(0, 800, 200)
    again = standin_amazon_reviews.reviews(0, 800, 200)
    assert sources.content_hash(arrays) == sources.content_hash(again)
    body = list(texts.unpack(arrays))
    assert any("’" in text for text in body)
    assert any("n't" in text for text in body)
    assert any("49.99" in text for text in body)
    assert len(set(texts.unpack(arrays, "brand"))) > 5
    assert np.bincount(arrays["rating"], minlength=6)[[0, 2]].tolist() == [0, 0]


def test_texts_come_back_as_they_went_in():
    given = ["", "plain", "’ ü 한국어", "a\nb", "\ud800"]
    assert list(texts.unpack(texts.pack(given))) == given
    broken = texts.pack(["one", "two"])
    broken["text_ends"] = np.array([3, 7])
    with pytest.raises(ValueError, match="expected ends that rise to 6"):
        texts.unpack(broken)


@pytest.mark.real_data
def test_the_published_sample_is_accepted(originals):
    data = datasets.load_amazon_reviews(data="real")
    assert (data.origin, data.train.x.shape, len(data.test)) == ("originals", (3600, 3), 1000)
    assert data.note.startswith("sample of 5 000")
    assert sum("kindle" in name.lower() for name in data.train.x[:, 1]) > 500
