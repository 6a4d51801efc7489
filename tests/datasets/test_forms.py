"""The same data in other forms in which people hold it: unpacked, packed again on any system, with a header, as images by class."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import pickle
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from whitepaper import datasets
from whitepaper.datasets.images import cifar10, fashion_mnist, labeled, mnist
from whitepaper.datasets.signals import ecg5000
from whitepaper.datasets.tables import pima_diabetes, thoracic_surgery
from whitepaper.datasets.text import news
from whitepaper.files import sources, trees

SIZES = (100, 40)


def pack(path, files, form):
    """The files as a folder or an archive."""
    if form == "folder":
        for name, body in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(body)
        return path
    if form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in files.items():
                archive.writestr(name, body)
        return path
    with tarfile.open(path, {"tar": "w", "tar.gz": "w:gz", "tar.xz": "w:xz", "tar.bz2": "w:bz2"}[form]) as archive:
        for name, body in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return path


FORMS = ["folder", "zip", "tar", "tar.gz", "tar.xz"]


@pytest.fixture
def originals_folder(tmp_path, monkeypatch):
    folder = tmp_path / "originals"
    folder.mkdir()
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))
    return folder


# --- MNIST's family ---------------------------------------------------------------------------------------------------


@pytest.fixture
def small_mnist(arrays):
    return replace(mnist.MNIST, content={sources.content_hash(arrays): "complete"}, published=tuple)


@pytest.mark.parametrize("labels", ["int64", "column", "float"])
def test_an_npz_with_labels_of_another_type_or_shape_is_the_same_data(small_mnist, arrays, originals_folder, labels):
    change = {
        "int64": lambda y: y.astype(np.int64),
        "column": lambda y: y.astype(np.int32)[:, None],
        "float": lambda y: y.astype(np.float32),
    }[labels]
    other = {key: change(array) if key.startswith("y") else array for key, array in arrays.items()}
    np.savez(originals_folder / "mnist.npz", **other)
    found = sources.find(small_mnist, "real", 0, SIZES)
    assert all(np.array_equal(found.arrays[key], arrays[key]) for key in arrays)
    assert found.note == ""


@pytest.mark.parametrize(
    ("key", "change", "reason"),
    [
        ("y_train", lambda y: y + 5, "expected labels from 0 to 9. Received: 14"),
        ("y_train", lambda y: y[:-1], r"expected a label for each of 200 images. Received: the shape \(199,\)"),
        ("x_test", lambda x: x / 255, r"x_test: expected whole numbers from 0 to 255. Received: 0\.\d+ \(float64\)"),
        ("x_test", lambda x: x[:, :14], r"x_test: expected images of the shape \(n, 28, 28\)"),
    ],
)
def test_a_refusal_says_which_of_the_expected_things_differs(
    small_mnist, arrays, originals_folder, key, change, reason
):
    np.savez(originals_folder / "mnist.npz", **{**arrays, key: change(arrays[key])})
    with pytest.raises(datasets.DataError, match=reason) as caught:
        sources.find(small_mnist, "real", 0, SIZES)
    assert str(originals_folder / "mnist.npz") in str(caught.value)


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "train-images.idx3-ubyte", "train-images.idx3-ubyte.gz"])
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_idx_files_are_read_unpacked_with_dotted_names_and_in_any_folder(
    source, files, arrays, originals_folder, name, form
):
    stem = (lambda one: one.replace("-idx", ".idx")) if ".idx" in name else (lambda one: one)
    held = {}
    for published, body in files.items():
        one = stem(published)
        packed = name.endswith(".gz")
        held[f"raw/{one if packed else one.removesuffix('.gz')}"] = body if packed else gzip.decompress(body)
    pack(originals_folder / ("small" if form == "folder" else "small.zip"), held, form)
    found = sources.find(replace(source, published=tuple, forms=fashion_mnist.FASHION_MNIST.forms), "real", 0, SIZES)
    assert found.origin == "originals"
    assert all(np.array_equal(found.arrays[key], arrays[key]) for key in arrays)


def test_a_broken_file_does_not_stand_before_a_good_one(source, files, arrays, originals_folder, said):
    place = originals_folder / "small"
    pack(place, {name: body[: len(body) // 2] for name, body in files.items()}, "folder")
    pack(originals_folder, files, "folder")
    found = sources.find(replace(source, published=tuple), "real", 0, SIZES)
    assert all(np.array_equal(found.arrays[key], arrays[key]) for key in arrays)
    assert str(place) in said[0]
    assert "complete gzip" in said[0]
    unpacked = {name.removesuffix(".gz"): gzip.decompress(body) for name, body in files.items()}
    found = labeled.find_idx(trees.open_tree(pack(place, unpacked, "folder")))
    assert all(np.array_equal(found[key], arrays[key]) for key in arrays)


# --- CIFAR-10 ---------------------------------------------------------------------------------------------------------


def pickled(pictures, protocol=2):
    """Six batches as published for Python, and their MD5."""
    batches = {f"data_batch_{k + 1}": ("train", np.s_[k * 10 : (k + 1) * 10]) for k in range(5)}
    batches["test_batch"] = ("test", np.s_[:])
    bodies = {}
    for name, (split, rows) in batches.items():
        x, y = pictures[f"x_{split}"][rows], pictures[f"y_{split}"][rows]
        planes = x.transpose(0, 3, 1, 2).reshape(len(x), -1)
        bodies[name] = pickle.dumps(
            {b"batch_label": b"some", b"labels": y.tolist(), b"data": planes, b"filenames": [b"a.png"] * len(y)},
            protocol,
        )
    return bodies, {name: hashlib.md5(body).hexdigest() for name, body in bodies.items()}


@pytest.fixture
def pictures():
    return cifar10._shapes(3, 50, 20)


@pytest.mark.parametrize("form", ["folder", "tar.gz", "zip"])
def test_the_pickled_batches_are_read(pictures, originals_folder, monkeypatch, form):
    bodies, hashes = pickled(pictures)
    monkeypatch.setattr(cifar10, "PICKLED", hashes)
    name = "cifar10" if form == "folder" else f"cifar-10-python.{form}"
    held = {f"cifar-10-batches-py/{name}": body for name, body in bodies.items()}
    pack(originals_folder / name, {**held, "cifar-10-batches-py/batches.meta": b"no batch"}, form)
    found = sources.find(replace(cifar10.CIFAR10, published=tuple), "real", 0, SIZES)
    assert all(np.array_equal(found.arrays[key], pictures[key]) for key in pictures)
    assert found.note == ""


def test_a_pickle_that_would_run_code_or_is_another_is_refused(pictures, originals_folder, monkeypatch, tmp_path):
    bodies, hashes = pickled(pictures)

    class Harm:
        def __reduce__(self):
            return (open, (str(tmp_path / "harm"), "w"))

    bodies["test_batch"] = pickle.dumps({b"data": Harm(), b"labels": []})
    pack(originals_folder / "cifar10", bodies, "folder")
    monkeypatch.setattr(cifar10, "PICKLED", hashes)
    with pytest.raises(datasets.DataError, match="test_batch: expected the MD5"):
        sources.find(replace(cifar10.CIFAR10, published=tuple), "real", 0, SIZES)
    monkeypatch.setattr(cifar10, "PICKLED", hashes | {"test_batch": hashlib.md5(bodies["test_batch"]).hexdigest()})
    with pytest.raises(datasets.DataError, match=r"test_batch: expected a whole pickle of numbers.*io\.open"):
        sources.find(replace(cifar10.CIFAR10, published=tuple), "real", 0, SIZES)
    assert not (tmp_path / "harm").exists()


def png(pixels):
    body = io.BytesIO()
    Image.fromarray(pixels).save(body, "PNG")
    return body.getvalue()


def by_class(pictures):
    return {
        f"cifar10/{split}/{cifar10.OBJECTS[label]}/{number:04}.png": png(image)
        for split in ("train", "test")
        for number, (image, label) in enumerate(zip(pictures[f"x_{split}"], pictures[f"y_{split}"], strict=True))
    }


@pytest.mark.parametrize("form", FORMS)
def test_images_by_class_are_read_from_a_folder_and_every_archive(pictures, originals_folder, form):
    files = by_class(pictures)
    mess = {
        "cifar10/train/cat/Thumbs.db": b"x",
        "__MACOSX/cifar10/train/cat/._0001.png": b"x",
        "cifar10/.DS_Store": b"x",
    }
    pack(originals_folder / ("cifar10" if form == "folder" else f"cifar10_images.{form}"), files | mess, form)
    found = sources.find(replace(cifar10.CIFAR10, published=tuple), "real", 0, SIZES)
    assert found.note == "subset of 70 of 60000 images: images by class, not the published file"
    for split in ("train", "test"):
        label_of = {
            one.tobytes(): label for one, label in zip(pictures[f"x_{split}"], pictures[f"y_{split}"], strict=True)
        }
        x, y = found.arrays[f"x_{split}"], found.arrays[f"y_{split}"]
        assert [label_of[one.tobytes()] for one in x] == y.tolist()
        assert len({one.tobytes() for one in x}) == len(label_of)
    assert len(set(y[:10])) > 3  # mixed: the first images are of several classes
    assert sources.find(replace(cifar10.CIFAR10, published=tuple), "real", 0, SIZES).origin == "cache"


def test_the_more_complete_of_two_is_taken_even_after_the_other_was_cached(pictures, originals_folder):
    few = {key: array[: len(array) // 2] for key, array in pictures.items()}
    source = replace(
        cifar10.CIFAR10, published=tuple, content={sources.content_hash(few): "subset of 35"}, sizes=(50, 20)
    )
    np.savez(originals_folder / "cifar10_subset.npz", **few)
    assert sources.find(source, "real", 0, SIZES).note == "subset of 35"
    pack(originals_folder / "cifar10.zip", by_class(pictures), "zip")
    found = sources.find(source, "real", 0, SIZES)
    assert (found.origin, len(found.arrays["x_train"])) == ("originals", 50)
    assert sources.find(source, "real", 0, SIZES).origin == "cache"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda files, one: files | {one: files[one][:100]}, r"cat/\d+\.png: expected a JPEG photograph or another image"),
        (lambda files, one: files | {one: png(np.zeros((30, 32, 3), np.uint8))}, "expected 32 × 32 pixels. Received: 32 × 30"),
        (lambda files, one: files | {one.replace("train", "test"): files[one]}, "Received 1 that are in both"),
        (lambda files, one: {name: body for name, body in files.items() if "/frog/" not in name}, "expected the classes airplane"),
        (lambda files, one: {name: body for name, body in files.items() if "/test/" not in name}, "expected the folders train and test"),
    ],
    ids=["truncated", "size", "in two splits", "no frogs", "no test"],
)  # fmt: skip
def test_what_is_wrong_with_images_by_class_is_named(pictures, originals_folder, change, reason):
    files = by_class(pictures)
    one = next(name for name in files if "/train/cat/" in name)
    path = pack(originals_folder / "cifar10.zip", change(files, one), "zip")
    with pytest.raises(datasets.DataError, match=reason) as caught:
        sources.find(replace(cifar10.CIFAR10, published=tuple), "real", 0, SIZES)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


# --- Texts and tables -------------------------------------------------------------------------------------------------


def articles():
    return {f"bbc/{topic}/{n:03}.txt": f"{topic} {n}\n".encode() for topic in news.TOPICS for n in range(1, 4)}


@pytest.mark.parametrize("form", ["mac", "windows", "folder", "tar.xz"])
def test_bbc_is_read_as_packed_on_any_system_and_unpacked(originals_folder, form):
    files = articles()
    plain = news.find_bbc(trees.open_tree(pack(originals_folder / "plain.zip", files, "zip")))
    (originals_folder / "plain.zip").unlink()
    content = {sources.content_hash(plain): "complete"}
    if form == "mac":
        held = files | {f"__MACOSX/{name.replace('/0', '/._0')}": b"\x00\x05\x16\x07" for name in files}
        pack(originals_folder / "bbc-fulltext.zip", held, "zip")
    elif form == "windows":
        path = originals_folder / "bbc-fulltext.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, body in files.items():
                entry = zipfile.ZipInfo(name)
                entry.filename = name.replace("/", "\\")
                archive.writestr(entry, body)
        assert b"bbc\\sport" in path.read_bytes()
    else:
        pack(originals_folder / ("bbc_news" if form == "folder" else "bbc.tar.xz"), files, form)
    found = sources.find(replace(news.BBC, content=content, published=tuple), "real", 0, SIZES)
    assert sources.content_hash(found.arrays) in content


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_newsgroups_are_read_unpacked_and_zipped(originals_folder, form):
    files = {
        f"20news-bydate-{split}/{group}/{n}": f"Subject: {group}\n\n{split} {n}\n".encode()
        for split in ("train", "test")
        for group in news.GROUPS
        for n in (1, 2)
    }
    known = news.find_groups(trees.open_tree(pack(originals_folder / "x.tar.gz", files, "tar.gz")))
    (originals_folder / "x.tar.gz").unlink()
    pack(originals_folder / ("newsgroups" if form == "folder" else "20news.zip"), files, form)
    source = replace(news.NEWSGROUPS, content={sources.content_hash(known): "complete"}, published=tuple)
    assert sources.find(source, "real", 0, SIZES).origin == "originals"


def table(rows, separator=","):
    body = io.StringIO()
    csv.writer(body, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return body.getvalue().encode()


@pytest.mark.parametrize("form", ["kaggle", "semicolons", "zip"])
def test_the_diabetes_table_is_read_with_kaggles_header(originals_folder, form):
    x, y = (pima_diabetes.standin_pima_diabetes.patients(0, 614, 154)[key] for key in ("x", "y"))
    rows = [[*(f"{value:g}" for value in row), int(label)] for row, label in zip(x, y, strict=True)]
    words = "Pregnancies Glucose BloodPressure SkinThickness Insulin BMI DiabetesPedigreeFunction Age Outcome"
    header = [words.split()]
    body = table(header + rows, ";" if form == "semicolons" else ",")
    plain = pima_diabetes._parsed(table(rows), "plain")
    if form == "zip":
        pack(originals_folder / "diabetes.zip", {"archive/diabetes.csv": body}, "zip")
    else:
        (originals_folder / "diabetes.csv").write_bytes(body)
    source = replace(pima_diabetes.DIABETES, content={sources.content_hash(plain): "complete"}, published=tuple)
    found = sources.find(source, "real", 0, SIZES)
    assert np.array_equal(found.arrays["x"], plain["x"])


def test_a_truncated_arff_and_a_foreign_one_are_named(tmp_path):
    for body in (b"@relation x\n@attribute a {", b"<html>"):
        with pytest.raises(ValueError, match=r"ThoraricSurgery\.arff: expected"):
            thoracic_surgery.find_surgery(
                trees.open_tree(pack(tmp_path / "t.zip", {"ThoraricSurgery.arff": body}, "zip"))
            )


def test_the_beats_archive_is_read_as_it_is_served(tmp_path):
    rng = np.random.default_rng(0)
    lines = ["  ".join(f"{value:.4f}" for value in (1 + n % 5, *rng.normal(size=140))) for n in range(5000)]
    files = {"ECG5000_TRAIN.txt": "\n".join(lines[:500]).encode(), "ECG5000_TEST.txt": "\n".join(lines[500:]).encode()}
    found = ecg5000.find_beats(trees.open_tree(pack(tmp_path / "ECG5000.zip", files | {"readme.md": b"x"}, "zip")))
    assert found["x"].shape == (5000, 140)
    assert found["y"].sum() == 1000
    with pytest.raises(ValueError, match=r"Received no ECG5000_TEST\.txt"):
        ecg5000.find_beats(
            trees.open_tree(pack(tmp_path / "half.zip", {"ECG5000_TRAIN.txt": files["ECG5000_TRAIN.txt"]}, "zip"))
        )


# --- The published data at hand ----------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_all_cifar_images_come_before_the_subset(originals):
    data = datasets.load_cifar10(data="real")
    assert (len(data.train), len(data.validation), len(data.test)) == (45_000, 5_000, 10_000)
    assert data.note == "60000 images by class, not the published file"
    assert data.complete
    assert datasets.load_cifar10(examples=500, data="real").origin == "cache"
    assert np.bincount(data.test.y).tolist() == [1000] * 10


@pytest.mark.real_data
def test_the_horses_and_zebras_at_hand_are_read_without_their_copies(originals):
    data = datasets.load_horse2zebra(size=32, data="real")
    assert data.note.startswith("images by domain, not the published file; 25 copies left out")
    # A domain that begins again from its start repeats its own images within a split: each counts once there.
    splits = [{one.tobytes() for one in getattr(data, name).x} for name in ("train", "validation", "test")]
    assert len(set.union(*splits)) == sum(map(len, splits))
