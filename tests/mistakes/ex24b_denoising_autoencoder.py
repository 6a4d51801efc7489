"""Planted mistakes of exercise 24b, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def encoder(size: str = "3", padding: str = "same", activation: str = "relu", strides: str = "strides=2, ") -> str:
    """The answer to blank 1 with these parts."""
    return f"""
    layers = [
        keras.layers.Conv2D(number, {size}, {strides}padding="{padding}", activation="{activation}") for number in filters
    ]
    return keras.Sequential([keras.Input(shape=SHAPE), *layers])
    """


def decoder(
    order: str = "filters[::-1]", activation: str = "relu", last: str = "sigmoid", strides: str = "strides=2, "
) -> str:
    """The answer to blank 2 with these parts."""
    return f"""
    layers = [
        keras.layers.Conv2DTranspose(number, 3, {strides}padding="same", activation="{activation}") for number in {order}
    ]
    end = keras.layers.Conv2D(1, 3, padding="same", activation="{last}")
    return keras.Sequential([keras.Input(shape=(7, 7, filters[-1])), *layers, end])
    """


def gaussian(formula: str, kind: str = "normal", shape: str = "keras.ops.shape(pictures)", seed: str = "seed") -> str:
    """The answer to blank 3 with these parts."""
    return f"noise = keras.random.{kind}({shape}, seed={seed})\nreturn {formula}"


def impulse(low: str = "amount / 2", high: str = "1 - amount / 2", rest: str = "pictures") -> str:
    """The answer to blank 4 with these parts."""
    return f"return keras.ops.where(chance < {low}, 0.0, keras.ops.where(chance > {high}, 1.0, {rest}))"


def fit(
    epochs="epochs=preset.epochs, ",
    watched="validation_data=watched, ",
    callbacks="[*callbacks, falling]",
    back="return ",
) -> str:
    """The answer to blank 6 with these parts."""
    return f"{back}model.fit(stream, {epochs}{watched}shuffle=False, callbacks={callbacks})"


CUT = "keras.ops.clip(pictures + amount * noise, 0, 1)"

MISTAKES = [
    Mistake("no stride", 1, "wrong-shape", encoder(strides="")),
    Mistake("no padding", 1, "wrong-shape", encoder(padding="valid")),
    Mistake("5 × 5", 1, "parameter-count", encoder("5")),
    Mistake("linear", 1, "not-relu", encoder(activation="linear")),
    Mistake("no stride on the way back", 2, "wrong-shape", decoder(strides="")),
    Mistake("filters forwards", 2, "parameter-count", decoder("filters")),
    Mistake("linear pixels", 2, "output-not-sigmoid", decoder(last="linear")),
    Mistake("relu pixels", 2, "output-not-sigmoid", decoder(last="relu")),
    Mistake("linear on the way back", 2, "not-relu", decoder(activation="linear")),
    Mistake("not cut off", 3, "not-cut-off", gaussian("pictures + amount * noise")),
    Mistake("uniform noise", 3, "noise-shifted", gaussian(CUT, "uniform")),
    Mistake("amount left out", 3, "wrong-amount", gaussian("keras.ops.clip(pictures + noise, 0, 1)")),
    Mistake("the same noise on all pictures", 3, "wrong-amount", gaussian(CUT, shape="keras.ops.shape(pictures)[1:]")),
    Mistake("multiplied", 3, "wrong-amount", gaussian("keras.ops.clip(pictures * (1 + amount * noise), 0, 1)")),
    Mistake("seed ignored", 3, "seed-ignored", gaussian(CUT, seed="0")),
    Mistake(
        "one picture of noise comes out",
        3,
        "wrong-shape",
        gaussian(CUT.replace("pictures", "pictures[0]"), shape="(28, 28, 1)"),
    ),
    Mistake("the whole amount at either end", 4, "wrong-share", impulse("amount", "1 - amount")),
    Mistake("white pixels alone", 4, "one-kind-of-hit", impulse(high="1")),
    Mistake("the others black", 4, "wrong-share", impulse(rest="0.0")),
    Mistake("the others replaced by chance", 4, "others-changed", impulse(rest="chance")),
    Mistake(
        "one number for a picture",
        4,
        "wrong-shape",
        "return keras.ops.mean(" + impulse().removeprefix("return ") + ", axis=-1)",
    ),
    Mistake(
        "noise as target too", 5, "noisy-target", "return noisy(pictures, kind, seed), noisy(pictures, kind, seed)"
    ),
    Mistake("turned around", 5, "turned-around", "return pictures, noisy(pictures, kind, seed)"),
    Mistake("no noise", 5, "no-noise", "return pictures, pictures"),
    Mistake("no target", 5, "not-a-pair", "return noisy(pictures, kind, seed)"),
    Mistake("nothing watched", 6, "no-validation", fit(watched="")),
    Mistake("one epoch", 6, "wrong-epochs", fit("")),
    Mistake(
        "clean pictures in and out",
        6,
        "stream-not-used",
        """
        return model.fit(
            data.train.x, data.train.x, batch_size=preset.batch_size, epochs=preset.epochs, validation_data=watched,
            callbacks=[*callbacks, falling],
        )
        """,
    ),
    Mistake("callbacks dropped", 6, "callbacks-not-handed-on", fit(callbacks="[falling]")),
    Mistake("history not returned", 6, "return-missing", fit(back="")),
    Mistake(
        "test pictures watched", 6, "test-data-in-fit", fit(watched="validation_data=(data.test.x, data.test.x), ")
    ),
    Mistake("upside down", 7, "upside-down", "return 10 * np.log10(np.mean((clean - pictures) ** 2))"),
    Mistake("natural logarithm", 7, "natural-logarithm", "return 10 * np.log(1 / np.mean((clean - pictures) ** 2))"),
    Mistake("twenty times", 7, "twenty", "return 20 * np.log10(1 / np.mean((clean - pictures) ** 2))"),
    Mistake("absolute error", 7, "absolute-error", "return 10 * np.log10(1 / np.mean(np.abs(clean - pictures)))"),
    Mistake(
        "one for each picture",
        7,
        "wrong-shape",
        "return 10 * np.log10(1 / np.mean((clean - pictures) ** 2, axis=(1, 2, 3)))",
    ),
    Mistake(
        "mean of decibels",
        7,
        "wrong-value",
        "return np.mean(10 * np.log10(1 / np.mean((clean - pictures) ** 2, axis=(1, 2, 3))))",
    ),
    Mistake("clean pictures decoded", 8, "clean-decoded", "denoised = model.predict(clean, verbose=0)"),
    Mistake("filtered before", 8, "other-pictures", "denoised = model.predict(median, verbose=0)"),
    Mistake("one picture alone", 8, "wrong-shape", "denoised = model.predict(bad[:1], verbose=0)"),
]

RIGHTS = [
    Right(
        "functional models, noise by other functions",
        {
            1: """
            x = pictures = keras.Input(SHAPE)
            for number in filters:
                x = keras.layers.ReLU()(keras.layers.Conv2D(number, (3, 3), strides=(2, 2), padding="same")(x))
            return keras.Model(pictures, x)
            """,
            2: """
            x = codes = keras.Input((7, 7, filters[-1]))
            for number in reversed(filters):
                x = keras.layers.ReLU()(keras.layers.Conv2DTranspose(number, 3, 2, padding="same")(x))
            last = keras.layers.Conv2DTranspose(1, 3, padding="same")
            return keras.Model(codes, keras.layers.Activation("sigmoid")(last(x)))
            """,
            3: """
            noise = keras.random.normal(keras.ops.shape(pictures), stddev=amount, seed=seed)
            return keras.ops.minimum(keras.ops.maximum(pictures + noise, 0.0), 1.0)
            """,
            4: """
            salt = keras.ops.cast(chance < amount / 2, "float32")
            kept = keras.ops.cast((chance >= amount / 2) & (chance < 1 - amount / 2), "float32")
            return salt + kept * pictures
            """,
        },
    ),
    Right(
        "decibels of the root, the network called by itself",
        {
            5: "bad = noisy(pictures, kind, seed)\nreturn (bad, pictures)",
            6: """
            return model.fit(x=stream.repeat(), steps_per_epoch=len(stream), epochs=preset.epochs, shuffle=False,
                             validation_data=watched, callbacks=[*callbacks, falling])
            """,
            7: "return -20 * np.log10(np.sqrt(np.square(pictures - clean).mean()))",
            8: "denoised = keras.ops.convert_to_numpy(model(bad, training=False))",
        },
    ),
]
