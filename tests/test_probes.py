"""Probes: what a check hands to a student's function in place of a network."""

from __future__ import annotations

import numpy as np
import pytest

from whitepaper.checking.probes import Memory, Probe, resolve


def test_a_memory_is_right_for_all_that_it_has_seen():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50)
    memory = resolve(Probe("train a memory"))(x, y)
    assert isinstance(memory, Memory)
    assert np.array_equal(memory.predict(x, verbose=0)[:, 0], y)
    assert memory.predict(x[:7] + 1e-6).shape == (7, 1)


def test_other_arguments_stay_as_they_are():
    values = [3, "word", np.zeros(2)]
    assert all(resolve(value) is value for value in values)
    with pytest.raises(KeyError):
        resolve(Probe("nothing of this name"))
