"""Planted mistakes of exercise 7, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

DECAY = '"kernel_regularizer": keras.regularizers.L2(2e-4)'
L1 = '"kernel_regularizer": keras.regularizers.L1(3e-5)'
ACTIVITY = '"activity_regularizer": keras.regularizers.L1(1e-3)'
LIMIT = '"kernel_constraint": keras.constraints.MaxNorm(1.25)'


def given(decay: str = DECAY, l1: str = L1, activity: str = ACTIVITY, limit: str = LIMIT, rest: str = "") -> str:
    """The answer to blank 1 with these entries."""
    return f"""
    kinds = {{"weight_decay": {{{decay}}}, "l1": {{{l1}}}, "activity_l1": {{{activity}}}, "max_norm": {{{limit}}}}}
    return kinds.get(kind, {{{rest}}})
    """


def layers(before: str = "", inside: str = "", behind: str = "", dense: str = 'activation="relu", **penalties(kind)',
           last: str = 'activation="softmax"') -> str:  # fmt: skip
    """The answer to blank 2 with these lines before and behind a hidden layer's, and behind the output's."""
    return f"""
    layers = []
    for units in HIDDEN:
        {before or "pass"}
        layers.append(keras.layers.Dense(units, {dense}))
        {inside or "pass"}
    layers.append(keras.layers.Dense(CLASSES, {last}))
    {behind or "pass"}
    """


DROP = 'layers += [keras.layers.Dropout(0.5)] if kind == "dropout" else []'


def schedules(inverse: str = "rate, steps, 0.5", exponential: str = "rate, 10_000, 0.9", cosine: str = "rate, epochs * steps",
              rest: str = "None") -> str:  # fmt: skip
    """The answer to blank 3 with these arguments."""
    return f"""
    made = keras.optimizers.schedules
    if kind == "inverse_time":
        return made.InverseTimeDecay({inverse})
    if kind == "exponential":
        return made.ExponentialDecay({exponential})
    return made.CosineDecay({cosine}) if kind == "cosine" else {rest}
    """


STOP = 'monitor="val_loss", patience=2, restore_best_weights=True'
PLATEAU = 'monitor="val_loss", factor=0.2, patience=1'


def watching(stop: str = STOP, plateau: str = PLATEAU, rest: str = "[]") -> str:
    """The answer to blank 4 with these arguments."""
    return f"""
    stop, plateau = keras.callbacks.EarlyStopping({stop}), keras.callbacks.ReduceLROnPlateau({plateau})
    return [stop] if kind == "early_stopping" else [plateau] if kind == "plateau" else {rest}
    """


FIT = {
    "data": "data.train.x, data.train.y",
    "size": "batch_size=preset.batch_size",
    "epochs": "epochs=preset.epochs",
    "validation": "validation_data=(data.validation.x, data.validation.y)",
    "callbacks": "callbacks=[*callbacks, *watchers(kind)]",
}


def fitting(first: str = "return ", **changed: str) -> str:
    """The answer to blank 5 with these arguments."""
    return f"{first}model.fit({', '.join(value for value in (FIT | changed).values() if value)}, verbose=0)"


MISTAKES = [
    Mistake(
        "outputs penalized in place of weights",
        1,
        "outputs-for-weights",
        given(decay='"activity_regularizer": keras.regularizers.L2(2e-4)'),
    ),
    Mistake(
        "biases penalized in place of weights",
        1,
        "biases-for-weights",
        given(l1='"bias_regularizer": keras.regularizers.L1(3e-5)'),
    ),
    Mistake("L1 for weight decay", 1, "wrong-power", given(decay='"kernel_regularizer": keras.regularizers.L1(2e-4)')),
    Mistake("the string l2", 1, "wrong-strength", given(decay='"kernel_regularizer": "l2"')),
    Mistake("outputs penalized too", 1, "more-than-weights", given(l1=f"{L1}, {ACTIVITY}")),
    Mistake("no decay at all", 1, "penalty-missing", given(decay="")),
    Mistake(
        "weights penalized in place of outputs",
        1,
        "weights-for-outputs",
        given(activity='"kernel_regularizer": keras.regularizers.L1(1e-3)'),
    ),
    Mistake("squared outputs", 1, "wrong-power", given(activity='"activity_regularizer": keras.regularizers.L2(1e-3)')),
    Mistake("biases limited", 1, "limit-missing", given(limit='"bias_constraint": keras.constraints.MaxNorm(1.25)')),
    Mistake("every norm set to one", 1, "short-ones-lengthened", given(limit='"kernel_constraint": "unit_norm"')),
    Mistake(
        "rows limited",
        1,
        "limit-of-rows",
        given(limit='"kernel_constraint": keras.constraints.MaxNorm(1.25, axis=1)'),
    ),
    Mistake("the default limit", 1, "wrong-limit", given(limit='"kernel_constraint": keras.constraints.MaxNorm()')),
    Mistake("decay for every other kind", 1, "penalty-for-all", given(rest=DECAY)),
    Mistake("limit for every other kind", 1, "limit-for-all", given(rest=LIMIT)),
    Mistake("dropout behind the output too", 2, "dropout-behind-the-output", layers(inside=DROP, behind=DROP)),
    Mistake("dropout only behind the output", 2, "dropout-behind-the-output", layers(behind=DROP)),
    Mistake("dropout before each layer", 2, "wrong-dropout-place", layers(before=DROP)),
    Mistake("no dropout", 2, "dropout-missing", layers()),
    Mistake("dropout for all kinds", 2, "dropout-for-all", layers(inside="layers.append(keras.layers.Dropout(0.5))")),
    Mistake("a tenth dropped", 2, "wrong-dropout-rate", layers(inside=DROP.replace("0.5", "0.1"))),
    Mistake("penalties not handed on", 2, "penalties-not-used", layers(inside=DROP, dense='activation="relu"')),
    Mistake(
        "output penalized",
        2,
        "penalty-at-the-output",
        layers(inside=DROP, last='activation="softmax", **penalties(kind)'),
    ),
    Mistake("no activation", 2, "relu-missing", layers(inside=DROP, dense="**penalties(kind)")),
    Mistake("scores in place of probabilities", 2, "softmax-missing", layers(inside=DROP, last="activation=None")),
    Mistake(
        "one hidden layer",
        2,
        "parameter-count",
        'layers = [keras.layers.Dense(HIDDEN[0], activation="relu"), keras.layers.Dense(CLASSES, activation="softmax")]',
    ),
    Mistake("cosine over epochs", 3, "steps-in-epochs", schedules(cosine="rate, epochs")),
    Mistake("inverse time over single steps", 3, "steps-in-epochs", schedules(inverse="rate, 1, 0.5")),
    Mistake("cosine over one epoch", 3, "ends-after-an-epoch", schedules(cosine="rate, steps")),
    Mistake("a staircase", 3, "staircase", schedules(exponential="rate, 10_000, 0.9, staircase=True")),
    Mistake("rate written as a number", 3, "wrong-start", schedules(exponential="1e-2, 10_000, 0.9")),
    Mistake("cosine for all other kinds", 3, "schedule-for-all", schedules(rest="made.CosineDecay(rate, steps)")),
    Mistake("decay by 0.1", 3, "wrong-schedule", schedules(exponential="rate, 10_000, 0.1")),
    Mistake("no schedule at all", 3, "rate-never-falls", "return None"),
    Mistake("last weights kept", 4, "best-weights-lost", watching(stop='monitor="val_loss", patience=2')),
    Mistake(
        "training loss watched",
        4,
        "never-stops",
        watching(stop='monitor="loss", patience=2, restore_best_weights=True'),
    ),
    Mistake("stops at the first rise", 4, "wrong-patience", watching(stop=STOP.replace("2", "0"))),
    Mistake("three epochs of patience", 4, "wrong-patience", watching(stop=STOP.replace("2", "3"))),
    Mistake("loss to be large", 4, "stops-while-falling", watching(stop=STOP + ', mode="max"')),
    Mistake("no callback", 4, "never-stops", "return []"),
    Mistake(
        "plateau of the training loss",
        4,
        "rate-never-falls",
        watching(plateau='monitor="loss", factor=0.2, patience=1'),
    ),
    Mistake("the rate halved", 4, "wrong-factor", watching(plateau='monitor="val_loss", factor=0.5, patience=1')),
    Mistake("plateau with much patience", 4, "wrong-patience", watching(plateau=PLATEAU.replace("1", "2"))),
    Mistake("all kinds stop", 4, "callbacks-for-all", watching(rest="[stop]")),
    Mistake(
        "test split watched", 5, "test-data-in-fit", fitting(validation="validation_data=(data.test.x, data.test.y)")
    ),
    Mistake(
        "training split watched",
        5,
        "wrong-validation",
        fitting(validation="validation_data=(data.train.x, data.train.y)"),
    ),
    Mistake("nothing watched", 5, "no-validation", fitting(validation="", callbacks="callbacks=callbacks")),
    Mistake("own callbacks dropped", 5, "watchers-not-used", fitting(callbacks="callbacks=callbacks")),
    Mistake("the run's callbacks dropped", 5, "callbacks-not-handed-on", fitting(callbacks="callbacks=watchers(kind)")),
    Mistake("batch size left to Keras", 5, "wrong-batch-size", fitting(size="")),
    Mistake("one epoch", 5, "wrong-epochs", fitting(epochs="")),
    Mistake("trained on the validation split", 5, "wrong-split", fitting(data="data.validation.x, data.validation.y")),
    Mistake("history not returned", 5, "raises", fitting(first="")),
    Mistake("one model trained on and on", 6, "trained-on", "twin = model"),
    Mistake(
        "weights of the trained model", 6, "trained-on", "twin = network(kind)\ntwin.set_weights(model.get_weights())"
    ),
    Mistake("another random start", 6, "another-start", "twin = network(kind)"),
    Mistake(
        "a copy of the last model", 6, "kind-ignored", "twin = keras.models.clone_model(model)\ntwin.set_weights(start)"
    ),
    Mistake(
        "weights never set",
        7,
        "weights-not-set",
        'found[f"{kind}_accuracy"] = judge.evaluate(data.test.x, data.test.y, verbose=0, return_dict=True)["accuracy"]',
    ),
    Mistake(
        "validation accuracy reported",
        7,
        "not-the-test-split",
        """
        judge.set_weights(weights)
        measured = judge.evaluate(data.validation.x, data.validation.y, verbose=0, return_dict=True)
        found[f"{kind}_accuracy"] = measured["accuracy"]
        """,
    ),
    Mistake(
        "loss for accuracy",
        7,
        "wrong-value",
        """
        judge.set_weights(weights)
        found[f"{kind}_accuracy"] = judge.evaluate(data.test.x, data.test.y, verbose=0)[0]
        """,
    ),
]

RIGHTS = [
    Right(
        "dicts, one list comprehension, schedules by hand, a callback of one's own",
        {
            1: given(decay='"kernel_regularizer": keras.regularizers.L1L2(l1=0.0, l2=2e-4)'),
            2: """
            drop = [keras.layers.Dropout(0.5) for _ in HIDDEN] if kind == "dropout" else [[], []]
            relu = [[keras.layers.Dense(n, **penalties(kind)), keras.layers.ReLU()] for n in HIDDEN]
            layers = [*relu[0], drop[0], *relu[1], drop[1], keras.layers.Dense(CLASSES), keras.layers.Softmax()]
            layers = [layer for layer in layers if layer != []]
            """,
            3: """
            class Falling(keras.optimizers.schedules.LearningRateSchedule):
                def __call__(self, step):
                    t = keras.ops.cast(step, "float32")
                    if kind == "inverse_time":
                        return rate / (1 + 0.5 * t / steps)
                    if kind == "exponential":
                        return rate * 0.9 ** (t / 10_000)
                    return rate * (1 + keras.ops.cos(math.pi * t / (epochs * steps))) / 2

            return Falling() if kind in ("inverse_time", "exponential", "cosine") else None
            """,
            4: """
            class Stop(keras.callbacks.Callback):
                least, since, best = float("inf"), 0, None

                def on_epoch_end(self, epoch, logs=None):
                    self.since += 1
                    if logs["val_loss"] < self.least:
                        self.least, self.since, self.best = logs["val_loss"], 0, self.model.get_weights()
                    self.model.stop_training = self.since >= 2

                def on_train_end(self, logs=None):
                    self.model.set_weights(self.best)

            if kind == "early_stopping":
                return [Stop()]
            return [keras.callbacks.ReduceLROnPlateau(factor=1 / 5, patience=1)] * (kind == "plateau")
            """,
        },
    ),
    Right(
        "tf.data in place of arrays, variables assigned, accuracy by hand",
        {
            5: """
            size = preset.batch_size
            return model.fit(data.train.batches(size, shuffle=True), epochs=preset.epochs, shuffle=False, verbose=0,
                             validation_data=data.validation.batches(size), callbacks=callbacks + watchers(kind))
            """,
            6: """
            twin = keras.Sequential.from_config(network(kind).get_config())
            for variable, value in zip(twin.weights, start):
                variable.assign(value)
            """,
            7: """
            judge.set_weights(weights)
            predicted = judge.predict(data.test.x, verbose=0).argmax(axis=1)
            found[kind + "_accuracy"] = float((predicted == data.test.y).mean())
            """,
        },
    ),
]
