"""Checks of exercise 4."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.training import fit_follows_the_preset


@check(blank=1, step="load")
def hours_are_scaled_by_the_training_rows(student):
    """The hours of all splits are divided by the largest of the training rows, column by column."""
    data, right = student.data(), student.course.data()
    if data.train.x.max > 1.5:
        raise Wrong(
            "hours-not-scaled",
            "hours from 0 to about 1",
            f"up to {data.train.x.max:.3g}",
            "Divide x by `largest`.",
            "1. Load",
        )
    if arrays_close(data.test.x.rows, right.test.x.rows, 1e-5) and arrays_close(
        data.train.x.rows, right.train.x.rows, 1e-5
    ):
        return
    tops = [float(split.x.rows[:, column].max()) for split in (data.validation, data.test) for column in (0, 1)]
    if all(abs(top - 1) < 1e-6 for top in tops):
        raise Wrong("scaled-inside-each-split", "one scale, from the training rows", "every split with the maximum 1",
                    "A maximum taken inside scale is that of the split it gets.", "Common mistakes")  # fmt: skip
    raise Wrong("wrong-scale", "each column divided by its own training maximum", f"a test mean of {data.test.x.mean:.3g}",
                "One maximum for both columns, or one of all rows?", "1. Load")  # fmt: skip


@check(blank=1, step="load")
def scores_are_hundredths(student):
    """The scores are divided by 100."""
    y, right = student.data().train.y, student.course.data().train.y
    if y.max > 1.5:
        raise Wrong(
            "scores-not-scaled",
            "scores from 0.48 to 1",
            f"up to {y.max:.3g}",
            "A sigmoid answers between 0 and 1.",
            "Common mistakes",
        )
    if not arrays_close(np.ravel(y.rows), np.ravel(right.rows), 1e-5):
        raise Wrong("wrong-score-scale", "score / 100", f"scores from {y.min:.3g} to {y.max:.3g}", "", "1. Load")


@check(blank=2, step="define")
def thirteen_parameters(student):
    """Two inputs, `units` hidden units and one output: 13 parameters at three units."""
    model = student.model()
    if model.output_shape != [None, 1]:
        raise Wrong(
            "wrong-output-shape",
            "one output, shape (batch, 1)",
            f"{model.output_shape}",
            "The last layer has one unit.",
            "2. Define",
        )
    if model.parameters != 13:
        raise Wrong(
            "parameter-count",
            "2·3 + 3 + 3·1 + 1 = 13 parameters",
            f"{model.parameters}",
            "One hidden layer, with biases.",
            "2. Define",
        )
    if student.model(units=5).parameters != 21:
        raise Wrong(
            "units-ignored",
            "21 parameters with units=5",
            f"{student.model(units=5).parameters}",
            "Use `units`, not the number 3.",
            "2. Define",
        )


@check(blank=2, step="define")
def both_layers_are_sigmoid(student):
    """Hidden units and output answer between 0 and 1, and the network is not linear."""
    x = np.linspace(-400, 400, 41, dtype="float32")[:, None] * np.array([[1.0, 0.7]], dtype="float32")
    answers = student.predict(x)[:, 0]
    if answers.min() < 0 or answers.max() > 1:
        raise Wrong("output-not-sigmoid", "answers between 0 and 1", f"{answers.min():.3g} to {answers.max():.3g}",
                    'The last layer needs activation="sigmoid".', "2. Define")  # fmt: skip
    layers = student.model().layers
    if {layer["class"] for layer in layers} <= {"InputLayer", "Dense", "Activation", "Flatten"}:
        kinds = [
            layer.config.get("activation") for layer in layers if layer.config.get("activation") not in (None, "linear")
        ]
        if kinds.count("sigmoid") < 2:
            raise Wrong("hidden-not-sigmoid", "sigmoid in both layers", ", ".join(kinds) or "no activation",
                        'The hidden layer needs activation="sigmoid" too.', "2. Define")  # fmt: skip


@check(blank=3, step="compile")
def four_optimizers(student):
    """sgd, momentum, nesterov and adam, each at the rate that is asked for."""
    for name, kind, momentum, nesterov in (
        ("sgd", "SGD", 0.0, False),
        ("momentum", "SGD", 0.9, False),
        ("nesterov", "SGD", 0.9, True),
        ("adam", "Adam", 0, False),
    ):
        compiled = student.optimizer("optimizer_named", name, 0.125, step="compile")
        if compiled.optimizer != kind:
            raise Wrong("wrong-optimizer", f"{kind} for {name!r}", compiled.optimizer, "", "3. Compile")
        if abs(compiled.learning_rate - 0.125) > 1e-6:
            raise Wrong(
                "learning-rate-ignored",
                f"the rate 0.125 for {name!r}",
                f"{compiled.learning_rate:g}",
                "Hand on learning_rate=rate.",
                "3. Compile",
            )
        if kind == "SGD" and abs(compiled.optimizer_config["momentum"] - momentum) > 1e-6:
            raise Wrong(
                "wrong-momentum",
                f"momentum {momentum:g} for {name!r}",
                f"{compiled.optimizer_config['momentum']:g}",
                "",
                "The idea",
            )
        if kind == "SGD" and bool(compiled.optimizer_config["nesterov"]) != nesterov:
            raise Wrong(
                "wrong-nesterov",
                f"nesterov={nesterov} for {name!r}",
                f"{compiled.optimizer_config['nesterov']}",
                "",
                "The idea",
            )


@check(blank=4, step="compile", after=(3,))
def squared_error_and_absolute_error(student):
    """The loss is the mean squared error, and the mean absolute error is measured beside it."""
    y, outputs = np.array([[0.2], [0.9]], dtype="float32"), np.array([[0.5], [0.8]], dtype="float32")
    loss = student.loss(y, outputs)
    if "error" in loss or abs(loss.value - 0.05) > 1e-5:
        received = loss.get("error") or f"{loss.value:.4f} from {student.compiled().loss}"
        raise Wrong(
            "wrong-loss",
            "MSE = 0.05 for errors 0.3 and 0.1",
            received,
            "The target is a number: mean squared error.",
            "The idea",
        )
    if student.compiled().config.get("loss_weights"):
        raise Wrong("metrics-in-loss-weights", "metrics=[…]", "loss_weights=[…]", "Name your arguments.", "3. Compile")
    measured = student.measured()
    if "mae" not in measured.get("values", {}):
        received = ", ".join(measured.get("values", {})) or measured.get("error", "")
        raise Wrong("mae-missing", 'a metric "mae"', received, 'metrics=["mae"].', "3. Compile")


@check(blank=4, step="compile", after=(3,))
def optimizer_is_the_chosen_one(student):
    """hp chooses the optimizer and its rate."""
    for name, rate in (("adam", 0.02), ("sgd", 0.25)):
        compiled = student.compiled(optimizer=name, learning_rate=rate)
        if compiled.optimizer != {"adam": "Adam", "sgd": "SGD"}[name] or abs(compiled.learning_rate - rate) > 1e-6:
            raise Wrong("optimizer-not-used", f"{name} at {rate:g}", f"{compiled.optimizer} at {compiled.learning_rate:g}",
                        "Write optimizer=optimizer_named(name, rate).", "3. Compile")  # fmt: skip


@check(blank=5, step="fit")
def steps_of_an_epoch(student):
    """One epoch makes ⌈rows / batch size⌉ steps."""
    for rows, size, right in ((720, 32, 23), (720, 720, 1), (720, 1, 720), (64, 32, 2)):
        found = student.call("updates", rows, size, step="fit")
        if found == right:
            continue
        if found == rows // size:
            raise Wrong(
                "rounded-down",
                f"{right} steps for {rows} rows in batches of {size}",
                f"{found}",
                "The rows left over make a step too.",
                "4. Fit",
            )
        raise Wrong(
            "wrong-count",
            f"{right} steps for {rows} rows in batches of {size}",
            f"{found}",
            "rows divided by batch size, rounded up.",
            "4. Fit",
        )


@check(blank=6, step="fit", after=(3, 5))
def every_comparison_starts_afresh(student):
    """Each optimizer and batch size is trained from the same start, for all epochs."""
    found, right = student.fitted().history, student.course.fitted().history
    for name in ("sgd", "momentum", "nesterov", "adam", "batch", "mini_batch", "stochastic"):
        if name not in found or len(found[name]) != 3:
            raise Wrong(
                "wrong-epochs",
                f"3 validation losses for {name!r}",
                f"{len(found.get(name, []))}",
                "epochs=epochs, and return the list.",
                "4. Fit",
            )
    # The order of rows is drawn from the generator's state, so rough agreement is all that two right answers share.
    for name in ("sgd", "batch", "mini_batch"):
        if abs(np.log(found[name][0] / right[name][0])) > 0.35:
            cause = "Is the start set, the batch size handed on, and the validation split watched?"
            raise Wrong(
                "not-afresh",
                f"about {right[name][0]:.4f} after the first epoch of {name!r}",
                f"{found[name][0]:.4f}",
                cause,
                "Common mistakes",
            )


@check(blank=7, step="fit", after=(3, 5, 6))
def trains_and_watches_validation(student):
    """The model itself learns from the training rows and watches the validation rows."""
    fit_follows_the_preset(student)


@check(blank=8, step="evaluate")
def errors_of_the_test_rows(student):
    """Squared and absolute error of the test rows come back as mse and mae."""
    found, right = student.evaluated(), student.course.evaluated().metrics
    for name in ("mse", "mae"):
        if name not in found.metrics:
            raise Wrong(
                "metric-missing",
                "the keys mse and mae",
                ", ".join(found.metrics),
                'model.evaluate calls the MSE "loss".',
                "5. Evaluate",
            )
    if "test" not in found.seen:
        raise Wrong(
            "not-the-test-split",
            "errors of data.test",
            f"{', '.join(found.seen) or 'no split'} used",
            "",
            "5. Evaluate",
        )
    for name in ("mse", "mae"):
        if abs(found.metrics[name] - right[name]) > 1e-4 * max(1, right[name]):
            cause = "Are the two swapped, or is a root taken?"
            raise Wrong("wrong-value", f"{name} {right[name]:.5f}", f"{found.metrics[name]:.5f}", cause, "5. Evaluate")
