"""The record of a run: `runs/ex05/<time>/record.json`, written after every step, and the list of them."""

from __future__ import annotations

import csv
import importlib.metadata
import itertools
import json
import platform
from datetime import datetime
from pathlib import Path
from typing import Any

from whitepaper.course import registry
from whitepaper.course.registry import Exercise
from whitepaper.devices import backends
from whitepaper.files import whole

SCHEMA = Path(__file__).parent.parent / "schemas" / "record.schema.json"
_PACKAGES = {
    "numpy": ("whitepaper", "numpy", "matplotlib"),
    "scikit-learn": ("whitepaper", "numpy", "scikit-learn", "matplotlib"),
    "keras": ("whitepaper", "numpy", "keras", "tensorflow", "keras-tuner", "matplotlib"),
}


def write_json(path: Path, value: Any) -> None:
    """Write JSON under a temporary name and rename it: a kill never leaves half a file.

    Raises:
        WriteError: no room, or no right to write.
    """
    with whole.writing(path):
        whole.write(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def read_json(path: Path) -> Any:
    """The JSON of a file; None where it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def versions(framework: str) -> dict[str, str]:
    """Versions of what took part in a run."""
    found = {"python": platform.python_version()}
    packages = _PACKAGES[framework]
    if framework == "keras" and backends.name() == "jax":
        packages += ("jax",)
    for package in packages:
        for name in (package, f"{package}-cpu"):
            try:
                found[package] = importlib.metadata.version(name)
                break
            except importlib.metadata.PackageNotFoundError:
                continue
    return found


def runs_folder(row: Exercise | None = None) -> Path:
    folder = registry.root() / "runs"
    return folder / row.short if row else folder


def new_folder(row: Exercise) -> Path:
    """A fresh folder for a run, named after the time; unique also for two runs in one second.

    Raises:
        WriteError: it cannot be made.
    """
    base = runs_folder(row)
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    with whole.writing(base):
        base.mkdir(parents=True, exist_ok=True)
        for suffix in ("", *(f"-{number}" for number in range(2, 1000))):
            folder = base / f"{stamp}{suffix}"
            try:
                folder.mkdir()
                return folder
            except FileExistsError:
                continue
    raise FileExistsError(f"a thousand runs in one second under {base}")


def write_history(path: Path, history: dict[str, list[float]]) -> None:
    """The curves of a fit that is not Keras's own, as CSV, a row an epoch; short curves end in empty cells.

    Raises:
        WriteError: no room, or no right to write.
    """
    with whole.writing(path), whole.place(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["epoch", *history])
        for epoch, values in enumerate(itertools.zip_longest(*history.values(), fillvalue="")):
            writer.writerow([epoch, *values])


def judge(row: Exercise, metrics: dict[str, float], preset: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims beside what was measured.

    `met` is None where the claim does not speak of this run: another preset than full, stand-in data, a subset of the
    published ones, no such metric.

    Args:
        data: the data set's provenance.
    """
    judged: list[dict[str, Any]] = []
    for claim in row.claims:
        speaks = preset == "full" and data["source"] == "real" and data["complete"] and claim.metric in metrics
        judged.append(
            {
                "metric": claim.metric,
                claim.bound: claim.value,
                "tolerance": claim.tolerance,
                "value": metrics.get(claim.metric),
                "met": claim.met(metrics[claim.metric]) if speaks else None,
            }
        )
    return judged


def all_records(row: Exercise | None = None) -> list[tuple[Path, dict[str, Any]]]:
    """Folder and record of every run made so far, oldest first."""
    pattern = "*/record.json" if row else "*/*/record.json"
    found = []
    for path in sorted(runs_folder(row).glob(pattern)):
        record = read_json(path)
        if isinstance(record, dict) and "exercise" in record:
            found.append((path.parent, record))
    return found
