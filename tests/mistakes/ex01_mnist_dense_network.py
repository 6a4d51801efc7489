"""Planted mistakes of exercise 1, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def network(*layers: str) -> str:
    """A Sequential model of these layers of keras.layers, after the input."""
    return f"return keras.Sequential([keras.Input((28, 28)), {', '.join(f'keras.layers.{layer}' for layer in layers)}])"


HIDDEN, DROPOUT, LAST = 'Dense(units, activation="relu")', "Dropout(dropout)", 'Dense(CLASSES, activation="softmax")'
FIT = "data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs"
VALIDATION = "validation_data=(data.validation.x, data.validation.y)"

MISTAKES = [
    Mistake("pixels left as bytes", 1, "integer-pixels", "return x, y"),
    Mistake("divided twice", 1, "pixels-changed", "return x / 255 / 255, y"),
    Mistake("labels one-hot", 1, "labels-changed", "return x / 255, keras.utils.to_categorical(y, 10)"),
    Mistake("counts without labels", 2, "not-a-dict", "return np.unique(y, return_counts=True)[1]"),
    Mistake(
        "all ten labels counted", 2, "wrong-labels", "return dict(enumerate(np.bincount(y, minlength=10).tolist()))"
    ),
    Mistake(
        "in order of appearance", 2, "wrong-labels", "import collections\nreturn dict(collections.Counter(y.tolist()))"
    ),
    Mistake(
        "shares in place of counts",
        2,
        "wrong-counts",
        "labels, counts = np.unique(y, return_counts=True)\nreturn dict(zip(labels.tolist(), (counts / len(y)).tolist()))",
    ),
    Mistake("dropout left out", 3, "dropout-missing", network("Flatten()", HIDDEN, LAST)),
    Mistake("dropout after the last layer", 3, "dropout-misplaced", network("Flatten()", HIDDEN, LAST, DROPOUT)),
    Mistake(
        "share kept in place of dropped", 3, "wrong-dropout", network("Flatten()", HIDDEN, "Dropout(1 - dropout)", LAST)
    ),
    Mistake("no activation", 3, "activation-missing", network("Flatten()", "Dense(units)", DROPOUT, LAST)),
    Mistake(
        "units written as a number",
        3,
        "units-ignored",
        network("Flatten()", 'Dense(128, activation="relu")', DROPOUT, LAST),
    ),
    Mistake("logits", 3, "softmax-missing", network("Flatten()", HIDDEN, DROPOUT, "Dense(CLASSES)")),
    Mistake("Flatten forgotten", 3, "wrong-output-shape", network(HIDDEN, DROPOUT, LAST)),
    Mistake(
        "loss for one-hot rows",
        4,
        "loss-label-mismatch",
        'model.compile(optimizer=keras.optimizers.Adam(rate), loss="categorical_crossentropy", metrics=["accuracy"])',
    ),
    Mistake(
        "binary loss",
        4,
        "wrong-loss",
        'model.compile(optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])',
    ),
    Mistake(
        "learning rate ignored",
        4,
        "learning-rate-ignored",
        'model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])',
    ),
    Mistake("cosine not lifted", 5, "not-lifted", "return np.cos(np.pi * epoch / epochs)"),
    Mistake("whole period", 5, "wrong-schedule", "return 0.5 * (1 + np.cos(2 * np.pi * epoch / epochs))"),
    Mistake("one epoch late", 5, "wrong-start", "return 0.5 * (1 + np.cos(np.pi * (epoch + 1) / epochs))"),
    Mistake("straight line", 5, "wrong-schedule", "return 1 - epoch / epochs"),
    Mistake("schedule dropped", 6, "schedule-missing", f"return model.fit({FIT}, {VALIDATION}, callbacks=callbacks)"),
    Mistake(
        "run's callbacks dropped",
        6,
        "callbacks-not-handed-on",
        f"return model.fit({FIT}, {VALIDATION}, callbacks=[schedule])",
    ),
    Mistake(
        "test split as validation",
        6,
        "test-data-in-fit",
        f"return model.fit({FIT}, validation_data=(data.test.x, data.test.y), callbacks=[*callbacks, schedule])",
    ),
    Mistake(
        "validation cut from the training split again",
        6,
        "no-validation",
        f"return model.fit({FIT}, validation_split=0.1, callbacks=[*callbacks, schedule])",
    ),
    Mistake(
        "batch size left to Keras",
        6,
        "wrong-batch-size",
        f"return model.fit(data.train.x, data.train.y, epochs=preset.epochs, {VALIDATION}, callbacks=[*callbacks, schedule])",
    ),
    Mistake(
        "validation accuracy reported",
        7,
        "not-the-test-split",
        "return model.evaluate(data.validation.x, data.validation.y, verbose=0, return_dict=True)",
    ),
    Mistake("only the accuracy", 7, "not-a-dict", "return model.evaluate(data.test.x, data.test.y, verbose=0)[1]"),
    Mistake(
        "share of wrong answers",
        7,
        "wrong-value",
        """
        found = model.evaluate(data.test.x, data.test.y, verbose=0, return_dict=True)
        return {"loss": found["loss"], "accuracy": 1 - found["accuracy"]}
        """,
    ),
]

RIGHTS = [
    Right(
        "functional model with layers of its own for relu and softmax, counts by a loop",
        {
            2: "return {int(label): int((y == label).sum()) for label in sorted(set(y.tolist()))}",
            3: """
            pixels = keras.Input((28, 28))
            h = keras.layers.ReLU()(keras.layers.Dense(units)(keras.layers.Reshape((784,))(pixels)))
            return keras.Model(pixels, keras.layers.Softmax()(keras.layers.Dense(CLASSES)(keras.layers.Dropout(dropout)(h))))
            """,
            5: "import math\nreturn (math.cos(math.pi * epoch / epochs) + 1) / 2",
        },
    ),
    Right(
        "objects in place of names, tf.data in place of arrays",
        {
            1: "return np.asarray(x, dtype=np.float64) / 255.0, y",
            4: """
            model.compile(keras.optimizers.Adam(rate), loss=keras.losses.SparseCategoricalCrossentropy(),
                          metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")])
            """,
            5: "return np.cos(np.pi * epoch / epochs / 2) ** 2",
            6: """
            size = preset.batch_size
            return model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                             validation_data=data.validation.batches(size), callbacks=callbacks + [schedule])
            """,
            7: 'found = model.evaluate(data.test.batches(64), verbose=0)\nreturn {"loss": found[0], "accuracy": found[1]}',
        },
    ),
]
