"""Searches of several processes: every trial once, a killed worker comes back, and nothing is left behind."""

from __future__ import annotations

import csv
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent import futures

import pytest

from whitepaper.course import registry
from whitepaper.devices import cluster
from whitepaper.errors import CourseError, UsageError
from whitepaper.lessons import record
from whitepaper.lessons.runner import Options
from whitepaper.tuning import engine, processes, team
from whitepaper.tuning import search as tuning

SMOKE = Options(preset="smoke", data="stand-in", solution=True)
WORDS = ["--preset", "smoke", "--data", "stand-in", "--solution"]


def row():
    return registry.find("5")[0]


def tune(*words, **variables):
    command = [sys.executable, "-m", "whitepaper", "tune", "5", *WORDS, *words]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True, check=False)


def with_name(script):
    """A process of a search that does no search."""
    return [sys.executable, "-c", f"import os, signal, sys, time; name = os.environ['KERASTUNER_TUNER_ID']; {script}"]


def alive(pid):
    """Whether a process still runs; one that has ended and that nobody asked for counts as ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# Kills a worker once, in the second trial that it begins.
KILL = """
import os as _os, pathlib as _pathlib, signal as _signal


class Event(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        mark = _pathlib.Path(_os.environ["MARK"])
        if epoch == 0 and not mark.exists() and len(_begun) > 1:
            mark.write_text(str(_os.getpid()))
            _os.kill(_os.getpid(), _signal.SIGKILL)


_begun = []
"""


@pytest.mark.xdist_group("search")
def test_two_workers_find_what_one_process_finds_though_one_is_killed(course_root, tmp_path, monkeypatch):
    path = registry.solution_path(row())
    text = path.read_text(encoding="utf-8")
    for old, new in (
        (
            "\ndef fit(model, data, preset, callbacks):\n",
            f"{KILL}\ndef fit(model, data, preset, callbacks):\n    _begun.append(1)\n",
        ),
        ("callbacks=[*callbacks, falling]", "callbacks=[*callbacks, falling, Event()]"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    mark = tmp_path / "mark"
    monkeypatch.setenv("MARK", str(mark))
    monkeypatch.delenv("no_proxy")  # gRPC must not look for its neighbors behind the proxy
    done = tune("--trials", "4", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert mark.exists()
    assert len(re.findall(r"Worker tuner\d was killed; it starts again and takes up its trial\.", done.stderr)) == 1
    told = re.findall(r"^trial (\d+): val_accuracy", done.stderr, re.MULTILINE)
    assert sorted(told) == ["1", "2", "3", "4"]  # the killed one ends later
    (table,) = (record.runs_folder(row()) / "searches").glob("*/trials.csv")
    with table.open() as file:
        together = list(csv.DictReader(file))
    assert sorted(trial["trial"] for trial in together) == ["1", "2", "3", "4"]
    assert len({trial["learning_rate"] for trial in together}) == 4

    def by_number(trials):
        return [
            float(one[name])
            for one in sorted(trials, key=lambda one: one["trial"])
            for name in ("learning_rate", "score")
        ]

    # Finished: one process shows it without a trial of its own, and finds the same when it searches afresh.
    said = []
    same = tuning.search(row(), "random", 4, SMOKE, said.append)
    assert not [line for line in said if line.startswith("trial ")]
    assert [str(trial["trial"]) for trial in same.trials] == [trial["trial"] for trial in together]
    assert f"Next: {same.again}" in "".join(done.stdout.splitlines())
    anew = tuning.search(row(), "random", 4, Options(preset="smoke", data="stand-in", solution=True, fresh=True))
    assert by_number(together) == pytest.approx(by_number(anew.trials), rel=1e-5)


def oracle_of(kind, folder, trials):
    """An oracle over 8 × 2 × floats, that takes no trial by itself."""
    import keras_tuner

    space = keras_tuner.HyperParameters()
    space.Int("units", 8, 64, step=8)
    space.Boolean("wide")
    space.Float("learning_rate", 1e-4, 1e-2, sampling="log", default=2e-3)
    given = {"objective": keras_tuner.Objective("score", "max"), "hyperparameters": space, "seed": 3}
    if kind == "Hyperband":
        oracle = keras_tuner.oracles.HyperbandOracle(max_epochs=9, **given)
        oracle.max_trials = trials
    else:
        oracle = getattr(keras_tuner.oracles, f"{kind}Oracle")(max_trials=trials, **given)
    oracle.verbose = 0
    oracle._set_project_dir(str(folder), "search")
    return oracle


def worker(place, oracle, run):
    """Take the chief's trials until there are no more; run gives the score of a trial, or None for a failed one."""
    from keras_tuner.src.distribute import oracle_client

    processes.meet(place)
    with JOINING, processes.joining(place):
        asked = oracle_client.OracleClient(oracle)
    asked.stub = processes.Line(asked.stub, place)
    while (trial := asked.create_trial(place.name)).status != "STOPPED":
        if trial.status == "IDLE":
            continue
        score = run(trial)
        if score is not None:
            asked.update_trial(trial.trial_id, {"score": score})
        trial.status = "FAILED" if score is None else "COMPLETED"
        asked.end_trial(trial)


JOINING = threading.Lock()  # the environment is one for all threads


@pytest.mark.parametrize("kind", ["RandomSearch", "BayesianOptimization", "Hyperband", "GridSearch"])
def test_every_search_deals_each_trial_once_to_three_workers(kind, tmp_path):
    oracle, ran, said = oracle_of(kind, tmp_path, 8), [], []

    def run(trial):
        ran.append((trial.trial_id, str(sorted(trial.hyperparameters.values.items()))))
        return trial.hyperparameters.values["units"] / 64

    (port,) = cluster.free_ports(1)
    with futures.ThreadPoolExecutor(3) as pool:
        workers = [
            pool.submit(worker, processes.Place(f"tuner{index}", "127.0.0.1", port), oracle, run) for index in range(3)
        ]
        processes.serve(oracle, processes.Place("chief", "127.0.0.1", port), lambda trial: said.append(trial.trial_id))
        for one in workers:
            one.result()
    assert sorted(said) == [str(number) for number in range(8)]
    assert sorted(number for number, _ in ran) == sorted(said)
    assert len({values for _, values in ran}) == 8
    again = oracle_of(kind, tmp_path, 8)
    again.reload()
    processes.deal_again(again)
    assert again.create_trial("tuner0").status == "STOPPED"  # what is on the disk is over too


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("kind", ["RandomSearch", "BayesianOptimization", "Hyperband", "GridSearch"])
def test_a_search_that_is_killed_again_and_again_tries_all(kind, workers, tmp_path):
    """A process takes trials, ends some, and is killed; the next one reads what it left on the disk."""
    ran, asked = {}, 8
    for killed in (True, True, False):
        oracle = oracle_of(kind, tmp_path, asked)
        if (tmp_path / "search" / "oracle.json").exists():
            oracle.reload()
            processes.deal_again(oracle)
        names, taken = [f"tuner{number}" for number in range(workers)], {}
        for _ in range(2 if killed else 100):
            for name in names:
                taken[name] = oracle.create_trial(name)
            if killed and len(ran) >= 2 * workers:
                break  # what was taken is still running
            for trial in taken.values():
                if trial.status == "RUNNING":
                    values = trial.hyperparameters.values
                    ran[trial.trial_id] = str(sorted(values.items()))
                    oracle.update_trial(trial.trial_id, {"score": values["units"] / 64})
                    trial.status = "COMPLETED"
                    oracle.end_trial(trial)
            names = [name for name in names if taken[name].status != "STOPPED"]
            if not names:
                break
        oracle.save()
    assert sorted(ran) == [str(number) for number in range(asked)]
    assert len(set(ran.values())) == asked
    assert engine.rest_of(oracle, asked) == ""


def test_a_grid_ends_with_its_last_combination_or_says_that_it_does_not(tmp_path):
    import keras_tuner

    space = keras_tuner.HyperParameters()
    space.Choice("units", [8, 16, 32])
    given = {"objective": keras_tuner.Objective("score", "max"), "hyperparameters": space, "max_trials": 9}

    def opened():
        oracle = keras_tuner.oracles.GridSearchOracle(**given)
        oracle.verbose = 0
        oracle._set_project_dir(str(tmp_path), "search")
        return oracle

    oracle, tried = opened(), []
    for _ in range(2):
        trial = oracle.create_trial("tuner0")
        oracle.update_trial(trial.trial_id, {"score": 1.0})
        trial.status = "COMPLETED"
        oracle.end_trial(trial)
        tried.append(trial.hyperparameters.values["units"])
    with pytest.raises(CourseError, match=r"Expected 9 trials\. Received: 2, though there are combinations"):
        engine.rest_of(oracle, 9)
    oracle = opened()
    oracle.reload()
    processes.deal_again(oracle)
    trial = oracle.create_trial("tuner0")
    tried.append(trial.hyperparameters.values["units"])
    assert sorted(tried) == [8, 16, 32]
    oracle.update_trial(trial.trial_id, {"score": 1.0})
    trial.status = "COMPLETED"
    oracle.end_trial(trial)
    assert oracle.create_trial("tuner0").status == "STOPPED"
    assert engine.rest_of(oracle, 9) == "The search has 3 trials: there are no more combinations."


def test_three_failures_in_a_row_end_the_search_for_all(tmp_path):
    from keras_tuner.errors import FatalError

    oracle = oracle_of("RandomSearch", tmp_path, 8)
    (port,) = cluster.free_ports(1)
    with futures.ThreadPoolExecutor(1) as pool:
        one = pool.submit(worker, processes.Place("tuner0", "127.0.0.1", port), oracle, lambda trial: None)
        with pytest.raises(RuntimeError, match="consecutive failures exceeded the limit of 3"):
            processes.serve(oracle, processes.Place("chief", "127.0.0.1", port), lambda trial: None)
        with pytest.raises(FatalError, match=f"The chief of the search at 127.0.0.1:{port} has gone"):
            one.result()


def test_a_chief_whose_starter_has_gone_ends(tmp_path, monkeypatch):
    monkeypatch.setenv(processes.PARENT, "1234567890")
    (port,) = cluster.free_ports(1)
    with pytest.raises(CourseError, match="The process that started this search has gone"):
        processes.serve(
            oracle_of("RandomSearch", tmp_path, 1), processes.Place("chief", "127.0.0.1", port), lambda trial: None
        )


def test_a_taken_port_is_told(tmp_path):
    oracle = oracle_of("RandomSearch", tmp_path, 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        chief = processes.Place("chief", "127.0.0.1", taken.getsockname()[1])
        with pytest.raises(CourseError, match=rf"Expected to listen at {chief.address}\. Received: the port is taken"):
            processes.serve(oracle, chief, lambda trial: None)


def test_a_chief_that_does_not_come_is_told(monkeypatch):
    monkeypatch.setenv("WHITEPAPER_PATIENCE", "0.5")
    (port,) = cluster.free_ports(1)
    with pytest.raises(CourseError, match=rf"the chief of the search at 127.0.0.1:{port} within 0.5 s"):
        processes.meet(processes.Place("tuner0", "127.0.0.1", port))


def test_only_unfinished_trials_of_an_earlier_process_are_dealt_again(tmp_path):
    import keras_tuner

    oracle = oracle_of("RandomSearch", tmp_path, 4)
    for number, status in enumerate(("COMPLETED", "RUNNING", "FAILED", "RUNNING")):
        oracle.trials[str(number)] = keras_tuner.engine.trial.Trial(
            keras_tuner.HyperParameters(), trial_id=str(number), status=status
        )
    oracle._retry_queue = ["0"]  # as a process leaves it that was killed after the end of trial 0
    assert processes.deal_again(oracle) == 2
    assert [oracle.create_trial(name).trial_id for name in ("tuner0", "tuner1")] == ["1", "3"]
    assert oracle.create_trial("tuner2").status == "STOPPED"


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"KERASTUNER_TUNER_ID": "tuner0"}, "Not set: KERASTUNER_ORACLE_IP, KERASTUNER_ORACLE_PORT"),
        (processes.Place("chief", "a", 1).variables() | {"KERASTUNER_ORACLE_PORT": "http"}, "Received: 'http'"),
        (processes.Place("chief", "a", 65536).variables(), "Received: '65536'"),
    ],
)
def test_wrong_variables_are_told(monkeypatch, variables, told):
    for name, word in variables.items():
        monkeypatch.setenv(name, word)
    with pytest.raises(UsageError, match=re.escape(told)):
        processes.place()


def test_a_place_is_read_once(monkeypatch):
    """What stays in the environment would make a worker of every search within a lesson."""
    chief = processes.Place("chief", "10.0.0.1", 5000)
    for name, word in chief.variables().items():
        monkeypatch.setenv(name, word)
    assert processes.place() == chief
    assert processes.place() is None


@pytest.mark.parametrize("word", ["0", "-2", "two"])
def test_wrong_numbers_of_workers_are_refused(word):
    done = tune("--workers", word)
    assert done.returncode == 2
    assert done.stderr == f"WORKERS is a whole number from 1. Received: {word!r}.\n"


def test_a_worker_starts_no_workers():
    done = tune("--workers", "2", **processes.Place("tuner0", "127.0.0.1", 1).variables())
    assert done.returncode == 2
    assert "of one part, without WORKERS. Received: 1 parts, WORKERS=2." in done.stderr


def test_a_worker_that_is_killed_again_and_again_is_given_up(tmp_path):
    script = "name == 'tuner1' and os.kill(os.getpid(), signal.SIGKILL); time.sleep(600)"
    said = []
    with pytest.raises(CourseError, match="tuner1 was killed 3 times"):
        team.start(with_name(script), 2, tmp_path, restarts=2, say=said.append)
    assert said == ["Worker tuner1 was killed; it starts again and takes up its trial."] * 2


def test_a_killed_chief_ends_all(tmp_path):
    script = f"open({str(tmp_path)!r} + '/' + name, 'w').write(str(os.getpid())); name == 'chief' and (time.sleep(1), os.kill(os.getpid(), signal.SIGKILL)); time.sleep(600)"  # noqa: E501
    with pytest.raises(CourseError, match="The chief of the search was killed"):
        team.start(with_name(script), 2, tmp_path / "logs")
    started = [path for path in tmp_path.iterdir() if path.is_file()]
    assert len(started) == 3
    assert not [path.name for path in started if alive(int(path.read_text()))]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all(tmp_path, number):
    parent = f"""
from pathlib import Path
from whitepaper.tuning import team
command = {with_name(f"open({str(tmp_path)!r} + '/' + name, 'w').write(str(os.getpid())); time.sleep(600)")!r}
raise SystemExit(team.start(command, 2, Path({str(tmp_path / "logs")!r}), say=print))
"""
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        while len(pids := [path.read_text() for path in tmp_path.iterdir() if path.is_file()]) < 3 or not all(pids):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        said, _ = process.communicate()
    assert process.returncode == 130
    assert said == "The search was stopped; the same command goes on with it.\n"
    assert not [pid for pid in pids if alive(int(pid))]


def test_a_worker_that_fails_ends_the_search(tmp_path):
    with pytest.raises(CourseError, match=r"Worker tuner0 ended with code 3; see .*tuner0\.log"):
        team.start(with_name("name == 'tuner0' and sys.exit(3); time.sleep(600)"), 2, tmp_path)


def test_the_chiefs_code_is_the_searchs(tmp_path):
    """Where all of them meet the same mistake, the chief tells it, though a worker may end first."""
    script = "name == 'chief' and time.sleep(1); sys.exit(2)"
    assert team.start(with_name(script), 2, tmp_path) == 2


def test_no_worker_is_refused(tmp_path):
    with pytest.raises(UsageError, match="Received: 0"):
        team.start(["true"], 0, tmp_path)
