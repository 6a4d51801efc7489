"""What runs a lesson: the five-step contract, the runner, its record, callbacks, hyperparameters, tracking, language."""

from whitepaper.lessons.contract import Preset
from whitepaper.lessons.hyperparameters import Hyperparameters

__all__ = ["Hyperparameters", "Preset"]
