"""Planted mistakes of exercise 15b, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

WINDOWS = """
both = np.lib.stride_tricks.sliding_window_view(ids, length + {more})[::{step}]{some}
return {x}.copy(), {y}.copy()
"""
CUT = {"more": "1", "step": "step", "some": "", "x": "both[:, :-1]", "y": "both[:, 1:]"}
MODEL = """
ids = keras.Input({shape}, dtype="{kind}")
states = {lstm}({inputs})
return keras.Model(ids, keras.layers.Dense({last})(states))
"""
USUAL = {
    "shape": "(None,)",
    "kind": "int32",
    "lstm": "keras.layers.LSTM(units, return_sequences=True)",
    "inputs": "keras.ops.one_hot(ids, characters)",
    "last": "characters",
}
COMPILE = "model.compile(optimizer={optimizer}, loss={loss})"
RMSPROP, LOSS = "keras.optimizers.RMSprop(rate)", "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
ENDS = "ends = keras.ops.cumsum(probabilities, axis=-1)\n"
STEP = """
output, new = cell(x, state)
return {number}, {state}
"""
GOOD_STEP = {"number": "draw(tempered(head(output), temperature), u)", "state": "new"}
FIT = """
history = model.fit({train}.x, {train}.y, batch_size={size}, epochs={epochs}, {validation}callbacks={callbacks})
"""
GOOD = {
    "train": "data.train",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "validation": "validation_data=(data.validation.x, data.validation.y), ",
    "callbacks": "[*callbacks, falling, writer]",
}
EVALUATE = """
return {{"loss_after_epoch_1": {first}, "val_loss": {validation}, "test_loss": {test}, "bits_per_character": {bits},
        "perplexity": {perplexity}, "unigram_bits": unigram_bits({train}.y, data.test.y, len(data.class_names))}}
"""
NUMBERS = {
    "first": 'first["loss"]',
    "validation": "val_loss",
    "test": "test_loss",
    "bits": "test_loss / math.log(2)",
    "perplexity": "math.exp(test_loss)",
    "train": "data.train",
}

MISTAKES = [
    Mistake("windows side by side", 1, "wrong-step", WINDOWS.format(**CUT | {"step": "length"})),
    Mistake("a window at every character", 1, "wrong-step", WINDOWS.format(**CUT | {"step": "1"})),
    Mistake("targets equal to the inputs", 1, "targets-are-the-inputs", WINDOWS.format(**CUT | {"y": "both[:, :-1]"})),
    Mistake("targets off by one", 1, "targets-too-late",
            WINDOWS.format(**CUT | {"more": "2", "x": "both[:, :-2]", "y": "both[:, 2:]"})),
    Mistake("inputs and targets exchanged", 1, "targets-before-the-inputs",
            WINDOWS.format(**CUT | {"x": "both[:, 1:]", "y": "both[:, :-1]"})),
    Mistake("the last character as the only target", 1, "one-target-a-window", WINDOWS.format(**CUT | {"y": "both[:, -1]"})),
    Mistake("one character too short", 1, "wrong-length", WINDOWS.format(**CUT | {"more": "0"})),
    Mistake("last window left out", 1, "wrong-number", WINDOWS.format(**CUT | {"some": "[:-1]"})),
    Mistake("one-hot rows from outside", 2, "one-hot-from-outside",
            MODEL.format(**USUAL | {"shape": "(None, characters)", "kind": "float32", "inputs": "ids"})),
    Mistake("state of the last step alone", 2, "last-state-only", MODEL.format(**USUAL | {"lstm": "keras.layers.LSTM(units)"})),
    Mistake("numbers as they are", 2, "not-one-hot",
            MODEL.format(**USUAL | {"inputs": 'keras.ops.cast(ids, "float32")[:, :, None]'})),
    Mistake("softmax and from_logits", 2, "softmax-in-the-model",
            MODEL.format(**USUAL | {"last": 'characters, activation="softmax"'})),
    Mistake("relu on the logits", 2, "negative-logits-lost", MODEL.format(**USUAL | {"last": 'characters, activation="relu"'})),
    Mistake("a GRU", 2, "no-lstm", MODEL.format(**USUAL | {"lstm": "keras.layers.GRU(units, return_sequences=True)"})),
    Mistake("reads from the end", 2, "reads-ahead",
            MODEL.format(**USUAL | {"lstm": "keras.layers.LSTM(units, return_sequences=True, go_backwards=True)"})),
    Mistake("units written as a number", 2, "units-ignored",
            MODEL.format(**USUAL | {"lstm": "keras.layers.LSTM(12, return_sequences=True)"})),
    Mistake("logits taken for probabilities", 3, "logits-taken-for-probabilities",
            COMPILE.format(optimizer=RMSPROP, loss='"sparse_categorical_crossentropy"')),
    Mistake("one-hot targets expected", 3, "wrong-loss",
            COMPILE.format(optimizer=RMSPROP, loss="keras.losses.CategoricalCrossentropy(from_logits=True)")),
    Mistake("Adam", 3, "wrong-optimizer", COMPILE.format(optimizer="keras.optimizers.Adam(rate)", loss=LOSS)),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(optimizer='"rmsprop"', loss=LOSS)),
    Mistake("multiplied by the temperature", 4, "multiplied", "return keras.ops.softmax(logits * temperature[:, None])"),
    Mistake("temperature left out", 4, "temperature-ignored", "return keras.ops.softmax(logits)"),
    Mistake("no softmax", 4, "not-a-softmax", "return logits / temperature[:, None]"),
    Mistake("divided after the softmax", 4, "divided-afterwards", "return keras.ops.softmax(logits) / temperature[:, None]"),
    Mistake("first temperature for all", 4, "one-temperature-for-all", "return keras.ops.softmax(logits / temperature[0])"),
    Mistake("softmax over the texts", 4, "softmax-over-the-texts",
            "return keras.ops.softmax(logits / temperature[:, None], axis=0)"),
    Mistake("argmax", 5, "argmax", 'return keras.ops.cast(keras.ops.argmax(probabilities, axis=-1), "int32")'),
    Mistake("a draw of its own", 5, "not-by-u",
            'return keras.ops.cast(keras.random.categorical(keras.ops.log(probabilities), 1)[:, 0] * 0 + 2, "int32")'),
    Mistake("last end counted", 5, "no-such-character",
            ENDS + 'return keras.ops.sum(keras.ops.cast(ends <= u[:, None], "int32"), axis=-1)'),
    Mistake("ends above u", 5, "ends-above-counted",
            ENDS + 'return keras.ops.sum(keras.ops.cast(ends[:, :-1] > u[:, None], "int32"), axis=-1)'),
    Mistake("one too many", 5, "one-too-many",
            ENDS + 'return 1 + keras.ops.sum(keras.ops.cast(ends[:, :-1] <= u[:, None], "int32"), axis=-1)'),
    Mistake("one number for all texts", 5, "wrong-shape",
            ENDS + 'return keras.ops.sum(keras.ops.cast(ends[:, :-1] <= u[:, None], "int32"))'),
    Mistake("fractions", 5, "not-whole", ENDS + 'return keras.ops.sum(keras.ops.cast(ends[:, :-1] <= u[:, None], "float32"), axis=-1)'),
    Mistake("state not carried", 6, "state-not-carried", STEP.format(**GOOD_STEP | {"state": "state"})),
    Mistake("begins anew at each character", 6, "old-state-lost",
            "output, new = cell(x, [0 * part for part in state])\nreturn draw(tempered(head(output), temperature), u), new"),
    Mistake("cell called twice", 6, "old-state-lost",
            "output, state = cell(x, state)\noutput, state = cell(x, state)\nreturn draw(tempered(head(output), temperature), u), state"),
    Mistake("h alone handed on", 6, "half-a-state", STEP.format(**GOOD_STEP | {"state": "output"})),
    Mistake("state before number", 6, "pair-turned-round",
            "output, new = cell(x, state)\nreturn new, draw(tempered(head(output), temperature), u)"),
    Mistake("output taken for logits", 6, "head-forgotten",
            STEP.format(**GOOD_STEP | {"number": "draw(tempered(output, temperature), u)"})),
    Mistake("temperature forgotten", 6, "temperature-forgotten",
            STEP.format(**GOOD_STEP | {"number": "draw(keras.ops.softmax(head(output)), u)"})),
    Mistake("most likely one", 6, "argmax",
            STEP.format(**GOOD_STEP | {"number": 'keras.ops.cast(keras.ops.argmax(head(output), axis=-1), "int32")'})),
    Mistake("validation cut out of the training windows", 7, "no-validation",
            FIT.format(**GOOD | {"validation": "validation_split=0.1, "})),
    Mistake("test text watched", 7, "test-data-in-fit",
            FIT.format(**GOOD | {"validation": "validation_data=(data.test.x, data.test.y), "})),
    Mistake("training windows watched", 7, "wrong-validation",
            FIT.format(**GOOD | {"validation": "validation_data=(data.train.x, data.train.y), "})),
    Mistake("trained on the validation text", 7, "wrong-split", FIT.format(**GOOD | {"train": "data.validation"})),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", FIT.format(**GOOD | {"size": "32"})),
    Mistake("one epoch", 7, "wrong-epochs", FIT.format(**GOOD | {"epochs": "1"})),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", FIT.format(**GOOD | {"callbacks": "[falling, writer]"})),
    Mistake("nothing written", 7, "callback-missing", FIT.format(**GOOD | {"callbacks": "[*callbacks, falling]"})),
    Mistake("rate stays high", 7, "callback-missing", FIT.format(**GOOD | {"callbacks": "[*callbacks, writer]"})),
    Mistake("loss for bits", 8, "loss-for-bits", EVALUATE.format(**NUMBERS | {"bits": "test_loss"})),
    Mistake("multiplied by log 2", 8, "multiplied-by-log-2", EVALUATE.format(**NUMBERS | {"bits": "test_loss * math.log(2)"})),
    Mistake("two to the power of the loss", 8, "power-of-two-of-the-loss", EVALUATE.format(**NUMBERS | {"perplexity": "2**test_loss"})),
    Mistake("bits of the validation text", 8, "validation-and-test-mixed",
            EVALUATE.format(**NUMBERS | {"bits": "val_loss / math.log(2)"})),
    Mistake("validation and test exchanged", 8, "validation-and-test-mixed",
            EVALUATE.format(**NUMBERS | {"validation": "test_loss", "test": "val_loss"})),
    Mistake("last loss for the first", 8, "not-after-the-first-epoch", EVALUATE.format(**NUMBERS | {"first": "val_loss"})),
    Mistake("frequencies of the test text itself", 8, "wrong-value", EVALUATE.format(**NUMBERS | {"train": "data.test"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "loops and lists, layers in place of operations",
        {
            1: """
            starts = range(0, len(ids) - length, step)
            x = np.array([ids[start : start + length] for start in starts])
            return x, np.array([ids[start + 1 : start + 1 + length] for start in starts])
            """,
            2: """
            return keras.Sequential([
                keras.Input((None,), dtype="int32"),
                keras.layers.Embedding(characters, characters, embeddings_initializer="identity", trainable=False),
                keras.layers.LSTM(units, return_sequences=True),
                keras.layers.TimeDistributed(keras.layers.Dense(characters)),
            ])
            """,
            3: """
            model.compile(keras.optimizers.RMSprop(rate),
                          lambda y, z: keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True))
            """,
            4: """
            z = logits / keras.ops.expand_dims(temperature, -1)
            p = keras.ops.exp(z - keras.ops.max(z, axis=-1, keepdims=True))
            return p / keras.ops.sum(p, axis=-1, keepdims=True)
            """,
            5: """
            below = keras.ops.cumsum(probabilities, axis=-1) <= u[:, None]
            number = keras.ops.sum(keras.ops.cast(below, "int32"), axis=-1)
            return keras.ops.minimum(number, probabilities.shape[-1] - 1)
            """,
            8: """
            bits = test_loss / math.log(2)
            base = unigram_bits(data.train.y, data.test.y, len(data.class_names))
            return dict(loss_after_epoch_1=first["loss"], val_loss=val_loss, test_loss=test_loss, bits_per_character=bits,
                        perplexity=2**bits, unigram_bits=base)
            """,
        },
    ),
    Right(
        "CategoryEncoding, tf.data",
        {
            2: """
            inputs = keras.Input((None,), dtype="int32")
            x = keras.layers.CategoryEncoding(num_tokens=characters, output_mode="one_hot")(inputs)
            x = keras.layers.LSTM(units, return_sequences=True)(x)
            return keras.Model(inputs, keras.layers.Dense(characters, "linear")(x))
            """,
            6: """
            output, (h, c) = cell(x, state)
            number = draw(tempered(head(output), temperature), u)
            return number, [h, c]
            """,
            7: """
            history = model.fit(data.train.batches(preset.batch_size, shuffle=True), epochs=preset.epochs, shuffle=False,
                                validation_data=data.validation.batches(preset.batch_size),
                                callbacks=callbacks + [writer, falling])
            """,
        },
    ),
]
