"""One process of a cluster: trains a small network and writes what it has seen and learned to a folder.

Arguments: the folder; then "shuffle" or "order". TF_CONFIG names the processes; without it there is only this one.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np

from whitepaper.devices.quiet import import_tensorflow

import_tensorflow()
import keras
import tensorflow as tf

from whitepaper.devices import cluster, strategies


def main(folder, order):
    alone = "TF_CONFIG" not in os.environ
    place, strategy = (None, tf.distribute.MirroredStrategy(["CPU:0"])) if alone else cluster.join()
    index = place.index if place else 0
    rng = np.random.default_rng(0)
    x = rng.normal(size=(90, 5)).astype("float32")
    y = (x.sum(axis=1) > 0).astype("int64")
    keras.utils.set_random_seed(7 + index)  # the chief's order and weights are everybody's
    with strategies.scope(strategy) as team:
        model = keras.Sequential(
            [
                keras.Input((5,)),
                keras.layers.Dense(8),
                keras.layers.BatchNormalization(),
                keras.layers.ReLU(),
                keras.layers.Dense(2, activation="softmax"),
            ]
        )
        model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", metrics=["accuracy"])
        rate = keras.callbacks.ReduceLROnPlateau("val_loss", patience=0, factor=0.5)
        kept = keras.callbacks.ModelCheckpoint(folder / f"kept-{index}.weights.h5", save_weights_only=True)
        history = model.fit(
            x[:64], y[:64], batch_size=16, epochs=3, shuffle=order == "shuffle", verbose=0,
            validation_data=(x[64:], y[64:]), callbacks=[rate, kept],
        )  # fmt: skip
        measured = model.evaluate(x[64:], y[64:], verbose=0, return_dict=True)
        answers = model.predict(x[64:], verbose=0)
        seen = [int(row) for row in np.asarray(team.local(team.deal(np.arange(37)))[0])]
        parts = {f"weight{number}": weight for number, weight in enumerate(model.get_weights())}
        np.savez(folder / f"worker{index}.npz", answers=answers, **parts)
        told = {"history": history.history, "measured": measured, "seen": seen, "many": team.many}
        (folder / f"worker{index}.json").write_text(json.dumps(told), encoding="utf-8")
        team.total(1.0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
