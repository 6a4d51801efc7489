"""Checks of exercise 15b."""

import math

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.fakes import Fake
from whitepaper.checking.shared.classification import adam_at_the_rate
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split

METRICS = ("loss_after_epoch_1", "val_loss", "test_loss", "bits_per_character", "perplexity", "unigram_bits")


def _softmax(z):
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def _cut(ids, length, step):
    starts = range(0, len(ids) - length, step)
    return [ids[at : at + length] for at in starts], [ids[at + 1 : at + 1 + length] for at in starts]


@check(blank=1, step="load")
def windows_and_their_next_characters(student):
    """Windows every `step` characters, each with the same window one character later."""
    for n, length, step in ((20, 5, 3), (21, 5, 3), (22, 5, 3), (12, 3, 4)):
        ids = np.random.default_rng(n).permutation(n)
        found = student.call("windows", ids, length, step, step="load")
        if not isinstance(found, list) or len(found) != 2:
            raise Wrong("not-a-pair", "a pair (x, y)", f"{type(found).__name__}", "", "1. Load")
        x, y = (np.asarray(part) for part in found)
        right_x, right_y = (np.array(part) for part in _cut(ids, length, step))
        if arrays_close(x, right_x, 0) and arrays_close(y, right_y, 0):
            continue
        where = f"of {n} characters, length {length}, step {step}"
        if x.ndim != 2 or x.shape[1] != length:
            raise Wrong(
                "wrong-length", f"x (windows, {length})", f"x {x.shape}", "y comes from one character more.", "1. Load"
            )
        if y.ndim == 1:
            cause = "Each of the characters of a window has a target, not the last one alone."
            raise Wrong("one-target-a-window", f"y {right_y.shape}", f"y {y.shape}", cause, "1. Load")
        apart = ids.tolist().index(int(y[0, 0])) - ids.tolist().index(int(x[0, 0]))
        if apart == 0:
            raise Wrong("targets-are-the-inputs", "y one character later than x", "y equal to x",
                        "The network would learn to copy.", "Common mistakes")  # fmt: skip
        if apart != 1:
            name = "targets-before-the-inputs" if apart < 0 else "targets-too-late"
            raise Wrong(name, "y one character later than x", f"y {apart} later", "x all but the last, y all but the first.",
                        "1. Load")  # fmt: skip
        if len(x) > 1 and len(right_x) > 1 and not arrays_close(x[1], right_x[1], 0):
            cause = "Window k begins at k · step."
            raise Wrong("wrong-step", f"second window {right_x[1].tolist()}", f"{x[1].tolist()}", cause, "1. Load")
        if len(x) != len(right_x):
            cause = "The last window whose target is whole too is the last one."
            raise Wrong("wrong-number", f"{len(right_x)} windows {where}", f"{len(x)}", cause, "1. Load")
        raise Wrong("wrong-targets", f"{right_y[0].tolist()} {where}", f"{y[0].tolist()}", "", "1. Load")


@check(blank=2, step="define")
def one_hot_lstm_and_logits(student):
    """Character numbers, one-hot inside, an LSTM with its state at every step, a logit for each character."""
    model, right = student.model(), student.course.model()
    characters = right.output_shape[-1]
    read = "2. Define"
    if len(model.input_shape or []) != 2:
        raise Wrong("one-hot-from-outside", "input (batch, length) of numbers", f"{model.input_shape}",
                    "Made inside, one-hot rows exist for one batch at a time.", read)  # fmt: skip
    if len(model.output_shape) != 3:
        cause = "return_sequences=True: each character of a window is a question."
        raise Wrong("last-state-only", f"{right.output_shape}", f"{model.output_shape}", cause, read)
    if model.output_shape[-1] != characters:
        raise Wrong("wrong-output-shape", f"{characters} logits", f"{model.output_shape}", "", read)
    cells = [layer for layer in model.layers if layer["class"] == "LSTM"]
    if not cells:
        kinds = ", ".join(layer["class"] for layer in model.layers)
        raise Wrong("no-lstm", "an LSTM", kinds, "keras.layers.LSTM(units, …)", read)
    inputs = cells[0]["weights"][0][0]
    if inputs != characters:
        cause = "A number says nothing of which character it is; an embedding is another network."
        raise Wrong("not-one-hot", f"an LSTM that reads {characters} numbers a step", f"{inputs}", cause, read)
    if student.model(units=16).trainable != student.course.model(units=16).trainable:
        raise Wrong("units-ignored", "`units` units in the LSTM", "another number", "", read)
    if model.trainable != right.trainable:
        raise Wrong("parameter-count", f"{right.trainable}", f"{model.trainable}", "LSTM and Dense, no more.", read)


@check(blank=2, step="define")
def what_follows_does_not_matter(student):
    """The logits of a character hang on what came before, and are no probabilities."""
    x = np.random.default_rng(0).integers(0, 20, (3, 12)).astype("int32")
    logits = np.asarray(student.predict(x), dtype=float)
    if logits.ndim != 3:
        return  # the check above says so
    if abs(logits.sum(axis=-1) - 1).max() < 1e-4:
        raise Wrong("softmax-in-the-model", "logits", "probabilities", "The loss applies the softmax.", "2. Define")
    if logits.min() >= 0:
        raise Wrong("negative-logits-lost", "logits of either sign", "none below 0", "No activation.", "2. Define")
    other = x.copy()
    other[:, 6:] = 20
    if not arrays_close(np.asarray(student.predict(other))[:, :6], logits[:, :6], 1e-5):
        raise Wrong("reads-ahead", "logits of the first six that do not know the seventh", "others", "", "2. Define")
    if arrays_close(logits[:, 1:], logits[:, :1].repeat(11, axis=1), 1e-6):
        raise Wrong("text-not-read", "logits that follow the text", "the same everywhere", "", "2. Define")


@check(blank=3, step="compile")
def cross_entropy_of_logits(student):
    """Sparse categorical cross-entropy of logits, RMSprop at the rate of hp."""
    rng = np.random.default_rng(1)
    y, z = rng.integers(0, 5, (2, 3)).astype("int32"), rng.normal(0, 2, (2, 3, 5)).astype("float32")
    right = float(-np.log(np.take_along_axis(_softmax(z), y[..., None], -1)).mean())
    loss = student.loss(y, z)
    if "error" in loss or abs(loss.value - right) > 1e-3:
        received = loss.get("error") or f"{loss.value:.4f} from {student.compiled().loss}"
        p = _softmax(z)
        again = float(-np.log(np.take_along_axis(_softmax(p), y[..., None], -1)).mean())
        taken = student.loss(y, p.astype("float32"))
        if "error" not in taken and abs(taken.value - right) < 1e-3 and abs(again - right) > 1e-3:
            raise Wrong("logits-taken-for-probabilities", f"{right:.4f}", received,
                        "from_logits=True: the model ends without a softmax.", "3. Compile")  # fmt: skip
        raise Wrong("wrong-loss", f"sparse categorical cross-entropy {right:.4f}", received,
                    "The targets are numbers: sparse.", "3. Compile")  # fmt: skip
    adam_at_the_rate(student)


@check(blank=4, step="fit")
def cold_is_sharp_and_hot_is_flat(student):
    """softmax(logits / temperature), each row at its own temperature."""
    z = np.random.default_rng(2).normal(0, 1.5, (4, 6)).astype("float32")
    t = np.array([0.2, 0.5, 1.0, 2.0], dtype="float32")
    found = np.asarray(student.call("tempered", z, t, step="fit"), dtype=float)
    if arrays_close(found, _softmax(z / t[:, None]), 1e-4):
        return
    read = "The idea"
    if found.shape != z.shape:
        raise Wrong("wrong-shape", f"{z.shape}", f"{found.shape}", "temperature[:, None].", "4. Fit")
    for name, wrong, cause in (
        ("multiplied", _softmax(z * t[:, None]), "Divided by the temperature."),
        ("temperature-ignored", _softmax(z), "Divided by the temperature."),
        ("not-a-softmax", z / t[:, None], "softmax of it."),
        ("divided-afterwards", _softmax(z) / t[:, None], "First divide, then the softmax."),
        ("one-temperature-for-all", _softmax(z / t[0]), "Each row has its own temperature."),
        ("softmax-over-the-texts", _softmax((z / t[:, None]).T).T, "Over the characters, the last axis."),
    ):
        if arrays_close(found, wrong, 1e-4):
            raise Wrong(name, "softmax(z / T)", "another formula", cause, read)
    raise Wrong("wrong-probabilities", "softmax(z / T)", f"rows that add up to {found.sum(axis=-1).round(3)}", "", read)


@check(blank=5, step="fit")
def drawn_by_the_number_from_outside(student):
    """The character on whose stretch of the line u falls."""
    p = np.array([[0.1, 0.2, 0.3, 0.4]] * 5, dtype="float32")
    u = np.array([0.05, 0.15, 0.35, 0.65, 0.95], dtype="float32")
    found = np.asarray(student.call("draw", p, u, step="fit"))
    right = [0, 1, 2, 3, 3]
    read = "4. Fit"
    if found.shape != (5,):
        raise Wrong("wrong-shape", "a number for each text, (5,)", f"{found.shape}", "Add up over the last axis.", read)
    if found.dtype.kind not in "iu":
        raise Wrong("not-whole", "numbers of type int32", f"{found.dtype}", 'keras.ops.cast(…, "int32").', read)
    if found.tolist() != right:
        for name, wrong, cause in (
            ("argmax", [3, 3, 3, 3, 3], "argmax is temperature 0: the same text for ever."),
            ("one-too-many", [1, 2, 3, 4, 4], "Count the stretches that end at or below u, not those that begin."),
            ("ends-above-counted", [3, 2, 1, 0, 0], "Ends below u, not above."),
        ):
            if found.tolist() == wrong or (name == "ends-above-counted" and found.tolist() == [4, 3, 2, 1, 1]):
                raise Wrong(name, f"{right}", f"{found.tolist()}", cause, "Common mistakes")
        raise Wrong("not-by-u", f"{right} for u = {u.tolist()}", f"{found.tolist()}",
                    "The same u must give the same character.", read)  # fmt: skip
    short = np.array([[0.5, 0.25, 0.2499]], dtype="float32")
    last = np.asarray(student.call("draw", short, np.array([0.99995], dtype="float32"), step="fit")).tolist()
    if last != [2]:
        cause = "Rounded, the last end may lie below u: leave it out."
        raise Wrong("no-such-character", "2, the last character", f"{last}", cause, read)


@check(blank=6, step="fit", after=(4, 5))
def one_character_read_and_one_drawn(student):
    """Read with the old state, draw at the temperature, hand on the new state."""
    ids, u = np.array([0, 2, 3], dtype="int32"), np.array([0.70, 0.96, 0.42], dtype="float32")
    h, c = np.array([[2, 0, 1, 0], [0, 3, 0, 1], [1, 1, 0, 2]], dtype="float32"), np.zeros((3, 4), dtype="float32")
    t = np.array([4.7, 2.3, 1.5], dtype="float32")
    found = student.call(
        "next_character", Fake("a cell of sums"), Fake("a doubling head"), ids, [h, c], t, u, step="fit"
    )
    read = "4. Fit"
    if not isinstance(found, list) or len(found) != 2:
        raise Wrong("not-a-pair", "the pair (numbers, new state)", f"{type(found).__name__}", "", read)
    numbers, state = found
    if np.asarray(numbers, dtype=object).shape[:1] == (2,) and np.shape(state) == (3,):
        raise Wrong("pair-turned-round", "(numbers, new state)", "(state, numbers)", "", read)
    if not isinstance(state, list) or len(state) != 2:
        cause = "The LSTM's state is the pair of h and c that the cell gives."
        raise Wrong("half-a-state", "the new state [h, c]", f"shape {np.shape(state)}", cause, read)
    new = np.eye(4)[ids] + h / 2
    numbers = np.asarray(numbers).tolist()

    def drawn(z):
        return (np.cumsum(_softmax(z), axis=-1)[:, :-1] <= u[:, None]).sum(axis=-1).tolist()

    if arrays_close(state[0], h) and arrays_close(state[1], c):
        cause = "Each step begins where the last one ended: hand on what the cell gave."
        raise Wrong("state-not-carried", "the new state", "the old one", cause, "Common mistakes")
    if not arrays_close(state[0], new):
        cause = "cell(x, state), with the state that came in, once."
        raise Wrong("old-state-lost", "a state made of x and the old state", "another", cause, read)
    if not arrays_close(state[1], c + 1):
        steps = float(np.max(np.asarray(state[1])))
        raise Wrong("read-more-than-once", "one step of the cell", f"{steps:g}", "Call the cell once.", read)
    right = drawn(2 * new / t[:, None])
    if numbers == right:
        return
    for name, wrong, cause in (
        ("head-forgotten", drawn(new / t[:, None]), "head(output) makes logits of the output."),
        ("temperature-forgotten", drawn(2 * new), "tempered(logits, temperature)."),
        ("argmax", new.argmax(axis=-1).tolist(), "draw, by u."),
    ):
        if numbers == wrong:
            raise Wrong(name, f"{right}", f"{numbers}", cause, read)
    raise Wrong("wrong-draw", f"{right}", f"{numbers}", "draw(tempered(head(output), temperature), u).", read)


@check(blank=7, step="fit", after=(4, 5, 6))
def trains_watches_and_writes(student):
    """The model learns from the training windows, watches the validation windows, and writes after each epoch."""
    fit_follows_the_preset(student)
    fitted, right = student.fitted().history, student.course.fitted().history
    if abs(fitted["val_loss"][0] - right["val_loss"][0]) > 0.1:
        raise Wrong(
            "other-validation", f"val_loss {right['val_loss'][0]:.2f}", f"{fitted['val_loss'][0]:.2f}", "", "4. Fit"
        )
    if "learning_rate" not in fitted or fitted["learning_rate"][-1] >= fitted["learning_rate"][0]:
        raise Wrong(
            "rate-does-not-fall", "a learning rate that falls", "the same all the time", "Hand on `falling`.", "4. Fit"
        )
    if math.isnan(student.evaluated().metrics["loss_after_epoch_1"]):
        raise Wrong(
            "nothing-written", "a text after each epoch", "none", "Hand on `writer` among the callbacks.", "4. Fit"
        )


@check(blank=8, step="evaluate")
def bits_and_perplexity(student):
    """The losses, and what they are in bits per character and as perplexity, of the test text."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    read = "5. Evaluate"
    for name, other, key, cause in (
        ("val_loss", right["test_loss"], "validation-and-test-mixed", "Each has its own text."),
        ("test_loss", right["val_loss"], "validation-and-test-mixed", "Each has its own text."),
        ("loss_after_epoch_1", right["val_loss"], "not-after-the-first-epoch", "first[\"loss\"]."),
        ("bits_per_character", right["test_loss"], "loss-for-bits", "loss / log 2."),
        ("bits_per_character", right["test_loss"] * math.log(2), "multiplied-by-log-2", "A bit is log 2 = 0.69 nats."),
        ("bits_per_character", right["val_loss"] / math.log(2), "validation-and-test-mixed", "Of the test text."),
        ("perplexity", 2 ** right["test_loss"], "power-of-two-of-the-loss", "exp(loss), or 2 to the power of the bits."),
        ("perplexity", math.exp(right["val_loss"]), "validation-and-test-mixed", "Of the test text."),
    ):  # fmt: skip
        if name in found and abs(found[name] - other) < 1e-4 and abs(found[name] - right[name]) > 1e-3:
            raise Wrong(key, f"{name} {right[name]:.4f}", f"{found[name]:.4f}", cause, read)
    measures_the_test_split(student, METRICS)
