"""Methods of a class that are others for a while."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any


@contextlib.contextmanager
def methods(owner: type, others: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """While open, the class and all below it have these methods; afterwards its own, or inherited ones, again.

    Args:
        owner: the class. others: functions by the name of the method that each takes the place of.
    """
    kept = {name: vars(owner)[name] for name in others if name in vars(owner)}
    for name, function in others.items():
        setattr(owner, name, function)
    try:
        yield
    finally:
        for name in others:
            delattr(owner, name)
        for name, function in kept.items():
            setattr(owner, name, function)
