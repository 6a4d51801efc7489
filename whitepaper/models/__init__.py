"""Builders of the networks and layers that lessons share: one module for each family, one function for each network.

    from whitepaper import models
    network = models.dense_network((28, 28), (128,), 10, dropout=0.2)

The families:

    dense           networks of fully connected layers
    convolutional   networks for images; feature maps and Grad-CAM
    recurrent       networks that read a sequence step by step; text generation
    embedding       word vectors by skip-gram and CBOW
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
    from whitepaper.models.convolutional import cnn, feature_maps, grad_cam
    from whitepaper.models.dense import dense_network, perceptron
    from whitepaper.models.embedding import cbow, skip_gram
    from whitepaper.models.pretrained import Encoder, last_block
    from whitepaper.models.recurrent import (
        CharacterSampler,
        character_generator,
        character_model,
        recurrent_classifier,
        write,
    )

# The other public names, each with the module of whitepaper.models that defines it.
_HOME = {
    "AdversarialModel": "adversarial",
    "EpochPictures": "adversarial",
    "InstanceNormalization": "adversarial",
    "ReflectionPadding2D": "adversarial",
    "cnn": "convolutional",
    "feature_maps": "convolutional",
    "grad_cam": "convolutional",
    "dense_network": "dense",
    "perceptron": "dense",
    "cbow": "embedding",
    "skip_gram": "embedding",
    "Encoder": "pretrained",
    "last_block": "pretrained",
    "CharacterSampler": "recurrent",
    "character_generator": "recurrent",
    "character_model": "recurrent",
    "recurrent_classifier": "recurrent",
    "write": "recurrent",
}

__all__ = [
    "AdversarialModel",
    "CharacterSampler",
    "Encoder",
    "EpochPictures",
    "InstanceNormalization",
    "ReflectionPadding2D",
    "cbow",
    "character_generator",
    "character_model",
    "cnn",
    "dense_network",
    "feature_maps",
    "grad_cam",
    "last_block",
    "perceptron",
    "pretrained",
    "recurrent_classifier",
    "skip_gram",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
