"""TensorFlow without its start-up chatter."""

from __future__ import annotations

import sys

from whitepaper.stderr import quiet_stderr


def import_tensorflow() -> None:
    """Import TensorFlow and Keras once, in silence. Later imports find them loaded."""
    if "tensorflow" in sys.modules and "keras" in sys.modules:
        return
    with quiet_stderr():
        import tensorflow as tf

        tf.config.list_physical_devices()
        import keras  # noqa: F401
    tf.get_logger().setLevel("ERROR")
