"""Planted mistakes of exercise 24a, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right


def encoder(layers: str, flat: str = "keras.layers.Flatten(), ") -> str:
    """The answer to blank 1 with these layers."""
    return f"return keras.Sequential([keras.Input(shape=SHAPE), {flat}{layers}])"


def decoder(
    layers: str, last: str = 'keras.layers.Dense(784, activation="sigmoid"), keras.layers.Reshape(SHAPE)'
) -> str:
    """The answer to blank 2 with these layers."""
    return f"return keras.Sequential([keras.Input(shape=(sizes[-1],)), {layers}{last}])"


def dense(sizes: str, activation: str = "relu") -> str:
    """Dense layers of these sizes."""
    return f'*[keras.layers.Dense(units, activation="{activation}") for units in {sizes}], '


HIDDEN = dense("sizes[-2::-1]")


def fit(
    inputs="data.train.x", target="data.train.x", watched="(data.validation.x, data.validation.x)",
    size="batch_size=preset.batch_size, ", back="return ", callbacks="[*callbacks, falling]",
) -> str:  # fmt: skip
    """The answer to blank 4 with these parts."""
    return f"""
    {back}model.fit({inputs}, {target}, {size}epochs=preset.epochs, validation_data={watched}, callbacks={callbacks})
    """


def compiled(optimizer: str = "keras.optimizers.Adam(rate)", loss: str = "mse") -> str:
    """The answer to blank 3 with these parts."""
    return f'model.compile(optimizer={optimizer}, loss="{loss}")'


MISTAKES = [
    Mistake("a code of the first size", 1, "wrong-shape", encoder(dense("sizes[:1]"))),
    Mistake("pictures not flattened", 1, "wrong-shape", encoder(dense("sizes"), "")),
    Mistake("the layer before the code left out", 1, "parameter-count", encoder(dense("sizes[-1:]"))),
    Mistake("linear layers", 1, "code-not-relu", encoder(dense("sizes", "linear"))),
    Mistake("sigmoid layers", 1, "code-not-relu", encoder(dense("sizes", "sigmoid"))),
    Mistake(
        "a hidden layer without a bend",
        1,
        "hidden-not-relu",
        encoder(dense("sizes[:-1]", "linear") + dense("sizes[-1:]")),
    ),
    Mistake("784 numbers in a row", 2, "wrong-shape", decoder(HIDDEN, 'keras.layers.Dense(784, activation="sigmoid")')),
    Mistake("no way back through the hidden layer", 2, "parameter-count", decoder("")),
    Mistake("all sizes backwards, the code's too", 2, "parameter-count", decoder(dense("sizes[::-1]"))),
    Mistake(
        "linear pixels",
        2,
        "output-not-sigmoid",
        decoder(HIDDEN, "keras.layers.Dense(784), keras.layers.Reshape(SHAPE)"),
    ),
    Mistake(
        "relu pixels",
        2,
        "output-not-sigmoid",
        decoder(HIDDEN, 'keras.layers.Dense(784, activation="relu"), keras.layers.Reshape(SHAPE)'),
    ),
    Mistake("hidden layers without a bend", 2, "hidden-not-relu", decoder(dense("sizes[-2::-1]", "linear"))),
    Mistake("absolute error", 3, "wrong-loss", compiled(loss="mae")),
    Mistake("cross-entropy of pixels", 3, "wrong-loss", compiled(loss="binary_crossentropy")),
    Mistake("learning rate ignored", 3, "learning-rate-ignored", compiled('"adam"')),
    Mistake("plain gradient descent", 3, "wrong-optimizer", compiled("keras.optimizers.SGD(rate)")),
    Mistake("the labels as targets", 4, "other-targets", fit(target="data.train.y[:, None, None]")),
    Mistake(
        "labels as validation targets",
        4,
        "wrong-validation",
        fit(watched="(data.validation.x, data.validation.y[:, None, None])"),
    ),
    Mistake("test pictures watched", 4, "test-data-in-fit", fit(watched="(data.test.x, data.test.x)")),
    Mistake("batch size left to Keras", 4, "wrong-batch-size", fit(size="")),
    Mistake("history not returned", 4, "return-missing", fit(back="")),
    Mistake("one error for all", 5, "one-number", "return ((pictures - returned) ** 2).mean()"),
    Mistake("errors of rows of pixels", 5, "wrong-shape", "return ((pictures - returned) ** 2).mean(axis=1)"),
    Mistake("absolute errors", 5, "absolute-error", "return abs(pictures - returned).mean(axis=(1, 2))"),
    Mistake("roots", 5, "root-taken", "return ((pictures - returned) ** 2).mean(axis=(1, 2)) ** 0.5"),
    Mistake("sums", 5, "sum-of-pixels", "return ((pictures - returned) ** 2).sum(axis=(1, 2))"),
    Mistake("squared mean", 5, "wrong-error", "return (pictures - returned).mean(axis=(1, 2)) ** 2"),
    Mistake(
        "all components kept",
        6,
        "nothing-lost",
        "pca = PCA(random_state=0).fit(rows)\nreturned = pca.inverse_transform(pca.transform(others))",
    ),
    Mistake(
        "fitted on what it is judged by",
        6,
        "fitted-on-others",
        "pca = PCA(units, random_state=0)\nreturned = pca.inverse_transform(pca.fit_transform(others))",
    ),
    Mistake(
        "the mean forgotten",
        6,
        "wrong-pictures",
        "pca = PCA(units, random_state=0).fit(rows)\nreturned = pca.transform(others) @ pca.components_",
    ),
    Mistake(
        "pixels mixed",
        7,
        "pixels-mixed",
        "return (1 - shares[..., None]) * first + shares[..., None] * second",
    ),
    Mistake(
        "mixed pixels encoded",
        7,
        "pixels-mixed",
        "return decode(model, encode(model, (1 - shares[..., None]) * first + shares[..., None] * second))",
    ),
    Mistake(
        "backwards",
        7,
        "backwards",
        "code = encode(model, np.stack([first, second]))\nreturn decode(model, shares * code[0] + (1 - shares) * code[1])",
    ),
    Mistake(
        "codes added",
        7,
        "wrong-way",
        "code = encode(model, np.stack([first, second]))\nreturn decode(model, code[0] + shares * code[1])",
    ),
    Mistake(
        "the half-way point alone",
        7,
        "wrong-shape",
        "code = encode(model, np.stack([first, second]))\nreturn decode(model, (code[:1] + code[1:]) / 2)",
    ),
]

RIGHTS = [
    Right(
        "functional models, layers of their own for the bends",
        {
            1: """
            pictures = keras.Input(SHAPE)
            code = keras.layers.Reshape((784,))(pictures)
            for units in sizes:
                code = keras.layers.ReLU()(keras.layers.Dense(units)(code))
            return keras.Model(pictures, code)
            """,
            2: """
            code = keras.Input((sizes[-1],))
            pixels = code
            for units in reversed(sizes[:-1]):
                pixels = keras.layers.Dense(units, activation=keras.activations.relu)(pixels)
            pixels = keras.layers.Activation("sigmoid")(keras.layers.Dense(28 * 28)(pixels))
            return keras.Model(code, keras.layers.Reshape((28, 28))(pixels))
            """,
            3: "model.compile(keras.optimizers.Adam(rate), keras.losses.MeanSquaredError(), metrics=['mae'])",
        },
    ),
    Right(
        "pictures through tf.data, PCA by hand",
        {
            4: """
            def pairs(split, shuffle):
                return split.batches(preset.batch_size, shuffle).map(lambda x, y: (x, x))

            return model.fit(pairs(data.train, True), epochs=preset.epochs, shuffle=False,
                             validation_data=pairs(data.validation, False), callbacks=[*callbacks, falling])
            """,
            5: "return np.square(returned - pictures).reshape(len(pictures), -1).mean(axis=1)",
            6: """
            middle = rows.mean(axis=0)
            _, _, directions = np.linalg.svd(rows - middle, full_matrices=False)
            returned = middle + (others - middle) @ directions[:units].T @ directions[:units]
            """,
            7: """
            start, end = encode(model, first[None]), encode(model, second[None])
            return decode(model, start + shares * (end - start))
            """,
        },
    ),
]
