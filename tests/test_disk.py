"""Runs where nothing can be written, or too little: one line with the path and what to do, and no half file is believed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from whitepaper.course import registry
from whitepaper.errors import CourseError
from whitepaper.files import whole
from whitepaper.lessons import record
from whitepaper.lessons.runner import Options, play


def row(number):
    return registry.find(str(number))[0]


SMALL = ["--preset", "smoke", "--data", "stand-in", "--solution"]
# As the command line, with files of at most so many bytes: as on a file system that is full.
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv = ["whitepaper", *sys.argv[2:]]
from whitepaper.cli import main
main()
"""


def test_a_full_file_system_is_one_line_and_the_run_goes_on_when_there_is_room(course_root, tmp_path, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    whole_run = play(row(5), Options(preset="smoke", data="stand-in", solution=True)).record
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "20000", "run", "5", *SMALL], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Expected to write ")]
    assert "backup/state.npz. Received: File too large." in line
    assert "Next: free some space on that file system" in done.stderr
    (_, _), (folder, kept) = record.all_records(row(5))
    assert kept["status"] == "failed"
    assert "Received: File too large" in kept["error"]
    assert not list(folder.rglob("*.npz*"))
    said = []
    again = play(row(5), Options(preset="smoke", data="stand-in", solution=True), said.append)
    assert again.folder == folder
    assert again.record["metrics"] == whole_run["metrics"]


@pytest.mark.parametrize("step", ["record", "history", "error", "figures"])
def test_every_file_of_a_run_may_fail(course_root, monkeypatch, step):
    """Whatever cannot be written, the error is one line with a path, and the record says so where it can be written."""
    places = {"record": "record.json", "history": "history.csv", "error": "", "figures": "figures/"}
    place = whole.place

    def full(path, keep=False):
        if places[step] and places[step] in str(path) and (step != "record" or full.count > 2):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        full.count += step == "record"
        return place(path, keep)

    full.count = 0
    monkeypatch.setattr(whole, "place", full)
    if step == "error":  # a lesson that writes by itself
        path = registry.solution_path(row(3))
        text = path.read_text(encoding="utf-8")
        old = "def fit(model, data, preset, callbacks):\n"
        assert old in text
        path.write_text(
            text.replace(old, f"{old}    raise OSError({errno.ENOSPC}, 'No space left on device')\n"), encoding="utf-8"
        )
    with pytest.raises(whole.WriteError, match=r"Expected to write .*runs/ex03/.*No space left on device") as caught:
        play(row(3), Options(solution=True))
    assert "\n" not in caught.value.message
    ((folder, kept),) = record.all_records(row(3))
    assert kept["status"] == ("running" if step == "record" else "failed")
    monkeypatch.setattr(whole, "place", place)
    if step != "error":
        assert play(row(3), Options(solution=True)).folder == folder
        assert record.all_records(row(3))[0][1]["status"] == "finished"


def test_runs_that_is_no_folder_is_named(course_root):
    (course_root / "runs").write_text("", encoding="utf-8")
    with pytest.raises(
        CourseError, match=r"Expected to write .*runs/ex03\. Received: .*Next|Expected to write .*runs/ex03"
    ) as caught:
        play(row(3), Options(solution=True))
    assert "can be written to" in caught.value.todo


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(course_root):
    (course_root / "runs").mkdir(mode=0o555)
    with pytest.raises(whole.WriteError, match="Permission denied"):
        play(row(3), Options(solution=True))


def test_a_file_is_as_before_or_whole(tmp_path):
    path = tmp_path / "kept.json"
    whole.write(path, b"old")
    with pytest.raises(TypeError), whole.place(path) as temporary:
        temporary.write_bytes(b"hal" + temporary)
    assert path.read_bytes() == b"old"
    whole.write(path, b"new", keep=True)
    assert path.read_bytes() == b"new"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kept.json", "kept.json.previous"]
    assert path.stat().st_mode & 0o444 == (tmp_path / "kept.json.previous").stat().st_mode & 0o444


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (OSError(errno.ENOSPC, "full"), "runs"),
        (OSError(errno.EACCES, "no", "/elsewhere/data.csv"), ""),
        (OSError(errno.ENOENT, "none", "runs/a"), ""),
        (ValueError(), ""),
    ],
)
def test_which_errors_are_those_of_writing(tmp_path, error, named):
    found = whole.write_error(error, tmp_path / "runs")
    assert (found is None) == (not named)
