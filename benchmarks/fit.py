"""An epoch of exercise 1's network as the runner plays it, beside plain Keras: `python benchmarks/fit.py`.

The runner puts many steps into one call (`steps_per_execution`); both must end with the same weights, and the script
says so if they do not.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from whitepaper.devices.quiet import import_tensorflow

import_tensorflow()
import keras  # noqa: E402

from whitepaper import models  # noqa: E402
from whitepaper.datasets.standins import mnist as standin_mnist  # noqa: E402
from whitepaper.lessons.runner import STEPS_PER_EXECUTION  # noqa: E402

EXAMPLES, EPOCHS = 54_000, 4


def epochs(steps: int, x: np.ndarray, y: np.ndarray) -> tuple[list[float], list[np.ndarray]]:
    """Seconds of each epoch after the first, which also traces, and the final weights."""
    keras.utils.set_random_seed(0)
    model = models.dense_network((28, 28), (128,), 10, dropout=0.2)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", steps_per_execution=steps)
    times = []
    for _ in range(EPOCHS):
        started = time.perf_counter()
        model.fit(x, y, batch_size=32, verbose=0)
        times.append(time.perf_counter() - started)
    return times[1:], model.get_weights()


def main() -> None:
    arrays = standin_mnist.digits(0, EXAMPLES, 10)
    x, y = arrays["x_train"].astype("float32") / 255, arrays["y_train"]
    weights = {}
    for steps in (1, STEPS_PER_EXECUTION):
        times, weights[steps] = epochs(steps, x, y)
        print(f"{steps:3} steps per execution: median {statistics.median(times):.2f} s an epoch")
    same = all(np.array_equal(a, b) for a, b in zip(weights[1], weights[STEPS_PER_EXECUTION], strict=True))
    print("same weights to the last bit" if same else "the weights DIFFER")


if __name__ == "__main__":
    main()
