"""The idx reader, against files written byte by byte from the format's description."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whitepaper.files import idx


def written(shape, body, code=8):
    return struct.pack(f">HBB{len(shape)}i", 0, code, len(shape), *shape) + body


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shape=st.lists(st.integers(0, 6), min_size=1, max_size=4), packed=st.booleans(), data=st.data())
def test_reads_what_was_written(tmp_path, shape, packed, data):
    size = int(np.prod(shape))
    body = data.draw(st.binary(min_size=size, max_size=size))
    path = tmp_path / ("file.gz" if packed else "file")
    path.write_bytes(gzip.compress(written(shape, body)) if packed else written(shape, body))
    array = idx.read(path)
    assert (array.dtype, list(array.shape), array.tobytes()) == (np.uint8, shape, body)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 15))
def test_every_shorter_file_is_refused(tmp_path, cut):
    whole = written((2, 2), b"abcd")
    assert len(whole) == 16
    path = tmp_path / "file"
    path.write_bytes(whole[:cut])
    with pytest.raises(ValueError, match=r"file: expected .*Received: "):
        idx.read(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("floats", written((1,), b"abcd", code=0x0D), "magic number.*0000 08"),
        ("longer", written((2,), b"abc"), "expected 2 bytes.*Received: 3"),
        ("negative", written((-1, -4), b"abcd"), "expected [0-9]{20} bytes"),
        ("page.gz", b"<html>not found</html>", "complete gzip"),
        ("cut.gz", gzip.compress(written((4,), b"abcd"), mtime=0)[:-6], "complete gzip"),
        ("bad.gz", gzip.compress(written((9,), b"abcdefghi"), mtime=0)[:10] + b"\xff" * 20, "complete gzip"),
    ],
    ids=["floats", "longer", "negative", "page", "cut", "bad"],
)
def test_foreign_files_are_refused_by_name(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"{name}: .*{reason}"):
        idx.read(tmp_path / name)
