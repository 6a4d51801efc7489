"""Checks of exercise 5."""

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
    probabilities_that_add_up(student, student.course.data().test.x.rows[:16])


@check(blank=2, step="define")
def computes_softmax_of_one_layer(student):
    """With the same weights the network gives the same outputs as softmax(Wx + b), and nothing else is added."""
    same_network(student)


@check(blank=3, step="compile")
def loss_takes_integer_labels(student):
    """The loss is the cross-entropy of integer labels and probabilities."""
    cross_entropy_of_integer_labels(student)


@check(blank=3, step="compile")
def adam_at_the_given_rate(student):
    """The optimizer is Adam, at the learning rate that hp gives."""
    adam_at_the_rate(student)


@check(blank=3, step="compile")
def accuracy_is_measured(student):
    """Accuracy is measured beside the loss."""
    accuracy_beside_the_loss(student)


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
    found, right = (
        student.model_call("templates", step="figures"),
        student.course.model_call("templates", step="figures"),
    )
    shape = list(np.shape(found))
    if shape != [10, 28, 28]:
        raise Wrong(
            "wrong-shape",
            "shape (10, 28, 28)",
            f"{tuple(shape)}",
            "The weights are (784, 10): one column a neuron.",
            "Figures",
        )
    if not arrays_close(found, right):
        raise Wrong("not-transposed", "template k = column k of the weights", "other numbers in this place",
                    "reshape(10, 28, 28) without the transpose mixes the neurons.", "Figures")  # fmt: skip
