"""Planted mistakes of exercise 22, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

UP = """
large = keras.layers.Conv2DTranspose({filters}, 3, strides={strides}, padding="same")(maps)
large = {middle}(large)
return {joined}
"""
BLOCK = {
    "filters": "filters",
    "strides": 2,
    "middle": "keras.Sequential([keras.layers.BatchNormalization(), keras.layers.ReLU()])",
    "joined": "keras.layers.Concatenate()([large, skip])",
}
PLACES = """
maps = keras.layers.Conv2D(hidden, {window}, padding="same", activation={first})(maps)
return keras.layers.Conv2D(CLASSES, 1, activation={last})(maps)
"""
HEAD = {"window": 1, "first": '"relu"', "last": None}
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    "metric": '"accuracy"',
}
FLIP = """
coin = tf.random.uniform((tf.shape(x)[0],)) < {chance}
other = tf.random.uniform((tf.shape(x)[0],)) < {chance}
return tf.where(coin[:, None, None, None], {x}, x), tf.where({mask}[:, None, None], {y}, y)
"""
TURNED = {"chance": 0.5, "x": "x[:, :, ::-1]", "y": "y[:, :, ::-1]", "mask": "coin"}
FIT = """
return model.fit({train}, validation_data={held}, epochs={epochs}, callbacks={callbacks}, shuffle=False)
"""
BATCHES = {
    "train": "train",
    "held": "held",
    "epochs": "preset.epochs",
    "callbacks": "callbacks",
}
MEASURES = """
shared, rows, columns = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
union = rows + columns - shared
with np.errstate(all="ignore"):
    iou = {iou}
    return {{"pixel_accuracy": {accuracy}, "iou": iou, "mean_iou": {mean}}}
"""
FOUND = {"iou": "shared / union", "accuracy": "shared.sum() / counts.sum()", "mean": "np.nanmean(iou)"}

MISTAKES = [
    Mistake("means of classes", 1, "invented-class", """
            n, rows, columns = masks.shape
            return masks.reshape(n, rows // step, step, columns // step, step).mean(axis=(2, 4)).round().astype("uint8")
            """),
    Mistake("bilinear", 1, "invented-class", """
            size = (masks.shape[1] // step, masks.shape[2] // step)
            return np.asarray(tf.image.resize(masks[..., None], size))[..., 0]
            """),
    Mistake("nearest, but as floats", 1, "float-masks", 'return masks[:, ::step, ::step].astype("float32")'),
    Mistake("a channel of its own", 1, "wrong-shape", "return masks[:, ::step, ::step, None]"),
    Mistake("rows only", 1, "wrong-shape", "return masks[:, ::step]"),
    Mistake("the corner cut out", 1, "wrong-places", """
            return masks[:, : masks.shape[1] // step, : masks.shape[2] // step]
            """),
    Mistake("skip left out", 2, "skip-missing", UP.format(**BLOCK | {"joined": "large"})),
    Mistake("skip added", 2, "skip-added", UP.format(**BLOCK | {
            "filters": "skip.shape[-1]", "joined": "keras.layers.Add()([large, skip])"})),
    Mistake("not enlarged", 2, "not-doubled", UP.format(**BLOCK | {
            "strides": 1, "joined": "keras.layers.Concatenate()([large, keras.layers.MaxPooling2D()(skip)])"})),
    Mistake("always 32 filters", 2, "wrong-filters", UP.format(**BLOCK | {"filters": 32})),
    Mistake("relu over the skip too", 2, "skip-changed", """
            large = keras.layers.BatchNormalization()(
                keras.layers.Conv2DTranspose(filters, 3, strides=2, padding="same")(maps))
            return keras.layers.ReLU()(keras.layers.Concatenate()([large, skip]))
            """),
    Mistake("no relu", 2, "relu-missing", UP.format(**BLOCK | {"middle": "keras.layers.BatchNormalization()"})),
    Mistake("no batch norm", 2, "not-normalized", UP.format(**BLOCK | {"middle": "keras.layers.ReLU()"})),
    Mistake("windows of 3 × 3", 3, "sees-neighbors", PLACES.format(**HEAD | {"window": 3})),
    Mistake("flattened", 3, "wrong-shape", """
            return keras.layers.Dense(CLASSES)(keras.layers.Dense(hidden, activation="relu")(keras.layers.Flatten()(maps)))
            """),
    Mistake("the hidden layer alone", 3, "wrong-shape", 'return keras.layers.Conv2D(hidden, 1, activation="relu")(maps)'),
    Mistake("softmax behind the scores", 3, "softmax-inside", PLACES.format(**HEAD | {"last": '"softmax"'})),
    Mistake("no relu between", 3, "relu-missing", PLACES.format(**HEAD | {"first": None})),
    Mistake("loss by its name", 4, "from-logits-missing",
            COMPILE.format(**USUAL | {"loss": '"sparse_categorical_crossentropy"'})),
    Mistake("one-hot loss", 4, "loss-label-mismatch",
            COMPILE.format(**USUAL | {"loss": "keras.losses.CategoricalCrossentropy(from_logits=True)"})),
    Mistake("squared error", 4, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'})),
    Mistake("rate not handed on", 4, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("another optimizer", 4, "wrong-optimizer", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.SGD(rate)"})),
    Mistake("no accuracy", 4, "metric-missing", COMPILE.format(**USUAL | {"metric": ""})),
    Mistake("positional metrics", 4, "metrics-in-loss-weights", """
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
            model.compile(keras.optimizers.Adam(rate), loss, ["accuracy"])
            """),
    Mistake("only the pictures", 5, "mask-not-flipped", FLIP.format(**TURNED | {"y": "y"})),
    Mistake("only the masks", 5, "picture-not-flipped", FLIP.format(**TURNED | {"x": "x"})),
    Mistake("two coins", 5, "flipped-apart", FLIP.format(**TURNED | {"mask": "other"})),
    Mistake("upside down", 5, "upside-down", FLIP.format(**TURNED | {"x": "x[:, ::-1]", "y": "y[:, ::-1]"})),
    Mistake("always", 5, "all-or-none", "return x[:, :, ::-1], y[:, :, ::-1]"),
    Mistake("one coin for the batch", 5, "all-or-none", """
            coin = tf.random.uniform(()) < 0.5
            return (x[:, :, ::-1], y[:, :, ::-1]) if coin else (x, y)
            """),
    Mistake("one in twenty", 5, "wrong-share", FLIP.format(**TURNED | {"chance": 0.05})),
    Mistake("colors turned around too", 5, "pictures-changed", FLIP.format(**TURNED | {"x": "x[:, :, ::-1, ::-1]"})),
    Mistake("only the picture given back", 5, "wrong-shape", """
            coin = tf.random.uniform((tf.shape(x)[0],)) < 0.5
            return tf.where(coin[:, None, None, None], x[:, :, ::-1], x)
            """),
    Mistake("test pictures watched", 6, "test-data-in-fit",
            FIT.format(**BATCHES | {"held": "data.test.batches(preset.batch_size)"})),
    Mistake("nothing watched", 6, "no-validation", FIT.format(**BATCHES | {"held": "None"})),
    Mistake("callbacks dropped", 6, "callbacks-not-handed-on", FIT.format(**BATCHES | {"callbacks": "[watch]"})),
    Mistake("batches of 32", 6, "wrong-batch-size",
            FIT.format(**BATCHES | {"train": "data.train.batches(32, shuffle=True, augment=flip)"})),
    Mistake("one epoch", 6, "wrong-epochs", FIT.format(**BATCHES | {"epochs": 1})),
    Mistake("validation batches to learn from", 6, "wrong-split",
            FIT.format(**BATCHES | {"train": "held"})),
    Mistake("predicted in rows", 7, "turned-around", """
            return np.bincount((CLASSES * predicted.astype(int) + true).ravel(), minlength=9).reshape(3, 3)
            """),
    Mistake("shares", 7, "shares-for-counts", """
            counts = np.bincount((CLASSES * true.astype(int) + predicted).ravel(), minlength=9).reshape(3, 3)
            return counts / counts.sum()
            """),
    Mistake("no minlength", 7, "classes-missing", """
            counts = np.bincount((CLASSES * true.astype(int) + predicted).ravel())
            return counts.reshape(3, 3) if len(counts) == 9 else counts[:, None]
            """),
    Mistake("nine numbers", 7, "wrong-shape", """
            return np.bincount((CLASSES * true.astype(int) + predicted).ravel(), minlength=9)
            """),
    Mistake("each pair once", 7, "wrong-counts", """
            counts = np.zeros((CLASSES, CLASSES), int)
            counts[true, predicted] += 1
            return counts
            """),
    Mistake("no IoU", 8, "metric-missing", 'return {"pixel_accuracy": np.trace(counts) / counts.sum()}'),
    Mistake("shared pixels twice", 8, "union-counts-twice", MEASURES.format(**FOUND | {"iou": "shared / (rows + columns)"})),
    Mistake("Dice", 8, "dice-for-iou", MEASURES.format(**FOUND | {"iou": "2 * shared / (rows + columns)"})),
    Mistake("recall", 8, "recall-for-iou", MEASURES.format(**FOUND | {"iou": "shared / rows"})),
    Mistake("precision", 8, "precision-for-iou", MEASURES.format(**FOUND | {"iou": "shared / columns"})),
    Mistake("over all pixels", 8, "wrong-iou", MEASURES.format(**FOUND | {"iou": "shared / counts.sum()"})),
    Mistake("mean over the classes for accuracy", 8, "mean-of-recalls",
            MEASURES.format(**FOUND | {"accuracy": "np.mean(shared / rows)"})),
    Mistake("right pixels, not divided", 8, "wrong-accuracy", MEASURES.format(**FOUND | {"accuracy": "shared.sum()"})),
    Mistake("large classes count more", 8, "weighted-mean",
            MEASURES.format(**FOUND | {"mean": "np.nansum(iou * rows) / rows.sum()"})),
    Mistake("sum for mean", 8, "wrong-mean", MEASURES.format(**FOUND | {"mean": "np.nansum(iou)"})),
    Mistake("nan in the mean", 8, "class-that-is-not-there", MEASURES.format(**FOUND | {"mean": "iou.mean()"})),
    Mistake("zero for a class that is not there", 8, "class-that-is-not-there",
            MEASURES.format(**FOUND | {"iou": "shared / np.maximum(union, 1)", "mean": "iou.mean()"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "first pixel of each block, enlarged before a convolution, dense layers on maps, loops",
        {
            1: "return masks[:, ::step, ::step]",
            2: """
            large = keras.layers.Conv2D(filters, 3, padding="same")(keras.layers.UpSampling2D()(maps))
            large = keras.activations.relu(keras.layers.BatchNormalization()(large))
            return keras.ops.concatenate([skip, large], axis=-1)
            """,
            3: """
            dense = keras.Sequential([keras.layers.Dense(hidden, activation="relu"), keras.layers.Dense(CLASSES)])
            return dense(maps)
            """,
            5: """
            pairs = [(x[row], y[row]) if tf.random.uniform(()) < 0.5 else (x[row][:, ::-1], y[row][:, ::-1])
                     for row in range(len(x))] if tf.executing_eagerly() else None
            if pairs:
                return tf.stack([pair[0] for pair in pairs]), tf.stack([pair[1] for pair in pairs])
            coin = tf.cast(tf.random.uniform((tf.shape(x)[0], 1, 1)) < 0.5, x.dtype)
            return x * (1 - coin[..., None]) + x[:, :, ::-1] * coin[..., None], y * (1 - coin) + y[:, :, ::-1] * coin
            """,
            7: """
            counts = np.zeros((CLASSES, CLASSES), int)
            np.add.at(counts, (true.ravel(), predicted.ravel()), 1)
            return counts
            """,
        },
    ),
    Right(
        "nearest by TensorFlow, its own loss object and metric, an own loop over classes",
        {
            1: """
            size = (masks.shape[1] // step, masks.shape[2] // step)
            return tf.image.resize(masks[..., None], size, method="nearest").numpy()[..., 0]
            """,
            4: """
            metric = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="pixels")
            model.compile(keras.optimizers.Adam(rate), loss, metrics=[metric])
            """,
            6: """
            batches = data.train.batches(preset.batch_size, shuffle=True).map(flip)
            return model.fit(batches, validation_data=(data.validation.x, data.validation.y), epochs=preset.epochs,
                             callbacks=callbacks)
            """,
            8: """
            found = []
            for kind in range(CLASSES):
                either = counts[kind].sum() + counts[:, kind].sum() - counts[kind, kind]
                found.append(counts[kind, kind] / either if either else float("nan"))
            return {"iou": np.array(found), "mean_iou": np.mean([one for one in found if one == one]),
                    "pixel_accuracy": np.trace(counts) / np.sum(counts)}
            """,
        },
    ),
]
