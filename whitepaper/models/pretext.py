"""What the small encoder of `whitepaper.models.pretrained` learns from: shapes and textures that `standin_shapes` does not have."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.standins.cifar10 import draw

SHAPES = ("ellipse", "half disk", "bar", "frame", "corner", "crescent", "pair of dots", "hourglass")
TEXTURES = ("plain", "dotted", "gridded", "wavy")
NAMES = tuple(f"{texture} {shape}" for texture in TEXTURES for shape in SHAPES)


def _inside(kind: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    radius, far = np.hypot(u, v), np.maximum(np.abs(u), np.abs(v))
    masks = (
        np.hypot(u, v / 0.55) < 1.0,
        (radius < 1.0) & (v > -0.1),
        (np.abs(u) < 1.0) & (np.abs(v) < 0.3),
        (far < 0.9) & (far > 0.5),
        (far < 0.85) & ((u < -0.3) | (v > 0.3)),
        (radius < 1.0) & (np.hypot(u - 0.45, v) > 0.7),
        np.hypot(np.abs(u) - 0.52, v) < 0.45,
        (np.abs(u) < np.abs(v)) & (np.abs(v) < 0.9),
    )
    return np.select([(kind == number)[:, None, None] for number in range(len(SHAPES))], masks, False)


def _weave(texture: np.ndarray, along: np.ndarray, across: np.ndarray) -> np.ndarray:
    lights = (
        np.ones(along.shape, dtype=bool),
        np.sin(along) + np.sin(across) > 0.7,
        np.maximum(np.sin(along), np.sin(across)) > 0.6,
        np.sin(along + 1.5 * np.sin(across / 2)) > 0,
    )
    return np.select([(texture == number)[:, None, None] for number in range(len(TEXTURES))], lights, False)


def pretext(seed: int, examples: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of eight shapes in four textures, 32 classes in equal shares, none of them a class of the lessons.

    Returns:
        uint8 (examples, 32, 32, 3) and uint8 (examples,), labels from 0 to 31.
    """
    rng = np.random.default_rng([seed, 2])
    y = rng.permutation(np.arange(examples) % len(NAMES)).astype(np.uint8)
    parts = [draw(y[at : at + 2000], rng, len(SHAPES), _inside, _weave) for at in range(0, examples, 2000)]
    return np.concatenate(parts), y
