"""Scenes: pictures with several objects and the boxes around them, composed here, and windows cut from them."""

from __future__ import annotations

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.datasets.standins.cifar10 import NAMES, SHAPES, colors, inside, waves
from whitepaper.files.sources import content_hash

SCENE, WINDOW = 94, 46
NOTHING = len(NAMES)
MOST = 3
EXAMPLES, TEST_SCENES = 16_000, 100
VALIDATION = 0.1
_SIDES = (38, 46)
_WINDOWS_A_SCENE = 8
_CHUNK = 200


def overlap(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Intersection over union of one box with many.

    Args:
        box: (4,) top, left, bottom, right; bottom and right are outside. boxes: (n, 4).
    """
    tall = np.minimum(box[2], boxes[:, 2]) - np.maximum(box[0], boxes[:, 0])
    wide = np.minimum(box[3], boxes[:, 3]) - np.maximum(box[1], boxes[:, 1])
    shared = np.clip(tall, 0, None) * np.clip(wide, 0, None)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    shares: np.ndarray = shared / ((box[2] - box[0]) * (box[3] - box[1]) + areas - shared)
    return shares


def compose(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scenes with one to three objects beside each other.

    Returns:
        uint8 (n, 94, 94, 3), and int16 (n, 3, 5): class, top, left, bottom, right of each object; −1 where there is none.
    """
    parts = [_compose(min(_CHUNK, n - start), rng) for start in range(0, n, _CHUNK)]
    return np.concatenate([pictures for pictures, _ in parts]), np.concatenate([objects for _, objects in parts])


def _places(n: int, rng: np.random.Generator) -> np.ndarray:
    """Top, left and side of up to three squares a scene that do not overlap, (n, 3, 3); side 0 where there is none."""
    found = np.zeros((n, MOST, 3), dtype=int)
    wanted = rng.integers(1, MOST + 1, n)
    for scene in range(n):
        squares: list[tuple[int, int, int]] = []
        for _ in range(40):
            side = int(rng.integers(_SIDES[0], _SIDES[1] + 1))
            top, left = (int(rng.integers(0, SCENE - side + 1)) for _ in range(2))
            if all(top >= t + s or t >= top + side or left >= w + s or w >= left + side for t, w, s in squares):
                squares.append((top, left, side))
            if len(squares) == wanted[scene]:
                break
        found[scene, : len(squares)] = squares
    return found


def _compose(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[0:SCENE, 0:SCENE].astype(np.float32)
    ground = colors(n, rng)[2]
    picture = np.broadcast_to(ground, (n, SCENE, SCENE, 3)).copy()
    objects = np.full((n, MOST, 5), -1, dtype=np.int16)
    places = _places(n, rng)
    for number in range(MOST):
        there = places[:, number, 2] > 0
        classes = rng.integers(0, len(NAMES), n)
        angle = rng.uniform(-0.5, 0.5, (n, 1, 1))
        kind, texture = classes % len(SHAPES), classes // len(SHAPES)
        top, left, side = (places[:, number, column].reshape(n, 1, 1) for column in range(3))
        # How far the turned shape reaches tells the scale at which it fills its square.
        fine = np.linspace(-1.3, 1.3, 105)
        reach = inside(kind, *_turned(fine[None, :], fine[:, None], angle))
        ends = [_ends(np.asarray(reach.any(axis=axis)), fine) for axis in (2, 1)]
        scale = side / np.maximum(*(high - low for low, high in ends)).reshape(n, 1, 1)
        middle = [((low + high) / 2).reshape(n, 1, 1) for low, high in ends]
        safe = np.where(side > 0, scale, 1.0)
        down = (rows - (top + side / 2)) / safe + middle[0]
        right = (columns - (left + side / 2)) / safe + middle[1]
        mask = inside(kind, *_turned(right, down, angle)) & there[:, None, None]
        light, dark, _ = colors(n, rng)
        wave = waves(texture, rows, columns, rng)
        picture = np.where(mask[..., None], wave * light + (1 - wave) * dark, picture)
        for scene in np.flatnonzero(there):
            high, wide = (np.flatnonzero(mask[scene].any(axis=axis)) for axis in (1, 0))
            objects[scene, number] = classes[scene], high[0], wide[0], high[-1] + 1, wide[-1] + 1
    slope = rng.uniform(-0.3, 0.3, (2, n, 1, 1))
    shade = 0.9 + slope[0] * (columns / SCENE - 0.5) + slope[1] * (rows / SCENE - 0.5)
    noisy = picture * shade[..., None] + rng.normal(0, 0.06, picture.shape)
    return np.clip(255 * noisy, 0, 255).astype(np.uint8), objects


def _turned(right: np.ndarray, down: np.ndarray, angle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.cos(angle) * right + np.sin(angle) * down, -np.sin(angle) * right + np.cos(angle) * down


def _ends(touched: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and the last of the places `at` that each row of `touched` (n, places) marks."""
    return at[touched.argmax(axis=1)], at[len(at) - 1 - touched[:, ::-1].argmax(axis=1)]


def windows(pictures: np.ndarray, objects: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Windows cut from scenes, half of them around an object, half with no object or a smaller part of one.

    A window is of an object's class where their boxes overlap by more than half (intersection over union), and of nothing
    where no box overlaps by 0.35; what lies between is left out.

    Returns:
        uint8 (m, 46, 46, 3) and uint8 (m,): the class, or NOTHING.
    """
    cuts, labels = [], []
    last = SCENE - WINDOW
    for picture, found in zip(pictures, objects, strict=True):
        found = found[found[:, 0] >= 0].astype(int)
        taken = {True: 0, False: 0}
        for trial in range(6 * _WINDOWS_A_SCENE):
            positive = trial % 2 == 0
            if taken[positive] == _WINDOWS_A_SCENE // 2:
                continue
            if positive:
                one = found[rng.integers(len(found))]
                middle = np.array([one[1] + one[3], one[2] + one[4]]) // 2 - WINDOW // 2
                top, left = np.clip(middle + rng.integers(-5, 6, 2), 0, last)
            else:
                top, left = rng.integers(0, last + 1, 2)
            shares = overlap(np.array([top, left, top + WINDOW, left + WINDOW]), found[:, 1:])
            if shares.max() > 0.5 if positive else shares.max() < 0.35:
                cuts.append(picture[top : top + WINDOW, left : left + WINDOW])
                labels.append(found[shares.argmax(), 0] if positive else NOTHING)
                taken[positive] += 1
    return np.stack(cuts), np.array(labels, dtype=np.uint8)


def _cut(n: int, seed: int, stream: int) -> Split:
    """n windows of scenes of their own, in random order."""
    rng = np.random.default_rng([seed, stream])
    x, y = windows(*compose(-(-n // (_WINDOWS_A_SCENE - 2)), rng), rng)
    order = rng.permutation(len(x))[:n]
    return Split(x[order], y[order].astype(np.int64))


def load_scenes(examples: int | None = None, seed: int = 0) -> Dataset:
    """Windows of scenes: x uint8 (n, 46, 46, 3), y int64 (n,); to test, whole scenes: x uint8 (m, 94, 94, 3), y int64 (m, 3, 5).

    Args:
        examples: windows before the validation split, 16 000 at most and by default. seed: of everything.

    Returns:
        train, validation: windows to learn from; ten classes of textured shapes, and 10 for nothing.
        test: scenes to search, from which no window was cut; y holds class, top, left, bottom, right of each object, in pixels,
        bottom and right outside; −1 where there are fewer.

    Raises:
        WrongWord: examples is no number of windows.
    """
    check_arguments(examples, VALIDATION, 2 * _WINDOWS_A_SCENE, seed)
    wanted = min(examples or EXAMPLES, EXAMPLES)
    held = max(1, round(VALIDATION * wanted))
    # Windows of one scene never lie in two splits: they share their objects.
    train, validation = (_cut(n, seed, stream) for stream, n in enumerate((wanted - held, held)))
    scenes, objects = compose(min(TEST_SCENES, max(8, wanted // 20)), np.random.default_rng([seed, 2]))
    x, y = (np.concatenate([getattr(split, name) for split in (train, validation)]) for name in ("x", "y"))
    digest = content_hash({"x": x, "y": y, "scenes": scenes, "objects": objects})
    return Dataset(train, validation, Split(scenes, objects.astype(np.int64)), "scenes", "Scenes", "real", "made", (*NAMES, "nothing"), (),
                   "made here", "", "composed of textured shapes; the test split holds whole scenes", digest)  # fmt: skip
