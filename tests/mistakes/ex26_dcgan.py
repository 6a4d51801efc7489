"""Planted mistakes of exercise 26, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

GENERATOR = """
return keras.Sequential([
    keras.Input(({latent},)),
    layers.Dense(7 * 7 * 4 * filters, use_bias=False),
    {norm}
    {leaky},
    layers.Reshape((7, 7, 4 * filters)),
    layers.Conv2DTranspose({second}, {window}, padding={padding}, use_bias={bias}),
    layers.BatchNormalization(),
    {leaky},
    layers.Conv2DTranspose(filters, {window}, strides={stride}, padding={padding}, use_bias=False),
    layers.BatchNormalization(),
    {leaky},
    layers.Conv2DTranspose(1, {window}, strides=2, padding={padding}, use_bias=False, activation={last}),{more}
])
"""
G = {"latent": "latent", "norm": "layers.BatchNormalization(),", "leaky": "layers.LeakyReLU(0.2)", "second": "2 * filters",
     "window": "5", "padding": '"same"', "bias": "False", "stride": "2", "last": '"tanh"', "more": ""}  # fmt: skip
DISCRIMINATOR = """
return keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D({first}, {window}, strides={stride}, padding={padding}),
    {norm}{leaky},
    {dropout}
    layers.Conv2D(2 * filters, {window}, strides={stride}, padding={padding}),
    {leaky},
    {dropout}
    {flat},
    layers.Dense({units}{last}),
])
"""
D = {"first": "filters", "window": "5", "stride": "2", "padding": '"same"', "norm": "", "leaky": "layers.LeakyReLU(0.2)",
     "dropout": "layers.Dropout(dropout),", "flat": "layers.Flatten()", "units": "1", "last": ""}  # fmt: skip
LOSS = "return {real} + {drawn}"
REAL, DRAWN = "cross_entropy(ops.ones_like(real), real)", "cross_entropy(ops.zeros_like(drawn), drawn)"
PROBABLE = "keras.losses.BinaryCrossentropy()(ops.{label}_like({scores}), {scores})"
D_STEP = """
drawn = gan.generator(z, training={training})
with tf.GradientTape() as tape:
    loss = {loss}
variables = {variables}
{apply}
return loss
"""
DS = {"training": "True", "variables": "gan.discriminator.trainable_variables",
      "loss": "discriminator_loss(gan.discriminator(pictures, training=True), gan.discriminator(drawn, training=True))",
      "apply": "gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)"}  # fmt: skip
G_STEP = """
{before}
with tf.GradientTape() as tape:
    loss = {loss}
variables = {variables}
{apply}
return loss
"""
GS = {"before": "", "variables": "gan.generator.trainable_variables",
      "loss": "generator_loss(gan.discriminator(gan.generator(z, training=True), training=True))",
      "apply": "gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)"}  # fmt: skip
RECOGNIZED = """
sure = {sure}
counts = np.bincount({digits}, minlength=10)
return {share}, {shares}
"""
R = {"sure": "probabilities.max(axis=1) >= SURE", "digits": "probabilities.argmax(axis=1)[sure]",
     "share": "sure.mean()", "shares": "counts / max(sure.sum(), 1)"}  # fmt: skip

MISTAKES = [
    Mistake("from 0 to 1", 1, "zero-to-one", 'return x.astype("float32")[..., None] / 255, y'),
    Mistake("bytes left", 1, "integer-pixels", "return x[..., None], y"),
    Mistake("divided by 255 too early", 1, "integer-pixels", "return x[..., None] // 255 * 2 - 1, y"),
    Mistake("1 taken away only", 1, "not-scaled", 'return x.astype("float32")[..., None] - 1, y'),
    Mistake("no channel", 1, "channel-missing", 'return x.astype("float32") / 127.5 - 1, y'),
    Mistake("ink and paper exchanged", 1, "inverted", 'return 1 - x.astype("float32")[..., None] / 127.5, y'),
    Mistake("black and white alone", 1, "pixels-changed",
            'return np.sign(x.astype("float32")[..., None] - 40), y'),
    Mistake("labels scaled too", 1, "labels-changed", 'return x.astype("float32")[..., None] / 127.5 - 1, y / 127.5 - 1'),
    Mistake("sigmoid at the end", 2, "sigmoid-for-tanh", GENERATOR.format(**G | {"last": '"sigmoid"'})),
    Mistake("no tanh", 2, "tanh-missing", GENERATOR.format(**G | {"last": "None"})),
    Mistake("latent written down", 2, "latent-ignored", GENERATOR.format(**G | {"latent": "100"})),
    Mistake("filters written down", 2, "wrong-filters", GENERATOR.format(**G | {"second": "128"})),
    Mistake("windows of three", 2, "wrong-window", GENERATOR.format(**G | {"window": "3"})),
    Mistake("no stride", 2, "wrong-strides", GENERATOR.format(**G | {"stride": "1"})),
    Mistake("not padded", 2, "wrong-padding", GENERATOR.format(**G | {"padding": '"valid"'})),
    Mistake("cut to another size", 2, "wrong-shape", GENERATOR.format(**G | {"more": "layers.Cropping2D(2),"})),
    Mistake("no normalization behind Dense", 2, "batch-norm-missing", GENERATOR.format(**G | {"norm": ""})),
    Mistake("plain relu", 2, "relu-for-leaky", GENERATOR.format(**G | {"leaky": "layers.ReLU()"})),
    Mistake("another slope", 2, "leaky-missing", GENERATOR.format(**G | {"leaky": "layers.LeakyReLU()"})),
    Mistake("with a bias", 2, "wrong-parameters", GENERATOR.format(**G | {"bias": "True"})),
    Mistake("upsampling", 2, "wrong-layers", GENERATOR.format(**G).replace(
        "layers.Conv2DTranspose(filters, 5, strides=2, padding=\"same\", use_bias=False)",
        "layers.UpSampling2D(), layers.Conv2D(filters, 5, padding=\"same\", use_bias=False)")),
    Mistake("sigmoid behind the score", 3, "sigmoid-at-the-end", DISCRIMINATOR.format(**D | {"last": ', activation="sigmoid"'})),
    Mistake("batch normalization", 3, "batch-norm-in-d", DISCRIMINATOR.format(**D | {"norm": "layers.BatchNormalization(), "})),
    Mistake("no dropout", 3, "dropout-missing", DISCRIMINATOR.format(**D | {"dropout": ""})),
    Mistake("dropout written down", 3, "dropout-ignored", DISCRIMINATOR.format(**D | {"dropout": "layers.Dropout(0.3),"})),
    Mistake("plain relu in D", 3, "relu-for-leaky", DISCRIMINATOR.format(**D | {"leaky": "layers.ReLU()"})),
    Mistake("tanh in D", 3, "leaky-missing", DISCRIMINATOR.format(**D | {"leaky": 'layers.Activation("tanh")'})),
    Mistake("two scores", 3, "wrong-shape", DISCRIMINATOR.format(**D | {"units": "2"})),
    Mistake("filters of D written down", 3, "wrong-filters", DISCRIMINATOR.format(**D | {"first": "64"})),
    Mistake("no stride in D", 3, "wrong-strides", DISCRIMINATOR.format(**D | {"stride": "1"})),
    Mistake("windows of three in D", 3, "wrong-window", DISCRIMINATOR.format(**D | {"window": "3"})),
    Mistake("not padded in D", 3, "wrong-padding", DISCRIMINATOR.format(**D | {"padding": '"valid"'})),
    Mistake("pooled in place of flattened", 3, "wrong-parameters",
            DISCRIMINATOR.format(**D | {"flat": "layers.GlobalAveragePooling2D()"})),
    Mistake("dense in D", 3, "wrong-layers", """
            return keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(filters),
                                     layers.LeakyReLU(0.2), layers.Dropout(dropout), layers.Dense(1)])
            """),
    Mistake("labels swapped", 4, "labels-swapped", LOSS.format(
        real="cross_entropy(ops.zeros_like(real), real)", drawn="cross_entropy(ops.ones_like(drawn), drawn)")),
    Mistake("real pictures alone", 4, "real-alone", f"return {REAL}"),
    Mistake("drawn pictures alone", 4, "drawn-alone", f"return {DRAWN}"),
    Mistake("all real", 4, "same-label", LOSS.format(real=REAL, drawn="cross_entropy(ops.ones_like(drawn), drawn)")),
    Mistake("mean of the two", 4, "halved", f"return ({REAL} + {DRAWN}) / 2"),
    Mistake("scores as probabilities", 4, "from-logits-missing", LOSS.format(
        real=PROBABLE.format(label="ones", scores="real"), drawn=PROBABLE.format(label="zeros", scores="drawn"))),
    Mistake("a number a picture", 4, "not-a-mean", "return ops.softplus(-real) + ops.softplus(drawn)"),
    Mistake("scores themselves", 4, "wrong-loss", "return ops.mean(drawn) - ops.mean(real)"),
    Mistake("labels for four rows", 4, "loss-label-mismatch", """
            return cross_entropy(np.ones((4, 1)), real) + cross_entropy(np.zeros((4, 1)), drawn)
            """),
    Mistake("the goal of D", 5, "discriminators-goal", f"return {DRAWN}"),
    Mistake("minus the loss of D", 5, "minus-the-discriminators-loss", f"return -{DRAWN}"),
    Mistake("G's scores as probabilities", 5, "from-logits-missing",
            "return " + PROBABLE.format(label="ones", scores="drawn")),
    Mistake("squared", 5, "wrong-loss", "return ops.mean((drawn - 1) ** 2)"),
    Mistake("G: a number a picture", 5, "not-a-mean", "return ops.softplus(-drawn)"),
    Mistake("D's step trains G", 6, "generator-moved", """
            with tf.GradientTape() as tape:
                drawn = gan.generator(z, training=True)
                loss = discriminator_loss(gan.discriminator(pictures, training=True), gan.discriminator(drawn, training=True))
            variables = gan.generator.trainable_variables
            gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)
            return loss
            """),
    Mistake("D's step trains both", 6, "generator-moved", """
            with tf.GradientTape(persistent=True) as tape:
                drawn = gan.generator(z, training=True)
                loss = discriminator_loss(gan.discriminator(pictures, training=True), gan.discriminator(drawn, training=True))
            for network, optimizer in ((gan.generator, gan.generator_optimizer), (gan.discriminator, gan.discriminator_optimizer)):
                optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
            return loss
            """),
    Mistake("slopes not applied", 6, "nothing-moved", D_STEP.format(**DS | {"apply": "tape.gradient(loss, variables)"})),
    Mistake("D: minus the slopes", 6, "uphill", D_STEP.format(**DS | {
        "apply": "gan.discriminator_optimizer.apply([-one for one in tape.gradient(loss, variables)], variables)"})),
    Mistake("real and drawn exchanged", 6, "wrong-loss", D_STEP.format(**DS | {
        "loss": "discriminator_loss(gan.discriminator(drawn, training=True), gan.discriminator(pictures, training=True))"})),
    Mistake("G without its batch", 6, "wrong-loss", D_STEP.format(**DS | {"training": "False"})),
    Mistake("slopes halved", 6, "wrong-slopes", D_STEP.format(**DS | {
        "apply": "gan.discriminator_optimizer.apply([one / 2 for one in tape.gradient(loss, variables)], variables)"})),
    Mistake("the other optimizer", 6, "raises", D_STEP.format(**DS | {
        "apply": "gan.generator_optimizer.apply(tape.gradient(loss, variables), variables)"})),
    Mistake("G's step trains D", 7, "discriminator-moved", G_STEP.format(**GS | {
        "variables": "gan.discriminator.trainable_variables",
        "apply": "gan.discriminator_optimizer.apply(tape.gradient(loss, variables), variables)"})),
    Mistake("G's step trains both", 7, "discriminator-moved", """
            with tf.GradientTape(persistent=True) as tape:
                loss = generator_loss(gan.discriminator(gan.generator(z, training=True), training=True))
            for network, optimizer in ((gan.generator, gan.generator_optimizer), (gan.discriminator, gan.discriminator_optimizer)):
                optimizer.apply(tape.gradient(loss, network.trainable_variables), network.trainable_variables)
            return loss
            """),
    Mistake("G outside the tape", 7, "raises", G_STEP.format(**GS | {"before": "drawn = gan.generator(z, training=True)",
        "loss": "generator_loss(gan.discriminator(drawn, training=True))"})),
    Mistake("G's slopes not applied", 7, "nothing-moved", G_STEP.format(**GS | {"apply": "tape.gradient(loss, variables)"})),
    Mistake("G: minus the slopes", 7, "uphill", G_STEP.format(**GS | {
        "apply": "gan.generator_optimizer.apply([-one for one in tape.gradient(loss, variables)], variables)"})),
    Mistake("G: without its batch", 7, "wrong-loss", G_STEP.format(**GS | {
        "loss": "generator_loss(gan.discriminator(gan.generator(z, training=False), training=True))"})),
    Mistake("G: slopes halved", 7, "wrong-slopes", G_STEP.format(**GS | {
        "apply": "gan.generator_optimizer.apply([one / 2 for one in tape.gradient(loss, variables)], variables)"})),
    Mistake("all recognized", 8, "all-counted", RECOGNIZED.format(**R | {"sure": "probabilities.max(axis=1) >= 0"})),
    Mistake("mean probability", 8, "mean-for-share", RECOGNIZED.format(**R | {"share": "probabilities.max(axis=1).mean()"})),
    Mistake("number of pictures", 8, "count-for-share", RECOGNIZED.format(**R | {"share": "sure.sum()"})),
    Mistake("above 0.95", 8, "wrong-share", RECOGNIZED.format(**R | {"sure": "probabilities.max(axis=1) > 0.95"})),
    Mistake("more than 0.9 only", 8, "wrong-share", RECOGNIZED.format(**R | {"sure": "probabilities.max(axis=1) > SURE"})),
    Mistake("counts", 8, "counts-for-shares", RECOGNIZED.format(**R | {"shares": "counts"})),
    Mistake("shares of all pictures", 8, "shares-of-all", RECOGNIZED.format(**R | {"shares": "counts / len(probabilities)"})),
    Mistake("digits of all pictures", 8, "unsure-counted", RECOGNIZED.format(**R | {
        "digits": "probabilities.argmax(axis=1)", "shares": "counts / counts.sum()"})),
    Mistake("mean probabilities of the digits", 8, "wrong-shares", RECOGNIZED.format(**R | {"shares": "probabilities.mean(axis=0)"})),
    Mistake("0 by 0", 8, "zero-divided", RECOGNIZED.format(**R | {"shares": "counts / sure.sum()"})),
    Mistake("the share alone", 8, "wrong-shape", RECOGNIZED.format(**R | {"shares": "counts.sum()"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "functional networks, TensorFlow's own functions",
        {
            1: "return (np.asarray(x, np.float32).reshape(-1, 28, 28, 1) - 127.5) / 127.5, y",
            2: """
            z = keras.Input((latent,))
            x = layers.LeakyReLU(0.2)(layers.BatchNormalization()(layers.Dense(196 * filters, use_bias=False)(z)))
            x = layers.Reshape((7, 7, 4 * filters))(x)
            for many, stride in ((2 * filters, 1), (filters, 2)):
                x = layers.Conv2DTranspose(many, (5, 5), strides=(stride, stride), padding="same", use_bias=False)(x)
                x = layers.LeakyReLU(negative_slope=0.2)(layers.BatchNormalization()(x))
            x = layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False)(x)
            return keras.Model(z, layers.Activation("tanh")(x))
            """,
            4: """
            ones = tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(real), real)
            zeros = tf.nn.sigmoid_cross_entropy_with_logits(tf.zeros_like(drawn), drawn)
            return tf.reduce_mean(ones) + tf.reduce_mean(zeros)
            """,
            6: """
            with tf.GradientTape() as tape:
                drawn = tf.stop_gradient(gan.generator(z, training=True))
                both = gan.discriminator(tf.concat([pictures, drawn], axis=0), training=True)
                loss = discriminator_loss(both[: len(pictures)], both[len(pictures) :])
            slopes = tape.gradient(loss, gan.discriminator.trainable_weights)
            gan.discriminator_optimizer.apply_gradients(zip(slopes, gan.discriminator.trainable_weights))
            return loss
            """,
            8: """
            top, digit = np.max(probabilities, axis=1), np.argmax(probabilities, axis=1)
            counts = np.array([np.sum((digit == k) & (top >= SURE)) for k in range(10)])
            found = counts.sum()
            return found / len(top), counts / found if found else np.zeros(10)
            """,
        },
    ),
    Right(
        "a loop of layers, losses by softplus, watched variables",
        {
            3: """
            network = keras.Sequential([keras.Input((28, 28, 1))])
            for many in (filters, 2 * filters):
                network.add(layers.Conv2D(many, (5, 5), (2, 2), padding="same"))
                network.add(layers.LeakyReLU(negative_slope=0.2))
                network.add(layers.Dropout(rate=dropout))
            network.add(layers.Reshape((7 * 7 * 2 * filters,)))
            network.add(layers.Dense(1, activation="linear"))
            return network
            """,
            4: "return ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(drawn))",
            5: "return ops.mean(ops.softplus(-drawn))",
            7: """
            own = gan.generator.trainable_variables
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch([one.value for one in own])
                scores = gan.discriminator(gan.generator(z, training=True), training=True)
                loss = generator_loss(scores)
            for_each = zip(tape.gradient(loss, own), own)
            gan.generator_optimizer.apply_gradients(for_each)
            return loss
            """,
        },
    ),
]
