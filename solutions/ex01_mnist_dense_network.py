# %% [markdown]
# # Exercise 1: A dense network reads digits
#
# - Section: NN 1-1, Perceptron and neural networks
# - Data: mnist
# - Claim: accuracy ≥ 0.979 (± 0.005) on real data with PRESET=full; recorded before: test accuracy 0.9787
# - Measured: accuracy 0.9791, mean of seeds 0–2 (0.9789, 0.9791, 0.9792); the fit takes 7 s on 2 CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=1`
#
# ## What you will learn
#
# The whole way from pixels to a measured classifier, once and completely: look at the data, build a small dense network,
# train it, judge it on pictures it never saw, and look at what it still gets wrong.
#
# ## The idea
#
# A layer of neurons computes h = relu(W x + b): each neuron adds up the 784 pixels with its own weights, and relu(z) =
# max(0, z) keeps only positive sums. A second layer turns the 128 numbers h into ten scores, and softmax turns the scores
# into probabilities p_k = exp(z_k) / Σ_j exp(z_j). Dropout sets a fifth of the hidden numbers to zero at every training
# step, at random, and scales the others up by 1/0.8: no neuron can rely on one other neuron, so fewer flukes of the
# training pictures are learned. It is off when the model predicts.
#
# The step size falls along half a cosine, η(t) = η₀ · ½ (1 + cos(π t / T)): long steps at first, short ones at the end.
# With five epochs that is worth about as much as two more epochs at a constant rate.
#
# ## The five steps
#
# load (scale the pixels), define (two dense layers and dropout), compile (loss, optimizer with its schedule, metric),
# fit (five epochs), evaluate (the test split, once).

# %%
import keras
import numpy as np

from whitepaper import datasets, plots
from whitepaper.lessons import Preset

CLASSES = 10
PRESETS = {
    "smoke": Preset(examples=600, epochs=2, batch_size=25),
    "quick": Preset(examples=12_000, epochs=5),
    "full": Preset(epochs=5),
}

# %% [markdown]
# ## 1. Load
#
# 60 000 pictures of handwritten digits, 28 × 28 bytes each, ink at 255. A tenth of them becomes the validation split.
# Before any training, two questions: which labels are there, and is each about equally frequent? A network that always
# answers the most frequent class sets the mark that has to be beaten.


# %%
def load(preset):
    data = datasets.load_mnist(examples=preset.examples)

    def scale(x, y):
        # BLANK 1: return the pictures as float32 numbers from 0 to 1, and the labels as they are.
        # hint: a byte goes up to 255.
        # hint: x.astype("float32") makes a copy of floats; divide it by 255, and return the pair (pictures, labels).
        return x.astype("float32") / 255, y
        # END

    return data.map(scale)


def label_counts(y):
    # BLANK 2 (load): return a dict from each label that occurs in y to how often it occurs, in the order of the labels.
    # hint: np.unique(y, return_counts=True) gives both.
    # hint: labels, counts = np.unique(…); dict(zip(labels.tolist(), counts.tolist())) makes plain numbers of them.
    labels, counts = np.unique(y, return_counts=True)
    return dict(zip(labels.tolist(), counts.tolist(), strict=True))
    # END


# %% [markdown]
# ## 2. Define
#
# `Flatten` lays the rows of a picture behind each other. The hidden layer has 784 × 128 + 128 = 100 480 parameters, the
# last one 128 × 10 + 10 = 1 290. The number of units and the share dropped are hyperparameters: called plainly, `hp` gives
# the white paper's values 128 and 0.2.


# %%
def define(data, hp):
    units = hp.Int("units", 32, 512, step=32, default=128)
    dropout = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.2)
    # BLANK 3: build and return the model: input (28, 28), flattened, Dense `units` with relu, Dropout of the share
    # `dropout`, Dense CLASSES with softmax.
    # hint: keras.Sequential takes a list of layers, first keras.Input(shape=(28, 28)).
    # hint: keras.layers has Flatten(), Dense(units, activation="relu") and Dropout(dropout).
    # hint: dropout comes after the hidden layer, never after the last one.
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    # END


# %% [markdown]
# ## 3. Compile
#
# The labels are integers, the outputs probabilities: sparse categorical cross-entropy. `fit` lets the step size fall from
# `learning_rate` to zero; here only its start is set.


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log", default=2e-3)
    # BLANK 4: compile with Adam at the learning rate `rate`, the cross-entropy for integer labels, and accuracy.
    # hint: losses whose name starts with "sparse_" take integer labels.
    # hint: keras.optimizers.Adam(learning_rate=rate) – the string "adam" would ignore `rate`.
    # hint: name the arguments: model.compile(optimizer=…, loss=…, metrics=[…]).
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    # END


# %% [markdown]
# ## 4. Fit
#
# The schedule is set epoch by epoch with a callback: half a cosine from the first epoch's rate down towards zero.


# %%
def cosine(epoch, epochs):
    # BLANK 5 (fit): return the factor ½ (1 + cos(π · epoch / epochs)): 1 in epoch 0, ½ half-way, near 0 at the end.
    # hint: np.cos and np.pi; epoch counts from 0.
    # hint: the cosine goes from 1 to −1; adding one and halving makes it go from 1 to 0.
    return 0.5 * (1 + np.cos(np.pi * epoch / epochs))
    # END


def fit(model, data, preset, callbacks):
    start = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch: start * float(cosine(epoch, preset.epochs)))
    # BLANK 6: train on data.train for preset.epochs in batches of preset.batch_size, watch data.validation, hand on the
    # schedule together with the callbacks, and return the history.
    # hint: model.fit takes x, y, batch_size, epochs, validation_data and callbacks.
    # hint: callbacks=[*callbacks, schedule] is one list of all.
    # hint: do not forget `return`: model.fit gives back the History that the curves are drawn from.
    return model.fit(
        data.train.x,
        data.train.y,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(data.validation.x, data.validation.y),
        callbacks=[*callbacks, schedule],
    )
    # END


# %% [markdown]
# ## 5. Evaluate


# %%
def evaluate(model, data):
    # BLANK 7: measure loss and accuracy on the test split and return them as a dict with the keys "loss" and "accuracy".
    # hint: model.evaluate(x, y) measures what compile() named.
    # hint: return_dict=True gives {"accuracy": …, "loss": …} in place of a list.
    return model.evaluate(data.test.x, data.test.y, verbose=0, return_dict=True)
    # END


# %% [markdown]
# ## Figures
#
# Some digits, how often each label occurs, the curves, which digit is taken for which, and the mistakes that the model is
# surest of: would you have read them?


# %%
def figures(model, data, history):
    x, y = data.test.x, data.test.y
    probabilities = model.predict(x, verbose=0)
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != y)
    worst = wrong[np.argsort(-probabilities[wrong].max(axis=1))][:15]
    drawn = {
        "digits": plots.image_grid(data.train.x[:25], data.train.y[:25], columns=5),
        "labels": plots.bars(label_counts(data.train.y), "digit", "training pictures"),
        "curves": plots.learning_curves(history),
        "confusion": plots.confusion_matrix(y, predicted, data.class_names),
    }
    if len(worst):
        titles = [f"{y[i]}, not {predicted[i]} ({probabilities[i].max():.0%})" for i in worst]
        drawn["surest mistakes"] = plots.image_grid(x[worst], titles, columns=5, title="wrong, and sure of it")
    return drawn


# %% [markdown]
# ## Try it
#
# - `make exercise N=1 HP="dropout=0"`: what happens to the gap between training and validation loss?
# - `HP="units=32"` and `HP="units=512"`: how much does each cost in seconds, and gain?
# - `HP="learning_rate=0.05"`: does the loss still fall?
#
# ## Common mistakes
#
# - Softmax left out: the loss then gets numbers that are no probabilities.
# - Dropout after the last layer: probabilities are set to zero at random.
# - Judging by training accuracy: with dropout it is measured on a thinned network, and always on known pictures.
# - Looking at the test split while choosing the number of units.

# %%
# The same steps by hand, for a notebook; `make exercise N=1` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
