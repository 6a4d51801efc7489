"""Runs recorded for TensorBoard and Weights & Biases, read back by their own readers."""

from __future__ import annotations

import os

import pytest

from whitepaper import course, tracking
from whitepaper.errors import UsageError
from whitepaper.runner import Options, play


def records(log):
    """The records of a wandb file: a LevelDB log of 32 KiB blocks, whose parts carry checksum, length and type."""
    at, parts = 7, b""
    assert log[:4] == b":W&B"
    while at + 7 <= len(log):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        length, kind = int.from_bytes(log[at + 4 : at + 6], "little"), log[at + 6]
        parts += log[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # a whole record, or the last part of one
            yield parts
            parts = b""


@pytest.fixture
def tracked(course_root, monkeypatch):
    """A smoke run of exercise 5 with a tracker."""
    for name in list(os.environ):
        if name.startswith("WANDB_"):
            monkeypatch.delenv(name)
    # Set by the tracker itself where unset; put back after the test.
    monkeypatch.setenv("WANDB_MODE", "offline")
    monkeypatch.setenv("WANDB_SILENT", "true")

    def run(name):
        options = Options(preset="smoke", data="stand-in", solution=True, track=name, hp={"learning_rate": 0.005})
        return play(course.find("5")[0], options)

    return run


def test_tensorboard_reads_scalars_figures_and_hyperparameters(tracked):
    import tensorflow as tf
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.plugins.hparams import plugin_data_pb2

    result = tracked("tensorboard")
    logs = result.folder / "tensorboard"
    read = {}
    for part in ("train", "validation", "run"):
        read[part] = EventAccumulator(str(logs / part)).Reload()
    assert len(read["train"].Tensors("epoch_loss")) == 2
    assert len(read["validation"].Tensors("epoch_accuracy")) == 2
    tags = read["run"].Tags()["tensors"]
    assert {f"figures/{name}" for name in ("curves", "templates", "confusion")} <= set(tags)
    (event,) = read["run"].Tensors("test/accuracy")
    assert float(tf.make_ndarray(event.tensor_proto)) == pytest.approx(result.record["metrics"]["accuracy"])
    metadata = read["run"].SummaryMetadata("_hparams_/session_start_info")
    content = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
    values = content.session_start_info.hparams
    assert values["learning_rate"].number_value == 0.005
    assert values["preset"].string_value == "smoke"


def test_wandb_keeps_an_offline_run_that_its_own_reader_reads(tracked):
    pytest.importorskip("wandb")
    from wandb.proto import wandb_internal_pb2

    result = tracked("wandb")
    (path,) = result.folder.glob("wandb/offline-run-*/run-*.wandb")
    kinds, history, config = set(), [], {}
    for data in records(path.read_bytes()):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        kind = record.WhichOneof("record_type")
        kinds.add(kind)
        if kind == "run":
            config |= {item.key: item.value_json for item in record.run.config.update}
        if kind == "history":
            history.append({".".join(item.nested_key) or item.key: item.value_json for item in record.history.item})
    assert config["learning_rate"] == "0.005"
    assert len([line for line in history if any("val_accuracy" in key for key in line)]) == 2
    assert any("figures/templates" in key for line in history for key in line)
    assert "exit" in kinds


@pytest.mark.parametrize(
    ("number", "name", "said"), [("5", "mlflow", "Received: 'mlflow'"), ("3", "tensorboard", "exercise 3 has none")]
)
def test_wrong_words(course_root, number, name, said):
    with pytest.raises(UsageError, match=said):
        play(course.find(number)[0], Options(preset="smoke", track=name))


def test_no_tracker_leaves_no_logs(course_root, tmp_path):
    tracker = tracking.Tracker("none", tmp_path / "run", "ex05", {})
    assert tracker.callbacks() == []
    tracker.finish({"accuracy": 1.0}, tmp_path)
    tracker.close()
    assert not (tmp_path / "run").exists()
