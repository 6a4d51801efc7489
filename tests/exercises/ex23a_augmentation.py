"""Checks of exercise 23a."""

import math

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close

SIDE, COPIES = 32, 128
KINDS = ["Conv2D", "MaxPooling2D"] * 3 + ["Flatten", "Dense", "Dense"]
PARAMETERS = 448 + 4_640 + 18_496 + (3 * 3 * 64 + 1) * 8 + (8 + 1) * 5


def marked():
    """Copies of a picture with a red square above its center, and a green one to the left of it."""
    x = np.zeros((COPIES, SIDE, SIDE, 3), np.float32)
    x[:, 6:10, 14:18, 0] = 200
    x[:, 14:18, 6:10, 1] = 200
    return x


def places(x, channel):
    """Where the square of a channel lies from the center: (rows up, columns right) of each picture."""
    weight = x[..., channel] + 1e-6
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] - (SIDE - 1) / 2
    total = weight.sum(axis=(1, 2))
    return -(weight * rows).sum(axis=(1, 2)) / total, (weight * columns).sum(axis=(1, 2)) / total


def turned(student):
    """The marked pictures after the student's layers."""
    given = marked()
    found = np.asarray(student.call("turned", given, step="define"), dtype=float)
    if found.shape != given.shape:
        raise Wrong("wrong-shape", f"pictures of the shape {given.shape}", f"{found.shape}", "", "2. Define")
    return found


@check(blank=1, step="define")
def pictures_are_mirrored(student):
    """About half of the pictures are mirrored left and right, none is upside down, and none is changed when predicting."""
    given, found = marked(), turned(student)
    if arrays_close(found, given):
        raise Wrong("nothing-moves", "pictures that are moved", "the pictures as they were", "", "2. Define")
    if not arrays_close(student.call("turned", given, False, step="define"), given):
        raise Wrong("works-in-prediction", "layers that do nothing with training=False", "changed pictures",
                    "Keras's random layers know when a model trains; a Lambda does not.", "The idea")  # fmt: skip
    up, _ = places(found, 0)
    _, right = places(found, 1)
    if np.mean(up < 0) > 0.1:
        raise Wrong("upside-down", "a top that stays on top", f"{np.mean(up < 0):.0%} of the pictures upside down",
                    'RandomFlip("horizontal") mirrors left and right; a turn is a tenth at most.', "2. Define")  # fmt: skip
    if not 0.25 < np.mean(right > 0) < 0.75:
        raise Wrong("never-mirrored", "half of the pictures mirrored left and right", f"{np.mean(right > 0):.0%}",
                    'keras.layers.RandomFlip("horizontal").', "2. Define")  # fmt: skip


@check(blank=1, step="define")
def pictures_are_turned_and_zoomed(student):
    """Each picture is turned by up to a tenth of a full turn, and made up to a tenth larger or smaller."""
    up, right = places(turned(student), 0)
    degrees, radius = np.degrees(np.arctan2(right, up)), np.hypot(up, right) / np.hypot(*places(marked()[:1], 0))
    largest = np.abs(degrees).max()
    if largest < 3:
        raise Wrong(
            "not-turned",
            "pictures turned by up to 36 degrees",
            f"{largest:.0f} degrees",
            "RandomRotation(0.1).",
            "2. Define",
        )
    if not 24 < largest < 42:
        raise Wrong("wrong-turn", "turns of up to 36 degrees", f"up to {largest:.0f} degrees",
                    "The argument is a share of a full turn: 0.1.", "2. Define")  # fmt: skip
    if radius.std() < 0.02:
        raise Wrong(
            "not-zoomed",
            "pictures up to a tenth larger or smaller",
            "all of the same size",
            "RandomZoom(0.1).",
            "2. Define",
        )
    if radius.min() < 0.85 or radius.max() > 1.18:
        raise Wrong("wrong-zoom", "sizes from 0.9 to 1.1", f"{radius.min():.2f} to {radius.max():.2f}",
                    "RandomZoom(0.1): the argument is a share.", "2. Define")  # fmt: skip


def judge_inverted(found, given, factor, read):
    """Of the pictures a share `factor` is inverted, each for itself."""
    if np.shape(found) != given.shape:
        raise Wrong("wrong-shape", f"pictures of the shape {given.shape}", f"{np.shape(found)}", "", read)
    found = np.asarray(found, dtype=float)
    same = np.isclose(found, given, atol=1e-2).all(axis=(1, 2, 3))
    negative = np.isclose(found, 255 - given, atol=1e-2).all(axis=(1, 2, 3))
    if not (same | negative).all():
        pixels = np.isclose(found, given, atol=1e-2) | np.isclose(found, 255 - given, atol=1e-2)
        if pixels.all():
            raise Wrong("pixel-by-pixel", "whole pictures inverted", "some pixels of a picture, and not the others",
                        "One number for each picture: the shape (n, 1, 1, 1).", "2. Define")  # fmt: skip
        was, now = given[~(same | negative)].ravel()[0], found[~(same | negative)].ravel()[0]
        raise Wrong("wrong-inverse", "255 − x", f"{now:.4g} from {was:.4g}", "Pixels go from 0 to 255 here.", read)
    return negative.mean()


def pictures(n=400):
    return np.random.default_rng(0).integers(0, 100, (n, 2, 2, 3)).astype(np.float32)


@check(blank=2, step="define")
def some_pictures_are_inverted(student):
    """A share `factor` of the pictures, drawn each for itself, becomes 255 − x; the others stay."""
    given = pictures()
    for factor in (0.2, 0.7):
        share = judge_inverted(student.call("negatives", given, factor, step="define"), given, factor, "2. Define")
        if share in (0.0, 1.0):
            raise Wrong("one-draw-for-all", f"about {factor:.0%} of the pictures inverted", "all of them, or none",
                        "Draw a number for each picture: the shape (n, 1, 1, 1).", "Common mistakes")  # fmt: skip
        if abs(share - (1 - factor)) < 0.08:
            raise Wrong("others-inverted", f"about {factor:.0%} of the pictures inverted", f"{share:.0%}",
                        "A number from 0 to 1 is below `factor` with probability `factor`.", "2. Define")  # fmt: skip
        if abs(share - factor) > 0.08:
            raise Wrong("factor-ignored", f"about {factor:.0%} of the pictures inverted for factor={factor}", f"{share:.0%}",
                        "Compare with the argument `factor`.", "Common mistakes")  # fmt: skip


@check(blank=3, step="define", after=(2,))
def inverts_while_training_only(student):
    """The layer inverts with its factor while the model trains, and leaves pictures alone otherwise."""
    given = pictures()
    if not arrays_close(student.call("inverted", given, 0.9, False, step="define"), given):
        raise Wrong("works-in-prediction", "pictures as they are with training=False", "inverted ones",
                    "`training` says whether the model trains.", "The idea")  # fmt: skip
    share = judge_inverted(student.call("inverted", given, 0.9, True, step="define"), given, 0.9, "2. Define")
    if share == 0:
        raise Wrong(
            "never-inverts",
            "inverted pictures with training=True",
            "none",
            "return invert(…) if training else x",
            "2. Define",
        )
    if abs(share - 0.9) > 0.08:
        raise Wrong("factor-ignored", "about 90% of the pictures inverted for factor=0.9", f"{share:.0%}",
                    "The layer's own factor is self.factor.", "Common mistakes")  # fmt: skip


@check(blank=4, step="define")
def convolutions_and_a_dense_layer(student):
    """Three padded convolutions with relu and pooling, a dense layer of `units` with relu, five answers."""
    model = student.model(method="none")
    told = [
        layer
        for layer in model.layers
        if layer["class"] not in ("InputLayer", "Rescaling", "Activation", "ReLU", "Softmax", "Dropout")
    ]
    kinds = [layer["class"] for layer in told]
    if kinds != KINDS:
        raise Wrong("wrong-layers", ", ".join(KINDS), ", ".join(kinds), "The order counts.", "2. Define")
    filters = [layer["config"].get("filters") for layer in told if layer["class"] == "Conv2D"]
    if filters != [16, 32, 64]:
        raise Wrong(
            "wrong-filters",
            "16, 32 and 64 filters",
            f"{filters}",
            "One convolution for each number in FILTERS.",
            "2. Define",
        )
    padding = [layer["config"].get("padding") for layer in told if layer["class"] == "Conv2D"]
    if padding != ["same"] * 3:
        raise Wrong(
            "not-padded", 'padding="same"', f"{padding}", "Without it each convolution loses the border.", "2. Define"
        )
    windows = [list(layer["config"].get("kernel_size") or []) for layer in told if layer["class"] == "Conv2D"]
    if windows != [[3, 3]] * 3:
        raise Wrong("wrong-window", "windows of 3 × 3", f"{windows}", "", "2. Define")
    units = [layer["config"].get("units") for layer in told if layer["class"] == "Dense"]
    if units[1] != 5:
        raise Wrong(
            "wrong-outputs", "one output for each of five classes", f"{units[1]}", "Dense(CLASSES, …).", "2. Define"
        )
    if units[0] != 8:
        raise Wrong(
            "hyperparameter-ignored", "8 units for units=8", f"{units[0]}", "Use the variable `units`.", "2. Define"
        )
    if model.parameters != PARAMETERS:
        raise Wrong(
            "wrong-parameters",
            f"{PARAMETERS} parameters",
            f"{model.parameters}",
            "Strides, or other pooling?",
            "2. Define",
        )


@check(blank=4, step="define")
def relu_and_softmax(student):
    """relu behind each convolution and the first dense layer, softmax at the end."""
    model = student.model(method="none")
    active = [layer["config"].get("activation") for layer in model.layers] + [
        layer["class"].lower() for layer in model.layers
    ]
    if active.count("relu") < 4:
        raise Wrong("relu-missing", "relu behind three convolutions and a dense layer", f"{active.count('relu')} times relu",
                    "Without it two layers in a row are one.", "2. Define")  # fmt: skip
    x = student.course.data().test.x.rows[:4]
    answers = student.predict(np.asarray(x))
    if not (arrays_close(answers.sum(axis=1), np.ones(len(answers)), 1e-3) and answers.min() >= 0):
        raise Wrong("softmax-missing", "answers that add up to 1", f"{answers.sum(axis=1)[0]:.3g}",
                    'The loss takes probabilities: activation="softmax".', "2. Define")  # fmt: skip


@check(blank=5, step="fit")
def repainted_by_tf_image(student):
    """Mirrored, brighter or darker by up to 0.2, more or less colorful; bytes again, each picture by itself."""
    colored = np.full((COPIES, 8, 8, 3), (140, 100, 80), np.uint8)
    colored[:, :, :4] = (60, 90, 130)
    found = np.asarray(student.call("repainted_all", colored, step="fit"))
    if found.shape != colored.shape:
        raise Wrong("wrong-shape", f"pictures of the shape {colored.shape}", f"{found.shape}", "", "4. Fit")
    found = found.astype(float)
    left, right = found[:, 0, 0], found[:, 0, -1]
    mirrored = left[:, 0] > left[:, 2]  # the reddish half is on the left
    if not 0.25 < mirrored.mean() < 0.75:
        raise Wrong("never-mirrored", "half of the pictures mirrored left and right", f"{mirrored.mean():.0%}",
                    "tf.image.random_flip_left_right(picture).", "4. Fit")  # fmt: skip
    reddish = np.where(mirrored[:, None], left, right)
    value = reddish.max(axis=1)
    saturation = (value - reddish.min(axis=1)) / value
    moved = (reddish[:, 0] - 140) / 255
    if np.abs(moved).max() < 0.01:
        raise Wrong("brightness-unseen", "pictures brighter or darker by up to 0.2", f"by {np.abs(moved).max():.3g} at most",
                    "max_delta=0.2 is a share of the range for bytes; on floats from 0 to 255 it is nothing.",
                    "Common mistakes")  # fmt: skip
    if not 0.12 < np.abs(moved).max() < 0.215:
        raise Wrong(
            "wrong-brightness", "changes by up to 0.2", f"up to {np.abs(moved).max():.2f}", "max_delta=0.2", "4. Fit"
        )
    # More light makes colors paler: what a change of brightness alone would leave is known.
    alone = (140 - 80) / value
    if np.abs(saturation / alone - 1).max() < 0.05:
        raise Wrong("saturation-unchanged", "more or less colorful pictures", "colors as they were",
                    "tf.image.random_saturation(picture, 0.6, 1.4).", "4. Fit")  # fmt: skip
    times = saturation / alone
    if times.min() < 0.5 or times.max() > 1.6:
        raise Wrong("wrong-saturation", "times 0.6 to 1.4", f"times {times.min():.2f} to {times.max():.2f}",
                    "tf.image.random_saturation(picture, 0.6, 1.4).", "4. Fit")  # fmt: skip


@check(blank=6, step="fit")
def only_training_pictures_are_changed(student):
    """Training pictures come shuffled and changed, in batches; validation pictures as they are."""
    numbers = np.arange(50, dtype=np.uint8)
    given, kept = numbers.repeat(3).reshape(50, 1, 1, 3), (numbers + 100).repeat(3).reshape(50, 1, 1, 3)
    train, validation = student.call("streamed", given, kept, 7, step="fit")
    first, second = ([batch[:, 0, 0, 0] for batch in map(np.asarray, epoch)] for epoch in train)
    if len(first) != math.ceil(50 / 7):
        raise Wrong("wrong-batch-size", "8 batches of 7 from 50 pictures", f"{len(first)} batches", "", "4. Fit")
    watched = np.sort(np.concatenate([np.asarray(batch)[:, 0, 0, 0] for batch in validation[0]]))
    if np.array_equal(watched, np.sort(255 - (numbers + 100))):
        raise Wrong("validation-changed", "validation pictures as they are", "changed ones",
                    "Only training pictures are augmented.", "The idea")  # fmt: skip
    if not np.array_equal(watched, numbers + 100):
        raise Wrong("wrong-split", "the validation pictures in the second stream", "others", "", "4. Fit")
    order = np.concatenate(first)
    if np.array_equal(np.sort(order), numbers):
        raise Wrong("not-changed", "training pictures that went through `augment`", "the pictures as they were",
                    "Hand it on: augment=augment.", "4. Fit")  # fmt: skip
    if not np.array_equal(np.sort(order), np.sort(255 - numbers)):
        raise Wrong("wrong-split", "all training pictures in the first stream", "others", "", "4. Fit")
    if np.array_equal(order, 255 - numbers) or np.array_equal(order, np.concatenate(second)):
        raise Wrong("not-shuffled", "a new order in each epoch", "the same order", "shuffle=True", "4. Fit")


@check(blank=7, step="fit", after=(4,))
def the_rival_is_the_same_network(student):
    """The rival has new layers like the model's, but for those that change pictures, and the weights that are given."""
    found = student.model_call("alike", step="fit", compiled=True)
    changing = [name for name in found.layers if name.startswith("Random")]
    if changing:
        raise Wrong(
            "still-changing",
            "no layer that changes pictures",
            ", ".join(changing),
            "isinstance(layer, changing)",
            "4. Fit",
        )
    wanted = [name for name in found.model_layers if not name.startswith("Random")]
    if found.layers != wanted:
        raise Wrong("other-layers", ", ".join(wanted), ", ".join(found.layers), "", "4. Fit")
    if found.shared or found.moved > 1e-6:
        raise Wrong("shared-layers", "new layers", "layers of the model itself",
                    "Training the rival would go on with the weights of the other one.", "4. Fit")  # fmt: skip
    if found.difference > 1e-5:
        raise Wrong("another-start", "the weights `start`", f"weights that differ by up to {found.difference:.2g}",
                    "rival.set_weights(start)", "Common mistakes")  # fmt: skip
