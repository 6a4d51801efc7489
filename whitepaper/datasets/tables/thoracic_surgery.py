"""Patients: survival after thoracic surgery."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path

import numpy as np

from whitepaper.datasets.dataset import Dataset
from whitepaper.datasets.standins import thoracic_surgery as standin_thoracic_surgery
from whitepaper.datasets.tables.drawn import load_table
from whitepaper.files import csv_table, downloads
from whitepaper.files.csv_table import Column
from whitepaper.files.sources import Arrays, Form, Layout, Source
from whitepaper.files.trees import Tree

# UCI's attributes DGN, PRE4 … AGE in their order, behind the row's number.
_SURGERY = (
    Column("id", 1, 470, whole=True),
    Column("diagnosis", 1, 8, whole=True),
    Column("FVC (l)", 0.5, 10),
    Column("FEV1 (l)", 0.5, 100),
    Column("performance", 0, 2, whole=True),
    *(Column(name, 0, 1, whole=True) for name in ("pain", "hemoptysis", "dyspnea", "cough", "weakness")),
    Column("tumor size", 11, 14),
    *(Column(name, 0, 1, whole=True) for name in ("diabetes", "heart attack", "arterial disease", "smoking", "asthma")),
    Column("age", 18, 100, whole=True),
    Column("died", 0, 1, whole=True),
)


def _surgery(table: np.ndarray) -> Arrays:
    table = table[np.argsort(table[:, 0], kind="stable")]
    # Row 14 of the book's copy says 11.444; UCI's file has 17 patients of size 14 where the copy has 16.
    sizes = _SURGERY.index(next(column for column in _SURGERY if column.name == "tumor size"))
    table[table[:, sizes] != np.floor(table[:, sizes]), sizes] = 14
    return {"x": table[:, :-1], "y": table[:, -1].astype(np.uint8)}


def _parsed(body: bytes, name: str) -> Arrays:
    return _surgery(csv_table.parse(body, name, _SURGERY, 470))


def _read_surgery(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return _parsed(path.read_bytes(), path.name)


def _read_arff(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return _parsed_arff(path.read_bytes(), path.name)


def _parsed_arff(body: bytes, name: str) -> Arrays:
    """UCI's file: its codes "DGN3", "PRZ1", "OC12", "T", "F" become numbers, and the row's number the first column."""
    from scipy.io import arff

    try:
        records, _ = arff.loadarff(io.StringIO(body.decode("utf-8-sig")))
        columns: list[np.ndarray] = [np.arange(1.0, len(records) + 1)]
        for field in records.dtype.names:
            values = records[field]
            if values.dtype.kind == "S":
                text = [value.decode() for value in values]
                values = np.array(
                    [float(word == "T") if word in ("T", "F") else float(word.lstrip("DGNPRZOC")) for word in text]
                )
            columns.append(values)
    except Exception as error:  # a foreign file can fail in any way
        raise ValueError(f"{name}: expected a whole ARFF file. Received: {type(error).__name__}: {error}.") from error
    table = np.column_stack(columns)
    csv_table.validate(table, _SURGERY, name)
    if len(table) != 470:
        raise ValueError(f"{name}: expected 470 rows. Received: {len(table)}.")
    return _surgery(table)


def find_surgery(tree: Tree) -> Arrays | None:
    """UCI's ARFF file, packed as UCI serves it or not, or the book's table, with a header or without."""
    arrays = csv_table.first_good(tree, tree.called("ThoraricSurgery.arff", "ThoracicSurgery.arff"), _parsed_arff)
    return arrays or csv_table.first_good(tree, tree.called("ThoraricSurgery.csv", "ThoracicSurgery.csv"), _parsed)


SURGERY = Source(
    name="thoracic_surgery",
    title="Thoracic surgery",
    licence="CC BY 4.0",
    homepage="https://archive.ics.uci.edu/dataset/277/thoracic+surgery+data",
    layouts=(Layout(("ThoraricSurgery.csv",), _read_surgery), Layout(("ThoraricSurgery.arff",), _read_arff)),
    published=lambda: (
        downloads.Published(
            "ThoraricSurgery.csv",
            "https://raw.githubusercontent.com/gilbutITbook/006958/master/deeplearning/dataset/ThoraricSurgery.csv",
        ),
    ),
    content={"0714429f9e4c6b10dd4f6c2abd8ff6cf18eca1b7a93c3dc88965dff3e0009930": "complete"},
    validate=partial(csv_table.validate_pair, columns=_SURGERY, name="thoracic surgery"),
    make=standin_thoracic_surgery.patients,
    sizes=(376, 94),
    forms=(Form("ThoraricSurgery.arff or .csv", find_surgery),),
    known=("thora",),
)


def load_thoracic_surgery(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Lung cancer patients after an operation: x float32 (n, 17), y int64 (n,), 1 for death within a year (Zięba et al. 2014).

    The columns are as published, faults included: the first is the row's number, the second a code without order, and
    about fifteen values of "FEV1 (l)" are percent of FVC. A fifth of the 470 rows, stratified, is the test split.

    Args:
        examples: patients to take from those that are not test rows; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    return load_table(SURGERY, _SURGERY, ("survived", "died"), examples, validation, seed, data)
