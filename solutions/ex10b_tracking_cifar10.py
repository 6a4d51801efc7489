# %% [markdown]
# # Exercise 10b: Experiment records: CIFAR-10
#
# - Section: NN 1-4, Tuning and experiment records
# - Data: cifar10
# - Claim: none on real data with PRESET=full; recorded before: none
# - Measured: validation accuracy 0.570 with convolutions, 0.347 dense, test accuracy 0.576, on a subset of 10 000 pictures, seed 0; 58 s
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=10b`
#
# ## What you will learn
#
# What to record of a picture classifier beside its curves: the model layer by layer, seconds and pictures a second, the
# pictures that it gets most wrong. To write a callback of your own that keeps a row an epoch, and to let records decide
# between two networks: one that looks at small patches everywhere, and one that looks at all pixels at once.
#
# ## The idea
#
# A callback is a list of moments: Keras calls `on_epoch_begin`, `on_epoch_end` and others while it trains, with the number
# of the epoch and what it has measured (`logs`). Whatever you want to know of a training run you can keep there, without
# touching the training itself.
#
#     pictures a second = pictures of an epoch / seconds of the epoch
#
# tells whether a faster machine or a smaller network is worth it. And a table of accuracy, parameters and seconds says more
# than an accuracy: a dense network has more parameters here and still sees less.
#
# ## The five steps
#
# load (bytes to numbers from 0 to 1), define (two convolutions, or dense layers), compile, fit (the network and its rival,
# both recorded), evaluate (validation and test accuracy).

# %%
import json
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from whitepaper import datasets, models, plots
from whitepaper.lessons import Preset, tracking

CHANCE = 0.1  # ten classes in equal shares
PRESETS = {
    "smoke": Preset(examples=200, epochs=2, batch_size=25, hp={"filters": 4}),
    "quick": Preset(examples=4000, epochs=5, batch_size=32, hp={"filters": 16}),
    "full": Preset(epochs=10, batch_size=32),
}

# %% [markdown]
# ## 1. Load


# %%
def load(preset):
    data = datasets.load_cifar10(examples=preset.examples)
    # BLANK 1: write scale(x, y) that turns the bytes 0 … 255 of x into floats from 0 to 1, and returns them with y.
    # hint: x.astype("float32") first: bytes divided in place stay bytes.
    # hint: return x.astype("float32") / 255, y

    def scale(x, y):
        return x.astype("float32") / 255, y

    # END
    return data.map(scale)


# %% [markdown]
# ## 2. Define, and 3. Compile
#
# Two convolutions with pooling; exercise 20 explains them. The rival is `models.dense_network` of the course.


# %%
def define(data, hp):
    filters = hp.Int("filters", 4, 64, step=4, default=32)
    return models.cnn(data.train.x.shape[1:], filters=(filters, 2 * filters), pool_last=True)


def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
    # BLANK 2: compile with Adam at `rate`, the cross-entropy of integer labels, and the metric "accuracy".
    # hint: loss="sparse_categorical_crossentropy": the labels are 0 … 9, not one-hot rows.
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    # END


# %% [markdown]
# ## 4. Fit
#
# The callback, and three things that a record should hold.


# %%
class Recorder(keras.callbacks.Callback):
    """Keeps a row an epoch: number, measurements, seconds and pictures a second."""

    def __init__(self, examples):
        super().__init__()
        self.examples, self.rows, self.began = examples, [], 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self.began
        # BLANK 3 (fit): append to self.rows one dict of plain numbers: "epoch" (counted from 1; Keras counts from 0), all
        # that logs holds, "seconds", and "pictures_per_second", from self.examples.
        # hint: {"epoch": epoch + 1, **logs, …} puts the measurements beside your own.
        # hint: a new dict each time: Keras fills the same logs again.
        self.rows.append(
            {
                "epoch": epoch + 1,
                **{name: float(value) for name, value in logs.items()},
                "seconds": seconds,
                "pictures_per_second": self.examples / seconds,
            }
        )
        # END


def layers_of(model):
    # BLANK 4 (fit): return a list with one dict for each layer of model.layers: "name", "kind" (the name of its class),
    # "shape" (of one output, without the batch axis, as a list) and "parameters".
    # hint: layer.name, type(layer).__name__, layer.count_params()
    # hint: layer.output.shape begins with None, the batch: list(layer.output.shape[1:])
    return [
        {
            "name": layer.name,
            "kind": type(layer).__name__,
            "shape": list(layer.output.shape[1:]),
            "parameters": layer.count_params(),
        }
        for layer in model.layers
    ]
    # END


def worst(labels, probabilities, count):
    # BLANK 5 (fit): labels (n,), probabilities (n, classes). Return the row numbers of the `count` wrong answers that the
    # network was surest of, the surest first; fewer where fewer are wrong.
    # hint: answers = probabilities.argmax(axis=1); wrong = np.flatnonzero(answers != labels)
    # hint: how sure: probabilities.max(axis=1)[wrong]; np.argsort sorts upwards, so take minus.
    answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != labels)
    return wrong[np.argsort(-sure[wrong], kind="stable")][:count]
    # END


def summary(runs):
    # BLANK 6 (fit): runs is a dict, name → (parameters, rows of a Recorder). Return a list of tuples (name, parameters, best
    # val_accuracy, epoch of the best, seconds of all epochs together), the best accuracy first.
    # hint: best = max(rows, key=lambda row: row["val_accuracy"]) is the row of the best epoch.
    # hint: sorted(table, key=lambda line: -line[2])
    table = []
    for name, (parameters, rows) in runs.items():
        best = max(rows, key=lambda row: row["val_accuracy"])
        table.append((name, parameters, best["val_accuracy"], best["epoch"], sum(row["seconds"] for row in rows)))
    return sorted(table, key=lambda line: -line[2])
    # END


# %% [markdown]
# The records lie in the run's folder: event files for TensorBoard (curves, the pictures that were most wrong), the layers
# and the system as JSON, and an offline run of Weights & Biases where it is installed.


# %%
def record(folder, name, model, recorder, data):
    """Curves, layers, system and the worst pictures of a network."""
    place = Path(folder) / "tracked" / name
    place.mkdir(parents=True)
    curves = {key: [row[key] for row in recorder.rows] for key in recorder.rows[0] if key != "epoch"}
    system = tracking.system()
    (place / "model.json").write_text(json.dumps({"layers": layers_of(model), "system": system}, indent=2))
    tracking.write_scalars(place, curves)
    rows = worst(data.validation.y, model.predict(data.validation.x, verbose=0), 9)
    with tf.summary.create_file_writer(str(place)).as_default():
        tf.summary.image("surest mistakes", data.validation.x[rows], step=0, max_outputs=9)
    tracking.record_with_wandb(place, "ex10b", name, {"parameters": model.count_params(), **system}, curves)


def fit(model, data, preset, callbacks):
    rival = models.dense_network(data.train.x.shape[1:], (128,), 10)
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    rival.compile(
        optimizer=keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"],
        steps_per_execution=16,
    )  # fmt: skip
    recorder, other = Recorder(len(data.train)), Recorder(len(data.train))
    # BLANK 7: train the model on data.train for preset.epochs in batches of preset.batch_size, watch data.validation, hand
    # on the callbacks and `recorder`, and keep what comes back as `history`.
    # hint: callbacks=[*callbacks, recorder]
    history = model.fit(
        data.train.x,
        data.train.y,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(data.validation.x, data.validation.y),
        callbacks=[*callbacks, recorder],
    )
    # END
    rival.fit(
        data.train.x,
        data.train.y,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(data.validation.x, data.validation.y),
        callbacks=[other],
        verbose=0,
    )
    if recorder.rows:  # none where the callback was left out
        if preset.folder:  # a run; a check, or these steps by hand, keeps nothing
            record(preset.folder, "convolutions", model, recorder, data)
            record(preset.folder, "dense", rival, other, data)
        runs = {"convolutions": (model.count_params(), recorder.rows), "dense": (rival.count_params(), other.rows)}
        print(f"{'network':<14}{'parameters':>11}{'best val_accuracy':>19}{'epoch':>7}{'seconds':>9}")
        for name, parameters, accuracy, epoch, seconds in summary(runs):
            print(f"{name:<14}{parameters:>11}{accuracy:>19.4f}{epoch:>7}{seconds:>9.1f}")
    speed = {"pictures_per_second": recorder.rows, "dense_pictures_per_second": other.rows}
    curves = {name: [row["pictures_per_second"] for row in rows] for name, rows in speed.items()}
    return {**history.history, **curves, "dense_val_accuracy": [row["val_accuracy"] for row in other.rows]}


# %% [markdown]
# ## 5. Evaluate


# %%
def evaluate(model, data):
    # BLANK 8: return a dict with "val_accuracy" and "test_accuracy" of the model, and "chance", the accuracy of guessing.
    # hint: model.evaluate(x, y, verbose=0, return_dict=True)["accuracy"]
    # hint: ten classes in equal shares: CHANCE.
    return {
        "val_accuracy": model.evaluate(data.validation.x, data.validation.y, verbose=0, return_dict=True)["accuracy"],
        "test_accuracy": model.evaluate(data.test.x, data.test.y, verbose=0, return_dict=True)["accuracy"],
        "chance": CHANCE,
    }
    # END


# %% [markdown]
# ## Figures
#
# Both networks; their speed; the pictures that the first one gets most wrong.


# %%
def figures(model, data, history):
    accuracy = {"convolutions": history["val_accuracy"], "dense": history["dense_val_accuracy"]}
    speed = {
        name: np.median(history[f"{part}pictures_per_second"])
        for name, part in (("convolutions", ""), ("dense", "dense_"))
    }
    probabilities = model.predict(data.validation.x, verbose=0)
    rows = worst(data.validation.y, probabilities, 10)
    titles = [
        f"{data.class_names[probabilities[row].argmax()]}?\n{data.class_names[data.validation.y[row]]}" for row in rows
    ]
    return {
        "networks": plots.comparison(accuracy, "validation accuracy"),
        "curves": plots.learning_curves(
            {name: history[name] for name in ("loss", "val_loss", "accuracy", "val_accuracy")}
        ),
        "speed": plots.bars(speed, "", "pictures a second"),
        "surest mistakes": plots.image_grid(data.validation.x[rows], titles, columns=5),
    }


# %% [markdown]
# ## Try it
#
# - `HP="filters=8"`, `HP="filters=64"`: what does each doubling cost in seconds, and what does it bring?
# - `make exercise N=10b TRACK=tensorboard`, then `tensorboard --logdir runs/ex10b`: all runs in one window.
# - Let the recorder keep the learning rate too, and lower it halfway with keras.callbacks.LearningRateScheduler.
#
# ## Common mistakes
#
# - Accuracy compared without parameters and seconds: the larger network wins for being larger.
# - Pictures a second of the first epoch: building the graph is counted with it. The figure takes the median.
# - The worst pictures of the training split: those the network has learned by heart.
# - `logs` kept as it is: Keras fills the same dict again, and all rows become the last.

# %%
# The same steps by hand, for a notebook; `make exercise N=10b` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
