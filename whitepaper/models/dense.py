"""Networks of dense (fully connected) layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from whitepaper.models import arguments

if TYPE_CHECKING:
    import keras

    Activation = str | Callable[[Any], Any] | None


def dense_network(
    input_shape: Sequence[int],
    hidden: Sequence[int] = (128,),
    outputs: int = 10,
    last: Activation = "softmax",
    activation: Activation = "relu",
    dropout: float | Sequence[float] = 0.0,
    *,
    input_dropout: float = 0.0,
    weight_decay: float = 0.0,
    max_norm: float | None = None,
    batch_norm: bool = False,
    name: str | None = None,
) -> keras.Model:
    """Flatten, then hidden layers h = activation(x W + b), each followed by dropout, then the output layer.

    With `hidden` = () it is one softmax layer (exercise 5); with (128,) and dropout 0.2 it is the network of exercise 1.
    The keyword arguments are the regularization techniques of exercise 7, and act on the hidden layers:

    - `weight_decay` adds weight_decay · Σ w² of each kernel W to the loss (Krogh and Hertz 1991).
    - `max_norm` keeps the norm of each unit's weights, a column of W, at or below max_norm (Srebro et al. 2005).
    - `dropout` sets this share of the outputs to 0 in training (Srivastava et al. 2014).
    - `batch_norm` computes h = activation(BN(x W)); BN has a bias of its own (Ioffe and Szegedy 2015).

    Args:
        input_shape: shape of one example, without the batch axis.
        hidden: number of units of each hidden layer.
        outputs: number of units of the output layer.
        last: activation of the output layer; None gives logits or plain numbers. The loss has to agree with it.
        activation: activation of the hidden layers.
        dropout: share of each hidden layer's outputs that is dropped in training, or a share for each of them; 0 adds no layer.
        input_dropout: share of the flattened inputs that is dropped in training; 0 adds no layer.
        weight_decay: factor of the L2 penalty; 0 adds none.
        max_norm: largest norm of a unit's weights; None sets no limit.
        batch_norm: whether the hidden layers are batch-normalized.
        name: name of the model.

    Returns:
        An uncompiled model, (batch, *input_shape) → (batch, outputs).

    Raises:
        ValueError: a size is no integer of at least 1, a share is outside [0, 1), or a factor or norm is too small.
    """
    example = arguments.shape("input_shape", input_shape)
    units = arguments.wholes("hidden", hidden)
    outputs = arguments.whole("outputs", outputs)
    input_dropout = arguments.share("input_dropout", input_dropout)
    if isinstance(dropout, Sequence) and not isinstance(dropout, str):
        if len(dropout) != len(units):
            raise ValueError(
                f"dropout must have {len(units)} shares, one for each hidden layer. Received: {dropout!r}."
            )
        dropped = [arguments.share(f"dropout[{place}]", value) for place, value in enumerate(dropout)]
    else:
        dropped = [arguments.share("dropout", dropout)] * len(units)
    weight_decay = arguments.number("weight_decay", weight_decay, least=0)
    limit = None if max_norm is None else arguments.number("max_norm", max_norm, above=0)

    import keras

    layers: list[keras.layers.Layer] = [keras.Input(shape=example)]
    if len(example) > 1:
        layers.append(keras.layers.Flatten())
    if input_dropout:
        layers.append(keras.layers.Dropout(input_dropout))
    for size, rate in zip(units, dropped, strict=True):
        layers.append(
            keras.layers.Dense(
                size,
                activation=None if batch_norm else activation,
                use_bias=not batch_norm,
                kernel_regularizer=keras.regularizers.L2(weight_decay) if weight_decay else None,
                kernel_constraint=None if limit is None else keras.constraints.MaxNorm(limit),
            )
        )
        if batch_norm:
            layers += [keras.layers.BatchNormalization(), keras.layers.Activation(activation)]
        if rate:
            layers.append(keras.layers.Dropout(rate))
    return keras.Sequential([*layers, keras.layers.Dense(outputs, activation=last)], name=name)


def perceptron(
    inputs: int = 2, outputs: int = 1, *, activation: Activation = "sigmoid", name: str | None = None
) -> keras.Model:
    """One layer of weights: y = activation(x W + b) (Rosenblatt 1958).

    Args:
        inputs: number of features of an example.
        outputs: number of units.
        activation: any activation of Keras, or a function. "sigmoid" gives a probability, "softmax" one for each class,
            None a linear model.
        name: name of the model.

    Returns:
        An uncompiled model, (batch, inputs) → (batch, outputs).

    Raises:
        ValueError: a size is no integer of at least 1.
    """
    return dense_network((arguments.whole("inputs", inputs),), (), outputs, last=activation, name=name)
