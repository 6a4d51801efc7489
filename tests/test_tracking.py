"""Runs recorded for TensorBoard and Weights & Biases, read back by their own readers."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from whitepaper.course import registry
from whitepaper.errors import CourseError, UsageError
from whitepaper.lessons import tracking
from whitepaper.lessons.runner import Options, play


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
        return play(registry.find("5")[0], options)

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
    result = tracked("wandb")
    (path,) = result.folder.glob("wandb/offline-run-*/run-*.wandb")
    config, history, kinds = read_wandb(path)
    assert config["learning_rate"] == "0.005"
    assert len([line for line in history if any("val_accuracy" in key for key in line)]) == 2
    assert any("figures/templates" in key for line in history for key in line)
    assert "exit" in kinds


def read_wandb(path):
    """Config, history and kinds of records of a run, by wandb's own messages."""
    from wandb.proto import wandb_internal_pb2

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
    return config, history, kinds


CURVES = {"loss": [2.0, 1.5, 1.25], "val_mae": [3.0, 0.5]}


def test_curves_are_read_as_they_were_written(tmp_path):
    tracking.write_scalars(tmp_path / "a", CURVES)
    assert tracking.read_scalars(tmp_path / "a") == CURVES


def test_a_step_that_was_written_twice_counts_once(tmp_path):
    import tensorflow as tf

    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for value in (1.0, 2.0, 4.0):
            tf.summary.scalar("loss", value, step=0)
    assert tracking.read_scalars(tmp_path) == {"loss": [4.0]}


def test_a_folder_without_events_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"expected TensorBoard's event files in .*Received: none"):
        tracking.read_scalars(tmp_path)


def test_a_finished_fit_is_recorded_offline_beside_an_open_run(tracked, tmp_path):
    wandb = pytest.importorskip("wandb")
    around = wandb.init(project="whitepaper", dir=str(tmp_path), mode="offline")
    place = tracking.record_with_wandb(tmp_path, "ex10a", "model", {"learning_rate": 0.25}, CURVES)
    around.log({"loss": 9.0})
    around.finish()
    (path,) = Path(place).glob("run-*.wandb")
    config, history, kinds = read_wandb(path)
    assert config["learning_rate"] == "0.25"
    assert [json.loads(line["loss"]) for line in history if "loss" in line] == CURVES["loss"]
    assert [json.loads(line["val_mae"]) for line in history if "val_mae" in line] == CURVES["val_mae"]
    assert "exit" in kinds


def test_online_without_network_is_one_line_and_offline_at_once(tmp_path, monkeypatch):
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "online")
    monkeypatch.setenv("WANDB_SILENT", "true")
    monkeypatch.setenv("WANDB_API_KEY", "0" * 40)
    said, began = [], time.monotonic()
    tracker = tracking.Tracker("wandb", tmp_path, "ex05", {"seed": 0}, said.append)
    tracker.finish({"accuracy": 0.5}, tmp_path / "figures")
    assert time.monotonic() - began < 20
    (line,) = said
    assert line.startswith("WANDB_MODE=online: https://api.wandb.ai does not answer. The run is recorded offline")
    assert list(tmp_path.glob("wandb/offline-run-*/run-*.wandb"))


def test_without_wandb_nothing_is_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda name: None)
    assert tracking.record_with_wandb(tmp_path, "ex10a", "model", {}, CURVES) == ""
    assert not list(tmp_path.iterdir())


def test_the_system_is_described():
    found = tracking.system()
    assert found["backend"] == "tensorflow"
    assert found["processors"] >= 1


@pytest.mark.parametrize(
    ("number", "name", "said"), [("5", "mlflow", "Received: 'mlflow'"), ("3", "tensorboard", "exercise 3 has none")]
)
def test_wrong_words(course_root, number, name, said):
    with pytest.raises(UsageError, match=said):
        play(registry.find(number)[0], Options(preset="smoke", track=name))


def test_no_tracker_leaves_no_logs(course_root, tmp_path):
    tracker = tracking.Tracker("none", tmp_path / "run", "ex05", {})
    assert tracker.callbacks() == []
    tracker.finish({"accuracy": 1.0}, tmp_path)
    tracker.close()
    assert not (tmp_path / "run").exists()
