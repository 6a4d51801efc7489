"""Two domains without pairs: read from a zip in memory, decoded once, broken and strange ones named."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from whitepaper import datasets
from whitepaper.datasets.images import horse2zebra
from whitepaper.datasets.standins import horse2zebra as standin_horse2zebra
from whitepaper.files import downloads, images, sources

COUNTS = {"trainA": 24, "trainB": 31, "testA": 20, "testB": 22}


def jpeg(seed):
    colors = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    body = io.BytesIO()
    Image.fromarray(colors).resize((40, 40), Image.Resampling.BILINEAR).save(body, "JPEG", quality=95)
    return body.getvalue()


def archive(path, files):
    with zipfile.ZipFile(path, "w") as file:
        for name, body in files.items():
            file.writestr(name, body)
    return path


@pytest.fixture
def files():
    """Name → bytes of a small archive of the published layout."""
    named = {}
    for number, (folder, count) in enumerate(COUNTS.items()):
        named |= {f"horse2zebra/{folder}/n0_{n}.jpg": jpeg(1000 * number + n) for n in range(count)}
    return named


@pytest.fixture
def small(tmp_path, monkeypatch, files):
    """An originals folder with a small archive that is accepted without a published hash."""
    folder = tmp_path / "originals"
    folder.mkdir()
    layout = sources.Layout(("horse2zebra.zip",), horse2zebra._read, unverified=True)
    monkeypatch.setattr(
        horse2zebra, "HORSE2ZEBRA", replace(horse2zebra.HORSE2ZEBRA, layouts=(layout,), published=tuple)
    )
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))
    archive(folder / "horse2zebra.zip", files)
    return folder


def test_every_picture_is_in_its_domain_and_in_one_split_only(small, files):
    data = datasets.load_horse2zebra(size=32, data="real")
    assert (data.source, data.origin, data.class_names) == ("real", "originals", ("horse", "zebra"))
    folder_of = {
        images.resize(images.decode(body, name, 256)[None], 32).tobytes(): name.split("/")[1]
        for name, body in files.items()
    }
    seen = {}
    for name in ("train", "validation", "test"):
        split = getattr(data, name)
        assert split.x.dtype == np.uint8
        assert len(split.x) == len(split.y)
        for axis, domain in (("x", "A"), ("y", "B")):
            places = {picture.tobytes() for picture in getattr(split, axis)}
            wanted = "test" if name == "test" else "train"
            assert {folder_of[place] for place in places} == {f"{wanted}{domain}"}
            seen[name, domain] = places
    assert len(seen["train", "A"] | seen["validation", "A"]) == 24
    assert len(seen["train", "B"] | seen["validation", "B"]) == 31
    assert not seen["train", "A"] & seen["validation", "A"]
    assert len(data.test) == 22  # as long as the longer domain


def test_the_cache_holds_them_decoded_and_a_size_is_made_from_it(small):
    first = datasets.load_horse2zebra(size=48, data="real")
    (small / "horse2zebra.zip").unlink()
    again = datasets.load_horse2zebra(size=48, data="real")
    assert again.origin == "cache"
    np.testing.assert_array_equal(again.train.x, first.train.x)
    assert datasets.load_horse2zebra(size=256, data="real").train.y.shape[1:] == (256, 256, 3)


@pytest.mark.parametrize("body", [b"", b"no picture", jpeg(1)[:200]])
def test_a_broken_picture_is_named_and_the_archive_refused(small, files, body):
    archive(small / "horse2zebra.zip", {**files, "horse2zebra/trainB/n0_3.jpg": body})
    with pytest.raises(sources.DataError, match=r"trainB/n0_3\.jpg"):
        datasets.load_horse2zebra(size=32, data="real")


@pytest.mark.parametrize("name", ["../trainA/x.jpg", "/trainA/x.jpg", "trainA/../../x.jpg", "..\\x.jpg", "C:/x.jpg"])
def test_a_name_that_leads_out_of_the_archive_is_refused(small, files, name):
    archive(small / "horse2zebra.zip", {**files, name: jpeg(1)})
    with pytest.raises(sources.DataError, match="names inside the archive"):
        datasets.load_horse2zebra(size=32, data="real")


def test_a_truncated_archive_and_one_of_other_things_are_refused(small, files):
    path = small / "horse2zebra.zip"
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(sources.DataError, match="whole zip archive"):
        datasets.load_horse2zebra(size=32, data="real")
    archive(path, {name: body for name, body in files.items() if "testB" not in name})
    with pytest.raises(sources.DataError, match="None in testB"):
        datasets.load_horse2zebra(size=32, data="real")


def test_another_archive_of_that_name_is_read_and_said_not_to_be_the_published_one(tmp_path, monkeypatch, files):
    archive(tmp_path / "horse2zebra.zip", files)
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    data = datasets.load_horse2zebra(size=32, data="real")
    assert data.note.startswith(f"subset of {len(files)} of 2661 photographs: images by domain, not the published file")
    assert not data.complete


def test_the_published_file_is_the_one_of_the_registry():
    (file,) = horse2zebra.HORSE2ZEBRA.published()
    assert (file.name, file.sha256) == ("horse2zebra.zip", horse2zebra.HORSE2ZEBRA.layouts[0].sha256[0])
    assert file in downloads.from_tfds("cycle_gan")


@pytest.mark.parametrize("size", [32, 50])
def test_the_stand_in_has_two_domains_of_any_size_and_a_seed(size):
    data = datasets.load_horse2zebra(size=size, examples=40, data="stand-in")
    assert (data.source, data.class_names) == ("stand-in", standin_horse2zebra.NAMES)
    assert [len(split) for split in (data.train, data.validation, data.test)] == [38, 2, 20]
    assert data.train.x.shape == data.train.y.shape == (38, size, size, 3)
    again, other = (datasets.load_horse2zebra(size=size, examples=40, data="stand-in", seed=seed) for seed in (0, 1))
    assert again.sha256 == data.sha256 != other.sha256


def test_the_domains_of_the_stand_in_differ_inside_the_animals_alone():
    made = standin_horse2zebra.animals(0, 300, 1, 32)
    a, b = (made[key].astype(float).mean(axis=0) for key in ("a_train", "b_train"))
    corners = np.ones((32, 32), bool)
    corners[4:30, 3:29] = False
    assert np.abs((a - b)[corners].mean(axis=0)).max() < 5
    spread = [made[key].astype(float)[:, 14:20, 10:22].std(axis=(1, 2)).mean() for key in ("a_train", "b_train")]
    assert spread[1] > 3 * spread[0]
    colors = [mean[12:22, 8:24].mean(axis=(0, 1)) for mean in (a, b)]
    np.testing.assert_allclose(*colors, atol=6)


@pytest.mark.parametrize("arguments", [{"size": 31}, {"size": 257}, {"size": 40.5}, {"examples": 19}, {"data": "fake"}])
def test_wrong_arguments_are_told(arguments):
    with pytest.raises(sources.WrongWord):
        datasets.load_horse2zebra(**{"size": 32, "examples": 40, "data": "stand-in", **arguments})
