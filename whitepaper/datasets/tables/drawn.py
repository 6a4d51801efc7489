"""Rows of a table with two classes, drawn for the three splits."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, cut
from whitepaper.files.csv_table import Column
from whitepaper.files.sources import Source, find


def load_table(
    source: Source, columns: tuple[Column, ...], names: tuple[str, ...], examples: int | None, validation: float,
    seed: int, data: str | None,
) -> Dataset:  # fmt: skip
    """The common work of the loaders of tables with classes: find the rows, and cut a fifth of them as the test split."""
    check_arguments(examples, validation, 20, seed)
    n_train, n_test = source.sizes
    if examples is not None and examples < n_train:
        n_train, n_test = examples, max(20, examples // 4)
    found = find(source, data, seed, (n_train, n_test))
    x, y = found.arrays["x"].astype(np.float32), found.arrays["y"].astype(np.int64)
    rest, test = cut(x, y, source.sizes[1] / sum(source.sizes) if found.source == "real" else n_test / len(x), seed)
    if n_train < len(rest):
        _, rest = cut(rest.x, rest.y, n_train / len(rest), seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    return Dataset(
        train,
        held_out,
        test,
        name=source.name,
        title=source.title,
        source=found.source,
        origin=found.origin,
        class_names=names,
        feature_names=tuple(column.name for column in columns[:-1]),
        licence=source.licence if found.source == "real" else "made here",
        homepage=source.homepage,
        note="" if found.source == "real" else "made here; columns and faults of the published table",
        sha256=found.sha256,
    )
