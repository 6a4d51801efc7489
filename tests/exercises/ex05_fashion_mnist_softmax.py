"""Checks of exercise 5."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.common import fit_follows_the_preset, measures_the_test_split
from whitepaper.checking.door import arrays_close


@check(blank=1, step="load")
def pixels_are_scaled(student):
    """The pixels are floats from 0 to 1."""
    x, right = student.data().train.x, student.course.data().train.x
    if x.dtype.startswith(("int", "uint")):
        cause = "// rounds down: nearly every pixel became 0." if x.max == 1 else "Divide by 255: bytes go from 0 to 255."
        raise Wrong("integer-pixels", "floats from 0 to 1", f"{x.dtype} from {x.min:g} to {x.max:g}", cause, "1. Load")
    if x.max > 1.01 or x.min < -0.01:
        raise Wrong("not-scaled", "numbers from 0 to 1", f"{x.min:g} to {x.max:g}", "Divide by 255: bytes go from 0 to 255.", "1. Load")
    if not arrays_close(x.rows, right.rows, 0.01):
        raise Wrong("pixels-changed", "every pixel divided by 255", f"numbers up to {x.max:.3g}, mean {x.mean:.3g}",
                    "Scaled twice, turned around, or divided by another number?", "1. Load")  # fmt: skip


@check(blank=1, step="load")
def labels_stay(student):
    """The labels stay integers from 0 to 9."""
    y, right = student.data().train.y, student.course.data().train.y
    if not arrays_close(y.rows, right.rows, 0):
        raise Wrong("labels-changed", "the labels as they came", f"{y.dtype} {y.shape} up to {y.max}",
                    "Only the pictures are scaled; return the labels as they are.", "1. Load")  # fmt: skip


@check(blank=2, step="define")
def one_layer_of_ten_units(student):
    """The model is one Dense layer of ten units on 784 pixels: 7 850 parameters."""
    model = student.model()
    if model.output_shape != [None, 10]:
        raise Wrong("wrong-output-shape", "an output of shape (batch, 10)", f"{model.output_shape}",
                    "Is Flatten missing, or has Dense another number of units?", "2. Define")  # fmt: skip
    if model.parameters != 7850:
        raise Wrong("parameter-count", "784 × 10 weights + 10 biases = 7 850 parameters", f"{model.parameters} parameters",
                    "One Dense layer with its bias, and no hidden layer.", "2. Define")  # fmt: skip


@check(blank=2, step="define")
def answers_are_probabilities(student):
    """For every picture the ten answers are positive and add up to one."""
    answers = student.predict(student.course.data().test.x.rows[:16])
    if arrays_close(answers.sum(axis=-1), np.ones(len(answers)), 1e-3) and answers.min() >= 0:
        return
    if answers.min() >= 0 and answers.max() <= 1:
        raise Wrong("sigmoid-for-softmax", "answers that add up to 1", f"a sum of {answers[0].sum():.3g}",
                    "sigmoid judges each class by itself; softmax shares one probability among all.", "The idea")  # fmt: skip
    raise Wrong("softmax-missing", "answers that add up to 1", f"a sum of {answers[0].sum():.3g}, the least {answers.min():.3g}",
                'These are logits: Dense needs activation="softmax".', "The idea")  # fmt: skip


@check(blank=3, step="compile")
def loss_takes_integer_labels(student):
    """The loss is the cross-entropy of integer labels and probabilities."""
    y = np.array([0, 3, 9, 5])
    p = np.random.default_rng(1).dirichlet(np.ones(10), size=4).astype("float32")
    loss = student.loss(y, p)
    right = float(-np.log(p[np.arange(4), y]).mean())
    if "error" in loss:
        raise Wrong("loss-label-mismatch", "a loss that takes integer labels", loss.error,
                    "categorical_crossentropy wants one-hot rows; its sparse_ sister takes integers.", "3. Compile")  # fmt: skip
    logits = float(np.mean(np.log(np.exp(p).sum(axis=1)) - p[np.arange(4), y]))
    if abs(loss.value - logits) < 1e-3:
        raise Wrong("from-logits-with-softmax", "probabilities taken as they are", "a loss that applies softmax a second time",
                    "The model ends in softmax, so the loss must not be told from_logits=True.", "Common mistakes")  # fmt: skip
    if abs(loss.value - right) > 1e-3:
        raise Wrong("wrong-loss", f"−mean log p of the true class = {right:.4f}", f"{loss.value:.4f}", "Another loss than cross-entropy.",
                    "The idea")  # fmt: skip


@check(blank=3, step="compile")
def adam_at_the_given_rate(student):
    """The optimizer is Adam, at the learning rate that hp gives."""
    compiled = student.compiled(learning_rate=0.005)
    if compiled.optimizer not in ("Adam", "AdamW", "Nadam"):
        raise Wrong("wrong-optimizer", "Adam", compiled.optimizer, "", "3. Compile")
    if abs(compiled.learning_rate - 0.005) > 1e-6:
        raise Wrong("learning-rate-ignored", "the learning rate of hp, here 0.005", f"{compiled.learning_rate:g}",
                    'The string "adam" takes Adam\'s default; write keras.optimizers.Adam(learning_rate=rate).', "3. Compile")  # fmt: skip


@check(blank=3, step="compile")
def accuracy_is_measured(student):
    """Accuracy is measured beside the loss."""
    if student.compiled().config.get("loss_weights"):
        raise Wrong("metrics-in-loss-weights", "metrics=[…]", "loss_weights=[…]",
                    "The third positional argument of compile is loss_weights: name your arguments.", "Common mistakes")  # fmt: skip
    measured = student.measured()
    if "error" in measured:
        return  # the loss is at fault, and has its own check
    right = student.course.measured()["values"]["accuracy"]
    values = measured["values"]
    if "accuracy" not in values or abs(values["accuracy"] - right) > 1e-3:
        raise Wrong("accuracy-missing", f'a metric "accuracy", here {right:.3f}', ", ".join(f"{k} {v:.3f}" for k, v in values.items()),
                    'metrics=["accuracy"] picks the accuracy that fits the loss.', "3. Compile")  # fmt: skip


@check(blank=4, step="fit")
def trains_and_watches_validation(student):
    """The model learns from the training split and watches the validation split, for as long as the preset says."""
    fit_follows_the_preset(student)


@check(blank=5, step="evaluate")
def loss_and_accuracy_of_the_test_split(student):
    """Loss and accuracy of the test split come back by name."""
    measures_the_test_split(student, ("loss", "accuracy"))


@check(blank=6, step="figures")
def ten_templates(student):
    """The weights of each neuron are laid out as a picture of 28 × 28."""
    found, right = student.model_call("templates", step="figures"), student.course.model_call("templates", step="figures")
    shape = list(np.shape(found))
    if shape != [10, 28, 28]:
        raise Wrong("wrong-shape", "shape (10, 28, 28)", f"{tuple(shape)}", "The weights are (784, 10): one column a neuron.", "Figures")
    if not arrays_close(found, right):
        raise Wrong("not-transposed", "template k = column k of the weights", "other numbers in this place",
                    "reshape(10, 28, 28) without the transpose mixes the neurons.", "Figures")  # fmt: skip
