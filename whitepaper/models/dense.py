"""Networks of dense layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def dense_network(
    input_shape: Sequence[int],
    hidden: Sequence[int],
    outputs: int,
    last: str | None = "softmax",
    activation: str = "relu",
    dropout: float = 0.0,
) -> keras.Model:
    """Flatten, then dense layers h = activation(W x + b), each followed by dropout, then the output layer.

    With `hidden` = () it is one softmax layer (exercise 5); with (128,) and dropout 0.2 the network of exercise 1.

    Args:
        input_shape: of one example, without the batch axis.
        hidden: units of each hidden layer.
        outputs: units of the output layer.
        last: its activation; None gives logits or plain numbers. The loss has to agree with it.
        activation: of the hidden layers.
        dropout: share of hidden units dropped in training; 0 adds no layer.

    Returns:
        an uncompiled model, (batch, *input_shape) → (batch, outputs).

    Raises:
        ValueError: no output unit, a hidden layer without units, or a dropout share outside [0, 1).
    """
    import keras

    if outputs < 1 or any(units < 1 for units in hidden):
        raise ValueError(f"Every layer has at least one unit. Received: hidden={tuple(hidden)}, outputs={outputs}.")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is a share from 0 up to, but not including, 1. Received: {dropout}.")
    layers: list[keras.layers.Layer] = [keras.Input(shape=tuple(input_shape))]
    if len(input_shape) > 1:
        layers.append(keras.layers.Flatten())
    for units in hidden:
        layers.append(keras.layers.Dense(units, activation=activation))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    return keras.Sequential([*layers, keras.layers.Dense(outputs, activation=last)])
