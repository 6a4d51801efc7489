"""Planted mistakes of exercise 5, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

NETWORK = "return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), {last}])"
COMPILE = 'model.compile(optimizer={optimizer}, loss="sparse_categorical_crossentropy", metrics=[{metric}])'
HELD = "(data.validation.x, data.validation.y)"
FIT = """
{before}
return model.fit({x}, {y}, batch_size=preset.batch_size, epochs=preset.epochs, validation_data={held}, {more})
"""

MISTAKES = [
    Mistake("pixels left as bytes", 1, "integer-pixels", "return x, y"),
    Mistake("floats, but not divided", 1, "not-scaled", 'return x.astype("float32"), y'),
    Mistake("integer division", 1, "integer-pixels", "return x // 255, y"),
    Mistake("divided twice", 1, "pixels-changed", "return x / 255 / 255, y"),
    Mistake("labels scaled too", 1, "labels-changed", "return x / 255, y / 255"),
    Mistake("one-hot labels", 1, "labels-changed", "return x / 255, keras.utils.to_categorical(y, 10)"),
    Mistake(
        "no return",
        2,
        "return-missing",
        'model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])',
    ),
    Mistake(
        "logits in place of probabilities",
        2,
        "softmax-missing",
        "return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])",
    ),
    Mistake(
        "sigmoid",
        2,
        "sigmoid-for-softmax",
        'return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="sigmoid")])',
    ),
    Mistake(
        "Flatten forgotten",
        2,
        "wrong-output-shape",
        'return keras.Sequential([keras.Input((28, 28)), keras.layers.Dense(10, activation="softmax")])',
    ),
    Mistake(
        "a hidden layer",
        2,
        "parameter-count",
        """
        return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(32, activation="relu"),
                                 keras.layers.Dense(10, activation="softmax")])
        """,
    ),
    Mistake(
        "loss for one-hot rows",
        3,
        "loss-label-mismatch",
        'model.compile(optimizer=keras.optimizers.Adam(rate), loss="categorical_crossentropy", metrics=["accuracy"])',
    ),
    Mistake(
        "softmax taken twice",
        3,
        "from-logits-with-softmax",
        """
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
        """,
    ),
    Mistake(
        "squared error",
        3,
        "wrong-loss",
        'model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse", metrics=["accuracy"])',
    ),
    Mistake(
        "metrics given by position",
        3,
        "metrics-in-loss-weights",
        'model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", ["accuracy"])',
    ),
    Mistake(
        "learning rate ignored",
        3,
        "learning-rate-ignored",
        'model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])',
    ),
    Mistake(
        "plain gradient descent",
        3,
        "wrong-optimizer",
        'model.compile(optimizer=keras.optimizers.SGD(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])',
    ),
    Mistake(
        "no metric",
        3,
        "metric-missing",
        'model.compile(optimizer=keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy")',
    ),
    Mistake("never compiled", 3, "not-compiled", "pass"),
    Mistake(
        "test split as validation",
        4,
        "test-data-in-fit",
        """
        return model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs,
                         validation_data=(data.test.x, data.test.y), callbacks=[*callbacks, falling])
        """,
    ),
    Mistake(
        "no validation",
        4,
        "no-validation",
        "return model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs, callbacks=[*callbacks, falling])",
    ),
    Mistake(
        "history not returned",
        4,
        "return-missing",
        """
        model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs,
                  validation_data=(data.validation.x, data.validation.y), callbacks=[*callbacks, falling])
        """,
    ),
    Mistake(
        "one epoch",
        4,
        "wrong-epochs",
        """
        return model.fit(data.train.x, data.train.y, batch_size=preset.batch_size,
                         validation_data=(data.validation.x, data.validation.y), callbacks=[*callbacks, falling])
        """,
    ),
    Mistake(
        "callbacks dropped",
        4,
        "callbacks-not-handed-on",
        """
        return model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs,
                         validation_data=(data.validation.x, data.validation.y))
        """,
    ),
    Mistake("a list in place of a dict", 5, "not-a-dict", "return model.evaluate(data.test.x, data.test.y, verbose=0)"),
    Mistake(
        "training accuracy reported",
        5,
        "not-the-test-split",
        "return model.evaluate(data.train.x, data.train.y, verbose=0, return_dict=True)",
    ),
    Mistake(
        "reshaped without transposing",
        6,
        "not-transposed",
        "return model.layers[-1].get_weights()[0].reshape(CLASSES, 28, 28)",
    ),
    Mistake(
        "pictures in the last axis",
        6,
        "wrong-shape",
        "return model.layers[-1].get_weights()[0].reshape(28, 28, CLASSES)",
    ),
    Mistake(
        "relu in front of softmax",
        2,
        "other-outputs",
        NETWORK.format(last='keras.layers.Dense(10, activation="relu"), keras.layers.Softmax()'),
        "relu in front of softmax sets all negative scores to 0: their classes can no longer be told apart.",
    ),
    Mistake(
        "softmax twice",
        2,
        "other-outputs",
        NETWORK.format(last='keras.layers.Dense(10, activation="softmax"), keras.layers.Softmax()'),
        "Softmax is applied twice: the second one makes all ten probabilities nearly equal.",
    ),
    Mistake(
        "dropout behind the output",
        2,
        "other-in-training",
        NETWORK.format(last='keras.layers.Dense(10, activation="softmax"), keras.layers.Dropout(0.2)'),
        "Dropout behind the last layer sets probabilities to 0 at random.",
    ),
    Mistake(
        "a regularizer that was not asked for",
        2,
        "other-regularization",
        NETWORK.format(last='keras.layers.Dense(10, activation="softmax", kernel_regularizer="l2")'),
        "The kernel_regularizer adds a penalty to the loss that the task does not ask for.",
    ),
    Mistake(
        "softmax over the images",
        2,
        "other-outputs",
        NETWORK.format(last="keras.layers.Dense(10), keras.layers.Softmax(axis=0)"),
        "The softmax runs over the images of the batch (axis 0); it belongs over the ten classes (axis -1).",
    ),
    Mistake(
        "no bias",
        2,
        "parameter-count",
        NETWORK.format(last='keras.layers.Dense(10, activation="softmax", use_bias=False)'),
    ),
    Mistake(
        "accuracy for labels, not probabilities",
        3,
        "wrong-metric",
        COMPILE.format(optimizer="keras.optimizers.Adam(rate)", metric="keras.metrics.Accuracy()"),
        'keras.metrics.Accuracy compares numbers for equality: use "accuracy", which takes the class of the highest probability.',
    ),
    Mistake(
        "top five counted as right",
        3,
        "metric-missing",
        COMPILE.format(
            optimizer="keras.optimizers.Adam(rate)",
            metric="keras.metrics.SparseTopKCategoricalAccuracy(5, name='hits')",
        ),
    ),
    Mistake(
        "ten times the learning rate",
        3,
        "learning-rate-ignored",
        COMPILE.format(optimizer="keras.optimizers.Adam(10 * rate)", metric="'accuracy'"),
    ),
    Mistake(
        "another momentum",
        3,
        "other-setting",
        COMPILE.format(optimizer="keras.optimizers.Adam(rate, beta_1=0.5)", metric="'accuracy'"),
    ),
    Mistake(
        "inputs shuffled without their labels",
        4,
        "pairs-torn",
        FIT.format(
            before="import numpy as np\norder = np.random.default_rng(0).permutation(len(data.train.x))",
            x="data.train.x[order]",
            y="data.train.y",
            held=HELD,
            more="callbacks=[*callbacks, falling]",
        ),
    ),
    Mistake(
        "pixels divided once more",
        4,
        "other-values",
        FIT.format(
            before="", x="data.train.x / 255", y="data.train.y", held=HELD, more="callbacks=[*callbacks, falling]"
        ),
        "The pixels are divided by 255 a second time: load has scaled them already.",
    ),
    Mistake(
        "training rows watched",
        4,
        "wrong-validation",
        FIT.format(
            before="",
            x="data.train.x",
            y="data.train.y",
            held="(data.train.x, data.train.y)",
            more="callbacks=[*callbacks, falling]",
        ),
    ),
    Mistake(
        "trained on validation rows too",
        4,
        "wrong-split",
        FIT.format(
            before="import numpy as np\nx, y = np.concatenate([data.train.x, data.validation.x]), np.concatenate([data.train.y, data.validation.y])",
            x="x",
            y="y",
            held=HELD,
            more="callbacks=[*callbacks, falling]",
        ),
    ),
    Mistake(
        "half of the rows",
        4,
        "other-rows",
        FIT.format(
            before="", x="data.train.x[::2]", y="data.train.y[::2]", held=HELD, more="callbacks=[*callbacks, falling]"
        ),
    ),
    Mistake(
        "validation labels torn off",
        4,
        "wrong-validation",
        FIT.format(
            before="",
            x="data.train.x",
            y="data.train.y",
            held="(data.validation.x, data.validation.y[::-1])",
            more="callbacks=[*callbacks, falling]",
        ),
    ),
    Mistake(
        "the rate does not fall",
        4,
        "callback-missing",
        FIT.format(before="", x="data.train.x", y="data.train.y", held=HELD, more="callbacks=callbacks"),
    ),
    Mistake(
        "classes weighted",
        4,
        "other-weights",
        FIT.format(
            before="",
            x="data.train.x",
            y="data.train.y",
            held=HELD,
            more="callbacks=[*callbacks, falling], class_weight={{0: 2.0}}".replace("{{", "{").replace("}}", "}"),
        ),
    ),
    Mistake(
        "a stream without end",
        4,
        "endless-stream",
        "return model.fit(data.train.batches(preset.batch_size).repeat(), epochs=preset.epochs, validation_data=(data.validation.x, data.validation.y), callbacks=[*callbacks, falling])",
    ),
]

RIGHTS = [
    Right(
        "functional model, softmax as a layer of its own",
        {
            2: """
            pixels = keras.Input((28, 28))
            scores = keras.layers.Dense(CLASSES)(keras.layers.Reshape((784,))(pixels))
            return keras.Model(pixels, keras.layers.Softmax()(scores))
            """,
            6: """
            kernel = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense)).kernel
            return keras.ops.convert_to_numpy(keras.ops.transpose(kernel)).reshape(-1, 28, 28)
            """,
        },
    ),
    Right(
        "loss and metric as objects, data through tf.data, accuracy by hand",
        {
            1: "return x.astype(float) * (1 / 255), y",
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(),
                          metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
            """,
            4: """
            size = preset.batch_size
            return model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                             validation_data=data.validation.batches(size), callbacks=[*callbacks, falling])
            """,
            5: """
            p = model.predict(data.test.x, verbose=0)
            right = p.argmax(axis=1) == data.test.y
            loss = keras.losses.SparseCategoricalCrossentropy()(data.test.y, p)
            return {"accuracy": right.mean(), "loss": float(loss)}
            """,
        },
    ),
    Right(
        "a model of its own class, keras.ops, a metric that Keras names",
        {
            2: """
            class Softmax(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.scores = keras.layers.Dense(CLASSES)

                def call(self, pixels):
                    return keras.ops.softmax(self.scores(keras.ops.reshape(pixels, (-1, 784))))
            return Softmax()
            """,
            3: """
            model.compile(optimizer=keras.optimizers.Adam(learning_rate=rate),
                          loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["acc"])
            """,
            6: """
            import numpy as np
            kernel = model.weights[0]
            return np.stack([np.asarray(kernel[:, k]).reshape(28, 28) for k in range(CLASSES)])
            """,
        },
    ),
]
