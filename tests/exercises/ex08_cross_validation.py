"""Checks of exercise 8."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import adam_at_the_rate
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split


@check(blank=1, step="define")
def two_hidden_layers_and_a_price(student):
    """Two hidden layers of `units` units and one output: 5 057 parameters at 64 units."""
    model = student.model()
    if model.output_shape != [None, 1]:
        raise Wrong(
            "wrong-output-shape",
            "one output, shape (batch, 1)",
            f"{model.output_shape}",
            "A price is one number.",
            "2. Define",
        )
    if model.parameters != 5057:
        raise Wrong(
            "parameter-count",
            "12·64 + 64 + 64·64 + 64 + 64 + 1 = 5 057",
            f"{model.parameters}",
            "Two hidden layers, with biases.",
            "2. Define",
        )
    if student.model(units=32).parameters != 12 * 32 + 32 + 32 * 32 + 32 + 33:
        raise Wrong(
            "units-ignored", "1 505 parameters with units=32", f"{student.model(units=32).parameters}", "", "2. Define"
        )


@check(blank=1, step="define")
def any_price_can_be_answered(student):
    """The output is linear: above 1 and below 0 are possible; the hidden layers are not."""
    x = np.random.default_rng(0).normal(0, 40, (200, 12)).astype("float32")
    answers = student.predict(x)[:, 0]
    if answers.min() >= 0:
        cause = 'The last layer has no activation: "sigmoid" ends at 1, "relu" cannot go back from 0.'
        raise Wrong(
            "output-bounded", "answers of both signs", f"{answers.min():.3g} to {answers.max():.3g}", cause, "2. Define"
        )
    if np.abs(answers).max() <= 1:
        raise Wrong(
            "output-bounded", "answers beyond −1 and 1", f"{answers.min():.3g} to {answers.max():.3g}", "", "2. Define"
        )
    kinds = [layer.config.get("activation") for layer in student.model().layers if layer["class"] == "Dense"]
    if any(kind not in ("relu", "linear") for kind in kinds):
        raise Wrong("hidden-not-relu", "relu in the hidden layers", ", ".join(map(str, kinds)), "", "2. Define")
    middle = student.predict(np.zeros_like(x))[:, 0]
    if np.allclose(answers + student.predict(-x)[:, 0], 2 * middle, atol=1e-3):
        raise Wrong(
            "hidden-linear", "relu in the hidden layers", "a model that is linear", 'activation="relu".', "2. Define"
        )


@check(blank=2, step="compile")
def squared_error_and_absolute_error(student):
    """The loss is the mean squared error, and the mean absolute error is measured beside it."""
    y, outputs = np.array([[20.0], [30.0]], dtype="float32"), np.array([[21.0], [27.0]], dtype="float32")
    loss = student.loss(y, outputs)
    if "error" in loss or abs(loss.value - 5) > 1e-4:
        received = loss.get("error") or f"{loss.value:.3f} from {student.compiled().loss}"
        raise Wrong("wrong-loss", "MSE = 5 for errors 1 and −3", received, "", "3. Compile")
    measured = student.measured()
    right = student.course.measured()["values"]["mae"]
    found = measured.get("values", {}).get("mae")
    if found is None or abs(found - right) > 1e-3 * right:
        received = ", ".join(measured.get("values", {})) or measured.get("error", "")
        raise Wrong("mae-missing", 'a metric "mae"', received, 'metrics=["mae"].', "3. Compile")


@check(blank=2, step="compile")
def adam_at_the_chosen_rate(student):
    """The optimizer is Adam, at the learning rate of hp."""
    adam_at_the_rate(student)


def _pairs(found) -> list[tuple[list[int], list[int]]]:
    """Row numbers of folds, as the student returned them."""
    try:
        return [([int(row) for row in train], [int(row) for row in rest]) for train, rest in found]
    except (TypeError, ValueError):
        raise Wrong(
            "not-pairs",
            "a list of pairs (training rows, held-out rows)",
            f"{type(found).__name__}",
            "Row numbers, not rows: [(…, …), …].",
            "4. Fit",
        ) from None


@check(blank=3, step="fit")
def every_row_is_held_out_once(student):
    """k pairs without a common row; each row is held out once."""
    for rows, k in ((23, 5), (12, 3)):
        pairs = _pairs(student.call("k_folds", rows, k, step="fit"))
        if len(pairs) != k:
            raise Wrong("wrong-number", f"{k} folds", f"{len(pairs)}", "", "The idea")
        for train, rest in pairs:
            if common := set(train) & set(rest):
                raise Wrong("overlap", "no row on both sides", f"{len(common)} rows trained on and held out",
                            "Every fold trained on all rows measures nothing.", "Common mistakes")  # fmt: skip
        held = [row for _, rest in pairs for row in rest]
        if sorted(held) != list(range(rows)):
            cause = (
                "A part of fixed size loses the rows left over." if len(held) < rows else "Random splits are no folds."
            )
            raise Wrong(
                "not-held-out-once",
                f"each of {rows} rows held out once",
                f"{len(set(held))} rows, {len(held)} times",
                cause,
                "The idea",
            )
        if any(sorted(train + rest) != list(range(rows)) for train, rest in pairs):
            raise Wrong(
                "rows-lost",
                "all other rows trained on",
                f"{len(pairs[0][0])} of {rows - len(pairs[0][1])}",
                "",
                "4. Fit",
            )
        sizes = [len(rest) for _, rest in pairs]
        if max(sizes) - min(sizes) > 1:
            raise Wrong(
                "uneven",
                "parts that differ by one row at most",
                ", ".join(map(str, sizes)),
                "np.array_split.",
                "4. Fit",
            )


@check(blank=3, step="fit")
def rows_are_shuffled_by_the_seed(student):
    """The order is random, the same for the same seed, another for another seed."""
    first, again, other = (
        [set(rest) for _, rest in _pairs(student.call("k_folds", 60, 5, seed, step="fit"))] for seed in (0, 0, 1)
    )
    if all(max(part) - min(part) < 15 or len({row % 5 for row in part}) == 1 for part in first):
        raise Wrong("not-shuffled", "rows in random order", "parts in the order of the table",
                    "Tables are often sorted: here by town.", "Try it")  # fmt: skip
    if first != again:
        raise Wrong(
            "not-repeatable",
            "the same folds for the same seed",
            "others each time",
            "np.random.default_rng(seed).",
            "4. Fit",
        )
    if first == other:
        raise Wrong(
            "seed-ignored", "other folds for another seed", "the same", "np.random.default_rng(seed).", "4. Fit"
        )


@check(blank=4, step="fit")
def five_groups_of_prices(student):
    """Each fifth of the prices is a group, from cheap to dear."""
    y = np.random.default_rng(4).gamma(4, 6, 200)
    found = np.asarray(student.call("price_groups", y, step="fit"), dtype=float).ravel()
    right = np.digitize(y, np.quantile(y, [0.2, 0.4, 0.6, 0.8]))
    if found.shape != y.shape:
        raise Wrong("wrong-shape", "a group for each of 200 prices", f"shape {found.shape}", "", "4. Fit")
    if len(np.unique(found)) != 5:
        raise Wrong(
            "wrong-number", "five groups", f"{len(np.unique(found))}", "Four limits make five groups.", "4. Fit"
        )
    sizes = np.bincount((found - found.min()).astype(int))
    if sizes.max() > 42 or sizes.min() < 38:
        raise Wrong("unequal-groups", "forty prices in each group", ", ".join(map(str, sizes)),
                    "Equal steps in price leave few dear ones: quantiles, not a linspace.", "4. Fit")  # fmt: skip
    if (found != right).sum() > 10:
        cause = "Group 0 is the cheapest fifth." if found.min() == 0 else "The groups are counted from 0."
        raise Wrong(
            "wrong-group",
            "0 the cheapest, 4 the dearest",
            f"{found[np.argmin(y)]:g} … {found[np.argmax(y)]:g}",
            cause,
            "4. Fit",
        )


@check(blank=5, step="fit")
def standardized_by_the_first_alone(student):
    """Mean and deviation come from the first array, and all are standardized by them."""
    rng = np.random.default_rng(2)
    x, other, third = rng.normal(3, 2, (40, 3)), rng.normal(9, 5, (30, 3)), rng.normal(-4, 1, (5, 3))
    found = student.call("standardized", x, other, third, step="fit")
    right = [(part - x.mean(0)) / x.std(0) for part in (x, other, third)]
    if not isinstance(found, list | tuple) or len(found) != 3:
        raise Wrong("wrong-number", "a list of three arrays for three arrays", f"{type(found).__name__}", "", "4. Fit")
    if all(arrays_close(a, b, 1e-4) for a, b in zip(found, right, strict=True)):
        return
    if all(abs(np.asarray(part)[:, 0].mean()) < 1e-3 for part in found):
        raise Wrong("scaled-each-by-itself", "one scaler, fitted on the first array", "each array with the mean 0",
                    "fit_transform on the others fits again.", "Common mistakes")  # fmt: skip
    every = np.concatenate([x, other, third])
    if arrays_close(found[0], (x - every.mean(0)) / every.std(0), 1e-3):
        raise Wrong("scaled-by-all-rows", "mean and deviation of the first array", "those of all rows together",
                    "The held-out rows would take part in training.", "Common mistakes")  # fmt: skip
    cause = "(x − m) / s, with the standard deviation of each column."
    raise Wrong(
        "wrong-scale",
        "mean 0 and deviation 1 in each column",
        f"a first value {np.asarray(found[0]).flat[0]:.3f}",
        cause,
        "The idea",
    )


@check(blank=6, step="fit", after=(3, 4, 5))
def every_fold_starts_afresh(student):
    """Each network starts at `start`, learns from its own rows only, and is watched on its held-out rows."""
    found, right = student.fitted().history, student.course.fitted().history
    for name in ("fold_1", "fold_2", "unscaled_val_mae"):
        if len(found.get(name, [])) != 3:
            raise Wrong("wrong-epochs", "3 validation errors, one an epoch", f"{len(found.get(name, []))}",
                        "epochs=preset.epochs, and validation_data=watched.", "4. Fit")  # fmt: skip
    for name in ("fold_1", "fold_2"):
        # The order of rows is drawn anew: rough agreement is all that two right answers share.
        if abs(np.log(found[name][0] / right[name][0])) > 0.12 or abs(np.log(found[name][-1] / right[name][-1])) > 0.3:
            cause = "Is the start set, the batch size handed on, and the rate `rate`?"
            raise Wrong(
                "not-afresh",
                f"about {right[name][0]:.1f}, then {right[name][-1]:.1f} ({name.replace('_', ' ')})",
                f"{found[name][0]:.1f}, then {found[name][-1]:.1f}",
                cause,
                "Common mistakes",
            )


@check(blank=7, step="fit", after=(3, 4, 5, 6))
def trains_on_standardized_rows(student):
    """The model learns from the standardized training rows and watches the standardized validation rows."""
    fit_follows_the_preset(student)
    found, right = student.fitted().history, student.course.fitted().history
    for name in ("mae", "val_mae"):
        if not abs(np.log(found[name][0] / right[name][0])) < 0.25:
            raise Wrong("not-scaled", f"a first {name} of about {right[name][0]:.1f}", f"{found[name][0]:.1f}",
                        "Hand x_train and x_validation to model.fit.", "4. Fit")  # fmt: skip


@check(blank=8, step="evaluate")
def errors_of_the_test_rows(student):
    """MAE and MSE of the test rows, and the MAE of answering the mean price."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    for name in ("mae", "mse"):
        if name in found and abs(found[name] - right[name]) > 1e-3 * right[name]:
            error = abs(np.sqrt(right["mse"]) - found[name]) < 1e-3 * right["mse"]
            cause = "A root was taken." if error else "(n, 1) − (n,) makes n × n errors: take predict(…)[:, 0]."
            raise Wrong("wrong-error", f"{name} {right[name]:.3f}", f"{found[name]:.3f}", cause, "5. Evaluate")
    if "baseline_mae" in found and abs(found["baseline_mae"] - right["baseline_mae"]) > 1e-3 * right["baseline_mae"]:
        cause = "The mean of y, the rows that were trained on; the errors on data.test.y."
        raise Wrong(
            "wrong-baseline", f"{right['baseline_mae']:.3f}", f"{found['baseline_mae']:.3f}", cause, "5. Evaluate"
        )
    measures_the_test_split(student, ("mae", "mse", "baseline_mae"))
