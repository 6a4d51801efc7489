"""Synthetic patients of a diabetes study."""

from __future__ import annotations

import numpy as np

from whitepaper.files.sources import Arrays


def patients(seed: int, n_train: int, n_test: int) -> Arrays:
    """Patients whose risk follows glucose, body mass, age and pedigree; five columns with zeros for what is missing."""
    rng = np.random.default_rng(seed)
    n = n_train + n_test
    age = np.clip(21 + rng.gamma(1.1, 11, n), 21, 81).round()
    pregnancies = np.minimum(rng.poisson(0.12 * (age - 18) + 0.6), 17)
    mass = np.clip(rng.normal(32.4, 6.9, n), 18, 67).round(1)
    glucose = np.clip(rng.normal(112 + 0.35 * (age - 33) + 0.5 * (mass - 32), 28), 44, 199).round()
    pressure = np.clip(rng.normal(72 + 0.3 * (age - 33), 11), 24, 122).round()
    fold = np.clip(rng.normal(29 + 0.9 * (mass - 32), 7), 7, 99).round()
    insulin = np.clip(np.exp(rng.normal(4.75 + 0.014 * (glucose - 120), 0.55)), 14, 846).round()
    pedigree = np.clip(np.exp(rng.normal(-0.95, 0.6, n)), 0.078, 2.42).round(3)
    risk = 0.042 * (glucose - 120) + 0.09 * (mass - 32) + 0.025 * (age - 33) + 0.9 * (pedigree - 0.47) - 0.5
    ill = rng.random(n) < 1 / (1 + np.exp(-1.25 * risk))
    for column, share in ((glucose, 0.007), (pressure, 0.046), (fold, 0.296), (insulin, 0.487), (mass, 0.014)):
        column[rng.random(n) < share] = 0
    x = np.column_stack([pregnancies, glucose, pressure, fold, insulin, mass, pedigree, age])
    return {"x": x.astype(float), "y": ill.astype(np.uint8)}
