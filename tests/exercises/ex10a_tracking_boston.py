"""Checks of exercise 10a."""

import json

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.evidence import arrays_close
from whitepaper.checking.shared.classification import adam_at_the_rate
from whitepaper.checking.shared.training import measures_the_test_split

CURVES = {"loss": [3.5, 2.25, 1.5], "val_mae": [4.0, 2.0, 3.0]}


@check(blank=1, step="load")
def columns_are_standardized(student):
    """Every split is standardized by mean and deviation of the training rows."""
    data, right = student.data(), student.course.data()
    if arrays_close(data.train.x.rows, right.train.x.rows, 1e-4) and arrays_close(
        data.test.x.rows, right.test.x.rows, 1e-4
    ):
        return
    if data.train.x.max > 100:
        raise Wrong(
            "not-scaled", "columns around 0", f"up to {data.train.x.max:.0f}", "The tax goes up to 711.", "1. Load"
        )
    middle = np.asarray(data.train.x.rows, dtype=float).mean(axis=0)
    if np.abs(middle).max() > 0.6:
        cause = "mean and std go down the columns: axis=0."
        raise Wrong("wrong-axis", "mean 0 in each column", f"means up to {np.abs(middle).max():.2f}", cause, "1. Load")
    if abs(data.train.x.std - 1) > 0.15:
        cause = "(x − mean) / deviation: the root of the variance, of each column by itself."
        raise Wrong("wrong-deviation", "a deviation of about 1", f"{data.train.x.std:.2f}", cause, "1. Load")
    raise Wrong("not-by-the-training-rows", "mean and deviation of data.train.x", "those of other rows",
                "Validation and test rows are only scaled by them.", "1. Load")  # fmt: skip


@check(blank=2, step="compile")
def squared_error_and_absolute_error(student):
    """The loss is the mean squared error, and the mean absolute error is measured beside it."""
    y, outputs = np.array([[20.0], [30.0]], dtype="float32"), np.array([[21.0], [27.0]], dtype="float32")
    loss = student.loss(y, outputs)
    if "error" in loss or abs(loss.value - 5) > 1e-4:
        received = loss.get("error") or f"{loss.value:.3f} from {student.compiled().loss}"
        raise Wrong("wrong-loss", "MSE = 5 for errors 1 and −3", received, "", "2. Define, and 3. Compile")
    if "mae" not in (measured := student.measured()).get("values", {}):
        received = ", ".join(measured.get("values", {})) or measured.get("error", "")
        raise Wrong("mae-missing", 'a metric "mae"', received, 'metrics=["mae"].', "2. Define, and 3. Compile")


@check(blank=2, step="compile")
def adam_at_the_chosen_rate(student):
    """The optimizer is Adam, at the learning rate of hp."""
    adam_at_the_rate(student)


@check(blank=3, step="fit")
def settings_are_plain_and_complete(student):
    """Six settings, with the values of the model and the preset, that json can write."""
    found = student.model_call("settings_of", 72, 9, 4, step="fit", compiled=True)
    right = student.course.model_call("settings_of", 72, 9, 4, step="fit", compiled=True)
    if not isinstance(found, dict):
        raise Wrong("wrong-kind", "a dict", type(found).__name__, "", "4. Fit")
    if missing := [name for name in right if name not in found]:
        raise Wrong(
            "setting-missing", ", ".join(right), ", ".join(map(str, found)), f"Without {', '.join(missing)}?", "4. Fit"
        )
    for name, value in right.items():
        if isinstance(value, str):
            if not isinstance(found[name], str) or found[name].lower() != value.lower():
                raise Wrong(
                    "wrong-setting",
                    f"{name}: {value!r}",
                    f"{found[name]!r:.60}",
                    "The name of its class, a word.",
                    "4. Fit",
                )
        elif not isinstance(found[name], int | float) or abs(found[name] - value) > 1e-6 * abs(value):
            cause = (
                "A rate read at another place than the optimizer?"
                if name == "learning_rate"
                else "Of this model and preset?"
            )
            raise Wrong("wrong-setting", f"{name}: {value:g}", f"{found[name]!r:.60}", cause, "4. Fit")
    json.dumps(found)


@check(blank=4, step="fit")
def curves_are_written(student):
    """Each number is a scalar under its name, at the step of its epoch."""
    found = student.call("written", CURVES, step="fit")
    if not found:
        raise Wrong("nothing-written", "event files with two names", "none",
                    "Scalars go to the writer that is the default one: with writer.as_default().", "4. Fit")  # fmt: skip
    for name, values in CURVES.items():
        if name not in found:
            raise Wrong("name-missing", ", ".join(CURVES), ", ".join(found), "The name comes first.", "4. Fit")
        if len(found[name]) != len(values):
            cause = "One step number for all? TensorBoard keeps one value a step." if len(found[name]) == 1 else ""
            raise Wrong("steps-missing", f"3 numbers of {name!r}", f"{len(found[name])}", cause, "4. Fit")
        if not arrays_close(found[name], values, 1e-5):
            raise Wrong("wrong-values", f"{values}", f"{found[name]}", "step=epoch, counted upwards.", "4. Fit")


@check(blank=5, step="fit")
def curves_are_read_again(student):
    """What was written comes back, under its names and in order."""
    found = student.call("read_again", CURVES, step="fit")
    if not isinstance(found, dict) or set(found) != set(CURVES):
        raise Wrong(
            "name-missing", f"a dict with {', '.join(CURVES)}", f"{found!r:.80}", 'events.Tags()["tensors"]', "4. Fit"
        )
    for name, values in CURVES.items():
        if isinstance(found[name], list | tuple) and arrays_close(found[name], values, 1e-5):
            continue
        if isinstance(found[name], list | tuple) and arrays_close(found[name], [0, 1, 2], 1e-9):
            raise Wrong(
                "steps-for-values",
                f"{values}",
                f"{found[name]}",
                "event.step is where, event.tensor_proto what.",
                "4. Fit",
            )
        raise Wrong(
            "wrong-values", f"{values}", f"{found[name]!r:.80}", "A list of all events of the name, in order.", "4. Fit"
        )


@check(blank=6, step="fit")
def only_what_differs(student):
    """Settings with the same value are left out, missing ones are None."""
    first = {"rate": 0.1, "epochs": 5, "optimizer": "Adam", "seed": 0}
    second = {"rate": 0.01, "epochs": 5, "optimizer": "SGD", "momentum": 0.9}
    right = {"rate": (0.1, 0.01), "optimizer": ("Adam", "SGD"), "seed": (0, None), "momentum": (None, 0.9)}
    found = student.call("differences", first, second, step="fit")
    if not isinstance(found, dict):
        raise Wrong("wrong-kind", "a dict", type(found).__name__, "", "4. Fit")
    pairs = {name: tuple(pair) if isinstance(pair, list | tuple) else pair for name, pair in found.items()}
    if "epochs" in pairs:
        raise Wrong("same-settings-kept", "settings that differ", "epochs: 5 and 5", "", "4. Fit")
    if missing := sorted(set(right) - set(pairs)):
        cause = "Go through the names of both: first.keys() | second.keys(). A value of 0 is a value."
        raise Wrong("setting-missing", ", ".join(right), f"no {', '.join(missing)}", cause, "4. Fit")
    if pairs != right:
        name = next(name for name in pairs if pairs[name] != right.get(name))
        raise Wrong(
            "wrong-pair", f"{name}: {right.get(name)}", f"{pairs[name]}", "(value in first, value in second).", "4. Fit"
        )


@check(blank=7, step="fit")
def lowest_error_and_its_epoch(student):
    """Number, from 1, and value of the epoch with the lowest error."""
    for values, right in (([3.0, 1.5, 2.0, 1.75], (2, 1.5)), ([0.9, 0.5, 0.4], (3, 0.4))):
        found = student.call("best_epoch", values, step="fit")
        if not isinstance(found, list | tuple) or len(found) != 2:
            raise Wrong("wrong-kind", "a pair (epoch, value)", f"{found!r:.60}", "", "4. Fit")
        if found[1] == max(values):
            raise Wrong("highest-taken", f"{right}", f"{tuple(found)}", "An error is best when it is lowest.", "4. Fit")
        if abs(found[1] - right[1]) > 1e-6:
            raise Wrong("wrong-value", f"{right}", f"{tuple(found)}", "", "4. Fit")
        if found[0] != right[0]:
            raise Wrong(
                "wrong-epoch", f"epoch {right[0]}", f"{found[0]}", "argmin counts from 0, epochs from 1.", "4. Fit"
            )


@check(blank=8, step="evaluate")
def validation_and_test_errors(student):
    """Errors of validation and test rows, and of answering the mean price."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    for name in ("val_mae", "test_mae"):
        if name in found and abs(found[name] - right[name]) > 1e-3 * right[name]:
            other = right["test_mae" if name == "val_mae" else "val_mae"]
            cause = (
                "Are the two swapped?" if abs(found[name] - other) < 1e-3 else 'The "mae", not the loss; of that split?'
            )
            raise Wrong("wrong-error", f"{name} {right[name]:.3f}", f"{found[name]:.3f}", cause, "5. Evaluate")
    if "baseline_mae" in found and abs(found["baseline_mae"] - right["baseline_mae"]) > 1e-3 * right["baseline_mae"]:
        cause = "The mean of data.train.y, its errors on data.test.y."
        raise Wrong(
            "wrong-baseline", f"{right['baseline_mae']:.3f}", f"{found['baseline_mae']:.3f}", cause, "5. Evaluate"
        )
    measures_the_test_split(student, ("val_mae", "test_mae", "baseline_mae"))
