"""What is fastest on the device at hand."""

from whitepaper import devices


def test_recurrent_layers_are_compiled_on_one_device_alone():
    import tensorflow as tf

    assert devices.compile_recurrent() == (not tf.config.list_logical_devices("GPU"))
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        assert devices.compile_recurrent() is False
