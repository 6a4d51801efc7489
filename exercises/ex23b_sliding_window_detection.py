# %% [markdown]
# # Exercise 23b: Detection by sliding windows
#
# - Section: CNN 3-2, Segmentation, augmentation, detection
# - Data: scenes
# - Claim: speedup ≥ 5 on real data with PRESET=full; recorded before: 49 passes against 1
# - Measured: speedup 5.7, all labels of 4 900 windows the same, largest difference 0, precision 0.878 and recall 0.929 at IoU 0.5, seed 0; two minutes on 2 CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=23b`
#
# ## What you will learn
#
# To find *where* things are with a network that only says *what* something is: ask it at many places. And to do this in a
# single pass in place of 49, with the same answers, because a convolution does not care where its window lies.
#
# ## The idea
#
# A window of 46 × 46 pixels moves over a picture of 94 × 94 in steps of 8: 7 × 7 places. A classifier with eleven classes, ten
# shapes and "nothing", judges each of them.
#
# The R-CNN way (Girshick et al. 2014) cuts each window out and sends it through the whole network: 49 passes through the
# convolutions, and most pixels take part in many of them. The SPPNet way (He et al. 2014) computes the convolutions once, for
# the whole picture, and cuts the windows out of the *feature map*. Three poolings make one step of the map out of 8 pixels:
#
#     94 → 92 → 46 → 44 → 22 → 20 → 10        the picture: a map of 10 × 10
#     46 → 44 → 22 → 20 → 10 →  8 →  4        a window: a map of 4 × 4, the part of the large one that begins at (i, j)
#
# Without padding (`valid`) the small map *is* that part of the large one, number for number, where the window begins at pixel
# (8 i, 8 j). With `same` the zeros around each window would make it another one.
#
# Neighboring windows find the same object several times. Non-maximum suppression keeps the surest one and drops those that
# overlap it: for two boxes A and B the overlap is IoU = |A ∩ B| / |A ∪ B|. A detection is right if it has the class of an object
# and an IoU of at least 0.5 with its box, and each object can be found once. Precision is the share of detections that are
# right, recall the share of objects that were found.
#
# ## The five steps
#
# load (windows to learn from, scenes to search), define (a bottom that makes features, a top that judges them), compile, fit
# (the classifier of windows), evaluate (search the scenes both ways; compare labels, passes and time; score the boxes).

# %%
import time

import keras
import numpy as np

from whitepaper import datasets, models, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset

WINDOW, STRIDE = 46, 8  # pixels
CELLS = 4  # of the map of one window, each way
NOTHING = 10  # the class of windows without an object
SURE = 0.5  # least probability of a detection
DROP = 0.3  # boxes that overlap a surer one by more are dropped
RIGHT = 0.5  # least overlap with the true box
PRESETS = {
    "smoke": Preset(examples=240, epochs=2, batch_size=25, hp={"filters": 4}),
    "quick": Preset(examples=6_000, epochs=6, hp={"filters": 16}),
    "full": Preset(epochs=8),
}

# %% [markdown]
# ## 1. Load
#
# The scenes are composed by the course: textured shapes on a ground, one to three in a picture, and the true boxes are known.
# Training and validation split hold windows cut from scenes, half of them around an object; the test split holds other
# scenes, whole, and for each its objects: class, top, left, bottom, right.


# %%
def load(preset):
    data = datasets.load_scenes(examples=preset.examples)
    return data.map(lambda x, y: (x.astype("float32") / 255, y))


def window_boxes(size):
    """The windows of a picture of size × size pixels, as boxes."""
    # TODO 1: Return an array of shape (k, 4) with top, left, bottom and right of all windows of WINDOW × WINDOW
    #   pixels that fit into the image, in steps of STRIDE pixels: row after row, from left to right. bottom and
    #   right are the first pixels outside of the window.
    raise NotAttempted(1)  # your code goes here, in place of this line


# %% [markdown]
# ## 2. Define
#
# The network is built in two parts. The bottom takes pictures of any size, so it must not hold a Flatten; the top takes the
# map of one window.


# %%
def define(data, hp):
    filters = hp.Int("filters", 4, 64, step=4, default=32)
    # TODO 2: Set `bottom` to a Keras model with the input shape (None, None, 3). It has three 3 × 3 convolutions
    #   with relu, of `filters`, 2 · `filters` and 4 · `filters` filters. Each of them is followed by 2 × 2 max
    #   pooling. Nothing is padded.
    raise NotAttempted(2)  # your code goes here, in place of this line
    bottom.name = "bottom"
    top = models.dense_network((CELLS, CELLS, 4 * filters), (64,), NOTHING + 1, input_dropout=0.3, name="top")
    return keras.Sequential([keras.Input(shape=(WINDOW, WINDOW, 3)), bottom, top])


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    model.compile(
        optimizer=keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


# %% [markdown]
# ## 4. Fit
#
# The classifier learns from windows alone. Whole scenes are for evaluate.


# %%
def fit(model, data, preset, callbacks):
    # TODO 3: Train on data.train for preset.epochs epochs in batches of preset.batch_size, with data.validation
    #   as validation data. Hand on the callbacks, and return the history.
    raise NotAttempted(3)  # your code goes here, in place of this line


# %% [markdown]
# ## 5. Evaluate
#
# First the two ways to cut: pixels, and cells of the map. `predict_on_batch` is `predict` without a data pipeline: here the
# network alone is to be measured.


# %%
def crops(scene, boxes):
    """The pixels in each box, (k, WINDOW, WINDOW, 3)."""
    return np.stack([scene[top:bottom, left:right] for top, left, bottom, right in boxes])


def map_windows(features):
    # TODO 4: `features` is the map of one scene, of shape (height, width, channels). Return all of its windows of
    #   CELLS × CELLS cells as an array of shape (k, CELLS, CELLS, channels). The next window begins one cell
    #   further. The order is that of window_boxes: row after row, from left to right.
    raise NotAttempted(4)  # your code goes here, in place of this line


def by_crops(model, scenes):
    """Probabilities of every window of every scene, (scenes, k, classes), each window sent through the whole network."""
    boxes = window_boxes(scenes.shape[1])
    cut = np.concatenate([crops(scene, boxes) for scene in scenes])
    return model.predict_on_batch(cut).reshape(len(scenes), len(boxes), -1)


def by_map(model, scenes):
    """The same from one pass a scene: windows of the bottom's map, judged by the top."""
    bottom, top = model.get_layer("bottom"), model.get_layer("top")
    # TODO 5: Compute the bottom's maps of all scenes, cut each map into its windows, and let the top judge the
    #   windows. Return the probabilities as an array of shape (scenes, k, classes).
    raise NotAttempted(5)  # your code goes here, in place of this line


# %% [markdown]
# From probabilities to boxes: overlap, suppression, score.


# %%
def overlap(box, boxes):
    # TODO 6: `box` has the shape (4,) and `boxes` the shape (n, 4), with top, left, bottom and right. Return the
    #   IoU of `box` with each of `boxes`, an array of shape (n,). It is 0 for boxes that do not overlap; n may be
    #   0.
    raise NotAttempted(6)  # your code goes here, in place of this line


def suppress(boxes, scores):
    # TODO 7: Non-maximum suppression. Take the box with the highest score, drop all others whose IoU with it is
    #   more than DROP, and go on with the boxes that are left until there are none. Return the indices of the
    #   boxes that were taken, as a list, the highest score first. There may be no boxes at all.
    raise NotAttempted(7)  # your code goes here, in place of this line


def detect(probabilities, boxes):
    """Class, sureness and box of what one scene's windows say, (m, 6), the surest first."""
    shapes = probabilities[:, :NOTHING]
    classes, scores = shapes.argmax(axis=1), shapes.max(axis=1)
    sure = np.flatnonzero(scores >= SURE)
    kept = sure[suppress(boxes[sure], scores[sure])] if len(sure) else sure
    return np.column_stack([classes[kept], scores[kept], boxes[kept]])


def count_right(found, objects):
    """How many detections of one scene are right.

    Args:
        found: (m, 6) class, sureness, box, the surest first. objects: (n, 5) class and box, without empty rows.
    """
    # TODO 8: Go through `found` in order. A detection is right if it has the class of an object that was not
    #   found before and its IoU with the box of this object is RIGHT or more. Where several objects qualify, it
    #   finds the one with the highest IoU. Return the number of right detections.
    raise NotAttempted(8)  # your code goes here, in place of this line


def everywhere(way, model, scenes):
    """Probabilities (scenes, k, classes) by one of the two ways, ten scenes at a time."""
    return np.concatenate([way(model, scenes[start : start + 10]) for start in range(0, len(scenes), 10)])


def seconds_of(way, model, scenes):
    """The shortest of five searches: the others waited for something else."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        everywhere(way, model, scenes)
        took.append(time.perf_counter() - began)
    return min(took)


def evaluate(model, data):
    scenes, truth = data.test.x, data.test.y.astype(int)
    boxes = window_boxes(scenes.shape[1])
    cropped, mapped = everywhere(by_crops, model, scenes), everywhere(by_map, model, scenes)
    right = found = there = 0
    for probabilities, objects in zip(mapped, truth, strict=True):
        objects, detections = objects[objects[:, 0] >= 0], detect(probabilities, boxes)
        right, found, there = right + count_right(detections, objects), found + len(detections), there + len(objects)
    slow, fast = seconds_of(by_crops, model, scenes), seconds_of(by_map, model, scenes)
    print(f"{len(scenes)} scenes: {len(boxes)} passes each in {slow:.2f} s, one pass each in {fast:.2f} s")
    return {
        "speedup": slow / fast,
        "seconds_by_crops": slow,
        "seconds_by_map": fast,
        "passes_by_crops": len(boxes),
        "passes_by_map": 1,
        "same_labels": float((cropped.argmax(axis=-1) == mapped.argmax(axis=-1)).mean()),
        "largest_difference": float(np.abs(cropped - mapped).max()),
        "precision": right / max(found, 1),
        "recall": right / there,
    }


# %% [markdown]
# ## Figures
#
# The windows that were learned from; the curves; six scenes with the true boxes (white, dashed) and what was found; the
# certainty that there is something at each of the 49 places, from crops and from the map; and one scene before and after
# suppression.


# %%
def figures(model, data, history):
    scenes, names = data.test.x[:6], data.class_names
    boxes = window_boxes(scenes.shape[1])
    cropped, mapped = by_crops(model, scenes), by_map(model, scenes)
    side = int(len(boxes) ** 0.5)
    there = {}
    for number in range(3):
        there[f"scene {number}"] = scenes[number]
        for way, probabilities in (("crops", cropped), ("map", mapped)):
            there[f"scene {number} by {way}"] = 1 - probabilities[number, :, NOTHING].reshape(side, side)
    said = mapped[1, :, :NOTHING]
    sure = np.flatnonzero(said.max(axis=1) >= SURE)
    every = np.column_stack([said[sure].argmax(axis=1), said[sure].max(axis=1), boxes[sure]])
    truths = [row[row[:, 0] >= 0][:, 1:] for row in data.test.y[:6]]
    return {
        "windows": plots.image_grid(data.train.x[:12], [names[label] for label in data.train.y[:12]], columns=6),
        "curves": plots.learning_curves(history),
        "found": plots.boxes(scenes, [detect(one, boxes) for one in mapped], names, truths),
        "places": plots.pictures(there, columns=3),
        "suppression": plots.boxes(
            scenes[[1, 1]], [every, detect(mapped[1], boxes)], names, titles=["before", "after"]
        ),
    }


# %% [markdown]
# ## Try it
#
# - Put `padding="same"` into the convolutions (and CELLS = 6): do both ways still agree? Where do they differ most?
# - STRIDE = 4 asks at four times as many places. What does that cost each way, and why can the map not do it?
# - Set DROP to 0.9, then to 0: what happens to precision and recall?
# - SURE against precision and recall: draw the curve for 0.1 … 0.99.
#
# ## Common mistakes
#
# - Crops divided by 255 once more: the picture was scaled already, and the network sees black.
# - Boxes with an IoU of 1 with themselves: a box that is compared with itself drops itself.
# - An object that two boxes find counted twice: recall above 1.
# - Width and height swapped: rows come first, so a box is top, left, bottom, right.

# %%
# The same steps by hand, for a notebook; `make exercise N=23b` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
