"""Planted mistakes of exercise 8, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def network(*layers: str) -> str:
    """Dense layers with these arguments behind the twelve columns."""
    dense = ", ".join(f"keras.layers.Dense({layer})" for layer in layers)
    return f"return keras.Sequential([keras.Input((data.train.x.shape[1],)), {dense}])"


HIDDEN = 'units, activation="relu"'
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {"optimizer": "keras.optimizers.Adam(rate)", "loss": '"mse"', "metric": '"mae"'}
AFRESH = """
{copy}
copy.compile(optimizer={optimizer}, loss="mse", metrics=["mae"], steps_per_execution=16)
return copy, copy.fit(*train, batch_size={size}, epochs={epochs}, validation_data={watched}, verbose=0).history
"""
FRESH = {
    "copy": "copy = keras.models.clone_model(model)\ncopy.set_weights(start)",
    "optimizer": "keras.optimizers.Adam(rate)",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "watched": "watched",
}
FIT = """
history = model.fit({x}, data.train.y, batch_size={size}, epochs=preset.epochs, validation_data={validation}{callbacks})
"""
GOOD = {
    "x": "x_train",
    "size": "preset.batch_size",
    "validation": "(x_validation, data.validation.y)",
    "callbacks": ", callbacks=callbacks",
}
EVALUATE = """
error = {error}
return {{"mae": {mae}, "mse": {mse}, "baseline_mae": {baseline}}}
"""
MEASURES = {
    "error": "model.predict(x_test, verbose=0)[:, 0] - data.test.y",
    "mae": "np.abs(error).mean()",
    "mse": "(error**2).mean()",
    "baseline": "np.abs(y.mean() - data.test.y).mean()",
}

MISTAKES = [
    Mistake("sigmoid for a price", 1, "output-bounded", network(HIDDEN, HIDDEN, '1, activation="sigmoid"')),
    Mistake("relu output", 1, "output-bounded", network(HIDDEN, HIDDEN, '1, activation="relu"')),
    Mistake("no activation at all", 1, "hidden-linear", network("units", "units", "1")),
    Mistake("tanh hidden layers", 1, "hidden-not-relu", network('units, activation="tanh"', 'units, activation="tanh"', "1")),
    Mistake("one hidden layer", 1, "parameter-count", network(HIDDEN, "1")),
    Mistake("units written as a number", 1, "units-ignored", network('64, activation="relu"', '64, activation="relu"', "1")),
    Mistake("as many outputs as columns", 1, "wrong-output-shape", network(HIDDEN, HIDDEN, "data.train.x.shape[1]")),
    Mistake("absolute error as loss", 2, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mae"'})),
    Mistake("cross-entropy for a price", 2, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"binary_crossentropy"'})),
    Mistake("accuracy of a price", 2, "mae-missing", COMPILE.format(**USUAL | {"metric": '"accuracy"'})),
    Mistake("rate not handed on", 2, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("SGD", 2, "wrong-optimizer", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.SGD(rate)"})),
    Mistake("not shuffled", 3, "not-shuffled",
            "order = np.arange(rows)\nreturn [(np.setdiff1d(order, part), part) for part in np.array_split(order, k)]"),
    Mistake("every fold trained on all rows", 3, "overlap",
            "order = np.random.default_rng(seed).permutation(rows)\nreturn [(order, part) for part in np.array_split(order, k)]"),
    Mistake("rows left over are lost", 3, "not-held-out-once", """
        order = np.random.default_rng(seed).permutation(rows)
        size = rows // k
        return [(np.setdiff1d(order, order[i * size:(i + 1) * size]), order[i * size:(i + 1) * size]) for i in range(k)]
        """),
    Mistake("a new random fifth each time", 3, "not-held-out-once", """
        rng = np.random.default_rng(seed)
        parts = [rng.permutation(rows)[: rows // k] for _ in range(k)]
        return [(np.setdiff1d(np.arange(rows), part), part) for part in parts]
        """),
    Mistake("pairs the other way round", 3, "not-held-out-once", """
        order = np.random.default_rng(seed).permutation(rows)
        return [(part, np.setdiff1d(order, part)) for part in np.array_split(order, k)]
        """),
    Mistake("seed left out", 3, "not-repeatable", """
        order = np.random.default_rng().permutation(rows)
        return [(np.setdiff1d(order, part), part) for part in np.array_split(order, k)]
        """),
    Mistake("seed written as 0", 3, "seed-ignored", """
        order = np.random.default_rng(0).permutation(rows)
        return [(np.setdiff1d(order, part), part) for part in np.array_split(order, k)]
        """),
    Mistake("groups of equal width", 4, "unequal-groups", "return np.digitize(y, np.linspace(y.min(), y.max(), 6)[1:-1])"),
    Mistake("five limits", 4, "wrong-number", "return np.digitize(y, np.quantile(y, [0, 0.2, 0.4, 0.6, 0.8, 1]))"),
    Mistake("dear first", 4, "wrong-group", "return 4 - np.digitize(y, np.quantile(y, [0.2, 0.4, 0.6, 0.8]))"),
    Mistake("rounded prices", 4, "wrong-number", "return np.round(y).astype(int)"),
    Mistake("fitted anew on each", 5, "scaled-each-by-itself", "return [StandardScaler().fit_transform(part) for part in (x, *others)]"),
    Mistake("fitted on all rows", 5, "scaled-by-all-rows",
            "scaler = StandardScaler().fit(np.concatenate([x, *others]))\nreturn [scaler.transform(part) for part in (x, *others)]"),
    Mistake("divided by the variance", 5, "wrong-scale", "return [(part - x.mean(axis=0)) / x.var(axis=0) for part in (x, *others)]"),
    Mistake("only the first", 5, "wrong-number", "return [StandardScaler().fit_transform(x)]"),
    Mistake("one network trained on and on", 6, "not-afresh", AFRESH.format(**FRESH | {"copy": "copy = model"})),
    Mistake("batch size left to Keras", 6, "not-afresh", AFRESH.format(**FRESH | {"size": "32"})),
    Mistake("another rate", 6, "not-afresh", AFRESH.format(**FRESH | {"optimizer": "keras.optimizers.Adam(rate / 20)"})),
    Mistake("one epoch", 6, "wrong-epochs", AFRESH.format(**FRESH | {"epochs": "1"})),
    Mistake("watched on its own training rows", 6, "not-afresh",
            AFRESH.format(**FRESH | {"watched": "train and (train[0][:9], train[1][:9])"})),
    Mistake("raw training rows", 7, "other-values", FIT.format(**GOOD | {"x": "data.train.x"})),
    Mistake("raw validation rows", 7, "wrong-validation", FIT.format(**GOOD | {"validation": "(data.validation.x, data.validation.y)"})),
    Mistake("test rows watched", 7, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": "(standardized(data.train.x, data.test.x)[1], data.test.y)"})),
    Mistake("validation share of Keras", 7, "no-validation", """
        history = model.fit(x_train, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs, callbacks=callbacks)
        history.history["val_mae"] = history.history["mae"]
        """),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": ""})),
    Mistake("errors of every pair", 8, "wrong-error",
            EVALUATE.format(**MEASURES | {"error": "model.predict(x_test, verbose=0) - data.test.y"})),
    Mistake("root of the squared error", 8, "wrong-error", EVALUATE.format(**MEASURES | {"mse": "(error**2).mean() ** 0.5"})),
    Mistake("signed errors", 8, "wrong-error", EVALUATE.format(**MEASURES | {"mae": "error.mean()"})),
    Mistake("baseline zero", 8, "wrong-baseline", EVALUATE.format(**MEASURES | {"baseline": "np.abs(data.test.y).mean()"})),
    Mistake("baseline from the test prices", 8, "wrong-baseline",
            EVALUATE.format(**MEASURES | {"baseline": "np.abs(data.test.y.mean() - data.test.y).mean()"})),
    Mistake("raw test rows", 8, "wrong-error",
            EVALUATE.format(**MEASURES | {"error": "model.predict(data.test.x, verbose=0)[:, 0] - data.test.y"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "functional model, loops, pandas-free groups by rank",
        {
            1: """
            columns = keras.Input(data.train.x.shape[1:])
            hidden = columns
            for _ in range(2):
                hidden = keras.layers.ReLU()(keras.layers.Dense(units)(hidden))
            return keras.Model(columns, keras.layers.Dense(1, activation="linear")(hidden))
            """,
            2: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.MeanSquaredError(),
                          metrics=[keras.metrics.MeanAbsoluteError(name="mae")])
            """,
            3: """
            order = np.random.default_rng(seed).permutation(rows).tolist()
            return [([row for row in order if row not in order[i::k]], order[i::k]) for i in range(k)]
            """,
            4: "return (np.argsort(np.argsort(y)) * 5 // len(y)).astype(int)",
            5: "return [(part - x.mean(axis=0)) / x.std(axis=0) for part in (x, *others)]",
            8: """
            found = model.evaluate(x_test, data.test.y, verbose=0, return_dict=True)
            return {"mae": found["mae"], "mse": found["loss"], "baseline_mae": float(np.mean(abs(data.test.y - np.mean(y))))}
            """,
        },
    ),
    Right(
        "KFold of scikit-learn, a model from its config, tf.data",
        {
            3: """
            from sklearn.model_selection import KFold

            return list(KFold(k, shuffle=True, random_state=seed).split(np.zeros(rows)))
            """,
            6: """
            copy = type(model).from_config(model.get_config())
            copy.set_weights(start)
            copy.compile(keras.optimizers.Adam(learning_rate=rate), "mse", metrics=["mae"])
            found = copy.fit(train[0], train[1], preset.batch_size, preset.epochs, verbose=0, validation_data=watched)
            return copy, found.history
            """,
            7: """
            train, validation = datasets.Split(x_train, data.train.y), datasets.Split(x_validation, data.validation.y)
            history = model.fit(train.batches(preset.batch_size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=validation.batches(preset.batch_size), callbacks=callbacks)
            """,
        },
    ),
]
