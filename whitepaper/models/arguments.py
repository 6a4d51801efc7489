"""Checks of the sizes that builders take. Each returns the value as a plain Python one, or raises a ValueError."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any


def whole(name: str, value: Any, least: int = 1) -> int:
    """`value` as an int of at least `least`; NumPy's integers are taken, True, 3.0 and "3" are not."""
    try:
        found = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        found = None
    if found is None or found < least:
        raise ValueError(f"{name} must be an integer of at least {least}. Received: {value!r}.")
    return found


def wholes(name: str, values: Any, least: int = 1, empty: bool = True) -> tuple[int, ...]:
    """`values`, a sequence of integers of at least `least`, as a tuple."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ValueError(f"{name} must be a sequence of integers. Received: {values!r}.")
    found = tuple(whole(f"{name}[{place}]", value, least) for place, value in enumerate(values))
    if not found and not empty:
        raise ValueError(f"{name} must have at least one integer. Received: {values!r}.")
    return found


def shape(name: str, value: Any, lengths: Sequence[int] = (), unknown: bool = False) -> tuple[int | None, ...]:
    """The shape of one example, without the batch axis; of one of the `lengths`; None for an axis only if `unknown`."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"{name} must be a sequence of integers. Received: {value!r}.")
    axes = tuple(value)
    if not axes or (lengths and len(axes) not in lengths):
        expected = " or ".join(map(str, lengths)) or "at least 1"
        raise ValueError(f"{name} must have {expected} axes, without the batch axis. Received: {axes}.")
    return tuple(None if axis is None and unknown else whole(f"{name}[{i}]", axis) for i, axis in enumerate(axes))


def share(name: str, value: Any) -> float:
    """`value` as a float from 0 up to, but not including, 1."""
    found = number(name, value)
    if not 0 <= found < 1:
        raise ValueError(f"{name} must be at least 0 and below 1. Received: {value!r}.")
    return found


def number(name: str, value: Any, above: float | None = None, least: float | None = None) -> float:
    """`value` as a finite float, above or at least a bound."""
    try:
        found = float("nan") if isinstance(value, bool | str | bytes) else float(value)
    except (TypeError, ValueError):
        found = float("nan")
    bound = f" above {above:g}" if above is not None else f" of at least {least:g}" if least is not None else ""
    if not (
        abs(found) < float("inf") and (above is None or found > above) and (least is None or found >= least)
    ):  # nan fails the first comparison
        raise ValueError(f"{name} must be a finite number{bound}. Received: {value!r}.")
    return found


def word(name: str, value: Any, known: Iterable[str]) -> str:
    """`value`, one of the known words."""
    words = tuple(known)
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, words))}. Received: {value!r}.")
    return value
