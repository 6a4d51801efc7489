"""Planted mistakes of exercise 25, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def scaled(limits: str, y: str = "y", formula: str = "(x - low) / (high - low)") -> str:
    """The answer to blank 1 with these parts."""
    return f"{limits}\n\ndef scale(x, y):\n    return {formula}, {y}"


def network(sizes: str = "SIZES", hidden: str = "relu", units: str = "SAMPLES", last: str = "sigmoid") -> str:
    """The answer to blank 2 with these parts."""
    return f"""
    hidden = [keras.layers.Dense(units, activation="{hidden}") for units in {sizes}]
    return keras.Sequential([keras.Input(shape=(SAMPLES,)), *hidden, keras.layers.Dense({units}, activation="{last}")])
    """


def compiled(optimizer: str = "keras.optimizers.Adam(rate)", loss: str = "mae") -> str:
    """The answer to blank 3 with these parts."""
    return f'model.compile(optimizer={optimizer}, loss="{loss}")'


def fit(
    pair="x_train, x_train",
    watched="(x_validation, x_validation)",
    size="batch_size=preset.batch_size, ",
    back="return ",
) -> str:
    """The answer to blank 5 with these parts."""
    return f"""
    {back}model.fit({pair}, {size}epochs=preset.epochs, validation_data={watched}, callbacks=[*callbacks, falling])
    """


def judged(accuracy="normal == called", above="normal & called", precision="called", recall="normal") -> str:
    """The answer to blank 7 with these parts."""
    return f"""
    accuracy = np.mean({accuracy})
    precision = np.sum({above}) / np.sum({precision})
    recall = np.sum({above}) / np.sum({recall})
    """


LIMITS = "low, high = data.train.x.min(), data.train.x.max()"

MISTAKES = [
    Mistake("beats left as they are", 1, "not-scaled", scaled(LIMITS, formula="x")),
    Mistake("the sign of low lost", 1, "not-scaled", scaled(LIMITS, formula="x / (high - low) - 3")),
    Mistake(
        "limits inside each split",
        1,
        "scaled-inside-each-split",
        scaled("", formula="(x - x.min()) / (x.max() - x.min())"),
    ),
    Mistake(
        "limits of each sample",
        1,
        "each-sample-by-itself",
        scaled("low, high = data.train.x.min(axis=0), data.train.x.max(axis=0)"),
    ),
    Mistake(
        "limits of the test beats too",
        1,
        "wrong-scale",
        scaled("both = np.concatenate([data.train.x, data.test.x * 1.01])\nlow, high = both.min(), both.max()"),
    ),
    Mistake("labels turned around", 1, "labels-changed", scaled(LIMITS, "1 - y")),
    Mistake("one number comes out", 2, "wrong-output-shape", network(units="1")),
    Mistake("no narrow place", 2, "parameter-count", network("(32, 16, 16, 32)")),
    Mistake("linear output", 2, "output-not-sigmoid", network(last="linear")),
    Mistake("relu output", 2, "output-not-sigmoid", network(last="relu")),
    Mistake("hidden layers that do not bend", 2, "hidden-not-relu", network(hidden="linear")),
    Mistake("squared error", 3, "wrong-loss", compiled(loss="mse")),
    Mistake("cross-entropy", 3, "wrong-loss", compiled(loss="binary_crossentropy")),
    Mistake("learning rate ignored", 3, "learning-rate-ignored", compiled('"adam"')),
    Mistake("plain gradient descent", 3, "wrong-optimizer", compiled("keras.optimizers.SGD(rate)")),
    Mistake("the anomalous ones", 4, "anomalous-ones", "return x[y != NORMAL]"),
    Mistake("all beats", 4, "wrong-rows", "return x"),
    Mistake("as many as there are normal ones", 4, "wrong-rows", "return x[: (y == NORMAL).sum()]"),
    Mistake("all beats in training", 5, "anomalies-in-fit", fit("data.train.x, data.train.x")),
    Mistake("zeros as targets", 5, "other-targets", fit("x_train, 3 + 0 * x_train")),
    Mistake("other validation targets", 5, "wrong-validation", fit(watched="(x_validation, 3 - x_validation)")),
    Mistake("test beats watched", 5, "test-data-in-fit", fit(watched="(data.test.x, data.test.x)")),
    Mistake("batch size left to Keras", 5, "wrong-batch-size", fit(size="")),
    Mistake("history not returned", 5, "return-missing", fit(back="")),
    Mistake("one error for all", 6, "one-number", "return np.abs(beats - returned).mean()"),
    Mistake("errors of the samples", 6, "wrong-shape", "return np.abs(beats - returned).mean(axis=0)"),
    Mistake("squared errors", 6, "squared-error", "return ((beats - returned) ** 2).mean(axis=1)"),
    Mistake("signs cancel", 6, "signs-cancel", "return np.abs((beats - returned).mean(axis=1))"),
    Mistake("largest error", 6, "wrong-error", "return np.abs(beats - returned).max(axis=1)"),
    Mistake(
        "precision and recall swapped", 7, "precision-and-recall-swapped", judged(precision="normal", recall="called")
    ),
    Mistake(
        "anomalies as positive class",
        7,
        "other-class",
        judged(above="~normal & ~called", precision="~called", recall="~normal"),
    ),
    Mistake("right ones among the normal ones alone", 7, "wrong-accuracy", judged(accuracy="normal & called")),
    Mistake("or in place of and", 7, "wrong-share", judged(above="normal | called")),
    Mistake(
        "threshold of the test errors",
        8,
        "test-in-the-threshold",
        "threshold = asked.mean() + DEVIATIONS * asked.std()\ncalled = asked < threshold",
    ),
    Mistake("mean alone", 8, "deviation-missing", "threshold = known.mean()\ncalled = asked < threshold"),
    Mistake("largest training error", 8, "wrong-threshold", "threshold = known.max()\ncalled = asked < threshold"),
    Mistake(
        "large errors called normal",
        8,
        "turned-around",
        "threshold = known.mean() + DEVIATIONS * known.std()\ncalled = asked > threshold",
    ),
]

RIGHTS = [
    Right(
        "functional model, shares by sklearn",
        {
            1: """
            low = np.min(data.train.x)
            width = np.ptp(data.train.x)

            def scale(beats, labels):
                return ((beats - low) / width).astype("float32"), labels
            """,
            2: """
            beat = x = keras.Input((140,))
            for units in (32, 16, 8, 16, 32):
                x = keras.layers.ReLU()(keras.layers.Dense(units)(x))
            return keras.Model(beat, keras.layers.Activation("sigmoid")(keras.layers.Dense(140)(x)))
            """,
            3: "model.compile(keras.optimizers.Adam(rate), keras.losses.MeanAbsoluteError(), metrics=['mse'])",
            7: """
            from sklearn.metrics import accuracy_score, precision_score, recall_score

            accuracy = accuracy_score(normal, called)
            precision, recall = precision_score(normal, called), recall_score(normal, called)
            """,
        },
    ),
    Right(
        "other NumPy calls, deviation of a sample",
        {
            4: "return np.stack([beat for beat, label in zip(x, y) if label == NORMAL])",
            5: """
            return model.fit(x=x_train, y=x_train.copy(), epochs=preset.epochs, batch_size=preset.batch_size, shuffle=True,
                             callbacks=[*callbacks, falling], validation_data=(x_validation, x_validation))
            """,
            6: "return np.mean(np.abs(returned - beats), axis=-1)",
            8: """
            threshold = np.mean(known) + DEVIATIONS * np.std(known, ddof=1)
            called = ~(asked >= threshold)
            """,
        },
    ),
]
