"""Pictures beside their masks: which class each pixel has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Told apart in gray and by those who see no red or green too.
_COLORS = ("#e69f00", "#2f3e55", "#ffffff", "#56b4e9", "#009e73", "#f0e442", "#cc79a7", "#d55e00")


def mask_grid(columns: Mapping[str, Any], class_names: Sequence[str], labels: Sequence[str] | None = None) -> Figure:
    """A row for each example, a column for each of its pictures and masks, and a legend of the masks' colors.

    Args:
        columns: name → pictures (n, height, width, 3), bytes or from 0 to 1, or masks (n, height, width) of class numbers.
        class_names: of the numbers 0, 1, …, at most eight. labels: what stands to the left of each row.

    Raises:
        ValueError: more classes than colors.
    """
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    if len(class_names) > len(_COLORS):
        raise ValueError(f"expected at most {len(_COLORS)} classes. Received: {len(class_names)}.")
    rows = len(next(iter(columns.values())))
    size = (max(4.2, 1.5 * len(columns) + (0.9 if labels else 0)), 1.52 * rows + 0.7)
    figure, axes = canvas.figure_of(rows, len(columns), figsize=size, squeeze=False)
    used = _COLORS[: len(class_names)]
    for column, (name, pictures) in enumerate(columns.items()):
        axes[0][column].set_title(name, fontsize=9)
        for row, picture in enumerate(np.asarray(pictures)):
            axis = axes[row][column]
            flat = picture.ndim == 2
            axis.imshow(picture, cmap=ListedColormap(used) if flat else None, vmin=-0.5 if flat else None,
                        vmax=len(used) - 0.5 if flat else None, interpolation="nearest")  # fmt: skip
            axis.set(xticks=[], yticks=[])
            axis.spines[["top", "right"]].set_visible(True)
    for axis, label in zip(axes[:, 0], labels or (), strict=False):
        axis.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=8)
    patches = [
        Patch(facecolor=color, edgecolor="gray", label=name) for color, name in zip(used, class_names, strict=True)
    ]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), fontsize=9)
    return figure
