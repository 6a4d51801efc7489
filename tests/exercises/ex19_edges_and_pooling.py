"""Checks of exercise 19."""

import numpy as np
from scipy import ndimage, signal

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close, describe

RNG = np.random.default_rng(19)
PICTURE = RNG.uniform(0, 1, (7, 9))
BYTES = RNG.integers(0, 256, (6, 8)).astype(np.uint8)
# Neither square nor symmetric, so that no mistake hides.
KERNEL = RNG.normal(size=(3, 5))
NUMPY = {"zero": "constant", "reflect": "reflect", "nearest": "edge", "wrap": "wrap"}
SCIPY = {"zero": "constant", "reflect": "mirror", "nearest": "nearest", "wrap": "wrap"}
CONVS = (
    ({"kind": "conv", "filters": 7, "size": 3, "stride": 1, "padding": "valid"}, (10, 12, 4), (8, 10)),
    ({"kind": "conv", "filters": 6, "size": 5, "stride": 2, "padding": "same"}, (9, 12, 3), (5, 6)),
    ({"kind": "conv", "filters": 2, "size": 1, "stride": 1, "padding": "valid"}, (4, 5, 8), (4, 5)),
)
OTHERS = (({"kind": "pool", "size": 2, "of": "max"}, (8, 6, 5)), ({"kind": "flatten"}, (8, 6, 5)))
DENSE = ({"kind": "dense", "units": 10}, (64,))


def first_of(found, candidates, expected, received, otherwise, read):
    """Raises the first candidate that gives the same as the student, or a diagnosis of its shape or values."""
    for name, (wrong, cause) in candidates.items():
        if arrays_close(found, wrong, 1e-9):
            raise Wrong(name, expected, received, cause, read)
    raise Wrong(otherwise, expected, received, "", read)


@check(blank=1, step="define")
def edges_by_a_difference(student):
    """Prewitt's and Sobel's kernels of both directions."""
    for middle in (2, 1):
        vertical = np.outer([1, middle, 1], [-1, 0, 1])
        for direction, right in (("vertical", vertical), ("horizontal", vertical.T)):
            found = student.call("edge_kernel", direction, middle, step="define")
            if arrays_close(found, right, 1e-9):
                continue
            row = np.outer([1, 1, 1], [-1, 0, 1])
            candidates = {
                "directions-exchanged": (right.T, "The edge is vertical where the picture changes along the row."),
                "sign-turned": (-right, "Brighter to the right, or downwards, shall be above 0."),
                "middle-ignored": (row if direction == "vertical" else row.T, "The middle of the sum is `middle`."),
                "sum-without-difference": (np.outer([1, middle, 1], [1, middle, 1]), "A difference on one axis: [−1, 0, 1]."),
                "middle-in-the-difference": (np.outer([1, 1, 1], [-middle, 0, middle]) if direction == "vertical"
                                             else np.outer([-middle, 0, middle], [1, 1, 1]), "`middle` belongs to the sum."),
            }  # fmt: skip
            first_of(found, candidates, f"{right.tolist()}, {direction}, middle {middle}",
                     f"{np.asarray(found).tolist()}", "wrong-kernel", "The idea")  # fmt: skip


@check(blank=2, step="define")
def what_lies_beyond_the_border(student):
    """Zeros, a mirror, the last pixel, or the other side."""
    x = np.arange(12.0).reshape(3, 4) + 1
    for mode, name in NUMPY.items():
        for rows, columns in ((2, 1), (0, 3)):
            found = student.call("extended", x, rows, columns, mode, step="define")
            pads = ((rows, rows), (columns, columns))
            right = np.pad(x, pads, mode=name)
            if arrays_close(found, right, 1e-12):
                continue
            candidates = {
                "border-pixel-repeated": (np.pad(x, pads, mode="symmetric"), "c b | a b c: the pixel of the border stands once."),
                "wrong-mode": (found if any(arrays_close(found, np.pad(x, pads, mode=other), 1e-12) for other in NUMPY.values())
                               else np.nan, "That is another border's way."),
                "one-side-only": (np.pad(x, ((rows, 0), (columns, 0)), mode=name), "Above and below, left and right."),
                "rows-and-columns-exchanged": (np.pad(x, (pads[1], pads[0]), mode=name), "Rows first: ((rows, rows), (columns, columns))."),
                "same-on-both-axes": (np.pad(x, rows, mode=name) if rows else np.nan, "Rows and columns have widths of their own."),
            }  # fmt: skip
            first_of(found, candidates, f"{describe(right)} with {mode!r}, {rows} rows, {columns} columns",
                     describe(found), "wrong-border", "The idea")  # fmt: skip


@check(blank=3, step="define", after=(2,))
def an_answer_for_every_pixel(student):
    """The correlation in the shape of the picture, as floats that may be below 0."""
    for x in (PICTURE, BYTES):
        for mode in SCIPY:
            found = student.call("filtered", x, KERNEL, mode, step="define")
            exact = x.astype(float)
            right = ndimage.correlate(exact, KERNEL, mode=SCIPY[mode])
            if arrays_close(found, right, 1e-9):
                continue
            if np.shape(found) != x.shape:
                raise Wrong(
                    "wrong-shape", f"shape {x.shape}", f"{np.shape(found)}", "One answer for each pixel.", "2. Define"
                )
            if np.asarray(found).dtype.kind in "iu":
                raise Wrong("whole-numbers", "floats", f"{np.asarray(found).dtype}",
                            "np.zeros_like(x) takes the picture's type: bytes have no values below 0.", "Common mistakes")  # fmt: skip
            candidates = {
                "kernel-flipped": (ndimage.convolve(exact, KERNEL, mode=SCIPY[mode]), "Correlation does not turn the kernel."),
                "cut-off": (np.clip(right, 0, 1), "Answers below 0 are edges from bright to dark: keep them."),
                "signs-lost": (np.abs(right), "Answers below 0 are edges from bright to dark: keep them."),
                "means": (right / KERNEL.size, "A sum, not a mean."),
                "kernel-ignored": (ndimage.correlate(exact, np.ones_like(KERNEL), mode=SCIPY[mode]), "Multiply by the weights."),
                "border-not-used": (np.pad(signal.correlate(exact, KERNEL, "valid", method="direct"), ((1, 1), (2, 2))),
                                    "Windows of `large`, not of x."),
            }  # fmt: skip
            first_of(
                found, candidates, f"{describe(right)}, border {mode!r}", describe(found), "wrong-answers", "2. Define"
            )


@check(blank=4, step="define", after=(1, 2, 3))
def how_steep_in_any_direction(student):
    """√(g_x² + g_y²), with the border that was asked for."""
    vertical = np.outer([1, 2, 1], [-1.0, 0, 1])
    for mode in ("reflect", "wrap"):
        x, y = (ndimage.correlate(PICTURE, kernel, mode=SCIPY[mode]) for kernel in (vertical, vertical.T))
        found, right = student.call("slope", PICTURE, mode, step="define"), np.hypot(x, y)
        if arrays_close(found, right, 1e-9):
            continue
        prewitt = np.outer([1, 1, 1], [-1.0, 0, 1])
        a, b = (ndimage.correlate(PICTURE, kernel, mode=SCIPY[mode]) for kernel in (prewitt, prewitt.T))
        nought = [ndimage.correlate(PICTURE, kernel, mode="constant") for kernel in (vertical, vertical.T)]
        candidates = {
            "sum-of-slopes": (x + y, "Slopes of opposite sign would cancel: squares first."),
            "sum-of-amounts": (np.abs(x) + np.abs(y), "A length is the root of the sum of squares (Pythagoras)."),
            "root-forgotten": (x**2 + y**2, "The root of it."),
            "one-direction": (np.abs(x), "Both directions."),
            "prewitt": (np.hypot(a, b), "Sobel: middle 2."),
            "mode-ignored": (np.hypot(*nought), "Hand on the mode."),
        }
        first_of(found, candidates, f"{describe(right)}, border {mode!r}", describe(found), "wrong-slope", "The idea")


@check(blank=5, step="define")
def two_kernels_in_one(student):
    """The full convolution of both: filtering once with it is filtering with one and then the other."""
    first, second = KERNEL[:, :3], RNG.normal(size=(2, 3))
    found, right = student.call("combined", first, second, step="define"), signal.convolve2d(first, second)
    if arrays_close(found, right, 1e-9):
        return
    last = np.zeros(right.shape)
    for (a, b), weight in np.ndenumerate(second):
        last[a : a + 3, b : b + 3] = weight * first
    candidates = {
        "correlated": (signal.correlate2d(first, second), "A correlation turns one of them: stamp, or turn it first."),
        "correlated ": (signal.correlate2d(second, first), "A correlation turns one of them: stamp, or turn it first."),
        "overlaps-lost": (last, "+=: stamps that overlap add up."),
        "border-lost": (signal.convolve2d(first, second, "same"), "Sides a and b become a + b − 1."),
        "border-lost ": (signal.convolve2d(first, second, "valid"), "Sides a and b become a + b − 1."),
    }
    for name, (value, cause) in candidates.items():
        if arrays_close(found, value, 1e-9):
            raise Wrong(name.strip(), describe(right), describe(found), cause, "The idea")
    raise Wrong("wrong-shape" if np.shape(found) != right.shape else "wrong-kernel", describe(right), describe(found),
                "Its sides are a + b − 1.", "The idea")  # fmt: skip


@check(blank=6, step="define")
def windows_become_one(student):
    """Maxima and means of the windows, each channel by itself, without what is left over."""
    x = RNG.normal(size=(7, 11, 3))
    for of in ("max", "average"):
        for size in (2, 3):
            rows, columns = 7 // size, 11 // size
            windows = x[: rows * size, : columns * size].reshape(rows, size, columns, size, 3)
            means = {
                "max": windows.max(axis=(1, 3)),
                "average": windows.mean(axis=(1, 3)),
                "sum": windows.sum(axis=(1, 3)),
            }
            found, right = student.call("pooled", x, size, of, step="define"), means[of]
            if arrays_close(found, right, 1e-9):
                continue
            turned = x[: rows * size, : columns * size].reshape(size, rows, size, columns, 3)
            every = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
            candidates = {
                "max-for-average": (means["max"], "of tells which."),
                "average-for-max": (means["average"], "of tells which."),
                "sum-for-average": (means["sum"], "A mean: divide by size · size."),
                "channels-mixed": (np.repeat(right.max(axis=2, keepdims=True), 3, axis=2) if of == "max"
                                   else np.repeat(right.mean(axis=2, keepdims=True), 3, axis=2), "Each channel by itself."),
                "axes-exchanged": (turned.max(axis=(0, 2)) if of == "max" else turned.mean(axis=(0, 2)),
                                   "reshape(rows, size, columns, size, …): the pixels of a window lie side by side."),
                "one-pixel-taken": (windows[:, 0, :, 0], "All pixels of a window count."),
                "absolute-maximum": (np.abs(windows).max(axis=(1, 3)), "The largest, not the largest amount."),
                "windows-overlap": (every.max(axis=(-2, -1)) if of == "max" else every.mean(axis=(-2, -1)),
                                    "The next window begins behind this one."),
            }  # fmt: skip
            if np.shape(found) != right.shape and not arrays_close(found, candidates["windows-overlap"][0], 1e-9):
                cause = (
                    "What is left over is dropped; channels stay." if np.ndim(found) == 3 else "Channels stay apart."
                )
                raise Wrong(
                    "wrong-shape",
                    f"shape {right.shape} of {x.shape}, size {size}",
                    f"{np.shape(found)}",
                    cause,
                    "2. Define",
                )
            first_of(
                found,
                candidates,
                f"{describe(right)}, {of} of {size} × {size}",
                describe(found),
                "wrong-values",
                "2. Define",
            )


def _number(found, right, candidates, setting, otherwise, read="The idea"):
    """Nothing if the number is right; else the first candidate with this number."""
    if isinstance(found, int | float) and found == right:
        return
    for name, (wrong, cause) in candidates.items():
        if found == wrong:
            raise Wrong(name, f"{right} for {setting}", describe(found), cause, read)
    raise Wrong(otherwise, f"{right} for {setting}", describe(found), "", read)


@check(blank=7, step="define")
def parameters_on_paper(student):
    """Weights and biases of each kind of layer, as Keras counts them."""
    for layer, shape, (rows, columns) in CONVS:
        filters, k, channels = layer["filters"], layer["size"], shape[-1]
        candidates = {
            "biases-forgotten": (k * k * channels * filters, "One bias a filter."),
            "channels-forgotten": ((k * k + 1) * filters, "A filter has weights for every channel."),
            "bias-for-every-channel": ((k * k + 1) * channels * filters, "One bias a filter, not one a channel."),
            "one-bias-in-all": (k * k * channels * filters + 1, "One bias a filter."),
            "side-not-squared": ((k * channels + 1) * filters, "size · size weights."),
            "places-counted": ((k * k * channels + 1) * filters * rows * columns, "All places share the same weights."),
        }
        found = student.call("parameters_of", layer, shape, step="define")
        _number(
            found,
            (k * k * channels + 1) * filters,
            candidates,
            f"{filters} filters of {k} × {k}, {channels} channels",
            "wrong-conv",
        )
    layer, shape = DENSE
    found = student.call("parameters_of", layer, shape, step="define")
    causes = {"biases-forgotten": (640, "One bias a unit."), "one-bias-in-all": (641, "One bias a unit.")}
    _number(found, 650, causes, "10 units, 64 numbers coming in", "wrong-dense")
    for layer, shape in OTHERS:
        found = student.call("parameters_of", layer, shape, step="define")
        _number(found, 0, {}, f"a {layer['kind']} layer", "nothing-learned")


@check(blank=8, step="define")
def work_on_paper(student):
    """Multiply–adds of each kind of layer: half of TensorFlow's FLOPs."""
    for layer, shape, (rows, columns) in CONVS:
        filters, k, channels = layer["filters"], layer["size"], shape[-1]
        right = rows * columns * filters * k * k * channels
        candidates = {
            "channels-forgotten": (rows * columns * filters * k * k, "Each sum goes over all channels."),
            "filters-forgotten": (rows * columns * k * k * channels, "Each filter makes a picture of its own."),
            "places-forgotten": (filters * k * k * channels, "Each weight is used once at every place."),
            "places-of-the-input": (shape[0] * shape[1] * filters * k * k * channels, "Places of what comes out."),
            "flops": (2 * right, "A multiplication and its addition count once."),
            "biases-counted": (rows * columns * filters * (k * k * channels + 1), "Biases are not counted here."),
        }
        found = student.call("multiply_adds_of", layer, shape, step="define")
        _number(
            found,
            right,
            candidates,
            f"{filters} filters of {k} × {k} on {shape}, stride {layer['stride']}",
            "wrong-conv",
        )
    layer, shape = DENSE
    found = student.call("multiply_adds_of", layer, shape, step="define")
    causes = {
        "flops": (1280, "A multiplication and its addition count once."),
        "biases-counted": (650, "Biases are not counted here."),
    }
    _number(found, 640, causes, "10 units, 64 numbers coming in", "wrong-dense")
    for layer, shape in OTHERS:
        found = student.call("multiply_adds_of", layer, shape, step="define")
        _number(found, 0, {}, f"a {layer['kind']} layer", "nothing-multiplied")
