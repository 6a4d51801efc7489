"""Plain summaries of models, layers, optimizers and arrays: what leaves the host as evidence."""

from __future__ import annotations

from typing import Any

import numpy as np

from whitepaper.checking.evidence import EvidenceError, plain
from whitepaper.lessons import contract

# Rows of a split that are shown whole; of the others only numbers over all.
ROWS = 256
# Steps at which a schedule of the learning rate is asked.
STEPS = (0, 1, 10, 100, 1_000, 10_000)


def weights_of(model: Any) -> list[np.ndarray]:
    """Copies of a model's weights; of a lesson's own object, of its arrays."""
    if contract.is_keras_model(model):
        return [np.array(weight) for weight in model.get_weights()]
    return (
        [np.array(value) for value in vars(model).values() if isinstance(value, np.ndarray)]
        if hasattr(model, "__dict__")
        else []
    )


def array_summary(array: np.ndarray) -> dict[str, Any]:
    """The first rows, shape and type, and least, largest, mean and standard deviation over all."""
    array = np.asarray(array)
    numeric = array.dtype.kind in "biuf" and array.size
    return {
        "rows": array[:ROWS] if numeric else [],
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "min": float(array.min()) if numeric else None,
        "max": float(array.max()) if numeric else None,
        "mean": float(array.mean()) if numeric else None,
        "std": float(array.std()) if numeric else None,
    }


def leaf_layers(model: Any) -> list[Any]:
    """The layers of a model, with those of models inside it in their place."""
    found = []
    for layer in model.layers:
        found.extend(leaf_layers(layer) if getattr(layer, "layers", None) else [layer])
    return found


def optimizer_settings(optimizer: Any) -> dict[str, Any]:
    """Class, learning rate and configuration of an optimizer; NaN as the rate of something that is none."""
    import keras

    if not isinstance(optimizer, keras.optimizers.Optimizer):
        return {
            "optimizer": type(optimizer).__name__,
            "learning_rate": float("nan"),
            "rates": [],
            "optimizer_config": {},
        }
    rate, schedule = float(np.asarray(optimizer.learning_rate)), getattr(optimizer, "_learning_rate", None)
    return {
        "optimizer": type(optimizer).__name__,
        "learning_rate": rate,
        "rates": [float(np.asarray(schedule(step))) for step in STEPS] if callable(schedule) else [rate],
        "optimizer_config": plain_config(optimizer.get_config()),
    }


def layer_settings(layer: Any) -> dict[str, Any]:
    """Class, configuration, parameters and weight shapes of a layer."""
    try:
        config = plain_config(layer.get_config())
    except NotImplementedError:  # a student's own layer without get_config is still a layer
        config = {}
    return {
        "class": type(layer).__name__,
        "config": config,
        "parameters": int(layer.count_params()) if layer.built else 0,
        "trainable": bool(layer.trainable),
        "weights": [list(weight.shape) for weight in layer.weights],
    }


def model_settings(model: Any) -> dict[str, Any]:
    """Class, layers, sizes and shapes of a Keras model."""
    return {
        "class": type(model).__name__,
        "layers": [layer_settings(layer) for layer in leaf_layers(model)],
        "parameters": int(model.count_params()) if model.built else None,
        "trainable": int(sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)),
        "input_shape": plain_shape(getattr(model, "input_shape", None)),
        "output_shape": plain_shape(getattr(model, "output_shape", None)),
    }


def plain_shape(shape: Any) -> Any:
    """A shape as a list, None for a free axis; shapes of several inputs as a list or dict of these; None for what is no shape."""
    if isinstance(shape, dict):
        return {str(name): plain_shape(one) for name, one in shape.items()}
    if not isinstance(shape, tuple | list):
        return None
    return [plain_shape(one) if isinstance(one, tuple | list) else None if one is None else int(one) for one in shape]


def loss_name(loss: Any) -> str:
    """The name under which a compiled loss is configured."""
    if isinstance(loss, dict):
        name = loss.get("config", {}).get("name") if isinstance(loss.get("config"), dict) else loss.get("config")
        return str(name or loss.get("class_name", ""))
    return str(loss)


def plain_config(value: Any, depth: int = 0) -> Any:
    """Configurations hold objects that are no evidence: these become the name of their class."""
    if isinstance(value, dict) and depth < 6:
        return {str(key): plain_config(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple) and depth < 6:
        return [plain_config(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return type(value).__name__


def plain_attributes(model: Any) -> dict[str, Any]:
    """The attributes of an object that are evidence; others are left out."""
    found = {}
    for name, value in vars(model).items() if hasattr(model, "__dict__") else ():
        try:
            found[name] = plain(value)
        except EvidenceError:
            continue
    return found
