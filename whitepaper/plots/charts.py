"""Bars, histograms, tables, matrices, treemaps and pages of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bars(values: Mapping[Any, float], xlabel: str, ylabel: str, title: str = "",
         errors: Sequence[float] | None = None, line: tuple[str, float] | None = None) -> Figure:  # fmt: skip
    """A bar for each entry of a dict, in its order.

    Args:
        errors: a standard deviation for each bar. line: name and height of a dashed line, for example a baseline.
    """
    figure, axis = canvas.figure_of(figsize=(max(5.6, 0.75 * len(values)), 3.2))
    names = [str(name) for name in values]
    axis.bar(names, list(values.values()), yerr=errors, color="tab:blue", capsize=3)
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if sum(map(len, names)) > 45:
        axis.tick_params(axis="x", labelrotation=30)
        for label in axis.get_xticklabels():
            label.set_horizontalalignment("right")
    if line:
        axis.axhline(line[1], color="black", linestyle="--", linewidth=1, label=line[0])
        axis.legend(loc="lower right", frameon=True, facecolor="white", edgecolor="none", framealpha=0.9)
    return figure


def bar_panels(values: Mapping[str, Mapping[str, float]], ylabel: str, title: str = "") -> Figure:
    """A panel of bars for each variant, all on the same axes, for example one distribution at several temperatures.

    Args:
        values: title → name → height; the names of the first are those of all.
    """
    figure, axes = canvas.figure_of(1, len(values), figsize=(2.9 * len(values), 2.9), sharey=True, squeeze=False)
    for axis, (name, heights) in zip(axes[0], values.items(), strict=True):
        axis.bar(list(heights), list(heights.values()), color="tab:blue")
        axis.set_title(name)
        if max(map(len, heights)) > 2:
            axis.tick_params(axis="x", labelrotation=90, labelsize=8)
    axes[0][0].set_ylabel(ylabel)
    if title:
        figure.suptitle(title)
    return figure


def signed_bars(values: Mapping[str, float], xlabel: str, title: str = "") -> Figure:
    """A lying bar for each entry, to the left below 0 and to the right above, in the order of the dict from below."""
    figure, axis = canvas.figure_of(figsize=(5.6, 0.26 * len(values) + 0.9))
    colors = ["tab:blue" if value >= 0 else "tab:orange" for value in values.values()]
    axis.barh(list(values), list(values.values()), color=colors)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set(xlabel=xlabel, title=title)
    axis.tick_params(axis="y", labelsize=8)
    return figure


def histograms(values: Mapping[str, Any], xlabel: str, title: str = "", log: bool = True,
               line: tuple[str, float] | None = None) -> Figure:  # fmt: skip
    """How often numbers occur, one outline a group; all groups share their bins.

    Args:
        values: name → array of any shape. log: counts on a logarithmic scale.
        line: name and place of a dashed line, for example a threshold.
    """
    flat = {name: np.ravel(array) for name, array in values.items()}
    bins = np.linspace(min(map(np.min, flat.values())), max(map(np.max, flat.values())), 100 if log else 60)
    figure, axis = canvas.figure_of(figsize=(5.6, 3.4))
    for name, array in flat.items():
        axis.hist(array, bins=bins, histtype="step" if log else "stepfilled", linewidth=1.4, alpha=1 if log else 0.6,
                  label=name)  # fmt: skip
    if line:
        axis.axvline(line[1], color="black", linestyle="--", linewidth=1, label=line[0])
    axis.set(xlabel=xlabel, ylabel="count", title=title, yscale="log" if log else "linear")
    axis.legend()
    return figure


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "", widths: Sequence[float] | None = None
) -> Figure:
    """A table as a picture; the first column is set to the left.

    Args:
        widths: of the columns, against each other; None makes them equal.
    """
    shares = [width / sum(widths) for width in widths] if widths else None
    wide = sum(widths) if widths else len(columns)
    figure, axis = canvas.figure_of(figsize=(1.15 * wide, 0.28 * len(rows) + 0.9))
    axis.axis("off")
    axis.set_title(title)
    cells = axis.table(
        [[str(cell) for cell in row] for row in rows], colLabels=list(columns), colWidths=shares, loc="center",
        bbox=(0, 0, 1, 1)
    )  # fmt: skip
    cells.auto_set_font_size(False)
    cells.set_fontsize(9)
    deep = 1 + max(name.count("\n") for name in columns)
    for (row, column), cell in cells.get_celld().items():
        cell.set(edgecolor="silver", linewidth=0.5, height=float(deep) if row == 0 else 1.2)
        cell.set_text_props(ha="left" if column == 0 else "center", weight="bold" if row == 0 else "normal")
    return figure


def matrix(values: Any, names: Sequence[str], title: str = "") -> Figure:
    """A square table of numbers from −1 to 1 as colors, with the names of rows and columns."""
    values = np.asarray(values)
    side = max(3.6, 0.27 * len(names) + 1.4)
    figure, axis = canvas.figure_of(figsize=(side + 0.6, side))
    picture = axis.imshow(values, cmap="RdBu_r", vmin=-1, vmax=1)
    axis.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.set_title(title)
    figure.colorbar(picture, ax=axis, shrink=0.8)
    return figure


def treemaps(trees: Mapping[str, Mapping[str, float]]) -> Figure:
    """Each entry a rectangle whose area is its share of the whole, one panel a tree (Bruls, Huizing, van Wijk 2000).

    Args:
        trees: title → (name → size above 0).
    """
    figure, axes = canvas.figure_of(1, len(trees), figsize=(4.6 * len(trees), 4.2), squeeze=False)
    for axis, (title, sizes) in zip(axes[0], trees.items(), strict=True):
        ordered = dict(sorted(sizes.items(), key=lambda item: -item[1]))
        for number, (name, (x, y, width, height)) in enumerate(
            zip(ordered, _squarified(list(ordered.values())), strict=True)
        ):
            color = f"C{number % 10}"
            axis.add_patch(canvas.rectangle((x, y), width, height, facecolor=color, edgecolor="white", alpha=0.75))
            fitting = min(400 * width / max(len(name), 1), 200 * height, 16)
            if fitting > 4:
                axis.text(x + width / 2, y + height / 2, name, ha="center", va="center", fontsize=fitting)
        axis.set(xlim=(0, 1), ylim=(0, 1), title=title)
        axis.axis("off")
    return figure


def _squarified(sizes: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """Rectangles (x, y, width, height) of the unit square, one a size, largest first, as near to squares as rows allow."""
    left = [size / sum(sizes) for size in sizes]
    x = y = 0.0
    width = height = 1.0
    found: list[tuple[float, float, float, float]] = []
    while left:
        side = min(width, height)
        # A row takes further sizes as long as its longest rectangle gets squarer.
        count = 1
        while count < len(left) and _longest(left[: count + 1], side) <= _longest(left[:count], side):
            count += 1
        row, left = left[:count], left[count:]
        thick = sum(row) / side
        at = 0.0
        for size in row:
            length = size / thick
            found.append((x, y + at, thick, length) if width >= height else (x + at, y, length, thick))
            at += length
        if width >= height:
            x, width = x + thick, width - thick
        else:
            y, height = y + thick, height - thick
    return found


def _longest(row: Sequence[float], side: float) -> float:
    """How long the longest rectangle of a row is for its breadth."""
    thick = sum(row) / side
    return max(max(thick * thick / size, size / (thick * thick)) for size in row)


def pages(texts: Mapping[str, Mapping[str, str]], width: int = 38, title: str = "") -> Figure:
    """Texts side by side: a row for each entry, a column for each of its texts, broken into lines.

    Args:
        texts: row → column → text; white space in it becomes single spaces. width: of a line in characters.
    """
    import textwrap

    columns = list(next(iter(texts.values())))
    broken = {
        row: [textwrap.wrap(" ".join(text.split()), width) for text in entry.values()] for row, entry in texts.items()
    }
    deep = [max(1, *map(len, lines)) for lines in broken.values()]
    size = (0.072 * width * len(columns) + 0.8, 0.155 * sum(deep) + 0.35 * len(deep) + 0.5)
    figure, axes = canvas.figure_of(
        len(texts), len(columns), figsize=size, squeeze=False, height_ratios=[n + 1.5 for n in deep]
    )
    for number, (row, (name, lines)) in enumerate(zip(axes, broken.items(), strict=True)):
        for axis, column, text in zip(row, columns, lines, strict=True):
            axis.set(xticks=[], yticks=[])
            axis.spines[["left", "bottom"]].set_visible(False)
            # A $ would begin a formula.
            shown = "\n".join(text).replace("$", r"\$")
            axis.text(0, 1, shown, transform=axis.transAxes, va="top", fontsize=8, family="monospace")
            if number == 0:
                axis.set_title(column)
        row[0].set_ylabel(name)
    if title:
        figure.suptitle(title)
    return figure
