"""Loaders: `datasets.load_fashion_mnist(examples=…)` gives train, validation and test splits, and says where they came from."""

from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.datasets.images import load_fashion_mnist, load_mnist
from whitepaper.datasets.sources import DataError, WrongWord
from whitepaper.datasets.tables import load_gate, load_iris, load_study_scores

__all__ = [
    "DataError",
    "Dataset",
    "Split",
    "WrongWord",
    "load_fashion_mnist",
    "load_gate",
    "load_iris",
    "load_mnist",
    "load_study_scores",
]
