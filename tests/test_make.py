"""The Makefile: what a person types is what the command line gets, and what make would pass over is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from whitepaper.cli import arguments, commands

ROOT = Path(__file__).resolve().parent.parent
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def make(tmp_path, monkeypatch):
    """make in a folder of its own, whose environment is the one that runs the tests."""
    if shutil.which("make") is None:
        pytest.skip("no make")
    folder = tmp_path / "made"
    (folder / ".ci").mkdir(parents=True)
    (folder / "v" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("setup.cfg", "pyproject.toml", "constraints.txt", ".ci/setup"):
        (folder / name).touch()
        os.utime(folder / name, (1, 1))
    (folder / "v" / ".ready").touch()
    python = folder / "v" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", arguments.GIVEN):
        monkeypatch.delenv(name, raising=False)

    def run(*words, code=0):
        done = subprocess.run(
            ["make", "-C", str(folder), "--no-print-directory", "VENV=v", *words],
            capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"COLUMNS": "200"},
        )  # fmt: skip
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    run.folder = folder
    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["exercise", "N=3", "preset=smoke"], "preset is no option of make exercise. Did you mean PRESET?"),
        (["exercise", "N=3", "Seed=1"], "Seed is no option of make exercise. Did you mean SEED?"),
        (["exercise", "N=3", "PREST=smoke"], "PREST is no option of make exercise. Did you mean PRESET?"),
        (["exercise", "N=3", "EPOCHS=7"], 'EPOCHS is no option of make exercise. Did you mean HP="epochs=7"?'),
        (["exercise", "N=3", "epochs=7"], 'epochs is no option of make exercise. Did you mean HP="epochs=7"?'),
        (["exercise", "N=3", "TRIALS=2"], "TRIALS is no option of make exercise. It takes N, PRESET,"),
        (["hint", "N=3", "BLNK=2"], "BLNK is no option of make hint. Did you mean BLANK?"),
        (["exercise", "N=3", "STRICT=maybe"], "STRICT is 1 or 0"),
        (["exercises"], "Did you mean make exercise N=5?"),
        (["excercise", "N=3"], "No command 'excercise'. Did you mean exercise?"),
    ],
)
def test_what_make_would_pass_over_is_told(make, words, said):
    done = make(*words, code=2)
    assert said in done.stderr.splitlines()[0]
    assert done.stdout == ""


def test_options_reach_the_command(make, course_root):
    done = make(
        "exercise", "N=3", "PRESET=smoke", "HP=rate=0.5 epochs=4", "SOLUTION=1", "STRICT=0", "KERAS_BACKEND=tensorflow"
    )
    assert "(smoke, seed 0)" in done.stdout
    assert "the course's" in make("exercise", "N=3", "SOLUTION=0", "STRICT=no", "FRESH=", "PRESET=smoke").stdout
    shown = make("runs", "N=3", "JSON=1").stdout
    assert '"epochs": 4' in shown
    assert '"rate": 0.5' in shown
    assert "{" not in make("runs", "N=3", "JSON=0").stdout


@pytest.mark.parametrize("word", ["0", "no", "false", "False", ""])
def test_a_switch_that_is_off_is_off(word):
    given = arguments.parse("check", commands.check, ["3", f"--json={word}", f"--strict={word}"])
    assert (given["json"], given["strict"]) == (False, False)


@pytest.mark.parametrize("word", ["1", "yes", "TRUE", "on"])
def test_a_switch_that_is_on_is_on(word):
    assert arguments.parse("exercise", commands.exercise, ["3", f"--solution={word}"])["solution"] is True
    assert arguments.parse("exercise", commands.exercise, ["--solution", "3"]) == {"number": "3", "solution": True}


def test_a_students_modules_in_the_folder_hide_nothing(make, course_root):
    for name in ("random", "keras", "numpy", "rich", "json"):
        (make.folder / f"{name}.py").write_text("raise SystemExit('hidden')\n", encoding="utf-8")
    assert "Rosenblatt" in make("list").stdout
    assert "Record: " in make("exercise", "N=3", "PRESET=smoke").stdout
    done = subprocess.run(
        [sys.executable, "-m", "whitepaper", "list"], cwd=make.folder, capture_output=True, text=True, check=False
    )
    assert "Rosenblatt" in done.stdout, done.stderr


def test_help_lists_every_option_of_a_student_and_no_generator():
    shown = re.findall(r"^([a-z-]+):.*## (.*)$", MAKEFILE, re.MULTILINE)
    told = dict(shown)
    assert "generate" not in told
    assert "exercises" not in told
    for word in ("TRACK", "STRATEGY", "CPUS", "FRESH", "PRECISION", "STRICT", "SOLUTION", "HP"):
        assert word in told["exercise"]
    assert "SPACY" in MAKEFILE.split("help: ##")[1].split("setup:")[0]
    for name in commands.COMMANDS:
        if name not in ("generate", "seconds"):  # a maintainer's
            assert name in told, name


@pytest.mark.parametrize("name", list(commands.COMMANDS))
def test_every_option_of_a_command_can_be_given_to_make(name):
    recipe = re.search(rf"^{name}: .*\n((?:\t.*\n|.*\\\n)+)", MAKEFILE, re.MULTILINE)[1]
    recipe = recipe.replace("$(COMMON)", re.search(r"^COMMON = ((?:.*\\\n)*.*)$", MAKEFILE, re.MULTILINE)[1])
    for option, kind in arguments.options_of(commands.COMMANDS[name]).items():
        if isinstance(kind, arguments.Option) and option != "check":
            assert f"$(call option,{option.upper()},{option})" in recipe, (name, option)
    assert f"$(RUN) {name}" in recipe
