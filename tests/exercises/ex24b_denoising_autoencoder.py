"""Checks of exercise 24b."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.training import fit_follows_the_preset

FILTERS = (6, 4)


def _shape(found, right: tuple, what: str, cause: str, read: str) -> np.ndarray:
    """Evidence as numbers of this shape.

    Raises:
        Wrong: wrong-shape.
    """
    numbers = np.asarray(found, dtype=float) if isinstance(found, np.ndarray) else np.empty(0)
    if numbers.shape != right:
        raise Wrong("wrong-shape", f"{what} of shape {right}", f"{numbers.shape}", cause, read)
    return numbers


@check(blank=1, step="define")
def pictures_are_halved_twice(student):
    """The encoder has 3 × 3 convolutions with stride 2 and relu: 28 × 28 becomes 7 × 7."""
    x = np.random.default_rng(1).normal(size=(3, 28, 28, 1)).astype("float32")
    made = student.network("encoder", FILTERS, step="define", x=np.concatenate([x, 2 * x]))
    cause = 'Each layer takes strides=2 and padding="same".'
    codes = _shape(made.outputs, (6, 7, 7, 4), "codes", cause, "2. Define")
    right = 9 * 1 * 6 + 6 + 9 * 6 * 4 + 4
    if made.parameters != right:
        raise Wrong("parameter-count", f"{right} parameters for filters {FILTERS}", f"{made.parameters}",
                    "3 × 3 weights for each pair of channels, and a bias for each filter.", "2. Define")  # fmt: skip
    if codes.min() < 0 or not arrays_close(2 * codes[:3], codes[3:], 1e-3):
        raise Wrong("not-relu", "codes that relu made", f"numbers from {codes.min():.3g} to {codes.max():.3g}",
                    'activation="relu"', "2. Define")  # fmt: skip


@check(blank=2, step="define")
def codes_are_doubled_twice(student):
    """The decoder has transposed convolutions with stride 2, and a last convolution with sigmoid."""
    z = np.random.default_rng(2).normal(size=(3, 7, 7, 4)).astype("float32")
    made = student.network("decoder", FILTERS, step="define", x=np.concatenate([z, -z, 0 * z, 500 * z]))
    cause = 'Each transposed layer takes strides=2 and padding="same"; the last Conv2D has no stride.'
    pictures = _shape(made.outputs, (12, 28, 28, 1), "pictures", cause, "2. Define")
    plus, minus, none, far = np.split(pictures, 4)
    if far.min() < 0 or far.max() > 1 or not arrays_close(none, np.full(none.shape, 0.5), 1e-3):
        raise Wrong("output-not-sigmoid", "pixels from 0 to 1", f"pixels from {far.min():.3g} to {far.max():.3g}",
                    'The last layer takes activation="sigmoid".', "2. Define")  # fmt: skip
    right = 9 * 4 * 4 + 4 + 9 * 4 * 6 + 6 + 9 * 6 + 1
    if made.parameters != right:
        raise Wrong("parameter-count", f"{right} parameters for filters {FILTERS}", f"{made.parameters}",
                    "The filters go backwards: filters[::-1].", "2. Define")  # fmt: skip
    if arrays_close(plus + minus, np.ones(plus.shape), 1e-4):
        raise Wrong(
            "not-relu", "relu in the transposed layers", "layers that do not bend", 'activation="relu"', "2. Define"
        )


@check(blank=3, step="fit")
def gaussian_noise(student):
    """Each pixel gets its own normal random number times the amount; nothing leaves 0 … 1."""
    gray = np.full((4, 28, 28, 1), 0.5, dtype="float32")
    found = _shape(student.call("gaussian", gray, 0.1, 7, step="fit"), gray.shape, "pictures", "", "4. Fit")
    if arrays_close(found, student.call("gaussian", gray, 0.1, 8, step="fit")):
        raise Wrong("seed-ignored", "other noise for another seed", "the same noise for the seeds 7 and 8",
                    "keras.random.normal(…, seed=seed)", "4. Fit")  # fmt: skip
    if abs(found.mean() - 0.5) > 0.02:
        raise Wrong("noise-shifted", "noise with the mean 0", f"noise with the mean {found.mean() - 0.5:.3f}",
                    "uniform numbers lie between 0 and 1; normal ones around 0.", "The idea")  # fmt: skip
    if not 0.09 < found.std() < 0.11 or (np.abs(found[0] - found[1]) < 1e-6).mean() > 0.5:
        raise Wrong("wrong-amount", "noise with the deviation 0.1, pixel by pixel", f"deviation {found.std():.3f}",
                    "pictures + amount * noise, with a number for each pixel of each picture.", "The idea")  # fmt: skip
    strong = np.asarray(student.call("gaussian", gray, 0.6, 7, step="fit"))
    if strong.min() < 0 or strong.max() > 1:
        raise Wrong("not-cut-off", "pixels from 0 to 1", f"pixels from {strong.min():.2f} to {strong.max():.2f}",
                    "keras.ops.clip(…, 0, 1)", "Common mistakes")  # fmt: skip


@check(blank=4, step="fit")
def impulse_noise(student):
    """A share of the pixels is hit, half of them 0 and half of them 1; the others stay."""
    gray = np.random.default_rng(3).uniform(0.3, 0.7, (4, 28, 28, 1)).astype("float32")
    found = _shape(student.call("impulse", gray, 0.3, 7, step="fit"), gray.shape, "pictures", "", "4. Fit")
    low, high = found == 0, found == 1
    if not arrays_close(found[~(low | high)], gray[~(low | high)]):
        raise Wrong("others-changed", "pixels that are not hit as they were", "other pixels changed",
                    "The last argument of where is what stays: the pictures.", "The idea")  # fmt: skip
    received = f"{low.mean():.0%} at 0, {high.mean():.0%} at 1"
    if low.mean() < 0.02 or high.mean() < 0.02:
        raise Wrong(
            "one-kind-of-hit", "15% of the pixels at 0, 15% at 1", received, "Half of the hits go each way.", "The idea"
        )
    if abs(low.mean() - 0.15) > 0.03 or abs(high.mean() - 0.15) > 0.03:
        raise Wrong("wrong-share", "15% of the pixels at 0, 15% at 1", received,
                    "The amount is the share of all hits: amount / 2 at either end.", "The idea")  # fmt: skip


@check(blank=5, step="fit", after=(3, 4))
def noisy_in_clean_out(student):
    """Noisy pictures go in, the clean ones should come out."""
    clean = np.random.default_rng(4).random((5, 28, 28, 1)).astype("float32")
    found = student.call("pair", clean, "gaussian", 3, step="fit")
    if not isinstance(found, list) or len(found) != 2:
        raise Wrong(
            "not-a-pair", "two arrays: input and target", type(found).__name__, "return noisy(…), pictures", "4. Fit"
        )
    same = [arrays_close(part, clean) for part in found]
    if same == [True, False]:
        raise Wrong(
            "turned-around", "noisy input, clean target", "clean input, noisy target", "Swap the two.", "The idea"
        )
    if same == [True, True]:
        raise Wrong("no-noise", "noisy input", "clean input", "noisy(pictures, kind, seed)", "The idea")
    if same == [False, False]:
        raise Wrong("noisy-target", "a clean target", "a noisy target",
                    "The network would learn to give the noise back.", "Common mistakes")  # fmt: skip


@check(blank=6, step="fit", after=(3, 4, 5))
def trains_on_the_stream(student):
    """The network learns from the stream of pairs and watches the fixed noisy validation pictures."""
    fit_follows_the_preset(student)


@check(blank=7, step="evaluate")
def decibels(student):
    """10 · log10(1 / MSE) over all pixels."""
    clean, other = np.random.default_rng(5).random((2, 3, 28, 28, 1))
    other[0] = clean[0] + 0.02
    mse = np.mean((clean - other) ** 2)
    right = 10 * np.log10(1 / mse)
    found = student.call("psnr", clean, other, step="evaluate")
    if np.ndim(found) != 0:
        raise Wrong(
            "wrong-shape", "one number", f"shape {np.shape(found)}", "The mean goes over all pixels.", "The idea"
        )
    if abs(found - right) < 1e-4:
        return
    known = {
        "upside-down": (-right, "The error stands below: 1 / MSE."),
        "natural-logarithm": (10 * np.log(1 / mse), "np.log is the natural logarithm; take np.log10."),
        "twenty": (2 * right, "20 belongs to the root of the MSE, 10 to the MSE itself."),
        "absolute-error": (
            10 * np.log10(1 / np.mean(np.abs(clean - other))),
            "The mean of squares, not of absolute values.",
        ),
    }
    for diagnosis, (value, cause) in known.items():
        if abs(found - value) < 1e-4:
            raise Wrong(diagnosis, f"{right:.2f} dB", f"{found:.2f}", cause, "The idea")
    raise Wrong("wrong-value", f"{right:.2f} dB", f"{found:.2f}", "", "The idea")


@check(blank=8, step="evaluate", after=(3, 4))
def noisy_pictures_are_decoded(student):
    """The network gets the noisy pictures."""
    clean = np.random.default_rng(6).random((4, 28, 28, 1)).astype("float32")
    made = student.model_call("candidates", clean, 2, step="evaluate")
    found = _shape(made["network"], clean.shape, "pictures", "model.predict(bad, verbose=0)", "5. Evaluate")
    if arrays_close(found, student.course.predict(made["noisy"]), 1e-4):
        return
    if arrays_close(found, student.course.predict(clean), 1e-4):
        raise Wrong("clean-decoded", "what the network makes of the noisy pictures", "what it makes of the clean ones",
                    "A network that sees the clean picture has nothing to prove.", "Common mistakes")  # fmt: skip
    raise Wrong(
        "other-pictures",
        "what the network makes of the noisy pictures",
        "other pictures",
        "model.predict(bad, verbose=0)",
        "5. Evaluate",
    )
