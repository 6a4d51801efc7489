"""Planted mistakes of exercise 9b, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def compiled(rate: str, optimizer: str = "keras.optimizers.Adam(rate)") -> str:
    """The answer to blank 2 with this declaration of the rate."""
    return f"""
    rate = {rate}
    model.compile(optimizer={optimizer}, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    """


def tuner(objective: str = '"val_accuracy", "max"', trials: str = "budget // epochs", longest: str = "epochs",
          rounds: str = "budget // hyperband_epochs(epochs)", options: str = "**options") -> str:  # fmt: skip
    """The answer to blank 3 with these arguments."""
    return f"""
    objective = keras_tuner.Objective({objective})
    if kind == "hyperband":
        return kinds[kind](network, objective=objective, max_epochs={longest}, factor=FACTOR, hyperband_iterations={rounds}, {options})
    return kinds[kind](network, objective=objective, max_trials={trials}, {options})
    """


def optimizer(scope: str = 'hp.conditional_scope("optimizer", ["sgd"])', sgd: str = "rate, momentum=momentum",
              adam: str = "rate") -> str:  # fmt: skip
    """The answer to blank 4 with these arguments."""
    return f"""
    with {scope}:
        momentum = hp.Float("momentum", 0.0, 0.9, step=0.1)
    if name == "sgd":
        return keras.optimizers.SGD({sgd})
    return keras.optimizers.RMSprop(rate) if name == "rmsprop" else keras.optimizers.Adam({adam})
    """


VALIDATION = "validation_data=(data.validation.x, data.validation.y)"
TEST = "validation_data=(data.test.x, data.test.y)"


def searched(epochs: str = "epochs=epochs, ", validation: str = VALIDATION) -> str:
    """The answer to blank 6 with these arguments."""
    return f"tuner.search(train.x, train.y, {epochs}batch_size=batch_size, {validation}, verbose=0)"


def refitted(model: str = "become(model, tuner.hypermodel.build(hp))", result: str = "return ", split: str = "data.train",
             size: str = "batch_size=preset.batch_size, ", validation: str = VALIDATION, callbacks: str = ", callbacks=callbacks",
             ) -> str:  # fmt: skip
    """The answer to blank 7 with these arguments."""
    return f"""
    {model}
    {result}tuner.hypermodel.fit(hp, model, {split}.x, {split}.y, {size}epochs=preset.epochs, {validation}{callbacks})
    """


MISTAKES = [
    Mistake("step forgotten", 1, "step-missing", 'units = hp.Int("units", 32, 512, default=128)'),
    Mistake("a number in place of a hyperparameter", 1, "not-declared", "units = 128"),
    Mistake(
        "declared and not used", 1, "units-not-used", 'hp.Int("units", 32, 512, step=32, default=128)\nunits = 128'
    ),
    Mistake(
        "range up to 480, as in Python", 1, "wrong-sizes", 'units = hp.Int("units", 32, 480, step=32, default=128)'
    ),
    Mistake("default forgotten", 1, "wrong-default", 'units = hp.Int("units", 32, 512, step=32)'),
    Mistake(
        "rate drawn evenly", 2, "sampled-linearly", compiled('hp.Float("learning_rate", 1e-4, 1e-2, default=1e-3)')
    ),
    Mistake("two of three rates", 2, "wrong-rates", compiled('hp.Choice("learning_rate", RATES[1:], default=1e-3)')),
    Mistake("default rate forgotten", 2, "wrong-default", compiled('hp.Choice("learning_rate", RATES)')),
    Mistake(
        "rate declared, Adam by its name",
        2,
        "learning-rate-ignored",
        compiled('hp.Choice("learning_rate", RATES, default=1e-3)', '"adam"'),
    ),
    Mistake("training accuracy as objective", 3, "objective-of-training", tuner('"accuracy", "max"')),
    Mistake("loss maximized", 3, "loss-maximized", tuner('"val_loss", "max"')),
    Mistake("accuracy minimized", 3, "wrong-direction", tuner('"val_accuracy", "min"')),
    Mistake("test accuracy as objective", 3, "wrong-objective", tuner('"test_accuracy", "max"')),
    Mistake("budget taken as a number of trials", 3, "trials-for-epochs", tuner(trials="budget")),
    Mistake("one Hyperband iteration", 3, "unequal-budget", tuner(rounds="1")),
    Mistake("Hyperband iterations counted like trials", 3, "unequal-budget", tuner(rounds="budget // epochs")),
    Mistake("one Hyperband trial as long as the budget", 3, "wrong-length", tuner(longest="budget")),
    Mistake("seed and folder dropped", 3, "options-dropped", tuner(options="directory=folder, project_name=kind")),
    Mistake(
        "random search for all",
        3,
        "wrong-tuner",
        """
        if kind == "hyperband":
            return keras_tuner.Hyperband(network, objective="val_accuracy", max_epochs=epochs, factor=FACTOR,
                                         hyperband_iterations=budget // hyperband_epochs(epochs), **options)
        return keras_tuner.RandomSearch(network, objective="val_accuracy", max_trials=budget // epochs, **options)
        """,
    ),
    Mistake(
        "momentum without a condition",
        4,
        "momentum-unconditional",
        """
        momentum = hp.Float("momentum", 0.0, 0.9, step=0.1)
        if name == "sgd":
            return keras.optimizers.SGD(rate, momentum=momentum)
        return keras.optimizers.RMSprop(rate) if name == "rmsprop" else keras.optimizers.Adam(rate)
        """,
    ),
    Mistake(
        "a Python if in place of a scope",
        4,
        "momentum-unconditional",
        """
        if name == "sgd":
            return keras.optimizers.SGD(rate, momentum=hp.Float("momentum", 0.0, 0.9, step=0.1))
        return keras.optimizers.RMSprop(rate) if name == "rmsprop" else keras.optimizers.Adam(rate)
        """,
    ),
    Mistake(
        "momentum for Adam too", 4, "wrong-condition", optimizer('hp.conditional_scope("optimizer", ["sgd", "adam"])')
    ),
    Mistake("momentum handed to Adam", 4, "raises", optimizer(adam="rate, momentum=momentum")),
    Mistake("momentum declared and not used", 4, "momentum-not-used", optimizer(sgd="rate")),
    Mistake("rate not handed on", 4, "learning-rate-ignored", optimizer(adam="")),
    Mistake("always the largest score", 5, "wrong-direction", 'return max(trials, key=lambda trial: trial["score"])'),
    Mistake(
        "sorted, and the first taken",
        5,
        "wrong-direction",
        'return sorted(trials, key=lambda trial: trial["score"])[0]',
    ),
    Mistake("the score in place of the trial", 5, "not-a-trial", 'return max(trial["score"] for trial in trials)'),
    Mistake("the last trial", 5, "not-the-best", "return trials[-1]"),
    Mistake("test split measured in the search", 6, "test-data-in-search", searched(validation=TEST)),
    Mistake(
        "training pictures measured in the search",
        6,
        "not-the-validation-split",
        searched(validation="validation_data=(train.x, train.y)"),
    ),
    Mistake(
        "validation cut out of the part", 6, "not-the-validation-split", searched(validation="validation_split=0.2")
    ),
    Mistake(
        "batch size forgotten",
        6,
        "wrong-batch-size",
        searched().replace("batch_size=batch_size, ", ""),
        "The batch size is left to Keras, which takes 32. Hand on batch_size=batch_size.",
    ),
    Mistake(
        "targets shuffled in the search",
        6,
        "pairs-torn",
        searched().replace("train.y,", "np.random.default_rng(0).permutation(train.y),"),
    ),
    Mistake(
        "all training images in the search",
        6,
        "other-rows",
        searched().replace("train.x, train.y", "data.train.x, data.train.y"),
        "The trials learn from all of data.train. They must learn from `train`, its first part.",
    ),
    Mistake(
        "pixels divided again",
        6,
        "other-values",
        searched().replace("train.x,", "train.x / 255,"),
        "The pixels are divided by 255 once more. They are scaled already.",
    ),
    Mistake("epochs forgotten", 6, "wrong-epochs", searched(epochs="")),
    Mistake(
        "default values in place of the best",
        7,
        "not-the-found-values",
        refitted("become(model, tuner.hypermodel.build(keras_tuner.HyperParameters()))"),
    ),
    Mistake("new model built and lost", 7, "not-the-found-values", refitted("tuner.hypermodel.build(hp)")),
    Mistake(
        "weights of the search taken along", 7, "not-afresh", refitted("become(model, tuner.get_best_models()[0])")
    ),
    Mistake("trained on the validation split", 7, "wrong-batches", refitted(split="data.validation")),
    Mistake("batch size left to Keras", 7, "wrong-batches", refitted(size="")),
    Mistake("test split watched in the last fit", 7, "test-data-in-fit", refitted(validation=TEST)),
    Mistake(
        "targets shuffled in the last fit",
        7,
        "pairs-torn",
        refitted().replace("data.train.y", "np.random.default_rng(0).permutation(data.train.y)"),
    ),
    Mistake(
        "pixels divided again in the last fit",
        7,
        "other-values",
        refitted().replace("data.train.x,", "data.train.x / 255,"),
        "The pixels are divided by 255 once more. They are scaled already.",
    ),
    Mistake("callbacks dropped", 7, "callbacks-not-handed-on", refitted(callbacks="")),
    Mistake("history not returned", 7, "return-missing", refitted(result="")),
]

RIGHTS = [
    Right(
        "choices and lists, names for objects",
        {
            1: 'units = hp.Choice("units", [32 * count for count in range(1, 17)], default=128)',
            2: """
            optimizer = keras.optimizers.get("adam")
            optimizer.learning_rate = hp.Choice("learning_rate", sorted(RATES), default=0.001)
            model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(),
                          metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
            """,
            3: """
            cost = {"max_trials": budget // epochs}
            if kind == "hyperband":
                cost = {"max_epochs": epochs, "factor": FACTOR, "hyperband_iterations": budget // hyperband_epochs(epochs)}
            return kinds[kind](hypermodel=network, objective="val_accuracy", **cost, **options)
            """,
            4: """
            momentum = hp.Float("momentum", 0.0, 0.9, step=0.1, parent_name="optimizer", parent_values=["sgd"])
            return {
                "sgd": lambda: keras.optimizers.SGD(rate, momentum=momentum),
                "rmsprop": lambda: keras.optimizers.RMSprop(rate),
                "adam": lambda: keras.optimizers.Adam(rate),
            }[name]()
            """,
        },
    ),
    Right(
        "sorted trials, tf.data, define and compile by hand",
        {
            5: """
            ordered = sorted(trials, key=lambda trial: trial["score"], reverse=direction == "max")
            return ordered[0]
            """,
            6: """
            tuner.search(x=train.x, y=train.y, validation_data=data.validation.batches(256), epochs=epochs,
                         batch_size=batch_size, verbose=0)
            """,
            7: """
            fresh = tuner.hypermodel.build(with_values(values))
            become(model, fresh)
            history = model.fit(data.train.x, data.train.y, batch_size=values.get("batch_size", preset.batch_size),
                                epochs=values.get("epochs", preset.epochs), callbacks=callbacks, verbose=0,
                                validation_data=(data.validation.x, data.validation.y))
            return history.history
            """,
        },
    ),
]
