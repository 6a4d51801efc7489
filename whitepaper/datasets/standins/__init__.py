"""Synthetic data in place of each published data set, a file named after what it stands in for."""
