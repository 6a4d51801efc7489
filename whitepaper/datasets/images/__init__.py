"""Loaders of images."""
