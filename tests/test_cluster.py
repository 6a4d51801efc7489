"""Several processes: who takes part, equal weights on all, and what happens when one is missing or killed."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from whitepaper.course import registry
from whitepaper.devices import cluster
from whitepaper.errors import CourseError, UsageError
from whitepaper.lessons import record

ROOT = Path(__file__).parent.parent
WORKER = str(ROOT / "tests" / "worker.py")
TWO = {"worker": ["127.0.0.1:5000", "127.0.0.1:5001"]}


def config(task, workers=TWO):
    return json.dumps({"cluster": workers, "task": task})


def test_a_seat_is_read_from_tf_config(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", config({"type": "worker", "index": 1}))
    assert cluster.seat() == cluster.Seat(("127.0.0.1:5000", "127.0.0.1:5001"), 1)
    assert not cluster.seat().chief
    assert json.loads(cluster.seat().config()) == json.loads(os.environ["TF_CONFIG"])


def test_a_chief_sits_before_the_workers(monkeypatch):
    both = {"chief": ["a:1"], "worker": ["b:2", "c:3"]}
    monkeypatch.setenv("TF_CONFIG", config({"type": "chief", "index": 0}, both))
    assert cluster.seat() == cluster.Seat(("a:1", "b:2", "c:3"), 0)
    monkeypatch.setenv("TF_CONFIG", config({"type": "worker", "index": 1}, both))
    assert cluster.seat().index == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "TF_CONFIG is JSON"),
        ('{"cluster": {}}', "TF_CONFIG is JSON"),
        ('["a"]', "TF_CONFIG is JSON"),
        (config({"type": "worker", "index": 2}), "Received: worker 2, of 2 processes"),
        (config({"type": "chief", "index": 0}), "Received: chief 0"),
        (config({"type": "worker", "index": 0}, {"worker": ["a:1"], "ps": ["b:1"]}), "Received: ps"),
        (config({"type": "worker", "index": 0}, {"worker": ["nowhere"]}), "Received: 'nowhere'"),
    ],
)
def test_a_wrong_config_is_told(monkeypatch, text, told):
    monkeypatch.setenv("TF_CONFIG", text)
    with pytest.raises(CourseError, match=told):
        cluster.seat()


def test_no_config_is_told(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    monkeypatch.delenv("SLURM_PROCID", raising=False)
    with pytest.raises(CourseError, match="Received: neither"):
        cluster.seat()


def test_a_seat_is_read_from_slurm(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    names = {
        "SLURM_STEP_NODELIST": "node[3-4]",
        "SLURM_STEP_NUM_TASKS": "2",
        "SLURM_STEP_TASKS_PER_NODE": "1(x2)",
        "SLURM_PROCID": "1",
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert cluster.seat() == cluster.Seat(("node3:8888", "node4:8888"), 1)
    monkeypatch.delenv("SLURM_STEP_NODELIST")
    with pytest.raises(CourseError, match="Slurm's variables do not describe"):
        cluster.seat()


@pytest.mark.parametrize("word", ["soon", "0", "-3"])
def test_patience_is_a_number(monkeypatch, word):
    monkeypatch.setenv("WHITEPAPER_PATIENCE", word)
    with pytest.raises(UsageError, match="number of seconds above 0"):
        cluster.patience()


def test_a_worker_that_never_comes_is_named():
    here, there = cluster.free_ports(2)
    place = cluster.Seat((f"127.0.0.1:{here}", f"127.0.0.1:{there}"), 0)
    with pytest.raises(CourseError, match=rf"Did not come: worker 1 at 127.0.0.1:{there}"):
        cluster.meet(place, 0.5)


def test_two_processes_meet_whoever_is_first():
    ports = cluster.free_ports(2)
    addresses = tuple(f"127.0.0.1:{port}" for port in ports)
    met, both = [], threading.Barrier(2)

    def come(index, after):
        time.sleep(after)
        cluster.meet(cluster.Seat(addresses, index), 30)
        met.append(index)
        # As TensorFlow does: the port is free again, and taken at once, so that a slower one finds somebody there.
        with socket.create_server(("127.0.0.1", ports[index])):
            both.wait(30)

    late = threading.Thread(target=come, args=(1, 0.4))
    late.start()
    come(0, 0)
    late.join(30)
    assert sorted(met) == [0, 1]


def test_a_taken_port_is_told():
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CourseError, match=f"Port {port} of 127.0.0.1 is for this process"):
            cluster.meet(cluster.Seat((f"127.0.0.1:{port}", "127.0.0.1:1"), 0), 1)


def test_one_that_came_and_went_ends_in_a_line_not_in_a_hang():
    (port,) = cluster.free_ports(1)
    with socket.create_server(("127.0.0.1", 0)) as ghost:
        other = f"127.0.0.1:{ghost.getsockname()[1]}"
        surroundings = {**os.environ, "TF_CONFIG": cluster.Seat((f"127.0.0.1:{port}", other), 0).config(),
                        "WHITEPAPER_PATIENCE": "8"}  # fmt: skip
        command = [sys.executable, "-m", "whitepaper", "run", "5", "--strategy", "multiworker", "--preset", "smoke"]
        done = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Expected all 2 processes to join within 8 s" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """What two processes and one gave, by order of the rows."""
    found = {}
    for order in ("order", "shuffle"):
        folder = tmp_path_factory.mktemp(order)
        assert cluster.start([sys.executable, WORKER, str(folder), order], 2, folder / "logs") == 0
        found[order] = [
            (json.loads((folder / f"worker{index}.json").read_text()), dict(np.load(folder / f"worker{index}.npz")))
            for index in range(2)
        ]
    folder = tmp_path_factory.mktemp("alone")
    surroundings = {name: value for name, value in os.environ.items() if name != "TF_CONFIG"}
    subprocess.run([sys.executable, WORKER, str(folder), "order"], env=surroundings, check=True)
    found["alone"] = [(json.loads((folder / "worker0.json").read_text()), dict(np.load(folder / "worker0.npz")))]
    return found


@pytest.mark.xdist_group("cluster")
@pytest.mark.parametrize("order", ["order", "shuffle"])
def test_all_processes_end_with_equal_weights_and_histories(trained, order):
    (first, chief), (second, other) = trained[order]
    assert chief.keys() == other.keys()
    for name in chief:
        np.testing.assert_array_equal(chief[name], other[name])
    assert first["history"] == second["history"]
    assert first["measured"] == second["measured"]
    assert first["many"]


@pytest.mark.xdist_group("cluster")
def test_rows_are_dealt_out_without_overlap(trained):
    (first, _), (second, _) = trained["order"]
    assert sorted(first["seen"] + second["seen"]) == list(range(37))


@pytest.mark.xdist_group("cluster")
def test_two_processes_learn_what_one_learns(trained):
    (together, theirs), _ = trained["order"]
    ((alone, own),) = trained["alone"]
    assert not alone["many"]
    assert together["history"].keys() == alone["history"].keys()
    # Batch norm takes the statistics of a replica's rows, half of the batch: near, not equal.
    for name in ("loss", "val_loss"):
        assert together["history"][name] == pytest.approx(alone["history"][name], rel=0.05)
    assert theirs["answers"].shape == own["answers"].shape
    assert np.abs(theirs["answers"] - own["answers"]).mean() < 0.05


CHILD = """
import json, os, pathlib, signal, sys
import keras
from whitepaper.course import registry
from whitepaper.lessons.runner import Options, play

class Event(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        mark = pathlib.Path(os.environ["MARK"])
        if epoch == 3 and json.loads(os.environ["TF_CONFIG"])["task"]["index"] == 1 and not mark.exists():
            mark.write_text("killed")
            os.kill(os.getpid(), signal.SIGKILL)
keras.callbacks.Event = Event
play(registry.find("5")[0], Options(preset="smoke", data="stand-in", solution=True, strategy="multiworker"))
"""


@pytest.mark.xdist_group("cluster")
def test_a_killed_worker_is_started_again_and_the_run_goes_on(course_root, tmp_path, monkeypatch):
    (row,) = registry.find("5")
    path = registry.solution_path(row)
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("epochs=2, batch_size=25", "epochs=6, batch_size=25"),
        ("callbacks=[*callbacks, falling]", "callbacks=[*callbacks, falling, keras.callbacks.Event()]"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", CHILD]
    mark, said = tmp_path / "mark", []
    monkeypatch.setenv("MARK", str(mark))
    assert cluster.start(command, 2, tmp_path / "logs", say=said.append) == 0
    assert said == ["Worker 1 was killed; all 2 start again, from the last whole epoch."]
    ((folder, kept),) = record.all_records(row)  # the chief's alone
    assert (kept["status"], kept["resumed"], kept["epochs_run"]) == ("finished", True, 6)
    assert kept["strategy"] == "multiworker over 2"
    assert not (folder / "backup").exists()
    assert cluster.start(command, 2, tmp_path / "logs", say=said.append) == 0  # the mark is there: nobody is killed
    (_, other) = record.all_records(row)[-1]
    assert not other["resumed"]
    assert kept["metrics"] == pytest.approx(other["metrics"], abs=1e-6)


def test_a_worker_that_is_killed_again_and_again_is_given_up(tmp_path):
    command = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    said = []
    with pytest.raises(CourseError, match="killed 3 times"):
        cluster.start(command, 2, tmp_path, restarts=2, say=said.append)
    assert len(said) == 2


def test_a_failure_ends_all_processes_with_its_code(tmp_path):
    script = "import json, os, sys, time; json.loads(os.environ['TF_CONFIG'])['task']['index'] or sys.exit(2); time.sleep(600)"
    assert cluster.start([sys.executable, "-c", script], 2, tmp_path) == 2


def test_no_worker_is_refused(tmp_path):
    with pytest.raises(UsageError, match="Received: 0"):
        cluster.start(["true"], 0, tmp_path)
