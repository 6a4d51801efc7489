"""Builders of Keras models that several lessons share, a module a family."""

from whitepaper.models.dense import dense_network
from whitepaper.models.pretrained import Encoder, last_block, pretrained

__all__ = ["Encoder", "dense_network", "last_block", "pretrained"]
