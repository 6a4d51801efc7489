# %% [markdown]
# # Exercise 18: Convolution from scratch
#
# - Section: CNN 3-1, Convolution
# - Data: photograph
# - Claim: largest_difference ≤ 1e-05 on real data with PRESET=full; recorded before: none
# - Measured: largest_difference 7e-15 over 360 settings of size, kernel, stride and padding, with any seed; 8 s on 2 CPU cores
# - In plain NumPy: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=18`
# - Longer than others: one and two axes, the way back and the matrix, each held to two libraries
#
# ## What you will learn
#
# What a convolutional layer does to a picture, written with loops and multiplications alone: padding, stride, flip, the
# size of what comes out, the way back (transposed convolution), and why all of this is one matrix product.
#
# ## The idea
#
# A small table of weights, the kernel, slides over the picture; at each place the pixels below it are multiplied by the
# weights and added up. With the kernel k of height K, width L:
#
#     correlation   y[i, j] = Σ_a Σ_b k[a, b] · x[i·s + a, j·s + b]
#     convolution   the same with the kernel turned by 180°: k[K−1−a, L−1−b]
#
# Keras's Conv2D is the first one. A learned kernel does not care, but signal processing does: only the true convolution is
# commutative, and draws the kernel itself where the picture is a single dot. s is the stride. Before it slides, the picture
# may get zeros around it, p before and p' behind. An axis of n pixels then leaves
#
#     ⌊(n + p + p' − k) / s⌋ + 1 places.
#
#     valid   p = p' = 0: the kernel stays inside
#     same    as many zeros as ⌈n / s⌉ places need: t = max((⌈n / s⌉ − 1)·s + k − n, 0), of these ⌊t / 2⌋ before and the
#             rest behind (Keras's rule; with s = 1 the picture keeps its size)
#     full    p = p' = k − 1: every place where kernel and picture touch
#
# Each y[i, j] is a weighted sum of pixels, so there is a matrix M with y = M x for the pixels written in one row (x.ravel()).
# The same few weights come again in each row of M, shifted: a Toeplitz matrix (with two axes, a Toeplitz matrix of such
# blocks), almost all zeros. Its transpose Mᵀ takes small pictures to large ones: each pixel stamps the kernel, times its
# value, onto the result, stamps that overlap add up. That is the transposed convolution, which networks use to enlarge, and
# which back-propagation uses to send the error back through a convolution.
#
# ## The five steps
#
# load (a photograph), define (the functions, and kernels), compile (how a kernel slides), fit (kernels over the photograph:
# nothing is learned yet), evaluate (your functions against SciPy and Keras, for every size, stride and padding tried).

# %%
from types import SimpleNamespace

import numpy as np

from whitepaper import datasets, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset

KERNELS = {
    "blur": np.full((5, 5), 1 / 25),
    "vertical edges": np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),
    "horizontal edges": np.array([[-1.0, -2, -1], [0, 0, 0], [1, 2, 1]]),
}
LETTER = np.array([[1.0, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]])
STRIDES = (1, 2, 3, 4, 5, 6)
PRESETS = {
    "smoke": Preset(hp={"size": 32}),
    "quick": Preset(hp={"size": 256}),
    "full": Preset(hp={"size": 256}),
}

# %% [markdown]
# ## 1. Load
#
# Two gray photographs, numbers from 0 (black) to 1 (white). Nothing is learned, so there is nothing to hold back: all
# splits are the same.


# %%
def load(preset):
    return datasets.load_photograph(size=preset.hp["size"])


# %% [markdown]
# ## 2. Define
#
# First one axis: how many zeros, how many places, and the zeros themselves.


# %%
def padding_of(padding, n, k, stride):
    """Zeros (before, behind) for an axis of n pixels and a kernel of k weights."""
    # TODO 1: padding is "valid", "same", "full" or a whole number p, which means p on both sides. Return the pair
    #   (before, behind), whole numbers of at least 0.
    raise NotAttempted(1)  # your code goes here, in place of this line


def output_size(n, k, before, behind, stride):
    """Places that a kernel of k weights has on an axis of n pixels with zeros before and behind."""
    # TODO 2: return the number of places.
    raise NotAttempted(2)  # your code goes here, in place of this line


def padded(x, pads):
    """The picture (or row) with zeros around it.

    Args:
        x: array of one or two axes. pads: for each axis the pair (before, behind).
    """
    # TODO 3: return a new array that is larger by before + behind on each axis, with x inside and zeros around.
    raise NotAttempted(3)  # your code goes here, in place of this line


# %% [markdown]
# Then the kernel slides: along a row, over a picture, and turned by 180°.


# %%
def correlate1d(x, kernel, padding="valid", stride=1):
    """y[i] = Σ_a kernel[a] · x[i·stride + a], with zeros around x."""
    before, behind = padding_of(padding, len(x), len(kernel), stride)
    places = output_size(len(x), len(kernel), before, behind, stride)
    x = padded(x, [(before, behind)])
    # TODO 4: return the array of the `places` sums.
    raise NotAttempted(4)  # your code goes here, in place of this line


def correlate2d(x, kernel, padding="valid", stride=1):
    """y[i, j] = Σ_a Σ_b kernel[a, b] · x[i·stride + a, j·stride + b], with zeros around x."""
    pads = [padding_of(padding, n, k, stride) for n, k in zip(x.shape, kernel.shape, strict=True)]
    rows, columns = (output_size(n, k, *pad, stride) for n, k, pad in zip(x.shape, kernel.shape, pads, strict=True))
    x = padded(x, pads)
    height, width = kernel.shape
    # TODO 5: return the array (rows, columns) of the sums.
    raise NotAttempted(5)  # your code goes here, in place of this line


def convolve(x, kernel, padding="valid", stride=1):
    """The true convolution, of a row or of a picture."""
    # TODO 6: return the convolution of x and kernel; both have one axis, or both have two.
    raise NotAttempted(6)  # your code goes here, in place of this line


# %% [markdown]
# And the way back: stamps, and the matrix. Several sizes can lead to one number of places (the floor in the formula), so
# the transposed convolution is told the shape that it shall give.


# %%
def transposed(y, kernel, shape, padding="valid", stride=1):
    """The transpose of `correlate2d` on pictures of `shape`: from what came out back to that shape."""
    pads = [padding_of(padding, n, k, stride) for n, k in zip(shape, kernel.shape, strict=True)]
    large = np.zeros([n + before + behind for n, (before, behind) in zip(shape, pads, strict=True)])
    height, width = kernel.shape
    # TODO 7: stamp y[i, j] · kernel onto `large`, for each i and j at the place where the correlation had its
    #   window (i, j); stamps that overlap add up. Then return the part of shape `shape`, without the padding.
    raise NotAttempted(7)  # your code goes here, in place of this line


def as_matrix(kernel, shape, padding="valid", stride=1):
    """The matrix M, (places, pixels), with M @ x.ravel() equal to correlate2d(x, kernel, padding, stride).ravel()."""
    pads = [padding_of(padding, n, k, stride) for n, k in zip(shape, kernel.shape, strict=True)]
    rows, columns = (output_size(n, k, *pad, stride) for n, k, pad in zip(shape, kernel.shape, pads, strict=True))
    (top, _), (left, _) = pads
    matrix = np.zeros((rows * columns, shape[0] * shape[1]))
    # TODO 8: write each weight into the matrix: the one of window (i, j) at (a, b) into row i · columns + j, and
    #   into the column of the pixel below it. Return the matrix. A weight over the padding is multiplied by zero:
    #   leave it out.
    raise NotAttempted(8)  # your code goes here, in place of this line


def define(data, hp):
    return SimpleNamespace(kernels=dict(KERNELS), padding="valid", stride=1, answers={})


# %% [markdown]
# ## 3. Compile
#
# How the kernels slide.


# %%
def compile(model, hp):
    model.padding = hp.Choice("padding", ["same", "valid", "full"])
    model.stride = hp.Int("stride", 1, 8, default=1)


# %% [markdown]
# ## 4. Fit
#
# The kernels are given here; from exercise 20 on, fit finds them. What is written
# down is how many places each stride leaves of an axis of 12 pixels.


# %%
def fit(model, data, preset, callbacks):
    photograph = data.train.x[0]
    model.answers = {
        name: correlate2d(photograph, kernel, model.padding, model.stride) for name, kernel in model.kernels.items()
    }
    return {
        padding: [output_size(12, 5, *padding_of(padding, 12, 5, stride), stride) for stride in STRIDES]
        for padding in ("valid", "same", "full")
    }


# %% [markdown]
# ## 5. Evaluate
#
# Two libraries that were written by others serve as reference: scipy.signal, and Keras's own convolution. SciPy knows no
# stride (we take every s-th place) and Keras no full padding (we pad before). Kernels are random, of odd and even sizes,
# so that no symmetry hides a mistake. All agree up to the rounding of floating point.


# %%
def difference(ours, reference):
    """The largest difference of two arrays; infinite if their shapes differ."""
    ours, reference = np.asarray(ours), np.asarray(reference)
    return float(np.abs(ours - reference).max()) if ours.shape == reference.shape else np.inf


def zeros_around(x, kernel, padding):
    """The picture as the references need it, padded by NumPy, for all but "same"."""
    sides = {"valid": [0] * x.ndim, "full": [k - 1 for k in kernel.shape]}.get(padding, [padding] * x.ndim)
    return np.pad(x, [(side, side) for side in sides])


def by_scipy(x, kernel, padding, stride):
    """Correlation and convolution by scipy.signal."""
    from scipy import signal

    if padding == "same":
        return [method(x, kernel, "same") for method in (signal.correlate, signal.convolve)]
    x, every = zeros_around(x, kernel, padding), (slice(None, None, stride),) * x.ndim
    return [method(x, kernel, "valid", method="direct")[every] for method in (signal.correlate, signal.convolve)]


def by_keras(x, kernel, padding, stride):
    """Correlation by keras.ops.conv, on a batch of one picture with one channel."""
    from keras import ops

    mode = "same" if padding == "same" else "valid"
    x = x if padding == "same" else zeros_around(x, kernel, padding)
    return np.asarray(ops.conv(x[None, ..., None], kernel[..., None, None], strides=stride, padding=mode))[0, ..., 0]


def transposed_by_keras(y, kernel, padding, stride):
    """Transposed convolution by keras.ops.conv_transpose, without the padding of a full or whole number."""
    from keras import ops

    mode = "same" if padding == "same" else "valid"
    large = ops.conv_transpose(y[None, ..., None], kernel[..., None, None], strides=stride, padding=mode)
    large = np.asarray(large)[0, ..., 0]
    top, left = {"valid": (0, 0), "same": (0, 0), "full": [k - 1 for k in kernel.shape]}.get(
        padding, (padding, padding)
    )
    return large[top : large.shape[0] - top, left : large.shape[1] - left]


def evaluate(model, data):
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()
    rng = np.random.default_rng(0)
    worst = {"scipy_difference": [], "keras_difference": [], "transposed_difference": [], "matrix_difference": []}
    settings = 0
    for height, width in ((9, 9), (8, 11), (7, 12)):
        picture = data.test.x[0][5 : 5 + height, 7 : 7 + width]
        for shape in ((1, 1), (2, 3), (3, 3), (4, 5), (5, 2)):
            kernel = rng.normal(size=shape)
            for stride in (1, 2, 3, 4):
                for padding in ("valid", "same", "full", 1, 2, 3):
                    settings += 1
                    ours = correlate2d(picture, kernel, padding, stride)
                    row, weights = picture[0], kernel[0]
                    along = correlate1d(row, weights, padding, stride)
                    # SciPy's "same" puts the larger half of the zeros of even kernels before, and has no stride.
                    if padding != "same" or (stride == 1 and all(k % 2 for k in shape)):
                        both = by_scipy(picture, kernel, padding, stride)
                        pair = (ours, convolve(picture, kernel, padding, stride))
                        worst["scipy_difference"] += map(difference, pair, both)
                        both = by_scipy(row, weights, padding, stride)
                        pair = (along, convolve(row, weights, padding, stride))
                        worst["scipy_difference"] += map(difference, pair, both)
                    worst["keras_difference"] += [
                        difference(ours, by_keras(picture, kernel, padding, stride)),
                        difference(along, by_keras(row, weights, padding, stride)),
                    ]
                    small = rng.normal(size=ours.shape)
                    reference = transposed_by_keras(small, kernel, padding, stride)
                    worst["transposed_difference"].append(
                        difference(transposed(small, kernel, reference.shape, padding, stride), reference)
                    )
                    matrix = as_matrix(kernel, picture.shape, padding, stride)
                    worst["matrix_difference"] += [
                        difference(matrix @ picture.ravel(), ours.ravel()),
                        difference(
                            matrix.T @ small.ravel(),
                            transposed(small, kernel, picture.shape, padding, stride).ravel(),
                        ),
                    ]
    metrics = {name: max(values) for name, values in worst.items()}
    return {"largest_difference": max(metrics.values()), **metrics, "settings": settings}


# %% [markdown]
# ## Figures
#
# The photograph and its edges; what padding, stride and the flip do, in numbers and in pictures; the matrix; and stamps.


# %%
def figures(model, data, history):
    photograph = data.test.x[0]
    small = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 8, 7, 6], [5, 4, 3, 2]]) / 10
    ones = np.ones((3, 3))
    around, means = {}, {}
    for name in ("valid", "same", "full"):
        inside = padded(small, [padding_of(name, 4, 3, 1)] * 2)
        around[f"{name}: {len(inside)} × {len(inside)}"] = inside
        sums = correlate2d(small, ones / 9, name)
        means[f"{name}, means of 3 × 3: {len(sums)} × {len(sums)}"] = sums
    dot = np.zeros((9, 9))
    dot[4, 4] = 1
    strides = {
        f"stride {stride}: {len(answer)} × {len(answer)}": answer
        for stride in (1, 2, 4, 8)
        for answer in [correlate2d(photograph, KERNELS["blur"], "same", stride)]
    }
    kernel, shape = KERNELS["vertical edges"] + 0.5 * np.eye(3), (6, 6)
    matrices = {
        f"{name}, stride {stride}: {matrix.shape[0]} × {matrix.shape[1]}": matrix
        for name, stride in (("valid", 1), ("same", 1), ("same", 2))
        for matrix in [as_matrix(kernel, shape, name, stride)]
    }
    two = np.array([[1.0, 2], [3, 4]]) / 10
    stamps = {
        "picture": two,
        "stride 3: stamps side by side": transposed(two, ones, (6, 6), "valid", 3),
        "stride 2: overlaps add up": transposed(two, ones, (5, 5), "valid", 2),
        "stride 1": transposed(two, ones, (4, 4), "valid", 1),
    }
    corner = photograph[: len(photograph) // 4 * 4, : len(photograph) // 4 * 4]
    few = correlate2d(corner, np.full((4, 4), 1 / 16), "valid", 4)
    enlarged = {
        f"photograph, {len(corner)} × {len(corner)}": corner,
        f"means, stride 4: {len(few)} × {len(few)}": few,
        "transposed, 4 × 4 ones": transposed(few, np.ones((4, 4)), corner.shape, "valid", 4),
        "transposed, 6 × 6 ones: checkerboard": transposed(few, np.full((6, 6), 16 / 36), corner.shape, "same", 4),
    }
    return {
        "edges": plots.pictures({"photograph": photograph, **model.answers}, columns=2, side=3.4),
        "padding": plots.pictures({**around, **means}, columns=3, numbers=True),
        "sizes": plots.table(
            ["padding", *(f"stride {stride}" for stride in STRIDES)],
            [[name, *map(int, places)] for name, places in history.items()],
            "Places on an axis of 12 pixels, 5 weights",
        ),
        "strides": plots.pictures(strides, side=2.8),
        "flip": plots.pictures(
            {
                "kernel": LETTER,
                "picture: one dot": dot,
                "correlation: turned by 180°": correlate2d(dot, LETTER, "same"),
                "convolution: the kernel": convolve(dot, LETTER, "same"),
            }
        ),
        "matrix": plots.pictures(matrices, side=3.6),
        "stamps": plots.pictures(stamps, numbers=True, side=2.8),
        "enlarged": plots.pictures(enlarged, side=2.8),
    }


# %% [markdown]
# ## Try it
#
# - `make exercise N=18 HP="padding=full stride=2"`: predict the sizes in the titles before you look.
# - Convolve with blur, then with edges; then the other way round; then once, with the full convolution of the two kernels.
# - What does the matrix of a 1 × 1 kernel look like? And the one of a kernel as large as the picture, valid? (A Dense unit.)
# - Time correlate2d against `matrix @ x.ravel()` and scipy.signal.correlate2d on the whole photograph. How many entries would
#   the matrix of a 256 × 256 photograph have, and how many of them are not zero?
#
# ## Common mistakes
#
# - The window's loop ends one place early, or x is put into the padded array with a wrong end: the right and the bottom
#   border are lost.
# - Padding by k in place of (k − 1) / 2, or on one side only: the picture grows, or moves.
# - ⌈…⌉ where the formula has ⌊…⌋: the last window hangs over the border.
# - `=` where stamps have to be added: the transposed convolution forgets all but the last stamp.

# %%
# The same steps by hand, for a notebook; `make exercise N=18` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
