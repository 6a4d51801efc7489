"""The door into a child process: whatever a student's file does there becomes a state, and never a pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whitepaper.checking import judging, session, verdict, wire
from whitepaper.checking.doors import ProcessDoor, memory_limit, memory_of
from whitepaper.checking.failures import Ended
from whitepaper.checking.fakes import Fake
from whitepaper.course import blanks, registry
from whitepaper.errors import CourseError, UsageError

(ROW,) = registry.find("3")
SOLUTION = registry.solution_path(ROW).read_text(encoding="utf-8")


def checked(path, text, monkeypatch=None, seconds=None):
    """The verdicts of the blanks of exercise 3, by blank: a list of outcomes each."""
    path.write_text(text, encoding="utf-8")
    if seconds:
        monkeypatch.setattr(judging, "allowed_seconds", lambda row, check, fresh: seconds)
    outcomes, report = session.run(ROW, path, apart=True)
    jsonschema.validate(report, json.loads(session.SCHEMA.read_text(encoding="utf-8")))
    found = {}
    for outcome in outcomes:
        found.setdefault(outcome.check.blank, []).append(outcome)
    return found


def states(outcomes):
    return {outcome.verdict.state for outcome in outcomes}


def test_the_solution_passes(tmp_path):
    found = checked(tmp_path / ROW.file, SOLUTION)
    assert set.union(*map(states, found.values())) == {verdict.PASSED}


@pytest.mark.parametrize("number", ["2", "19"])
def test_other_solutions_give_the_same_verdicts_through_both_doors(number):
    (row,) = registry.find(number)
    apart, _ = session.run(row, registry.solution_path(row), apart=True)
    inside, _ = session.run(row, registry.solution_path(row))
    assert [one.verdict for one in apart] == [one.verdict for one in inside]


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("import sys; sys.exit(0)", verdict.WRONG, "sys.exit() ends the whole program"),
        ("raise SystemExit('good')", verdict.WRONG, "SystemExit: good"),
        ("exit()", verdict.WRONG, "ends the whole program"),
        ("raise KeyboardInterrupt", verdict.WRONG, "KeyboardInterrupt"),
        ("return float(input('units? '))", verdict.WRONG, "input() has nobody to ask"),
        ("breakpoint()", verdict.WRONG, "take it out"),
        ("import os; os._exit(0)", verdict.CRASHED, "exit code 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", verdict.CRASHED, "SIGSEGV"),
        ("import ctypes; ctypes.string_at(0)", verdict.CRASHED, "SIGSEGV"),
        ("[list(range(9))] * 5; 1 / 0", verdict.WRONG, "1 / 0`: ZeroDivisionError"),
    ],
)
def test_a_blank_that_ends_or_stops_is_told_in_its_step(tmp_path, code, state, said):
    found = checked(tmp_path / ROW.file, blanks.answered(SOLUTION, {2: code}))
    assert state in states(found[2])
    assert states(found[2]) <= {state, verdict.BLOCKED}
    first = next(one.verdict for one in found[2] if one.verdict.state == state)
    assert said in f"{first.received} {first.cause}"
    # Each blank is checked with the course's other steps: those before it are as right as ever.
    assert states(found[1]) == {verdict.PASSED}
    assert verdict.PASSED in states(found[6])


def test_a_loop_that_does_not_end_is_timed_out_and_the_others_are_still_checked(tmp_path, monkeypatch):
    text = blanks.answered(SOLUTION, {2: "while True: pass"})
    began = time.monotonic()
    found = checked(tmp_path / ROW.file, text, monkeypatch, seconds=1.5)
    assert verdict.TIMED_OUT in states(found[2])
    assert states(found[2]) <= {verdict.TIMED_OUT, verdict.BLOCKED}
    assert states(found[1]) == {verdict.PASSED}
    assert verdict.PASSED in states(found[6])
    assert time.monotonic() - began < 60


def test_memory_without_end_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_CHECK_MEMORY", "0.4")
    text = blanks.answered(SOLUTION, {2: "kept = []\nwhile True: kept.append(np.ones(1_000_000))"})
    found = checked(tmp_path / ROW.file, text)
    (crashed,) = [one.verdict for one in found[2] if one.verdict.state == verdict.CRASHED][:1]
    assert "0.4 GB of memory" in crashed.received


def test_what_the_student_prints_is_shown_under_its_check_and_bounded(tmp_path):
    code = "print('the shape is', x.shape)\nprint('#' * 100_000)\nreturn x @ self.w"
    found = checked(tmp_path / ROW.file, blanks.answered(SOLUTION, {2: code}))
    (wrong,) = [one for one in found[2] if one.verdict.state == verdict.WRONG][:1]
    assert "the shape is" in wrong.printed
    assert len(wrong.printed) <= 4_000
    assert not any(one.printed for one in found[1])


def test_a_changed_argument_changes_no_other_verdict(tmp_path):
    found = checked(tmp_path / ROW.file, blanks.answered(SOLUTION, {2: "y = x @ self.w + self.b\nx *= 0\nreturn y"}))
    assert states(found[2]) == {verdict.PASSED}


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("import sys\nsys.exit(0)", "ends the program while the file is imported"),
        ("raise SystemExit('done')", "ends the program"),
        ("quit()", "ends the program"),
        ("raise KeyboardInterrupt", "raises while the file is imported"),
        ("import os\nos._exit(0)", "ended Python while it was imported (exit code 0)"),
        ("1 / 0", "ZeroDivisionError"),
        ("def load(", "SyntaxError"),
        ("del fit", "expected def fit"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_line(tmp_path, end, said):
    path = tmp_path / ROW.file
    path.write_text(f"{SOLUTION}\n{end}\n", encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        session.run(ROW, path, apart=True)
    assert said in caught.value.message
    assert "\n" not in caught.value.message
    report = session.with_file_problem(ROW, path, caught.value)
    jsonschema.validate(report, json.loads(session.SCHEMA.read_text(encoding="utf-8")))
    assert report["summary"]["passed"] == 0


def command(*words, root):
    done = subprocess.run(
        [sys.executable, "-m", "whitepaper", *words], capture_output=True, text=True, check=False, cwd=root
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "end",
    [
        "import sys; sys.exit(0)",
        "import os; os._exit(0)",
        "def load(",
        'print(\'{"summary": {"passed": 7}}\')\n1 / 0',
        "print('hello')",
    ],
)
def test_json_is_one_document_in_every_case(course_root, end):
    path = registry.exercise_path(ROW)
    path.write_text(f"{SOLUTION}\n{end}\n", encoding="utf-8")
    code, out, err = command("check", "3", "--json", root=course_root)
    report = json.loads(out)
    jsonschema.validate(report, json.loads(session.SCHEMA.read_text(encoding="utf-8")))
    good = end == "print('hello')"
    assert code == (0 if good else 1)
    assert (report["summary"]["passed"] == len(report["checks"])) is good
    assert "Traceback" not in err
    code, out, err = command("check", "3", root=course_root)
    assert code == (0 if good else 1)
    assert ("checks passed" in out) is good
    assert "Traceback" not in out + err


def test_the_traceback_of_a_students_error_is_kept_in_a_file(course_root):
    registry.exercise_path(ROW).write_text(blanks.answered(SOLUTION, {2: "return helper(x)"}), encoding="utf-8")
    code, out, _ = command("check", "3", root=course_root)
    assert code == 1
    assert "return helper(x)" in out
    assert "The full tracebacks: " in out
    kept = (course_root / ".whitepaper" / "tracebacks" / "ex03.txt").read_text(encoding="utf-8")
    assert "NameError: name 'helper' is not defined" in kept


def test_children_leave_no_process_behind(tmp_path):
    code = (
        "import subprocess, sys\nself.kept = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    )
    code += f"open({str(tmp_path / 'pid')!r}, 'w').write(str(self.kept.pid))\nwhile True: pass"
    door_path = tmp_path / ROW.file
    door_path.write_text(blanks.answered(SOLUTION, {2: code}), encoding="utf-8")
    door = ProcessDoor(ROW, door_path)
    door.deadline = time.monotonic() + 4
    with pytest.raises(Exception, match="no end within"):
        door.ask("object", ("define",), {"kind": "Perceptron", "arguments": [2, 0], "attributes": {}, "method": "net_input",
                                          "method_arguments": [np.zeros((1, 2))], "step": "define"})  # fmt: skip
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if memory_of(pid) == 0:
            return
        time.sleep(0.05)
    pytest.fail("a process that the student's code started is still alive")


def test_a_child_that_always_ends_is_not_started_for_ever(tmp_path):
    path = tmp_path / ROW.file
    path.write_text(blanks.answered(SOLUTION, {2: "import os\nos._exit(3)"}), encoding="utf-8")
    door = ProcessDoor(ROW, path)
    request = {"kind": "Perceptron", "arguments": [2, 0], "attributes": {}, "method": "net_input",
               "method_arguments": [np.zeros((1, 2))], "step": "define"}  # fmt: skip
    for _ in range(6):
        with pytest.raises(Ended, match="exit code 3"):
            door.ask("object", ("define",), request)
    with pytest.raises(Ended, match="not started again"):
        door.ask("object", ("define",), request)


@pytest.mark.parametrize("word", ["lots", "0", "-1", "nan"])
def test_a_wrong_limit_of_memory_is_an_error_of_usage(monkeypatch, word):
    monkeypatch.setenv("WHITEPAPER_CHECK_MEMORY", word)
    with pytest.raises(UsageError, match="GB above 0"):
        memory_limit()


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(PLAIN)
@settings(max_examples=60, deadline=None)
def test_values_arrive_as_they_were_sent(value):
    assert wire.unpack(wire.pack(value)) == value


def test_arrays_arrive_as_they_were_sent():
    sent = {
        "a": np.arange(6, dtype="float32").reshape(2, 3), "empty": np.zeros((0, 4), bool), "none": np.float64(3.5),
        "words": np.array([["a", "bc"]]), "ragged": np.array([[1, 2], [3]], dtype=object), "t": (np.ones(2, ">i2"), {3, 1}),
        "fake": Fake("a doubling head"), "order": np.asfortranarray(np.arange(6).reshape(2, 3)),
    }  # fmt: skip
    found = wire.unpack(wire.pack(sent))
    for name in ("a", "empty", "words", "order"):
        assert found[name].dtype == sent[name].dtype
        assert np.array_equal(found[name], sent[name])
    assert found["none"] == 3.5
    assert isinstance(found["none"], np.float64)
    assert found["ragged"].tolist() == [[1, 2], [3]]
    assert found["fake"] == Fake("a doubling head")
    assert isinstance(found["t"], tuple)
    assert found["t"][1] == {1, 3}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"3", b"[1]\n", b'{"pickle": "x"}\n', b'{"array": ["<f8", [3]]}\n12345678', b'{"array": ["<f8", [1000000000000]]}\n',
        b'{"array": ["|O", [1]]}\n12345678', b'{"array": ["<f8", [-1]]}\n', b'{"list": 3}\n', b'{"dict": [[1]]}\n', b"3\nmore",
        b'{"list": [' * 60 + b"1" + b"]}" * 60 + b"\n", b'{"array": ["no type", [1]]}\n1', b"[" * 100_000 + b"\n",
    ],
)  # fmt: skip
def test_a_forged_frame_is_refused(body):
    with pytest.raises(wire.WireError):
        wire.unpack(body)


def test_a_frame_that_is_too_long_is_not_read():
    reading, writing = os.pipe()
    wire.send(writing, b"x" * 100)
    with pytest.raises(wire.WireError, match="100 bytes"):
        wire.receive(reading, limit=99)
    os.close(writing)
    os.close(reading)


def test_nobody_waits_for_ever_and_a_closed_line_is_told():
    reading, writing = os.pipe()
    with pytest.raises(TimeoutError):
        wire.receive(reading, until=time.monotonic() + 0.05)
    os.write(writing, b"12")
    os.close(writing)
    with pytest.raises(wire.Closed):
        wire.receive(reading)
    os.close(reading)


class _Liar(int):
    """An int whose own arithmetic lies."""

    def __add__(self, other):
        return 99


class _Word(str):
    def __str__(self):
        return "another"


def test_subclasses_arrive_as_the_built_in_types():
    found = wire.unpack(wire.pack([_Liar(3), _Word("good"), True, np.float32(0.5)]))
    assert found == [3, "good", True, 0.5]
    assert [type(one) for one in found] == [int, str, bool, np.float32]


def test_depth_and_size_have_their_bounds(monkeypatch):
    def nested(depth):
        value = 1
        for _ in range(depth):
            value = [value]
        return value

    assert wire.unpack(wire.pack(nested(wire.MAX_DEPTH))) == nested(wire.MAX_DEPTH)
    for kind in (lambda inner: [inner], lambda inner: (inner,), lambda inner: {"a": inner}):
        value = 1
        for _ in range(wire.MAX_DEPTH + 1):
            value = kind(value)
        with pytest.raises(wire.WireError, match="nested deeper"):
            wire.unpack(wire.pack(value))
    with pytest.raises(wire.WireError, match="3 bytes that belong to no array"):
        wire.unpack(b"3\nabc")
    assert wire.MAX_FRAME == 4 * 64 * 1024 * 1024
    monkeypatch.setattr(wire, "MAX_FRAME", 10)
    with pytest.raises(wire.WireError, match="at most 10"):
        wire.pack("a word that is longer")


def test_frames_arrive_whole_and_one_after_the_other():
    reading, writing = os.pipe()
    for body in (b"", b"one", b"x" * 40_000):
        wire.send(writing, body)
        assert wire.receive(reading, until=time.monotonic() + 5) == body
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(reading, until=began + 0.4)
    assert 0.35 < time.monotonic() - began < 3
    os.close(reading)
    with pytest.raises(wire.Closed):
        wire.send(writing, b"nobody")
    os.close(writing)
