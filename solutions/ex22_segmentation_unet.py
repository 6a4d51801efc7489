# %% [markdown]
# # Exercise 22: Segmentation with a U-Net
#
# - Section: CNN 3-2, Segmentation, augmentation, detection
# - Data: pets
# - Claim: pixel_accuracy ≥ 0.88 (± 0.005) on real data with PRESET=full; recorded before: none
# - Measured: on the stand-in, since the published photographs were not at hand: pixel accuracy 0.950 and mean IoU 0.853 with seed 0 (IoU of the border 0.691), against 0.750 and 0.429 of the FCN head and 0.596 and 0.199 of all background, with MobileNetV2 of width 0.35, the only ImageNet weights at hand; 30 s an epoch, 10 min on 2 shared CPU cores
# - In plain Keras: the last cell, by hand, calls the five steps one after the other, as a script of your own would
# - Run: `make exercise N=22`
#
# ## What you will learn
#
# To give every pixel a class: pet, background, or the border between them. You will join an encoder that sees *what* is
# there to a decoder that says *where*, turn dense layers into convolutions, keep pictures and masks in step, and measure
# with numbers that a picture full of background does not fool.
#
# ## The idea
#
# An encoder makes a picture of 128 × 128 pixels smaller, step by step: 64, 32, 16, 8, 4 places each way. At the end each place
# has seen most of the picture, and knows that there is a cat; but where its ears end has been lost on the way.
#
# **FCN** (Long, Shelhamer, Darrell 2015). A dense layer that reads the c numbers of one place, z = W x + b, is a convolution
# with a window of 1 × 1: the same W and b at every place. So a classifier's dense layers can judge all 4 × 4 places at once.
# Enlarged to 128 × 128, their scores make a mask with round outlines, and without ears.
#
# **U-Net** (Ronneberger, Fischer, Brox 2015). Go up again as you went down: each block doubles rows and columns with a learned
# convolution (transposed: every place paints a 3 × 3 patch, two pixels apart), and puts beside it the encoder's own map of that
# size, a *skip*. From below comes what it is, from the skip where its edges are:
#
#     picture 128 → 64 → 32 → 16 → 8 → 4                      encoder
#                   ↓    ↓    ↓    ↓   ↓                      skips
#     scores  128 ← 64 ← 32 ← 16 ← 8 ← 4                      decoder
#
# **Measures.** Let n[i, j] count the pixels of true class i that were taken for class j, over *all* pictures of a split. Then
#
#     pixel accuracy = Σ n[i, i] / Σ n[i, j]      IoU of class i = n[i, i] / (row sum i + column sum i − n[i, i])
#
# IoU is intersection over union: the pixels that truth and answer share, over those that either has. Their mean over the
# classes, the mean IoU, counts the thin border as much as the wide background. "All background" reaches a pixel accuracy
# near 0.6, and a mean IoU near 0.2.
#
# ## The five steps
#
# load (pictures and masks of one size), define (encoder with skips, then U-Net or FCN), compile (cross-entropy of scores), fit
# (pictures and masks mirrored together), evaluate (one table of counts, and the measures from it).

# %%
from types import SimpleNamespace

import keras
import numpy as np
import tensorflow as tf

from whitepaper import datasets, models, plots
from whitepaper.lessons import Preset
from whitepaper.lessons import callbacks as watching

CLASSES = 3
PET, BACKGROUND, BORDER = range(CLASSES)
SIDE = 128
SKIPS = (
    "block_1_expand_relu",
    "block_3_expand_relu",
    "block_6_expand_relu",
    "block_13_expand_relu",
    "block_16_project",
)
PRESETS = {
    "smoke": Preset(examples=40, epochs=2, batch_size=10, hp={"side": 32, "network": "tiny", "filters": 4}),
    "quick": Preset(examples=800, epochs=12, hp={"side": 64, "filters": 16}),
    "full": Preset(epochs=20),
}

# %% [markdown]
# ## 1. Load
#
# A picture is made smaller by the mean of each block of pixels. A mask must not be: halfway between pet (0) and border (2)
# lies background (1), and no pixel of it was ever there. Of a mask, one pixel of each block is kept.


# %%
def thinned(masks, step):
    # BLANK 1 (load): masks are integers (n, rows, columns). Return (n, rows / step, columns / step): of each block of
    # step × step pixels one of its own pixels, no mean of several.
    # hint: this is what `nearest` does; `bilinear` would mix class numbers.
    # hint: every step-th row and every step-th column, beginning in the middle of the first block.
    # hint: masks[:, step // 2 :: step, step // 2 :: step]
    return masks[:, step // 2 :: step, step // 2 :: step]
    # END


def load(preset):
    data = datasets.load_pets(size=SIDE, examples=preset.examples)
    side = preset.hp.get("side", SIDE)
    step = SIDE // side

    def smaller(x, y):
        if step == 1:
            return x, y
        blocks = x.reshape(len(x), side, step, side, step, 3)
        return blocks.mean(axis=(2, 4)).astype("uint8"), thinned(y, step)

    return data.map(smaller)


# %% [markdown]
# ## 2. Define
#
# The encoder comes trained (exercise 21) and stays frozen; new is that five of its layers hand out their maps. For MobileNetV2
# they have names. Of another encoder it is the last layer of each size, which for MobileNetV2 would be the same ones,
# but for the end.


# %%
def skips_of(encoder):
    """Names of the layers whose maps are handed out, one a size, the largest first."""
    names = [layer.name for layer in encoder.layers]
    if set(SKIPS) <= set(names):
        return SKIPS
    last = {layer.output.shape[1]: layer.name for layer in encoder.layers}  # a later layer of that size replaces it
    return tuple(last.values())


def encoder_with_skips(hp, side):
    """The encoder, giving a list of maps, and its preprocessing."""
    name = hp.Choice("network", ["MobileNetV2", "shapes", "tiny"], default="MobileNetV2")
    width = hp.Choice("alpha", [0.0, 0.35, 0.5, 0.75, 1.0], default=0.0)  # of MobileNetV2; 0: what is at hand
    found = models.pretrained(name, (side, side, 3), alpha=width or None)
    whole = found.model
    if whole.input_shape[1] != side:  # the small encoders were built for 32; convolutions fit any size
        whole = keras.models.clone_model(whole, input_tensors=keras.Input((side, side, 3)))
        whole.set_weights(found.model.get_weights())
    maps = [whole.get_layer(name).output for name in skips_of(whole)]
    encoder = keras.Model(whole.inputs[0], maps, name="encoder")
    encoder.trainable = False
    return encoder, found.preprocess


# %% [markdown]
# One block of the way up. The transposed convolution makes 2 × 2 places of each; batch norm and relu follow; the skip is put
# beside it, so that the next block sees both. Batch norm answers with averages that it gathered in training: at its usual
# momentum of 0.99 they need hundreds of steps, and a short run would be judged with averages of its first steps.


# %%
def up(maps, skip, filters):
    # BLANK 2 (define): enlarge `maps` to twice their rows and columns by a transposed convolution with windows of 3 × 3, of
    # `filters` filters, then batch norm of momentum 0.9, then relu. Return the result joined with `skip` along the channels.
    # hint: keras.layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(maps)
    # hint: keras.layers.BatchNormalization(momentum=0.9), then keras.layers.ReLU()
    # hint: keras.layers.Concatenate()([large, skip]): beside each other, not added.
    large = keras.layers.Conv2DTranspose(filters, 3, strides=2, padding="same", use_bias=False)(maps)
    large = keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.9)(large))
    return keras.layers.Concatenate()([large, skip])
    # END


def unet(skips, side, filters):
    """Scores (side, side, CLASSES) from maps, the largest first; each block has half the filters of the one before."""
    *finer, maps = skips
    for number, skip in reversed(list(enumerate(finer))):
        maps = up(maps, skip, filters * 2**number)
    if maps.shape[1] < side:
        return keras.layers.Conv2DTranspose(CLASSES, 3, strides=2, padding="same", name="scores")(maps)
    return keras.layers.Conv2D(CLASSES, 3, padding="same", name="scores")(maps)


# %% [markdown]
# The FCN head for comparison (`HP="head=fcn"`): it looks at the last maps alone.


# %%
def judged_places(maps, hidden):
    # BLANK 3 (define): a classifier would judge the c channels of a place by Dense(hidden, activation="relu") and
    # Dense(CLASSES). Return the scores of all places at once, (rows, columns, CLASSES), from two convolutions that do the same.
    # hint: a window of 1 × 1 sees one place, and has the same weights at all of them.
    # hint: keras.layers.Conv2D(hidden, 1, activation="relu"), then keras.layers.Conv2D(CLASSES, 1) without activation.
    maps = keras.layers.Conv2D(hidden, 1, activation="relu")(maps)
    return keras.layers.Conv2D(CLASSES, 1)(maps)
    # END


def fcn(skips, side, hidden):
    scores = judged_places(skips[-1], hidden)
    return keras.layers.UpSampling2D(side // scores.shape[1], interpolation="bilinear", name="scores")(scores)


def define(data, hp):
    side = data.train.x.shape[1]
    encoder, preprocess = encoder_with_skips(hp, side)
    pixels = keras.Input((side, side, 3))
    skips = encoder(preprocess(pixels), training=False)
    filters = hp.Int("filters", 4, 64, step=4, default=32)
    head = hp.Choice("head", ["unet", "fcn"], default="unet")
    scores = unet(skips, side, filters) if head == "unet" else fcn(skips, side, 8 * filters)
    return keras.Model(pixels, scores)


# %% [markdown]
# ## 3. Compile
#
# Every pixel is one example of classification. The last layer has no softmax: it gives scores (logits), and the loss must
# know that.


# %%
def compile(model, hp):
    rate = hp.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=1e-3)
    # BLANK 4: compile with Adam at the learning rate `rate`, the cross-entropy of integer classes from scores, and accuracy.
    # hint: keras.losses.SparseCategoricalCrossentropy takes masks as they are: one class number a pixel.
    # hint: from_logits=True applies the softmax that the model leaves out.
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    # END


# %% [markdown]
# ## 4. Fit
#
# Mirrored pets are pets: half of each batch is mirrored, another half in every epoch. A mask that stays as it was then tells
# the network that the cat is where it is not.


# %%
def flip(x, y):
    # BLANK 5 (fit): x (batch, rows, columns, 3) are pictures, y (batch, rows, columns) their masks, both tensors. Mirror each
    # picture left to right with probability 1/2, by a coin of its own, its mask with it, and return both.
    # hint: one coin a picture: tf.random.uniform((tf.shape(x)[0],)) < 0.5
    # hint: x[:, :, ::-1] is x mirrored; so is y[:, :, ::-1].
    # hint: tf.where(coin[:, None, None, None], x[:, :, ::-1], x), and y with the same coin.
    coin = tf.random.uniform((tf.shape(x)[0],)) < 0.5
    x = tf.where(coin[:, None, None, None], x[:, :, ::-1], x)
    return x, tf.where(coin[:, None, None], y[:, :, ::-1], y)
    # END


def fit(model, data, preset, callbacks):
    watch = watching.Snapshots(data.validation.x[:3], every=preset.epochs // 4)
    model.others = SimpleNamespace(watch=watch)  # for figures; Keras does not look into it
    callbacks = [*callbacks, watch]
    train = data.train.batches(preset.batch_size, shuffle=True, augment=flip)
    held = data.validation.batches(preset.batch_size)  # as they are: what is measured is not mirrored
    # BLANK 6: train on the batches of `train` for preset.epochs, watch those of `held`, hand on the callbacks, and return the
    # history.
    # hint: model.fit takes a stream of batches (x, y) in place of x and y, and needs no batch_size then.
    # hint: model.fit(train, validation_data=held, epochs=…, callbacks=callbacks, shuffle=False): it is shuffled already.
    return model.fit(train, validation_data=held, epochs=preset.epochs, callbacks=callbacks, shuffle=False)
    # END


# %% [markdown]
# ## 5. Evaluate


# %%
def confusion(true, predicted):
    # BLANK 7 (evaluate): true and predicted are integer masks of one shape. Return the counts n, an array (CLASSES, CLASSES):
    # n[i, j] pixels have the true class i and were taken for j.
    # hint: 3 · true + predicted is a number from 0 to 8 for each pixel: count how often each comes.
    # hint: np.bincount(numbers.ravel(), minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    pairs = CLASSES * true.astype(int) + predicted
    return np.bincount(pairs.ravel(), minlength=CLASSES**2).reshape(CLASSES, CLASSES)
    # END


def measures(counts):
    # BLANK 8 (evaluate): from the counts of a whole split, return a dict: "pixel_accuracy", "iou", an array of one number a
    # class, and "mean_iou". A class that no pixel has and none is taken for has no IoU: np.nan, and stays out of the mean.
    # hint: shared = np.diag(counts); union = counts.sum(axis=0) + counts.sum(axis=1) - shared
    # hint: np.where(union > 0, shared / np.maximum(union, 1), np.nan), and np.nanmean for the mean.
    shared = np.diag(counts)
    union = counts.sum(axis=0) + counts.sum(axis=1) - shared
    iou = np.where(union > 0, shared / np.maximum(union, 1), np.nan)
    return {"pixel_accuracy": shared.sum() / counts.sum(), "iou": iou, "mean_iou": np.nanmean(iou)}
    # END


def answers(model, x):
    """The class of every pixel, uint8 (n, side, side); a part at a time, since scores need twelve times as much room."""
    # A model of its own, with the same weights: that of the run compiles many steps into one, which is slow to make here.
    teller = keras.Model(model.inputs[0], model.outputs[0])
    parts = [teller.predict(x[at : at + 256], batch_size=32, verbose=0) for at in range(0, len(x), 256)]
    return np.concatenate([scores.argmax(axis=-1).astype("uint8") for scores in parts])


def counted(true, predicted):
    """The counts of a split, added up over its parts."""
    return sum(confusion(true[at : at + 256], predicted[at : at + 256]) for at in range(0, len(true), 256))


def evaluate(model, data):
    true = data.test.y
    found = measures(counted(true, answers(model, data.test.x)))
    empty = measures(counted(true, np.full_like(true, BACKGROUND)))
    return {
        "pixel_accuracy": found["pixel_accuracy"],
        "mean_iou": found["mean_iou"],
        **{f"iou_{name}": value for name, value in zip(data.class_names, found["iou"], strict=True)},
        "all_background_accuracy": empty["pixel_accuracy"],
        "all_background_mean_iou": empty["mean_iou"],
    }


# %% [markdown]
# ## Figures
#
# Pictures with their masks; the curves; three validation pictures as the network saw them after a few epochs, later, and at the
# end; test pictures with the answers; the worst of them; and which class was taken for which.


# %%
def figures(model, data, history):
    test, names = data.test, data.class_names
    found = answers(model, test.x)
    shares = np.array([measures(confusion(*pair))["mean_iou"] for pair in zip(test.y, found, strict=True)])
    worst = np.argsort(shares)[:4]
    seen = {f"epoch {epoch}": scores.argmax(axis=-1) for epoch, scores in model.others.watch.kept.items()}

    def beside(rows):
        return plots.mask_grid({"picture": test.x[rows], "true": test.y[rows], "predicted": found[rows]}, names,
                               [f"mean IoU\n{share:.2f}" for share in shares[rows]])  # fmt: skip

    watched = data.validation.take(3)
    return {
        "data": plots.mask_grid({"picture": data.train.x[:4], "mask": data.train.y[:4]}, names),
        "curves": plots.learning_curves(history),
        "progress": plots.mask_grid({"picture": watched.x, **seen, "true": watched.y}, names),
        "predictions": beside(np.arange(min(4, len(found)))),
        "worst": beside(worst),
        "confusion": plots.confusion_shares(counted(test.y, found), names, "pixels"),
    }


# %% [markdown]
# ## Try it
#
# - `HP="head=fcn"`: what does mean IoU lose, and which class loses most? Look at the outlines.
# - Leave the skips out: return `large` alone from `up`. Where does the U-Net then stand, between FCN and itself?
# - Compute the mean IoU of each test picture, and then their mean. Why is it another number? Which one hides a lost class?
# - Flip the pictures alone, for one run. What do the training and the validation curve say?
# - `encoder.trainable = True` with `HP="learning_rate=0.0001"`: is it worth the time?
# - Train for pet against all else: what is the IoU of the pet if you count the border as pet?
#
# ## Common mistakes
#
# - A mask made smaller by `bilinear`: classes that were never there, along every outline.
# - Pictures mirrored, masks not: the loss falls to a point, and the masks get symmetric.
# - A softmax in the model and `from_logits=True` in the loss, or neither: it learns, slowly and badly.
# - Pixel accuracy alone: a network that never says "border" can still reach 0.88.
# - The mean of the IoU of batches or of single pictures, in place of one table of counts for the split.
# - Zeros divided by zeros for a class that is not there: one nan, and the mean is nan.

# %%
# The same steps by hand, for a notebook; `make exercise N=22` plays them and keeps a record.
if __name__ == "__main__":
    from whitepaper.lessons import Hyperparameters

    keras.utils.set_random_seed(0)
    preset, hp = PRESETS["quick"], Hyperparameters(PRESETS["quick"].hp)
    data = load(preset)
    model = define(data, hp)
    compile(model, hp)
    history = fit(model, data, preset, callbacks=[])
    print(evaluate(model, data))
