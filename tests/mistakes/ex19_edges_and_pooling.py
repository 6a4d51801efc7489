"""Planted mistakes of exercise 19, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

EDGE = """
kernel = np.outer({rows}, {columns})
return kernel if direction == "{direction}" else kernel.T
"""
EDGES = {"rows": "[1, middle, 1]", "columns": "[-1, 0, 1]", "direction": "vertical"}
BORDER = """
name = {{"zero": "constant", "reflect": "{reflect}", "nearest": "{nearest}", "wrap": "wrap"}}[mode]
return np.pad(x, {pads}, mode=name)
"""
BORDERS = {"reflect": "reflect", "nearest": "edge", "pads": "((rows, rows), (columns, columns))"}
FILTER = """
y = {start}
for (a, b), weight in np.ndenumerate({kernel}):
    y += ({weight} * {x}[a : a + x.shape[0], b : b + x.shape[1]]).astype(y.dtype)
return {result}
"""
FILTERS = {"start": "np.zeros(x.shape)", "kernel": "kernel", "weight": "weight", "x": "large", "result": "y"}
SLOPE = """
g_x, g_y = (filtered(x, edge_kernel(direction, {middle}), {mode}) for direction in ("vertical", "horizontal"))
return {value}
"""
SLOPES = {"middle": "2", "mode": "mode", "value": "np.sqrt(g_x**2 + g_y**2)"}
STAMP = """
large = np.zeros([m + n - 1 for m, n in zip(first.shape, second.shape)])
for (a, b), weight in np.ndenumerate({second}):
    large[a : a + first.shape[0], b : b + first.shape[1]] {add} weight * first
return large{cut}
"""
STAMPS = {"second": "second", "add": "+=", "cut": ""}
POOL = """
rows, columns = x.shape[0] // size, x.shape[1] // size
windows = x[: rows * size, : columns * size].reshape({shape}, -1)
return windows.max(axis={axis}) if of == "max" else windows.{mean}(axis={axis})
"""
POOLS = {"shape": "rows, size, columns, size", "axis": "(1, 3)", "mean": "mean"}
COUNT = """
if layer["kind"] == "conv":
    rows, columns, filters = output_shape(layer, shape)
    size, channels = layer["size"], shape[-1]
    return {conv}
if layer["kind"] == "dense":
    return {dense}
return {other}
"""
LEARNED = {"conv": "(size**2 * channels + 1) * filters", "dense": '(shape[0] + 1) * layer["units"]', "other": "0"}
WORK = {"conv": "rows * columns * filters * size**2 * channels", "dense": 'shape[0] * layer["units"]', "other": "0"}


def learned(**changed):
    return COUNT.format(**LEARNED | changed)


def work(**changed):
    return COUNT.format(**WORK | changed)


# fmt: off
MISTAKES = [
    Mistake("directions exchanged", 1, "directions-exchanged", EDGE.format(**EDGES | {"direction": "horizontal"})),
    Mistake("bright to dark", 1, "sign-turned", EDGE.format(**EDGES | {"columns": "[1, 0, -1]"})),
    Mistake("Prewitt always", 1, "middle-ignored", EDGE.format(**EDGES | {"rows": "[1, 1, 1]"})),
    Mistake("two sums", 1, "sum-without-difference", EDGE.format(**EDGES | {"columns": "[1, middle, 1]"})),
    Mistake("middle in the difference", 1, "middle-in-the-difference",
            EDGE.format(**EDGES | {"rows": "[1, 1, 1]", "columns": "[-middle, 0, middle]"})),
    Mistake("the same for both", 1, "directions-exchanged", "return np.outer([1, middle, 1], [-1, 0, 1])"),
    Mistake("border pixel repeated", 2, "border-pixel-repeated", BORDER.format(**BORDERS | {"reflect": "symmetric"})),
    Mistake("zeros always", 2, "wrong-mode", "return np.pad(x, ((rows, rows), (columns, columns)))"),
    Mistake("above and left only", 2, "one-side-only", BORDER.format(**BORDERS | {"pads": "((rows, 0), (columns, 0))"})),
    Mistake("rows for columns", 2, "rows-and-columns-exchanged", BORDER.format(**BORDERS | {"pads": "((columns, columns), (rows, rows))"})),
    Mistake("one width for both", 2, "same-on-both-axes", BORDER.format(**BORDERS | {"pads": "rows"})),
    Mistake("the course's names for NumPy's", 2, "raises", "return np.pad(x, ((rows, rows), (columns, columns)), mode=mode)"),
    Mistake("kernel turned", 3, "kernel-flipped", FILTER.format(**FILTERS | {"kernel": "np.flip(kernel)"})),
    Mistake("kept as bytes", 3, "whole-numbers", FILTER.format(**FILTERS | {"start": "np.zeros_like(x)"})),
    Mistake("cut to 0 … 1", 3, "cut-off", FILTER.format(**FILTERS | {"result": "np.clip(y, 0, 1)"})),
    Mistake("signs lost", 3, "signs-lost", FILTER.format(**FILTERS | {"result": "np.abs(y)"})),
    Mistake("mean for sum", 3, "means", FILTER.format(**FILTERS | {"result": "y / kernel.size"})),
    Mistake("weights left out", 3, "kernel-ignored", FILTER.format(**FILTERS | {"weight": "1"})),
    Mistake("the picture without its border", 3, "raises", FILTER.format(**FILTERS | {"x": "x"})),
    Mistake("border answers zero", 3, "border-not-used", """
        y = np.zeros(x.shape)
        for i in range(height // 2, x.shape[0] - height // 2):
            for j in range(width // 2, x.shape[1] - width // 2):
                y[i, j] = np.sum(kernel * x[i - height // 2 : i + height // 2 + 1, j - width // 2 : j + width // 2 + 1])
        return y
    """),
    Mistake("border of the answer lost", 3, "wrong-shape",
            'return np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(x, kernel.shape), kernel)'),
    Mistake("slopes added", 4, "sum-of-slopes", SLOPE.format(**SLOPES | {"value": "g_x + g_y"})),
    Mistake("amounts added", 4, "sum-of-amounts", SLOPE.format(**SLOPES | {"value": "np.abs(g_x) + np.abs(g_y)"})),
    Mistake("no root", 4, "root-forgotten", SLOPE.format(**SLOPES | {"value": "g_x**2 + g_y**2"})),
    Mistake("one direction", 4, "one-direction", SLOPE.format(**SLOPES | {"value": "np.sqrt(g_x**2)"})),
    Mistake("Prewitt", 4, "prewitt", SLOPE.format(**SLOPES | {"middle": "1"})),
    Mistake("zeros whatever the mode", 4, "mode-ignored", SLOPE.format(**SLOPES | {"mode": '"zero"'})),
    Mistake("one of them turned", 5, "correlated", STAMP.format(**STAMPS | {"second": "np.flip(second)"})),
    Mistake("overlaps overwritten", 5, "overlaps-lost", STAMP.format(**STAMPS | {"add": "="})),
    Mistake("cut to the first one's size", 5, "border-lost", 'from scipy import signal\nreturn signal.convolve2d(first, second, "same")'),
    Mistake("weights multiplied", 5, "wrong-shape", "return first[:2] * second[:, :3]"),
    Mistake("matrix product", 5, "wrong-shape", "return first.T @ np.ones((first.shape[0], second.shape[0])) @ second"),
    Mistake("always the maximum", 6, "max-for-average", POOL.format(**POOLS | {"mean": "max"})),
    Mistake("always the mean", 6, "average-for-max", POOL.format(**POOLS).replace("windows.max", "windows.mean")),
    Mistake("sum for mean", 6, "sum-for-average", POOL.format(**POOLS | {"mean": "sum"})),
    Mistake("reshaped the wrong way", 6, "axes-exchanged", POOL.format(**POOLS | {"shape": "size, rows, size, columns", "axis": "(0, 2)"})),
    Mistake("wrong axes", 6, "wrong-shape", POOL.format(**POOLS | {"axis": "(2, 3)"})),
    Mistake("over the channels too", 6, "wrong-shape", POOL.format(**POOLS | {"axis": "(1, 3, 4)"})),
    Mistake("channels mixed and kept", 6, "channels-mixed",
            POOL.format(**POOLS | {"axis": "(1, 3)"}).replace("return ", "y = ")
            + "mixed = y.max(axis=2, keepdims=True) if of == 'max' else y.mean(axis=2, keepdims=True)\n"
            + "return np.repeat(mixed, x.shape[2], axis=2)\n"),
    Mistake("one pixel of each window", 6, "one-pixel-taken",
            "return x[: x.shape[0] // size * size : size, : x.shape[1] // size * size : size]"),
    Mistake("windows that overlap", 6, "windows-overlap", """
        windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))
        return windows.max(axis=(-2, -1)) if of == "max" else windows.mean(axis=(-2, -1))
    """),
    Mistake("rest kept", 6, "wrong-shape", """
        rows, columns = -(-x.shape[0] // size), -(-x.shape[1] // size)
        y = np.zeros((rows, columns, x.shape[2]))
        for i in range(rows):
            for j in range(columns):
                window = x[i * size : (i + 1) * size, j * size : (j + 1) * size]
                y[i, j] = window.max(axis=(0, 1)) if of == "max" else window.mean(axis=(0, 1))
        return y
    """),
    Mistake("rest not cut off", 6, "raises", """
        windows = x.reshape(x.shape[0] // size, size, x.shape[1] // size, size, -1)
        return windows.max(axis=(1, 3)) if of == "max" else windows.mean(axis=(1, 3))
    """),
    Mistake("no biases", 7, "biases-forgotten", learned(conv="size**2 * channels * filters", dense='shape[0] * layer["units"]')),
    Mistake("no bias for a dense unit", 7, "biases-forgotten", learned(dense='shape[0] * layer["units"]')),
    Mistake("channels forgotten", 7, "channels-forgotten", learned(conv="(size**2 + 1) * filters")),
    Mistake("a bias for each channel", 7, "bias-for-every-channel", learned(conv="(size**2 + 1) * channels * filters")),
    Mistake("one bias in all", 7, "one-bias-in-all", learned(conv="size**2 * channels * filters + 1")),
    Mistake("size for size squared", 7, "side-not-squared", learned(conv="(size * channels + 1) * filters")),
    Mistake("weights of every place", 7, "places-counted", learned(conv="(size**2 * channels + 1) * filters * rows * columns")),
    Mistake("pooling has weights", 7, "nothing-learned", learned(other='layer.get("size", 0) ** 2')),
    Mistake("channels forgotten", 8, "channels-forgotten", work(conv="rows * columns * filters * size**2")),
    Mistake("filters forgotten", 8, "filters-forgotten", work(conv="rows * columns * size**2 * channels")),
    Mistake("places forgotten", 8, "places-forgotten", work(conv="filters * size**2 * channels")),
    Mistake("places of what comes in", 8, "places-of-the-input", work(conv="shape[0] * shape[1] * filters * size**2 * channels")),
    Mistake("FLOPs", 8, "flops", work(conv="2 * rows * columns * filters * size**2 * channels")),
    Mistake("biases counted", 8, "biases-counted", work(conv="rows * columns * filters * (size**2 * channels + 1)")),
    Mistake("dense as if it had places", 8, "wrong-dense", work(dense='shape[0] ** 2 * layer["units"]')),
    Mistake("pooling multiplies", 8, "nothing-multiplied", work(other="int(np.prod(shape))")),
]
# fmt: on

RIGHTS = [
    Right(
        "written down, indices, windows as a view",
        {
            1: """
            if direction == "vertical":
                return np.array([[-1, 0, 1], [-middle, 0, middle], [-1, 0, 1]], dtype=float)
            return np.array([[-1, -middle, -1], [0, 0, 0], [1, middle, 1]], dtype=float)
            """,
            2: """
            def places(n, p):
                i = np.arange(-p, n + p)
                if mode == "reflect":
                    i = np.abs(i)
                    return np.where(i < n, i, 2 * (n - 1) - i)
                return i % n if mode == "wrap" else np.clip(i, 0, n - 1)

            larger = x[places(x.shape[0], rows)][:, places(x.shape[1], columns)]
            if mode == "zero":
                larger = np.zeros_like(larger)
                larger[rows : rows + x.shape[0], columns : columns + x.shape[1]] = x
            return larger
            """,
            3: """
            windows = np.lib.stride_tricks.sliding_window_view(large, kernel.shape)
            return np.einsum("ijab,ab->ij", windows, kernel)
            """,
            4: """
            answers = [filtered(x, edge_kernel(direction, 2), mode) for direction in ("horizontal", "vertical")]
            return np.linalg.norm(answers, axis=0)
            """,
            5: """
            from scipy import signal

            return signal.fftconvolve(first, second)
            """,
            6: """
            windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(0, 1))[::size, ::size]
            return windows.max(axis=(-2, -1)) if of == "max" else windows.mean(axis=(-2, -1))
            """,
            7: """
            inputs = {"conv": layer.get("size", 0) ** 2 * shape[-1], "dense": shape[-1]}.get(layer["kind"])
            return 0 if inputs is None else (inputs + 1) * layer.get("filters", layer.get("units"))
            """,
            8: """
            if layer["kind"] not in ("conv", "dense"):
                return 0
            inputs = layer["size"] ** 2 * shape[-1] if layer["kind"] == "conv" else shape[0]
            return int(np.prod(output_shape(layer, shape)) * inputs)
            """,
        },
    ),
    Right(
        "loops",
        {
            1: """
            kernel = np.zeros((3, 3))
            for a, side in enumerate((1, middle, 1)):
                kernel[(a, 0) if direction == "vertical" else (0, a)] = -side
                kernel[(a, 2) if direction == "vertical" else (2, a)] = side
            return kernel
            """,
            3: """
            y = np.zeros(x.shape)
            for i, j in np.ndindex(x.shape):
                y[i, j] = np.sum(large[i : i + height, j : j + width] * kernel)
            return y
            """,
            5: """
            large = np.pad(first, [(n - 1, n - 1) for n in second.shape])
            turned = second[::-1, ::-1]
            sides = [m + n - 1 for m, n in zip(first.shape, second.shape, strict=True)]
            return np.array(
                [
                    [np.sum(large[i : i + second.shape[0], j : j + second.shape[1]] * turned) for j in range(sides[1])]
                    for i in range(sides[0])
                ]
            )
            """,
            6: """
            y = np.zeros((x.shape[0] // size, x.shape[1] // size, x.shape[2]))
            for i, j, channel in np.ndindex(y.shape):
                window = x[i * size : (i + 1) * size, j * size : (j + 1) * size, channel]
                y[i, j, channel] = max(window.ravel()) if of == "max" else sum(window.ravel()) / size**2
            return y
            """,
        },
    ),
    Right(
        "by the Fourier transform",
        {
            3: """
            from scipy import signal

            return signal.fftconvolve(large.astype(float), np.flip(kernel), "valid")
            """,
            5: """
            size = [m + n - 1 for m, n in zip(first.shape, second.shape, strict=True)]
            return np.fft.irfft2(np.fft.rfft2(first, size) * np.fft.rfft2(second, size), size)
            """,
        },
    ),
]
