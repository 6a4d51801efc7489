"""Checks of exercise 10b."""

import numpy as np

from whitepaper.checking import Wrong, check
from whitepaper.checking.shared.classification import (
    accuracy_beside_the_loss,
    adam_at_the_rate,
    cross_entropy_of_integer_labels,
    labels_as_they_came,
    pixels_from_zero_to_one,
)
from whitepaper.checking.shared.training import fit_follows_the_preset, measures_the_test_split


@check(blank=1, step="load")
def pixels_are_scaled(student):
    """Pixels are floats from 0 to 1, and the labels are as they came."""
    pixels_from_zero_to_one(student)
    labels_as_they_came(student)


@check(blank=2, step="compile")
def cross_entropy_and_adam(student):
    """Adam at the rate of hp, cross-entropy of integer labels, accuracy beside it."""
    cross_entropy_of_integer_labels(student)
    adam_at_the_rate(student)
    accuracy_beside_the_loss(student)


@check(blank=3, step="fit")
def a_row_an_epoch(student):
    """Each epoch adds one row: number, measurements, seconds, pictures a second."""
    logs = {"loss": 1.5, "val_accuracy": 0.25}
    found = student.object(
        "Recorder", 500, method="on_epoch_end", given=[3, logs], step="fit", set={"rows": [{"epoch": 3}]}
    )
    rows = found.attributes.get("rows")
    if not isinstance(rows, list) or len(rows) != 2:
        cause = (
            "self.rows.append(…): the earlier rows stay." if isinstance(rows, list) else "self.rows is a list of dicts."
        )
        raise Wrong(
            "rows-lost",
            "one more row in self.rows",
            f"{len(rows) if isinstance(rows, list) else rows!r:.40}",
            cause,
            "4. Fit",
        )
    row = rows[-1]
    if missing := [
        name for name in ("epoch", "loss", "val_accuracy", "seconds", "pictures_per_second") if name not in row
    ]:
        cause = "**logs puts all measurements in." if "loss" in missing else ""
        raise Wrong(
            "entry-missing", "epoch, loss, val_accuracy, seconds, pictures_per_second", ", ".join(row), cause, "4. Fit"
        )
    if row["epoch"] != 4:
        raise Wrong("wrong-epoch", "epoch 4 for Keras's 3", f"{row['epoch']}", "Keras counts from 0.", "4. Fit")
    if abs(row["loss"] - 1.5) > 1e-6 or abs(row["val_accuracy"] - 0.25) > 1e-6:
        raise Wrong(
            "wrong-values", "loss 1.5, val_accuracy 0.25", f"{row['loss']}, {row['val_accuracy']}", "", "4. Fit"
        )
    if abs(row["seconds"] * row["pictures_per_second"] - 500) > 1:
        raise Wrong("wrong-speed", "500 pictures / seconds", f"{row['pictures_per_second']:.4g} in {row['seconds']:.4g} s",
                    "Pictures over seconds, of one epoch.", "The idea")  # fmt: skip


@check(blank=3, step="fit")
def rows_are_copies(student):
    """A row does not change when Keras fills its logs again."""
    logs = {"loss": 1.5}
    found = student.object("Recorder", 500, method="on_epoch_end", given=[0, logs], step="fit", set={"began": 0.0})
    if not found.attributes.get("rows") or found.changed:
        raise Wrong(
            "logs-changed",
            "logs as Keras gave them",
            ", ".join(logs),
            "Make a new dict: {…, **logs}.",
            "Common mistakes",
        )


@check(blank=4, step="fit")
def every_layer_is_described(student):
    """Name, kind, output shape and parameters of every layer, as plain values."""
    found = student.model_call("layers_of", step="fit")
    right = student.course.model_call("layers_of", step="fit")
    if not isinstance(found, list) or len(found) != len(right):
        count = len(found) if isinstance(found, list) else type(found).__name__
        raise Wrong("layer-missing", f"{len(right)} layers", f"{count}", "Those without parameters too.", "4. Fit")
    for layer, expected in zip(found, right, strict=True):
        if missing := [name for name in expected if name not in layer]:
            raise Wrong("entry-missing", ", ".join(expected), f"no {', '.join(missing)}", "", "4. Fit")
        if layer["kind"] != expected["kind"]:
            raise Wrong("wrong-kind", f"{expected['kind']}", f"{layer['kind']!r:.60}", "type(layer).__name__", "4. Fit")
        if layer["parameters"] != expected["parameters"]:
            raise Wrong("wrong-parameters", f"{expected['name']}: {expected['parameters']}", f"{layer['parameters']!r:.60}",
                        "Weights and biases, every number of them.", "4. Fit")  # fmt: skip
        shape = layer["shape"]
        if not isinstance(shape, list | tuple) or [*shape] != [*expected["shape"]]:
            cause = (
                "Without the batch axis: shape[1:]."
                if isinstance(shape, list | tuple) and len(shape) > len(expected["shape"])
                else ""
            )
            raise Wrong("wrong-shape", f"{expected['name']}: {[*expected['shape']]}", f"{shape!r:.60}", cause, "4. Fit")
    names = [layer["name"] for layer in found]
    if not all(isinstance(name, str) for name in names) or len(set(names)) != len(names):
        raise Wrong("wrong-name", "a name of its own for each layer", f"{names!r:.80}", "layer.name", "4. Fit")


@check(blank=5, step="fit")
def surest_mistakes_first(student):
    """Wrong answers only, the surest first, no more than asked for."""
    labels = np.array([0, 1, 2, 0, 1, 2])
    probabilities = np.array(
        [[0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0.02, 0.97, 0.01], [0.7, 0.2, 0.1]]
    )
    for count, right in ((2, [2, 5]), (3, [2, 5, 1]), (10, [2, 5, 1, 3])):
        found = [int(row) for row in np.ravel(student.call("worst", labels, probabilities, count, step="fit"))]
        if found == right:
            continue
        if set(found) & {0, 4}:
            raise Wrong(
                "right-answers-too", f"rows {right}", f"{found}", "Only answers that are not the label.", "4. Fit"
            )
        if found == right[::-1] or (len(found) == len(right) and set(found) == {3, 1, 5} & set(found)):
            raise Wrong("least-sure-first", f"rows {right}", f"{found}", "argsort sorts upwards.", "4. Fit")
        if len(found) != len(right):
            raise Wrong("wrong-number", f"{len(right)} rows", f"{len(found)}", "[:count]", "4. Fit")
        cause = "How sure: the highest probability of the row. And row numbers of all rows, not of the wrong ones."
        raise Wrong("wrong-rows", f"rows {right}", f"{found}", cause, "4. Fit")


@check(blank=6, step="fit")
def best_network_first(student):
    """Parameters, best accuracy, its epoch and all seconds of each run, the best run first."""
    rows = {
        "a": [{"epoch": 1, "val_accuracy": 0.5, "seconds": 4.0}, {"epoch": 2, "val_accuracy": 0.4, "seconds": 1.5}],
        "b": [{"epoch": 1, "val_accuracy": 0.3, "seconds": 2.0}, {"epoch": 2, "val_accuracy": 0.7, "seconds": 2.25}],
    }
    found = student.call("summary", {"a": (900, rows["a"]), "b": (100, rows["b"])}, step="fit")
    right = [("b", 100, 0.7, 2, 4.25), ("a", 900, 0.5, 1, 5.5)]
    try:
        lines = [tuple(line) for line in found]
        ok = all(len(line) == 5 for line in lines) and len(lines) == 2
    except TypeError:
        ok = False
    if not ok:
        raise Wrong("wrong-form", "a list of two tuples of five", f"{found!r:.80}", "", "4. Fit")
    if lines == right[::-1]:
        raise Wrong(
            "not-sorted", "the best accuracy first", f"{lines[0][0]!r} first", "Sort by accuracy, downwards.", "4. Fit"
        )
    for line, expected in zip(sorted(lines, reverse=True), right, strict=True):
        for name, value, wanted in zip(
            ("name", "parameters", "accuracy", "epoch", "seconds"), line, expected, strict=True
        ):
            if value != wanted and not (name == "seconds" and abs(value - wanted) < 1e-9):
                causes = {"accuracy": "The best epoch, not the last.", "epoch": "That of the best accuracy, from the row.",
                          "seconds": "The sum over all epochs."}  # fmt: skip
                raise Wrong(
                    f"wrong-{name}", f"{expected[0]}: {name} {wanted}", f"{value}", causes.get(name, ""), "4. Fit"
                )
    if lines != right:
        raise Wrong("not-sorted", "the best accuracy first", f"{lines[0][0]!r} first", "", "4. Fit")


@check(blank=7, step="fit", after=(3, 4, 5, 6))
def trains_and_records(student):
    """The network learns from the training pictures, and the recorder is among its callbacks."""
    fit_follows_the_preset(student)
    rows = student.fitted().history.get("pictures_per_second", [])
    if len(rows) != 2:
        cause = "callbacks=[*callbacks, recorder]"
        raise Wrong("recorder-missing", "two rows of the recorder, one an epoch", f"{len(rows)}", cause, "4. Fit")


@check(blank=8, step="evaluate")
def accuracy_of_both_splits(student):
    """Accuracy of validation and test pictures, and of guessing."""
    found, right = student.evaluated().metrics, student.course.evaluated().metrics
    if "chance" in found and abs(found["chance"] - 0.1) > 1e-6:
        raise Wrong("wrong-chance", "0.1 for ten classes", f"{found['chance']:g}", "", "5. Evaluate")
    for name in ("val_accuracy", "test_accuracy"):
        if name in found and abs(found[name] - right[name]) > 1e-3:
            cause = 'The "accuracy", not the loss; of that split?'
            raise Wrong("wrong-accuracy", f"{name} {right[name]:.3f}", f"{found[name]:.3f}", cause, "5. Evaluate")
    measures_the_test_split(student, ("val_accuracy", "test_accuracy", "chance"))
