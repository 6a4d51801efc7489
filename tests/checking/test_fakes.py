"""Probes: what a check hands to a student's function in place of a network."""

from __future__ import annotations

import numpy as np
import pytest

from whitepaper.checking.fakes import Fake, Memory, resolve


def test_a_memory_is_right_for_all_that_it_has_seen():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50)
    memory = resolve(Fake("train a memory"))(x, y)
    assert isinstance(memory, Memory)
    assert np.array_equal(memory.predict(x, verbose=0)[:, 0], y)
    assert memory.predict(x[:7] + 1e-6).shape == (7, 1)


def test_a_cell_of_sums_can_be_worked_out():
    cell, head = resolve(Fake("a cell of sums")), resolve(Fake("a doubling head"))
    output, (h, c) = cell(np.eye(4)[[2]], [np.full((1, 4), 2.0), np.zeros((1, 4))])
    assert output.tolist() == h.tolist() == [[1, 1, 2, 1]]
    assert c.tolist() == [[1, 1, 1, 1]]
    assert head(output).tolist() == [[2, 2, 4, 2]]
    assert cell.kernel.shape == (4, 16)


def test_a_translator_that_adds_can_be_worked_out():
    translator, vectors = resolve(Fake("a translator that adds")), np.array([[[1.0, 2.0], [0.0, 4.0]]])
    source, state = translator.encode(np.array([[5, 6, 0]]))
    assert state.tolist() == [[11]]
    assert translator.decoder(vectors)[:, :, 0].tolist() == [[3, 7]]
    translator.cell.source = source
    assert translator.decoder(vectors, initial_state=[state])[:, :, 0].tolist() == [[114, 118]]
    # What it looked at is gone after one use.
    assert translator.output_words(translator.decoder(vectors, initial_state=state)).tolist() == [[[28], [36]]]


def test_other_arguments_stay_as_they_are():
    values = [3, "word", np.zeros(2)]
    assert all(resolve(value) is value for value in values)
    with pytest.raises(KeyError):
        resolve(Fake("nothing of this name"))
