"""Builders of the networks and layers that lessons share: one module for each family, one function for each network.

    from whitepaper import models
    network = models.dense_network((28, 28), (128,), 10, dropout=0.2)

The families:

    dense           networks of fully connected layers
    convolutional   networks for images; feature maps and Grad-CAM
    recurrent       networks that read a sequence step by step; text generation
    embedding       word vectors by skip-gram and CBOW
    attention       attention by dot products, by several heads, additive; positions, masks, encoder and decoder blocks
    transformer     classifiers of attention blocks
    translation     a recurrent translator with attention
    segmentation    U-Net and FCN: a score for every pixel
    autoencoder     dense, convolutional, denoising, for anomalies
    transfer        classifiers on a trained encoder
    pretrained      encoders that have learned from other images
    adversarial     networks that are trained against each other, and the layers of image-to-image networks

A builder returns an uncompiled Keras model or layer. It takes sizes as keyword arguments, and its defaults are those of
the white paper. A size that cannot be built raises a ValueError, which names what was expected and what was received.

`help(models.dense_network)` describes one builder. Keras is loaded when a builder is used, not by `import`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

# Imported at once, because the functions have their modules' names: a later import of a module would take the function's place.
from whitepaper.models.autoencoder import autoencoder
from whitepaper.models.pretrained import pretrained

if TYPE_CHECKING:
    from whitepaper.models.adversarial import (
        AdversarialModel,
        EpochPictures,
        InstanceNormalization,
        ReflectionPadding2D,
    )
    from whitepaper.models.attention import (
        AdditiveAttention,
        DecoderBlock,
        EncoderBlock,
        MultiHeadAttention,
        Positions,
        ScaledDotProductAttention,
        look_ahead_mask,
        padding_mask,
    )
    from whitepaper.models.autoencoder import anomaly_autoencoder, convolutional_autoencoder, denoising_autoencoder
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
    from whitepaper.models.segmentation import fcn, unet
    from whitepaper.models.transfer import transfer_classifier
    from whitepaper.models.transformer import transformer_classifier
    from whitepaper.models.translation import translator

# The other public names, each with the module of whitepaper.models that defines it.
_HOME = {
    "anomaly_autoencoder": "autoencoder",
    "convolutional_autoencoder": "autoencoder",
    "denoising_autoencoder": "autoencoder",
    "fcn": "segmentation",
    "unet": "segmentation",
    "transfer_classifier": "transfer",
    "AdditiveAttention": "attention",
    "DecoderBlock": "attention",
    "EncoderBlock": "attention",
    "MultiHeadAttention": "attention",
    "Positions": "attention",
    "ScaledDotProductAttention": "attention",
    "look_ahead_mask": "attention",
    "padding_mask": "attention",
    "transformer_classifier": "transformer",
    "translator": "translation",
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
    "AdditiveAttention",
    "AdversarialModel",
    "CharacterSampler",
    "DecoderBlock",
    "Encoder",
    "EncoderBlock",
    "EpochPictures",
    "InstanceNormalization",
    "MultiHeadAttention",
    "Positions",
    "ReflectionPadding2D",
    "ScaledDotProductAttention",
    "anomaly_autoencoder",
    "autoencoder",
    "cbow",
    "character_generator",
    "character_model",
    "cnn",
    "convolutional_autoencoder",
    "denoising_autoencoder",
    "dense_network",
    "fcn",
    "feature_maps",
    "grad_cam",
    "last_block",
    "look_ahead_mask",
    "padding_mask",
    "perceptron",
    "pretrained",
    "recurrent_classifier",
    "skip_gram",
    "transfer_classifier",
    "transformer_classifier",
    "translator",
    "unet",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
