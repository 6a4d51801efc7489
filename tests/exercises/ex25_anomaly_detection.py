"""Checks of exercise 25."""

import math

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import adam_at_the_rate, labels_as_they_came
from whitepaper.checking.shared.training import fit_follows_the_preset


@check(blank=1, step="load")
def one_scale_from_the_training_beats(student):
    """The least number of the training beats becomes 0, the largest 1, and all splits have that scale."""
    found, right = student.data(), student.course.data()
    labels_as_they_came(student)
    if all(arrays_close(getattr(found, name).x.rows, getattr(right, name).x.rows, 1e-5) for name in ("train", "test")):
        return
    if found.train.x.min < -0.5 or found.train.x.max > 1.5:
        raise Wrong("not-scaled", "training beats from 0 to 1", f"{found.train.x.min:.3g} to {found.train.x.max:.3g}",
                    "(x − low) / (high − low)", "1. Load")  # fmt: skip
    if arrays_close(found.train.x.rows, right.train.x.rows, 1e-5):
        raise Wrong("scaled-inside-each-split", "one scale, from the training beats", "test beats with a scale of their own",
                    "low and high are taken once, outside of scale.", "1. Load")  # fmt: skip
    rows = found.train.x.rows
    if len(rows) == found.train.examples and abs(rows.min(axis=0)).max() < 1e-5:
        raise Wrong("each-sample-by-itself", "one low and one high for all samples", "a scale for each of the 140 samples",
                    "Leave axis=0 out: the beats would change their shape.", "1. Load")  # fmt: skip
    raise Wrong("wrong-scale", "the least training number at 0, the largest at 1",
                f"training beats from {found.train.x.min:.3g} to {found.train.x.max:.3g}",
                "Do low and high come from data.train.x alone?", "1. Load")  # fmt: skip


@check(blank=2, step="define")
def through_eight_numbers(student):
    """140 samples through 32, 16, 8, 16 and 32 units back to 140."""
    model = student.model()
    if model.output_shape != [None, 140]:
        raise Wrong("wrong-output-shape", "beats of shape (batch, 140)", f"{model.output_shape}",
                    "The last layer has SAMPLES units.", "2. Define")  # fmt: skip
    sizes = (140, 32, 16, 8, 16, 32, 140)
    right = sum((rows + 1) * units for rows, units in zip(sizes, sizes[1:], strict=False))
    if model.parameters != right:
        raise Wrong(
            "parameter-count",
            f"{right} parameters",
            f"{model.parameters}",
            "A Dense layer for each of SIZES.",
            "2. Define",
        )


@check(blank=2, step="define")
def relu_inside_and_sigmoid_at_the_end(student):
    """The hidden layers are relu, and the samples that come out lie between 0 and 1."""
    x = np.random.default_rng(1).normal(size=(4, 140)).astype("float32")
    plus, minus, none, far = np.split(student.predict(np.concatenate([x, -x, 0 * x, 900 * x])), 4)
    if far.min() < 0 or far.max() > 1 or not arrays_close(none, np.full(none.shape, 0.5), 1e-3):
        raise Wrong("output-not-sigmoid", "samples from 0 to 1", f"samples from {far.min():.3g} to {far.max():.3g}",
                    'The last Dense layer takes activation="sigmoid".', "2. Define")  # fmt: skip
    if arrays_close(plus + minus, np.ones(plus.shape), 1e-4):
        raise Wrong("hidden-not-relu", "relu in the hidden layers", "layers that do not bend", "", "2. Define")


@check(blank=3, step="compile")
def absolute_error(student):
    """The loss is the mean absolute error."""
    y, outputs = np.zeros((2, 140), dtype="float32"), np.full((2, 140), 0.2, dtype="float32")
    outputs[1] = 0.6
    loss = student.loss(y, outputs)
    if "error" in loss or abs(loss.value - 0.4) > 1e-5:
        received = loss.get("error") or f"{loss.value:.4f} from {student.compiled().loss}"
        raise Wrong("wrong-loss", "0.4 for errors 0.2 and 0.6", received, 'loss="mae".', "The idea")


@check(blank=3, step="compile")
def adam_at_the_given_rate(student):
    """The optimizer is Adam, at the learning rate that hp gives."""
    adam_at_the_rate(student)


@check(blank=4, step="fit")
def normal_ones_alone(student):
    """The rows whose label is 1 stay, in their order."""
    x, y = np.arange(15.0).reshape(5, 3), np.array([1, 0, 0, 1, 1])
    found = student.call("normal_beats", x, y, step="fit")
    if arrays_close(found, x[y == 1]):
        return
    if arrays_close(found, x[y == 0]):
        raise Wrong(
            "anomalous-ones", "the rows with the label 1", "the rows with the label 0", "NORMAL is 1 here.", "The idea"
        )
    raise Wrong("wrong-rows", "rows 0, 3 and 4 of the labels 1, 0, 0, 1, 1", f"shape {np.shape(found)}",
                "x[y == NORMAL] keeps the rows where it is True.", "4. Fit")  # fmt: skip


@check(blank=5, step="fit", after=(4,))
def learns_from_normal_beats(student):
    """The network learns to give back normal training beats and watches normal validation beats."""
    train = student.course.data().train
    normal = int(np.sum(train.y.rows == 1))
    fitted = student.fitted()
    if fitted.batches == math.ceil(train.examples / 25):
        raise Wrong(
            "anomalies-in-fit",
            f"{normal} normal beats",
            f"all {train.examples} beats",
            "Train on x_train.",
            "Common mistakes",
        )
    fit_follows_the_preset(student)
    right = student.course.fitted().history
    for name, diagnosis in (("loss", "other-target"), ("val_loss", "other-validation-target")):
        if not abs(np.log(fitted.history[name][0] / right[name][0])) < 0.5:
            raise Wrong(diagnosis, f"a first {name} of about {right[name][0]:.3f}", f"{fitted.history[name][0]:.3f}",
                        "Input and target are the same normal beats.", "4. Fit")  # fmt: skip


@check(blank=6, step="evaluate")
def error_of_each_beat(student):
    """One mean absolute error for each beat."""
    a, b = np.random.default_rng(5).random((2, 6, 140))
    found = np.asarray(student.call("errors", a, b, step="evaluate"), dtype=float)
    if found.ndim == 0:
        raise Wrong("one-number", "six errors for six beats", "one number", "The mean goes over axis=1.", "5. Evaluate")
    if found.shape != (6,):
        raise Wrong(
            "wrong-shape", "errors of shape (6,)", f"{found.shape}", "The mean goes over axis=1.", "5. Evaluate"
        )
    if arrays_close(found, np.abs(a - b).mean(axis=1)):
        return
    if arrays_close(found, ((a - b) ** 2).mean(axis=1)):
        raise Wrong(
            "squared-error",
            "absolute errors",
            "squared errors",
            "The threshold is meant for e of the idea.",
            "The idea",
        )
    if arrays_close(found, np.abs((a - b).mean(axis=1))) or arrays_close(found, (a - b).mean(axis=1)):
        raise Wrong("signs-cancel", "the mean of absolute differences", "the mean of differences",
                    "Above and below would cancel out: take the absolute value of each difference first.", "The idea")  # fmt: skip
    raise Wrong("wrong-error", f"{np.abs(a - b).mean(axis=1)[0]:.4f} for the first", f"{found[0]:.4f}", "", "The idea")


@check(blank=7, step="evaluate")
def shares_of_right_answers(student):
    """Accuracy, precision and recall, with the normal beats as the positive class."""
    labels = np.array([1] * 8 + [0] * 12)
    called = np.array([1] * 5 + [0] * 3 + [1] * 2 + [0] * 10) > 0
    found = student.call("judge", labels, called, step="evaluate")
    right = {"accuracy": 15 / 20, "precision": 5 / 7, "recall": 5 / 8}
    if all(abs(found[name] - value) < 1e-6 for name, value in right.items()):
        return
    shown = ", ".join(f"{name} {float(found[name]):.3f}" for name in right)
    expected = ", ".join(f"{name} {value:.3f}" for name, value in right.items())
    if abs(found["precision"] - 5 / 8) < 1e-6 and abs(found["recall"] - 5 / 7) < 1e-6:
        raise Wrong(
            "precision-and-recall-swapped", expected, shown, "Precision is a share of those called normal.", "The idea"
        )
    if abs(found["precision"] - 10 / 13) < 1e-6 and abs(found["recall"] - 10 / 12) < 1e-6:
        raise Wrong("other-class", expected, shown, "Here the normal beats are the positive class.", "The idea")
    if abs(found["accuracy"] - 15 / 20) > 1e-6:
        raise Wrong(
            "wrong-accuracy",
            expected,
            shown,
            "Right are normal beats called normal, and others called others.",
            "The idea",
        )
    raise Wrong("wrong-share", expected, shown, "Which beats stand above, which below the fraction line?", "The idea")


@check(blank=8, step="evaluate")
def threshold_of_the_training_errors(student):
    """The threshold is mean + 1.5 standard deviations of the training errors; what lies below is normal."""
    rng = np.random.default_rng(6)
    known, asked = rng.gamma(4, 1, 60), rng.gamma(7, 1.2, 80)
    (threshold, called), right = student.call("decide", known, asked, step="evaluate"), known.mean() + 1.5 * known.std()
    expected, read = f"{right:.3f}, from the training errors", "The idea"
    if abs(threshold - right) < 0.05:  # either standard deviation, divided by n or by n − 1
        if not np.array_equal(np.asarray(called, dtype=bool), asked < threshold):
            raise Wrong("turned-around", "small errors called normal", f"{np.sum(called)} of 80 called normal",
                        "called = asked < threshold", read)  # fmt: skip
        return
    if abs(threshold - (asked.mean() + 1.5 * asked.std())) < 0.05:
        raise Wrong("test-in-the-threshold", expected, f"{threshold:.3f}, from the test errors",
                    "The threshold must not know what it is judged by.", "Common mistakes")  # fmt: skip
    if abs(threshold - known.mean()) < 0.01:
        raise Wrong("deviation-missing", expected, f"{threshold:.3f}, their mean",
                    "About half of the normal beats lie above the mean.", read)  # fmt: skip
    raise Wrong("wrong-threshold", expected, f"{threshold:.3f}", "mean + DEVIATIONS · standard deviation", read)
