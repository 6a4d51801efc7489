"""Test scores made by a formula."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, cut
from whitepaper.files.sources import content_hash, wanted


def load_study_scores(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Test scores: x float32 (n, 2) hours of study and sleep, y float32 (n,), made by score = 5·study + 2·sleep + 40 (NN 1-2).

    x float32 (n, 2): hours of study (0–8) and of sleep (4–10); y float32 (n,): score, 48 to 100. A fifth is the test split.

    Args:
        examples: rows to make, test rows included; None makes the white paper's 1 000.
        validation, seed, data: as in `load_mnist`; the set is made the same way under every DATA word.

    Raises:
        WrongWord: an argument out of range.
    """
    check_arguments(examples, validation, 20, seed)
    wanted(data)
    rng = np.random.default_rng(seed)
    n = 1000 if examples is None else examples
    x = np.column_stack([rng.uniform(0, 8, n), rng.uniform(4, 10, n)]).astype(np.float32)
    y = (5 * x[:, 0] + 2 * x[:, 1] + 40).astype(np.float32)
    digest = content_hash({"x": x, "y": y})
    rest, test = cut(x, y, 0.2, seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    return Dataset(train, held_out, test, "study_scores", "Study and sleep", "real", "made", (), ("study (h)", "sleep (h)"),
                   "made here", "", "made by its formula, without noise", digest)  # fmt: skip
