"""Stand-in pictures: the form of the published ones, something to learn, nothing to copy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.standins import mnist as standin_mnist

MAKERS = [standin_mnist.digits, standin_mnist.clothes]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(("n_train", "n_test"), [(300, 57), (2003, 10), (1, 0)])
def test_form_of_the_published_set(make, n_train, n_test):
    made = make(0, n_train, n_test)
    assert {key: (array.dtype, array.shape) for key, array in made.items()} == {
        "x_train": (np.uint8, (n_train, 28, 28)),
        "y_train": (np.uint8, (n_train,)),
        "x_test": (np.uint8, (n_test, 28, 28)),
        "y_test": (np.uint8, (n_test,)),
    }
    counts = np.bincount(made["y_train"], minlength=10)
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("make", MAKERS)
def test_pictures_are_ink_on_an_empty_ground(make):
    x = make(1, 500, 0)["x_train"]
    assert all(picture.max() > 60 for picture in x)
    edge = np.concatenate([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], axis=1)
    assert np.mean(edge == 0) > 0.7
    assert 0.05 < np.mean(x > 30) < 0.6


@pytest.mark.parametrize("make", MAKERS)
def test_seeded_shuffled_and_no_picture_twice(make):
    first, second, other = make(5, 250, 250), make(5, 250, 250), make(6, 250, 250)
    assert all(np.array_equal(first[key], second[key]) for key in first)
    assert not np.array_equal(first["x_train"], other["x_train"])
    assert not np.array_equal(first["y_train"], np.sort(first["y_train"]))
    assert not np.array_equal(first["y_train"], first["y_test"])
    everything = [
        picture.tobytes() for made in (first, other) for key in ("x_train", "x_test") for picture in made[key]
    ]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("make", MAKERS)
def test_a_straight_line_learns_half_from_600(make):
    # A ridge regression on one-hot labels: no softmax layer needed to see that there is something to learn.
    made = make(0, 600, 500)
    x = np.c_[made["x_train"].reshape(-1, 784) / 255, np.ones(600)]
    test = np.c_[made["x_test"].reshape(-1, 784) / 255, np.ones(500)]
    weights = np.linalg.solve(x.T @ x + 30 * np.eye(785), x.T @ np.eye(10)[made["y_train"]])
    accuracy = np.mean((test @ weights).argmax(axis=1) == made["y_test"])
    assert 0.5 < accuracy < 0.95


@pytest.mark.real_data
@pytest.mark.parametrize("load", [datasets.load_mnist, datasets.load_fashion_mnist])
def test_the_real_set_has_the_same_form(originals, load):
    real, made = load(examples=300, data="real"), load(examples=300, data="stand-in")
    assert (real.source, made.source) == ("real", "stand-in")
    for name in ("train", "validation", "test"):
        one, other = getattr(real, name), getattr(made, name)
        assert (one.x.dtype, one.x.shape, one.y.dtype, one.y.shape) == (
            other.x.dtype,
            other.x.shape,
            other.y.dtype,
            other.y.shape,
        )
        assert set(np.unique(one.y)) == set(np.unique(other.y)) == set(range(10))


HEAVY = ("tensorflow", "keras", "sklearn", "matplotlib", "PIL", "requests", "pooch", "tensorflow_datasets", "tqdm")


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("", ()),
        ("datasets.load_gate('xor'); datasets.load_study_scores()", ()),
        ("datasets.load_mnist(examples=100, data='stand-in')", ("matplotlib", "PIL")),
    ],
)
def test_imports_stay_light(code, allowed):
    program = (
        f"import sys\nfrom whitepaper import datasets\n{code}\nprint([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert set(eval(done.stdout)) <= set(allowed)
