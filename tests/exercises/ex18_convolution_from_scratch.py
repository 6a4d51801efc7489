"""Checks of exercise 18."""

import numpy as np
from scipy import signal

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close, describe

RNG = np.random.default_rng(18)
# Neither square nor symmetric, so that no mistake hides.
PICTURE, KERNEL = RNG.normal(size=(7, 9)), RNG.normal(size=(3, 2))
ROW, WEIGHTS = RNG.normal(size=11), np.array([0.5, -1.0, 2.0])
SETTINGS = (("valid", 1), (1, 1), ("valid", 2), ("full", 3), ("same", 2))


def pad_of(padding, n, k, stride):
    """The lesson's rule."""
    if padding == "same":
        total = max((-(-n // stride) - 1) * stride + k - n, 0)
        return total // 2, total - total // 2
    side = {"valid": 0, "full": k - 1}.get(padding, padding)
    return side, side


def pads_of(shape, kernel, padding, stride):
    return [pad_of(padding, n, k, stride) for n, k in zip(shape, kernel.shape, strict=True)]


def correlation(x, kernel, padding, stride):
    """Correlation by SciPy, of any number of axes."""
    x = np.pad(x, pads_of(x.shape, kernel, padding, stride))
    return signal.correlate(x, kernel, "valid", method="direct")[(slice(None, None, stride),) * x.ndim]


def matrix_of(kernel, shape, padding, stride):
    """The matrix whose columns are what becomes of pictures with a single 1."""
    units = np.eye(shape[0] * shape[1]).reshape(-1, *shape)
    return np.stack([correlation(unit, kernel, padding, stride).ravel() for unit in units], axis=1)


def stamped(y, kernel, shape, padding, stride):
    return (matrix_of(kernel, shape, padding, stride).T @ y.ravel()).reshape(shape)


def compare(found, right, candidates, setting, otherwise, read):
    """Nothing if `found` is right; else the first candidate that gives the same, or a diagnosis of its shape or values."""
    if arrays_close(found, right, 1e-9):
        return
    for name, (wrong, cause) in candidates.items():
        # What a mistake gives may happen to be right in this setting.
        if arrays_close(found, wrong, 1e-9):
            raise Wrong(name, f"{describe(right)}, {setting}", describe(found), cause, read)
    if np.shape(found) != np.shape(right):
        raise Wrong("wrong-shape", f"shape {np.shape(right)}, {setting}", f"{np.shape(found)}", "", read)
    raise Wrong(otherwise, f"{describe(right)}, {setting}", describe(found), "", read)


@check(blank=1, step="define")
def zeros_on_both_sides(student):
    """Valid, full, a whole number, and "same" with its rule, each give (before, behind)."""
    cases = [("valid", 9, 3, 1), (2, 9, 3, 1), (0, 9, 3, 2), ("full", 9, 3, 1), ("full", 8, 4, 2), ("same", 9, 3, 1),
             ("same", 9, 5, 1), ("same", 9, 4, 1), ("same", 8, 3, 2), ("same", 7, 3, 2), ("same", 9, 5, 3),
             ("same", 8, 1, 3)]  # fmt: skip
    for padding, n, k, stride in cases:
        found, right = student.call("padding_of", padding, n, k, stride, step="define"), pad_of(padding, n, k, stride)
        if not isinstance(found, list) or len(found) != 2:
            raise Wrong("not-a-pair", f"the pair {right}", describe(found), "(before, behind).", "2. Define")
        found = tuple(found)
        if found == right:
            continue
        setting = f"{padding!r}, {n} pixels, {k} weights, stride {stride}"
        total = sum(right)
        causes = {
            "negative-padding": (min(found) < 0, "Nothing is cut off: at least 0, by max(…, 0)."),
            "padded-by-k": (found in ((k, k), (k // 2 + 1, k // 2 + 1)), "k − 1, not k: one weight lies on the pixel itself."),
            "one-side-only": (total > 1 and sum(found) == total and 0 in found, "Half of the zeros before, half behind."),
            "larger-half-before": (found == right[::-1], "total // 2 before, the rest behind."),
            "stride-ignored": (stride > 1 and sum(found) == k - 1, "With a stride fewer zeros are needed: count the places first."),
            "halves-rounded": (found[0] == found[1] and padding == "same", "An odd number of zeros has no two equal halves."),
        }  # fmt: skip
        for name, (seen, cause) in causes.items():
            if seen:
                raise Wrong(name, f"{right} for {setting}", f"{found}", cause, "The idea")
        raise Wrong("wrong-padding", f"{right} for {setting}", f"{found}", "", "The idea")


@check(blank=2, step="define")
def places_of_a_kernel(student):
    """⌊(n + p + p' − k) / s⌋ + 1."""
    for n, k, before, behind, stride in (
        (9, 3, 0, 0, 1),
        (9, 3, 0, 0, 2),
        (10, 3, 0, 0, 2),
        (8, 5, 1, 2, 1),
        (8, 3, 2, 2, 3),
        (5, 5, 0, 0, 4),
    ):
        found = student.call("output_size", n, k, before, behind, stride, step="define")
        both = n + before + behind
        right = (both - k) // stride + 1
        if isinstance(found, int) and found == right:
            continue
        setting = f"{n} pixels, zeros {before} and {behind}, {k} weights, stride {stride}"
        causes = {
            "not-a-whole-number": (isinstance(found, float), "// divides to whole numbers."),
            "rounded-up": (found == -(-(both - k) // stride) + 1, "A step that does not fit is left out: round down."),
            # With a stride of 1, which is tried first, only the other one is wrong.
            "divided-too-late": (stride > 1 and found == (both - k + 1) // stride, "Divide by the stride first, then + 1."),
            "first-place-forgotten": (found == (both - k) // stride, "The place at the start counts too: + 1."),
            "stride-ignored": (found == both - k + 1, "Divide by the stride."),
            "one-padding": (found in ((n + before - k) // stride + 1, (n + behind - k) // stride + 1), "Zeros lie on both sides."),
            "padding-twice": (found == (n + 2 * before + 2 * behind - k) // stride + 1, "before and behind are counted already."),
        }  # fmt: skip
        for name, (seen, cause) in causes.items():
            if seen:
                raise Wrong(name, f"{right} for {setting}", describe(found), cause, "The idea")
        raise Wrong("wrong-size", f"{right} for {setting}", describe(found), "", "The idea")


@check(blank=3, step="define")
def nothing_of_the_picture_is_lost(student):
    """The picture inside, zeros around, on each axis as many as asked for."""
    for x, pads in (
        (PICTURE, [(1, 2), (3, 1)]),
        (PICTURE, [(2, 2), (2, 2)]),
        (ROW, [(0, 2)]),
        (PICTURE, [(0, 0), (0, 1)]),
    ):
        right = np.pad(x, pads)
        found = student.call("padded", x.copy(), pads, step="define")
        if np.shape(found) == right.shape and not arrays_close(found, right, 1e-12):
            inside = tuple(slice(before, before + n) for (before, _), n in zip(pads, x.shape, strict=True))
            mask = np.ones(right.shape, bool)
            mask[inside] = False
            if np.abs(found[mask]).max(initial=0) == 0:
                raise Wrong("border-lost", "every pixel of the picture inside", "pixels of the border are zero",
                            "The picture ends at before + n: an end of −1 or of n cuts it.", "Common mistakes")  # fmt: skip
            if arrays_close(found[inside], x, 1e-12):
                raise Wrong("not-zeros", "zeros around the picture", f"values up to {describe(float(np.abs(found[mask]).max()))}",
                            "Zeros: np.pad's usual mode.", "2. Define")  # fmt: skip
        swapped = {
            "sides-exchanged": (np.pad(x, [pad[::-1] for pad in pads]), "before comes first on each axis."),
            "one-side-only": (np.pad(x, [(sum(pad), 0) for pad in pads]), "Zeros before and behind."),
        }
        compare(found, right, swapped, f"zeros {pads}", "wrong-picture", "2. Define")


@check(blank=4, step="define", after=(1, 2, 3))
def kernel_along_a_row(student):
    """The sums of window times kernel along a row, not flipped, at each stride-th place."""
    for padding, stride in SETTINGS:
        found = student.call("correlate1d", ROW, WEIGHTS, padding, stride, step="define")
        right = correlation(ROW, WEIGHTS, padding, stride)
        every = correlation(np.pad(ROW, [pad_of(padding, len(ROW), 3, stride)]), WEIGHTS, "valid", 1)
        candidates = {
            "kernel-flipped": (correlation(ROW, WEIGHTS[::-1], padding, stride), "Correlation does not turn the kernel; np.convolve does."),
            "stride-ignored": (every[: len(right)], "Window i begins at i · stride."),
            "every-place": (every, "Only every stride-th place."),
            "kernel-ignored": (correlation(ROW, np.ones(3), padding, stride), "Multiply by the kernel before you add up."),
            "means": (right / 3, "A sum, not a mean: the kernel has its weights."),
            "last-place-lost": (right[:-1], "There are `places` windows."),
        }  # fmt: skip
        compare(found, right, candidates, f"padding {padding!r}, stride {stride}", "wrong-sums", "2. Define")


@check(blank=5, step="define", after=(1, 2, 3))
def kernel_over_a_picture(student):
    """The sums of window times kernel over a picture that is not square, at each stride-th place of both axes."""
    for padding, stride in SETTINGS:
        found = student.call("correlate2d", PICTURE, KERNEL, padding, stride, step="define")
        right = correlation(PICTURE, KERNEL, padding, stride)
        pads = pads_of(PICTURE.shape, KERNEL, padding, stride)
        every = correlation(np.pad(PICTURE, pads), KERNEL, "valid", 1)
        rows, columns = right.shape
        lost = right.copy()
        lost[-1], lost[:, -1] = 0, 0
        candidates = {
            "kernel-flipped": (correlation(PICTURE, np.flip(KERNEL), padding, stride), "Correlation does not turn the kernel."),
            "stride-ignored": (every[:rows, :columns], "Window (i, j) begins at (i · stride, j · stride)."),
            "stride-on-one-axis": (every[::stride, :columns][:rows], "Both axes go by the stride."),
            "border-lost": (lost, "The loops end at rows and columns, not before."),
            "kernel-ignored": (correlation(PICTURE, np.ones_like(KERNEL), padding, stride), "Multiply by the kernel before you add up."),
            "means": (right / KERNEL.size, "A sum, not a mean: the kernel has its weights."),
        }  # fmt: skip
        compare(found, right, candidates, f"padding {padding!r}, stride {stride}", "wrong-sums", "2. Define")


@check(blank=6, step="define", after=(1, 2, 3, 4, 5))
def the_kernel_is_turned(student):
    """A row's and a picture's convolution: the kernel turned by 180°."""
    for x, kernel in ((ROW, WEIGHTS), (PICTURE, KERNEL)):
        for padding, stride in (("valid", 1), ("full", 1), ("full", 2)):
            found = student.call("convolve", x, kernel, padding, stride, step="define")
            right = correlation(x, np.flip(kernel), padding, stride)
            candidates = {
                "not-flipped": (correlation(x, kernel, padding, stride), "The kernel itself is correlation: turn it."),
                "settings-lost": (correlation(x, np.flip(kernel), "valid", 1), "Hand on padding and stride."),
            }
            if x.ndim == 2:
                for axis in (0, 1):
                    wrong = correlation(x, np.flip(kernel, axis), padding, stride)
                    candidates[f"one-axis-flipped-{axis}"] = (wrong, "By 180°: both axes.")
                candidates["picture-flipped"] = (
                    correlation(np.flip(x), kernel, padding, stride),
                    "Turn the kernel, not the picture.",
                )
            compare(
                found,
                right,
                candidates,
                f"{x.ndim} axes, padding {padding!r}, stride {stride}",
                "wrong-sums",
                "The idea",
            )


@check(blank=7, step="define", after=(1,))
def stamps_add_up(student):
    """Each number stamps the kernel; overlaps add up; the padding is cut off."""
    for padding, stride in (("valid", 2), ("valid", 1), (1, 1), (1, 2), ("full", 1), ("same", 2), ("valid", 3)):
        shape = (6, 7)
        y = RNG.normal(size=correlation(np.zeros(shape), KERNEL, padding, stride).shape)
        found = student.call("transposed", y, KERNEL, shape, padding, stride, step="define")
        right = stamped(y, KERNEL, shape, padding, stride)
        pads = pads_of(shape, KERNEL, padding, stride)
        large = np.zeros([n + before + behind for n, (before, behind) in zip(shape, pads, strict=True)])
        last, dense = large.copy(), large.copy()
        for (i, j), value in np.ndenumerate(y):
            last[i * stride : i * stride + 3, j * stride : j * stride + 2] = value * KERNEL
            dense[i : i + 3, j : j + 2] += value * KERNEL
        (top, _), (left, _) = pads
        inside = np.s_[top : top + shape[0], left : left + shape[1]]
        whole = stamped(y, KERNEL, large.shape, "valid", stride)
        candidates = {
            "overlaps-lost": (last[inside], "+=: stamps that overlap add up."),
            "stride-ignored": (dense[inside], "Stamp (i, j) lies at (i · stride, j · stride)."),
            "kernel-flipped": (
                stamped(y, np.flip(KERNEL), shape, padding, stride),
                "The stamp is the kernel as it is.",
            ),
            "padding-kept": (whole, "Cut to the shape that is asked for."),
            "cut-at-one-side": (
                whole[: shape[0], : shape[1]],
                "The zeros before lie at the start: cut from `before` on.",
            ),
        }
        compare(found, right, candidates, f"padding {padding!r}, stride {stride}", "wrong-stamps", "The idea")


@check(blank=8, step="define", after=(1, 2, 3, 5))
def convolution_is_a_matrix(student):
    """M times the pixels, row after row, is what correlate2d gives, for each padding and stride."""
    shape = (4, 5)
    for padding, stride in (("valid", 1), ("valid", 2), (1, 1), ("same", 2), ("full", 1)):
        found = student.call("as_matrix", KERNEL, shape, padding, stride, step="define")
        right = matrix_of(KERNEL, shape, padding, stride)
        pads = pads_of(shape, KERNEL, padding, stride)
        rows, columns = correlation(np.zeros(shape), KERNEL, padding, stride).shape
        built = {
            name: np.zeros(right.shape)
            for name in ("row-offset", "stride-ignored", "padding-forgotten", "border-wraps")
        }
        for i, j in np.ndindex(rows, columns):
            for (a, b), weight in np.ndenumerate(KERNEL):
                row, column = i * stride + a - pads[0][0], j * stride + b - pads[1][0]
                inside = 0 <= row < shape[0] and 0 <= column < shape[1]
                places = {
                    "row-offset": (row, column, columns, inside),
                    "stride-ignored": (row - i * (stride - 1), column - j * (stride - 1), shape[1], True),
                    "padding-forgotten": (i * stride + a, j * stride + b, shape[1], True),
                    "border-wraps": (row % shape[0], column % shape[1], shape[1], True),
                }
                for name, (r, c, width, wanted) in places.items():
                    if wanted and 0 <= r < shape[0] and 0 <= c < shape[1] and r * width + c < right.shape[1]:
                        built[name][i * columns + j, r * width + c] = weight
        causes = {
            "row-offset": "A row of the picture has shape[1] pixels: row · shape[1] + column.",
            "stride-ignored": "Window (i, j) begins at (i · stride, j · stride).",
            "padding-forgotten": "The picture begins `before` rows and columns after the padding: − top, − left.",
            "border-wraps": "A weight outside of the picture is left out; an index below 0 or modulo the size wraps around.",
        }
        candidates = {name: (built[name], cause) for name, cause in causes.items()}
        candidates |= {
            "kernel-flipped": (matrix_of(np.flip(KERNEL), shape, padding, stride), "Weight (a, b) lies over pixel (i·s + a, j·s + b)."),
            "transposed": (right.T, "One row for each place, one column for each pixel."),
        }  # fmt: skip
        compare(found, right, candidates, f"padding {padding!r}, stride {stride}", "wrong-matrix", "The idea")
