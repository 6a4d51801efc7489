"""Pictures one after the other in a file."""

import numpy as np
import pytest
from PIL import Image

from whitepaper import plots


def frames(count, shape=(6, 8)):
    return [np.full(shape, 40 * number, np.uint8) for number in range(count)]


@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 3)])
def test_every_picture_is_in_the_file_in_its_order(tmp_path, shape):
    path = plots.save_animation(frames(4, shape), tmp_path / "a.gif", seconds=0.2, scale=3)
    with Image.open(path) as image:
        assert (image.n_frames, image.size) == (4, (24, 18))
        seen, times = [], []
        for number in range(4):
            image.seek(number)
            seen.append(image.convert("RGB").getpixel((5, 5))[0])
            times.append(image.info["duration"])
    assert seen == pytest.approx([0, 40, 80, 120], abs=3)
    assert times == [200, 200, 200, 1000]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.gif"]


def test_a_single_picture_and_a_file_that_is_replaced(tmp_path):
    for count in (3, 1):
        plots.save_animation(frames(count), tmp_path / "a.gif")
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 1


@pytest.mark.parametrize("wrong", [[], [np.zeros((3, 3))], [*frames(1), *frames(1, (4, 4))]])
def test_other_things_are_named(tmp_path, wrong):
    with pytest.raises(ValueError, match="Received: "):
        plots.save_animation(wrong, tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())
