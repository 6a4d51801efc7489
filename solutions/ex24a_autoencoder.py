# %% [markdown]
# # Exercise 24a: An autoencoder
#
# - Section: CNN 3-3, Autoencoders
# - Data: fashion_mnist
# - Claim: val_mse ≤ 0.0091 (± 0.000273) on real data with PRESET=full; recorded before: val MSE 0.0091
# - Measured: val_mse 0.0088, mean of seeds 0–2 (0.0087, 0.0087, 0.0088), test 0.0087; PCA with 64 components 0.0099; the fit takes 12 s on 2 CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=24a`
#
# ## What you will learn
#
# To train a network without labels: it has to give back the picture that it was shown, through a layer that is too narrow to
# copy it. You will measure what it loses, compare it with the best linear method of the same code size, and walk through the
# space of its codes.
#
# ## The idea
#
# The encoder turns a picture x of 784 pixels into a code z of 64 numbers, the decoder turns the code into a picture again:
#
#     z = encoder(x),   x̂ = decoder(z),   loss = mean over all pixels of (x − x̂)²
#
# The target is the input itself. With a code of 784 numbers the network could copy; with 64 it has to find out what pictures
# of clothes have in common. Without any activation, the best that such a network can do is known: principal component
# analysis (PCA) gives the 64 directions whose sums come nearest to the pictures (Baldi, Hornik 1989). So PCA with 64
# components is the baseline: only what the network does better is a merit of its bends (relu, sigmoid).
#
# The space of the codes (the latent space) can be looked at: PCA shows it from the side where it is widest; t-SNE
# (van der Maaten, Hinton 2008) draws a map on which neighbors stay neighbors, and distances between groups mean little.
# Between two codes lie more codes: decoded, they show a way from one picture to the other.
#
# ## The five steps
#
# load (pixels from 0 to 1), define (encoder, decoder), compile (Adam, squared error), fit (pictures in, the same pictures
# out), evaluate (squared error of validation and test pictures, beside that of PCA).

# %%
import math

import keras
import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from whitepaper import datasets, plots
from whitepaper.lessons import Preset

SHAPE = (28, 28)
MAPPED = 400  # codes drawn on the maps: t-SNE needs seconds for these, and minutes for all
PRESETS = {
    "smoke": Preset(examples=200, epochs=2, batch_size=25, hp={"latent": 8}),
    "quick": Preset(epochs=5),
    "full": Preset(epochs=10),
}

# %% [markdown]
# ## 1. Load
#
# The labels stay with the pictures, but the network never sees them: they only color the maps in the end.


# %%
def load(preset):
    data = datasets.load_fashion_mnist(examples=preset.examples)
    return data.map(lambda x, y: (x.astype("float32") / 255, y))


# %% [markdown]
# ## 2. Define
#
# `sizes` are the units of the encoder's layers: (64,), or (256, 64) where `hidden` asks for a layer before the code. The
# decoder goes the same way back. Its last layer is sigmoid, because pixels lie between 0 and 1.


# %%
def encoder(sizes):
    # BLANK 1 (define): return a keras.Sequential from pictures of SHAPE to codes: flattened, then a Dense relu layer for each
    # number in `sizes`, in their order.
    # hint: it begins with keras.Input(shape=SHAPE) and keras.layers.Flatten().
    # hint: [keras.layers.Dense(units, activation="relu") for units in sizes] makes the layers.
    # hint: in a list, * lays another list open: keras.Sequential([keras.Input(…), keras.layers.Flatten(), *layers]).
    layers = [keras.layers.Dense(units, activation="relu") for units in sizes]
    return keras.Sequential([keras.Input(shape=SHAPE), keras.layers.Flatten(), *layers])
    # END


def decoder(sizes):
    # BLANK 2 (define): return a keras.Sequential from codes of sizes[-1] numbers to pictures of SHAPE: a Dense relu layer for
    # each size before the last, backwards, then a Dense sigmoid layer of 784 units, laid out as a picture.
    # hint: sizes[-2::-1] are the sizes before the last, backwards: () for (64,), and (256,) for (256, 64).
    # hint: the last two layers: keras.layers.Dense(784, activation="sigmoid"), keras.layers.Reshape(SHAPE).
    layers = [keras.layers.Dense(units, activation="relu") for units in sizes[-2::-1]]
    return keras.Sequential(
        [
            keras.Input(shape=(sizes[-1],)),
            *layers,
            keras.layers.Dense(math.prod(SHAPE), activation="sigmoid"),
            keras.layers.Reshape(SHAPE),
        ]
    )
    # END


def define(data, hp):
    latent = hp.Int("latent", 2, 256, default=64)
    hidden = hp.Int("hidden", 0, 512, default=0)
    sizes = (hidden, latent) if hidden else (latent,)
    pictures = keras.Input(shape=SHAPE)
    inner, outer = encoder(sizes), decoder(sizes)
    inner.name, outer.name = "encoder", "decoder"
    return keras.Model(pictures, outer(inner(pictures)))


def encode(model, pictures):
    """Codes (n, latent) of pictures (n, 28, 28)."""
    return model.get_layer("encoder").predict(pictures, verbose=0)


def decode(model, codes):
    """Pictures (n, 28, 28) of codes (n, latent)."""
    return model.get_layer("decoder").predict(codes, verbose=0)


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
    # BLANK 3: compile with Adam at the learning rate `rate` and the mean squared error.
    # hint: loss="mse". There are no classes here, so no cross-entropy and no accuracy.
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate), loss="mse")
    # END


# %% [markdown]
# ## 4. Fit
#
# `falling` lets the step size fall to zero along half a cosine, as in exercise 5.


# %%
def fit(model, data, preset, callbacks):
    start = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate))
    falling = keras.callbacks.LearningRateScheduler(
        lambda epoch: start * (1 + math.cos(math.pi * epoch / preset.epochs)) / 2
    )
    # BLANK 4: train the model to give back the training pictures, for preset.epochs in batches of preset.batch_size, watch
    # how it gives back those of data.validation, hand on [*callbacks, falling], return the history.
    # hint: the target of a picture is the picture: the labels data.train.y are not used.
    # hint: model.fit(data.train.x, data.train.x, …), and validation_data is a pair of pictures as well.
    return model.fit(
        data.train.x,
        data.train.x,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        validation_data=(data.validation.x, data.validation.x),
        callbacks=[*callbacks, falling],
    )
    # END


# %% [markdown]
# ## 5. Evaluate
#
# PCA learns its components from the training pictures too. What it gives back is cut off at 0 and 1: the sigmoid
# keeps to these limits, so the baseline may as well.


# %%
def errors(pictures, returned):
    # BLANK 5 (evaluate): return the mean squared error of each picture, shape (n,), for two arrays (n, 28, 28).
    # hint: (pictures − returned)² has the shape (n, 28, 28): one number for each pixel.
    # hint: take the mean over the axes 1 and 2: axis=(1, 2).
    return ((pictures - returned) ** 2).mean(axis=(1, 2))
    # END


def linear(train, pictures, units):
    rows, others = train.reshape(len(train), -1), pictures.reshape(len(pictures), -1)
    # BLANK 6 (evaluate): fit PCA with `units` components on `rows`, turn `others` into codes and these back, and keep the
    # result, of the shape of `others`, as `returned`. Set random_state=0.
    # hint: pca = PCA(units, random_state=0).fit(rows)
    # hint: pca.transform gives codes, pca.inverse_transform gives rows of pixels back.
    pca = PCA(units, random_state=0).fit(rows)
    returned = pca.inverse_transform(pca.transform(others))
    # END
    return returned.clip(0, 1).reshape(pictures.shape)


def evaluate(model, data):
    units = model.get_layer("encoder").output_shape[-1]
    pictures = np.concatenate([data.validation.x, data.test.x])
    parts = {"val": slice(len(data.validation)), "test": slice(len(data.validation), None)}
    network = errors(pictures, model.predict(pictures, verbose=0))
    pca = errors(pictures, linear(data.train.x, pictures, units))
    return {
        f"{name}_mse{end}": found[part].mean()
        for end, found in (("", network), ("_pca", pca))
        for name, part in parts.items()
    }


# %% [markdown]
# ## Figures
#
# Pictures and what came back, from the network and from PCA; the eight that it gives back worst; the codes from two sides; ways
# from one picture to another, through the codes and by mixing the pixels.


# %%
def between(model, first, second, steps):
    """Pictures (steps, 28, 28) on the way from one picture (28, 28) to another, both ends included."""
    shares = np.linspace(0, 1, steps)[:, None]
    # BLANK 7 (figures): encode both pictures, mix their codes, (1 − share) · code of the first + share · code of the second
    # for each of `shares`, and return the decoded mixtures. `encode` and `decode` above take and give arrays of many.
    # hint: code = encode(model, np.stack([first, second])) has the shape (2, latent).
    # hint: shares has the shape (steps, 1), so (1 - shares) * code[0] has the shape (steps, latent).
    # hint: mix the codes and decode the mixtures: mixed pixels would show both pictures at once.
    code = encode(model, np.stack([first, second]))
    return decode(model, (1 - shares) * code[0] + shares * code[1])
    # END


def maps(codes):
    """Two maps (n, 2) of codes (n, latent): PCA, and t-SNE from a fixed start."""
    return {
        "PCA": PCA(2, random_state=0).fit_transform(codes),
        "t-SNE": TSNE(2, perplexity=20, init="pca", random_state=0).fit_transform(codes),
    }


def figures(model, data, history):
    test, names = data.test, data.class_names
    returned = model.predict(test.x, verbose=0)
    error = errors(test.x, returned)
    units = model.get_layer("encoder").output_shape[-1]
    ten = [int(np.argmax(test.y == label)) for label in range(len(names))]
    worst = np.argsort(-error)[:8]
    titles = [f"{names[test.y[one]]}\n{error[one]:.3f}" for one in worst]
    ways = {}
    for first, second in ((0, 3), (7, 9), (1, 8)):
        a, b = test.x[ten[first]], test.x[ten[second]]
        shares = np.linspace(0, 1, 9)[:, None, None]
        ways[f"{names[first]} to\n{names[second]}, codes"] = between(model, a, b, 9)
        ways[f"{names[first]} to\n{names[second]}, pixels"] = (1 - shares) * a + shares * b
    return {
        "reconstructions": plots.picture_rows(
            {
                "original": test.x[ten],
                "network": returned[ten],
                f"PCA, {units}": linear(data.train.x, test.x[ten], units),
            },
            names,
        ),
        "worst": plots.picture_rows({"original": test.x[worst], "network": returned[worst]}, titles),
        "latent space": plots.point_panels(maps(encode(model, test.x[:MAPPED])), test.y[:MAPPED], names),
        "ways": plots.picture_rows(ways),
        "curves": plots.learning_curves(history),
    }


# %% [markdown]
# ## Try it
#
# - `HP="latent=8"`, then 16 and 128: how does the error of the network, and how does that of PCA, follow?
# - `HP="hidden=256 learning_rate=0.002"`: a layer of bends before the code (val_mse 0.0079).
# - Encode pictures of digits (`datasets.load_mnist`): what does a network that knows only clothes make of a 7?
#
# ## Common mistakes
#
# - The labels as targets: an autoencoder has to give back its input.
# - A linear last layer: pixels below 0 and above 1 come out.
# - Mixing pixels and calling it interpolation: both pictures shine through each other.
# - Reading distances off a t-SNE map: only who is next to whom is to be trusted.

# %%
# The same steps by hand, for a notebook; `make exercise N=24a` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
