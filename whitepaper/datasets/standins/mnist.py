"""Stand-ins for the MNIST family: digits from fonts, clothes from outlines, moved and shaded at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SIDE = 28
_LARGE = 56  # templates are drawn larger, so that warping them stays smooth
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Italic.ttf",
          "DejaVuSansMono.ttf", "DejaVuSansMono-Oblique.ttf", "cmss10.ttf", "cmr10.ttf", "STIXGeneral.ttf")  # fmt: skip


def digits(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Digits in the form of MNIST: uint8 (n, 28, 28) with ink at 255, uint8 labels.

    Drawn from the fonts that Matplotlib brings, then turned, sheared, scaled, moved and bent at random.
    """
    return _split(
        seed, n_train, n_test, _digit_templates(), bend=1.4, turn=0.24, shift=1.8, noise=8.0, shade=(0.75, 1.0)
    )


def clothes(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Clothes in the form of Fashion-MNIST: uint8 (n, 28, 28), uint8 labels in the published order.

    Outlines with random proportions, cloth patterns and brightness; shirts, pullovers and coats are alike on purpose.
    """
    return _split(
        seed, n_train, n_test, _clothes_templates(), bend=1.6, turn=0.18, shift=2.3, noise=14.0, shade=(0.45, 1.0)
    )


def _split(seed: int, n_train: int, n_test: int, templates: np.ndarray, **look: Any) -> dict[str, np.ndarray]:
    arrays = {}
    for name, n, stream in (("train", n_train, 1), ("test", n_test, 2)):
        rng = np.random.default_rng([seed, stream])
        labels = rng.permutation(np.arange(n) % len(templates)).astype(np.uint8)
        arrays[f"x_{name}"] = np.empty((n, SIDE, SIDE), dtype=np.uint8)
        arrays[f"y_{name}"] = labels
        # In blocks: the sampling grids of all pictures at once would not fit into memory.
        for start in range(0, n, 2000):
            block = slice(start, min(start + 2000, n))
            arrays[f"x_{name}"][block] = _warp(templates, labels[block], rng, **look)
    return arrays


def _warp(templates: np.ndarray, labels: np.ndarray, rng: np.random.Generator, bend: float, turn: float, shift: float,
          noise: float, shade: tuple[float, float]) -> np.ndarray:  # fmt: skip
    """One random picture a label: an affine map, a slow wave, a brightness and a little noise."""
    n = len(labels)
    chosen = templates[labels, rng.integers(templates.shape[1], size=n)]
    angle, shear = rng.normal(0, turn, n), rng.normal(0, turn / 1.5, n)
    scale = rng.uniform(0.85, 1.2, (2, n))
    cos, sin = np.cos(angle), np.sin(angle)
    grid = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) * (_LARGE / SIDE)
    y, x = (axis[None].astype(np.float32) for axis in np.meshgrid(grid, grid, indexing="ij"))
    column = lambda values: values[:, None, None].astype(np.float32)  # noqa: E731
    wave = (
        column(rng.normal(0, bend, n)),
        column(rng.normal(0, bend, n)),
        column(rng.uniform(0, 6.3, n)),
        column(rng.uniform(0, 6.3, n)),
    )
    from_x = (
        column(scale[0] * cos) * x
        + column(scale[0] * (shear - sin)) * y
        + column(rng.normal(0, shift, n))
        + wave[0] * np.sin(y / 9 + wave[2])
    )
    from_y = (
        column(scale[1] * sin) * x
        + column(scale[1] * cos) * y
        + column(rng.normal(0, shift, n))
        + wave[1] * np.sin(x / 9 + wave[3])
    )
    pictures = _sample(chosen, from_y + (_LARGE - 1) / 2, from_x + (_LARGE - 1) / 2) * column(rng.uniform(*shade, n))
    pictures += noise * rng.standard_normal(pictures.shape, dtype=np.float32) * (pictures > 8)
    return np.clip(pictures, 0, 255).astype(np.uint8)


def _sample(pictures: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Bilinear samples of (n, H, W) pictures at (n, h, w) places; outside is 0."""
    size = pictures.shape[1]
    padded = np.zeros((len(pictures), size + 2, size + 2), dtype=np.float32)
    padded[:, 1:-1, 1:-1] = pictures
    y, x = np.clip(y + 1, 0, size + 0.999), np.clip(x + 1, 0, size + 0.999)
    low_y, low_x = y.astype(np.int32), x.astype(np.int32)
    part_y, part_x = y - low_y, x - low_x
    flat, width = padded.ravel(), size + 2
    corner = (np.arange(len(pictures), dtype=np.int32) * width * width)[:, None, None] + low_y * width + low_x
    top = flat[corner] * (1 - part_x) + flat[corner + 1] * part_x
    bottom = flat[corner + width] * (1 - part_x) + flat[corner + width + 1] * part_x
    return top * (1 - part_y) + bottom * part_y


def _digit_templates() -> np.ndarray:
    """(10, fonts, 56, 56) float32."""
    from pathlib import Path

    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    drawn = np.zeros((10, len(_FONTS), _LARGE, _LARGE), dtype=np.float32)
    for number, name in enumerate(_FONTS):
        font = ImageFont.truetype(str(folder / name), 52)
        for digit in range(10):
            picture = Image.new("L", (_LARGE, _LARGE))
            pen = ImageDraw.Draw(picture)
            left, top, right, bottom = pen.textbbox((0, 0), str(digit), font=font)
            at = ((_LARGE - right - left) / 2, (_LARGE - bottom - top) / 2)
            # Print is thinner than a felt pen: a stroke of one pixel around evens that out.
            pen.text(at, str(digit), fill=255, font=font, stroke_width=0 if "Bold" in name else 1, stroke_fill=255)
            drawn[digit, number] = np.asarray(picture)
    return drawn


Point = tuple[float, float]
Shape = list[tuple[list[Point], float]]


def _mirrored(points: list[Point]) -> list[Point]:
    """An outline from its right half, around the middle at x = 0.5."""
    return points + [(1 - x, y) for x, y in reversed(points)]


def _top(sleeve: float, width: float, length: float, neck: float, cuff: float) -> list[Point]:
    """A garment with sleeves that reach down to `sleeve`."""
    side, shoulder = 0.5 + width / 2, 0.5 + width / 2 + 0.04
    arm = min(0.98, side + 0.12 + 0.16 * (sleeve - 0.3))
    return _mirrored(
        [
            (0.5 + neck, 0.10),
            (shoulder, 0.16),
            (arm, sleeve),
            (arm - cuff, sleeve + 0.04),
            (side - 0.01, 0.36),
            (side, length),
        ]
    )


def _clothes_shapes(rng: np.random.Generator) -> list[Shape]:
    """One outline a class: polygons in the unit square with a gray value each."""
    u: Callable[[float, float], float] = lambda low, high: float(rng.uniform(low, high))  # noqa: E731
    gray, dark = u(150, 235), u(0, 70)
    shirt = _top(u(0.32, 0.46), u(0.42, 0.54), u(0.84, 0.94), u(0.07, 0.12), u(0.08, 0.12))
    pullover = _top(u(0.78, 0.90), u(0.42, 0.52), u(0.84, 0.92), u(0.07, 0.12), u(0.07, 0.10))
    coat = _top(u(0.80, 0.92), u(0.44, 0.52), u(0.90, 0.97), u(0.05, 0.10), u(0.07, 0.10))
    button = _top(u(0.40, 0.88), u(0.40, 0.52), u(0.86, 0.95), u(0.05, 0.10), u(0.07, 0.11))
    hip, leg = u(0.15, 0.20), u(0.02, 0.05)
    trouser = [
        (0.5 - hip, 0.05),
        (0.5 + hip, 0.05),
        (0.5 + hip + 0.03, 0.96),
        (0.5 + leg, 0.96),
        (0.5, 0.32),
        (0.5 - leg, 0.96),
        (0.5 - hip - 0.03, 0.96),
    ]
    waist, hem = u(0.10, 0.15), u(0.18, 0.30)
    dress = _mirrored([(0.57, 0.05), (0.5 + waist + 0.05, 0.1), (0.5 + waist, 0.42), (0.5 + hem, 0.96)])
    sole, top = u(0.70, 0.78), u(0.36, 0.46)
    sneaker = [(0.03, sole), (0.06, 0.58), (0.30, 0.54), (0.52, top), (0.80, top + 0.02), (0.95, 0.48), (0.97, sole)]
    heel = u(0.0, 0.14)
    boot = [
        (0.05, sole + 0.1),
        (0.08, 0.64),
        (0.38, 0.56),
        (0.44, 0.12),
        (0.86, 0.10),
        (0.94, sole + 0.1 - heel),
        (0.80, sole + 0.1),
    ]
    sandal_line = [
        (0.03, 0.74),
        (0.45, 0.68),
        (0.95, 0.44 - heel),
        (0.97, 0.54 - heel),
        (0.90, 0.78),
        (0.86, 0.60),
        (0.48, 0.76),
        (0.05, 0.80),
    ]
    strap = [(0.20, 0.70), (0.34, u(0.46, 0.54)), (0.42, 0.50), (0.34, 0.71)]
    ankle = [(0.62, 0.60), (0.66, u(0.26, 0.36)), (0.78, 0.30), (0.88, 0.48), (0.76, 0.36), (0.70, 0.60)]
    flap, wide = u(0.34, 0.46), u(0.36, 0.46)
    bag = [(0.5 - wide, flap), (0.5 + wide, flap), (0.5 + wide - u(0, 0.06), 0.86), (0.5 - wide + u(0, 0.06), 0.86)]
    handle = _mirrored([(0.62, flap), (0.66, flap - 0.12), (0.60, flap - u(0.18, 0.26))])
    hole = _mirrored([(0.57, flap - 0.02), (0.60, flap - 0.11), (0.56, flap - 0.16)])
    slit = [(0.485, 0.12), (0.515, 0.12), (0.515, 0.95), (0.485, 0.95)]
    placket = [(0.49, 0.12), (0.51, 0.12), (0.51, 0.90), (0.49, 0.90)]
    band = [(0.03, sole - 0.05), (0.97, sole - 0.05), (0.97, sole), (0.03, sole)]
    return [
        [(shirt, gray)],
        [(trouser, gray)],
        [(pullover, gray)],
        [(dress, gray)],
        [(coat, gray), (slit, dark)],
        [(sandal_line, gray), (strap, gray), (ankle, gray)],
        [(button, gray), (placket, gray * u(0.5, 0.8))],
        [(sneaker, gray), (band, min(255.0, gray + 40))],
        [(bag, gray), (handle, gray * 0.8), (hole, 0)],
        [(boot, gray)],
    ]


def _clothes_templates(variants: int = 40) -> np.ndarray:
    """(10, variants, 56, 56) float32; the same outlines for every seed, so that train and test share one world."""
    from PIL import Image, ImageDraw

    rng = np.random.default_rng(20171)
    drawn = np.zeros((10, variants, _LARGE, _LARGE), dtype=np.float32)
    down, across = np.meshgrid(np.arange(_LARGE), np.arange(_LARGE), indexing="ij")
    for variant in range(variants):
        for label, shape in enumerate(_clothes_shapes(rng)):
            picture = Image.new("L", (4 * _LARGE, 4 * _LARGE))
            pen = ImageDraw.Draw(picture)
            for points, value in shape:
                pen.polygon([(x * 4 * _LARGE, y * 4 * _LARGE) for x, y in points], fill=int(value))
            cloth: np.ndarray = np.asarray(picture.resize((_LARGE, _LARGE), Image.Resampling.BOX), dtype=np.float32)
            kind = rng.integers(4)
            if kind == 1:  # stripes across
                cloth = cloth * (0.75 + 0.25 * np.sign(np.sin(down * rng.uniform(0.5, 1.2))))
            elif kind == 2:  # stripes down
                cloth = cloth * (0.75 + 0.25 * np.sign(np.sin(across * rng.uniform(0.5, 1.2))))
            elif kind == 3:  # light from one side
                cloth = cloth * (0.6 + 0.4 * across / _LARGE)
            drawn[label, variant] = cloth
    return drawn
