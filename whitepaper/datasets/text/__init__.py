"""Loaders of text."""
