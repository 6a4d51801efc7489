"""Planted mistakes of exercise 23a, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def layers(flip='keras.layers.RandomFlip("horizontal")', turn="keras.layers.RandomRotation(0.1)",
           zoom="keras.layers.RandomZoom(0.1)"):  # fmt: skip
    """The answer to blank 1 with these layers."""
    return f"return [{', '.join(layer for layer in (flip, turn, zoom) if layer)}]"


def inverting(shape="(keras.ops.shape(x)[0], 1, 1, 1)", test="< factor", new="255 - x"):
    """The answer to blank 2 with these parts."""
    return f"""
    chosen = keras.random.uniform({shape}, seed=draws) {test}
    return keras.ops.where(chosen, {new}, x)
    """


NETWORK = {"each": 'keras.layers.Conv2D(filters, 3, padding="same", activation="relu")', "pool": "keras.layers.MaxPooling2D()",
           "flat": "keras.layers.Flatten()", "dense": 'keras.layers.Dense(units, activation="relu")',
           "last": 'keras.layers.Dense(CLASSES, activation="softmax")'}  # fmt: skip


def network(**changed):
    """The answer to blank 4 with these layers."""
    part = NETWORK | changed
    end = ", ".join(part[name] for name in ("flat", "dense", "last"))
    return f"""
    network = []
    for filters in FILTERS:
        network += [{part["each"]}, {part["pool"]}]
    network += [{end}]
    """


def painting(flip="tf.image.random_flip_left_right(picture)", bright="tf.image.random_brightness(picture, 0.2)",
             colorful="tf.image.random_saturation(picture, 0.6, 1.4)", first="picture"):  # fmt: skip
    """The answer to blank 5 with these parts."""
    return f"""
    picture = {first}
    picture = {flip}
    picture = {bright}
    return {colorful}
    """


def rival(chosen="if not isinstance(layer, changing)", new="type(layer).from_config(layer.get_config())",
          start="rival.set_weights(start)", more=""):  # fmt: skip
    """The answer to blank 7 with these parts."""
    return f"""
    layers = [{new} for layer in model.layers {chosen}]{more}
    rival = keras.Sequential([keras.Input(model.input_shape[1:]), *layers])
    {start}
    """


STREAMS = "return train.batches(batch_size, shuffle=True, augment=augment), validation.batches(batch_size)"
FLOAT = 'tf.cast(picture, "float32")'

MISTAKES = [
    Mistake("upside down as well", 1, "upside-down", layers(flip="keras.layers.RandomFlip()")),
    Mistake("mirrored top and bottom", 1, "upside-down", layers(flip='keras.layers.RandomFlip("vertical")')),
    Mistake("not mirrored", 1, "never-mirrored", layers(flip="")),
    Mistake("half a turn", 1, "upside-down", layers(turn="keras.layers.RandomRotation(0.5)")),
    Mistake("a hundredth of a turn", 1, "wrong-turn", layers(turn="keras.layers.RandomRotation(0.02)")),
    Mistake("a fifth of a turn", 1, "wrong-turn", layers(turn="keras.layers.RandomRotation(0.15)")),
    Mistake("not turned", 1, "not-turned", layers(turn="")),
    Mistake("not zoomed", 1, "not-zoomed", layers(zoom="")),
    Mistake("zoomed by half", 1, "wrong-zoom", layers(zoom="keras.layers.RandomZoom(0.5)")),
    Mistake("no layer", 1, "nothing-moves", "return []"),
    Mistake("a crop that changes the size", 1, "wrong-shape", "return [keras.layers.CenterCrop(24, 24)]"),
    Mistake(
        "a Lambda that always mirrors",
        1,
        "works-in-prediction",
        "return [keras.layers.Lambda(lambda x: x[:, :, ::-1])] + [keras.layers.RandomRotation(0.1)]",
    ),
    Mistake("half of the pictures whatever the factor", 2, "factor-ignored", inverting(test="< 0.5")),
    Mistake("one draw for the batch", 2, "one-draw-for-all", inverting(shape="(1, 1, 1, 1)")),
    Mistake("a draw for each pixel", 2, "pixel-by-pixel", inverting(shape="keras.ops.shape(x)")),
    Mistake("the others inverted", 2, "others-inverted", inverting(test="> factor")),
    Mistake("one minus x", 2, "wrong-inverse", inverting(new="1 - x")),
    Mistake("minus x", 2, "wrong-inverse", inverting(new="-x")),
    Mistake("the mean of each picture", 2, "wrong-shape", "return keras.ops.mean(x, axis=(1, 2))"),
    Mistake("x never assigned", 2, "raises", "if keras.random.uniform((), seed=draws) > 2:\n    y = 255 - x\nreturn y"),
    Mistake("in prediction too", 3, "works-in-prediction", "return invert(x, self.factor, self.draws)"),
    Mistake(
        "in prediction only", 3, "works-in-prediction", "return x if training else invert(x, self.factor, self.draws)"
    ),
    Mistake("factor written down", 3, "factor-ignored", "return invert(x, 0.5, self.draws) if training else x"),
    Mistake("never", 3, "never-inverts", "return x"),
    Mistake(
        "inverted twice as pixels from 0 to 1",
        3,
        "wrong-inverse",
        "return 1 - invert(x, self.factor, self.draws) if training else x",
    ),
    Mistake("not padded", 4, "not-padded", network(each='keras.layers.Conv2D(filters, 3, activation="relu")')),
    Mistake(
        "sixteen filters each",
        4,
        "wrong-filters",
        network(each='keras.layers.Conv2D(16, 3, padding="same", activation="relu")'),
    ),
    Mistake(
        "window of five",
        4,
        "wrong-window",
        network(each='keras.layers.Conv2D(filters, 5, padding="same", activation="relu")'),
    ),
    Mistake("no relu", 4, "relu-missing", network(each='keras.layers.Conv2D(filters, 3, padding="same")')),
    Mistake("scores in place of probabilities", 4, "softmax-missing", network(last="keras.layers.Dense(CLASSES)")),
    Mistake("ten classes", 4, "wrong-outputs", network(last='keras.layers.Dense(10, activation="softmax")')),
    Mistake(
        "units written down", 4, "hyperparameter-ignored", network(dense='keras.layers.Dense(128, activation="relu")')
    ),
    Mistake("averaged in place of flat", 4, "wrong-layers", network(flat="keras.layers.GlobalAveragePooling2D()")),
    Mistake(
        "larger pooling",
        4,
        "wrong-parameters",
        network(
            pool="keras.layers.MaxPooling2D(2, strides=2, padding='same') if filters < 64 else keras.layers.MaxPooling2D(3)"
        ),
    ),
    Mistake("not mirrored", 5, "never-mirrored", painting(flip="picture")),
    Mistake("mirrored up and down", 5, "never-mirrored", painting(flip="tf.image.random_flip_up_down(picture)")),
    Mistake(
        "brightness of floats",
        5,
        "brightness-unseen",
        painting(first=FLOAT, colorful='tf.cast(tf.image.random_saturation(picture, 0.6, 1.4), "uint8")'),
    ),
    Mistake("no brightness", 5, "brightness-unseen", painting(bright="picture")),
    Mistake("brightness by half", 5, "wrong-brightness", painting(bright="tf.image.random_brightness(picture, 0.5)")),
    Mistake("saturation left", 5, "saturation-unchanged", painting(colorful="picture")),
    Mistake(
        "saturation up to three",
        5,
        "wrong-saturation",
        painting(colorful="tf.image.random_saturation(picture, 0.1, 3.0)"),
    ),
    Mistake("numbers from 0 to 1", 5, "raises", "return tf.image.random_flip_left_right(picture) / 255"),
    Mistake(
        "floats given back",
        5,
        "raises",
        painting(
            colorful='255 * tf.image.random_saturation(tf.image.convert_image_dtype(picture, "float32"), 0.6, 1.4)'
        ),
    ),
    Mistake("cut to a part", 5, "wrong-shape", "return tf.image.random_crop(picture, (4, 4, 3))"),
    Mistake(
        "validation changed too",
        6,
        "validation-changed",
        STREAMS.replace("validation.batches(batch_size)", "validation.batches(batch_size, augment=augment)"),
    ),
    Mistake("augment not handed on", 6, "not-changed", STREAMS.replace(", augment=augment", "")),
    Mistake("not shuffled", 6, "not-shuffled", STREAMS.replace("shuffle=True, ", "")),
    Mistake("batches of 32", 6, "wrong-batch-size", STREAMS.replace("train.batches(batch_size", "train.batches(32")),
    Mistake("training pictures watched", 6, "wrong-split", STREAMS.replace("validation.batches", "train.batches")),
    Mistake(
        "streams in the wrong order",
        6,
        "wrong-split",
        "return validation.batches(batch_size), train.batches(batch_size, shuffle=True, augment=augment)",
    ),
    Mistake(
        "trained on the validation split",
        6,
        "wrong-split",
        "return validation.batches(batch_size, shuffle=True, augment=augment), validation.batches(batch_size)",
    ),
    Mistake("random weights", 7, "another-start", rival(start="pass")),
    Mistake("the weights after training", 7, "another-start", rival(start="rival.set_weights(model.get_weights())")),
    Mistake("the layers themselves", 7, "shared-layers", rival(new="layer")),
    Mistake(
        "a clone with all layers",
        7,
        "still-changing",
        "rival = keras.models.clone_model(model)\nrival.set_weights(start)",
    ),
    Mistake(
        "the scaling left out",
        7,
        "other-layers",
        rival(chosen="if layer.weights or 'pool' in layer.name or 'flat' in layer.name"),
    ),
]

RIGHTS = [
    Right(
        "other layers, a functional network, the model's configuration",
        {
            1: """
        return [
            keras.layers.RandomZoom((-0.1, 0.1)),
            keras.layers.RandomRotation((-0.1, 0.1), fill_mode="constant"),
            keras.layers.RandomFlip(mode="horizontal", seed=3),
        ]
        """,
            2: """
        n = keras.ops.shape(x)[0]
        chosen = keras.ops.cast(keras.random.uniform((n,), seed=draws) <= factor, x.dtype)[:, None, None, None]
        return chosen * (255.0 - x) + (1 - chosen) * x
        """,
            3: """
        if not training:
            return x
        return invert(x, factor=self.factor, draws=self.draws)
        """,
            4: """
        network = [
            layer
            for filters in (16, 32, 64)
            for layer in (
                keras.layers.Conv2D(filters, (3, 3), padding="same"), keras.layers.ReLU(), keras.layers.MaxPool2D((2, 2)),
            )
        ] + [keras.layers.Flatten(), keras.layers.Dense(units), keras.layers.ReLU(), keras.layers.Dense(5), keras.layers.Softmax()]
        """,
            5: """
        picture = tf.image.random_saturation(tf.image.random_flip_left_right(picture), 0.6, 1.4)
        return tf.image.random_brightness(picture, max_delta=0.2)
        """,
            6: """
        shown = train.batches(batch_size, True, augment)
        return shown, validation.batches(batch_size, shuffle=True)
        """,
            7: """
        rival = keras.Sequential([keras.Input(model.input_shape[1:])])
        for layer in model.layers:
            if not isinstance(layer, changing):
                rival.add(layer.__class__.from_config(layer.get_config()))
        for variable, value in zip(rival.weights, start, strict=True):
            variable.assign(value)
        """,
        },
    ),
    Right(
        "adjusted by hand, floats and back",
        {
            2: """
        chosen = keras.random.uniform((keras.ops.shape(x)[0], 1, 1, 1), seed=draws) >= 1 - factor
        return keras.ops.where(chosen, keras.ops.abs(255 - x), x)
        """,
            5: """
        picture = tf.image.convert_image_dtype(picture, tf.float32)
        if tf.random.uniform(()) < 0.5:
            picture = tf.reverse(picture, [1])
        picture = tf.image.adjust_brightness(picture, tf.random.uniform((), -0.2, 0.2))
        picture = tf.image.adjust_saturation(tf.clip_by_value(picture, 0, 1), tf.random.uniform((), 0.6, 1.4))
        return tf.image.convert_image_dtype(picture, tf.uint8, saturate=True)
        """,
        },
    ),
]
