# %% [markdown]
# # Exercise 19: Edges, pooling and counting
#
# - Section: CNN 3-1, Convolution
# - Data: photograph
# - Claim: counts_agree ≥ 1 on real data with PRESET=full; recorded before: none
# - Measured: counts_agree 1.0: shapes, parameters and FLOPs of three networks, layer by layer; filters differ from SciPy's by 0, pooling from Keras's by 3e-8, with any seed; 5 s on 2 CPU cores
# - In plain NumPy: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=19`
# - Longer than others: filters, borders, pooling and counting by hand in one lesson
#
# ## What you will learn
#
# Which kernels find edges, blur, sharpen or emboss, and why; what happens at the border of a picture; how kernels combine;
# how pooling makes pictures smaller; and how to count the parameters and the work of a convolutional network on paper.
#
# ## The idea
#
# A difference of neighbors is a derivative: [−1, 0, 1] along a row is large where the picture gets brighter to the right,
# at a vertical edge. A sum of neighbors across it takes out noise. Both at once are the kernels of Prewitt (m = 1) and Sobel
# (m = 2):
#
#     [1, m, 1]ᵀ · [−1, 0, 1]      finds vertical edges
#     [−1, 0, 1]ᵀ · [1, m, 1]      finds horizontal edges
#
# The two answers g_x and g_y are the two parts of the slope; its length √(g_x² + g_y²) is large at edges of every direction.
# A kernel whose weights add up to 1 keeps the brightness (blur, sharpen), one that adds up to 0 answers 0 on a plain surface
# (edges, outline).
#
# A kernel that stands on the border wants pixels that are not there. Zeros are the habit of networks, but make a false edge
# where the picture ends; others mirror the picture (d c b | a b c d), repeat its last pixel (a a a | a b c d), or begin
# again at the other side (b c d | a b c d).
#
# Filtering is linear: the answer to a sum of kernels is the sum of their answers, and two kernels one after the other are
# one kernel, their convolution. Layers upon layers would be worth one layer, were there no activation between them, and no
# max pooling: the largest of each s × s pixels. Average pooling takes their mean, and is linear again.
#
# Counting, for a layer with C channels coming in and F filters of k × k:
#
#     parameters        (k · k · C + 1) · F, the 1 being the bias    (dense: (inputs + 1) · units)
#     multiply–adds     places · k · k · C · F, places = rows · columns of what comes out    (dense: inputs · units)
#
# FLOPs, floating-point operations, are twice the multiply–adds: a multiplication and an addition each.
#
# ## The five steps
#
# load (a photograph), define (kernels, filters, pooling, counts), compile (the border), fit (filter and pool: nothing is
# learned yet), evaluate (against SciPy, and the counts against Keras).

# %%
from types import SimpleNamespace

import numpy as np

from whitepaper import datasets, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset

MODES = ("zero", "reflect", "nearest", "wrap")
PRESETS = {
    "smoke": Preset(hp={"size": 32}),
    "quick": Preset(hp={"size": 256}),
    "full": Preset(hp={"size": 256}),
}


# Layers, as much of them as counting needs.
def conv(filters, size, stride=1, padding="valid"):
    return {"kind": "conv", "filters": filters, "size": size, "stride": stride, "padding": padding}


def pool(size, of="max"):
    return {"kind": "pool", "size": size, "of": of}


def dense(units):
    return {"kind": "dense", "units": units}


FLATTEN = {"kind": "flatten"}

# Name → shape of a picture, layers. The first one is the network of exercise 20.
NETWORKS = {
    "the network of exercise 20": (
        (32, 32, 3),
        [conv(32, 3), pool(2), conv(64, 3), pool(2), conv(64, 3), FLATTEN, dense(64), dense(10)],
    ),
    "strides in place of pooling": (
        (28, 28, 1),
        [conv(16, 5, 2, "same"), conv(32, 3, 2), conv(32, 3, 1, "same"), FLATTEN, dense(10)],
    ),
    "wide pictures": (
        (33, 47, 3),
        [conv(8, 5), pool(3, "average"), conv(24, 1), conv(8, 3, 3, "same"), pool(2), FLATTEN, dense(4)],
    ),
}

# %% [markdown]
# ## 1. Load
#
# Two gray photographs, numbers from 0 (black) to 1 (white); all splits are the same, for nothing is learned.


# %%
def load(preset):
    return datasets.load_photograph(size=preset.hp["size"])


# %% [markdown]
# ## 2. Define
#
# The kernels of edges first, by their formula; the others are written down.


# %%
def edge_kernel(direction, middle):
    """The 3 × 3 kernel of Prewitt (middle 1) or Sobel (middle 2) for edges of a direction, "vertical" or "horizontal".

    It answers above 0 where the picture gets brighter to the right (vertical edges) or downwards (horizontal edges).
    """
    # TODO 1: return the kernel, shape (3, 3).
    raise NotAttempted(1)  # your code goes here, in place of this line


GALLERY = {
    "blur": np.full((5, 5), 1 / 25),
    "sharpen": np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]),
    "emboss": np.array([[-2.0, -1, 0], [-1, 1, 1], [0, 1, 2]]),
    "outline": np.array([[-1.0, -1, -1], [-1, 8, -1], [-1, -1, -1]]),
}

# %% [markdown]
# Then the border, and the filter itself: the correlation of exercise 18, with an answer for every pixel.


# %%
def extended(x, rows, columns, mode):
    """The picture with `rows` more pixels above and below, and `columns` more at the left and the right.

    Args:
        mode: "zero"; "reflect", mirrored, the pixel of the border itself not repeated: c b | a b c;
            "nearest", the last pixel repeated: a a | a b c; "wrap", from the other side: b c | a b c.
    """
    # TODO 2: return the larger picture.
    raise NotAttempted(2)  # your code goes here, in place of this line


def filtered(x, kernel, mode):
    """The correlation of a picture (height, width) with a kernel of odd sides: one answer for each pixel, not cut off."""
    height, width = kernel.shape
    large = extended(x, height // 2, width // 2, mode)
    # TODO 3: return the sums y[i, j] = Σ_a Σ_b kernel[a, b] · large[i + a, j + b] as floats, in the shape of x.
    raise NotAttempted(3)  # your code goes here, in place of this line


# %% [markdown]
# Kernels together: the slope of all directions, and two kernels in one.


# %%
def slope(x, mode):
    """How steep the picture is at each pixel, whatever the direction: by Sobel's kernels."""
    # TODO 4: return √(g_x² + g_y²) of the answers to the two Sobel kernels.
    raise NotAttempted(4)  # your code goes here, in place of this line


def combined(first, second):
    """The one kernel that answers what `second` answers to the answers of `first`."""
    # TODO 5: return their full convolution: sides a and b become a + b − 1.
    raise NotAttempted(5)  # your code goes here, in place of this line


# %% [markdown]
# Pooling: a stack of answers, one channel a kernel, made smaller channel by channel.


# %%
def pooled(x, size, of):
    """Each size × size pixels become one; rows and columns that are left over at the end are dropped.

    Args:
        x: (height, width, channels). of: "max" or "average".
    """
    # TODO 6: return the array (height // size, width // size, channels) of the maxima or means.
    raise NotAttempted(6)  # your code goes here, in place of this line


# %% [markdown]
# And the counts. What comes out of a layer follows exercise 18's formula.


# %%
def output_shape(layer, shape):
    """The shape that a layer makes of (rows, columns, channels), or of (numbers,)."""
    if layer["kind"] == "conv":
        if layer["padding"] == "same":
            places = [-(-n // layer["stride"]) for n in shape[:2]]
        else:
            places = [(n - layer["size"]) // layer["stride"] + 1 for n in shape[:2]]
        return (*places, layer["filters"])
    if layer["kind"] == "pool":
        return (shape[0] // layer["size"], shape[1] // layer["size"], shape[2])
    if layer["kind"] == "flatten":
        return (int(np.prod(shape)),)
    return (layer["units"],)


def parameters_of(layer, shape):
    """Numbers that a layer learns, `shape` coming in."""
    # TODO 7: return the number of weights and biases. layer["kind"] is "conv", "pool", "flatten" or "dense".
    raise NotAttempted(7)  # your code goes here, in place of this line


def multiply_adds_of(layer, shape):
    """Products that a layer takes and adds up for one picture, `shape` coming in; biases and maxima are not counted."""
    # TODO 8: return the number of multiply–adds.
    raise NotAttempted(8)  # your code goes here, in place of this line


def counts(shape, layers):
    """For each layer the shape that comes out, parameters, and multiply–adds."""
    rows = []
    for layer in layers:
        out = output_shape(layer, shape)
        rows.append((out, parameters_of(layer, shape), multiply_adds_of(layer, shape)))
        shape = out
    return rows


def define(data, hp):
    kernels = {
        "vertical edges (Sobel)": edge_kernel("vertical", 2),
        "horizontal edges (Sobel)": edge_kernel("horizontal", 2),
        "vertical edges (Prewitt)": edge_kernel("vertical", 1),
        **GALLERY,
    }
    return SimpleNamespace(kernels=kernels, mode="zero", answers={})


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    model.mode = hp.Choice("mode", ["reflect", "zero", "nearest", "wrap"])


# %% [markdown]
# ## 4. Fit
#
# The kernels over the photograph. The history is the mean of the slopes, pooled again and again: averages keep it, maxima
# raise it.


# %%
def fit(model, data, preset, callbacks):
    photograph = data.train.x[0]
    model.answers = {name: filtered(photograph, kernel, model.mode) for name, kernel in model.kernels.items()}
    model.answers["slope of any direction"] = slope(photograph, model.mode)
    history = {}
    for of in ("max", "average"):
        steep = model.answers["slope of any direction"][..., None]
        means = [steep.mean()]
        for _ in range(4):
            steep = pooled(steep, 2, of)
            means.append(steep.mean())
        history[of] = means
    return history


# %% [markdown]
# ## 5. Evaluate
#
# Filters against scipy.ndimage, under every border; pooling against Keras; the two laws of linear filters; and the counts:
# shapes and parameters of every layer against Keras, FLOPs against TensorFlow's profiler.


# %%
def by_keras(shape, layers):
    """Shape and parameters of each layer, parameters of the model, and FLOPs, as Keras and TensorFlow count them."""
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()
    import keras
    import tensorflow as tf

    made = []
    for layer in layers:
        if layer["kind"] == "conv":
            made.append(
                keras.layers.Conv2D(
                    layer["filters"], layer["size"], layer["stride"], padding=layer["padding"], activation="relu"
                )
            )
        elif layer["kind"] == "pool":
            kind = keras.layers.MaxPooling2D if layer["of"] == "max" else keras.layers.AveragePooling2D
            made.append(kind(layer["size"]))
        else:
            made.append(keras.layers.Flatten() if layer["kind"] == "flatten" else keras.layers.Dense(layer["units"]))
    network = keras.Sequential([keras.Input(shape), *made])
    rows = [(tuple(layer.output.shape[1:]), layer.count_params()) for layer in made]
    profiler = tf.compat.v1.profiler
    graph = tf.function(network).get_concrete_function(tf.TensorSpec((1, *shape))).graph
    options = {**profiler.ProfileOptionBuilder.float_operation(), "output": "none"}
    node, operations = profiler.profile(graph=graph, cmd="op", options=options), {}
    while node.children:
        node = node.children[0]
        operations[node.name] = node.float_ops
    return rows, network.count_params(), operations.get("Conv2D", 0) + operations.get("MatMul", 0)


def agree(shape, layers):
    """Whether the counts on paper are those of Keras, layer by layer and in all."""
    ours = counts(shape, layers)
    rows, parameters, flops = by_keras(shape, layers)
    return (
        [row[:2] for row in ours] == rows
        and sum(row[1] for row in ours) == parameters
        and 2 * sum(row[2] for row in ours) == flops
    )


def evaluate(model, data):
    from scipy import ndimage

    agreed = [agree(*network) for network in NETWORKS.values()]
    from keras import ops

    x = data.test.x[1][:31, 3:28]
    names = {"zero": "constant", "reflect": "mirror", "nearest": "nearest", "wrap": "wrap"}
    filters = [
        np.abs(filtered(x, kernel, mode) - ndimage.correlate(x, kernel.astype(float), mode=names[mode])).max()
        for kernel in model.kernels.values()
        for mode in MODES
    ]
    stack = np.stack([filtered(x, kernel, "zero") for kernel in model.kernels.values()], axis=-1)
    pools = [
        np.abs(pooled(stack, size, of) - np.asarray(function(stack[None], size, size, "valid"))[0]).max()
        for size in (2, 3, 4)
        for of, function in (("max", ops.max_pool), ("average", ops.average_pool))
    ]
    first, second = edge_kernel("vertical", 2), GALLERY["emboss"]
    sums = filtered(x, first, "wrap") + filtered(x, second, "wrap") - filtered(x, first + second, "wrap")
    twice = filtered(filtered(x, first, "wrap"), second, "wrap") - filtered(x, combined(first, second), "wrap")
    rows = counts(*NETWORKS["the network of exercise 20"])
    return {
        "counts_agree": np.mean(agreed),
        "parameters": sum(row[1] for row in rows),
        "multiply_adds": sum(row[2] for row in rows),
        "filter_difference": max(filters),
        "pooling_difference": max(pools),
        "linearity_difference": np.abs(sums).max(),
        "combination_difference": np.abs(twice).max(),
    }


# %% [markdown]
# ## Figures
#
# The gallery of filters; the four borders; pooled pictures, and what pooling does to their mean; two kernels in one; and
# the counts of the network of exercise 20.


# %%
def figures(model, data, history):
    photograph = data.test.x[0]
    # Sharpen and emboss reach a little beyond black and white: cut off for the eye only.
    shown = {
        name: np.clip(answer, 0, 1) if name in ("sharpen", "emboss") else answer
        for name, answer in model.answers.items()
    }
    side = len(photograph) // 4
    flower = data.test.x[1][side : 3 * side, side : 3 * side]
    borders = {mode: extended(flower, side // 2, side // 2, mode) for mode in MODES}
    edges = {f"edges, {mode}": filtered(flower, edge_kernel("vertical", 2), mode) for mode in MODES}
    steep = model.answers["slope of any direction"][..., None]
    smaller = {
        f"{of} of {size} × {size}: {len(picture)} × {len(picture)}": picture[..., 0]
        for of in ("max", "average")
        for size in (2, 4, 8)
        for picture in [pooled(steep, size, of)]
    }
    numbers = np.array([[1.0, 3, 2, 0], [4, 2, 1, 1], [0, 0, 5, 6], [2, 1, 8, 7]])
    small = {
        "picture": numbers,
        "max of 2 × 2": pooled(numbers[..., None], 2, "max")[..., 0],
        "average of 2 × 2": pooled(numbers[..., None], 2, "average")[..., 0],
    }
    line, box = np.array([[-1.0, 0, 1]]), np.array([[1.0], [2], [1]])
    sobel = edge_kernel("vertical", 2)
    kernels = {
        "difference": line,
        "sum": box,
        "both: Sobel": combined(line, box),
        "Sobel twice": combined(sobel, sobel),
    }
    shape, layers = NETWORKS["the network of exercise 20"]
    rows, (keras_rows, keras_total, keras_flops) = counts(shape, layers), by_keras(shape, layers)
    parameters, work = (sum(row[place] for row in rows) for place in (1, 2))

    def spaced(number):
        return f"{number:,}".replace(",", " ")

    lines = [
        [
            layer["kind"],
            " × ".join(map(str, out)),
            spaced(learned),
            spaced(theirs),
            f"{learned / parameters:.1%}",
            spaced(products),
            f"{products / work:.1%}",
        ]
        for layer, (out, learned, products), (_, theirs) in zip(layers, rows, keras_rows, strict=True)
    ]
    lines.append(["all", "", spaced(parameters), spaced(keras_total), "", spaced(work), ""])
    return {
        "gallery": plots.pictures({"photograph": photograph, **shown}, columns=3, side=3),
        "borders": plots.pictures({**borders, **edges}, columns=4),
        "pooling": plots.pictures(smaller, columns=3, side=2.8),
        "pooling in numbers": plots.pictures(small, numbers=True),
        "means": plots.functions(
            range(len(history["max"])),
            {"max pooling": history["max"], "average pooling": history["average"]},
            "poolings of 2 × 2: mean of the slopes",
        ),
        "kernels": plots.pictures(kernels, numbers=True),
        "counts": plots.table(
            ["layer", "comes out", "parameters", "by Keras", "share", "multiply–adds", "share"],
            lines,
            f"A picture of {' × '.join(map(str, shape))}: {spaced(2 * work)} FLOPs, {spaced(keras_flops)} by TensorFlow",
        ),
    }


# %% [markdown]
# ## Try it
#
# - `make exercise N=19 HP="mode=zero"`: where in the gallery do you see it?
# - Add up the weights of each kernel. Which keep the brightness of a plain surface, which answer 0?
# - Blur, then edges; edges, then blur: the same? And max pooling, then edges?
# - Which layer of the network has most parameters, and which does most of the work? What would 3 × 3 → 5 × 5 do to both?
#
# ## Common mistakes
#
# - The kernel that differs along the row is the one for *vertical* edges.
# - Answers kept as bytes, or cut to 0 … 1: edges from bright to dark have answers below 0.
# - Pooling over the wrong axes: channels stay apart.
# - The bias forgotten (one a filter, not one a weight), or the channels: a 3 × 3 filter over 64 channels has 576 weights.

# %%
# The same steps by hand, for a notebook; `make exercise N=19` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
