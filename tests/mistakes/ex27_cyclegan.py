"""Planted mistakes of exercise 27, and right answers written differently."""

from whitepaper.checking.mistakes import Mistake, Right

BLOCK = """
h = layers.Conv2D({many}, {window}{padding}, use_bias={bias})({first})
h = {relu}({norm}(h))
h = layers.Conv2D(filters, {window}{padding}, use_bias={bias})({second})
return {result}
"""
B = {"many": "filters", "window": "3", "padding": "", "bias": "False", "first": "ReflectionPadding2D(1)(x)",
     "relu": "layers.ReLU()", "norm": "InstanceNormalization()", "second": "ReflectionPadding2D(1)(h)",
     "result": "layers.add([x, InstanceNormalization()(h)])"}  # fmt: skip
PATCHES = """
inputs = keras.Input((size, size, 3))
x = {leaky}({norm}layers.Conv2D(filters, {window}, strides={stride}, padding="same")(inputs){close})
for number in range(1, {downs}):
    x = layers.Conv2D({many}, {window}, strides={stride}, padding="same")(x)
    x = {leaky}(InstanceNormalization()(x))
return keras.Model(inputs, {last})
"""
P = {"leaky": "layers.LeakyReLU(0.2)", "norm": "", "close": "", "window": "4", "stride": "2", "downs": "downsamplings",
     "many": "filters * 2**number", "last": 'layers.Conv2D(1, 4, padding="same")(x)'}  # fmt: skip
JITTER = """
size = picture.shape[0]
larger = round(LARGER * size)
part = {part}
return {result}
"""
J = {"part": "tf.image.stateless_random_crop(tf.image.resize(picture, (larger, larger)), (size, size, 3), seed)",
     "result": "tf.image.stateless_random_flip_left_right(part, seed)"}  # fmt: skip
D_LOSS = "return {factor}(mean_of({real}) + mean_of({drawn}))"
DL = {"factor": "0.5 * ", "real": "(real - 1) ** 2", "drawn": "drawn**2"}
G_LOSS = "return {adversarial} + {cycle} + {identity}"
GL = {"adversarial": "mean_of((scores - 1) ** 2)", "cycle": "CYCLE * mean_of(ops.abs(picture - back))",
      "identity": "CYCLE * IDENTITY * mean_of(ops.abs(picture - same))"}  # fmt: skip
G_STEP = """
with tf.GradientTape(persistent=True) as tape:
    drawn_y, drawn_x = gan.g(x, training=True), gan.f(y, training=True)
    g_loss = {g}
    f_loss = {f}
    total = g_loss + f_loss
{apply}
return {result}
"""
GS = {"g": "generator_loss(gan.d_y(drawn_y), y, gan.g(drawn_x), gan.g(y))",
      "f": "generator_loss(gan.d_x(drawn_x), x, gan.f(drawn_y), gan.f(x))",
      "result": "g_loss, f_loss, drawn_x, drawn_y",
      "apply": """
for network, optimizer in ((gan.g, gan.g_optimizer), (gan.f, gan.f_optimizer)):
    optimizer.apply(tape.gradient(total, network.trainable_variables), network.trainable_variables)
"""}  # fmt: skip
D_STEP = """
losses = []
for judge, optimizer, real, drawn in ((gan.d_x, gan.d_x_optimizer, {pairs[0]}), (gan.d_y, gan.d_y_optimizer, {pairs[1]})):
    with tf.GradientTape() as tape:
        losses.append(discriminator_loss({scores}))
    slopes = tape.gradient(losses[-1], judge.trainable_variables)
    {apply}
return {result}
"""
DS = {"pairs": ("x, drawn_x", "y, drawn_y"), "scores": "judge(real), judge(drawn)", "result": "tuple(losses)",
      "apply": "optimizer.apply(slopes, judge.trainable_variables)"}  # fmt: skip

MISTAKES = [
    Mistake("no shortcut", 1, "no-shortcut", BLOCK.format(**B | {"result": "InstanceNormalization()(h)"})),
    Mistake("relu behind the sum", 1, "relu-at-the-end", BLOCK.format(**B | {
        "result": "layers.ReLU()(layers.add([x, InstanceNormalization()(h)]))"})),
    Mistake("relu behind the second normalization", 1, "relu-at-the-end", BLOCK.format(**B | {
        "result": "layers.add([x, layers.ReLU()(InstanceNormalization()(h))])"})),
    Mistake("padded with zeros", 1, "zeros-at-the-edge", BLOCK.format(**B | {
        "padding": ', padding="same"', "first": "x", "second": "h"})),
    Mistake("batch normalization", 1, "batch-norm", BLOCK.format(**B | {"norm": "layers.BatchNormalization()"})),
    Mistake("one normalization", 1, "norm-missing", BLOCK.format(**B | {"result": "layers.add([x, h])"})),
    Mistake("padded by two at once", 1, "wrong-shape", """
            h = layers.Conv2D(filters, 3, use_bias=False)(ReflectionPadding2D(2)(x))
            h = layers.ReLU()(InstanceNormalization()(h))
            h = layers.Conv2D(filters, 3, use_bias=False)(ReflectionPadding2D(1)(h))
            h = InstanceNormalization()(h)
            return layers.add([ReflectionPadding2D(1)(x), h])
            """),
    Mistake("with biases", 1, "wrong-parameters", BLOCK.format(**B | {"bias": "True"})),
    Mistake("window of five", 1, "wrong-window", BLOCK.format(**B | {"window": "5", "first": "ReflectionPadding2D(2)(x)",
        "second": "ReflectionPadding2D(2)(h)"})),
    Mistake("one convolution", 1, "wrong-layers", """
            h = layers.Conv2D(filters, 3, use_bias=False)(ReflectionPadding2D(1)(x))
            return layers.add([x, InstanceNormalization()(h)])
            """),
    Mistake("no relu between", 1, "wrong-outputs", BLOCK.format(**B | {"relu": ""})),
    Mistake("one score", 2, "one-score", PATCHES.format(**P | {"last": "layers.Dense(1)(layers.Flatten()(x))"})),
    Mistake("sigmoid", 2, "sigmoid-at-the-end", PATCHES.format(**P | {
        "last": 'layers.Conv2D(1, 4, padding="same", activation="sigmoid")(x)'})),
    Mistake("as many filters in all", 2, "wrong-filters", PATCHES.format(**P | {"many": "filters"})),
    Mistake("window of three", 2, "wrong-window", PATCHES.format(**P | {"window": "3"})),
    Mistake("no stride", 2, "wrong-shape", PATCHES.format(**P | {"stride": "1"})),
    Mistake("normalized colors", 2, "wrong-norms", PATCHES.format(**P | {"norm": "InstanceNormalization()(", "close": ")"})),
    Mistake("plain relu", 2, "leaky-missing", PATCHES.format(**P | {"leaky": "layers.ReLU()"})),
    Mistake("two downsamplings written down", 2, "downsamplings-ignored", PATCHES.format(**P | {"downs": "2"})),
    Mistake("not made larger", 3, "not-enlarged", "return tf.image.stateless_random_flip_left_right(picture, seed)"),
    Mistake("cut in the middle", 3, "not-cut-at-random", JITTER.format(**J | {
        "part": "tf.image.resize_with_crop_or_pad(tf.image.resize(picture, (larger, larger)), size, size)"})),
    Mistake("not mirrored", 3, "not-mirrored", JITTER.format(**J | {"result": "part"})),
    Mistake("always mirrored", 3, "not-mirrored", JITTER.format(**J | {"result": "tf.image.flip_left_right(part)"})),
    Mistake("upside down", 3, "upside-down", JITTER.format(**J | {"result": "tf.image.stateless_random_flip_up_down(part, seed)"})),
    Mistake("a crop of its own", 3, "not-cut-at-random", JITTER.format(**J | {
        "part": "tf.image.random_crop(tf.image.resize(picture, (larger, larger)), (size, size, 3))"})),
    Mistake("left large", 3, "wrong-shape", JITTER.format(**J | {"part": "tf.image.resize(picture, (larger, larger))"})),
    Mistake("jitter cached", 4, "jitter-cached",
            "return tf.data.Dataset.zip(source.shuffle(len(pictures), seed=seed), seeds).map(jitter).cache()"),
    Mistake("no shuffling", 4, "same-order", "return tf.data.Dataset.zip(source, seeds).map(jitter)"),
    Mistake("the same order in each epoch", 4, "same-order", """
            mixed = source.shuffle(len(pictures), seed=seed, reshuffle_each_iteration=False)
            return tf.data.Dataset.zip(mixed, seeds).map(jitter)
            """),
    Mistake("no jitter", 4, "no-jitter", "return source.shuffle(len(pictures), seed=seed)"),
    Mistake("batched already", 4, "wrong-shape",
            "return tf.data.Dataset.zip(source.shuffle(len(pictures), seed=seed), seeds).map(jitter).batch(4)"),
    Mistake("repeated before it is shuffled", 4, "not-every-picture", """
            mixed = source.repeat().shuffle(len(pictures), seed=seed).take(len(pictures))
            return tf.data.Dataset.zip(mixed, seeds).map(jitter)
            """),
    Mistake("D not halved", 5, "not-halved", D_LOSS.format(**DL | {"factor": ""})),
    Mistake("D's labels swapped", 5, "labels-swapped", D_LOSS.format(**DL | {"real": "real**2", "drawn": "(drawn - 1) ** 2"})),
    Mistake("real alone", 5, "real-alone", "return 0.5 * mean_of((real - 1) ** 2)"),
    Mistake("drawn alone", 5, "drawn-alone", "return 0.5 * mean_of(drawn**2)"),
    Mistake("distances", 5, "absolute", D_LOSS.format(**DL | {"real": "ops.abs(real - 1)", "drawn": "ops.abs(drawn)"})),
    Mistake("cross-entropy", 5, "cross-entropy", D_LOSS.format(**DL | {"real": "ops.softplus(-real)", "drawn": "ops.softplus(drawn)"})),
    Mistake("D: a number a place", 5, "not-a-mean", "return 0.5 * ((real - 1) ** 2 + drawn**2)"),
    Mistake("D: one minus two", 5, "wrong-loss", "return mean_of((real - 1) ** 2) - mean_of(drawn**2)"),
    Mistake("no cycle", 6, "cycle-missing", G_LOSS.format(**GL | {"cycle": "0"})),
    Mistake("no identity", 6, "identity-missing", G_LOSS.format(**GL | {"identity": "0"})),
    Mistake("no judge", 6, "adversarial-missing", G_LOSS.format(**GL | {"adversarial": "0"})),
    Mistake("no weights", 6, "weights-missing", G_LOSS.format(**GL | {
        "cycle": "mean_of(ops.abs(picture - back))", "identity": "mean_of(ops.abs(picture - same))"})),
    Mistake("identity not times the cycle's weight", 6, "identity-weight", G_LOSS.format(**GL | {
        "identity": "IDENTITY * mean_of(ops.abs(picture - same))"})),
    Mistake("the goal of D", 6, "discriminators-goal", G_LOSS.format(**GL | {"adversarial": "mean_of(scores**2)"})),
    Mistake("squares", 6, "squared", G_LOSS.format(**GL | {"cycle": "CYCLE * mean_of((picture - back) ** 2)",
        "identity": "CYCLE * IDENTITY * mean_of((picture - same) ** 2)"})),
    Mistake("back and same exchanged", 6, "wrong-loss", G_LOSS.format(**GL | {
        "cycle": "CYCLE * mean_of(ops.abs(picture - same))", "identity": "CYCLE * IDENTITY * mean_of(ops.abs(picture - back))"})),
    Mistake("G: a number a place", 6, "not-a-mean", "return (scores - 1) ** 2 + ops.sum(ops.abs(picture - back))"),
    Mistake("the generators' step trains the judges", 7, "discriminators-moved", G_STEP.format(**GS | {"apply": GS["apply"].replace(
        "(gan.f, gan.f_optimizer)", "(gan.f, gan.f_optimizer), (gan.d_x, gan.d_x_optimizer), (gan.d_y, gan.d_y_optimizer)")})),
    Mistake("G alone", 7, "nothing-moved", G_STEP.format(**GS | {"apply": GS["apply"].replace(", (gan.f, gan.f_optimizer))", ",)")})),
    Mistake("up the slope", 7, "uphill", G_STEP.format(**GS | {"apply": GS["apply"].replace(
        "tape.gradient(total, network.trainable_variables)", "[-one for one in tape.gradient(total, network.trainable_variables)]")})),
    Mistake("each from its own loss", 7, "own-loss-alone", G_STEP.format(**GS | {"apply": """
gan.g_optimizer.apply(tape.gradient(g_loss, gan.g.trainable_variables), gan.g.trainable_variables)
gan.f_optimizer.apply(tape.gradient(f_loss, gan.f.trainable_variables), gan.f.trainable_variables)
"""})),
    Mistake("the cycle against the other picture", 7, "wrong-loss", G_STEP.format(**GS | {
        "g": "generator_loss(gan.d_y(drawn_y), y, gan.f(drawn_y), gan.g(y))"})),
    Mistake("the wrong judge", 7, "wrong-loss", G_STEP.format(**GS | {
        "g": "generator_loss(gan.d_x(drawn_y), y, gan.g(drawn_x), gan.g(y))"})),
    Mistake("losses exchanged", 7, "exchanged", G_STEP.format(**GS | {"result": "f_loss, g_loss, drawn_x, drawn_y"})),
    Mistake("drawn pictures exchanged", 7, "wrong-drawn", G_STEP.format(**GS | {"result": "g_loss, f_loss, drawn_y, drawn_x"})),
    Mistake("a tape asked twice that is not persistent", 7, "raises", G_STEP.format(**GS).replace("persistent=True", "")),
    Mistake("D's step trains G too", 8, "generators-moved", D_STEP.format(**DS) .replace("return", """
with tf.GradientTape() as tape:
    loss = discriminator_loss(gan.d_y(y), gan.d_y(gan.g(x)))
gan.g_optimizer.apply(tape.gradient(loss, gan.g.trainable_variables), gan.g.trainable_variables)
return""")),
    Mistake("slopes not applied", 8, "nothing-moved", D_STEP.format(**DS | {"apply": "pass"})),
    Mistake("D up the slope", 8, "uphill", D_STEP.format(**DS | {
        "apply": "optimizer.apply([-one for one in slopes], judge.trainable_variables)"})),
    Mistake("drawn pictures of the other domain", 8, "wrong-loss", D_STEP.format(**DS | {"pairs": ("x, drawn_y", "y, drawn_x")})),
    Mistake("real and drawn exchanged", 8, "wrong-loss", D_STEP.format(**DS | {"scores": "judge(drawn), judge(real)"})),
    Mistake("D's losses exchanged", 8, "exchanged", D_STEP.format(**DS | {"result": "tuple(losses[::-1])"})),
    Mistake("slopes halved", 8, "wrong-slopes", D_STEP.format(**DS | {
        "apply": "optimizer.apply([one / 2 for one in slopes], judge.trainable_variables)"})),
]  # fmt: skip

RIGHTS = [
    Right(
        "Keras's group normalization, tf functions, two tapes",
        {
            1: """
            h = x
            for number in range(2):
                h = keras.layers.Lambda(lambda t: tf.pad(t, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT"))(h)
                h = layers.Conv2D(filters, (3, 3), padding="valid", use_bias=False)(h)
                h = layers.GroupNormalization(groups=-1, epsilon=1e-5)(h)
                if number == 0:
                    h = layers.Activation("relu")(h)
            return x + h
            """,
            3: """
            size = picture.shape[0]
            wide = tf.image.resize(picture, [int(round(size * LARGER))] * 2)
            wide = tf.image.stateless_random_flip_left_right(wide, seed + 1)
            return tf.image.stateless_random_crop(wide, tf.shape(picture), seed)
            """,
            5: "return (mean_of(ops.square(1 - real)) + mean_of(ops.square(drawn))) / 2",
            7: """
            with tf.GradientTape() as first, tf.GradientTape() as second:
                drawn_y, drawn_x = gan.g(x), gan.f(y)
                g_loss = generator_loss(gan.d_y(drawn_y), y, gan.g(drawn_x), gan.g(y))
                f_loss = generator_loss(gan.d_x(drawn_x), x, gan.f(drawn_y), gan.f(x))
                total = g_loss + f_loss
            gan.g_optimizer.apply_gradients(zip(first.gradient(total, gan.g.trainable_weights), gan.g.trainable_weights))
            gan.f_optimizer.apply_gradients(zip(second.gradient(total, gan.f.trainable_weights), gan.f.trainable_weights))
            return g_loss, f_loss, drawn_x, drawn_y
            """,
        },
    ),
    Right(
        "a Sequential, a cache in front, one tape for both judges",
        {
            2: """
            network = keras.Sequential([keras.Input((size, size, 3))])
            for number in range(downsamplings):
                network.add(layers.Conv2D(filters * 2**number, (4, 4), strides=(2, 2), padding="same"))
                if number:
                    network.add(InstanceNormalization())
                network.add(layers.LeakyReLU(negative_slope=0.2))
            network.add(layers.Conv2D(1, 4, strides=1, padding="same"))
            return network
            """,
            4: """
            mixed = source.cache().shuffle(2 * len(pictures), seed=seed, reshuffle_each_iteration=True)
            return tf.data.Dataset.zip(mixed, seeds).map(lambda picture, number: jitter(picture, number))
            """,
            6: """
            cycle = CYCLE * mean_of(ops.abs(back - picture))
            return mean_of(ops.square(1 - scores)) + cycle + IDENTITY * CYCLE * mean_of(ops.abs(same - picture))
            """,
            8: """
            with tf.GradientTape(persistent=True) as tape:
                d_x_loss = discriminator_loss(gan.d_x(x), gan.d_x(tf.stop_gradient(drawn_x)))
                d_y_loss = discriminator_loss(gan.d_y(y), gan.d_y(tf.stop_gradient(drawn_y)))
            gan.d_x_optimizer.apply(tape.gradient(d_x_loss, gan.d_x.trainable_variables), gan.d_x.trainable_variables)
            gan.d_y_optimizer.apply(tape.gradient(d_y_loss, gan.d_y.trainable_variables), gan.d_y.trainable_variables)
            return d_x_loss, d_y_loss
            """,
        },
    ),
]
