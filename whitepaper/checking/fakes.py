"""Simple things that a check hands to a student's function in place of a network, by name, so that the answer can be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Fake:
    """An argument that the host turns into the thing of that name: plain enough to be sent to another process."""

    name: str


class Memory:
    """A trained model that answers the label of the nearest row it was trained on: right for all rows that it has seen.

    Args:
        x: (n, …) training rows. y: (n,) labels.
    """

    def __init__(self, x: Any, y: Any) -> None:
        self.x, self.y = np.asarray(x, dtype=float).reshape(len(x), -1), np.asarray(y, dtype=float).ravel()

    def predict(self, x: Any, **_: Any) -> np.ndarray:
        """Labels (n, 1) of the nearest training rows; further arguments of Keras's predict are taken and not used."""
        x = np.asarray(x, dtype=float).reshape(len(x), -1)
        distance = ((x[:, None, :] - self.x[None, :, :]) ** 2).sum(axis=-1)
        return self.y[distance.argmin(axis=1)][:, None]


class Sums:
    """A recurrent cell whose answers can be worked out: h becomes x + h / 2, and c counts the steps."""

    def __init__(self, inputs: int) -> None:
        self.kernel = np.zeros((inputs, 4 * inputs), dtype="float32")
        self.units = inputs

    def __call__(self, x: Any, state: Any, **_: Any) -> tuple[Any, list[Any]]:
        h = np.asarray(x, dtype="float32") + np.asarray(state[0], dtype="float32") / 2
        return h, [h, np.asarray(state[1]) + 1]


def doubled(x: Any) -> Any:
    """A last layer that gives twice what it gets."""
    return 2 * np.asarray(x, dtype="float32")


class Adder:
    """A translator whose answers can be worked out.

    The encoder's state is the sum of a sentence's numbers, the decoder's states are running sums that begin with the state
    it is given, plus 100 if `cell.source` is what `encode` gave; the output layer doubles.
    """

    class Cell:
        """Holds what the decoder looks at."""

        source: Any = None

    def __init__(self) -> None:
        self.cell = Adder.Cell()

    def encode(self, source: Any) -> tuple[Any, np.ndarray]:
        """What the decoder looks at, (source, "looked at"), and a state (batch, 1)."""
        return (source, "looked at"), np.sum(np.asarray(source, dtype="float32"), axis=1, keepdims=True)

    def decoder(self, vectors: Any, initial_state: Any = None, **_: Any) -> np.ndarray:
        """Running sums (batch, time, 1) over time of the vectors' sums."""
        start = np.zeros((len(vectors), 1)) if initial_state is None else np.asarray(initial_state).reshape(-1, 1)
        seen, self.cell.source = self.cell.source, None
        looks = isinstance(seen, tuple) and len(seen) == 2 and isinstance(seen[1], str)
        return (start + np.cumsum(np.sum(vectors, axis=-1), axis=1) + 100 * looks)[:, :, None]

    def output_words(self, states: Any) -> Any:
        """The doubling head."""
        return doubled(states)


_PROBES: dict[str, Any] = {
    "train a memory": Memory,
    "a cell of sums": Sums(4),
    "a doubling head": doubled,
    "a translator that adds": Adder(),
}


def resolve(argument: Any) -> Any:
    """The thing that a Fake names; any other argument as it is.

    Raises:
        KeyError: no probe of that name.
    """
    return _PROBES[argument.name] if isinstance(argument, Fake) else argument
