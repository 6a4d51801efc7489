"""A person's own folder or archive of images: what is read, how it is split, and what is refused by name."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile

import numpy as np
import pytest
from PIL import Image

from whitepaper import datasets
from whitepaper.files import images


def image(seed, size=(20, 14), mode="RGB", form="PNG", **options):
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    body = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(body, form, **options)
    return body.getvalue()


def written(folder, files):
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)
    return folder


@pytest.fixture
def files():
    return {f"{kind}/{n}.png": image(100 * k + n) for k, kind in enumerate(("cats", "dogs", "emus")) for n in range(20)}


def test_a_folder_for_each_class_becomes_three_splits(tmp_path, files):
    data = datasets.load_images(written(tmp_path / "pets", files), size=16)
    assert data.class_names == ("cats", "dogs", "emus")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [49, 5, 6]
    assert (data.train.x.dtype, data.train.x.shape[1:], data.train.y.dtype) == (np.uint8, (16, 16, 3), np.int64)
    assert (data.source, data.origin, data.complete) == ("real", "originals", True)
    label_of = {images.decode(body, name, 16).tobytes(): name.split("/")[0] for name, body in files.items()}
    for split in (data.train, data.validation, data.test):
        assert [label_of[one.tobytes()] for one in split.x] == [data.class_names[label] for label in split.y]
        assert set(split.y) == {0, 1, 2}


def test_it_is_decoded_once_and_anew_where_a_file_changed(tmp_path, files, monkeypatch):
    folder = written(tmp_path / "pets", files)
    first = datasets.load_images(folder, size=16)
    again = datasets.load_images(str(folder), size=16)
    assert (again.origin, again.class_names) == ("cache", first.class_names)
    assert np.array_equal(again.test.x, first.test.x)
    (folder / "dogs" / "new.png").write_bytes(image(999))
    newer = datasets.load_images(folder, size=16)
    assert newer.origin == "originals"
    assert sum(len(split) for split in (newer.train, newer.validation, newer.test)) == 61


@pytest.mark.parametrize("form", ["zip", "tar.gz", "tar.xz"])
def test_folders_train_and_test_are_kept_apart_and_a_copy_is_no_training_image(tmp_path, files, form):
    held = {f"set/{'test' if int(name[5:-4]) >= 15 else 'train'}/{name}": body for name, body in files.items()}
    held["set/train/cats/copy.png"] = held["set/test/cats/15.png"]
    path = tmp_path / f"set.{form}"
    if form == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, body in held.items():
                archive.writestr(name, body)
    else:
        with tarfile.open(path, f"w:{form[4:]}") as archive:
            for name, body in held.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(body)
                archive.addfile(entry, io.BytesIO(body))
    data = datasets.load_images(path, size=16)
    assert (len(data.train) + len(data.validation), len(data.test)) == (45, 15)
    assert data.note == "1 copies left out"


def red(mode, **options):
    whole = Image.new("RGB", (8, 8), (200, 30, 40)).convert(mode, palette=Image.Palette.ADAPTIVE)
    body = io.BytesIO()
    whole.save(body, options.pop("form", "PNG"), **options)
    return body.getvalue()


def test_every_kind_of_pixels_becomes_red_green_and_blue():
    for body in (red("RGB"), red("RGBA"), red("P"), red("CMYK", form="TIFF"), red("CMYK", form="JPEG", quality=95)):
        assert np.abs(images.decode(body, "one", 8).astype(int) - (200, 30, 40)).max() <= 6
    gray = images.decode(red("L"), "one", 8)
    assert (gray[..., 0] == gray[..., 2]).all()
    deep = io.BytesIO()
    Image.fromarray(np.full((8, 8), 200 * 256 + 7, np.uint16)).save(deep, "PNG")
    assert (images.decode(deep.getvalue(), "one", 8) == 200).all()
    clear = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(clear, "PNG")
    assert (images.decode(clear.getvalue(), "one", 8) == 255).all()


def test_a_photograph_is_turned_as_the_camera_noted():
    half = Image.new("RGB", (8, 8), "white")
    half.paste((0, 0, 0), (0, 0, 8, 4))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    body = io.BytesIO()
    half.save(body, "JPEG", exif=exif, quality=95)
    pixels = images.decode(body.getvalue(), "one", 8)
    assert pixels[:3].min() > 200
    assert pixels[5:].max() < 50
    assert images.decode(body.getvalue(), "one", 8, upright=False)[:3].max() < 50


def bomb():
    """A PNG whose header says 50 000 × 50 000."""
    import struct
    import zlib

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


BAD = {
    "one class": (lambda files: {name: body for name, body in files.items() if "cats" in name}, "at least 2 classes.* cats alone"),
    "no image": (lambda files: {"readme.txt": b"x"}, "expected folders of images, one for each class"),
    "truncated": (lambda files: files | {"dogs/cut.jpg": image(5, form="JPEG")[:-200]}, r"dogs/cut\.jpg: expected .* truncated"),
    "no picture": (lambda files: files | {"dogs/page.jpg": b"<html>"}, r"dogs/page\.jpg: expected .* UnidentifiedImageError"),
    "bomb": (lambda files: files | {"emus/huge.png": bomb()}, r"emus/huge\.png: expected .*2500000000 pixels"),
    "other file": (lambda files: files | {"emus/notes.txt": b"x"}, r"images alone in the folders of classes.*emus/notes\.txt"),
    "case": (lambda files: files | {"Cats/1.png": image(7)}, "Cats and cats, which differ only in case"),
    "few": (lambda files: files | {"gnus/1.png": image(888)}, "at least 3 different images of each class. Received: 1 of gnus"),
    "mixed": (lambda files: files | {"train/cats/1.png": image(9)}, "all images in train, validation or test"),
    "no folder": (lambda files: files | {"alone.png": image(9)}, r"Received: alone\.png in none"),
    "strange": (
        lambda files: {f"train/{name}": body for name, body in files.items()} | {"test/gnus/1.png": image(9)},
        "Received: gnus, which train lacks",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_that_names_it(tmp_path, files, case):
    change, reason = BAD[case]
    with pytest.raises(datasets.DataError, match=reason) as caught:
        datasets.load_images(written(tmp_path / "set", change(files)), size=16)
    assert "\n" not in caught.value.message
    assert not list((tmp_path / "cache").glob("images-*"))


def test_an_empty_class_is_named(tmp_path, files):
    folder = written(tmp_path / "set", files)
    (folder / "gnus").mkdir()
    with pytest.raises(datasets.DataError, match="Received: the empty folder gnus"):
        datasets.load_images(folder, size=16)


def test_links_that_leave_the_folder_or_the_archive_are_refused(tmp_path, files):
    folder = written(tmp_path / "set", files)
    (tmp_path / "secret.png").write_bytes(image(1))
    os.symlink(tmp_path / "secret.png", folder / "cats" / "link.png")
    with pytest.raises(datasets.DataError, match=r"expected links inside the folder. Received: cats/link\.png"):
        datasets.load_images(folder, size=16)
    with tarfile.open(tmp_path / "set.tar", "w") as archive:
        entry = tarfile.TarInfo("cats/link.png")
        entry.type, entry.linkname = tarfile.SYMTYPE, "../../secret.png"
        archive.addfile(entry)
    with pytest.raises(datasets.DataError, match=r"expected links inside the archive. Received: cats/link\.png"):
        datasets.load_images(tmp_path / "set.tar", size=16)


@pytest.mark.parametrize("wrong", [{"size": 7}, {"size": 16.0}, {"size": True}, {"seed": -1}, {"validation": 1.5}])
def test_wrong_arguments_are_named(tmp_path, wrong):
    with pytest.raises(datasets.WrongWord, match="Received"):
        datasets.load_images(tmp_path, **wrong)


def test_no_such_folder_and_no_archive_are_told(tmp_path):
    with pytest.raises(datasets.DataError, match="which does not exist"):
        datasets.load_images(tmp_path / "nothing")
    (tmp_path / "set.zip").write_bytes(b"<html>")
    with pytest.raises(datasets.DataError, match=r"set\.zip: expected a whole zip archive"):
        datasets.load_images(tmp_path / "set.zip")
