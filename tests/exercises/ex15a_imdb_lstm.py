"""Checks of exercise 15a."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import same_network
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.functions import same_function
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_two_classes,
)
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split


def weights(
    gates: int, batch: int, inputs: int, units: int, scale: float = 1.0, seed: int = 3
) -> dict[str, np.ndarray]:
    """Numbers of both signs with two decimals: a word, states h and c, and W, U and b of a cell with so many gates."""
    rng = np.random.default_rng(seed)
    shapes = {"x": (batch, inputs), "h": (batch, units), "c": (batch, units),
              "W": (inputs, gates * units), "U": (units, gates * units), "b": (gates * units,)}  # fmt: skip
    return {name: np.round(rng.normal(0, scale, shape), 2) for name, shape in shapes.items()}


# Batch, inputs, units and size of the numbers: the smallest case comes first, as it is the one that a message shows.
CASES = ((1, 2, 2, 1.0), (4, 3, 2, 1.0), (3, 2, 2, 3.0), (2, 4, 5, 0.5))


@check(blank=1, step="define")
def simple_cell(student):
    """tanh of the word's part, the state's part and the bias."""
    made = [weights(1, *case) for case in CASES]
    same_function(
        student, "rnn_step", step="define", edges=[tuple(w[name] for name in "xhWUb") for w in made], read="The idea"
    )


@check(blank=2, step="define")
def lstm_cell(student):
    """Gates by sigmoid, candidates by tanh, in Keras's order i, f, g, o; first c, then h."""
    made = [weights(4, *case) for case in CASES]
    found = student.call("lstm_step", *(made[0][name] for name in "xhcWUb"), step="define")
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise Wrong("not-a-pair", "the pair (next h, next c)", f"{type(found).__name__}", "", "2. Define")
    same_function(
        student, "lstm_step", step="define", edges=[tuple(w[name] for name in "xhcWUb") for w in made], read="The idea"
    )


@check(blank=3, step="define", after=(1, 2))
def words_in_their_order(student):
    """Every word is read, from the first to the last, with the state of the one before."""
    cases = []
    for kind, gates in (("rnn", 1), ("lstm", 4)):
        for batch, time, inputs, units in ((1, 3, 2, 2), (4, 5, 3, 2), (5, 4, 4, 4), (3, 1, 2, 3)):
            w = weights(gates, batch, inputs, units, 0.8)
            x = np.round(np.random.default_rng(time).normal(0, 1, (batch, time, inputs)), 2)
            cases.append((kind, x, w["W"], w["U"], w["b"]))
    same_function(student, "read", step="define", edges=cases, read="2. Define")


@check(blank=4, step="define")
def gradient_step_by_step(student):
    """The norms of the products of diag(1 − h²) Uᵀ, from the last state backwards."""
    cases = []
    for time, units, seed in ((2, 2, 1), (3, 2, 2), (6, 3, 5), (1, 3, 4), (4, 4, 6)):
        rng = np.random.default_rng(seed)
        cases.append(
            (np.round(np.tanh(rng.normal(size=(time, units))), 2), np.round(rng.normal(size=(units, units)), 2))
        )
    for states, U in cases:
        found = student.call("gradient_lengths", states, U, step="define")
        if np.ndim(found) != 1 or len(found) != len(states):
            received = f"{len(found)}" if np.ndim(found) == 1 else f"the shape {np.shape(found)}"
            raise Wrong("wrong-number", f"{len(states)} norms for {len(states)} states", received, "", "2. Define")
    same_function(student, "gradient_lengths", step="define", edges=cases, read="2. Define")


@check(blank=5, step="define")
def embedding_cell_and_probability(student):
    """Embedding, spatial dropout, the cell that hp names, one sigmoid unit: with the same weights, the same outputs."""
    shape = student.model().output_shape
    if shape != [None, 1]:
        cause = ""
        if shape and len(shape) > 2:
            cause = "return_sequences=True gives the state after each word; the state after the last word is asked for."
        raise Wrong(
            "wrong-output-shape", "one output, shape (batch, 1)", f"{shape}", cause, "2. Define", shown=bool(cause)
        )
    same_network(student, {}, {"cell": "rnn", "units": 16, "spatial_dropout": 0.0},
                 {"cell": "gru", "size": 16, "words": 400, "spatial_dropout": 0.1})  # fmt: skip


@check(blank=5, step="define")
def gaps_are_skipped(student):
    """A review gives the same output whether the padding is in front of it or behind."""
    x = np.random.default_rng(0).integers(4, 200, (6, 80)).astype("int32")
    x[:, :60] = 0
    answers = np.asarray(student.predict(x), dtype=float)
    if answers.min() < 0 or answers.max() > 1:
        raise Wrong(
            "output-not-sigmoid",
            "outputs from 0 to 1",
            f"{answers.min():.3g} to {answers.max():.3g}",
            "",
            "2. Define",
        )
    if np.ptp(answers) < 1e-7:
        raise Wrong(
            "constant-answer",
            "outputs that follow the review",
            f"{answers.flat[0]:g} for all",
            "A softmax over one unit divides a number by itself: the result is always 1.",
            "Common mistakes",
        )
    moved = np.zeros_like(x)
    moved[:, 40:60] = x[:, 60:]  # the same words, gaps behind them
    if not arrays_close(student.predict(moved), answers, 1e-5):
        raise Wrong(
            "gaps-read",
            "the same output with the padding in front and behind",
            "other outputs",
            "The zeros of the padding are read as words: Embedding needs mask_zero=True.",
            "Common mistakes",
            shown=True,
        )


@check(blank=6, step="compile")
def cross_entropy_and_adam(student):
    """Binary cross-entropy of probabilities, Adam at the rate of hp, accuracy, and XLA as asked for."""
    accuracy_beside_the_loss(student)
    cross_entropy_of_two_classes(student)
    adam_at_the_rate(student)
    for hp in ({"xla": False}, {"xla": True}):
        found, right = (one.compiled(**hp).config.get("jit_compile") for one in (student, student.course))
        if bool(found) != bool(right):
            raise Wrong("xla-ignored", f"jit_compile={right}, the variable `xla`", f"jit_compile={found}",
                        "Hand jit_compile=xla to compile.", "3. Compile", shown=True)  # fmt: skip


@check(blank=7, step="fit")
def trains_and_watches_validation(student):
    """The model learns from the training reviews and watches the validation reviews, at a falling rate."""
    fit_follows_the_preset(student, others=False)


@check(blank=8, step="evaluate")
def accuracies_and_the_cell_by_hand(student):
    """Validation and test accuracy, and the difference to the cell by hand."""
    found, right = student.evaluated(False).metrics, student.course.evaluated(False).metrics
    for name in ("val_accuracy", "test_accuracy"):
        if name in found and not abs(found[name] - right[name]) <= 1e-4:
            raise Wrong("wrong-accuracy", f"{name} {right[name]:.4f}", f"{found[name]:.4f}", "", "5. Evaluate")
    # The difference is rounding alone, so that its size is all that can be compared.
    if "by_hand" in found and not right["by_hand"] / 10 <= found["by_hand"] <= 10 * right["by_hand"]:
        raise Wrong("wrong-difference", f"by_hand(model, whole), about {right['by_hand']:.1e}", f"{found['by_hand']:.3g}",
                    "", "5. Evaluate")  # fmt: skip
    measures_the_test_split(student, ("val_accuracy", "test_accuracy", "by_hand"), others=False)
