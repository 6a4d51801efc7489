"""Standard error, silenced where a library's C++ code would speak."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Swap file descriptor 2 for /dev/null: the C++ banner is written before any log level is read.

    An exception raised inside still prints, because it is reported after the descriptor is back.
    """
    sys.stderr.flush()
    saved = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)
