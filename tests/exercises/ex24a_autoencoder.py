"""Checks of exercise 24a."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import adam_at_the_rate
from whitepaper.checking.shared.training import fit_follows_the_preset

SIZES = (40, 32)


def _shape(found, right: tuple, what: str, cause: str, read: str) -> np.ndarray:
    """Evidence as numbers of this shape.

    Raises:
        Wrong: wrong-shape.
    """
    numbers = np.asarray(found, dtype=float) if isinstance(found, np.ndarray) else np.empty(0)
    if numbers.shape != right:
        raise Wrong("wrong-shape", f"{what} of shape {right}", f"{numbers.shape}", cause, read)
    return numbers


@check(blank=1, step="define")
def encoder_has_its_layers(student):
    """The encoder turns pictures into as many numbers as the last size says, through all of its layers."""
    pictures = np.random.default_rng(1).normal(size=(3, 28, 28)).astype("float32")
    for sizes in ((16,), SIZES):
        made = student.network("encoder", sizes, step="define", x=pictures)
        _shape(
            made.outputs,
            (3, sizes[-1]),
            f"codes for sizes {sizes}",
            "Is Flatten missing, or the last size?",
            "2. Define",
        )
        right = sum((rows + 1) * units for rows, units in zip((784, *sizes), sizes, strict=False))
        if made.parameters != right:
            raise Wrong("parameter-count", f"{right} parameters for sizes {sizes}", f"{made.parameters}",
                        "A Dense layer with its bias for each size, in their order.", "2. Define")  # fmt: skip


@check(blank=1, step="define")
def encoder_bends(student):
    """All layers of the encoder are relu."""
    x = np.random.default_rng(2).normal(size=(4, 28, 28)).astype("float32")
    made = student.network("encoder", SIZES, step="define", x=np.concatenate([x, -x, 2 * x]))
    plus, minus, double = np.split(made.outputs, 3)
    if plus.min() < 0 or not arrays_close(2 * plus, double, 1e-3):
        raise Wrong("code-not-relu", "codes that relu made", f"numbers from {plus.min():.3g} to {plus.max():.3g}",
                    'Every Dense layer takes activation="relu".', "2. Define")  # fmt: skip
    # relu(a) and relu(−a) are never both above 0: that is what a hidden layer without a bend would leave.
    if (plus * minus).max() < 1e-9:
        raise Wrong("hidden-not-relu", "relu in the layer before the code too", "a layer that does not bend",
                    "Two linear layers in a row are one linear layer.", "The idea")  # fmt: skip


@check(blank=2, step="define")
def decoder_has_its_layers(student):
    """The decoder goes the way of the encoder back, to a picture of 28 × 28."""
    for sizes in ((16,), SIZES):
        codes = np.random.default_rng(3).normal(size=(3, sizes[-1])).astype("float32")
        made = student.network("decoder", sizes, step="define", x=codes)
        _shape(
            made.outputs, (3, 28, 28), "pictures", "Lay the 784 units out: keras.layers.Reshape(SHAPE).", "2. Define"
        )
        back = (*sizes[::-1], 784)
        right = sum((rows + 1) * units for rows, units in zip(back, back[1:], strict=False))
        if made.parameters != right:
            raise Wrong("parameter-count", f"{right} parameters for sizes {sizes}", f"{made.parameters}",
                        "sizes[-2::-1] are the sizes before the last, backwards.", "2. Define")  # fmt: skip


@check(blank=2, step="define")
def decoder_ends_in_sigmoid(student):
    """The last layer is sigmoid, the hidden ones are relu."""
    z = np.random.default_rng(4).normal(size=(4, 32)).astype("float32")
    made = student.network("decoder", SIZES, step="define", x=np.concatenate([z, -z, 0 * z, 40 * z]))
    plus, minus, none, far = np.split(made.outputs, 4)
    if far.min() < 0 or far.max() > 1 or not arrays_close(none, np.full(none.shape, 0.5), 1e-3):
        raise Wrong("output-not-sigmoid", "pixels from 0 to 1", f"pixels from {far.min():.3g} to {far.max():.3g}",
                    'The last Dense layer takes activation="sigmoid".', "Common mistakes")  # fmt: skip
    if arrays_close(plus + minus, np.ones(plus.shape), 1e-4):
        raise Wrong("hidden-not-relu", "relu in the layers between", "a layer that does not bend",
                    "Without it the decoder has one layer too many.", "2. Define")  # fmt: skip


@check(blank=3, step="compile")
def squared_error(student):
    """The loss is the mean squared error of the pixels."""
    y = np.zeros((2, 28, 28), dtype="float32")
    outputs = np.full((2, 28, 28), 0.2, dtype="float32")
    outputs[1] = 0.6
    loss = student.loss(y, outputs)
    if "error" in loss or abs(loss.value - 0.2) > 1e-5:
        received = loss.get("error") or f"{loss.value:.4f} from {student.compiled().loss}"
        raise Wrong(
            "wrong-loss", "0.2 for errors 0.2 and 0.6", received, 'loss="mse": the mean of the squares.', "The idea"
        )


@check(blank=3, step="compile")
def adam_at_the_given_rate(student):
    """The optimizer is Adam, at the learning rate that hp gives."""
    adam_at_the_rate(student)


@check(blank=4, step="fit")
def gives_back_what_it_sees(student):
    """The training pictures are inputs and targets, and so are the validation pictures."""
    fit_follows_the_preset(student)
    found, right = student.fitted().history, student.course.fitted().history
    for name, diagnosis, what in (
        ("loss", "other-target", "data.train.x"),
        ("val_loss", "other-validation-target", "data.validation.x"),
    ):
        if not abs(np.log(found[name][0] / right[name][0])) < 0.5:
            raise Wrong(diagnosis, f"a first {name} of about {right[name][0]:.3f}", f"{found[name][0]:.3f}",
                        f"Input and target are the same pictures: {what} both times.", "Common mistakes")  # fmt: skip


@check(blank=5, step="evaluate")
def error_of_each_picture(student):
    """One mean squared error for each picture."""
    rng = np.random.default_rng(5)
    a, b = rng.random((2, 3, 28, 28))
    found = student.call("errors", a, b, step="evaluate")
    square = (a - b) ** 2
    if np.ndim(found) == 0:
        raise Wrong(
            "one-number", "three errors for three pictures", "one number", "Mean over axis=(1, 2).", "5. Evaluate"
        )
    found = _shape(found, (3,), "errors", "Mean over axis=(1, 2).", "5. Evaluate")
    if arrays_close(found, square.mean(axis=(1, 2))):
        return
    known = {
        "absolute-error": (abs(a - b).mean(axis=(1, 2)), "absolute errors", "Square the differences."),
        "root-taken": (np.sqrt(square.mean(axis=(1, 2))), "their roots", "The mean of the squares is left as it is."),
        "sum-of-pixels": (square.sum(axis=(1, 2)), "sums over the pixels", "Divide by the number of pixels: a mean."),
    }
    for diagnosis, (values, received, cause) in known.items():
        if arrays_close(found, values):
            raise Wrong(diagnosis, "means of the squared differences", received, cause, "The idea")
    raise Wrong("wrong-error", f"{square[0].mean():.4f} for the first", f"{found[0]:.4f}", "", "The idea")


@check(blank=6, step="evaluate")
def components_of_the_training_pictures(student):
    """PCA learns from the first pictures, and gives the others back from as many numbers as asked for."""
    rng = np.random.default_rng(6)
    train, others = (0.5 + 0.05 * rng.normal(size=(n, 5, 5)) for n in (60, 30))
    found = student.call("linear", train, others, 4, step="evaluate")
    right = student.course.call("linear", train, others, 4, step="evaluate")
    if arrays_close(found, right, 1e-4):
        return
    if arrays_close(found, others, 1e-4):
        raise Wrong("nothing-lost", "pictures from 4 numbers each", "the pictures themselves",
                    "PCA(units) keeps `units` components; PCA() keeps all.", "5. Evaluate")  # fmt: skip
    if arrays_close(found, student.course.call("linear", others, others, 4, step="evaluate"), 1e-3):
        raise Wrong("fitted-on-others", "components of the training pictures", "components of the pictures to be judged",
                    "pca.fit(rows), then pca.transform(others).", "5. Evaluate")  # fmt: skip
    raise Wrong(
        "wrong-pictures",
        "inverse_transform(transform(others))",
        f"pixels around {np.mean(found):.3f}",
        "",
        "5. Evaluate",
    )


@check(blank=7, step="figures")
def codes_are_mixed(student):
    """The way leads through the codes, from the first picture to the second."""
    a, b = np.random.default_rng(7).random((2, 28, 28)).astype("float32")
    found = student.model_call("between", a, b, 5, step="figures")
    right = student.course.model_call("between", a, b, 5, step="figures")
    found = _shape(found, (5, 28, 28), "pictures", "One mixture for each share.", "Figures")
    if arrays_close(found, right, 1e-4):
        return
    shares = np.linspace(0, 1, 5)[:, None, None]
    pixels = ((1 - shares) * a + shares * b).astype("float32")
    if arrays_close(found, pixels, 1e-4) or arrays_close(found, student.course.predict(pixels), 1e-4):
        raise Wrong("pixels-mixed", "mixtures of the codes", "mixtures of the pixels",
                    "Encode both pictures first, mix what comes out, decode.", "Common mistakes")  # fmt: skip
    if arrays_close(found[::-1], right, 1e-4):
        raise Wrong("backwards", "from the first to the second", "from the second to the first",
                    "The share 0 is the first picture's.", "Figures")  # fmt: skip
    raise Wrong("wrong-way", "(1 − share) · first code + share · second code", "other pictures", "", "Figures")
