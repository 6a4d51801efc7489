"""Planted mistakes of exercise 15a, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

LSTM = """
i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
c = {c}
return {result}
"""
CELL = {"c": "sigmoid(f) * c + sigmoid(i) * np.tanh(g)", "result": "sigmoid(o) * np.tanh(c), c"}
READ = """
for t in {steps}:
    if kind == "rnn":
        {rnn}
    else:
        {lstm}
"""
READS = {
    "steps": "range(x.shape[1])",
    "rnn": "h = rnn_step(x[:, t], h, W, U, b)",
    "lstm": "h, c = lstm_step(x[:, t], h, c, W, U, b)",
}
NORMS = """
J = np.eye(len(U))
norms = [float(np.linalg.norm(J))]
for h in {states}:
    J = {step}
    norms.append(float(np.linalg.norm(J)))
return {result}
"""
NORM = {"states": "states[:0:-1]", "step": "J @ (np.diag(1 - h**2) @ U.T)", "result": "norms"}


def network(embedding: str = "words, size, mask_zero=True", cell: str = "CELLS[cell](units, dropout=0.2)",
            last: str = '1, activation="sigmoid"', spatial: str = "spatial, ") -> str:  # fmt: skip
    """The answer to blank 5 with these parts."""
    return (
        "return keras.Sequential([keras.Input((data.train.x.shape[1],), dtype='int32'), "
        f"keras.layers.Embedding({embedding}), {spatial}{cell}, keras.layers.Dense({last})])"
    )


COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}], jit_compile={xla})"
USUAL = {
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": '"binary_crossentropy"',
    "metric": '"accuracy"',
    "xla": "xla",
}
FIT = """
history = model.fit(data.train.x, data.train.y, batch_size={size}, epochs={epochs}, validation_data={validation}{callbacks})
"""
GOOD = {
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "validation": "(data.validation.x, data.validation.y)",
    "callbacks": ", callbacks=[*callbacks, falling()]",
}
EVALUATE = """
def score(split):
    return model.evaluate(split.x, split.y, verbose=0, return_dict=True)[{metric}]

return {{"val_accuracy": score({validation}), "test_accuracy": score({test}){hand}}}
"""
SCORES = {
    "metric": '"accuracy"',
    "validation": "data.validation",
    "test": "data.test",
    "hand": ', "by_hand": by_hand(model, whole)',
}

MISTAKES = [
    Mistake("sigmoid for tanh", 1, "sigmoid-for-tanh", "return sigmoid(x @ W + h @ U + b)"),
    Mistake("no activation", 1, "activation-missing", "return x @ W + h @ U + b"),
    Mistake("no state", 1, "state-forgotten", "return np.tanh(x @ W + b)"),
    Mistake("no bias", 1, "bias-forgotten", "return np.tanh(x @ W + h @ U)"),
    Mistake("recurrent kernel transposed", 1, "transposed", "return np.tanh(x @ W + h @ U.T + b)"),
    Mistake("tanh for the gates", 2, "tanh-for-gates",
            LSTM.format(**CELL).replace("sigmoid(", "np.tanh(")),
    Mistake("sigmoid for the candidates", 2, "sigmoid-for-candidates",
            LSTM.format(**CELL | {"c": "sigmoid(f) * c + sigmoid(i) * sigmoid(g)"})),
    Mistake("gates in the order f, i", 2, "gates-in-another-order", LSTM.format(**CELL).replace("i, f, g, o", "f, i, g, o")),
    Mistake("gates in the order i, f, o, g", 2, "gates-in-another-order", LSTM.format(**CELL).replace("i, f, g, o", "i, f, o, g")),
    Mistake("h of the old memory", 2, "old-memory-shown", """
        i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)
        return sigmoid(o) * np.tanh(c), sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        """),
    Mistake("no tanh around the memory", 2, "tanh-of-memory-missing", LSTM.format(**CELL | {"result": "sigmoid(o) * c, c"})),
    Mistake("no forget gate", 2, "nothing-forgotten", LSTM.format(**CELL | {"c": "c + sigmoid(i) * np.tanh(g)"})),
    Mistake("c before h", 2, "pair-turned-round", LSTM.format(**CELL | {"result": "c, sigmoid(o) * np.tanh(c)"})),
    Mistake("read from the end", 3, "read-backwards", READ.format(**READS | {"steps": "reversed(range(x.shape[1]))"})),
    Mistake("last word left out", 3, "word-lost", READ.format(**READS | {"steps": "range(x.shape[1] - 1)"})),
    Mistake("first word left out", 3, "word-lost", READ.format(**READS | {"steps": "range(1, x.shape[1])"})),
    Mistake("state not handed on", 3, "state-not-kept",
            READ.format(**READS | {"rnn": "h = rnn_step(x[:, t], 0 * h, W, U, b)"})),
    Mistake("slope of tanh forgotten", 4, "slope-forgotten", NORMS.format(**NORM | {"step": "J @ U.T"})),
    Mistake("from the first state on", 4, "forwards", NORMS.format(**NORM | {"states": "states[:-1]"})),
    Mistake("earliest first", 4, "turned-round", NORMS.format(**NORM | {"result": "norms[::-1]"})),
    Mistake("one step too many", 4, "wrong-number", NORMS.format(**NORM | {"states": "states[::-1]"})),
    Mistake("kernel not transposed", 4, "wrong-norms", NORMS.format(**NORM | {"step": "J @ (np.diag(1 - h**2) @ U)"})),
    Mistake("gaps read as words", 5, "gaps-read", network(embedding="words, size")),
    Mistake("LSTM whatever is asked for", 5, "cell-ignored", network(cell="keras.layers.LSTM(units, dropout=0.2)")),
    Mistake("a state for each word", 5, "wrong-output-shape", network(cell="CELLS[cell](units, dropout=0.2, return_sequences=True)")),
    Mistake("spatial dropout left out", 5, "spatial-dropout-missing", network(spatial="")),
    Mistake("no dropout", 5, "dropout-missing", network(cell="CELLS[cell](units)")),
    Mistake("units written as a number", 5, "units-ignored", network(cell="CELLS[cell](8, dropout=0.2)")),
    Mistake("softmax over one unit", 5, "constant-answer", network(last='1, activation="softmax"')),
    Mistake("linear output", 5, "output-not-sigmoid", network(last="1, kernel_initializer=keras.initializers.RandomNormal(stddev=50)")),
    Mistake("from logits", 6, "from-logits-with-sigmoid",
            COMPILE.format(**USUAL | {"loss": "keras.losses.BinaryCrossentropy(from_logits=True)"})),
    Mistake("squared error", 6, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'})),
    Mistake("rate not handed on", 6, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("no accuracy", 6, "metric-missing", COMPILE.format(**USUAL | {"metric": '"mae"'})),
    Mistake("test reviews watched", 7, "test-data-in-fit", FIT.format(**GOOD | {"validation": "(data.test.x, data.test.y)"})),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": ""})),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"})),
    Mistake("one epoch", 7, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("loss for accuracy", 8, "wrong-accuracy", EVALUATE.format(**SCORES | {"metric": '"loss"'})),
    Mistake("training reviews as validation", 8, "wrong-accuracy", EVALUATE.format(**SCORES | {"validation": "data.train"})),
    Mistake("cell by hand left out", 8, "metric-missing", EVALUATE.format(**SCORES | {"hand": ""})),
]  # fmt: skip

RIGHTS = [
    Right(
        "gates by slices, loops over pairs, the functional model",
        {
            1: "return np.tanh(np.dot(x, W) + np.dot(h, U) + b)",
            2: """
            z, n = x @ W + h @ U + b, h.shape[-1]
            let_in, keep, out = (sigmoid(z[:, k * n : (k + 1) * n]) for k in (0, 1, 3))
            new = keep * c + let_in * np.tanh(z[:, 2 * n : 3 * n])
            return out * np.tanh(new), new
            """,
            3: """
            for word in np.moveaxis(x, 1, 0):
                if kind == "lstm":
                    h, c = lstm_step(word, h, c, W, U, b)
                else:
                    h = rnn_step(word, h, W, U, b)
            """,
            4: """
            product, norms = np.identity(len(U)), []
            for t in range(len(states) - 1, -1, -1):
                norms.append(float(np.sqrt((product**2).sum())))
                product = product * (1 - states[t] ** 2) @ U.T
            return norms
            """,
            5: """
            numbers = keras.Input((data.train.x.shape[1],), dtype="int32")
            vectors = keras.layers.Embedding(words, size, mask_zero=True)(numbers)
            vectors = spatial(vectors)
            state = CELLS[cell](units, dropout=0.2)(vectors)
            return keras.Model(numbers, keras.layers.Dense(1, keras.activations.sigmoid)(state))
            """,
        },
    ),
    Right(
        "objects in place of names, tf.data, predictions counted",
        {
            6: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(),
                          metrics=[keras.metrics.BinaryAccuracy(name="accuracy")], jit_compile=xla)
            """,
            7: """
            size = preset.batch_size
            history = model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=data.validation.batches(size), callbacks=callbacks + [falling()])
            """,
            8: """
            def score(split):
                return float(np.mean((model.predict(split.x, verbose=0)[:, 0] > 0.5) == split.y))

            return {"val_accuracy": score(data.validation), "test_accuracy": score(data.test), "by_hand": by_hand(model, whole)}
            """,
        },
    ),
]
