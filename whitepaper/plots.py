"""The figures of the lessons. Every function returns a Matplotlib figure and shows nothing by itself."""

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
    if log:
        axis.set_yscale("log")
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


def bars(values: Mapping[Any, float], xlabel: str, ylabel: str, title: str = "") -> Figure:
    """A bar for each entry of a dict, in its order."""
    figure, axis = _figure(figsize=(5.6, 3.2))
    axis.bar([str(name) for name in values], list(values.values()), color="tab:blue")
    axis.set(xlabel=xlabel, ylabel=ylabel, title=title)
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
