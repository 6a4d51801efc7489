# %% [markdown]
# # Exercise 17: A transformer block by hand
#
# - Section: NLP 2-4, Attention and transformers
# - Data: imdb
# - Claim: val_accuracy ≥ 0.8778 (± 0.005) on real data with PRESET=full; recorded before: val accuracy 0.8778
# - Measured: val_accuracy 0.8861 (0.8872, 0.8868, 0.8844), test accuracy 0.8817 (0.8818, 0.8805, 0.8828), seeds 0–2; the attention by hand equals Keras's to the last bit; two epochs in half a minute on 2 CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=17`
# - Longer than others: attention, masks, positions and the block are all written by hand
#
# ## What you will learn
#
# How attention lets every word look at every other word at once: scaled dot-product attention, its heads, its masks and the
# positions, written by hand and held against Keras's own layer; and to read film reviews with one encoder block.
#
# ## The idea
#
# Each word asks a question (query q), shows a label (key k) and has something to say (value v). A word gets a mean of all
# values, weighted by how well its query fits their keys (Vaswani et al. 2017):
#
#     attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V          the softmax over the keys: each row of weights adds up to 1
#
# The dot product of two vectors of d_k random numbers has a spread of √d_k; without the division the softmax of long vectors
# is all 0 and 1, and has no gradient. A *mask* says who may look at whom: a score that is not allowed becomes −30 000 before the
# softmax, and its weight 0. The *padding mask* hides the gaps of short reviews; the *look-ahead mask* of a decoder, which
# writes word by word, hides what comes later. *Heads*: the vectors are cut into h parts, each with an attention of its own.
#
# To attention a text is a bag of words: shuffle them, and the results are shuffled alike. So each word's vector has its
# position added, as sines and cosines of falling frequency (§3.5 of the paper), or as numbers that are learned:
#
#     P[p, 2i] = sin(p / 10000^(2i/d))     P[p, 2i+1] = cos(p / 10000^(2i/d))          d the size of a vector
#
# The encoder block adds each result to what came in, and normalizes: x is never lost, and the gradient has a short way.
#
#     a = norm(x + attention(x))           y = norm(a + feed_forward(a))
#
# In a translator a decoder's words also ask those of the other language: queries from one text, keys and values from another
# (*cross attention*). The figures show it on a small example.
#
# ## The five steps
#
# load (reviews as 200 word numbers), define (Embedding, positions, encoder block, mean over the words, one sigmoid), compile,
# fit, evaluate (validation and test accuracy, and the difference to Keras's attention).

# %%
import math

import keras
import numpy as np
from keras import ops

from whitepaper import datasets, plots
from whitepaper.errors import NotAttempted
from whitepaper.lessons import Preset

LENGTH = 200
FAR_BELOW = -3e4  # the score of what may not be attended to: its weight is 0, and 16 bits can hold it
PRESETS = {
    "smoke": Preset(
        examples=300,
        epochs=2,
        batch_size=25,
        hp={"size": 8, "feed_forward": 8, "learning_rate": 0.01},
    ),
    "quick": Preset(examples=8000, epochs=2),
    "full": Preset(epochs=2),
}

# %% [markdown]
# ## 1. Load
#
# Word numbers. A short review has its gaps, number 0, *in front*; a long one keeps its last 200 words.


# %%
def load(preset):
    data = datasets.load_imdb(examples=preset.examples, length=LENGTH)
    gaps = (data.train.x == 0).mean()
    print(f"x {data.train.x.shape}: {gaps:.0%} of all places are gaps; y {data.train.y.shape}")
    return data


# %% [markdown]
# ## 2. Define
#
# First the attention. `ops` is NumPy in Keras's own words: it works on arrays, and inside a model.


# %%
def scaled_dot_product_attention(q, k, v, allowed=None):
    """q (…, m, d_k), k (…, n, d_k), v (…, n, d_v); `allowed` is true where query may look at key, to be broadcast to
    (…, m, n), or None: all may. Returns the results (…, m, d_v) and the weights (…, m, n)."""
    # TODO 1: return the pair (results, weights). Scores that are not allowed become FAR_BELOW before the softmax.
    raise NotAttempted(1)  # your code goes here, in place of this line


def split_heads(x, heads):
    # TODO 2: x is (batch, time, size). Return (batch, heads, time, size / heads): head 0 has the first numbers of
    #   each word's vector, head 1 the next ones, and so on.
    raise NotAttempted(2)  # your code goes here, in place of this line


def merge_heads(x):
    """Back from (batch, heads, time, part) to (batch, time, heads · part)."""
    heads, part = x.shape[1], x.shape[3]
    return ops.reshape(ops.transpose(x, (0, 2, 1, 3)), (-1, x.shape[2], heads * part))


def attention_mask(numbers, look_ahead=False):
    # TODO 3: numbers (batch, n) are word numbers, 0 for a gap. Return booleans, true where looking is allowed:
    #   (batch, 1, 1, n), true for keys that are words (the padding mask); with look_ahead=True (batch, 1, n, n),
    #   true where the key is a word and comes no later than the query.
    raise NotAttempted(3)  # your code goes here, in place of this line


@keras.saving.register_keras_serializable("ex17_transformer")
class MultiHeadAttention(keras.layers.Layer):
    """Queries from one sequence, keys and values from another; in self-attention both are the same one.

    Args:
        size: of the vectors, a multiple of `heads`.
    """

    def __init__(self, heads, size, **options):
        super().__init__(**options)
        self.heads, self.size = heads, size
        self.query, self.key, self.value, self.last = (
            keras.layers.Dense(size, name=name, dtype=self.dtype_policy) for name in ("query", "key", "value", "last")
        )

    def build(self, x_shape, other_shape=None, allowed_shape=None):
        if x_shape[-1] != self.size:
            raise ValueError(f"expected vectors of {self.size} components. Received: shape {tuple(x_shape)}.")
        for dense in (self.query, self.key, self.value, self.last):
            dense.build((None, None, self.size))

    def attend(self, x, other, allowed=None):
        """The results (batch, m, size) and the weights (batch, heads, m, n)."""
        q, k, v = (
            split_heads(dense(one), self.heads)
            for dense, one in ((self.query, x), (self.key, other), (self.value, other))
        )
        results, weights = scaled_dot_product_attention(q, k, v, allowed)
        return self.last(merge_heads(results)), weights

    def call(self, x, other, allowed=None):
        return self.attend(x, other, allowed)[0]

    def get_config(self):
        return {**super().get_config(), "heads": self.heads, "size": self.size}


# %% [markdown]
# Then the positions. The paper multiplies the word vectors by √size before it adds them, so that the words are heard.


# %%
def sinusoids(length, size):
    # TODO 4: return the array P (length, size) of the formula: sines in the even columns, cosines in the odd
    #   ones.
    raise NotAttempted(4)  # your code goes here, in place of this line


@keras.saving.register_keras_serializable("ex17_transformer")
class Positions(keras.layers.Layer):
    """Word vectors times √size, plus a vector for each position: of sines, learned, or none."""

    def __init__(self, kind, **options):
        super().__init__(**options)
        if kind not in ("sinusoidal", "learned", "none"):
            raise ValueError(f"kind is sinusoidal, learned or none. Received: {kind!r}.")
        self.kind = kind

    def compute_output_shape(self, shape):
        return shape

    def build(self, shape):
        start = keras.initializers.Zeros()
        if self.kind == "learned":
            start = keras.initializers.RandomUniform(-0.05, 0.05)
        elif self.kind == "sinusoidal":
            start = keras.initializers.Constant(sinusoids(*shape[1:]))
        self.table = self.add_weight(shape=shape[1:], initializer=start, trainable=self.kind == "learned", name="table")

    def call(self, x):
        return x * math.sqrt(x.shape[-1]) + self.table

    def get_config(self):
        return {**super().get_config(), "kind": self.kind}


# %% [markdown]
# And the encoder block, made of them.


# %%
@keras.saving.register_keras_serializable("ex17_transformer")
class EncoderBlock(keras.layers.Layer):
    def __init__(self, size, heads, feed_forward, dropout, **options):
        super().__init__(**options)
        self.settings = {"size": size, "heads": heads, "feed_forward": feed_forward, "dropout": dropout}
        layers, kind = keras.layers, {"dtype": self.dtype_policy}
        self.attention = MultiHeadAttention(heads, size, name="attention", **kind)
        self.wide = layers.Dense(feed_forward, activation="relu", name="wide", **kind)
        self.narrow = layers.Dense(size, name="narrow", **kind)
        self.norm1, self.norm2 = (layers.LayerNormalization(epsilon=1e-6, name=f"norm{n}", **kind) for n in (1, 2))
        self.dropout1, self.dropout2 = (layers.Dropout(dropout, name=f"dropout{n}", **kind) for n in (1, 2))

    def build(self, x_shape, allowed_shape=None):
        self.attention.build(x_shape)
        self.wide.build(x_shape)
        self.narrow.build((*x_shape[:-1], self.settings["feed_forward"]))
        self.norm1.build(x_shape)
        self.norm2.build(x_shape)

    def call(self, x, allowed, training=False):
        # TODO 5: return y of the formula. self.attention(x, x, allowed) looks; self.narrow(self.wide(a)) is
        #   the feed-forward part; self.dropout1 and self.dropout2 go over the results of the two before they
        #   are added.
        raise NotAttempted(5)  # your code goes here, in place of this line

    def get_config(self):
        return {**super().get_config(), **self.settings}


def try_block(x, allowed, heads=2, feed_forward=8, dropout=0.0, training=False):
    """What a fresh block makes of vectors x (batch, n, size): to try it on small numbers."""
    return EncoderBlock(x.shape[-1], heads, feed_forward, dropout)(x, allowed, training=training)


def mean_over_words(x, numbers):
    # TODO 6: x (batch, n, size) are vectors, numbers (batch, n) their words. Return the mean vector of the words
    #   of each review, (batch, size): gaps (number 0) take no part, neither in the sum nor in the count.
    raise NotAttempted(6)  # your code goes here, in place of this line


def define(data, hp):
    size, heads = hp.Int("size", 8, 64, step=8, default=32), hp.Choice("heads", [1, 2, 4, 8], default=2)
    wide = hp.Int("feed_forward", 8, 128, step=8, default=32)
    kind = hp.Choice("positions", ["sinusoidal", "learned", "none"], default="sinusoidal")
    spatial = hp.Float("spatial_dropout", 0.0, 0.6, step=0.1, default=0.4)
    dropout = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.2)
    numbers = keras.Input((data.train.x.shape[1],), dtype="int32")
    x = keras.layers.Embedding(len(data.feature_names), size, name="words")(numbers)
    x = Positions(kind, name="positions")(x)
    x = keras.layers.SpatialDropout1D(spatial)(x)
    x = EncoderBlock(size, heads, wide, dropout, name="block")(x, attention_mask(numbers))
    x = keras.layers.Dropout(dropout)(mean_over_words(x, numbers))
    return keras.Model(numbers, keras.layers.Dense(1, activation="sigmoid")(x))


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-1, sampling="log", default=1e-3)
    # TODO 7: compile with Adam at `rate`, the binary cross-entropy, and the metric "accuracy".
    raise NotAttempted(7)  # your code goes here, in place of this line


# %% [markdown]
# ## 4. Fit
#
# 640 000 numbers of the embedding know 22 500 reviews by heart within two epochs. Spatial dropout, which takes out whole columns
# of the vectors, and a rate that falls along half a cosine hinder that; both were chosen on the validation split.


# %%
def fit(model, data, preset, callbacks):
    rate = float(ops.convert_to_numpy(model.optimizer.learning_rate))
    falling = keras.callbacks.LearningRateScheduler(
        lambda epoch: rate * (1 + math.cos(math.pi * epoch / preset.epochs)) / 2
    )
    # TODO 8: train on data.train for preset.epochs in batches of preset.batch_size, watch data.validation, hand
    #   on [*callbacks, falling], and return what fit returns.
    raise NotAttempted(8)  # your code goes here, in place of this line


# %% [markdown]
# ## 5. Evaluate
#
# Attention by hand must give what Keras's layer gives with the same weights: `by_hand` is the largest difference, over random
# vectors with the padding mask, with the look-ahead mask, and with queries from another sequence.


# %%
def difference_to_keras(attention, x, other, allowed):
    """The largest difference between attention by hand and keras.layers.MultiHeadAttention with its weights.

    Args:
        x: (batch, m, size) queries. other: (batch, n, size) keys and values. allowed: (batch, 1, m or 1, n).
    """
    heads, size = attention.heads, attention.size
    theirs = keras.layers.MultiHeadAttention(num_heads=heads, key_dim=size // heads)
    theirs.build(x.shape, other.shape)
    weights = []
    for dense in (attention.query, attention.key, attention.value):
        kernel, bias = dense.get_weights()
        weights += [kernel.reshape(size, heads, -1), bias.reshape(heads, -1)]
    kernel, bias = attention.last.get_weights()
    theirs.set_weights([*weights, kernel.reshape(heads, -1, size), bias])
    allowed = np.broadcast_to(ops.convert_to_numpy(allowed)[:, 0], (len(x), x.shape[1], other.shape[1]))
    apart = ops.convert_to_numpy(attention(x, other, allowed[:, None]) - theirs(x, other, attention_mask=allowed))
    # A query that may look nowhere, a gap before the first word, has no result to compare.
    return float(np.abs(apart)[allowed.any(axis=-1)].max())


def by_hand(model, numbers):
    attention = model.get_layer("block").attention
    rng = np.random.default_rng(0)
    words, others = (
        rng.normal(size=(len(numbers), n, attention.size)).astype("float32") for n in (numbers.shape[1], 7)
    )
    return max(
        difference_to_keras(attention, words, words, attention_mask(numbers)),
        difference_to_keras(attention, words, words, attention_mask(numbers, look_ahead=True)),
        difference_to_keras(attention, others, words, attention_mask(numbers)),
    )


def evaluate(model, data):
    def accuracy(split):
        return model.evaluate(split.x, split.y, batch_size=250, verbose=0, return_dict=True)["accuracy"]

    return {
        "val_accuracy": accuracy(data.validation),
        "test_accuracy": accuracy(data.test),
        "by_hand": by_hand(model, data.test.x[:8]),
    }


# %% [markdown]
# ## Figures
#
# Who looks at whom in a review: each row is a word that looks, and adds up to 1. The positions, and how alike two of them are.
# The masks of a short review. Cross attention with vectors made by hand: a German word and its translation share a vector, so
# each English word (rows) finds its partner, wherever it stands; the gap at the end is never looked at.


# %%
GERMAN, ENGLISH = ["wir", "haben", "den", "film", "gestern", "gesehen", ""], ["we", "saw", "the", "film", "yesterday"]
PARTNERS = [0, 5, 2, 3, 4]  # the place of the German word for each English one


def cross_attention():
    """Weights (5, 7): English words look at German ones."""
    rng = np.random.default_rng(0)
    german = rng.choice([-1.0, 1.0], size=(1, len(GERMAN), 16))
    english = german[:, PARTNERS] + rng.normal(0, 0.5, (1, len(ENGLISH), 16))
    there = np.array([[bool(word) for word in GERMAN]])
    return ops.convert_to_numpy(scaled_dot_product_attention(english, german, german, there[:, None, :])[1])[0]


def attention_of(model, review):
    """Weights (heads, n, n) of one review's words, gaps left out, as the trained block gives them."""
    x = model.get_layer("positions")(model.get_layer("words")(review[None]))
    weights = model.get_layer("block").attention.attend(x, x, attention_mask(review[None]))[1]
    return ops.convert_to_numpy(weights)[0][:, review != 0][:, :, review != 0]


def figures(model, data, history):
    lengths = (data.test.x != 0).sum(axis=1)
    review = data.test.x[np.argmin(np.abs(lengths - 24))]
    words = [data.feature_names[number] for number in review if number]
    maps = attention_of(model, review)
    heads = {f"head {n + 1}": (weights, words, words) for n, weights in enumerate(maps)}
    table = sinusoids(LENGTH, 32)
    short = np.array([[0, 0, 0, 5, 6, 7, 8, 9]])
    masks = {
        "padding: gaps in front": np.broadcast_to(attention_mask(short)[0, 0], (8, 8)),
        "look-ahead": attention_mask(short * 0 + 1, look_ahead=True)[0, 0],
        "both": attention_mask(short, look_ahead=True)[0, 0],
    }
    return {
        "curves": plots.learning_curves(history),
        "attention": plots.heat_maps(heads, "word that looks", "word looked at"),
        "positions": plots.pictures(
            {"P: columns ↓, positions →": np.repeat(table.T, 6, axis=0), "P Pᵀ: how alike": table @ table.T / 16},
            side=3.6,
        ),
        "masks": plots.pictures(
            {name: ops.convert_to_numpy(mask) for name, mask in masks.items()},
            side=2.4,
            title="white: allowed; rows look, columns are looked at",
        ),
        "cross attention": plots.heat_maps(
            {"": (cross_attention(), ENGLISH, [word or "(gap)" for word in GERMAN])}, "query", "key"
        ),
        "confusion": plots.confusion_matrix(
            data.test.y, model.predict(data.test.x, batch_size=250, verbose=0)[:, 0] >= 0.5, data.class_names
        ),
    }


# %% [markdown]
# ## Try it
#
# - `HP="positions=learned"`, `HP="positions=none"`: how much of a review's judgment is in the order of its words? Then the same
#   with DATA=stand-in, whose reviews are made so that it counts.
# - `HP="heads=1"`, `HP="heads=8"`: the number of parameters stays the same. Why?
# - `HP="spatial_dropout=0 dropout=0"`: where do the two curves part?
# - Leave the division by √d_k out, with size=64 and heads=1, and look at the attention figure.
#
# ## Common mistakes
#
# - The mask applied after the softmax: the weights no longer add up to 1.
# - True for "hidden" in one function and for "allowed" in the next.
# - Heads cut by a reshape alone: a head then holds whole words, not a part of each.
# - Gaps in the mean: the vectors of short reviews are washed out.
# - The softmax over the queries in place of the keys.

# %%
# The same steps by hand, for a notebook; `make exercise N=17` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters()
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
