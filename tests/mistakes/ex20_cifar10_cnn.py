"""Planted mistakes of exercise 20, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

FEATURES = """
features = [
    keras.layers.Conv2D({first}, {window}, activation={relu}{more}),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D({second}, {window}, activation="relu"),
    keras.layers.MaxPooling2D(),
    keras.layers.Conv2D({second}, {window}, activation="relu", name={name}),{last}
]
"""
NETWORK = {"first": "filters", "second": "2 * filters", "window": "3", "relu": '"relu"', "more": "", "name": '"last_convolution"',
           "last": ""}  # fmt: skip
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": '"sparse_categorical_crossentropy"',
    "metric": '"accuracy"',
}
FIT = """
return model.fit({x}, {y}, batch_size={size}, epochs={epochs}, validation_data={validation}, callbacks={callbacks})
"""
GOOD = {
    "x": "data.train.x",
    "y": "data.train.y",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "validation": "(data.validation.x, data.validation.y)",
    "callbacks": "callbacks",
}
HEAT = """
weights = {weights}
hot = {hot}
top = {top}
return hot / {divisor}
"""
CAM = {
    "weights": "gradients.mean(axis=(1, 2), keepdims=True)",
    "hot": "np.maximum((maps * weights).sum(axis=-1), 0)",
    "top": "hot.max(axis=(1, 2), keepdims=True)",
    "divisor": "np.where(top == 0, 1, top)",
}
PICTURES = """
pictures = {moved}
low, high = pictures.min({axes}), pictures.max({axes})
return {result}
"""
SHOWN = {
    "moved": "np.moveaxis(kernel, -1, 0)",
    "axes": "axis=(1, 2, 3), keepdims=True",
    "result": "(pictures - low) / (high - low)",
}
RECALL = "return np.array([{share} for k in range(CLASSES)])"

MISTAKES = [
    Mistake("bytes left", 1, "integer-pixels", "return x, y"),
    Mistake("rounded down", 1, "integer-pixels", "return x // 255, y"),
    Mistake("floats not scaled", 1, "not-scaled", 'return x.astype("float32"), y'),
    Mistake("labels scaled too", 1, "labels-changed", "return x / 255, y / 255"),
    Mistake("pooling behind the third", 2, "wrong-pooling", FEATURES.format(**NETWORK | {"last": "\n    keras.layers.MaxPooling2D(),"})),
    Mistake("average pooling", 2, "wrong-pooling", FEATURES.format(**NETWORK).replace("MaxPooling2D()", "AveragePooling2D(2)")),
    Mistake("as many filters in all", 2, "wrong-filters", FEATURES.format(**NETWORK | {"second": "filters"})),
    Mistake("filters written down", 2, "hyperparameter-ignored", FEATURES.format(**NETWORK | {"first": "32", "second": "64"})),
    Mistake("window of five", 2, "wrong-window", FEATURES.format(**NETWORK | {"window": "5"})),
    Mistake("padded", 2, "wrong-parameters", FEATURES.format(**NETWORK | {"more": ', padding="same"'})),
    Mistake("stride for pooling", 2, "wrong-pooling", """
            features = [
                keras.layers.Conv2D(filters, 3, strides=2, activation="relu"),
                keras.layers.Conv2D(2 * filters, 3, strides=2, activation="relu"),
                keras.layers.Conv2D(2 * filters, 3, activation="relu", name="last_convolution"),
            ]
            """),
    Mistake("two convolutions", 2, "wrong-layers", """
            features = [
                keras.layers.Conv2D(filters, 3, activation="relu"),
                keras.layers.MaxPooling2D(),
                keras.layers.Conv2D(2 * filters, 3, activation="relu", name="last_convolution"),
            ]
            """),
    Mistake("no relu", 2, "relu-missing", FEATURES.format(**NETWORK | {"relu": "None"})),
    Mistake("another name", 2, "name-missing", FEATURES.format(**NETWORK | {"name": '"last"'})),
    Mistake("one-hot loss", 3, "loss-label-mismatch", COMPILE.format(**USUAL | {"loss": '"categorical_crossentropy"'})),
    Mistake("from logits behind a softmax", 3, "from-logits-with-softmax",
            COMPILE.format(**USUAL | {"loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"})),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("no accuracy", 3, "metric-missing", COMPILE.format(**USUAL | {"metric": '"sparse_top_k_categorical_accuracy"'})),
    Mistake("test pictures watched", 4, "test-data-in-fit", FIT.format(**GOOD | {"validation": "(data.test.x, data.test.y)"})),
    Mistake("trained on the validation pictures", 4, "wrong-split",
            FIT.format(**GOOD | {"x": "data.validation.x", "y": "data.validation.y"})),
    Mistake("batch size left to Keras", 4, "wrong-batch-size", FIT.format(**GOOD | {"size": "None"})),
    Mistake("one epoch", 4, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("callbacks dropped", 4, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": "None"})),
    Mistake("precision", 5, "precision-for-recall", RECALL.format(share="(answers == labels)[answers == k].mean()")),
    Mistake("counts", 5, "count-for-share", RECALL.format(share="(answers == labels)[labels == k].sum()")),
    Mistake("share of all pictures", 5, "wrong-recall", RECALL.format(share="((answers == labels) & (labels == k)).mean()")),
    Mistake("accuracy alone", 5, "wrong-shape", "return (answers == labels).mean()"),
    Mistake("the last layer", 6, "wrong-layer", "return model.predict(x, verbose=0)"),
    Mistake("the layer alone", 6, "input-shape", "return np.asarray(model.get_layer(name)(x))"),
    Mistake("one picture only", 6, "wrong-layer", """
            return keras.Model(model.inputs[0], model.get_layer(name).output).predict(x[:1], verbose=0)
            """),
    Mistake("turned to zero and one", 6, "wrong-outputs", """
            found = keras.Model(model.inputs[0], model.get_layer(name).output).predict(x, verbose=0)
            return (found > 0).astype("float32")
            """),
    Mistake("no relu on the heat", 7, "relu-missing", HEAT.format(**CAM | {"hot": "(maps * weights).sum(axis=-1)",
            "top": "np.abs(hot).max(axis=(1, 2), keepdims=True)"})),
    Mistake("slopes not averaged", 7, "slopes-not-averaged", HEAT.format(**CAM | {"weights": "gradients"})),
    Mistake("slopes left out", 7, "slopes-ignored", HEAT.format(**CAM | {"weights": "1.0"})),
    Mistake("not divided", 7, "not-scaled", HEAT.format(**CAM | {"divisor": "1"})),
    Mistake("one scale for all", 7, "scaled-together", HEAT.format(**CAM | {"top": "hot.max()"})),
    Mistake("0 by 0", 7, "zero-divided", HEAT.format(**CAM | {"divisor": "top"})),
    Mistake("channels kept", 7, "wrong-shape", HEAT.format(**CAM | {"hot": "np.maximum(maps * weights, 0)",
            "top": "hot.max(axis=(1, 2), keepdims=True)"})),
    Mistake("channel of the highest slope alone", 7, "wrong-heat",
            HEAT.format(**CAM | {"hot": "np.maximum((maps * weights).max(axis=-1), 0)"})),
    Mistake("reshaped", 8, "reshaped-for-moved", PICTURES.format(**SHOWN | {"moved": "kernel.reshape(-1, *kernel.shape[:3])"})),
    Mistake("filters last", 8, "wrong-shape", PICTURES.format(**SHOWN | {"moved": "kernel", "axes": "axis=(0, 1, 2), keepdims=True"})),
    Mistake("not scaled", 8, "not-scaled", PICTURES.format(**SHOWN | {"result": "pictures"})),
    Mistake("one scale for all filters", 8, "scaled-together", PICTURES.format(**SHOWN | {"axes": ""})),
    Mistake("rows and columns swapped", 8, "wrong-pictures", PICTURES.format(**SHOWN | {"moved": "kernel.transpose(3, 1, 0, 2)"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "objects, activation layers, loops",
        {
            1: "return np.float32(x) * np.float32(1 / 255), y",
            2: """
            features = []
            for number, many in enumerate((filters, 2 * filters, 2 * filters)):
                name = "last_convolution" if number == 2 else f"convolution_{number}"
                features.append(keras.layers.Conv2D(many, kernel_size=(3, 3), activation="relu", name=name))
                if number < 2:
                    features.append(keras.layers.MaxPooling2D(pool_size=(2, 2), strides=2))
            """,
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(),
                          metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
            """,
            5: """
            shares = np.zeros(CLASSES)
            for k in range(CLASSES):
                own = labels == k
                shares[k] = np.sum(answers[own] == k) / np.sum(own)
            return shares
            """,
            7: """
            weights = np.einsum("nhwc->nc", gradients) / (gradients.shape[1] * gradients.shape[2])
            total = np.einsum("nhwc,nc->nhw", maps, weights).clip(min=0)
            for picture in total:
                if picture.max() > 0:
                    picture /= picture.max()
            return total
            """,
        },
    ),
    Right(
        "relu as a layer, tf.data, part by part",
        {
            2: """
            features = [
                keras.layers.Conv2D(filters, 3),
                keras.layers.ReLU(),
                keras.layers.MaxPooling2D(),
                keras.layers.Conv2D(2 * filters, 3),
                keras.layers.Activation("relu"),
                keras.layers.MaxPooling2D(),
                keras.layers.Conv2D(2 * filters, 3, activation="relu", name="last_convolution"),
            ]
            """,
            4: """
            batches = tf.data.Dataset.from_tensor_slices((data.train.x, data.train.y)).shuffle(60_000).batch(preset.batch_size)
            held = tf.data.Dataset.from_tensor_slices((data.validation.x, data.validation.y)).batch(preset.batch_size)
            return model.fit(batches, epochs=preset.epochs, validation_data=held, callbacks=callbacks)
            """,
            6: """
            outputs = x
            for layer in model.layers:
                outputs = layer(outputs)
                if layer.name == name:
                    return keras.ops.convert_to_numpy(outputs)
            """,
            8: """
            pictures = kernel.transpose(3, 0, 1, 2).copy()
            for picture in pictures:
                picture -= picture.min()
                picture /= picture.max()
            return pictures
            """,
        },
    ),
]
