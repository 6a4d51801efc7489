"""What `model.fit` was called with, a student's beside the course's; each raises `Wrong` with what was expected and received."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import numpy as np

from whitepaper.checking.comparisons import first_difference
from whitepaper.checking.evidence import describe
from whitepaper.checking.verdict import Wrong


def same_fits(
    student: Any,
    own: bool = True,
    validation: bool = True,
    before: bool = False,
    read: str = "4. Fit",
    others: bool = True,
) -> None:
    """Every `model.fit` of the step got what the course's gets: rows in their pairs, validation, batches, epochs, weights,
    callbacks, and the learning rate of each epoch.

    Args:
        own: only the fits of the model that the step was given (all, where the course fits others alone).
        validation: whether the validation rows are compared.
        before: only the fits of other models that come before the first one of the model that the step was given.
        others: whether fits of other models are run, or noted alone (see `Handle.fitted`).

    Raises:
        Wrong: nothing-learned, other-number-of-fits, test-data-in-fit, wrong-split, stream-not-used, pairs-torn,
            other-targets, other-rows, other-values, no-validation, wrong-validation, wrong-batch-size, wrong-epochs, other-weights,
            callbacks-not-handed-on, callback-missing, other-learning-rates.
    """
    found, right, splits = student.fed(others), student.course.fed(others), student.course.splits()
    if before:
        found, right = ([*itertools.takewhile(lambda call: not call["own"], calls)] for calls in (found, right))
        if not found:
            raise Wrong(
                "nothing-learned", f"{len(right)} fit of another model before that of the whole model", "none", "", read
            )
    elif own and any(call["own"] for call in right):
        found, right = ([call for call in calls if call["own"]] for calls in (found, right))
    if not found:
        raise Wrong(
            "nothing-learned", "a call of model.fit", "none", "The step ends without model.fit(…).", read, shown=True
        )
    if len(found) != len(right):
        raise Wrong(
            "other-number-of-fits", f"{len(right)} call{'s' * (len(right) > 1)} of fit", f"{len(found)}", "", read
        )
    for number, (call, other) in enumerate(zip(found, right, strict=True), 1):
        which = "" if len(right) == 1 else f" in fit {number} of {len(right)}"
        held = set(other["validation"]["x"]) - set(other["train"]["x"]) if other["validation"] else set()
        if stray := len(set(call["train"]["x"]) & held):
            raise Wrong("wrong-split", f"training rows{which}", f"{stray} rows that the course validates on",
                        "The model must not be trained on the rows that it is validated on.", read, shown=True)  # fmt: skip
        _same_rows(call["train"], other["train"], splits, which, read)
        if validation:
            _same_validation(call, other, splits, which, read)
        _same_settings(call, other, which, read)


def _same_rows(train: Any, right: Any, splits: Any, which: str, read: str) -> None:
    names, wanted = Counter(train["x"]), Counter(right["x"])
    only = {
        name: set(splits[name]["x"]) - {row for other in splits if other != name for row in splits[other]["x"]}
        for name in splits
    }
    if stray := len((set(names) & only["test"]) - set(wanted)):
        raise Wrong("test-data-in-fit", f"training rows{which}", f"{stray} rows of the test split",
                    "The test split is for evaluate alone.", read, shown=True)  # fmt: skip
    if stray := len((set(names) & only["validation"]) - set(wanted)):
        raise Wrong("wrong-split", f"rows of data.train{which}", f"{stray} rows of the validation split",
                    "The model must not be trained on the rows that it is validated on.", read, shown=True)  # fmt: skip
    known = set(splits["train"]["x"])
    changed = sum(row not in known for row in right["x"]) / max(1, len(right["x"]))
    if right["kind"] == "stream" and changed > 0.1 and any(row in known for row in train["x"] + right["x"]):
        _same_augmented(train, right, 1 - changed, known, which, read)
    elif right["kind"] == "stream" and changed == 1:
        _same_augmented(train, right, 0.0, known, which, read)
    elif not _alike(names, wanted, known):
        _other_rows(train, right, names, wanted, which, read)
    else:
        _same_targets(train, right, known, which, read)


def _alike(found: Counter[str], wanted: Counter[str], known: set[str]) -> bool:
    """Whether the rows are the same. Of computed rows, which stand in no split, a few may be rounded to another name."""
    if found == wanted:
        return True
    computed = not any(name.split(":")[0] in known for name in wanted)
    return computed and found.total() == wanted.total() and (wanted - found).total() <= 0.05 * wanted.total()


def _same_targets(train: Any, right: Any, known: set[str], which: str, read: str) -> None:
    found, wanted = Counter(train["pairs"]), Counter(right["pairs"])
    if _alike(found, wanted, known):
        return
    other = sum((found - wanted).values())
    targets, right_targets = (Counter(pair.split(":")[1] for pair in one["pairs"]) for one in (train, right))
    if targets != right_targets:
        raise Wrong("other-targets", f"the targets that belong to the inputs{which}", f"{other} of {train['count']} other targets",
                    "", read)  # fmt: skip
    raise Wrong("pairs-torn", f"each input with its own target{which}", f"{other} of {train['count']} inputs with another target",
                "Inputs and targets must be shuffled, cut and filtered alike.", read, shown=True)  # fmt: skip


def _same_augmented(train: Any, right: Any, plain: float, known: set[str], which: str, read: str) -> None:
    """Rows that are changed at random: as many as the course's, with its targets, and not the rows as they are.

    Args:
        plain: the share of the course's rows that are rows of the split as they are. known: the rows of the split.
    """
    share = sum(row in known for row in train["x"]) / max(1, len(train["x"]))
    if share > (1 + plain) / 2:
        raise Wrong("stream-not-used", f"rows that are changed at random{which}", "the rows of data.train as they are",
                    "Take the batches from the stream that changes them.", read, shown=True)  # fmt: skip
    if train["count"] != right["count"]:
        raise Wrong("other-rows", f"{right['count']} rows an epoch{which}", f"{train['count']}", "", read)
    if right["y"] and Counter(np.round(train["y"], 4)) != Counter(np.round(right["y"], 4)):
        raise Wrong("other-targets", f"the targets of data.train{which}", "other targets", "", read)


def _other_rows(train: Any, right: Any, names: Counter[str], wanted: Counter[str], which: str, read: str) -> None:
    kept = sum((names & wanted).values())
    if kept and train["count"] != right["count"]:
        raise Wrong("other-rows", f"{right['count']} training rows{which}", f"{train['count']} rows, {kept} of them among these",
                    "", read)  # fmt: skip
    if not kept and train["x_range"] and right["x_range"]:
        low, high = train["x_range"]
        raise Wrong("other-values", f"inputs from {right['x_range'][0]:.4g} to {right['x_range'][1]:.4g}{which}",
                    f"inputs from {low:.4g} to {high:.4g}; no row is one of the training rows", "", read)  # fmt: skip
    raise Wrong(
        "other-rows",
        f"{right['count']} training rows{which}",
        f"{train['count']} rows, {kept} of them among these",
        "",
        read,
    )


def _same_validation(call: Any, other: Any, splits: Any, which: str, read: str) -> None:
    if other["validation"] is None:
        return
    held, right = call["validation"], other["validation"]
    if held is None:
        part = call["validation_split"]
        received = f"validation_split={part:g}, a part of the training rows" if part else "no validation data"
        raise Wrong("no-validation", f"validation_data from data.validation{which}", received,
                    "Write validation_data=(data.validation.x, data.validation.y).", read, shown=True)  # fmt: skip
    names, wanted, known = Counter(held["x"]), Counter(right["x"]), set(splits["validation"]["x"])
    if not _alike(names, wanted, known):
        if set(names) & (set(splits["test"]["x"]) - set(splits["validation"]["x"])) - set(wanted):
            raise Wrong("test-data-in-fit", f"validation rows{which}", "rows of the test split",
                        "The test split is for evaluate alone: watch data.validation.", read, shown=True)  # fmt: skip
        if set(names) & (set(splits["train"]["x"]) - set(splits["validation"]["x"])) - set(wanted):
            raise Wrong("wrong-validation", f"the rows of data.validation{which}", "training rows watched as validation",
                        "The validation loss then says nothing about rows that the model has not seen.", read, shown=True)  # fmt: skip
        low_high = held["x_range"] and right["x_range"] and held["x_range"] != right["x_range"]
        received = (
            f"inputs from {held['x_range'][0]:.4g} to {held['x_range'][1]:.4g}"
            if low_high
            else f"{held['count']} other rows"
        )
        expected = (
            f"inputs from {right['x_range'][0]:.4g} to {right['x_range'][1]:.4g}"
            if low_high
            else f"{right['count']} rows"
        )
        raise Wrong("wrong-validation", f"validation data of data.validation, {expected}{which}", received, "", read)
    if not _alike(Counter(held["pairs"]), Counter(right["pairs"]), known):
        raise Wrong("wrong-validation", f"each validation input with its own target{which}", "other targets", "", read)


def _same_settings(call: Any, other: Any, which: str, read: str) -> None:
    if other["witness"] and not call["witness"]:
        raise Wrong("callbacks-not-handed-on", f"callbacks=callbacks{which}", "a fit without them",
                    "Without them a killed run cannot go on, and no history is kept.", read, shown=True)  # fmt: skip
    if call["witness"] and not other["witness"]:
        raise Wrong("callbacks-in-the-way", f"a fit without the callbacks{which}", "callbacks=callbacks",
                    "They belong to another fit: its history and its backup would be mixed with this one's.", read, shown=True)  # fmt: skip
    if call["epochs"] != other["epochs"]:
        raise Wrong("wrong-epochs", f"{other['epochs']} epochs{which}", f"{call['epochs']}", "", read)
    if call["train"]["batch_size"] != other["train"]["batch_size"]:
        raise Wrong("wrong-batch-size", f"batches of {other['train']['batch_size']} rows{which}",
                    f"batches of {call['train']['batch_size']}", "", read)  # fmt: skip
    for name in ("class_weight", "sample_weight"):
        if differs := first_difference(call[name], other[name], 1e-4, name):
            raise Wrong("other-weights", f"{differs[0]} {describe(differs[2])}{which}", describe(differs[1]), "", read)
    if len(call["callbacks"]) < len(other["callbacks"]):
        raise Wrong("callback-missing", f"the callbacks {', '.join(other['callbacks'])}{which}",
                    ", ".join(call["callbacks"]) or "none of them", "Hand on callbacks=[*callbacks, …].", read, shown=True)  # fmt: skip
    rates, wanted = call["rates"], other["rates"]
    if len(rates) == len(wanted) and not np.allclose(rates, wanted, rtol=1e-3):
        at = int(np.argmin(np.isclose(rates, wanted, rtol=1e-3)))
        raise Wrong("other-learning-rates", f"a learning rate of {wanted[at]:.3g} in epoch {at + 1}{which}", f"{rates[at]:.3g}",
                    "", read)  # fmt: skip
