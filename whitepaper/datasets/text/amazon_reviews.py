"""Reviews of Amazon's products."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, cut
from whitepaper.datasets.standins import amazon_reviews as standin_amazon_reviews
from whitepaper.files import texts
from whitepaper.files.sources import Arrays, Layout, Source, find

_COLUMNS = ("text", "name", "brand")


def _read(paths: dict[str, Path]) -> Arrays:
    """The published table; columns that a sample lacks are empty."""
    (path,) = paths.values()
    csv.field_size_limit(10_000_000)
    rows: list[tuple[str, str, str, int]] = []
    with path.open(newline="", encoding="utf-8-sig") as file:
        table = csv.DictReader(file)
        names = table.fieldnames or []
        if missing := [name for name in ("name", "reviews.text") if name not in names]:
            raise ValueError(
                f"{path.name}: expected the columns name, reviews.text. Received none named {', '.join(missing)}."
            )
        for row in table:
            where = f"{path.name}, row {table.line_num}"
            if None in row or any(value is None for value in row.values()):
                raise ValueError(f"{where}: expected {len(names)} fields. Received another number.")
            text = row.get("reviews.rating") or ""
            try:
                rating = round(float(text)) if text else 0
            except ValueError:
                rating = -1
            if not (0 if not text else 1) <= rating <= 5:
                raise ValueError(
                    f"{where}: reviews.rating: expected a number from 1 to 5, or none. Received: {text!r}."
                )
            rows.append((row["reviews.text"], row["name"], row.get("brand") or "", rating))
    if not rows:
        raise ValueError(f"{path.name}: expected reviews. Received an empty table.")
    packed: Arrays = {}
    for name, column in zip(_COLUMNS, zip(*(row[:3] for row in rows), strict=True), strict=True):
        packed |= texts.pack(column, name)
    return {**packed, "rating": np.array([row[3] for row in rows], dtype=np.uint8)}


def _validate(arrays: Arrays) -> None:
    n = len(arrays["rating"])
    for name in _COLUMNS:
        if arrays[f"{name}_ends"].shape != (n,):
            raise ValueError(f"expected {n} entries of {name}. Received: {arrays[f'{name}_ends'].shape}.")
    if arrays["rating"].max(initial=0) > 5:
        raise ValueError(f"expected ratings from 0 to 5. Received: {arrays['rating'].max()}.")


REVIEWS = Source(
    name="amazon_reviews",
    title="Amazon reviews",
    licence="CC BY-NC-SA 4.0 (Datafiniti)",
    homepage="https://www.kaggle.com/datasets/datafiniti/consumer-reviews-of-amazon-products",
    layouts=(
        Layout(("amazon_reviews_5000.csv",), _read),
        *(
            Layout((f"{name}.csv",), _read, unverified=True)
            for name in (
                "Datafiniti_Amazon_Consumer_Reviews_of_Amazon_Products",
                "Datafiniti_Amazon_Consumer_Reviews_of_Amazon_Products_May19",
                "1429_1",
                "7817_1",
            )
        ),
    ),
    published=tuple,
    content={
        "14b85b464bd5b89f49a20b8075d0643f1166811e24c87a8cfe1414873f0ae585": "sample of 5 000, without brands and ratings"
    },
    validate=_validate,
    make=standin_amazon_reviews.reviews,
    sizes=(4000, 1000),
)


def load_amazon_reviews(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Reviews of Amazon's own products: x object (n, 3) of str, text, product and brand; y int64 (n,) stars 1 to 5 (Datafiniti).

    Published behind an account: it is read from the originals folder, whole or as a sample with fewer columns; what is
    missing is empty (brand) or 0 (stars), and the data set's note says so. A fifth is the test split.

    Args:
        examples: reviews to take from those that are not test reviews; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 50)
    n_train, n_test = REVIEWS.sizes
    if examples is not None and examples < n_train:
        n_train, n_test = examples, max(50, examples // 4)
    found = find(REVIEWS, data, seed, (n_train, n_test))
    x = np.stack([texts.unpack(found.arrays, name) for name in _COLUMNS], axis=1)
    y = found.arrays["rating"].astype(np.int64)
    rest, test = cut(x, y, n_test / len(x) if found.source == "stand-in" else 0.2, seed)
    if examples is not None and examples < len(rest):
        _, rest = cut(rest.x, rest.y, examples / len(rest), seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    real = found.source == "real"
    note = REVIEWS.content.get(found.sha256, "its hash is not known here") if real else "made here by a small grammar"
    return Dataset(train, held_out, test, REVIEWS.name, REVIEWS.title, found.source, found.origin, (), _COLUMNS,
                   REVIEWS.licence if real else "made here", REVIEWS.homepage, note, found.sha256)  # fmt: skip
