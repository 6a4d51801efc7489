"""A cause is named where a known mistake gives the very same evidence, and nowhere else; each mistake is told once."""

from __future__ import annotations

import pytest

from whitepaper.checking import judging, session, verdict
from whitepaper.course import blanks, registry

(ROW,) = registry.find("2")


def checked(row, path, answers, **options):
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    path.write_text(blanks.answered(solution, answers), encoding="utf-8")
    outcomes, _ = session.run(row, path, **options)
    return {(one.check.blank, one.check.name): one.verdict for one in outcomes}


def of(found, number):
    return [one for (blank, _), one in found.items() if blank == number and one.state != verdict.PASSED]


@pytest.mark.parametrize("apart", [False, True])
def test_a_known_mistake_in_other_words_is_named_and_an_unknown_one_is_not(tmp_path, apart):
    known = checked(ROW, tmp_path / ROW.file, {1: "e = np.exp(z)\nreturn np.divide(1, e + 1)"}, apart=apart)
    unknown = checked(ROW, tmp_path / ROW.file, {1: "return 1 / (1 + np.exp(-z)) ** 1.7"}, apart=apart)
    assert of(known, 1)
    assert all("sign" in one.cause.lower() or "exponent" in one.cause.lower() for one in of(known, 1))
    assert of(unknown, 1)
    assert not any(one.cause for one in of(unknown, 1))


def test_a_mistake_is_told_at_its_own_blank_alone(tmp_path):
    # Blank 3 calls the sigmoid of blank 1, blank 4 the slope of blank 2.
    found = checked(ROW, tmp_path / ROW.file, {1: "return np.tanh(z)"})
    assert {one.state for one in of(found, 1)} == {verdict.WRONG}
    others = [one for (number, _), one in found.items() if number != 1 and one.state != verdict.PASSED]
    assert {one.state for one in others} <= {verdict.BLOCKED}
    assert all("blank 1" in one.cause for one in others)


def test_two_mistakes_are_both_told(tmp_path):
    found = checked(ROW, tmp_path / ROW.file, {1: "return np.tanh(z)", 2: "return 1 - a"})
    assert verdict.WRONG in {one.state for one in of(found, 1)}
    assert verdict.WRONG in {one.state for one in of(found, 2)}


def test_none_is_told_before_anything_is_compared(tmp_path):
    found = checked(ROW, tmp_path / ROW.file, {1: "1 / (1 + np.exp(-z))"})
    assert {one.diagnosis for one in of(found, 1)} == {"return-missing"}
    assert all("is `return` missing?" in one.cause for one in of(found, 1))


def test_a_cause_that_the_check_guesses_is_dropped_and_one_that_is_shown_stays(monkeypatch):
    from whitepaper.checking import Wrong, causes, check
    from whitepaper.checking.evidence import Evidence

    class Door:
        printed, reached = "", set()

        def ask(self, handle, own, arguments, candidate=None):
            return Evidence({})

    def guesses(student):
        """It guesses."""
        student.model()
        raise Wrong("slug", "this", "that", "perhaps because")

    def shows(student):
        """It shows."""
        student.model()
        raise Wrong("slug", "this", "that", "because", shown=True)

    monkeypatch.setattr(causes, "planted", lambda row: ([], []))
    assert judging.judge(check(1, "define")(guesses), Door(), {}, {}, row=ROW).cause == ""
    assert judging.judge(check(1, "define")(shows), Door(), {}, {}, row=ROW).cause == "because"
    assert judging.judge(check(1, "define")(guesses), Door(), {}, {}).cause == "perhaps because"
