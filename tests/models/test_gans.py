"""What a GAN keeps of Keras's own model, what it refuses at once, and its layers in Keras's own test."""

import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

from whitepaper import models


def images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def small():
    gan = models.Dcgan(latent=4, filters=2, discriminator_filters=2, dropout=0.0, side=8)
    gan.compile(generator=keras.optimizers.Adam(0.01), discriminator=keras.optimizers.Adam(0.002))
    return gan


def test_how_steps_are_run_is_kept_when_it_is_loaded(tmp_path):
    gan = models.Dcgan(latent=4, filters=2, discriminator_filters=2, side=8)
    gan.compile(generator="adam", discriminator="sgd", steps_per_execution=3, run_eagerly=False, jit_compile=False)
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert (again.steps_per_execution, again.run_eagerly, again.jit_compile) == (3, False, False)
    assert isinstance(again.discriminator_optimizer, keras.optimizers.SGD)


def rates(gan):
    return [float(np.asarray(getattr(gan, f"{name}_optimizer").learning_rate)) for name in gan.networks]


class Sets(keras.callbacks.Callback):
    """Sets learning rates in the second epoch."""

    def __init__(self, **values):
        super().__init__()
        self.values = values

    def on_epoch_begin(self, epoch, logs=None):
        for name, value in self.values.items() if epoch else ():
            getattr(self.model, name).learning_rate = value


def fitted(gan, callbacks=(), epochs=2):
    gan.fit(images(2, 8, 8, 1), batch_size=2, epochs=epochs, verbose=0, callbacks=list(callbacks))
    return rates(gan)


def eager(generator=0.01, discriminator=0.002):
    gan = models.Dcgan(latent=4, filters=2, discriminator_filters=2, dropout=0.0, side=8)
    gan.compile(generator=keras.optimizers.Adam(generator), discriminator=keras.optimizers.SGD(discriminator),
                run_eagerly=True)  # fmt: skip
    return gan


def test_a_schedule_moves_the_rates_of_all_networks_by_one_factor():
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
    assert fitted(small(), [halved]) == pytest.approx([0.005, 0.001])


def test_a_new_rate_of_the_model_is_handed_on_from_zero_too_and_on_a_single_batch():
    gan = eager()
    gan.optimizer.learning_rate = 0.0
    assert fitted(gan, epochs=1) == [0, 0]
    gan.optimizer.learning_rate = 0.02
    gan.train_on_batch(images(2, 8, 8, 1))
    assert rates(gan) == pytest.approx([0.02, 0.004])
    given = keras.callbacks.CallbackList([Sets(optimizer=0.01)], model=gan)
    gan.fit(images(2, 8, 8, 1), None, 2, 2, 0, given)
    assert rates(gan) == pytest.approx([0.01, 0.002])


def test_a_rate_that_is_set_for_one_network_stays():
    gan = eager()
    assert fitted(gan, [Sets(discriminator_optimizer=0.008)]) == pytest.approx([0.01, 0.008])
    assert fitted(gan, [Sets(optimizer=0.02)]) == pytest.approx([0.02, 0.016])


def test_schedules_of_the_optimizers_are_left_alone():
    decay = keras.optimizers.schedules.ExponentialDecay
    assert fitted(eager(decay(0.01, 1, 0.5), decay(0.03, 1, 0.1))) == pytest.approx([0.0025, 0.0003])
    assert fitted(eager(decay(0.01, 1, 0.5), 0.03)) == pytest.approx([0.0025, 0.03])
    assert fitted(eager(0.03, decay(0.01, 1, 0.5)), [Sets(optimizer=0.01)]) == pytest.approx([0.01, 0.0025])


def test_what_a_gan_cannot_do_is_refused_at_once():
    gan, x = small(), images(4, 8, 8, 1)
    before = gan.generator.get_weights()
    for options in ({"validation_data": (x, x)}, {"validation_split": 0.5}):
        with pytest.raises(ValueError, match="no validation loss"):
            gan.fit(x, verbose=0, **options)
    with pytest.raises(ValueError, match="no validation loss"):
        gan.fit(x, None, 2, 1, 0, None, 0.5)
    for held_out in (gan.evaluate, gan.test_on_batch):
        with pytest.raises(ValueError, match="no loss on held-out data"):
            held_out(x)
    with pytest.raises(ValueError, match=r"compile\(generator=…, discriminator=…\). Received: optimizer = <keras"):
        gan.optimizer = keras.optimizers.SGD()
    with pytest.raises(ValueError, match=r"compile takes generator=…, discriminator=…\. Received: 'adam'"):
        gan.compile("adam")
    with pytest.raises(ValueError, match="must name its networks"):
        models.AdversarialModel().compile()
    with pytest.raises(ValueError, match="export a network by itself"):
        gan.export("folder")
    for one, other in zip(before, gan.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize(("center", "size"), [(50, 1), (0, 300), (300, 100)])
def test_instance_normalization_takes_its_statistics_in_float32(policy, center, size):
    layer = models.InstanceNormalization(dtype=policy)
    x = np.random.default_rng(3).normal(center, size, (2, 12, 12, 3))
    x = keras.ops.cast(x.astype("float32"), layer.compute_dtype)
    exact = np.asarray(x, "float64")
    right = (exact - exact.mean((1, 2), keepdims=True)) / np.sqrt(exact.var((1, 2), keepdims=True) + 1e-5)
    # Half of the last of 8 bits of an answer below 4.
    np.testing.assert_allclose(np.asarray(layer(x), "float32"), right, atol=2**-7)


def test_instance_normalization_keeps_the_settings_of_keras():
    layer = models.InstanceNormalization(
        1e-3, center=False, gamma_initializer="zeros", name="n", dtype="mixed_bfloat16"
    )
    config = models.InstanceNormalization.from_config(layer.get_config()).get_config()
    assert config == layer.get_config()
    assert (config["center"], config["epsilon"], config["name"]) == (False, 1e-3, "n")


@pytest.mark.parametrize("padding", [True, -1, 1.0, "1", None])
def test_a_padding_is_an_integer(padding):
    with pytest.raises(ValueError, match="padding must be an integer of at least 0"):
        models.ReflectionPadding2D(padding)


class TestLayers(TestCase):
    def test_instance_normalization(self):
        self.run_layer_test(models.InstanceNormalization, init_kwargs={"epsilon": 1e-3}, input_shape=(2, 4, 4, 3),
                            expected_output_shape=(2, 4, 4, 3), expected_num_trainable_weights=2,
                            assert_built_after_instantiation=False, run_training_check=False)  # fmt: skip

    def test_reflection_padding(self):
        self.run_layer_test(models.ReflectionPadding2D, init_kwargs={"padding": np.int64(1)}, input_shape=(2, 4, 5, 3),
                            expected_output_shape=(2, 6, 7, 3), expected_num_trainable_weights=0,
                            run_training_check=False)  # fmt: skip
