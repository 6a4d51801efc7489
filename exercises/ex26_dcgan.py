# %% [markdown]
# # Exercise 26: DCGAN draws digits
#
# - Section: CNN 3-4, Generative adversarial networks
# - Data: mnist
# - Claim: recognized_share ≥ 0.8 (± 0.005) on real data with PRESET=full; recorded before: none
# - Measured: not yet with full, whose 50 epochs take many hours on 2 CPU cores; with 16 and 32 filters, dropout 0.1, rate 5e-4, all pictures, seed 0: recognized_share 0.643 after 19 epochs (19 minutes), and 0.665 after 12 epochs in batches of 64 (10 minutes); real test digits 0.959; entropy 3.26 of 3.32 bits
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=26`
# - Longer than others: two networks, their steps and a measure of drawings are written by hand
#
# ## What you will learn
#
# To train two networks against each other: one that draws, one that judges. To write such a training step yourself, with two
# losses and two optimizers, and to let Keras's `fit` do all the rest: epochs, callbacks, backups. And to *measure* a model
# that draws, which has no accuracy.
#
# ## The idea
#
# The generator G makes a picture out of 100 random numbers z. The discriminator D gives a picture a score s: high for "real",
# low for "drawn"; σ(s) = 1 / (1 + e^−s) is its probability of "real". D wants real pictures x near 1 and drawn ones near 0,
# and G wants D to take its pictures for real (Goodfellow et al. 2014; the form of the networks: Radford et al. 2015):
#
#     loss of D = mean of −log σ(D(x))  +  mean of −log(1 − σ(D(G(z))))
#     loss of G = mean of −log σ(D(G(z)))
#
# Both are the cross-entropy that you know, with labels 1 and 0. In each step D's loss moves the weights of D *only*, and G's
# loss those of G *only*, though its slopes run through D. Neither loss has to fall: if one network gets better, the other's
# task gets harder. At a draw, where D can only guess, D's loss is 2 · log 2 = 1.39 and G's is log 2 = 0.69.
#
# G ends in tanh, which gives −1 … 1, so the real pictures must be scaled to −1 … 1 too: else D tells them by their range.
# A transposed convolution goes the way of a convolution backwards: with stride 2 it doubles height and width.
#
# ## The five steps
#
# load (scale to −1 … 1), define (generator, discriminator), compile (an Adam for each), fit (both steps, a grid of the same 16
# seeds after each epoch, a GIF of them), evaluate (a classifier that knows digits looks at 1 000 drawn ones).

# %%
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from whitepaper import datasets, models, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset
from whitepaper.lessons.callbacks import EpochImages
from whitepaper.models import AdversarialModel

SEEDS, SAMPLES = 16, 1_000
SURE = 0.9  # a drawn digit counts as recognized if the classifier gives one digit at least this probability
PRESETS = {
    "smoke": Preset(examples=130, epochs=2, batch_size=25,
                    hp={"filters": 4, "discriminator_filters": 4, "latent": 8, "dropout": 0.0}),
    "quick": Preset(examples=12_000, epochs=10, batch_size=64,
                    hp={"filters": 16, "discriminator_filters": 32, "dropout": 0.1, "learning_rate": 1e-3}),
    "full": Preset(epochs=50, batch_size=256),
}  # fmt: skip

# %% [markdown]
# ## 1. Load


# %%
def load(preset):
    data = datasets.load_mnist(examples=preset.examples)

    def scale(x, y):
        # TODO 1: return the pictures as float32 numbers from −1 (paper) to 1 (ink), of shape (n, 28, 28, 1),
        #   and the labels.
        raise NotAttempted(1)  # your code goes here, in place of this line

    return data.map(scale)


# %% [markdown]
# ## 2. Define
#
# The generator begins with 7 × 7 places and 256 channels and goes to 14 × 14 and 28 × 28; the discriminator goes back.
# With 64 filters they have 2 330 944 and 212 865 parameters. The discriminator has no batch normalization: real and drawn
# pictures come in batches of their own, and it could tell them by their statistics.


# %%
def generator(filters, latent):
    # TODO 2: return a Sequential from `latent` numbers to a picture (28, 28, 1), without biases: Dense to 7 · 7 ·
    #   4·filters, batch normalization, LeakyReLU(0.2), reshaped to (7, 7, 4·filters); Conv2DTranspose with
    #   2·filters, 5 × 5, stride 1, padding "same", batch normalization, LeakyReLU(0.2); one with `filters` and
    #   stride 2, batch normalization, LeakyReLU(0.2); and one with 1 filter, stride 2 and tanh.
    raise NotAttempted(2)  # your code goes here, in place of this line


def discriminator(filters, dropout):
    # TODO 3: return a Sequential from a picture (28, 28, 1) to one score, any number: Conv2D with `filters`, 5 ×
    #   5, stride 2, padding "same", LeakyReLU(0.2), Dropout(dropout); the same with 2·filters; Flatten and
    #   Dense(1).
    raise NotAttempted(3)  # your code goes here, in place of this line


# %% [markdown]
# The course's `AdversarialModel` keeps the two networks with an optimizer each. What `fit` does with a batch stands in
# `train_step`: here the two steps that you write below. The noise has as many rows as the batch, also the last, shorter one.


# %%
@keras.saving.register_keras_serializable("ex26")
class Dcgan(AdversarialModel):
    networks = ("generator", "discriminator")
    reported = ("g_loss", "d_loss")

    def __init__(self, filters, judging, latent, dropout, seed=0, **options):
        super().__init__(**options)
        self.settings = {"filters": filters, "judging": judging, "latent": latent, "dropout": dropout, "seed": seed}
        self.generator = self.made(generator, filters, latent)
        self.discriminator = self.made(discriminator, judging, dropout)

    def call(self, z, training=False):
        return self.generator(z, training=training)

    def train_step(self, data):
        pictures = keras.utils.unpack_x_y_sample_weight(data)[0]
        z = self.noise(tf.shape(pictures)[0], self.settings["latent"], self.settings["seed"])
        d_loss = discriminator_step(self, pictures, z)
        g_loss = generator_step(self, z)
        return self.report(g_loss=g_loss, d_loss=d_loss)

    def get_config(self):
        return {**super().get_config(), **self.settings}


def define(data, hp):
    return Dcgan(
        filters=hp.Int("filters", 4, 64, step=4, default=64),
        judging=hp.Int("discriminator_filters", 4, 64, step=4, default=64),
        latent=hp.Int("latent", 8, 128, step=4, default=100),
        dropout=hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.3),
        seed=hp.Fixed("seed", 0),
    )


# %% [markdown]
# ## 3. Compile
#
# The usual 0.9 of Adam's memory of slopes is too long where the task changes with every step: Radford et al. take 0.5.


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-5, 1e-2, sampling="log", default=2e-4)
    model.compile(
        generator=keras.optimizers.Adam(rate, beta_1=0.5), discriminator=keras.optimizers.Adam(rate, beta_1=0.5)
    )


# %% [markdown]
# ## 4. Fit
#
# The losses first: functions of scores, (batch, 1).


# %%
def cross_entropy(labels, scores):
    """Mean binary cross-entropy of labels 0 and 1 and scores that no sigmoid has gone over."""
    return keras.losses.BinaryCrossentropy(from_logits=True)(labels, scores)


def discriminator_loss(real, drawn):
    # TODO 4: real and drawn are D's scores of real and of drawn pictures. Return the loss of D, one number.
    raise NotAttempted(4)  # your code goes here, in place of this line


def generator_loss(drawn):
    # TODO 5: drawn are D's scores of the pictures that G has drawn. Return the loss of G, one number.
    raise NotAttempted(5)  # your code goes here, in place of this line


# %% [markdown]
# Then the two steps. A tape notes what is computed under it, and gives the slopes of the loss in the variables that you name.


# %%
def discriminator_step(gan, pictures, z):
    # TODO 6: draw pictures from z with gan.generator, under a tape let gan.discriminator score the real and the
    #   drawn ones (all with training=True), move the discriminator's variables, and only these, with
    #   gan.discriminator_optimizer. Return the loss.
    raise NotAttempted(6)  # your code goes here, in place of this line


def generator_step(gan, z):
    # TODO 7: under a tape draw pictures from z and let gan.discriminator score them (both with training=True),
    #   move the generator's variables, and only these, with gan.generator_optimizer. Return the loss.
    raise NotAttempted(7)  # your code goes here, in place of this line


def slopes_of_a_step(gan, which, *inputs):
    """What one step does with plain descent at rate 1: its loss, and how far each weight of the two networks moved down."""
    gan.compile(generator=keras.optimizers.SGD(1.0), discriminator=keras.optimizers.SGD(1.0))
    weights = {"generator": gan.generator.trainable_variables, "discriminator": gan.discriminator.trainable_variables}
    before = {name: [np.array(one) for one in variables] for name, variables in weights.items()}
    step = {"generator": generator_step, "discriminator": discriminator_step}[which]
    loss = step(gan, *map(ops.convert_to_tensor, inputs))
    moved = {
        name: [old - np.array(new) for old, new in zip(before[name], variables, strict=True)]
        for name, variables in weights.items()
    }
    return {"loss": float(loss), **moved}


# %% [markdown]
# The course's callback `EpochImages` calls `seeds_drawn` after each epoch: what the generator makes of the same 16 seeds. In a
# run these pictures lie in `epochs/`, and together in `epochs.gif`; a run that was cut off goes on with those of before.


# %%
def gray(pictures):
    """Drawn pictures (n, 28, 28, 1) from −1 to 1 as bytes (n, 28, 28), black ink on white."""
    return np.round(127.5 * (1 - np.clip(pictures[..., 0], -1, 1))).astype("uint8")


def random_numbers(model, count, seed):
    return np.random.default_rng(seed).normal(size=(count, model.settings["latent"])).astype("float32")


def seeds_drawn(model):
    """The 16 seeds as one picture (118, 118): four rows of four, with a white frame."""
    pictures = gray(ops.convert_to_numpy(model(random_numbers(model, SEEDS, seed=26))))
    framed = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), constant_values=255)
    return np.pad(np.vstack([np.hstack(framed[row : row + 4]) for row in range(0, SEEDS, 4)]), 1, constant_values=255)


def fit(model, data, preset, callbacks):
    return model.fit(
        data.train.x,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        callbacks=[*callbacks, EpochImages(seeds_drawn, preset.folder)],
    )


# %% [markdown]
# ## 5. Evaluate
#
# Low losses do not tell whether the pictures are digits. So a classifier learns digits from the training split, apart from the
# GAN, and looks at 1 000 drawn pictures. Two numbers: how many it recognizes, and whether all ten digits are among them. A
# generator that draws one perfect 1 again and again ("mode collapse") has a share of 1 and an entropy of 0 bits; ten digits in
# equal shares have log₂ 10 = 3.32 bits. `recognized_share_real` is the same for real test digits: about the best to hope for.


# %%
def recognized(probabilities):
    # TODO 8: probabilities (n, 10) are the classifier's for n pictures. Return the pair of the share of pictures
    #   whose highest probability is at least SURE, and an array (10,): the share of each digit among these
    #   pictures (zeros if there are none).
    raise NotAttempted(8)  # your code goes here, in place of this line


def entropy(shares):
    """Bits: 0 for one digit only, log₂ 10 for ten in equal shares."""
    return float(-sum(share * np.log2(share) for share in shares if share > 0))


def digit_classifier(train):
    keras.utils.set_random_seed(26)
    network = models.cnn((28, 28, 1), 10, filters=(16, 32), pool_last=True, hidden=())
    network.compile("adam", "sparse_categorical_crossentropy")
    network.fit(train.x, train.y, batch_size=64, epochs=3 if len(train) > 20_000 else 8, verbose=0)
    return network


def draw(model, count):
    """`count` fresh pictures of the generator, (count, 28, 28, 1)."""
    return model.predict(random_numbers(model, count, seed=27), verbose=0)


def evaluate(model, data):
    classifier = digit_classifier(data.train)
    drawn = draw(model, SAMPLES)
    answers = classifier.predict(data.test.x, verbose=0)
    share, digits = recognized(classifier.predict(drawn, verbose=0))
    print("share of each digit: " + ", ".join(f"{digit}: {part:.2f}" for digit, part in enumerate(digits)))
    probability = {
        name: float(np.mean(ops.convert_to_numpy(ops.sigmoid(model.discriminator.predict(x, verbose=0)))))
        for name, x in (("real", data.test.x[:SAMPLES]), ("drawn", drawn))
    }
    model.digits = digits
    return {
        "recognized_share": share,
        "recognized_share_real": recognized(answers)[0],
        "digit_entropy_bits": entropy(digits),
        "rarest_digit_share": digits.min(),
        "classifier_accuracy": float((answers.argmax(axis=1) == data.test.y).mean()),
        "d_on_real": probability["real"],
        "d_on_drawn": probability["drawn"],
    }


# %% [markdown]
# ## Figures
#
# Real digits beside drawn ones, the same 16 seeds after some of the epochs, both losses, and the shares of the digits.


# %%
def figures(model, data, history):
    frames = getattr(model, "frames", {})
    some = [sorted(frames)[number] for number in sorted({*np.linspace(0, len(frames) - 1, 6).astype(int)} - {-1})]
    shares = getattr(model, "digits", np.zeros(10))
    return {
        "real": plots.image_grid(gray(data.train.x[:SEEDS]), columns=4, cmap="gray", title="real"),
        "drawn": plots.image_grid(gray(draw(model, SEEDS)), columns=4, cmap="gray", title="drawn"),
        "epochs": plots.pictures({f"epoch {epoch}": frames[epoch] for epoch in some}, columns=3),
        "losses": plots.comparison({"generator": history["g_loss"], "discriminator": history["d_loss"]}, "loss"),
        "digits": plots.bars(dict(enumerate(shares)), "digit", "share of the recognized", line=("equal shares", 0.1)),
    }


# %% [markdown]
# ## Try it
#
# - `make exercise N=26 HP="dropout=0"`: the discriminator wins. What do the two losses do, and the pictures?
# - `make exercise N=26 HP="latent=8"`: are fewer random numbers enough? Is a digit missing?
# - Draw from z, from −z, and from ten places on the line between two seeds: `model.generator(…)`. Do the digits change in
#   steps, or smoothly?
# - Stop a run with `kill` after some epochs and start it again: the same 16 seeds go on, and `epochs.gif` is whole.
#
# ## Common mistakes
#
# - Pictures from 0 to 1 against drawn ones from −1 to 1: D needs one look at the paper, and G learns nothing.
# - A sigmoid at the end of D *and* `from_logits=True`: it is applied twice, scores lie between 0.5 and 0.73, slopes are flat.
# - One optimizer or one list of variables for both: then G's loss makes D worse in place of G better, or the other way.
# - The generator called outside the tape: its slopes are None.
# - Noise or labels of a fixed number of rows: the last batch is shorter.

# %%
# The same steps by hand, for a notebook; `make exercise N=26` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters(PRESETS["quick"].hp)
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[]).history
    print(evaluate(model, data))
