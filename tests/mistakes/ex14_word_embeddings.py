"""Planted mistakes of exercise 14, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

DEFINE = """
there = keras.ops.expand_dims(keras.ops.cast(keras.ops.not_equal(given, 0), "float32"), -1)
mean = {mean}
scores = {scores}
"""
USUAL = {
    "mean": "keras.ops.sum(vectors * there, axis=1) / keras.ops.maximum(keras.ops.sum(there, axis=1), 1.0)",
    "scores": 'keras.ops.einsum("bcs,bs->bc", contexts, mean)',
}
COMPILE = "model.compile(optimizer={optimizer}, loss={loss})"
ADAM, LOSS = "keras.optimizers.Adam(rate)", "keras.losses.BinaryCrossentropy(from_logits=True)"
FIT = """
history = model.fit(examples({train}, {way}), epochs={epochs}, validation_data=examples({validation}, "skip-gram", fresh=False),
                    callbacks={callbacks}, shuffle=False)
"""
GOOD = {
    "train": "data.train",
    "way": '"skip-gram"',
    "epochs": "preset.epochs",
    "validation": "data.validation",
    "callbacks": "callbacks",
}
SKIP = """
radius = rows.shape[1] // 2
context = {context}
true = np.take_along_axis(context, pick[:, None], axis=1)
return {result}
"""
NEAREST = """
return sorted({words}, key=lambda word: {key})[:count]
"""

MISTAKES = [
    Mistake("no padding", 1, "words-lost", "return np.lib.stride_tricks.sliding_window_view(numbers, 2 * radius + 1)"
            " if len(numbers) > 2 * radius else np.zeros((0, 2 * radius + 1))"),
    Mistake("one side only", 1, "center-not-in-the-middle", """
            padded = np.pad(numbers, (2 * radius, 0))
            return np.lib.stride_tricks.sliding_window_view(padded, 2 * radius + 1)
            """),
    Mistake("ends repeated", 1, "ends-filled-with-words",
            'return np.lib.stride_tricks.sliding_window_view(np.pad(numbers, radius, mode="edge"), 2 * radius + 1)'),
    Mistake("center left out of the window", 1, "wrong-width", """
            rows = np.lib.stride_tricks.sliding_window_view(np.pad(numbers, radius), 2 * radius + 1)
            return np.delete(rows, radius, axis=1)
            """),
    Mistake("gaps averaged too", 2, "gaps-averaged", DEFINE.format(**USUAL | {"mean": "keras.ops.mean(vectors, axis=1)"})),
    Mistake("sum for the mean", 2, "sum-for-mean", DEFINE.format(**USUAL | {"mean": "keras.ops.sum(vectors * there, axis=1)"})),
    Mistake("sigmoid in the model", 2, "not-the-mean",
            DEFINE.format(**USUAL | {"scores": 'keras.ops.sigmoid(keras.ops.einsum("bcs,bs->bc", contexts, mean))'})),
    Mistake("one score for all candidates", 2, "wrong-shape",
            DEFINE.format(**USUAL | {"scores": 'keras.ops.einsum("bcs,bs->b", contexts, mean)'})),
    Mistake("a dense layer on top", 2, "more-parameters",
            DEFINE.format(**USUAL | {"mean": f"keras.layers.Dense(size, use_bias=False)({USUAL['mean']})"})),
    Mistake("scores taken for probabilities", 3, "scores-taken-for-probabilities",
            COMPILE.format(optimizer=ADAM, loss='"binary_crossentropy"')),
    Mistake("squared error", 3, "wrong-loss", COMPILE.format(optimizer=ADAM, loss='"mse"')),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(optimizer='"adam"', loss=LOSS)),
    Mistake("counts as they are", 4, "no-power", "return counts / counts.sum()"),
    Mistake("weights that do not add up", 4, "do-not-add-up", "return counts ** 0.75"),
    Mistake("all words alike", 4, "all-alike", "return np.full(len(counts), 1 / len(counts))"),
    Mistake("another power", 4, "wrong-power", "weights = counts ** 0.5\nreturn weights / weights.sum()"),
    Mistake("context given, center true", 5, "turned-round",
            SKIP.format(context="np.delete(rows, radius, axis=1)", result="true, rows[:, [radius]]")),
    Mistake("places with the center", 5, "wrong-words", SKIP.format(context="rows", result="rows[:, [radius]], true")),
    Mistake("axis lost", 5, "axis-lost",
            SKIP.format(context="np.delete(rows, radius, axis=1)", result="rows[:, radius], true[:, 0]")),
    Mistake("first word for the center", 5, "wrong-words",
            SKIP.format(context="np.delete(rows, radius, axis=1)", result="rows[:, [0]], true")),
    Mistake("CBOW in place of skip-gram", 6, "other-way", FIT.format(**GOOD | {"way": '"cbow"'})),
    Mistake("test windows watched", 6, "test-data-in-fit", FIT.format(**GOOD | {"validation": "data.test"})),
    Mistake("trained on the validation windows", 6, "other-rows", FIT.format(**GOOD | {"train": "data.validation"})),
    Mistake("one epoch", 6, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("callbacks dropped", 6, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": "[]"})),
    Mistake("dot product alone", 7, "not-divided", "return float(a @ b)"),
    Mistake("distance", 7, "distance-for-cosine",
            "length = np.linalg.norm(a) * np.linalg.norm(b)\nreturn 1 - float(a @ b / length) if length > 0 else 0.0"),
    Mistake("unknown words divided by 0", 7, "zero-divided", "return float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-300))"
            " if b.any() else float('nan')"),
    Mistake("squares for lengths", 7, "wrong-cosine", "length = (a @ a) * (b @ b)\nreturn float(a @ b / length) if length > 0 else 0.0"),
    Mistake("question among the answers", 8, "question-among-the-answers",
            NEAREST.format(words="vectors", key="-cosine(vector, vectors[word])")),
    Mistake("farthest first", 8, "farthest-first",
            NEAREST.format(words="[word for word in vectors if word not in leave_out]", key="cosine(vector, vectors[word])")),
    Mistake("by dot product", 8, "wrong-order",
            NEAREST.format(words="[word for word in vectors if word not in leave_out]", key="-float(vector @ vectors[word])")),
    Mistake("cut before leaving out", 8, "wrong-number", """
            order = sorted(vectors, key=lambda word: -cosine(vector, vectors[word]))[:count]
            return [word for word in order if word not in leave_out]
            """),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops, layers in place of operations",
        {
            1: """
            padded = [0] * radius + [int(number) for number in numbers] + [0] * radius
            return np.array([padded[start : start + 2 * radius + 1] for start in range(len(numbers))], dtype="int32")
            """,
            2: """
            mask = keras.ops.cast(given > 0, "float32")[:, :, None]
            mean = keras.ops.sum(vectors * mask, axis=1) / (keras.ops.sum(mask, axis=1) + 1e-9)
            scores = keras.layers.Dot(axes=(2, 1))([contexts, mean])
            """,
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True, name="pairs"))
            """,
            4: """
            powers = np.power(counts, 3 / 4)
            return np.divide(powers, np.sum(powers))
            """,
            7: """
            lengths = np.sqrt((a * a).sum()), np.sqrt((b * b).sum())
            if 0 in lengths:
                return 0.0
            return float(np.dot(a / lengths[0], b / lengths[1]))
            """,
        },
    ),
    Right(
        "indices, other loops",
        {
            5: """
            radius = rows.shape[1] // 2
            places = np.where(pick < radius, pick, pick + 1)
            return rows[:, radius : radius + 1], rows[np.arange(len(rows)), places].reshape(-1, 1)
            """,
            6: """
            history = model.fit(x=examples(data.train, "skip-gram", fresh=True), epochs=preset.epochs, shuffle=False,
                                callbacks=callbacks, validation_data=examples(data.validation, way="skip-gram", fresh=False))
            """,
            8: """
            found = [(cosine(vector, other), word) for word, other in vectors.items() if word not in set(leave_out)]
            found.sort(key=lambda pair: pair[0], reverse=True)
            return [word for _, word in found][:count]
            """,
        },
    ),
]
