"""The command line: what a person types, reads, and gets as exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from whitepaper.course import generator, registry


def run(*arguments, code=0):
    """Output of one command, as a person sees it; the exit code must be as given."""
    command = [sys.executable, "-m", "whitepaper", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"COLUMNS": "200"}
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def test_list_shows_every_part_without_loading_anything_heavy(course_root):
    shown = run("list").stdout
    assert len([line for line in shown.splitlines() if line.strip()]) == 34
    assert shown.startswith("Begin with make exercise N=1, then fill blank 1 in exercises/ex01_")
    assert "not built yet" in shown or all(registry.is_built(row) for row in registry.exercises())
    code = (
        "import sys; from whitepaper.cli.commands import perform; perform(['list']); "
        "print({'numpy', 'keras', 'matplotlib', 'typer', 'pydantic'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()[-1]
        == "set()"
    )


def test_list_follows_the_student(course_root):
    row = registry.find("3")[0]
    path = registry.exercise_path(row)
    path.write_text(path.read_text(encoding="utf-8").replace("raise NotAttempted(1)", "pass", 1), encoding="utf-8")
    line = next(line for line in run("list").stdout.splitlines() if "Rosenblatt" in line)
    assert "2, 3, 4, 5, 6" in line
    assert "begun" in line
    path.write_text(registry.solution_path(row).read_text(encoding="utf-8"), encoding="utf-8")
    run("check", "3")
    assert "done" in next(line for line in run("list").stdout.splitlines() if "Rosenblatt" in line)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "99"], "1 to 27. Received: 99."),
        (["run", "abc"], "Received: 'abc'."),
        (["run", "5c"], "Exercise 5 has no parts. Received: 5c."),
        (["run", "3", "--preset", "fast"], "PRESET is one of smoke, quick, full. Received: 'fast'."),
        (["run", "3", "--data", "fake"], "DATA is one of auto, real, stand-in. Received: 'fake'."),
        (["run", "3", "--strategy", "x"], "STRATEGY is one of"),
        (
            ["run", "5", "--precision", "half"],
            "PRECISION is one of float32, mixed_bfloat16, mixed_float16. Received: 'half'.",
        ),
        (["cluster", "12", "--precision", "float32"], "Exercise 12 has no Keras model to share out."),
        (["cluster", "15b", "--precision", "mixed_bfloat16"], "Exercise 15b keeps to float32"),
        (["run", "3", "--seed", "-1"], "SEED is a whole number from 0 to 4294967295. Received: '-1'."),
        (["run", "3", "--hp", "rate"], "Received: 'rate'."),
        (["hint", "3", "--blank", "77"], "BLANK is a number from 1 to 6. Received: '77'."),
        (["check", ""], "such as N=5"),
        (["check"], "such as N=5"),
        (["exercise", "3", "--seed", "99999999999999"], "SEED is a whole number from 0 to 4294967295."),
        (["excercise", "3"], "No command 'excercise'. Did you mean exercise?"),
        (["exercises"], "No command 'exercises'. Did you mean exercise?"),
        (["exercise", "3", "--presett", "smoke"], "exercise has no option --presett. Did you mean --preset?"),
        (["exercise", "3", "--preset"], "--preset wants a word (smoke, quick or full). Received: none."),
        (["exercise", "3", "--seed", "1", "--seed=2"], "--seed is given twice."),
        (["exercise", "3", "4"], "exercise takes one N beside its options. Received: '3', '4'."),
        (["list", "3"], "list takes no word beside its options. Received: '3'."),
        (["exercise", "3", "--solution=maybe"], "SOLUTION is 1 or 0 (or yes, no, true, false). Received: 'maybe'."),
        (["check", "3", "--json=2"], "JSON is 1 or 0"),
        (["exercise", "3", "--hp", "rate=1 rate=2"], "HP gives rate twice. Received: 1 and 2."),
        (["exercise", "3", "--hp", "epochs=0"], "HP epochs is a whole number from 1. Received: 0."),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(course_root, arguments, said):
    done = run(*arguments, code=2)
    lines = done.stderr.strip().splitlines()
    assert said in lines[0]
    assert len(lines) <= 2
    assert done.stdout == ""


def test_run_says_who_played_and_what_is_next(course_root):
    shown = run("run", "3", "--preset", "smoke").stdout
    assert "the course's, 1 blank open" in shown
    assert "this run is not full" in shown
    assert "Record: " in shown
    assert "Next: fill blank 1" in shown
    assert "accuracy" in run("runs", "3").stdout


def test_strict_run_fails_with_exit_code_1(course_root):
    assert "blank 1 (load) is still open" in run("run", "3", "--strict", code=1).stderr


def test_hints_are_a_ladder(course_root):
    first, second = run("hint", "3").stdout, run("hint", "3").stdout
    assert "hint 1 of 3" in first
    assert "hint 2 of 3" not in first
    assert "hint 2 of 3" in second
    assert "blank 1" in second
    run("hint", "3")
    assert "That was the last hint" in run("hint", "3").stdout
    assert "blank 4" in run("hint", "3", "--blank", "4").stdout
    path = registry.exercise_path(registry.find("3")[0])
    path.write_text(registry.solution_path(registry.find("3")[0]).read_text(encoding="utf-8"), encoding="utf-8")
    assert "No blank of exercise 3 is open. Next: make check N=3" in run("hint", "3").stdout


def test_check_as_table_and_as_json(course_root):
    import jsonschema

    from whitepaper.checking import session

    schema = json.loads(session.SCHEMA.read_text(encoding="utf-8"))
    row = registry.find("3")[0]
    path = registry.exercise_path(row)
    report = json.loads(run("check", "3", "--json").stdout)
    run("check", "3", "--strict", code=1)
    jsonschema.validate(report, schema)
    assert report["summary"]["not attempted"] == len(report["checks"])
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("raise NotAttempted(2)", "return x @ self.w", 1), encoding="utf-8")
    shown = run("check", "3", code=1).stdout
    assert "bias-missing" in shown
    assert "likely cause: Add the bias." in shown
    path.write_text(registry.solution_path(row).read_text(encoding="utf-8"), encoding="utf-8")
    assert "checks passed" in run("check", "3").stdout
    report = json.loads(run("check", "3", "--json").stdout)
    jsonschema.validate(report, schema)
    assert report["summary"]["passed"] == len(report["checks"])


def test_check_of_a_broken_file_is_one_line(course_root):
    path = registry.exercise_path(registry.find("3")[0])
    path.write_text(
        path.read_text(encoding="utf-8").replace("def load(preset):", "def load(preset", 1), encoding="utf-8"
    )
    lines = run("check", "3", code=1).stderr.strip().splitlines()
    assert "SyntaxError" in lines[0]
    assert len(lines) <= 2


def test_a_missing_return_is_said_once_by_check_and_by_run(course_root):
    path = registry.exercise_path(registry.find("3")[0])
    text = registry.solution_path(registry.find("3")[0]).read_text(encoding="utf-8")
    path.write_text(text.replace('    return {"errors": model.errors}', "    pass", 1), encoding="utf-8")
    assert run("check", "3", code=1).stdout.count("return-missing") == 1
    lines = run("run", "3", code=1).stderr.strip().splitlines()
    assert "Is the `return` missing?" in lines[-2]
    assert lines[-1].startswith("Next: make check N=3")


def test_the_journey_of_a_student_blank_by_blank(course_root):
    from whitepaper.course import blanks

    row = registry.find("3")[0]
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    answers = {}
    for blank in blanks.parse(solution):
        answers[blank.number] = blank.code
        registry.exercise_path(row).write_text(blanks.make_exercise(solution, answers), encoding="utf-8")
        report = json.loads(run("check", "3", "--json").stdout)
        states = {check["blank"]: check["state"] for check in report["checks"]}
        assert {states[number] for number in answers} == {"passed"}
        assert {state for number, state in states.items() if number not in answers} <= {"not attempted"}
        assert "Record: " in run("run", "3", "--preset", "smoke").stdout


def test_an_endless_loop_is_ended(course_root, monkeypatch):
    from whitepaper.checking import session

    path = registry.exercise_path(registry.find("3")[0])
    path.write_text(
        path.read_text(encoding="utf-8").replace("raise NotAttempted(2)", "while True: pass", 1), encoding="utf-8"
    )
    monkeypatch.setattr(session, "SECONDS", 1)
    outcomes, _ = session.run(registry.find("3")[0])
    verdicts = {outcome.check.blank: outcome.verdict for outcome in outcomes}
    assert (verdicts[2].state, verdicts[2].diagnosis) == ("timed out", "too-slow")


def test_reset_keeps_what_was_written(course_root):
    path = registry.exercise_path(registry.find("3")[0])
    path.write_text("mine", encoding="utf-8")
    assert "your file is kept as" in run("reset", "3").stdout
    (kept,) = (course_root / ".whitepaper" / "kept").iterdir()
    assert kept.read_text(encoding="utf-8") == "mine"
    assert generator.drift() == []


def test_generate_tells_drift(course_root):
    assert "what the generator makes" in run("generate", "--check").stdout
    registry.exercise_path(registry.find("3")[0]).unlink()
    assert "ex03_iris_perceptron.py is not what the generator makes" in run("generate", "--check", code=1).stdout
    assert "written:" in run("generate").stdout
    assert "Nothing to do" in run("generate").stdout


def test_a_damaged_progress_file_is_no_obstacle(course_root):
    (course_root / ".whitepaper").mkdir(exist_ok=True)
    (course_root / ".whitepaper" / "progress.json").write_text("{", encoding="utf-8")
    run("list")
    run("hint", "3")


def test_a_keras_run_prints_no_chatter(course_root):
    done = run("run", "5", "--preset", "smoke", "--data", "stand-in", "--solution")
    for word in ("oneDNN", "cuda", "absl", "Warning", "WARNING", "E0000", "I0000"):
        assert word not in done.stderr + done.stdout, done.stderr
