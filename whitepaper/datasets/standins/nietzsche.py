"""Stand-in for a book: sentences of a small grammar, broken into lines, for models that read one character at a time.

Words follow one another by rules (articles before nouns, verbs of the right number, pairs of "not …" and "but …"), so that a
model that knows the last forty characters guesses the next one far better than one that knows only how frequent each is.
"""

from __future__ import annotations

import textwrap

import numpy as np

_NOUNS = (
    "gardener", "mountain", "question", "winter", "judge", "harbor", "teacher", "promise", "lantern", "river", "stranger",
    "silence", "neighbor", "bridge", "letter", "morning", "traveler", "clock", "meadow", "shadow", "kitchen", "riddle",
)  # fmt: skip
_QUALITIES = (
    "old", "patient", "hidden", "noble", "quiet", "broken", "distant", "young", "careful", "proud", "simple", "heavy",
)  # fmt: skip
_VERBS = (
    "follow",
    "forget",
    "remember",
    "repair",
    "doubt",
    "praise",
    "measure",
    "welcome",
    "describe",
    "avoid",
    "guard",
)
_ADVERBS = ("slowly", "always", "hardly", "gladly", "perhaps", "in secret", "without fear", "for a long time")
_FRAMES = (
    "{the} {v}s the {a} {o}.",
    "{the} does not {v} the {o}, but {w}s the {p} {d}.",
    "What is a {n}, if not a {a} {o} that {v}s the {p}?",
    "{many} {v} the {o} {d}; {few} {w} it.",
    "Whoever {v}s the {a} {n} will {w} the {o} {d}.",
    'There are {n}s that say: "{v} the {o}, and {w} no {p}!"',
    "--And {d} the {n} {v}s: it is the {a} {o} (or the {p}) that {w}s.",
)


def prose(seed: int, characters: int) -> str:
    """A text of exactly that many characters: numbered paragraphs of sentences, lines of at most 70 characters.

    Args:
        seed: the same text for the same seed. characters: its length.
    """
    rng = np.random.default_rng(seed)

    def one(words: tuple[str, ...]) -> str:
        return words[int(rng.integers(len(words)))]

    paragraphs: list[str] = []
    length = 0
    while length < characters:
        sentences = [f"{len(paragraphs) + 1}."]
        for _ in range(int(rng.integers(3, 8))):
            n, o, p = one(_NOUNS), one(_NOUNS), one(_NOUNS)
            the = f"The {one(_QUALITIES)} {n}" if rng.random() < 0.5 else f"The {n}"
            sentences.append(
                one(_FRAMES).format(the=the, n=n, o=o, p=p, a=one(_QUALITIES), v=one(_VERBS), w=one(_VERBS),
                                    d=one(_ADVERBS), many=f"Many {n}s", few=f"few {p}s")
            )  # fmt: skip
        paragraphs.append(textwrap.fill(" ".join(sentences), 70) + "\n\n")
        length += len(paragraphs[-1])
    return "".join(paragraphs)[:characters]
