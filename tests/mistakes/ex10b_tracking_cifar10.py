"""Planted mistakes of exercise 10b, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": '"sparse_categorical_crossentropy"',
    "metric": '"accuracy"',
}
ROW = """
self.rows.append({{"epoch": {epoch}, {logs}"seconds": {seconds}, "pictures_per_second": {speed}}})
"""
ROWS = {"epoch": "epoch + 1", "logs": "**logs, ", "seconds": "seconds", "speed": "self.examples / seconds"}
LAYERS = """
return [{{"name": layer.name, "kind": {kind}, "shape": {shape}, "parameters": {parameters}}} for layer in {layers}]
"""
LAYER = {
    "kind": "type(layer).__name__",
    "shape": "list(layer.output.shape[1:])",
    "parameters": "layer.count_params()",
    "layers": "model.layers",
}
WORST = """
answers, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
wrong = np.flatnonzero({condition})
return {result}
"""
WORSE = {"condition": "answers != labels", "result": "wrong[np.argsort(-sure[wrong])][:count]"}
SUMMARY = """
table = []
for name, (parameters, rows) in runs.items():
    best = {best}
    table.append((name, parameters, best["val_accuracy"], best["epoch"], {seconds}))
return {result}
"""
SUM = {
    "best": 'max(rows, key=lambda row: row["val_accuracy"])',
    "seconds": 'sum(row["seconds"] for row in rows)',
    "result": "sorted(table, key=lambda line: -line[2])",
}
FIT = """
history = model.fit({x}, data.train.y, batch_size={size}, epochs=preset.epochs, validation_data={validation}, callbacks={callbacks})
"""
GOOD = {
    "x": "data.train.x",
    "size": "preset.batch_size",
    "validation": "(data.validation.x, data.validation.y)",
    "callbacks": "[*callbacks, recorder]",
}
EVALUATE = """
def score(split):
    return model.evaluate(split.x, split.y, verbose=0, return_dict=True)[{metric}]

return {{"val_accuracy": score({validation}), "test_accuracy": score({test}), "chance": {chance}}}
"""
SCORES = {"metric": '"accuracy"', "validation": "data.validation", "test": "data.test", "chance": "CHANCE"}

MISTAKES = [
    Mistake("bytes left", 1, "integer-pixels", "def scale(x, y):\n    return x, y"),
    Mistake("whole numbers", 1, "integer-pixels", "def scale(x, y):\n    return x // 255, y"),
    Mistake("floats not scaled", 1, "not-scaled", 'def scale(x, y):\n    return x.astype("float32"), y'),
    Mistake("labels scaled too", 1, "labels-changed", "def scale(x, y):\n    return x / 255, y / 255"),
    Mistake("one-hot loss", 2, "loss-label-mismatch", COMPILE.format(**USUAL | {"loss": '"categorical_crossentropy"'})),
    Mistake("from logits behind a softmax", 2, "from-logits-with-softmax",
            COMPILE.format(**USUAL | {"loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"})),
    Mistake("rate not handed on", 2, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("no accuracy", 2, "metric-missing", COMPILE.format(**USUAL | {"metric": '"sparse_top_k_categorical_accuracy"'})),
    Mistake("epoch from 0", 3, "wrong-epoch", ROW.format(**ROWS | {"epoch": "epoch"})),
    Mistake("measurements forgotten", 3, "entry-missing", ROW.format(**ROWS | {"logs": ""})),
    Mistake("seconds a picture", 3, "wrong-speed", ROW.format(**ROWS | {"speed": "seconds / self.examples"})),
    Mistake("logs filled and kept", 3, "logs-changed",
            "logs.update(epoch=epoch + 1, seconds=seconds, pictures_per_second=self.examples / seconds)\nself.rows.append(logs)"),
    Mistake("only the last row kept", 3, "rows-lost",
            'self.rows = [{"epoch": epoch + 1, **logs, "seconds": seconds, "pictures_per_second": self.examples / seconds}]'),
    Mistake("layers with weights alone", 4, "layer-missing",
            LAYERS.format(**LAYER | {"layers": "[layer for layer in model.layers if layer.weights]"})),
    Mistake("batch axis kept", 4, "wrong-shape", LAYERS.format(**LAYER | {"shape": "list(layer.output.shape)"})),
    Mistake("arrays counted for numbers", 4, "wrong-parameters", LAYERS.format(**LAYER | {"parameters": "len(layer.weights)"})),
    Mistake("name for kind", 4, "wrong-kind", LAYERS.format(**LAYER | {"kind": "layer.name"})),
    Mistake("kind for name", 4, "wrong-name",
            LAYERS.format(**LAYER).replace('"name": layer.name', '"name": type(layer).__name__')),
    Mistake("sure answers, right or wrong", 5, "right-answers-too", "return np.argsort(-probabilities.max(axis=1))[:count]"),
    Mistake("least sure first", 5, "least-sure-first", WORST.format(**WORSE | {"result": "wrong[np.argsort(sure[wrong])][:count]"})),
    Mistake("numbers among the wrong ones", 5, "least-sure-first", WORST.format(**WORSE | {"result": "np.argsort(-sure[wrong])[:count]"})),
    Mistake("all of them", 5, "wrong-number", WORST.format(**WORSE | {"result": "wrong[np.argsort(-sure[wrong])]"})),
    Mistake("in the order of the table", 5, "wrong-rows", WORST.format(**WORSE | {"result": "wrong[:count]"})),
    Mistake("last epoch for the best", 6, "wrong-accuracy", SUMMARY.format(**SUM | {"best": "rows[-1]"})),
    Mistake("seconds of one epoch", 6, "wrong-seconds", SUMMARY.format(**SUM | {"seconds": 'best["seconds"]'})),
    Mistake("not sorted", 6, "not-sorted", SUMMARY.format(**SUM | {"result": "table"})),
    Mistake("worst first", 6, "not-sorted", SUMMARY.format(**SUM | {"result": "sorted(table, key=lambda line: line[2])"})),
    Mistake("recorder left out", 7, "callback-missing", FIT.format(**GOOD | {"callbacks": "callbacks"})),
    Mistake("callbacks of the run left out", 7, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": "[recorder]"})),
    Mistake("test pictures watched", 7, "test-data-in-fit", FIT.format(**GOOD | {"validation": "(data.test.x, data.test.y)"})),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"})),
    Mistake("loss for accuracy", 8, "wrong-accuracy", EVALUATE.format(**SCORES | {"metric": '"loss"'})),
    Mistake("training pictures as validation", 8, "wrong-accuracy", EVALUATE.format(**SCORES | {"validation": "data.train"})),
    Mistake("chance of two classes", 8, "wrong-chance", EVALUATE.format(**SCORES | {"chance": "0.5"})),
    Mistake("validation alone", 8, "wrong-accuracy", EVALUATE.format(**SCORES | {"test": "data.validation"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "objects, loops, a dict that grows",
        {
            1: """
            import numpy

            def scale(pictures, labels):
                return numpy.multiply(pictures, 1 / 255, dtype="float32"), labels
            """,
            2: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(),
                          metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
            """,
            3: """
            row = dict(logs)
            row["epoch"] = epoch + 1
            row["seconds"] = seconds
            row["pictures_per_second"] = self.examples / seconds
            self.rows += [row]
            """,
            4: """
            found = []
            for layer in model.layers:
                size = int(sum(np.prod(weight.shape) for weight in layer.weights))
                found.append(dict(name=layer.name, kind=layer.__class__.__name__, shape=tuple(layer.output.shape)[1:], parameters=size))
            return found
            """,
            5: """
            answers = probabilities.argmax(axis=1)
            rows = [row for row in range(len(labels)) if answers[row] != labels[row]]
            return sorted(rows, key=lambda row: probabilities[row].max(), reverse=True)[:count]
            """,
        },
    ),
    Right(
        "comprehensions, tf.data, predictions counted",
        {
            6: """
            def line(name, parameters, rows):
                accuracies = [row["val_accuracy"] for row in rows]
                best = int(np.argmax(accuracies))
                return [name, parameters, accuracies[best], rows[best]["epoch"], float(sum(row["seconds"] for row in rows))]

            return sorted((line(name, *run) for name, run in runs.items()), key=lambda each: each[2], reverse=True)
            """,
            7: """
            size = preset.batch_size
            history = model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=data.validation.batches(size), callbacks=callbacks + [recorder])
            """,
            8: """
            def score(split):
                return float(np.mean(model.predict(split.x, verbose=0).argmax(axis=1) == split.y))

            return {"val_accuracy": score(data.validation), "test_accuracy": score(data.test), "chance": 1 / 10}
            """,
        },
    ),
]
