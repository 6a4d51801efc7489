"""The Pima diabetes study."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from whitepaper.datasets.dataset import Dataset
from whitepaper.datasets.standins import pima_diabetes as standin_pima_diabetes
from whitepaper.datasets.tables.drawn import load_table
from whitepaper.files import csv_table, downloads
from whitepaper.files.csv_table import Column
from whitepaper.files.sources import Arrays, Form, Layout, Source
from whitepaper.files.trees import Tree

_DIABETES = (
    Column("pregnancies", 0, 20, whole=True),
    Column("glucose (mg/dl)", 0, 250, whole=True),
    Column("blood pressure (mmHg)", 0, 150, whole=True),
    Column("skin fold (mm)", 0, 120, whole=True),
    Column("insulin (µU/ml)", 0, 1000, whole=True),
    Column("body mass index (kg/m²)", 0, 80),
    Column("pedigree", 0, 3),
    Column("age", 18, 100, whole=True),
    Column("diabetes", 0, 1, whole=True),
)


def _parsed(body: bytes, name: str) -> Arrays:
    table = csv_table.parse(body, name, _DIABETES, 768)
    return {"x": table[:, :-1], "y": table[:, -1].astype(np.uint8)}


def _read_diabetes(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return _parsed(path.read_bytes(), path.name)


def find_diabetes(tree: Tree) -> Arrays | None:
    """The table under the names in which it goes round, with Kaggle's header or without."""
    names = (
        "diabetes.csv",
        "pima-indians-diabetes.csv",
        "pima-indians-diabetes.data",
        "pima-indians-diabetes.data.csv",
    )
    return csv_table.first_good(tree, tree.called(*names), _parsed)


DIABETES = Source(
    name="pima_diabetes",
    title="Pima diabetes",
    licence="CC0",
    homepage="https://www.kaggle.com/datasets/uciml/pima-indians-diabetes-database",
    layouts=(Layout(("pima-indians-diabetes.data.csv",), _read_diabetes),),
    published=lambda: (
        downloads.Published(
            "pima-indians-diabetes.data.csv",
            "https://raw.githubusercontent.com/jbrownlee/Datasets/master/pima-indians-diabetes.data.csv",
        ),
    ),
    content={"961362fcc1ce308dbbb3ae4dd37470047d9f63bdefdb4152c416d3b2d513ce5c": "complete"},
    validate=partial(csv_table.validate_pair, columns=_DIABETES, name="Pima diabetes"),
    make=standin_pima_diabetes.patients,
    sizes=(614, 154),
    forms=(Form("diabetes.csv, with a header or without", find_diabetes),),
    known=("pima", "diabetes"),
)


def load_pima_diabetes(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Women of Pima descent: x float32 (n, 8), y int64 (n,), 1 for diabetes within five years (Smith et al. 1988).

    As published, a 0 in glucose, blood pressure, skin fold, insulin and body mass index says that it was not measured.
    A fifth of the 768 rows, stratified, is the test split. Arguments and errors as in `load_thoracic_surgery`.
    """
    return load_table(DIABETES, _DIABETES, ("no diabetes", "diabetes"), examples, validation, seed, data)
