"""The photographs that come with scikit-learn, and what stands in for them."""

import builtins

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.images import photograph


@pytest.mark.parametrize(
    ("word", "origin"), [("real", "scikit-learn"), ("auto", "scikit-learn"), ("stand-in", "stand-in")]
)
def test_pictures_are_numbers_from_0_to_1(word, origin):
    gray, color = (datasets.load_photograph(64, color, data=word) for color in (False, True))
    assert gray.origin == origin
    assert gray.train.x.shape == (2, 64, 64)
    assert color.train.x.shape == (2, 64, 64, 3)
    for data in (gray, color):
        assert data.train.x.dtype == np.float64
        assert 0 <= data.train.x.min() < 0.4 < 0.6 < data.train.x.max() <= 1
        assert np.array_equal(data.train.x, data.test.x)
        assert len(data.class_names) == len(data.test.y) == 2
    # Brightness lies between the darkest and the brightest color of each pixel.
    assert (gray.test.x >= color.test.x.min(-1) - 1e-9).all()
    assert (gray.test.x <= color.test.x.max(-1) + 1e-9).all()


def test_shrinking_keeps_the_mean():
    small, large = (datasets.load_photograph(size, data="real").test.x.mean(axis=(1, 2)) for size in (61, 427))
    assert np.allclose(small, large, atol=2e-3)


def test_the_stand_in_follows_its_seed():
    first, again, other = (datasets.load_photograph(32, seed=seed, data="stand-in").test.x for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("size", [15, 428, 64.0, "64"])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(datasets.WrongWord, match="size is a whole number from 16 to 427"):
        datasets.load_photograph(size)


@pytest.mark.parametrize("broken", ["missing package", "other picture"])
def test_what_cannot_be_read_is_named(broken, monkeypatch):
    said = []
    monkeypatch.setattr(photograph, "say", said.append)
    if broken == "missing package":
        original = builtins.__import__

        def refuse(name, *arguments, **options):
            if name == "PIL":
                raise ImportError("No module named 'PIL'")
            return original(name, *arguments, **options)

        monkeypatch.setattr(builtins, "__import__", refuse)
        reason = "ImportError: No module named 'PIL'"
    else:
        monkeypatch.setattr("sklearn.datasets.load_sample_image", lambda name: np.zeros((5, 5)))
        reason = "china.jpg: expected uint8"
    with pytest.raises(datasets.DataError, match=reason):
        datasets.load_photograph(data="real")
    assert datasets.load_photograph(32, data="auto").origin == "stand-in"
    assert reason in said[0]
