"""Stand-in for ECG5000: heart beats made of waves, and five kinds of beats that go wrong.

Every beat has its own rate, heights and noise, and is scaled to mean 0 and deviation 1 as the published ones are. So no
single sample tells the two classes apart: what is wrong with a beat is its shape.
"""

from __future__ import annotations

import numpy as np

SAMPLES = 140
NORMAL_SHARE = 0.58
KINDS = ("wide QRS", "turned T", "low ST", "no P, early", "second beat")
# Wave → middle (share of the beat), width, height.
_WAVES = {
    "P": (0.17, 0.030, 0.22),
    "Q": (0.30, 0.018, -0.25),
    "R": (0.35, 0.022, 1.30),
    "S": (0.41, 0.022, -0.45),
    "T": (0.66, 0.060, 0.50),
}


def beats(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Beats in random order.

    Returns:
        x: float64 (n, 140), each beat with mean 0 and deviation 1. y: uint8 (n,), 1 normal, 0 anomalous.
    """
    rng = np.random.default_rng(seed)
    n = n_train + n_test
    y = (rng.permutation(n) < round(NORMAL_SHARE * n)).astype(np.uint8)
    kind = np.where(y == 1, -1, rng.integers(0, len(KINDS), n))
    x = _beats(kind, rng)
    x -= x.mean(axis=1, keepdims=True)
    return {"x": (x / x.std(axis=1, keepdims=True)).round(7), "y": y}


def _beats(kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Beats (n, 140) of these kinds, −1 for normal ones."""
    n = len(kind)
    time = np.linspace(0, 1, SAMPLES)
    # A fast heart moves all waves towards the R wave, and T the most; the cut is not always at the same place.
    rate, start = rng.normal(1, 0.05, (n, 1)), rng.normal(0, 0.012, (n, 1))
    strength = rng.normal(0, 0.12, (n, 1))
    x = 0.06 * rng.normal(size=(n, 1)) * np.sin(2 * np.pi * (time + rng.random((n, 1))))
    for name, (middle, width, height) in _WAVES.items():
        center = np.full((n, 1), 0.35) + (middle - 0.35) * rate + start
        wide = np.full((n, 1), width)
        tall = height * np.exp(strength + rng.normal(0, 0.08, (n, 1)))
        if name in "QRS":
            wide = np.where(_is(kind, 0), width * rng.uniform(1.7, 2.4, (n, 1)), wide)
            center = np.where(_is(kind, 0), 0.35 + (center - 0.35) * 1.5, center)
        if name == "T":
            tall = np.where(_is(kind, 1), tall * rng.uniform(-1.0, -0.5, (n, 1)), tall)
        if name == "P":
            tall = np.where(_is(kind, 3), 0, tall)
        center = np.where(_is(kind, 3), center - 0.09, center)
        x += tall * np.exp(-(((time - center) / wide) ** 2) / 2)
    depth = rng.uniform(0.25, 0.45, (n, 1))
    step = 1 / (1 + np.exp(-(time - 0.44) / 0.012)) - 1 / (1 + np.exp(-(time - 0.60) / 0.02))
    x -= np.where(_is(kind, 2), depth, 0) * step
    again = rng.uniform(0.82, 0.92, (n, 1))
    x += np.where(_is(kind, 4), rng.uniform(0.5, 0.9, (n, 1)), 0) * np.exp(-(((time - again) / 0.03) ** 2) / 2)
    return x + rng.normal(0, 0.03, x.shape)


def _is(kind: np.ndarray, number: int) -> np.ndarray:
    return (kind == number)[:, None]
