"""Stand-in for CIFAR-10: colored, textured shapes under changing light, place, scale and angle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

SHAPES = ("disk", "square", "triangle", "ring", "cross")
TEXTURES = ("striped", "checked")
NAMES = tuple(f"{texture} {shape}" for texture in TEXTURES for shape in SHAPES)
SIZE = 32
_CHUNK = 2000


def shapes(seed: int, n_train: int, n_test: int) -> dict[str, np.ndarray]:
    """Pictures of five shapes in two textures: ten classes in equal shares.

    Neither color nor place nor brightness tells a class, so a network that cannot look anywhere for the same form does badly.

    Returns:
        x_train, x_test: uint8 (n, 32, 32, 3); y_train, y_test: uint8 (n,) from 0 to 9.
    """
    arrays = {}
    for split, n, stream in (("train", n_train, 0), ("test", n_test, 1)):
        rng = np.random.default_rng([seed, stream])
        y = rng.permutation(np.arange(n) % len(NAMES)).astype(np.uint8)
        arrays[f"x_{split}"] = np.concatenate(
            [draw(y[start : start + _CHUNK], rng) for start in range(0, max(n, 1), _CHUNK)]
        )
        arrays[f"y_{split}"] = y
    return arrays


def inside(kind: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Softness-free masks (n, height, width) of the shapes, in coordinates where a shape reaches from about −1 to 1."""
    radius = np.hypot(u, v)
    masks = (
        radius < 0.95,
        np.maximum(np.abs(u), np.abs(v)) < 0.8,
        (v < 0.6) & (v > 1.75 * np.abs(u) - 1.05),
        (radius < 1.0) & (radius > 0.5),
        np.minimum(np.abs(u), np.abs(v)) < np.where(radius < 1.1, 0.3, -1.0),
    )
    return np.select([(kind == number)[:, None, None] for number in range(len(SHAPES))], masks, False)


def _weave(texture: np.ndarray, along: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Masks (n, 32, 32) of where a texture is light, from the phases of two waves that cross at a right angle."""
    return np.where((texture == 0)[:, None, None], np.sin(along), np.sin(along) * np.sin(across)) > 0


def waves(
    texture: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    rng: np.random.Generator,
    weave: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = _weave,
) -> np.ndarray:
    """Textures over pictures, 1 where they are light, (n, height, width, 1); rows and columns count pixels."""
    column = (len(texture), 1, 1)
    # The waves keep their width in pixels; only their direction and phase change.
    turn, phase = rng.uniform(0, np.pi, column), rng.uniform(0, 2 * np.pi, (2, *column))
    step = 2 * np.pi / rng.uniform(4.5, 6.0, column)
    along = step * (np.cos(turn) * columns + np.sin(turn) * rows) + phase[0]
    across = step * (-np.sin(turn) * columns + np.cos(turn) * rows) + phase[1]
    return weave(texture, along, across).astype(np.float32)[..., None]


def colors(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two colors of a shape that can be told apart, and one of the ground, (n, 1, 1, 3) each."""
    light, dark, ground = (rng.uniform(0, 1, (n, 1, 1, 3)) for _ in range(3))
    return light, np.where(np.abs(light - dark).sum(-1, keepdims=True) < 0.7, (light + 0.5) % 1, dark), ground


def draw(
    y: np.ndarray,
    rng: np.random.Generator,
    kinds: int = len(SHAPES),
    inside: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = inside,
    weave: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = _weave,
) -> np.ndarray:
    """Pictures uint8 (n, 32, 32, 3) of the classes y = texture · kinds + kind.

    Args:
        inside: (kind, u, v) to masks of the shapes. weave: (texture, along, across) to masks of the textures.
    """
    n = len(y)
    column = (n, 1, 1)
    kind, texture = y % kinds, y // kinds
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    scale = rng.uniform(8.5, 13.0, column)
    dx, dy = (rng.uniform(12, 20, column) for _ in range(2))
    angle = rng.uniform(-0.5, 0.5, column)
    right, down = (columns - dx) / scale, (rows - dy) / scale
    u = np.cos(angle) * right + np.sin(angle) * down
    v = -np.sin(angle) * right + np.cos(angle) * down
    mask = inside(kind, u, v)

    wave = waves(texture, rows, columns, rng, weave)
    light, dark, ground = colors(n, rng)
    body = wave * light + (1 - wave) * dark
    slope = rng.uniform(-0.3, 0.3, (2, *column))
    shade = 0.9 + slope[0] * (columns / SIZE - 0.5) + slope[1] * (rows / SIZE - 0.5)
    picture = np.where(mask[..., None], body, ground) * shade[..., None]
    picture += rng.normal(0, 0.06, picture.shape)
    return np.clip(255 * picture, 0, 255).astype(np.uint8)
