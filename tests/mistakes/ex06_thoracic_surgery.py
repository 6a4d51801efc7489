"""Planted mistakes of exercise 6, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

CLEAN = """
fev1 = {fev1}
return np.column_stack([x[:, 2], fev1, x[:, 4:], {codes}])
"""
MEND = "np.where(x[:, 3] > 10, x[:, 2] * x[:, 3] / 100, x[:, 3])"
CODES = "x[:, 1:2] == np.arange(1, 9)"


def network(*layers: str) -> str:
    """A Sequential model of these layers behind the input."""
    return f"return keras.Sequential([keras.Input((data.train.x.shape[1],)), {', '.join(layers)}])"


HIDDEN = 'keras.layers.Dense(units, activation="relu", kernel_regularizer=decay)'
DROPOUT = "keras.layers.Dropout(rate)"
LAST = 'keras.layers.Dense(1, activation="sigmoid")'

COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics={metrics})"
USUAL = {
    "optimizer": "keras.optimizers.Adam(learning_rate=rate)",
    "loss": "loss",
    "metrics": '["accuracy", keras.metrics.AUC(name="auc")]',
}

AFRESH = """
{copy}
copy.compile(optimizer=keras.optimizers.Adam(rate), loss={loss}, steps_per_execution=8)
return copy, copy.fit(x, y, batch_size=preset.batch_size, epochs={epochs}, verbose=0).history["loss"]
"""
CLONE = "copy = keras.models.clone_model(model)\ncopy.set_weights(start)"

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
auc = {auc}
y, p = (np.concatenate(part) for part in zip(*model.held_out))
accuracy = {accuracy}
majority = {majority}
"""
MEASURES = {
    "auc": "np.mean([roc_auc_score(a, b) for a, b in model.held_out])",
    "accuracy": "np.mean((p >= 0.5) == y)",
    "majority": "max(np.mean(y), 1 - np.mean(y))",
}

MISTAKES = [
    Mistake("row number kept", 1, "row-number-kept", "return np.column_stack([x, x[:, 1:2] == np.arange(1, 9)])"),
    Mistake("diagnosis as a number", 1, "code-as-amount", f"fev1 = {MEND}\nreturn np.column_stack([x[:, 1:3], fev1, x[:, 4:]])"),
    Mistake("diagnosis dropped", 1, "wrong-columns", f"fev1 = {MEND}\nreturn np.column_stack([x[:, 2], fev1, x[:, 4:]])"),
    Mistake("percent left as it is", 1, "percent-left", CLEAN.format(fev1="x[:, 3]", codes=CODES)),
    Mistake("all FEV1 taken for percent", 1, "wrong-litres", CLEAN.format(fev1="x[:, 2] * x[:, 3] / 100", codes=CODES)),
    Mistake("capped in place of mended", 1, "wrong-litres", CLEAN.format(fev1="np.minimum(x[:, 3], 10)", codes=CODES)),
    Mistake("codes from 0 to 7", 1, "columns-changed", CLEAN.format(fev1=MEND, codes="x[:, 1:2] == np.arange(8)")),
    Mistake("no dropout", 2, "dropout-missing", network(HIDDEN, HIDDEN, LAST)),
    Mistake("dropout behind the output", 2, "dropout-after-output", network(HIDDEN, HIDDEN, LAST, DROPOUT)),
    Mistake("dropout behind the second layer", 2, "dropout-misplaced", network(HIDDEN, HIDDEN, DROPOUT, LAST)),
    Mistake("dropout rate written as a number", 2, "dropout-rate-ignored", network(HIDDEN, "keras.layers.Dropout(0.5)", HIDDEN, LAST)),
    Mistake("two outputs with softmax", 2, "wrong-output-shape",
            network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(2, activation="softmax")')),
    Mistake("linear output", 2, "output-not-sigmoid", network(HIDDEN, DROPOUT, HIDDEN, "keras.layers.Dense(1)")),
    Mistake("softmax over one unit", 2, "constant-answer",
            network(HIDDEN, DROPOUT, HIDDEN, 'keras.layers.Dense(1, activation="softmax")')),
    Mistake("one hidden layer", 2, "parameter-count", network(HIDDEN, DROPOUT, LAST)),
    Mistake("units written as a number", 2, "units-ignored",
            network(*(part.replace("units", "30") for part in (HIDDEN, DROPOUT, HIDDEN, LAST)))),
    Mistake("decay forgotten", 2, "decay-missing", network('keras.layers.Dense(units, activation="relu")', DROPOUT, HIDDEN, LAST)),
    Mistake("sigmoid hidden layers", 2, "hidden-not-relu",
            network(*(part.replace("relu", "sigmoid") for part in (HIDDEN, DROPOUT, HIDDEN, LAST)))),
    Mistake("one loss for all names", 3, "loss-ignored", COMPILE.format(**USUAL | {"loss": '"binary_crossentropy"'})),
    Mistake("squared error as the loss", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'})),
    Mistake("from logits behind a sigmoid", 3, "from-logits-with-sigmoid",
            COMPILE.format(**USUAL | {"loss": 'keras.losses.BinaryCrossentropy(from_logits=True) if "binary" in loss else loss'})),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("another optimizer", 3, "wrong-optimizer", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.SGD(rate)"})),
    Mistake("no AUC", 3, "auc-missing", COMPILE.format(**USUAL | {"metrics": '["accuracy"]'})),
    Mistake("no accuracy", 3, "accuracy-missing", COMPILE.format(**USUAL | {"metrics": '[keras.metrics.AUC(name="auc")]'})),
    Mistake("area under precision and recall", 3, "wrong-auc",
            COMPILE.format(**USUAL | {"metrics": '["accuracy", keras.metrics.AUC(curve="PR", name="auc")]'})),
    Mistake("fitted anew on each", 4, "scaled-each-by-itself", "return [StandardScaler().fit_transform(part) for part in (x, *others)]"),
    Mistake("fitted on all rows", 4, "scaled-by-all-rows",
            "scaler = StandardScaler().fit(np.concatenate([x, *others]))\nreturn [scaler.transform(part) for part in (x, *others)]"),
    Mistake("mean taken off, deviation left", 4, "wrong-scale", "return [part - x.mean(axis=0) for part in (x, *others)]"),
    Mistake("others left out", 4, "wrong-number", "return [StandardScaler().fit_transform(x)]"),
    Mistake("plain KFold", 5, "not-stratified",
            "from sklearn.model_selection import KFold\nreturn list(KFold(count, shuffle=True, random_state=0).split(x))"),
    Mistake("no shuffling", 5, "not-shuffled", "return list(StratifiedKFold(count).split(x, y))"),
    Mistake("ten folds", 5, "wrong-number", "return list(StratifiedKFold(10, shuffle=True, random_state=0).split(x, y))"),
    Mistake("random splits", 5, "not-held-out-once", """
        from sklearn.model_selection import StratifiedShuffleSplit

        return list(StratifiedShuffleSplit(count, test_size=0.2, random_state=0).split(x, y))
        """),
    Mistake("trained on all rows", 5, "overlap", """
        pairs = StratifiedKFold(count, shuffle=True, random_state=0).split(x, y)
        return [(np.arange(len(y)), rest) for _, rest in pairs]
        """),
    Mistake("one model trained on and on", 6, "not-afresh", AFRESH.format(copy="copy = model", loss="loss", epochs="preset.epochs")),
    Mistake("one loss for all", 6, "not-afresh", AFRESH.format(copy=CLONE, loss='"binary_crossentropy"', epochs="preset.epochs")),
    Mistake("one epoch", 6, "wrong-epochs", AFRESH.format(copy=CLONE, loss="loss", epochs="1")),
    Mistake("unscaled training rows", 7, "other-values", FIT.format(**GOOD | {"x": "data.train.x"})),
    Mistake("unscaled validation rows", 7, "wrong-validation", FIT.format(**GOOD | {"validation": "(data.validation.x, data.validation.y)"})),
    Mistake("test rows watched", 7, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": "(scaled(data.train.x, data.test.x)[1], data.test.y)"})),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": ""})),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"})),
    Mistake("area of answers cut at a half", 8, "wrong-area",
            EVALUATE.format(**MEASURES | {"auc": "np.mean([roc_auc_score(a, b >= 0.5) for a, b in model.held_out])"})),
    Mistake("area of the first fold", 8, "wrong-area", EVALUATE.format(**MEASURES | {"auc": "roc_auc_score(*model.held_out[0])"})),
    Mistake("deaths taken for the majority", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "np.mean(y)"})),
    Mistake("majority of a coin", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "0.5"})),
    Mistake("threshold at the wrong side", 8, "wrong-value", EVALUATE.format(**MEASURES | {"accuracy": "np.mean((p < 0.5) == y)"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops, the functional model, objects in place of names",
        {
            1: """
            mended = x.astype(float)
            wrong = mended[:, 3] > 10
            mended[wrong, 3] *= mended[wrong, 2] / 100
            hot = np.zeros((len(x), 8))
            hot[np.arange(len(x)), x[:, 1].astype(int) - 1] = 1
            return np.hstack([mended[:, 2:], hot])
            """,
            2: """
            inputs = keras.Input(data.train.x.shape[1:])
            hidden = keras.layers.Dense(units, "relu", kernel_regularizer=decay)(inputs)
            hidden = keras.layers.Dropout(rate)(hidden)
            hidden = keras.layers.Dense(units, "relu", kernel_regularizer=decay)(hidden)
            return keras.Model(inputs, keras.layers.Dense(1, keras.activations.sigmoid)(hidden))
            """,
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.get(loss),
                          metrics=[keras.metrics.BinaryAccuracy(name="accuracy"), keras.metrics.AUC(name="auc")])
            """,
            4: """
            mean, deviation = x.mean(axis=0), x.std(axis=0)
            deviation = np.where(deviation > 0, deviation, 1)
            return [(part - mean) / deviation for part in (x, *others)]
            """,
            8: """
            auc = sum(roc_auc_score(a, b) for a, b in model.held_out) / len(model.held_out)
            y = np.concatenate([a for a, _ in model.held_out])
            p = np.concatenate([b for _, b in model.held_out])
            accuracy = 1 - abs((p > 0.5) - y.astype(float)).mean()
            majority = np.bincount(y).max() / len(y)
            """,
        },
    ),
    Right(
        "folds by hand, a model from its config, tf.data",
        {
            5: """
            order = np.random.default_rng(0).permutation(len(y))
            fold = np.empty(len(y), dtype=int)
            for label in (0, 1):
                members = order[y[order] == label]
                fold[members] = np.arange(len(members)) % count
            rows = np.arange(len(y))
            return [(rows[fold != k], rows[fold == k]) for k in range(count)]
            """,
            6: """
            copy = type(model).from_config(model.get_config())
            for variable, value in zip(copy.weights, start):
                variable.assign(value)
            copy.compile(keras.optimizers.Adam(learning_rate=rate), loss)
            found = copy.fit(x, y, preset.batch_size, preset.epochs, verbose=0)
            return copy, found.history["loss"]
            """,
            7: """
            train, validation = datasets.Split(x_train, data.train.y), datasets.Split(x_validation, data.validation.y)
            history = model.fit(train.batches(preset.batch_size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=validation.batches(preset.batch_size), callbacks=callbacks)
            """,
        },
    ),
]
