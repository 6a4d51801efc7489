# %% [markdown]
# # Exercise 23a: Augmentation
#
# - Section: CNN 3-2, Segmentation, augmentation, detection
# - Data: tf_flowers
# - Claim: accuracy ≥ 0.6866 (± 0.005) on real data with PRESET=full; recorded before: test accuracy 0.6866
# - Measured: accuracy 0.698 (mean of seeds 0, 1, 2: 0.705, 0.714, 0.676), against 0.640 of the same network without augmentation, on a subset of 2 100 of 3 670 photographs; three minutes on 2 CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=23a`
#
# ## What you will learn
#
# To make more of few photographs: turn, mirror, enlarge, brighten and invert them afresh in every epoch, in three places –
# by Keras layers in the model, by the same layers in the stream of data, and by `tf.image`. You will write a layer of your
# own, and measure what augmentation brings against the same network without it.
#
# ## The idea
#
# A tulip in a mirror is a tulip. Nothing in 2 000 photographs says so to a network with four million weights: it remembers
# the pictures as they are, its training accuracy goes to 1, and its validation accuracy stops rising early. So show it
# another version x′ of each picture in every epoch, drawn from all those that mean the same:
#
#     x′ = T(x),  T drawn at random;        loss = mean over pictures and draws of −log p(y | x′)
#
# The gap between training and validation accuracy closes. Three rules hold for any T: the label must stay true (a 6 turned
# upside down is a 9; a flower is a flower), every picture gets a draw of its own, and only training pictures are changed:
# what is measured stays as it is.
#
# | where | by whom | when the model is used later |
# | --- | --- | --- |
# | layers in the model | the device that trains | the layers know by `training=False` to do nothing |
# | layers in the stream | the CPU, beside the training | not part of the model |
# | `tf.image` in the stream | the CPU, beside the training | not part of the model |
#
# ## The five steps
#
# load (bytes), define (what changes pictures, the network behind it), compile, fit (with and without, from the same
# weights), evaluate (both on the test pictures).

# %%
import dataclasses

import keras
import numpy as np
import tensorflow as tf

from whitepaper import datasets, plots
from whitepaper.errors import NotAttempted
from whitepaper.datasets.dataset import Split
from whitepaper.lessons import Preset

CLASSES = 5
FILTERS = (16, 32, 64)
METHODS = ("model", "stream", "tf_image", "invert", "none")
# side: of the pictures in pixels, made from those of 180. few: training pictures that are kept; validation and test stay.
PRESETS = {
    "smoke": Preset(examples=54, epochs=2, batch_size=20, hp={"side": 24, "units": 8}),
    "quick": Preset(examples=1_500, epochs=40, hp={"side": 64, "few": 240}),
    "full": Preset(epochs=5, batch_size=16, hp={"side": 180}),
}

# %% [markdown]
# ## 1. Load
#
# The pictures stay bytes from 0 to 255: that is a quarter of the memory, and the layers below expect it. The quick preset
# keeps 240 training pictures and sees them forty times: the fewer there are, the more augmentation brings.


# %%
def load(preset):
    data = datasets.load_flowers(size=preset.hp.get("side", 180), examples=preset.examples)
    return dataclasses.replace(data, train=data.train.take(preset.hp.get("few", len(data.train))))


# %% [markdown]
# ## 2. Define
#
# First Keras's own layers. Their arguments are shares: `RandomRotation(0.1)` turns by up to a tenth of a full turn to either
# side, `RandomZoom(0.1)` makes a picture up to a tenth smaller or larger. A flower photographed upside down is rare, so
# pictures are mirrored left and right only.


# %%
def turning():
    """Layers that move what a picture shows."""
    # TODO 1: return a list of three layers: pictures mirrored left and right at random, turned by up to a tenth
    #   of a full turn, enlarged or made smaller by up to a tenth.
    raise NotAttempted(1)  # your code goes here, in place of this line


def turned(x, training=True):
    """What the layers make of pictures (n, height, width, 3)."""
    for layer in turning():
        x = layer(x, training=training)
    return keras.ops.convert_to_numpy(x)


# %% [markdown]
# Then a change that Keras has no layer for: some pictures become their own negatives. `draws` is a
# `keras.random.SeedGenerator`: it gives another seed at each call, and the same ones in each run.


# %%
def invert(x, factor, draws):
    # TODO 2: x are pictures (n, height, width, 3) from 0 to 255. Return them with a share `factor` of the
    #   pictures, drawn at random and each for itself, inverted: 255 − x. The other pictures stay as they are.
    raise NotAttempted(2)  # your code goes here, in place of this line


def negatives(x, factor):
    """What `invert` makes of pictures, with draws of its own."""
    return keras.ops.convert_to_numpy(invert(np.float32(x), factor, keras.random.SeedGenerator(0)))


# %% [markdown]
# A function becomes a layer in two ways. `Lambda` wraps it as it is; but a Lambda does not know whether the model trains, so
# it would invert test pictures too, and Keras refuses to load a file with one from somebody else, because it holds code. A
# class of your own has `training`, and is saved by its name and its settings, which `get_config` tells.


# %%
@keras.saving.register_keras_serializable("whitepaper")
class RandomInvert(keras.layers.Layer):
    """Inverts each picture with probability `factor`, while the model trains."""

    def __init__(self, factor=0.5, seed=None, **options):
        super().__init__(**options)
        if not 0 <= factor <= 1:
            raise ValueError(f"factor is a probability from 0 to 1. Received: {factor!r}.")
        self.factor, self.seed = factor, seed
        self.draws = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        # TODO 3: return `invert` of the pictures with this layer's factor and draws while the model trains,
        #   and the pictures as they are otherwise.
        raise NotAttempted(3)  # your code goes here, in place of this line

    def get_config(self):
        return {**super().get_config(), "factor": self.factor, "seed": self.seed}


def inverted(x, factor, training):
    """What a new RandomInvert layer makes of pictures."""
    return keras.ops.convert_to_numpy(RandomInvert(factor, seed=0)(np.float32(x), training=training))


# %% [markdown]
# The network: three convolutions and a dense layer. For pictures of 180 × 180 it has 3 989 285 parameters, nearly all of
# them between the last pooling and the dense layer. What changes pictures comes before the pixels are scaled.


# %%
def define(data, hp):
    method = hp.Choice("method", list(METHODS), default="model")
    units = hp.Int("units", 8, 256, step=8, default=128)
    changing = {"model": turning, "invert": lambda: [RandomInvert(0.5)]}.get(method, list)()
    # TODO 4: set `network` to the list of layers: for each number in FILTERS a 3 × 3 convolution with as many
    #   filters, padded to the same size, with relu, and 2 × 2 max pooling behind it; then one row of numbers for
    #   each picture, a dense layer of `units` with relu, and one of CLASSES with softmax.
    raise NotAttempted(4)  # your code goes here, in place of this line
    scale = keras.layers.Rescaling(1 / 255)
    return keras.Sequential([keras.Input(data.train.x.shape[1:]), *changing, scale, *network], name=method)


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


# %% [markdown]
# ## 4. Fit
#
# `tf.image` has functions in place of layers, and most of them draw once for what they are given: for a batch, once for all
# of its pictures. So they are given one picture at a time, by `tf.map_fn`.


# %%
def repainted(picture):
    # TODO 5: `picture` is uint8 (height, width, 3). Return it mirrored left and right at random, then brighter or
    #   darker by up to 0.2 (of 1), then with its saturation times a number from 0.6 to 1.4, as uint8.
    raise NotAttempted(5)  # your code goes here, in place of this line


def repainted_all(x):
    return tf.map_fn(repainted, x)


def changes(method):
    """What the stream does to a batch (x, y), or None."""
    if method == "stream":
        layers = keras.Sequential(turning())
        return lambda x, y: (layers(x, training=True), y)
    return (lambda x, y: (repainted_all(x), y)) if method == "tf_image" else None


# %% [markdown]
# `split.batches(batch_size, shuffle=…, augment=…)` gives a stream of batches; `augment` is a function that maps a batch
# (x, y) to a batch, and is called afresh in every epoch. It stands behind the cache: in front of it, the first epoch's draws
# would be kept for all others. The stream is shuffled already, so `fit` gets shuffle=False.


# %%
def streams(train, validation, batch_size, augment):
    # TODO 6: return two streams, in batches of batch_size: one of `train`, shuffled, with `augment`, and one of
    #   `validation`.
    raise NotAttempted(6)  # your code goes here, in place of this line


def streamed(train_x, validation_x, batch_size):
    """The batches of two epochs of `streams`, where `augment` takes every picture from 255."""
    made = streams(
        *(Split(x, np.arange(len(x))) for x in (train_x, validation_x)), batch_size, lambda x, y: (255 - x, y)
    )
    return [[[batch[0].numpy() for batch in stream] for _ in range(2)] for stream in made]


# %% [markdown]
# The rival is the same network without what changes pictures. It must differ in nothing else: so it begins with the very
# weights that the other one had before its training.


# %%
def rival_of(model, start):
    changing = (keras.layers.RandomFlip, keras.layers.RandomRotation, keras.layers.RandomZoom, RandomInvert)
    # TODO 7: set `rival` to a Sequential model with new layers like those of `model`, but without the layers that
    #   are of one of the classes in `changing`, for the same input, and with the weights `start`.
    raise NotAttempted(7)  # your code goes here, in place of this line
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    rival.compile(optimizer=keras.optimizers.Adam(rate), loss=model.loss, metrics=["accuracy"])
    return rival


def fit(model, data, preset, callbacks):
    start = model.get_weights()
    train, validation = streams(data.train, data.validation, preset.batch_size, changes(model.name))
    history = model.fit(train, epochs=preset.epochs, shuffle=False, validation_data=validation, callbacks=callbacks)
    rival = rival_of(model, start)
    train, validation = streams(data.train, data.validation, preset.batch_size, None)
    alone = rival.fit(train, epochs=preset.epochs, shuffle=False, validation_data=validation, verbose=0)
    model.rival = [rival]  # for evaluate; in a list, so that Keras does not look into it
    return {
        **plots.curves_of(history),
        **{f"plain_{name}": values for name, values in alone.history.items()},
    }


def alike(model):
    """How a rival differs from the model that it was made of, before any training."""
    start = model.get_weights()
    rival = rival_of(model, [weight + 0.25 for weight in start])
    return {
        "layers": [type(layer).__name__ for layer in rival.layers],
        "model_layers": [type(layer).__name__ for layer in model.layers],
        "shared": any(layer in model.layers for layer in rival.layers),
        "difference": max(
            np.abs(ours - theirs - 0.25).max() for ours, theirs in zip(rival.get_weights(), start, strict=True)
        ),
        "moved": max(np.abs(now - then).max() for now, then in zip(model.get_weights(), start, strict=True)),
    }


# %% [markdown]
# ## 5. Evaluate
#
# Both networks on the test pictures as they are. The gap is how much better a network knows the pictures that it was trained
# on, as they are: for both it is measured after the fit, because the training curve of the first is that of changed pictures.


# %%
def evaluate(model, data):
    found = {}
    for prefix, network in (("", model), ("plain_", model.rival[0])):
        test = network.evaluate(data.test.batches(256), verbose=0, return_dict=True)
        train = network.evaluate(data.train.batches(256), verbose=0, return_dict=True)
        found[f"{prefix}accuracy"] = test["accuracy"]
        found[f"{prefix}gap"] = train["accuracy"] - test["accuracy"]
    return {**found, "gain": found["accuracy"] - found["plain_accuracy"]}


# %% [markdown]
# ## Figures
#
# The photographs; nine versions of one of them by each method; the curves with and without augmentation.


# %%
def versions(x):
    """Nine versions of one picture by each way, as bytes."""
    nine = np.repeat(x[None], 9, axis=0)
    wrapped = keras.layers.Lambda(lambda pictures: negatives(pictures, 0.5))
    made = {
        "keras-layers": turned(nine),
        "tf-image": repainted_all(tf.constant(nine)).numpy(),
        "lambda": keras.ops.convert_to_numpy(wrapped(np.float32(nine))),
        "random-invert": inverted(nine, 0.5, True),
    }
    return {name: np.clip(pictures, 0, 255).astype("uint8") for name, pictures in made.items()}


def figures(model, data, history):
    names = data.class_names
    ways = versions(data.train.x[0])
    curves = {
        "with augmentation": {"training": history["accuracy"], "validation": history["val_accuracy"]},
        "without": {"training": history["plain_accuracy"], "validation": history["plain_val_accuracy"]},
    }
    answers = model.predict(data.test.x, batch_size=256, verbose=0).argmax(axis=1)
    return {
        "images": plots.image_grid(data.train.x[:12], [names[label] for label in data.train.y[:12]], columns=6),
        **{f"versions-{name}": plots.image_grid(pictures, columns=3, title=name) for name, pictures in ways.items()},
        "curves": plots.panels(curves, "accuracy"),
        "confusion": plots.confusion_matrix(data.test.y, answers, names),
    }


# %% [markdown]
# ## Try it
#
# - `HP="method=stream"`, then `tf_image` and `invert`: which helps most, and which makes an epoch longer?
# - Train for 20 epochs. Where does the plain network stop getting better, and where the other?
# - `RandomFlip()` without an argument, `RandomRotation(0.5)`: is more always better?
# - Put `.cache()` behind the augmentation (write the stream by hand). What is different from the second epoch on?
# - `RandomInvert(1.0)`: every training picture is a negative, no test picture is. What does the validation curve say?
#
# ## Common mistakes
#
# - The test or validation pictures changed as well: the numbers are those of other pictures, and differ from call to call.
# - One draw for a whole batch: all of its pictures are mirrored, or none is.
# - `RandomRotation(36)` for 36 degrees: the argument counts full turns.
# - Brightness changed by 0.2 where pixels go from 0 to 255: nothing happens, and nobody notices.
# - `factor` taken as an argument and 0.5 written in the code; or a variable that only one branch of an `if` sets.
# - Two networks compared that began with different weights: part of the difference is luck.

# %%
# The same steps by hand, for a notebook; `make exercise N=23a` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
