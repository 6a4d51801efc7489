"""Layers of attention: scaled dot-product, several heads, Bahdanau's additive attention, positions, and blocks of them."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
from keras import ops

from whitepaper.models import arguments

# The score of a key that may not be attended to: its softmax weight is 0 in every precision.
MASKED = -1e9
_KINDS = ("sinusoidal", "learned", "none")


def padding_mask(tokens: Any, padding: int = 0) -> Any:
    """True for keys that are words: tokens (batch, n) → booleans (batch, 1, 1, n), for all heads and queries."""
    return ops.expand_dims(ops.not_equal(tokens, padding), (1, 2))


def look_ahead_mask(length: int) -> np.ndarray:
    """True where a query may attend to a key that does not come later: booleans (length, length), rows are queries.

    Raises:
        ValueError: a length that is no integer of at least 1.
    """
    places = np.arange(arguments.whole("length", length))
    return places[None, :] <= places[:, None]


def masked_softmax(scores: Any, allowed: Any = None) -> Any:
    """The softmax over the last axis, taken in float32, without the places where `allowed` is False."""
    wide = ops.cast(scores, "float32")
    if allowed is not None:
        wide = ops.where(allowed, wide, MASKED)
    return ops.cast(ops.softmax(wide, axis=-1), scores.dtype)


@keras.saving.register_keras_serializable("whitepaper")
class ScaledDotProductAttention(keras.layers.Layer):
    """attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V (Vaswani et al. 2017, section 3.2.1).

    Call it with q (…, m, d_k), k (…, n, d_k), v (…, n, d_v), and `allowed`, booleans that broadcast to (…, m, n), or None.
    It returns the results (…, m, d_v). `attend` returns the weights (…, m, n) as well.

    Raises:
        ValueError: queries and keys of different sizes, or keys and values of different numbers.
    """

    def build(self, q_shape: Any, k_shape: Any, v_shape: Any, allowed_shape: Any = None) -> None:
        if q_shape[-1] != k_shape[-1] or (None not in (k_shape[-2], v_shape[-2]) and k_shape[-2] != v_shape[-2]):
            raise ValueError(
                "expected queries (…, m, d), keys (…, n, d) and values (…, n, e). "
                f"Received: {tuple(q_shape)}, {tuple(k_shape)} and {tuple(v_shape)}."
            )

    def compute_output_shape(
        self, q_shape: Any, k_shape: Any, v_shape: Any, allowed_shape: Any = None
    ) -> tuple[Any, ...]:
        return (*q_shape[:-1], v_shape[-1])

    def attend(self, q: Any, k: Any, v: Any, allowed: Any = None) -> tuple[Any, Any]:
        """The results and the attention weights."""
        scores = ops.matmul(q, ops.swapaxes(k, -1, -2)) / math.sqrt(q.shape[-1])
        weights = masked_softmax(scores, allowed)
        return ops.matmul(weights, v), weights

    def call(self, q: Any, k: Any, v: Any, allowed: Any = None) -> Any:
        return self.attend(q, k, v, allowed)[0]


@keras.saving.register_keras_serializable("whitepaper")
class MultiHeadAttention(keras.layers.Layer):
    """Attention in several heads: queries from x, keys and values from another sequence (the same one in self-attention).

    Each head attends with its own `size` / `heads` components of the projected vectors; a last dense layer joins the heads.

    Args:
        heads: how many. size: of the vectors, a multiple of `heads`.

    Call it with x (batch, m, size), other (batch, n, size), and `allowed`, booleans that broadcast to (batch, heads, m, n), or
    None. It returns (batch, m, size).

    Raises:
        ValueError: a size that is no multiple of the heads, or vectors of another size.

    Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
    """

    def __init__(self, heads: int, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads, self.size = arguments.whole("heads", heads), arguments.whole("size", size)
        if self.size % self.heads:
            raise ValueError(f"size must be a multiple of heads. Received: size={size} and heads={heads}.")
        policy = self.dtype_policy
        self.query, self.key, self.value, self.last = (
            keras.layers.Dense(self.size, name=name, dtype=policy) for name in ("query", "key", "value", "last")
        )
        self.attention = ScaledDotProductAttention(name="attention", dtype=policy)

    def build(self, x_shape: Any, other_shape: Any = None, allowed_shape: Any = None) -> None:
        for name, shape in (("x", x_shape), ("other", other_shape or x_shape)):
            if len(shape) != 3 or shape[-1] != self.size:
                raise ValueError(f"{name} must be (batch, time, {self.size}). Received: shape {tuple(shape)}.")
        for dense in (self.query, self.key, self.value, self.last):
            dense.build((None, None, self.size))

    def compute_output_shape(self, x_shape: Any, other_shape: Any = None, allowed_shape: Any = None) -> tuple[Any, ...]:
        return tuple(x_shape)

    def _split(self, x: Any) -> Any:
        parts = ops.reshape(x, (-1, ops.shape(x)[1], self.heads, self.size // self.heads))
        return ops.transpose(parts, (0, 2, 1, 3))

    def attend(self, x: Any, other: Any = None, allowed: Any = None) -> tuple[Any, Any]:
        """The results (batch, m, size) and the weights (batch, heads, m, n)."""
        other = x if other is None else other
        q, k, v = self._split(self.query(x)), self._split(self.key(other)), self._split(self.value(other))
        results, weights = self.attention.attend(q, k, v, allowed)
        merged = ops.reshape(ops.transpose(results, (0, 2, 1, 3)), (-1, ops.shape(x)[1], self.size))
        return self.last(merged), weights

    def call(self, x: Any, other: Any = None, allowed: Any = None) -> Any:
        return self.attend(x, other, allowed)[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "heads": self.heads, "size": self.size}


@keras.saving.register_keras_serializable("whitepaper")
class AdditiveAttention(keras.layers.Layer):
    """score(s, h) = vᵀ tanh(W₁ h + W₂ s), and the context Σ softmax(score) h (Bahdanau, Cho, Bengio 2015).

    Args:
        units: of the hidden layer.

    Call it with a state (batch, size), values (batch, n, features), and `allowed`, booleans (batch, n), or None. It returns the
    context (batch, features).
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = arguments.whole("units", units)
        policy = self.dtype_policy
        self.query = keras.layers.Dense(self.units, use_bias=False, name="query", dtype=policy)
        self.key = keras.layers.Dense(self.units, use_bias=False, name="key", dtype=policy)

    def build(self, state_shape: Any, values_shape: Any, allowed_shape: Any = None) -> None:
        if len(state_shape) != 2 or len(values_shape) != 3:
            raise ValueError(
                f"expected a state (batch, size) and values (batch, n, features). "
                f"Received: shapes {tuple(state_shape)} and {tuple(values_shape)}."
            )
        self.query.build(state_shape)
        self.key.build(values_shape)
        start = keras.initializers.RandomUniform(-0.05, 0.05)
        self.v = self.add_weight(shape=(self.units,), initializer=start, name="v")

    def compute_output_shape(self, state_shape: Any, values_shape: Any, allowed_shape: Any = None) -> tuple[Any, ...]:
        return (values_shape[0], values_shape[-1])

    def attend(self, state: Any, values: Any, allowed: Any = None) -> tuple[Any, Any]:
        """The context (batch, features) and the weights (batch, n)."""
        scores = ops.sum(self.v * ops.tanh(self.key(values) + self.query(state)[:, None]), axis=-1)
        weights = masked_softmax(scores, allowed)
        return ops.einsum("bn,bnf->bf", weights, values), weights

    def call(self, state: Any, values: Any, allowed: Any = None) -> Any:
        return self.attend(state, values, allowed)[0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


def sinusoids(length: int, size: int) -> np.ndarray:
    """P[p, 2i] = sin(p / 10000^(2i / size)), P[p, 2i + 1] = cos of the same: (length, size) (Vaswani et al. 2017, section 3.5).

    Raises:
        ValueError: a size that is no integer of at least 1.
    """
    length, size = arguments.whole("length", length), arguments.whole("size", size)
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, size, 2) / size)
    table = np.zeros((length, size))
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles[:, : size // 2])
    return table


@keras.saving.register_keras_serializable("whitepaper")
class Positions(keras.layers.Layer):
    """Word vectors times √size, plus a vector for each position.

    Args:
        kind: "sinusoidal" (fixed), "learned", or "none" (zeros).

    Input and output: (batch, time, size) with a known time.

    Raises:
        ValueError: another kind, or an input of another form.
    """

    def __init__(self, kind: str = "sinusoidal", **options: Any) -> None:
        super().__init__(**options)
        self.kind = arguments.word("kind", kind, _KINDS)

    def build(self, x_shape: Any) -> None:
        if len(x_shape) != 3 or None in x_shape[1:]:
            raise ValueError(f"x must be (batch, time, size) with a known time. Received: shape {tuple(x_shape)}.")
        starts = {
            "learned": keras.initializers.RandomUniform(-0.05, 0.05),
            "sinusoidal": lambda shape, dtype=None: ops.cast(sinusoids(*shape), dtype or "float32"),
            "none": keras.initializers.Zeros(),
        }
        self.table = self.add_weight(
            shape=tuple(x_shape[1:]), initializer=starts[self.kind], trainable=self.kind == "learned", name="table"
        )

    def compute_output_shape(self, x_shape: Any) -> tuple[Any, ...]:
        return tuple(x_shape)

    def call(self, x: Any) -> Any:
        return x * math.sqrt(x.shape[-1]) + self.table

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kind": self.kind}


class _Block(keras.layers.Layer):
    """What encoder and decoder blocks share: a feed-forward part, normalization and dropout around each part."""

    parts = 2

    def __init__(
        self, size: int = 32, heads: int = 2, feed_forward: int = 32, dropout: float = 0.2, **options: Any
    ) -> None:
        super().__init__(**options)
        self.settings = {
            "size": arguments.whole("size", size),
            "heads": arguments.whole("heads", heads),
            "feed_forward": arguments.whole("feed_forward", feed_forward),
            "dropout": arguments.share("dropout", dropout),
        }
        policy = self.dtype_policy
        self.attention = MultiHeadAttention(heads, size, name="attention", dtype=policy)
        self.wide = keras.layers.Dense(feed_forward, activation="relu", name="wide", dtype=policy)
        self.narrow = keras.layers.Dense(size, name="narrow", dtype=policy)
        numbers = range(1, self.parts + 1)
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6, name=f"norm{n}", dtype=policy) for n in numbers]
        self.dropouts = [keras.layers.Dropout(dropout, name=f"dropout{n}", dtype=policy) for n in numbers]

    def _build_parts(self, shape: Any) -> None:
        self.attention.build(shape)
        self.wide.build(shape)
        self.narrow.build((*shape[:-1], self.settings["feed_forward"]))
        for norm in self.norms:
            norm.build(shape)

    def _added(self, number: int, x: Any, result: Any, training: Any) -> Any:
        """norm(x + dropout(result)): the residual connection of one part."""
        return self.norms[number](x + self.dropouts[number](result, training=training))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.settings}


@keras.saving.register_keras_serializable("whitepaper")
class EncoderBlock(_Block):
    """a = norm(x + attention(x)), y = norm(a + feed_forward(a)) (Vaswani et al. 2017, figure 1, left).

    Args:
        size: of the vectors, a multiple of `heads`. feed_forward: units of the hidden relu layer.
        dropout: of the result of each part, before it is added.

    Call it with x (batch, time, size) and `allowed`, booleans that broadcast to (batch, heads, time, time), or None.

    Raises:
        ValueError: a size that cannot be built, or x of another size.
    """

    def build(self, x_shape: Any, allowed_shape: Any = None) -> None:
        self._build_parts(x_shape)

    def compute_output_shape(self, x_shape: Any, allowed_shape: Any = None) -> tuple[Any, ...]:
        return tuple(x_shape)

    def call(self, x: Any, allowed: Any = None, training: Any = None) -> Any:
        a = self._added(0, x, self.attention(x, x, allowed), training)
        return self._added(1, a, self.narrow(self.wide(a)), training)


@keras.saving.register_keras_serializable("whitepaper")
class DecoderBlock(_Block):
    """Self-attention that does not look ahead, attention to another sequence, and the feed-forward part, each with a residual
    connection and normalization (Vaswani et al. 2017, figure 1, right).

    Arguments as of `EncoderBlock`. Call it with x (batch, m, size), other (batch, n, size), and `allowed`, booleans that
    broadcast to (batch, heads, m, n), for the attention to `other`, or None.
    """

    parts = 3

    def __init__(
        self, size: int = 32, heads: int = 2, feed_forward: int = 32, dropout: float = 0.2, **options: Any
    ) -> None:
        super().__init__(size, heads, feed_forward, dropout, **options)
        self.cross = MultiHeadAttention(heads, size, name="cross_attention", dtype=self.dtype_policy)

    def build(self, x_shape: Any, other_shape: Any, allowed_shape: Any = None) -> None:
        self._build_parts(x_shape)
        self.cross.build(x_shape, other_shape)

    def compute_output_shape(self, x_shape: Any, other_shape: Any = None, allowed_shape: Any = None) -> tuple[Any, ...]:
        return tuple(x_shape)

    def call(self, x: Any, other: Any, allowed: Any = None, training: Any = None) -> Any:
        a = self._added(0, x, self.attention(x, x, look_ahead_mask(x.shape[1])), training)
        b = self._added(1, a, self.cross(a, other, allowed), training)
        return self._added(2, b, self.narrow(self.wide(b)), training)
