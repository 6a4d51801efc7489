"""The deep-learning white paper course: `from whitepaper import datasets, models, plots`."""

import os

# TensorFlow's C++ start-up lines are no part of a lesson; a value set by the reader wins.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__version__ = "0.1.0"
