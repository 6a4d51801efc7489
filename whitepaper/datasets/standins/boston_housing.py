"""Synthetic towns."""

from __future__ import annotations

import numpy as np

from whitepaper.files.sources import Arrays


def towns(seed: int, n_train: int, n_test: int) -> Arrays:
    """Towns on a line from the poor center to the rich edge, with prices that rise with rooms and fall with low status."""
    rng = np.random.default_rng(seed)
    n = n_train + n_test
    edge = rng.beta(1.3, 1.3, n)  # 0 the center, 1 the edge

    def near(low: float, high: float, spread: float, least: float, most: float) -> np.ndarray:
        return np.clip(low + (high - low) * edge + rng.normal(0, spread, n), least, most)

    crime = np.clip(np.exp(near(1.6, -3.6, 0.9, -5, 4.4)), 0.006, 89)
    lots = np.where(rng.random(n) < edge**2, rng.integers(2, 20, n) * 5.0, 0.0)
    industry, oxides = near(19, 3, 3, 0.5, 27.7), near(0.7, 0.42, 0.05, 0.385, 0.871)
    river = (rng.random(n) < 0.07).astype(float)
    rooms = near(5.9, 6.7, 0.6, 3.6, 8.8)
    old, distance = near(95, 40, 15, 3, 100), np.exp(near(0.7, 1.9, 0.2, 0.13, 2.49))
    highways = np.where(edge + rng.normal(0, 0.1, n) < 0.28, 24.0, rng.integers(1, 9, n))
    tax = np.where(highways == 24, 666.0, near(400, 280, 50, 187, 470)).round()
    pupils = near(20, 16.6, 1.3, 12.6, 22)
    status = np.clip(26 - 14 * edge - 5 * (rooms - 6.2) + rng.normal(0, 3, n), 1.7, 38)
    price = 22.5 + 6 * np.maximum(rooms - 6, -0.6) ** 2 + 3 * (rooms - 6.2) - 9 * np.log(status / 11) + 3 * river
    price += -0.9 * (pupils - 18.4) - 14 * (oxides - 0.55) - 0.5 * np.log(crime) + rng.normal(0, 2.0, n)
    b = np.full(n, 396.9)  # no meaning here, and never returned
    x = np.column_stack([crime, lots, industry, river, oxides, rooms, old, distance, highways, tax, pupils, b, status])
    return {"x": x.round(4), "y": np.clip(price, 5, 50).round(1)}
