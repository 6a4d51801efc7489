"""Points and regions of a plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
        _, axis = canvas.figure_of(figsize=(5.2, 4))
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


def scatter(x: Any, y: Any, names: Sequence[str], classes: Mapping[Any, str]) -> Figure:
    """Points of two features, a color and marker for each class.

    Args:
        x: (n, 2). y: (n,) labels. names: of the features. classes: label → name.
    """
    x, y = np.asarray(x), np.asarray(y)
    figure, axis = canvas.figure_of(figsize=(5.2, 4))
    for (label, name), marker in zip(classes.items(), "os^vD", strict=False):
        axis.scatter(*x[y == label].T, marker=marker, edgecolor="black", linewidth=0.5, label=name)
    axis.set(xlabel=names[0], ylabel=names[1])
    axis.legend()
    return figure


def point_panels(panels: Mapping[str, Any], labels: Any, names: Sequence[str]) -> Figure:
    """The same points on several maps side by side, a color for each of up to ten classes.

    Args:
        panels: title → (n, 2). labels: (n,) class numbers. names: of the classes.
    """
    labels = np.asarray(labels)
    figure, axes = canvas.figure_of(1, len(panels), figsize=(4.3 * len(panels) + 1.4, 4.3), squeeze=False)
    for axis, (title, points) in zip(axes[0], panels.items(), strict=True):
        for number, name in enumerate(names):
            marker = "osD^v"[number % 5]
            axis.scatter(*np.asarray(points)[labels == number].T, s=13, color=f"C{number}", marker=marker, label=name)
        axis.set(title=title, xticks=[], yticks=[])
    figure.legend(handles=list(axes[0][0].collections), loc="outside right center", fontsize=9, markerscale=1.5)
    return figure


def decision_planes(planes: Mapping[str, tuple[Callable[[np.ndarray], Any], Any]], names: Sequence[str] = ("x₁", "x₂"),
                    classes: Mapping[Any, str] | None = None) -> Figure:  # fmt: skip
    """Several planes side by side, each with its own model and points; see `decision_regions`.

    Args:
        planes: title → (predict, split with x of shape (n, 2) and y).
    """
    figure, axes = canvas.figure_of(1, len(planes), figsize=(4.2 * len(planes), 3.6), squeeze=False)
    for axis, (title, (predict, split)) in zip(axes[0], planes.items(), strict=True):
        decision_regions(predict, split.x, split.y, axis, title, names, classes)
    return figure


def labeled_points(points: Any, names: Sequence[str], title: str = "") -> Figure:
    """Points of a plane with their names beside them; points at one place share a label.

    Args:
        points: (n, 2). names: n of them.
    """
    points = np.asarray(points)
    figure, axis = canvas.figure_of(figsize=(6.4, 5))
    axis.scatter(*points.T, s=14)
    places: dict[tuple[float, ...], list[str]] = {}
    for name, point in zip(names, points, strict=True):
        places.setdefault(tuple(np.round(point, 6).tolist()), []).append(name)
    for place, together in places.items():
        axis.annotate(", ".join(together), place, xytext=(4, 3), textcoords="offset points", fontsize=9)
    axis.set(title=title, xlabel="first component", ylabel="second component")
    axis.margins(0.12)
    return figure
