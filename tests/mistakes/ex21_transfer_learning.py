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
    Mistake("preprocessing left out", 1, "wrong-input", MAPS.format(flag=False, given="large"),
            cause="The encoder gets the pixels as they are, without encoder.preprocess: it was trained on other values."),
    Mistake("preprocessed twice", 1, "wrong-input",
            MAPS.format(flag=False, given="encoder.preprocess(encoder.preprocess(large))"),
            cause="encoder.preprocess is applied twice: one call is enough."),
    Mistake("divided by 255 as well", 1, "wrong-input",
            MAPS.format(flag=False, given="encoder.preprocess(keras.layers.Rescaling(1 / 255)(large))"),
            cause="The pixels are divided by 255 before encoder.preprocess, which wants them from 0 to 255: all images become nearly black."),
    Mistake("divided by 255 alone", 1, "wrong-input", MAPS.format(flag=False, given="keras.layers.Rescaling(1 / 255)(large)"),
            cause="The pixels are divided by 255 in place of encoder.preprocess: the encoder was trained on other values."),
    Mistake("not frozen", 1, "encoder-not-frozen", MAPS.format(flag=True, given="encoder.preprocess(large)"),
            cause="encoder.model.trainable is True: all of its layers would learn."),
    Mistake("only the last layers frozen", 1, "encoder-not-frozen", """
            for layer in encoder.model.layers[-3:]:
                layer.trainable = False
            maps = encoder.model(encoder.preprocess(large), training=False)
            """, cause="Only the last layers of the encoder are frozen; all of them must be."),
    Mistake("convolutions frozen alone", 1, "encoder-not-frozen", """
            for layer in encoder.model.layers:
                layer.trainable = not isinstance(layer, keras.layers.Conv2D)
            maps = encoder.model(encoder.preprocess(large), training=False)
            """, cause="Only the convolutions are frozen: the batch-norm layers of the encoder still learn."),
    Mistake("cut off below a threshold", 1, "wrong-maps", MAPS.format(flag=False, given="encoder.preprocess(large)")
            + "maps = keras.layers.ReLU(negative_slope=0.0, threshold=0.5)(maps)\n",
            cause="Another layer changes the encoder's output: `maps` must be the output itself."),
    Mistake("averaged already", 1, "wrong-maps", MAPS.format(flag=False, given="encoder.preprocess(large)")
            + "maps = keras.layers.AveragePooling2D(2)(maps)\n", cause="The maps are pooled already: averaging is part of the head."),
    Mistake("dropout on the maps", 1, "other-in-training", MAPS.format(flag=False, given="encoder.preprocess(large)")
            + "maps = keras.layers.Dropout(0.3)(maps)\n", cause="There is dropout on the maps; none was asked for."),
    Mistake("original images", 1, "raises", MAPS.format(flag=False, given="encoder.preprocess(pixels)")),
    Mistake("two classes", 2, "other-parameters",
            HEAD.format(pooling="GlobalAveragePooling2D", units=2, last='"softmax"'),
            cause="The head has two units: it needs one for each of the ten classes."),
    Mistake("one class", 2, "other-parameters", HEAD.format(pooling="GlobalAveragePooling2D", units=1, last='"sigmoid"'),
            cause="One unit with sigmoid answers a yes-or-no question; ten classes need ten units with softmax."),
    Mistake("ten switches", 2, "other-outputs",
            HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last='"sigmoid"'),
            cause="The activation is sigmoid, which gives each class a number of its own; softmax gives probabilities that add up to 1."),
    Mistake("no activation", 2, "other-outputs", HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last=None),
            cause='The outputs are logits: the Dense layer needs activation="softmax".'),
    Mistake("relu for softmax", 2, "other-outputs", HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last='"relu"'),
            cause="The activation is relu; the outputs must be probabilities, so it must be softmax."),
    Mistake("softmax twice", 2, "other-outputs",
            HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last='"softmax"') + "outputs = keras.layers.Softmax()(outputs)\n",
            cause="softmax is applied twice: the second one makes all ten probabilities nearly equal."),
    Mistake("softmax as a layer of its own", 2, "last-layer",
            HEAD.format(pooling="GlobalAveragePooling2D", units="CLASSES", last=None) + "outputs = keras.layers.Softmax()(outputs)\n"),
    Mistake("relu in front of the softmax", 2, "other-outputs", """
            features = keras.layers.GlobalAveragePooling2D()(maps)
            outputs = keras.ops.softmax(keras.layers.Dense(CLASSES, activation="relu")(features))
            """, cause="relu stands in front of the softmax: scores below 0 are lost."),
    Mistake("relu on the features", 2, "other-outputs", """
            features = keras.layers.ReLU()(keras.layers.GlobalAveragePooling2D()(maps))
            outputs = keras.layers.Dense(CLASSES, activation="softmax")(features)
            """, cause="A relu changes the averaged features before the Dense layer; none was asked for."),
    Mistake("dropout in the head", 2, "other-in-training", """
            features = keras.layers.Dropout(0.2)(keras.layers.GlobalAveragePooling2D()(maps))
            outputs = keras.layers.Dense(CLASSES, activation="softmax")(features)
            """, cause="There is dropout in front of the Dense layer; none was asked for."),
    Mistake("batch norm in the head", 2, "other-parameters", """
            features = keras.layers.BatchNormalization()(keras.layers.GlobalAveragePooling2D()(maps))
            outputs = keras.layers.Dense(CLASSES, activation="softmax")(features)
            """, cause="There is a batch-norm layer in front of the Dense layer; none was asked for."),
    Mistake("weights kept small", 2, "other-regularization", """
            features = keras.layers.GlobalAveragePooling2D()(maps)
            outputs = keras.layers.Dense(CLASSES, activation="softmax", kernel_regularizer="l2")(features)
            """, cause="The Dense layer has a regularizer; none was asked for."),
    Mistake("no bias", 2, "other-parameters", """
            features = keras.layers.GlobalAveragePooling2D()(maps)
            outputs = keras.layers.Dense(CLASSES, activation="softmax", use_bias=False)(features)
            """, cause="The Dense layer has no bias b."),
    Mistake("flattened", 2, "other-parameters", HEAD.format(pooling="Flatten", units="CLASSES", last='"softmax"'),
            cause="Flatten keeps every place of the maps; GlobalAveragePooling2D averages them."),
    Mistake("a class for every place", 2, "other-outputs", 'outputs = keras.layers.Dense(CLASSES, activation="softmax")(maps)',
            cause="The maps are not averaged: there are ten outputs for each place, not for each image."),
    Mistake("maximum", 2, "other-outputs", HEAD.format(pooling="GlobalMaxPooling2D", units="CLASSES", last='"softmax"'),
            cause="The maximum over the places is taken; the head needs their mean."),
    Mistake("hidden layer", 2, "other-parameters", """
            features = keras.layers.Dense(16, activation="relu")(keras.layers.GlobalAveragePooling2D()(maps))
            outputs = keras.layers.Dense(CLASSES, activation="softmax")(features)
            """, cause="There is a hidden layer in front of the output layer; the head is one Dense layer."),
    Mistake("head frozen", 2, "head-frozen", """
            features = keras.layers.GlobalAveragePooling2D()(maps)
            outputs = keras.layers.Dense(CLASSES, activation="softmax", trainable=False)(features)
            """),
    Mistake("loss of yes and no", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"binary_crossentropy"'}),
            cause="binary_crossentropy is for two classes; ten classes with integer labels need sparse_categorical_crossentropy."),
    Mistake("one-hot loss", 3, "loss-label-mismatch", COMPILE.format(**USUAL | {"loss": '"categorical_crossentropy"'})),
    Mistake("squared error", 3, "wrong-loss", COMPILE.format(**USUAL | {"loss": '"mse"'}),
            cause="The squared error compares labels with probabilities; the cross-entropy is asked for."),
    Mistake("summed loss", 3, "wrong-loss",
            COMPILE.format(**USUAL | {"loss": 'keras.losses.SparseCategoricalCrossentropy(reduction="sum")'}),
            cause="The loss is the sum over the batch; the mean is the usual one, and the learning rate is made for it."),
    Mistake("from logits behind a softmax", 3, "from-logits-with-softmax",
            COMPILE.format(**USUAL | {"loss": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"}),
            cause="The model ends in softmax, but from_logits=True makes the loss apply softmax again."),
    Mistake("rate not handed on", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": '"adam"'}),
            cause='optimizer="adam" has a learning rate of 0.001, whatever `rate` is.'),
    Mistake("rate written as a number", 3, "learning-rate-ignored", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.Adam(3e-3)"}),
            cause="The learning rate is written as a number: use the variable `rate`."),
    Mistake("plain gradient descent", 3, "wrong-optimizer", COMPILE.format(**USUAL | {"optimizer": "keras.optimizers.SGD(rate)"}),
            cause="The optimizer is SGD; Adam is asked for."),
    Mistake("no accuracy", 3, "metric-missing", COMPILE.format(**USUAL | {"metric": ""}), cause="There is no metric beside the loss."),
    Mistake("accuracy of equal numbers", 3, "wrong-metric", COMPILE.format(**USUAL | {"metric": "keras.metrics.Accuracy()"}),
            cause="keras.metrics.Accuracy compares labels with probabilities number by number; \"accuracy\" compares classes."),
    Mistake("answers", 4, "wrong-shape", "return model.predict(x, batch_size=256, verbose=0)",
            cause="These are the outputs of the last layer, the probabilities; its input is asked for."),
    Mistake("maps", 4, "wrong-shape", """
            return keras.Model(model.inputs[0], model.layers[-2].input).predict(x, batch_size=256, verbose=0)
            """, cause="These are the maps before they are averaged, the input of the last layer but one."),
    Mistake("the first pictures", 4, "wrong-shape", """
            return keras.Model(model.inputs[0], model.layers[-1].input).predict(x[:4], verbose=0)
            """, cause="Features of the first four images alone are returned."),
    Mistake("the last batch lost", 4, "wrong-shape", """
            part = keras.Model(model.inputs[0], model.layers[-1].input)
            return np.concatenate([part.predict(x[at : at + 128], verbose=0) for at in range(0, len(x) - 127, 128)])
            """, cause="The images behind the last full batch are lost."),
    Mistake("scaled for features alone", 4, "wrong-features", """
            return keras.Model(model.inputs[0], model.layers[-1].input).predict(x / 255, verbose=0)
            """, cause="The images are divided by 255 first; the model preprocesses them itself."),
    Mistake("in training mode", 4, "wrong-features", """
            return np.asarray(keras.Model(model.inputs[0], model.layers[-1].input)(x, training=True))
            """, cause="The network runs with training=True: the features are those of augmented images."),
    Mistake("nothing returned", 4, "return-missing", "keras.Model(model.inputs[0], model.layers[-1].input).predict(x, verbose=0)"),
    Mistake("test features watched", 6, "wrong-validation",
            FIRST.format(**FEATURES | {"held": "(features_of(model, data.test.x), data.test.y)"}),
            cause="The features of the test images are watched: the test split is for evaluate alone."),
    Mistake("no validation features", 6, "no-validation", FIRST.format(**FEATURES | {"held": "None"})),
    Mistake("pictures to the head", 6, "input-shape", FIRST.format(**FEATURES | {"x": "data.train.x"})),
    Mistake("callbacks in both phases", 6, "callbacks-in-the-way", FIRST.format(**FEATURES | {"callbacks": "callbacks"})),
    Mistake("labels reversed", 6, "pairs-torn", FIRST.format(**FEATURES | {"y": "data.train.y[::-1]"})),
    Mistake("the whole model in place of the head", 6, "nothing-learned", """
            first = model.fit(data.train.x, data.train.y, batch_size=preset.batch_size, epochs=preset.epochs, verbose=0,
                              validation_data=(data.validation.x, data.validation.y))
            """, cause="model.fit trains the whole network on images; `head` is to be trained on features."),
    Mistake("block frozen below a frozen encoder", 5, "nothing-thawed", THAW.format(**WISE | {"whole": "False"}),
            cause="encoder.trainable must be True first: below a frozen model no layer learns, whatever its own flag says."),
    Mistake("batch norm thawed", 5, "batch-norm-thawed", THAW.format(**WISE | {"which": "layer in block"})),
    Mistake("everything thawed", 5, "batch-norm-thawed", THAW.format(**WISE | {"which": "True"})),
    Mistake("everything but batch norm thawed", 5, "too-much-thawed",
            THAW.format(**WISE | {"which": "not isinstance(layer, keras.layers.BatchNormalization)"})),
    Mistake("block frozen, the rest thawed", 5, "too-much-thawed",
            THAW.format(**WISE | {"which": "layer not in block and not isinstance(layer, keras.layers.BatchNormalization)"})),
    Mistake("not compiled again", 5, "not-compiled-again", THAW.format(**WISE | {"again": ""})),
    Mistake("rate lowered without compile", 5, "not-compiled-again",
            THAW.format(**WISE | {"again": "model.optimizer.learning_rate = slower * rate"})),
    Mistake("at the head's rate", 5, "wrong-rate", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.Adam(rate), loss=model.loss, metrics=["accuracy"])'}),
            cause="This is the head's own learning rate: multiply it by `slower`."),
    Mistake("the slowness for the rate", 5, "wrong-rate", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.Adam(slower), loss=model.loss, metrics=["accuracy"])'}),
            cause="`slower` itself is taken for the learning rate; it is a factor: slower * rate."),
    Mistake("slowness as a number", 5, "wrong-rate", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.Adam(0.1 * rate), loss=model.loss, metrics=["accuracy"])'}),
            cause="The factor is written as 0.1: use the argument `slower`."),
    Mistake("divided by the slowness", 5, "wrong-rate", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.Adam(rate / slower), loss=model.loss, metrics=["accuracy"])'}),
            cause="The rate is divided by `slower`, and becomes larger: multiply."),
    Mistake("another optimizer", 5, "wrong-optimizer", THAW.format(**WISE | {"again":
            'model.compile(optimizer=keras.optimizers.SGD(slower * rate), loss=model.loss, metrics=["accuracy"])'}),
            cause="The second compile has SGD in place of Adam."),
    Mistake("no metric the second time", 5, "metric-missing", THAW.format(**WISE | {"again":
            "model.compile(optimizer=keras.optimizers.Adam(slower * rate), loss=model.loss, metrics=[])"}),
            cause="The second compile has no accuracy: metrics=[] takes away that of the first."),
    Mistake("another loss the second time", 5, "wrong-loss", THAW.format(**WISE | {"again":
            'model.compile(keras.optimizers.Adam(slower * rate), "mse", metrics=["accuracy"])'}),
            cause="The second compile has the squared error for a loss: take model.loss, as before."),
    Mistake("head frozen too", 5, "head-frozen", THAW.format(**WISE) + "model.layers[-1].trainable = False\n"),
    Mistake("test pictures watched", 7, "test-data-in-fit", SECOND.format(**PICTURES | {"held": "(data.test.x, data.test.y)"})),
    Mistake("training images watched", 7, "wrong-validation", SECOND.format(**PICTURES | {"held": "(data.train.x, data.train.y)"})),
    Mistake("scaled once more", 7, "other-values", SECOND.format(**PICTURES | {"x": "data.train.x / 255"}),
            cause="The images are divided by 255 before the fit; the model preprocesses them itself."),
    Mistake("batch size left to Keras", 7, "wrong-batch-size", SECOND.format(**PICTURES | {"size": "None"}),
            cause="batch_size is left out, so Keras takes 32: hand on preset.batch_size."),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", SECOND.format(**PICTURES | {"callbacks": "None"})),
    Mistake("turned around", 8, "other-result", COMPARED.format(**FOUND | {"gain": "-d.mean()"}),
            cause="The gain has the wrong sign: it is the accuracy of ours less that of theirs."),
    Mistake("accuracies exchanged", 8, "other-result", """
            d = (ours == labels).astype(float) - (theirs == labels)
            return {"accuracy": np.mean(theirs == labels), "scratch_accuracy": np.mean(ours == labels), "gain": d.mean(),
                    "gain_error": d.std() / np.sqrt(len(d))}
            """, cause="The two accuracies are exchanged: \"accuracy\" is that of ours."),
    Mistake("spread of single pictures", 8, "other-result", COMPARED.format(**FOUND | {"error": "d.std()"}),
            cause="This is the standard deviation of single differences; the error of their mean is smaller by √n."),
    Mistake("divided by n", 8, "other-result", COMPARED.format(**FOUND | {"error": "d.std() / len(d)"}),
            cause="The standard deviation is divided by n; the error of a mean is std / √n."),
    Mistake("variance for deviation", 8, "other-result", COMPARED.format(**FOUND | {"error": "d.var() / np.sqrt(len(d))"}),
            cause="The variance is taken in place of the standard deviation."),
    Mistake("as if from different pictures", 8, "other-result", COMPARED.format(**FOUND | {"error":
            "np.sqrt(((ours == labels).var() + (theirs == labels).var()) / len(labels))"}),
            cause="The two networks are treated as if they had seen different images: take the differences image by image."),
    Mistake("one less than n", 8, "other-result", COMPARED.format(**FOUND | {"error": "d.std(ddof=1) / np.sqrt(len(d))"}),
            cause="The standard deviation divides by n − 1 (ddof=1); here it divides by n."),
    Mistake("difference of the answers", 8, "other-result",
            COMPARED.format(**FOUND).replace("(ours == labels).astype(float) - (theirs == labels)", "(ours != theirs).astype(float)"),
            cause="d counts where the two differ, whoever is right: it must be 1, 0 or −1 by who is right."),
    Mistake("errors counted, not shared", 8, "other-result", COMPARED.format(**FOUND | {"gain": "d.sum()"}),
            cause="The gain is the sum of the differences; it must be their mean."),
    Mistake("relative gain", 8, "other-result", COMPARED.format(**FOUND | {"gain": "d.mean() / np.mean(theirs == labels)"}),
            cause="The gain is divided by the rival's accuracy; it must be the plain difference."),
    Mistake("no error given", 8, "other-result", """
            ours, theirs = np.mean(ours == labels), np.mean(theirs == labels)
            return {"accuracy": ours, "scratch_accuracy": theirs, "gain": ours - theirs}
            """, cause='"gain_error" is missing.'),
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
    Right(
        "the rule of the flags as a set, head by ops, gain from sums",
        {
            2: """
            scores = keras.layers.GlobalAveragePooling2D(keepdims=True)(maps)
            scores = keras.layers.Flatten()(scores)
            outputs = keras.layers.Dense(CLASSES, keras.ops.softmax, name="ten_classes")(scores)
            """,
            5: """
            norms = {id(layer) for layer in block if isinstance(layer, keras.layers.BatchNormalization)}
            learning = {id(layer) for layer in block} - norms
            encoder.trainable = True
            for layer in encoder.layers:
                layer.trainable = id(layer) in learning
            model.compile(
                optimizer=keras.optimizers.Adam(learning_rate=rate * slower),
                loss=keras.losses.SparseCategoricalCrossentropy(),
                metrics=["accuracy"],
            )
            """,
            8: """
            right, other = (ours == labels).astype(int), (theirs == labels).astype(int)
            n = len(labels)
            gain = (right.sum() - other.sum()) / n
            spread = sum((one - two - gain) ** 2 for one, two in zip(right, other)) / n
            return {"gain": float(gain), "gain_error": float((spread / n) ** 0.5), "accuracy": float(right.mean()),
                    "scratch_accuracy": float(other.mean())}
            """,
        },
    ),
    Right(
        "a layer of one's own in front of the head, features batch by batch",
        {
            2: """
            class Mean(keras.layers.Layer):
                def call(self, x):
                    return keras.ops.mean(keras.ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3])), axis=1)

            outputs = keras.layers.Dense(units=CLASSES, activation="softmax")(Mean()(maps))
            """,
            3: """
            adam = keras.optimizers.Adam(learning_rate=rate, name="mine")
            model.compile(loss=keras.losses.sparse_categorical_crossentropy, optimizer=adam, metrics=["acc"])
            """,
            4: """
            part = keras.Model(model.inputs, model.layers[-1].input)
            found = []
            for batch in np.array_split(x, max(1, len(x) // 50)):
                found.extend(keras.ops.convert_to_numpy(part(batch, training=False)))
            return np.array(found)
            """,
        },
    ),
]
