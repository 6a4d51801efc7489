"""Photographs in a tar archive: read in memory, decoded once, broken ones named."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from whitepaper import datasets
from whitepaper.datasets.images import flowers
from whitepaper.datasets.standins import flowers as standin_flowers
from whitepaper.files import images, sources, trees


def jpeg(seed, size=(40, 30)):
    colors = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    body = io.BytesIO()
    Image.fromarray(colors).resize(size, Image.Resampling.BILINEAR).save(body, "JPEG", quality=95)
    return body.getvalue()


def archive(path, files):
    with tarfile.open(path, "w:gz") as tar:
        for name, body in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return path


@pytest.fixture
def files():
    """Name → bytes of twelve photographs a class, in the published layout, and what lies beside them."""
    named = {
        f"flower_photos/{kind}/{n}.jpg": jpeg(100 * k + n) for k, kind in enumerate(flowers.FLOWERS) for n in range(12)
    }
    return {"flower_photos/LICENSE.txt": b"CC BY 2.0", **named}


@pytest.fixture
def small(tmp_path, monkeypatch, files):
    """An originals folder with a small archive that is accepted without a published hash."""
    folder = tmp_path / "originals"
    folder.mkdir()
    layout = sources.Layout(("flower_photos.tgz",), flowers._read_flowers, unverified=True)
    monkeypatch.setattr(flowers, "TF_FLOWERS", replace(flowers.TF_FLOWERS, layouts=(layout,)))
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "cache"))
    archive(folder / "flower_photos.tgz", files)
    return folder


def test_every_photograph_has_its_folder_for_a_label_and_no_two_splits_share_one(small, files):
    data = datasets.load_flowers(size=32, data="real")
    assert (data.source, data.origin) == ("real", "originals")
    assert "subset of 60 of 3670" in data.note
    splits = [data.train, data.validation, data.test]
    assert [len(split) for split in splits] == [40, 10, 10]
    assert data.train.x.dtype == np.uint8
    assert data.train.x.shape[1:] == (32, 32, 3)
    pictures = [picture.tobytes() for split in splits for picture in split.x]
    assert len(set(pictures)) == 60
    decoded = {
        images.resize(images.decode(body, name, flowers.SIZE)[None], 32).tobytes(): flowers.FLOWERS.index(
            name.split("/")[1]
        )
        for name, body in files.items()
        if name.endswith(".jpg")
    }
    labels = [label for split in splits for label in split.y]
    assert [decoded[picture] for picture in pictures] == labels


def test_the_cache_holds_them_decoded(small):
    first = datasets.load_flowers(size=32, data="real")
    (small / "flower_photos.tgz").unlink()
    again = datasets.load_flowers(size=32, data="real")
    assert again.origin == "cache"
    np.testing.assert_array_equal(again.train.x, first.train.x)


def test_copies_are_left_out(small, files):
    copies = {name.replace("/0.jpg", "/copy.jpg"): body for name, body in files.items() if name.endswith("/0.jpg")}
    archive(small / "flower_photos.tgz", {**files, **copies})
    data = datasets.load_flowers(size=32, data="real")
    assert sum(len(split) for split in (data.train, data.validation, data.test)) == 60


@pytest.mark.parametrize("body", [b"", b"no picture", jpeg(1)[:200]])
def test_a_broken_photograph_is_named_and_the_archive_refused(small, files, body):
    archive(small / "flower_photos.tgz", {**files, "flower_photos/roses/3.jpg": body})
    with pytest.raises(sources.DataError, match=r"flower_photos/roses/3\.jpg"):
        datasets.load_flowers(size=32, data="real")


def test_a_truncated_archive_is_refused(small):
    path = small / "flower_photos.tgz"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(sources.DataError, match="refused"):
        datasets.load_flowers(size=32, data="real")


def test_an_archive_of_other_things_is_refused(small):
    archive(small / "flower_photos.tgz", {"cats/1.jpg": jpeg(1)})
    with pytest.raises(sources.DataError, match="daisy"):
        datasets.load_flowers(size=32, data="real")


@pytest.mark.parametrize("name", ["../roses/1.jpg", "/roses/2.jpg"])
def test_names_that_lead_out_of_the_archive_are_refused_and_nothing_is_written(tmp_path, name):
    path = archive(tmp_path / "a.tgz", {name: jpeg(1), "roses/3.jpg": jpeg(3)})
    with pytest.raises(ValueError, match="expected names inside the archive"):
        trees.open_tree(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.tgz"]


def test_another_archive_of_that_name_is_read_and_said_not_to_be_the_published_one(tmp_path, monkeypatch, files):
    archive(tmp_path / "flower_photos.tgz", files)
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    data = datasets.load_flowers(size=16, data="real")
    assert data.note == "subset of 60 of 3670 photographs: images by class, not the published file"
    assert not data.complete


def test_the_stand_in_has_five_kinds_in_equal_shares_and_a_seed(monkeypatch):
    data = datasets.load_flowers(size=32, examples=90, data="stand-in")
    assert (data.source, data.class_names) == ("stand-in", standin_flowers.NAMES)
    assert set(data.train.y) == set(range(5))
    again, other = (datasets.load_flowers(size=32, examples=90, data="stand-in", seed=seed) for seed in (0, 1))
    assert again.sha256 == data.sha256 != other.sha256


def test_color_alone_does_not_tell_the_kinds_of_the_stand_in():
    made = standin_flowers.flowers(0, 400, 32)
    means = made["x"].mean(axis=(1, 2))
    middles = np.stack([means[made["y"] == kind].mean(axis=0) for kind in range(5)])
    nearest = ((means[:, None] - middles) ** 2).sum(axis=-1).argmin(axis=1)
    assert (nearest == made["y"]).mean() < 0.45


@pytest.mark.parametrize("arguments", [{"size": 8}, {"size": 181}, {"size": 40.5}, {"examples": 3}, {"data": "fake"}])
def test_wrong_arguments_are_told(arguments):
    with pytest.raises(sources.WrongWord):
        datasets.load_flowers(**{"examples": 90, "data": "stand-in", **arguments})


@pytest.mark.real_data
def test_the_published_photographs_are_accepted(originals):
    data = datasets.load_flowers(size=64, data="real")
    assert data.source == "real"
    assert data.class_names == flowers.FLOWERS
    assert min(np.bincount(data.train.y)) > 300
