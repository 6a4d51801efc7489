"""What is fastest on the device at hand."""

import pytest

from whitepaper.devices import compilation, strategies


def test_recurrent_layers_are_compiled_on_one_device_alone():
    import tensorflow as tf

    assert compilation.compile_recurrent() == (not tf.config.list_logical_devices("GPU"))
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        assert compilation.compile_recurrent() is False


def test_a_scan_that_fails_does_not_keep_strategies_from_opening():
    import tensorflow as tf

    @tf.function
    def fails(x):
        def body(before, now):
            raise ValueError("no")

        return tf.scan(body, x)

    with pytest.raises(ValueError, match="no"):
        fails(tf.ones(3))
    strategies.forget_caching_device()
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        pass
