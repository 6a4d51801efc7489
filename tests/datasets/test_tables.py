"""Tables and CIFAR-10 from their published layouts: what is read, what is refused, and which row is named."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.images import cifar10
from whitepaper.datasets.standins import thoracic_surgery as standin_thoracic_surgery
from whitepaper.datasets.tables import boston_housing, thoracic_surgery
from whitepaper.files import csv_table, downloads, sources

COLUMNS = (csv_table.Column("age", 18, 100, whole=True), csv_table.Column("dose", 0, 2.5))


def csv_bytes(table: np.ndarray) -> bytes:
    return "\n".join(",".join(f"{value:g}" for value in row) for row in table).encode()


def surgery_table(seed: int = 5) -> np.ndarray:
    made = standin_thoracic_surgery.patients(seed, 376, 94)
    return np.column_stack([made["x"], made["y"]])


def write(folder, name, body):
    path = folder / name
    path.write_bytes(body)
    return path


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("20,1\n21,x\n22,2", r"t\.csv, row 2: dose: expected a number from 0 to 2\.5\. Received: 'x'\."),
        ("20,1\n21,1\n22.5,2", r"row 3: age: expected a whole number from 18 to 100\. Received: '22\.5'\."),
        ("20,1\n21,1\n7,2", r"row 3: age: .*Received: '7'"),
        ("20,1\n21,nan\n22,2", r"row 2: dose: .*Received: 'nan'"),
        ("20,1\n21,\n22,2", r"row 2: dose: .*Received: ''"),
        ("20,1\n21\n22,2", r"row 2: expected 2 fields\. Received: 1\."),
        ("20,1\n21,1,5\n7,2", r"row 2: expected 2 fields\. Received: 3\. And 1 more bad rows\."),
        ("age,dose\n20,1\n21,1", r"expected 3 rows\. Received: 2"),
        ("age,2\n20,1\n21,1", r"row 1: age: .*Received: 'age'"),
        ("20,1\n21,1", r"t\.csv: expected 3 rows\. Received: 2\."),
        ("20,1\n21,1\n22,1\n23,1", r"expected 3 rows\. Received: 4\."),
        ("", r"expected 3 rows\. Received: 0\."),
    ],
)
def test_a_bad_row_is_named_by_its_number(tmp_path, body, line):
    with pytest.raises(ValueError, match=line):
        csv_table.read(write(tmp_path, "t.csv", body.encode()), COLUMNS, 3)


def test_numbers_are_read_as_written(tmp_path):
    table = csv_table.read(write(tmp_path, "t.csv", "\ufeff20,1e-1\r\n21, 2.5\r\n\r\n100,0\r\n".encode()), COLUMNS, 3)
    assert table.tolist() == [[20, 0.1], [21, 2.5], [100, 0]]


@pytest.mark.parametrize(
    ("change", "line"),
    [(np.s_[1, 1], r"table, row 2: dose: expected .* Received: -1\."), (np.s_[2, 0], r"row 3: age: .*Received: -1\.")],
)
def test_arrays_are_held_to_the_same_columns(change, line):
    table = np.array([[20, 1.0], [30, 2.0], [40, 0.5]])
    csv_table.validate(table, COLUMNS, "table")
    table[change] = -1
    with pytest.raises(ValueError, match=line):
        csv_table.validate(table, COLUMNS, "table")
    with pytest.raises(ValueError, match="expected 2 columns"):
        csv_table.validate(table[:, :1], COLUMNS, "table")


def arff_bytes(table: np.ndarray) -> bytes:
    """The table as UCI publishes it, without numbers of rows."""
    names = [
        "DGN",
        *(f"PRE{number}" for number in (4, 5, 6, 7, 8, 9, 10, 11, 14, 17, 19, 25, 30, 32)),
        "AGE",
        "Risk1Yr",
    ]
    kinds = {
        "DGN": "{DGN3,DGN2,DGN4,DGN6,DGN5,DGN8,DGN1}",
        "PRE6": "{PRZ2,PRZ1,PRZ0}",
        "PRE14": "{OC11,OC14,OC12,OC13}",
    }
    kinds |= dict.fromkeys(("PRE4", "PRE5", "AGE"), "numeric")
    lines = ["@relation ThoraricSurgery", *(f"@attribute {name} {kinds.get(name, '{T,F}')}" for name in names), "@data"]
    prefix = {"DGN": "DGN", "PRE6": "PRZ", "PRE14": "OC"}
    for row in table:
        cells = []
        for name, value in zip(names, row, strict=True):
            if kinds.get(name) == "numeric":
                cells.append(f"{value:g}")
            else:
                cells.append(f"{prefix[name]}{value:.0f}" if name in prefix else "FT"[int(value)])
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


def test_both_layouts_of_the_surgery_table_give_the_same_arrays(tmp_path):
    table = surgery_table()
    table = table[np.argsort(table[:, 0])]
    shuffled = np.random.default_rng(0).permutation(table)
    book, uci = thoracic_surgery.SURGERY.layouts
    from_csv = book.read({book.files[0]: write(tmp_path, book.files[0], csv_bytes(shuffled))})
    from_arff = uci.read({uci.files[0]: write(tmp_path, uci.files[0], arff_bytes(table[:, 1:]))})
    assert sources.content_hash(from_csv) == sources.content_hash(from_arff)
    assert np.array_equal(from_csv["x"], table[:, :-1])


def test_a_size_that_no_tumor_has_is_the_one_that_is_missing(tmp_path):
    table = surgery_table()
    table[7, 10] = 11.444
    (name,) = thoracic_surgery.SURGERY.layouts[0].files
    arrays = thoracic_surgery.SURGERY.layouts[0].read({name: write(tmp_path, name, csv_bytes(table))})
    assert arrays["x"][arrays["x"][:, 0] == table[7, 0], 10] == 14


def test_a_download_without_a_published_hash_is_held_to_its_content(server, said):
    table = surgery_table()
    (name,) = thoracic_surgery.SURGERY.layouts[0].files
    server.served[name] = csv_bytes(table)
    source = replace(
        thoracic_surgery.SURGERY,
        published=lambda: (downloads.Published(name, f"{server.url}/{name}"),),
        content={sources.content_hash(thoracic_surgery._surgery(table.copy())): "complete"},
    )
    found = sources.find(source, "real", 0, source.sizes)
    assert found.origin == "download"
    assert sources.find(source, "real", 0, source.sizes).origin == "cache"

    other = replace(source, name="other", content={"0" * 64: "complete"})
    with pytest.raises(datasets.DataError, match=r"refused the download: expected the content 000000000000"):
        sources.find(other, "real", 0, source.sizes)
    # What cannot be told from its bytes is not kept: the next run asks again.
    asked = len(server.asked)
    with pytest.raises(datasets.DataError, match="refused the download"):
        sources.find(other, "real", 0, source.sizes)
    assert len(server.asked) > asked


def tar_bytes(arrays, leave_out: str = "", cut: int = 0) -> bytes:
    """CIFAR-10's binary archive of these arrays."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        batches = {f"data_batch_{k + 1}.bin": (f"{k}", np.s_[k * 40 : (k + 1) * 40], "train") for k in range(5)}
        batches["test_batch.bin"] = ("", np.s_[:], "test")
        for name, (_, rows, split) in batches.items():
            if name == leave_out:
                continue
            x, y = arrays[f"x_{split}"][rows], arrays[f"y_{split}"][rows]
            body = np.concatenate([y[:, None], x.transpose(0, 3, 1, 2).reshape(len(x), -1)], axis=1).tobytes()
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = len(body) - cut
            archive.addfile(member, io.BytesIO(body[: len(body) - cut]))
    return buffer.getvalue()


@pytest.fixture
def pictures():
    return cifar10._shapes(3, 200, 60)


@pytest.fixture
def cifar_source(server, pictures):
    """CIFAR-10's source with a small archive, known by its bytes alone, as the published one is."""
    (name,), body = cifar10.CIFAR10.layouts[0].files, tar_bytes(pictures)
    server.served[name] = body
    digest = hashlib.sha256(body).hexdigest()
    layout = replace(cifar10.CIFAR10.layouts[0], sha256=(digest,))
    return replace(
        cifar10.CIFAR10,
        layouts=(layout, cifar10.CIFAR10.layouts[1]),
        published=lambda: (downloads.Published(name, f"{server.url}/{name}", digest, len(body)),),
        sizes=(200, 60),
    )


def test_the_binary_archive_is_read_and_kept(cifar_source, pictures, monkeypatch):
    for origin in ("download", "cache"):
        found = sources.find(cifar_source, "real", 0, (200, 60))
        assert found.origin == origin
        assert all(np.array_equal(found.arrays[key], pictures[key]) for key in pictures)
    monkeypatch.setattr(cifar10, "CIFAR10", cifar_source)
    data = datasets.load_cifar10(data="real")
    assert (data.class_names[0], data.train.x.shape, data.note) == ("airplane", (180, 32, 32, 3), "")
    # Another release of the archive makes the cache's content unknown.
    other = replace(cifar_source, layouts=(replace(cifar_source.layouts[0], sha256=("0" * 64,)),))
    with pytest.raises(datasets.DataError, match="other content than this version expects"):
        sources.find(replace(other, published=tuple), "real", 0, (200, 60))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"leave_out": "data_batch_3.bin"}, r"expected a file data_batch_3\.bin in it"),
        ({"cut": 10}, r"expected records of 3073 bytes"),
    ],
)
def test_an_archive_that_is_not_cifar_is_refused(tmp_path, pictures, options, reason):
    layout = cifar10.CIFAR10.layouts[0]
    path = write(tmp_path, layout.files[0], tar_bytes(pictures, **options))
    with pytest.raises(ValueError, match=reason):
        layout.read({layout.files[0]: path})


def test_originals_with_other_bytes_than_published_are_refused(cifar_source, pictures, tmp_path, monkeypatch, said):
    (name,) = cifar_source.layouts[0].files
    write(tmp_path, name, tar_bytes(pictures)[:-1000])
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path))
    assert sources.find(cifar_source, "real", 0, (200, 60)).origin == "download"
    assert "expected the SHA-256" in said[-1]


def test_tfds_names_the_hash_that_the_layout_accepts():
    (published,) = downloads.from_tfds("cifar10")
    layout = cifar10.CIFAR10.layouts[0]
    assert (published.name, published.sha256) == (layout.files[0], layout.sha256[0])


@pytest.mark.parametrize(
    ("load", "columns", "sizes"),
    [
        (datasets.load_thoracic_surgery, 17, (338, 38, 94)),
        (datasets.load_pima_diabetes, 8, (553, 61, 154)),
        (datasets.load_boston_housing, 12, (364, 40, 102)),
    ],
)
def test_tables_have_the_published_form(load, columns, sizes):
    data = load(data="stand-in")
    assert tuple(len(split) for split in (data.train, data.validation, data.test)) == sizes
    assert data.train.x.shape[1] == columns == len(data.feature_names)
    assert data.train.x.dtype == np.float32
    small, again, other = (load(examples=100, seed=seed, data="stand-in") for seed in (0, 0, 1))
    assert len(small.train) + len(small.validation) == 100
    assert np.array_equal(small.test.x, again.test.x)
    assert not np.array_equal(small.train.x, other.train.x)
    rows = {row.tobytes() for split in (data.train, data.validation, data.test) for row in split.x}
    assert len(rows) == sum(sizes)


def test_the_column_b_is_not_handed_out():
    data = datasets.load_boston_housing(data="stand-in")
    assert "B" not in data.feature_names
    assert not (data.train.x == 396.9).any()


def test_missing_values_of_the_stand_in_are_zeros_as_published():
    x = datasets.load_pima_diabetes(data="stand-in").train.x
    assert [bool((x[:, column] == 0).any()) for column in range(1, 8)] == [True] * 5 + [False] * 2


def test_stand_in_shapes_are_not_told_by_color_or_brightness():
    from sklearn.linear_model import LogisticRegression

    arrays = cifar10._shapes(0, 1500, 500)
    means = [arrays[f"x_{split}"].mean((1, 2)) / 255 for split in ("train", "test")]
    model = LogisticRegression(max_iter=500).fit(means[0], arrays["y_train"])
    assert model.score(means[1], arrays["y_test"]) < 0.2
    assert np.array_equal(np.bincount(arrays["y_test"]), np.full(10, 50))
    assert datasets.load_cifar10(examples=100, data="stand-in").class_names[0] == "striped disk"


def test_wrong_arrays_are_named():
    good = cifar10._shapes(0, 20, 10)
    for key, value, reason in (
        ("x_test", good["x_test"][..., 0], r"x_test: expected images of the shape \(n, 32, 32, 3\)"),
        ("y_train", good["y_train"] + 5, "labels from 0 to 9"),
    ):
        with pytest.raises(ValueError, match=reason):
            cifar10.CIFAR10.validate({**good, key: value})


@pytest.mark.parametrize("shape", [(506, 12), (505, 13)])
def test_an_npz_of_another_form_is_named(tmp_path, shape):
    (name,) = boston_housing.BOSTON.layouts[0].files
    np.savez(tmp_path / name, x=np.zeros(shape), y=np.zeros(shape[0]))
    with pytest.raises(ValueError, match=r"expected x \(506, 13\)"):
        boston_housing.BOSTON.layouts[0].read({name: tmp_path / name})
    np.savez(tmp_path / name, x=np.zeros(shape))
    with pytest.raises(ValueError, match="none named y"):
        boston_housing.BOSTON.layouts[0].read({name: tmp_path / name})


@pytest.mark.real_data
def test_published_tables_are_accepted(originals):
    surgery = datasets.load_thoracic_surgery(data="real")
    every = np.concatenate([split.y for split in (surgery.train, surgery.validation, surgery.test)])
    assert (surgery.origin, len(every), every.sum()) == ("originals", 470, 70)
    sizes = np.concatenate([split.x[:, 10] for split in (surgery.train, surgery.validation, surgery.test)])
    assert [int((sizes == size).sum()) for size in (11, 12, 13, 14)] == [177, 257, 19, 17]
    pima = datasets.load_pima_diabetes(data="real")
    assert (pima.origin, len(pima.test)) == ("originals", 154)
    boston = datasets.load_boston_housing(data="real")
    assert (boston.origin, len(boston.test), boston.train.y.dtype) == ("originals", 102, np.float32)
