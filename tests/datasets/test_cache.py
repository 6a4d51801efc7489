"""The prepared cache: what it believes, what it doubts, and what it leaves alone."""

from __future__ import annotations

import json
import os
import time

import numpy as np
import pytest

from whitepaper.files import cache, sources

SIZES = (100, 40)


@pytest.fixture
def kept(source):
    """The folder of a data set that has been cached."""
    assert sources.find(source, "real", 0, SIZES).origin == "download"
    return cache.folder() / source.name


def edit(folder, change):
    card = json.loads((folder / "card.json").read_text())
    change(card)
    (folder / "card.json").write_text(json.dumps(card))


@pytest.mark.parametrize(
    "change",
    [
        lambda card: card["arrays"].pop("x_test"),
        lambda card: card["arrays"].clear(),
        lambda card: card.pop("arrays"),
        lambda card: card["arrays"].update(x_test=None),
        lambda card: card["arrays"]["y_test"].update(dtype="<f8"),
        lambda card: card["arrays"]["y_test"].update(bytes=1),
        lambda card: card["arrays"]["y_test"].update(mtime_ns=0, sha256="0" * 64),
        lambda card: card["arrays"].update(x_test=card["arrays"]["x_train"]),
    ],
    ids=["lacks an array", "no array", "no arrays", "null", "dtype", "bytes", "hash", "another's entry"],
)
def test_a_changed_card_is_said_and_made_anew(source, arrays, kept, said, change):
    edit(kept, change)
    found = sources.find(source, "real", 0, SIZES)
    assert all(np.array_equal(found.arrays[key], arrays[key]) for key in arrays)
    assert found.origin == "download"
    assert "damaged cache" in said[0]
    assert sources.find(source, "real", 0, SIZES).origin == "cache"


@pytest.mark.parametrize(
    "change", [lambda card: card.pop("content"), lambda card: card.update(content="0" * 64)], ids=["none", "other"]
)
def test_a_cache_of_other_content_is_replaced(source, kept, change):
    edit(kept, change)
    assert sources.find(source, "real", 0, SIZES).origin == "download"
    assert json.loads((kept / "card.json").read_text())["content"] in source.content
    assert sources.find(source, "real", 0, SIZES).origin == "cache"


def test_a_copied_cache_is_believed_after_its_hash_was_checked(source, kept):
    for path in kept.glob("*.npy"):
        os.utime(path, ns=(1, 1))
    assert sources.find(source, "real", 0, SIZES).origin == "cache"


def test_damage_without_another_source_is_said_with_the_stand_in(source, server, kept, said):
    (kept / "y_test.npy").unlink()
    server.served.clear()
    for path in (cache.folder() / "downloads").rglob("*.gz"):
        path.unlink()
    said.clear()
    assert sources.find(source, "auto", 0, SIZES).source == "stand-in"
    assert "damaged cache" in said[-1]
    assert "stand-in data" in said[-1]


def test_what_is_written_to_cached_arrays_reaches_neither_the_file_nor_another_load(source, kept, arrays):
    found = sources.find(source, "real", 0, SIZES)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    found.arrays["x_train"][0] = 255 - found.arrays["x_train"][0]
    assert not np.array_equal(found.arrays["x_train"][0], arrays["x_train"][0])
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert np.array_equal(sources.find(source, "real", 0, SIZES).arrays["x_train"], arrays["x_train"])


def test_the_stand_in_is_never_kept(source):
    sources.find(source, "stand-in", 0, SIZES)
    assert not (cache.folder() / "small").exists()


def test_only_what_is_old_is_swept_whichever_machine_wrote_it():
    base = cache.folder()
    young, old, gone = base / ".set.1.tmp", base / ".set.2.tmp", base / ".set.3.old"
    for folder in (young, old, gone):
        folder.mkdir(parents=True)
        (folder / "x.npy").write_bytes(b"half")
    long_ago = time.time() - cache.SWEEP_SECONDS - 60
    for path in (old / "x.npy", old, gone / "x.npy", gone):
        os.utime(path, (long_ago, long_ago))
    assert cache.write("set", {"x": np.arange(3)}, {"content": "3"}) == ""
    assert sorted(path.name for path in base.iterdir()) == [young.name, "set"]


def test_a_cache_that_may_not_be_read_is_told_as_that(source, kept, said, monkeypatch):
    read = type(kept).read_text

    def refused(path, *arguments, **options):
        if path.name == "card.json":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *arguments, **options)

    monkeypatch.setattr(type(kept), "read_text", refused)
    assert cache.read("small") == f"the cache {kept / 'card.json'} may not be read: Permission denied"
    sources.find(source, "real", 0, SIZES)
    assert "may not be read" in said[0]
    assert "damaged" not in " ".join(said)


def test_without_a_home_folder_there_is_no_cache_and_a_line_says_the_way_out(source, arrays, said, monkeypatch):
    monkeypatch.delenv("WHITEPAPER_CACHE")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda uid: (_ for _ in ()).throw(KeyError(uid)))
    found = sources.find(source, "real", 0, SIZES)
    assert np.array_equal(found.arrays["x_test"], arrays["x_test"])
    assert "no home folder" in " ".join(said)
    assert "WHITEPAPER_CACHE" in " ".join(said)


def test_other_data_under_the_same_name_replaces_the_whole_folder():
    cache.write("set", {"x": np.arange(3), "old": np.arange(2)}, {"content": "a"})
    cache.write("set", {"x": np.arange(4)}, {"content": "b"})
    assert {key: array.tolist() for key, array in cache.read("set").arrays.items()} == {"x": [0, 1, 2, 3]}
    assert sorted(path.name for path in (cache.folder() / "set").iterdir()) == ["card.json", "x.npy"]
