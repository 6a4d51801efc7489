"""Simple things that a check hands to a student's function in place of a network, by name, so that the answer can be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Probe:
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


_PROBES: dict[str, Any] = {"train a memory": Memory}


def resolve(argument: Any) -> Any:
    """The thing that a Probe names; any other argument as it is.

    Raises:
        KeyError: no probe of that name.
    """
    return _PROBES[argument.name] if isinstance(argument, Probe) else argument
