"""Tables of numbers in CSV files: every cell is held to what its column may hold, and a bad row is named."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Column:
    """What a column holds: numbers from `low` to `high`, whole ones if `whole`."""

    name: str
    low: float
    high: float
    whole: bool = False

    @property
    def expected(self) -> str:
        """The column's contents in words."""
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"

    def fault(self, value: float) -> bool:
        """Whether the column cannot hold this number."""
        return not self.low <= value <= self.high or (self.whole and value != math.floor(value))


def read(path: Path, columns: tuple[Column, ...], rows: int, blanks: bool = False) -> np.ndarray:
    """The numbers of a CSV file without a header, float64 (rows, columns).

    Args:
        blanks: whether blanks or tabs, any number of them, stand between the fields in place of a comma.

    Raises:
        ValueError: another number of rows or fields, or a field that is no number or out of range. The first bad row is
            named by its line number, counted from 1, and the others are counted.
    """
    table: list[list[float]] = []
    faults: list[str] = []
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.reader((" ".join(line.split()) for line in file), delimiter=" ") if blanks else csv.reader(file)
        for fields in lines:
            if not fields:
                continue
            try:
                table.append(_numbers(fields, columns))
            except ValueError as error:
                faults.append(f"{path.name}, row {lines.line_num}: {error}")
    if faults:
        more = f" And {len(faults) - 1} more bad rows." if len(faults) > 1 else ""
        raise ValueError(faults[0] + more)
    if len(table) != rows:
        raise ValueError(f"{path.name}: expected {rows} rows. Received: {len(table)}.")
    return np.array(table)


def _numbers(fields: list[str], columns: tuple[Column, ...]) -> list[float]:
    if len(fields) != len(columns):
        raise ValueError(f"expected {len(columns)} fields. Received: {len(fields)}.")
    values = []
    for text, column in zip(fields, columns, strict=True):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if column.fault(value):
            raise ValueError(f"{column.name}: expected {column.expected}. Received: {text!r}.")
        values.append(value)
    return values


def validate(table: np.ndarray, columns: tuple[Column, ...], name: str) -> None:
    """Hold an array that came another way to the same columns.

    Raises:
        ValueError: another shape, or a value out of range, named by row (from 1) and column.
    """
    if table.ndim != 2 or table.shape[1] != len(columns):
        raise ValueError(f"{name}: expected {len(columns)} columns. Received: shape {table.shape}.")
    for column, values in zip(columns, table.T, strict=True):
        bad = ~((values >= column.low) & (values <= column.high))
        if column.whole:
            bad |= values != np.floor(values)
        if bad.any():
            row = int(np.argmax(bad))
            raise ValueError(
                f"{name}, row {row + 1}: {column.name}: expected {column.expected}. Received: {values[row]:g}."
            )


def validate_pair(arrays: dict[str, np.ndarray], columns: tuple[Column, ...], name: str) -> None:
    """Hold the arrays x (rows, columns − 1) and y (rows,) to the columns, y to the last one.

    Raises:
        ValueError: as `validate`.
    """
    validate(np.column_stack([arrays["x"], arrays["y"]]), columns, name)
