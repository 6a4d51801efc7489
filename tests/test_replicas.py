"""Work is dealt out to replicas without gaps or doubles, and every lesson learns the same on two as on one."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitepaper.course import registry
from whitepaper.errors import CourseError

ROOT = Path(__file__).parent.parent
KERAS = [row for row in registry.exercises() if row.framework == "keras" and registry.is_built(row)]
# Lessons with dropout, noise or random pictures: each replica draws for itself, so the first loss is near, not equal.
RANDOM = {
    "1": 0.1,
    "6": 0.1,
    "7": 0.05,
    "15a": 0.01,
    "17": 0.1,
    "21": 0.01,
    "22": 0.01,
    "23a": 0.02,
    "23b": 0.05,
    "26": 0.02,
    "27": 0.02,
}
# Exercise 8's folds do not divide evenly; exercise 16 limits the norm of each replica's gradient by itself.
EQUAL = {"8": 5e-3, "16": 1e-3}


@pytest.fixture(scope="session", autouse=True)
def silent_import():
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()


@given(rows=st.integers(0, 300), sharers=st.integers(1, 17))
def test_every_row_goes_to_one_sharer(rows, sharers):
    from whitepaper.devices.batches import bounds

    parts = [np.arange(rows)[part] for part in bounds(rows, sharers)]
    assert np.array_equal(np.concatenate(parts), np.arange(rows))
    assert len(parts) == sharers
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(rows=st.integers(1, 60), size=st.integers(1, 20), least=st.integers(1, 8))
def test_batches_hold_every_row_once_and_none_is_too_small(rows, size, least):
    from whitepaper.devices.batches import Batches

    batches = Batches(np.arange(rows), np.arange(rows) * 2, batch_size=size, least=least)
    if min(rows, size) < least:
        with pytest.raises(CourseError, match="one for each replica"):
            list(batches.epoch(0))
        return
    found = list(batches.epoch(0))
    assert len(found) == batches.count
    assert all(len(x) >= least for x, _ in found)
    assert np.array_equal(np.concatenate([x for x, _ in found]), np.arange(rows))
    assert all(np.array_equal(2 * x, y) for x, y in found)


def test_shuffled_batches_differ_from_epoch_to_epoch_and_repeat_with_the_seed():
    from whitepaper.devices.batches import Batches

    def order(seed, epoch):
        return np.concatenate(
            [x for (x,) in Batches(np.arange(50), batch_size=8, shuffle=True, seed=seed).epoch(epoch)]
        )

    assert np.array_equal(order(3, 1), order(3, 1))
    assert not np.array_equal(order(3, 1), order(3, 2))
    assert not np.array_equal(order(3, 1), order(4, 1))
    assert np.array_equal(np.sort(order(3, 1)), np.arange(50))


def test_a_stream_goes_on_where_an_epoch_of_given_length_ended():
    import tensorflow as tf

    from whitepaper.devices.batches import Batches

    stream = tf.data.Dataset.range(10).batch(2)
    batches = Batches(stream, steps=2)
    assert [int(x[0]) for epoch in range(2) for (x,) in batches.epoch(epoch)] == [0, 2, 4, 6]
    assert batches.count == 2
    assert Batches(stream).count == 5
    assert [len(x) for (x,) in Batches(stream.take(3), least=1).epoch(0)] == [2, 2, 2]


@pytest.mark.parametrize("steps", [None, 2])
def test_looking_at_the_first_batch_takes_none_away(steps):
    import tensorflow as tf

    from whitepaper.devices.batches import Batches

    def numbers():
        yield from (np.array([number]) for number in range(6))

    wanted = [0, 1] if steps else [0, 1, 2, 3, 4, 5]
    for stream in (tf.data.Dataset.range(6).batch(1), numbers()):
        batches = Batches(stream, steps=steps)
        assert int(batches.first()[0][0]) == int(batches.first()[0][0]) == 0
        assert [int(x[0]) for (x,) in batches.epoch(0)] == wanted
    again = Batches(tf.data.Dataset.range(6).batch(1), steps=steps)
    again.first()
    seen = [[int(x[0]) for (x,) in again.epoch(epoch)] for epoch in range(2)]
    assert seen == ([[0, 1], [2, 3]] if steps else [wanted, wanted])
    with pytest.raises(CourseError, match="an empty one"):
        Batches(iter([])).first()


def test_keras_is_as_before_afterwards():
    import keras
    import tensorflow as tf

    from whitepaper.devices import replicas

    names = (*replicas._NAMES,)
    before = [getattr(keras.Model, name) for name in names]
    with replicas.instead_of_keras(tf.distribute.MirroredStrategy(["CPU:0"])):
        assert all(getattr(keras.Model, name) is not old for name, old in zip(names, before, strict=True))
    assert [getattr(keras.Model, name) for name in names] == before


def fitted(scope, **options):
    """Weights, history and measures of a small network, from the same beginning."""
    import keras

    rng = np.random.default_rng(0)
    x = rng.normal(size=(96, 5)).astype("float32")
    y = (x.sum(axis=1) > 0).astype("int64")
    keras.utils.set_random_seed(1)
    with scope:
        model = keras.Sequential(
            [keras.Input((5,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(2, activation="softmax")]
        )
        model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
        options = {"epochs": 3, "batch_size": 16, "shuffle": False, "verbose": 0} | options
        history = model.fit(x[:64], y[:64], **options)
        found = model.evaluate(x[64:], y[64:], verbose=0, return_dict=True)
        answers = model.predict(x[64:], verbose=0)
        one = model.predict_on_batch(x[64:65])
    return model.get_weights(), history.history, found, answers, one


def test_the_loop_gives_what_keras_gives():
    import contextlib

    import tensorflow as tf

    from whitepaper.devices import strategies

    rng = np.random.default_rng(2)
    held = (rng.normal(size=(20, 5)).astype("float32"), rng.integers(0, 2, 20))
    ours = fitted(strategies.scope(tf.distribute.MirroredStrategy(["CPU:0"])), validation_data=held)
    theirs = fitted(contextlib.nullcontext(), validation_data=held)
    for mine, right in zip(ours[0], theirs[0], strict=True):
        np.testing.assert_allclose(mine, right, atol=1e-6)
    assert ours[1].keys() == theirs[1].keys() == {"loss", "accuracy", "val_loss", "val_accuracy"}
    for name, values in theirs[1].items():
        np.testing.assert_allclose(ours[1][name], values, atol=1e-5)
    assert ours[2] == pytest.approx(theirs[2], abs=1e-5)
    np.testing.assert_allclose(ours[3], theirs[3], atol=1e-6)
    np.testing.assert_allclose(ours[4], theirs[4], atol=1e-6)


def test_callbacks_see_what_keras_shows_them():
    import contextlib

    import keras
    import tensorflow as tf

    from whitepaper.devices import strategies

    class Watch(keras.callbacks.Callback):
        """Notes the order of events and the names of what is told."""

        def __init__(self):
            super().__init__()
            self.seen = []

        def __getattribute__(self, name):
            if name.startswith("on_") and not name.endswith("_tracking"):
                seen = object.__getattribute__(self, "seen")

                def note(*arguments, logs=None):
                    place = [argument for argument in arguments if isinstance(argument, int)]
                    given = [argument for argument in (*arguments, logs) if isinstance(argument, dict)]
                    seen.append((name, place, [sorted(one) for one in given]))

                return note
            return object.__getattribute__(self, name)

    rows = (np.zeros((20, 5), "float32"), np.zeros(20))
    order = []
    for scope in (strategies.scope(tf.distribute.MirroredStrategy(["CPU:0"])), contextlib.nullcontext()):
        watch = Watch()
        fitted(scope, validation_data=rows, epochs=2, callbacks=[watch])
        order.append(watch.seen)
    assert order[0] == order[1]


def test_early_stopping_and_sample_weights():
    import keras
    import tensorflow as tf

    from whitepaper.devices import strategies

    def scope():
        return strategies.scope(tf.distribute.MirroredStrategy(["CPU:0"]))

    stop = keras.callbacks.EarlyStopping("loss", mode="max", patience=0)
    assert len(fitted(scope(), epochs=9, callbacks=[stop])[1]["loss"]) == 2
    nothing = fitted(scope(), epochs=1, sample_weight=np.zeros(64, "float32"))
    assert nothing[1]["loss"] == [0.0]
    with pytest.raises(CourseError, match="class_weight is not known"):
        fitted(scope(), class_weight={0: 1.0, 1: 2.0})


@pytest.fixture(scope="session")
def lessons(tmp_path_factory):
    """What each lesson gave on one replica and on two, by its number."""
    command = [sys.executable, str(ROOT / "tests" / "mirrored_lessons.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {found["id"]: found for found in map(json.loads, done.stdout.splitlines())}


@pytest.mark.xdist_group("mirrored")
@pytest.mark.parametrize("row", KERAS, ids=lambda row: row.id)
def test_a_lesson_learns_the_same_on_two_replicas(row, lessons):
    found = lessons[row.id]
    assert "error" not in found, found["error"]
    one, two = found["one"], found["two"]
    assert one["steps"] == two["steps"] > 0
    assert one["metrics"].keys() == two["metrics"].keys()
    losses = {name: value for name, value in one["first"].items() if name.endswith("loss")}
    assert losses
    for name, value in losses.items():
        assert two["first"][name] == pytest.approx(value, rel=(RANDOM | EQUAL).get(row.id, 1e-4), abs=1e-5), name
