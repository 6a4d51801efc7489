"""Evidence is plain and bounded; verdicts fail closed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from whitepaper.checking import Wrong, check, judging, session, verdict
from whitepaper.checking.evidence import MAX_ITEMS, Evidence, EvidenceError, plain
from whitepaper.checking.failures import Open, StepFailed
from whitepaper.course import registry


class Liar(float):
    """Equal to everything, and printed as what is wanted."""

    def __eq__(self, other):
        return True

    def __repr__(self):
        return "4"

    __hash__ = float.__hash__


class Text(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Table(dict):
    def items(self):
        return [("accuracy", 1.0)]


class Array(np.ndarray):
    def __eq__(self, other):
        return True


def test_no_comparison_is_left_to_the_student():
    for value, kind in ((Liar(1), float), (Text("a"), str), ([Liar(2)], list), (Table(accuracy=0.1), Evidence)):
        found = plain(value)
        assert type(found) is kind
        assert found != 3
    assert plain(Table(accuracy=0.1)) == {"accuracy": 0.1}
    assert type(plain(np.zeros(3).view(Array))) is np.ndarray
    assert plain(True) is True


def test_a_set_is_a_sorted_list():
    assert plain({"b", "a"}) == ["a", "b"]
    assert plain({"words": frozenset({2, 1})}) == {"words": [1, 2]}


def test_what_is_no_evidence_is_refused():
    deep = []
    for _ in range(20):
        deep = [deep]
    for value in (
        object(),
        lambda: 1,
        np.array([object()]),
        deep,
        list(range(MAX_ITEMS + 1)),
        {object()},
        set(range(MAX_ITEMS + 1)),
    ):
        with pytest.raises(EvidenceError):
            plain(value)


def test_numbers_arrays_and_tensors_stay_what_they_are():
    import keras

    assert plain({"a": [1, 2.5, None, "x", (True,)]}) == {"a": [1, 2.5, None, "x", [True]]}
    assert np.array_equal(plain(keras.ops.arange(3)), [0, 1, 2])
    assert plain(np.float32(0.5)) == 0.5


def made(function, blank=1, step="define", **options):
    return check(blank, step, **options)(function)


class Door:
    """A door that raises what it is told."""

    printed = ""

    def __init__(self, error=None):
        self.error, self.reached = error, set()

    def ask(self, handle, own, arguments, candidate=None):
        if self.error:
            raise self.error
        return Evidence({})


def asks(student):
    """It asks."""
    student.model()


@pytest.mark.parametrize(
    ("error", "state", "diagnosis"),
    [
        (None, verdict.PASSED, ""),
        (Open(1), verdict.NOT_ATTEMPTED, ""),
        (Open(2), verdict.BLOCKED, ""),
        (StepFailed("define", "student", "boom", "ValueError"), verdict.WRONG, "raises"),
        (
            StepFailed("define", "student", "define must return the model. Received: None.", "StepError"),
            verdict.WRONG,
            "return-missing",
        ),
        (StepFailed("load", "student", "boom", "ValueError"), verdict.BLOCKED, ""),
        (StepFailed("define", "course", "boom", "ValueError"), verdict.UNCHECKED, "course-failed"),
        (RuntimeError("the check is broken"), verdict.UNCHECKED, "check-failed"),
    ],
)
def test_every_error_has_its_state(error, state, diagnosis):
    found = judging.judge(made(asks), Door(error), {}, {})
    assert (found.state, found.diagnosis) == (state, diagnosis)


def test_open_blocked_and_wrong():
    def wrong(student):
        """It is wrong."""
        raise Wrong("slug", "this", "that", "because", "there")

    assert judging.judge(made(wrong), Door(), {1: ""}, {}).state == verdict.NOT_ATTEMPTED
    assert judging.judge(made(wrong, needs=("load",)), Door(), [], {"load": frozenset()}).state == verdict.BLOCKED
    assert judging.judge(made(wrong, after=(3,)), Door(), [], {3: frozenset()}).state == verdict.BLOCKED
    found = judging.judge(made(wrong), Door(), [], {"load": frozenset(), 3: frozenset()})
    assert found.as_dict() == {
        "state": "wrong",
        "diagnosis": "slug",
        "expected": "this",
        "received": "that",
        "cause": "because",
        "read": "there",
    }


def test_a_check_needs_a_docstring_and_a_step():
    with pytest.raises(ValueError, match="docstring"):
        check(1, "define")(lambda student: None)
    with pytest.raises(ValueError, match="Received: 'train'"):
        check(1, "train")


@pytest.mark.parametrize("row", [row for row in registry.exercises() if registry.is_built(row)], ids=lambda row: row.id)
def test_every_blank_has_a_check(row):
    from whitepaper.course import blanks

    marked = {
        blank.number: blank.step for blank in blanks.parse(registry.solution_path(row).read_text(encoding="utf-8"))
    }
    checks = session.checks_of(row)
    assert {one.blank for one in checks} == set(marked)
    assert all(one.step == marked[one.blank] for one in checks)


def test_the_course_is_never_asked_for_real_data(monkeypatch, course_root):
    monkeypatch.setenv("WHITEPAPER_DATA", "real")
    path = registry.exercise_path(registry.find("5")[0])
    path.write_text(registry.solution_path(registry.find("5")[0]).read_text(encoding="utf-8"), encoding="utf-8")
    outcomes, _ = session.run(registry.find("5")[0], select=lambda one: one.step == "load")
    assert [outcome.verdict.state for outcome in outcomes] == ["passed", "passed"]


def test_shapes_of_several_inputs_are_evidence():
    from whitepaper.checking.summaries import plain_shape

    assert plain_shape((None, 3)) == [None, 3]
    assert plain_shape([(None, 3), (None, 2)]) == [[None, 3], [None, 2]]
    assert plain_shape({"given": (None, None)}) == {"given": [None, None]}
    assert plain_shape(None) is None


def test_numpy_lessons_are_checked_without_tensorflow():
    code = (
        "import sys\nfrom whitepaper.course import registry\nfrom whitepaper.checking import session\n"
        "for number in ('18', '19'):\n"
        "    (row,) = registry.find(number)\n"
        "    outcomes, _ = session.run(row, registry.solution_path(row))\n"
        "    assert {outcome.verdict.state for outcome in outcomes} == {'passed'}\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
