"""Pictures one after the other, as a file that moves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from whitepaper.files import whole


def save_animation(frames: Sequence[Any], path: Path, seconds: float = 0.4, scale: int = 2) -> Path:
    """Write pictures as a GIF that begins again at its end; the last picture stays five times as long.

    Args:
        frames: uint8 pictures of one size, (height, width) gray or (height, width, 3).
        path: of the .gif; an older file is replaced as a whole.
        seconds: that each picture stays. scale: pixels of the file for each pixel of a picture.

    Raises:
        ValueError: no pictures, or of another kind.
    """
    from PIL import Image

    arrays = [np.asarray(frame) for frame in frames]
    if not arrays or any(array.dtype != np.uint8 or array.shape != arrays[0].shape for array in arrays):
        kinds = ", ".join(sorted({f"{array.dtype} {array.shape}" for array in arrays})) or "none"
        raise ValueError(f"expected uint8 pictures of one size. Received: {kinds}.")
    height, width = arrays[0].shape[:2]
    images = [
        Image.fromarray(array).resize((scale * width, scale * height), Image.Resampling.NEAREST) for array in arrays
    ]
    shown = [round(1000 * seconds)] * (len(images) - 1) + [round(5000 * seconds)]
    with whole.place(path) as temporary:
        images[0].save(temporary, "GIF", save_all=True, append_images=images[1:], duration=shown, loop=0)
    return path
