# %% [markdown]
# # Exercise 3: Rosenblatt's perceptron on Iris
#
# - Section: NN 1-1, Perceptron and neural networks
# - Data: iris
# - Claim: errors_after_epoch_6 ≤ 0 on real data with PRESET=full; recorded before: 0 misclassifications by epoch 10
# - Measured: corrections in epoch 1 alone with seeds 0–2; test accuracy 1.0 (20 of 20 flowers); under 1 s
# - In plain NumPy: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=3`
#
# ## What you will learn
#
# The oldest learning rule: change the weights only when the answer was wrong. You will write Rosenblatt's perceptron, see
# its line move from mistake to mistake until two species of Iris lie apart, and know when it never stops.
#
# ## The idea
#
# The perceptron answers ŷ = +1 if w · x + b ≥ 0, else −1. For each flower in turn it corrects itself:
#
#     Δ = η (y − ŷ),   w ← w + Δ x,   b ← b + Δ
#
# A right answer gives Δ = 0 and changes nothing; a wrong one pushes the line towards the right side. If some line separates
# the classes at all, the number of corrections is bounded (Novikoff 1962): the rule is sure to end. If none does, it
# wanders for ever. Setosa and versicolor can be told apart by the lengths of sepal and petal alone.
#
# ## The five steps
#
# load (two species, two lengths, labels −1 and +1), define (the perceptron), compile (its rate), fit (ten epochs, counting
# mistakes), evaluate (the epoch from which no mistake was made, and the held-out flowers).

# %%
import numpy as np

from whitepaper import datasets, plots
from whitepaper.lessons import Preset

SEPAL_LENGTH, PETAL_LENGTH = 0, 2
SETOSA, VERSICOLOR = 0, 1
PRESETS = {
    "smoke": Preset(epochs=10),
    "quick": Preset(epochs=10),
    "full": Preset(epochs=10),
}

# %% [markdown]
# ## 1. Load
#
# Iris has 150 flowers of three species, measured in centimeters. We keep two species and two columns, and name the species
# −1 and +1, because the rule needs labels with opposite signs.


# %%
def load(preset):
    data = datasets.load_iris(examples=preset.examples)

    def two_species(x, y):
        # BLANK 1: keep only setosa and versicolor, of x only sepal and petal length, and label them −1 and +1.
        # hint: a mask of booleans picks rows: chosen = (y == SETOSA) | (y == VERSICOLOR).
        # hint: x[chosen][:, [SEPAL_LENGTH, PETAL_LENGTH]] has shape (n, 2).
        # hint: np.where(y[chosen] == SETOSA, -1, 1) gives the labels.
        chosen = (y == SETOSA) | (y == VERSICOLOR)
        return x[chosen][:, [SEPAL_LENGTH, PETAL_LENGTH]], np.where(y[chosen] == SETOSA, -1, 1)
        # END

    return data.map(two_species)


# %% [markdown]
# ## 2. Define


# %%
class Perceptron:
    """Rosenblatt's perceptron (1958).

    Attributes:
        w: (features,) weights. b: bias. rate: the learning rate η.
        errors: corrections in each epoch so far.
    """

    def __init__(self, features, seed=0):
        self.w = np.random.default_rng(seed).normal(0, 0.01, features)
        self.b = 0.0
        self.rate = 0.1
        self.errors = []

    def net_input(self, x):
        # BLANK 2 (define): return w · x + b for every row of x, shape (n,).
        # hint: x @ self.w is the dot product of each row with the weights.
        # hint: add the bias.
        return x @ self.w + self.b
        # END

    def predict(self, x):
        # BLANK 3 (define): return +1 where the net input is at least 0, and −1 elsewhere.
        # hint: np.where(condition, 1, -1).
        # hint: "at least": the border itself is +1.
        return np.where(self.net_input(x) >= 0, 1, -1)
        # END

    def epoch(self, x, y):
        """Go through the flowers once, correct after each, and give back the number of corrections."""
        corrections = 0
        for row, label in zip(x, y, strict=True):
            # BLANK 4 (fit): for this flower set change = η (y − ŷ), then move self.w by change · row and self.b by change.
            # hint: self.predict(row) works for one row too.
            # hint: change = self.rate * (label - self.predict(row)).
            # hint: add, do not subtract: a label +1 that was taken for −1 must raise the net input.
            change = self.rate * (label - self.predict(row))
            self.w = self.w + change * row
            self.b = self.b + change
            # END
            corrections += int(change != 0)
        return corrections


def define(data, hp):
    return Perceptron(data.train.x.shape[1], hp.Fixed("seed", 0))


# %% [markdown]
# ## 3. Compile
#
# One number: how far a correction goes. Starting near zero, it scales weights and bias alike, so it hardly matters here.


# %%
def compile(model, hp):
    model.rate = hp.Float("rate", 0.01, 1.0, default=0.1)


# %% [markdown]
# ## 4. Fit


# %%
def fit(model, data, preset, callbacks):
    # BLANK 5: run preset.epochs epochs on the training flowers, note each epoch's corrections in model.errors, and return
    # the history as a dict {"errors": …}.
    # hint: model.epoch(data.train.x, data.train.y) gives back the number of corrections.
    # hint: for _ in range(preset.epochs): model.errors.append(…).
    for _ in range(preset.epochs):
        model.errors.append(model.epoch(data.train.x, data.train.y))
    return {"errors": model.errors}
    # END


# %% [markdown]
# ## 5. Evaluate
#
# Two questions: did the rule come to rest, and does the line hold for flowers that it never saw?


# %%
def evaluate(model, data):
    # BLANK 6: return a dict with "accuracy", the share of test flowers that are right, "errors_after_epoch_6", the number of
    # corrections in the epochs after the sixth, and "last_epoch_with_errors", counted from 1, or 0.
    # hint: np.mean(model.predict(data.test.x) == data.test.y) is the accuracy.
    # hint: model.errors[6:] are the epochs after the sixth; add them up.
    # hint: np.flatnonzero(model.errors) gives the indices of epochs with corrections; the last one plus 1.
    wrong = np.flatnonzero(model.errors)
    return {
        "accuracy": np.mean(model.predict(data.test.x) == data.test.y),
        "errors_after_epoch_6": sum(model.errors[6:]),
        "last_epoch_with_errors": wrong[-1] + 1 if len(wrong) else 0,
    }
    # END


# %% [markdown]
# ## Figures
#
# The flowers, the corrections of each epoch, and the line between the species, on training and on test flowers.


# %%
def figures(model, data, history):
    names = ("sepal length (cm)", "petal length (cm)")
    species = {-1: "setosa", 1: "versicolor"}
    start = Perceptron(2)
    return {
        "flowers": plots.scatter(data.train.x, data.train.y, names, species),
        "errors": plots.bars(dict(enumerate(history["errors"], 1)), "epoch", "corrections"),
        "regions": plots.decision_planes(
            {
                "before": (start.predict, data.train),
                "after, training flowers": (model.predict, data.train),
                "after, test flowers": (model.predict, data.test),
            },
            names,
            species,
        ),
    }


# %% [markdown]
# ## Try it
#
# - `make exercise N=3 HP="rate=1"`: do the corrections change? Why not, or hardly?
# - Take versicolor and virginica instead: no line parts them in these two columns. What do the corrections do?
# - Sort the flowers by species before training: how many epochs does it take now?
#
# ## Common mistakes
#
# - Labels 0 and 1: with y = 0 and ŷ = −1 a right answer would be corrected for ever.
# - Δ = η (ŷ − y): every correction then makes the answer worse.
# - Weights updated once an epoch with the sum of all corrections: that is another algorithm.

# %%
# The same steps by hand, for a notebook; `make exercise N=3` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
