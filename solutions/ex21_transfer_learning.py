# %% [markdown]
# # Exercise 21: Transfer learning
#
# - Section: CNN 3-1, Convolution
# - Data: cifar10
# - Claim: accuracy ≥ 0.85 (± 0.005) on real data with PRESET=full; recorded before: test accuracy 0.50, with two outputs for ten classes
# - Measured: accuracy 0.722 with seed 0, against 0.538 of the same network from new weights (gain 0.185 ± 0.013), with MobileNetV2 of width 0.35 at 96 × 96, the only ImageNet weights at hand, on a subset of 10 000 pictures that went through JPEG (the claim is for ResNet50 and all 50 000); 8 min on 2 shared CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=21`
#
# ## What you will learn
#
# To begin where another network has ended: take one that was trained on ImageNet's 1.3 million photographs, cut off its
# top, freeze it, give it a new head for ten classes, and then let its last block learn too, slowly. You will compute the
# frozen part once for each picture, keep batch norm where it is, and measure against the same network from new weights.
#
# ## The idea
#
# The first layers of a picture network look for edges and textures, later ones for parts of things: most of it serves any
# pictures. So split the network: an encoder f with weights θ that are there already, and a head with new weights W, b:
#
#     p = softmax(W · mean over the places of f(x; θ) + b)
#
# 1. **Frozen.** Only W and b learn. f(x) never changes, so it is computed once for each picture, and an epoch of the head
#    takes no time.
# 2. **Fine-tuned.** The last block of f learns too, with steps ten times smaller: it starts near a good place, and large
#    steps would throw away what it knows. First the head, then this: behind a new head the first gradients are noise.
#
# Batch norm needs care. In training it takes mean and variance from the batch, and moves its averages along; the averages
# are part of what ImageNet's training found. A layer with `trainable = False` uses its averages in training too. Calling the
# encoder with `training=False` says the same, and Keras's guides do so, but in Keras 3.15 `fit` overrules it inside a
# functional model. What holds is that batch-norm layers stay frozen when the block around them is thawed.
#
# Was it worth it? d = 1 for a test picture that only transfer gets right, −1 for one that only the network from new weights
# gets right, else 0. The gain is the mean of d, and over n pictures it is known to ± its error:
#
#     gain = mean(d)          error = std(d) / √n
#
# ## The five steps
#
# load (bytes; few labels where the pictures are made), define (encoder, head), compile, fit (the head on features, the last
# block on pictures, then the rival from new weights), evaluate (accuracy, and by how much transfer wins).
#
# Without ImageNet's weights, and without a network to fetch them, a small encoder takes their place. It has learned to tell 32
# kinds of made pictures apart, ellipses, frames, crescents, dotted or wavy, none of them one of this lesson's made disks and
# crosses, striped or checked. What it knows about edges and outlines is transfer all the same.

# %%
import dataclasses
from types import SimpleNamespace

import keras
import numpy as np

from whitepaper import datasets, models, plots
from whitepaper.lessons import Preset

CLASSES = 10
FEW = 500  # labeled pictures where they are made: transfer is for those who have few
SLOWER = 0.1  # the rate of fine-tuning against that of the head
PRESETS = {
    "smoke": Preset(examples=200, epochs=2, batch_size=25, hp={"network": "tiny", "augment": False}),
    "quick": Preset(examples=2000, epochs=5),
    "full": Preset(epochs=10),
}

# %% [markdown]
# ## 1. Load
#
# The pictures stay bytes from 0 to 255: every encoder has a preprocessing of its own, and it wants bytes.


# %%
def load(preset):
    data = datasets.load_cifar10(examples=preset.examples)
    if data.source == "stand-in":
        data = dataclasses.replace(data, train=data.train.take(FEW))
    return data


# %% [markdown]
# ## 2. Define
#
# `network` is MobileNetV2 (the smallest), ResNet50, VGG16 or DenseNet121. Pictures of 32 × 32 are enlarged: on smaller ones
# than it was trained on an encoder sees too little. `encoder.model` gives maps (rows, columns, channels) for pictures that
# went through `encoder.preprocess`: from −1 to 1 for MobileNetV2, colors swapped and their means taken off for ResNet50.


# %%
def define(data, hp):
    names = ["MobileNetV2", "ResNet50", "VGG16", "DenseNet121", "shapes", "tiny"]
    name = hp.Choice("network", names, default="MobileNetV2")
    side = hp.Int("side", 32, 224, step=32, default=96)
    width = hp.Choice("alpha", [0.0, 0.35, 0.5, 0.75, 1.0], default=0.0)  # of MobileNetV2; 0: what is at hand
    encoder = models.pretrained(name, (side, side, 3), alpha=width or None)

    pixels = shown = keras.Input(data.train.x.shape[1:])
    if hp.Boolean("augment", default=True):  # at work in fine-tuning only
        shown = keras.layers.RandomFlip("horizontal")(shown)
        # By whole pixels: parts of one would blur what is trained on, but not what is measured on.
        shown = keras.layers.RandomTranslation(0.1, 0.1, interpolation="nearest")(shown)
    large = keras.layers.Resizing(*encoder.model.input_shape[1:3], name="large")(shown)
    # BLANK 1: Freeze the whole encoder. Then set `maps` to the output of encoder.model for the preprocessed images: apply
    # encoder.preprocess to `large` once, and nothing else.
    # hint: encoder.model.trainable = False freezes all of its layers.
    # hint: `large` holds pixels from 0 to 255: encoder.preprocess(large), once, and no division by 255 beside it.
    # hint: maps = encoder.model(encoder.preprocess(large), training=False)
    encoder.model.trainable = False
    maps = encoder.model(encoder.preprocess(large), training=False)
    # END
    maps = keras.layers.Identity(name="maps")(maps)  # a name, so that they can be found in the finished model
    # BLANK 2: Build the head. Average the maps over their rows and columns. Then set `outputs` to one Dense layer of CLASSES
    # units whose activation is softmax. This layer is the last one of the model: the fit step finds it there.
    # hint: keras.layers.GlobalAveragePooling2D()(maps) leaves one number for each channel.
    # hint: one unit for each class: the recorded run had two for ten classes, and reached 0.50.
    features = keras.layers.GlobalAveragePooling2D()(maps)
    outputs = keras.layers.Dense(CLASSES, activation="softmax")(features)
    # END
    return keras.Model(pixels, outputs)


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=3e-3)
    # BLANK 3: Compile with Adam at the learning rate `rate`, the cross-entropy for integer labels, and accuracy as a metric.
    # hint: "sparse_categorical_crossentropy" takes labels 0 … 9 and probabilities.
    # hint: name the arguments: model.compile(optimizer=…, loss=…, metrics=["accuracy"]).
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    # END


# %% [markdown]
# ## 4. Fit
#
# First the head. What it gets, its input, is a tensor of the model like any other: a model that ends there gives the
# features. The head as a model of its own shares its weights with the whole one: what the first learns the second knows.


# %%
def rate_of(model):
    return float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))


def features_of(model, x):
    # BLANK 4 (fit): Return the input of the last layer of `model` for all images x, as an array of shape (images, channels).
    # The network runs in inference mode: augmentation and the like are off.
    # hint: model.layers[-1].input is that tensor, model.inputs[0] are the pictures.
    # hint: keras.Model(…, …).predict(x, batch_size=256, verbose=0)
    return keras.Model(model.inputs[0], model.layers[-1].input).predict(x, batch_size=256, verbose=0)
    # END


def head_of(model):
    """The last layer as a model, with the same weights."""
    last = model.layers[-1]
    head = keras.Sequential([keras.Input(last.input.shape[1:]), last])
    head.compile(optimizer=keras.optimizers.Adam(rate_of(model)), loss=model.loss, metrics=["accuracy"])
    return head


# %% [markdown]
# Then the last block: the layers that work at the lowest resolution (`models.last_block`). In MobileNetV2 of width 0.35 they
# hold 319 000 of 410 000 parameters.


# %%
def thaw(model, slower):
    encoder, rate = model.get_layer("encoder"), rate_of(model)
    block, old = models.last_block(encoder), model.optimizer
    # BLANK 5 (fit): Let the layers of `block` learn, except for the batch-norm layers among them. All other layers of the
    # encoder stay frozen, and the head goes on learning. Then compile `model` again: Adam at the learning rate slower · rate,
    # with the loss and the metric from before.
    # hint: encoder.trainable = True lets all layers learn; below a frozen encoder nothing does, whatever its layers say.
    # hint: for layer in encoder.layers: layer.trainable = layer in block and not isinstance(layer, BatchNormalization).
    # hint: model.compile(optimizer=keras.optimizers.Adam(slower * rate), loss=model.loss, metrics=["accuracy"])
    encoder.trainable = True
    for layer in encoder.layers:
        layer.trainable = layer in block and not isinstance(layer, keras.layers.BatchNormalization)
    model.compile(optimizer=keras.optimizers.Adam(slower * rate), loss=model.loss, metrics=["accuracy"])
    # END
    return {
        "learns": [layer.name for layer in encoder.layers if encoder.trainable and layer.trainable_weights],
        "norms": [layer.name for layer in encoder.layers if isinstance(layer, keras.layers.BatchNormalization)],
        "block": [layer.name for layer in block if layer.weights],
        "head": bool(model.layers[-1].trainable_weights),
        "rate": rate_of(model),
        "compiled_again": model.optimizer is not old,
    }


# %% [markdown]
# In training mode a batch norm that learns makes the features of a picture depend on the pictures beside it. So test it: the
# same picture alone and in company. And the rival: the same layers with new weights, all of them learning, for as many epochs
# over the pictures as fine-tuning has.


# %%
def company(model, x):
    """By how much the features of the first picture change, in training mode, with the pictures beside it."""
    part = keras.Model(model.get_layer("large").output, model.layers[-1].input)
    size = model.get_layer("large").output.shape[1:3]
    large = keras.ops.image.resize(np.float32(x), size)
    weights = model.get_weights()
    difference = keras.ops.max(keras.ops.abs(part(large, training=True)[0] - part(large[:1], training=True)[0]))
    model.set_weights(weights)  # a batch norm that learns has moved its averages
    return float(difference)


def from_scratch(model):
    large = model.get_layer("large").output
    encoder = keras.models.clone_model(model.get_layer("encoder"))
    for layer in encoder.layers:
        layer.trainable = True  # one by one: the clone took over the flags of its layers
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.9  # ImageNet's runs were long: 0.999 would need thousands of steps to settle
    features = keras.layers.GlobalAveragePooling2D()(encoder(keras.layers.Rescaling(1 / 127.5, offset=-1)(large)))
    rival = keras.Model(model.inputs[0], keras.layers.Dense(CLASSES, activation="softmax")(features))
    rival.compile(optimizer=keras.optimizers.Adam(1e-3), loss=model.loss, metrics=["accuracy"])
    return rival


def fit(model, data, preset, callbacks):
    head = head_of(model)
    # BLANK 6: Compute the features of data.train and of data.validation once. Train `head` on the training features for
    # preset.epochs epochs in batches of preset.batch_size, with the validation features as validation data. Keep the history
    # that comes back as `first`. Do not hand on the callbacks here: they belong to the second fit.
    # hint: features_of(model, data.train.x)
    # hint: first = head.fit(…, data.train.y, batch_size=…, epochs=…, validation_data=(…, data.validation.y), verbose=0)
    first = head.fit(
        features_of(model, data.train.x),
        data.train.y,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(features_of(model, data.validation.x), data.validation.y),
        verbose=0,
    )
    # END
    first = plots.curves_of(first)
    print(f"head alone: validation accuracy {first.get('val_accuracy', [np.nan])[-1]:.4f}")
    thawed = thaw(model, SLOWER)
    print(
        f"thawed: {len(thawed['learns'])} layers of the encoder; company changes {company(model, data.train.x[:8]):.2g}"
    )
    # BLANK 7: Train the whole `model` on the images of data.train for preset.epochs epochs in batches of preset.batch_size, with
    # data.validation as validation data. Hand on the callbacks. Keep the history that comes back as `second`.
    # hint: model.fit takes x, y, batch_size, epochs, validation_data and callbacks.
    # hint: pictures, not features: behind a block that learns, the features change with every step.
    second = model.fit(
        data.train.x,
        data.train.y,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(data.validation.x, data.validation.y),
        callbacks=callbacks,
    )
    # END
    rival = from_scratch(model)
    alone = rival.fit(
        data.train.x,
        data.train.y,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(data.validation.x, data.validation.y),
        verbose=0,
    )
    model.others = SimpleNamespace(scratch=rival)  # for evaluate; Keras does not look into it
    return {
        **plots.curves_of(second),
        **{f"head_{name}": values for name, values in first.items()},
        **{f"scratch_{name}": values for name, values in alone.history.items()},
    }


# %% [markdown]
# ## 5. Evaluate


# %%
def compared(labels, ours, theirs):
    # BLANK 8 (evaluate): `labels`, the predictions `ours` of the transferred network and the predictions `theirs` of its rival
    # have the shape (n,). Return a dict with four numbers: the accuracy of ours as "accuracy", that of theirs as
    # "scratch_accuracy", and "gain" and "gain_error" as defined in the idea above. std divides by n, as np.std does.
    # hint: d = (ours == labels).astype(float) - (theirs == labels)
    # hint: its mean, and its standard deviation divided by the root of n.
    d = (ours == labels).astype(float) - (theirs == labels)
    return {
        "accuracy": np.mean(ours == labels),
        "scratch_accuracy": np.mean(theirs == labels),
        "gain": d.mean(),
        "gain_error": d.std() / np.sqrt(len(d)),
    }
    # END


def evaluate(model, data):
    ours, theirs = (
        network.predict(data.test.x, batch_size=256, verbose=0).argmax(axis=1)
        for network in (model, model.others.scratch)
    )
    return {
        **compared(data.test.y, ours, theirs),
        "trainable": sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        "parameters": model.count_params(),
    }


# %% [markdown]
# ## Figures
#
# The pictures; accuracy over both phases, with a line where the block was thawed, and beside it the network from new weights;
# what learns in which phase; answers for test pictures; the confusion matrix.


# %%
def parts_of(model):
    """Rows (part, layers, parameters, learns with the head alone, learns in fine-tuning)."""
    encoder, head = model.get_layer("encoder"), model.layers[-1]
    block = models.last_block(encoder)
    norms = [layer for layer in block if isinstance(layer, keras.layers.BatchNormalization)]
    groups = {
        "encoder, but for its last block": [layer for layer in encoder.layers if layer not in block],
        "last block": [layer for layer in block if layer not in norms],
        "batch norm of the last block": norms,
        "head": [head],
    }
    rows = []
    for name, layers in groups.items():
        size = sum(layer.count_params() for layer in layers)
        learns = sum(int(np.prod(weight.shape)) for layer in layers for weight in layer.trainable_weights)
        before = size if name == "head" else 0
        rows.append((name, sum(bool(layer.weights) for layer in layers), size, before, learns))
    return [*rows, ("all", *(sum(row[column] for row in rows) for column in range(1, 5)))]


def figures(model, data, history):
    names, test = data.class_names, data.test
    answers = model.predict(test.x, batch_size=256, verbose=0).argmax(axis=1)
    phases = {
        "head on features": (history["head_accuracy"], history["head_val_accuracy"]),
        "last block too": (history["accuracy"], history["val_accuracy"]),
    }
    said = [
        names[answer] if answer == label else f"{names[answer]}\n(is {names[label]})"
        for answer, label in zip(answers[:24], test.y, strict=False)
    ]
    return {
        "images": plots.image_grid(data.train.x[:18], [names[label] for label in data.train.y[:18]], columns=6),
        "curves": plots.phases(phases, "accuracy", {"new weights": history["scratch_val_accuracy"]}),
        "parameters": plots.table(
            ("part", "layers", "parameters", "learn with\nthe head alone", "learn in\nfine-tuning"),
            [(name, *(f"{number:,}".replace(",", " ") for number in numbers)) for name, *numbers in parts_of(model)],
            widths=(2.4, 0.7, 1, 1, 1),
        ),
        "predictions": plots.image_grid(test.x[:24], said, columns=8),
        "confusion": plots.confusion_matrix(test.y, answers, names),
    }


# %% [markdown]
# ## Try it
#
# - `HP="network=ResNet50"`, VGG16, DenseNet121 (a download each, if it is not there): accuracy, seconds an epoch, parameters.
# - `HP="side=32"`, then 64 and 128: what does the size of the pictures bring, and what does it cost?
# - `SLOWER = 10` in place of 0.1: look at the first epoch behind the line.
# - Give the rival five times as many epochs. Does it catch up?
# - `HP="augment=false"`: where do training and validation accuracy part?
# - Thaw the batch-norm layers too. What does `company` say now?
#
# ## Common mistakes
#
# - Pixels divided by 255 and preprocessed as well: every picture is nearly black to the encoder, and no error says so.
# - Trainable flags changed after the first steps, and not compiled again: Keras goes on with the old ones.
# - The whole encoder thawed at the head's rate: in one epoch the gradients of a new head undo what ImageNet taught.
# - Batch norm in training mode: with few pictures a batch, features depend on chance, and training and test differ.
# - Features kept, and the block behind them fine-tuned: they are those of the old block.

# %%
# The same steps by hand, for a notebook; `make exercise N=21` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
