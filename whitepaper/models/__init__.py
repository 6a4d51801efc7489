"""Builders of Keras models that several lessons share, a module a family."""

from whitepaper.models.dense import dense_network

__all__ = ["dense_network"]
