"""Checks of exercise 21."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import (
    chosen_predictions,
    first_difference,
    same_loss,
    same_metrics,
    same_network,
    same_optimizer,
)
from whitepaper.checking.fit_comparisons import same_fits
from whitepaper.checking.functions import labels, same_function
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_integer_labels,
)
from whitepaper.checking.shared.training import fit_follows_the_preset


def images(count=6):
    return np.random.default_rng(0).integers(0, 256, (count, 32, 32, 3)).astype("float32")


@check(blank=1, step="define")
def encoder_gets_its_own_preprocessing(student):
    """The maps are those of the encoder for images that were preprocessed once, as in its own training."""
    x, part = images(), ("large", "encoder:input")
    found, right = student.predict(x, part=part), student.course.predict(x, part=part)
    if first_difference(found, right, 1e-3):
        low, high = (f"from {np.min(one):.4g} to {np.max(one):.4g}" for one in (right, found))
        means = f"with the mean {right.mean():.4g}", f"with the mean {np.mean(found):.4g}"
        raise Wrong("wrong-input", f"values {low}, {means[0]}, as the encoder's input for pixels from 0 to 255",
                    f"values {high}, {means[1]}", "", "2. Define")  # fmt: skip
    part = ("large", "maps")
    found, right = student.predict(x, part=part), student.course.predict(x, part=part)
    if np.shape(found) != right.shape:
        raise Wrong("wrong-maps", f"maps of shape {right.shape} for six images", f"{np.shape(found)}", "", "2. Define")
    if differs := first_difference(found, right, 1e-3):
        place, got, expected = differs
        raise Wrong("wrong-maps", f"{expected:.4g} in the maps of six images at {place}", f"{got:.4g}", "", "2. Define")


@check(blank=1, step="define")
def encoder_is_frozen(student):
    """No layer of the encoder learns."""
    inside = {layer["config"]["name"] for layer in student.course.model().layers if layer["weights"]}
    inside -= {student.course.model().layers[-1]["config"]["name"]}
    learning = [
        layer["config"].get("name", "")
        for layer in student.model().layers
        if layer["trainable"] and layer["weights"] and layer["config"].get("name") in inside
    ]
    if learning:
        raise Wrong("encoder-not-frozen", "an encoder in which no layer learns", f"learning: {', '.join(learning)}",
                    "encoder.model.trainable = False freezes all of its layers.", "2. Define")  # fmt: skip
    x, part = images(), ("large", "maps")
    found, right = (whose.predict(x, part=part, training=True) for whose in (student, student.course))
    if differs := first_difference(found, right, 1e-3):
        place, got, expected = differs
        raise Wrong("other-in-training", f"{expected} in the maps in training at {place}", f"{got}", "", "2. Define")


@check(blank=2, step="define")
def head_for_ten_classes(student):
    """The mean of the maps over their places, and one Dense layer with ten probabilities behind it."""
    shape = student.course.predict(images(1), part=("", "maps")).shape[1:]
    maps = np.random.default_rng(2).normal(0, 1, (5, *shape)).astype("float32")
    same_network(student, x=maps, part=("maps", ""))
    last = student.model().layers[-1]
    if not last["weights"]:
        raise Wrong("last-layer", "a last layer with weights: Dense with its activation", f"{last['class']} as the last layer",
                    "The fit step trains the last layer: write the softmax as its activation.", "2. Define", shown=True)  # fmt: skip
    if not last["trainable"]:
        raise Wrong("head-frozen", "a head that learns", "a head with trainable=False", "", "2. Define", shown=True)


@check(blank=3, step="compile")
def cross_entropy_and_adam(student):
    """Adam at the rate of hp, cross-entropy of integer labels, accuracy beside it."""
    cross_entropy_of_integer_labels(student)
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


@check(blank=4, step="fit")
def features_of_every_picture(student):
    """What the head gets for each image, as an array, with augmentation off."""
    # More images than a batch holds, and a network that augments in training.
    x, hp = images(300), {"augment": True}
    found = student.model_call("features_of", x, step="fit", hp=hp)
    right = student.course.model_call("features_of", x, step="fit", hp=hp)
    if np.shape(found) != right.shape:
        raise Wrong(
            "wrong-shape", f"features of shape {right.shape} for 300 images", f"{np.shape(found)}", "", "4. Fit"
        )
    if differs := first_difference(found, right, 1e-3):
        place, got, expected = differs
        raise Wrong(
            "wrong-features", f"{expected:.4g} as the input of the last layer at {place}", f"{got:.4g}", "", "4. Fit"
        )


@check(blank=5, step="fit")
def last_block_learns(student):
    """The last block learns but for its batch norms; all else in the encoder stays frozen."""
    for slower, hp in ((0.1, {}), (0.5, {"learning_rate": 0.001})):
        found = student.model_call("thaw", slower, step="fit", compiled=True, hp=hp)
        right = student.course.model_call("thaw", slower, step="fit", compiled=True, hp=hp)
        learns = set(found.learns)
        if not found.head:
            raise Wrong("head-frozen", "a head that goes on learning", "a frozen one", "Only the encoder's flags change.",
                        "4. Fit", shown=True)  # fmt: skip
        if not learns:
            raise Wrong("nothing-thawed", f"{', '.join(right.learns)}", "no layer of the encoder learns", "", "4. Fit")
        if norms := sorted(learns & set(found.norms)):
            raise Wrong("batch-norm-thawed", "batch norms that stay frozen", f"learning: {', '.join(norms)}",
                        "Batch-norm layers of the block must stay frozen.", "The idea", shown=True)  # fmt: skip
        if learns - set(found.block):
            raise Wrong("too-much-thawed", f"{', '.join(right.learns)}", f"also {', '.join(sorted(learns - set(found.block)))}",
                        "Only layers of `block` learn.", "4. Fit", shown=True)  # fmt: skip
        if learns != set(right.learns):
            raise Wrong("too-little-thawed", f"{', '.join(right.learns)}", f"{', '.join(found.learns)}", "", "4. Fit")
        if not found.compiled_again:
            raise Wrong("not-compiled-again", f"a new optimizer at {right.rate:g}", f"the old one at {found.rate:g}",
                        "Compile the model again after the flags have changed.", "Common mistakes", shown=True)  # fmt: skip
        if abs(found.rate - right.rate) > 1e-3 * right.rate:
            raise Wrong(
                "wrong-rate", f"a learning rate of {right.rate:g} for slower={slower}", f"{found.rate:g}", "", "4. Fit"
            )


@check(blank=5, step="fit")
def compiled_again_as_before(student):
    """The second compile has Adam, the loss and the metric of the first one."""
    again = student.after("thaw", 0.1, step="fit")
    targets = student.course.data().train.y.rows
    predictions = chosen_predictions(np.full((4, 10), 0.1))
    same_optimizer(again, read="4. Fit")
    same_loss(again, targets, predictions, read="4. Fit")
    same_metrics(again, targets, predictions, names=("accuracy",), read="4. Fit")


@check(blank=6, step="fit", after=(4, 5))
def head_trains_on_features(student):
    """The head learns from the training features and watches the validation features, for as long as the preset says."""
    same_fits(student, before=True)
    curves = {name: values for name, values in student.fitted().history.items() if name.startswith("head_")}
    right = [name for name in student.course.fitted().history if name.startswith("head_")]
    if missing := [name for name in right if name not in curves]:
        raise Wrong("history-missing", "the history of head.fit in `first`", f"no {', '.join(missing)}", "", "4. Fit")


@check(blank=7, step="fit", after=(4, 5, 6))
def fine_tunes_on_pictures(student):
    """The whole model learns from the training images and watches the validation images."""
    fit_follows_the_preset(student)


@check(blank=8, step="evaluate")
def gain_with_its_error(student):
    """Accuracy of both, the mean of their differences image by image, and its error."""
    y = np.array([3, 1, 4, 1, 5, 9, 2, 6])
    ours, theirs = np.array([3, 1, 4, 1, 5, 9, 0, 0]), np.array([3, 1, 4, 2, 2, 2, 2, 6])
    edges = [
        (y, ours, theirs),
        (y, y, theirs),
        (y, ours, y),
        (y, y, y),
        (y[:1], y[:1], y[:1] + 1),
        (y, (y + 1) % 10, (y + 2) % 10),
    ]
    same_function(
        student, "compared", labels(9), labels(9), labels(9), step="evaluate", edges=edges, examples=20, read="The idea"
    )
