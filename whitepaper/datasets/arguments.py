"""Arguments that loaders share."""

from __future__ import annotations

import numpy as np

from whitepaper.files.sources import WrongWord


def check_arguments(examples: int | None, validation: float, least: int) -> None:
    """Raises WrongWord unless `examples` is None or at least `least`, and `validation` lies in (0, 1)."""
    if examples is not None and (not isinstance(examples, int | np.integer) or examples < least):
        raise WrongWord(f"examples is None or a whole number of at least {least}. Received: {examples!r}.")
    if not isinstance(validation, float | np.floating) or not 0 < validation < 1:
        raise WrongWord(f"validation is a share between 0 and 1. Received: {validation!r}.")
