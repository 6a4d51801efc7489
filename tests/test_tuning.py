"""Searches: seeded, bounded, resumed, and never on the test split."""

from __future__ import annotations

import csv
import errno
import json
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from whitepaper.course import registry
from whitepaper.errors import CourseError, UsageError
from whitepaper.files import whole
from whitepaper.lessons.runner import Options
from whitepaper.tuning import job, trial
from whitepaper.tuning import search as tuning

SMOKE = Options(preset="smoke", data="stand-in", solution=True)


def row(number):
    return registry.find(str(number))[0]


@pytest.fixture(autouse=True)
def stand_in(course_root, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")


@pytest.mark.parametrize("tuner", job.TUNERS)
def test_every_search_keeps_to_its_trials_and_gives_values_to_paste(tuner):
    said = []
    found = tuning.search(row(5), tuner, 2, SMOKE, said.append)
    assert 1 <= len(found.trials) <= 2
    scores = [trial["score"] for trial in found.trials]
    assert scores == sorted(scores, reverse=True)
    assert (
        found.again
        == f'make exercise N=5 PRESET=smoke DATA=stand-in SOLUTION=1 HP="learning_rate={found.best["learning_rate"]!r}"'
    )
    assert 1e-4 <= found.best["learning_rate"] <= 1e-2
    told = [line.partition(":")[0] for line in said if line.startswith("trial ")]
    assert sorted(told) == sorted(f"trial {trial['trial']}" for trial in found.trials)
    assert min(trial["trial"] for trial in found.trials) == 1
    with (found.folder / "trials.csv").open() as file:
        assert len(list(csv.DictReader(file))) == len(found.trials)
    assert json.loads((found.folder / "best.json").read_text())["score"] == scores[0]


def test_same_seed_same_trials_and_a_finished_search_is_not_repeated():
    first = tuning.search(row(5), "random", 2, SMOKE)
    said = []
    again = tuning.search(row(5), "random", 2, SMOKE, said.append)
    assert again.trials == first.trials
    assert not [line for line in said if line.startswith("trial ")]
    anew = tuning.search(row(5), "random", 2, Options(preset="smoke", data="stand-in", solution=True, fresh=True))
    assert anew.trials == first.trials


def test_a_search_uses_the_lessons_own_seed():
    from whitepaper.lessons.runner import play

    found = tuning.search(row(5), "random", 1, SMOKE)
    rate = found.best["learning_rate"]
    result = play(row(5), Options(preset="smoke", data="stand-in", solution=True, hp={"learning_rate": rate}))
    with (result.folder / "history.csv").open() as file:
        curve = [float(line["val_accuracy"]) for line in csv.DictReader(file)]
    assert found.trials[0]["score"] == pytest.approx(max(curve))


def test_fixed_values_are_not_searched():
    found = tuning.search(
        row(1), "random", 2, Options(preset="smoke", data="stand-in", solution=True, hp={"units": 32})
    )
    assert set(found.best) == {"dropout", "learning_rate"}
    assert set(found.values) == {"units", "dropout", "learning_rate"}
    assert 'HP="units=32 ' in found.again


CHILD = """
import os, signal
from whitepaper.course import registry
from whitepaper.tuning import search as tuning
from whitepaper.lessons.runner import Options
def say(line):
    print(line, flush=True)
    if line.startswith("trial 2"):
        os.kill(os.getpid(), signal.SIGKILL)
tuning.search(registry.find("5")[0], "random", 4, Options(preset="smoke", data="stand-in", solution=True), say)
"""


def test_a_killed_search_goes_on_where_it_stopped():
    done = subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    said = []
    resumed = tuning.search(row(5), "random", 4, SMOKE, said.append)
    assert any("Going on with the search" in line for line in said)
    assert len([line for line in said if line.startswith("trial ")]) in (2, 3)
    assert len(resumed.trials) == 4
    whole = tuning.search(row(5), "random", 4, Options(preset="smoke", data="stand-in", solution=True, fresh=True))
    assert {trial["learning_rate"] for trial in resumed.trials} == {trial["learning_rate"] for trial in whole.trials}


def test_the_same_search_that_is_at_work_is_told():
    """Also on another machine: the lock says who has it."""
    folder = tuning.search(row(5), "random", 1, SMOKE).folder
    with tuning._alone(folder), pytest.raises(CourseError, match=r"The same search is at work in .*random-1-.* on "):
        tuning.search(row(5), "random", 1, SMOKE)
    assert len(tuning.search(row(5), "random", 1, SMOKE).trials) == 1


def test_ctrl_c_and_the_same_command_goes_on():
    def press(line):
        if line.startswith("trial 1"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tuning.search(row(5), "grid", 3, SMOKE, press)
    said = []
    found = tuning.search(row(5), "grid", 3, SMOKE, said.append)
    assert any("Going on with the search" in line for line in said)
    assert len(found.trials) == 3
    assert len({trial["learning_rate"] for trial in found.trials}) == 3


def edit(number, old, new):
    path = registry.solution_path(row(number))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_objective_that_is_not_measured_is_told_once_at_the_first_trial():
    edit(5, 'metrics=["accuracy"]', 'metrics=["sparse_top_k_categorical_accuracy"]')
    said = []
    with pytest.raises(CourseError, match=r"Expected val_accuracy in the history of fit\. Received: .*val_sparse_top"):
        tuning.search(row(5), "random", 4, SMOKE, said.append)
    assert not [line for line in said if line.startswith("trial ")]


def test_an_accuracy_of_another_name_ends_the_trial_as_well():
    import keras

    end = trial.end_of_trial("val_accuracy")
    end.on_epoch_end(0, {"val_acc": 0.5})
    with pytest.raises(trial._EnoughError):
        end.on_train_end()
    assert isinstance(end, keras.callbacks.Callback)
    assert end.curves == {"val_accuracy": [0.5]}


def test_fewer_combinations_than_trials_are_told_and_nothing_to_search_as_well():
    said = []
    fixed = Options(preset="smoke", data="stand-in", solution=True, hp={"learning_rate": 0.01})
    found = tuning.search(row(5), "random", 3, fixed, said.append)
    assert len(found.trials) == 1
    assert found.rest == said[-1] == "The search has 1 trials: there are no more combinations."
    assert found.again.endswith('HP="learning_rate=0.01"')


def test_a_full_file_system_ends_a_search_before_keras_tuner_writes(monkeypatch):
    def full(folder, size):
        assert size > 4 * 7850
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole, "require_room", full)
    with pytest.raises(CourseError, match=r"Expected room for .* bytes in .*searches.*No space left"):
        tuning.search(row(5), "random", 2, SMOKE)


@pytest.mark.parametrize(
    ("number", "tuner", "trials", "said"),
    [
        (5, "genetic", 2, "Received: 'genetic'"),
        (5, "random", 0, "Received: 0"),
        (2, "random", 2, "Exercise 2 has nothing to search"),
    ],
)
def test_wrong_usage(number, tuner, trials, said):
    with pytest.raises(UsageError, match=said):
        tuning.search(row(number), tuner, trials, SMOKE)


@pytest.mark.parametrize(
    ("hp", "said"),
    [
        ({"learning_rate": "fast"}, "HP learning_rate is a number from 0.0001 to 0.01. Received: fast."),
        ({"learning_rat": 0.001}, r"Received: learning_rat. Did you mean learning_rate\?"),
        ({"epochs": 0}, "HP epochs is a whole number from 1. Received: 0."),
    ],
)
def test_a_fixed_value_that_does_not_fit_is_told_before_any_trial(course_root, hp, said):
    with pytest.raises(UsageError, match=said):
        tuning.search(row("5"), "random", 2, replace(SMOKE, hp=hp))
    assert not (course_root / "runs").exists()


def test_a_lesson_whose_every_trial_fails_is_told():
    path = registry.solution_path(row(5))
    path.write_text(
        path.read_text(encoding="utf-8").replace("        epochs=preset.epochs,\n", "        epochs=1 / 0,\n"),
        encoding="utf-8",
    )
    with pytest.raises(CourseError, match=r"No trial|The search stopped"):
        tuning.search(row(5), "random", 2, SMOKE)


def test_a_trial_ends_with_the_fit_that_it_is_judged_by(monkeypatch):
    """Exercise 4 goes on to compare seven variants; a search does not wait for them."""
    from whitepaper.lessons import contract

    real, played = contract.load_module, []

    def load(path, place):
        module = real(path, place)
        if hasattr(module, "train_afresh"):
            monkeypatch.setattr(module, "train_afresh", lambda *_: played.append(1) or [0.0])
        return module

    monkeypatch.setattr(contract, "load_module", load)
    found = tuning.search(row(4), "random", 1, SMOKE)
    assert found.trials[0]["score"] > 0
    assert not played
