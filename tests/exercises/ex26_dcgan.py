"""Checks of exercise 26."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import labels_as_they_came

FILTERS, LATENT = 8, 12


@check(blank=1, step="load")
def pixels_from_minus_one_to_one(student):
    """Pixels are floats from −1 to 1 with an axis for the channel, and the labels are as they came."""
    x, right = student.data().train.x, student.course.data().train.x
    if x.dtype.startswith(("int", "uint")):
        raise Wrong("integer-pixels", "floats from −1 to 1", x.dtype, 'x.astype("float32") first.', "1. Load")
    if x.shape[1:] != [28, 28, 1]:
        cause = "x[..., None] adds an axis at the end: convolutions want (batch, height, width, channels)."
        raise Wrong("channel-missing", "pictures (n, 28, 28, 1)", f"{tuple(x.shape)}", cause, "1. Load")
    if x.max > 1.01 or x.min < -1.01:
        raise Wrong(
            "not-scaled", "numbers from −1 to 1", f"{x.min:g} to {x.max:g}", "Divide by 127.5, take 1 away.", "1. Load"
        )
    if x.min > -0.5:
        cause = "tanh draws from −1 to 1; D would tell real pictures by their range."
        raise Wrong("zero-to-one", "numbers from −1 to 1", f"{x.min:g} to {x.max:g}", cause, "Common mistakes")
    if arrays_close(x.rows, -np.asarray(right.rows), 0.02):
        raise Wrong("inverted", "−1 for paper, 1 for ink", "−1 for ink", "Bytes are 0 on paper.", "1. Load")
    if not arrays_close(x.rows, right.rows, 0.02):
        raise Wrong("pixels-changed", "every pixel / 127.5 − 1", f"mean {x.mean:.3g}", "", "1. Load")
    labels_as_they_came(student)


def _of(layers, kind):
    return [layer["config"] for layer in layers if layer["class"] == kind]


def _convolutions(layers, kind, filters, strides):
    """Filters, windows and strides of the convolutions of a kind."""
    found = _of(layers, kind)
    if len(found) != len(filters):
        received = ", ".join(layer["class"] for layer in layers)
        raise Wrong("wrong-layers", f"{len(filters)} × {kind}", f"{len(found)}: {received}", "", "2. Define")
    if [one["filters"] for one in found] != filters:
        received = f"{[one['filters'] for one in found]}"
        cause = "Use the variable `filters`, twice it where the task says so."
        raise Wrong("wrong-filters", f"{filters} for filters={FILTERS}", received, cause, "2. Define")
    if any(list(one["kernel_size"]) != [5, 5] for one in found):
        raise Wrong(
            "wrong-window", "windows of 5 × 5", f"{[list(one['kernel_size']) for one in found]}", "", "2. Define"
        )
    received = [one["strides"][0] for one in found]
    if received != strides:
        cause = "Stride 2 doubles the size in a transposed convolution, and halves it in a convolution."
        raise Wrong("wrong-strides", f"strides {strides}", f"{received}", cause, "The idea")
    if any(one["padding"] != "same" for one in found):
        cause = 'padding="same" keeps the sizes at 7, 14 and 28.'
        raise Wrong("wrong-padding", 'padding="same"', f"{[one['padding'] for one in found]}", cause, "2. Define")


def _leaky(layers, count):
    """LeakyReLU with slope 0.2 behind each hidden layer, be it a layer of its own or an argument."""
    slopes = [one.get("negative_slope") for one in _of(layers, "LeakyReLU")]
    plain = sum(one.get("activation") == "relu" for layer in layers for one in [layer["config"]]) + len(
        _of(layers, "ReLU")
    )
    if plain:
        cause = "Where relu is 0 no slope comes through to the generator: leaky relu keeps a fifth of it."
        raise Wrong("relu-for-leaky", f"{count} × LeakyReLU(0.2)", f"{plain} × relu", cause, "2. Define")
    if len(slopes) != count or any(abs(slope - 0.2) > 1e-6 for slope in slopes):
        received = f"{len(slopes)} with slopes {slopes}"
        raise Wrong("leaky-missing", f"{count} × LeakyReLU(0.2)", received, "", "2. Define")


@check(blank=2, step="define")
def generator_from_numbers_to_a_picture(student):
    """Dense, then transposed convolutions: 7 × 7, 7 × 7, 14 × 14, 28 × 28, with batch normalization and without biases."""
    z = np.random.default_rng(0).normal(size=(6, LATENT)).astype("float32") * 1e4
    shape = student.network("generator", FILTERS, LATENT, step="define").input_shape
    if shape != [None, LATENT]:
        raise Wrong("latent-ignored", f"inputs (None, {LATENT})", f"{shape}", "Use the variable `latent`.", "2. Define")
    network = student.network("generator", FILTERS, LATENT, step="define", x=z)
    layers = network.layers
    _convolutions(layers, "Conv2DTranspose", [2 * FILTERS, FILTERS, 1], [1, 2, 2])
    if network.output_shape != [None, 28, 28, 1]:
        raise Wrong("wrong-shape", "pictures (None, 28, 28, 1)", f"{network.output_shape}", "", "2. Define")
    if len(_of(layers, "BatchNormalization")) != 3:
        cause = "One behind the Dense layer and behind each transposed convolution but the last."
        received = f"{len(_of(layers, 'BatchNormalization'))}"
        raise Wrong("batch-norm-missing", "three batch normalizations", received, cause, "2. Define")
    _leaky(layers, 3)
    low, high = network.outputs.min(), network.outputs.max()
    if low < -1.001 or high > 1.001:
        cause = 'activation="tanh" at the end keeps the numbers between −1 and 1, as the real pictures are.'
        raise Wrong("tanh-missing", "pixels from −1 to 1", f"{low:.3g} to {high:.3g}", cause, "The idea")
    if low > -0.5:
        cause = "sigmoid ends at 0: with pictures from −1 to 1 the generator could never draw paper."
        raise Wrong("sigmoid-for-tanh", "pixels from −1 to 1", f"{low:.3g} to {high:.3g}", cause, "The idea")
    right = student.course.network("generator", FILTERS, LATENT, step="define").parameters
    if network.parameters != right:
        cause = "Batch normalization adds its own bias: use_bias=False in the layers before, and in the last one."
        raise Wrong("wrong-parameters", f"{right} parameters", f"{network.parameters}", cause, "2. Define")


@check(blank=3, step="define")
def discriminator_from_a_picture_to_a_score(student):
    """Two convolutions with stride 2, leaky relu and dropout, and one score that may be any number."""
    x = np.random.default_rng(1).normal(size=(40, 28, 28, 1)).astype("float32") * 1e3
    network = student.network("discriminator", FILTERS, 0.4, step="define", x=x)
    layers = network.layers
    _convolutions(layers, "Conv2D", [FILTERS, 2 * FILTERS], [2, 2])
    if _of(layers, "BatchNormalization"):
        cause = "Real and drawn pictures come in batches of their own, whose statistics would give them away."
        raise Wrong("batch-norm-in-d", "no batch normalization", "batch normalization", cause, "2. Define")
    _leaky(layers, 2)
    rates = [one.get("rate") for one in _of(layers, "Dropout")]
    if len(rates) != 2:
        raise Wrong("dropout-missing", "dropout behind both convolutions", f"{len(rates)} × Dropout", "", "2. Define")
    if rates != [0.4, 0.4]:
        raise Wrong("dropout-ignored", "Dropout(0.4) for dropout=0.4", f"{rates}", "Use `dropout`.", "2. Define")
    if network.output_shape != [None, 1]:
        raise Wrong("wrong-shape", "one score a picture, (None, 1)", f"{network.output_shape}", "", "2. Define")
    low, high = network.outputs.min(), network.outputs.max()
    if low >= -1 and high <= 1:
        cause = "The losses apply the sigmoid themselves (from_logits=True): twice is once too often."
        raise Wrong(
            "sigmoid-at-the-end", "scores of any size", f"only {low:.3g} to {high:.3g}", cause, "Common mistakes"
        )
    right = student.course.network("discriminator", FILTERS, 0.4, step="define").parameters
    if network.parameters != right:
        raise Wrong("wrong-parameters", f"{right} parameters", f"{network.parameters}", "", "2. Define")


def _bce(label, scores):
    """Mean binary cross-entropy of one label and scores."""
    scores = np.asarray(scores, dtype=float)
    return float(np.mean(np.logaddexp(0, -scores) if label else np.logaddexp(0, scores)))


def _probabilities(label, scores):
    """The same, if scores were taken for probabilities, as Keras clips them."""
    p = np.clip(np.asarray(scores, dtype=float), 1e-7, 1 - 1e-7)
    return float(np.mean(-np.log(p if label else 1 - p)))


REAL = np.array([[2.0], [-0.5], [1.0], [0.25]], dtype="float32")
DRAWN = np.array([[-1.5], [0.75], [-3.0], [0.5]], dtype="float32")


def _number(found, right, name):
    if np.size(found) != 1:
        received = f"an array {np.shape(found)}"
        raise Wrong("not-a-mean", f"one number, {right:.4f}", received, "The mean over the batch.", "The idea")
    return float(np.ravel(found)[0])


@check(blank=4, step="compile")
def loss_of_the_discriminator(student):
    """Real pictures against 1, drawn ones against 0, added; scores are logits, and a batch has any number of rows."""
    right = _bce(1, REAL) + _bce(0, DRAWN)
    found = _number(student.call("discriminator_loss", REAL, DRAWN, step="compile"), right, "loss")
    if abs(found - right) < 1e-4:
        student.call("discriminator_loss", REAL[:3], DRAWN[:3], step="compile")
        return
    causes = {
        "labels-swapped": (_bce(0, REAL) + _bce(1, DRAWN), "Real pictures have the label 1, drawn ones 0."),
        "real-alone": (_bce(1, REAL), "D must learn to refuse drawn pictures too."),
        "drawn-alone": (_bce(0, DRAWN), "D must learn to accept real pictures too."),
        "same-label": (_bce(1, REAL) + _bce(1, DRAWN), "Drawn pictures have the label 0."),
        "halved": (right / 2, "The sum of the two means, not their mean."),
        "from-logits-missing": (
            _probabilities(1, REAL) + _probabilities(0, DRAWN),
            "Scores are no probabilities: from_logits=True, as in cross_entropy.",
        ),
    }
    _told(found, right, causes)


@check(blank=5, step="compile")
def loss_of_the_generator(student):
    """Drawn pictures against the label 1."""
    right = _bce(1, DRAWN)
    found = _number(student.call("generator_loss", DRAWN, step="compile"), right, "loss")
    if abs(found - right) < 1e-4:
        student.call("generator_loss", DRAWN[:3], step="compile")
        return
    causes = {
        "discriminators-goal": (_bce(0, DRAWN), "That is what D wants. G wants its pictures taken for real: label 1."),
        "minus-the-discriminators-loss": (
            -_bce(0, DRAWN),
            "Its slopes vanish where D is sure that a picture is drawn, that is at the start; use the label 1 instead.",
        ),
        "from-logits-missing": (
            _probabilities(1, DRAWN),
            "Scores are no probabilities: from_logits=True, as in cross_entropy.",
        ),
    }
    _told(found, right, causes)


def _told(found, right, causes):
    for name, (value, cause) in causes.items():
        if abs(found - value) < 1e-3:
            raise Wrong(name, f"{right:.4f}", f"{found:.4f}", cause, "The idea")
    raise Wrong("wrong-loss", f"{right:.4f}", f"{found:.4f}", "", "The idea")


def _same(left, right):
    return all(arrays_close(a, b, 2e-5) for a, b in zip(left, right, strict=True))


def _moved(arrays):
    return any(np.abs(one).max() > 1e-7 for one in arrays)


def _one_step(student, own, other, *inputs):
    """One step moves its own network down the slope of its loss, and leaves the other one alone."""
    found = student.model_call("slopes_of_a_step", own, *inputs, step="fit")
    right = student.course.model_call("slopes_of_a_step", own, *inputs, step="fit")
    if _moved(found[other]):
        both = _moved(found[own])
        received = f"{'both networks' if both else f'the {other}'} moved"
        cause = f"tape.gradient(loss, gan.{own}.trainable_variables), applied by gan.{own}_optimizer, and nothing else."
        raise Wrong(f"{other}-moved", f"only the {own} to move", received, cause, "Common mistakes")
    if not _moved(found[own]):
        raise Wrong("nothing-moved", f"a {own} that moves", "no weight changed", "Are the slopes applied?", "4. Fit")
    if _same(found[own], [-one for one in right[own]]):
        raise Wrong("uphill", "weights that go down the slope", "up the slope", "Do not turn the sign.", "4. Fit")
    if abs(found["loss"] - right["loss"]) > 1e-4:
        cause = "Which pictures does D score, and are both networks called with training=True?"
        raise Wrong("wrong-loss", f"loss {right['loss']:.4f}", f"{found['loss']:.4f}", cause, "4. Fit")
    if not _same(found[own], right[own]):
        raise Wrong("wrong-slopes", "the slopes of the loss", "other numbers", "", "4. Fit")


def _inputs():
    rng = np.random.default_rng(2)
    pictures, z = rng.uniform(-1, 1, (6, 28, 28, 1)), rng.normal(size=(6, 8))
    return pictures.astype("float32"), z.astype("float32")


@check(blank=6, step="fit", after=(4,))
def discriminator_learns_alone(student):
    """D's step moves D's weights down the slope of D's loss; no weight of G moves."""
    _one_step(student, "discriminator", "generator", *_inputs())


@check(blank=7, step="fit", after=(5,))
def generator_learns_alone(student):
    """G's step moves G's weights down the slope of G's loss; no weight of D moves."""
    _one_step(student, "generator", "discriminator", _inputs()[1])


@check(blank=8, step="evaluate")
def share_of_recognized_pictures(student):
    """How many pictures the classifier is sure of, and which digits they are."""
    wanted = ((3, 0.95), (3, 0.92), (7, 0.99), (1, 0.5), (0, 0.7), (7, 0.9), (9, 0.97), (3, 0.905), (4, 0.3), (5, 0.88))
    p = np.array([[top if digit == own else (1 - top) / 9 for digit in range(10)] for own, top in wanted])
    sure = p.max(axis=1) >= 0.9
    counts = np.bincount(p.argmax(axis=1)[sure], minlength=10)
    found = student.call("recognized", p, step="evaluate")
    if len(found) != 2 or np.size(found[0]) != 1 or np.shape(found[1]) != (10,):
        received = f"{[np.shape(one) for one in found]}"
        raise Wrong("wrong-shape", "a number and an array (10,)", received, "", "5. Evaluate")
    share, digits = float(np.ravel(found[0])[0]), np.asarray(found[1], dtype=float)
    expected = f"{sure.mean():.3f} and {np.round(counts / sure.sum(), 3).tolist()}"
    received = f"{share:.3f} and {np.round(digits, 3).tolist()}"
    if abs(share - 1) < 1e-6:
        cause = "Every picture has a most probable digit; it counts if the classifier is sure of it."
        raise Wrong("all-counted", expected, received, cause, "5. Evaluate")
    if abs(share - float(p.max(axis=1).mean())) < 1e-6:
        raise Wrong("mean-for-share", expected, received, "Count the pictures above SURE.", "5. Evaluate")
    if abs(share - sure.sum()) < 1e-6:
        raise Wrong("count-for-share", expected, received, "Divide by the number of pictures.", "5. Evaluate")
    if abs(share - sure.mean()) > 1e-6:
        raise Wrong("wrong-share", expected, received, "At least SURE, which is 0.9.", "5. Evaluate")
    if arrays_close(digits, counts):
        raise Wrong("counts-for-shares", expected, received, "Divide by the recognized ones.", "5. Evaluate")
    if arrays_close(digits, counts / len(p)):
        cause = "Of the recognized pictures, not of all: the ten shares add up to 1."
        raise Wrong("shares-of-all", expected, received, cause, "5. Evaluate")
    if arrays_close(digits, np.bincount(p.argmax(axis=1), minlength=10) / len(p)):
        cause = "Only the pictures that the classifier is sure of."
        raise Wrong("unsure-counted", expected, received, cause, "5. Evaluate")
    if not arrays_close(digits, counts / sure.sum()):
        raise Wrong("wrong-shares", expected, received, "", "5. Evaluate")
    none = student.call("recognized", np.full((4, 10), 0.1), step="evaluate")
    if not arrays_close(none[1], np.zeros(10)):
        cause = "Divide by at least 1: at the start no picture is recognized."
        raise Wrong("zero-divided", "zeros if none is recognized", f"{np.asarray(none[1])[:3]}", cause, "5. Evaluate")
