"""The one reader of exercise files: text as editors on any system save it, or one line that says what is wrong."""

from __future__ import annotations

import ast
import codecs
import re
from pathlib import Path

from whitepaper.course.registry import relative
from whitepaper.errors import CourseError

SAVE = "save the file as UTF-8"
# The first line of a lesson; its title is the second.
_HEAD = "# %% [markdown]\n# # Exercise "
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
# The longer marks first: that of UTF-16 is the beginning of that of UTF-32.
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# A line of a notebook that Python does not know: %matplotlib inline, !pip install …, %%time.
_MAGIC = re.compile(r"^\s*(%%?[a-zA-Z]|!{1,2}[a-zA-Z])")


def read(path: Path) -> str:
    r"""The text of a Python file, with "\n" at the end of every line.

    UTF-8 with or without a byte-order mark, UTF-16 and UTF-32 with one, the encoding that a `# coding:` comment names,
    and CP949 (Korean Windows) where the bytes are no UTF-8 and what comes out is Python or begins as a lesson does.

    Raises:
        CourseError: no such file, one that cannot be read, or bytes that are none of these; names the file and the byte.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise CourseError(
            f"Expected the file {relative(path)}. Received: no such file.", "make reset gives a fresh one"
        ) from None
    except OSError as error:
        raise CourseError(f"{relative(path)} cannot be read: {error.strerror}.") from error
    return decode(raw, relative(path))


def decode(raw: bytes, name: str) -> str:
    """The text of a file's bytes; see `read`.

    Args:
        name: the file, as messages call it.

    Raises:
        CourseError: bytes in no encoding that is certain.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _lines(_strictly(raw, encoding, name))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        guessed = _named(raw) or _korean(raw)
        if guessed is None:
            raise CourseError(_told(name, error.start, raw, "UTF-8")) from error
        text = guessed
    if "\x00" in text:
        raise CourseError(_told(name, raw.index(b"\x00"), raw, "text"))
    return _lines(text)


def _strictly(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        # This codec counts from behind the mark.
        start = error.start + len(codecs.BOM_UTF8) * (encoding == "utf-8-sig")
        raise CourseError(_told(name, start, raw, encoding.removesuffix("-sig").upper())) from error


def _told(name: str, offset: int, raw: bytes, wanted: str) -> str:
    return f"{name}: byte {offset} (0x{raw[offset]:02X}) is no {wanted}: {SAVE}."


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def _named(raw: bytes) -> str | None:
    """The text in the encoding that a comment in one of the first two lines names."""
    for line in raw.splitlines()[:2]:
        if found := _COOKIE.match(line):
            try:
                return raw.decode(found[1].decode("ascii"))
            except (LookupError, UnicodeDecodeError):
                return None
    return None


def _korean(raw: bytes) -> str | None:
    """The text in CP949, where that is certain: the result begins as a lesson does, or is Python."""
    try:
        text = raw.decode("cp949")
    except UnicodeDecodeError:
        return None
    if _lines(text).startswith(_HEAD):
        return text
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return text


def notebook_command(text: str) -> tuple[int, str] | None:
    """The first line that only a notebook knows, such as `%matplotlib inline`: its number from 1, and the line."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        # In a text of several lines, as in a docstring, anything may stand.
        quotes = line.count('"""') + line.count("'''")
        if not inside and _MAGIC.match(line):
            return number, line.strip()
        inside ^= quotes % 2 == 1
    return None
