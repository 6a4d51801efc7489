"""The four places, in their order, and every way in which they can be broken."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.images import mnist
from whitepaper.files import cache, downloads, sources

SIZES = (100, 40)


def same(found, arrays):
    return all(np.array_equal(found.arrays[key], arrays[key]) for key in arrays)


def put(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)


def use_originals(monkeypatch, folder):
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))


def test_download_then_cache(source, arrays, server, said):
    first = sources.find(source, "auto", 0, SIZES)
    assert (first.source, first.origin) == ("real", "download")
    assert same(first, arrays)
    asked = len(server.asked)
    second = sources.find(source, "auto", 0, SIZES)
    assert (second.source, second.origin) == ("real", "cache")
    assert same(second, arrays)
    assert isinstance(second.arrays["x_train"], np.memmap)
    assert len(server.asked) == asked
    card = cache.read("small").card
    assert card["origin"] == "download"
    assert card["url"].startswith(server.url)
    assert card["licence"] == "MIT"


def test_originals_come_before_a_download(source, arrays, files, server, tmp_path, monkeypatch):
    for place in ("", "small"):
        put(tmp_path / "originals" / place, files)
        use_originals(monkeypatch, tmp_path / "originals")
        monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / f"cache{place}"))
        found = sources.find(source, "real", 0, SIZES)
        assert found.origin == "originals"
        assert same(found, arrays)
    assert server.asked == []


def test_a_mirror_is_asked_in_place_of_the_published_host(source, arrays, server, monkeypatch):
    away = replace(
        source,
        published=lambda: tuple(
            replace(file, url=f"http://nowhere.invalid/{file.name}") for file in source.published()
        ),
    )
    monkeypatch.setenv("WHITEPAPER_MIRROR", server.url)
    assert same(sources.find(away, "real", 0, SIZES), arrays)


def test_stand_in_needs_nothing(source, server):
    found = sources.find(source, "stand-in", 0, SIZES)
    assert (found.source, found.origin) == ("stand-in", "stand-in")
    assert server.asked == []
    assert cache.read("small") == "nothing in the cache"


def test_offline_auto_reaches_the_stand_in_and_says_so_on_one_line(said):
    started = time.perf_counter()
    data = datasets.load_mnist(examples=200)
    assert time.perf_counter() - started < 10
    assert data.source == "stand-in"
    assert len(said) == 1
    assert "no network" in said[0]
    assert "\n" not in said[0]


def test_offline_real_is_refused_with_what_to_do():
    with pytest.raises(datasets.DataError, match="not to be had here") as caught:
        datasets.load_fashion_mnist(data="real")
    assert "train-images-idx3-ubyte.gz" in caught.value.todo
    assert "WHITEPAPER_ORIGINALS" in caught.value.todo


def test_a_host_that_never_answers_is_given_up(server, monkeypatch):
    monkeypatch.setattr(downloads, "PROBE_SECONDS", 0.2)
    monkeypatch.setattr("requests.head", lambda *a, **k: time.sleep(5))
    started = time.perf_counter()
    assert not downloads.reachable(server.url)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("fault", ["404", "truncated", "silent", "stalled"])
def test_a_broken_download_is_named_and_not_used(source, server, said, fault, monkeypatch):
    monkeypatch.setattr(downloads, "READ_SECONDS", 0.5)
    name = "train-labels-idx1-ubyte.gz"
    server.faults[name] = fault
    started = time.perf_counter()
    with pytest.raises(datasets.DataError, match=name):
        sources.find(source, "real", 0, SIZES)
    assert time.perf_counter() - started < 10
    assert sources.find(source, "auto", 0, SIZES).source == "stand-in"
    assert cache.read("small") == "nothing in the cache"


def test_a_wrong_hash_is_named_and_the_file_removed(source, server, files):
    name = "t10k-images-idx3-ubyte.gz"
    server.served[name] = files["train-labels-idx1-ubyte.gz"]
    with pytest.raises(datasets.DataError, match=f"{name}.*expected the SHA-256"):
        sources.find(source, "real", 0, SIZES)
    assert not list(cache.folder().rglob(f"*{name}*"))
    server.served[name] = files[name]
    assert sources.find(source, "real", 0, SIZES).origin == "download"


def test_wrong_content_under_the_right_hash_is_refused(source, server):
    other = replace(source, content={"0" * 64: "another set"})
    with pytest.raises(datasets.DataError, match="expected the content 000000000000"):
        sources.find(other, "real", 0, SIZES)


def test_a_cut_download_goes_on_where_it_stopped(source, server, files, arrays):
    name = "train-images-idx3-ubyte.gz"
    server.faults[name] = "cut"
    with pytest.raises(datasets.DataError, match="connection ended after"):
        sources.find(source, "real", 0, SIZES)
    (part,) = cache.folder().rglob("*.part")
    kept = part.read_bytes()
    assert 0 < len(kept) < len(files[name])
    assert files[name].startswith(kept)
    server.faults.clear()
    assert same(sources.find(source, "real", 0, SIZES), arrays)
    assert (name, f"bytes={len(kept)}-") in server.asked


def test_a_partial_file_of_something_else_is_thrown_away(source, server, files, arrays):
    folder = cache.folder() / "downloads" / "small"
    name = "train-labels-idx1-ubyte.gz"
    put(folder, {f".{name}.part": b"x" * (len(files[name]) + 50)})
    assert same(sources.find(source, "real", 0, SIZES), arrays)
    assert [asked for asked in server.asked if asked[0] == name] == [
        (name, f"bytes={len(files[name]) + 50}-"),
        (name, None),
    ]


def _broken(files, name, body):
    return files | {name: body}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda body: body[: len(body) // 2], "complete gzip"),
        (lambda body: gzip.compress(b"not idx at all"), "magic number"),
        (lambda body: gzip.compress(gzip.decompress(body)[:-5]), "bytes after the header"),
        (lambda body: b"", "magic number.*nothing"),
        (lambda body: gzip.compress(gzip.decompress(body)[:-1] + b"\x01"), "expected the content"),
    ],
    ids=["truncated", "foreign", "short", "empty", "one byte changed"],
)
def test_foreign_originals_are_named_and_refused(source, files, tmp_path, monkeypatch, make, said):
    name = "train-images-idx3-ubyte.gz"
    put(tmp_path / "originals" / "small", _broken(files, name, make(files[name])))
    use_originals(monkeypatch, tmp_path / "originals")
    monkeypatch.setattr(downloads, "download", lambda *a: (_ for _ in ()).throw(downloads.FetchError("no network")))
    with pytest.raises(datasets.DataError, match=f"refused .*{said}"):
        sources.find(source, "real", 0, SIZES)


def test_npz_originals(arrays, tmp_path, monkeypatch):
    small = replace(mnist.MNIST, content={sources.content_hash(arrays): "complete"}, published=lambda: ())
    use_originals(monkeypatch, tmp_path)
    np.savez(tmp_path / "mnist.npz", **arrays)
    assert same(sources.find(small, "real", 0, SIZES), arrays)
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "other"))
    np.savez(
        tmp_path / "mnist.npz",
        x_train=np.array([{}], dtype=object),
        **{key: arrays[key] for key in arrays if key != "x_train"},
    )
    with pytest.raises(datasets.DataError, match=r"refused .*allow_pickle"):
        sources.find(
            replace(small, published=lambda: (downloads.Published("none", "http://127.0.0.1:9/none", "0"),)),
            "real",
            0,
            SIZES,
        )


@pytest.mark.parametrize("harm", ["truncated", "flipped", "card", "header"])
def test_a_damaged_cache_is_said_and_made_anew(source, arrays, said, harm):
    sources.find(source, "real", 0, SIZES)
    folder = cache.folder() / "small"
    path = folder / "x_train.npy"
    body = path.read_bytes()
    if harm == "truncated":
        path.write_bytes(body[:-100])
    elif harm == "flipped":
        path.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    elif harm == "card":
        (folder / "card.json").write_text("{")
    else:
        path.write_bytes(b"\0" * len(body))
    said.clear()
    found = sources.find(source, "real", 0, SIZES)
    assert same(found, arrays)
    assert found.origin == "download"
    assert "damaged cache" in said[0]
    assert sources.find(source, "real", 0, SIZES).origin == "cache"


def test_a_cache_folder_that_cannot_be_written_costs_only_the_keeping(
    source, files, arrays, tmp_path, monkeypatch, said
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "file"))
    put(tmp_path / "originals", files)
    use_originals(monkeypatch, tmp_path / "originals")
    assert same(sources.find(source, "real", 0, SIZES), arrays)
    assert "not kept in the cache" in said[0]


CHILD = """
import resource, signal, sys
import numpy as np
from whitepaper.files import cache
limit = int(sys.argv[1])
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
if sys.argv[2] == "kill":
    import os
    save = np.save
    def dying(file, array, **options):
        file.write(b"half"); file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    np.save = dying
print(cache.write("set", {"x": np.arange(int(sys.argv[3]))}, {"content": sys.argv[3]}))
"""


def child(*arguments):
    return subprocess.run(
        [sys.executable, "-c", CHILD, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_full_disk_leaves_nothing_half_written():
    done = child("4096", "-", "100000")
    assert "no room" in done.stdout
    assert cache.read("set") == "nothing in the cache"
    assert list(cache.folder().iterdir()) == []


def test_a_killed_write_is_never_believed_and_is_swept():
    assert child("0", "kill", "1000").returncode == -9
    assert cache.read("set") == "nothing in the cache"
    (half,) = cache.folder().iterdir()
    for path in (*half.iterdir(), half):
        os.utime(path, (1, 1))
    assert cache.write("set", {"x": np.arange(5)}, {"content": "5"}) == ""
    assert [path.name for path in cache.folder().iterdir()] == ["set"]
    assert np.array_equal(cache.read("set").arrays["x"], np.arange(5))


def test_two_processes_at_once_both_end_well():
    command = [sys.executable, "-c", CHILD, "0", "-", "200000"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[0].strip() for process in running] == ["", "", ""]
    assert np.array_equal(cache.read("set").arrays["x"], np.arange(200000))
    assert [path.name for path in cache.folder().iterdir()] == ["set"]


def test_unknown_words_are_usage_errors(monkeypatch):
    with pytest.raises(datasets.WrongWord, match=r"auto, real, stand-in. Received: 'reel'") as caught:
        datasets.load_mnist(data="reel")
    assert caught.value.exit_code == 2
    monkeypatch.setenv("WHITEPAPER_DATA", "fake")
    with pytest.raises(datasets.WrongWord, match="fake"):
        datasets.load_iris()
    with pytest.raises(datasets.WrongWord, match="examples"):
        datasets.load_mnist(examples=3)
    with pytest.raises(datasets.WrongWord, match="validation"):
        datasets.load_mnist(validation=1.5)
    with pytest.raises(datasets.WrongWord, match="nand"):
        datasets.load_gate("nand")


def test_tfds_knows_where_the_image_sets_lie_without_tensorflow():
    code = (
        "import sys\nfrom whitepaper.files import downloads\n"
        "for name in ('mnist', 'fashion_mnist'):\n"
        "    files = downloads.from_tfds(name)\n"
        "    assert len(files) == 4 and all(len(file.sha256) == 64 and file.url.startswith('http') for file in files), files\n"
        "assert 'tensorflow' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.real_data
def test_published_originals_are_accepted(originals):
    data = datasets.load_mnist(data="real")
    assert (data.origin, data.train.x.shape, data.test.x.shape) == ("originals", (54_000, 28, 28), (10_000, 28, 28))
    data = datasets.load_fashion_mnist(data="real")
    assert (data.origin, len(data.validation)) == ("originals", 6_000)
    assert datasets.load_fashion_mnist(examples=500).origin == "cache"
    assert os.environ["WHITEPAPER_ORIGINALS"] == str(originals)
