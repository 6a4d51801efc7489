"""DCGAN and CycleGAN of the library: held to the lessons, saved and opened in 16 bits, and what a GAN refuses at once."""

import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

from whitepaper import models
from whitepaper.course import registry
from whitepaper.lessons.contract import load_module


def lesson(number):
    return load_module(registry.solution_path(registry.find(number)[0]), "solutions")


def same(ours, theirs, x):
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    assert [type(layer) for layer in ours.layers] == [type(layer) for layer in theirs.layers]
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(ours(x), theirs(x), atol=1e-5)


def images(*shape):
    return np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")


def small():
    gan = models.Dcgan(latent=4, filters=2, discriminator_filters=2, dropout=0.0, side=8)
    gan.compile(generator=keras.optimizers.Adam(0.01), discriminator=keras.optimizers.Adam(0.002))
    return gan


def test_the_networks_are_those_of_the_lessons():
    module = lesson("26")
    same(models.dcgan_generator(5, 2), module.generator(2, 5), images(2, 5))
    same(models.dcgan_discriminator(2, 0.1), module.discriminator(2, 0.1), images(2, 28, 28, 1))
    module = lesson("27")
    same(models.resnet_generator(16, 2, 2), module.generator(16, 2, 2), images(2, 16, 16, 3))
    same(models.patch_discriminator(16, 2, 2), module.patch_discriminator(16, 2, 2), images(2, 16, 16, 3))


def test_a_step_of_the_cyclegan_is_the_lessons():
    module = lesson("27")
    theirs, ours = module.CycleGan(8, 2, 1, 1), models.CycleGan(8, 2, 1, 1)
    x, y = images(2, 8, 8, 3), images(2, 8, 8, 3)[::-1]
    for gan in (theirs, ours):
        for name in gan.networks:
            getattr(gan, name).set_weights(getattr(theirs, name).get_weights())
        gan.compile(**{name: keras.optimizers.SGD(0.05) for name in gan.networks})
    start = {name: getattr(theirs, name).get_weights() for name in theirs.networks}
    for name in ours.networks:
        getattr(ours, name).set_weights(start[name])
    found, right = (gan.fit(x, y, batch_size=2, verbose=0, shuffle=False).history for gan in (ours, theirs))
    assert found.keys() == right.keys()
    for name, value in right.items():
        assert found[name] == pytest.approx(value, rel=1e-4)
    for name in ours.networks:
        for one, other in zip(getattr(ours, name).get_weights(), getattr(theirs, name).get_weights(), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("policy", ["mixed_bfloat16"])
def test_it_trains_in_16_bits_and_opens_under_the_default_policy(tmp_path, policy):
    keras.config.set_dtype_policy(policy)
    try:
        gans = [small(), models.CycleGan(8, 2, 1, 1)]
        gans[1].compile(**{name: keras.optimizers.Adam(1e-3) for name in gans[1].networks})
        gans[0].fit(images(6, 8, 8, 1), batch_size=3, verbose=0)
        gans[1].fit(images(2, 8, 8, 3), images(2, 8, 8, 3), batch_size=2, verbose=0)
    finally:
        keras.config.set_dtype_policy("float32")
    for number, (gan, x) in enumerate(zip(gans, (images(2, 4), images(2, 8, 8, 3)), strict=True)):
        network = getattr(gan, gan.networks[0])
        assert {layer.compute_dtype for layer in network.layers if layer.weights} == {policy.removeprefix("mixed_")}
        gan.save(tmp_path / f"{number}.keras")
        again = keras.models.load_model(tmp_path / f"{number}.keras")
        np.testing.assert_array_equal(np.asarray(gan(x), "float32"), np.asarray(again(x), "float32"))


def test_how_steps_are_run_is_kept_when_it_is_loaded(tmp_path):
    gan = models.Dcgan(latent=4, filters=2, discriminator_filters=2, side=8)
    gan.compile(generator="adam", discriminator="sgd", steps_per_execution=3, run_eagerly=False, jit_compile=False)
    gan.save(tmp_path / "gan.keras")
    again = keras.models.load_model(tmp_path / "gan.keras")
    assert (again.steps_per_execution, again.run_eagerly, again.jit_compile) == (3, False, False)
    assert isinstance(again.discriminator_optimizer, keras.optimizers.SGD)


def test_a_schedule_moves_the_rates_of_all_networks_by_one_factor():
    gan = small()
    halved = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch else rate)
    gan.fit(images(4, 8, 8, 1), batch_size=2, epochs=2, verbose=0, callbacks=[halved])
    rates = [float(np.asarray(getattr(gan, f"{name}_optimizer").learning_rate)) for name in gan.networks]
    assert rates == pytest.approx([0.005, 0.001])


def test_what_a_gan_cannot_do_is_refused_at_once():
    gan, x = small(), images(4, 8, 8, 1)
    before = gan.generator.get_weights()
    for options in ({"validation_data": (x, x)}, {"validation_split": 0.5}):
        with pytest.raises(ValueError, match="no validation loss"):
            gan.fit(x, verbose=0, **options)
    with pytest.raises(ValueError, match="no loss on held-out data"):
        gan.evaluate(x)
    with pytest.raises(ValueError, match="export a network by itself"):
        gan.export("folder")
    for one, other in zip(before, gan.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_instance_normalization_takes_its_statistics_in_float32():
    layer = models.InstanceNormalization(dtype="mixed_bfloat16")
    x = (images(1, 300, 300, 1) + 50).astype("float32")
    right = (x - x.mean()) / x.std()
    assert np.abs(np.asarray(layer(keras.ops.cast(x, "bfloat16")), "float32") - right).mean() < 0.25
    wide = models.InstanceNormalization()(x)
    np.testing.assert_allclose(wide, right, atol=2e-3)


@pytest.mark.parametrize("padding", [True, -1, 1.0, "1", None])
def test_a_padding_is_an_integer(padding):
    with pytest.raises(ValueError, match="padding must be an integer of at least 0"):
        models.ReflectionPadding2D(padding)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: models.dcgan_generator(side=30), "multiple of 4"),
        (lambda: models.resnet_generator(side=30), "multiple of 4"),
        (lambda: models.dcgan_discriminator(dropout=1), "dropout must be"),
        (lambda: models.patch_discriminator(filters=0), "filters must be"),
        (lambda: models.CycleGan(8, 2, 1, 1, cycle=-1), "cycle must be"),
        (lambda: models.InstanceNormalization(0), "epsilon must be"),
    ],
)
def test_wrong_sizes_are_told_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()


class TestLayers(TestCase):
    def test_instance_normalization(self):
        self.run_layer_test(models.InstanceNormalization, init_kwargs={"epsilon": 1e-3}, input_shape=(2, 4, 4, 3),
                            expected_output_shape=(2, 4, 4, 3), expected_num_trainable_weights=2,
                            assert_built_after_instantiation=False, run_training_check=False)  # fmt: skip

    def test_reflection_padding(self):
        self.run_layer_test(models.ReflectionPadding2D, init_kwargs={"padding": np.int64(1)}, input_shape=(2, 4, 5, 3),
                            expected_output_shape=(2, 6, 7, 3), expected_num_trainable_weights=0,
                            run_training_check=False)  # fmt: skip
