"""Two photographs that come with scikit-learn: a Chinese temple and a flower."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.files.sources import DataError, WrongWord, content_hash, say, wanted

NAMES = ("china", "flower")
_LUMA = np.array([0.299, 0.587, 0.114])  # how bright an eye finds red, green and blue (ITU-R BT.601)
_LARGEST = 427  # the shorter side of the published photographs


def load_photograph(size: int = 256, color: bool = False, seed: int = 0, data: str | None = None) -> Dataset:
    """Photographs as numbers from 0 to 1: x float64 (2, size, size), or (2, size, size, 3) in color; y 0 china, 1 flower.

    The middle square of each, shrunk. All three splits hold the same two pictures: nothing is learned from them.

    Args:
        size: the side in pixels, 16 to 427.
        color: red, green and blue; else one brightness.
        seed: of the stand-in, drawn shapes.
        data: "auto", "real", "stand-in", or None for WHITEPAPER_DATA.

    Raises:
        WrongWord: a size out of range. DataError: DATA=real and scikit-learn's files cannot be read.
    """
    if not isinstance(size, int | np.integer) or not 16 <= size <= _LARGEST:
        raise WrongWord(f"size is a whole number from 16 to {_LARGEST}. Received: {size!r}.")
    check_arguments(None, 0.1, 1, seed)
    word = wanted(data)
    found = None
    if word != "stand-in":
        try:
            found = _published(int(size))
        except Exception as error:  # a missing or broken package or picture: whatever it is, it is named
            reason = f"scikit-learn's photographs cannot be read: {type(error).__name__}: {error}"
            if word == "real":
                raise DataError(
                    f"DATA=real: {reason}", "install scikit-learn and Pillow, or use DATA=stand-in"
                ) from error
            say(f"Photographs: stand-in data ({reason})")
    real = found is not None
    x = drawn(seed, int(size)) if found is None else found
    if not color:
        x = x @ _LUMA
    y = np.arange(len(x))
    train, held_out, test = (Split(x.copy(), y.copy()) for _ in range(3))
    return Dataset(train, held_out, test, "photograph", "Photographs", "real" if real else "stand-in",
                   "scikit-learn" if real else "stand-in", NAMES if real else ("shapes", "rings"), (),
                   "CC BY 2.0, danielbuechele and vultilion" if real else "made here",
                   "https://scikit-learn.org/stable/datasets/loading_other_datasets.html#sample-images",
                   "all splits hold the same two pictures", content_hash({"x": x, "y": y}))  # fmt: skip


def _published(size: int) -> np.ndarray:
    """(2, size, size, 3) from 0 to 1: the middle square of each photograph, each pixel the mean of those it covers."""
    from PIL import Image
    from sklearn.datasets import load_sample_image

    pictures = []
    for name in NAMES:
        picture = load_sample_image(f"{name}.jpg")
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError(
                f"{name}.jpg: expected uint8 (height, width, 3). Received: {picture.dtype} {picture.shape}."
            )
        side = min(picture.shape[:2])
        top, left = ((length - side) // 2 for length in picture.shape[:2])
        square = Image.fromarray(np.ascontiguousarray(picture[top : top + side, left : left + side]))
        pictures.append(np.asarray(square.resize((size, size), Image.Resampling.BOX)))
    return np.stack(pictures) / 255.0


def drawn(seed: int, size: int) -> np.ndarray:
    """The stand-in: (2, size, size, 3) from 0 to 1, boxes with straight edges, and rings with round ones, on a slope of light."""
    rng = np.random.default_rng(seed)
    down, right = np.mgrid[0:size, 0:size] / size
    pictures = []
    for kind in ("boxes", "rings"):
        light = 0.35 + 0.3 * down + 0.2 * right
        picture = np.repeat(light[:, :, None], 3, axis=2)
        for _ in range(6):
            y, x, half = rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8), rng.uniform(0.08, 0.2)
            color = rng.uniform(0, 1, 3)
            if kind == "boxes":
                inside = np.maximum(np.abs(down - y), np.abs(right - x) * rng.uniform(0.6, 1.6)) < half
            else:
                distance = np.hypot(down - y, right - x)
                inside = (distance < half) & (distance > 0.55 * half)
            picture[inside] = color
        pictures.append(np.clip(picture + rng.normal(0, 0.01, picture.shape), 0, 1))
    return np.stack(pictures)
