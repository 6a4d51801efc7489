"""Convolutional networks for images, and what can be seen inside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from whitepaper.models import arguments

if TYPE_CHECKING:
    import keras
    import numpy as np


def cnn(
    input_shape: Sequence[int | None] = (32, 32, 3),
    outputs: int | None = 10,
    *,
    filters: Sequence[int] = (32, 64, 64),
    kernel: int = 3,
    pooling: int | None = 2,
    pool_last: bool = False,
    padding: str = "valid",
    activation: str = "relu",
    hidden: Sequence[int] = (64,),
    dropout: float = 0.0,
    last: str | None = "softmax",
    scores: bool = False,
    rescaling: float | None = None,
    name: str | None = None,
) -> keras.Model:
    """Convolutions and max pooling in turn, then flattened into dense layers (LeCun et al. 1998).

    A convolution computes z[i, j, k] = Σ_{a, b, c} x[i + a, j + b, c] · w[a, b, c, k] + bias[k]. The defaults are the
    network of exercise 20. Exercise 10b pools behind its last convolution too (`pool_last`), exercise 23a also rescales
    and pads, and the lower part of exercise 23b has no dense layers (`outputs=None`).

    Args:
        input_shape: (height, width, channels) of one image; height and width may be None if `outputs` is None.
        outputs: number of units of the output layer; None ends the network with its feature maps.
        filters: number of filters of each convolution.
        kernel: height and width of the convolution's window.
        pooling: height and width of the pooling window; None does without pooling.
        pool_last: whether the last convolution is pooled too.
        padding: "valid" (no padding) or "same".
        activation: of the convolutions and the hidden dense layers.
        hidden: number of units of each dense layer in front of the output layer.
        dropout: share of the flattened feature maps that is dropped in training; 0 adds no layer.
        last: activation of the output layer; None gives logits.
        scores: make the logits a layer of their own, named "scores", in front of the activation `last`, and name the last
            convolution "last_convolution", as `grad_cam` needs them.
        rescaling: factor that all pixels are multiplied by first, such as 1 / 255; None adds no layer.
        name: name of the model.

    Returns:
        An uncompiled model, (batch, height, width, channels) → (batch, outputs), or (batch, rows, columns, filters[-1]).

    Raises:
        ValueError: a size is no integer of at least 1, a word is unknown, or nothing is left of the image.
    """
    example = arguments.shape("input_shape", input_shape, lengths=(3,), unknown=outputs is None)
    if example[2] is None:
        raise ValueError(f"The number of channels in input_shape must be known. Received: {example}.")
    maps = arguments.wholes("filters", filters, empty=False)
    units = arguments.wholes("hidden", hidden)
    outputs = None if outputs is None else arguments.whole("outputs", outputs)
    kernel = arguments.whole("kernel", kernel)
    pool = None if pooling is None else arguments.whole("pooling", pooling)
    padding = arguments.word("padding", padding, ("valid", "same"))
    dropout = arguments.share("dropout", dropout)
    factor = None if rescaling is None else arguments.number("rescaling", rescaling)
    pooled = [pool if pool_last or place < len(maps) - 1 else None for place in range(len(maps))]
    _something_left(example, kernel, pooled, padding)

    import keras

    layers: list[keras.layers.Layer] = [keras.Input(shape=example)]
    if factor is not None:
        layers.append(keras.layers.Rescaling(factor))
    for place, count in enumerate(maps):
        called = "last_convolution" if scores and place == len(maps) - 1 else None
        layers.append(keras.layers.Conv2D(count, kernel, padding=padding, activation=activation, name=called))
        if (size := pooled[place]) is not None:
            layers.append(keras.layers.MaxPooling2D(size))
    if outputs is not None:
        layers.append(keras.layers.Flatten())
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
        layers += [keras.layers.Dense(size, activation=activation) for size in units]
        layers.append(
            keras.layers.Dense(outputs, activation=None if scores else last, name="scores" if scores else None)
        )
        if scores and last is not None:
            layers.append(keras.layers.Softmax() if last == "softmax" else keras.layers.Activation(last))
    return keras.Sequential(layers, name=name)


def _something_left(example: tuple[int | None, ...], kernel: int, pooled: Sequence[int | None], padding: str) -> None:
    """Refuses an image that the convolutions and poolings use up: Keras's own error names neither."""
    for side in (axis for axis in example[:2] if axis is not None):
        left = side
        for pool in pooled:
            left = (left if padding == "same" else left - kernel + 1) // (pool or 1)
            if left < 1:
                raise ValueError(
                    f"Images must be large enough for {len(pooled)} convolutions of {kernel} × {kernel} with their pooling. "
                    f"Received: input_shape={example}."
                )


def feature_maps(model: keras.Model, layers: Sequence[str] | None = None) -> keras.Model:
    """A model that gives the outputs of chosen layers: what each layer makes of an image.

    Args:
        model: a Sequential or functional model; it is not copied, so that its weights stay shared.
        layers: names of layers of the model; None takes every two-dimensional convolution.

    Returns:
        A model with the inputs of `model` → a dict, layer name → output; of a convolution (batch, height, width, filters).

    Raises:
        ValueError: the model has no layer of that name, or no convolution.
    """
    import keras

    if layers is None:
        layers = [layer.name for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
        if not layers:
            raise ValueError(f"The model must have a Conv2D layer. Received: {_names(model)}.")
    found = {arguments.word("a name in layers", name, _names(model)): model.get_layer(name).output for name in layers}
    return keras.Model(model.inputs[0] if len(model.inputs) == 1 else model.inputs, found)


def _names(model: keras.Model) -> list[str]:
    return [layer.name for layer in model.layers]


def grad_cam(
    model: keras.Model, x: np.ndarray, classes: Sequence[int], *, layer: str | None = None, scores: str | None = None
) -> np.ndarray:
    """Gradient-weighted class activation maps: which places of an image speak for a class (Selvaraju et al. 2017).

    With A[i, j, k] the outputs of a convolution and s the score of the class, before the softmax:

        α[k] = mean over i, j of ∂s / ∂A[i, j, k]        heat[i, j] = relu(Σ over k of α[k] · A[i, j, k])

    Each map is divided by its maximum and enlarged to the image's size; a map without heat stays 0.

    Args:
        model: a Sequential or functional model that classifies images.
        x: (n, height, width, channels).
        classes: (n,), the class of each image that the heat is for.
        layer: name of the convolution; None takes the last one.
        scores: name of the layer of scores; None takes the last layer, or the one in front of it if the last one is a
            softmax layer.

    Returns:
        An array (n, height, width) from 0 to 1.

    Raises:
        ValueError: the model has no such layer, its scores have gone through an activation already, x is no batch of images,
            or classes does not have one class of the model for each image.
    """
    import keras
    import numpy as np

    names = _names(model)
    if layer is None:
        convolutions = [each.name for each in model.layers if isinstance(each, keras.layers.Conv2D)]
        if not convolutions:
            raise ValueError(f"The model must have a Conv2D layer. Received: {names}.")
        layer = convolutions[-1]
    if scores is None:
        softmax = isinstance(model.layers[-1], keras.layers.Softmax | keras.layers.Activation)
        scores = names[-2 if softmax and len(names) > 1 else -1]
    last = model.get_layer(arguments.word("scores", scores, names))
    if getattr(last, "activation", keras.activations.linear) is not keras.activations.linear:
        raise ValueError(
            f"scores must be a layer without activation: the class scores before the softmax. Received: {scores!r}, "
            f"with the activation {last.activation.__name__!r}."
        )
    middle = model.get_layer(arguments.word("layer", layer, names)).output
    count, x, chosen = last.output.shape[-1], np.asarray(x), np.asarray(classes)
    if x.ndim != 4:
        raise ValueError(f"x must be a batch of images, (n, height, width, channels). Received: shape {x.shape}.")
    if (
        chosen.shape != (len(x),)
        or chosen.dtype.kind not in "iu"
        or (len(x) and not 0 <= chosen.min() <= chosen.max() < count)
    ):
        raise ValueError(f"classes must be {len(x)} integers from 0 to {count - 1}. Received: {classes!r}.")

    maps = keras.Model(model.inputs[0], middle)(x, training=False)
    tail = keras.Model(middle, last.output)
    gradients = _gradients(tail, maps, keras.ops.one_hot(chosen, count))
    # Means and sums in float32: in half precision small gradients would round to 0.
    maps, gradients = keras.ops.cast(maps, "float32"), keras.ops.cast(gradients, "float32")
    weights = keras.ops.mean(gradients, axis=(1, 2), keepdims=True)
    heat = keras.ops.relu(keras.ops.sum(weights * maps, axis=-1, keepdims=True))
    top = keras.ops.max(heat, axis=(1, 2), keepdims=True)
    heat = heat / keras.ops.where(top == 0, 1.0, top)
    resized = keras.ops.image.resize(heat, x.shape[1:3], interpolation="bilinear")
    return np.asarray(keras.ops.convert_to_numpy(resized))[..., 0]


def _gradients(tail: keras.Model, maps: Any, chosen: Any) -> Any:
    """The gradient of Σ tail(maps) · chosen in `maps`, by the backend's own differentiation."""
    import keras

    def score(given: Any) -> Any:
        return keras.ops.sum(keras.ops.cast(tail(given, training=False), "float32") * chosen)

    if keras.backend.backend() == "jax":
        import jax

        return jax.grad(score)(maps)
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(maps)
        total = score(maps)
    return tape.gradient(total, maps)
