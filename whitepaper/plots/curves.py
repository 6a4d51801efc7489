"""What changes with the epoch, or with a number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def curves_of(history: Any) -> dict[str, list[float]]:
    """The curves of a fit, from a Keras History or a dict of lists."""
    return dict(getattr(history, "history", history))


def learning_curves(history: Any, title: str = "") -> Figure:
    """Loss and metrics over the epochs, training against validation, one panel a quantity.

    Args:
        history: a Keras History, or a dict of lists such as {"loss": …, "val_loss": …}.
    """
    curves = curves_of(history)
    names = [name for name in curves if not name.startswith("val_") and name != "learning_rate"]
    figure, axes = canvas.figure_of(1, len(names), figsize=(4.4 * len(names), 3.4), squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        for key, label, line in ((name, "training", "-"), (f"val_{name}", "validation", "--")):
            if key in curves:
                epochs = range(1, len(curves[key]) + 1)
                axis.plot(
                    epochs, curves[key], line, label=label, marker="o" if len(curves[key]) < 15 else None, markersize=3
                )
        axis.set(xlabel="epoch", title=name.replace("_", " "))
        axis.xaxis.get_major_locator().set_params(integer=True)
        axis.legend()
    if title:
        figure.suptitle(title)
    return figure


def comparison(
    curves: Mapping[str, Sequence[float]], ylabel: str, xlabel: str = "epoch", title: str = "", log: bool = False
) -> Figure:
    """Several curves of one quantity in one panel, for example the loss under each optimizer."""
    figure, axis = canvas.figure_of(figsize=(6.4, 4))
    for name, values in curves.items():
        axis.plot(range(1, len(values) + 1), values, label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    axis.xaxis.get_major_locator().set_params(integer=True)
    if log:
        from matplotlib.ticker import LogFormatter

        axis.set_yscale("log")
        # Plain numbers, 20 and 0.003, in place of powers.
        axis.yaxis.set_major_formatter(LogFormatter())
        axis.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(1.5, 0.6)))
    axis.legend()
    return figure


def functions(x: Any, curves: Mapping[str, Any], xlabel: str = "x", line: tuple[str, float] | None = None) -> Figure:
    """Functions of one variable in one panel.

    Args:
        x: (n,) places. curves: name → (n,) values there. line: name and place of a dashed line.
    """
    figure, axis = canvas.figure_of(figsize=(5.6, 3.4))
    for name, values in curves.items():
        axis.plot(x, values, label=name)
    if line:
        axis.axvline(line[1], color="black", linestyle="--", linewidth=1, label=line[0])
    axis.set(xlabel=xlabel)
    if np.issubdtype(np.asarray(x).dtype, np.integer):
        axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend()
    return figure


def reconstructions(pairs: Mapping[str, tuple[Any, Any]], xlabel: str, ylabel: str) -> Figure:
    """Signals and what a model made of them, a panel each on the same axes, the difference shaded.

    Args:
        pairs: title → ((n,) signal, (n,) reconstruction).
    """
    figure, axes = canvas.figure_of(1, len(pairs), figsize=(4.2 * len(pairs), 3.4), sharey=True, squeeze=False)
    for axis, (title, (signal, returned)) in zip(axes[0], pairs.items(), strict=True):
        places = np.arange(len(signal))
        axis.fill_between(places, signal, returned, color="tab:red", alpha=0.3, linewidth=0, label="error")
        axis.plot(places, signal, color="tab:blue", label="signal")
        axis.plot(places, returned, "--", color="black", linewidth=1.2, label="reconstruction")
        axis.set(xlabel=xlabel, title=title)
    axes[0][0].set_ylabel(ylabel)
    axes[0][0].legend(fontsize=9)
    return figure


def panels(curves: Mapping[str, Mapping[str, Sequence[float]]], ylabel: str, xlabel: str = "epoch", columns: int = 4,
           behind: Mapping[str, Sequence[float]] | None = None) -> Figure:  # fmt: skip
    """A panel for each variant, all on the same axes; in each a few curves, told apart by their lines.

    Args:
        curves: title → name → values. behind: curves drawn in gray in every panel, to compare with.
    """
    columns = min(columns, len(curves))
    rows = math.ceil(len(curves) / columns)
    size = (max(3.2, 2.3 * columns), 2.0 * rows + 0.6)
    figure, axes = canvas.figure_of(rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False)
    lines: list[Any] = []
    for place, axis in enumerate(axes.flat):
        if place >= len(curves):
            axis.axis("off")
            # The panel above is now the last one of its column, so it needs the numbers.
            axes.flat[place - columns].tick_params(labelbottom=True)
            continue
        title, pair = list(curves.items())[place]
        for drawn, color, width in ((behind or {}, "silver", 1.0), (pair, "tab:blue", 1.6)):
            lines = [
                axis.plot(range(1, len(values) + 1), values, style, color=color, linewidth=width, label=name)[0]
                for (name, values), style in zip(drawn.items(), ("-", "--", ":"), strict=False)
            ]
        axis.set_title(title, fontsize=10)
        axis.xaxis.get_major_locator().set_params(integer=True)
    figure.supxlabel(xlabel, fontsize=10)
    figure.supylabel(ylabel, fontsize=10)
    figure.legend(handles=lines, loc="outside upper center", ncols=len(lines), fontsize=9)
    return figure


def phases(parts: Mapping[str, tuple[Sequence[float], Sequence[float]]], ylabel: str,
           beside: Mapping[str, Sequence[float]] | None = None) -> Figure:  # fmt: skip
    """Training and validation curves of several phases one behind the other, with a dotted line where each next one begins.

    Args:
        parts: name → (training values, validation values), in order. beside: other curves over the same epochs, in gray.
    """
    figure, axis = canvas.figure_of(figsize=(6.8, 3.8))
    for name, values in (beside or {}).items():
        axis.plot(range(1, len(values) + 1), values, ":", color="dimgray", marker="s", markersize=3, label=name)
    begin = 0
    for number, (name, pair) in enumerate(parts.items()):
        for values, style, label in zip(pair, ("-", "--"), ("training", "validation"), strict=True):
            epochs = range(begin + 1, begin + len(values) + 1)
            axis.plot(
                epochs, values, style, color="tab:blue", marker="o", markersize=3, label=None if number else label
            )
        if number:
            axis.axvline(begin + 0.5, color="black", linestyle=":", linewidth=1)
        end = begin + max(map(len, pair))
        # The name of a phase stands above the middle of its epochs.
        axis.text((begin + end + 1) / 2, 1.01, name, transform=axis.get_xaxis_transform(), ha="center", fontsize=9)
        begin = end
    axis.set(xlabel="epoch", ylabel=ylabel)
    axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend()
    return figure
