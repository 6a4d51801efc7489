"""The command line: what a person types, reads, and gets as exit code."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys

import pytest

from whitepaper.cli import commands
from whitepaper.course import blanks, generator, registry
from whitepaper.errors import CourseError, UsageError


def run(*arguments, code=0):
    """Output of one command, as a person sees it; the exit code must be as given."""
    command = [sys.executable, "-m", "whitepaper", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env=os.environ | {"COLUMNS": "200"}
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture
def inside(course_root, monkeypatch, capsys):
    """Run a command in this process: all that it says in one line, with single spaces; the exit code must be as given."""
    # Commands set these for themselves: they are put back after the test.
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")

    def told(*words, code=0):
        capsys.readouterr()
        try:
            found = commands.perform(list(words))
            said = ""
        except CourseError as error:
            found, said = error.exit_code, f"{error.message} Next: {error.todo}"
        shown = capsys.readouterr()
        assert found == code, (shown, said)
        return " ".join(f"{shown.out} {shown.err} {said}".split())

    return told


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
def test_wrong_usage_is_one_line(monkeypatch, arguments, said):
    # A command that sets it gives it back here.
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(UsageError) as caught:
        commands.perform(arguments)
    assert said in caught.value.message
    assert "\n" not in caught.value.message + caught.value.todo


def test_wrong_usage_has_exit_code_2_and_nothing_on_standard_output(course_root):
    done = run("exercise", "99", code=2)
    assert done.stderr.splitlines() == ["N is an exercise number from 1 to 27. Received: 99.", "Next: make list"]
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


def test_the_journey_of_a_student_blank_by_blank(course_root, monkeypatch):
    from whitepaper.checking import session
    from whitepaper.lessons.runner import Options, play

    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    row = registry.find("3")[0]
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    answers = {}
    for blank in blanks.parse(solution):
        answers[blank.number] = blank.code
        registry.exercise_path(row).write_text(blanks.make_exercise(solution, answers), encoding="utf-8")
        outcomes, _ = session.run(row)
        states = {outcome.check.blank: outcome.verdict.state for outcome in outcomes}
        assert {states[number] for number in answers} == {"passed"}
        assert {state for number, state in states.items() if number not in answers} <= {"not attempted"}
        assert play(row, Options(preset="smoke", data="stand-in")).record["status"] == "finished"


def test_an_endless_loop_is_ended(course_root, monkeypatch):
    from whitepaper.checking import judging, session

    path = registry.exercise_path(registry.find("3")[0])
    path.write_text(
        path.read_text(encoding="utf-8").replace("raise NotAttempted(2)", "while True: pass", 1), encoding="utf-8"
    )
    monkeypatch.setattr(judging, "SECONDS", 1)
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


# --- a student's files as they come ----------------------------------------------------------------------------------

ROW = registry.find("3")[0]


def solved():
    return registry.solution_path(ROW).read_text(encoding="utf-8")


def of_list(word="Rosenblatt"):
    shown = run("list").stdout.splitlines()
    begin = next(at for at, line in enumerate(shown) if line.split()[:2] == ["N", "exercise"])
    return next(line for line in shown[begin:] if word in line), " ".join(" ".join(shown[:begin]).split())


def test_one_bad_file_is_named_and_the_others_are_shown(course_root, inside):
    path = registry.exercise_path(ROW)
    path.write_bytes(b"x = '\xff\xff'\n")
    line, first = of_list()
    assert "not UTF-8" in line
    assert "byte 5 (0xFF) is no UTF-8: save the file as UTF-8." in first
    assert "1, 2, 3, 4, 5, 6, 7, 8" in of_list("A neuron from scratch")[0]
    for command, code in (("check", 1), ("exercise", 1), ("hint", 0)):
        done = run(command, "3", code=code)
        assert "byte 5 (0xFF) is no UTF-8: save the file as UTF-8." in done.stderr + done.stdout
        assert len(done.stderr.splitlines()) <= 2
    inside("exercise", "2", "--preset", "smoke")
    report = json.loads(inside("check", "3", "--json", code=1))
    assert "save the file as UTF-8" in report["file_problem"]
    kept = inside("reset", "3")
    assert "your file is kept as" in kept
    (copy,) = (course_root / ".whitepaper" / "kept").iterdir()
    assert copy.read_bytes() == b"x = '\xff\xff'\n"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_a_file_of_another_editor_runs(course_root, inside, encoding):
    text = solved().replace("\n", "\r\n") + "# 끝"
    registry.exercise_path(ROW).write_bytes(text.encode(encoding, "replace"))
    assert "make check" in of_list()[0]
    assert "No blank of exercise 3 is open" in inside("hint", "3")
    if encoding == "cp949":
        assert "figures yours" in inside("exercise", "3", "--preset", "smoke")
        assert "checks passed" in inside("check", "3")


def test_an_answer_above_the_line_that_was_kept_is_told_everywhere(course_root, inside):
    path = registry.exercise_path(ROW)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("        raise NotAttempted(2)", "        return x @ self.w\n        raise NotAttempted(2)"),
                    encoding="utf-8")  # fmt: skip
    said = "blank 2 has code, but its line `raise NotAttempted(2)` is still there: delete it"
    line, first = of_list()
    assert "delete `raise` of 2" in line
    assert said in first
    assert said in inside("hint", "3")
    assert said in inside("exercise", "3", "--preset", "smoke")
    assert said in inside("check", "3")


def test_a_function_that_is_missing_is_named_and_never_done(course_root, inside):
    path = registry.exercise_path(ROW)
    text = solved()
    begin, end = text.index("    def predict"), text.index("    def", text.index("    def predict") + 5)
    path.write_text(text[:begin] + text[end:], encoding="utf-8")
    said = "the function Perceptron.predict is missing: put it back, or make reset N=3"
    line, first = of_list()
    assert "predict missing" in line
    assert line.split()[-3:] == ["3", "predict", "missing"]
    assert said in first
    assert said in inside("check", "3", code=1)
    assert said in inside("exercise", "3", code=1)
    assert said in inside("hint", "3")
    path.write_text("", encoding="utf-8")
    assert "empty file" in of_list()[0]
    assert "the file is empty: make reset N=3 gives a fresh one" in inside("check", "3", code=1)


def test_what_is_next_after_a_check_and_after_a_run_is_the_next_exercise(course_root, inside):
    registry.exercise_path(ROW).write_text(solved(), encoding="utf-8")
    assert "Next: make check N=3" in inside("exercise", "3", "--preset", "smoke")
    following = "Next: exercise 4, The first Keras model, and four optimizers: make exercise N=4"
    assert following in inside("check", "3")
    assert following in inside("exercise", "3", "--preset", "smoke")
    assert of_list()[1].startswith("Next: make exercise N=1, then fill blank 1 in")


def test_a_hint_for_the_first_wrong_blank_where_none_is_open(course_root, inside):
    text = solved()
    assert "        return x @ self.w + self.b\n" in text
    registry.exercise_path(ROW).write_text(text.replace("x @ self.w + self.b", "x @ self.w"), encoding="utf-8")
    inside("check", "3", code=1)
    shown = inside("hint", "3")
    assert "No blank of exercise 3 is open; the last check of blank 2 was wrong." in shown
    assert "hint 1 of" in shown


def test_generate_never_writes_over_what_anybody_changed(course_root, inside):
    path, solution = registry.exercise_path(ROW), registry.solution_path(ROW)
    noted = path.read_text(encoding="utf-8") + "# my own notes\n"
    path.write_text(noted, encoding="utf-8")
    assert f"left alone, as somebody has changed it: {path}" in inside("generate")
    assert path.read_text(encoding="utf-8") == noted
    shown = inside("generate", "--replace")
    (copy,) = (course_root / ".whitepaper" / "kept").iterdir()
    assert f"kept: {copy}" in shown
    assert copy.read_text(encoding="utf-8") == noted
    # What the generator itself wrote is written over without a copy.
    solution.write_text(solved().replace("return w · x + b for every", "return w · x + b for each"), encoding="utf-8")
    assert f"written: {path}" in inside("generate")
    assert len(list((course_root / ".whitepaper" / "kept").iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("hidden=abc", "HP hidden is a whole number from 2 to 8. Received: abc."),
        ("hidden=4.5", "HP hidden is a whole number from 2 to 8. Received: 4.5."),
        ("hidden=-1", "HP hidden is a whole number from 2 to 8. Received: -1."),
        ("hiden=4", "Received: hiden. Did you mean hidden?"),
    ],
)
def test_a_hyperparameter_that_does_not_fit_is_told_and_nothing_is_saved(course_root, inside, words, said):
    done = inside("exercise", "2", "--hp", words, code=2)
    assert said in done
    assert not (course_root / "runs" / "ex02").exists()


def test_epochs_are_set_as_a_hyperparameter(course_root, inside):
    inside("exercise", "3", "--preset", "smoke", "--solution", "--hp", "epochs=2")
    (kept,) = json.loads(run("runs", "3", "--json").stdout)
    assert (kept["epochs_run"], kept["hp"]["epochs"]) == (2, 2)


def test_runs_fit_80_columns(course_root, capsys):
    from whitepaper.cli import tables
    from whitepaper.lessons import record

    for number in range(3):
        folder = record.new_folder(ROW)
        kept = {"exercise": 3, "preset": "quick", "seed": number, "status": "finished", "epochs_run": 6,
                "data": {"source": "real"}, "hp": {"rate": 0.1 * number, "very_long_name_of_a_parameter": 12345},
                "metrics": {"accuracy": 0.9 + number / 100, "errors_after_epoch_6": 0.0, "last_epoch_with_errors": 1.0},
                "steps": [{"name": "fit", "seconds": 1.0}]}  # fmt: skip
        record.write_json(folder / "record.json", kept)
    from rich.console import Console

    for width in (80, 60, 200):
        Console(width=width).print(tables.runs_table((ROW,), width))
        shown = capsys.readouterr().out
        assert "…" not in shown
        assert all(len(line) <= width for line in shown.splitlines())
        assert "0.92" in shown
        assert "All: N 3, preset quick, data real, status finished" in " ".join(shown.split())
        assert "very_long_name_of_a_parameter" not in shown
    assert "rate=0.2" in shown


def test_the_tolerance_stands_beside_the_claim_and_the_way_to_tensorboard_below(course_root):
    from dataclasses import replace

    from rich.console import Console

    from whitepaper.cli import tables
    from whitepaper.lessons import record
    from whitepaper.lessons.runner import Result

    row = replace(ROW, claims=(registry.Claim("accuracy", "at_least", 0.979, 0.002),))
    data = {"source": "real", "complete": True}
    kept = {"claims": record.judge(row, {"accuracy": 0.9789}, "full", data), "metrics": {"accuracy": 0.9789},
            "steps": [], "data": data, "preset": "full", "files": [], "status": "finished"}  # fmt: skip
    console = Console(width=120, record=True, file=io.StringIO())
    (course_root / "tensorboard").mkdir()
    for line in tables.result_lines(row, Result(course_root, kept)):
        console.print(line)
    shown = console.export_text()
    assert re.search(r"≥ 0\.979 \(± 0\.002\) +met", shown)
    assert "TensorBoard: make tensorboard N=3" in shown


def test_without_solutions_the_course_runs_what_is_the_students_own(course_root, inside):
    import shutil

    text = solved()
    kept = [(blank.number, blank.code) for blank in blanks.parse(text)]
    shutil.rmtree(course_root / "solutions")
    assert "not built" not in run("list").stdout
    for _ in range(4):
        shown = inside("hint", "3")
    assert "That was the last hint." in shown
    assert "solutions" not in shown
    done = inside("exercise", "3", code=1)
    assert "Blank 1 (load) is still open" in done
    assert "no solutions/ to run it with" in done
    assert "a copy of the course without solutions/" in inside("exercise", "3", "--solution", code=1)
    assert "a copy of the course without solutions/" in inside("check", "3", code=1)
    registry.exercise_path(ROW).write_text(blanks.make_exercise(text, dict(kept)), encoding="utf-8")
    shown = inside("exercise", "3", "--preset", "smoke")
    assert "figures yours" in shown
    assert "Record: " in shown
    assert "without solutions" not in shown
    done = inside("reset", "3", code=1)
    assert "A fresh copy of exercise 3 is made from its solution." in done


def test_tensorboard_needs_a_run_that_was_recorded(course_root):
    done = run("tensorboard", "3", code=1)
    assert "No run of exercise 3 was recorded for TensorBoard." in done.stderr
    assert "make exercise N=3 TRACK=tensorboard" in done.stderr


def test_readme_links_exercises_and_no_solution():
    table = generator.table()
    assert "](exercises/ex03_iris_perceptron.py)" in table
    assert "solutions/" not in table


def test_help_of_the_command_line_names_commands_and_options():
    shown = run("--help").stdout
    assert "exercise" in shown
    assert "--preset" in run("exercise", "--help").stdout


def test_a_reader_that_goes_away_is_no_traceback(course_root):
    done = subprocess.run(
        f'"{sys.executable}" -m whitepaper list | true', shell=True, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_a_user_without_name_and_home_has_no_cache_and_no_crash(course_root, tmp_path):
    code = (
        "import os, pwd, sys\n"
        "def gone(*_): raise KeyError('no such user')\n"
        "pwd.getpwuid = gone\n"
        "sys.argv = ['whitepaper', 'exercise', '3', '--preset', 'smoke', '--solution']\n"
        "from whitepaper.cli import main\n"
        "main()\n"
    )
    nobody = ("HOME", "LOGNAME", "USER", "LNAME", "USERNAME", "WHITEPAPER_CACHE", "XDG_CACHE_HOME", "MPLCONFIGDIR")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={name: value for name, value in os.environ.items() if name not in nobody},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "This user has no home folder: data are not kept. WHITEPAPER_CACHE names a folder" in done.stderr
    assert not (tmp_path / "~").exists()


def test_a_copy_that_cannot_be_kept_stops_a_reset(course_root):
    path = registry.exercise_path(ROW)
    path.write_text("mine", encoding="utf-8")
    (course_root / ".whitepaper" / "kept").write_text("a file where the folder belongs", encoding="utf-8")
    done = run("reset", "3", code=1)
    assert len(done.stderr.splitlines()) == 1
    assert "kept: File exists." in done.stderr
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_link_stays_a_link(course_root, tmp_path):
    path = registry.exercise_path(ROW)
    elsewhere = tmp_path / "mine.py"
    elsewhere.write_text("mine", encoding="utf-8")
    path.unlink()
    path.symlink_to(elsewhere)
    kept = generator.reset(ROW)
    assert path.is_symlink()
    assert elsewhere.read_text(encoding="utf-8") == generator.fresh(ROW)
    assert kept.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("where", ["at the end", "in a blank"])
def test_a_file_that_ends_the_program_fails_its_run(course_root, where):
    path = registry.exercise_path(registry.find("3")[0])
    text = registry.solution_path(registry.find("3")[0]).read_text(encoding="utf-8")
    ended = f"{text}\nimport sys\nsys.exit(0)\n"
    inside = text.replace("return x @ self.w + self.b", "exit()")
    path.write_text(ended if where == "at the end" else inside, encoding="utf-8")
    said = run("exercise", "3", "--preset", "smoke", code=1)
    assert "SystemExit" in said.stderr
    assert "Traceback" not in said.stderr
