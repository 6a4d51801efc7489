"""Checks of exercise 15a."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_two_classes,
)
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _weights(gates: int, seed: int = 3) -> tuple[np.ndarray, ...]:
    """Inputs of three numbers, two units: x, h, c of four reviews, and W, U, b."""
    rng = np.random.default_rng(seed)
    return (*(rng.normal(size=shape) for shape in ((4, 3), (4, 2), (4, 2))),
            rng.normal(size=(3, 2 * gates)), rng.normal(size=(2, 2 * gates)), rng.normal(size=2 * gates))  # fmt: skip


@check(blank=1, step="define")
def simple_cell(student):
    """tanh of the word's part, the state's part and the bias."""
    x, h, _, W, U, b = _weights(1)
    found = student.call("rnn_step", x, h, W, U, b, step="define")
    if arrays_close(found, np.tanh(x @ W + h @ U + b), 1e-6):
        return
    for name, wrong, cause in (
        ("sigmoid-for-tanh", _sigmoid(x @ W + h @ U + b), "The state goes from −1 to 1: tanh."),
        ("activation-missing", x @ W + h @ U + b, "tanh around all of it."),
        ("state-forgotten", np.tanh(x @ W + b), "h @ U carries what was read before."),
        ("bias-forgotten", np.tanh(x @ W + h @ U), "+ b."),
        ("transposed", np.tanh(x @ W + h @ U.T + b), "h @ U, as Keras has it."),
    ):
        if arrays_close(found, wrong, 1e-6):
            raise Wrong(name, "tanh(x W + h U + b)", "another step", cause, "The idea")
    raise Wrong(
        "wrong-step",
        f"shape (4, 2), first {np.tanh(x @ W + h @ U + b)[0].round(3)}",
        f"{np.asarray(found).round(3)!r:.80}",
        "",
        "The idea",
    )


@check(blank=2, step="define")
def lstm_cell(student):
    """Gates by sigmoid, candidates by tanh, in Keras's order i, f, g, o; first c, then h."""
    x, h, c, W, U, b = _weights(4)
    found = student.call("lstm_step", x, h, c, W, U, b, step="define")
    if not isinstance(found, list | tuple) or len(found) != 2:
        raise Wrong("not-a-pair", "the pair (h, c)", f"{type(found).__name__}", "", "2. Define")
    i, f, g, o = np.split(x @ W + h @ U + b, 4, axis=-1)

    def cell(i, f, g, o, s=_sigmoid, t=np.tanh):
        new = s(f) * c + s(i) * t(g)
        return s(o) * np.tanh(new), new

    def same(pair) -> bool:
        return all(arrays_close(a, b_, 1e-6) for a, b_ in zip(found, pair, strict=True))

    right = cell(i, f, g, o)
    if same(right):
        return
    new = right[1]
    for name, wrong, cause in (
        ("pair-turned-round", right[::-1], "h first, then c."),
        (
            "tanh-for-gates",
            cell(i, f, g, o, s=np.tanh),
            "A gate goes from 0 to 1: sigmoid. tanh can turn a memory round.",
        ),
        ("sigmoid-for-candidates", cell(i, f, g, o, t=_sigmoid), "g is a candidate, not a gate: tanh."),
        ("gates-in-another-order", cell(f, i, g, o), "Keras's order is i, f, g, o."),
        ("gates-in-another-order", cell(i, f, o, g), "Keras's order is i, f, g, o."),
        ("old-memory-shown", (_sigmoid(o) * np.tanh(c), new), "h is made of the new c."),
        ("tanh-of-memory-missing", (_sigmoid(o) * new, new), "h = o · tanh(c)."),
        (
            "nothing-forgotten",
            (_sigmoid(o) * np.tanh(c + _sigmoid(i) * np.tanh(g)), c + _sigmoid(i) * np.tanh(g)),
            "f · c + i · g.",
        ),
    ):
        if same(wrong):
            raise Wrong(name, "h and c of an LSTM", "another cell", cause, "The idea")
    raise Wrong(
        "wrong-cell",
        f"h {right[0][0].round(3)}, c {right[1][0].round(3)}",
        f"{np.asarray(found[0])[0].round(3)}, …",
        "",
        "The idea",
    )


@check(blank=3, step="define", after=(1, 2))
def words_in_their_order(student):
    """Every word is read, from the first to the last, with the state of the one before."""
    for kind, gates in (("rnn", 1), ("lstm", 4)):
        _, _, _, W, U, b = _weights(gates)
        x = np.random.default_rng(1).normal(size=(4, 5, 3))
        states = {}
        for name, order in (
            ("right", range(5)),
            ("backwards", range(4, -1, -1)),
            ("short", range(4)),
            ("late", range(1, 5)),
            ("last", [4]),
        ):
            h, c = np.zeros((4, 2)), np.zeros((4, 2))
            for t in order:
                z = x[:, t] @ W + h @ U + b
                if kind == "rnn":
                    h = np.tanh(z)
                else:
                    i, f, g, o = np.split(z, 4, axis=-1)
                    c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
                    h = _sigmoid(o) * np.tanh(c)
            states[name] = h
        found = student.call("read", kind, x, W, U, b, step="define")
        if arrays_close(found, states["right"], 1e-6):
            continue
        causes = {
            "backwards": ("read-backwards", "range(x.shape[1]), from the first word."),
            "short": ("word-lost", "All steps: range(x.shape[1])."),
            "late": ("word-lost", "The first step is 0."),
            "last": ("state-not-kept", "Replace h (and c) at each step, and hand it to the next."),
        }
        for name, (short, cause) in causes.items():
            if arrays_close(found, states[name], 1e-6):
                raise Wrong(short, f"the state after five words ({kind})", "another state", cause, "2. Define")
        raise Wrong(
            "wrong-state",
            f"{states['right'][0].round(3)} ({kind})",
            f"{np.asarray(found).round(3)!r:.60}",
            "x[:, t] is one step of all reviews.",
            "2. Define",
        )


@check(blank=4, step="define")
def gradient_step_by_step(student):
    """The norms of the products of diag(1 − h²) Uᵀ, from the last state backwards."""
    rng = np.random.default_rng(5)
    states, U = np.tanh(rng.normal(size=(6, 3))), rng.normal(size=(3, 3))
    J, right = np.eye(3), [np.sqrt(3.0)]
    for h in states[:0:-1]:
        J = J @ (np.diag(1 - h**2) @ U.T)
        right.append(float(np.linalg.norm(J)))
    found = [float(value) for value in np.ravel(student.call("gradient_lengths", states, U, step="define"))]
    if len(found) != 6:
        raise Wrong(
            "wrong-number",
            "six norms for six states",
            f"{len(found)}",
            "The identity first, then one for each step back.",
            "2. Define",
        )
    if np.allclose(found, right, rtol=1e-6):
        return
    plain, constant = [np.sqrt(3.0)], np.eye(3)
    for _ in range(5):
        constant = constant @ U.T
        plain.append(float(np.linalg.norm(constant)))
    if np.allclose(found, plain, rtol=1e-6):
        raise Wrong(
            "slope-forgotten",
            f"{np.round(right, 3)}",
            f"{np.round(found, 3)}",
            "tanh has the slope 1 − h².",
            "The idea",
        )
    if np.allclose(found[::-1], right, rtol=1e-6):
        raise Wrong(
            "turned-round",
            f"{np.round(right, 3)}",
            f"{np.round(found, 3)}",
            "From the last state backwards.",
            "2. Define",
        )
    forward, J = [np.sqrt(3.0)], np.eye(3)
    for h in states[:-1]:
        J = J @ (np.diag(1 - h**2) @ U.T)
        forward.append(float(np.linalg.norm(J)))
    if np.allclose(found, forward, rtol=1e-6):
        raise Wrong(
            "forwards",
            f"{np.round(right, 3)}",
            f"{np.round(found, 3)}",
            "states[:0:-1]: from the last one down to the second.",
            "2. Define",
        )
    raise Wrong(
        "wrong-norms",
        f"{np.round(right, 3)}",
        f"{np.round(found, 3)}",
        "J @ (np.diag(1 − h²) @ U.T), one after another.",
        "2. Define",
    )


@check(blank=5, step="define")
def embedding_cell_and_probability(student):
    """Vectors, the cell that hp names, one sigmoid unit."""
    model, right = student.model(), student.course.model()
    if model.output_shape != [None, 1]:
        cause = (
            "return_sequences=True keeps a state for each word; the last one is wanted."
            if len(model.output_shape) > 2
            else ""
        )
        raise Wrong("wrong-output-shape", "one output, shape (batch, 1)", f"{model.output_shape}", cause, "2. Define")
    for cell, kind in (("rnn", "SimpleRNN"), ("lstm", "LSTM"), ("gru", "GRU")):
        kinds = [layer["class"] for layer in student.model(cell=cell).layers]
        if kind not in kinds:
            raise Wrong("cell-ignored", f"{kind} for cell={cell}", ", ".join(kinds), "CELLS[cell](…).", "2. Define")
    if "SpatialDropout1D" not in [layer["class"] for layer in model.layers]:
        raise Wrong("spatial-dropout-missing", "`spatial` behind the embedding", "a model without it", "", "2. Define")
    if model.parameters != right.parameters:
        raise Wrong(
            "parameter-count",
            f"{right.parameters}",
            f"{model.parameters}",
            "words × size, the cell, units + 1.",
            "2. Define",
        )
    if student.model(units=16).parameters != student.course.model(units=16).parameters:
        raise Wrong("units-ignored", "`units` units in the cell", "another number", "", "2. Define")
    (cell,) = [layer for layer in model.layers if layer["class"] == "LSTM"]
    if abs(cell.config.get("dropout", 0) - 0.2) > 1e-6:
        raise Wrong("dropout-missing", "dropout=0.2 in the cell", f"{cell.config.get('dropout', 0)}", "", "2. Define")


@check(blank=5, step="define")
def gaps_are_skipped(student):
    """A review is read the same whether gaps stand in front of it or not."""
    x = np.random.default_rng(0).integers(4, 200, (6, 80)).astype("int32")
    x[:, :60] = 0
    answers = np.asarray(student.predict(x), dtype=float)
    if answers.min() < 0 or answers.max() > 1:
        raise Wrong(
            "output-not-sigmoid",
            "answers from 0 to 1",
            f"{answers.min():.3g} to {answers.max():.3g}",
            'activation="sigmoid".',
            "2. Define",
        )
    if np.ptp(answers) < 1e-7:
        raise Wrong(
            "constant-answer",
            "answers that follow the review",
            f"{answers.flat[0]:g} for all",
            "softmax over one unit is always 1.",
            "Common mistakes",
        )
    moved = np.zeros_like(x)
    moved[:, 40:60] = x[:, 60:]  # the same words, gaps behind them
    if not arrays_close(student.predict(moved), answers, 1e-5):
        raise Wrong(
            "gaps-read",
            "the same answer with gaps in front and behind",
            "other answers",
            "Embedding(…, mask_zero=True).",
            "Common mistakes",
        )


@check(blank=6, step="compile")
def cross_entropy_and_adam(student):
    """Binary cross-entropy of probabilities, Adam at the rate of hp, accuracy, and XLA as asked for."""
    cross_entropy_of_two_classes(student)
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)
    if student.compiled().config.get("jit_compile") not in (False, None, "False"):
        raise Wrong(
            "xla-ignored",
            "jit_compile=xla, here False",
            f"{student.compiled().config.get('jit_compile')}",
            "",
            "3. Compile",
        )


@check(blank=7, step="fit")
def trains_and_watches_validation(student):
    """The model learns from the training reviews and watches the validation reviews."""
    fit_follows_the_preset(student)


@check(blank=8, step="evaluate")
def accuracies_and_the_cell_by_hand(student):
    """Validation and test accuracy, and the difference to the cell by hand."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    for name in ("val_accuracy", "test_accuracy"):
        if name in found and abs(found[name] - right[name]) > 1e-4:
            cause = 'The "accuracy", not the loss; of that split?'
            raise Wrong("wrong-accuracy", f"{name} {right[name]:.4f}", f"{found[name]:.4f}", cause, "5. Evaluate")
    measures_the_test_split(student, ("val_accuracy", "test_accuracy", "by_hand"))
