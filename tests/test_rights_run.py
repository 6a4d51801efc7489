"""A right answer that the checks accept also runs: what a later line of the lesson does with a value is part of the contract."""

import pytest

from whitepaper.checking import mistakes
from whitepaper.course import blanks, registry
from whitepaper.lessons.runner import Options, play

# Lessons whose run takes seconds; those that train Keras models are played by the tests of their own.
QUICK = [row for row in registry.exercises() if registry.is_built(row) and row.framework != "keras"]


def _cases():
    for row in QUICK:
        for right in mistakes.planted(row)[1]:
            yield pytest.param(row, right, id=f"{row.id}: {right.name}", marks=pytest.mark.xdist_group(row.short))


@pytest.mark.parametrize(("row", "right"), list(_cases()))
def test_a_right_answer_runs_to_the_end(course_root, row, right):
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    registry.exercise_path(row).write_text(blanks.answered(solution, right.answers), encoding="utf-8")
    result = play(row, Options(preset="smoke", data="stand-in", strict=True))
    record = result.record
    assert record["status"] == "finished"
    assert {step["by"] for step in record["steps"]} == {"student"}
    assert [step["name"] for step in record["steps"]][-1] == "figures"
