"""Scenes with several objects, and the windows cut from them."""

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.images import scenes
from whitepaper.files.sources import WrongWord


@pytest.fixture(scope="module")
def data():
    return datasets.load_scenes(examples=400)


def test_sizes_types_and_shares(data):
    assert [len(split) for split in (data.train, data.validation, data.test)] == [360, 40, 20]
    assert data.train.x.shape[1:] == (46, 46, 3)
    assert data.train.x.dtype == np.uint8
    assert data.test.x.shape[1:] == (94, 94, 3)
    assert data.test.y.shape[1:] == (3, 5)
    assert set(data.train.y) == set(range(11))
    assert 0.4 < (data.train.y == scenes.NOTHING).mean() < 0.6
    assert (data.source, data.origin) == ("real", "made")
    assert data.class_names[-1] == "nothing"


def test_boxes_lie_inside_hold_their_object_and_do_not_overlap(data):
    for picture, objects in zip(data.test.x, data.test.y, strict=True):
        there = objects[objects[:, 0] >= 0].astype(int)
        assert 1 <= len(there) <= 3
        assert (objects[len(there) :] == -1).all()
        for number, (kind, top, left, bottom, right) in enumerate(there):
            assert 0 <= kind < 10
            assert 0 <= top < bottom <= 94
            assert 0 <= left < right <= 94
            assert 34 <= max(bottom - top, right - left) <= 48
            # Textured inside, plain outside: the object varies more than the ground does.
            inside = picture[top:bottom, left:right].astype(float)
            assert inside.std(axis=(0, 1)).max() > 20
            # Edges are rounded to pixels, so neighbors may share one row.
            assert (scenes.overlap(there[number, 1:], np.delete(there[:, 1:], number, axis=0)) < 0.03).all()


def test_overlap_is_intersection_over_union():
    boxes = np.array([[0, 0, 10, 10], [0, 5, 10, 15], [10, 10, 20, 20], [2, 2, 4, 4]])
    np.testing.assert_allclose(scenes.overlap(boxes[0], boxes), [1, 50 / 150, 0, 0.04])


def test_a_seed_gives_the_same_scenes_and_another_one_others(data):
    again, other = datasets.load_scenes(examples=400), datasets.load_scenes(examples=400, seed=1)
    assert again.sha256 == data.sha256 != other.sha256
    np.testing.assert_array_equal(again.test.x, data.test.x)


@pytest.mark.parametrize("examples", [0, -1, 2.5, "many"])
def test_a_wrong_number_is_told(examples):
    with pytest.raises(WrongWord, match="examples"):
        datasets.load_scenes(examples=examples)
