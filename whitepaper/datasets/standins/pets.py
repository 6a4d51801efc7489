"""Stand-in for photographs of pets: animals of two kinds in streaky fur on patterned grounds, with their masks.

Fur, ground and the things that lie about get their colors from one range, so no color says "pet": form and fur do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

NAMES = ("pointed ears", "hanging ears")
PET, BACKGROUND, BORDER = range(3)
_TURN = np.linspace(0, 2 * np.pi, 28, endpoint=False)


def pets(seed: int, n_train: int, n_test: int, size: int) -> dict[str, np.ndarray]:
    """Pictures and masks in the form of Oxford-IIIT Pets.

    Returns:
        x_train, x_test: uint8 (n, size, size, 3). y_train, y_test: uint8 (n, size, size), 0 pet, 1 background, 2 border: a band
        round the outline. breed_train, breed_test: uint8 (n,), the kind, 0 or 1.
    """
    arrays: dict[str, np.ndarray] = {}
    for split, n, stream in (("train", n_train, 0), ("test", n_test, 1)):
        rng = np.random.default_rng([seed, 41, stream])
        breeds = rng.permutation(np.arange(n) % len(NAMES)).astype(np.uint8)
        drawn = [_draw(int(breed), size, rng) for breed in breeds]
        arrays[f"x_{split}"] = np.stack([picture for picture, _ in drawn])
        arrays[f"y_{split}"] = np.stack([mask for _, mask in drawn])
        arrays[f"breed_{split}"] = breeds
    return arrays


def _draw(breed: int, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    from PIL import ImageFilter

    shape, face = _animal(breed, size, rng)
    # The border is a band round the outline, about as wide as in the published masks.
    band = 2 * max(1, round(size / 55)) + 1
    inner, outer = shape.filter(ImageFilter.MinFilter(band)), shape.filter(ImageFilter.MaxFilter(band))
    mask = np.full((size, size), BORDER, np.uint8)
    mask[np.asarray(inner) > 0] = PET
    mask[np.asarray(outer) == 0] = BACKGROUND

    soft = np.asarray(shape.filter(ImageFilter.GaussianBlur(size / 160)), np.float32)[..., None] / 255
    shade = np.asarray(shape.filter(ImageFilter.GaussianBlur(size / 14)), np.float32)[..., None] / 255
    dark = np.asarray(face, np.float32)[..., None] / 255
    coat = _fur(size, rng) * (0.75 + 0.3 * shade)
    picture = (1 - soft) * _ground(size, rng) + soft * coat * (1 - 0.8 * dark)
    light = 0.9 + rng.uniform(-0.25, 0.25) * np.linspace(-1, 1, size, dtype=np.float32)[:, None, None]
    noise = rng.standard_normal(picture.shape, dtype=np.float32)
    return np.clip(255 * picture * light.astype(np.float32) + 8 * noise, 0, 255).astype(np.uint8), mask


# --- The animal ----------------------------------------------------------------------------------------------------


class _Pen:
    """Draws in the animal's own coordinates, about −1 to 1, turned, mirrored, scaled and moved onto the picture."""

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        from PIL import Image, ImageDraw

        self.shape, self.face = Image.new("L", (size, size)), Image.new("L", (size, size))
        self._pens: dict[str, Any] = {"shape": ImageDraw.Draw(self.shape), "face": ImageDraw.Draw(self.face)}
        angle, scale = rng.normal(0, 0.16), size * rng.uniform(0.36, 0.52)
        mirror = rng.choice([-1, 1])
        self._map = (
            scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([mirror, 1])
        )
        self._at = size * (0.5 + rng.uniform(-0.1, 0.1, 2))

    def polygon(self, points: Any, on: str = "shape") -> None:
        placed = np.asarray(points, dtype=float) @ self._map.T + self._at
        self._pens[on].polygon([(float(x), float(y)) for x, y in placed], fill=255)

    def oval(self, x: float, y: float, wide: float, high: float, turn: float = 0.0, on: str = "shape") -> None:
        u, v = wide * np.cos(_TURN), high * np.sin(_TURN)
        self.polygon(
            np.column_stack([x + np.cos(turn) * u - np.sin(turn) * v, y + np.sin(turn) * u + np.cos(turn) * v]), on
        )


def _animal(breed: int, size: int, rng: np.random.Generator) -> tuple[Image, Image]:
    """The outline, filled, and the dark parts of the face, both as gray pictures of 0 and 255."""
    pen = _Pen(size, rng)
    if rng.random() < 0.4:
        _sitting(pen, breed, rng)
    else:
        _standing(pen, breed, rng)
    return pen.shape, pen.face


def _head(pen: _Pen, breed: int, x: float, y: float, r: float, rng: np.random.Generator) -> None:
    pen.oval(x, y, r * rng.uniform(0.95, 1.1), r * rng.uniform(0.85, 1.0))
    for side in (-1, 1):
        if breed == 0:
            tip = (x + side * r * rng.uniform(0.75, 0.95), y - r * rng.uniform(1.4, 1.75))
            pen.polygon([(x + side * 0.2 * r, y - 0.75 * r), tip, (x + side * 0.98 * r, y - 0.2 * r)])
        else:
            pen.oval(x + side * 1.02 * r, y + 0.15 * r, 0.3 * r, rng.uniform(0.65, 0.85) * r, -side * 0.3)
        pen.oval(x + side * 0.38 * r, y - 0.15 * r, 0.12 * r, 0.14 * r, on="face")
    if breed == 1:
        pen.oval(x, y + 0.55 * r, 0.5 * r, 0.5 * r)
    pen.oval(x, y + (0.28 + 0.2 * breed) * r, 0.14 * r, 0.1 * r, on="face")


def _standing(pen: _Pen, breed: int, rng: np.random.Generator) -> None:
    """From the side: body, four legs, tail, the head at one end."""
    long, high = rng.uniform(0.6, 0.75), rng.uniform(0.26, 0.36)
    pen.oval(0, 0, long, high)
    foot = high + rng.uniform(0.35, 0.5)
    for x in (-0.8, -0.55, 0.45, 0.72):
        step = rng.uniform(-0.12, 0.12)
        pen.polygon(
            [(x * long - 0.08, 0), (x * long + 0.1, 0), (x * long + step + 0.07, foot), (x * long + step - 0.08, foot)]
        )
    reach, bend = (rng.uniform(0.7, 1.0), rng.uniform(1.2, 2.6)) if breed == 0 else (rng.uniform(0.35, 0.5), 0.8)
    for t in np.linspace(0, 1, 16):
        pen.oval(-long * 0.9 - reach * np.sin(t * bend) / bend, -0.1 - reach * t * 0.8, *([0.085 - 0.03 * t] * 2))
    pen.polygon([(0.35 * long, -0.1), (0.9 * long, 0.1), (long + 0.18, -0.4), (long - 0.1, -0.5)])
    _head(pen, breed, long + 0.05, -rng.uniform(0.42, 0.55), rng.uniform(0.25, 0.32), rng)


def _sitting(pen: _Pen, breed: int, rng: np.random.Generator) -> None:
    """From the front: a large head over a chest, two feet."""
    wide = rng.uniform(0.42, 0.58)
    pen.oval(0, 0.45, wide, 0.7)
    for side in (-1, 1):
        pen.oval(side * 0.5 * wide, 1.08, 0.2, 0.12)
        pen.oval(side * 0.85 * wide, 0.8, 0.25, 0.3)
    if breed == 0:
        for t in np.linspace(0, 1, 14):
            pen.oval(wide + 0.1 + 0.35 * np.sin(2.5 * t), 1.0 - 0.7 * t, 0.08, 0.08)
    _head(pen, breed, rng.uniform(-0.1, 0.1), -0.4, rng.uniform(0.42, 0.52), rng)


# --- Fur and grounds -----------------------------------------------------------------------------------------------


def _colors(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two colors (3,) of one surface, of the same range for fur and for grounds."""
    first = rng.uniform(0.2, 0.9) + rng.normal(0, 0.12, 3)
    second = first + rng.normal(0, 0.2) + rng.normal(0, 0.08, 3)
    return np.clip(first, 0.05, 1).astype(np.float32), np.clip(second, 0.05, 1).astype(np.float32)


def _cloud(size: int, cells: int, rng: np.random.Generator) -> np.ndarray:
    """Smooth noise (size, size, 1) from about −1 to 1, with so many hills across."""
    from PIL import Image

    small = Image.fromarray(rng.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32))
    return np.asarray(small.resize((size, size), Image.Resampling.BICUBIC))[..., None]


def _mixed(share: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    first, second = _colors(rng)
    return second + share.astype(np.float32) * (first - second)


def _fur(size: int, rng: np.random.Generator) -> np.ndarray:
    """Patches of two colors under short bright and dark streaks that run one way."""
    grain = rng.standard_normal((size, size), dtype=np.float32)
    down, right = [(1, 0), (1, 1), (0, 1), (1, -1)][rng.integers(4)]
    streaks = np.mean([np.roll(grain, (step * down, step * right), (0, 1)) for step in range(4)], axis=0)
    patches = _mixed(np.clip(0.5 + 3 * _cloud(size, 3, rng), 0, 1), rng)
    return patches * (1 + 0.34 * streaks[..., None])


def _pattern(size: int, rng: np.random.Generator) -> np.ndarray:
    """A surface without fur: clouds, boards, tiles or spots."""
    kind = rng.integers(4)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    angle, step = float(rng.uniform(0, np.pi)), 2 * np.pi / (size * rng.uniform(0.07, 0.2))
    along = step * (np.cos(angle) * columns + np.sin(angle) * rows)
    across = step * (-np.sin(angle) * columns + np.cos(angle) * rows)
    if kind == 0:
        share = 0.5 + 0.5 * _cloud(size, 5, rng) + 0.3 * _cloud(size, 12, rng)
    elif kind == 1:
        share = (np.sin(along)[..., None] > 0) * 0.8 + 0.2 * _cloud(size, 8, rng)
    elif kind == 2:
        share = ((np.sin(along) * np.sin(across))[..., None] > 0) * 0.8 + 0.2 * _cloud(size, 8, rng)
    else:
        share = np.clip(0.5 + 4 * _cloud(size, 16, rng), 0, 1)
    return _mixed(np.clip(share, 0, 1), rng)


def _ground(size: int, rng: np.random.Generator) -> np.ndarray:
    """A wall over a floor, and up to three things with patterns of their own."""
    from PIL import Image, ImageDraw

    ground = _pattern(size, rng)
    horizon = rng.uniform(0.25, 0.9)
    if horizon < 0.7:
        ground[int(horizon * size) :] = _pattern(size, rng)[int(horizon * size) :]
    for _ in range(rng.integers(0, 4)):
        thing = Image.new("L", (size, size))
        x, y, wide, high = (size * value for value in (*rng.uniform(0, 1, 2), *rng.uniform(0.06, 0.22, 2)))
        pen = ImageDraw.Draw(thing)
        (pen.ellipse if rng.random() < 0.6 else pen.rectangle)((x - wide, y - high, x + wide, y + high), fill=255)
        ground = np.where(np.asarray(thing)[..., None] > 0, _pattern(size, rng), ground)
    return ground
