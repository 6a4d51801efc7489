"""Hyperparameters answered by their defaults, without loading Keras Tuner."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from whitepaper.errors import UsageError


class Hyperparameters:
    """Answers as `keras_tuner.HyperParameters` does outside a search: with the default of each name.

    A lesson declares its hyperparameters where it uses them (`hp.Int("units", 32, 512, step=32, default=128)`); called
    with this object they take the white paper's values, called by a tuner with its own object they are searched.
    The first declaration of a name wins, and a value given beforehand wins over every default, as in Keras Tuner.

    Args:
        values: values given by name, for example `{"units": 64}`.
        checked: names whose values a person typed: they must be of the declared kind and in the declared range.

    Raises:
        UsageError: when a checked name is declared, and its value does not fit.
    """

    def __init__(self, values: Mapping[str, Any] | None = None, checked: Iterable[str] = ()) -> None:
        self.given: dict[str, Any] = dict(values or {})
        self._checked = frozenset(checked)
        self.values: dict[str, Any] = {}
        self._active: list[bool] = []

    def _answer(self, name: str, default: Any) -> Any:
        if not all(self._active):
            return None
        if name not in self.values:
            self.values[name] = self.given.get(name, default)
        return self.values[name]

    def _hold(self, name: str, wanted: str, fits: Callable[[Any], bool]) -> None:
        if name in self._checked and name in self.given and all(self._active) and not fits(self.given[name]):
            raise UsageError(f"HP {name} is {wanted}. Received: {self.given[name]}.")

    def Int(self, name: str, min_value: int, max_value: int, step: int | None = None, sampling: str | None = None,
            default: int | None = None, **_: Any) -> Any:  # fmt: skip
        """An integer from min_value to max_value; its default, else min_value."""
        self._hold(name, f"a whole number from {min_value} to {max_value}", lambda value: (
            isinstance(value, int) and not isinstance(value, bool) and min_value <= value <= max_value))  # fmt: skip
        return self._answer(name, min_value if default is None else default)

    def Float(self, name: str, min_value: float, max_value: float, step: float | None = None,
              sampling: str | None = None, default: float | None = None, **_: Any) -> Any:  # fmt: skip
        """A number from min_value to max_value; its default, else min_value."""
        self._hold(name, f"a number from {min_value:g} to {max_value:g}", lambda value: (
            isinstance(value, int | float) and not isinstance(value, bool) and min_value <= value <= max_value))  # fmt: skip
        return self._answer(name, min_value if default is None else default)

    def Choice(
        self, name: str, values: Sequence[Any], ordered: bool | None = None, default: Any = None, **_: Any
    ) -> Any:
        """One of `values`; the default, else the first.

        Raises:
            UsageError: a value was given that is none of them.
        """
        answer = self._answer(name, values[0] if default is None else default)
        if answer is not None and answer not in values:
            raise UsageError(f"HP {name} is one of {', '.join(map(str, values))}. Received: {answer}.")
        return answer

    def Boolean(self, name: str, default: bool = False, **_: Any) -> Any:
        """True or False."""
        self._hold(name, "true or false", lambda value: value in (True, False))
        return self._answer(name, default)

    def Fixed(self, name: str, value: Any, **_: Any) -> Any:
        """A value that no search changes."""
        if isinstance(value, int | float):
            self._hold(name, "a number", lambda given: isinstance(given, int | float))
        return self._answer(name, value)

    def get(self, name: str) -> Any:
        """The value of a name declared before.

        Raises:
            KeyError: no such name was declared.
        """
        return self.values[name]

    @contextlib.contextmanager
    def conditional_scope(self, parent_name: str, parent_values: Any) -> Iterator[None]:
        """Names declared inside are None unless the parent has one of `parent_values`."""
        wanted = parent_values if isinstance(parent_values, list | tuple) else [parent_values]
        self._active.append(self.values.get(parent_name) in wanted)
        try:
            yield
        finally:
            self._active.pop()

    def unused(self) -> list[str]:
        """Names that were given but that no step declared: most likely misspelled."""
        return sorted(set(self.given) - set(self.values))

    def refuse_unknown(self, names: Iterable[str]) -> None:
        """Hold the names that a person typed to those that the steps declared.

        Raises:
            UsageError: a name that no step declared; says what was most likely meant.
        """
        if unknown := [name for name in self.unused() if name in set(names)]:
            import difflib

            near = difflib.get_close_matches(unknown[0], self.values, n=1, cutoff=0.5)
            meant = f" Did you mean {near[0]}?" if near else ""
            known = ", ".join([*self.values, "epochs"])
            raise UsageError(
                f"HP names a hyperparameter of the exercise ({known}). Received: {', '.join(unknown)}.{meant}"
            )


def parse(text: str) -> dict[str, Any]:
    """Values from `"units=64 learning_rate=1e-3 activation=relu nesterov=true"`.

    Raises:
        UsageError: a word without `=`, or a name that is given twice.
    """
    values: dict[str, Any] = {}
    for word in text.replace(",", " ").split():
        name, equals, value = word.partition("=")
        if not equals or not name or not value:
            raise UsageError(
                f'HP is a list of name=value, such as HP="units=64 learning_rate=0.001". Received: {word!r}.'
            )
        if name in values:
            raise UsageError(f"HP gives {name} twice. Received: {values[name]} and {value}.")
        values[name] = _value(value)
    return values


def _value(text: str) -> Any:
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text
