"""Downloads that are interrupted, shared, or served in odd ways."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.images import fashion_mnist, mnist
from whitepaper.files import cache, downloads, sources

SIZES = (100, 40)
NAME = "train-images-idx3-ubyte.gz"

CHILD = """
import sys
from whitepaper.files import downloads
file = downloads.Published(sys.argv[1], sys.argv[2], sys.argv[3])
with downloads.folder("small") as place:
    print(downloads.download(file, "small", place, lambda line: None).stat().st_size)
"""


@pytest.fixture
def child(server, files):
    """Start a process that downloads one file."""
    started = []

    def start():
        command = [sys.executable, "-c", CHILD, NAME, f"{server.url}/{NAME}", hashlib.sha256(files[NAME]).hexdigest()]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def kept():
    return cache.folder() / "downloads" / "small"


def test_two_processes_share_one_download(child, server, files):
    server.faults[NAME] = "slow"
    running = [child() for _ in range(2)]
    answers = [process.communicate(timeout=60) for process in running]
    assert answers == [(f"{len(files[NAME])}\n", "")] * 2
    assert server.asked == [(NAME, None)]
    assert (kept() / NAME).read_bytes() == files[NAME]


def test_a_killed_download_is_resumed_by_the_next_process(child, source, server, files, arrays):
    server.faults[NAME] = "stalled"
    process, part = child(), kept() / f".{NAME}.part"
    until = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    have = part.stat().st_size
    assert 0 < have < len(files[NAME])
    assert not (kept() / NAME).exists()
    server.faults.clear()
    found = sources.find(source, "real", 0, SIZES)
    assert np.array_equal(found.arrays["x_train"], arrays["x_train"])
    assert (NAME, f"bytes={have}-") in server.asked


def test_a_whole_file_whose_renaming_was_cut_off_is_fetched_again(source, server, files):
    kept().mkdir(parents=True)
    (kept() / f".{NAME}.part").write_bytes(files[NAME])
    assert sources.find(source, "real", 0, SIZES).origin == "download"


def test_a_resumed_file_that_does_not_fit_is_removed_and_then_fetched_whole(source, server, files):
    kept().mkdir(parents=True)
    (kept() / f".{NAME}.part").write_bytes(b"something else")
    with pytest.raises(datasets.DataError, match=f"{NAME}.*expected the SHA-256"):
        sources.find(source, "real", 0, SIZES)
    assert not list(kept().glob(f"*{NAME}*"))
    assert sources.find(source, "real", 0, SIZES).origin == "download"


def test_gz_files_that_a_server_calls_an_encoding_arrive_packed(source, server, files, arrays):
    server.faults.update(dict.fromkeys(files, "encoded"))
    assert np.array_equal(sources.find(source, "real", 0, SIZES).arrays["y_test"], arrays["y_test"])


PAGE = b"\n<!DOCTYPE html><html><form>Log in to the campus network</form></html>"


@pytest.mark.parametrize("before", ["nothing", "an earlier page"])
def test_a_login_page_in_place_of_a_file_without_a_hash_never_gets_its_name(server, files, tmp_path, before):
    server.served[NAME] = PAGE
    file = downloads.Published(NAME, f"{server.url}/{NAME}")
    if before == "an earlier page":
        (tmp_path / NAME).write_bytes(PAGE)
    with pytest.raises(
        downloads.FetchError, match=rf"{NAME} from .*: a web page came in place of the file .*; removed"
    ):
        downloads.download(file, "small", tmp_path, lambda line: None)
    assert list(tmp_path.iterdir()) == []
    server.served[NAME] = files[NAME]
    assert downloads.download(file, "small", tmp_path, lambda line: None).read_bytes() == files[NAME]


def test_a_file_is_checked_before_it_gets_its_name(server, files, tmp_path):
    file, names = downloads.Published(NAME, f"{server.url}/{NAME}"), []

    def check(path):
        names.append(path.name)
        return len(names) > 1

    with pytest.raises(downloads.FetchError, match="its content is not the published one; removed"):
        downloads.download(file, "small", tmp_path, lambda line: None, check)
    assert list(tmp_path.iterdir()) == []
    assert downloads.download(file, "small", tmp_path, lambda line: None, check).read_bytes() == files[NAME]
    assert names == [f".{NAME}.part"] * 2


def test_without_a_writable_cache_a_download_still_gives_the_data(source, arrays, tmp_path, monkeypatch, said):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    found = sources.find(source, "real", 0, SIZES)
    assert found.origin == "download"
    assert np.array_equal(found.arrays["x_test"], arrays["x_test"])
    assert sum("not kept in the cache" in line for line in said) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_server_that_is_gone_is_known_at_once(source, server):
    server.close()
    started = time.perf_counter()
    with pytest.raises(datasets.DataError, match=f"no network: no answer from {server.url}"):
        sources.find(source, "real", 0, SIZES)
    assert time.perf_counter() - started < downloads.PROBE_SECONDS


def test_a_server_that_goes_between_two_files_is_named(source, server, monkeypatch):
    assert downloads.reachable(server.url)
    server.close()
    with pytest.raises(datasets.DataError, match=f"no download: {NAME}"):
        sources.find(source, "real", 0, SIZES)


def test_a_host_is_asked_once_a_process(server, monkeypatch):
    knocks = []
    monkeypatch.setattr("requests.head", lambda url, **options: knocks.append(url))
    assert downloads.reachable(f"{server.url}/a")
    assert downloads.reachable(f"{server.url}/b")
    assert knocks == [f"{server.url}/a"]


def test_any_answer_of_a_host_counts(server):
    server.served.clear()
    assert downloads.reachable(f"{server.url}/missing")


def test_a_mirror_without_http_is_named(source, monkeypatch):
    monkeypatch.setenv("WHITEPAPER_MIRROR", "classroom:8000/files")
    with pytest.raises(datasets.DataError, match="no answer from classroom:8000/files/small/"):
        sources.find(source, "real", 0, SIZES)


@pytest.mark.parametrize("source", [mnist.MNIST, fashion_mnist.FASHION_MNIST], ids=lambda source: source.name)
def test_what_is_published_is_what_the_first_layout_reads(source):
    published = source.published()
    assert {file.name for file in published} == set(source.layouts[0].files)
    assert all(file.size > 0 for file in published)


@pytest.mark.real_data
def test_published_hashes_are_those_of_the_archives(originals):
    for file in fashion_mnist.FASHION_MNIST.published():
        body = (originals / "fashion_mnist" / file.name).read_bytes()
        assert (hashlib.sha256(body).hexdigest(), len(body)) == (file.sha256, file.size)
