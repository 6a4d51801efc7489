"""Checks of exercise 6."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import adam_at_the_rate, cross_entropy_of_two_classes
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split

LOSSES = ("binary_crossentropy", "mean_squared_error", "mean_squared_logarithmic_error", "poisson")


def patients() -> np.ndarray:
    """Four rows of the published table; the second gives FEV1 in percent."""
    rest = np.arange(52.0).reshape(4, 13)
    front = np.array([[7, 3, 3.0, 2.0], [8, 2, 4.0, 75.0], [9, 8, 2.5, 1.5], [10, 3, 6.0, 5.5]])
    return np.concatenate([front, rest], axis=1)


@check(blank=1, step="load")
def table_is_cleaned(student):
    """23 columns: no row number, FEV1 in litres, a column for each code."""
    x = patients()
    codes = np.array([[row == code for code in range(1, 9)] for row in x[:, 1]], dtype=float)
    fev1 = np.array([2.0, 3.0, 1.5, 5.5])
    right = np.column_stack([x[:, 2], fev1, x[:, 4:], codes])
    found = np.asarray(student.call("clean", x.copy(), step="load"), dtype=float)
    if found.shape == right.shape and arrays_close(found, right, 1e-6):
        return
    if found.ndim == 2 and any(np.allclose(column, x[:, 0]) for column in found.T):
        raise Wrong("row-number-kept", "no column with the row's number", f"{found.shape[1]} columns, one the row's number",
                    "It names a row and says nothing of the patient.", "1. Load")  # fmt: skip
    if found.ndim == 2 and any(np.allclose(column, x[:, 1]) for column in found.T):
        raise Wrong("code-as-amount", "a column of 0 and 1 for each code", "the diagnosis as one column of numbers",
                    "Code 8 is no four times code 2.", "Common mistakes")  # fmt: skip
    if found.shape != right.shape:
        raise Wrong(
            "wrong-columns",
            "23 columns: FVC, FEV1, 13 others, 8 codes",
            f"shape {found.shape} for 4 rows",
            "",
            "1. Load",
        )
    if abs(found[1, 1] - 75) < 1e-6:
        raise Wrong(
            "percent-left", "FEV1 of 3 l for 75 % of 4 l", "75", "Values above 10 are percent of the FVC.", "1. Load"
        )
    if not np.allclose(found[:, 1], fev1):
        raise Wrong(
            "wrong-litres",
            "FEV1 of 2, 3, 1.5 and 5.5 l",
            ", ".join(f"{value:g}" for value in found[:, 1]),
            "FVC · percent / 100, only where the FEV1 is above 10.",
            "1. Load",
        )
    raise Wrong("columns-changed", "the other columns as they were, then the codes 1 to 8 in order", "other values",
                "The first code is 1.", "1. Load")  # fmt: skip


@check(blank=2, step="define")
def two_hidden_layers_with_dropout_between(student):
    """Dense – Dropout – Dense – one unit: 1 681 parameters at 30 units."""
    model = student.model()
    if model.output_shape != [None, 1]:
        raise Wrong("wrong-output-shape", "one output, shape (batch, 1)", f"{model.output_shape}",
                    "One probability for a yes-or-no question.", "2. Define")  # fmt: skip
    if model.parameters != 1681:
        raise Wrong(
            "parameter-count", "23·30 + 30 + 30·30 + 30 + 30 + 1 = 1 681", f"{model.parameters}", "", "2. Define"
        )
    if student.model(units=20).parameters != 23 * 20 + 20 + 20 * 20 + 20 + 21:
        raise Wrong(
            "units-ignored", "921 parameters with units=20", f"{student.model(units=20).parameters}", "", "2. Define"
        )


@check(blank=2, step="define")
def dropout_hinders_the_first_layer(student):
    """Dropout stands between the two hidden layers, at the rate that hp gives."""
    layers = [layer for layer in student.model(dropout=0.3).layers if layer["class"] in ("Dense", "Dropout")]
    kinds = [layer["class"] for layer in layers]
    if "Dropout" not in kinds:
        raise Wrong("dropout-missing", "a Dropout layer", ", ".join(kinds), "", "2. Define")
    if kinds[-2:] == ["Dense", "Dropout"]:
        raise Wrong("dropout-after-output", "Dropout between the hidden layers", "Dropout behind the last layer",
                    "It would cut answers at random.", "2. Define")  # fmt: skip
    if kinds != ["Dense", "Dropout", "Dense", "Dense"]:
        raise Wrong("dropout-misplaced", "Dense, Dropout, Dense, Dense", ", ".join(kinds), "", "2. Define")
    if abs(layers[1].config["rate"] - 0.3) > 1e-6:
        raise Wrong("dropout-rate-ignored", "the rate 0.3 of hp", f"{layers[1].config['rate']:g}", "", "2. Define")


@check(blank=2, step="define")
def hidden_relu_and_a_probability(student):
    """Both hidden layers are relu with weight decay; the answer is a probability."""
    answers = student.predict(np.random.default_rng(0).normal(0, 30, (50, 23)).astype("float32"))
    if answers.min() < 0 or answers.max() > 1:
        raise Wrong("output-not-sigmoid", "answers from 0 to 1", f"{answers.min():.3g} to {answers.max():.3g}",
                    'The last layer needs activation="sigmoid".', "2. Define")  # fmt: skip
    dense = [layer for layer in student.model(decay=0.02).layers if layer["class"] == "Dense"]
    for layer in dense[:-1]:
        if layer.config.get("activation") not in ("relu", "linear"):
            raise Wrong(
                "hidden-not-relu", "relu in the hidden layers", f"{layer.config.get('activation')}", "", "2. Define"
            )
    if len({round(float(value), 5) for value in answers.ravel()}) < 3:
        raise Wrong("constant-answer", "answers that follow the input", "one value for all", "", "2. Define")
    strengths = [_strength(layer) for layer in dense[:-1]]
    if any(abs(strength - 0.02) > 1e-6 for strength in strengths):
        raise Wrong("decay-missing", "weight decay 0.02 on both hidden layers", ", ".join(f"{value:g}" for value in strengths),
                    "kernel_regularizer=decay.", "2. Define")  # fmt: skip


def _strength(layer) -> float:
    """How strongly a layer's kernel is held to L2 decay; 0 without."""
    regularizer = layer.config.get("kernel_regularizer") or {}
    return float(regularizer.get("config", {}).get("l2", 0.0))


@check(blank=3, step="compile")
def loss_by_its_name(student):
    """The loss is the one that hp names."""
    cross_entropy_of_two_classes(student, "Write loss=loss.")
    for name in LOSSES[1:]:
        if student.compiled(loss=name).loss == student.compiled().loss:
            raise Wrong(
                "loss-ignored",
                f"the loss {name}",
                "binary cross-entropy all the same",
                "Write loss=loss.",
                "3. Compile",
            )


@check(blank=3, step="compile")
def adam_at_the_chosen_rate(student):
    """The optimizer is Adam, at the learning rate of hp."""
    adam_at_the_rate(student)


@check(blank=3, step="compile")
def accuracy_and_auc(student):
    """Accuracy and the area under the ROC curve are measured."""
    found = student.measured()
    for name in ("accuracy", "auc"):
        if name not in found.get("values", {}):
            received = ", ".join(found.get("values", {})) or found.get("error", "")
            cause = 'keras.metrics.AUC(name="auc")' if name == "auc" else 'metrics=["accuracy", …]'
            raise Wrong(f"{name}-missing", f'a metric "{name}"', received, cause, "3. Compile")
    right = student.course.measured()["values"]["auc"]
    if abs(found["values"]["auc"] - right) > 1e-3:
        raise Wrong("wrong-auc", f"area under the ROC curve {right:.3f}", f"{found['values']['auc']:.3f}",
                    'The curve of AUC is "ROC" unless it is told otherwise.', "3. Compile")  # fmt: skip


@check(blank=4, step="fit")
def scaled_by_the_first_alone(student):
    """Mean and deviation come from the first array, and all are scaled by them."""
    rng = np.random.default_rng(2)
    x, other, third = rng.normal(3, 2, (40, 3)), rng.normal(9, 5, (30, 3)), rng.normal(-4, 1, (5, 3))
    x[:, 2] = 7.0  # a column that never changes in these rows
    found = student.call("scaled", x, other, third, step="fit")
    deviation = np.where(x.std(0) == 0, 1, x.std(0))
    right = [(part - x.mean(0)) / deviation for part in (x, other, third)]
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
    raise Wrong("wrong-scale", "(x − mean) / deviation of the first array", f"a first value {np.asarray(found[0]).flat[0]:.3f}",
                "", "4. Fit")  # fmt: skip


@check(blank=5, step="fit")
def every_row_is_held_out_once(student):
    """Each row is held out in exactly one fold, and trained on in all others."""
    pairs, n, count = _folds(student)
    if len(pairs) != count:
        raise Wrong("wrong-number", f"{count} folds", f"{len(pairs)}", "Write n_splits=count.", "4. Fit")
    for train, rest in pairs:
        if set(train) & set(rest):
            raise Wrong("overlap", "training and held-out rows without a common row", f"{len(set(train) & set(rest))} rows in both",
                        "Then a network is asked about what it has seen.", "4. Fit")  # fmt: skip
        if len(train) + len(rest) != n:
            raise Wrong("rows-lost", f"{n} rows in every fold", f"{len(train) + len(rest)}", "", "4. Fit")
    times = np.bincount(np.concatenate([rest for _, rest in pairs]), minlength=n)
    if times.min() != 1 or times.max() != 1:
        raise Wrong("not-held-out-once", "every row held out once", f"from {times.min()} to {times.max()} times",
                    "A random split for each fold is no cross-validation.", "The idea")  # fmt: skip


@check(blank=5, step="fit")
def deaths_are_shared_out(student):
    """Every fold has about the same share of deaths, and the order of the table plays no part."""
    pairs, n, count = _folds(student)
    y = _labels(n)
    deaths = [int(y[np.asarray(rest)].sum()) for _, rest in pairs]
    if max(deaths) - min(deaths) > 1:
        raise Wrong("not-stratified", f"about {y.sum() / count:.0f} deaths in every fold", ", ".join(map(str, deaths)),
                    "StratifiedKFold looks at the labels.", "4. Fit")  # fmt: skip
    if all(np.ptp([row for row in rest if y[row] == 0]) < n / 2 for _, rest in pairs):
        raise Wrong(
            "not-shuffled", "rows in random order", "neighbors in one fold", "shuffle=True, random_state=0.", "4. Fit"
        )


def _labels(n: int) -> np.ndarray:
    """Deaths of a table that is sorted by label, as tables often are."""
    return (np.arange(n) >= n - 25).astype(int)


def _folds(student) -> tuple[list, int, int]:
    """The student's folds of 150 rows with 25 deaths, as lists of row numbers."""
    n = 150
    found = student.call("folds", np.zeros((n, 2)), _labels(n), step="fit")
    try:
        return [([int(k) for k in train], [int(k) for k in rest]) for train, rest in found], n, 5
    except (TypeError, ValueError):
        raise Wrong(
            "not-pairs", "a list of pairs of row numbers", f"{type(found).__name__}", "list(….split(x, y))", "4. Fit"
        ) from None


@check(blank=6, step="fit", after=(4, 5))
def every_network_starts_afresh(student):
    """Each network starts at `start`, sees its own loss, and is trained as the preset says."""
    found, right = student.fitted().history, student.course.fitted().history
    for loss in LOSSES:
        curve = found.get(f"fold 0 {loss}", [])
        if len(curve) != 4:
            raise Wrong("wrong-epochs", "4 losses, one an epoch", f"{len(curve)}", "epochs=preset.epochs.", "4. Fit")
        first, expected = (np.array([curves[f"fold {k} {loss}"][0] for k in (0, 1)]) for curves in (found, right))
        # Dropout and the order of rows are drawn anew: rough agreement is all that two right answers share.
        if np.abs(np.log(first / expected)).max() > 0.3:
            cause = "Is the start set, the loss the one that is asked for, and the batch size the preset's?"
            raise Wrong("not-afresh", f"about {expected[0]:.3f} and {expected[1]:.3f} in the first epoch of the folds ({loss})",
                        f"{first[0]:.3f} and {first[1]:.3f}", cause, "4. Fit")  # fmt: skip


@check(blank=7, step="fit", after=(4, 5, 6))
def trains_on_scaled_rows(student):
    """The model learns from the scaled training rows and watches the scaled validation rows."""
    fit_follows_the_preset(student)
    found, right = student.fitted().history, student.course.fitted().history
    for name in ("loss", "val_loss"):
        if not abs(np.log(found[name][0] / right[name][0])) < 0.6:
            raise Wrong("not-scaled", f"a first {name} of about {right[name][0]:.2f}", f"{found[name][0]:.2f}",
                        "Hand x_train and x_validation to model.fit.", "4. Fit")  # fmt: skip


@check(blank=8, step="evaluate")
def areas_and_majority(student):
    """The mean area of the folds, the accuracy, and that of the majority beside it."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    if "auc" in found and abs(found["auc"] - right["auc"]) > 1e-3:
        cause = "Answers cut at 0.5 lose their order; and each fold's area is taken by itself."
        raise Wrong("wrong-area", f"auc {right['auc']:.4f}", f"{found['auc']:.4f}", cause, "Common mistakes")
    if "majority_accuracy" in found and abs(found["majority_accuracy"] - right["majority_accuracy"]) > 1e-3:
        raise Wrong("wrong-majority", f"{right['majority_accuracy']:.4f}, the share of the more frequent label",
                    f"{found['majority_accuracy']:.4f}", "", "The idea")  # fmt: skip
    measures_the_test_split(student, ("auc", "accuracy", "majority_accuracy", "accuracy_over_majority"))
