"""What is fastest on the device at hand, with the same result."""

from __future__ import annotations


def compile_recurrent() -> bool:
    """Whether XLA should compile a model with recurrent layers: jit_compile=… of model.compile.

    On one CPU it halves the time of a step of few rows (an LSTM of 128 units over 80 words, batches of 32: 4.2 s in place of
    7.9 for a hundred steps). With batches of 128 it gained nothing (exercise 15b: 23 to 25 ms a step with and without).
    Under a distribution strategy it fails, and a GPU has cuDNN's own cells.
    """
    import tensorflow as tf

    return not tf.config.list_logical_devices("GPU") and not tf.distribute.has_strategy()
