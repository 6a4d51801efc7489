"""The four rows of a logical gate."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.files.sources import WrongWord, content_hash

GATES = {"or": (0, 1, 1, 1), "and": (0, 0, 0, 1), "xor": (0, 1, 1, 0)}


def load_gate(gate: str) -> Dataset:
    """The four points of a logic gate: x float32 (4, 2), y float32 (4,).

    All three splits hold the same four points: a gate has no others.

    Raises:
        WrongWord: no such gate.
    """
    if gate not in GATES:
        raise WrongWord(f"gate is one of {', '.join(GATES)}. Received: {gate!r}.")
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    y = np.array(GATES[gate], dtype=np.float32)
    train, held_out, test = (Split(x.copy(), y.copy()) for _ in range(3))
    return Dataset(train, held_out, test, "gate", f"{gate.upper()} gate", "real", "made", ("0", "1"), ("x₁", "x₂"),
                   "made here", "", "all splits hold the same four points", content_hash({"x": x, "y": y}))  # fmt: skip
