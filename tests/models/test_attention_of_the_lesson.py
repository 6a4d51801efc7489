"""Attention by hand equals Keras's layer with the same weights, whatever is masked."""

import numpy as np
import pytest

from whitepaper.course import registry
from whitepaper.lessons.contract import load_module


@pytest.fixture(scope="module")
def lesson():
    row = next(row for row in registry.exercises() if row.module == "ex17_transformer")
    return load_module(registry.solution_path(row), "attention_under_test")


def _case(lesson, heads, size, queries, keys, seed):
    rng = np.random.default_rng(seed)
    attention = lesson.MultiHeadAttention(heads, size)
    attention.build((None, queries, size))
    attention.set_weights([rng.normal(0, size**-0.5, weight.shape) for weight in attention.weights])
    x, other = (rng.normal(size=(3, n, size)).astype("float32") for n in (queries, keys))
    # Each query may look at one key at least.
    allowed = rng.random((3, 1, queries, keys)) < 0.6
    allowed[..., 0] |= ~allowed.any(axis=-1)
    return attention, x, other, allowed


@pytest.mark.parametrize(
    ("heads", "size", "queries", "keys"), [(1, 8, 5, 5), (2, 32, 9, 7), (3, 12, 1, 6), (4, 24, 6, 2)]
)
@pytest.mark.parametrize("masked", [False, True])
def test_equals_keras(lesson, heads, size, queries, keys, masked):
    attention, x, other, allowed = _case(lesson, heads, size, queries, keys, seed=size)
    if not masked:
        allowed = np.ones_like(allowed)
    assert lesson.difference_to_keras(attention, x, other, allowed) <= 1e-5


def test_a_difference_is_noticed(lesson):
    attention, x, other, allowed = _case(lesson, 2, 8, 4, 6, seed=1)
    plain = attention.attend
    attention.attend = lambda x, other, allowed=None: plain(x * 1.001, other, allowed)
    assert lesson.difference_to_keras(attention, x, other, allowed) > 1e-4
