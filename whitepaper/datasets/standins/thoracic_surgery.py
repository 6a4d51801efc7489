"""Synthetic surgery patients."""

from __future__ import annotations

import numpy as np

from whitepaper.files.sources import Arrays


def patients(seed: int, n_train: int, n_test: int) -> Arrays:
    """Surgery patients whose one-year risk follows size, diagnosis, performance, weakness and age."""
    rng = np.random.default_rng(seed)
    n = n_train + n_test
    age = np.clip(rng.normal(62.5, 8.7, n), 21, 87).round()
    diagnosis = rng.choice([1, 2, 3, 4, 5, 6, 8], n, p=[0.004, 0.11, 0.742, 0.1, 0.032, 0.008, 0.004])
    capacity = np.clip(rng.normal(3.28 - 0.02 * (age - 62), 0.8), 1.4, 6.4).round(2)
    expired = np.clip(capacity * rng.normal(0.77, 0.08, n), 0.9, 5.5).round(2)
    # As in the published table, a few lung volumes are given in percent of FVC.
    percent = rng.random(n) < 0.03
    expired[percent] = (100 * expired / capacity)[percent].round(1)
    performance = rng.choice([0, 1, 2], n, p=[0.28, 0.66, 0.06])
    share = {"pain": 0.07, "hemoptysis": 0.14, "dyspnea": 0.07, "cough": 0.69, "weakness": 0.17}
    signs = np.column_stack([rng.random(n) < p for p in share.values()]).astype(float)
    size = rng.choice([11, 12, 13, 14], n, p=[0.38, 0.54, 0.04, 0.04])
    ills = np.column_stack([rng.random(n) < p for p in (0.075, 0.01, 0.017, 0.82, 0.01)]).astype(float)
    risk = -3.6 + 0.9 * (size - 11) + 1.6 * np.isin(diagnosis, (2, 5, 8)) + 0.6 * performance + 0.9 * signs[:, 4]
    risk += 0.9 * ills[:, 0] + 0.02 * (age - 62) - 0.9 * (ills[:, 3] == 0) + 0.9 * signs[:, 2]
    died = rng.random(n) < 1 / (1 + np.exp(-risk))
    number = np.arange(1, n + 1) % 470 + 1
    x = np.column_stack([number, diagnosis, capacity, expired, performance, signs, size, ills, age])
    return {"x": x.astype(float), "y": died.astype(np.uint8)}
