"""Pictures: grids of small ones, large ones, maps over them, boxes in them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    figure, axes = canvas.figure_of(
        rows, columns, figsize=(1.25 * columns, 1.4 * rows + (0.4 if title else 0)), squeeze=False
    )
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


def picture_rows(rows: Mapping[str, Any], titles: Sequence[Any] | None = None, title: str = "") -> Figure:
    """Rows of gray pictures with their names at the left, all on one scale: 0 is white, 1 black.

    Args:
        rows: name → (n, height, width) from 0 to 1, the same n in all rows.
        titles: one a column, above the first row.
    """
    count = max(len(pictures) for pictures in rows.values())
    lines = max((str(one).count("\n") + 1 for one in titles or ()), default=0)
    size = (0.98 * count + 1.3, 0.98 * len(rows) + 0.17 * lines + (0.35 if title else 0.1))
    figure, axes = canvas.figure_of(len(rows), count, figsize=size, squeeze=False)
    for line, (name, pictures) in zip(axes, rows.items(), strict=True):
        for axis, picture in zip(line, pictures, strict=True):
            axis.imshow(np.asarray(picture).squeeze(), cmap="gray_r", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
            axis.spines[["left", "bottom"]].set_visible(False)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    for axis, one in zip(axes[0], titles or (), strict=False):
        axis.set_title(str(one), fontsize=8)
    if title:
        figure.suptitle(title, fontsize=11)
    return figure


def probability_bars(image: Any, probabilities: Any, class_names: Sequence[str], true: int) -> Figure:
    """One picture beside the probability that a model gives each class; the true class in green, a wrong winner in red."""
    probabilities = np.asarray(probabilities)
    figure, (left, right) = canvas.figure_of(1, 2, figsize=(7, 3.2), width_ratios=(1, 1.8))
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
    figure, axes = canvas.figure_of(rows, columns, figsize=size, squeeze=False)
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


def heat_maps(
    maps: Mapping[str, tuple[Any, Sequence[str], Sequence[str]]], ylabel: str = "", xlabel: str = ""
) -> Figure:
    """Tables of weights from 0 to 1 as colors, a panel each, with the names of rows and columns, for example of attention.

    Args:
        maps: title → (values (rows, columns), names of the rows, names of the columns).
    """
    shapes = [np.shape(values) for values, _, _ in maps.values()]
    widths, height = [max(2.6, 0.21 * shape[1]) for shape in shapes], max(2.4, max(0.21 * shape[0] for shape in shapes))
    figure, axes = canvas.figure_of(1, len(maps), figsize=(sum(widths) + 1.3 * len(maps) + 0.8, height + 1.3), squeeze=False,
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
    figure, axes = canvas.figure_of(rows, columns, figsize=(3.2 * columns, 3.3 * rows), squeeze=False)
    for number, axis in enumerate(axes.flat):
        axis.axis("off")
        if number >= len(images):
            continue
        axis.imshow(images[number])
        axis.set_title(titles[number] if titles else f"scene {number}", fontsize=9)
        for box in [] if truths is None else np.asarray(truths[number], dtype=float):
            axis.add_patch(
                canvas.rectangle(*_corner(box), fill=False, edgecolor="white", linestyle="--", linewidth=1.5)
            )
        for kind, sure, *box in np.asarray(found[number], dtype=float):
            color = f"C{int(kind) % 10}"
            axis.add_patch(canvas.rectangle(*_corner(box), fill=False, edgecolor=color, linewidth=2))
            axis.text(box[1] + 1, box[0] + 1, f"{class_names[int(kind)]} {sure:.2f}", fontsize=7, color="white", va="top",
                      bbox={"facecolor": color, "edgecolor": "none", "pad": 1})  # fmt: skip
    return figure


def _corner(box: Any) -> tuple[tuple[float, float], float, float]:
    """Left lower corner, width and height of a box, on axes whose pixels are centered at whole numbers."""
    top, left, bottom, right = box
    return (left - 0.5, top - 0.5), right - left, bottom - top
