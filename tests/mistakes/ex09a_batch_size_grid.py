"""Planted mistakes of exercise 9a, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def network(hidden: str, last: str) -> str:
    """Two Dense layers with these arguments on eight columns."""
    return f"return keras.Sequential([keras.Input((8,)), keras.layers.Dense({hidden}), keras.layers.Dense({last})])"


HIDDEN, LAST = 'units, activation="relu"', '1, activation="sigmoid"'
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {"optimizer": "keras.optimizers.Adam(rate)", "loss": '"binary_crossentropy"', "metric": '"accuracy"'}
PREPARED = """
median = {median}
filled = [np.where(np.isnan(part), median, part) for part in (x, *others)]
return [(part - {mean}) / {deviation} for part in filled]
"""
USUALLY = {
    "median": "np.nanmedian(x, axis=0)",
    "mean": "filled[0].mean(axis=0)",
    "deviation": "filled[0].std(axis=0)",
}
AFRESH = """
{copy}
copy.compile(optimizer={optimizer}, loss="binary_crossentropy", metrics=["accuracy"])
copy.fit(x, y, batch_size={size}, epochs={epochs}, callbacks=[watch], verbose=0)
"""
FRESH = {
    "copy": "copy = keras.models.clone_model(model)\ncopy.set_weights(start)",
    "optimizer": "keras.optimizers.Adam(rate)",
    "size": "batch_size",
    "epochs": "epochs",
}
CROSS = """
accuracies = []
{before}
for rows, rest in pairs:
    x_train, x_rest = {prepare}
    p = train({train}).predict({judged}, verbose=0){flat}
    accuracies.append(float({score}))
return {result}
"""
GOOD = {
    "before": "",
    "prepare": "prepared(x[rows], x[rest])",
    "train": "x_train, y[rows]",
    "judged": "x_rest",
    "flat": "[:, 0]",
    "score": "np.mean((p >= 0.5) == y[rest])",
    "result": "accuracies",
}
EVALUATE = """
folds, p = accuracies[model.best_size], model.predict(x_test, verbose=0)[:, 0]
return {{"accuracy": {accuracy}, "deviation": {deviation}, "test_accuracy": {test}, "majority_accuracy": {majority}}}
"""
MEASURES = {
    "accuracy": "np.mean(folds)",
    "deviation": "np.std(folds)",
    "test": "np.mean((p >= 0.5) == data.test.y)",
    "majority": "np.mean(data.test.y == np.bincount(y).argmax())",
}

MISTAKES = [
    Mistake("zeros left", 1, "zeros-left", "return x"),
    Mistake("every zero missing", 1, "pregnancies-missing", "return np.where(x == 0, np.nan, x)"),
    Mistake("body mass index forgotten", 1, "wrong-gaps", "x = x.copy()\npart = x[:, 1:5]\npart[part == 0] = np.nan\nreturn x"),
    Mistake("a copy mended in place of x", 1, "zeros-left", "part = x[:, 1:6].copy()\npart[part == 0] = np.nan\nreturn x"),
    Mistake("rows with gaps dropped", 1, "wrong-shape", "return x[(x[:, 1:6] != 0).all(axis=1)]"),
    Mistake("two outputs", 2, "wrong-output-shape", network(HIDDEN, '2, activation="softmax"')),
    Mistake("softmax over one unit", 2, "constant-answer", network(HIDDEN, '1, activation="softmax"')),
    Mistake("linear output", 2, "output-not-sigmoid", network(HIDDEN, "1")),
    Mistake("linear hidden layer", 2, "hidden-linear", network("units", LAST)),
    Mistake("units written as a number", 2, "units-ignored", network('100, activation="relu"', LAST)),
    Mistake("no bias", 2, "parameter-count", network(HIDDEN + ", use_bias=False", LAST)),
    Mistake("squared error", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'})),
    Mistake("cross-entropy of many classes", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"categorical_crossentropy"'})),
    Mistake("from logits", 3, "from-logits-with-sigmoid",
            COMPILE.format(**USUAL | {"loss": "keras.losses.BinaryCrossentropy(from_logits=True)"})),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("no accuracy", 3, "metric-missing", COMPILE.format(**USUAL | {"metric": '"mae"'})),
    Mistake("median with a gap", 4, "gaps-left", PREPARED.format(**USUALLY | {"median": "np.median(x, axis=0)"})),
    Mistake("means in place of medians", 4, "mean-for-median", PREPARED.format(**USUALLY | {"median": "np.nanmean(x, axis=0)"})),
    Mistake("zeros in place of medians", 4, "filled-with-zero", PREPARED.format(**USUALLY | {"median": "0.0"})),
    Mistake("medians of all rows", 4, "learned-from-all-rows", """
        every = np.concatenate([x, *others])
        median = np.nanmedian(every, axis=0)
        filled = [np.where(np.isnan(part), median, part) for part in (x, *others)]
        every = np.concatenate(filled)
        return [(part - every.mean(axis=0)) / every.std(axis=0) for part in filled]
        """),
    Mistake("each by itself", 4, "learned-from-the-others", """
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return [make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit_transform(part) for part in (x, *others)]
        """),
    Mistake("medians of each, scale of the first", 4, "learned-from-the-others", """
        filled = [np.where(np.isnan(part), np.nanmedian(part, axis=0), part) for part in (x, *others)]
        return [(part - filled[0].mean(axis=0)) / filled[0].std(axis=0) for part in filled]
        """),
    Mistake("not divided", 4, "wrong-scale", PREPARED.format(**USUALLY | {"deviation": "1.0"})),
    Mistake("one network trained on and on", 5, "not-afresh", AFRESH.format(**FRESH | {"copy": "copy = model"})),
    Mistake("batch size left to Keras", 5, "not-afresh", AFRESH.format(**FRESH | {"size": "100"})),
    Mistake("one epoch too few", 5, "wrong-epochs", AFRESH.format(**FRESH | {"epochs": "epochs - 1"})),
    Mistake("judged on training rows", 6, "seen-rows-judged",
            CROSS.format(**GOOD | {"judged": "x_train", "score": "np.mean((p >= 0.5) == y[rows])"})),
    Mistake("trained on all rows", 6, "seen-rows-judged",
            CROSS.format(**GOOD | {"prepare": "prepared(x, x[rest])", "train": "x_train, y"})),
    Mistake("prepared before the folds", 6, "prepared-before-the-folds",
            CROSS.format(**GOOD | {"before": "z = prepared(x)[0]", "prepare": "z[rows], z[rest]"})),
    Mistake("every pair compared", 6, "wrong-accuracy", CROSS.format(**GOOD | {"flat": ""})),
    Mistake("errors counted", 6, "errors-for-accuracies", CROSS.format(**GOOD | {"score": "np.mean((p >= 0.5) != y[rest])"})),
    Mistake("mean in place of the list", 6, "wrong-number", CROSS.format(**GOOD | {"result": "np.mean(accuracies)"})),
    Mistake("best single fold", 7, "by-the-best-fold", "return max(accuracies, key=lambda size: max(accuracies[size]))"),
    Mistake("largest size", 7, "lowest-taken", "return max(accuracies)"),
    Mistake("lowest mean", 7, "lowest-taken", "return min(accuracies, key=lambda size: np.mean(accuracies[size]))"),
    Mistake("its position", 7, "wrong-size", "return int(np.argmax([np.mean(folds) for folds in accuracies.values()]))"),
    Mistake("best fold reported", 8, "wrong-value", EVALUATE.format(**MEASURES | {"accuracy": "max(folds)"})),
    Mistake("variance for deviation", 8, "wrong-deviation", EVALUATE.format(**MEASURES | {"deviation": "np.var(folds)"})),
    Mistake("validation rows as test", 8, "wrong-test-accuracy",
            EVALUATE.format(**MEASURES | {"test": "np.mean((p[: len(data.validation.y)] >= 0.5) == data.validation.y)"})),
    Mistake("share of the ill", 8, "wrong-majority", EVALUATE.format(**MEASURES | {"majority": "np.mean(data.test.y)"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "scikit-learn's pipeline, objects in place of names",
        {
            1: """
            gaps = (x == 0) & np.isin(np.arange(8), [1, 2, 3, 4, 5])
            return np.where(gaps, np.nan, x.astype(float))
            """,
            2: """
            columns = keras.Input((data.train.x.shape[1],))
            hidden = keras.layers.ReLU()(keras.layers.Dense(units)(columns))
            return keras.Model(columns, keras.layers.Dense(1, keras.activations.sigmoid)(hidden))
            """,
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(),
                          metrics=[keras.metrics.BinaryAccuracy(name="accuracy")])
            """,
            4: """
            from sklearn.impute import SimpleImputer
            from sklearn.pipeline import make_pipeline
            from sklearn.preprocessing import StandardScaler

            steps = make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit(x)
            return [steps.transform(part) for part in (x, *others)]
            """,
            7: """
            best = None
            for size, folds in accuracies.items():
                if best is None or sum(folds) / len(folds) > sum(accuracies[best]) / len(accuracies[best]):
                    best = size
            return best
            """,
            8: """
            folds = np.array(accuracies[model.best_size])
            p = np.asarray(model(x_test))[:, 0]
            frequent = int(y.mean() > 0.5)
            return {"accuracy": float(folds.mean()), "deviation": float(folds.std()),
                    "test_accuracy": float(((p > 0.5) == (data.test.y == 1)).mean()),
                    "majority_accuracy": float((data.test.y == frequent).mean())}
            """,
        },
    ),
    Right(
        "a model from its config, comprehensions",
        {
            5: """
            copy = type(model).from_config(model.get_config())
            for variable, value in zip(copy.weights, start):
                variable.assign(value)
            copy.compile(keras.optimizers.Adam(learning_rate=rate), "binary_crossentropy", metrics=["accuracy"])
            copy.fit(x, y, batch_size, epochs, 0, [watch])
            """,
            6: """
            def judge(rows, rest):
                x_train, x_rest = prepared(x[rows], x[rest])
                answers = np.ravel(train(x_train, y[rows]).predict(x_rest, verbose=0)) > 0.5
                return (answers == y[rest].astype(bool)).mean()

            return [judge(*pair) for pair in pairs]
            """,
        },
    ),
]
