# %% [markdown]
# # Exercise 27: CycleGAN: horses and zebras
#
# - Section: CNN 3-4, Generative adversarial networks
# - Data: horse2zebra
# - Claim: g_loss ≤ 4.44 (± 0.133); f_loss ≤ 4.09 (± 0.123); d_x_loss ≤ 0.17 (± 0.0051); d_y_loss ≤ 0.13 (± 0.0039) on real data with PRESET=full; recorded before: 1 epoch: G 4.44, F 4.09, D 0.17/0.13
# - Measured: not yet with the published pictures, which were not at hand; full takes 20 to 40 s a step on 2 CPU cores, 1 267 steps an epoch; quick on plain and striped animals made here, which differ in texture alone, seed 0: all test pictures translated both ways, cycle error 0.050 and 0.067, losses 1.91, 1.61, 0.24, 0.25 in epoch 18; two and a half minutes on 2 busy CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=27`
# - Longer than others: four networks, their losses and steps are written by hand
#
# ## What you will learn
#
# To turn pictures of one kind into pictures of another without a single pair to learn from: nobody has photographed the same
# horse with and without stripes. You build the networks, the losses that take the place of pairs, and a training step for
# four networks.
#
# ## The idea
#
# G makes a zebra of a horse x, F a horse of a zebra y. D_Y judges zebras, D_X horses (Zhu, Park, Isola, Efros 2017). Three
# wishes, each a loss:
#
#     drawn pictures look real:     mean of (D_Y(G(x)) − 1)²           least squares in place of cross-entropy
#     there and back is the same:   10 · mean |G(F(y)) − y|            the cycle: else G may draw *any* zebra
#     a zebra stays as it is:       10 · 0.5 · mean |G(y) − y|         the identity: keeps colors and grounds
#
# Their sum is the loss of G; that of F has x and y exchanged. Both generators learn from loss of G + loss of F, since each
# cycle runs through both. A discriminator learns from
#
#     ½ · [ mean of (D_Y(y) − 1)²  +  mean of D_Y(G(x))² ]
#
# D gives a *map* of scores, one for each patch of the picture ("PatchGAN"): a coat is judged patch by patch. The generators
# halve the picture twice, pass residual blocks, x + what two convolutions make of x, and double it twice. Instance
# normalization works on each picture by itself (batches are tiny), and padding mirrors the edges in place of black zeros.
#
# ## The five steps
#
# load (scale to −1 … 1), define (two generators, two discriminators), compile (an Adam for each), fit (fresh jitter in every
# epoch), evaluate (does a classifier call the drawn zebras zebras, and does the way back lead home?).

# %%
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from whitepaper import datasets, plots
from whitepaper.lessons import Preset
from whitepaper.lessons.callbacks import EpochImages
from whitepaper.models import AdversarialModel, InstanceNormalization, ReflectionPadding2D

CYCLE, IDENTITY = 10.0, 0.5
LARGER = 286 / 256  # a picture is made larger by this much, and a random part of it is cut out
SHOWN = 4
PRESETS = {
    "smoke": Preset(examples=20, epochs=2, batch_size=4,
                    hp={"size": 32, "filters": 2, "blocks": 1, "downsamplings": 2}),
    "quick": Preset(examples=300, epochs=18, batch_size=4,
                    hp={"size": 32, "filters": 12, "blocks": 2, "downsamplings": 2, "learning_rate": 1e-3}),
    "full": Preset(epochs=1, batch_size=1),
}  # fmt: skip

# %% [markdown]
# ## 1. Load
#
# x are horses, y are zebras; x[i] and y[i] have nothing to do with each other. Without the published pictures you get plain
# and striped animals that are drawn here.


# %%
def load(preset):
    data = datasets.load_horse2zebra(size=preset.hp.get("size", 256), examples=preset.examples)
    return data.map(lambda x, y: (x.astype("float32") / 127.5 - 1, y.astype("float32") / 127.5 - 1))


# %% [markdown]
# ## 2. Define


# %%
def residual_block(x, filters):
    # BLANK 1 (define): x is (batch, height, width, filters). Return x + h, where h is x after: ReflectionPadding2D(1), Conv2D with
    # `filters`, 3 × 3, without padding and bias, InstanceNormalization, relu; and again padding, convolution, normalization,
    # this time without relu.
    # hint: h = layers.Conv2D(filters, 3, use_bias=False)(ReflectionPadding2D(1)(x))
    # hint: h = layers.ReLU()(InstanceNormalization()(h)); the second half ends with the normalization.
    # hint: layers.add([x, h]): without x it would be no residual block.
    h = layers.Conv2D(filters, 3, use_bias=False)(ReflectionPadding2D(1)(x))
    h = layers.ReLU()(InstanceNormalization()(h))
    h = layers.Conv2D(filters, 3, use_bias=False)(ReflectionPadding2D(1)(h))
    return layers.add([x, InstanceNormalization()(h)])
    # END


def block_alone(channels, filters):
    """One residual block as a model, to try it."""
    x = keras.Input((8, 8, channels))
    return keras.Model(x, residual_block(x, filters))


def generator(size, filters, blocks):
    """From pictures (size, size, 3) to pictures, through size / 4 places with 4 · filters channels."""
    inputs = keras.Input((size, size, 3))
    x = layers.Conv2D(filters, 7, use_bias=False)(ReflectionPadding2D(3)(inputs))
    x = layers.ReLU()(InstanceNormalization()(x))
    for many in (2 * filters, 4 * filters):
        x = layers.Conv2D(many, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(InstanceNormalization()(x))
    for _ in range(blocks):
        x = residual_block(x, 4 * filters)
    for many in (2 * filters, filters):
        x = layers.Conv2DTranspose(many, 3, strides=2, padding="same", use_bias=False)(x)
        x = layers.ReLU()(InstanceNormalization()(x))
    return keras.Model(inputs, layers.Conv2D(3, 7, activation="tanh")(ReflectionPadding2D(3)(x)))


def patch_discriminator(size, filters, downsamplings):
    # BLANK 2 (define): return a model from pictures (size, size, 3) to a map of scores: a Conv2D with `filters`, 4 × 4, stride 2,
    # padding "same", LeakyReLU(0.2); for each further one of the `downsamplings` a Conv2D with twice as many filters, 4 × 4,
    # stride 2, padding "same", InstanceNormalization, LeakyReLU(0.2); and a Conv2D with 1 filter, 4 × 4, stride 1, "same".
    # hint: x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, strides=2, padding="same")(inputs)); no normalization here.
    # hint: for number in range(1, downsamplings): filters · 2 ** number filters.
    # hint: no Flatten, no Dense, no sigmoid: each place of the last map judges its own patch.
    inputs = keras.Input((size, size, 3))
    x = layers.LeakyReLU(0.2)(layers.Conv2D(filters, 4, strides=2, padding="same")(inputs))
    for number in range(1, downsamplings):
        x = layers.Conv2D(filters * 2**number, 4, strides=2, padding="same")(x)
        x = layers.LeakyReLU(0.2)(InstanceNormalization()(x))
    return keras.Model(inputs, layers.Conv2D(1, 4, padding="same")(x))
    # END


@keras.saving.register_keras_serializable("ex27")
class CycleGan(AdversarialModel):
    networks = ("g", "f", "d_x", "d_y")
    reported = ("g_loss", "f_loss", "d_x_loss", "d_y_loss")

    def __init__(self, size, filters, blocks, downsamplings, **options):
        super().__init__(**options)
        self.settings = {"size": size, "filters": filters, "blocks": blocks, "downsamplings": downsamplings}
        self.g, self.f = (self.made(generator, size, filters, blocks) for _ in range(2))
        self.d_x, self.d_y = (self.made(patch_discriminator, size, filters, downsamplings) for _ in range(2))

    def call(self, x, training=False):
        return self.g(x, training=training)

    def train_step(self, data):
        x, y = data
        g_loss, f_loss, drawn_x, drawn_y = generators_step(self, x, y)
        d_x_loss, d_y_loss = discriminators_step(self, x, y, drawn_x, drawn_y)
        return self.report(g_loss=g_loss, f_loss=f_loss, d_x_loss=d_x_loss, d_y_loss=d_y_loss)

    def get_config(self):
        return {**super().get_config(), **self.settings}


def define(data, hp):
    return CycleGan(
        size=data.train.x.shape[1],
        filters=hp.Int("filters", 2, 64, step=2, default=64),
        blocks=hp.Int("blocks", 1, 9, default=9),
        downsamplings=hp.Int("downsamplings", 1, 4, default=3),
    )


# %% [markdown]
# ## 3. Compile


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-5, 1e-2, sampling="log", default=2e-4)
    model.compile(**{name: keras.optimizers.Adam(rate, beta_1=0.5) for name in model.networks})


# %% [markdown]
# ## 4. Fit
#
# About a thousand pictures are few. So each is shown a little otherwise in *every* epoch. The seed says how: the same seed, the
# same picture.


# %%
@tf.autograph.experimental.do_not_convert
def jitter(picture, seed):
    # BLANK 3 (load): picture (size, size, 3), seed (2,) integers. Return it made LARGER, of which a random part (size, size, 3) is
    # cut out, which is mirrored left to right in one case of two.
    # hint: larger = round(LARGER * size); tf.image.resize(picture, (larger, larger)), with size = picture.shape[0].
    # hint: tf.image.stateless_random_crop(larger picture, (size, size, 3), seed)
    # hint: tf.image.stateless_random_flip_left_right(part, seed)
    size = picture.shape[0]
    larger = round(LARGER * size)
    part = tf.image.stateless_random_crop(tf.image.resize(picture, (larger, larger)), (size, size, 3), seed)
    return tf.image.stateless_random_flip_left_right(part, seed)
    # END


def stream(pictures, seed):
    """The pictures of one domain as a tf.data.Dataset, in a new order and with fresh jitter in each epoch."""
    source = tf.data.Dataset.from_tensor_slices(pictures)
    seeds = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).batch(2)
    # BLANK 4 (load): shuffle `source` with a window of all pictures and the seed, zip it with `seeds`, which are others in every
    # epoch, and map `jitter` over the pairs. Return the stream.
    # hint: source.shuffle(len(pictures), seed=seed) takes a new order each time it is gone through.
    # hint: tf.data.Dataset.zip(…, seeds).map(jitter)
    # hint: no cache() behind the jitter: it would keep the crops of the first epoch for ever.
    return tf.data.Dataset.zip(source.shuffle(len(pictures), seed=seed), seeds).map(jitter)
    # END


def epochs_of(pictures, count=2, seed=0):
    """What the stream gives in `count` epochs, (count, n, size, size, 3): to look at it."""
    flow = stream(pictures, seed)
    return np.stack([np.stack(list(flow.as_numpy_iterator())) for _ in range(count)])


# %% [markdown]
# Now the losses, functions of maps of scores and of pictures.


# %%
def mean_of(errors):
    """The mean; with several replicas divided by their number, since their slopes are added up."""
    return ops.mean(errors) / tf.distribute.get_strategy().num_replicas_in_sync


def discriminator_loss(real, drawn):
    # BLANK 5 (compile): real and drawn are a discriminator's maps of scores for real and for drawn pictures. Return its loss.
    # hint: real scores want to be 1, drawn ones 0: squares of what is missing. mean_of(…) takes the mean.
    # hint: half of the sum of the two means.
    return 0.5 * (mean_of((real - 1) ** 2) + mean_of(drawn**2))
    # END


def generator_loss(scores, picture, back, same):
    # BLANK 6 (compile): scores of the drawn pictures; picture is a real one of the domain that the generator draws, back is what
    # came back to it after a whole cycle, same is what the generator makes of it. Return the generator's loss: three terms.
    # hint: mean_of((scores - 1) ** 2): the generator wants 1 too.
    # hint: CYCLE * mean_of(ops.abs(picture - back)) is the second.
    # hint: CYCLE * IDENTITY * mean_of(ops.abs(picture - same)) is the third.
    return (
        mean_of((scores - 1) ** 2)
        + CYCLE * mean_of(ops.abs(picture - back))
        + CYCLE * IDENTITY * mean_of(ops.abs(picture - same))
    )
    # END


# %% [markdown]
# And the two steps. A tape that is asked twice must be persistent.


# %%
def generators_step(gan, x, y):
    # BLANK 7 (fit): under a tape draw drawn_y = G(x) and drawn_x = F(y), go back, compute the losses of G and of F, and move G's
    # variables with gan.g_optimizer and F's with gan.f_optimizer, both down their sum. No discriminator moves.
    # Return (loss of G, loss of F, drawn_x, drawn_y).
    # hint: with tf.GradientTape(persistent=True) as tape: everything up to the sum of the two losses.
    # hint: g_loss = generator_loss(gan.d_y(drawn_y), y, gan.g(drawn_x), gan.g(y)); f_loss has x and y exchanged.
    # hint: for network, optimizer in ((gan.g, gan.g_optimizer), (gan.f, gan.f_optimizer)): optimizer.apply(tape.gradient(total, …), …)
    with tf.GradientTape(persistent=True) as tape:
        drawn_y, drawn_x = gan.g(x, training=True), gan.f(y, training=True)
        g_loss = generator_loss(
            gan.d_y(drawn_y, training=True), y, gan.g(drawn_x, training=True), gan.g(y, training=True)
        )
        f_loss = generator_loss(
            gan.d_x(drawn_x, training=True), x, gan.f(drawn_y, training=True), gan.f(x, training=True)
        )
        total = g_loss + f_loss
    for network, optimizer in ((gan.g, gan.g_optimizer), (gan.f, gan.f_optimizer)):
        optimizer.apply(tape.gradient(total, network.trainable_variables), network.trainable_variables)
    return g_loss, f_loss, drawn_x, drawn_y
    # END


def discriminators_step(gan, x, y, drawn_x, drawn_y):
    # BLANK 8 (fit): move D_X's variables with gan.d_x_optimizer down its loss on the real x and the drawn ones, and D_Y's with
    # gan.d_y_optimizer down its own on y. Return (loss of D_X, loss of D_Y).
    # hint: with tf.GradientTape() as tape: loss = discriminator_loss(judge(real), judge(drawn)), once for each judge.
    # hint: judge.trainable_variables, and nothing of the generators: their pictures come from outside the tape.
    losses = []
    judges = ((gan.d_x, gan.d_x_optimizer, x, drawn_x), (gan.d_y, gan.d_y_optimizer, y, drawn_y))
    for judge, optimizer, real, drawn in judges:
        with tf.GradientTape() as tape:
            losses.append(discriminator_loss(judge(real, training=True), judge(drawn, training=True)))
        optimizer.apply(tape.gradient(losses[-1], judge.trainable_variables), judge.trainable_variables)
    return tuple(losses)
    # END


def slopes_of_a_step(gan, which, *inputs):
    """What one step does with plain descent at rate 1: its losses, and how far each weight of the four networks moved down."""
    gan.compile(**{name: keras.optimizers.SGD(1.0) for name in gan.networks})
    weights = {name: getattr(gan, name).trainable_variables for name in gan.networks}
    before = {name: [np.array(one) for one in variables] for name, variables in weights.items()}
    step = {"generators": generators_step, "discriminators": discriminators_step}[which]
    found = step(gan, *map(ops.convert_to_tensor, inputs))
    moved = {
        name: [old - np.array(new) for old, new in zip(before[name], variables, strict=True)]
        for name, variables in weights.items()
    }
    return {"losses": [float(one) for one in found[:2]], "drawn": [np.array(one) for one in found[2:]], **moved}


# %% [markdown]
# After each epoch the course's `EpochImages` keeps the way of four validation pictures: x, G(x), F(G(x)) in three rows.


# %%
def colors(pictures):
    """Pictures from −1 to 1 as bytes."""
    return np.round(127.5 * (np.clip(pictures, -1, 1) + 1)).astype("uint8")


def there_and_back(network, other, pictures):
    """The pictures, what `network` makes of them, and what `other` makes of that, in three rows of one picture."""
    there = ops.convert_to_numpy(network(pictures))
    rows = [pictures, there, ops.convert_to_numpy(other(there))]
    return np.vstack(
        [np.hstack(np.pad(colors(row), ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=255)) for row in rows]
    )


def fit(model, data, preset, callbacks):
    pairs = tf.data.Dataset.zip(stream(data.train.x, 1), stream(data.train.y, 2)).batch(preset.batch_size)
    shown = data.validation.x[:SHOWN]
    painter = EpochImages(lambda gan: there_and_back(gan.g, gan.f, shown), preset.folder)
    remember = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(model, "reached", dict(logs)))
    return model.fit(pairs.prefetch(2), epochs=preset.epochs, shuffle=False, callbacks=[*callbacks, painter, remember])


# %% [markdown]
# ## 5. Evaluate
#
# The four losses are those of the last epoch, as the white paper tells them. They say little about the pictures. So a small
# classifier learns to tell the two domains, apart from the GAN; `translated_x` is the share of test horses whose G(x) it calls a
# zebra, `translated_y` the other way. And the cycle error tells whether the animal is still the same: mean |F(G(x)) − x| as a
# share of the range of a pixel. A generator that changes nothing has a cycle error of 0 and translates none; one that draws
# the same zebra each time translates all, and its way back leads nowhere. Both numbers must be good *together*.


# %%
def domain_classifier(split):
    """Probability of the second domain, learned from the training pictures."""
    keras.utils.set_random_seed(27)
    network = keras.Sequential([keras.Input(split.x.shape[1:])])
    for filters in (8, 16, 32):
        network.add(layers.Conv2D(filters, 3, activation="relu"))
        network.add(layers.MaxPooling2D())
    network.add(layers.GlobalAveragePooling2D())
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(keras.optimizers.Adam(3e-3), "binary_crossentropy")
    both, labels = np.concatenate([split.x, split.y]), np.repeat([0, 1], len(split))
    network.fit(both, labels, batch_size=32, epochs=max(2, min(10, 6_000 // len(both))), verbose=0)
    return lambda pictures: network.predict(pictures, verbose=0)[:, 0]


def evaluate(model, data):
    second = domain_classifier(data.train)
    x, y = data.test.x, data.test.y
    drawn_y, drawn_x = model.g.predict(x, verbose=0), model.f.predict(y, verbose=0)
    back_x, back_y = model.f.predict(drawn_y, verbose=0), model.g.predict(drawn_x, verbose=0)
    return {
        **{name: float("nan") for name in model.reported},
        **getattr(model, "reached", {}),
        "translated_x": float(np.mean(second(drawn_y) > 0.5)),
        "translated_y": float(np.mean(second(drawn_x) < 0.5)),
        "cycle_error_x": float(np.abs(back_x - x).mean() / 2),
        "cycle_error_y": float(np.abs(back_y - y).mean() / 2),
        "change_x": float(np.abs(drawn_y - x).mean() / 2),
        "classifier_accuracy": float((np.mean(second(x) < 0.5) + np.mean(second(y) > 0.5)) / 2),
    }


# %% [markdown]
# ## Figures
#
# Both domains; the way there and back after some of the epochs; test pictures in both directions; the four losses.


# %%
def figures(model, data, history):
    frames = getattr(model, "frames", {})
    some = [sorted(frames)[number] for number in sorted({*np.linspace(0, len(frames) - 1, 4).astype(int)} - {-1})]
    names = data.class_names
    ways = {
        f"{names[0]} → {names[1]} → {names[0]}": there_and_back(model.g, model.f, data.test.x[:6]) / 255,
        f"{names[1]} → {names[0]} → {names[1]}": there_and_back(model.f, model.g, data.test.y[:6]) / 255,
    }
    losses = {name: history[name] for name in model.reported}
    domains = np.concatenate([data.train.x[:6], data.train.y[:6]])
    return {
        "domains": plots.image_grid(colors(domains), [names[0]] * 6 + [names[1]] * 6, columns=6),
        "epochs": plots.pictures({f"epoch {epoch}": frames[epoch] / 255 for epoch in some}, side=2.8),
        "test": plots.pictures(ways, columns=2, side=5.0),
        "losses": plots.comparison(losses, "loss"),
    }


# %% [markdown]
# ## Try it
#
# - Set `CYCLE = 0` and run again: are the animals still where they were?
# - Set `IDENTITY = 0`: what happens to sky and grass?
# - `make exercise N=27 HP="blocks=4"`, then `filters=6`: which of the two helps more, for its seconds?
# - Put `.cache()` behind the jitter and compare the losses of the discriminators: they learn the crops by heart.
#
# ## Common mistakes
#
# - Jitter that is cached: every epoch sees the same crops.
# - The cycle compared with the wrong picture: G(F(y)) must be y, F(G(x)) must be x.
# - The generators' step moves the discriminators too: they learn to call drawn pictures real.
# - One discriminator for both domains: it can only tell real from drawn, not horses from zebras.

# %%
# The same steps by hand, for a notebook; `make exercise N=27` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters(PRESETS["quick"].hp)
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[]).history
    print(evaluate(model, data))
