"""Locks across threads, processes and machines, and what they are for: one prepares, the others wait."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from whitepaper.files import cache, locks, sources


def test_one_at_a_time_in_many_threads(tmp_path):
    inside, most = [], []

    def work():
        with locks.held(tmp_path / "lock") as got:
            assert got
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 8
    assert list(tmp_path.iterdir()) == []


def test_a_killed_holder_of_this_machine_is_followed_at_once(tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom whitepaper.files import locks\n"
        "with locks.held(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "held\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    started = time.monotonic()
    with locks.held(tmp_path / "lock") as got:
        assert got
    assert time.monotonic() - started < 2


def elsewhere(path):
    owner = {"host": "another", "pid": 1, "since": "2026-01-01T00:00:00", "kernel": "theirs", "token": "theirs"}
    path.write_text(json.dumps(owner))


def test_another_machines_lock_is_waited_for_as_long_as_it_is_touched(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "STALE", 0.6)
    monkeypatch.setattr(locks, "QUIET", 0.1)
    path, told, order = tmp_path / "lock", [], []
    elsewhere(path)

    def beat():
        for _ in range(10):
            path.touch()
            time.sleep(0.12)
        order.append("they end")

    thread = threading.Thread(target=beat)
    thread.start()
    with locks.held(path, told.append):
        order.append("we begin")
    thread.join()
    assert order == ["they end", "we begin"]
    assert len(told) == 1
    assert "process 1" in told[0]


def test_a_holder_touches_its_file(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "BEAT", 0.02)
    with locks.held(tmp_path / "lock"):
        before = (tmp_path / "lock").stat().st_mtime_ns
        time.sleep(0.3)
        assert (tmp_path / "lock").stat().st_mtime_ns > before


def test_where_nothing_can_be_written_there_is_no_lock(tmp_path):
    (tmp_path / "file").write_text("")
    with locks.held(tmp_path / "file" / "lock") as got:
        assert not got


def test_four_threads_that_load_at_once_prepare_once(source, arrays, server):
    prepared, results, errors = [], [], []
    counted = replace(source, validate=lambda found: (prepared.append(type(found["x_train"])), source.validate(found)))
    gate = threading.Barrier(4)

    def load():
        gate.wait()
        try:
            results.append(sources.find(counted, "real", 0, (100, 40)))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted(found.origin for found in results) == ["cache", "cache", "cache", "download"]
    assert all(np.array_equal(found.arrays[key], arrays[key]) for found in results for key in arrays)
    assert len(server.asked) == 4  # four files, each once
    assert sorted(path.name for path in cache.folder().iterdir()) == ["downloads", "small"]


@pytest.mark.parametrize("rounds", [6])
def test_four_writers_of_one_name_never_leave_a_torn_folder(rounds):
    for number in range(rounds):
        gate = threading.Barrier(4)

        def write(gate=gate, number=number):
            gate.wait()
            assert cache.write("set", {"x": np.full(50_000, number)}, {"content": str(number)}) == ""

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        kept = cache.read("set")
        assert isinstance(kept, cache.Kept), kept
        assert (kept.arrays["x"] == number).all()
    assert [path.name for path in cache.folder().iterdir()] == ["set"]
