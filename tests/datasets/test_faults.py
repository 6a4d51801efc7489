"""Ways in which a cache or a download can be broken that are easy to forget."""

from __future__ import annotations

import gzip
import http.server
import json
import multiprocessing
import threading
from dataclasses import replace

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.files import cache, downloads, sources

SIZES = (100, 40)
NAME = "train-images-idx3-ubyte.gz"


def same(found, arrays):
    return all(np.array_equal(found.arrays[key], arrays[key]) for key in arrays)


@pytest.mark.parametrize("harm", ["array missing", "no content", "other content"])
def test_a_changed_card_is_not_believed(source, arrays, said, harm):
    sources.find(source, "real", 0, SIZES)
    path = cache.folder() / "small" / "card.json"
    card = json.loads(path.read_text())
    if harm == "array missing":
        del card["arrays"]["x_test"]
    elif harm == "no content":
        del card["content"]
    else:
        card["content"] = "0" * 64
    path.write_text(json.dumps(card))
    assert same(sources.find(source, "real", 0, SIZES), arrays)
    assert "cache" in " ".join(said)
    assert sources.find(source, "real", 0, SIZES).origin == "cache"


def test_a_cache_that_cannot_be_written_still_lets_a_download_through(source, arrays, tmp_path, monkeypatch, said):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "file"))
    found = sources.find(source, "real", 0, SIZES)
    assert found.origin == "download"
    assert same(found, arrays)
    assert "not kept in the cache" in said[-1]


def test_a_download_killed_before_its_last_rename_is_complete(source, server, files, arrays):
    folder = cache.folder() / "downloads" / "small"
    folder.mkdir(parents=True)
    (folder / f".{NAME}.part").write_bytes(files[NAME])
    assert same(sources.find(source, "real", 0, SIZES), arrays)
    assert NAME not in [name for name, _ in server.asked]


def test_two_downloads_at_once_both_end_well(source, server, files, arrays):
    context = multiprocessing.get_context("fork")
    queue = context.Queue()

    def load():
        try:
            found = sources.find(source, "real", 0, SIZES)
            queue.put((found.origin, same(found, arrays)))
        except Exception as error:
            queue.put(str(error))

    running = [context.Process(target=load) for _ in range(4)]
    for process in running:
        process.start()
    results = [queue.get(timeout=60) for _ in running]
    for process in running:
        process.join(20)
    assert all(isinstance(result, tuple) and result[1] for result in results), results


def test_a_damaged_download_is_fetched_anew_and_offline_it_fails_fast(source, server, files, monkeypatch):
    folder = cache.folder() / "downloads" / "small"
    folder.mkdir(parents=True)
    (folder / NAME).write_bytes(files[NAME][:-1])
    monkeypatch.setattr(downloads, "reachable", lambda url: False)
    with pytest.raises(datasets.DataError, match="no network"):
        sources.find(source, "real", 0, SIZES)


def test_a_registry_that_cannot_be_read_is_a_reason_not_a_crash(source, said):
    def broken():
        raise ModuleNotFoundError("No module named 'importlib_resources'")

    assert sources.find(replace(source, published=broken), "auto", 0, SIZES).source == "stand-in"
    assert "importlib_resources" in said[0]


def test_a_login_page_in_place_of_the_file_is_named_and_leaves_nothing(source, server, files, arrays):
    server.served[NAME] = b"<html>Please log in</html>"
    with pytest.raises(datasets.DataError, match=NAME):
        sources.find(source, "real", 0, SIZES)
    server.served[NAME] = files[NAME]
    assert same(sources.find(source, "real", 0, SIZES), arrays)


def test_a_server_that_packs_again_does_not_spoil_the_bytes(source, server, files, arrays):
    """Some servers mark .gz files with Content-Encoding: gzip when the client says it takes that."""
    packed = gzip.compress(files[NAME])

    class Packing(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.rsplit("/", 1)[1]
            body = files[name]
            self.send_response(200)
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = packed if name == NAME else gzip.compress(body)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *arguments):
            """Tests are quiet."""

    http_server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Packing)
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{http_server.server_port}"
    away = tuple(replace(file, url=f"{url}/{file.name}") for file in source.published())
    try:
        assert same(sources.find(replace(source, published=lambda: away), "real", 0, SIZES), arrays)
    finally:
        http_server.shutdown()
        http_server.server_close()


@pytest.mark.parametrize("share", ["x", None, 0, 1, float("nan"), True])
def test_validation_must_be_a_share(share):
    with pytest.raises(datasets.WrongWord, match="validation"):
        datasets.load_mnist(examples=200, validation=share, data="stand-in")


@pytest.mark.parametrize("share", [0.001, 0.999])
def test_no_split_is_empty(share):
    pictures = datasets.load_mnist(200, share, data="stand-in")
    for data in (pictures, datasets.load_iris(validation=share), datasets.load_study_scores(validation=share)):
        assert min(len(data.train), len(data.validation), len(data.test)) >= 1


def test_random_augmentation_repeats_with_the_seed():
    import tensorflow as tf

    split = datasets.load_mnist(2000, data="stand-in").train

    def once():
        tf.random.set_seed(3)
        jitter = lambda x, y: (tf.cast(x, tf.float32) + tf.random.normal(tf.shape(x)), y)  # noqa: E731
        return [x.numpy().sum() for x, _ in split.batches(16, shuffle=True, augment=jitter, seed=1)]

    first = once()
    assert all(once() == first for _ in range(4))
