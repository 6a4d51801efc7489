"""The figures of the lessons. Every function returns a Matplotlib figure and shows nothing by itself."""

from whitepaper.plots.animation import save_animation
from whitepaper.plots.canvas import save, style
from whitepaper.plots.charts import bar_panels, bars, histograms, matrix, pages, signed_bars, table, treemaps
from whitepaper.plots.curves import comparison, curves_of, functions, learning_curves, panels, phases, reconstructions
from whitepaper.plots.images import boxes, heat_maps, image_grid, picture_rows, pictures, probability_bars
from whitepaper.plots.masks import mask_grid
from whitepaper.plots.points import decision_planes, decision_regions, labeled_points, point_panels, scatter
from whitepaper.plots.results import confusion_matrix, confusion_shares, predicted_against_true, roc_curves

__all__ = [
    "bar_panels",
    "bars",
    "boxes",
    "comparison",
    "confusion_matrix",
    "confusion_shares",
    "curves_of",
    "decision_planes",
    "decision_regions",
    "functions",
    "heat_maps",
    "histograms",
    "image_grid",
    "labeled_points",
    "learning_curves",
    "mask_grid",
    "matrix",
    "pages",
    "panels",
    "phases",
    "picture_rows",
    "pictures",
    "point_panels",
    "predicted_against_true",
    "probability_bars",
    "reconstructions",
    "roc_curves",
    "save",
    "save_animation",
    "scatter",
    "signed_bars",
    "style",
    "table",
    "treemaps",
]
