"""Checks of exercise 23b."""

import numpy as np
from hypothesis import strategies as st

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import first_difference, same_network
from whitepaper.checking.functions import arrays, same_function
from whitepaper.checking.shared.training import fit_follows_the_preset


def boxes(count, places=20, least=1, most=15):
    """Strategy: an array (count, 4) of boxes with top, left, bottom, right."""
    one = st.tuples(st.integers(0, places), st.integers(0, places), st.integers(least, most), st.integers(least, most))
    size = st.just(count) if isinstance(count, int) else st.integers(*count)

    def joined(rows):
        corners = np.array(rows, dtype=float).reshape(-1, 4)
        return np.hstack([corners[:, :2], corners[:, :2] + corners[:, 2:]])

    return size.flatmap(lambda number: st.lists(one, min_size=number, max_size=number)).map(joined)


@check(blank=1, step="load")
def all_windows_in_order(student):
    """Windows of 46 pixels every 8 pixels, row after row, none beyond the edge."""
    sizes = [(62,), (54,), (46,), (53,), (94,)]
    same_function(student, "window_boxes", st.integers(46, 130), step="load", edges=sizes, examples=10, read="1. Load")


@check(blank=2, step="define")
def bottom_of_any_size(student):
    """Three convolutions of 3 × 3 with relu and max pooling, without padding, for images of any size."""
    pixels = np.random.default_rng(0).random((4, 62, 54, 3)).astype("float32")
    part = ("", "bottom:itself")
    same_network(student, {"filters": 4}, {"filters": 8}, x=pixels, part=part)
    shape = student.probed({"filters": 4}, pixels, part)["input_shape"]
    if shape not in (None, [None, None, None, 3]):
        raise Wrong("fixed-size", "an input of the shape (None, None, 3)", f"{tuple(shape[1:])}",
                    "The bottom gets windows while it learns, and whole scenes later: leave height and width open.", "2. Define",
                    shown=True)  # fmt: skip


@check(blank=3, step="fit")
def trains_on_windows(student):
    """The classifier learns from the training windows and watches the validation windows."""
    fit_follows_the_preset(student)


@check(blank=4, step="evaluate")
def windows_of_the_map(student):
    """All parts of 4 × 4 cells, in the order of the boxes."""
    edges = [
        (np.arange(height * width * 2, dtype=float).reshape(height, width, 2),)
        for height, width in ((5, 6), (4, 4), (10, 10))
    ]
    maps = arrays((4, 7), (4, 7), 2)
    same_function(student, "map_windows", maps, step="evaluate", edges=edges, examples=10, read="5. Evaluate")


@check(blank=5, step="evaluate", after=(4,))
def one_pass_gives_the_same(student):
    """Probabilities by the map equal those by crops."""
    for count in (2, 1, 3):
        scenes = np.random.default_rng(count).random((count, 94, 94, 3)).astype("float32")
        found = student.model_call("by_map", scenes, step="evaluate")
        right = student.course.model_call("by_map", scenes, step="evaluate")
        if np.shape(found) != right.shape:
            raise Wrong("wrong-shape", f"probabilities of shape {right.shape} for {count} scenes", f"{np.shape(found)}", "",
                        "5. Evaluate")  # fmt: skip
        if differs := first_difference(found, right, 1e-4):
            place, got, expected = differs
            raise Wrong("wrong-probabilities", f"{expected:.4f} as the probability [scene, window, class] = {place}", f"{got:.4f}", "",
                        "5. Evaluate")  # fmt: skip


@check(blank=6, step="evaluate")
def intersection_over_union(student):
    """The common part over the union, for boxes that are the same, overlap, touch, lie inside and lie apart."""
    box = np.array([10, 10, 30, 50])
    others = [
        [[20, 10, 40, 50]],
        [[10, 10, 30, 50]],
        [[30, 10, 50, 50]],
        [[10, 50, 30, 60]],
        [[60, 70, 90, 95]],
        [[40, 0, 60, 20], [0, 60, 20, 80]],
        [[15, 20, 25, 40]],
        [[0, 0, 90, 90], [0, 30, 20, 90]],
        np.zeros((0, 4)),
    ]
    edges = [(box, np.array(other)) for other in others]
    one = boxes(1).map(lambda rows: rows[0])
    same_function(student, "overlap", one, boxes((1, 4)), step="evaluate", edges=edges, examples=40, read="The idea")


@check(blank=7, step="evaluate", after=(6,))
def surest_stay(student):
    """The surest box stays, those that overlap it by more than DROP go, and so on."""
    row = [[10, 10, 50, 50], [18, 18, 58, 58], [10, 70, 50, 110], [18, 70, 58, 110], [0, 0, 40, 40]]
    edges = [
        # Two apart, two that are the same, a chain whose first box goes, an overlap of DROP exactly, one, none.
        (np.array([[0, 0, 10, 10], [20, 20, 30, 30]]), np.array([0.6, 0.9])),
        (np.array([[0, 0, 10, 10], [0, 0, 10, 10]]), np.array([0.6, 0.9])),
        (np.array([[0, 7, 1, 20], [0, 0, 1, 13]]), np.array([0.6, 0.9])),
        (np.array([[0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10]]), np.array([0.9, 0.8, 0.7])),
        (np.array(row), np.array([0.7, 0.8, 0.6, 0.9, 0.5])),
        (np.array([[0, 0, 10, 10]]), np.array([0.6])),
        (np.zeros((0, 4)), np.zeros(0)),
    ]
    # No two scores are the same: the order of equal ones is free.
    scores = st.permutations([0.55, 0.6, 0.7, 0.8, 0.9, 0.95]).map(np.array)
    crowded = boxes(6, places=12, least=6, most=14)
    same_function(student, "suppress", crowded, scores, step="evaluate", edges=edges, examples=40, read="The idea")


@check(blank=8, step="evaluate", after=(6,))
def each_object_once(student):
    """Right: the class and the place of an object that was not found before."""
    objects = np.array([[3, 0, 0, 40, 40], [5, 50, 50, 90, 90]])
    alike = np.array([[3, 0, 0, 40, 40], [3, 4, 0, 44, 40]])
    edges = [
        (np.array([[3, 0.9, 0, 0, 40, 40]]), objects),
        (np.array([[4, 0.9, 0, 0, 40, 40]]), objects),
        (np.array([[3, 0.9, 25, 25, 65, 65]]), objects),
        (np.array([[3, 0.9, 0, 0, 40, 20]]), objects),
        (np.array([[3, 0.9, 0, 0, 40, 40], [3, 0.8, 2, 2, 42, 42]]), objects),
        (np.array([[5, 0.9, 52, 50, 92, 90], [3, 0.6, 0, 4, 40, 44]]), objects),
        (np.array([[3, 0.9, 2, 0, 42, 40], [3, 0.8, 0, 0, 40, 40]]), alike),
        (np.array([[3, 0.9, 3, 0, 43, 40], [3, 0.8, 14, 0, 54, 40]]), alike),
        (np.zeros((0, 6)), objects),
    ]
    close = boxes(3, places=9, least=14, most=20)

    def with_classes(rows, classes):
        return np.column_stack([np.array(classes[: len(rows)]), rows])

    kinds = st.lists(st.integers(0, 1), min_size=4, max_size=4)
    there = st.builds(with_classes, close, kinds)
    found = st.builds(with_classes, boxes(4, places=9, least=14, most=20), kinds).map(
        lambda rows: np.insert(rows, 1, [0.9, 0.8, 0.7, 0.6], axis=1)
    )
    same_function(student, "count_right", found, there, step="evaluate", edges=edges, examples=40, read="The idea")
