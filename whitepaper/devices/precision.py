"""Numbers of 16 bits in a run: Keras's mixed policies, with results that stay float32. Lessons know nothing of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from whitepaper.course.registry import Exercise
from whitepaper.devices import replacing
from whitepaper.errors import UsageError

WORDS = ("float32", "mixed_bfloat16", "mixed_float16")


def check_name(name: str, row: Exercise) -> str:
    """The word for a precision that the exercise can be run in.

    Raises:
        UsageError: an unknown word, or the exercise keeps to float32.
    """
    if name not in WORDS:
        raise UsageError(f"PRECISION is one of {', '.join(WORDS)}. Received: {name!r}.")
    if name != "float32" and row.framework != "keras":
        raise UsageError(
            f"Exercise {row.id} has no Keras model: NumPy keeps its own precision. Received: PRECISION={name}.",
            f"make exercise N={row.id}",
        )
    if name != "float32" and row.float32:
        raise UsageError(
            f"Exercise {row.id} keeps to float32: {row.float32}. Received: PRECISION={name}.",
            f"make exercise N={row.id}",
        )
    return name


@contextlib.contextmanager
def scope(name: str) -> Iterator[None]:
    """While open, new Keras layers compute in the named precision; their weights are float32 in all of them.

    A model's last layer is set to float32 when the model is compiled: probabilities of 8 bits would give a rough loss.
    What `predict` gives back is float32 too, for NumPy, scikit-learn and Matplotlib.

    Args:
        name: one of WORDS; float32 changes nothing.
    """
    if name == "float32":
        yield
        return
    import keras

    compile_, predict = keras.Model.compile, keras.Model.predict

    def compiled(model: Any, *arguments: Any, **options: Any) -> Any:
        _end_in_float32(model)
        return compile_(model, *arguments, **options)

    def predicted(model: Any, *arguments: Any, **options: Any) -> Any:
        return keras.tree.map_structure(_wide, predict(model, *arguments, **options))

    before = keras.config.dtype_policy()
    with replacing.methods(keras.Model, {"compile": compiled, "predict": predicted}):
        keras.config.set_dtype_policy(name)
        try:
            yield
        finally:
            keras.config.set_dtype_policy(before)


def _wide(values: Any) -> Any:
    return values.astype("float32") if str(values.dtype) in ("bfloat16", "float16") else values


def _end_in_float32(model: Any) -> None:
    """Set the layers that give the model's results to float32; of a model with code of its own, those of its parts."""
    import keras

    if isinstance(model, keras.Sequential):
        last = model.layers[-1:]
    elif names := getattr(model, "output_names", None):
        last = [layer for layer in model.layers if layer.name in names]
    else:
        last = [layer for layer in model.layers if isinstance(layer, keras.Model)]
    for layer in last:
        if isinstance(layer, keras.Model):
            _end_in_float32(layer)
        else:
            layer.dtype_policy = "float32"
