"""House prices in the towns around Boston."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from whitepaper.datasets import csv_table, fetch
from whitepaper.datasets.csv_table import Column
from whitepaper.datasets.dataset import Dataset, Split, cut
from whitepaper.datasets.images import check_arguments
from whitepaper.datasets.sources import Arrays, Layout, Source, find

# As published, in their order; B is read, checked, and left out of what the loader returns.
_COLUMNS = (
    Column("crime (per head)", 0, 100),
    Column("large lots (%)", 0, 100),
    Column("industry (%)", 0, 30),
    Column("at the river", 0, 1, whole=True),
    Column("nitric oxides (0.1 ppm)", 0.3, 1),
    Column("rooms", 3, 10),
    Column("before 1940 (%)", 0, 100),
    Column("distance to work", 1, 13),
    Column("highways", 1, 24, whole=True),
    Column("tax (per 10 000 $)", 100, 800),
    Column("pupils per teacher", 10, 25),
    Column("B", 0, 400),
    Column("low status (%)", 0, 40),
    Column("price (1000 $)", 5, 50),
)
_B = 11
_SEED = 113  # of Keras's split


def _read(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    with np.load(path, allow_pickle=False) as file:
        if missing := sorted({"x", "y"} - set(file.files)):
            raise ValueError(f"{path.name}: expected the arrays x, y. Received none named {', '.join(missing)}.")
        arrays = {"x": file["x"], "y": file["y"]}
    if arrays["x"].shape != (506, 13) or arrays["y"].shape != (506,):
        raise ValueError(
            f"{path.name}: expected x (506, 13) and y (506,). Received: {arrays['x'].shape} and {arrays['y'].shape}."
        )
    return arrays


def _validate(arrays: Arrays) -> None:
    csv_table.validate(np.column_stack([arrays["x"], arrays["y"]]), _COLUMNS, "Boston housing")


def _towns(seed: int, n_train: int, n_test: int) -> Arrays:
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


BOSTON = Source(
    name="boston_housing",
    title="Boston housing",
    licence="public domain (StatLib)",
    homepage="http://lib.stat.cmu.edu/datasets/boston",
    layouts=(Layout(("boston_housing.npz",), _read),),
    published=lambda: (
        fetch.Published(
            "boston_housing.npz",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz",
            "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
        ),
    ),
    content={"fa47a0e55ce911353c8dd7c78b993a09ffa09bbfa1d0a33a1bdc0bf27b174720": "complete"},
    validate=_validate,
    make=_towns,
    sizes=(404, 102),
)


def load_boston_housing(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Towns around Boston, 1970: x float32 (n, 12), y float32 (n,), the median price in 1 000 dollars (Harrison, Rubinfeld 1978).

    The published column B, which codes the share of Black residents by an invented formula as if it were a defect, is
    left out. The test split is Keras's: 102 of the 506 rows.

    Args:
        examples: towns to take from the 404 that are not test rows; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 20)
    n_train = BOSTON.sizes[0] if examples is None else min(examples, BOSTON.sizes[0])
    n_test = BOSTON.sizes[1] if n_train == BOSTON.sizes[0] else max(20, n_train // 4)
    found = find(BOSTON, data, seed, (n_train, n_test))
    x, y = np.delete(found.arrays["x"], _B, axis=1).astype(np.float32), found.arrays["y"].astype(np.float32)
    n_rest = BOSTON.sizes[0] if found.source == "real" else n_train
    order = np.arange(len(x))
    np.random.RandomState(_SEED).shuffle(order)
    x, y = x[order], y[order]
    rest, test = Split(x[:n_rest], y[:n_rest]), Split(x[n_rest:], y[n_rest:])
    if n_train < len(rest):
        _, rest = cut(rest.x, rest.y, n_train / len(rest), seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    return Dataset(
        train,
        held_out,
        test,
        name=BOSTON.name,
        title=BOSTON.title,
        source=found.source,
        origin=found.origin,
        feature_names=tuple(column.name for column in _COLUMNS[:-1] if column.name != "B"),
        licence=BOSTON.licence if found.source == "real" else "made here",
        homepage=BOSTON.homepage,
        note="" if found.source == "real" else "made here; columns and ranges of the published table",
        sha256=found.sha256,
    )
