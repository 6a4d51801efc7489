"""Answers survive an update of the course: what is carried, what is kept beside it, and what git must not lose."""

from __future__ import annotations

import shutil
import subprocess
import textwrap

import pytest

from whitepaper.course import blanks, generator, registry, source, update
from whitepaper.errors import CourseError, UsageError

SOLUTION = """import numpy as np
from whitepaper import datasets


def scaled(x):
    size = len(x)
    # BLANK 1 (load): divide x by 255.
    # hint: a hint.
    x = x / 255
    # END
    return x


def define(data, hp):
    # BLANK 2: make the list of two layers.
    # hint: a hint.
    layers = [1, 2]
    # END
    # BLANK 3: return the sum of the layers and the width of the data.
    # hint: a hint.
    return sum(layers)
    # END


def fit(model, data, preset, callbacks):
    for epoch in range(3):
        # BLANK 4: add the epoch to the model.
        # hint: a hint.
        model += epoch
        # END
    return model
"""
BASE = blanks.make_exercise(SOLUTION)
ANSWERS = {
    1: ["    x = x.astype(float)", "", "    x = x / 255.0  # mine"],
    2: ["    layers = [3, 4]"],
    3: ['    text = """', "not indented", '"""', "    return sum(layers)"],
    4: ["        model = model + epoch"],
}


def filled(base=BASE, numbers=(1, 2, 3, 4)):
    lines = base.splitlines()
    for place in reversed(update.places(base)):
        if place.number in numbers:
            lines[place.last : place.last + 1] = ANSWERS[place.number]
    return "\n".join(lines) + "\n"


def test_places_know_their_task_and_function():
    assert [(one.number, one.function) for one in update.places(BASE)] == [
        (1, "scaled"), (2, "define"), (3, "define"), (4, "fit"),
    ]  # fmt: skip


@pytest.mark.parametrize("numbers", [(), (1,), (3,), (2, 3), (1, 2, 3, 4)])
def test_answers_are_found_and_nothing_else(numbers):
    found, lost, outside = update.answers(BASE, filled(numbers=numbers))
    assert found == {number: ANSWERS[number] for number in numbers}
    assert (lost, outside) == ([], False)


def test_an_answer_whose_task_was_deleted_is_found():
    text = filled(numbers=(1, 2)).replace("    # TODO 2: make the list of two layers.\n", "")
    found, _, outside = update.answers(BASE, text)
    assert found[2] == ANSWERS[2]
    assert outside


def test_code_above_a_kept_raise_line_is_carried_with_it():
    text = BASE.replace("    raise NotAttempted(2)", "    layers = [3, 4]\n    raise NotAttempted(2)")
    done = update.carry(BASE, text, blanks.make_exercise(SOLUTION.replace("divide x by", "divide all x by")))
    assert "    layers = [3, 4]\n    raise NotAttempted(2)" in done.text


def new(*changes):
    text = SOLUTION
    for old, other in changes:
        assert old in text
        text = text.replace(old, other)
    return blanks.make_exercise(text)


def test_a_reworded_task_keeps_its_answer_and_says_so():
    done = update.carry(BASE, filled(), new(("divide x by 255.", "divide x by 255, the largest value.")))
    assert done.carried == [1, 2, 3, 4]
    assert done.notes == ["the task of blank 1 has changed: read it again"]
    assert "\n".join(ANSWERS[1]) in done.text
    assert "the largest value" in done.text


def test_changed_code_around_is_the_new_one():
    fresh = new(("    size = len(x)\n", "    length = len(x)\n"), ("range(3)", "range(preset.epochs)"))
    done = update.carry(BASE, filled(), fresh)
    assert done.carried == [1, 2, 3, 4]
    assert done.notes == []
    assert done.text == filled(fresh)


def test_a_removed_blank_is_said_and_the_numbers_move():
    gone = """    # BLANK 2: make the list of two layers.
    # hint: a hint.
    layers = [1, 2]
    # END
"""
    fresh = new((gone, "    layers = [1, 2]\n"), ("BLANK 3", "BLANK 2"), ("BLANK 4", "BLANK 3"))
    done = update.carry(BASE, filled(), fresh)
    assert done.carried == [1, 2, 3]
    assert done.notes == ["blank 2 is no longer part of it; your answer is in the copy"]
    assert "[3, 4]" not in done.text
    assert "        model = model + epoch" in done.text
    assert '    text = """\nnot indented\n"""' in done.text


def test_a_new_blank_is_open_and_the_others_are_renumbered():
    more = "    # BLANK 1 (load): make x an array.\n    # hint: a hint.\n    x = np.asarray(x)\n    # END\n"
    fresh = new(
        ("BLANK 4", "BLANK 5"), ("BLANK 3", "BLANK 4"), ("BLANK 2", "BLANK 3"), ("BLANK 1", "BLANK 2"),
        ("    size = len(x)\n", more + "    size = len(x)\n"),
    )  # fmt: skip
    done = update.carry(BASE, filled(numbers=(1, 2, 4)), fresh)
    assert done.carried == [2, 3, 5]
    assert done.notes == ["blank 1 is new"]
    assert blanks.open_blanks(done.text) == [1, 4]


def test_another_indentation_moves_the_answer():
    block = """        # BLANK 4: add the epoch to the model.
        # hint: a hint.
        model += epoch
        # END
"""
    deeper = "        if epoch:\n" + block.replace("        ", "            ")
    done = update.carry(BASE, filled(), new((block, deeper)))
    assert "            model = model + epoch\n" in done.text


def test_changes_outside_of_the_blanks_are_said():
    mine = filled().replace("import numpy as np\n", "import numpy as np\nimport math\n")
    done = update.carry(BASE, mine, new(("divide x by 255.", "divide x by 255, please.")))
    assert done.carried == [1, 2, 3, 4]
    assert "what you changed outside of the blanks is in the copy alone" in done.notes
    assert "import math" not in done.text


def test_two_answers_that_became_one_stay_in_the_copy():
    mine = filled()
    begin, end = mine.index("    # TODO 2"), mine.index("def fit")
    mine = mine[:begin] + "    return 7\n\n\n" + mine[end:]
    done = update.carry(BASE, mine, BASE)
    assert done.carried == [1, 4]
    assert any("could not be told apart" in note for note in done.notes)


def test_a_text_of_several_lines_moves_with_its_first_line():
    block = """    # BLANK 3: return the sum of the layers and the width of the data.
    # hint: a hint.
    return sum(layers)
    # END
"""
    deeper = "    if data:\n" + "".join(f"    {line}\n" for line in block.splitlines())
    done = update.carry(BASE, filled(), new((block, deeper)))
    assert done.carried == [1, 2, 3, 4]
    assert '        text = """\nnot indented\n"""\n        return sum(layers)\n' in done.text


def test_a_result_that_is_no_python_is_never_written():
    base = BASE.replace("    # TODO 3", "    def inner(): ...\n    # TODO 3")
    mine = base.replace(
        "    raise NotAttempted(2)  # your code goes here, in place of this line", "    layers = [5]\n    @cache"
    )
    compile(mine, "mine", "exec")
    done = update.carry(base, mine, BASE)
    assert (done.text, done.carried) == (BASE, [])
    assert "with your answers the new file was no Python: all of them are in the copy alone" in done.notes


@pytest.mark.parametrize("row", registry.exercises(), ids=lambda row: row.id)
def test_the_courses_own_answers_are_found_in_every_exercise(row):
    marked = {blank.number: blank for blank in blanks.parse(source.read(registry.solution_path(row)))}
    base = source.read(registry.exercise_path(row))
    if blanks.open_blanks(base) != list(marked):
        base = blanks.make_exercise(source.read(registry.solution_path(row)))
    lines = base.splitlines()
    wanted = {}
    for place in reversed(update.places(base)):
        wanted[place.number] = textwrap.indent(marked[place.number].code, place.indent).splitlines()
        lines[place.last : place.last + 1] = wanted[place.number]
        assert place.function == marked[place.number].function
    found, lost, outside = update.answers(base, "\n".join(lines) + "\n")
    assert found == wanted
    assert (lost, outside) == ([], False)


def git(folder, *words):
    named = ["-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", "-C", folder, *named, *words], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def clone(course_root, tmp_path, monkeypatch):
    """A student's clone of a course, and the course that it came from."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (course_root / ".gitignore").write_text(".whitepaper/\nruns/\n", encoding="utf-8")
    git(course_root, "init", "-q", "-b", "main")
    git(course_root, "add", "-A")
    git(course_root, "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", str(course_root), "mine")
    monkeypatch.setenv("WHITEPAPER_ROOT", str(tmp_path / "mine"))
    return tmp_path / "mine", course_root


ROW = registry.find("3")[0]


def change_upstream(course, monkeypatch, mine):
    monkeypatch.setenv("WHITEPAPER_ROOT", str(course))
    path = registry.solution_path(ROW)
    text = source.read(path)
    assert "return w · x + b for every row of x" in text
    path.write_text(
        text.replace("return w · x + b for every row of x", "return w · x + b for each row of x"), encoding="utf-8"
    )
    generator.write()
    git(course, "commit", "-qam", "second")
    monkeypatch.setenv("WHITEPAPER_ROOT", str(mine))


def answer(path, number, code):
    text = source.read(path)
    line = f"raise NotAttempted({number})  # your code goes here, in place of this line"
    assert line in text
    path.write_text(text.replace(line, code), encoding="utf-8")


def test_update_pulls_and_carries(clone, monkeypatch):
    mine, course = clone
    path, other = mine / "exercises" / ROW.file, mine / "exercises" / registry.find("2")[0].file
    answer(path, 2, "return x @ self.w + self.b")
    other.write_bytes(source.read(other).replace("raise NotAttempted(1)", "pass  #").replace("\n", "\r\n").encode())
    before, untouched = path.read_bytes(), other.read_bytes()
    change_upstream(course, monkeypatch, mine)
    lines = update.update()
    text = source.read(path)
    assert "for each row of x" in text
    assert "return x @ self.w + self.b" in text
    assert blanks.open_blanks(text) == [1, 3, 4, 5, 6]
    assert other.read_bytes() == untouched
    (copy,) = (mine / ".whitepaper" / "kept").iterdir()
    assert copy.read_bytes() == before
    assert any(str(copy.name) in line for line in lines)
    assert any("your answers of blanks 2 are in it" in line for line in lines)
    assert any("the task of blank 2 has changed" in line for line in lines)
    assert any(f"{other.name}: nothing new; your file is as it was." in line for line in lines)
    again = update.update()
    assert again[0] == "The course was up to date."
    assert source.read(path) == text
    assert len(list((mine / ".whitepaper" / "kept").iterdir())) == 1


def test_a_renamed_exercise_and_a_new_head_are_what_upstream_committed(clone, monkeypatch):
    mine, course = clone
    answer(mine / "exercises" / ROW.file, 2, "return x @ self.w + self.b")
    for folder in ("exercises", "solutions"):
        git(course, "mv", f"{folder}/{ROW.file}", f"{folder}/ex03_rosenblatt.py")
    new = course / "exercises" / "ex03_rosenblatt.py"
    text = new.read_text(encoding="utf-8").replace("# - Section: NN 1-1", "# - Section: NN 9-9")
    new.write_text(text, encoding="utf-8")
    git(course, "commit", "-qam", "renamed")
    update.update()
    carried = (mine / "exercises" / "ex03_rosenblatt.py").read_text(encoding="utf-8")
    assert "# - Section: NN 9-9" in carried
    assert "return x @ self.w + self.b" in carried
    assert blanks.open_blanks(carried) == [1, 3, 4, 5, 6]


def test_an_exercise_that_is_gone_stays_in_the_copy(clone):
    mine, course = clone
    answer(mine / "exercises" / ROW.file, 2, "return x @ self.w + self.b")
    git(course, "rm", "-q", f"exercises/{ROW.file}")
    git(course, "commit", "-qm", "gone")
    lines = update.update()
    (copy,) = (mine / ".whitepaper" / "kept").iterdir()
    assert "return x @ self.w + self.b" in copy.read_text(encoding="utf-8")
    assert any("no longer part of the course" in line and copy.name in line for line in lines)


def test_a_pull_that_fails_leaves_everything_as_it_was(clone, monkeypatch):
    mine, course = clone
    path = mine / "exercises" / ROW.file
    answer(path, 2, "return x @ self.w + self.b")
    before = path.read_bytes()
    shutil.rmtree(course / ".git")
    with pytest.raises(CourseError, match=r"git could not bring the newer version: .* Your exercises are as they were"):
        update.update()
    assert path.read_bytes() == before
    assert list((mine / ".whitepaper" / "kept").iterdir()) == []


def test_a_file_that_cannot_be_read_survives_an_update(clone, monkeypatch):
    mine, course = clone
    path = mine / "exercises" / ROW.file
    path.write_bytes(b"\xff\xff mine")
    change_upstream(course, monkeypatch, mine)
    lines = update.update()
    assert path.read_bytes() == b"\xff\xff mine"
    assert any("is no UTF-8" in line for line in lines)


def test_answers_come_from_an_older_copy_without_git(course_root, tmp_path, monkeypatch):
    old = tmp_path / "old"
    shutil.copytree(course_root, old)
    answer(old / "exercises" / ROW.file, 2, "return x @ self.w + self.b")
    path = registry.solution_path(ROW)
    path.write_text(source.read(path).replace("for every row of x", "for each row of x"), encoding="utf-8")
    generator.write()
    assert "for each row of x" in source.read(registry.exercise_path(ROW))
    update.update(old)
    text = source.read(registry.exercise_path(ROW))
    assert "for each row of x" in text
    assert "return x @ self.w + self.b" in text
    with pytest.raises(UsageError, match="FROM is the folder of an older copy"):
        update.update(tmp_path / "none")


@pytest.mark.parametrize("commits", [1, 2])
def test_answers_that_were_moved_aside_come_back(clone, tmp_path, monkeypatch, commits):
    mine, course = clone
    (tmp_path / "aside").mkdir()
    path, aside = mine / "exercises" / ROW.file, tmp_path / "aside" / "exercises"
    answer(path, 2, "return x @ self.w + self.b")
    shutil.move(mine / "exercises", aside)
    git(mine, "checkout", "-q", "HEAD", "--", "exercises")
    change_upstream(course, monkeypatch, mine)
    git(mine, "pull", "-q")
    if commits == 1:
        # A copy that knows no older version: not a checkout.
        shutil.rmtree(mine / ".git")
    update.update(tmp_path / "aside")
    text = source.read(path)
    assert "for each row of x" in text
    assert "return x @ self.w + self.b" in text


def test_without_git_and_without_a_folder_the_way_is_told(course_root):
    with pytest.raises(UsageError, match="no git checkout") as caught:
        update.update()
    assert "make update FROM=" in caught.value.todo
