"""Stand-in for horses and zebras: the same animals on the same grounds, of one shade in one domain, striped in the other."""

from __future__ import annotations

import numpy as np

NAMES = ("plain", "striped")
_CHUNK = 100
# Ellipses of an animal that looks to the right: middle across and down, half width and half height, turn.
_PARTS = (
    (0.0, 0.0, 0.62, 0.34, 0.0),  # body
    (0.60, -0.42, 0.16, 0.40, 0.55),  # neck
    (0.86, -0.72, 0.26, 0.14, 0.35),  # head
    (-0.45, 0.52, 0.085, 0.42, 0.05),  # legs
    (-0.27, 0.52, 0.085, 0.42, -0.05),
    (0.33, 0.52, 0.085, 0.42, 0.05),
    (0.50, 0.52, 0.085, 0.42, -0.05),
    (-0.70, 0.12, 0.05, 0.30, 0.35),  # tail
)


def animals(seed: int, n_train: int, n_test: int, size: int) -> dict[str, np.ndarray]:
    """Pictures of the two domains, drawn apart: no picture of one has a partner in the other.

    Shape, place, scale, side, grass, sky, light and the mean color of the coat come from the same random numbers' laws in
    both; only its texture differs. So nobody tells the domains apart by a color.

    Args:
        n_train, n_test: pictures of each domain. size: side in pixels, 32 or more.

    Returns:
        a_train, b_train, a_test, b_test: uint8 (n, size, size, 3); a is plain, b is striped.
    """
    arrays = {}
    for stream, (split, n) in enumerate((("train", n_train), ("test", n_test))):
        for domain, striped in (("a", False), ("b", True)):
            rng = np.random.default_rng([seed, 27, stream, striped])
            parts = [_draw(min(_CHUNK, n - start), size, striped, rng) for start in range(0, n, _CHUNK)]
            arrays[f"{domain}_{split}"] = np.concatenate(parts)
    return arrays


def _draw(n: int, size: int, striped: bool, rng: np.random.Generator) -> np.ndarray:
    column = (n, 1, 1)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32) / size
    scale = rng.uniform(0.30, 0.40, column)
    across, down = rng.uniform(0.42, 0.58, column), rng.uniform(0.48, 0.58, column)
    side = rng.choice([-1.0, 1.0], column)
    u, v = side * (columns - across) / scale, (rows - down) / scale
    animal = np.zeros((n, size, size), bool)
    for middle_u, middle_v, wide, high, turn in _PARTS:
        du, dv = u - middle_u, v - middle_v
        right = np.cos(turn) * du + np.sin(turn) * dv
        below = -np.sin(turn) * du + np.cos(turn) * dv
        animal |= (right / wide) ** 2 + (below / high) ** 2 < 1

    horizon = rng.uniform(0.25, 0.5, column) + 0.03 * np.sin(rng.uniform(4, 9, column) * columns)
    sky, grass = ([0.65, 0.78, 0.92], [0.45, 0.62, 0.30])
    ground = np.where((rows < horizon)[..., None], sky, grass) + rng.uniform(-0.08, 0.08, (n, 1, 1, 3))
    ground = ground - 0.12 * (rows * (rows > horizon))[..., None]

    mean = np.array([0.42, 0.37, 0.31]) + rng.uniform(-0.04, 0.04, (n, 1, 1, 3))
    tilt, phase = rng.uniform(-0.25, 0.25, column), rng.uniform(0, 2 * np.pi, column)
    wave = np.sin(2 * np.pi * (u + tilt * v) / rng.uniform(0.34, 0.42, column) + phase)
    light = np.clip(0.5 + 2 * wave, 0, 1)[..., None]  # soft edges, as a camera would see them
    stripes = mean * (0.2 + 1.6 * light)  # half of the coat is light, so its mean is that of the plain one
    coat = (stripes if striped else mean) * (1.05 - 0.25 * np.clip(v, -1, 1))[..., None]
    picture = np.where(animal[..., None], coat, ground) + rng.normal(0, 0.02, (n, size, size, 3))
    return np.clip(255 * picture, 0, 255).astype(np.uint8)
