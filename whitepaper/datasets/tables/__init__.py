"""Loaders of tables."""
