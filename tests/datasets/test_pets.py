"""Pets: photographs and masks from two archives of the published layout, read together, held to their form."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from whitepaper import datasets
from whitepaper.datasets.images import pets
from whitepaper.datasets.standins import pets as standin_pets
from whitepaper.files import downloads, images, sources

BREEDS = ("Abyssinian", "beagle", "Bombay")
TRAIN, TEST = 10, 5  # photographs of each breed


def photograph(seed, form="JPEG"):
    colors = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    body = io.BytesIO()
    Image.fromarray(colors).resize((60, 45), Image.Resampling.BILINEAR).save(body, form)
    return body.getvalue()


def mask(seed, values=(1, 2, 3)):
    body = io.BytesIO()
    drawn = np.random.default_rng(seed).choice(np.array(values, np.uint8), (45, 60))
    Image.fromarray(drawn).save(body, "PNG")
    return body.getvalue()


def archive(path, files, mode="w:gz"):
    with tarfile.open(path, mode) as tar:
        for name, body in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return path


@pytest.fixture
def files():
    """Name → bytes of both archives, in the published layout, with what lies about in it."""
    images = {"images/Abyssinian_100.mat": b"MATLAB", "images/._beagle_1.jpg": b"\x00\x05\x16\x07"}
    notes = {"annotations/README": b"pets", "annotations/trimaps/._beagle_1.png": b"\x00\x05\x16\x07"}
    lists = {"trainval": [], "test": []}
    for breed, name in enumerate(BREEDS):
        for number in range(1, TRAIN + TEST + 1):
            seed = 100 * breed + number
            images[f"images/{name}_{number}.jpg"] = photograph(seed)
            notes[f"annotations/trimaps/{name}_{number}.png"] = mask(seed)
            lists["trainval" if number <= TRAIN else "test"].append(f"{name}_{number} {breed + 1} 1 1")
    images["images/unlisted_1.jpg"] = photograph(999)
    notes["annotations/list.txt"] = b"# Image CLASS-ID SPECIES BREED ID\n"
    notes |= {f"annotations/{split}.txt": "\n".join(lines).encode() for split, lines in lists.items()}
    return {"images.tar.gz": images, "annotations.tar.gz": notes}


def put(folder, files):
    for name, entries in files.items():
        archive(folder / name, entries)


@pytest.fixture
def small(tmp_path, monkeypatch, files):
    """An originals folder with small archives that are accepted without published hashes."""
    folder = tmp_path / "originals"
    folder.mkdir()
    layout = replace(pets.PETS.layouts[0], sha256=(), unverified=True)
    monkeypatch.setattr(pets, "PETS", replace(pets.PETS, layouts=(layout,), published=tuple))
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))
    monkeypatch.setenv("WHITEPAPER_CACHE", str(tmp_path / "cache"))
    put(folder, files)
    return folder


def test_the_published_lists_are_the_splits_and_the_validation_split_holds_every_breed(small, monkeypatch):
    monkeypatch.setattr(pets, "VALIDATION", 0.2)
    data = datasets.load_pets(size=32, data="real")
    assert (data.source, data.origin, data.class_names) == ("real", "originals", ("pet", "background", "border"))
    assert [len(split) for split in (data.train, data.validation, data.test)] == [24, 6, 15]
    assert (data.train.x.dtype, data.train.x.shape[1:]) == (np.uint8, (32, 32, 3))
    assert (data.train.y.dtype, data.train.y.shape[1:]) == (np.uint8, (32, 32))
    whole = {split: [whole_picture(breed, number) for breed in range(3) for number in numbers]
             for split, numbers in (("trainval", range(1, TRAIN + 1)), ("test", range(TRAIN + 1, TRAIN + TEST + 1)))}  # fmt: skip
    assert [picture.tobytes() for picture in data.test.x] == [picture.tobytes() for picture in whole["test"]]
    kept = {picture.tobytes() for split in (data.train, data.validation) for picture in split.x}
    assert kept == {picture.tobytes() for picture in whole["trainval"]}
    breed_of = {picture.tobytes(): place // TRAIN for place, picture in enumerate(whole["trainval"])}
    assert np.bincount([breed_of[picture.tobytes()] for picture in data.validation.x]).tolist() == [2, 2, 2]


def whole_picture(breed, number):
    decoded = images.decode(photograph(100 * breed + number), "one", pets.SIZE)
    return images.resize(decoded[None], 32)[0]


def test_every_mask_belongs_to_its_picture_and_each_of_its_pixels_is_one_of_the_published_mask(small):
    data = datasets.load_pets(data="real")
    numbers = {
        images.decode(photograph(seed), "one", pets.SIZE).tobytes(): seed
        for breed in range(3)
        for seed in range(100 * breed + 1, 100 * breed + TRAIN + TEST + 1)
    }
    for split in (data.train, data.validation, data.test):
        for picture, drawn in zip(split.x, split.y, strict=True):
            original = Image.open(io.BytesIO(mask(numbers[picture.tobytes()])))
            # Nearest by hand: the middle of each small pixel, in the large mask.
            rows, columns = (((np.arange(128) + 0.5) * side / 128).astype(int) for side in (45, 60))
            np.testing.assert_array_equal(drawn, np.asarray(original)[np.ix_(rows, columns)] - 1)


def test_a_gif_that_is_called_jpg_is_read_as_what_it_is(small, files):
    files["images.tar.gz"]["images/beagle_2.jpg"] = photograph(102, "GIF")
    put(small, files)
    assert len(datasets.load_pets(size=32, data="real").test) == 15


def test_plain_tar_archives_are_read_too(small, files):
    for name, entries in files.items():
        archive(small / name, entries, "w")
    assert len(datasets.load_pets(size=32, data="real").test) == 15


def test_the_cache_holds_them_decoded(small):
    first = datasets.load_pets(size=32, data="real")
    for path in small.iterdir():
        path.unlink()
    again = datasets.load_pets(size=32, data="real")
    assert again.origin == "cache"
    np.testing.assert_array_equal(again.train.y, first.train.y)


def test_fewer_examples_keep_the_shares_of_the_breeds(small):
    data = datasets.load_pets(size=32, examples=21, data="real")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [19, 2, 15]


FAULTS = {
    r"images/beagle_3\.jpg: expected a JPEG": ("images", "images/beagle_3.jpg", b"no picture"),
    r"images/beagle_4\.jpg: expected a JPEG": ("images", "images/beagle_4.jpg", photograph(1)[:200]),
    r"images\.tar\.gz: expected images/beagle_5\.jpg, which trainval\.txt lists": ("images", "images/beagle_5.jpg", None),
    r"expected trimaps/Bombay_12\.png, which test\.txt": ("annotations", "annotations/trimaps/Bombay_12.png", None),
    r"trimaps/beagle_1\.png: expected a PNG mask": ("annotations", "annotations/trimaps/beagle_1.png", mask(1)[:60]),
    r"beagle_2\.png: .* values 1, 2, 3.*\[0 1 2\]": ("annotations", "annotations/trimaps/beagle_2.png", mask(1, (0, 1, 2))),
    r"beagle_6\.png: .* values 1, 2, 3.*3\)": ("annotations", "annotations/trimaps/beagle_6.png", photograph(1, "PNG")),
    r"expected annotations/test\.txt": ("annotations", "annotations/test.txt", None),
    r"trainval\.txt, line 1: expected a name": ("annotations", "annotations/trainval.txt", b"beagle_1 dog"),
    r"test\.txt: expected names": ("annotations", "annotations/test.txt", b"\n"),
}  # fmt: skip


@pytest.mark.parametrize("told", FAULTS)
def test_what_is_broken_or_missing_is_named_and_refused(small, files, told):
    part, name, body = FAULTS[told]
    entries = files[f"{part}.tar.gz"]
    if body is None:
        del entries[name]
    else:
        entries[name] = body
    put(small, files)
    with pytest.raises(sources.DataError, match=told) as raised:
        datasets.load_pets(size=32, data="real")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["images.tar.gz", "annotations.tar.gz"])
def test_a_truncated_archive_is_refused(small, name):
    path = small / name
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(sources.DataError, match=rf"refused.*{name}: expected a whole tar"):
        datasets.load_pets(size=32, data="real")


def test_another_archive_of_that_name_is_read_and_said_not_to_be_the_published_one(tmp_path, monkeypatch, files):
    (tmp_path / "pets").mkdir()
    put(tmp_path / "pets", files)
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    data = datasets.load_pets(size=16, data="real")
    assert data.note == "subset of 45 of 7349 photographs: images and masks, not the published files"
    assert not data.complete


def test_both_archives_are_downloaded_where_no_folder_has_them(small, server, monkeypatch):
    server.served = {path.name: path.read_bytes() for path in small.iterdir()}
    for path in small.iterdir():
        path.unlink()
    published = tuple(
        downloads.Published(name, f"{server.url}/{name}", hashlib.sha256(body).hexdigest(), len(body))
        for name, body in server.served.items()
    )
    monkeypatch.setattr(pets, "PETS", replace(pets.PETS, published=lambda: published))
    data = datasets.load_pets(size=32, data="real")
    assert (data.source, data.origin, len(data.test)) == ("real", "download", 15)
    assert sorted(name for name, _ in server.asked) == ["annotations.tar.gz", "images.tar.gz"]


def test_the_pinned_hashes_are_those_of_the_registry():
    layout = pets.PETS.layouts[0]
    published = {file.name: file.sha256 for file in downloads.from_tfds("oxford_iiit_pet")}
    assert published == dict(zip(layout.files, layout.sha256, strict=True))


# --- The stand-in --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    return standin_pets.pets(0, 60, 30, 128)


def test_the_stand_in_has_the_published_form_and_a_seed(made):
    pets._validate(made)
    shares = np.bincount(made["y_train"].ravel()) / made["y_train"].size
    assert 0.15 < shares[standin_pets.PET] < 0.4
    assert 0.08 < shares[standin_pets.BORDER] < 0.2
    assert np.bincount(made["breed_train"]).tolist() == [30, 30]
    again, other = standin_pets.pets(0, 60, 30, 128), standin_pets.pets(1, 60, 30, 128)
    assert sources.content_hash(again) == sources.content_hash(made) != sources.content_hash(other)


def test_the_border_lies_between_pet_and_background(made):
    for drawn in made["y_train"][:20]:
        pet, ground = drawn == standin_pets.PET, drawn == standin_pets.BACKGROUND
        for first, second in ((pet[1:], ground[:-1]), (pet[:-1], ground[1:]), (pet[:, 1:], ground[:, :-1])):
            assert not (first & second).any()


def test_color_does_not_tell_pet_from_ground(made):
    def bins(pictures):
        return (pictures // 32).astype(int) @ np.array([64, 8, 1])

    def pet_or_ground(split):
        known = made[f"y_{split}"] != standin_pets.BORDER
        return bins(made[f"x_{split}"])[known], made[f"y_{split}"][known]

    colors, truth = pet_or_ground("train")
    share = np.bincount(colors, truth, 512) / np.maximum(np.bincount(colors, minlength=512), 1)
    colors, truth = pet_or_ground("test")
    assert ((share[colors] > 0.5) == truth).mean() < truth.mean() + 0.05


def test_no_threshold_of_a_picture_cuts_the_pet_out(made):
    better = []
    for picture, drawn in zip(made["x_train"], made["y_train"], strict=True):
        known = drawn != standin_pets.BORDER
        gray, truth = picture.mean(axis=-1)[known], drawn[known]
        # Otsu's threshold: the one that parts the brightnesses best. Which side is the pet, it is told.
        counts, edges = np.histogram(gray, 64)
        low, sums = np.cumsum(counts)[:-1], np.cumsum(counts * (edges[:-1] + edges[1:]) / 2)
        apart = (sums[-1] * low / len(gray) - sums[:-1]) ** 2 / np.maximum(low * (len(gray) - low), 1)
        right = ((gray > edges[apart.argmax() + 1]) == truth).mean()
        better.append(max(right, 1 - right) - max(truth.mean(), 1 - truth.mean()))
    assert np.mean(better) < 0.08


@pytest.mark.parametrize("arguments", [{"size": 8}, {"size": 129}, {"size": 64.0}, {"examples": 3}, {"data": "fake"}])
def test_wrong_arguments_are_told(arguments):
    with pytest.raises(sources.WrongWord):
        datasets.load_pets(**{"examples": 40, "data": "stand-in", **arguments})


@pytest.mark.real_data
def test_the_published_photographs_are_accepted(originals):
    if not any((folder / "images.tar.gz").is_file() for folder in (originals, originals / "pets")):
        pytest.skip("no images.tar.gz in the originals")
    data = datasets.load_pets(size=64, data="real")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [3_312, 368, 3_669]
