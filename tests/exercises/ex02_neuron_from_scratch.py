"""Checks of exercise 2."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import first_difference
from whitepaper.checking.evidence import arrays_close, describe
from whitepaper.checking.failures import StepFailed
from whitepaper.checking.functions import arrays, leaves_its_arguments_alone, same_function

# No two sizes are equal, so that a transposed or mixed up matrix does not fit. More inputs than points: ∂L/∂W tells δ.
X = np.array([[0.5, -1.0, 0.3, 1.5, -0.4], [2.0, 0.3, -1.1, 0.2, 0.7], [-0.7, 1.2, 0.6, -0.9, 0.1]])
Y = np.array([1.0, 0.0, 1.0])
RNG = np.random.default_rng(2)


def network(*sizes):
    """Weights and biases, none of them 0."""
    pairs = list(zip(sizes[:-1], sizes[1:], strict=True))
    return {
        "weights": [RNG.normal(0, 1, pair) for pair in pairs],
        "biases": [RNG.normal(0, 1, pair[1]) for pair in pairs],
    }


ONE, TWO, THREE = network(5, 1), network(5, 4, 1), network(5, 4, 2, 1)
Z = np.array([[-3.0, -0.5, 0.25], [0.5, 2.0, 4.0]])
OUTPUTS = np.array([[0.02, 0.3, 0.5], [0.62, 0.75, 0.9]])


def sigma(z):
    return 1 / (1 + np.exp(-z))


def outputs_of(values, x=X):
    """The outputs of all layers, the input first."""
    found = [x]
    for w, b in zip(values["weights"], values["biases"], strict=True):
        found.append(sigma(found[-1] @ w + b))
    return found


def gradients_of(values):
    """The gradients by the closed form of the lesson, and δ of each layer."""
    outputs = outputs_of(values)
    delta = (outputs[-1] - Y[:, None]) / len(Y) * outputs[-1] * (1 - outputs[-1])
    found, deltas = [], []
    for layer in reversed(range(len(values["weights"]))):
        below = outputs[layer]
        found.insert(0, (below.T @ delta, delta.sum(axis=0)))
        deltas.insert(0, delta)
        delta = delta @ values["weights"][layer].T * below * (1 - below)
    return found, deltas


def asked(student, values, method, *given, step):
    """What a method gives for a network with these parameters."""
    return student.object("Network", (2, 3, 1), method=method, given=list(given), set=values, step=step)


def unchanged(attributes, values, what):
    """The network's parameters are what they were."""
    for name in ("weights", "biases"):
        if differs := first_difference(attributes[name], values[name], 1e-12, name):
            place, found, right = differs
            raise Wrong("parameters-changed", f"{place} = {describe(right)}, as before {what}", describe(found),
                        "An assignment such as w += … changes the network's own array: work with a new one.",
                        "2. Define", shown=True)  # fmt: skip


@check(blank=1, step="define")
def sigmoid_squeezes(student):
    """σ(z) = 1 / (1 + e^(−z)), for arrays of any shape."""
    edges = [(Z,), (np.array([-2, 0, 1, 3]),), (np.array(0.7),), (np.array([30.0, -30.0]),), (np.zeros((2, 1, 2)),)]
    same_function(student, "sigmoid", arrays((1, 3), (1, 4)), step="define", edges=edges, examples=15, tolerance=1e-9,
                  read="The idea")  # fmt: skip
    leaves_its_arguments_alone(student, "sigmoid", Z, step="define", read="The idea")


@check(blank=2, step="define")
def slope_from_the_output(student):
    """σ'(z) = a (1 − a), for arrays of any shape."""
    edges = [(OUTPUTS,), (np.array([0.0, 1.0]),), (np.array(0.3),), (np.full((2, 1, 2), 0.25),)]
    same_function(student, "sigmoid_slope", arrays((1, 3), (1, 4), low=0, high=1), step="define", edges=edges,
                  examples=15, tolerance=1e-9, read="The idea")  # fmt: skip
    leaves_its_arguments_alone(student, "sigmoid_slope", OUTPUTS, step="define", read="The idea")


@check(blank=3, step="define", after=(1,))
def outputs_of_all_layers(student):
    """Each layer's output is σ(x W + b), layer after layer."""
    for values in (ONE, TWO, THREE):
        answer = asked(student, values, "forward", X, step="define")
        found, right = answer.result, outputs_of(values)
        if len(found) != len(right):
            raise Wrong(
                "wrong-number-of-outputs", f"{len(right)} arrays, the input first", f"{len(found)}", "", "2. Define"
            )
        for layer, (one, other) in enumerate(zip(found, right, strict=True)):
            if differs := first_difference(one, other, 1e-9):
                place, got, expected = differs
                raise Wrong("other-outputs", f"{described(expected)} at {place} of the output of layer {layer}, of {len(right) - 1}",
                            described(got), "", "The idea")  # fmt: skip
        unchanged(answer.attributes, values, "forward")


def described(value):
    return f"shape {value}" if isinstance(value, tuple) else describe(value)


def shown_at(place):
    return f"{place} =" if place.startswith("[") else " of"


def pair_of(found, layer, values):
    """A layer's pair of gradients; what is no such pair is told."""
    if len(found) != len(values["weights"]) or any(not isinstance(pair, list) or len(pair) != 2 for pair in found):
        raise Wrong("not-pairs", f"{len(values['weights'])} pairs (∂L/∂W, ∂L/∂b)", describe(found)[:80],
                    "Append one tuple of two arrays for each layer.", "The idea", shown=True)  # fmt: skip
    return found[layer]


def _slip_of_the_next_blank(dw, db, delta):
    """Whether both gradients come of the right δ, by mistakes of the next blank."""
    n = len(delta)
    for_weights = [delta.T @ X, X.T @ delta / n]
    for_bias = [delta.mean(axis=0), delta.sum(), delta.sum(axis=1), delta, np.zeros(1), delta.mean(), delta[0],
                delta.sum(axis=0, keepdims=True), delta.mean(axis=0, keepdims=True)]  # fmt: skip
    pairs = ((dw, db), (db, dw))
    return any(
        any(arrays_close(one, value, 1e-9) for value in for_weights)
        and any(arrays_close(other, value, 1e-9) for value in for_bias)
        for one, other in pairs
    ) or (arrays_close(db, X.T @ delta, 1e-9) and arrays_close(dw, delta.sum(axis=0), 1e-9))


@check(blank=4, step="fit", after=(1, 2, 3))
def delta_of_the_last_layer(student):
    """δ = (a − y) / n · σ'(z) at the last layer."""
    found = asked(student, ONE, "gradients", X, Y, step="fit").result
    (right_dw, right), delta = gradients_of(ONE)[0][0], gradients_of(ONE)[1][0]
    dw, db = pair_of(found, 0, ONE)
    # A right ∂L/∂W proves δ, and so does a pair that shows a mistake of the next blank.
    if arrays_close(dw, right_dw, 1e-9) or _slip_of_the_next_blank(dw, db, delta):
        return
    if np.shape(dw) == right_dw.shape:
        shown = np.linalg.lstsq(X.T, np.asarray(dw, dtype=float), rcond=None)[0]
        agree = arrays_close(X.T @ shown, dw, 1e-9)
        if agree and (arrays_close(db, shown.sum(axis=0), 1e-9) or not arrays_close(db, right, 1e-9)):
            raise Wrong("wrong-delta", f"δ = {np.round(delta[:, 0], 4)} for three points",
                        f"{np.round(shown[:, 0], 4)}", "", "The idea")  # fmt: skip
    if not arrays_close(db, right, 1e-9):
        raise Wrong("wrong-delta", f"∂L/∂W = xᵀ δ of shape {right_dw.shape}, ∂L/∂b of shape {right.shape}",
                    f"shapes {np.shape(dw)} and {np.shape(db)}", "", "The idea")  # fmt: skip


@check(blank=5, step="fit", after=(1, 2, 3, 4))
def slopes_of_weights_and_bias(student):
    """∂L/∂W = xᵀ δ and ∂L/∂b = Σ δ."""
    for values in (ONE, TWO, THREE):
        try:
            found = asked(student, values, "gradients", X, Y, step="fit").result
        except StepFailed:
            if values is ONE:
                raise
            return  # the way back to a second layer is the next blank's affair, whose check asks the same
        right = gradients_of(values)[0]
        for name, one, other in zip(("∂L/∂W", "∂L/∂b"), pair_of(found, -1, values), right[-1], strict=True):
            if np.shape(one) != other.shape:
                raise Wrong("wrong-shape", f"{name} of shape {other.shape}", f"{np.shape(one)}", "", "The idea")
            if differs := first_difference(one, other, 1e-9):
                raise Wrong("wrong-gradient", f"{name}{differs[0]} = {describe(differs[2])} in the last of {len(found)} layers",
                            describe(differs[1]), "", "The idea")  # fmt: skip


@check(blank=6, step="fit", after=range(1, 6))
def delta_goes_back_through_a_layer(student):
    """δ₁ = (δ₂ W₂ᵀ) ∘ σ'(z₁)."""
    for values in (TWO, THREE):
        answer = asked(student, values, "gradients", X, Y, step="fit")
        right = gradients_of(values)[0]
        for layer in reversed(range(len(right) - 1)):
            dw, db = pair_of(answer.result, layer, values)
            for name, one, other in (("∂L/∂b", db, right[layer][1]), ("∂L/∂W", dw, right[layer][0])):
                if differs := first_difference(one, other, 1e-9):
                    place, got, expected = differs
                    raise Wrong("wrong-chain", f"{name}{shown_at(place)} {described(expected)} in layer {layer + 1} of {len(right)}",
                                described(got), "", "The idea")  # fmt: skip
        unchanged(answer.attributes, values, "gradients")


@check(blank=7, step="fit", after=range(1, 7))
def one_step_downhill(student):
    """A step moves weights and biases by rate times the gradient, against it."""
    for values, rate in ((TWO, 0.5), (THREE, 3.0)):
        after = asked(student, values, "step", X, Y, rate, step="fit").attributes
        for layer, slopes in enumerate(gradients_of(values)[0]):
            for name, slope in zip(("weights", "biases"), slopes, strict=True):
                old, new = values[name][layer], after[name][layer]
                if differs := first_difference(new, old - rate * slope, 1e-9):
                    place, got, expected = differs
                    same = " (not moved)" if arrays_close(new, old, 1e-12) else ""
                    raise Wrong("wrong-step", f"{name}[{layer}]{shown_at(place)} {described(expected)} after a step of rate {rate}",
                                f"{described(got)}{same}", "", "The idea")  # fmt: skip


@check(blank=8, step="evaluate", after=range(1, 4))
def slope_by_experiment(student):
    """The gradient by central differences, for any step epsilon; the weights are put back."""
    for values, layer, index in ((TWO, 1, (2, 0)), (TWO, 0, (3, 1)), (THREE, 1, (3, 0))):
        for epsilon in (0.5, 1e-2):
            given = (values["weights"], values["biases"], X, Y, layer, list(index), epsilon)
            found, weights, biases = student.call("slope_and_weights", *given, step="evaluate")
            right = student.course.call("slope_and_weights", *given, step="evaluate")[0]
            place = f"weights[{layer}][{', '.join(map(str, index))}]"
            if found is None:
                raise Wrong(
                    "return-missing", f"∂L/∂w of {place}", "None", "Is `return` missing?", "5. Evaluate", shown=True
                )
            if differs := first_difference(found, right, 1e-7):
                raise Wrong("wrong-difference", f"{described(differs[2])} for {place} with epsilon {epsilon}",
                            described(differs[1]), "", "5. Evaluate")  # fmt: skip
            if differs := first_difference([weights, biases], [values["weights"], values["biases"]], 1e-12):
                at, got, expected = differs
                raise Wrong("not-put-back", f"{place} = {values['weights'][layer][index]:.6g} afterwards, as before",
                            f"{weights[layer][index]:.6g}" if np.shape(weights[layer]) == values["weights"][layer].shape
                            else f"{describe(got)} for {describe(expected)} at {at}",
                            "Put the weight back before the function returns.", "5. Evaluate", shown=True)  # fmt: skip
