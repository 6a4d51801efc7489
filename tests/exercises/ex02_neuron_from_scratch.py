"""Checks of exercise 2."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close, describe

X = np.array([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.2]])
Y = np.array([1.0, 0.0, 1.0])
W1, B1 = np.array([[0.4, -0.6, 0.9], [1.1, 0.2, -0.5]]), np.array([0.1, -0.2, 0.3])
W2, B2 = np.array([[0.7], [-1.2], [0.5]]), np.array([0.05])
ONE = {"weights": [W1[:, :1]], "biases": [B1[:1]]}
TWO = {"weights": [W1, W2], "biases": [B1, B2]}


def sigma(z):
    return 1 / (1 + np.exp(-z))


def answer(values, x=X):
    for w, b in zip(values["weights"], values["biases"], strict=True):
        x = sigma(x @ w + b)
    return x


def slopes(values):
    """The gradients by the closed form of the lesson, for one or two layers."""
    a = answer(values)
    delta = (a - Y[:, None]) / len(Y) * a * (1 - a)
    if len(values["weights"]) == 1:
        return [(X.T @ delta, delta.sum(axis=0))]
    h = sigma(X @ W1 + B1)
    below = delta @ W2.T * h * (1 - h)
    return [(X.T @ below, below.sum(axis=0)), (h.T @ delta, delta.sum(axis=0))]


@check(blank=1, step="define")
def sigmoid_squeezes(student):
    """σ goes from 0 to 1, is ½ at 0, and σ(−z) = 1 − σ(z)."""
    z = np.array([[-3.0, -0.5, 0.0], [0.5, 2.0, 4.0]])
    found = student.call("sigmoid", z, step="define")
    if arrays_close(found, sigma(z), 1e-9):
        return
    if arrays_close(found, sigma(-z), 1e-9):
        raise Wrong(
            "sign-of-the-exponent",
            "σ(4) = 0.982",
            f"σ(4) = {describe(found[1, 2].item())}",
            "The exponent is −z.",
            "The idea",
        )
    if arrays_close(found, np.tanh(z), 1e-9):
        raise Wrong("another-function", "σ(0) = ½", "σ(0) = 0", "This is tanh, which goes from −1 to 1.", "The idea")
    raise Wrong(
        "wrong-sigmoid",
        f"{describe(sigma(z)[0])}",
        describe(np.asarray(found)[0] if np.ndim(found) else found),
        "1 / (1 + e^(−z)).",
        "The idea",
    )


@check(blank=2, step="define")
def slope_from_the_output(student):
    """The slope is a (1 − a): ¼ at the output ½, near 0 at both ends."""
    a = np.array([0.02, 0.3, 0.5, 0.9])
    found = student.call("sigmoid_slope", a, step="define")
    if arrays_close(found, a * (1 - a), 1e-9):
        return
    if arrays_close(found, sigma(a) * (1 - sigma(a)), 1e-9):
        raise Wrong(
            "slope-of-z",
            "a (1 − a) of the output a",
            "the slope at z = a",
            "The argument is already the output: no sigmoid again.",
            "The idea",
        )
    raise Wrong("wrong-slope", describe(a * (1 - a)), describe(found), "Differentiate 1 / (1 + e^(−z)).", "The idea")


@check(blank=3, step="define", after=(1,))
def outputs_of_all_layers(student):
    """Each layer's output is σ(x W + b), layer after layer."""
    for values in (ONE, TWO):
        found = student.object("Network", (2, 3, 1), method="forward", given=[X], set=values, step="define").result
        if len(found) != len(values["weights"]) + 1:
            raise Wrong(
                "wrong-number-of-outputs",
                f"{len(values['weights']) + 1} arrays, the input first",
                f"{len(found)}",
                "",
                "2. Define",
            )
        if not arrays_close(found[-1], answer(values), 1e-9):
            linear = X @ values["weights"][0] + values["biases"][0]
            if arrays_close(found[1], linear, 1e-9):
                raise Wrong(
                    "sigmoid-missing", "σ(x W + b)", "x W + b", "The sum has to pass through the sigmoid.", "The idea"
                )
            if arrays_close(found[1], sigma(X @ values["weights"][0]), 1e-9):
                raise Wrong("bias-missing", "σ(x W + b)", "σ(x W)", "Add b.", "The idea")
            raise Wrong(
                "wrong-output",
                describe(answer(values)),
                describe(found[-1]),
                "Does each layer take outputs[-1], the layer before?",
                "2. Define",
            )


def _gradients(student, values):
    return student.object("Network", (2, 3, 1), method="gradients", given=[X, Y], set=values, step="fit").result


@check(blank=4, step="fit", after=(1, 2, 3))
def delta_of_the_last_layer(student):
    """δ = (a − y) / n · σ'(z) at the last layer."""
    (dw, found), (right_dw, right) = _gradients(student, ONE)[-1], slopes(ONE)[-1]
    # δ shows in both slopes; one of them right proves it, and the other is the next blank's affair.
    if arrays_close(found, right, 1e-9) or arrays_close(dw, right_dw, 1e-9):
        return
    a = answer(ONE)
    candidates = {
        ("slope-missing", "Only ∂L/∂a: the bias lies inside the sigmoid, so δ needs the factor σ'(z)."): (
            (a - Y[:, None]) / len(Y)
        ).sum(axis=0),
        ("wrong-sign", "The error is a − y: the other way round climbs."): -right,
        ("mean-missing", "The loss is a mean: divide by n."): right * len(Y),
    }
    for (diagnosis, cause), value in candidates.items():
        if arrays_close(found, value, 1e-9):
            raise Wrong(diagnosis, describe(right), describe(found), cause, "The idea")
    raise Wrong(
        "wrong-delta",
        describe(right),
        describe(found),
        "Shapes: a is (n, 1), y is (n,); their difference must stay (n, 1).",
        "The idea",
    )


@check(blank=5, step="fit", after=(1, 2, 3, 4))
def slopes_of_weights_and_bias(student):
    """∂L/∂W = xᵀ δ and ∂L/∂b = Σ δ."""
    found, right = _gradients(student, ONE), slopes(ONE)
    dw, db = found[0]
    if not arrays_close(dw, right[0][0], 1e-9):
        if np.shape(dw) != np.shape(right[0][0]):
            raise Wrong(
                "wrong-shape",
                f"∂L/∂W of shape {np.shape(right[0][0])}",
                f"{np.shape(dw)}",
                "∂L/∂W has the shape of W: inputᵀ @ δ.",
                "The idea",
            )
        raise Wrong(
            "wrong-weight-slope",
            describe(right[0][0]),
            describe(dw),
            "inputᵀ @ δ, with the layer's own input `below`.",
            "The idea",
        )
    if not arrays_close(np.ravel(db), right[0][1], 1e-9):
        cause = (
            "The points' slopes are added up: the mean is already in δ."
            if arrays_close(np.ravel(db) * len(Y), right[0][1], 1e-9)
            else ""
        )
        raise Wrong(
            "wrong-bias-slope", describe(right[0][1]), describe(db), cause or "δ summed over the points.", "The idea"
        )


@check(blank=6, step="fit", after=range(1, 6))
def delta_goes_back_through_a_layer(student):
    """δ₁ = (δ₂ W₂ᵀ) ∘ σ'(z₁)."""
    found, right = _gradients(student, TWO)[0][1], slopes(TWO)[0][1]
    if arrays_close(found, right, 1e-9):
        return
    a = answer(TWO)
    delta = (a - Y[:, None]) / len(Y) * a * (1 - a)
    if arrays_close(found, (delta @ W2.T).sum(axis=0), 1e-9):
        raise Wrong(
            "hidden-slope-missing",
            describe(right),
            describe(found),
            "δ W₂ᵀ still has to pass the sigmoid of the layer below.",
            "The idea",
        )
    raise Wrong(
        "wrong-chain",
        describe(right),
        describe(found),
        "δ times the transposed weights, times the slope of the layer below.",
        "The idea",
    )


@check(blank=7, step="fit", after=range(1, 7))
def one_step_downhill(student):
    """A step moves weights and biases by rate times the slope, against it."""
    after = student.object("Network", (2, 3, 1), method="step", given=[X, Y, 0.5], set=TWO, step="fit").attributes
    for layer, (dw, db) in enumerate(slopes(TWO)):
        for name, old, slope in (("weights", TWO["weights"][layer], dw), ("biases", TWO["biases"][layer], db)):
            new = after[name][layer]
            if arrays_close(new, old - 0.5 * slope, 1e-9):
                continue
            if arrays_close(new, old + 0.5 * slope, 1e-9):
                raise Wrong(
                    "wrong-direction",
                    f"{name} − rate · slope",
                    f"{name} + rate · slope",
                    "That climbs: downhill is minus.",
                    "Common mistakes",
                )
            if arrays_close(new, old, 1e-12):
                raise Wrong(
                    "not-moved",
                    f"{name} that change",
                    f"the same {name}",
                    "Both weights and biases are moved.",
                    "The idea",
                )
            raise Wrong(
                "wrong-step", f"{name} − 0.5 · slope", describe(new), "Is the rate a factor of the slope?", "The idea"
            )


@check(blank=8, step="evaluate", after=range(1, 8))
def slope_by_experiment(student):
    """The slope by central differences is the slope of the chain rule, and the weight is put back."""
    difference = student.evaluated().metrics["gradient_difference"]
    if difference > 1e-6:
        cause = "Is it divided by 2 · epsilon, and is the weight moved to both sides and put back?"
        raise Wrong("wrong-difference", "a difference below 1e-6", f"{difference:.3g}", cause, "5. Evaluate")
    if difference > 1e-8:
        cause = "One-sided differences are right to ε only, central ones to ε²."
        raise Wrong("one-sided-difference", "a difference below 1e-8", f"{difference:.3g}", cause, "5. Evaluate")
