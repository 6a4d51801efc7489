"""Loaders: `datasets.load_fashion_mnist(examples=…)` gives train, validation and test splits, and says where they came from."""

from whitepaper.datasets.dataset import Dataset, Split
from whitepaper.datasets.images.cifar10 import load_cifar10
from whitepaper.datasets.images.fashion_mnist import load_fashion_mnist
from whitepaper.datasets.images.flowers import load_flowers
from whitepaper.datasets.images.folders import load_images
from whitepaper.datasets.images.horse2zebra import load_horse2zebra
from whitepaper.datasets.images.mnist import load_mnist
from whitepaper.datasets.images.pets import load_pets
from whitepaper.datasets.images.photograph import load_photograph
from whitepaper.datasets.images.scenes import load_scenes
from whitepaper.datasets.signals.ecg5000 import load_ecg5000
from whitepaper.datasets.tables.boston_housing import load_boston_housing
from whitepaper.datasets.tables.gate import load_gate
from whitepaper.datasets.tables.iris import load_iris
from whitepaper.datasets.tables.pima_diabetes import load_pima_diabetes
from whitepaper.datasets.tables.study_scores import load_study_scores
from whitepaper.datasets.tables.thoracic_surgery import load_thoracic_surgery
from whitepaper.datasets.text.amazon_reviews import load_amazon_reviews
from whitepaper.datasets.text.imdb import load_imdb
from whitepaper.datasets.text.news import load_bbc_news, load_newsgroups
from whitepaper.datasets.text.nietzsche import load_nietzsche
from whitepaper.datasets.text.spa_eng import load_spa_eng
from whitepaper.files.sources import DataError, WrongWord

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
    "load_images",
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
