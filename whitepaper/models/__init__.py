"""Builders of Keras models that several lessons share, a module a family."""

from typing import TYPE_CHECKING, Any

from whitepaper.models.dense import dense_network
from whitepaper.models.pretrained import Encoder, last_block, pretrained

if TYPE_CHECKING:
    from whitepaper.models.adversarial import (
        AdversarialModel,
        EpochPictures,
        InstanceNormalization,
        ReflectionPadding2D,
    )

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
    # These are classes of Keras's own kind: Keras is loaded when one is asked for.
    if name in __all__:
        from whitepaper.models import adversarial

        return getattr(adversarial, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
