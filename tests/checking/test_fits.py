"""Fits that are recorded: which are run, which are noted alone."""

import keras
import numpy as np
import pytest

from whitepaper.checking import fits

X = np.random.default_rng(0).normal(size=(12, 3)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


def network():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return model


def test_a_fit_of_another_model_is_noted_and_not_run():
    own, other, trained = network(), network(), []
    before = [np.copy(weight) for weight in other.get_weights()]
    with fits.recorded(own, others=False, trained=trained) as calls:
        history = other.fit(X, Y, epochs=3, batch_size=4, validation_data=(X[:5], Y[:5]), verbose=0)
    assert all(np.array_equal(*pair) for pair in zip(before, other.get_weights(), strict=True))
    assert trained == [other]
    (call,) = calls
    assert not call["own"]
    assert (call["epochs"], call["train"]["batch_size"], call["train"]["count"]) == (3, 4, 12)
    assert call["start"] == fits.weight_summary(before)
    p = other(X, training=False).numpy()
    loss = float(-np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p)))
    assert history.history["loss"] == pytest.approx([loss] * 3, rel=1e-4)
    assert history.history["accuracy"] == pytest.approx([float(np.mean((p > 0.5) == Y))] * 3)
    assert set(history.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}


def test_the_history_of_a_stream_that_is_not_run_is_that_of_its_first_batch():
    import tensorflow as tf

    other = network()
    stream = tf.data.Dataset.from_tensor_slices((X, Y)).batch(5)
    with fits.recorded(network(), others=False) as calls:
        history = other.fit(stream, epochs=2, verbose=0)
    p = other(X[:5], training=False).numpy()
    loss = float(-np.mean(Y[:5] * np.log(p) + (1 - Y[:5]) * np.log(1 - p)))
    assert history.history["loss"] == pytest.approx([loss] * 2, rel=1e-4)
    assert calls[0]["train"]["count"] == 12


def test_the_model_of_the_step_is_trained():
    own = network()
    before = own.get_weights()
    with fits.recorded(own, others=False) as calls:
        own.fit(X, Y, epochs=1, verbose=0)
    assert calls[0]["own"]
    assert not np.array_equal(before[0], own.get_weights()[0])
