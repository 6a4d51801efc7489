"""Builders of the networks and layers that lessons share: one module for each family, one function for each network.

    from whitepaper import models
    network = models.dense_network((28, 28), (128,), 10, dropout=0.2)

The families:

    dense           networks of fully connected layers
    pretrained      encoders that have learned from other images
    adversarial     networks that are trained against each other, and the layers of image-to-image networks

A builder returns an uncompiled Keras model or layer. It takes sizes as keyword arguments, and its defaults are those of
the white paper. A size that cannot be built raises a ValueError, which names what was expected and what was received.

`help(models.dense_network)` describes one builder. Keras is loaded when a builder is used, not by `import`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

# Imported at once, because the function has its module's name: a later import of the module would take the function's place.
from whitepaper.models.pretrained import pretrained

if TYPE_CHECKING:
    from whitepaper.models.adversarial import (
        AdversarialModel,
        EpochPictures,
        InstanceNormalization,
        ReflectionPadding2D,
    )
    from whitepaper.models.dense import dense_network
    from whitepaper.models.pretrained import Encoder, last_block

# The other public names, each with the module of whitepaper.models that defines it.
_HOME = {
    "AdversarialModel": "adversarial",
    "EpochPictures": "adversarial",
    "InstanceNormalization": "adversarial",
    "ReflectionPadding2D": "adversarial",
    "dense_network": "dense",
    "Encoder": "pretrained",
    "last_block": "pretrained",
}

__all__ = [
    "AdversarialModel",
    "Encoder",
    "EpochPictures",
    "InstanceNormalization",
    "ReflectionPadding2D",
    "dense_network",
    "last_block",
    "pretrained",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
