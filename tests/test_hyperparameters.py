"""Hyperparameters by their defaults, held to Keras Tuner's own."""

import ast
import re

import pytest

from whitepaper.course import registry
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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("units", "abc", "HP units is a whole number from 32 to 512. Received: abc."),
        ("units", 64.5, "HP units is a whole number from 32 to 512. Received: 64.5."),
        ("units", -1, "HP units is a whole number from 32 to 512. Received: -1."),
        ("units", True, "HP units is a whole number from 32 to 512. Received: True."),
        ("rate", float("nan"), "HP rate is a number from 0.0001 to 0.01. Received: nan."),
        ("rate", "x", "HP rate is a number from 0.0001 to 0.01. Received: x."),
        ("bias", 2, "HP bias is true or false. Received: 2."),
        ("seed", "x", "HP seed is a number. Received: x."),
    ],
)
def test_a_typed_value_that_does_not_fit_is_told_with_its_range(name, value, said):
    with pytest.raises(UsageError) as caught:
        declare(Hyperparameters({name: value}, checked=[name]))
    assert caught.value.message == said
    # A preset's own values are the lesson's business.
    declare(Hyperparameters({name: value}))


def test_a_value_of_a_name_that_does_not_count_now_is_not_held():
    declare(Hyperparameters({"momentum": 7}, checked=["momentum"]))


def test_a_near_miss_is_told():
    hp = Hyperparameters({"unit": 64, "seed": 1}, checked=["unit"])
    declare(hp)
    with pytest.raises(UsageError, match=r"Received: unit\. Did you mean units\?"):
        hp.refuse_unknown(["unit"])
    hp.refuse_unknown([])


@pytest.mark.parametrize("row", registry.exercises(), ids=lambda row: row.id)
def test_what_a_lesson_tells_to_try_is_in_the_declared_range(row):
    tree = ast.parse(registry.solution_path(row).read_text(encoding="utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    declared = {}
    for call in calls:
        of_hp = getattr(call.func.value, "id", "") == "hp" and call.func.attr in ("Int", "Float")
        if of_hp and all(isinstance(one, ast.Constant) for one in call.args[1:3]):
            declared[call.args[0].value] = [one.value for one in call.args[1:3]]
    text = registry.solution_path(row).read_text(encoding="utf-8")
    for words in re.findall(r'HP="([^"]*)"', text):
        for name, value in parse(words).items():
            if name in declared:
                low, high = declared[name]
                assert low <= value <= high, (name, value)
