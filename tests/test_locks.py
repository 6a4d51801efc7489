"""Locks: one owner at a time among threads, processes and machines; a killed owner is not waited for."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from whitepaper.files import locks


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


def test_one_owner_and_the_file_goes_with_it(path):
    with locks.take(path) as held:
        other = locks.take(path)
        assert other == held.owner
        assert str(os.getpid()) in str(other)
    assert not path.exists()
    with locks.take(path):
        held.release()  # a second time: the new owner keeps its lock
        assert isinstance(locks.take(path), locks.Owner)


def test_threads_take_turns(path):
    inside, most = [], []

    def work():
        for _ in range(20):
            with locks.holding(path):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [1] * 80


CHILD = """
import sys, time
from pathlib import Path
from whitepaper.files import locks
held = locks.take(Path(sys.argv[1]))
print(type(held).__name__, flush=True)
time.sleep(60)
"""


def test_another_process_holds_it_until_it_is_killed(path):
    with subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "Lock\n"
        owner = locks.take(path)
        assert isinstance(owner, locks.Owner)
        assert owner.pid == child.pid
        with (
            pytest.raises(locks.LockedError, match=f"held by process {child.pid} on"),
            locks.holding(path, seconds=0.1),
        ):
            pass
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert path.exists()
        with locks.take(path) as mine:
            assert mine.owner.pid == os.getpid()


def foreign(path, seconds_ago):
    """A lock file of another machine, that was renewed some seconds ago; its process id is that of a live one here."""
    owner = dataclasses.replace(locks._myself(), host="elsewhere", kernel="another", token="theirs")
    path.write_text(json.dumps(dataclasses.asdict(owner)), encoding="utf-8")
    then = time.time() - seconds_ago
    os.utime(path, (then, then))
    return owner


@pytest.mark.parametrize("kernel_locks", [True, False])
def test_another_machine_is_believed_by_its_heartbeat_alone(path, monkeypatch, kernel_locks):
    if not kernel_locks:
        monkeypatch.setattr(locks, "fcntl", None)
    owner = foreign(path, 30)
    assert locks.take(path) == owner
    assert path.exists()
    foreign(path, 90)
    with locks.take(path) as held:
        assert held.owner.host != "elsewhere"
        if not kernel_locks:
            assert locks.take(path) == held.owner


def test_the_heartbeat_renews_the_time(path, monkeypatch):
    monkeypatch.setattr(locks, "BEAT", 0.02)
    with locks.take(path):
        os.utime(path, (1, 1))
        end = time.monotonic() + 10
        while path.stat().st_mtime < 2:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_a_lock_file_cut_off_by_a_crash_is_nobodys(path):
    path.write_text("", encoding="utf-8")
    with locks.take(path) as held:
        assert held.path == path


def test_who_waits_is_told_once_by_whom(path):
    held, told = locks.take(path), []
    timer = threading.Timer(0.3, held.release)
    timer.start()
    with locks.holding(path, waiting=told.append):
        assert told == [held.owner]
    timer.join()
