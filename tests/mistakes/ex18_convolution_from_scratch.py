"""Planted mistakes of exercise 18, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

PADDING = """
if padding == "valid":
    return 0, 0
if padding == "full":
    return {full}
if padding == "same":
    total = {total}
    return {halves}
return {number}
"""
PADS = {
    "full": "k - 1, k - 1",
    "total": "max((-(-n // stride) - 1) * stride + k - n, 0)",
    "halves": "total // 2, total - total // 2",
    "number": "padding, padding",
}
SLIDE = """
y = np.zeros((rows, columns))
for i in range({rows}):
    for j in range({columns}):
        window = x[{i} : {i} + height, {j} : {j} + width]
        y[i, j] = {value}
return y
"""
WINDOW = {
    "rows": "rows",
    "columns": "columns",
    "i": "i * stride",
    "j": "j * stride",
    "value": "np.sum(window * kernel)",
}
ALONG = (
    "window = lambda i: x[i * stride : i * stride + len(kernel)]\nreturn np.array([{value} for i in range({places})])"
)
TURNED = """
correlate = correlate1d if kernel.ndim == 1 else correlate2d
return correlate({x}, {kernel}{settings})
"""
TURN = {"x": "x", "kernel": "np.flip(kernel)", "settings": ", padding, stride"}
STAMP = """
for (i, j), value in np.ndenumerate(y):
    large[{i} : {i} + height, {j} : {j} + width] {add} value * {kernel}
(top, _), (left, _) = pads
return {cut}
"""
STAMPS = {
    "i": "i * stride",
    "j": "j * stride",
    "add": "+=",
    "kernel": "kernel",
    "cut": "large[top : top + shape[0], left : left + shape[1]]",
}
MATRIX = """
for i, j in np.ndindex(rows, columns):
    for (a, b), weight in np.ndenumerate({kernel}):
        row, column = {row}, {column}
        if {inside}:
            matrix[i * columns + j, {at}] = weight
return {result}
"""
ENTRIES = {
    "kernel": "kernel",
    "row": "i * stride + a - top",
    "column": "j * stride + b - left",
    "inside": "0 <= row < shape[0] and 0 <= column < shape[1]",
    "at": "row * shape[1] + column",
    "result": "matrix",
}

# fmt: off
MISTAKES = [
    Mistake("padded by k", 1, "padded-by-k", PADDING.format(**PADS | {"full": "k, k"})),
    Mistake("all zeros behind", 1, "one-side-only", PADDING.format(**PADS | {"halves": "0, total"})),
    Mistake("number on one side only", 1, "one-side-only", PADDING.format(**PADS | {"number": "2 * padding, 0", "full": "k - 1, 0"})),
    Mistake("larger half before", 1, "larger-half-before", PADDING.format(**PADS | {"halves": "total - total // 2, total // 2"})),
    Mistake("k // 2 on both sides", 1, "halves-rounded", PADDING.format(**PADS | {"halves": "k // 2, k // 2"})),
    Mistake("same without the stride", 1, "stride-ignored", PADDING.format(**PADS | {"total": "k - 1"})),
    Mistake("less than nothing", 1, "negative-padding", PADDING.format(**PADS | {"total": "(-(-n // stride) - 1) * stride + k - n"})),
    Mistake("one number for the pair", 1, "not-a-pair", PADDING.format(**PADS | {"number": "padding"})),
    Mistake("first place forgotten", 2, "first-place-forgotten", "return (n + before + behind - k) // stride"),
    Mistake("rounded up", 2, "rounded-up", "return -(-(n + before + behind - k) // stride) + 1"),
    Mistake("stride ignored", 2, "stride-ignored", "return n + before + behind - k + 1"),
    Mistake("one padding of two", 2, "one-padding", "return (n + before - k) // stride + 1"),
    Mistake("2 p of p and p'", 2, "padding-twice", "return (n + 2 * before + 2 * behind - k) // stride + 1"),
    Mistake("plus one before the division", 2, "divided-too-late", "return (n + before + behind - k + 1) // stride"),
    Mistake("a float", 2, "not-a-whole-number", "return (n + before + behind - k) / stride + 1"),
    Mistake("right and bottom border lost", 3, "border-lost", """
        large = np.zeros([before + n + behind for n, (before, behind) in zip(x.shape, pads)])
        ends = tuple(slice(before, before + n - 1) for n, (before, _) in zip(x.shape, pads))
        large[ends] = x[tuple(slice(0, n - 1) for n in x.shape)]
        return large
    """),
    Mistake("the border repeated", 3, "not-zeros", 'return np.pad(x, pads, mode="edge")'),
    Mistake("before and behind exchanged", 3, "sides-exchanged", "return np.pad(x, [(behind, before) for before, behind in pads])"),
    Mistake("all zeros before", 3, "one-side-only", "return np.pad(x, [(before + behind, 0) for before, behind in pads])"),
    Mistake("zeros before only", 3, "wrong-shape", "return np.pad(x, [(before, 0) for before, _ in pads])"),
    Mistake("NumPy's convolve", 4, "kernel-flipped", 'return np.convolve(x, kernel, "valid")[::stride]'),
    Mistake("windows one by one", 4, "stride-ignored", "return np.array([x[i : i + len(kernel)] @ kernel for i in range(places)])"),
    Mistake("all places", 4, "every-place", 'return np.correlate(x, kernel, "valid")'),
    Mistake("no kernel", 4, "kernel-ignored", ALONG.format(value="window(i).sum()", places="places")),
    Mistake("mean for sum", 4, "means", ALONG.format(value="np.mean(window(i) * kernel)", places="places")),
    Mistake("one place short", 4, "last-place-lost", ALONG.format(value="window(i) @ kernel", places="places - 1")),
    Mistake("kernel flipped", 5, "kernel-flipped", SLIDE.format(**WINDOW | {"value": "np.sum(window * kernel[::-1, ::-1])"})),
    Mistake("stride ignored", 5, "stride-ignored", SLIDE.format(**WINDOW | {"i": "i", "j": "j"})),
    Mistake("stride on the rows only", 5, "stride-on-one-axis", SLIDE.format(**WINDOW | {"j": "j"})),
    Mistake("last row and column not reached", 5, "border-lost", SLIDE.format(**WINDOW | {"rows": "rows - 1", "columns": "columns - 1"})),
    Mistake("mean for sum", 5, "means", SLIDE.format(**WINDOW | {"value": "np.mean(window * kernel)"})),
    Mistake("rows and columns exchanged", 5, "raises", SLIDE.format(**WINDOW | {"i": "j * stride", "j": "i * stride"})),
    Mistake("matrix product of window and kernel", 5, "raises", SLIDE.format(**WINDOW | {"value": "np.sum(window @ kernel)"})),
    Mistake("not turned", 6, "not-flipped", TURNED.format(**TURN | {"kernel": "kernel"})),
    Mistake("rows turned only", 6, "one-axis-flipped-0", TURNED.format(**TURN | {"kernel": "kernel[::-1]"})),
    Mistake("padding and stride not handed on", 6, "settings-lost", TURNED.format(**TURN | {"settings": ""})),
    Mistake("transposed for turned", 6, "wrong-shape",
            TURNED.format(**TURN | {"kernel": "kernel[::-1] if kernel.ndim == 1 else kernel.T"})),
    Mistake("the picture turned", 6, "picture-flipped",
            TURNED.format(**TURN | {"x": "np.flip(x) if x.ndim == 2 else x", "kernel": "kernel if x.ndim == 2 else kernel[::-1]"})),
    Mistake("overlaps overwritten", 7, "overlaps-lost", STAMP.format(**STAMPS | {"add": "="})),
    Mistake("stride ignored", 7, "stride-ignored", STAMP.format(**STAMPS | {"i": "i", "j": "j"})),
    Mistake("kernel turned", 7, "kernel-flipped", STAMP.format(**STAMPS | {"kernel": "np.flip(kernel)"})),
    Mistake("padding kept", 7, "padding-kept", STAMP.format(**STAMPS | {"cut": "large"})),
    Mistake("cut at the end only", 7, "cut-at-one-side", STAMP.format(**STAMPS | {"cut": "large[: shape[0], : shape[1]]"})),
    Mistake("rows as wide as the answer", 8, "row-offset", MATRIX.format(**ENTRIES | {"at": "row * columns + column"})),
    Mistake("stride ignored", 8, "stride-ignored", MATRIX.format(**ENTRIES | {"row": "i + a - top", "column": "j + b - left"})),
    Mistake("padding forgotten", 8, "padding-forgotten", MATRIX.format(**ENTRIES | {"row": "i * stride + a", "column": "j * stride + b"})),
    Mistake("round the border", 8, "border-wraps",
            MATRIX.format(**ENTRIES | {"inside": "True", "at": "row % shape[0] * shape[1] + column % shape[1]"})),
    Mistake("kernel turned", 8, "kernel-flipped", MATRIX.format(**ENTRIES | {"kernel": "np.flip(kernel)"})),
    Mistake("rows for columns", 8, "transposed", MATRIX.format(**ENTRIES | {"result": "matrix.T"})),
]

# fmt: on

RIGHTS = [
    Right(
        "loops by hand",
        {
            1: """
            if isinstance(padding, str):
                total = {"valid": 0, "full": 2 * (k - 1)}.get(padding, max((int(np.ceil(n / stride)) - 1) * stride + k - n, 0))
            else:
                total = 2 * padding
            before = int(np.floor(total / 2))
            return before, total - before
            """,
            2: "return len(range(0, n + before + behind - k + 1, stride))",
            3: """
            large = np.zeros([before + n + behind for n, (before, behind) in zip(x.shape, pads, strict=True)])
            large[tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, pads, strict=True))] = x
            return large
            """,
            4: """
            y = np.zeros(places)
            for i in range(places):
                for a in range(len(kernel)):
                    y[i] += kernel[a] * x[i * stride + a]
            return y
            """,
            5: """
            y = np.zeros((rows, columns))
            for a in range(height):
                for b in range(width):
                    y += kernel[a, b] * x[a : a + (rows - 1) * stride + 1 : stride, b : b + (columns - 1) * stride + 1 : stride]
            return y
            """,
            6: """
            if kernel.ndim == 1:
                return correlate1d(x, kernel[::-1], padding, stride)
            return correlate2d(x, np.rot90(kernel, 2), padding, stride)
            """,
            7: """
            for a in range(height):
                for b in range(width):
                    large[a : a + (y.shape[0] - 1) * stride + 1 : stride, b : b + (y.shape[1] - 1) * stride + 1 : stride] += (
                        kernel[a, b] * y
                    )
            inside = tuple(slice(before, before + n) for n, (before, _) in zip(shape, pads, strict=True))
            return large[inside]
            """,
            8: """
            units = np.eye(shape[0] * shape[1])
            return np.stack([correlate2d(unit.reshape(shape), kernel, padding, stride).ravel() for unit in units], axis=1)
            """,
        },
    ),
    Right(
        "windows as a view, einsum",
        {
            4: "return np.lib.stride_tricks.sliding_window_view(x, len(kernel))[::stride] @ kernel",
            5: """
            windows = np.lib.stride_tricks.sliding_window_view(x, kernel.shape)[::stride, ::stride]
            return np.einsum("ijab,ab->ij", windows, kernel)
            """,
            7: """
            spread = np.zeros((large.shape[0] - height + 1, large.shape[1] - width + 1))
            spread[: (y.shape[0] - 1) * stride + 1 : stride, : (y.shape[1] - 1) * stride + 1 : stride] = y
            full = convolve(spread, kernel, "full")
            (top, _), (left, _) = pads
            return full[top : top + shape[0], left : left + shape[1]]
            """,
        },
    ),
    Right(
        "by the Fourier transform",
        {
            4: """
            size = len(x) + len(kernel) - 1
            full = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(kernel[::-1], size), size)
            return full[len(kernel) - 1 : len(x) : stride]
            """,
            5: """
            size = [n + k - 1 for n, k in zip(x.shape, kernel.shape, strict=True)]
            full = np.fft.irfft2(np.fft.rfft2(x, size) * np.fft.rfft2(np.flip(kernel), size), size)
            return full[height - 1 : x.shape[0] : stride, width - 1 : x.shape[1] : stride]
            """,
        },
    ),
]
