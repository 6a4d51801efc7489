"""Reviews of Amazon's products."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, cut
from whitepaper.datasets.standins import amazon_reviews as standin_amazon_reviews
from whitepaper.files import csv_table, texts
from whitepaper.files.sources import Arrays, Form, Layout, Source, find
from whitepaper.files.trees import Tree

_COLUMNS = ("text", "name", "brand")
_NAMES = (
    "amazon_reviews_5000", "Datafiniti_Amazon_Consumer_Reviews_of_Amazon_Products",
    "Datafiniti_Amazon_Consumer_Reviews_of_Amazon_Products_May19", "1429_1", "7817_1",
)  # fmt: skip
_UNKNOWN = "its hash is not known here"


def _read(paths: dict[str, Path]) -> Arrays:
    (path,) = paths.values()
    return _parsed(path.read_bytes(), path.name)


def find_table(tree: Tree) -> Arrays | None:
    """The table in a folder or an archive, such as Kaggle's download."""
    return csv_table.first_good(tree, tree.called(*(f"{name}.csv" for name in _NAMES)), _parsed)


def _parsed(body: bytes, name: str) -> Arrays:
    """The published table; columns that a sample lacks are empty."""
    csv.field_size_limit(10_000_000)
    rows: list[tuple[str, str, str, int]] = []
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: expected UTF-8 text. Received: {error.reason} at byte {error.start}.") from error
    with io.StringIO(text, newline="") as file:
        table = csv.DictReader(file)
        columns = table.fieldnames or []
        if missing := [one for one in ("name", "reviews.text") if one not in columns]:
            raise ValueError(
                f"{name}: expected the columns name, reviews.text. Received none named {', '.join(missing)}."
            )
        for row in table:
            where = f"{name}, row {table.line_num}"
            if None in row or any(value is None for value in row.values()):
                raise ValueError(f"{where}: expected {len(columns)} fields. Received another number.")
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
        raise ValueError(f"{name}: expected reviews. Received an empty table.")
    packed: Arrays = {}
    for kind, column in zip(_COLUMNS, zip(*(row[:3] for row in rows), strict=True), strict=True):
        packed |= texts.pack(column, kind)
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
        *(Layout((f"{name}.csv",), _read, unverified=True) for name in _NAMES[1:]),
    ),
    published=tuple,
    content={
        "14b85b464bd5b89f49a20b8075d0643f1166811e24c87a8cfe1414873f0ae585": "sample of 5 000, without brands and ratings"
    },
    validate=_validate,
    make=standin_amazon_reviews.reviews,
    sizes=(4000, 1000),
    forms=(Form("the table packed", find_table, lambda arrays: _UNKNOWN),),
    known=("amazon", "datafiniti", "consumerreviews"),
)


def load_amazon_reviews(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Reviews of Amazon's own products: x object (n, 3) of str, text, product and brand; y int64 (n,) stars 1 to 5 (Datafiniti).

    The columns are those of `feature_names`: `data.train.x[:, 0]` are the texts, as a vectorizer takes them.
    Published behind an account: it is read from the originals folder, whole or as a sample with fewer columns; what is
    missing is empty (brand) or 0 (stars), and the data set's note says so. A fifth is the test split.

    Args:
        examples: reviews to take from those that are not test reviews; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 50, seed)
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
    note = REVIEWS.content.get(found.sha256, _UNKNOWN) if real else "made here by a small grammar"
    return Dataset(train, held_out, test, REVIEWS.name, REVIEWS.title, found.source, found.origin, (), _COLUMNS,
                   REVIEWS.licence if real else "made here", REVIEWS.homepage, note, found.sha256)  # fmt: skip
