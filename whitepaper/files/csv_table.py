"""Tables of numbers in CSV files: every cell is held to what its column may hold, and a bad row is named."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whitepaper.files.trees import Tree

Arrays = dict[str, np.ndarray]


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
    """The numbers of a CSV file, float64 (rows, columns); as `parse`.

    Raises:
        ValueError: as of `parse`.
    """
    return parse(path.read_bytes(), path.name, columns, rows, blanks)


def parse(body: bytes, name: str, columns: tuple[Column, ...], rows: int, blanks: bool = False) -> np.ndarray:
    """The numbers of a CSV file's bytes, float64 (rows, columns).

    A first line without a single number is a header, and passed over. Fields are parted by commas, or by semicolons or tabs
    where the first line has these and no comma.

    Args:
        blanks: whether blanks or tabs, any number of them, stand between the fields in place of a comma.

    Raises:
        ValueError: no UTF-8 text, another number of rows or fields, or a field that is no number or out of range. The first
            bad row is named by its line number, counted from 1, and the others are counted.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: expected UTF-8 text. Received: {error.reason} at byte {error.start}.") from error
    table: list[list[float]] = []
    faults: list[str] = []
    whole = text.splitlines()
    first = whole[0] if whole else ""
    comma = next((sign for sign in (",", ";", "\t") if sign in first), ",")
    lines = (
        csv.reader((" ".join(line.split()) for line in whole), delimiter=" ")
        if blanks
        else csv.reader(whole, delimiter=comma)
    )
    for number, fields in enumerate(lines):
        if not fields or (number == 0 and len(fields) == len(columns) and not any(map(_is_number, fields))):
            continue
        try:
            table.append(_numbers(fields, columns))
        except ValueError as error:
            faults.append(f"{name}, row {lines.line_num}: {error}")
    if faults:
        more = f" And {len(faults) - 1} more bad rows." if len(faults) > 1 else ""
        raise ValueError(faults[0] + more)
    if len(table) != rows:
        raise ValueError(f"{name}: expected {rows} rows. Received: {len(table)}.")
    return np.array(table)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def first_good(tree: Tree, names: Iterable[str], read: Callable[[bytes, str], Arrays]) -> Arrays | None:
    """What `read` makes of the first of these files that it accepts; None if there are no files.

    Raises:
        ValueError: there are some, and all are broken; names each reason.
    """
    reasons = []
    for name in names:
        try:
            return read(tree.read(name), name)
        except ValueError as error:
            reasons.append(str(error))
    if reasons:
        raise ValueError("; ".join(reasons))
    return None


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
