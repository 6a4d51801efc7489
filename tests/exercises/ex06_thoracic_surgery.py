"""Checks of exercise 6."""

import numpy as np
from sklearn.model_selection import StratifiedKFold

from whitepaper.checking import Wrong, check
from whitepaper.checking.comparisons import same_loss, same_metrics, same_network
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.fakes import Fake
from whitepaper.checking.functions import (
    arrays,
    leaves_its_arguments_alone,
    same_function,
    scaled_by_the_training_rows,
)
from whitepaper.checking.shared.classification import adam_at_the_rate, cross_entropy_of_two_classes
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split

LOSSES = ("binary_crossentropy", "mean_squared_error", "mean_squared_logarithmic_error", "poisson")
# Seeds that are written where another one is asked for.
USUAL_SEEDS = (1, 2, 3, 7, 10, 13, 42, 123, 1234, 2024)


def patients() -> np.ndarray:
    """Four rows of the published table; the second gives FEV1 in percent."""
    rest = np.arange(52.0).reshape(4, 13)
    front = np.array([[7, 3, 3.0, 2.0], [8, 2, 4.0, 75.0], [9, 8, 2.5, 1.5], [10, 3, 6.0, 5.6]])
    return np.concatenate([front, rest], axis=1)


def table(numbers: np.ndarray) -> np.ndarray:
    """A table of the published kind, made of numbers from 0 to 90: row numbers, codes from 1 to 8, an FVC from 1 to 7."""
    x = numbers.copy()
    x[:, 0] = 100 + np.arange(len(x))
    x[:, 1] = 1 + np.floor(x[:, 1]) % 8
    x[:, 2] = 1 + x[:, 2] % 6
    return x


def edges() -> list[tuple[np.ndarray]]:
    """One row; an FEV1 of exactly 10 and just above; no percent at all; percent alone; every code."""
    rows = table(np.arange(8 * 17.0).reshape(8, 17) % 90)
    rows[:, 1] = np.arange(8, 0, -1)
    just, litres, percent = rows.copy(), rows.copy(), rows.copy()
    just[:, 3] = [10, 10.01, 9.99, 10.5, 11, 10, 3, 86]
    litres[:, 3], percent[:, 3] = np.linspace(0.5, 6, 8), np.linspace(40, 90, 8)
    return [(rows[:1],), (just,), (litres,), (percent,)]


@check(blank=1, step="load")
def table_is_cleaned(student):
    """23 columns: no row number, FEV1 in litres, a column for each code."""
    x = patients()
    codes = np.array([[row == code for code in range(1, 9)] for row in x[:, 1]], dtype=float)
    fev1 = np.array([2.0, 3.0, 1.5, 5.6])
    right = np.column_stack([x[:, 2], fev1, x[:, 4:], codes])
    found = np.asarray(student.call("clean", x.copy(), step="load"), dtype=float)
    if found.shape == right.shape and arrays_close(found, right, 1e-6):
        same_function(
            student, "clean", arrays((1, 3), 17, low=0, high=90).map(table), step="load", edges=edges(), read="1. Load"
        )
        return
    if found.ndim == 2 and any(np.allclose(column, x[:, 0]) for column in found.T):
        raise Wrong("row-number-kept", "no column with the row's number", f"{found.shape[1]} columns, one the row's number",
                    "It names a row and says nothing about the patient.", "1. Load", shown=True)  # fmt: skip
    if found.ndim == 2 and any(np.allclose(column, x[:, 1]) for column in found.T):
        raise Wrong("code-as-amount", "a column of 0 and 1 for each code", "the diagnosis as one column of numbers",
                    "Code 8 is not four times code 2: the network must not take it for an amount.", "Common mistakes",
                    shown=True)  # fmt: skip
    if found.shape != right.shape:
        raise Wrong(
            "wrong-columns",
            "23 columns: FVC, FEV1, 13 others, 8 codes",
            f"shape {found.shape} for 4 rows",
            "",
            "1. Load",
        )
    if np.allclose(found[:, 1], x[:, 3]):
        raise Wrong("percent-left", "FEV1 of 3 l for 75 % of 4 l", "75",
                    "FEV1 values above 10 are percent of the FVC.", "1. Load", shown=True)  # fmt: skip
    if not np.allclose(found[:, 1], fev1):
        listed = ", ".join(f"{value:g}" for value in found[:, 1])
        raise Wrong("wrong-litres", "FEV1 of 2, 3, 1.5 and 5.6 l in column 1", listed, "", "1. Load")
    wrong = [column for column in range(23) if not np.allclose(found[:, column], right[:, column])]
    raise Wrong("columns-changed", f"column {wrong[0]} as {right[:, wrong[0]].tolist()} for four rows",
                f"{found[:, wrong[0]].tolist()}", "", "1. Load")  # fmt: skip


@check(blank=2, step="define")
def two_hidden_layers_and_a_probability(student):
    """Dense – Dropout – Dense – one sigmoid unit: with the same weights, the same outputs, in training too."""
    model = student.model()
    if model.output_shape != [None, 1]:
        raise Wrong("wrong-output-shape", "one output, shape (batch, 1)", f"{model.output_shape}",
                    "A question with two answers needs one probability.", "2. Define")  # fmt: skip
    answers = student.predict(np.random.default_rng(0).normal(0, 30, (50, 23)).astype("float32"))
    if answers.min() < 0 or answers.max() > 1:
        raise Wrong(
            "output-not-sigmoid",
            "outputs from 0 to 1",
            f"outputs from {answers.min():.3g} to {answers.max():.3g}",
            "",
            "2. Define",
        )
    if np.ptp(answers) < 1e-6 and abs(answers.flat[0] - 1) < 1e-6:
        raise Wrong("constant-answer", "outputs that follow the input", "an output of 1 for every input",
                    "A softmax over one unit divides a number by itself: the result is always 1.", "2. Define", shown=True)  # fmt: skip
    scaled = np.random.default_rng(4).normal(0, 1, (40, 23)).astype("float32")
    hps = ({}, {"units": 20}, {"decay": 0.05}, {"units": 60, "dropout": 0.3}, {"units": 10, "dropout": 0.7})
    same_network(student, *hps, x=scaled)


@check(blank=2, step="define")
def dropout_hinders_the_first_layer(student):
    """Dropout is between the two hidden layers, at the rate that hp gives."""
    model = student.model(dropout=0.3)
    if model["class"] not in ("Sequential", "Functional"):
        return  # the layers of a class of one's own stand in no order: the outputs in training tell
    layers = [layer for layer in model.layers if layer["class"] in ("Dense", "Dropout")]
    kinds = [layer["class"] for layer in layers]
    if "Dropout" not in kinds:
        return  # noise of another kind: the outputs in training tell
    if kinds[-2:] == ["Dense", "Dropout"]:
        raise Wrong("dropout-after-output", "Dropout between the hidden layers", "Dropout behind the last layer",
                    "It sets predictions to 0 at random.", "2. Define", shown=True)  # fmt: skip
    if kinds != ["Dense", "Dropout", "Dense", "Dense"]:
        raise Wrong("dropout-misplaced", "Dense, Dropout, Dense, Dense", ", ".join(kinds), "", "2. Define")
    if abs(layers[1].config["rate"] - 0.3) > 1e-6:
        raise Wrong("dropout-rate-ignored", "the rate 0.3 of hp", f"{layers[1].config['rate']:g}",
                    "Dropout must take the variable `rate`.", "2. Define", shown=True)  # fmt: skip


# Labels and probabilities, unsure and sure ones, none of them tied and none at a threshold of the area.
LABELS = np.array([0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0], dtype="float32")[:, None]
UNSURE = (0.303 + 0.035 * np.array([3, 7, 0, 10, 2, 8, 5, 11, 1, 6, 9, 4]))[:, None]
SURE = (0.021 + 0.008 * np.array([0, 2, 1, 7, 4, 6, 3, 5, 9, 8, 10, 11]) + 0.83 * (np.arange(12) % 2))[:, None]


@check(blank=3, step="compile")
def loss_by_its_name(student):
    """The loss is the one that hp names."""
    cross_entropy_of_two_classes(student, "Write loss=loss.")
    same_loss(student, LABELS, [UNSURE, SURE], *({"loss": name} for name in LOSSES))


@check(blank=3, step="compile")
def adam_at_the_chosen_rate(student):
    """The optimizer is Adam, at the learning rate of hp."""
    adam_at_the_rate(student)


@check(blank=3, step="compile")
def accuracy_and_auc(student):
    """Accuracy and the area under the ROC curve are measured, the area under the name "auc"."""
    same_metrics(student, LABELS, [UNSURE, SURE], names=("auc",))


@check(blank=4, step="fit")
def scaled_by_the_first_alone(student):
    """Mean and standard deviation come from the first array; all are scaled by them, and none is changed."""
    rng = np.random.default_rng(2)
    x, other, third = rng.normal(3, 2, (40, 3)), rng.normal(9, 5, (30, 3)), rng.normal(-4, 1, (5, 3))
    found = student.call("scaled", x, other, third, step="fit")
    if not isinstance(found, list | tuple) or len(found) != 3:
        received = f"{len(found)} of them" if isinstance(found, list | tuple) else f"{type(found).__name__}"
        raise Wrong("wrong-number", "a list of three arrays for three arrays", received, "", "4. Fit")
    scaled_by_the_training_rows(student, "scaled", step="fit", count=3, read="Common mistakes")
    constant = x.copy()
    constant[:, 2] = 7.0  # a column that never changes in these rows
    same_function(
        student, "scaled", step="fit", edges=[(constant, other), (x,), (x, other, third, x[:1])], read="4. Fit"
    )
    leaves_its_arguments_alone(student, "scaled", x, other, step="fit", read="4. Fit")


@check(blank=5, step="fit")
def every_row_is_held_out_once(student):
    """Each row is held out in exactly one fold, and trained on in all others."""
    for deaths, wanted in ((12, 2), (19, 3), (25, 5)):
        pairs, n, _ = _folds(student, deaths)
        if len(pairs) != wanted:
            raise Wrong("wrong-number", f"`count` folds, {wanted} for {deaths} deaths", f"{len(pairs)}",
                        "The number of folds is the variable `count`.", "4. Fit", shown=True)  # fmt: skip
    for train, rest in pairs:
        if set(train) & set(rest):
            raise Wrong("overlap", "training and held-out rows without a common row", f"{len(set(train) & set(rest))} rows in both",
                        "A network is then judged on rows that it has been trained on.", "4. Fit", shown=True)  # fmt: skip
        if len(train) + len(rest) != n:
            raise Wrong("rows-lost", f"{n} rows in every fold", f"{len(train) + len(rest)}", "", "4. Fit")
    if sum(len(rest) for _, rest in pairs) == n * (len(pairs) - 1) and sum(len(train) for train, _ in pairs) == n:
        raise Wrong("pairs-turned-round", "pairs (training rows, held-out rows)", "pairs (held-out rows, training rows)",
                    "The larger part of each pair is for training, and stands first.", "4. Fit", shown=True)  # fmt: skip
    times = np.bincount(np.concatenate([rest for _, rest in pairs]), minlength=n)
    if times.min() != 1 or times.max() != 1:
        raise Wrong("not-held-out-once", "every row held out once", f"from {times.min()} to {times.max()} times",
                    "", "The idea")  # fmt: skip


@check(blank=5, step="fit")
def deaths_are_shared_out(student):
    """Every fold has about the same share of deaths, and the order of the table plays no part."""
    pairs, n, count = _folds(student)
    y = _labels(n)
    deaths = [int(y[np.asarray(rest)].sum()) for _, rest in pairs]
    if max(deaths) - min(deaths) > 1:
        raise Wrong("not-stratified", f"about {y.sum() / count:.0f} deaths in every fold", ", ".join(map(str, deaths)),
                    "StratifiedKFold gives every fold the same share of each label.", "4. Fit", shown=True)  # fmt: skip
    if all(np.ptp([row for row in rest if y[row] == 0]) < n / 2 for _, rest in pairs):
        raise Wrong("not-shuffled", "rows in random order", "rows that are neighbors in the table in one fold",
                    "Write shuffle=True, random_state=0.", "4. Fit", shown=True)  # fmt: skip
    twice = student.repeated("folds", np.zeros((n, 2)), y, step="fit", times=2)
    if [sorted(rest) for _, rest in twice[0]] != [sorted(rest) for _, rest in twice[1]]:
        raise Wrong("seed-missing", "the same folds in each call", "other folds in the second call",
                    "The networks of four losses can be compared only on the same folds: write random_state=0.", "4. Fit",
                    shown=True)  # fmt: skip
    for seed in USUAL_SEEDS:
        others = StratifiedKFold(count, shuffle=True, random_state=seed).split(np.zeros((n, 2)), y)
        if [sorted(rest) for _, rest in pairs] == [sorted(rest.tolist()) for _, rest in others]:
            raise Wrong("other-seed", "the folds of random_state=0", f"those of random_state={seed}",
                        f"random_state={seed} gives other folds than random_state=0.", "4. Fit", shown=True)  # fmt: skip


def _labels(n: int, deaths: int = 25) -> np.ndarray:
    """Deaths of a table that is sorted by label, as tables often are."""
    return (np.arange(n) >= n - deaths).astype(int)


def _folds(student, deaths: int = 25) -> tuple[list, int, int]:
    """The student's folds of 150 rows, as lists of row numbers."""
    n = 150
    found = student.call("folds", np.zeros((n, 2)), _labels(n, deaths), step="fit")
    try:
        return [([int(k) for k in train], [int(k) for k in rest]) for train, rest in found], n, 5
    except (TypeError, ValueError):
        raise Wrong("not-pairs", "a list of pairs of row numbers", f"{type(found).__name__}", "", "4. Fit") from None


def _afresh(student, loss: str, rate: float, epochs: int, batch_size: int):
    """What `train_afresh` does with 40 rows and the weights `start`, and those rows as a fit names them."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(40, 23)).astype("float32")
    y = rng.integers(0, 2, 40)
    arguments = (Fake("model"), Fake("start"), loss, x, y, Fake("preset"))
    options = {"step": "fit", "hp": {"learning_rate": rate}, "epochs": epochs, "batch_size": batch_size}
    return student.trained("train_afresh", *arguments, **options, y=LABELS, outputs=UNSURE), x, y


def _value_of(loss: str) -> float:
    y, p = LABELS.astype(float), UNSURE
    return float(
        {
            "mean_squared_error": ((y - p) ** 2).mean(),
            "poisson": (p - y * np.log(p)).mean(),
        }[loss]
    )


@check(blank=6, step="fit")
def every_network_starts_afresh(student):
    """Each network is a copy that starts at `start`, gets its own loss, and is trained as the preset says."""
    for loss, rate, epochs, size in (("poisson", 0.004, 3, 7), ("mean_squared_error", 0.02, 2, 16)):
        found, x, y = _afresh(student, loss, rate, epochs, size)
        if len(found.fits) != 1:
            raise Wrong("other-number-of-fits", "one call of fit for each network", f"{len(found.fits)}", "", "4. Fit")
        fit = found.fits[0]
        if fit.own or found.model_changed:
            raise Wrong("model-trained", "a copy that is trained; the model stays as it is", "the model itself was trained",
                        "All networks would then share their weights: write copy = keras.models.clone_model(model).", "4. Fit",
                        shown=True)  # fmt: skip
        if not arrays_close(fit.start, found.start, 1e-4):
            raise Wrong("not-afresh", "a copy that starts with the weights `start`", "a copy with other weights",
                        "A clone has fresh random weights: give it `start` by set_weights before it is trained.", "4. Fit",
                        shown=True)  # fmt: skip
        if fit.optimizer != "Adam":
            raise Wrong("wrong-optimizer", "Adam", fit.optimizer, "", "4. Fit")
        if not np.allclose(fit.rates, rate, rtol=1e-3):
            raise Wrong("learning-rate-ignored", f"Adam at `rate`, here {rate:g}", f"{fit.rates[0]:.3g}", "", "4. Fit")
        if abs(fit.loss - _value_of(loss)) > 1e-4:
            raise Wrong(
                "loss-ignored", f"{loss}, {_value_of(loss):.4f} for chosen predictions", f"{fit.loss:.4f}", "", "4. Fit"
            )
        if fit.validation_split:
            raise Wrong("wrong-split-off", f"training on all {len(x)} rows of x", f"validation_split={fit.validation_split:g}",
                        "validation_split takes rows away from the training.", "4. Fit", shown=True)  # fmt: skip
        if fit.train.count != len(x):
            raise Wrong("other-rows", f"training on all {len(x)} rows of x", f"{fit.train.count} rows", "", "4. Fit")
        if sorted(fit.train.y) != sorted(y.tolist()):
            raise Wrong("other-targets", "the labels y", "other targets", "", "4. Fit")
        if sorted(fit.train.pairs) != sorted(found.given):
            raise Wrong(
                "pairs-torn",
                "each row of x with its own label",
                "rows with another label, or changed rows",
                "",
                "4. Fit",
            )
        if fit.epochs != epochs:
            raise Wrong("wrong-epochs", f"{epochs} epochs, as the preset says", f"{fit.epochs}", "", "4. Fit")
        if fit.train.batch_size != size:
            raise Wrong(
                "wrong-batch-size",
                f"batches of {size} rows, as the preset says",
                f"{fit.train.batch_size}",
                "",
                "4. Fit",
            )
        if fit.class_weight is not None or fit.sample_weight is not None:
            raise Wrong("other-weights", "rows that all count the same", "class or sample weights", "", "4. Fit")
        _copy_and_losses(found.result, epochs)


def _copy_and_losses(result, epochs: int) -> None:
    """The pair that is returned: the copy that was trained, and one loss an epoch."""
    if len(result) != 2 or not isinstance(result[0], str):
        raise Wrong("not-a-pair", "the pair (copy, list of losses)", f"{len(result)} values, the first {type(result[0]).__name__}",
                    "", "4. Fit")  # fmt: skip
    if result[0] != "the model that was trained":
        raise Wrong("wrong-model", "the copy that was trained", result[0], "", "4. Fit")
    losses = result[1]
    if isinstance(losses, dict):
        raise Wrong("not-a-list", f"a list of {epochs} losses", f"a dict with the keys {', '.join(losses)}",
                    "The losses are the entry \"loss\" of the history.", "4. Fit", shown=True)  # fmt: skip
    if np.shape(losses) != (epochs,):
        raise Wrong(
            "not-a-list",
            f"a list of {epochs} losses, one for each epoch",
            f"the shape {np.shape(losses)}",
            "",
            "4. Fit",
        )


@check(blank=7, step="fit")
def trains_on_scaled_rows(student):
    """The model learns from the scaled training rows and watches the scaled validation rows."""
    fit_follows_the_preset(student, others=False)


# Folds of unlike sizes in which deaths are the majority: labels and probabilities.
HELD_OUT = [
    (np.array([1, 0, 1, 1, 0, 1, 1]), np.array([0.9, 0.45, 0.7, 0.2, 0.6, 0.55, 0.8])),
    (np.array([0, 1, 1, 0]), np.array([0.3, 0.35, 0.1, 0.05])),
    (np.array([1, 1, 0, 1, 1]), np.array([0.95, 0.4, 0.65, 0.75, 0.85])),
]


@check(blank=8, step="evaluate")
def areas_and_majority(student):
    """The mean area of the folds, the accuracy, and that of the majority beside it."""
    rare = [(1 - y, 1 - p**2) for y, p in HELD_OUT]
    for folds, told in ((HELD_OUT, "deaths are more frequent"), (rare, "survivors are more frequent")):
        given = {"held_out": folds}
        found, right = student.evaluated(False, given).metrics, student.course.evaluated(False, given).metrics
        for name, diagnosis in (
            ("auc", "wrong-area"),
            ("accuracy", "wrong-accuracy"),
            ("majority_accuracy", "wrong-majority"),
        ):
            if name in found and abs(found[name] - right[name]) > 1e-6:
                raise Wrong(diagnosis, f"{name} {right[name]:.4f} for three folds in which {told}", f"{found[name]:.4f}",
                            "", "Common mistakes")  # fmt: skip
    measures_the_test_split(student, ("auc", "accuracy", "majority_accuracy", "accuracy_over_majority"), others=False)
