"""Trains every Keras lesson at the smoke preset on one device and mirrored over two, and prints what came out.

A process of its own: logical devices must be made before TensorFlow computes anything. Prints one JSON object a line.
"""

import contextlib
import dataclasses
import io
import json
import os
import sys

os.environ["WHITEPAPER_DATA"] = "stand-in"

from whitepaper.course import registry
from whitepaper.devices import strategies
from whitepaper.devices.quiet import import_tensorflow
from whitepaper.lessons import contract
from whitepaper.lessons.hyperparameters import Hyperparameters

BATCH = 24  # even parts for two replicas
WHOLE = ("8",)  # folds of ten classes of prices: they need all rows


def play(row, strategy):
    """First epoch's curves, metrics and the number of optimizer steps."""
    import keras

    module = contract.load_module(registry.solution_path(row), "solutions")
    preset = dataclasses.replace(contract.preset_named(module, "smoke"), batch_size=BATCH)
    hp = Hyperparameters({"seed": 0, **preset.hp})
    keras.utils.set_random_seed(0)
    data = module.load(preset)
    whole = len(data.train) - len(data.train) % BATCH
    if whole and row.id not in WHOLE:
        data = dataclasses.replace(data, train=data.train.take(whole))
    with strategies.scope(strategy):
        model = contract.accept("define", module.define(data, hp))
        module.compile(model, hp)
        history = contract.accept("fit", module.fit(model, data, preset, []))
        metrics = contract.accept("evaluate", module.evaluate(model, data))
        if hasattr(module, "figures"):
            contract.accept("figures", module.figures(model, data, history))
    optimizer = model.optimizer or next(
        value for value in vars(model).values() if isinstance(value, keras.optimizers.Optimizer)
    )
    steps = int(keras.ops.convert_to_numpy(optimizer.iterations))
    return {
        "first": {name: values[0] for name, values in history.items() if values},
        "metrics": metrics,
        "steps": steps,
        "examples": len(data.train),
    }


def main(names):
    import_tensorflow()
    import matplotlib.pyplot as plt
    import tensorflow as tf

    plt.switch_backend("Agg")
    strategies.split_cpu(2)
    both = {
        "one": tf.distribute.MirroredStrategy(["CPU:0"]),
        "two": tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]),
    }
    for row in registry.exercises():
        if row.framework != "keras" or not registry.is_built(row) or (names and row.id not in names):
            continue
        found = {"id": row.id}
        for name, strategy in both.items():
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    found[name] = play(row, strategy)
            except Exception as error:  # told to the test of this lesson; the others go on
                found["error"] = f"{name}: {type(error).__name__}: {' '.join(str(error).split())[:400]}"
            plt.close("all")
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
