"""Checks of exercise 7."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split

OTHERS = ("none", "early_stopping", "dropout", "inverse_time", "exponential", "cosine", "plateau")
WEIGHTS = np.array([[0.5, -1.0], [2.0, 0.25], [-1.5, 0.5]])
INPUTS = np.array([[1.0, -1.0, 0.5], [0.5, 2.0, 1.0]])
NO_BIAS, NO_INPUTS = np.zeros(2), np.zeros((2, 3))


def price(student, kind, weights=WEIGHTS, bias=NO_BIAS, x=NO_INPUTS):
    """What a layer of this kind adds to the loss."""
    return student.call("effect", kind, weights, bias, x, step="define").penalty


def close(found, right):
    return abs(found - right) <= 1e-3 * abs(right) + 1e-9


@check(blank=1, step="define")
def weights_are_penalized(student):
    """weight_decay adds 2e-4 Σ w² to the loss, l1 adds 3e-5 Σ |w|, over the weights alone."""
    for kind, power, right in (
        ("weight_decay", 2, 2e-4 * float((WEIGHTS**2).sum())),
        ("l1", 1, 3e-5 * float(np.abs(WEIGHTS).sum())),
    ):
        found = price(student, kind)
        if found == 0 and price(student, kind, x=INPUTS) > 0:
            raise Wrong("outputs-for-weights", f"{kind!r} to penalize the weights", "a penalty on the outputs",
                        "The key for the weights is kernel_regularizer.", "2. Define")  # fmt: skip
        if found == 0 and price(student, kind, bias=np.ones(2)) > 0:
            raise Wrong("biases-for-weights", f"{kind!r} to penalize the weights", "a penalty on the biases",
                        "The key for the weights is kernel_regularizer.", "2. Define")  # fmt: skip
        if found == 0:
            raise Wrong("penalty-missing", f"a penalty for {kind!r}", "none", "", "2. Define")
        if not close(price(student, kind, 2 * WEIGHTS), 2**power * found):
            raise Wrong("wrong-power", f"Σ {'w²' if power == 2 else '|w|'} for {kind!r}", "another sum",
                        "L2 squares the weights, L1 takes their sizes.", "The idea")  # fmt: skip
        if not close(found, right):
            raise Wrong("wrong-strength", f"{right:.3g} for these weights", f"{found:.3g}",
                        'The strength is an argument; the string "l2" takes 0.01.', "2. Define")  # fmt: skip
        if not close(price(student, kind, bias=np.ones(2), x=INPUTS), found):
            raise Wrong("more-than-weights", "a penalty on the weights alone", "outputs or biases cost too",
                        "One key alone: kernel_regularizer.", "2. Define")  # fmt: skip


@check(blank=1, step="define")
def outputs_are_penalized(student):
    """activity_l1 adds 1e-3 Σ |a| to the loss, over the outputs of the layer."""
    if price(student, "activity_l1") > 0:
        raise Wrong("weights-for-outputs", "a penalty on the outputs", "a penalty on the weights",
                    "The key for the outputs is activity_regularizer.", "2. Define")  # fmt: skip
    found = price(student, "activity_l1", x=INPUTS)
    right = 1e-3 * float(np.abs(INPUTS @ WEIGHTS).sum()) / len(INPUTS)
    if found == 0:
        raise Wrong("penalty-missing", "a penalty for 'activity_l1'", "none", "", "2. Define")
    if not close(price(student, "activity_l1", x=2 * INPUTS), 2 * found):
        raise Wrong("wrong-power", "Σ |a|", "another sum", "L1 takes sizes, L2 squares.", "The idea")
    if not close(found, right):
        raise Wrong(
            "wrong-strength", f"{right:.3g} for these outputs", f"{found:.3g}", "The strength is 1e-3.", "2. Define"
        )


@check(blank=1, step="define")
def norms_are_limited(student):
    """max_norm scales the weights into each unit back to the norm 1.25, and leaves shorter ones as they are."""
    weights = np.array([[2.0, 0.4], [1.0, -0.2], [-2.0, 0.1]])
    norms = np.linalg.norm(weights, axis=0)
    right = weights * np.minimum(1, 1.25 / norms)
    found = student.call("effect", "max_norm", weights, NO_BIAS, NO_INPUTS, step="define").weights
    if arrays_close(found, right, 1e-4):
        return
    if arrays_close(found, weights, 1e-4):
        raise Wrong("limit-missing", "a unit of norm 3 scaled back to 1.25", "weights as they were",
                    "The key is kernel_constraint, its value keras.constraints.MaxNorm(…).", "2. Define")  # fmt: skip
    got = np.linalg.norm(found, axis=0)
    if abs(got[1] - norms[1]) > 1e-3 and abs(got[0] - got[1]) < 1e-3:
        raise Wrong("short-ones-lengthened", "a limit from above", f"the norm {norms[1]:.2f} became {got[1]:.2f}",
                    "UnitNorm sets every norm; MaxNorm only limits it.", "The idea")  # fmt: skip
    rows = weights * np.minimum(1, 1.25 / np.linalg.norm(weights, axis=1, keepdims=True))
    if arrays_close(found, rows, 1e-4):
        raise Wrong("limit-of-rows", "the norm of a column: the weights into a unit", "rows were limited",
                    "Dense weights are (inputs, units): axis=0, which is the default.", "The idea")  # fmt: skip
    raise Wrong("wrong-limit", "a norm of 1.25 at most", f"{got[0]:.3g}", "", "2. Define")


@check(blank=1, step="define")
def other_kinds_are_free(student):
    """No other kind has a penalty or a limit."""
    for kind in (*OTHERS, "max_norm"):
        if price(student, kind, bias=np.ones(2), x=INPUTS) > 0:
            raise Wrong(
                "penalty-for-all", f"no penalty for {kind!r}", "a penalty", "An empty dict: return {}.", "2. Define"
            )
    for kind in (*OTHERS, "weight_decay", "l1", "activity_l1"):
        if not arrays_close(
            student.call("effect", kind, 9 * WEIGHTS, NO_BIAS, NO_INPUTS, step="define").weights, 9 * WEIGHTS
        ):
            raise Wrong("limit-for-all", f"no limit for {kind!r}", "weights scaled back", "", "2. Define")


def shown(model):
    """The layers that compute something, by class."""
    return [layer for layer in model.layers if layer["class"] in ("Dense", "Dropout")]


@check(blank=2, step="define", after=(1,))
def two_hidden_layers(student):
    """784 – 256 – 128 – 10 with biases: 235 146 parameters, relu in the hidden layers, softmax at the end."""
    model = student.model(regularizer="none")
    if model.parameters != 235_146:
        raise Wrong("parameter-count", "784·256 + 256 + 256·128 + 128 + 128·10 + 10 = 235 146 parameters", f"{model.parameters}",
                    "One Dense layer for each size in HIDDEN, then Dense(CLASSES).", "2. Define")  # fmt: skip
    x = student.course.data().test.x.rows[:16]
    answers = student.predict(x)
    if answers.shape[-1] != 10 or not arrays_close(answers.sum(axis=-1), np.ones(len(x)), 1e-3):
        raise Wrong("softmax-missing", "ten answers that add up to 1", f"a sum of {answers.sum(axis=-1)[0]:.3g}",
                    'The last layer is Dense(CLASSES, activation="softmax").', "2. Define")  # fmt: skip
    kinds = [layer["class"] for layer in model.layers] + [layer.config.get("activation") for layer in model.layers]
    if kinds.count("relu") + kinds.count("ReLU") < 2:
        raise Wrong("relu-missing", "relu in both hidden layers", f"{kinds.count('relu')} times relu",
                    "Without it the layers are one linear map.", "2. Define")  # fmt: skip


@check(blank=2, step="define", after=(1,))
def dropout_behind_the_hidden_layers(student):
    """The kind "dropout", and no other, has Dropout(0.5) behind each hidden layer."""
    layers = shown(student.model(regularizer="dropout"))
    order = [layer["class"] for layer in layers]
    told = " – ".join(order)
    if "Dropout" not in order:
        raise Wrong("dropout-missing", "a Dropout layer behind each hidden layer", told, "", "2. Define")
    if order[-1] == "Dropout":
        raise Wrong("dropout-behind-the-output", "Dense – Dropout – Dense – Dropout – Dense", told,
                    "Behind the softmax it would delete classes: half of the answers would be 0.", "2. Define")  # fmt: skip
    if order != ["Dense", "Dropout", "Dense", "Dropout", "Dense"]:
        raise Wrong("wrong-dropout-place", "Dense – Dropout – Dense – Dropout – Dense", told,
                    "Append it inside the loop, after its Dense layer.", "2. Define")  # fmt: skip
    for layer in layers:
        if layer["class"] == "Dropout" and abs(layer.config["rate"] - 0.5) > 1e-6:
            raise Wrong("wrong-dropout-rate", "Dropout(0.5)", f"Dropout({layer.config['rate']:g})", "", "2. Define")
    for kind in ("none", "weight_decay", "cosine"):
        if any(layer["class"] == "Dropout" for layer in shown(student.model(regularizer=kind))):
            raise Wrong("dropout-for-all", f"no dropout for {kind!r}", "a Dropout layer",
                        'Only if kind == "dropout".', "2. Define")  # fmt: skip


@check(blank=2, step="define", after=(1,))
def penalties_at_the_hidden_layers(student):
    """Both hidden layers get what penalties(kind) gives; the output layer stays free."""
    for kind, key in (
        ("weight_decay", "kernel_regularizer"),
        ("activity_l1", "activity_regularizer"),
        ("max_norm", "kernel_constraint"),
    ):
        dense = [layer for layer in shown(student.model(regularizer=kind)) if layer["class"] == "Dense"]
        having = [layer.config.get(key) is not None for layer in dense]
        if having[-1:] == [True]:
            raise Wrong("penalty-at-the-output", "hidden layers only", f"the output layer has a {key} too",
                        "Dense(CLASSES) takes no **penalties(kind).", "2. Define")  # fmt: skip
        if sum(having) != 2:
            raise Wrong("penalties-not-used", f"{key} in both hidden layers for {kind!r}", f"in {sum(having)}",
                        "Hand them on: Dense(units, …, **penalties(kind)).", "2. Define")  # fmt: skip


@check(blank=3, step="compile")
def rates_fall_as_they_should(student):
    """The three schedules begin at the rate and fall with the steps; all other kinds keep it."""
    rate, epochs, steps = 0.02, 8, 2000
    at = np.array([0, 1, 1000, 2000, 4000, 10_500, 15_999])
    for kind, formula, slips in (
        ("inverse_time", lambda t: rate / (1 + 0.5 * t / steps), {
            "steps-in-epochs": lambda t: rate / (1 + 0.5 * t),
            "whole-fit-for-an-epoch": lambda t: rate / (1 + 0.5 * t / (steps * epochs)),
            "staircase": lambda t: rate / (1 + 0.5 * (t // steps)),
        }),
        ("exponential", lambda t: rate * 0.9 ** (t / 10_000), {
            "steps-in-epochs": lambda t: rate * 0.9 ** (t / epochs),
            "whole-fit-for-an-epoch": lambda t: rate * 0.9 ** (t / (steps * epochs)),
            "staircase": lambda t: rate * 0.9 ** (t // 10_000),
        }),
        ("cosine", lambda t: rate * (1 + np.cos(np.pi * np.minimum(t / (steps * epochs), 1))) / 2, {
            "steps-in-epochs": lambda t: rate * (1 + np.cos(np.pi * np.minimum(t / epochs, 1))) / 2,
            "ends-after-an-epoch": lambda t: rate * (1 + np.cos(np.pi * np.minimum(t / steps, 1))) / 2,
        }),
    ):  # fmt: skip
        found = np.array(student.call("rates", kind, rate, epochs, steps, at.tolist(), step="compile"))
        if arrays_close(found / rate, formula(at) / rate, 1e-3):
            continue
        if abs(found[0] - rate) > 1e-6:
            raise Wrong("wrong-start", f"{kind!r} to begin at the rate {rate:g}", f"{found[0]:g}",
                        "The first argument is `rate`, not a number.", "3. Compile")  # fmt: skip
        right, got = formula(at)[3], found[3]
        received = f"{got:.5f}"
        expected = f"{right:.5f} at step 2000 for {kind!r}, epochs of 2000 steps"
        for name, slip in slips.items():
            if arrays_close(found / rate, slip(at) / rate, 1e-3):
                cause = {
                    "steps-in-epochs": "decay_steps counts steps: one epoch is `steps` of them.",
                    "staircase": "staircase=True keeps the rate within each period; leave it out.",
                    "ends-after-an-epoch": "The cosine spans the whole fit: epochs * steps.",
                }.get(name, "")
                raise Wrong(name, expected, received, cause, "The idea")
        if np.all(np.abs(found - rate) < 1e-6):
            raise Wrong("rate-never-falls", expected, received, f"Is there a schedule for {kind!r}?", "3. Compile")
        raise Wrong("wrong-schedule", expected, received, "Compare with its formula.", "The idea")
    for kind in ("none", "early_stopping", "dropout", "plateau"):
        found = np.array(student.call("rates", kind, rate, epochs, steps, at.tolist(), step="compile"))
        if np.any(np.abs(found - rate) > 1e-6):
            raise Wrong("schedule-for-all", f"the rate {rate:g} for {kind!r}", f"{found[-1]:g} at the end",
                        "Return None for all other kinds.", "3. Compile")  # fmt: skip


@check(blank=4, step="fit")
def the_fit_ends_in_time(student):
    """early_stopping ends the fit when the validation loss has had no new minimum for 2 epochs."""
    losses = [6, 5, 4, 4.5, 3, 2, 2.5, 3, 3.5, 4, 4.5]
    found = student.call("rehearse", "early_stopping", losses, step="fit")
    expected = "the minimum in epoch 6, the end after epoch 8"
    if found.epochs == len(losses):
        raise Wrong("never-stops", expected, f"all {len(losses)} epochs",
                    "Is val_loss watched? The training loss goes on falling, and the accuracies rise.", "Common mistakes")  # fmt: skip
    if found.epochs <= 3:
        raise Wrong("stops-while-falling", expected, f"the end after epoch {found.epochs}",
                    'A loss is to be small: mode="min" (or none), patience=2.', "4. Fit")  # fmt: skip
    if found.epochs != 8:
        raise Wrong("wrong-patience", expected, f"the end after epoch {found.epochs}", "patience=2.", "4. Fit")


@check(blank=4, step="fit")
def the_best_weights_stay(student):
    """After early_stopping the model has the weights of its best epoch, whether the fit was cut short or not."""
    for losses, best in (([5, 4, 3, 2, 2.5, 3, 3.5, 4], 4), ([5, 4, 3, 2, 2.5], 4)):
        found = student.call("rehearse", "early_stopping", losses, step="fit")
        if found.epochs == len(losses) == 8:
            return  # it never stops, which is the check before this one
        if found.kept != best and found.kept == found.epochs:
            raise Wrong("best-weights-lost", f"the weights of epoch {best}, where the loss was least",
                        f"those of epoch {found.kept}, the last", "restore_best_weights=True.", "Common mistakes")  # fmt: skip
        if found.kept != best:
            raise Wrong("wrong-weights-kept", f"the weights of epoch {best}, where val_loss was least",
                        f"those of epoch {found.kept}", "Is the right quantity watched, in the right direction?", "4. Fit")  # fmt: skip


@check(blank=4, step="fit")
def the_rate_falls_on_a_plateau(student):
    """plateau divides the rate by 5 after an epoch without a new minimum of the validation loss."""
    losses = [5, 4, 4.5, 3, 3.5, 3.6, 2]
    found = student.call("rehearse", "plateau", losses, step="fit")
    right = np.array([1, 1, 1, 0.2, 0.2, 0.04, 0.008])
    got = np.array(found.rates)
    told = ", ".join(f"{value:g}" for value in got.round(5))
    if len(got) != len(right):
        raise Wrong("plateau-stops", "a plateau that ends no fit", f"the end after epoch {len(got)}", "", "4. Fit")
    if arrays_close(got, right, 1e-4):
        return
    expected = f"the rates {', '.join(f'{value:g}' for value in right)}"
    if np.all(got == got[0]):
        raise Wrong(
            "rate-never-falls", expected, told, "Is val_loss watched? The training loss goes on falling.", "4. Fit"
        )
    fallen = got[1:] / got[:-1]
    if abs(fallen[fallen < 0.999].max(initial=0) - 0.2) > 1e-3:
        raise Wrong("wrong-factor", "a rate divided by 5", told, "The rate is multiplied by factor: 0.2.", "4. Fit")
    raise Wrong("wrong-patience", expected, told, "patience=1.", "4. Fit")


@check(blank=4, step="fit")
def other_kinds_have_no_callbacks(student):
    """No other kind stops early or changes its rate."""
    for kind in ("none", "weight_decay", "dropout", "cosine"):
        found = student.call("rehearse", kind, [1, 2, 3, 4, 5, 6], step="fit")
        if found.epochs != 6 or found.kept != 6 or min(found.rates) < 1:
            raise Wrong("callbacks-for-all", f"no callback for {kind!r}", f"{found.epochs} epochs, the rate {min(found.rates):g}",
                        "Return an empty list.", "4. Fit")  # fmt: skip


@check(blank=5, step="fit", after=(1, 2, 3, 4))
def trains_and_watches_validation(student):
    """Every variant learns from the training split and watches the validation split, for as long as the preset says."""
    fit_follows_the_preset(student)


@check(blank=5, step="fit", after=(1, 2, 3, 4))
def validation_is_the_validation_split(student):
    """The validation curve ends where the model is measured on data.validation, and the callbacks of the kind are at work."""
    history = student.fitted().history
    if "val_cross_entropy" not in history:
        raise Wrong("no-validation", "validation_data from data.validation", "no validation curve", "", "4. Fit")
    curve, right = history["val_cross_entropy"][-1], history["kept_cross_entropy"][0]
    if abs(curve - right) > 1e-3:
        raise Wrong("wrong-validation", f"a validation curve that ends at {right:.4f}", f"{curve:.4f}",
                    "validation_data=(data.validation.x, data.validation.y): no other split, no part of one.", "4. Fit")  # fmt: skip
    if "plateau/learning_rate" not in history:
        raise Wrong("watchers-not-used", "the callbacks of watchers(kind) in the fit", "a fit without them",
                    "Two lists become one by [*callbacks, *watchers(kind)].", "4. Fit")  # fmt: skip


@check(blank=6, step="fit", after=(1, 2, 3, 4, 5))
def every_variant_starts_afresh(student):
    """Before its training every variant is as good as the first one was before its own: the same weights."""
    untrained = student.fitted().history["untrained"]
    first = untrained[0]
    for number, value in enumerate(untrained[1:], start=2):
        if value < 0.75 * first:
            raise Wrong("trained-on", f"a start at the cross-entropy {first:.3f}, as the first variant",
                        f"variant {number} begins at {value:.3f}", "It goes on with weights that were trained before.",
                        "Common mistakes")  # fmt: skip
        if abs(value - first) > 1e-4:
            raise Wrong("another-start", f"a start at the cross-entropy {first:.4f}, as the first variant",
                        f"variant {number} begins at {value:.4f}", "twin.set_weights(start).", "4. Fit")  # fmt: skip


@check(blank=6, step="fit", after=(1, 2, 3, 4, 5))
def every_variant_is_of_its_kind(student):
    """The variants differ by their regularizers: a penalty is in the loss, dropout makes training harder."""
    history = student.fitted().history
    penalty = history["weight_decay/loss"][-1] - history["weight_decay/cross_entropy"][-1]
    harder = history["dropout/cross_entropy"][-1] - history["cross_entropy"][-1]
    if penalty < 0.01 or harder < 0.1:
        raise Wrong("kind-ignored", "a penalty in the loss of weight_decay, and a higher training loss with dropout",
                    f"{penalty:.3f} and {harder:.3f} more", "Build it by network(kind); a copy of the last model has its kind.",
                    "4. Fit")  # fmt: skip


@check(blank=7, step="evaluate")
def every_variant_is_measured(student):
    """The test accuracy of every variant comes back by name, each with its own weights."""
    right = student.course.evaluated().metrics
    names = tuple(name for name in right if name != "accuracy")
    found = student.evaluated().metrics
    values = {round(found[name], 4) for name in names if name in found}
    if set(names) <= set(found) and len(values) == 1 and len({round(right[name], 4) for name in names}) > 1:
        raise Wrong("weights-not-set", "another accuracy for other weights", f"{values.pop():.3f} for all variants",
                    "judge.set_weights(weights) first.", "5. Evaluate")  # fmt: skip
    measures_the_test_split(student, names)
