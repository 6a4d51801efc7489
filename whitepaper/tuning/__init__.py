"""Keras Tuner over any exercise, on one machine or over several processes."""
