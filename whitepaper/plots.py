"""The figures of the lessons. Every function returns a Matplotlib figure and shows nothing by itself.

Longer than other files because lessons find every figure here by one name; each function stands alone.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE: Any = {
    "figure.dpi": 110,
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.grid": False,
    "font.size": 10,
    "legend.frameon": False,
}


@contextlib.contextmanager
def style() -> Iterator[None]:
    """The look of the course's figures, drawn without a screen."""
    import matplotlib

    matplotlib.use("Agg")
    with matplotlib.rc_context(_STYLE):
        yield


def _figure(*arguments: Any, **options: Any) -> tuple[Figure, Any]:
    import matplotlib.pyplot as plt

    with plt.rc_context(_STYLE):
        return plt.subplots(*arguments, **options)


def save(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write each figure as `<name>.png` and close it.

    Args:
        figures: by name; characters that do not fit a file name become "-".
        folder: made if it is not there.
    """
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        path = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
        figure.savefig(path)
        plt.close(figure)
        paths.append(path)
    return paths


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
    figure, axes = _figure(1, len(names), figsize=(4.4 * len(names), 3.4), squeeze=False)
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
    figure, axis = _figure(figsize=(6.4, 4))
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


def image_grid(images: Any, titles: Sequence[Any] | None = None, columns: int | None = None, title: str = "",
               cmap: str = "gray_r", symmetric: bool = False) -> Figure:  # fmt: skip
    """Pictures in a grid.

    Args:
        images: (n, height, width) or (n, height, width, 3).
        titles: one a picture.
        columns: pictures in a row; about square if not given.
        symmetric: one color scale for all, zero in its middle, full color from the 98th percentile on: for weights.
    """
    images = np.asarray(images)
    columns = columns or math.ceil(math.sqrt(len(images)))
    rows = math.ceil(len(images) / columns)
    figure, axes = _figure(rows, columns, figsize=(1.25 * columns, 1.4 * rows + (0.4 if title else 0)), squeeze=False)
    limit = float(np.percentile(np.abs(images), 98)) if symmetric else None
    for number, axis in enumerate(axes.flat):
        axis.axis("off")
        if number < len(images):
            picture = images[number].squeeze()
            axis.imshow(picture, cmap=cmap if picture.ndim == 2 else None, vmin=-limit if limit else None, vmax=limit)
            if titles is not None:
                axis.set_title(str(titles[number]), fontsize=8)
    if title:
        figure.suptitle(title)
    return figure


def confusion_matrix(true: Any, predicted: Any, class_names: Sequence[str], title: str = "") -> Figure:
    """How often each true class (rows) was taken for each class (columns).

    Args:
        true, predicted: (n,) integer labels.
    """
    names = list(class_names)
    counts = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(counts, (np.asarray(true, dtype=int), np.asarray(predicted, dtype=int)), 1)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 1.9 + 0.46 * len(names)
    figure, axis = _figure(figsize=(side + 0.6, side))
    axis.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        if count:
            axis.text(
                column,
                row,
                str(count),
                ha="center",
                va="center",
                fontsize=7,
                color="white" if share[row, column] > 0.5 else "black",
            )
    axis.set_xticks(range(len(names)), names, rotation=45, ha="right", fontsize=8)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.set(xlabel="predicted", ylabel="true", title=title or "confusion matrix")
    return figure


def probability_bars(image: Any, probabilities: Any, class_names: Sequence[str], true: int) -> Figure:
    """One picture beside the probability that a model gives each class; the true class in green, a wrong winner in red."""
    probabilities = np.asarray(probabilities)
    figure, (left, right) = _figure(1, 2, figsize=(7, 3.2), width_ratios=(1, 1.8))
    left.imshow(np.asarray(image).squeeze(), cmap="gray_r")
    left.axis("off")
    winner = int(probabilities.argmax())
    left.set_title(
        f"true: {class_names[true]}\npredicted: {class_names[winner]} ({probabilities[winner]:.0%})", fontsize=9
    )
    colors = [
        "tab:green" if number == true else "tab:red" if number == winner else "silver"
        for number in range(len(class_names))
    ]
    right.barh(range(len(class_names)), probabilities, color=colors)
    right.set_yticks(range(len(class_names)), class_names, fontsize=8)
    right.invert_yaxis()
    right.set(xlim=(0, 1), xlabel="probability")
    return figure


def decision_regions(predict: Callable[[np.ndarray], Any], x: Any, y: Any, axis: Any = None, title: str = "",
                     names: Sequence[str] = ("x₁", "x₂"), classes: Mapping[Any, str] | None = None) -> Any:  # fmt: skip
    """Colors the plane by what a model answers there, with the points on top.

    Args:
        predict: takes (n, 2) points, gives (n,) numbers; the border is drawn half-way between the two labels.
        x: (n, 2) points. y: (n,) labels.
        axis: drawn into if given; else a figure is made.
        classes: label → name for the legend.

    Returns:
        the figure that the axis belongs to.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    if axis is None:
        _, axis = _figure(figsize=(5.2, 4))
    low, high = x.min(axis=0), x.max(axis=0)
    margin = 0.25 * (high - low)
    grid_x, grid_y = np.meshgrid(*(np.linspace(low[i] - margin[i], high[i] + margin[i], 200) for i in (0, 1)))
    answers = np.asarray(predict(np.column_stack([grid_x.ravel(), grid_y.ravel()])), dtype=float).reshape(grid_x.shape)
    labels = np.unique(y)
    middle = float(labels.min() + labels.max()) / 2
    axis.contourf(grid_x, grid_y, answers, levels=20, cmap="RdBu_r", alpha=0.55,
                  vmin=float(labels.min()), vmax=float(labels.max()))  # fmt: skip
    if answers.min() < middle < answers.max():
        axis.contour(grid_x, grid_y, answers, levels=[middle], colors="black", linewidths=1)
    for label, color, marker in zip(labels, ("tab:blue", "tab:red", "tab:green"), "os^", strict=False):
        chosen = y == label
        name = classes[label] if classes else f"{label:g}"
        axis.scatter(*x[chosen].T, color=color, marker=marker, edgecolor="black", linewidth=0.5, label=name, zorder=3)
    axis.set(xlabel=names[0], ylabel=names[1], title=title)
    axis.legend(fontsize=8)
    return axis.figure


def bars(values: Mapping[Any, float], xlabel: str, ylabel: str, title: str = "",
         errors: Sequence[float] | None = None, line: tuple[str, float] | None = None) -> Figure:  # fmt: skip
    """A bar for each entry of a dict, in its order.

    Args:
        errors: a standard deviation for each bar. line: name and height of a dashed line, for example a baseline.
    """
    figure, axis = _figure(figsize=(max(5.6, 0.75 * len(values)), 3.2))
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


def roc_curves(scores: Mapping[str, tuple[Any, Any]], title: str = "") -> Figure:
    """True positive against false positive rate as the threshold falls, one curve a classifier, with its area.

    Args:
        scores: name → ((n,) labels 0 and 1, (n,) scores that are higher for 1).
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    figure, axis = _figure(figsize=(4.6, 4.2))
    axis.plot([0, 1], [0, 1], color="silver", linewidth=1)
    for name, (true, score) in scores.items():
        false_rate, true_rate, _ = roc_curve(true, score)
        axis.plot(false_rate, true_rate, label=f"{name}, area {roc_auc_score(true, score):.3f}")
    axis.set(xlabel="false positive rate", ylabel="true positive rate", title=title)
    axis.legend(loc="lower right", fontsize=8)
    return figure


def functions(x: Any, curves: Mapping[str, Any], xlabel: str = "x") -> Figure:
    """Functions of one variable in one panel.

    Args:
        x: (n,) places. curves: name → (n,) values there.
    """
    figure, axis = _figure(figsize=(5.6, 3.4))
    for name, values in curves.items():
        axis.plot(x, values, label=name)
    axis.set(xlabel=xlabel)
    if np.issubdtype(np.asarray(x).dtype, np.integer):
        axis.xaxis.get_major_locator().set_params(integer=True)
    axis.legend()
    return figure


def scatter(x: Any, y: Any, names: Sequence[str], classes: Mapping[Any, str]) -> Figure:
    """Points of two features, a color and marker for each class.

    Args:
        x: (n, 2). y: (n,) labels. names: of the features. classes: label → name.
    """
    x, y = np.asarray(x), np.asarray(y)
    figure, axis = _figure(figsize=(5.2, 4))
    for (label, name), marker in zip(classes.items(), "os^vD", strict=False):
        axis.scatter(*x[y == label].T, marker=marker, edgecolor="black", linewidth=0.5, label=name)
    axis.set(xlabel=names[0], ylabel=names[1])
    axis.legend()
    return figure


def decision_planes(planes: Mapping[str, tuple[Callable[[np.ndarray], Any], Any]], names: Sequence[str] = ("x₁", "x₂"),
                    classes: Mapping[Any, str] | None = None) -> Figure:  # fmt: skip
    """Several planes side by side, each with its own model and points; see `decision_regions`.

    Args:
        planes: title → (predict, split with x of shape (n, 2) and y).
    """
    figure, axes = _figure(1, len(planes), figsize=(4.2 * len(planes), 3.6), squeeze=False)
    for axis, (title, (predict, split)) in zip(axes[0], planes.items(), strict=True):
        decision_regions(predict, split.x, split.y, axis, title, names, classes)
    return figure


def predicted_against_true(true: Any, predicted: Any, name: str) -> Figure:
    """Each example as a point: its true value across, the predicted one up; right answers lie on the diagonal.

    Args:
        true, predicted: (n,) numbers. name: of the quantity.
    """
    true, predicted = np.asarray(true), np.asarray(predicted)
    low, high = float(min(true.min(), predicted.min())), float(max(true.max(), predicted.max()))
    figure, axis = _figure(figsize=(4.4, 4))
    axis.plot([low, high], [low, high], color="silver", linewidth=1)
    axis.scatter(true, predicted, s=12, alpha=0.6)
    axis.set(xlabel=f"true {name}", ylabel=f"predicted {name}")
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
    figure, axes = _figure(rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False)
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


def histograms(values: Mapping[str, Any], xlabel: str, title: str = "") -> Figure:
    """How often numbers occur, one outline a group, on a logarithmic scale; all groups share their bins.

    Args:
        values: name → array of any shape.
    """
    flat = {name: np.ravel(array) for name, array in values.items()}
    bins = np.linspace(min(map(np.min, flat.values())), max(map(np.max, flat.values())), 100)
    figure, axis = _figure(figsize=(5.6, 3.4))
    for name, array in flat.items():
        axis.hist(array, bins=bins, histtype="step", linewidth=1.4, label=name)
    axis.set(xlabel=xlabel, ylabel="count", title=title, yscale="log")
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
    figure, axis = _figure(figsize=(1.15 * wide, 0.28 * len(rows) + 0.9))
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


def signed_bars(values: Mapping[str, float], xlabel: str, title: str = "") -> Figure:
    """A lying bar for each entry, to the left below 0 and to the right above, in the order of the dict from below."""
    figure, axis = _figure(figsize=(5.6, 0.26 * len(values) + 0.9))
    colors = ["tab:blue" if value >= 0 else "tab:orange" for value in values.values()]
    axis.barh(list(values), list(values.values()), color=colors)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set(xlabel=xlabel, title=title)
    axis.tick_params(axis="y", labelsize=8)
    return figure


def treemaps(trees: Mapping[str, Mapping[str, float]]) -> Figure:
    """Each entry a rectangle whose area is its share of the whole, one panel a tree (Bruls, Huizing, van Wijk 2000).

    Args:
        trees: title → (name → size above 0).
    """
    figure, axes = _figure(1, len(trees), figsize=(4.6 * len(trees), 4.2), squeeze=False)
    for axis, (title, sizes) in zip(axes[0], trees.items(), strict=True):
        ordered = dict(sorted(sizes.items(), key=lambda item: -item[1]))
        for number, (name, (x, y, width, height)) in enumerate(
            zip(ordered, _squarified(list(ordered.values())), strict=True)
        ):
            color = f"C{number % 10}"
            axis.add_patch(_rectangle((x, y), width, height, facecolor=color, edgecolor="white", alpha=0.75))
            fitting = min(400 * width / max(len(name), 1), 200 * height, 16)
            if fitting > 4:
                axis.text(x + width / 2, y + height / 2, name, ha="center", va="center", fontsize=fitting)
        axis.set(xlim=(0, 1), ylim=(0, 1), title=title)
        axis.axis("off")
    return figure


def _rectangle(*arguments: Any, **options: Any) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle(*arguments, **options)


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


def labeled_points(points: Any, names: Sequence[str], title: str = "") -> Figure:
    """Points of a plane with their names beside them; points at one place share a label.

    Args:
        points: (n, 2). names: n of them.
    """
    points = np.asarray(points)
    figure, axis = _figure(figsize=(6.4, 5))
    axis.scatter(*points.T, s=14)
    places: dict[tuple[float, ...], list[str]] = {}
    for name, point in zip(names, points, strict=True):
        places.setdefault(tuple(np.round(point, 6).tolist()), []).append(name)
    for place, together in places.items():
        axis.annotate(", ".join(together), place, xytext=(4, 3), textcoords="offset points", fontsize=9)
    axis.set(title=title, xlabel="first component", ylabel="second component")
    axis.margins(0.12)
    return figure


def matrix(values: Any, names: Sequence[str], title: str = "") -> Figure:
    """A square table of numbers from −1 to 1 as colors, with the names of rows and columns."""
    values = np.asarray(values)
    side = max(3.6, 0.27 * len(names) + 1.4)
    figure, axis = _figure(figsize=(side + 0.6, side))
    picture = axis.imshow(values, cmap="RdBu_r", vmin=-1, vmax=1)
    axis.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.set_title(title)
    figure.colorbar(picture, ax=axis, shrink=0.8)
    return figure


def pictures(images: Mapping[str, Any], columns: int | None = None, side: float = 2.5, numbers: bool = False,
             title: str = "") -> Figure:  # fmt: skip
    """Pictures and matrices of any sizes, a panel each: gray from 0 (black) to 1 or their maximum (white).

    What has values below 0 is drawn in color: red above 0, blue below, white at 0, full color from the 99th percentile on.

    Args:
        images: name → (height, width), or (height, width, 3) from 0 to 1.
        columns: panels in a row; all if not given.
        side: of a panel in inches.
        numbers: write every value into its cell, for small arrays.
    """
    columns = min(columns or len(images), len(images))
    rows = math.ceil(len(images) / columns)
    size = (side * columns, (side + 0.35) * rows + (0.3 if title else 0))
    figure, axes = _figure(rows, columns, figsize=size, squeeze=False)
    for axis in axes.flat[len(images) :]:
        axis.axis("off")
    for axis, (name, image) in zip(axes.flat, images.items(), strict=False):
        values = np.asarray(image, dtype=float)
        signed = values.ndim == 2 and values.min() < -1e-9
        limit = float(np.percentile(np.abs(values), 99)) or 1.0 if signed else max(1.0, float(values.max()))
        axis.imshow(np.clip(values, 0, 1) if values.ndim == 3 else values, cmap="RdBu_r" if signed else "gray",
                    vmin=-limit if signed else 0, vmax=limit, interpolation="nearest")  # fmt: skip
        axis.set_title(name, fontsize=9)
        axis.set(xticks=[], yticks=[])
        axis.spines[["top", "right"]].set_visible(True)
        if numbers:
            for (row, column), value in np.ndenumerate(values):
                dark = abs(value) > 0.6 * limit if signed else value < 0.5 * limit
                axis.text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=8,
                          color="white" if dark else "black")  # fmt: skip
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def bar_panels(values: Mapping[str, Mapping[str, float]], ylabel: str, title: str = "") -> Figure:
    """A panel of bars for each variant, all on the same axes, for example one distribution at several temperatures.

    Args:
        values: title → name → height; the names of the first are those of all.
    """
    figure, axes = _figure(1, len(values), figsize=(2.9 * len(values), 2.9), sharey=True, squeeze=False)
    for axis, (name, heights) in zip(axes[0], values.items(), strict=True):
        axis.bar(list(heights), list(heights.values()), color="tab:blue")
        axis.set_title(name)
        if max(map(len, heights)) > 2:
            axis.tick_params(axis="x", labelrotation=90, labelsize=8)
    axes[0][0].set_ylabel(ylabel)
    if title:
        figure.suptitle(title)
    return figure


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
    figure, axes = _figure(len(texts), len(columns), figsize=size, squeeze=False, height_ratios=[n + 1.5 for n in deep])
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


def heat_maps(
    maps: Mapping[str, tuple[Any, Sequence[str], Sequence[str]]], ylabel: str = "", xlabel: str = ""
) -> Figure:
    """Tables of weights from 0 to 1 as colors, a panel each, with the names of rows and columns, for example of attention.

    Args:
        maps: title → (values (rows, columns), names of the rows, names of the columns).
    """
    shapes = [np.shape(values) for values, _, _ in maps.values()]
    widths, height = [max(2.6, 0.21 * shape[1]) for shape in shapes], max(2.4, max(0.21 * shape[0] for shape in shapes))
    figure, axes = _figure(1, len(maps), figsize=(sum(widths) + 1.3 * len(maps) + 0.8, height + 1.3), squeeze=False,
                           width_ratios=widths)  # fmt: skip
    limit = max(float(np.max(values)) for values, _, _ in maps.values())
    for axis, (name, (values, rows, columns)) in zip(axes[0], maps.items(), strict=True):
        picture = axis.imshow(np.asarray(values, dtype=float), cmap="Blues", vmin=0, vmax=limit)
        axis.set_xticks(range(len(columns)), columns, rotation=90, fontsize=8)
        axis.set_yticks(range(len(rows)), rows, fontsize=8)
        axis.set(title=name, xlabel=xlabel)
    axes[0][0].set_ylabel(ylabel)
    figure.colorbar(picture, ax=list(axes[0]), shrink=0.8)
    return figure


def phases(parts: Mapping[str, tuple[Sequence[float], Sequence[float]]], ylabel: str,
           beside: Mapping[str, Sequence[float]] | None = None) -> Figure:  # fmt: skip
    """Training and validation curves of several phases one behind the other, with a dotted line where each next one begins.

    Args:
        parts: name → (training values, validation values), in order. beside: other curves over the same epochs, in gray.
    """
    figure, axis = _figure(figsize=(6.8, 3.8))
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


def boxes(images: Any, found: Sequence[Any], class_names: Sequence[str], truths: Sequence[Any] | None = None,
          titles: Sequence[str] | None = None) -> Figure:  # fmt: skip
    """Pictures with the boxes found in them, a color a class, and the true boxes dashed in white.

    Args:
        images: (n, height, width, 3) from 0 to 1.
        found: for each picture (m, 6): class, sureness, top, left, bottom, right, in pixels.
        truths: for each picture (k, 4): top, left, bottom, right.
    """
    columns = min(len(images), 3)
    rows = math.ceil(len(images) / columns)
    figure, axes = _figure(rows, columns, figsize=(3.2 * columns, 3.3 * rows), squeeze=False)
    for number, axis in enumerate(axes.flat):
        axis.axis("off")
        if number >= len(images):
            continue
        axis.imshow(images[number])
        axis.set_title(titles[number] if titles else f"scene {number}", fontsize=9)
        for box in [] if truths is None else np.asarray(truths[number], dtype=float):
            axis.add_patch(_rectangle(*_corner(box), fill=False, edgecolor="white", linestyle="--", linewidth=1.5))
        for kind, sure, *box in np.asarray(found[number], dtype=float):
            color = f"C{int(kind) % 10}"
            axis.add_patch(_rectangle(*_corner(box), fill=False, edgecolor=color, linewidth=2))
            axis.text(box[1] + 1, box[0] + 1, f"{class_names[int(kind)]} {sure:.2f}", fontsize=7, color="white", va="top",
                      bbox={"facecolor": color, "edgecolor": "none", "pad": 1})  # fmt: skip
    return figure


def _corner(box: Any) -> tuple[tuple[float, float], float, float]:
    """Left lower corner, width and height of a box, on axes whose pixels are centered at whole numbers."""
    top, left, bottom, right = box
    return (left - 0.5, top - 0.5), right - left, bottom - top
