"""Exercise files as editors save them: what is read, and what is said of the rest."""

from __future__ import annotations

import codecs

import pytest

from whitepaper.course import blanks, ladder, progress, registry, source
from whitepaper.errors import CourseError
from whitepaper.lessons import contract

ROW = registry.find("3")[0]
TEXT = "# 한국어 주석\nx = 'σ – 값'\n"
KOREAN = "# 한국어 주석\nx = '값'\n"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (TEXT.encode(), TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), TEXT),
        (TEXT.encode("utf-16"), TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT),
        (TEXT.encode("utf-32"), TEXT),
        (KOREAN.encode("cp949"), KOREAN),
        (b"# coding: latin-1\nx = '\xe9'\n", "# coding: latin-1\nx = 'é'\n"),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2", "x = 1\ny = 2\n"),
        (b"", ""),
    ],
    ids=[
        "utf-8",
        "bom",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp949",
        "coding comment",
        "crlf",
        "no last line end",
        "empty",
    ],
)
def test_what_is_certain_is_read(tmp_path, raw, text):
    path = tmp_path / "file.py"
    path.write_bytes(raw)
    assert source.read(path) == text


def test_cp949_with_our_head_is_read_even_where_it_is_no_python():
    text = "# %% [markdown]\n# # Exercise 3: 퍼셉트론\ndef load(:\n"
    assert source.decode(text.encode("cp949"), "x") == text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"x = 1\ny = '\xff\xfe'\n", "file.py: byte 11 (0xFF) is no UTF-8: save the file as UTF-8."),
        (b"def (:\n# \xb0\xa1\n", "file.py: byte 9 (0xB0) is no UTF-8: save the file as UTF-8."),
        (b"\xef\xbb\xbfx = '\xff'\n", "byte 8 (0xFF) is no UTF-8"),
        (b"\xff\xfex\x00\xd8", "is no UTF-16: save the file as UTF-8."),
        (b"x = 1\n\x00\x00\x00", "byte 6 (0x00) is no text: save the file as UTF-8."),
        ("x = 1".encode("utf-16-le"), "byte 1 (0x00) is no text"),
    ],
    ids=["no encoding", "cp949 that is no Python", "bom and a bad byte", "torn utf-16", "filled with zeros", "no mark"],
)
def test_anything_else_is_one_line_with_file_and_byte(tmp_path, raw, said):
    path = tmp_path / "file.py"
    path.write_bytes(raw)
    with pytest.raises(CourseError) as caught:
        source.read(path)
    assert said in caught.value.message
    assert "\n" not in caught.value.message


def test_a_folder_or_no_file_is_one_line(tmp_path):
    with pytest.raises(CourseError, match="no such file"):
        source.read(tmp_path / "none.py")
    with pytest.raises(CourseError, match="cannot be read: Is a directory"):
        source.read(tmp_path)


@pytest.mark.parametrize("line", ["%matplotlib inline", "!pip install keras", "%%time", "    !ls"])
def test_a_notebooks_command_is_told(tmp_path, line):
    path = tmp_path / "file.py"
    path.write_text(f'"""\n%matplotlib is fine here\n"""\nx = 1\n{line}\n', encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        contract.parse(path)
    assert (
        f"file.py:5: `{line.strip()}` is a notebook's command: take it out of the Python file." in caught.value.message
    )


def test_a_formatted_string_or_modulo_is_no_notebooks_command():
    assert source.notebook_command("x = (a\n     % b)\n") is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp949"])
def test_a_file_in_another_encoding_is_imported(tmp_path, encoding):
    path = tmp_path / "file.py"
    path.write_bytes("name = '가'\r\n".encode(encoding))
    assert contract.load_module(path, "exercises").name == "가"


SHORT = '''def cosine(a, b):
    """Cosine."""
    # TODO 1: return the cosine of a and b,
    #   a number.
    raise NotAttempted(1)  # your code goes here, in place of this line


class Net:
    def forward(self, x):
        y = x
        # TODO 2: double y.
        raise NotAttempted(2)  # your code goes here, in place of this line
        return y
'''


def test_code_above_a_line_that_was_kept_is_found():
    assert blanks.kept_lines(SHORT) == []
    for answer in ("return 1\n", "# a note\n\n    return 1\n"):
        text = SHORT.replace("    raise NotAttempted(1)", f"    {answer}    raise NotAttempted(1)")
        assert blanks.kept_lines(text) == [1]
    noted = SHORT.replace("    raise NotAttempted(1)", "    # a note\n\n    raise NotAttempted(1)")
    assert blanks.kept_lines(noted) == []
    assert blanks.kept_lines(SHORT.replace("    raise NotAttempted(1)", "    return 1  #")) == []


def test_missing_functions_are_found_whatever_they_were_written_as():
    names = ["cosine", "Net.forward"]
    assert blanks.missing(SHORT, names) == []
    assert blanks.missing("", names) == names
    assert blanks.missing(SHORT.replace("def cosine", "def other"), names) == ["cosine"]
    assert blanks.missing("cosine = lambda a, b: 1\nclass Net:\n    def forward(self, x): ...\n", names) == []
    assert blanks.missing("from mine import cosine\n" + SHORT.replace("def cosine", "def other"), names) == []
    assert blanks.missing("# def cosine\n", ["cosine"]) == ["cosine"]
    assert blanks.missing_told("3", ["cosine"], "x") == "the function cosine is missing: put it back, or make reset N=3"
    assert "the functions a, b are missing: put them back" in blanks.missing_told("3", ["a", "b"], "x")


def test_every_blank_knows_its_function(course_root):
    for row in registry.exercises():
        text = source.read(registry.exercise_path(row))
        for rung in ladder.of(row):
            assert rung.function, (row.id, rung.number)
        assert blanks.missing(text, ladder.functions(row)) == []
        assert blanks.missing(source.read(registry.solution_path(row)), ladder.functions(row)) == []
        assert ladder.whole(row) == text


def test_hints_come_from_the_generated_file_or_from_the_solution(course_root):
    made = ladder.of(ROW)
    ladder.path_of(ROW).unlink()
    assert ladder.of(ROW) == made
    ladder.path_of(ROW).write_text("[{]", encoding="utf-8")
    with pytest.raises(CourseError, match="damaged file"):
        ladder.of(ROW)


def test_done_needs_every_function(course_root):
    import hashlib

    from whitepaper.cli.tables import state

    path = registry.exercise_path(ROW)
    solved = source.read(registry.solution_path(ROW))
    for text, word in (
        (solved, "done"),
        (solved.replace("def predict", "def guess"), "predict missing"),
        ("", "empty"),
    ):
        path.write_text(text, encoding="utf-8")
        kept = {"sha256": hashlib.sha256(text.encode()).hexdigest(), "summary": {"passed": 6}}
        progress.remember(ROW, "checked", kept)
        assert word in state(ROW, progress.read()).word
