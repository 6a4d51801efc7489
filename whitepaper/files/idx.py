"""The idx format of the MNIST family: a magic number, the sizes as big-endian integers, then bytes."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path

import numpy as np


def read(path: Path) -> np.ndarray:
    """An array of unsigned bytes from an idx file; errors as in `parse`."""
    return parse(path.read_bytes(), path.name)


def parse(packed: bytes, name: str) -> np.ndarray:
    """An array of unsigned bytes from the bytes of an idx file, gzip-packed or not, whatever its name says.

    Raises:
        ValueError: a broken gzip file, truncated, another magic number, or not as many bytes as announced.
    """
    if packed[:2] == b"\x1f\x8b" or (name.endswith(".gz") and packed[:2] != b"\0\0" and packed):
        try:
            packed = gzip.decompress(packed)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{name}: expected a complete gzip file. Received: {error}") from error
    if len(packed) < 4 or packed[:3] != b"\0\0\x08":
        raise ValueError(f"{name}: expected the idx magic number 0x0000 08. Received: {packed[:4].hex() or 'nothing'}")
    dimensions = packed[3]
    header = 4 + 4 * dimensions
    if len(packed) < header:
        raise ValueError(f"{name}: expected a header of {header} bytes. Received: {len(packed)}")
    shape = tuple(np.frombuffer(packed[4:header], dtype=">u4").tolist())
    expected = math.prod(shape)
    if len(packed) - header != expected:
        raise ValueError(f"{name}: expected {expected} bytes after the header. Received: {len(packed) - header}")
    return np.frombuffer(packed, dtype=np.uint8, offset=header).reshape(shape)
