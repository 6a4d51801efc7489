"""Comparisons that checks share: a student's evidence beside the course's, with the first place that differs.

Each raises `Wrong` with what was expected and received. A cause is given only where the evidence itself shows it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from whitepaper.checking.verdict import Wrong


def first_difference(found: Any, right: Any, tolerance: float = 1e-5, place: str = "") -> tuple[str, Any, Any] | None:
    """Where two pieces of evidence differ first: the place in words, what was found and what is right; None where they agree."""
    if isinstance(right, Mapping):
        if not isinstance(found, Mapping):
            return place, found, right
        for name in right:
            if name not in found:
                return f"{place}[{name!r}]", None, right[name]
            if differs := first_difference(found[name], right[name], tolerance, f"{place}[{name!r}]"):
                return differs
        extra = [name for name in found if name not in right]
        return (f"{place}[{extra[0]!r}]", found[extra[0]], None) if extra else None
    whole = Mapping | list | str | np.ndarray
    plain = isinstance(right, list) and any(isinstance(item, whole) or item is None for item in right)
    if plain:
        if not isinstance(found, list) or len(found) != len(right):
            return place, found, right
        for number, (one, other) in enumerate(zip(found, right, strict=True)):
            if differs := first_difference(one, other, tolerance, f"{place}[{number}]"):
                return differs
        return None
    if right is None or isinstance(right, str | bool):
        return None if type(found) is type(right) and found == right else (place, found, right)
    return _numbers_differ(found, right, tolerance, place)


def _numbers_differ(found: Any, right: Any, tolerance: float, place: str) -> tuple[str, Any, Any] | None:
    if found is None or isinstance(found, str | Mapping):
        return place, found, right
    try:
        a, b = np.asarray(found, dtype=float), np.asarray(right, dtype=float)
    except (TypeError, ValueError):
        return place, found, right
    if a.shape != b.shape:
        return f"{place} shape" if place else "shape", a.shape, b.shape
    close = np.isclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True)
    if close.all():
        return None
    if not a.ndim:
        return place, found, right
    at = np.unravel_index(int(np.argmin(close)), a.shape)
    return f"{place}[{', '.join(map(str, at))}]", float(a[at]), float(b[at])


# --- networks ------------------------------------------------------------------------------------------------------


def same_network(
    student: Any, *hps: Mapping[str, Any], x: Any = None, part: tuple[str, str] = ("", ""), read: str = "2. Define"
) -> None:
    """With the same weights the student's network gives the course's outputs: on rows of the data, random, large and zero
    inputs, in training on the mean and in spread; and the same regularization losses.

    Args:
        hps: hyperparameters under which both are compared; none compares the defaults.
        x: inputs (an array, or a structure of arrays), where they are not those of the training split.
        part: names of two layers of a functional model: only what lies between their outputs; "" for the model's own ends.

    Raises:
        Wrong: other-parameters, other-outputs, other-in-training, other-regularization.
    """
    for hp in hps or ({},):
        given = "".join(f" with {name}={value}" for name, value in hp.items())
        found, right = student.probed(hp, x, part), student.course.probed(hp, x, part)
        layer = _first_layer(found["layers"], right["layers"])
        if found["outputs"] is None:
            count, wanted = (sum(int(np.prod(shape)) for shape in one["shapes"]) for one in (found, right))
            raise Wrong("other-parameters", f"weights of the shapes {_shapes(right['shapes'])}, {wanted} parameters{given}",
                        f"{_shapes(found['shapes'])}, {count} parameters{layer}", "", read)  # fmt: skip
        for name, outputs in right["outputs"].items():
            scale = max(1.0, float(np.max(np.abs(outputs), initial=0)))
            if differs := first_difference(found["outputs"][name] / scale, outputs / scale, 1e-4):
                place, got, expected = differs
                if place == "shape":
                    raise Wrong("other-outputs", f"outputs of shape {expected}{given}", f"{got}{layer}", "", read)
                raise Wrong("other-outputs", f"{expected * scale:.4g} as output {place} for {name}, with the same weights{given}",
                            f"{got * scale:.4g}{layer}", "", read)  # fmt: skip
        _same_training(found["training"], right["training"], given + layer, read)
        if abs(found["penalty"] - right["penalty"]) > 1e-3 * max(1e-3, abs(right["penalty"])):
            raise Wrong("other-regularization", f"regularization losses of {right['penalty']:.4g}{given}",
                        f"{found['penalty']:.4g}{layer}", "", read)  # fmt: skip


def _same_training(found: Any, right: Any, given: str, read: str) -> None:
    mean, wanted = np.asarray(found["mean"]), np.asarray(right["mean"])
    std, spread = np.asarray(found["std"]), np.asarray(right["std"])
    scale = max(1e-6, float(np.max(np.abs(wanted))))
    noise = float(np.sqrt(np.mean(spread**2)))
    noisy = float(np.sqrt(np.mean(std**2)))
    # The spread of a root mean square over 160 copies is about 6 %; dropout that is left out or doubled changes it more.
    if abs(noisy - noise) > max(0.25 * noise, 1e-4 * scale):
        raise Wrong("other-in-training", f"outputs in training that vary by {noise:.3g} (standard deviation){given}", f"{noisy:.3g}",
                    "", read)  # fmt: skip
    allowed = 6 * np.maximum(spread, std) / np.sqrt(160) + 1e-3 * scale
    if np.mean(np.abs(mean - wanted) > allowed) > 0.05:
        at = int(np.argmax(np.abs(mean - wanted) - allowed))
        raise Wrong(
            "other-in-training", f"a mean output of {wanted[at]:.4g} in training{given}", f"{mean[at]:.4g}", "", read
        )


def _first_layer(found: list[str], right: list[str]) -> str:
    for number, (one, other) in enumerate(zip(found, right, strict=False), 1):
        if one != other:
            return f"; the first layer that differs is number {number}: {one}, where the course has {other}"
    if len(found) != len(right):
        more = "more" if len(found) > len(right) else "fewer"
        extra = (found if more == "more" else right)[min(len(found), len(right))]
        return f"; {abs(len(found) - len(right))} {more} layers than expected: {extra}"
    return ""


def _shapes(shapes: list[list[int]]) -> str:
    text = ", ".join("×".join(map(str, shape)) or "1" for shape in shapes)
    return text if len(text) <= 160 else text[:160] + " …"


# --- losses, metrics, optimizers -----------------------------------------------------------------------------------


def chosen_predictions(outputs: np.ndarray, count: int = 4, seed: int = 3) -> list[np.ndarray]:
    """Predictions like those of a network: probabilities that add up to 1, numbers from 0 to 1, or any numbers; unsure, sure
    and tied ones.

    Args:
        outputs: a network's outputs (n, …), which show of which kind they are.
    """
    rng = np.random.default_rng(seed)
    shape = (count, *outputs.shape[1:])
    if (
        outputs.min() >= 0
        and outputs.ndim > 1
        and outputs.shape[-1] > 1
        and np.allclose(outputs.sum(axis=-1), 1, atol=1e-3)
    ):
        classes = shape[-1]
        sure = np.full(shape, 0.02 / (classes - 1))
        sure[..., 0] = 0.98
        return [rng.dirichlet(np.ones(classes), size=shape[:-1]), sure, np.full(shape, 1 / classes)]
    if outputs.min() >= 0 and outputs.max() <= 1:
        return [rng.uniform(0.05, 0.95, shape), np.where(rng.random(shape) < 0.5, 0.02, 0.98), np.full(shape, 0.5)]
    return [rng.normal(0, 2, shape), rng.normal(0, 0.1, shape), np.zeros(shape)]


def same_loss(student: Any, targets: np.ndarray, predictions: Iterable[np.ndarray], *hps: Mapping[str, Any],
              read: str = "3. Compile") -> None:  # fmt: skip
    """The compiled loss gives the course's values for chosen predictions.

    Args:
        hps: hyperparameters under which both are compared; none compares the defaults.

    Raises:
        Wrong: wrong-loss.
    """
    for hp, (number, outputs) in itertools.product(hps or ({},), list(enumerate(predictions))):
        given = "".join(f" with {name}={value}" for name, value in hp.items())
        y, outputs = np.asarray(targets)[: len(outputs)], np.asarray(outputs, dtype="float32")
        found, right = student.loss(y, outputs, hp), student.course.loss(y, outputs, hp)
        if "error" in found or abs(found["value"] - right["value"]) > 1e-3 * max(1.0, abs(right["value"])):
            received = found.get("error") or f"{found['value']:.4f} from {student.compiled(**hp).loss}"
            kind = ("unsure", "sure", "tied")[number % 3]
            raise Wrong(
                "wrong-loss", f"a loss of {right['value']:.4f} for {kind} predictions{given}", received, "", read
            )


def same_metrics(student: Any, targets: np.ndarray, predictions: Iterable[np.ndarray], names: Iterable[str] = (),
                 read: str = "3. Compile") -> None:  # fmt: skip
    """Each compiled metric of the course is among the student's: the same values for chosen predictions.

    Args:
        names: that the text asks for; others may be named in any way.

    Raises:
        Wrong: metrics-in-loss-weights, metric-missing, wrong-metric.
    """
    if student.compiled().config.get("loss_weights"):
        cause = "The third positional argument of compile is loss_weights: name your arguments."
        raise Wrong("metrics-in-loss-weights", "metrics=[…]", "loss_weights=[…]", cause, read, shown=True)
    pairs = [(np.asarray(targets)[: len(outputs)], np.asarray(outputs, dtype="float32")) for outputs in predictions]
    found, right = student.metrics(pairs), student.course.metrics(pairs)
    if "error" in found:
        raise Wrong("wrong-metric", "metrics that fit targets and outputs", found["error"], "", read)
    for name, values in right["values"].items():
        same = [other for other, ours in found["values"].items() if np.allclose(ours, values, rtol=1e-3, atol=1e-4)]
        if same and (name not in names or name in same):
            continue
        if name in found["values"]:
            ours = found["values"][name]
            at = int(np.argmin(np.isclose(ours, values, rtol=1e-3, atol=1e-4)))
            raise Wrong("wrong-metric", f"{name} {values[at]:.4f} for chosen predictions", f"{ours[at]:.4f}", "", read)
        listed = ", ".join(f"{other} {ours[0]:.3f}" for other, ours in found["values"].items()) or "no metric"
        known = f" under the name {same[0]!r}" if same else ""
        raise Wrong(
            "metric-missing", f"a metric {name!r}, {values[0]:.3f} for chosen predictions", listed + known, "", read
        )


def same_optimizer(student: Any, *hps: Mapping[str, Any], read: str = "3. Compile") -> None:
    """The optimizer is the course's, with its settings, under each of the given hyperparameters.

    Raises:
        Wrong: wrong-optimizer, learning-rate-ignored, other-setting.
    """
    for hp in hps or ({},):
        given = "".join(f" with {name}={value}" for name, value in hp.items())
        found, right = student.compiled(**hp), student.course.compiled(**hp)
        if found["optimizer"] != right["optimizer"]:
            raise Wrong("wrong-optimizer", right["optimizer"], found["optimizer"], "", read)
        if not np.allclose(found["rates"], right["rates"], rtol=1e-4):
            at = int(np.argmin(np.isclose(found["rates"], right["rates"], rtol=1e-4)))
            raise Wrong("learning-rate-ignored", f"a learning rate of {right['rates'][at]:.4g}{given}", f"{found['rates'][at]:.4g}",
                        "", read)  # fmt: skip
        for name, value in right["optimizer_config"].items():
            if name in ("name", "learning_rate"):
                continue
            if first_difference(found["optimizer_config"].get(name), value, 1e-6):
                received = found["optimizer_config"].get(name)
                raise Wrong(
                    "other-setting", f"{right['optimizer']} with {name}={value}{given}", f"{name}={received}", "", read
                )
