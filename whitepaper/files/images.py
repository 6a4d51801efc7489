"""Photographs as arrays: decoded, resized, and without copies."""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def decode(body: bytes, name: str, size: int) -> np.ndarray:
    """One photograph as uint8 (size, size, 3), stretched to a square.

    Raises:
        ValueError: no picture, or a broken one; names it.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(body)) as image:
            return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BILINEAR))
    except Exception as error:  # a foreign file can fail in any way
        raise ValueError(f"{name}: expected a JPEG photograph. Received: {type(error).__name__}: {error}.") from error


def decode_all(named: list[tuple[str, bytes]], size: int) -> np.ndarray:
    """Photographs uint8 (n, size, size, 3), decoded in parallel threads."""
    x = np.empty((len(named), size, size, 3), np.uint8)

    def one(number: int) -> None:
        x[number] = decode(named[number][1], named[number][0], size)

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        list(threads.map(one, range(len(named))))
    return x


def resize(x: np.ndarray, size: int) -> np.ndarray:
    """Pictures uint8 (n, size, size, 3); as they are if they have that size."""
    from PIL import Image

    if x.shape[1] == size:
        return x
    return np.stack(
        [np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR)) for picture in x]
    )


def firsts(x: np.ndarray) -> np.ndarray:
    """Indices of the pictures without the later copies of identical ones."""
    seen: dict[bytes, int] = {}
    for number, picture in enumerate(x):
        seen.setdefault(hashlib.sha256(picture.tobytes()).digest(), number)
    return np.array(sorted(seen.values()), dtype=int)
