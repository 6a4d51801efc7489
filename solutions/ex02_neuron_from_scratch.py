# %% [markdown]
# # Exercise 2: A neuron from scratch
#
# - Section: NN 1-1, Perceptron and neural networks
# - Data: gate
# - Claim: or_error ≤ 0.1; gradient_difference ≤ 1e-06; xor_error ≤ 0.1 on real data with PRESET=full; recorded before: OR outputs 0.07, 1.0, 0.965, 0.965
# - Measured: or_error 0.034, xor_error 0.015, gradient_difference 1.2e-12, the worst of seeds 0–2; under 1 s
# - In plain NumPy: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=2`
#
# ## What you will learn
#
# What a neuron computes, how it learns by the chain rule, how to prove that a derivative is right, and why one neuron can
# learn OR but never XOR. Everything here is NumPy: after this lesson nothing inside `model.fit` is magic.
#
# ## The idea
#
# A neuron adds up its inputs with weights and squeezes the sum: z = x · w + b, a = σ(z) = 1 / (1 + e^(−z)). The squared
# error over n points is L = (1/n) Σ ½ (a − y)². The chain rule takes the slope back, one factor a link:
#
#     ∂L/∂a = (a − y) / n        how the loss feels the output
#     ∂a/∂z = σ'(z) = a (1 − a)  how the output feels the sum
#     δ = ∂L/∂z = ∂L/∂a · ∂a/∂z
#     ∂L/∂w = xᵀ δ,   ∂L/∂b = Σ δ
#
# Both, weights and bias, take ∂L/∂z: the bias sits inside the sigmoid like the weights do. Gradient descent goes against
# the slope: w ← w − η ∂L/∂w. A second layer continues the chain: δ₁ = (δ₂ W₂ᵀ) ∘ σ'(z₁).
#
# XOR is 1 for (0,1) and (1,0), 0 for (0,0) and (1,1). One neuron cuts the plane along one line, and no line has those two
# pairs on different sides. A hidden layer bends the plane first.
#
# ## The five steps
#
# load (the four points of OR), define (the neuron), compile (rate and iterations), fit (full-batch gradient descent, for
# the neuron on OR and for a small network on XOR), evaluate (outputs, and the gradients against finite differences).

# %%
from types import SimpleNamespace

import numpy as np

from whitepaper import datasets, plots
from whitepaper.lessons import Preset

PRESETS = {
    "smoke": Preset(epochs=1000),
    "quick": Preset(epochs=1000),
    "full": Preset(epochs=1000),
}

# %% [markdown]
# ## 1. Load
#
# OR has four points and no others: there is nothing to hold back, so all splits are the same.


# %%
def load(preset):
    return datasets.load_gate("or")


# %% [markdown]
# ## 2. Define
#
# The network is a list of layers, each a pair (W, b). One layer of one unit is a neuron; (2, 4, 1) is the network for XOR.
# Weights start at random, because equal weights would stay equal for ever.


# %%
def sigmoid(z):
    # BLANK 1 (define): return σ(z) = 1 / (1 + e^(−z)) for an array z of any shape. The array z itself must not change.
    # hint: np.exp works on whole arrays.
    # hint: mind the sign: large z gives 1, so the exponent is −z.
    return 1 / (1 + np.exp(-z))
    # END


def sigmoid_slope(a):
    # BLANK 2 (define): return σ'(z), written with the output a = σ(z) instead of z, for an array a of any shape. The array a
    # itself must not change.
    # hint: differentiate 1 / (1 + e^(−z)) and look for a in what you get.
    # hint: at z = 0 the output is ½ and the slope is ¼.
    return a * (1 - a)
    # END


class Network:
    """Dense layers with a sigmoid each.

    Attributes:
        weights, biases: a list with one array a layer, (inputs, units) and (units,).
    """

    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.weights = [rng.normal(0, 1, (low, high)) for low, high in zip(sizes[:-1], sizes[1:], strict=True)]
        self.biases = [np.zeros(high) for high in sizes[1:]]

    def forward(self, x):
        """Outputs of every layer, the input first: a list of (n, units) arrays."""
        outputs = [np.asarray(x, dtype=float)]
        for w, b in zip(self.weights, self.biases, strict=True):
            # BLANK 3 (define): append this layer's output: the sigmoid of outputs[-1] times w, plus b. The weights and biases
            # must not change.
            # hint: @ is the matrix product: (n, inputs) @ (inputs, units) gives (n, units).
            # hint: b of shape (units,) is added to every row by itself.
            outputs.append(sigmoid(outputs[-1] @ w + b))
            # END
        return outputs

    def predict(self, x):
        """(n,) outputs of the last unit."""
        return self.forward(x)[-1][:, 0]

    def gradients(self, x, y):
        """The slopes of the loss: a list of (∂L/∂W, ∂L/∂b), one a layer."""
        outputs = self.forward(x)
        n = len(outputs[0])
        # BLANK 4 (fit): set delta = ∂L/∂z of the last layer, shape (n, 1), for L = (1/n) Σ ½ (a − y)².
        # hint: two links of the chain: ∂L/∂a = (a − y) / n, times σ'(z).
        # hint: outputs[-1] is a, of shape (n, 1); y has shape (n,): np.reshape(y, (-1, 1)) makes it fit.
        # hint: sigmoid_slope takes the output a.
        a = outputs[-1]
        delta = (a - np.reshape(y, (-1, 1))) / n * sigmoid_slope(a)
        # END
        found = []
        for layer in reversed(range(len(self.weights))):
            below = outputs[layer]
            # BLANK 5 (fit): append this layer's pair (∂L/∂W, ∂L/∂b) to found, from delta and `below`, its input. Each gradient
            # has the shape of its parameter: (inputs, units) and (units,).
            # hint: ∂L/∂W = inputᵀ δ has the shape of W.
            # hint: ∂L/∂b is the sum of δ over the points: delta.sum(axis=0).
            found.append((below.T @ delta, delta.sum(axis=0)))
            # END
            if layer:
                # BLANK 6 (fit): take delta back through this layer: δ times the transposed weights, times the slope below.
                # hint: (n, units) @ (units, inputs) gives (n, inputs): transpose self.weights[layer].
                # hint: `below` is the output of the layer below, so its slope is sigmoid_slope(below).
                delta = delta @ self.weights[layer].T * sigmoid_slope(below)
                # END
        return found[::-1]

    def step(self, x, y, rate):
        """One step of gradient descent on all points."""
        for layer, (dw, db) in enumerate(self.gradients(x, y)):
            # BLANK 7 (fit): change self.weights[layer] and self.biases[layer] by one step of gradient descent with the
            # learning rate `rate`: each moves against its gradient.
            # hint: downhill is minus the slope.
            # hint: self.weights[layer] = self.weights[layer] - rate * dw, and the bias likewise with db.
            self.weights[layer] = self.weights[layer] - rate * dw
            self.biases[layer] = self.biases[layer] - rate * db
            # END


def loss(network, x, y):
    """L = (1/n) Σ ½ (a − y)²."""
    return float(np.mean((network.predict(x) - y) ** 2) / 2)


def define(data, hp):
    hidden = hp.Int("hidden", 2, 8, default=4)
    seed = hp.Fixed("seed", 0)
    return SimpleNamespace(
        neuron=Network((2, 1), seed), before=Network((2, 1), seed), network=Network((2, hidden, 1), seed), rate=1.0
    )


# %% [markdown]
# ## 3. Compile
#
# There is no Keras here; what compile would bind is the step size.


# %%
def compile(model, hp):
    model.rate = hp.Float("rate", 0.1, 20.0, default=10.0)


# %% [markdown]
# ## 4. Fit
#
# 1 000 iterations for the neuron on OR. The network on XOR gets five times as many: it has more to find out.


# %%
def fit(model, data, preset, callbacks):
    x, y = data.train.x, data.train.y
    xor = datasets.load_gate("xor").train
    history = {"loss": [], "xor_loss": []}
    for iteration in range(5 * preset.epochs):
        if iteration < preset.epochs:
            model.neuron.step(x, y, model.rate)
            history["loss"].append(loss(model.neuron, x, y))
        model.network.step(xor.x, xor.y, model.rate)
        history["xor_loss"].append(loss(model.network, xor.x, xor.y))
    return history


# %% [markdown]
# ## 5. Evaluate
#
# A derivative is proved by experiment: move one weight by ±ε, measure the loss, and compare (L(w+ε) − L(w−ε)) / 2ε with
# what the chain rule says. They must agree to about ε².
#
# The biases must be tested too: a forgotten factor in ∂L/∂b leaves every weight's gradient right. A bias is the weight of an
# additional input that is always 1. So `bias_as_weight` puts the bias into the weight matrix as its last row, and the same
# differences test it.


# %%
def slope_by_differences(network, x, y, layer, index, epsilon=1e-5):
    # BLANK 8 (evaluate): return ∂L/∂w for the weight w = network.weights[layer][index] by central differences with the step
    # epsilon: (L(w + epsilon) − L(w − epsilon)) / (2 · epsilon). Afterwards all weights must be as they were.
    # hint: change the weight by +epsilon, take loss(network, x, y); by −epsilon, take it again; put the weight back.
    # hint: the slope is the difference of the two losses over 2 · epsilon.
    weights = network.weights[layer]
    kept = weights[index]
    weights[index] = kept + epsilon
    above = loss(network, x, y)
    weights[index] = kept - epsilon
    below = loss(network, x, y)
    weights[index] = kept
    return (above - below) / (2 * epsilon)
    # END


def slope_and_weights(weights, biases, x, y, layer, index, epsilon):
    """∂L/∂w by differences for a network with these parameters, and its parameters afterwards."""
    network = Network((1, 1))
    network.weights, network.biases = [np.array(w) for w in weights], [np.array(b) for b in biases]
    return slope_by_differences(network, x, y, layer, tuple(index), epsilon), network.weights, network.biases


def bias_as_weight(network, x, layer):
    """The network from this layer on, and its inputs: the layer's bias is the weight of a last input that is always 1."""
    part = Network((1, 1))
    part.weights = [np.vstack([network.weights[layer], network.biases[layer]]), *network.weights[layer + 1 :]]
    part.biases = [np.zeros_like(network.biases[layer]), *network.biases[layer + 1 :]]
    return part, np.column_stack([network.forward(x)[layer], np.ones(len(x))])


def evaluate(model, data):
    x, y = data.test.x, data.test.y
    xor = datasets.load_gate("xor").test
    # Fresh networks: at trained ones all slopes are near zero, and zero agrees with everything.
    differences = []
    for network in (Network((2, 1), seed=5), Network((2, 4, 1), seed=6)):
        for layer, (dw, db) in enumerate(network.gradients(xor.x, xor.y)):
            for index in np.ndindex(dw.shape):
                differences.append(abs(dw[index] - slope_by_differences(network, xor.x, xor.y, layer, index)))
            part, inputs = bias_as_weight(network, xor.x, layer)
            for unit, slope in enumerate(db):
                place = (len(inputs[0]) - 1, unit)
                differences.append(abs(slope - slope_by_differences(part, inputs, xor.y, 0, place)))
    return {
        "or_error": np.abs(model.neuron.predict(x) - y).max(),
        "xor_error": np.abs(model.network.predict(xor.x) - xor.y).max(),
        "gradient_difference": max(differences),
    }


# %% [markdown]
# ## Figures
#
# The sigmoid and its slope; both losses; the neuron's plane before and after learning OR; and XOR, where the border bends.


# %%
def figures(model, data, history):
    z = np.linspace(-8, 8, 200)
    xor = datasets.load_gate("xor").test
    planes = {
        "OR before": (model.before.predict, data.test),
        "OR after": (model.neuron.predict, data.test),
        "XOR, one hidden layer": (model.network.predict, xor),
    }
    return {
        "sigmoid": plots.functions(z, {"σ(z)": sigmoid(z), "σ'(z)": sigmoid_slope(sigmoid(z))}, "z"),
        "loss": plots.comparison(
            {"OR, one neuron": history["loss"], "XOR, hidden layer": history["xor_loss"]}, "loss", "iteration", log=True
        ),
        "planes": plots.decision_planes(planes),
    }


# %% [markdown]
# ## Try it
#
# - `make exercise N=2 HP="rate=1"`, then 0.1: how many iterations would the neuron need?
# - `HP="hidden=2"`: two hidden units can do XOR. Do they always, from every start?
# - Train the single neuron on XOR: where does its loss stop, and what does it answer? (Near ½ everywhere: the best a line can do.)
#
# ## Common mistakes
#
# - ∂L/∂a used for the bias: the bias lies inside the sigmoid, so it needs ∂L/∂z like the weights.
# - `+ rate * dw`: that climbs.
# - The slope taken of z where it wants the output: σ'(z) = a (1 − a), not z (1 − z).
# - All weights zero at the start: the hidden units stay copies of each other.

# %%
# The same steps by hand, for a notebook; `make exercise N=2` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
