"""Checks of exercise 20."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_integer_labels,
    labels_as_they_came,
    pixels_from_zero_to_one,
)
from whitepaper.checking.shared.training import fit_follows_the_preset

KINDS = ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D", "Flatten", "Dense", "Dense", "Softmax"]
PARAMETERS = 122_570


@check(blank=1, step="load")
def pixels_are_scaled(student):
    """Pixels are floats from 0 to 1, and the labels are as they came."""
    pixels_from_zero_to_one(student)
    labels_as_they_came(student)


@check(blank=2, step="define")
def three_convolutions(student):
    """Convolution, pooling, convolution, pooling, convolution, with relu; 122 570 parameters with 32 filters."""
    model = student.model(filters=32)
    kinds = [layer["class"] for layer in model.layers if layer["class"] not in ("InputLayer", "Activation", "ReLU")]
    convolutions = [layer for layer in model.layers if layer["class"] == "Conv2D"]
    if len(convolutions) != 3:
        raise Wrong("wrong-layers", "three convolutions", f"{len(convolutions)}: {', '.join(kinds)}", "", "2. Define")
    if kinds.count("MaxPooling2D") != 2:
        cause = "One behind the first convolution and one behind the second, none behind the third."
        raise Wrong("wrong-pooling", "two max poolings", f"{kinds.count('MaxPooling2D')}", cause, "2. Define")
    if kinds != KINDS:
        raise Wrong("wrong-layers", ", ".join(KINDS[:5]), ", ".join(kinds[:5]), "The order counts.", "2. Define")
    filters = [layer["config"].get("filters") for layer in convolutions]
    if filters != [32, 64, 64]:
        cause = "filters, then twice as many, twice; it is a hyperparameter, so do not write 32."
        raise Wrong("wrong-filters", "32, 64, 64 filters for filters=32", f"{filters}", cause, "2. Define")
    smaller = [
        layer["config"].get("filters") for layer in student.model(filters=8).layers if layer["class"] == "Conv2D"
    ]
    if smaller != [8, 16, 16]:
        raise Wrong("hyperparameter-ignored", "8, 16, 16 filters for filters=8", f"{smaller}",
                    "Use the variable `filters`.", "2. Define")  # fmt: skip
    sizes = [list(layer["config"].get("kernel_size") or []) for layer in convolutions]
    if sizes != [[3, 3]] * 3:
        raise Wrong("wrong-window", "windows of 3 × 3", f"{sizes}", "", "2. Define")
    if model.parameters != PARAMETERS:
        cause = "With padding or strides the pictures get another size, and the dense layers with them."
        raise Wrong("wrong-parameters", f"{PARAMETERS} parameters", f"{model.parameters}", cause, "2. Define")


@check(blank=2, step="define")
def relu_behind_each(student):
    """No output of the convolutions is below 0, and a convolution of the name last_convolution is there."""
    names = [layer["config"].get("name") for layer in student.model().layers]
    if "last_convolution" not in names:
        raise Wrong(
            "name-missing", 'a layer named "last_convolution"', ", ".join(names), 'name="last_convolution"', "2. Define"
        )
    inactive = [
        layer["config"]["name"]
        for layer in student.model().layers
        if layer["class"] == "Conv2D" and layer["config"].get("activation") == "linear"
    ]
    kinds = [layer["class"] for layer in student.model().layers]
    if len(inactive) > kinds.count("ReLU") + kinds.count("Activation"):
        cause = "Without it two convolutions in a row are one."
        raise Wrong(
            "relu-missing",
            "relu behind each convolution",
            f"none behind {', '.join(inactive)}",
            cause,
            "Common mistakes",
        )


@check(blank=3, step="compile")
def cross_entropy_and_adam(student):
    """Adam at the rate of hp, cross-entropy of integer labels, accuracy beside it."""
    cross_entropy_of_integer_labels(student)
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


@check(blank=4, step="fit")
def trains_on_the_training_pictures(student):
    """The network learns from the training split and watches the validation split."""
    fit_follows_the_preset(student)


@check(blank=5, step="evaluate")
def share_of_each_class(student):
    """Of the pictures of each class, the share with the right answer."""
    labels = np.array([0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9])
    answers = np.array([0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 9, 9])
    right = np.array([0.75, 0.5, 1, 1, 1, 1, 1, 1, 0, 1])
    precision = np.array([1, 0.5, 0.5, 1, 1, 1, 1, 1, 0, 2 / 3])
    found = student.call("recalls", labels, answers, step="evaluate")
    if arrays_close(found, right):
        return
    received = f"{np.round(np.asarray(found, dtype=float), 2).tolist()}" if np.ndim(found) else f"{found!r:.60}"
    if np.shape(found) != (10,):
        raise Wrong("wrong-shape", "one share for each of ten classes", received, "", "5. Evaluate")
    known = np.isfinite(np.asarray(found, dtype=float))
    if arrays_close(np.asarray(found, dtype=float)[known], precision[known]):
        cause = "Of the pictures of a class, not of those taken for it: that is precision."
        raise Wrong("precision-for-recall", f"{right.tolist()}", received, cause, "5. Evaluate")
    if np.max(found) > 1:
        raise Wrong(
            "count-for-share", f"{right.tolist()}", received, "Divide by the pictures of the class.", "5. Evaluate"
        )
    raise Wrong("wrong-recall", f"{right.tolist()}", received, "", "5. Evaluate")


@check(blank=6, step="evaluate")
def outputs_of_a_layer(student):
    """What a layer in the middle gives for pictures, by its name."""
    pictures = np.random.default_rng(0).random((3, 32, 32, 3)).astype("float32")
    for name in ("last_convolution", "scores"):
        found = student.model_call("outputs_of", name, pictures, step="evaluate")
        right = student.course.model_call("outputs_of", name, pictures, step="evaluate")
        if arrays_close(found, right, 1e-4):
            continue
        if np.shape(found) == np.shape(right):
            raise Wrong("wrong-outputs", f"the outputs of {name}", "other numbers", "", "5. Evaluate")
        cause = "The output of the layer by that name, from the model's input on."
        raise Wrong("wrong-layer", f"outputs of {name}, {np.shape(right)}", f"{np.shape(found)}", cause, "5. Evaluate")


@check(blank=7, step="evaluate")
def heat_of_each_place(student):
    """Mean slope of each channel times its outputs, summed, nothing below 0, the highest 1."""
    numbers = np.random.default_rng(1)
    maps, gradients = numbers.random((3, 4, 5, 6)), numbers.normal(size=(3, 4, 5, 6))
    gradients[2] = -1.0
    weights = gradients.mean(axis=(1, 2))
    total = (maps * weights[:, None, None, :]).sum(-1)
    hot = np.maximum(total, 0)
    right = hot / np.where(hot.max(axis=(1, 2), keepdims=True) == 0, 1, hot.max(axis=(1, 2), keepdims=True))
    found = np.asarray(student.call("heat", maps, gradients, step="evaluate"), dtype=float)
    if arrays_close(found, right):
        return
    if found.shape != right.shape:
        raise Wrong(
            "wrong-shape", f"one number a place, {right.shape}", f"{found.shape}", "Sum over the channels.", "The idea"
        )
    if not np.isfinite(found).all():
        cause = "The third picture has no heat: do not divide by 0."
        raise Wrong("zero-divided", "zeros for a picture without heat", "numbers that are none", cause, "5. Evaluate")
    if arrays_close(found, hot):
        raise Wrong(
            "not-scaled",
            "a highest value of 1",
            f"{found.max():.3g}",
            "Divide each picture by its highest.",
            "The idea",
        )
    if arrays_close(found, hot / hot.max()):
        cause = "Each picture by its own highest value, not by that of all."
        raise Wrong(
            "scaled-together", "a highest value of 1 in each picture", f"{found[1].max():.3g}", cause, "The idea"
        )
    if found.min() < 0:
        raise Wrong(
            "relu-missing",
            "nothing below 0",
            f"{found.min():.3g}",
            "What speaks against the class is cut off.",
            "The idea",
        )
    by_place = np.maximum((maps * gradients).sum(-1), 0)
    if arrays_close(found, by_place / np.maximum(by_place.max(axis=(1, 2), keepdims=True), 1e-12)):
        cause = "Average the slopes over the places first: one weight a channel."
        raise Wrong("slopes-not-averaged", "one weight for each channel", "a weight for each place", cause, "The idea")
    plain = maps.sum(-1)
    if arrays_close(found, plain / plain.max(axis=(1, 2), keepdims=True)):
        cause = "That is where the layer is active, for whatever class."
        raise Wrong("slopes-ignored", "channels weighted by their slopes", "all channels alike", cause, "The idea")
    raise Wrong("wrong-heat", f"{right[0, 0].round(3).tolist()}", f"{found[0, 0].round(3).tolist()}", "", "The idea")


@check(blank=8, step="figures")
def filters_as_pictures(student):
    """Each filter as a picture of its own, from 0 to 1."""
    kernel = np.random.default_rng(2).normal(size=(3, 3, 3, 4))
    moved = np.moveaxis(kernel, -1, 0)
    low, high = moved.min(axis=(1, 2, 3), keepdims=True), moved.max(axis=(1, 2, 3), keepdims=True)
    right = (moved - low) / (high - low)
    found = np.asarray(student.call("as_pictures", kernel, step="figures"), dtype=float)
    if arrays_close(found, right):
        return
    if found.shape != right.shape:
        raise Wrong(
            "wrong-shape",
            f"filters first, {right.shape}",
            f"{found.shape}",
            "Move the last axis to the front.",
            "Figures",
        )
    if found.min() < -1e-6 or found.max() > 1 + 1e-6:
        received = f"{found.min():.3g} to {found.max():.3g}"
        raise Wrong("not-scaled", "numbers from 0 to 1", received, "Take off the least, divide by the span.", "Figures")
    if arrays_close(found, (moved - moved.min()) / (moved.max() - moved.min())):
        cause = "Each filter has its own least and greatest weight."
        raise Wrong("scaled-together", "each picture from 0 to 1", "all by one scale", cause, "Figures")
    mixed = kernel.reshape(4, 3, 3, 3)
    spans = [mixed.min(axis=(1, 2, 3), keepdims=True), mixed.max(axis=(1, 2, 3), keepdims=True)]
    if arrays_close(found, (mixed - spans[0]) / (spans[1] - spans[0])):
        cause = "reshape keeps the order of the numbers: filters and colors get mixed."
        raise Wrong(
            "reshaped-for-moved",
            "the last axis moved to the front",
            "numbers in the old order",
            cause,
            "Common mistakes",
        )
    raise Wrong(
        "wrong-pictures", f"{right[0, 0, 0].round(3).tolist()}", f"{found[0, 0, 0].round(3).tolist()}", "", "Figures"
    )
