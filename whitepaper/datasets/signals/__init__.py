"""Loaders of signals."""
