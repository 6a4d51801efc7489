"""The deep-learning white paper course: `from whitepaper import datasets, models, plots`."""

import os
from typing import TYPE_CHECKING

# TensorFlow's C++ start-up lines are no part of a lesson; a value set by the reader wins.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__version__: str

if not TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        # When asked for: reading the metadata takes as long as the rest of `make list`.
        if name == "__version__":
            return _version()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    """The version of the installed package; that of setup.cfg with "+checkout" where the code runs without being installed."""
    from importlib import metadata

    try:
        return metadata.version("whitepaper")
    except metadata.PackageNotFoundError:
        from configparser import ConfigParser
        from pathlib import Path

        settings = ConfigParser()
        settings.read(Path(__file__).parent.parent / "setup.cfg", encoding="utf-8")
        return settings.get("metadata", "version") + "+checkout"
