"""House prices in the towns around Boston."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split, cut
from whitepaper.datasets.standins import boston_housing as standin_boston_housing
from whitepaper.files import csv_table, downloads
from whitepaper.files.csv_table import Column
from whitepaper.files.sources import Arrays, Form, Layout, Source, find
from whitepaper.files.trees import Tree

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
    return _parsed(path.read_bytes(), path.name)


def _parsed(body: bytes, name: str) -> Arrays:
    try:
        file = np.load(io.BytesIO(body), allow_pickle=False)
    except (ValueError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"{name}: expected a whole npz file. Received: {error}.") from error
    with file:
        if missing := sorted({"x", "y"} - set(file.files)):
            raise ValueError(f"{name}: expected the arrays x, y. Received none named {', '.join(missing)}.")
        x, y = (np.asarray(file[key], np.float64) for key in ("x", "y"))
    y = y[:, 0] if y.shape == (506, 1) else y
    if x.shape != (506, 13) or y.shape != (506,):
        raise ValueError(f"{name}: expected x (506, 13) and y (506,). Received: {x.shape} and {y.shape}.")
    return {"x": x, "y": y}


def _parsed_table(body: bytes, name: str) -> Arrays:
    """The table with the price last: blanks or commas between the numbers, with a header or without."""
    blanks = b"," not in body[:2000] and b";" not in body[:2000]
    table = csv_table.parse(body, name, _COLUMNS, 506, blanks=blanks)
    return {"x": table[:, :-1], "y": table[:, -1]}


def find_towns(tree: Tree) -> Arrays | None:
    """The npz file packed again, or the table of 14 columns as UCI and Kaggle have it."""
    arrays = csv_table.first_good(tree, tree.called("boston_housing.npz"), _parsed)
    names = ("housing.data", "housing.csv", "boston.csv", "boston_housing.csv", "BostonHousing.csv", "HousingData.csv")
    return arrays or csv_table.first_good(tree, tree.called(*names), _parsed_table)


BOSTON = Source(
    name="boston_housing",
    title="Boston housing",
    licence="public domain (StatLib)",
    homepage="http://lib.stat.cmu.edu/datasets/boston",
    layouts=(Layout(("boston_housing.npz",), _read),),
    published=lambda: (
        downloads.Published(
            "boston_housing.npz",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/boston_housing.npz",
            "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
        ),
    ),
    content={"fa47a0e55ce911353c8dd7c78b993a09ffa09bbfa1d0a33a1bdc0bf27b174720": "complete"},
    validate=partial(csv_table.validate_pair, columns=_COLUMNS, name="Boston housing"),
    make=standin_boston_housing.towns,
    sizes=(404, 102),
    forms=(Form("housing.data or .csv", find_towns),),
    known=("boston", "housing"),
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
    check_arguments(examples, validation, 20, seed)
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
