"""Signals over time: heart beats."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from whitepaper.datasets.arguments import check_arguments
from whitepaper.datasets.dataset import Dataset, cut
from whitepaper.datasets.standins import ecg5000 as standin_ecg5000
from whitepaper.files import csv_table, downloads
from whitepaper.files.csv_table import Column
from whitepaper.files.sources import Arrays, Form, Layout, Source, find
from whitepaper.files.trees import Tree

_UNKNOWN = "its hash is not known here"
SAMPLES = standin_ecg5000.SAMPLES
_BEATS = 4998
_BEAT = tuple(Column(f"sample {number}", -20, 20) for number in range(1, SAMPLES + 1))
# The tutorial's file says 1 for a normal beat and 0 for any other; the archive's says 1 for normal, 2 to 5 for the others.
_TWO_CLASSES = (*_BEAT, Column("label", 0, 1, whole=True))
_FIVE_CLASSES = (Column("label", 1, 5, whole=True), *_BEAT)


def _read_csv(paths: dict[str, Path], rows: int) -> Arrays:
    """The tutorial's layout: numbers parted by commas, the label last."""
    (path,) = paths.values()
    return _parsed(path.read_bytes(), path.name, rows)


def _parsed(body: bytes, name: str, rows: int = _BEATS) -> Arrays:
    table = csv_table.parse(body, name, _TWO_CLASSES, rows)
    return {"x": table[:, :-1], "y": table[:, -1].astype(np.uint8)}


def _read_archive(paths: dict[str, Path], rows: tuple[int, int]) -> Arrays:
    """The archive's layout: two files, numbers parted by blanks or tabs, the label first."""
    return _joined([(path.read_bytes(), path.name) for path in paths.values()], rows)


def _joined(files: list[tuple[bytes, str]], rows: tuple[int, int]) -> Arrays:
    parts = [
        csv_table.parse(body, name, _FIVE_CLASSES, count, blanks=True)
        for (body, name), count in zip(files, rows, strict=True)
    ]
    table = np.concatenate(parts)
    return {"x": table[:, 1:], "y": (table[:, 0] == 1).astype(np.uint8)}


def find_beats(tree: Tree) -> Arrays | None:
    """The tutorial's table, with a header or without, or the archive's two files, in a folder or packed.

    Raises:
        ValueError: one of the two files is missing, or a file is broken.
    """
    if (arrays := csv_table.first_good(tree, tree.called("ecg.csv"), _parsed)) is not None:
        return arrays
    for end in ("txt", "tsv"):
        places = {name: tree.called(name) for name in (f"ECG5000_TRAIN.{end}", f"ECG5000_TEST.{end}")}
        if not any(places.values()):
            continue
        if missing := [name for name, found in places.items() if not found]:
            raise ValueError(f"{tree.path.name}: expected {' and '.join(places)}. Received no {missing[0]}.")
        return _joined([(tree.read(found[0]), found[0]) for found in places.values()], (500, 4500))
    return None


def _validate(arrays: Arrays) -> None:
    csv_table.validate(np.column_stack([arrays["x"], arrays["y"]]), _TWO_CLASSES, "ECG5000")
    if len(np.unique(arrays["y"])) != 2:
        raise ValueError(f"ECG5000: expected normal and anomalous beats. Received: the label {arrays['y'][0]} alone.")


ECG5000 = Source(
    name="ecg5000",
    title="ECG5000",
    licence="as the UCR archive: free for research and teaching; from PhysioNet's BIDMC database (ODC-By)",
    homepage="https://www.timeseriesclassification.com/description.php?Dataset=ECG5000",
    layouts=(
        # No hash of it was published: its form and its number of rows are what it is held to.
        Layout(("ecg.csv",), partial(_read_csv, rows=_BEATS), unverified=True),
        *(
            Layout(
                (f"ECG5000_TRAIN.{end}", f"ECG5000_TEST.{end}"),
                partial(_read_archive, rows=(500, 4500)),
                unverified=True,
            )
            for end in ("txt", "tsv")
        ),
        Layout(("ecg_subset.csv",), partial(_read_csv, rows=2898)),
    ),
    published=lambda: (
        downloads.Published("ecg.csv", "https://storage.googleapis.com/download.tensorflow.org/data/ecg.csv"),
    ),
    content={
        "7650ff12d7752b4f9ff23e7638d97d87cca064e8dcf47885f49734ed117ebeea": "subset of 2 898 beats: 817 of the 2 919 normal ones"
    },
    validate=_validate,
    make=standin_ecg5000.beats,
    sizes=(3998, 1000),
    forms=(Form("ecg.csv or the archive's two files, packed", find_beats, lambda arrays: _UNKNOWN),),
    known=("ecg",),
)


def load_ecg5000(
    examples: int | None = None, validation: float = 0.1, seed: int = 0, data: str | None = None
) -> Dataset:
    """Heart beats of one patient: x float32 (n, 140), y int64 (n,), 1 for a normal beat, 0 for an anomalous one (Goldberger et al. 2000).

    Each beat is 140 samples of an electrocardiogram from one beat to the next, with mean 0 and deviation 1, so it has no
    unit. The anomalous ones are of four kinds: R-on-T premature ventricular contraction, premature ventricular contraction,
    supraventricular premature or ectopic beat, unclassified. A beat that occurs twice is kept once. A fifth of all,
    stratified, is the test split.

    Args:
        examples: beats to take from those that are not test beats; None takes all.
        validation, seed, data: as in `load_mnist`.

    Raises:
        DataError, WrongWord: as in `load_mnist`.
    """
    check_arguments(examples, validation, 50, seed)
    n_train, n_test = ECG5000.sizes
    if examples is not None and examples < n_train:
        n_train, n_test = examples, max(50, examples // 4)
    found = find(ECG5000, data, seed, (n_train, n_test))
    _, first = np.unique(found.arrays["x"], axis=0, return_index=True)
    first = np.sort(first)
    x, y = found.arrays["x"][first].astype(np.float32), found.arrays["y"][first].astype(np.int64)
    real = found.source == "real"
    rest, test = cut(x, y, 0.2 if real else n_test / len(x), seed)
    if n_train < len(rest):
        _, rest = cut(rest.x, rest.y, n_train / len(rest), seed)
    train, held_out = cut(rest.x, rest.y, validation, seed)
    note = ECG5000.content.get(found.sha256, _UNKNOWN) if real else "made here: waves, and five kinds of anomaly"
    return Dataset(
        train,
        held_out,
        test,
        name=ECG5000.name,
        title=ECG5000.title,
        source=found.source,
        origin=found.origin,
        class_names=("anomalous", "normal"),
        licence=ECG5000.licence if real else "made here",
        homepage=ECG5000.homepage,
        note=note,
        sha256=found.sha256,
    )
