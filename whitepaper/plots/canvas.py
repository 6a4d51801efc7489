"""The look of the figures, and their files."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whitepaper.files import whole

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


def draw_without_screen() -> None:
    """Choose Matplotlib's Agg, except in a notebook, which shows its figures itself."""
    if "ipykernel" in sys.modules:
        return
    # Importing Matplotlib fails where the variable names a backend that only a notebook has.
    os.environ["MPLBACKEND"] = "Agg"
    import matplotlib

    matplotlib.use("Agg")


@contextlib.contextmanager
def style() -> Iterator[None]:
    """The look of the course's figures, drawn without a screen; a notebook keeps the backend that shows them."""
    draw_without_screen()
    import matplotlib

    with matplotlib.rc_context(_STYLE):
        yield


def figure_of(*arguments: Any, **options: Any) -> tuple[Figure, Any]:
    """A figure and its axes, in the style; arguments of `plt.subplots`."""
    import matplotlib.pyplot as plt

    with plt.rc_context(_STYLE):
        return plt.subplots(*arguments, **options)


def rectangle(*arguments: Any, **options: Any) -> Any:
    """A rectangle to be added to axes; arguments of Matplotlib's own."""
    from matplotlib.patches import Rectangle

    return Rectangle(*arguments, **options)


def save(figures: Mapping[str, Figure], folder: Path) -> list[Path]:
    """Write each figure as `<name>.png` and close it.

    Args:
        figures: by name; characters that do not fit a file name become "-".
        folder: made if it is not there.

    Raises:
        OSError: no room, or no right to write.
    """
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, figure in figures.items():
        path = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}.png"
        with whole.place(path) as temporary:
            figure.savefig(temporary)
        plt.close(figure)
        paths.append(path)
    return paths
