"""Runs: who plays which step, what is recorded, what happens after a kill or Ctrl-C, same seed same numbers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import jsonschema
import numpy as np
import pytest

from whitepaper.course import registry
from whitepaper.errors import CourseError, StepError, UsageError
from whitepaper.lessons import record
from whitepaper.lessons.runner import Options, Run, play

SCHEMA = json.loads(record.SCHEMA.read_text(encoding="utf-8"))


def row(number):
    return registry.find(str(number))[0]


def edit(number, old, new):
    """Change a student's file, which must hold the old text."""
    path = registry.exercise_path(row(number))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def solve(number):
    """Hand in the solution."""
    path = registry.exercise_path(row(number))
    path.write_text(registry.solution_path(row(number)).read_text(encoding="utf-8"), encoding="utf-8")


def players(result):
    return {step["name"]: step["by"] for step in result.record["steps"]}


def test_open_steps_are_played_by_the_course(course_root):
    result = play(row(3), Options(preset="smoke"))
    jsonschema.validate(result.record, SCHEMA)
    assert [players(result)[step] for step in ("load", "define", "fit", "evaluate")] == ["course"] * 4
    assert result.record["status"] == "finished"
    assert result.record["steps"][0]["blanks_open"] == [1]
    on_disk = json.loads((result.folder / "record.json").read_text(encoding="utf-8"))
    assert on_disk == result.record
    for name in ("history.csv", "figures/flowers.png", "figures/errors.png", "figures/regions.png"):
        assert name in result.record["files"]
        assert (result.folder / name).stat().st_size > 50


def test_filled_steps_are_the_students(course_root):
    edit(3, "raise NotAttempted(1)", "k = y < 2; return x[k][:, [0, 2]], 2 * y[k] - 1")
    result = play(row(3), Options(preset="smoke"))
    assert players(result)["load"] == "student"
    assert players(result)["fit"] == "course"
    solve(3)
    result = play(row(3), Options(preset="smoke"))
    assert set(players(result).values()) == {"student"}


def test_a_students_object_with_an_open_method_gives_way_to_the_courses(course_root):
    solve(3)
    edit(
        3,
        "            change = self.rate * (label - self.predict(row))",
        "            from whitepaper.errors import NotAttempted\n            raise NotAttempted(4)",
    )
    result = play(row(3), Options(preset="smoke"))
    assert result.record["status"] == "finished"
    assert players(result)["load"] == "student"
    assert players(result)["define"] == "course"
    assert players(result)["fit"] == "course"


def test_an_open_helper_of_the_figures_costs_no_second_fit(course_root, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    solve(5)
    edit(
        5,
        "    weights, _ = model.layers[-1].get_weights()",
        "    from whitepaper.errors import NotAttempted\n    raise NotAttempted(6)",
    )
    result = play(row(5), Options(preset="smoke", data="stand-in"))
    assert players(result)["fit"] == "student"
    assert players(result)["figures"] == "course"
    lines = (result.folder / "history.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3


def test_strict_stops_at_the_first_open_blank(course_root):
    with pytest.raises(StepError, match=r"STRICT=1: blank 1 \(load\)"):
        play(row(3), Options(preset="smoke", strict=True))


def test_solution_plays_the_solution(course_root):
    edit(3, "def load(preset):", "def load(preset):\n    raise ZeroDivisionError\n")
    assert play(row(3), Options(preset="smoke", solution=True)).record["status"] == "finished"


def test_a_wrong_step_is_never_replaced_and_nothing_is_lost(course_root):
    solve(3)
    edit(3, "    wrong = np.flatnonzero(model.errors)", "    wrong = np.flatnonzer(model.errors)")
    with pytest.raises(
        StepError, match=r"evaluate failed at .*ex03_iris_perceptron.py:\d+: `wrong = .*`: AttributeError"
    ) as caught:
        play(row(3), Options(preset="smoke"))
    assert "\n" not in caught.value.message
    ((folder, kept),) = record.all_records(row(3))
    jsonschema.validate(kept, SCHEMA)
    assert kept["status"] == "failed"
    assert [step["name"] for step in kept["steps"]] == ["load", "define", "compile", "fit"]
    assert "Traceback" in (folder / "error.txt").read_text(encoding="utf-8")
    assert (folder / "history.csv").is_file()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "    return Perceptron(",
            "    Perceptron(",
            "define must return the model. Received: None. Is the `return` missing?",
        ),
        ("    return data.map(two_species)", "    return 5", "load must return a Dataset. Received: int 5."),
        ('    return {"errors": model.errors}', "    pass", "fit must return the history"),
        (
            '    return {\n        "accuracy"',
            '    model.x = {\n        "accuracy"',
            "evaluate must return a dict of numbers",
        ),
    ],
)
def test_the_wrong_kind_of_result_is_named(course_root, old, new, said):
    solve(3)
    edit(3, old, new)
    with pytest.raises(StepError) as caught:
        play(row(3), Options(preset="smoke"))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("def load(preset):", "def load(preset:", "SyntaxError"),
        (
            "def evaluate(model, data):",
            "def evaluat(model, data):",
            "expected def evaluate(model, data). Received: no such function.",
        ),
        ("def fit(model, data, preset, callbacks):", "def fit(model, data):", "Received: def fit(model, data)."),
        ('    "smoke": Preset(epochs=10),\n', "", "expected PRESETS"),
        ("import numpy as np", "import nampy as np", "ModuleNotFoundError"),
    ],
)
def test_files_that_break_the_contract_are_named_on_one_line(course_root, old, new, said):
    edit(3, old, new)
    with pytest.raises(CourseError) as caught:
        Run(row(3), Options(preset="smoke"))
    assert said in caught.value.message
    assert "ex03_iris_perceptron.py" in caught.value.message
    assert "\n" not in caught.value.message
    assert record.all_records(row(3)) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"preset": "fast"}, "smoke, quick, full. Received: 'fast'"),
        ({"data": "reel"}, "Received: 'reel'"),
        ({"strategy": "warp"}, "Received: 'warp'"),
    ],
)
def test_unknown_words(course_root, options, said):
    with pytest.raises(UsageError, match=said):
        Run(row(3), Options(**options))


def test_a_missing_gpu_is_one_line_and_leaves_no_run(course_root):
    import tensorflow as tf

    if tf.config.list_physical_devices("GPU"):
        pytest.skip("this machine has a GPU")
    with pytest.raises(CourseError, match="STRATEGY=gpu needs a GPU"):
        play(row(5), Options(preset="smoke", data="stand-in", strategy="gpu", solution=True))
    assert not record.runs_folder(row(5)).exists()


def test_a_tpu_that_is_not_there_is_told(course_root):
    with pytest.raises(CourseError, match="STRATEGY=tpu needs a TPU"):
        play(row(5), Options(preset="smoke", data="stand-in", strategy="tpu", solution=True))
    assert not record.runs_folder(row(5)).exists()


def test_mirrored_on_one_device_is_recorded_repeats_and_is_near_plain_keras(course_root):
    plain, mirrored, again = (
        play(row(5), Options(preset="smoke", data="stand-in", strategy=name, solution=True)).record
        for name in ("cpu", "mirrored", "mirrored")
    )
    assert mirrored["strategy"] == "mirrored over 1"
    assert mirrored["metrics"] == again["metrics"]
    # The rows come in another random order; tests/test_replicas.py compares with one order.
    assert mirrored["metrics"]["loss"] == pytest.approx(plain["metrics"]["loss"], rel=0.03)


def test_hyperparameters_are_used_recorded_and_misspelled_ones_named(course_root):
    result = play(row(3), Options(preset="smoke", solution=True, hp={"rate": 0.5}))
    assert result.record["hp"]["rate"] == 0.5
    with pytest.raises(UsageError, match="Received: rat"):
        play(row(3), Options(preset="smoke", solution=True, hp={"rat": 0.5}))


def test_claims_speak_of_full_runs_on_real_data_only(course_root):
    quick = play(row(3), Options(solution=True)).record["claims"]
    full = play(row(3), Options(preset="full", solution=True)).record["claims"]
    made = play(row(3), Options(preset="full", data="stand-in", solution=True)).record["claims"]
    assert [claim["met"] for claim in (*quick, *full, *made)] == [None, True, None]


@pytest.mark.parametrize(("note", "met"), [("", True), ("subset of 20 of 150 flowers", None)])
def test_claims_do_not_speak_of_a_subset(note, met):
    from whitepaper.datasets import Dataset, Split

    one = Split(np.zeros(1), np.zeros(1))
    data = Dataset(one, one, one, name="iris", title="Iris", source="real", origin="cache", note=note)
    (claim,) = record.judge(row(3), {"errors_after_epoch_6": 0.0}, "full", data.provenance())
    assert claim["met"] is met


def test_exercise_2_never_loads_tensorflow(course_root):
    code = (
        "import sys\nfrom whitepaper.course import registry\nfrom whitepaper.lessons.runner import Options, play\n"
        "result = play(registry.find('2')[0], Options(solution=True))\n"
        "assert result.record['claims'][0]['value'] < 0.1\n"
        "assert not {'tensorflow', 'keras', 'sklearn'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def small(course_root, monkeypatch):
    """Exercise 5 with stand-in data."""
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    return Options(preset="smoke", data="stand-in", solution=True)


def test_same_seed_same_numbers_also_by_hand(small):
    import keras

    from whitepaper.lessons import contract
    from whitepaper.lessons.hyperparameters import Hyperparameters

    first, second = (play(row(5), small).record["metrics"] for _ in range(2))
    assert first == second
    other = play(row(5), Options(preset="smoke", data="stand-in", solution=True, seed=1)).record["metrics"]
    assert other != first
    lesson = contract.load_module(registry.solution_path(row(5)), "solutions")
    keras.utils.set_random_seed(0)
    hp, preset = Hyperparameters(), lesson.PRESETS["smoke"]
    data = lesson.load(preset)
    model = lesson.define(data, hp)
    lesson.compile(model, hp)
    lesson.fit(model, data, preset, [])
    assert lesson.evaluate(model, data) == first


def test_a_keras_run_leaves_a_model_that_loads_and_answers_alike(small):
    import keras
    import numpy as np

    result = play(row(5), small)
    jsonschema.validate(result.record, SCHEMA)
    model = keras.models.load_model(result.folder / "model.keras")
    assert model.count_params() == 7850
    assert np.isfinite(model.predict(np.zeros((2, 28, 28)), verbose=0)).all()
    assert not (result.folder / "backup").exists()
    lines = (result.folder / "history.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("epoch,")


CHILD = """
import os, signal, sys
import keras
from whitepaper.course import registry
from whitepaper.lessons.runner import Options, play

class Event(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if os.environ.get("EVENT") == "kill" and epoch == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if os.environ.get("EVENT") == "interrupt" and epoch == 2:
            os.kill(os.getpid(), signal.SIGINT)
keras.callbacks.Event = Event
said = []
result = play(registry.find("5")[0], Options(preset="smoke", data="stand-in", solution=True), said.append)
print(result.folder.name, result.record["status"], result.record["resumed"], result.record["epochs_run"], said)
"""


@pytest.fixture
def six_epochs(course_root, monkeypatch):
    """Exercise 5 with six epochs and a callback that can end the process or press Ctrl-C."""
    path = registry.solution_path(row(5))
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("epochs=2, batch_size=25", "epochs=6, batch_size=25"),
        ("callbacks=[*callbacks, falling]", "callbacks=[*callbacks, falling, keras.callbacks.Event()]"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")

    def run(event=""):
        monkeypatch.setenv("EVENT", event)
        return subprocess.run([sys.executable, "-c", CHILD], capture_output=True, text=True, timeout=120, check=False)

    return run


def test_a_killed_run_goes_on_where_it_stopped(six_epochs):
    assert six_epochs("kill").returncode == -signal.SIGKILL
    ((folder, kept),) = record.all_records(row(5))
    assert kept["status"] == "running"
    done = six_epochs()
    assert f"{folder.name} finished True 6" in done.stdout, done.stderr
    epochs = [line.split(",")[0] for line in (folder / "history.csv").read_text(encoding="utf-8").splitlines()]
    assert epochs == ["epoch", "0", "1", "2", "3", "4", "5"]
    assert len(record.all_records(row(5))) == 1
    assert "finished False 6" in six_epochs().stdout


def test_a_changed_file_starts_afresh(six_epochs):
    six_epochs("kill")
    path = registry.solution_path(row(5))
    path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert "finished False 6" in six_epochs().stdout


def test_a_damaged_backup_is_said_and_the_run_begins_anew(six_epochs):
    six_epochs("kill")
    ((folder, _),) = record.all_records(row(5))
    for path in (folder / "backup").iterdir():
        path.write_bytes(b"")
    done = six_epochs()
    assert "finished" in done.stdout, done.stderr[-2000:]
    assert "damaged" in done.stdout


def test_ctrl_c_ends_a_run_with_what_it_has(six_epochs):
    done = six_epochs("interrupt")
    assert "interrupted False 3" in done.stdout, done.stderr
    ((_, kept),) = record.all_records(row(5))
    jsonschema.validate(kept, SCHEMA)
    assert kept["metrics"]["accuracy"] > 0
    assert "figures/curves.png" in kept["files"]


def test_ctrl_c_in_a_numpy_lesson_keeps_the_record(course_root):
    solution = registry.solution_path(row(3))
    solution.write_text(
        solution.read_text(encoding="utf-8").replace(
            "def fit(model, data, preset, callbacks):",
            "def fit(model, data, preset, callbacks):\n    import time\n    print('fitting', flush=True)\n    time.sleep(60)",
        ),
        encoding="utf-8",
    )
    # Who starts the tests in the background may have switched Ctrl-C off.
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from whitepaper.course import registry\nfrom whitepaper.lessons.runner import Options, play\n"
        "print(play(registry.find('3')[0], Options(solution=True)).record['status'])"
    )
    running = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=os.environ)
    assert running.stdout is not None
    assert running.stdout.readline().strip() == "fitting"
    time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    assert running.communicate(timeout=60)[0].strip() == "interrupted"


@pytest.mark.real_data
@pytest.mark.parametrize("number", [1, 3, 4, 5])
def test_claims_hold_on_real_data(course_root, originals, number):
    result = play(row(number), Options(preset="full", data="real", solution=True))
    assert result.record["claims"]
    assert all(claim["met"] for claim in result.record["claims"]), result.record["claims"]
