"""What a network computes when it has given weights: outputs on chosen inputs, in training too, and regularization losses."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from whitepaper.checking.summaries import leaf_layers, plain_shape

# Copies of one row whose outputs in training are averaged: dropout shows in their spread.
COPIES = 160
# Numbers of an output that are kept for each row.
MAX_OUTPUTS = 400


def part_of(model: Any, first: str = "", last: str = "") -> Any:
    """The part of a functional model from the output of one layer to that of another, with the same weights.

    Args:
        first: name of the layer whose output is the part's input; "" begins with the model's inputs.
        last: name of the layer whose output is the part's output; "" ends with the model's outputs; "encoder:input" ends with what
            the layer "encoder" is given; "encoder:itself" is that layer, a model inside the model, alone.

    Raises:
        ValueError: no layer of that name, or the end is not computed from the beginning.
    """
    if not first and not last:
        return model
    begins = model.get_layer(first).output if first else model.inputs
    name, _, end = last.partition(":")
    if end == "itself":
        return model.get_layer(name)
    ends = model.outputs[0] if not last else model.get_layer(name).output
    if end:
        # A model inside a model has inputs of its own: what it is given here stands in the node of its last call.
        ends = model.get_layer(name)._inbound_nodes[-1].input_tensors[0]
    if ends is begins:
        ends = keras.layers.Identity()(ends)  # Keras builds no model without a layer
    try:
        return keras.Model(begins, ends)
    except ValueError as error:
        given, wanted = (f"`{first}`" if first else "the input"), (f"`{last}`" if last else "the output")
        raise ValueError(f"{wanted} of the network is not computed from {given}") from error


def built(model: Any, x: Any) -> Any:
    """The model, built on a few rows where it is not built yet (a Sequential without Input, a subclass of Model)."""
    parts = leaf_layers(model) if hasattr(model, "layers") else []
    # A model of a class of its own may call itself built while its layers are not.
    if not model.built or not all(layer.built for layer in parts):
        model(tensors(x, 2))
    return model


def tensors(x: Any, rows: int | None = None) -> Any:
    """Inputs as tensors; the first rows of them, or all."""
    return keras.tree.map_structure(lambda part: keras.ops.convert_to_tensor(part[:rows]), x)


def batch_shape(parts: Any) -> Any:
    """The shape of a batch with its first axis free; of several arrays a structure of shapes."""
    return keras.tree.map_structure(lambda part: [None, *map(int, part.shape[1:])], parts)


def random_weights(shapes: list[tuple[int, ...]], seed: int = 0) -> list[np.ndarray]:
    """Weights of given shapes: matrices of variance 1 / fan-in; vectors (biases, scales, means, variances) from 0.2 to 1.2."""
    rng = np.random.default_rng(seed)
    made = []
    for shape in shapes:
        if len(shape) > 1:
            made.append(rng.normal(0, 1 / np.sqrt(max(1, int(np.prod(shape[:-1])))), shape))
        else:
            made.append(rng.uniform(0.2, 1.2, shape))
    return [values.astype("float32") for values in made]


def assign(model: Any, shapes: list[tuple[int, ...]], seed: int = 0) -> bool:
    """Give a model the random weights of a network with these shapes; the k-th weight of a shape gets the k-th values of it.

    Returns:
        whether the model has the same shapes, in whatever order.
    """
    own = [tuple(weight.shape) for weight in model.weights]
    if sorted(own) != sorted(shapes):
        return False
    left: dict[tuple[int, ...], list[np.ndarray]] = {}
    for values in random_weights(shapes, seed):
        left.setdefault(values.shape, []).append(values)
    model.set_weights([left[shape].pop(0) for shape in own])
    return True


def probe_inputs(x: Any, seed: int = 0) -> dict[str, Any]:
    """Inputs by name: rows of the data, and random, large and empty ones of the same kind; batches of several sizes."""
    rng = np.random.default_rng(seed)
    rows = keras.tree.map_structure(lambda part: np.asarray(part[:3]), x)
    if any(part.dtype.kind not in "iuf" for part in keras.tree.flatten(rows)):
        return {"rows of the data": rows}

    def like(part: np.ndarray, count: int, scale: float) -> np.ndarray:
        shape, low, high = (count, *part.shape[1:]), float(part.min()), float(part.max())
        if part.dtype.kind in "iu":
            return rng.integers(int(low), int(high) + 1, shape).astype(part.dtype)
        return (rng.normal(0, 1, shape) * scale * max(high - low, 1e-3)).astype(part.dtype)

    return {
        "rows of the data": rows,
        "random inputs": keras.tree.map_structure(lambda part: like(part, 7, 1.0), rows),
        "large inputs": keras.tree.map_structure(lambda part: like(part, 2, 30.0), rows),
        "zeros": keras.tree.map_structure(lambda part: np.zeros((1, *part.shape[1:]), part.dtype), rows),
    }


def outputs_of(model: Any, shapes: list[tuple[int, ...]], inputs: dict[str, Any]) -> dict[str, Any]:
    """What a model makes of inputs with the random weights of a network that has these shapes.

    Returns:
        `shapes` of the weights, `layers`, and, where the shapes agree: `outputs` by name of the input, `training` (mean and
        standard deviation over copies of one row), `penalty` (the sum of the regularization losses); else `outputs` None.
    """
    found: dict[str, Any] = {
        "shapes": [list(weight.shape) for weight in model.weights],
        "layers": [_described(layer) for layer in _computing(model)],
        "outputs": None,
        "input_shape": plain_shape(getattr(model, "input_shape", None)),
    }
    if not assign(model, shapes):
        return found
    found["outputs"] = {name: _few(model(tensors(x), training=False)) for name, x in inputs.items()}
    found["penalty"] = float(sum(float(loss) for loss in model.losses))
    one = keras.tree.map_structure(lambda part: np.repeat(part[:1], COPIES, axis=0), inputs["rows of the data"])
    assign(model, shapes)
    noisy = _few(model(tensors(one), training=True), rows=COPIES)
    found["training"] = {"mean": noisy.mean(axis=0), "std": noisy.std(axis=0)}
    return found


def _computing(model: Any) -> list[Any]:
    """The layers that compute something: a functional model lists its inputs too, a Sequential one does not."""
    layers = leaf_layers(model) if hasattr(model, "layers") else []
    return [layer for layer in layers if not isinstance(layer, keras.layers.InputLayer)]


def _few(outputs: Any, rows: int = 8) -> np.ndarray:
    """Outputs as one array (rows, numbers), of several outputs side by side."""
    parts = [np.asarray(keras.ops.convert_to_numpy(part), dtype=np.float64) for part in keras.tree.flatten(outputs)]
    return np.concatenate([part[:rows].reshape(len(part[:rows]), -1)[:, :MAX_OUTPUTS] for part in parts], axis=1)


def _described(layer: Any) -> str:
    """A layer in a few words: its class and the settings that differ from those of a plain one."""
    try:
        config = layer.get_config()
    except NotImplementedError:
        return type(layer).__name__
    words = []
    for name in ("units", "filters", "kernel_size", "strides", "padding", "pool_size", "rate", "activation", "target_shape", "axis",
                 "return_sequences", "go_backwards", "mask_zero", "use_bias", "momentum", "epsilon", "size"):  # fmt: skip
        if name in config and config[name] not in (None, True):
            value = config[name]
            words.append(f"{name}={list(value) if isinstance(value, tuple) else value}")
    return f"{type(layer).__name__}({', '.join(words)})"
