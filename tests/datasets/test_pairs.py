"""What plain use of a Dataset and a Split meets: a short repr, a pair that unpacks, arrays that can be written to."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.dataset import Split


@pytest.fixture(scope="module")
def digits():
    return datasets.load_mnist(examples=200, data="stand-in")


def test_a_data_set_is_three_lines_wherever_it_is_shown(digits):
    lines = repr(digits).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("MNIST: train uint8 (180, 28, 28), int64 (180,); validation")
    assert lines[1] == "classes: " + ", ".join(f"'{n}'" for n in range(10))
    assert lines[2].startswith("source: stand-in (stand-in)")
    assert repr(digits.train) == "Split of 180 examples: x uint8 (180, 28, 28), y int64 (180,)"
    assert len(repr(datasets.load_nietzsche(examples=600, data="stand-in"))) < 600


def test_they_are_equal_to_themselves_alone(digits):
    other = copy.deepcopy(digits)
    assert digits != other
    assert digits.train != other.train
    assert digits in [digits]
    assert {digits: 1, digits.train: 2}[digits.train] == 2


def test_a_split_is_a_pair_and_its_length_the_number_of_examples(digits):
    x, y = digits.train
    assert x is digits.train.x
    assert y is digits.train.y
    assert len(digits.train) == 180


def test_keras_takes_the_pair_and_a_split_in_place_of_an_array_is_one_clear_line(digits):
    import keras

    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
    history = model.fit(*digits.train, validation_data=tuple(digits.validation), verbose=0)
    assert set(history.history) == {"loss", "val_loss"}
    assert np.isfinite(model.evaluate(*digits.test, verbose=0))
    for wrong in (
        lambda: model.fit(digits.train, verbose=0),
        lambda: model.fit(*digits.train, validation_data=digits.validation, verbose=0),
        lambda: model.evaluate(digits.test, verbose=0),
        lambda: np.asarray(digits.train),
    ):
        with pytest.raises(TypeError, match=r"a Split, which is the pair \(x, y\)\. Write model\.fit\(\*data\.train"):
            wrong()


def test_a_line_in_place_works_at_every_size_and_stays_in_memory(source):
    from whitepaper.datasets.images.labeled import load_labeled_images

    names = tuple("0123456789")
    for examples in (None, 100):
        for _ in range(2):  # the second comes from the cache
            data = load_labeled_images(source, names, examples, 0.1, 0, "real")
            before = data.test.x.copy()
            data.test.x -= 1
            data.train.y += 1
            assert np.array_equal(data.test.x, before - 1)
            assert type(data.test.x) is np.ndarray
            assert np.array_equal(load_labeled_images(source, names, examples, 0.1, 0, "real").test.x, before)


def test_read_only_arrays_become_ones_own():
    frozen = np.frombuffer(b"abcd", np.uint8)
    split = Split(frozen, np.arange(4))
    split.x[0] = 1
    assert frozen[0] == ord("a")


@pytest.mark.parametrize(
    ("wrong", "kind", "reason"),
    [
        (lambda split: split.batches(0), datasets.WrongWord, "batch_size is a whole number of at least 1. Received: 0"),
        (lambda split: split.batches(2.5), datasets.WrongWord, r"Received: 2\.5"),
        (lambda split: split.batches(8, seed=-1), datasets.WrongWord, "seed is a whole number of at least 0"),
        (lambda split: split.take(-1), datasets.WrongWord, "n is a whole number of at least 0. Received: -1"),
        (lambda split: Split([1, 2], np.arange(2)), TypeError, "x of a Split must be a NumPy array. Received: list"),
        (lambda split: Split(np.arange(2), np.array(1)), ValueError, "Received: 2 and a single number"),
        (lambda split: datasets.load_mnist(examples=200, seed=-1), datasets.WrongWord, "seed is a whole number from 0"),
        (lambda split: datasets.load_scenes(examples=32, seed=-1), datasets.WrongWord, "seed is a whole number from 0"),
        (lambda split: datasets.load_photograph(seed=-1), datasets.WrongWord, "seed is a whole number from 0"),
        (lambda split: datasets.load_iris(seed=1.5), datasets.WrongWord, "seed is a whole number from 0"),
    ],
)
def test_what_makes_no_sense_is_one_line(wrong, kind, reason):
    with pytest.raises(kind, match=reason):
        wrong(Split(np.arange(6), np.arange(6)))


LOADERS = {
    name: getattr(datasets, name) for name in datasets.__all__ if name.startswith("load_") and name != "load_gate"
}


@pytest.mark.parametrize("name", LOADERS)
def test_the_first_line_of_every_loader_says_shapes_and_types(name):
    first = LOADERS[name].__doc__.splitlines()[0]
    assert "(n" in first or "(2," in first, first
    assert any(kind in first for kind in ("uint8", "int32", "float32", "float64", "object")), first


def test_class_labels_are_int64_everywhere():
    data = datasets.load_scenes(examples=32)
    assert {split.y.dtype for split in (data.train, data.validation, data.test)} == {np.dtype(np.int64)}


def test_a_column_of_reviews_goes_into_a_vectorizer():
    from sklearn.feature_extraction.text import CountVectorizer

    data = datasets.load_amazon_reviews(examples=60, data="stand-in")
    texts = data.train.x[:, data.feature_names.index("text")]
    assert CountVectorizer().fit_transform(texts).shape[0] == len(data.train)
