"""Checks of exercise 1."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import same_network
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_integer_labels,
    labels_as_they_came,
    pixels_from_zero_to_one,
    probabilities_that_add_up,
)
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split


@check(blank=1, step="load")
def pixels_are_scaled(student):
    """The pixels are floats from 0 to 1."""
    pixels_from_zero_to_one(student)


@check(blank=1, step="load")
def labels_stay(student):
    """The labels stay integers from 0 to 9."""
    labels_as_they_came(student)


@check(blank=2, step="load")
def labels_are_counted(student):
    """Each label that occurs is counted, in the order of the labels."""
    counts = student.call("label_counts", np.array([7, 1, 7, 7, 3, 1]), step="load")
    if not isinstance(counts, dict):
        raise Wrong(
            "not-a-dict",
            "a dict {1: 2, 3: 1, 7: 3}",
            type(counts).__name__,
            "zip the labels with their counts into a dict.",
            "1. Load",
        )
    if [int(key) for key in counts] != sorted(int(key) for key in counts) or {int(key) for key in counts} != {1, 3, 7}:
        raise Wrong(
            "wrong-labels",
            "the labels 1, 3, 7 in this order",
            ", ".join(counts),
            "Only labels that occur, sorted.",
            "1. Load",
        )
    if [int(count) for count in counts.values()] != [2, 1, 3]:
        raise Wrong(
            "wrong-counts",
            "1: 2, 3: 1, 7: 3",
            str(dict(counts)),
            "How often each label occurs, not where or which share.",
            "1. Load",
        )


@check(blank=3, step="define")
def two_dense_layers(student):
    """A hidden layer of `units` relu neurons and a last one of ten: 101 770 parameters at 128 units."""
    model, small = student.model(), student.model(units=32)
    if model.output_shape != [None, 10]:
        raise Wrong("wrong-output-shape", "an output of shape (batch, 10)", f"{model.output_shape}",
                    "Is Flatten missing, or has the last layer another number of units?", "2. Define")  # fmt: skip
    if model.parameters != 101_770:
        raise Wrong("parameter-count", "784·128 + 128 + 128·10 + 10 = 101 770 parameters", f"{model.parameters}",
                    "One hidden layer of `units` neurons between Flatten and the last layer.", "2. Define")  # fmt: skip
    if small.parameters != 784 * 32 + 32 + 32 * 10 + 10:
        raise Wrong(
            "units-ignored",
            "25 450 parameters with units=32",
            f"{small.parameters}",
            "Use `units`, not the number 128.",
            "2. Define",
        )


@check(blank=3, step="define")
def hidden_layer_is_not_linear(student):
    """The hidden layer has relu: without it two layers are no more than one."""
    kinds = [layer.config.get("activation") for layer in student.model().layers] + [
        layer["class"] for layer in student.model().layers
    ]
    if "relu" not in kinds and "ReLU" not in kinds:
        raise Wrong("activation-missing", "relu in the hidden layer", ", ".join(str(kind) for kind in kinds if isinstance(kind, str)),
                    "Dense without activation is linear.", "The idea")  # fmt: skip


@check(blank=3, step="define")
def dropout_thins_the_hidden_layer(student):
    """While training a fifth of the hidden numbers is dropped, and the answers still add up to one."""
    layers = student.model().layers
    dropped = [number for number, layer in enumerate(layers) if layer["class"] == "Dropout"]
    if not dropped:
        raise Wrong("dropout-missing", "a Dropout layer", ", ".join(layer["class"] for layer in layers), "", "The idea")
    if abs(layers[dropped[0]].config["rate"] - 0.2) > 1e-6:
        raise Wrong(
            "wrong-dropout",
            "a dropout rate of 0.2",
            f"{layers[dropped[0]].config['rate']:g}",
            "Use `dropout`: the share that is dropped.",
            "2. Define",
        )
    dense = [number for number, layer in enumerate(layers) if layer.parameters]
    if not dense[0] < dropped[0] < dense[-1]:
        raise Wrong("dropout-misplaced", "Dropout between the two Dense layers", ", ".join(layer["class"] for layer in layers),
                    "After the last layer it would erase probabilities, before the first one pixels.", "Common mistakes")  # fmt: skip


@check(blank=3, step="define")
def answers_are_probabilities(student):
    """For every picture the ten answers are positive and add up to one."""
    probabilities_that_add_up(student, student.course.data().test.x.rows[:16])


@check(blank=3, step="define")
def computes_the_network(student):
    """With the same weights the network gives the same outputs, in training as well, for any `units` and `dropout`."""
    same_network(student, {}, {"units": 64, "dropout": 0.5})


@check(blank=4, step="compile")
def loss_takes_integer_labels(student):
    """The loss is the cross-entropy of integer labels and probabilities."""
    cross_entropy_of_integer_labels(student)


@check(blank=4, step="compile")
def adam_at_the_given_rate(student):
    """The optimizer is Adam, at the learning rate that hp gives."""
    adam_at_the_rate(student)


@check(blank=4, step="compile")
def accuracy_is_measured(student):
    """Accuracy is measured beside the loss."""
    accuracy_beside_the_loss(student)


@check(blank=5, step="fit")
def step_size_falls_along_a_cosine(student):
    """The factor is 1 in the first epoch, ½ half-way, and falls towards 0."""
    found = [student.call("cosine", epoch, 8, step="fit") for epoch in range(8)]
    right = 0.5 * (1 + np.cos(np.pi * np.arange(8) / 8))
    if arrays_close(found, right, 1e-6):
        return
    if not all(isinstance(value, float | int) for value in found):
        raise Wrong("not-a-number", "one number", type(found[0]).__name__, "", "4. Fit")
    if arrays_close(found, 2 * right - 1, 1e-6) or min(found) < 0:
        raise Wrong(
            "not-lifted",
            "factors from 1 to 0",
            f"{found[0]:.3g} to {found[-1]:.3g}",
            "The cosine alone goes from 1 to −1.",
            "The idea",
        )
    if abs(found[0] - 1) > 1e-6:
        raise Wrong(
            "wrong-start",
            "1 in epoch 0",
            f"{found[0]:.3g}",
            "Is the half, or the cosine, in its place? epoch counts from 0.",
            "The idea",
        )
    raise Wrong(
        "wrong-schedule",
        ", ".join(f"{value:.3f}" for value in right),
        ", ".join(f"{value:.3f}" for value in found),
        "",
        "The idea",
    )


@check(blank=6, step="fit")
def trains_and_watches_validation(student):
    """The model learns from the training split and watches the validation split, for as long as the preset says."""
    fit_follows_the_preset(student)


@check(blank=6, step="fit")
def schedule_is_handed_on(student):
    """The schedule changes the step size from epoch to epoch."""
    rates = student.fitted().history.get("learning_rate")
    if not rates or len({round(rate, 9) for rate in rates}) < 2:
        raise Wrong("schedule-missing", "a step size that falls", f"{rates or 'no learning_rate in the history'}",
                    "Hand on callbacks=[*callbacks, schedule].", "4. Fit")  # fmt: skip


@check(blank=7, step="evaluate")
def loss_and_accuracy_of_the_test_split(student):
    """Loss and accuracy of the test split come back by name."""
    measures_the_test_split(student, ("loss", "accuracy"))
