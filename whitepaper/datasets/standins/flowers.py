"""Stand-in for photographs of flowers: five kinds that differ in the number and shape of petals and in their centers, not in color."""

from __future__ import annotations

import numpy as np

NAMES = ("many thin petals", "ragged ball", "spiral", "dark center", "three broad petals")
_DRAWN = 60  # drawn small and enlarged: fast, and as soft as a photograph


def flowers(seed: int, n: int, size: int) -> dict[str, np.ndarray]:
    """Pictures x uint8 (n, size, size, 3) of five kinds in equal shares, y uint8 (n,)."""
    from PIL import Image

    rng = np.random.default_rng([seed, 23])
    y = rng.permutation(np.arange(n) % len(NAMES)).astype(np.uint8)
    x = np.empty((n, size, size, 3), np.uint8)
    for start in range(0, n, 200):
        for number, picture in enumerate(_draw(y[start : start + 200], rng), start):
            x[number] = np.asarray(Image.fromarray(picture).resize((size, size), Image.Resampling.BILINEAR))
    return {"x": x, "y": y}


def _draw(y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(y)
    column = (n, 1, 1)
    rows, columns = np.mgrid[0:_DRAWN, 0:_DRAWN].astype(np.float32) / _DRAWN * 2 - 1
    scale = rng.uniform(0.4, 0.9, column)
    u, v = (columns - rng.uniform(-0.3, 0.3, column)) / scale, (rows - rng.uniform(-0.3, 0.3, column)) / scale
    radius, angle = np.hypot(u, v), np.arctan2(v, u) + rng.uniform(0, 2 * np.pi, column)
    kind = y[:, None, None]
    edges = (
        0.55 + 0.45 * np.cos(16 * angle),
        0.8 + 0.15 * np.sin(31 * angle),
        np.full_like(angle, 0.85),
        0.7 + 0.3 * np.cos(9 * angle),
        0.6 + 0.4 * np.abs(np.cos(1.5 * angle)),
    )
    petal = radius < np.choose(kind, edges)
    center = radius < np.choose(kind, [0.25, 0.0, 0.0, 0.5, 0.0])
    lines = np.where(kind == 2, 0.6 + 0.4 * np.sin(18 * radius + 2 * angle), 1.0)
    petal_color, center_color, ground = (
        rng.uniform(low, high, (n, 1, 1, 3)) for low, high in ((0.5, 1), (0, 0.5), (0, 0.6))
    )
    picture = np.where(petal[..., None], petal_color * lines[..., None], ground)
    picture = np.where(center[..., None], center_color, picture) + rng.normal(0, 0.04, picture.shape)
    return np.clip(255 * picture, 0, 255).astype(np.uint8)
