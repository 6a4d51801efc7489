"""Texts as arrays: the bytes of all of them in one, and where each ends, as Apache Arrow lays strings out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def pack(texts: Iterable[str], name: str = "text") -> dict[str, np.ndarray]:
    """Two arrays of texts.

    Returns:
        `name`: uint8, the UTF-8 bytes of all texts; `name_ends`: int64 (n,), where each ends.
    """
    encoded = [text.encode("utf-8", errors="surrogatepass") for text in texts]
    ends = np.cumsum([len(one) for one in encoded], dtype=np.int64)
    return {name: np.frombuffer(b"".join(encoded), dtype=np.uint8), f"{name}_ends": ends}


def unpack(arrays: dict[str, np.ndarray], name: str = "text") -> np.ndarray:
    """The texts of two arrays of `pack`, object (n,) of str.

    Raises:
        ValueError: ends that do not rise, or do not end with the bytes.
    """
    body, ends = arrays[name], arrays[f"{name}_ends"]
    if len(ends) and (ends[-1] != len(body) or ends[0] < 0 or (np.diff(ends) < 0).any()):
        raise ValueError(f"{name}: expected ends that rise to {len(body)}. Received: {ends[0]} to {ends[-1]}.")
    whole = body.tobytes()
    texts = np.empty(len(ends), dtype=object)
    start = 0
    for number, end in enumerate(ends.tolist()):
        texts[number] = whole[start:end].decode("utf-8", errors="surrogatepass")
        start = end
    return texts
