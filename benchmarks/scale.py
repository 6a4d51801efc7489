"""Samples per second of training on 1 and 2 replicas, in one process and in several: `python benchmarks/scale.py`.

Every way trains the same network on the same stand-in rows in the same global batches, in processes of its own. The first
epoch, which also traces, is not counted. Below stand the rates that an input pipeline has on one core.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from whitepaper.course import registry
from whitepaper.devices import cluster, strategies
from whitepaper.errors import CourseError
from whitepaper.lessons import contract
from whitepaper.lessons.hyperparameters import Hyperparameters

BATCH, EPOCHS = 128, 3
STEPS = {"5": 64, "20": 16}  # of an epoch
WAYS = (("plain Keras", 1), ("mirrored", 1), ("mirrored", 2), ("multiworker", 1), ("multiworker", 2))


def train(number: str, way: str, replicas: int) -> dict[str, float]:
    """Samples a second, the median of EPOCHS epochs after the first, and what the network weighs."""
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()
    import keras

    if way == "mirrored":
        strategies.split_cpu(replicas)
    strategy = None if way == "plain Keras" else strategies.choose(way)[1]
    (row,) = registry.find(number)
    module = contract.load_module(registry.solution_path(row), "solutions")
    rows = BATCH * STEPS[number]
    # More than what is trained on: the lesson takes its validation split away.
    data = module.load(dataclasses.replace(contract.preset_named(module, "full"), examples=2 * rows))
    keras.utils.set_random_seed(0)
    times: list[float] = []

    class Clock(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.started = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            times.append(time.perf_counter() - self.started)

    with strategies.scope(strategy) as team:
        hp = Hyperparameters({"seed": 0})
        model = module.define(data, hp)
        module.compile(model, hp)
        model.fit(data.train.x[:rows], data.train.y[:rows], batch_size=BATCH, epochs=1 + EPOCHS, verbose=0,
                  callbacks=[Clock()])  # fmt: skip
        if team:
            team.total(1.0)  # a process that leaves early would take the others with it
    seconds = statistics.median(times[1:])
    return {"rate": rows / seconds, "step": seconds / STEPS[number], "parameters": model.count_params(),
            "bytes": data.train.x[0].nbytes}  # fmt: skip


def measured(number: str, way: str, replicas: int) -> dict[str, float]:
    """What `train` gives, in fresh processes.

    Raises:
        CourseError: a process failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        command = [sys.executable, __file__, number, way, str(replicas), str(out)]
        if way == "multiworker":
            code = cluster.start(command, replicas, Path(folder) / "logs")
        else:
            code = subprocess.run(command, check=False).returncode
        if code:
            raise CourseError(
                f"Expected a measure of exercise {number}, {way}, {replicas}. Received: exit code {code}."
            )
        return json.loads(out.read_text(encoding="utf-8"))


def rates() -> dict[str, float]:
    """What one core does for an input pipeline: bytes gathered by row number, pictures decoded, each per second."""
    from PIL import Image

    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (4096, 96, 96, 3), dtype=np.uint8)
    # Smoothed noise: about as many bytes as a photograph of this size.
    picture = Image.fromarray(rng.integers(0, 256, (56, 56, 3), dtype=np.uint8)).resize(
        (224, 224), Image.Resampling.BICUBIC
    )
    coded = io.BytesIO()
    picture.save(coded, "JPEG", quality=90)
    order = rng.permutation(len(pictures))
    gather = _each(lambda: [pictures[order[start : start + 128]] for start in range(0, len(order), 128)])
    decode = _each(lambda: [np.asarray(Image.open(io.BytesIO(coded.getvalue()))) for _ in range(100)])
    widen = _each(lambda: pictures[:512].astype("float32") / 255)
    return {
        "rows gathered from memory, GB a second": pictures.nbytes / gather / 1e9,
        "bytes made float32 and divided by 255, GB (of bytes) a second": pictures[:512].nbytes / widen / 1e9,
        "JPEG pictures of 224 × 224 decoded, a second": 100 / decode,
    }


def _each(work: Any) -> float:
    """Seconds of a piece of work, the median of five after one that warms up."""
    times = []
    for _ in range(6):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    table = Table(title=f"training, batches of {BATCH} over all replicas, {os.cpu_count()} CPU cores")
    for name in ("exercise", "parameters", "way", "replicas", "ms a step", "samples a second", "MB a second of input"):
        table.add_column(name, justify="left" if name == "way" else "right")
    for number in STEPS:
        for way, replicas in WAYS:
            found = measured(number, way, replicas)
            table.add_row(number, f"{found['parameters']:,}", way, str(replicas), f"{1000 * found['step']:.1f}",
                          f"{found['rate']:,.0f}", f"{found['rate'] * found['bytes'] / 1e6:.1f}")  # fmt: skip
        table.add_section()
    console.print(table)
    for name, value in rates().items():
        console.print(f"{name}: {value:,.2f}" if value < 100 else f"{name}: {value:,.0f}")


if __name__ == "__main__":
    if len(sys.argv) == 5:
        os.environ["WHITEPAPER_DATA"] = "stand-in"
        number_, way_, replicas_, out_ = sys.argv[1:]
        found_ = train(number_, way_, int(replicas_))
        if '"index": 1' not in os.environ.get("TF_CONFIG", ""):
            Path(out_).write_text(json.dumps(found_), encoding="utf-8")
    else:
        main()
