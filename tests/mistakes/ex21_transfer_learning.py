"""Planted mistakes of exercise 21, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

MAPS = """
encoder.model.trainable = {flag}
maps = encoder.model({given}, training=False)
"""
HEAD = """
features = keras.layers.{pooling}()(maps)
outputs = keras.layers.Dense({units}, activation={last})(features)
"""
COMPILE = "model.compile(optimizer={optimizer}, loss={loss}, metrics=[{metric}])"
USUAL = {
    "optimizer": "keras.optimizers.Adam(rate)",
    "loss": '"sparse_categorical_crossentropy"',
    "metric": '"accuracy"',
}
THAW = """
encoder.trainable = {whole}
for layer in encoder.layers:
    layer.trainable = {which}
{again}
"""
WISE = {
    "whole": "True",
    "which": "layer in block and not isinstance(layer, keras.layers.BatchNormalization)",
    "again": 'model.compile(optimizer=keras.optimizers.Adam(slower * rate), loss=model.loss, metrics=["accuracy"])',
}
FIRST = """
first = head.fit({x}, {y}, batch_size=preset.batch_size, epochs={epochs}, validation_data={held}, callbacks={callbacks},
                 verbose=0)
"""
FEATURES = {
    "x": "features_of(model, data.train.x)",
    "y": "data.train.y",
    "epochs": "preset.epochs",
    "held": "(features_of(model, data.validation.x), data.validation.y)",
    "callbacks": "[]",
}
SECOND = """
second = model.fit({x}, {y}, batch_size={size}, epochs={epochs}, validation_data={held}, callbacks={callbacks})
"""
PICTURES = {
    "x": "data.train.x",
    "y": "data.train.y",
    "size": "preset.batch_size",
    "epochs": "preset.epochs",
    "held": "(data.validation.x, data.validation.y)",
    "callbacks": "callbacks",
}
COMPARED = """
d = (ours == labels).astype(float) - (theirs == labels)
return {{"accuracy": np.mean(ours == labels), "scratch_accuracy": np.mean(theirs == labels), "gain": {gain},
        "gain_error": {error}}}
"""
FOUND = {"gain": "d.mean()", "error": "d.std() / np.sqrt(len(d))"}

MISTAKES = [
    Mistake("preprocessing left out", 1, "preprocessing-missing", MAPS.format(flag=False, given="large")),
    Mistake("preprocessed twice", 1, "preprocessed-twice",
            MAPS.format(flag=False, given="encoder.preprocess(encoder.preprocess(large))")),
    Mistake("divided by 255 as well", 1, "scaled-before-preprocessing",
            MAPS.format(flag=False, given="encoder.preprocess(keras.layers.Rescaling(1 / 255)(large))")),
    Mistake("divided by 255 alone", 1, "wrong-features", MAPS.format(flag=False, given="keras.layers.Rescaling(1 / 255)(large)")),
    Mistake("not frozen", 1, "encoder-not-frozen", MAPS.format(flag=True, given="encoder.preprocess(large)")),
    Mistake("only the last layers frozen", 1, "encoder-not-frozen", """
            for layer in encoder.model.layers[-3:]:
                layer.trainable = False
            maps = encoder.model(encoder.preprocess(large), training=False)
            """),
    Mistake("two classes", 2, "wrong-class-count",
            HEAD.format(pooling="GlobalAveragePooling2D", units=2, last='"softmax"')),
    Mistake("one class", 2, "wrong-class-count", HEAD.format(pooling="GlobalAveragePooling2D", units=1, last='"sigmoid"')),
    Mistake("ten switches", 2, "sigmoid-for-softmax",
            HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last='"sigmoid"')),
    Mistake("no activation", 2, "softmax-missing", HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last=None)),
    Mistake("flattened", 2, "not-averaged", HEAD.format(pooling="Flatten", units="CLASSES", last='"softmax"')),
    Mistake("a class for every place", 2, "not-averaged", 'outputs = keras.layers.Dense(CLASSES, activation="softmax")(maps)'),
    Mistake("maximum", 2, "maximum-for-mean", HEAD.format(pooling="GlobalMaxPooling2D", units="CLASSES", last='"softmax"')),
    Mistake("hidden layer", 2, "hidden-layer", """
            features = keras.layers.Dense(16, activation="relu")(keras.layers.GlobalAveragePooling2D()(maps))
            outputs = keras.layers.Dense(CLASSES, activation="softmax")(features)
            """),
    Mistake("loss of yes and no", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"binary_crossentropy"'})),
    Mistake("one-hot loss", 3, "loss-label-mismatch", COMPILE.format(**USUAL | {"loss": '"categorical_crossentropy"'})),
    Mistake("from logits behind a softmax", 3, "from-logits-with-softmax",
            COMPILE.format(**USUAL | {"loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"})),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'})),
    Mistake("no accuracy", 3, "metric-missing", COMPILE.format(**USUAL | {"metric": ""})),
    Mistake("answers", 4, "answers-for-features", "return model.predict(x, batch_size=256, verbose=0)"),
    Mistake("maps", 4, "maps-for-features", """
            return keras.Model(model.inputs[0], model.layers[-2].input).predict(x, batch_size=256, verbose=0)
            """),
    Mistake("the first pictures", 4, "pictures-missing", """
            return keras.Model(model.inputs[0], model.layers[-1].input).predict(x[:4], verbose=0)
            """),
    Mistake("scaled for features alone", 4, "wrong-features", """
            return keras.Model(model.inputs[0], model.layers[-1].input).predict(x / 255, verbose=0)
            """),
    Mistake("pictures of the test split held", 6, "test-data-in-fit",
            FIRST.format(**FEATURES | {"held": "(features_of(model, data.test.x), data.test.y)"})),
    Mistake("no validation features", 6, "no-validation", FIRST.format(**FEATURES | {"held": "None"})),
    Mistake("pictures to the head", 6, "input-shape", FIRST.format(**FEATURES | {"x": "data.train.x"})),
    Mistake("callbacks in both phases", 6, "wrong-epochs", FIRST.format(**FEATURES | {"callbacks": "callbacks"})),
    Mistake("block frozen below a frozen encoder", 5, "nothing-thawed", THAW.format(**WISE | {"whole": "False"})),
    Mistake("batch norm thawed", 5, "batch-norm-thawed", THAW.format(**WISE | {"which": "layer in block"})),
    Mistake("everything thawed", 5, "batch-norm-thawed", THAW.format(**WISE | {"which": "True"})),
    Mistake("everything but batch norm thawed", 5, "too-much-thawed",
            THAW.format(**WISE | {"which": "not isinstance(layer, keras.layers.BatchNormalization)"})),
    Mistake("not compiled again", 5, "not-compiled-again", THAW.format(**WISE | {"again": ""})),
    Mistake("at the head's rate", 5, "rate-not-lowered", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.Adam(rate), loss=model.loss, metrics=["accuracy"])'})),
    Mistake("the slowness for the rate", 5, "wrong-rate", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.Adam(slower), loss=model.loss, metrics=["accuracy"])'})),
    Mistake("head frozen too", 5, "head-frozen", THAW.format(**WISE) + "model.layers[-1].trainable = False\n"),
    Mistake("test pictures watched", 7, "test-data-in-fit", SECOND.format(**PICTURES | {"held": "(data.test.x, data.test.y)"})),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", SECOND.format(**PICTURES | {"size": "None"})),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", SECOND.format(**PICTURES | {"callbacks": "None"})),
    Mistake("turned around", 8, "turned-around", COMPARED.format(**FOUND | {"gain": "-d.mean()"})),
    Mistake("spread of single pictures", 8, "not-divided-by-root-n", COMPARED.format(**FOUND | {"error": "d.std()"})),
    Mistake("as if from different pictures", 8, "not-paired", COMPARED.format(**FOUND | {"error":
            "np.sqrt(((ours == labels).var() + (theirs == labels).var()) / len(labels))"})),
    Mistake("errors counted, not shared", 8, "wrong-value", COMPARED.format(**FOUND | {"gain": "d.sum()"})),
    Mistake("no error given", 8, "metric-missing", """
            ours, theirs = np.mean(ours == labels), np.mean(theirs == labels)
            return {"accuracy": ours, "scratch_accuracy": theirs, "gain": ours - theirs}
            """),
]  # fmt: skip

RIGHTS = [
    Right(
        "frozen layer by layer, ops for layers, objects for names",
        {
            1: """
            for layer in encoder.model.layers:
                layer.trainable = False
            maps = encoder.model(encoder.preprocess(large))
            """,
            2: """
            features = keras.ops.mean(maps, axis=(1, 2))
            outputs = keras.layers.Dense(10, activation=keras.activations.softmax)(features)
            """,
            3: """
            model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(),
                          metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
            """,
            4: """
            part = keras.Model(model.inputs, model.layers[-1].input)
            return np.concatenate([np.asarray(part(x[at : at + 100], training=False)) for at in range(0, len(x), 100)])
            """,
            8: """
            right, theirs_right = ours == labels, theirs == labels
            n, won, lost = len(labels), np.sum(right & ~theirs_right), np.sum(~right & theirs_right)
            gain = (won - lost) / n
            return {"accuracy": right.mean(), "scratch_accuracy": theirs_right.mean(), "gain": gain,
                    "gain_error": ((won + lost) / n - gain**2) ** 0.5 / n**0.5}
            """,
        },
    ),
    Right(
        "flags by name, the rate set afterwards, tf.data",
        {
            6: """
            found = {name: features_of(model, split.x) for name, split in
                     (("train", data.train), ("validation", data.validation))}
            first = head.fit(found["train"], data.train.y, preset.batch_size, preset.epochs, verbose=0,
                             validation_data=(found["validation"], data.validation.y)).history
            """,
            5: """
            inside = {layer.name for layer in block}
            model.compile(optimizer=keras.optimizers.Adam(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
            model.optimizer.learning_rate = rate * slower
            encoder.trainable = True
            for layer in encoder.layers:
                if layer.name not in inside or "BatchNormalization" == type(layer).__name__:
                    layer.trainable = False
            """,
            7: """
            size = preset.batch_size
            second = model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, callbacks=callbacks,
                               validation_data=data.validation.batches(size))
            """,
        },
    ),
]
