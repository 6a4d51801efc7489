"""How far a fit has come, on the screen: one line that changes in a terminal, one plain line per epoch elsewhere.

Keras's own bar writes colors and every change into files and pipes, is wider than 80 columns, and counts past the end where
several steps run in one call. The lines here take its place while a run computes; `verbose=0` silences them as it does Keras's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from whitepaper.devices import replacing

_WIDTH = 80
_BAR = 20
# Stands between a metric and its number, where no line may break.
_JOINED = "\u00a0"
# Seconds between two changes of the line: asking for the metrics waits for the device.
_INTERVAL = 0.1


def moves() -> bool:
    """Whether standard output is a screen on which a line can be written over."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class Bar:
    """The line of one fit, evaluation or prediction.

    Args:
        verbose: 0 is silent, 1 moves where the screen can, 2 is a line per epoch. target: steps of an epoch, if known.
    """

    # The text of a line that is not finished; one for the process, which has one screen.
    open_text = ""

    def __init__(self, verbose: Any, target: int | None) -> None:
        self.verbose = 1 if verbose == "auto" else int(verbose)
        self.target = target
        self.began = self.shown = time.monotonic()
        self.seen = 0

    def move(self, head: str, seen: int, logs: Mapping[str, Any]) -> None:
        """Note the steps that are done, and write the line over where it is time for it."""
        # Several steps in one call are counted as whole calls: the last one may be shorter.
        self.seen = min(seen, self.target) if self.target else seen
        now = time.monotonic()
        if self.verbose != 1 or not moves() or now - self.shown < _INTERVAL:
            return
        self.shown = now
        parts = [head]
        if self.target:
            done = _BAR * self.seen // self.target
            left = (now - self.began) / max(1, self.seen) * (self.target - self.seen)
            parts += [f"{self.seen:{len(str(self.target))}}/{self.target}", f"[{'=' * done}{'.' * (_BAR - done)}]"]
            parts += [f"{_seconds(left)} left"]
        else:
            parts += [f"step {self.seen}"]
        _write_over("  ".join(part for part in [*parts, _metrics(logs)] if part))

    def end(self, head: str, logs: Mapping[str, Any]) -> None:
        """Write the whole line that stays."""
        if self.verbose == 0:
            return
        close(keep=False)
        text = "  ".join(part for part in [head, _seconds(time.monotonic() - self.began), _metrics(logs)] if part)
        lines = textwrap.wrap(text, _WIDTH - 1, subsequent_indent="    ", break_long_words=False)
        print("\n".join(lines).replace(_JOINED, " "), flush=True)


def close(keep: bool = True) -> None:
    """End a line that is still open, so that what comes next begins on a line of its own.

    Args:
        keep: leave its text on the screen; otherwise the next line takes its place.
    """
    if Bar.open_text:
        blank = " " * len(Bar.open_text)
        print("\n" if keep else f"\r{blank}\r", end="", flush=True)
        Bar.open_text = ""


def _write_over(text: str) -> None:
    width = min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns) - 1
    text = text.replace(_JOINED, " ")[:width]
    print(f"\r{text.ljust(len(Bar.open_text))}", end="", flush=True)
    Bar.open_text = text


def _metrics(logs: Mapping[str, Any]) -> str:
    return "  ".join(f"{name}{_JOINED}{_number(value)}" for name, value in logs.items())


def _number(value: Any) -> str:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{number:.4f}" if number == 0 or 1e-3 <= abs(number) < 1e5 else f"{number:.3e}"


def _seconds(seconds: float) -> str:
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"
    if seconds >= 100:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


@contextlib.contextmanager
def instead_of_keras() -> Iterator[None]:
    """While open, every fit, evaluation and prediction of Keras shows the lines of this module."""
    import keras

    # Keras's object, which knows verbose, epochs and target from its parameters, keeps the Bar as its `progbar`.
    def begin(logger: Any) -> None:
        logger.progbar = Bar(logger.verbose, logger.target)

    def head(logger: Any) -> str:
        return f"Epoch {logger.epoch + 1}/{logger.epochs}"

    def train_begin(logger: Any, logs: Any = None) -> None:
        logger._called_in_fit = True

    def epoch_begin(logger: Any, epoch: int, logs: Any = None) -> None:
        logger.epoch = epoch
        begin(logger)

    def train_batch(logger: Any, batch: int, logs: Any = None) -> None:
        logger.progbar.move(head(logger), batch + 1, logs or {})

    def epoch_end(logger: Any, epoch: int, logs: Any = None) -> None:
        logger.progbar.end(head(logger), logs or {})
        logger.target = logger.target or logger.progbar.seen

    def test_begin(logger: Any, logs: Any = None) -> None:
        if not logger._called_in_fit:
            begin(logger)

    def test_batch(logger: Any, batch: int, logs: Any = None) -> None:
        if not logger._called_in_fit:
            logger.progbar.move("Evaluate", batch + 1, logs or {})

    def test_end(logger: Any, logs: Any = None) -> None:
        if not logger._called_in_fit:
            logger.progbar.end("Evaluate", logs or {})

    def predict_begin(logger: Any, logs: Any = None) -> None:
        begin(logger)

    def predict_batch(logger: Any, batch: int, logs: Any = None) -> None:
        logger.progbar.move("Predict", batch + 1, {})

    def predict_end(logger: Any, logs: Any = None) -> None:
        close(keep=False)

    ours: dict[str, Callable[..., None]] = {
        "on_train_begin": train_begin,
        "on_epoch_begin": epoch_begin,
        "on_train_batch_end": train_batch,
        "on_epoch_end": epoch_end,
        "on_test_begin": test_begin,
        "on_test_batch_end": test_batch,
        "on_test_end": test_end,
        "on_predict_begin": predict_begin,
        "on_predict_batch_end": predict_batch,
        "on_predict_end": predict_end,
    }
    with replacing.methods(keras.callbacks.ProgbarLogger, ours):
        try:
            yield
        finally:
            close()
