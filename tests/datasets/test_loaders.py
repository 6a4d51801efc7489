"""What every loader promises: shapes, splits, seeds, batches."""

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.dataset import Split, cut, stratified
from whitepaper.datasets.standins import mnist as standin_mnist


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")


@pytest.mark.parametrize("load", [datasets.load_mnist, datasets.load_fashion_mnist])
def test_pictures(load):
    data = load(examples=1000)
    assert (len(data.train), len(data.validation), len(data.test)) == (900, 100, 200)
    for split in (data.train, data.validation, data.test):
        assert (split.x.dtype, split.x.shape[1:], split.y.dtype) == (np.uint8, (28, 28), np.int64)
        assert set(np.unique(split.y)) == set(range(10))
        assert np.bincount(split.y).max() - np.bincount(split.y).min() <= 2
    assert data.source == "stand-in"
    assert len(data.class_names) == 10
    assert str(data) == f"{data.title}: 900 train, 100 validation, 200 test; stand-in (stand-in)"


def test_same_seed_same_arrays_other_seed_others():
    first, second, other = (datasets.load_fashion_mnist(examples=300, seed=seed) for seed in (4, 4, 5))
    assert np.array_equal(first.train.x, second.train.x)
    assert first.sha256 == second.sha256
    assert not np.array_equal(first.train.x, other.train.x)


def test_splits_do_not_overlap():
    data = datasets.load_fashion_mnist(examples=1000)
    pictures = [picture.tobytes() for split in (data.train, data.validation, data.test) for picture in split.x]
    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize("make", [standin_mnist.digits, standin_mnist.clothes])
def test_stand_in_pictures_are_told_apart_by_more_than_chance_and_not_by_brightness(make):
    arrays = make(0, 1500, 500)
    x, y = arrays["x_train"].reshape(-1, 784).astype(float), arrays["y_train"]
    means = np.stack([x[y == label].mean(axis=0) for label in range(10)])
    test = arrays["x_test"].reshape(-1, 784).astype(float)
    nearest = ((test[:, None] - means[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert 0.4 < (nearest == arrays["y_test"]).mean() < 0.95
    brightness = np.stack([means.mean(axis=1)])
    lazy = np.abs(test.mean(axis=1)[:, None] - brightness).argmin(axis=1)
    assert (lazy == arrays["y_test"]).mean() < 0.4


def test_iris():
    real, made = datasets.load_iris(data="auto"), datasets.load_iris()
    assert (real.source, real.origin, made.source) == ("real", "scikit-learn", "stand-in")
    for data in (real, made):
        assert (len(data.train), len(data.validation), len(data.test)) == (108, 12, 30)
        assert (data.train.x.dtype, data.train.x.shape[1], data.train.y.dtype) == (np.float32, 4, np.int64)
        assert np.bincount(data.test.y).tolist() == [10, 10, 10]
        assert data.class_names == ("setosa", "versicolor", "virginica")
        assert len(data.feature_names) == 4


def test_the_real_iris_is_all_there():
    from sklearn.datasets import load_iris

    data = datasets.load_iris(data="real")
    rows = np.concatenate([split.x for split in (data.train, data.validation, data.test)])
    assert np.allclose(np.sort(rows, axis=0), np.sort(load_iris().data, axis=0))


def test_study_scores_follow_their_formula_under_every_word():
    data = datasets.load_study_scores()
    assert (data.source, data.origin) == ("real", "made")
    assert len(data.train) + len(data.validation) + len(data.test) == 1000
    for split in (data.train, data.validation, data.test):
        assert np.allclose(split.y, 5 * split.x[:, 0] + 2 * split.x[:, 1] + 40)
        assert split.y.max() <= 100


def test_gates():
    for name, function in (("or", np.logical_or), ("and", np.logical_and), ("xor", np.logical_xor)):
        split = datasets.load_gate(name).train
        assert np.array_equal(split.y, function(*split.x.T.astype(bool)).astype(np.float32))


def test_stratified_keeps_shares():
    labels = np.repeat([0, 1, 2], [700, 200, 100])
    chosen = stratified(labels, 100, 0)
    assert len(set(chosen.tolist())) == 100
    assert np.abs(np.bincount(labels[chosen]) - [70, 20, 10]).max() <= 1
    left, right = cut(labels.astype(float)[:, None], labels, 0.1, 0)
    assert (len(left), len(right)) == (900, 100)


def test_map_reaches_every_split_and_keeps_where_it_came_from():
    data = datasets.load_mnist(examples=200)
    scaled = data.map(lambda x, y: (x / 255, y + 1))
    for name in ("train", "validation", "test"):
        assert np.allclose(getattr(scaled, name).x * 255, getattr(data, name).x)
        assert np.array_equal(getattr(scaled, name).y, getattr(data, name).y + 1)
    assert scaled.provenance() == data.provenance()
    with pytest.raises(TypeError, match="the pair"):
        data.map(lambda x, y: x)


def test_splits_must_be_equally_long():
    with pytest.raises(ValueError, match="Received: 3 and 2"):
        Split(np.zeros(3), np.zeros(2))


def test_batches_show_every_example_once_an_epoch_in_a_seeded_order():
    split = Split(np.arange(50, dtype=np.float32)[:, None], np.arange(50))
    stream = split.batches(8, shuffle=True, seed=3)
    first, second = ([int(y) for _, batch in stream for y in batch.numpy()] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    again = [int(y) for _, batch in split.batches(8, shuffle=True, seed=3) for y in batch.numpy()]
    assert again == first
    assert [int(y) for _, batch in split.batches(8) for y in batch.numpy()] == list(range(50))
    doubled = split.batches(8, augment=lambda x, y: (2 * x, y))
    assert np.array_equal(np.concatenate([x.numpy() for x, _ in doubled])[:, 0], 2 * np.arange(50))
