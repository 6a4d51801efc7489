"""Stand-in for Amazon's reviews: products, brands in several spellings, ratings, and words misspelled as people do."""

from __future__ import annotations

import numpy as np

from whitepaper.files import texts

_PRODUCTS = (
    ("Kindle Paperwhite E-reader, 6 High-Resolution Display, Wi-Fi", ("Amazon", "amazon.com", "Amazon Digital Services, Inc"),
     ("read", "books", "page", "light", "reader", "library", "screen", "backlight", "novels", "eyes")),
    ("Fire Tablet, 7 Display, Wi-Fi, 8 GB", ("Amazon", "AMAZON", "Amazon.com"),
     ("tablet", "kids", "apps", "games", "movies", "screen", "memory", "parental controls", "browser", "videos")),
    ("Echo (2nd Generation) Smart Speaker", ("Amazon", "Amazon Echo", "amazon"),
     ("Alexa", "music", "speaker", "sound", "timer", "lights", "weather", "voice", "house", "alarm")),
    ("AmazonBasics AAA Rechargeable Batteries", ("AmazonBasics", "Amazonbasics", "amazon basics"),
     ("batteries", "charge", "remote", "toys", "pack", "price", "camera", "power", "mouse", "brand")),
    ("Moshi Protective Sleeve for Kindle", ("Moshi", "MOSHI"),
     ("sleeve", "cover", "Kindle", "protection", "leather", "color", "fit", "magnet", "bag", "corner")),
)  # fmt: skip
_FRAMES = {
    5: ("I love the {w}, it's the best {v} I've owned.", "Great {w}! Easy to use and the {v} works perfectly.",
        "My {n} year old doesn't put it down; the {w} is amazing.", "Bought {n} of these for gifts, everyone loves the {w}.",
        "The {w} is excellent and I'm very happy with the {v}."),
    3: ("The {w} is okay, but the {v} isn't great.", "It does what it should; I wish the {w} was better for $49.99.",
        "Good {w} for the price, the {v} could be better.", "I've used it for {n} weeks and it's just fine."),
    1: ("The {w} stopped working after {n} weeks.", "Don't buy this, the {v} won't work and the {w} is terrible.",
        "I returned it: the {w} couldn't hold a charge for {n} hours.", "Very disappointed with the {w}."),
}  # fmt: skip
_RARE = (
    "serendipity",
    "ubiquitous",
    "gizmo",
    "thingamajig",
    "kerfuffle",
    "whatchamacallit",
    "doohickey",
    "contraption",
)


def _misspelled(rng: np.random.Generator, word: str) -> str:
    """The word with two neighboring letters changed round, now and then."""
    if len(word) < 5 or rng.random() > 0.02:
        return word
    at = int(rng.integers(1, len(word) - 2))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def reviews(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Reviews of five products.

    Returns:
        text, name and brand, as `texts.pack` lays them out, and rating: uint8 (n,) from 1 to 5.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n_train + n_test):
        name, brands, words = _PRODUCTS[int(rng.choice(5, p=[0.3, 0.3, 0.2, 0.12, 0.08]))]
        rating = int(rng.choice([1, 3, 4, 5], p=[0.1, 0.15, 0.25, 0.5]))
        frames = _FRAMES[min(rating, 5) if rating != 4 else 5]
        sentences = []
        for _ in range(int(rng.integers(1, 6))):
            w, v = rng.choice(words, 2, replace=False)
            sentences.append(frames[int(rng.integers(len(frames)))].format(w=w, v=v, n=int(rng.integers(2, 12))))
        if rng.random() < 0.01:
            sentences.append(f"What a {_RARE[int(rng.integers(len(_RARE)))]}.")
        text = " ".join(_misspelled(rng, word) for word in " ".join(sentences).split(" "))
        # Half of all phones write a curly apostrophe.
        text = text.replace("'", "’") if rng.random() < 0.4 else text
        rows.append((text, name, brands[int(rng.integers(len(brands)))], rating))
    return {
        **texts.pack((row[0] for row in rows), "text"),
        **texts.pack((row[1] for row in rows), "name"),
        **texts.pack((row[2] for row in rows), "brand"),
        "rating": np.array([row[3] for row in rows], dtype=np.uint8),
    }
