"""TensorFlow and Keras without their start-up chatter, and with the course's settings."""

from __future__ import annotations

from whitepaper.devices import backends
from whitepaper.stderr import quiet_stderr

_imported = False


def import_tensorflow() -> None:
    """Import TensorFlow and Keras once, in silence, with the course's settings. Later imports find them loaded.

    Raises:
        CourseError: as of `backends.own_settings`.
    """
    global _imported
    if _imported:
        return
    with backends.own_settings(), quiet_stderr():
        import tensorflow as tf

        tf.config.list_physical_devices()
        import keras  # noqa: F401
    tf.get_logger().setLevel("ERROR")
    _imported = True
