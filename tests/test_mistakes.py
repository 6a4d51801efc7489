"""Every solution passes, every blank left open is told, every planted mistake is caught, every right answer passes."""

import gc
import os
import sys

import pytest

from whitepaper.checking import judging, mistakes, stage, trials
from whitepaper.course import blanks, registry


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A slow machine is no mistake of a student: the limit for loops that do not end is not what is tested here."""
    monkeypatch.setattr(judging, "SECONDS", 3600)


_LAST: list[str] = []


@pytest.fixture
def one_exercise_in_memory(request):
    """What the course's own steps gave is kept for an exercise, and dropped with the first test of the next one."""
    row = request.node.callspec.params["row"]
    if row.id not in _LAST:
        _LAST[:] = [row.id]
        stage._SHARED.clear()
        if "keras" in sys.modules:
            sys.modules["keras"].utils.clear_session()
        gc.collect()


BUILT = [row for row in registry.exercises() if registry.is_built(row)]


def _cases():
    for row in BUILT:
        wrong, rights = mistakes.planted(row)
        numbers = [blank.number for blank in blanks.parse(registry.solution_path(row).read_text(encoding="utf-8"))]
        tries = [("solution", trials.try_right, mistakes.Right("solution"))]
        tries += [(f"open {number}", trials.try_open, number) for number in numbers]
        tries += [(one.name, trials.try_mistake, one) for one in wrong]
        tries += [(one.name, trials.try_right, one) for one in rights]
        for name, function, argument in tries:
            # One process an exercise: the course's own evidence is gathered once.
            yield pytest.param(
                row, function, argument, id=f"{row.id}: {name}", marks=pytest.mark.xdist_group(row.short)
            )


@pytest.mark.parametrize(("row", "function", "argument"), list(_cases()))
def test_checks(row, function, argument, one_exercise_in_memory):
    tried = function(row, argument)
    assert tried.good, tried.why


@pytest.mark.parametrize("row", BUILT, ids=lambda row: row.id)
def test_enough_is_planted(row):
    wrong, rights = mistakes.planted(row)
    assert len(wrong) >= 5
    assert len(rights) >= 2
    numbers = {blank.number for blank in blanks.parse(registry.solution_path(row).read_text(encoding="utf-8"))}
    assert {one.blank for one in wrong} == numbers


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_are_sent_together(request):
    """Without it every process gathers the course's evidence of every lesson anew."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one process: nothing is sent")
    assert request.node.nodeid.endswith("@together")
