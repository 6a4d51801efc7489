"""A student's functions of plain values beside the course's: on generated and edge inputs, with the smallest case that differs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from whitepaper.checking.comparisons import first_difference
from whitepaper.checking.evidence import describe
from whitepaper.checking.failures import StepFailed
from whitepaper.checking.verdict import Wrong


class _Differs(Exception):
    """The two functions differ on this input."""


def arrays(*shape: int | tuple[int, int], low: float = -10, high: float = 10) -> st.SearchStrategy[np.ndarray]:
    """Arrays of numbers from low to high with two decimals.

    Args:
        shape: a length, or the least and the largest, for each axis.
    """
    sides = [st.just(side) if isinstance(side, int) else st.integers(*side) for side in shape]
    numbers = st.integers(round(100 * low), round(100 * high)).map(lambda number: number / 100)
    return st.tuples(*sides).flatmap(lambda sizes: numpy_strategies.arrays(float, sizes, elements=numbers))


def labels(length: int | tuple[int, int], classes: int = 3) -> st.SearchStrategy[np.ndarray]:
    """Integer labels from 0 to classes − 1; a class may be missing."""
    size = st.just(length) if isinstance(length, int) else st.integers(*length)
    return size.flatmap(lambda count: numpy_strategies.arrays(np.int64, count, elements=st.integers(0, classes - 1)))


def same_function(
    student: Any,
    name: str,
    *inputs: st.SearchStrategy[Any],
    step: str,
    edges: Iterable[tuple[Any, ...]] = (),
    examples: int = 40,
    tolerance: float = 1e-5,
    types: bool = False,
    read: str = "",
) -> None:
    """A function gives the course's results on edge inputs and on generated ones.

    Args:
        name: of the function. inputs: a strategy for each argument.
        edges: arguments that are tried first, as they are: empty, one, ties, all alike, nothing wrong.
        examples: how many inputs are generated, from a fixed seed; a case that differs is made as small as it gets.
        types: whether the type of an array (its dtype) counts.

    Raises:
        Wrong: raises, return-missing, other-result, other-type: with the arguments, the first place that differs and both values.
    """
    cases = [tuple(arguments) for arguments in edges]
    for number, arguments in enumerate(cases, 1):
        if found := _difference(student, name, arguments, step, tolerance, types):
            _ask_about(student, name, cases[number:], step)
            raise _wrong(name, arguments, found, read)
    if not inputs:
        return
    smallest: list[tuple[tuple[Any, ...], Any]] = []

    @settings(max_examples=examples, derandomize=True, database=None, deadline=None, print_blob=False,
              phases=(Phase.generate, Phase.shrink), suppress_health_check=list(HealthCheck), report_multiple_bugs=False)  # fmt: skip
    @given(st.tuples(*inputs))
    def agree(arguments: tuple[Any, ...]) -> None:
        if found := _difference(student, name, arguments, step, tolerance, types):
            smallest.append((arguments, found))
            raise _Differs

    try:
        agree()
    except _Differs:
        arguments, found = smallest[-1]
        raise _wrong(name, arguments, found, read) from None


def _ask_about(student: Any, name: str, cases: list[tuple[Any, ...]], step: str) -> None:
    """Ask for further results, as evidence of the cause: mistakes that agree in one case differ in others."""
    for arguments in cases:
        with contextlib.suppress(StepFailed, Wrong):  # an error is evidence too
            student.call(name, *arguments, step=step)


def _difference(student: Any, name: str, arguments: tuple[Any, ...], step: str, tolerance: float, types: bool) -> Any:
    """The first difference: the place, what was found, what is right; None where the results agree."""
    try:
        right = student.course.call(name, *arguments, step=step)
    except StepFailed:
        return None  # outside of what the function is for
    try:
        found = student.call(name, *arguments, step=step)
    except StepFailed as failure:
        if failure.by == "student" and failure.step == step:
            return "raises", failure, right
        raise
    if types and getattr(found, "dtype", None) != getattr(right, "dtype", None):
        return "type", getattr(found, "dtype", type(found).__name__), getattr(right, "dtype", type(right).__name__)
    return first_difference(found, right, tolerance)


def _wrong(name: str, arguments: tuple[Any, ...], difference: Any, read: str) -> Exception:
    place, found, right = difference
    given_text = ", ".join(_shown(argument) for argument in arguments)
    case = f"{name}({given_text})"
    if place == "raises":
        return Wrong("raises", f"{describe(right)} from {case}", found.message, "", read)
    if place == "type":
        return Wrong("other-type", f"{right} from {case}", str(found), "", read)
    where = f" at {place}" if place else ""
    return Wrong("other-result", f"{_value(right)}{where} from {case}", _value(found), "", read)


def _value(value: Any) -> str:
    return f"the shape {value}" if isinstance(value, tuple) else describe(value)


def _shown(argument: Any) -> str:
    if isinstance(argument, np.ndarray):
        text = np.array2string(argument, separator=", ", threshold=24, precision=4)
        return " ".join(text.split())
    return repr(argument)[:120]


# --- chance, leaks, arguments ----------------------------------------------------------------------------------------


def differs_each_time(student: Any, name: str, *arguments: Any, step: str, read: str = "") -> None:
    """A function of chance gives other results when it is called again, and inside `Dataset.map` in the next epoch.

    Raises:
        Wrong: same-each-time, same-each-epoch.
    """
    results = student.repeated(name, *arguments, step=step)
    if all(first_difference(result, results[0]) is None for result in results[1:]):
        raise Wrong(
            "same-each-time", f"another result when {name} is called again", "four times the same one", "", read
        )
    epochs = student.mapped(name, *arguments, step=step)
    if all(first_difference(epoch, epochs[0]) is None for epoch in epochs[1:]):
        raise Wrong("same-each-epoch", f"other results of {name} in the next epoch of a stream", "the same ones in three epochs",
                    "NumPy's chance is drawn once, when the stream is built: draw with tf.random or a Keras layer.", read,
                    shown=True)  # fmt: skip


def scaled_by_the_training_rows(student: Any, name: str, *, step: str, count: int = 2, read: str = "") -> None:
    """A function that scales training rows and others uses the training rows' statistics for all.

    The splits that it is given have very different ranges, so that the result tells which rows the statistics were taken of.

    Args:
        name: of a function of `count` tables (the training rows first) that returns as many scaled tables.

    Raises:
        Wrong: scaled-by-itself, scaled-by-all, other-result.
    """
    rng = np.random.default_rng(5)
    tables = [rng.normal(mean, std, (rows, 3)) for mean, std, rows in ((10, 2, 31), (-50, 30, 12), (400, 7, 9))[:count]]
    found = student.call(name, *tables, step=step)
    right = student.course.call(name, *tables, step=step)
    differs = first_difference(found, right, 1e-4)
    if differs is None:
        return
    itself = isinstance(found, list) and first_difference(found[:1], right[:1], 1e-3) is None
    for number in range(1, count) if itself else ():
        part = (
            np.asarray(found[number], dtype=float) if isinstance(found, list) and len(found) == count else np.zeros(0)
        )
        if part.shape == tables[number].shape and abs(part.mean()) < 0.05 and abs(part.std() - 1) < 0.1:
            raise Wrong("scaled-by-itself", "other rows scaled by the mean and standard deviation of the training rows",
                        "rows with mean 0 and standard deviation 1 of their own",
                        "A scaler that is fitted again on these rows hides how they differ from the training rows.", read,
                    shown=True)  # fmt: skip
    joined = np.concatenate(tables)
    by_all = [(table - joined.mean(axis=0)) / joined.std(axis=0) for table in tables]
    if first_difference(found, by_all, 1e-3) is None:
        raise Wrong("scaled-by-all", "statistics of the training rows alone", "statistics of all rows together",
                    "The validation and test rows must not take part in the scaling.", read,
                    shown=True)  # fmt: skip
    place, ours, theirs = differs
    raise Wrong("other-result", f"{_value(theirs)} at {place or 'the result'}", _value(ours), "", read)


def leaves_its_arguments_alone(student: Any, name: str, *arguments: Any, step: str, read: str = "") -> None:
    """A function does not change what it is given.

    Raises:
        Wrong: argument-changed.
    """
    changed = student.changes(name, *arguments, step=step)
    if changed:
        listed = ", ".join(str(number + 1) for number in changed)
        raise Wrong("argument-changed", f"arguments of {name} that stay as they were", f"argument {listed} changed",
                    "Work on a copy: x = x.copy(), or write x = x / 2 in place of x /= 2.", read,
                    shown=True)  # fmt: skip
