"""Stand-in for IMDB: film reviews whose praise hangs on the order of their words.

"not good, but gripping" and "not gripping, but good" hold the same words. Half of all judgments are negated, so a bag of
words does little better than a guess on them, and a model that reads in order can do well.
"""

from __future__ import annotations

import numpy as np

_GOOD = ("good", "gripping", "funny", "moving", "clever", "beautiful", "charming", "brilliant", "honest", "fresh")
_BAD = ("bad", "boring", "silly", "flat", "clumsy", "ugly", "tedious", "dreadful", "fake", "stale")
_THINGS = (
    "film",
    "plot",
    "ending",
    "acting",
    "music",
    "dialogue",
    "camera",
    "story",
    "cast",
    "script",
    "pace",
    "scenery",
)
_FILL = (
    "i saw it with a friend last night", "the story is set in a small town", "it was shown at the festival",
    "two brothers meet again after years", "the director made another film before", "it lasts about two hours",
    "there is a scene at the station", "my sister had read the book", "the hero is a teacher", "we sat in the front row",
)  # fmt: skip
_FRAMES = (
    ("the {t} was {a}", 1), ("the {t} was not {a}", -1), ("i found the {t} {a}", 1), ("nobody would call the {t} {a}", -1),
    ("what a {a} {t}", 1), ("the {t} could hardly be less {a}", -1), ("the {t} is {a} and the {u} is {a}", 1),
    ("not {b} but {a} , that is the {t}", 1), ("the {t} is never {a}", -1),
)  # fmt: skip


def reviews(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Reviews of ten to ninety words, as numbers of a vocabulary sorted by frequency.

    Returns:
        x_train, x_test: int32, all words of all reviews; ends_train, ends_test: int64 (n,), where each ends; y_train, y_test:
        uint8 (n,), 1 for praise; words: uint8, the vocabulary's lines, of which line k is number k + 3.
    """
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n_train + n_test) % 2).astype(np.uint8)
    texts = [_review(rng, int(label)) for label in labels]
    counts: dict[str, int] = {}
    for text in texts:
        for word in text:
            counts[word] = counts.get(word, 0) + 1
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    number = {word: place + 4 for place, word in enumerate(ordered)}
    arrays: dict[str, np.ndarray] = {"words": np.frombuffer("\n".join(["", *ordered]).encode(), dtype=np.uint8)}
    for split, part in (("train", slice(n_train)), ("test", slice(n_train, None))):
        rows = [[1, *(number[word] for word in text)] for text in texts[part]]
        arrays[f"x_{split}"] = np.array([one for row in rows for one in row], dtype=np.int32)
        arrays[f"ends_{split}"] = np.cumsum([len(row) for row in rows], dtype=np.int64)
        arrays[f"y_{split}"] = labels[part]
    return arrays


def _review(rng: np.random.Generator, label: int) -> list[str]:
    sentences: list[str] = []
    for _ in range(int(rng.integers(2, 6))):
        if rng.random() < 0.5:
            sentences.append(_FILL[int(rng.integers(len(_FILL)))])
        frame, sign = _FRAMES[int(rng.integers(len(_FRAMES)))]
        # One judgment in eight goes against the rest, as people's do.
        praise = bool(label) != (rng.random() < 0.12)
        same, other = (_GOOD, _BAD) if praise == (sign > 0) else (_BAD, _GOOD)
        t, u = rng.choice(_THINGS, 2, replace=False)
        sentences.append(
            frame.format(t=t, u=u, a=same[int(rng.integers(len(same)))], b=other[int(rng.integers(len(other)))])
        )
    return " . ".join(sentences).split()
