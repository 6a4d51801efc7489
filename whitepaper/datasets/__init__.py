"""Loaders: `datasets.load_fashion_mnist(examples=…)` gives train, validation and test splits, and says where they came from."""

from whitepaper.datasets.cifar import load_cifar10
from whitepaper.datasets.clinic import load_pima_diabetes, load_thoracic_surgery
from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.datasets.housing import load_boston_housing
from whitepaper.datasets.images import load_fashion_mnist, load_mnist
from whitepaper.datasets.imdb import load_imdb
from whitepaper.datasets.news import load_bbc_news, load_newsgroups
from whitepaper.datasets.nietzsche import load_nietzsche
from whitepaper.datasets.pets import load_pets
from whitepaper.datasets.photographs import load_photograph
from whitepaper.datasets.photos import load_flowers
from whitepaper.datasets.reviews import load_amazon_reviews
from whitepaper.datasets.scenes import load_scenes
from whitepaper.datasets.signals import load_ecg5000
from whitepaper.datasets.sources import DataError, WrongWord
from whitepaper.datasets.tables import load_gate, load_iris, load_study_scores
from whitepaper.datasets.translation import load_spa_eng
from whitepaper.datasets.unpaired import load_horse2zebra

__all__ = [
    "DataError",
    "Dataset",
    "Split",
    "WrongWord",
    "load_amazon_reviews",
    "load_bbc_news",
    "load_boston_housing",
    "load_cifar10",
    "load_ecg5000",
    "load_fashion_mnist",
    "load_flowers",
    "load_gate",
    "load_horse2zebra",
    "load_imdb",
    "load_iris",
    "load_mnist",
    "load_newsgroups",
    "load_nietzsche",
    "load_pets",
    "load_photograph",
    "load_pima_diabetes",
    "load_scenes",
    "load_spa_eng",
    "load_study_scores",
    "load_thoracic_surgery",
]
