"""Iris flowers."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, cut
from whitepaper.files.sources import content_hash, wanted

IRIS = ("setosa", "versicolor", "virginica")
IRIS_FEATURES = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")

# Means and standard deviations in cm per species, near Fisher's; the sizes of one flower vary together.
_MEANS = np.array([[5.0, 3.4, 1.5, 0.25], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
_DEVIATIONS = np.array([[0.33, 0.36, 0.16, 0.10], [0.48, 0.30, 0.43, 0.19], [0.60, 0.31, 0.53, 0.26]])
_CORRELATION = np.array([[1.0, 0.6, 0.7, 0.5], [0.6, 1.0, 0.5, 0.5], [0.7, 0.5, 1.0, 0.6], [0.5, 0.5, 0.6, 1.0]])


def load_iris(examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None) -> Dataset:
    """Iris flowers: x float32 (n, 4) in cm, y int64 (n,) species 0 … 2 (Fisher 1936; scikit-learn's packaged copy).

    Args:
        examples: flowers to take from the 120 that are not test flowers; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        WrongWord: an argument out of range.
    """
    check_arguments(examples, validation, 30, seed)
    if wanted(data) == "stand-in":
        x, y, source, origin = *_made_flowers(seed), "stand-in", "stand-in"
    else:
        from sklearn import datasets as published

        table = published.load_iris()
        x, y, source, origin = table.data, table.target, "real", "scikit-learn"
    x, y = x.astype(np.float32), y.astype(np.int64)
    digest = content_hash({"x": x, "y": y})
    # The published rows are sorted by species; a lesson that learns flower by flower wants them mixed.
    order = np.random.default_rng(seed).permutation(len(x))
    rest, test = cut(x[order], y[order], 0.2, seed)
    if examples is not None and examples < len(rest):
        _, rest = cut(rest.x, rest.y, examples / len(rest), seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    return Dataset(train, held_out, test, "iris", "Iris", source, origin, IRIS, IRIS_FEATURES,
                   "CC BY 4.0" if source == "real" else "made here", "https://archive.ics.uci.edu/dataset/53/iris", "", digest)  # fmt: skip


def _made_flowers(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    spread = np.linalg.cholesky(_CORRELATION)
    flowers = [
        mean + deviation * (rng.standard_normal((50, 4)) @ spread.T)
        for mean, deviation in zip(_MEANS, _DEVIATIONS, strict=True)
    ]
    return np.round(np.maximum(np.concatenate(flowers), 0.1), 1), np.repeat(np.arange(3), 50)
