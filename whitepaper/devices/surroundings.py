"""What a process of the command line finds around it: a console, and a screen or none."""

from __future__ import annotations

import io
import os
import sys


def prepare() -> None:
    """Make a process of the command line independent of where it was started; called before anything else.

    Standard output and error replace what their encoding cannot show: a report must not fail after the work is done.
    Matplotlib draws without a screen: Jupyter and Colab leave a backend in MPLBACKEND which only they can load.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Before Matplotlib is imported; a figure's code in a notebook never passes here.
    os.environ["MPLBACKEND"] = "Agg"
