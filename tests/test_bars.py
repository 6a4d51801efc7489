"""The lines of a fit: plain ones per epoch in files and pipes, one that moves in a terminal, a right count, 80 columns."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest

from whitepaper.lessons import bars


class Screen(io.StringIO):
    """A terminal that remembers all that was written."""

    def isatty(self):
        return True


@pytest.fixture
def model():
    import keras

    layers = [keras.Input((3,)), keras.layers.Dense(1)]
    made = keras.Sequential(layers)
    made.compile("sgd", "mse", metrics=["mae", "root_mean_squared_error"], steps_per_execution=32)
    return made


X = np.ones((450, 3), "float32")
Y = np.zeros((450, 1), "float32")


def fit(model, **options):
    with bars.instead_of_keras():
        return model.fit(X, Y, batch_size=2, validation_data=(X[:9], Y[:9]), **options)


def test_a_pipe_gets_plain_lines_within_80_columns(model, capsys):
    fit(model, epochs=2)
    text = capsys.readouterr().out
    assert not re.search("[\x1b\b\r]", text)
    assert text.isascii()
    lines = text.splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == ["Epoch 1/2", "Epoch 2/2"]
    assert max(map(len, lines)) < 80
    for name in ("loss", "mae", "val_loss", "val_root_mean_squared_error"):
        assert len(re.findall(rf"(?<=  ){name} \d", text)) == 2


@pytest.mark.parametrize("term", ["xterm-256color", "dumb", None])
def test_a_terminal_counts_no_further_than_the_last_step(model, monkeypatch, term):
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setattr(bars, "_INTERVAL", 0.0)
    monkeypatch.setenv("COLUMNS", "120")
    if term is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", term)
    fit(model, epochs=1)
    text = screen.getvalue()
    counts = [int(count) for count in re.findall(r"(\d+)/225", text)]
    if term != "xterm-256color":
        assert not counts
        assert "\r" not in text
        return
    assert counts == [32, 64, 96, 128, 160, 192, 224, 225]
    assert "-" not in "".join(re.findall(r"\S+ s left", text))
    assert max(map(len, re.split("[\r\n]", text))) < 80
    assert "\x1b" not in text


def test_what_comes_after_an_error_has_a_line_of_its_own(model, monkeypatch):
    import keras

    class Failing(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch > 100:
                raise ZeroDivisionError

    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setattr(bars, "_INTERVAL", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(ZeroDivisionError):
        fit(model, callbacks=[Failing()])
    assert screen.getvalue().endswith("\n")


def test_silence_stays_and_evaluation_is_one_line(model, capsys):
    fit(model, verbose=0)
    assert capsys.readouterr().out == ""
    with bars.instead_of_keras():
        found = model.evaluate(X, Y, batch_size=9, return_dict=True)
        model.predict(X)
    first, *more = capsys.readouterr().out.splitlines()
    assert first.startswith("Evaluate  ")
    assert f"loss {bars._number(found['loss'])}" in first
    assert all(line.startswith("    ") for line in more)


def test_keras_has_its_own_bar_again(model, capsys):
    fit(model)
    capsys.readouterr()
    model.evaluate(X, Y, batch_size=9)
    assert "50/50" in capsys.readouterr().out
