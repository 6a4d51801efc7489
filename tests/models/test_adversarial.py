"""Networks that train each other: layers against closed forms, steps against slopes by hand, saving and going on."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from whitepaper.course import registry
from whitepaper.lessons.contract import load_module
from whitepaper.lessons.hyperparameters import Hyperparameters
from whitepaper.models import AdversarialModel, InstanceNormalization, ReflectionPadding2D


def pictures(n=3, height=5, width=4, channels=2, seed=0):
    return np.random.default_rng(seed).normal(2, 3, (n, height, width, channels)).astype("float32")


# --- layers --------------------------------------------------------------------------------------------------------


def test_instance_normalization_is_its_formula():
    x = pictures()
    layer = InstanceNormalization(epsilon=0.01)
    layer.build(x.shape)
    layer.set_weights([np.array([2.0, -1.0]), np.array([0.5, 3.0])])
    mean, variance = x.mean(axis=(1, 2), keepdims=True), x.var(axis=(1, 2), keepdims=True)
    right = np.array([2.0, -1.0]) * (x - mean) / np.sqrt(variance + 0.01) + np.array([0.5, 3.0])
    np.testing.assert_allclose(layer(x), right, atol=1e-5)


def test_instance_normalization_is_group_normalization_with_a_group_a_channel():
    x = pictures(seed=1)
    found, other = InstanceNormalization(epsilon=1e-3), keras.layers.GroupNormalization(groups=-1, epsilon=1e-3)
    np.testing.assert_allclose(found(x), other(x), atol=1e-5)


def test_a_picture_is_normalized_alike_whatever_lies_beside_it_and_however_bright_it_is():
    x, layer = pictures(4), InstanceNormalization()
    np.testing.assert_allclose(layer(x)[2:3], layer(x[2:3]), atol=1e-5)
    np.testing.assert_allclose(layer(3 * x + 40), layer(x), atol=1e-3)


@pytest.mark.parametrize("padding", [0, 1, 3])
def test_reflection_padding_is_numpys(padding):
    x = pictures()
    layer = ReflectionPadding2D(padding)
    right = np.pad(x, ((0, 0), (padding,) * 2, (padding,) * 2, (0, 0)), mode="reflect")
    np.testing.assert_array_equal(layer(x), right)
    assert layer.compute_output_shape(x.shape) == right.shape
    assert layer.compute_output_shape((None, None, 9, 1)) == (None, None, 9 + 2 * padding, 1)


def test_both_layers_are_saved_and_loaded_with_a_model(tmp_path):
    inside = keras.Input((6, 6, 3))
    hidden = keras.layers.Conv2D(4, 3)(ReflectionPadding2D(2)(inside))
    model = keras.Model(inside, InstanceNormalization(epsilon=0.02)(hidden))
    model.layers[-1].set_weights([np.arange(4.0), np.ones(4)])
    x = pictures(2, 6, 6, 3)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_array_equal(again(x), model(x))
    assert again.layers[-1].epsilon == 0.02


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: InstanceNormalization(epsilon=0), "epsilon must be a finite number above 0. Received: 0"),
        (lambda: InstanceNormalization()(np.zeros((2, 3))), r"Received: shape \(2, 3\)"),
        (lambda: ReflectionPadding2D(-1), "Received: -1"),
        (lambda: ReflectionPadding2D(1.5), "Received: 1.5"),
        (lambda: ReflectionPadding2D(4)(pictures()), "more than 4 pixels. Received: 5 × 4"),
        (lambda: ReflectionPadding2D(1)(np.zeros((2, 3))), r"Received: shape \(2, 3\)"),
    ],
)
def test_what_cannot_be_is_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()


# --- the model -----------------------------------------------------------------------------------------------------


@keras.saving.register_keras_serializable("test_adversarial")
class Tiny(AdversarialModel):
    """y = a · z draws numbers, s = w · x + b judges them."""

    networks = ("generator", "discriminator")
    reported = ("g_loss", "d_loss")

    def __init__(self, **options):
        super().__init__(**options)
        self.generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, use_bias=False)])
        self.discriminator = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])

    def call(self, z):
        return self.generator(z)

    def train_step(self, data):
        real = keras.utils.unpack_x_y_sample_weight(data)[0]
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        z = self.noise(tf.shape(real)[0], 2, seed=3)
        with tf.GradientTape() as tape:
            on_real, on_drawn = self.discriminator(real), self.discriminator(self.generator(z))
            d_loss = loss(ops.ones_like(on_real), on_real) + loss(ops.zeros_like(on_drawn), on_drawn)
        variables = self.discriminator.trainable_variables
        self.discriminator_optimizer.apply(tape.gradient(d_loss, variables), variables)
        with tf.GradientTape() as tape:
            on_drawn = self.discriminator(self.generator(z))
            g_loss = loss(ops.ones_like(on_drawn), on_drawn)
        variables = self.generator.trainable_variables
        self.generator_optimizer.apply(tape.gradient(g_loss, variables), variables)
        return self.report(g_loss=g_loss, d_loss=d_loss)


def real_numbers(n=20):
    return np.random.default_rng(5).normal(1, 1, (n, 3)).astype("float32")


def by_hand(weights, batches, rates):
    """The weights after steps of plain descent, by the slopes worked out on paper: dL/ds = σ(s) − label, over n."""
    a, w, b = (np.array(one, dtype=float) for one in weights)
    for x, z in batches:
        sigma = lambda s: 1 / (1 + np.exp(-s))  # noqa: E731
        drawn = z @ a
        slope_real, slope_drawn = (sigma(x @ w + b) - 1) / len(x), sigma(drawn @ w + b) / len(z)
        w, b = (
            w - rates[1] * (x.T @ slope_real + drawn.T @ slope_drawn),
            b - rates[1] * (slope_real + slope_drawn).sum(0),
        )
        slope = (sigma(drawn @ w + b) - 1) / len(z)
        a = a - rates[0] * z.T @ (slope @ w.T)
    return a, w, b


def test_two_steps_of_fit_are_the_slopes_by_hand_also_with_a_shorter_last_batch():
    keras.utils.set_random_seed(0)
    x, model = real_numbers(20), Tiny()
    model.compile(generator=keras.optimizers.SGD(0.5), discriminator=keras.optimizers.SGD(0.3))
    weights = [one.numpy() for one in (*model.generator.weights, *model.discriminator.weights)]
    noises = []
    for rows, step in ((12, 0), (8, 1)):
        model.generator_optimizer.iterations.assign(step)
        noises.append(model.noise(rows, 2, seed=3).numpy())
    model.generator_optimizer.iterations.assign(0)
    history = model.fit(x, batch_size=12, epochs=1, shuffle=False, verbose=0).history
    right = by_hand(weights, [(x[:12], noises[0]), (x[12:], noises[1])], (0.5, 0.3))
    for found, expected in zip((*model.generator.weights, *model.discriminator.weights), right, strict=True):
        np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)
    assert set(history) == {"g_loss", "d_loss"}
    assert not np.array_equal(noises[0][:8], noises[1])


def lesson_of(number):
    return load_module(registry.solution_path(registry.find(number)[0]), f"ex{number}_under_test")


def test_the_steps_of_the_dcgan_are_the_slopes_by_hand():
    lesson, model, x = lesson_of("26"), Tiny(), real_numbers(7)
    z = np.random.default_rng(1).normal(size=(7, 2)).astype("float32")
    model.compile(generator=keras.optimizers.SGD(0.5), discriminator=keras.optimizers.SGD(0.3))
    weights = [one.numpy() for one in (*model.generator.weights, *model.discriminator.weights)]
    lesson.discriminator_step(model, ops.convert_to_tensor(x), ops.convert_to_tensor(z))
    lesson.generator_step(model, ops.convert_to_tensor(z))
    right = by_hand(weights, [(x, z)], (0.5, 0.3))
    for found, expected in zip((*model.generator.weights, *model.discriminator.weights), right, strict=True):
        np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)


class Four(AdversarialModel):
    """Linear maps of the plane in place of the generators, linear scores in place of the judges."""

    networks = ("g", "f", "d_x", "d_y")

    def __init__(self):
        super().__init__()
        for name, units in (("g", 2), ("f", 2), ("d_x", 1), ("d_y", 1)):
            setattr(self, name, keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, use_bias=False)]))


def losses_in_numpy(w, x, y):
    """Loss of G, F, D_X, D_Y for the matrices w by name, by the formulas of the lesson."""
    drawn_y, drawn_x = x @ w["g"], y @ w["f"]

    def generator(scores, picture, back, same):
        return ((scores - 1) ** 2).mean() + 10 * np.abs(picture - back).mean() + 5 * np.abs(picture - same).mean()

    def judge(real, drawn):
        return 0.5 * (((real - 1) ** 2).mean() + (drawn**2).mean())

    return (
        generator(drawn_y @ w["d_y"], y, drawn_x @ w["g"], y @ w["g"]),
        generator(drawn_x @ w["d_x"], x, drawn_y @ w["f"], x @ w["f"]),
        judge(x @ w["d_x"], drawn_x @ w["d_x"]),
        judge(y @ w["d_y"], drawn_y @ w["d_y"]),
    )


def test_the_steps_of_the_cyclegan_are_the_slopes_by_finite_differences():
    lesson, model = lesson_of("27"), Four()
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(5, 2)), rng.normal(size=(5, 2))
    model.compile(**{name: keras.optimizers.SGD(0.1) for name in model.networks})
    before = {name: getattr(model, name).get_weights()[0].astype(float) for name in model.networks}

    def slope(name, chosen):
        """Of the sum of the chosen losses in the matrix of a network."""
        found = np.zeros_like(before[name])
        for place in np.ndindex(found.shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = {other: matrix.copy() for other, matrix in before.items()}
                moved[name][place] += step
                ends.append(sum(losses_in_numpy(moved, x, y)[number] for number in chosen))
            found[place] = (ends[0] - ends[1]) / 2e-5
        return found

    tensors = [ops.convert_to_tensor(one.astype("float32")) for one in (x, y)]
    g_loss, f_loss, drawn_x, drawn_y = lesson.generators_step(model, *tensors)
    # The judges learn from what the generators drew before they moved.
    d_losses = lesson.discriminators_step(model, *tensors, drawn_x, drawn_y)
    found = [float(one) for one in (g_loss, f_loss, *d_losses)]
    np.testing.assert_allclose(found, losses_in_numpy(before, x, y), rtol=1e-5)
    for name, chosen in (("g", (0, 1)), ("f", (0, 1)), ("d_x", (2,)), ("d_y", (3,))):
        right = before[name] - 0.1 * slope(name, chosen)
        np.testing.assert_allclose(getattr(model, name).get_weights()[0], right, atol=2e-5, err_msg=name)


def test_it_is_saved_and_loaded_with_both_optimizers(tmp_path):
    keras.utils.set_random_seed(0)
    model = Tiny()
    model.compile(generator=keras.optimizers.Adam(0.01), discriminator=keras.optimizers.SGD(0.02, momentum=0.9))
    model.fit(real_numbers(), batch_size=8, epochs=2, verbose=0)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    assert again.compiled
    assert again.optimizer is again.generator_optimizer
    for name in ("generator_optimizer", "discriminator_optimizer"):
        old, new = getattr(model, name), getattr(again, name)
        assert type(old) is type(new)
        assert len(old.variables) == len(new.variables) > 2
        for left, right in zip(old.variables, new.variables, strict=True):
            np.testing.assert_array_equal(left.numpy(), right.numpy())
    assert int(again.discriminator_optimizer.iterations) == 6
    for one in (model, again):
        one.fit(real_numbers(), batch_size=8, epochs=1, shuffle=False, verbose=0)
    np.testing.assert_allclose(again.get_weights()[0], model.get_weights()[0], atol=1e-6)


def test_a_fit_that_was_cut_off_goes_on_as_if_it_had_not_been(tmp_path):
    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    def fit(callbacks):
        keras.utils.set_random_seed(0)
        model = Tiny()
        model.compile(generator=keras.optimizers.Adam(0.01), discriminator=keras.optimizers.Adam(0.02))
        model.fit(real_numbers(), batch_size=8, epochs=4, shuffle=False, verbose=0, callbacks=callbacks)
        return model

    whole = fit([])
    with pytest.raises(KeyboardInterrupt):
        fit([keras.callbacks.BackupAndRestore(str(tmp_path)), Stop()])
    gone_on = fit([keras.callbacks.BackupAndRestore(str(tmp_path))])
    for name in ("generator_optimizer", "discriminator_optimizer"):
        assert int(getattr(gone_on, name).iterations) == 12
        for left, right in zip(getattr(whole, name).variables, getattr(gone_on, name).variables, strict=True):
            np.testing.assert_allclose(left.numpy(), right.numpy(), atol=1e-6)
    for left, right in zip(whole.get_weights(), gone_on.get_weights(), strict=True):
        np.testing.assert_allclose(left, right, atol=1e-6)


@pytest.mark.parametrize(
    ("optimizers", "said"),
    [
        ({}, "Received: none"),
        ({"generator": "adam"}, "Received: generator"),
        ({"generator": "adam", "discriminator": "adam", "judge": "adam"}, "judge"),
    ],
)
def test_every_network_gets_an_optimizer(optimizers, said):
    with pytest.raises(ValueError, match=said):
        Tiny().compile(**optimizers)


def test_two_networks_do_not_share_an_optimizer():
    one = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="one object for several"):
        Tiny().compile(generator=one, discriminator=one)


def test_a_gan_that_was_stopped_goes_on_with_its_optimizers_and_draws_from_the_same_seeds(tmp_path, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    lesson = load_module(registry.solution_path(registry.find("26")[0]), "gan_under_test")
    preset = replace(lesson.PRESETS["smoke"], folder=tmp_path)
    data = lesson.load(preset)
    data.train = data.train.take(60)

    def fit(epochs):
        keras.utils.set_random_seed(0)
        hp = Hyperparameters(preset.hp)
        model = lesson.define(data, hp)
        lesson.compile(model, hp)
        backup = keras.callbacks.BackupAndRestore(str(tmp_path / "backup"), delete_checkpoint=epochs == 3)
        lesson.fit(model, data, replace(preset, epochs=epochs), [backup])
        return model

    first = fit(1)
    after_one = [one.numpy() for one in first.discriminator_optimizer.variables]
    (drawn,) = first.frames.values()
    gone_on = fit(3)
    assert sorted(gone_on.frames) == [1, 2, 3]
    np.testing.assert_array_equal(gone_on.frames[1], drawn)
    # 60 pictures in batches of 25: three steps an epoch, the last of them with ten.
    for optimizer in (gone_on.generator_optimizer, gone_on.discriminator_optimizer):
        assert int(optimizer.iterations) == 9
    assert int(after_one[0]) == 3
    assert all(np.isfinite(one).all() for one in gone_on.get_weights())
    assert (tmp_path / "epochs.gif").stat().st_size > 500
    np.testing.assert_array_equal(
        lesson.random_numbers(first, 16, seed=26), lesson.random_numbers(gone_on, 16, seed=26)
    )


@pytest.mark.parametrize("number", ["26", "27"])
def test_the_lessons_models_are_saved_and_loaded_with_all_optimizers(number, tmp_path, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    lesson = load_module(registry.solution_path(registry.find(number)[0]), "saved_under_test")
    preset = lesson.PRESETS["smoke"]
    data, hp = lesson.load(preset), Hyperparameters(preset.hp)
    model = lesson.define(data, hp)
    lesson.compile(model, hp)
    for name in model.networks:
        optimizer = getattr(model, f"{name}_optimizer")
        variables = getattr(model, name).trainable_variables
        optimizer.apply([ops.ones_like(one) for one in variables], variables)
    model.save(tmp_path / "m.keras")
    again = keras.saving.load_model(tmp_path / "m.keras")
    for left, right in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)
    for name in model.networks:
        old, new = (getattr(one, f"{name}_optimizer").variables for one in (model, again))
        assert len(old) == len(new)
        for left, right in zip(old, new, strict=True):
            np.testing.assert_array_equal(left.numpy(), right.numpy())


MIRRORED = """
import sys
import numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
from tests.models.test_adversarial import Tiny, real_numbers
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def fit(scope):
    with scope:
        keras.utils.set_random_seed(0)
        model = Tiny()
        model.noise = lambda count, size, seed: tf.ones((count, size))  # the same on each replica
        model.compile(generator=keras.optimizers.SGD(0.1), discriminator=keras.optimizers.SGD(0.1))
    return model, model.fit(real_numbers(20), batch_size=8, epochs=2, shuffle=False, verbose=0).history

import contextlib
plain, one = fit(contextlib.nullcontext())
mirrored, two = fit(strategy.scope())
for left, right in zip(plain.get_weights(), mirrored.get_weights()):
    np.testing.assert_allclose(left, right, atol=1e-5)
for name in one:
    np.testing.assert_allclose(one[name], two[name], atol=1e-4)
print("equal")
"""


def test_two_replicas_learn_what_one_does(pytestconfig):
    done = subprocess.run([sys.executable, "-c", MIRRORED], capture_output=True, text=True, timeout=240, check=False,
                          cwd=pytestconfig.rootpath)  # fmt: skip
    assert "equal" in done.stdout, done.stderr[-2000:]
