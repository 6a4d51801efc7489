"""Heart beats: each published layout is read, foreign files are named, no beat lies in two splits."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from whitepaper import datasets
from whitepaper.datasets.signals import ecg5000
from whitepaper.datasets.standins import ecg5000 as standin_ecg5000
from whitepaper.files import sources


def beats(n: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """A few beats with the archive's labels 1 to 5, the normal ones first."""
    x = np.random.default_rng(1).normal(size=(n, 140)).round(4)
    return x, np.where(np.arange(n) < n // 2, 1, 2 + np.arange(n) % 4)


def write(folder, name: str, columns, separator: str):
    path = folder / name
    path.write_text("\n".join(separator.join(f"{value:g}" for value in row) for row in columns) + "\n")
    return path


def tutorial(folder, x, y, name: str = "ecg.csv"):
    return write(folder, name, np.column_stack([x, y == 1]), ",")


@pytest.mark.parametrize(("end", "separator"), [("txt", "   "), ("tsv", "\t")])
def test_the_archives_layout_and_the_tutorials_give_the_same_arrays(tmp_path, end, separator):
    x, y = beats()
    table = np.column_stack([y, x])
    paths = {
        name: write(tmp_path, name, part, separator)
        for name, part in ((f"ECG5000_TRAIN.{end}", table[:5]), (f"ECG5000_TEST.{end}", table[5:]))
    }
    archive = ecg5000._read_archive(paths, rows=(5, 7))
    csv = ecg5000._read_csv({"ecg.csv": tutorial(tmp_path, x, y)}, rows=12)
    assert sources.content_hash(archive) == sources.content_hash(csv)
    assert archive["y"].tolist() == [1] * 6 + [0] * 6
    assert np.array_equal(archive["x"], x)


def test_every_layout_names_its_files():
    names = [layout.files for layout in ecg5000.ECG5000.layouts]
    assert names == [
        ("ecg.csv",),
        ("ECG5000_TRAIN.txt", "ECG5000_TEST.txt"),
        ("ECG5000_TRAIN.tsv", "ECG5000_TEST.tsv"),
        ("ecg_subset.csv",),
    ]
    (published,) = ecg5000.ECG5000.published()
    assert published.name == "ecg.csv"


@pytest.mark.parametrize(
    ("line", "place", "text", "reason"),
    [
        (2, 3, "nan", r"ecg\.csv, row 3: sample 4: expected a number from -20 to 20\. Received: 'nan'"),
        (0, 140, "3", r"row 1: label: expected a whole number from 0 to 1\. Received: '3'"),
        (4, 7, "flat", r"row 5: sample 8: .* Received: 'flat'"),
        (1, 0, "1,2", r"row 2: expected 141 fields\. Received: 142"),
        (1, 0, "900", r"row 2: sample 1"),
    ],
)
def test_what_is_no_beat_is_named(tmp_path, line, place, text, reason):
    path = tutorial(tmp_path, *beats())
    lines = [one.split(",") for one in path.read_text().splitlines()]
    lines[line][place] = text
    path.write_text("\n".join(map(",".join, lines)))
    with pytest.raises(ValueError, match=reason):
        ecg5000._read_csv({"ecg.csv": path}, rows=12)


def test_another_number_of_rows_and_a_foreign_label_of_the_archive_are_named(tmp_path):
    x, y = beats()
    with pytest.raises(ValueError, match=r"expected 4998 rows\. Received: 12"):
        ecg5000.ECG5000.layouts[0].read({"ecg.csv": tutorial(tmp_path, x, y)})
    path = write(tmp_path, "ECG5000_TRAIN.txt", np.column_stack([y + 1, x]), " ")
    with pytest.raises(ValueError, match="row 8: label: expected a whole number from 1 to 5"):
        ecg5000._read_archive({"a": path, "b": path}, rows=(12, 12))


def test_one_class_alone_is_refused():
    with pytest.raises(ValueError, match="expected normal and anomalous beats"):
        ecg5000.ECG5000.validate({"x": np.zeros((3, 140)), "y": np.ones(3, dtype=np.uint8)})
    with pytest.raises(ValueError, match="expected 141 columns"):
        ecg5000.ECG5000.validate({"x": np.zeros((3, 139)), "y": np.array([0, 1, 1])})


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The loader on a tutorial's file of 120 rows, of which 100 differ."""
    made = standin_ecg5000.beats(3, 80, 20)
    x, y = (np.concatenate([made[key], made[key][:20]]) for key in ("x", "y"))
    folder = tmp_path / "originals"
    folder.mkdir()
    tutorial(folder, x, y)
    layout = replace(ecg5000.ECG5000.layouts[0], read=partial(ecg5000._read_csv, rows=120))
    monkeypatch.setattr(ecg5000, "ECG5000", replace(ecg5000.ECG5000, layouts=(layout,), published=tuple))
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(folder))


def test_a_beat_that_occurs_twice_lies_in_one_split(small, said):
    data = datasets.load_ecg5000(data="real")
    splits = (data.train, data.validation, data.test)
    rows = [row.tobytes() for split in splits for row in split.x]
    assert len(rows) == len(set(rows)) == 100
    assert len(data.test) == 20
    assert (data.origin, data.note) == ("originals", "its hash is not known here")
    assert datasets.load_ecg5000(data="real").origin == "cache"


def test_the_stand_in_has_the_published_form():
    data = datasets.load_ecg5000(data="stand-in")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [3598, 400, 1000]
    assert (data.train.x.shape[1], data.train.x.dtype, data.train.y.dtype) == (140, np.float32, np.int64)
    assert data.class_names == ("anomalous", "normal")
    assert abs(data.test.y.mean() - 0.58) < 0.01
    np.testing.assert_allclose(data.train.x.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(data.train.x.std(axis=1), 1, atol=1e-5)
    again, other = (datasets.load_ecg5000(examples=100, seed=seed, data="stand-in") for seed in (0, 1))
    assert len(again.train) + len(again.validation) == 100
    assert not np.array_equal(again.train.x, other.train.x)


def test_no_single_sample_tells_the_stand_ins_classes_apart_but_their_shape_does():
    from sklearn.decomposition import PCA
    from sklearn.metrics import roc_auc_score

    made = standin_ecg5000.beats(0, 1500, 500)
    x, normal = made["x"], made["y"] == 1
    areas = np.array([roc_auc_score(normal, sample) for sample in x.T])
    assert np.abs(areas - 0.5).max() < 0.35
    pca = PCA(8, random_state=0).fit(x[:1500][normal[:1500]])
    error = np.abs(pca.inverse_transform(pca.transform(x[1500:])) - x[1500:]).mean(axis=1)
    assert roc_auc_score(normal[1500:], -error) > 0.99


@pytest.mark.parametrize("examples", [0, 10, 2.5, "all"])
def test_a_wrong_number_is_told(examples):
    with pytest.raises(datasets.WrongWord, match="examples"):
        datasets.load_ecg5000(examples=examples, data="stand-in")


@pytest.mark.real_data
def test_the_given_subset_is_accepted(originals):
    data = datasets.load_ecg5000(data="real")
    assert data.origin == "originals"
    assert data.note.startswith("subset")
    y = np.concatenate([split.y for split in (data.train, data.validation, data.test)])
    assert (len(y), int(y.sum())) == (2898, 817)
