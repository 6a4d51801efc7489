"""Blanks: parsing, generating, and what a generator must never do."""

import ast

import pytest

from whitepaper.course import blanks, generator, registry
from whitepaper.errors import NotAttempted

SOLUTION = """import numpy as np
from whitepaper import datasets


def define(data, hp):
    # BLANK 1: make a number
    # that is even.
    # hint: not odd.
    # hint: try
    # two.
    number = 2
    # END
    return number


class Helper:
    def double(self, x):
        # BLANK 2 (fit): return twice x.
        # hint: times two.
        return 2 * x
        # END
"""


def test_parse():
    first, second = blanks.parse(SOLUTION)
    assert (first.number, first.step, first.task) == (1, "define", "make a number that is even.")
    assert first.hints == ("not odd.", "try two.")
    assert first.code == "number = 2"
    assert (second.step, second.code, second.indent) == ("fit", "return 2 * x", " " * 8)


def test_the_exercise_keeps_tasks_and_loses_answers_and_hints():
    text = blanks.make_exercise(SOLUTION)
    ast.parse(text)
    assert blanks.open_blanks(text) == [1, 2]
    assert "# TODO 1: make a number that is even." in text
    assert "number = 2" not in text
    assert "2 * x" not in text
    assert "hint" not in text
    assert "return number" in text


def test_an_open_blank_raises_its_number():
    space = {}
    exec(blanks.make_exercise(SOLUTION), space)
    with pytest.raises(NotAttempted) as caught:
        space["define"](None, None)
    assert caught.value.blank == 1


def test_answers_take_their_place():
    text = blanks.make_exercise(SOLUTION, {1: "number = 4"})
    assert blanks.open_blanks(text) == [2]
    assert "    number = 4\n" in text
    whole = blanks.answered(SOLUTION)
    assert blanks.open_blanks(whole) == []
    assert "NotAttempted" not in whole


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    # END\n    return number", "    return number", "no END"),
        ("# BLANK 2 (fit)", "# BLANK 2", "lies in no step"),
        ("# BLANK 2 (fit)", "# BLANK 3 (fit)", "count 1, 2, 3"),
        ("        # hint: times two.\n", "", "at least one hint"),
        ("    number = 2\n", "", "an answer"),
    ],
)
def test_badly_marked_blanks_are_named(old, new, said):
    assert old in SOLUTION
    with pytest.raises(blanks.BlankError, match=said):
        blanks.parse(SOLUTION.replace(old, new))


def test_a_commented_line_is_no_open_blank():
    text = blanks.make_exercise(SOLUTION).replace("    raise NotAttempted(1)", "    # raise NotAttempted(1)")
    assert blanks.open_blanks(text) == [2]
    assert not blanks.is_untouched(text)


@pytest.mark.parametrize("row", [row for row in registry.exercises() if registry.is_built(row)], ids=lambda row: row.id)
def test_every_solution_has_3_to_8_blanks_with_hints(row):
    marked = blanks.parse(registry.solution_path(row).read_text(encoding="utf-8"))
    assert 3 <= len(marked) <= 8
    assert all(blank.hints for blank in marked)


def test_regenerating_writes_only_what_changed_and_never_a_students_work(course_root):
    assert generator.write() == ([], [], [])
    row = registry.find("5")[0]
    path = registry.exercise_path(row)
    fresh = path.read_text(encoding="utf-8")
    path.write_text(fresh.replace("raise NotAttempted(1)", "return x / 255, y", 1), encoding="utf-8")
    mine = path.read_text(encoding="utf-8")
    assert generator.write() == ([], [path], [])
    assert path.read_text(encoding="utf-8") == mine
    kept = generator.reset(row)
    assert path.read_text(encoding="utf-8") == fresh
    assert kept is not None
    assert kept.read_text(encoding="utf-8") == mine
    assert generator.reset(row) is None


def test_drift_is_found(course_root):
    path = registry.exercise_path(registry.find("5")[0])
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert generator.drift() == [path]


@pytest.mark.parametrize("row", [row for row in registry.exercises() if registry.is_built(row)], ids=lambda row: row.id)
def test_answers_are_found_in_a_filled_file(row):
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    code = {blank.number: blank.code for blank in blanks.parse(solution)}
    assert blanks.answers_in(blanks.answered(solution), solution) == code
    other = {number: f"# mine\nvalue = {number}" for number in code}
    found = blanks.answers_in(blanks.answered(solution, other), solution)
    assert found == {number: f"value = {number}" for number in code}


def test_code_above_a_kept_line_is_noticed():
    text = """
def define(data, hp):
    # TODO 2: make a model.
    #   Two lines of task.
    model = 1
    raise NotAttempted(2)  # your code goes here, in place of this line


def compile(model, hp):
    # TODO 3: compile it.
    # a note of one's own
    raise NotAttempted(3)


def fit(model):
    x = 1
    raise NotAttempted(4)
"""
    assert blanks.kept_lines(text) == [2]
    assert blanks.kept_line_told(2) == (
        "blank 2 has code, but its line `raise NotAttempted(2)` is still there: delete it"
    )
    # The task of another blank is above it, and code of that one is none of its own.
    assert blanks.kept_lines("    # TODO 1: a\n    y = 2\n    raise NotAttempted(2)\n") == []
    assert blanks.kept_lines("    # TODO 1: a\n    raise NotAttempted(1)\n    y = 2\n    raise NotAttempted(1)\n") == []


def test_functions_that_are_gone_are_named():
    text = "class Network:\n    def forward(self, x):\n        return x\n\nimport math\nscaled = 3\n"
    assert blanks.missing(text, ["Network.forward", "Network.step", "cosine", "scaled", "math"]) == [
        "Network.step",
        "cosine",
    ]
    assert blanks.missing(text, []) == []
    assert blanks.missing_told("5", ["cosine"], text) == (
        "the function cosine is missing: put it back, or make reset N=5"
    )
    assert blanks.missing_told("5", ["a", "b"], text) == (
        "the functions a, b are missing: put them back, or make reset N=5"
    )
    assert blanks.missing_told("5", ["a"], " \n") == "the file is empty: make reset N=5 gives a fresh one"


def test_a_blank_belongs_to_the_function_that_holds_it_to_its_last_line():
    text = SOLUTION.replace("# END", "# END\n    return None") if "# END" in SOLUTION else SOLUTION
    marked = blanks.parse(text)
    assert [blank.step for blank in marked] == [blank.step for blank in blanks.parse(SOLUTION)]
    with pytest.raises(blanks.BlankError, match="lies in no step"):
        blanks.parse(
            "def fit(a):\n    return a\n\n\nclass Other:\n    # BLANK 1: a task.\n    # hint: one.\n    x = 1\n    # END\n"
        )


def test_long_tasks_are_wrapped_below_120_columns():
    solution = SOLUTION
    long = "a" + "b" * 47 + " " + " ".join(["c"] * 200)
    first = next(line for line in solution.splitlines() if "# BLANK 1" in line)
    text = blanks.make_exercise(solution.replace(first, f"{first} {long}"))
    tasks = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert max(map(len, tasks)) in (113, 114)


def test_a_message_names_the_line_counted_from_1():
    for text, said in (
        ("def fit(a):\n    # END\n    return a\n", "line 2: END without a BLANK"),
        ("def fit(a):\n    # BLANK 1: task.\n    # hint: one.\n    return a\n", "line 2: BLANK 1 has no END"),
        ("x = 1\n\n\ndef fit(a):\n    # BLANK 1: task.\n    return a\n    # END\n", "line 5: BLANK 1 needs a task"),
    ):
        with pytest.raises(blanks.BlankError, match=said):
            blanks.parse(text)


def test_functions_inside_of_other_statements_are_found():
    text = (
        "if True:\n    def fit(a):\n        # BLANK 1: a task.\n        # hint: one.\n        return a\n        # END\n"
    )
    assert [blank.step for blank in blanks.parse(text)] == ["fit"]


def test_the_import_stands_behind_the_lessons_own():
    text = blanks.make_exercise(SOLUTION)
    assert text.splitlines()[:3] == [
        "import numpy as np",
        "from whitepaper import datasets",
        "from whitepaper.errors import NotAttempted",
    ]
    plain = blanks.make_exercise(SOLUTION.replace("from whitepaper import datasets\n", ""))
    assert plain.splitlines()[:2] == ["import numpy as np", "from whitepaper.errors import NotAttempted"]
    late = blanks.make_exercise("from __future__ import annotations\n" + SOLUTION)
    assert late.splitlines()[3] == "from whitepaper.errors import NotAttempted"


def test_the_answers_of_a_file_are_found():
    filled = blanks.answered(SOLUTION, {1: "number = 4\n\nnumber += 2", 2: "y = x\nreturn y + y"})
    assert blanks.answers_in(filled, SOLUTION) == {1: "number = 4\n\nnumber += 2", 2: "y = x\nreturn y + y"}
    # A task whose comment is gone has no place, and a file that ends early has no end.
    gone = filled.replace("# TODO 1: make a number that is even.", "")
    assert blanks.answers_in(gone, SOLUTION) == {2: "y = x\nreturn y + y"}
    assert 1 not in blanks.answers_in(filled[: filled.index("return number")], SOLUTION)
    assert blanks.answers_in("", SOLUTION) == {}
    assert blanks.answers_in("        # TODO 2: return twice x.", SOLUTION) == {2: ""}
