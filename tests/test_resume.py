"""A run that was killed and goes on ends with the numbers of an undisturbed one; two runs never share a folder."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time

import jsonschema
import numpy as np
import pytest

from whitepaper.course import registry
from whitepaper.devices import cluster
from whitepaper.files import locks
from whitepaper.lessons import contract, record, resume
from whitepaper.lessons.runner import Options, play

SCHEMA = json.loads(record.SCHEMA.read_text(encoding="utf-8"))
SMALL = Options(preset="smoke", data="stand-in", solution=True)


def row(number):
    return registry.find(str(number))[0]


@pytest.fixture
def cut_off(course_root, monkeypatch):
    """Play three epochs of an exercise, without end where asked: as after a kill, the record stays that of a running one."""
    from whitepaper.lessons import backup

    named, keep = contract.preset_named, backup.Backup.keep
    monkeypatch.setenv("WHITEPAPER_DATA", "stand-in")
    monkeypatch.setattr(backup, "_INTERVAL", 0.0)
    monkeypatch.setattr(contract, "preset_named", lambda *given: dataclasses.replace(named(*given), epochs=3))

    def cutting(self, epoch, callbacks):
        keep(self, epoch, callbacks)
        if epoch == 1:
            raise cluster.WorkerLost("cut off")

    def run(number, cut=False, options=SMALL):
        said = []
        monkeypatch.setattr(backup.Backup, "keep", cutting if cut else keep)
        if not cut:
            return play(row(number), options, said.append), said
        with pytest.raises(cluster.WorkerLost):
            play(row(number), options)
        return None, said

    return run


def history(result):
    return (result.folder / "history.csv").read_text(encoding="utf-8")


# Dropout and a schedule; a stream with draws of its own; a PyDataset that counts its epochs.
@pytest.mark.parametrize("number", ["1", "24b", "14"])
def test_it_ends_with_the_same_numbers(cut_off, number):
    whole, _ = cut_off(number)
    cut_off(number, cut=True)
    resumed, said = cut_off(number)
    jsonschema.validate(resumed.record, SCHEMA)
    assert resumed.record["resumed"]
    assert "differs" not in resumed.record, said
    assert resumed.record["metrics"] == whole.record["metrics"]
    assert resumed.record["epochs_run"] == 3
    assert history(resumed) == history(whole)
    assert not (resumed.folder / "backup").exists()


def test_what_cannot_be_restored_is_in_the_record(cut_off):
    path = registry.solution_path(row(5))
    text = path.read_text(encoding="utf-8")
    old = "callbacks=[*callbacks, falling]"
    assert old in text
    watch = "\n\nclass Watch(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n        self.seen = object()\n"
    text = text.replace(old, "callbacks=[*callbacks, falling, Watch()]")
    text = text.replace("\ndef fit(model", f"{watch}\n\ndef fit(model")
    path.write_text(text, encoding="utf-8")
    cut_off(5, cut=True)
    resumed, said = cut_off(5)
    assert resumed.record["differs"] == "of the callbacks' state, Watch.seen could not be kept"
    assert any("numbers may differ" in line for line in said)
    jsonschema.validate(resumed.record, SCHEMA)


@pytest.fixture
def tiny():
    """Fit a model with dropout, and what is given; an epoch can be the last before a kill."""
    import keras

    from whitepaper.lessons import backup

    x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")

    class Cut(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == self.at:
                raise KeyboardInterrupt

    def fit(folder, given, cut=None, epochs=12):
        keras.utils.set_random_seed(3)
        layers = [keras.Input((4,)), keras.layers.Dense(8), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
        model = keras.Sequential(layers)
        model.compile("adam", "mse")
        kept, end = backup.Backup(folder, lambda text: None), Cut()
        end.at = cut
        with backup.at_work():
            try:
                found = model.fit(
                    x,
                    x.sum(axis=1),
                    epochs=epochs,
                    validation_data=(x, x.sum(axis=1)),
                    callbacks=[kept, *given(), end],
                    verbose=0,
                )
            except KeyboardInterrupt:
                return None
        return found.history, model.get_weights()

    return fit


def test_patience_best_weights_and_rates_go_on(tiny, tmp_path, monkeypatch):
    import keras

    from whitepaper.lessons import backup

    monkeypatch.setattr(backup, "_INTERVAL", 0.0)

    def given():
        return [
            keras.callbacks.EarlyStopping("val_loss", min_delta=0.6, patience=4, restore_best_weights=True),
            keras.callbacks.ReduceLROnPlateau("val_loss", min_delta=0.6, patience=2, cooldown=1),
        ]

    curves, weights = tiny(tmp_path / "a", given)
    assert 4 < len(curves["loss"]) < 12
    assert len(set(curves["learning_rate"])) > 1
    for cut in (1, 3, 4):  # one after the other
        assert tiny(tmp_path / "b", given, cut=cut) is None
    again, same = tiny(tmp_path / "b", given)
    assert again == curves
    assert all(np.array_equal(one, other) for one, other in zip(weights, same, strict=True))
    # After its end, a fit is not done again.
    after, same = tiny(tmp_path / "b", given)
    assert after == curves
    assert all(np.array_equal(one, other) for one, other in zip(weights, same, strict=True))


def test_the_state_before_takes_the_place_of_a_damaged_one(tiny, tmp_path, monkeypatch):
    from whitepaper.lessons import backup

    monkeypatch.setattr(backup, "_INTERVAL", 0.0)
    whole = tiny(tmp_path / "a", list, epochs=6)
    tiny(tmp_path / "b", list, cut=4, epochs=6)
    state = tmp_path / "b" / "state.npz"
    state.write_bytes(state.read_bytes()[:-100])
    again = tiny(tmp_path / "b", list, epochs=6)
    assert again[0] == whole[0]


def test_a_stopped_epoch_is_not_kept_as_a_whole_one(tiny, tmp_path, monkeypatch):
    from whitepaper.lessons import backup, callbacks

    monkeypatch.setattr(backup, "_INTERVAL", 0.0)

    def given():
        stop = callbacks.StopOnInterrupt()
        stop.interrupted = True
        return [stop]

    tiny(tmp_path, given)
    assert not (tmp_path / "state.npz").exists()


def test_the_same_run_that_is_at_work_elsewhere_is_left_alone(course_root):
    """In another container or on another machine, where its process id says nothing here."""
    said = []
    first = resume.take_folder(row(3), "same", False, said.append)
    record.write_json(first.folder / "record.json", {"exercise": 3, "status": "running"})
    first.lock.release()
    owner = dataclasses.replace(locks._myself(), host="elsewhere", kernel="another", token="theirs")
    lock = first.folder / ".lock"
    lock.write_text(json.dumps(dataclasses.asdict(owner)), encoding="utf-8")
    second = resume.take_folder(row(3), "same", False, said.append)
    assert second.folder != first.folder
    assert not second.resumed
    assert said == [f"The same run is at work in {first.folder.name} ({owner}): this one gets a folder of its own."]
    second.lock.release()
    (second.folder / "resume.json").unlink()
    # Its heart has stopped: now it is a run that was cut off.
    then = time.time() - 2 * locks.STALE
    os.utime(lock, (then, then))
    third = resume.take_folder(row(3), "same", False, said.append)
    assert third.folder == first.folder
    third.lock.release()


TAKE = """
import sys, time
from whitepaper.course import registry
from whitepaper.lessons import resume
place = resume.take_folder(registry.find("3")[0], "same", False, lambda text: None)
print(place.folder.name, flush=True)
sys.stdin.read()
"""


def test_one_of_two_takes_up_a_killed_run(course_root):
    place = resume.take_folder(row(3), "same", False, print)
    record.write_json(place.folder / "record.json", {"exercise": 3, "status": "running"})
    place.lock.release()
    both = [
        subprocess.Popen([sys.executable, "-c", TAKE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    names = {one.stdout.readline().strip() for one in both}
    for one in both:
        one.communicate()
    assert len(names) == 2
    assert place.folder.name in names


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_run_without_its_resume_file_is_not_running_for_ever(course_root, text):
    place = resume.take_folder(row(3), "same", False, print)
    record.write_json(place.folder / "record.json", {"exercise": 3, "status": "running"})
    (place.folder / "resume.json").write_text(text, encoding="utf-8")
    place.lock.release()
    said = []
    other = resume.take_folder(row(3), "same", False, said.append)
    other.lock.release()
    assert other.folder != place.folder
    (line,) = said
    assert line.startswith(f"The run of {place.folder.name} was cut off, and resume.json is missing or damaged")
    assert record.read_json(place.folder / "record.json")["status"] == "failed"


def test_history_is_written_again_where_a_kill_cut_it_off(tmp_path):
    from whitepaper.lessons.callbacks import HistoryFile

    path = tmp_path / "history.csv"
    path.write_text("epo", encoding="utf-8")
    file = HistoryFile(path)
    file.rows = [{"epoch": 0, "loss": 2.0}]  # as a backup restores them
    file.on_epoch_end(1, {"loss": 1.0})
    file.on_epoch_end(2, {"loss": 0.5, "val_loss": 0.25})
    file.on_epoch_end(3, {"loss": 0.25})
    assert path.read_text(encoding="utf-8").splitlines() == [
        "epoch,loss,val_loss", "0,2.0,", "1,1.0,", "2,0.5,0.25", "3,0.25,",
    ]  # fmt: skip
    assert file.curves == {"loss": [2.0, 1.0, 0.5, 0.25], "val_loss": [0.25]}
