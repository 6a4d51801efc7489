"""The registry."""

import re

import pytest

from whitepaper.course import generator, registry
from whitepaper.course.registry import Claim
from whitepaper.errors import UsageError


def test_27_exercises_in_32_parts():
    rows = registry.exercises()
    assert len(rows) == 32
    assert sorted({row.number for row in rows}) == list(range(1, 28))
    assert [row.id for row in rows if row.part] == ["9a", "9b", "10a", "10b", "15a", "15b", "23a", "23b", "24a", "24b"]
    assert len({row.module for row in rows}) == 32


def test_modules_are_named_after_their_number():
    for row in registry.exercises():
        assert row.module.startswith(f"{row.short}_")
        assert len(row.summary) <= 100
        assert row.framework in ("keras", "numpy", "scikit-learn")
        assert (row.objective is None) == (row.direction is None)


@pytest.mark.parametrize(
    ("text", "ids"), [("5", ["5"]), ("05", ["5"]), ("ex05", ["5"]), (" 15B ", ["15b"]), ("15", ["15a", "15b"])]
)
def test_find(text, ids):
    assert [row.id for row in registry.find(text)] == ids


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "1 to 27"),
        ("28", "1 to 27"),
        ("five", "such as N=5"),
        ("", "such as N=5"),
        ("15c", "parts 15a and 15b"),
        ("5a", "no parts"),
    ],
)
def test_wrong_numbers_are_one_line_with_what_was_received(text, said):
    with pytest.raises(UsageError, match=re.escape(said)) as caught:
        registry.find(text)
    assert "Received: " in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.exit_code == 2


def test_an_exercise_that_is_not_built_says_so():
    missing = [row for row in registry.exercises() if not registry.is_built(row)]
    if not missing:
        pytest.skip("all exercises are built")
    with pytest.raises(UsageError, match="is not built yet"):
        registry.built(missing[0].id)


def test_claims_are_met_within_their_tolerance():
    assert Claim("accuracy", "at_least", 0.9, 0.005).met(0.896)
    assert not Claim("accuracy", "at_least", 0.9, 0.005).met(0.894)
    assert Claim("mse", "at_most", 1.0, 0.03).met(1.02)
    assert not Claim("mse", "at_most", 1.0, 0.03).met(1.04)
    assert not Claim("mse", "at_most", 1.0).met(float("nan"))


def test_heads_exercises_and_readme_are_what_the_registry_and_the_solutions_make():
    heads = [path for path in generator.drift() if path.parent.name != "exercises"]
    assert heads == []


def test_readme_lists_every_exercise():
    text = (registry.root() / "README.md").read_text(encoding="utf-8")
    for row in registry.exercises():
        assert f"| {row.id} | " in text
