"""Planted mistakes of exercise 17, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

ATTENTION = """
scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) {scale}
if allowed is not None:
    scores = {mask}
weights = ops.softmax(scores, axis={axis})
return {result}
"""
LOOK = {
    "scale": "/ math.sqrt(k.shape[-1])",
    "mask": "ops.where(allowed, scores, FAR_BELOW)",
    "axis": "-1",
    "result": "ops.matmul(weights, v), weights",
}
MASK = """
words = {words}
if not look_ahead:
    return words
n = numbers.shape[1]
before = {before}
return {both}
"""
MASKS = {
    "words": "ops.expand_dims(ops.not_equal(numbers, 0), (1, 2))",
    "before": "np.arange(n)[None, :] <= np.arange(n)[:, None]",
    "both": "ops.logical_and(words, before)",
}
TABLE = """
angles = {angles}
table = np.zeros((length, size))
table[:, 0::2] = np.{even}(angles)
table[:, 1::2] = np.{odd}(angles)
return table
"""
WAVES = {"angles": "np.arange(length)[:, None] / 10000 ** (np.arange(0, size, 2) / size)", "even": "sin", "odd": "cos"}
BLOCK = """
a = {first}
return {second}
"""
PARTS = {
    "first": "self.norm1(x + self.dropout1(self.attention(x, x, allowed), training=training))",
    "second": "self.norm2(a + self.dropout2(self.narrow(self.wide(a)), training=training))",
}
MEAN = """
there = ops.expand_dims(ops.cast({there}, x.dtype), -1)
return {result}
"""
MEANS = {
    "there": "ops.not_equal(numbers, 0)",
    "result": "ops.sum(x * there, axis=1) / ops.maximum(ops.sum(there, axis=1), 1)",
}
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {"optimizer": "keras.optimizers.Adam(rate)", "loss": '"binary_crossentropy"', "metric": '"accuracy"'}
FIT = """
return model.fit(data.train.x, data.train.y, batch_size={size}, epochs={epochs}, validation_data={validation}{callbacks})
"""
GOOD = {
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "validation": "(data.validation.x, data.validation.y)",
    "callbacks": ", callbacks=[*callbacks, falling]",
}

MISTAKES = [
    Mistake("scores not scaled", 1, "not-scaled", ATTENTION.format(**LOOK | {"scale": ""})),
    Mistake("scaled by d, not its root", 1, "scaled-by-d", ATTENTION.format(**LOOK | {"scale": "/ k.shape[-1]"})),
    Mistake("softmax over the queries", 1, "softmax-over-queries", ATTENTION.format(**LOOK | {"axis": "-2"})),
    Mistake("weights first", 1, "pair-turned-round", ATTENTION.format(**LOOK | {"result": "weights, ops.matmul(weights, v)"})),
    Mistake("mask inverted", 1, "mask-inverted", ATTENTION.format(**LOOK | {"mask": "ops.where(allowed, FAR_BELOW, scores)"})),
    Mistake("hidden scores 0", 1, "zero-for-hidden", ATTENTION.format(**LOOK | {"mask": "ops.where(allowed, scores, 0.0)"})),
    Mistake("mask not used", 1, "mask-not-used", ATTENTION.format(**LOOK | {"mask": "scores"})),
    Mistake("mask after the softmax", 1, "mask-after-softmax", """
        weights = ops.softmax(ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(k.shape[-1]), axis=-1)
        if allowed is not None:
            weights = ops.where(allowed, weights, 0.0)
        return ops.matmul(weights, v), weights
        """),
    Mistake("heads by a reshape alone", 2, "heads-by-reshape-alone",
            "return ops.reshape(x, (-1, heads, x.shape[1], x.shape[2] // heads))"),
    Mistake("heads not in front", 2, "not-transposed", "return ops.reshape(x, (-1, x.shape[1], heads, x.shape[2] // heads))"),
    Mistake("every other number", 2, "every-other-number",
            "return ops.transpose(ops.reshape(x, (-1, x.shape[1], x.shape[2] // heads, heads)), (0, 3, 1, 2))"),
    Mistake("gaps allowed, words hidden", 3, "mask-inverted",
            MASK.format(**MASKS | {"words": "ops.expand_dims(ops.equal(numbers, 0), (1, 2))"})),
    Mistake("queries masked", 3, "queries-masked", MASK.format(**MASKS | {"words": "ops.expand_dims(ops.not_equal(numbers, 0), (1, 3))"})),
    Mistake("no axes", 3, "axes-missing", MASK.format(**MASKS | {"words": "ops.not_equal(numbers, 0)"})),
    Mistake("triangle reversed", 3, "looks-ahead", MASK.format(**MASKS | {"before": "np.arange(n)[None, :] >= np.arange(n)[:, None]"})),
    Mistake("own word hidden", 3, "own-word-hidden", MASK.format(**MASKS | {"before": "np.arange(n)[None, :] < np.arange(n)[:, None]"})),
    Mistake("gaps forgotten", 3, "gaps-forgotten", MASK.format(**MASKS | {"both": "ops.logical_or(before, words & False)"})),
    Mistake("or for and", 3, "either-is-enough", MASK.format(**MASKS | {"both": "ops.logical_or(words, before)"})),
    Mistake("sine and cosine swapped", 4, "sin-and-cos-swapped", TABLE.format(**WAVES | {"even": "cos", "odd": "sin"})),
    Mistake("exponent i / d", 4, "wrong-exponent",
            TABLE.format(**WAVES | {"angles": "np.arange(length)[:, None] / 10000 ** (np.arange(size // 2) / size)"})),
    Mistake("exponent 4i / d", 4, "wrong-exponent",
            TABLE.format(**WAVES | {"angles": "np.arange(length)[:, None] / 10000 ** (2 * np.arange(0, size, 2) / size)"})),
    Mistake("frequency rises", 4, "frequency-rises",
            TABLE.format(**WAVES | {"angles": "np.arange(length)[:, None] * 10000 ** (np.arange(0, size, 2) / size)"})),
    Mistake("sines, then cosines", 4, "halves",
            "a = np.arange(length)[:, None] / 10000 ** (np.arange(0, size, 2) / size)\n"
            "return np.concatenate([np.sin(a), np.cos(a)], axis=1)"),
    Mistake("first residual missing", 5, "first-residual-missing",
            BLOCK.format(**PARTS | {"first": "self.norm1(self.dropout1(self.attention(x, x, allowed), training=training))"})),
    Mistake("second residual missing", 5, "second-residual-missing",
            BLOCK.format(**PARTS | {"second": "self.norm2(self.dropout2(self.narrow(self.wide(a)), training=training))"})),
    Mistake("second norm missing", 5, "norm-missing",
            BLOCK.format(**PARTS | {"second": "a + self.dropout2(self.narrow(self.wide(a)), training=training)"})),
    Mistake("x added twice", 5, "wrong-block",
            BLOCK.format(**PARTS | {"second": "self.norm2(x + self.dropout2(self.narrow(self.wide(a)), training=training))"})),
    Mistake("mask not handed on", 5, "padding-attended-to",
            BLOCK.format(**PARTS | {"first": "self.norm1(x + self.dropout1(self.attention(x, x), training=training))"})),
    Mistake("no dropout", 5, "dropout-missing",
            "a = self.norm1(x + self.attention(x, x, allowed))\nreturn self.norm2(a + self.narrow(self.wide(a)))"),
    Mistake("mean over padding", 6, "gaps-in-the-mean", "return ops.mean(x, axis=1)"),
    Mistake("gaps counted", 6, "gaps-counted", MEAN.format(**MEANS | {"result": "ops.mean(x * there, axis=1)"})),
    Mistake("sum for mean", 6, "sum-for-mean", MEAN.format(**MEANS | {"result": "ops.sum(x * there, axis=1)"})),
    Mistake("mean of the gaps", 6, "mean-of-gaps", MEAN.format(**MEANS | {"there": "ops.equal(numbers, 0)"})),
    Mistake("divided by zero", 6, "zero-divided", MEAN.format(**MEANS | {"result": "ops.sum(x * there, axis=1) / ops.sum(there, axis=1)"})),
    Mistake("from logits", 7, "from-logits-with-sigmoid",
            COMPILE.format(**USUAL | {"loss": "keras.losses.BinaryCrossentropy(from_logits=True)"})),
    Mistake("squared error", 7, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'})),
    Mistake("rate not handed on", 7, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("no accuracy", 7, "metric-missing", COMPILE.format(**USUAL | {"metric": '"mae"'})),
    Mistake("test reviews watched", 8, "test-data-in-fit", FIT.format(**GOOD | {"validation": "(data.test.x, data.test.y)"})),
    Mistake("callbacks dropped", 8, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": ""})),
    Mistake("batch size left to Keras", 8, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"})),
    Mistake("one epoch", 8, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "einsum, comparisons, multiplied masks, masks as sums",
        {
            1: """
            scores = ops.einsum("...md,...nd->...mn", q, k) * k.shape[-1] ** -0.5
            if allowed is not None:
                scores = scores + (1 - ops.cast(allowed, scores.dtype)) * FAR_BELOW
            weights = ops.softmax(scores)
            return ops.einsum("...mn,...nd->...md", weights, v), weights
            """,
            2: "return ops.stack(ops.split(x, heads, axis=-1), axis=1)",
            3: """
            words = (numbers != 0)[:, None, None, :]
            if look_ahead:
                n = numbers.shape[1]
                return ops.logical_and(words, ops.tril(ops.ones((n, n), dtype="bool")))
            return words
            """,
            4: """
            rows = [[(math.cos if j % 2 else math.sin)(p / 10000 ** ((j - j % 2) / size)) for j in range(size)] for p in range(length)]
            return np.array(rows)
            """,
            6: """
            weights = ops.cast(numbers > 0, x.dtype)
            weights = weights / (ops.sum(weights, axis=1, keepdims=True) + 1e-7)
            return ops.einsum("bn,bns->bs", weights, x)
            """,
        },
    ),
    Right(
        "layers that add, objects in place of names, tf.data",
        {
            5: """
            looked = self.dropout1(self.attention(x, x, allowed), training=training)
            x = self.norm1(ops.add(x, looked))
            fed = self.dropout2(self.narrow(self.wide(x)), training=training)
            return self.norm2(ops.add(x, fed))
            """,
            7: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(),
                          metrics=[keras.metrics.BinaryAccuracy(name="accuracy")])
            """,
            8: """
            size = preset.batch_size
            return model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False,
                             validation_data=data.validation.batches(size), callbacks=callbacks + [falling])
            """,
        },
    ),
]
