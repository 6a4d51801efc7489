"""How good the answers are: confusion, ROC, predictions beside the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    figure, axis = canvas.figure_of(figsize=(side + 0.6, side))
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


def confusion_shares(counts: Any, class_names: Sequence[str], title: str = "") -> Figure:
    """Of the members of each true class (rows), the share that was taken for each class (columns), from counts.

    Args:
        counts: (classes, classes), rows true, columns predicted; of pixels, for example, where single labels are too many.
    """
    counts = np.asarray(counts, dtype=float)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = 2.2 + 0.6 * len(class_names)
    figure, axis = canvas.figure_of(figsize=(side + 0.4, side))
    axis.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for (row, column), part in np.ndenumerate(share):
        axis.text(
            column, row, f"{100 * part:.1f} %", ha="center", va="center", color="white" if part > 0.5 else "black"
        )
    axis.set_xticks(range(len(class_names)), class_names)
    axis.set_yticks(range(len(class_names)), class_names)
    axis.set(xlabel="predicted", ylabel="true", title=title)
    return figure


def roc_curves(scores: Mapping[str, tuple[Any, Any]], title: str = "") -> Figure:
    """True positive against false positive rate as the threshold falls, one curve a classifier, with its area.

    Args:
        scores: name → ((n,) labels 0 and 1, (n,) scores that are higher for 1).
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    figure, axis = canvas.figure_of(figsize=(4.6, 4.2))
    axis.plot([0, 1], [0, 1], color="silver", linewidth=1)
    for name, (true, score) in scores.items():
        false_rate, true_rate, _ = roc_curve(true, score)
        axis.plot(false_rate, true_rate, label=f"{name}, area {roc_auc_score(true, score):.3f}")
    axis.set(xlabel="false positive rate", ylabel="true positive rate", title=title)
    axis.legend(loc="lower right", fontsize=8)
    return figure


def predicted_against_true(true: Any, predicted: Any, name: str) -> Figure:
    """Each example as a point: its true value across, the predicted one up; right answers lie on the diagonal.

    Args:
        true, predicted: (n,) numbers. name: of the quantity.
    """
    true, predicted = np.asarray(true), np.asarray(predicted)
    low, high = float(min(true.min(), predicted.min())), float(max(true.max(), predicted.max()))
    figure, axis = canvas.figure_of(figsize=(4.4, 4))
    axis.plot([low, high], [low, high], color="silver", linewidth=1)
    axis.scatter(true, predicted, s=12, alpha=0.6)
    axis.set(xlabel=f"true {name}", ylabel=f"predicted {name}")
    return figure
