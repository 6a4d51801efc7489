"""Arguments that loaders share."""

from __future__ import annotations

import numpy as np

from whitepaper.files.sources import WrongWord


def check_arguments(examples: int | None, validation: float, least: int, seed: int = 0) -> None:
    """Raises WrongWord unless `examples` is None or at least `least`, `validation` in (0, 1), and `seed` at least 0."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**32:
        raise WrongWord(f"seed is a whole number from 0 to {2**32 - 1}. Received: {seed!r}.")
    if examples is not None and (not isinstance(examples, int | np.integer) or examples < least):
        raise WrongWord(f"examples is None or a whole number of at least {least}. Received: {examples!r}.")
    if not isinstance(validation, float | np.floating) or not 0 < validation < 1:
        raise WrongWord(f"validation is a share between 0 and 1. Received: {validation!r}.")
