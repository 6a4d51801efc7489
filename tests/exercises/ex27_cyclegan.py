"""Checks of exercise 27."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close

FILTERS = 6


def _of(layers, kind):
    return [layer["config"] for layer in layers if layer["class"] == kind]


@check(blank=1, step="define")
def block_adds_what_it_makes(student):
    """x + convolution, normalization, relu, convolution, normalization, with mirrored edges; nothing else."""
    x = np.random.default_rng(0).normal(size=(3, 8, 8, FILTERS)).astype("float32")
    found = student.network("block_alone", FILTERS, FILTERS, step="define", x=x)
    right = student.course.network("block_alone", FILTERS, FILTERS, step="define", x=x)
    layers = found.layers
    kinds = [layer["class"] for layer in layers]
    convolutions = _of(layers, "Conv2D")
    if len(convolutions) != 2:
        raise Wrong("wrong-layers", "two convolutions", f"{len(convolutions)}: {', '.join(kinds)}", "", "2. Define")
    if any(list(one["kernel_size"]) != [3, 3] for one in convolutions):
        raise Wrong("wrong-window", "3 × 3", f"{[one['kernel_size'] for one in convolutions]}", "", "2. Define")
    if kinds.count("BatchNormalization") or kinds.count("LayerNormalization"):
        cause = "In batches of one picture batch statistics are those of that picture in training, and others later."
        raise Wrong("batch-norm", "instance normalization", "another normalization", cause, "The idea")
    if kinds.count("InstanceNormalization") + kinds.count("GroupNormalization") != 2:
        cause = "One behind each convolution."
        raise Wrong(
            "norm-missing", "two instance normalizations", f"{kinds.count('InstanceNormalization')}", cause, "2. Define"
        )
    if any(one["padding"] == "same" for one in convolutions) or "ZeroPadding2D" in kinds:
        cause = "Zeros around the picture are a dark frame; ReflectionPadding2D(1) mirrors the edge."
        raise Wrong("zeros-at-the-edge", "mirrored edges", "zeros", cause, "The idea")
    if found.output_shape != right.output_shape:
        cause = "Each convolution takes away one row on each side: padding before both."
        raise Wrong("wrong-shape", f"{right.output_shape}", f"{found.output_shape}", cause, "2. Define")
    if found.parameters != right.parameters:
        cause = "Two convolutions without biases, and gamma and beta of two normalizations."
        raise Wrong("wrong-parameters", f"{right.parameters}", f"{found.parameters}", cause, "2. Define")
    if arrays_close(found.outputs, right.outputs, 1e-3):
        return
    # The same seed gives the same weights, so what is missing can be told.
    h = right.outputs - x
    if arrays_close(found.outputs, h, 1e-3):
        raise Wrong("no-shortcut", "x + what the convolutions make of it", "without x", "", "The idea")
    if found.outputs.min() >= 0:
        cause = "relu behind the sum or the last normalization: a block could only ever add."
        raise Wrong("relu-at-the-end", "numbers of both signs", "none below 0", cause, "2. Define")
    if (found.outputs - x).min() >= -1e-5:
        cause = "No relu behind the second normalization: a block must also take away."
        raise Wrong("relu-at-the-end", "x plus numbers of both signs", "x plus numbers above 0", cause, "2. Define")
    cause = "The order is: padding, convolution, normalization, relu, padding, convolution, normalization, + x."
    raise Wrong("wrong-outputs", "the outputs of the course's block", "others", cause, "2. Define")


@check(blank=2, step="define")
def map_of_scores(student):
    """Strided convolutions down to a map of scores, one for each patch, and no sigmoid."""
    size, downs = 32, 2
    x = np.random.default_rng(1).normal(size=(2, size, size, 3)).astype("float32") * 100
    found = student.network("patch_discriminator", size, FILTERS, downs, step="define", x=x)
    right = student.course.network("patch_discriminator", size, FILTERS, downs, step="define")
    kinds = [layer["class"] for layer in found.layers]
    if {"Flatten", "Dense", "GlobalAveragePooling2D"} & set(kinds):
        cause = "One score for the whole picture is another discriminator: each patch gets its own."
        raise Wrong("one-score", "a map of scores", ", ".join(kinds), cause, "The idea")
    convolutions = _of(found.layers, "Conv2D")
    if [one["filters"] for one in convolutions] != [FILTERS, 2 * FILTERS, 1]:
        received = f"{[one['filters'] for one in convolutions]}"
        raise Wrong("wrong-filters", f"{[FILTERS, 2 * FILTERS, 1]}", received, "Twice as many each time.", "2. Define")
    if any(list(one["kernel_size"]) != [4, 4] for one in convolutions):
        raise Wrong("wrong-window", "4 × 4", f"{[one['kernel_size'] for one in convolutions]}", "", "2. Define")
    if found.output_shape != right.output_shape:
        cause = "Stride 2 in each of the downsamplings, 1 in the last convolution, all with padding."
        raise Wrong("wrong-shape", f"{right.output_shape}", f"{found.output_shape}", cause, "2. Define")
    norms = kinds.count("InstanceNormalization") + kinds.count("GroupNormalization")
    if norms != downs - 1:
        cause = "Behind each strided convolution but the first, which sees the colors as they are."
        raise Wrong("wrong-norms", f"{downs - 1} instance normalization", f"{norms}", cause, "2. Define")
    slopes = [one.get("negative_slope") for one in _of(found.layers, "LeakyReLU")]
    if len(slopes) != downs or any(abs(slope - 0.2) > 1e-6 for slope in slopes):
        raise Wrong("leaky-missing", f"{downs} × LeakyReLU(0.2)", f"slopes {slopes}", "", "2. Define")
    # Scores that are 0 and 1 at most cannot come from these inputs unless something squeezes them.
    if found.outputs.min() >= 0 and found.outputs.max() <= 1:
        cause = "Least squares takes scores as they are; a sigmoid would never reach 0 or 1."
        raise Wrong("sigmoid-at-the-end", "scores of any size", "scores from 0 to 1", cause, "The idea")
    longer = student.network("patch_discriminator", 64, FILTERS, 3, step="define").output_shape
    if longer != [None, 8, 8, 1]:
        cause = "downsamplings=3 makes 8 × 8 of 64 × 64."
        raise Wrong("downsamplings-ignored", "[None, 8, 8, 1]", f"{longer}", cause, "2. Define")


@check(blank=3, step="load")
def cut_and_mirrored(student):
    """Made larger, a random part cut out, mirrored in one case of two; the same seed gives the same picture."""
    size, larger = 32, 36
    # Rows and columns as colors: where a part was cut, and whether it was mirrored, can be read off.
    rows, columns = np.mgrid[0:size, 0:size].astype("float32") / size
    picture = np.stack([rows, columns, 0 * rows], axis=-1)
    found = [
        np.asarray(student.call("jitter", picture, np.array([seed, 7]), step="load"), dtype=float) for seed in range(24)
    ]
    if any(one.shape != picture.shape for one in found):
        cause = "Cut the part out at the picture's own size."
        raise Wrong("wrong-shape", f"{picture.shape}", f"{found[0].shape}", cause, "4. Fit")
    steps = [np.diff(one[:, :, 0], axis=0)[4:-4].mean() * size for one in found]
    if np.mean(steps) > 0.98:
        cause = f"Made larger first: {larger} × {larger}, then a part of {size} × {size}."
        raise Wrong("not-enlarged", f"pixels {LARGER:.2f} times as large", "as large as before", cause, "4. Fit")
    tops = {round(float(one[8, 8, 0]) * larger) for one in found}
    if len(tops) < 3:
        cause = "tf.image.stateless_random_crop with the seed that is given, which is another each time."
        raise Wrong("not-cut-at-random", "parts from different places", f"{len(tops)} place(s)", cause, "4. Fit")
    mirrored = [np.diff(one[:, :, 1], axis=1).mean() < 0 for one in found]
    upside = [np.diff(one[:, :, 0], axis=0).mean() < 0 for one in found]
    if any(upside):
        raise Wrong("upside-down", "left and right exchanged", "up and down", "Horses stand on their legs.", "4. Fit")
    if not 4 <= sum(mirrored) <= 20:
        received = f"{sum(mirrored)} of {len(found)} mirrored"
        raise Wrong(
            "not-mirrored", "about half of them mirrored", received, "stateless_random_flip_left_right", "4. Fit"
        )


LARGER = 286 / 256


@check(blank=4, step="load", after=(3,))
def fresh_in_every_epoch(student):
    """Every epoch has every picture once, in a new order and with other crops."""
    # Each picture has a color of its own, which jitter leaves as it is, and a ramp, which shows the crop.
    n, size = 12, 32
    pictures = np.zeros((n, size, size, 3), "float32")
    pictures[..., 0] = (np.arange(n) / n)[:, None, None]
    pictures[..., 1] = np.arange(size)[:, None] / size
    first, second = np.asarray(student.call("epochs_of", pictures, step="load"))
    if first.shape != pictures.shape:
        raise Wrong("wrong-shape", f"{n} single pictures", f"{first.shape}", "Neither batched nor repeated.", "4. Fit")
    names = [np.round(one[:, 16, 16, 0] * n).astype(int) for one in (first, second)]
    for one in names:
        if sorted(one.tolist()) != list(range(n)):
            raise Wrong("not-every-picture", f"pictures 0 to {n - 1}", f"{sorted(one.tolist())}", "", "4. Fit")
    crops = [one[np.argsort(order)][:, 16, 16, 1] for one, order in zip((first, second), names, strict=True)]
    if arrays_close(np.sort(first[:, 16, 16, 1]), np.sort(pictures[:, 16, 16, 1]), 1e-4):
        raise Wrong("no-jitter", "pictures that jitter has gone over", "the pictures as they are", "", "4. Fit")
    if arrays_close(crops[0], crops[1], 1e-4):
        cause = "What lies behind cache() is done once: cache before the jitter, or not at all."
        raise Wrong("jitter-cached", "other crops in the second epoch", "the same crops", cause, "Common mistakes")
    if names[0].tolist() == sorted(names[0].tolist()) or names[0].tolist() == names[1].tolist():
        cause = "shuffle(len(pictures), seed=seed) takes a new order in each epoch."
        raise Wrong("same-order", "a new order in each epoch", f"{names[1].tolist()}", cause, "4. Fit")


_RNG = np.random.default_rng(3)
REAL, DRAWN = (_RNG.normal(size=(2, 4, 4, 1)).astype("float32") for _ in range(2))
PICTURE, BACK, SAME = (_RNG.uniform(-1, 1, (2, 8, 8, 3)).astype("float32") for _ in range(3))


def _told(found, right, causes, read="The idea"):
    if np.size(found) != 1:
        cause = "The mean over pictures, places and channels."
        raise Wrong("not-a-mean", f"one number, {right:.4f}", f"an array {np.shape(found)}", cause, read)
    found = float(np.ravel(found)[0])
    if abs(found - right) < 1e-4:
        return
    for name, (value, cause) in causes.items():
        if abs(found - value) < 1e-3:
            raise Wrong(name, f"{right:.4f}", f"{found:.4f}", cause, read)
    raise Wrong("wrong-loss", f"{right:.4f}", f"{found:.4f}", "", read)


@check(blank=5, step="compile")
def least_squares_of_the_discriminator(student):
    """Half of the sum: real scores from 1, drawn scores from 0, squared."""
    to_one, to_zero = ((REAL - 1) ** 2).mean(), (DRAWN**2).mean()
    causes = {
        "not-halved": (to_one + to_zero, "Half of the sum: D shall not learn faster than G."),
        "labels-swapped": (
            ((REAL**2).mean() + ((DRAWN - 1) ** 2).mean()) / 2,
            "Real pictures want 1, drawn ones want 0.",
        ),
        "real-alone": (to_one / 2, "D must learn to refuse drawn pictures too."),
        "drawn-alone": (to_zero / 2, "D must learn to accept real pictures too."),
        "absolute": ((np.abs(REAL - 1).mean() + np.abs(DRAWN).mean()) / 2, "Squares, not distances."),
        "cross-entropy": (
            (np.logaddexp(0, -REAL).mean() + np.logaddexp(0, DRAWN).mean()) / 2,
            "This GAN takes least squares of the scores in place of cross-entropy.",
        ),
    }
    _told(student.call("discriminator_loss", REAL, DRAWN, step="compile"), (to_one + to_zero) / 2, causes)


@check(blank=6, step="compile")
def three_wishes(student):
    """Looks real, comes back, leaves its own domain alone: weights 1, 10 and 5."""
    adversarial = ((DRAWN - 1) ** 2).mean()
    cycle, identity = np.abs(PICTURE - BACK).mean(), np.abs(PICTURE - SAME).mean()
    causes = {
        "cycle-missing": (adversarial + 5 * identity, "Without the cycle G may draw any zebra for any horse."),
        "identity-missing": (adversarial + 10 * cycle, "The third wish: a zebra stays as it is."),
        "adversarial-missing": (10 * cycle + 5 * identity, "Then a generator that changes nothing is perfect."),
        "weights-missing": (adversarial + cycle + identity, "The cycle counts 10 times, the identity 10 · 0.5 times."),
        "identity-weight": (adversarial + 10 * cycle + 0.5 * identity, "IDENTITY is a share of CYCLE: 10 · 0.5 = 5."),
        "discriminators-goal": (
            (DRAWN**2).mean() + 10 * cycle + 5 * identity,
            "Scores near 0 are what D wants; the generator wants 1.",
        ),
        "squared": (
            adversarial + 10 * ((PICTURE - BACK) ** 2).mean() + 5 * ((PICTURE - SAME) ** 2).mean(),
            "Distances |·|, not squares: squares make blurred pictures.",
        ),
    }
    right = adversarial + 10 * cycle + 5 * identity
    _told(student.call("generator_loss", DRAWN, PICTURE, BACK, SAME, step="compile"), right, causes)


def _moved(arrays):
    return any(np.abs(one).max() > 1e-7 for one in arrays)


def _same(left, right):
    return all(arrays_close(a, b, 1e-4) for a, b in zip(left, right, strict=True))


def _compare(found, right, own, others):
    if wrongly := [name for name in others if _moved(found[name])]:
        cause = "Each network learns from its own loss only, by its own optimizer."
        kind = "discriminators-moved" if own[0] == "g" else "generators-moved"
        raise Wrong(
            kind, f"only {' and '.join(own)} to move", f"{' and '.join(wrongly)} moved too", cause, "Common mistakes"
        )
    if still := [name for name in own if not _moved(found[name])]:
        raise Wrong("nothing-moved", f"{' and '.join(own)} to move", f"{', '.join(still)} did not", "", "4. Fit")
    if all(_same(found[name], [-one for one in right[name]]) for name in own):
        raise Wrong("uphill", "weights that go down the slope", "up the slope", "Do not turn the sign.", "4. Fit")


def _pictures(count):
    rng = np.random.default_rng(4)
    return [rng.uniform(-1, 1, (2, 32, 32, 3)).astype("float32") for _ in range(count)]


@check(blank=7, step="fit", after=(6,))
def generators_learn_from_both_losses(student):
    """G and F move down the sum of their losses, no discriminator moves, and the drawn pictures are handed on."""
    inputs = _pictures(2)
    found = student.model_call("slopes_of_a_step", "generators", *inputs, step="fit")
    right = student.course.model_call("slopes_of_a_step", "generators", *inputs, step="fit")
    _compare(found, right, ("g", "f"), ("d_x", "d_y"))
    if not arrays_close(found["losses"], right["losses"], 1e-4):
        received = f"{np.round(found['losses'], 4).tolist()}"
        if arrays_close(found["losses"][::-1], right["losses"], 1e-4):
            raise Wrong("exchanged", "(loss of G, loss of F, …)", "the other way round", "", "4. Fit")
        cause = "Which judge, which picture, and which way back? G draws y: D_Y, y, G(F(y)), G(y)."
        raise Wrong("wrong-loss", f"{np.round(right['losses'], 4).tolist()}", received, cause, "Common mistakes")
    if len(found["drawn"]) != 2 or not all(map(arrays_close, found["drawn"], right["drawn"], (1e-3,) * 2)):
        cause = "Return (loss of G, loss of F, drawn_x, drawn_y): drawn_x = F(y) comes first."
        raise Wrong("wrong-drawn", "drawn_x = F(y), drawn_y = G(x)", "others", cause, "4. Fit")
    if not all(_same(found[name], right[name]) for name in ("g", "f")):
        cause = "Down the slope of the sum of both losses: each cycle runs through both generators."
        raise Wrong("own-loss-alone", "slopes of loss of G + loss of F", "other slopes", cause, "The idea")


@check(blank=8, step="fit", after=(5,))
def discriminators_learn_their_own_domain(student):
    """D_X learns horses against drawn horses, D_Y zebras against drawn zebras; no generator moves."""
    inputs = _pictures(4)
    found = student.model_call("slopes_of_a_step", "discriminators", *inputs, step="fit")
    right = student.course.model_call("slopes_of_a_step", "discriminators", *inputs, step="fit")
    _compare(found, right, ("d_x", "d_y"), ("g", "f"))
    if not arrays_close(found["losses"], right["losses"], 1e-4):
        received = f"{np.round(found['losses'], 4).tolist()}"
        if arrays_close(found["losses"][::-1], right["losses"], 1e-4):
            raise Wrong("exchanged", "(loss of D_X, loss of D_Y)", "the other way round", "", "4. Fit")
        cause = "D_X scores x and drawn_x, D_Y scores y and drawn_y; real pictures come first in the loss."
        raise Wrong("wrong-loss", f"{np.round(right['losses'], 4).tolist()}", received, cause, "4. Fit")
    if not all(_same(found[name], right[name]) for name in ("d_x", "d_y")):
        raise Wrong("wrong-slopes", "the slopes of each loss", "other numbers", "", "4. Fit")
