"""Hyperparameters by their defaults, held to Keras Tuner's own."""

import pytest

from whitepaper.errors import UsageError
from whitepaper.lessons.hyperparameters import Hyperparameters, parse


def declare(hp):
    """A bit of everything that lessons declare."""
    found = [
        hp.Int("units", 32, 512, step=32, default=128),
        hp.Int("layers", 1, 3),
        hp.Float("rate", 1e-4, 1e-2, sampling="log", default=1e-3),
        hp.Choice("optimizer", ["sgd", "adam"], default="adam"),
        hp.Choice("loss", ["mse", "mae"]),
        hp.Boolean("bias"),
        hp.Fixed("seed", 7),
    ]
    with hp.conditional_scope("optimizer", ["sgd"]):
        found.append(hp.Float("momentum", 0.0, 1.0, default=0.9))
    with hp.conditional_scope("optimizer", ["adam"]):
        found.append(hp.Float("beta", 0.0, 1.0, default=0.5))
    found.append(hp.Int("units", 1, 2, default=1))
    return found


def test_answers_are_those_of_keras_tuner():
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()
    import keras_tuner

    theirs = keras_tuner.HyperParameters()
    ours = Hyperparameters()
    expected = declare(theirs)
    assert declare(ours) == expected
    assert ours.values == theirs.values
    assert ours.get("rate") == theirs.get("rate")


def test_given_values_win():
    hp = Hyperparameters({"units": 64, "unknown": 1})
    assert hp.Int("units", 32, 512, default=128) == 64
    assert hp.unused() == ["unknown"]


def test_a_value_that_is_no_choice_is_named():
    with pytest.raises(UsageError, match=r"sgd, adam\. Received: rmsprop"):
        Hyperparameters({"optimizer": "rmsprop"}).Choice("optimizer", ["sgd", "adam"])


def test_parse():
    assert parse("units=64 learning_rate=1e-3, activation=relu nesterov=true") == {
        "units": 64,
        "learning_rate": 0.001,
        "activation": "relu",
        "nesterov": True,
    }
    with pytest.raises(UsageError, match="Received: 'units'"):
        parse("units 64")
