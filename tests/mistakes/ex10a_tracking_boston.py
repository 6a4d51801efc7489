"""Planted mistakes of exercise 10a, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

SCALE = "mean = {mean}\ndeviation = {deviation}"
TRAIN = {"mean": "data.train.x.mean(axis=0)", "deviation": "data.train.x.std(axis=0)"}
EVERY = "np.concatenate([data.train.x, data.validation.x, data.test.x])"
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {"optimizer": "keras.optimizers.Adam(rate)", "loss": '"mse"', "metric": '"mae"'}
SETTINGS = """
return {{"optimizer": {optimizer}, "learning_rate": {rate}, "batch_size": batch_size, "epochs": epochs,
        "parameters": {parameters}{rows}}}
"""
GOOD = {
    "optimizer": "type(model.optimizer).__name__",
    "rate": "float(np.asarray(model.optimizer.learning_rate))",
    "parameters": "model.count_params()",
    "rows": ', "rows": rows',
}
WRITE = """
with tf.summary.create_file_writer(str(folder)).as_default():
    for name, values in curves.items():
        for epoch, value in enumerate(values):
            tf.summary.scalar({name}, {value}, step={step})
"""
READ = """
return {{name: [{value} for event in events.Tensors(name)]{part} for name in events.Tags()["tensors"]}}
"""
DIFFER = """
return {{name: {pair} for name in {names} if {condition}}}
"""
DIFFERS = {
    "pair": "(first.get(name), second.get(name))",
    "names": "first.keys() | second.keys()",
    "condition": "first.get(name) != second.get(name)",
}
EVALUATE = """
def error(split):
    return model.evaluate(split.x, split.y, verbose=0, return_dict=True)[{metric}]

return {{"val_mae": error({validation}), "test_mae": error({test}), "baseline_mae": {baseline}}}
"""
ERRORS = {
    "metric": '"mae"',
    "validation": "data.validation",
    "test": "data.test",
    "baseline": "np.abs(data.train.y.mean() - data.test.y).mean()",
}

MISTAKES = [
    Mistake("not scaled", 1, "not-scaled", "mean, deviation = 0, np.ones(1)"),
    Mistake("one mean for all columns", 1, "wrong-axis", SCALE.format(**TRAIN | {"mean": "data.train.x.mean()"})),
    Mistake("variance for deviation", 1, "wrong-deviation", SCALE.format(**TRAIN | {"deviation": "data.train.x.var(axis=0)"})),
    Mistake("mean and deviation of all rows", 1, "not-by-the-training-rows",
            SCALE.format(mean=f"{EVERY}.mean(axis=0)", deviation=f"{EVERY}.std(axis=0)")),
    Mistake("absolute error as loss", 2, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mae"'})),
    Mistake("accuracy of a price", 2, "mae-missing", COMPILE.format(**USUAL | {"metric": '"accuracy"'})),
    Mistake("rate not handed on", 2, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("rows forgotten", 3, "setting-missing", SETTINGS.format(**GOOD | {"rows": ""})),
    Mistake("rate of the default", 3, "wrong-setting", SETTINGS.format(**GOOD | {"rate": "0.001"})),
    Mistake("layers counted for parameters", 3, "wrong-setting", SETTINGS.format(**GOOD | {"parameters": "len(model.layers)"})),
    Mistake("name of the model", 3, "wrong-setting", SETTINGS.format(**GOOD | {"optimizer": "model.name"})),
    Mistake("writer not the default one", 4, "nothing-written", """
        writer = tf.summary.create_file_writer(str(folder))
        for name, values in curves.items():
            for epoch, value in enumerate(values):
                tf.summary.scalar(name, value, step=epoch)
        writer.close()
        """),
    Mistake("one step for all", 4, "steps-missing", WRITE.format(name="name", value="value", step="0")),
    Mistake("one name for all", 4, "name-missing", WRITE.format(name='"metric"', value="value", step="epoch")),
    Mistake("steps for values", 4, "wrong-values", WRITE.format(name="name", value="epoch", step="epoch")),
    Mistake("steps for values again", 5, "steps-for-values", READ.format(value="float(event.step)", part="")),
    Mistake("the last value alone", 5, "wrong-values", READ.format(value="float(tf.make_ndarray(event.tensor_proto))", part="[-1]")),
    Mistake("scalars of the old format", 5, "name-missing",
            'return {name: [event.value for event in events.Scalars(name)] for name in events.Tags()["scalars"]}'),
    Mistake("all settings", 6, "same-settings-kept", DIFFER.format(**DIFFERS | {"condition": "True"})),
    Mistake("names of the first alone", 6, "setting-missing", DIFFER.format(**DIFFERS | {"names": "first"})),
    Mistake("names in both alone", 6, "setting-missing", DIFFER.format(**DIFFERS | {"names": "first.keys() & second.keys()"})),
    Mistake("zero taken for nothing", 6, "setting-missing",
            DIFFER.format(**DIFFERS | {"condition": "(first.get(name) or None) != (second.get(name) or None)"})),
    Mistake("pair turned round", 6, "wrong-pair", DIFFER.format(**DIFFERS | {"pair": "(second.get(name), first.get(name))"})),
    Mistake("highest error", 7, "highest-taken", "return int(np.argmax(values)) + 1, max(values)"),
    Mistake("counted from 0", 7, "wrong-epoch", "return int(np.argmin(values)), min(values)"),
    Mistake("last epoch", 7, "wrong-value", "return len(values), values[-1]"),
    Mistake("value alone", 7, "wrong-kind", "return min(values)"),
    Mistake("loss for the error", 8, "wrong-error", EVALUATE.format(**ERRORS | {"metric": '"loss"'})),
    Mistake("splits swapped", 8, "wrong-error", EVALUATE.format(**ERRORS | {"validation": "data.test", "test": "data.validation"})),
    Mistake("training error as validation error", 8, "wrong-error", EVALUATE.format(**ERRORS | {"validation": "data.train"})),
    Mistake("baseline of the test prices", 8, "wrong-baseline",
            EVALUATE.format(**ERRORS | {"baseline": "np.abs(data.test.y.mean() - data.test.y).mean()"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "a scaler, a flush, loops",
        {
            1: """
            from sklearn.preprocessing import StandardScaler

            scaler = StandardScaler().fit(data.train.x)
            mean, deviation = scaler.mean_.astype("float32"), scaler.scale_.astype("float32")
            """,
            2: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.MeanSquaredError(),
                          metrics=[keras.metrics.MeanAbsoluteError(name="mae")])
            """,
            3: """
            found = dict(rows=rows, epochs=epochs, batch_size=batch_size)
            found["parameters"] = int(sum(np.prod(weight.shape) for weight in model.weights))
            found["optimizer"] = model.optimizer.__class__.__name__
            found["learning_rate"] = round(float(model.optimizer.get_config()["learning_rate"]), 9)
            return found
            """,
            4: """
            writer = tf.summary.create_file_writer(str(folder))
            with writer.as_default():
                for name in curves:
                    for epoch in range(len(curves[name])):
                        tf.summary.scalar(name, data=float(curves[name][epoch]), step=epoch + 1)
            writer.flush()
            writer.close()
            """,
            7: """
            best = min(range(len(values)), key=values.__getitem__)
            return best + 1, values[best]
            """,
        },
    ),
    Right(
        "helpers of the course, sets in place of gets, predict in place of evaluate",
        {
            4: "tracking.write_scalars(Path(folder), curves)",
            5: """
            found = {}
            for name in events.Tags()["tensors"]:
                rows = [(event.step, tf.make_ndarray(event.tensor_proto).item()) for event in events.Tensors(name)]
                found[name] = [value for _, value in sorted(rows)]
            return found
            """,
            6: """
            found = {}
            for name in set(first) | set(second):
                a, b = first[name] if name in first else None, second[name] if name in second else None
                if a != b:
                    found[name] = [a, b]
            return found
            """,
            8: """
            def error(split, predicted):
                return float(np.mean(np.abs(np.ravel(predicted) - split.y)))

            return {"val_mae": error(data.validation, model.predict(data.validation.x, verbose=0)),
                    "test_mae": error(data.test, model.predict(data.test.x, verbose=0)),
                    "baseline_mae": error(data.test, np.full(len(data.test.y), data.train.y.mean()))}
            """,
        },
    ),
]
