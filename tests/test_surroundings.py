"""What a person's machine brings along changes no number, no result and no figure: settings, variables, consoles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from whitepaper.course import registry
from whitepaper.devices import backends
from whitepaper.errors import CourseError
from whitepaper.lessons import record
from whitepaper.lessons.runner import Options, play
from whitepaper.plots import canvas

ROOT = Path(__file__).parent.parent
FOREIGN = {"backend": "jax", "floatx": "float16", "epsilon": 1e-3, "image_data_format": "channels_first"}


def command(*words, **variables):
    return subprocess.run([sys.executable, "-m", "whitepaper", *words], env={**os.environ, **variables}, cwd=ROOT,
                          capture_output=True, check=False)  # fmt: skip


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    folder = tmp_path / "keras-home"
    folder.mkdir()
    monkeypatch.setenv("KERAS_HOME", str(folder))
    return folder


def test_settings_of_another_course_change_no_number(course_root, keras_home, monkeypatch):
    row = registry.find("5")[0]
    expected = play(row, Options(preset="smoke", data="stand-in", solution=True)).record
    (keras_home / "keras.json").write_text(json.dumps(FOREIGN), encoding="utf-8")
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    done = command(
        "run", "5", "--preset", "smoke", "--data", "stand-in", "--solution",
        KERAS_MAX_EPOCHS="1", TF_USE_LEGACY_KERAS="1", MPLBACKEND="module://of_a_notebook.inline", PYTHONIOENCODING="ascii",
    )  # fmt: skip
    said = done.stderr.decode("ascii")
    assert done.returncode == 0, said
    (line,) = [line for line in said.splitlines() if "not used" in line]
    for word in ("backend=jax", "floatx=float16", "epsilon=0.001", "image_data_format=channels_first",
                 "KERAS_MAX_EPOCHS=1", "TF_USE_LEGACY_KERAS=1", "(tensorflow, float32, 1e-07, channels_last)"):  # fmt: skip
        assert word in line
    (_, _), (_, kept) = record.all_records(row)
    assert kept["metrics"] == expected["metrics"]
    assert kept["epochs_run"] == expected["epochs_run"]
    assert "figures/curves.png" in kept["files"]


def test_settings_that_keras_refuses_are_named(keras_home):
    (keras_home / "keras.json").write_text('{"epsilon": 1}', encoding="utf-8")
    with (
        pytest.raises(CourseError, match=r"keras-home/keras.json\. Received: \{\"epsilon\": 1\}"),
        backends.own_settings(),
    ):
        pass


@pytest.mark.parametrize("text", ["", "{", "{}", json.dumps(backends.SETTINGS | {"backend": "tensorflow"})])
def test_settings_as_the_courses_are_not_spoken_of(keras_home, monkeypatch, capsys, text):
    monkeypatch.setenv("KERAS_BACKEND", "")
    (keras_home / "keras.json").write_text(text, encoding="utf-8")
    with backends.own_settings():
        assert os.environ["KERAS_BACKEND"] == "tensorflow"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "cp1252"])
def test_a_console_that_lacks_a_character_gets_another(encoding):
    code = "from whitepaper.devices import surroundings; surroundings.prepare(); print('≥ 0.979 “한글” –')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONIOENCODING": encoding},
                          capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"0.979" in done.stdout


def test_a_notebook_keeps_the_backend_that_shows_its_figures(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    monkeypatch.setitem(sys.modules, "ipykernel", sys)
    canvas.draw_without_screen()
    assert os.environ["MPLBACKEND"] == "module://matplotlib_inline.backend_inline"
    monkeypatch.delitem(sys.modules, "ipykernel")
    canvas.draw_without_screen()
    assert os.environ["MPLBACKEND"] == "Agg"
