"""Splitting: shares kept, nothing twice, every picture with its own label."""

from __future__ import annotations

import mmap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whitepaper import datasets
from whitepaper.datasets.dataset import Split, cut, stratified
from whitepaper.datasets.images.labeled import load_labeled_images

NAMES = tuple("0123456789")

labels = st.lists(st.integers(0, 5), min_size=2, max_size=120).map(np.array)


@settings(max_examples=150, deadline=None)
@given(labels=labels, part=st.floats(0, 1), seed=st.integers(0, 1000))
def test_a_stratified_choice_keeps_every_share(labels, part, seed):
    n = int(part * len(labels))
    chosen = stratified(labels, n, seed)
    assert len(set(chosen.tolist())) == len(chosen) == n
    for label in np.unique(labels):
        expected = n * np.mean(labels == label)
        assert abs(np.sum(labels[chosen] == label) - expected) < 2
    assert np.array_equal(chosen, stratified(labels, n, seed))


@settings(max_examples=150, deadline=None)
@given(labels=labels, share=st.floats(0.001, 0.999), seed=st.integers(0, 1000))
def test_cutting_loses_nothing_doubles_nothing_and_leaves_no_side_empty(labels, share, seed):
    rows = np.arange(len(labels))
    left, right = cut(rows, labels, share, seed)
    assert sorted([*left.x, *right.x]) == rows.tolist()
    assert min(len(left), len(right)) >= 1
    assert abs(len(right) - share * len(labels)) <= 1
    for split in (left, right):
        assert np.array_equal(split.y, labels[split.x])


def test_seeds_choose_differently_and_randomly():
    y = np.repeat(np.arange(4), 50)
    choices = [set(stratified(y, 40, seed).tolist()) for seed in range(5)]
    assert len({frozenset(choice) for choice in choices}) == 5
    assert len(set.union(*choices)) > 90  # five independent fifths reach 1 − 0.8⁵ = 67 % of 200


def test_numbers_are_cut_at_random():
    y = np.linspace(0, 1, 1000, dtype=np.float32)
    _, right = cut(y, y, 0.2, 0)
    assert len(right) == 200
    assert abs(right.y.mean() - 0.5) < 5 * np.sqrt(1 / 12 / 200)


@pytest.mark.parametrize(
    ("examples", "validation", "sizes"),
    [(None, 0.1, (180, 20, 60)), (100, 0.3, (70, 30, 60)), (100, 0.999, (1, 99, 60))],
)
def test_every_picture_keeps_its_label_and_comes_once(source, arrays, examples, validation, sizes):
    truth = {
        part: {
            picture.tobytes(): label for picture, label in zip(arrays[f"x_{part}"], arrays[f"y_{part}"], strict=True)
        }
        for part in ("train", "test")
    }
    data = load_labeled_images(source, NAMES, examples, validation, 0, "real")
    assert (len(data.train), len(data.validation), len(data.test)) == sizes
    seen = []
    for split, part in ((data.train, "train"), (data.validation, "train"), (data.test, "test")):
        keys = [picture.tobytes() for picture in split.x]
        assert [truth[part][key] for key in keys] == split.y.tolist()
        seen += keys
    assert len(set(seen)) == len(seen)


def test_the_choice_of_examples_is_seeded_and_the_same_from_cache_and_download(source):
    first, second, other = (load_labeled_images(source, NAMES, 100, 0.1, seed, "real") for seed in (1, 1, 2))
    assert (first.origin, second.origin) == ("download", "cache")
    assert np.array_equal(first.train.x, second.train.x)
    assert np.array_equal(first.validation.x, second.validation.x)
    chosen, others = ({picture.tobytes() for picture in (*data.train.x, *data.validation.x)} for data in (first, other))
    assert chosen != others
    assert first.provenance() | {"origin": ""} == second.provenance() | {"origin": ""}


def test_provenance_says_what_was_used(source):
    data = load_labeled_images(source, NAMES, 100, 0.1, 0, "real")
    assert data.provenance() == {
        "name": "small",
        "source": "real",
        "origin": "download",
        "complete": True,
        "examples": {"train": 90, "validation": 10, "test": 60},
        "licence": "MIT",
        "note": "",
        "sha256": next(iter(source.content)),
    }


def test_the_whole_test_split_stays_memory_mapped(source):
    load_labeled_images(source, NAMES, None, 0.1, 0, "real")
    x = load_labeled_images(source, NAMES, None, 0.1, 0, "real").test.x
    assert type(x) is np.ndarray
    assert isinstance(x.base, np.memmap | mmap.mmap)


def test_take_gives_the_first():
    split = Split(np.arange(6), np.arange(6) * 2).take(4)
    assert (split.x.tolist(), split.y.tolist(), len(split)) == ([0, 1, 2, 3], [0, 2, 4, 6], 4)


@pytest.mark.parametrize("load", [datasets.load_mnist, datasets.load_iris, datasets.load_study_scores])
@pytest.mark.parametrize(
    "wrong",
    [
        {"examples": 0},
        {"examples": -5},
        {"examples": 500.0},
        {"examples": True},
        {"validation": 0},
        {"validation": 1},
        {"validation": float("nan")},
        {"data": "fake"},
    ],
    ids=str,
)
def test_wrong_arguments_are_named(load, wrong):
    (value,) = wrong.values()
    with pytest.raises(datasets.WrongWord, match=f"Received: {value!r}") as caught:
        load(**{"data": "stand-in"} | wrong)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("load", [datasets.load_iris, datasets.load_study_scores])
def test_tables_are_seeded_and_cut(load):
    first, second, other = (load(examples=60, seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.train.x, second.train.x)
    assert np.array_equal(first.test.y, second.test.y)
    assert not np.array_equal(first.test.x, other.test.x)


def test_examples_count_training_flowers_but_all_rows_of_the_scores():
    iris, scores = datasets.load_iris(examples=60), datasets.load_study_scores(examples=60)
    assert (len(iris.train), len(iris.validation), len(iris.test)) == (54, 6, 30)
    assert (len(scores.train), len(scores.validation), len(scores.test)) == (43, 5, 12)
