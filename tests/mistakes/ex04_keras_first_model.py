"""Planted mistakes of exercise 4, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def network(hidden: str, last: str) -> str:
    """Two Dense layers with these arguments."""
    return f"return keras.Sequential([keras.Input((2,)), keras.layers.Dense({hidden}), keras.layers.Dense({last})])"


def optimizer(momentum: str, nesterov: str, rate: str = "rate") -> str:
    """The answer to blank 3 with these arguments for SGD."""
    return f"""
    if name == "adam":
        return keras.optimizers.Adam({rate})
    return keras.optimizers.SGD({rate}, momentum={momentum}, nesterov={nesterov})
    """


AFRESH = """
{start}
copy.compile(optimizer=optimizer, loss="mse", steps_per_execution=16)
return copy.fit({data}, batch_size={size}, epochs={epochs}, verbose=0,
                validation_data=(data.validation.x, data.validation.y)).history["val_loss"]
"""
USUAL = {
    "start": "copy.set_weights(start)",
    "data": "data.train.x, data.train.y",
    "size": "batch_size",
    "epochs": "epochs",
}

MISTAKES = [
    Mistake("hours left as they are", 1, "hours-not-scaled", "def scale(x, y):\n    return x, y / 100"),
    Mistake(
        "scores left as they are",
        1,
        "scores-not-scaled",
        "largest = data.train.x.max(axis=0)\n\ndef scale(x, y):\n    return x / largest, y",
    ),
    Mistake(
        "maximum inside each split",
        1,
        "scaled-inside-each-split",
        "def scale(x, y):\n    return x / x.max(axis=0), y / 100",
    ),
    Mistake(
        "one maximum for both columns",
        1,
        "wrong-scale",
        "largest = data.train.x.max()\n\ndef scale(x, y):\n    return x / largest, y / 100",
    ),
    Mistake(
        "maximum of the test rows",
        1,
        "wrong-scale",
        "largest = data.test.x.max(axis=0)\n\ndef scale(x, y):\n    return x / largest, y / 100",
    ),
    Mistake("linear output", 2, "output-not-sigmoid", network('units, activation="sigmoid"', "1")),
    Mistake(
        "relu hidden layer", 2, "hidden-not-sigmoid", network('units, activation="relu"', '1, activation="sigmoid"')
    ),
    Mistake(
        "units written as a number", 2, "units-ignored", network('3, activation="sigmoid"', '1, activation="sigmoid"')
    ),
    Mistake("two outputs", 2, "wrong-output-shape", network('units, activation="sigmoid"', '2, activation="sigmoid"')),
    Mistake("no momentum anywhere", 3, "wrong-momentum", optimizer("0.0", "False")),
    Mistake("nesterov for all", 3, "wrong-nesterov", optimizer("0.9 if name != 'sgd' else 0.0", "name != 'sgd'")),
    Mistake(
        "rate not handed on",
        3,
        "learning-rate-ignored",
        optimizer("0.0 if name == 'sgd' else 0.9", "name == 'nesterov'", "0.01"),
    ),
    Mistake("Adam for all", 3, "wrong-optimizer", "return keras.optimizers.Adam(rate)"),
    Mistake(
        "cross-entropy on a number",
        4,
        "wrong-loss",
        'model.compile(optimizer=optimizer_named(name, rate), loss="binary_crossentropy", metrics=["mae"])',
    ),
    Mistake(
        "absolute error as loss",
        4,
        "wrong-loss",
        'model.compile(optimizer=optimizer_named(name, rate), loss="mae", metrics=["mae"])',
    ),
    Mistake(
        "accuracy as metric",
        4,
        "mae-missing",
        'model.compile(optimizer=optimizer_named(name, rate), loss="mse", metrics=["accuracy"])',
    ),
    Mistake(
        "optimizer by its name alone",
        4,
        "optimizer-not-used",
        'model.compile(optimizer="sgd", loss="mse", metrics=["mae"])',
    ),
    Mistake("rounded down", 5, "rounded-down", "return examples // batch_size"),
    Mistake("one too many", 5, "wrong-count", "return examples // batch_size + 1"),
    Mistake("start not set, weights carried on", 6, "not-afresh", AFRESH.format(**USUAL | {"start": "copy = model"})),
    Mistake("batch size not handed on", 6, "not-afresh", AFRESH.format(**USUAL | {"size": "32"})),
    Mistake("one epoch", 6, "wrong-epochs", AFRESH.format(**USUAL | {"epochs": "1"})),
    Mistake(
        "test rows watched",
        7,
        "test-data-in-fit",
        """
        history = model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs,
                            validation_data=(data.test.x, data.test.y), callbacks=callbacks)
        """,
    ),
    Mistake(
        "callbacks dropped",
        7,
        "callbacks-not-handed-on",
        """
        history = model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs,
                            validation_data=(data.validation.x, data.validation.y))
        """,
    ),
    Mistake(
        "batch size left to Keras",
        7,
        "wrong-batch-size",
        """
        history = model.fit(data.train.x, data.train.y, epochs=preset.epochs,
                            validation_data=(data.validation.x, data.validation.y), callbacks=callbacks)
        """,
    ),
    Mistake(
        "loss under its own name",
        8,
        "metric-missing",
        "return model.evaluate(data.test.x, data.test.y, verbose=0, return_dict=True)",
    ),
    Mistake(
        "root taken",
        8,
        "wrong-value",
        'found = model.evaluate(data.test.x, data.test.y, verbose=0)\nreturn {"mse": found[0] ** 0.5, "mae": found[1]}',
    ),
    Mistake(
        "training error reported",
        8,
        "not-the-test-split",
        'found = model.evaluate(data.train.x, data.train.y, verbose=0)\nreturn {"mse": found[0], "mae": found[1]}',
    ),
]

RIGHTS = [
    Right(
        "functional model, objects in place of names",
        {
            1: """
            import numpy as np

            largest = np.max(np.abs(data.train.x), axis=0, keepdims=True)

            def scale(hours, score):
                return (hours / largest).astype("float32"), (score / 100).astype("float32")
            """,
            2: """
            hours = keras.Input((2,))
            hidden = keras.layers.Activation("sigmoid")(keras.layers.Dense(units)(hours))
            return keras.Model(hours, keras.layers.Dense(1, activation=keras.activations.sigmoid)(hidden))
            """,
            3: """
            return {
                "sgd": lambda: keras.optimizers.SGD(rate),
                "momentum": lambda: keras.optimizers.SGD(rate, momentum=0.9),
                "nesterov": lambda: keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
                "adam": lambda: keras.optimizers.Adam(rate),
            }[name]()
            """,
            4: """
            model.compile(optimizer_named(name, rate), loss=keras.losses.MeanSquaredError(),
                          metrics=[keras.metrics.MeanAbsoluteError(name="mae")])
            """,
            5: "return -(-examples // batch_size)",
        },
    ),
    Right(
        "tf.data in place of arrays, errors by hand",
        {
            6: """
            for variable, value in zip(copy.weights, start):
                variable.assign(value)
            copy.compile(optimizer, "mse")
            history = copy.fit(data.train.batches(batch_size, shuffle=True), epochs=epochs, verbose=0, shuffle=False,
                               validation_data=data.validation.batches(batch_size))
            return [float(value) for value in history.history["val_loss"]]
            """,
            7: """
            size = preset.batch_size
            history = model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=data.validation.batches(size), callbacks=callbacks)
            """,
            8: """
            error = model.predict(data.test.x, verbose=0)[:, 0] - data.test.y
            return {"mse": (error**2).mean(), "mae": abs(error).mean()}
            """,
        },
    ),
]
