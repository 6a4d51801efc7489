"""Checks of exercise 21."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_integer_labels,
    probabilities_that_add_up,
)
from whitepaper.checking.shared.training import fit_follows_the_preset

EPOCHS = 2


def pictures(count=6):
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3)).astype("float32")


@check(blank=1, step="define")
def encoder_gets_its_own_preprocessing(student):
    """The encoder gets every picture preprocessed as it was in its own training, once."""
    x = pictures()
    # The course's features of pictures that were spoiled beforehand are those of a student who spoils them.
    spoiled = {
        "": (x, ""),
        "preprocessing-missing": (127.5 * (x + 1), "Wrap it: encoder.model(encoder.preprocess(large), …)."),
        "preprocessed-twice": (x / 127.5 - 1, "One call of encoder.preprocess is enough."),
        "scaled-before-preprocessing": (x / 255, "It wants pixels from 0 to 255: leave out the division by 255."),
    }
    found = student.model_call("features_of", x, step="fit")
    every = student.course.model_call(
        "features_of", np.concatenate([other for other, _ in spoiled.values()]), step="fit"
    )
    if np.shape(found) != every[: len(x)].shape:
        return  # a head that does not average has a check of its own
    for (diagnosis, (_, cause)), right in zip(spoiled.items(), np.split(every, len(spoiled)), strict=True):
        if arrays_close(found, right, 1e-3):
            if not diagnosis:
                return
            raise Wrong(diagnosis, "pictures that went through encoder.preprocess once", "other numbers", cause,
                        "Common mistakes")  # fmt: skip
    raise Wrong("wrong-features", "the encoder's maps of the preprocessed pictures, averaged", "other numbers",
                "Is something between `large`, the encoder and the head that does not belong there?", "2. Define")  # fmt: skip


@check(blank=1, step="define")
def encoder_is_frozen(student):
    """No layer of the encoder learns; the head does."""
    model, right = student.model(), student.course.model()
    learning = [layer["class"] for layer in model.layers if layer["trainable"] and layer["weights"]]
    if model.trainable > right.trainable and "Conv2D" in learning:
        raise Wrong("encoder-not-frozen", "layers that learn in the head alone", f"also {learning.count('Conv2D')} convolutions",
                    "Set encoder.model.trainable = False.", "2. Define")  # fmt: skip
    if model.trainable > right.trainable and "BatchNormalization" in learning:
        raise Wrong("encoder-not-frozen", "layers that learn in the head alone", "also the batch norms of the encoder",
                    "encoder.model.trainable = False reaches all of its layers.", "2. Define")  # fmt: skip


@check(blank=2, step="define")
def head_for_ten_classes(student):
    """Behind the averaged maps one Dense layer gives ten probabilities."""
    model, right = student.model(), student.course.model()
    if model.output_shape != [None, 10]:
        received = f"an output of shape {model.output_shape}"
        if len(model.output_shape or []) > 2:
            raise Wrong("not-averaged", "ten numbers for each picture", received,
                        "GlobalAveragePooling2D takes the places away.", "2. Define")  # fmt: skip
        raise Wrong("wrong-class-count", "one unit for each of ten classes", received,
                    "The recorded run had two units for ten classes and could not get beyond 0.50.", "2. Define")  # fmt: skip
    heads = [layer for layer in model.layers if layer["class"] == "Dense"]
    if len(heads) != 1:
        raise Wrong(
            "hidden-layer", "one Dense layer", f"{len(heads)}", "The features are good enough for one.", "2. Define"
        )
    if model.parameters != right.parameters:
        cause = "Flatten keeps every place, and the head grows with their number."
        raise Wrong("not-averaged", f"{right.parameters} parameters", f"{model.parameters}", cause, "2. Define")
    probabilities_that_add_up(student, pictures())
    kinds = [layer["class"] for layer in model.layers]
    if "GlobalMaxPooling2D" in kinds:
        raise Wrong(
            "maximum-for-mean", "the mean over the places", "their maximum", "GlobalAveragePooling2D", "The idea"
        )


@check(blank=3, step="compile")
def cross_entropy_and_adam(student):
    """Adam at the rate of hp, cross-entropy of integer labels, accuracy beside it."""
    cross_entropy_of_integer_labels(student)
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


@check(blank=4, step="fit")
def features_of_every_picture(student):
    """What the head gets for each picture, as an array."""
    x = pictures(7)
    found = student.model_call("features_of", x, step="fit")
    right = student.course.model_call("features_of", x, step="fit")
    if arrays_close(found, right, 1e-3):
        return
    shape = np.shape(found)
    if shape == (7, 10):
        raise Wrong("answers-for-features", f"what the head gets, {right.shape}", f"what it answers, {shape}",
                    "model.layers[-1].input, not its output.", "4. Fit")  # fmt: skip
    if len(shape) > 2:
        raise Wrong("maps-for-features", f"one number a channel, {right.shape}", f"{shape}",
                    "The input of the last layer, behind the averaging.", "4. Fit")  # fmt: skip
    if shape != right.shape:
        raise Wrong("pictures-missing", f"features of all pictures, {right.shape}", f"{shape}", "", "4. Fit")
    raise Wrong("wrong-features", "what the head gets for these pictures", "other numbers", "", "4. Fit")


@check(blank=5, step="fit")
def last_block_learns(student):
    """The last block learns but for its batch norms, all else in the encoder stays frozen; Adam anew, at a tenth of the rate."""
    found = student.model_call("thaw", 0.1, step="fit", compiled=True)
    right = student.course.model_call("thaw", 0.1, step="fit", compiled=True)
    learns = set(found.learns)
    if not found.head:
        raise Wrong(
            "head-frozen", "a head that goes on learning", "a frozen one", "Only the encoder's flags change.", "4. Fit"
        )
    if not learns:
        cause = "encoder.trainable = True first: below a frozen model no layer learns, whatever its own flag says."
        raise Wrong("nothing-thawed", f"{', '.join(right.learns)}", "no layer of the encoder learns", cause, "4. Fit")
    if norms := sorted(learns & set(found.norms)):
        raise Wrong("batch-norm-thawed", "batch norms that keep their averages", f"learning: {', '.join(norms)}",
                    "and not isinstance(layer, keras.layers.BatchNormalization)", "The idea")  # fmt: skip
    if learns - set(found.block):
        raise Wrong("too-much-thawed", f"{', '.join(right.learns)}", f"also {', '.join(sorted(learns - set(found.block)))}",
                    "Only layers of `block`.", "4. Fit")  # fmt: skip
    if learns != set(right.learns):
        raise Wrong("too-little-thawed", f"{', '.join(right.learns)}", f"{', '.join(found.learns)}", "", "4. Fit")

    if abs(found.rate - right.rate) <= 1e-3 * right.rate:
        return
    received = f"{found.rate:g}"
    if abs(found.rate - 10 * right.rate) <= 1e-3 * found.rate:
        if not found.compiled_again:
            raise Wrong("not-compiled-again", f"a new optimizer at {right.rate:g}", f"the old one at {received}",
                        "Changed flags count from the next compile on, and the rate must fall.", "Common mistakes")  # fmt: skip
        raise Wrong(
            "rate-not-lowered", f"{right.rate:g}", f"{received}, the head's", "slower * rate", "Common mistakes"
        )
    cause = "slower * rate: a tenth of the rate that the head had, whatever that was."
    raise Wrong("wrong-rate", f"{right.rate:g}", received, cause, "4. Fit")


@check(blank=6, step="fit", after=(4, 5))
def head_trains_on_features(student):
    """The head learns from the training features and watches the validation features, for as long as the preset says."""
    fitted = student.fitted()
    curves = {name[5:]: values for name, values in fitted.history.items() if name.startswith("head_")}
    if "test" in fitted.seen:
        raise Wrong("test-data-in-fit", "training and validation pictures only", "features of the test pictures",
                    "The test split is for evaluate alone.", "4. Fit")  # fmt: skip
    if "loss" not in curves:
        raise Wrong(
            "head-not-trained", "the history of head.fit in `first`", ", ".join(curves) or "no curves", "", "4. Fit"
        )
    if "val_loss" not in curves:
        raise Wrong(
            "no-validation", "validation_data from data.validation", f"curves {', '.join(curves)}", "", "4. Fit"
        )
    if len(curves["loss"]) != EPOCHS:
        raise Wrong("wrong-epochs", f"{EPOCHS} epochs of the head", f"{len(curves['loss'])}", "preset.epochs", "4. Fit")
    if curves["loss"][-1] >= curves["loss"][0]:
        raise Wrong("nothing-learned", "a loss that falls", f"{curves['loss']}", "", "4. Fit")
    right = student.course.fitted().history["head_loss"]
    if abs(curves["loss"][0] - right[0]) > 0.25 * right[0]:
        raise Wrong("wrong-features", f"a first loss near {right[0]:.2f}", f"{curves['loss'][0]:.2f}",
                    "Are pictures and labels of one split, and in one order?", "4. Fit")  # fmt: skip


@check(blank=7, step="fit", after=(4, 5, 6))
def fine_tunes_on_pictures(student):
    """The whole model learns from the training pictures and watches the validation pictures."""
    fit_follows_the_preset(student)


@check(blank=8, step="evaluate")
def gain_with_its_error(student):
    """Accuracy of both, their difference picture by picture, and its error."""
    numbers = np.random.default_rng(3)
    labels = numbers.integers(0, 10, 60)
    ours = np.where(numbers.random(60) < 0.8, labels, (labels + 1) % 10)
    theirs = np.where(numbers.random(60) < 0.5, labels, (labels + 3) % 10)
    d = (ours == labels).astype(float) - (theirs == labels)
    right = {"accuracy": np.mean(ours == labels), "scratch_accuracy": np.mean(theirs == labels), "gain": d.mean()}
    found = student.call("compared", labels, ours, theirs, step="evaluate")
    if not isinstance(found, dict) or (missing := [name for name in (*right, "gain_error") if name not in found]):
        lacking = f"no {', '.join(missing)}" if isinstance(found, dict) else type(found).__name__
        raise Wrong("metric-missing", "accuracy, scratch_accuracy, gain, gain_error", lacking, "", "5. Evaluate")
    if arrays_close(found["gain"], -right["gain"]) or arrays_close(found["accuracy"], right["scratch_accuracy"]):
        raise Wrong(
            "turned-around", f"gain {right['gain']:.3f}", f"{found['gain']:.3f}", "Ours less theirs.", "The idea"
        )
    for name, value in right.items():
        if not arrays_close(found[name], value):
            raise Wrong("wrong-value", f"{name} {value:.4f}", f"{found[name]!r:.40}", "", "The idea")
    errors = [d.std(ddof=lost) / np.sqrt(60) for lost in (0, 1)]
    if any(arrays_close(found["gain_error"], error) for error in errors):
        return
    received = f"{found['gain_error']!r:.40}"
    if arrays_close(found["gain_error"], d.std(), 0.02):
        cause = "That is how much single pictures differ; the mean of n of them is known better by √n."
        raise Wrong("not-divided-by-root-n", f"{errors[0]:.4f}", received, cause, "The idea")
    apart = np.sqrt(((ours == labels).var() + (theirs == labels).var()) / 60)
    if arrays_close(found["gain_error"], apart, 0.02):
        cause = "Both answered the same pictures: take the differences, picture by picture."
        raise Wrong("not-paired", f"{errors[0]:.4f}", received, cause, "The idea")
    raise Wrong("wrong-error", f"std(d) / √n = {errors[0]:.4f}", received, "", "The idea")
