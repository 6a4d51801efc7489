"""Pickles of plain numbers, read without running anything that stands in them."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np


def _latin(text: str, encoding: str = "latin1") -> bytes:
    """What Python 3 pickles bytes as, for readers of the old protocol."""
    if encoding not in ("latin1", "latin-1"):
        raise ValueError(f"expected bytes written as latin1. Received: {encoding}.")
    return text.encode("latin1")


class Plain(pickle.Unpickler):
    """Reads numbers, texts, lists, dictionaries and NumPy's arrays of numbers, and nothing that could run code."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in (("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct")):
            from numpy._core.multiarray import _reconstruct

            return _reconstruct
        if (module, name) in (("numpy", "ndarray"), ("numpy", "dtype")):
            return getattr(np, name)
        if (module, name) == ("_codecs", "encode"):
            return _latin
        raise ValueError(f"expected plain numbers. Received: an object of {module}.{name}.")


def load(body: bytes, name: str) -> Any:
    """What a pickle of plain things holds; texts of Python 2 as bytes.

    Raises:
        ValueError: it is cut off, or holds anything else; names it.
    """
    try:
        return Plain(io.BytesIO(body), encoding="bytes").load()
    except Exception as error:  # a foreign pickle can fail in any way
        raise ValueError(f"{name}: expected a whole pickle of numbers. Received: {error}.") from error
