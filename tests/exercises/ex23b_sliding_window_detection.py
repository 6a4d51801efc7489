"""Checks of exercise 23b."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.training import fit_follows_the_preset

BOTTOM = ["Conv2D", "MaxPooling2D"] * 3


@check(blank=1, step="load")
def all_windows_in_order(student):
    """Windows of 46 pixels every 8 pixels, row after row, none beyond the edge."""
    for size, count in ((94, 49), (60, 4), (46, 1)):
        places = range(0, size - 45, 8)
        right = np.array([[top, left, top + 46, left + 46] for top in places for left in places])
        found = np.asarray(student.call("window_boxes", size, step="load"))
        if arrays_close(found, right, 0):
            continue
        if found.ndim != 2 or found.shape[-1] != 4:
            raise Wrong(
                "wrong-shape", f"({count}, 4)", f"{found.shape}", "A row a window: top, left, bottom, right.", "1. Load"
            )
        received = f"{len(found)} windows, the second {found[1].tolist() if len(found) > 1 else None}"
        if found.max() > size:
            cause = "The last window begins WINDOW pixels before the edge."
            raise Wrong("beyond-the-edge", f"boxes up to {size}", f"up to {found.max()}", cause, "1. Load")
        if len(found) != count:
            cause = "range leaves out its end: range(0, size - WINDOW + 1, STRIDE)."
            raise Wrong("wrong-number", f"{count} windows of {size} pixels", received, cause, "1. Load")
        if arrays_close(found, right[:, [1, 0, 3, 2]], 0):
            cause = "The inner loop is over left: all windows of the first row first."
            raise Wrong("wrong-order", f"the second {right[1].tolist()}", received, cause, "1. Load")
        if arrays_close(found[:, 2:] + 1, right[:, 2:], 0) or arrays_close(found[:, 2:], np.full((count, 2), 46), 0):
            cause = "bottom and right are the first pixels outside, counted in the picture: top + WINDOW."
            raise Wrong("wrong-end", f"the second {right[1].tolist()}", received, cause, "1. Load")
        raise Wrong(
            "wrong-boxes",
            f"the second {right[1].tolist() if count > 1 else right[0].tolist()}",
            received,
            "",
            "1. Load",
        )


@check(blank=2, step="define")
def bottom_of_any_size(student):
    """Three convolutions of 3 × 3 with relu and pooling, without padding, for pictures of any size."""
    model = student.model(filters=8)
    layers = [layer for layer in model.layers if layer["class"] not in ("InputLayer", "Activation", "ReLU")]
    kinds = [layer["class"] for layer in layers]
    kinds = kinds[: kinds.index("Flatten")] if "Flatten" in kinds else kinds
    if kinds != BOTTOM:
        raise Wrong(
            "wrong-layers", ", ".join(BOTTOM), ", ".join(kinds), "A pooling behind each convolution.", "2. Define"
        )
    convolutions = [layer["config"] for layer in layers if layer["class"] == "Conv2D"]
    filters = [config.get("filters") for config in convolutions]
    if filters != [8, 16, 32]:
        cause = "filters, twice and four times as many; filters is a hyperparameter."
        raise Wrong("wrong-filters", "8, 16, 32 filters for filters=8", f"{filters}", cause, "2. Define")
    if any(list(config.get("kernel_size") or []) != [3, 3] for config in convolutions):
        raise Wrong(
            "wrong-window", "3 × 3", f"{[config.get('kernel_size') for config in convolutions]}", "", "2. Define"
        )
    silent = sum(config.get("activation") == "linear" for config in convolutions)
    if silent > sum(layer["class"] in ("Activation", "ReLU") for layer in model.layers):
        raise Wrong("relu-missing", "relu behind each convolution", f"{silent} without", "", "2. Define")


@check(blank=3, step="fit")
def trains_on_windows(student):
    """The classifier learns from the training windows and watches the validation windows."""
    fit_follows_the_preset(student)


@check(blank=4, step="evaluate")
def windows_of_the_map(student):
    """All parts of 4 × 4 cells, in the order of the boxes."""
    features = np.arange(6 * 5 * 2, dtype=float).reshape(6, 5, 2)
    right = np.stack([features[i : i + 4, j : j + 4] for i in range(3) for j in range(2)])
    found = np.asarray(student.call("map_windows", features, step="evaluate"))
    if arrays_close(found, right, 0):
        return
    if found.shape[-3:] != (4, 4, 2):
        raise Wrong("wrong-shape", f"{right.shape}", f"{found.shape}", "4 × 4 cells, and all channels.", "5. Evaluate")
    if found.ndim != 4 or len(found) != len(right):
        cause = "n cells have n − CELLS + 1 places, and the next window is one cell further: stride 1 on the map."
        raise Wrong("wrong-number", f"{len(right)} windows of a 6 × 5 map", f"{found.shape[:-3]}", cause, "5. Evaluate")
    turned = np.stack([features[i : i + 4, j : j + 4] for j in range(2) for i in range(3)])
    if arrays_close(found, turned, 0):
        cause = "Row after row, as window_boxes: the inner loop is over columns."
        raise Wrong("wrong-order", "the second window one column further", "one row further", cause, "5. Evaluate")
    raise Wrong(
        "wrong-windows", f"the first {right[0, 0, :, 0].tolist()}", f"{found[0, 0, :, 0].tolist()}", "", "5. Evaluate"
    )


@check(blank=5, step="evaluate", after=(4,))
def one_pass_gives_the_same(student):
    """Probabilities by the map equal those by crops."""
    scenes = np.random.default_rng(1).random((2, 94, 94, 3)).astype("float32")
    found = np.asarray(student.model_call("by_map", scenes, step="evaluate"))
    right = np.asarray(student.course.model_call("by_map", scenes, step="evaluate"))
    if found.shape != right.shape:
        cause = "One row of eleven probabilities for each window of each scene."
        raise Wrong("wrong-shape", f"{right.shape}", f"{found.shape}", cause, "5. Evaluate")
    if arrays_close(found, right, 1e-4):
        return
    if arrays_close(np.sort(found.ravel()), np.sort(right.ravel()), 1e-4):
        cause = "reshape keeps the order: the windows of the first scene come first."
        raise Wrong(
            "scenes-mixed",
            "the windows of each scene together",
            "the same numbers in another order",
            cause,
            "5. Evaluate",
        )
    cause = "The same network as by crops: bottom, windows of its map, top; the pictures are scaled already."
    raise Wrong("wrong-probabilities", f"{right[0, 0, :3].round(4).tolist()} …", f"{found[0, 0, :3].round(4).tolist()} …", cause,
                "5. Evaluate")  # fmt: skip


@check(blank=6, step="evaluate")
def intersection_over_union(student):
    """The common part over the union, for boxes that overlap, touch, lie inside and lie apart."""
    box = np.array([10, 10, 30, 50])
    boxes = np.array(
        [[10, 10, 30, 50], [20, 10, 40, 50], [30, 10, 50, 50], [15, 20, 25, 40], [60, 70, 90, 95], [0, 30, 20, 90]]
    )
    right = np.array([1, 400 / 1200, 0, 200 / 800, 0, 200 / 1800])
    found = np.asarray(student.call("overlap", box, boxes, step="evaluate"), dtype=float)
    if arrays_close(found, right):
        return
    received = f"{np.round(found, 3).tolist()}"
    if found.shape != right.shape:
        raise Wrong("wrong-shape", f"{right.shape}", f"{found.shape}", "One number for each box.", "The idea")
    common = np.array([800, 400, 0, 200, 0, 200])
    areas = np.array([800, 800, 800, 200, 750, 1200])
    for value, name, cause in (
        (common, "area-for-share", "Divide by the area of the union."),
        (common / 800, "wrong-union", "Both areas less the common part, not the first box alone."),
        (common / areas, "wrong-union", "Both areas less the common part, not the other box alone."),
        (common / (800 + areas), "common-part-twice", "The common part is in both areas: take it off once."),
    ):
        if arrays_close(found, value):
            raise Wrong(name, f"{right.round(3).tolist()}", received, cause, "The idea")
    if abs(found[4]) > 1e-9:
        cause = "Boxes that lie apart have a negative height and width of their common part: neither may be below 0."
        raise Wrong("negative-sides", "0 for boxes that lie apart", f"{found[4]:.3g}", cause, "The idea")
    if not 0.99 < found[0] < 1.01:
        cause = "bottom and right lie outside: the height is bottom − top."
        raise Wrong("wrong-area", "1 for a box and itself", f"{found[0]:.3g}", cause, "The idea")
    raise Wrong("wrong-overlap", f"{right.round(3).tolist()}", received, "", "The idea")


@check(blank=7, step="evaluate", after=(6,))
def surest_stay(student):
    """The surest box stays, those that overlap it go, and so on."""
    # The last box overlaps the first too much, but the first is dropped.
    boxes = np.array([[10, 10, 50, 50], [18, 18, 58, 58], [10, 70, 50, 110], [18, 70, 58, 110], [0, 0, 40, 40]])
    scores = np.array([0.7, 0.8, 0.6, 0.9, 0.5])
    found = [int(place) for place in student.call("suppress", boxes, scores, step="evaluate")]
    right = [3, 1, 4]
    if found == right:
        empty = student.call("suppress", np.zeros((0, 4)), np.zeros(0), step="evaluate")
        if len(empty):
            raise Wrong("wrong-boxes", "no box of none", f"{list(empty)}", "", "5. Evaluate")
        return
    if sorted(found) == sorted(right):
        raise Wrong("wrong-order", f"{right}, the surest first", f"{found}", "", "5. Evaluate")
    if not found:
        cause = "A box overlaps itself fully: compare with the others."
        raise Wrong("drops-itself", f"boxes {right}", "none", cause, "Common mistakes")
    if found == [3]:
        cause = "Only boxes that overlap the surest go; then the next surest of those left."
        raise Wrong("one-left", f"boxes {right}", f"{found}", cause, "The idea")
    if 3 not in found:
        raise Wrong("least-sure-first", f"boxes {right}", f"{found}", "argsort sorts upwards: take minus.", "The idea")
    if len(found) > len(right):
        cause = "Drop what overlaps by more than DROP."
        raise Wrong("too-many-left", f"boxes {right}", f"{found}", cause, "The idea")
    cause = "A box that was dropped drops no other."
    raise Wrong("wrong-boxes", f"boxes {right}", f"{found}", cause, "The idea")


@check(blank=8, step="evaluate", after=(6,))
def each_object_once(student):
    """Right: the class and the place of an object that was not found before."""
    objects = np.array([[3, 0, 0, 40, 40], [5, 50, 50, 90, 90]])
    cases = (
        (
            "twice",
            [[3, 0.9, 0, 0, 40, 40], [3, 0.8, 2, 2, 42, 42]],
            1,
            "counted-twice",
            "Each object can be found once.",
        ),
        ("class", [[4, 0.9, 0, 0, 40, 40]], 0, "class-ignored", "The class must be the object's too."),
        ("place", [[3, 0.9, 25, 25, 65, 65]], 0, "place-ignored", "The overlap must be RIGHT or more."),
        (
            "both",
            [[5, 0.9, 52, 50, 92, 90], [3, 0.6, 0, 4, 40, 44]],
            2,
            "object-missed",
            "All objects are to be compared.",
        ),
        ("none", np.zeros((0, 6)).tolist(), 0, "wrong-number", ""),
    )
    for name, found, right, diagnosis, cause in cases:
        count = student.call("count_right", np.array(found).reshape(-1, 6), objects, step="evaluate")
        if isinstance(count, bool) or not isinstance(count, int | float) or count != right:
            raise Wrong(diagnosis, f"{right} right ({name})", f"{count!r:.40}", cause, "The idea")
    swapped = np.array([[3, 0, 0, 40, 40], [3, 4, 0, 44, 40]])
    count = student.call(
        "count_right", np.array([[3, 0.9, 2, 0, 42, 40], [3, 0.8, 0, 0, 40, 40]]), swapped, step="evaluate"
    )
    if count != 2:
        cause = "Two objects of one class: the second detection finds the other."
        raise Wrong("object-missed", "2 right (two alike)", f"{count!r:.40}", cause, "The idea")
