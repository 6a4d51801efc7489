"""Each error of Python, NumPy and Keras that is raised for real is met by its cause."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from whitepaper.checking import session, verdict
from whitepaper.checking.known_errors import known
from whitepaper.course import blanks, registry
from whitepaper.datasets import Split
from whitepaper.lessons.contract import place

NOTHING, HALF, THREE = None, 2 / 4, 3
X, Y = np.zeros((8, 4), "float32"), np.zeros(8, int)


def fitted(x=X, y=Y, third=None, **options):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    if third:
        model.compile("adam", "sparse_categorical_crossentropy", third)
    else:
        model.compile(**{"optimizer": "adam", "loss": "sparse_categorical_crossentropy", **options})
    return model.fit(x, y, verbose=0)


def divided_in_place():
    pixels = np.array([1, 2], "uint8")
    pixels /= 255


def assigned():
    tensor = tf.ones(3)
    tensor[0] = 1


def unpacked():
    _, _ = [1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: keras.optimizers.Adam(lr=0.1), "learning_rate, not lr"),
        (lambda: keras.optimizers.Adam(rate=0.1), "a name that this function does not know"),
        (lambda: keras.layers.Dense(3, activate="relu"), "a name that this function does not know"),
        (lambda: keras.layers.experimental, "the layer is in keras.layers itself"),
        (lambda: tf.keras.layers.experimental, "the layer is in keras.layers itself"),
        (lambda: fitted(optimizer=keras.optimizers.Adam), "the class of the optimizer: write brackets"),
        (lambda: keras.Sequential([keras.layers.Flatten]), "the class of a layer: write brackets"),
        (lambda: keras.Model(keras.Input((4,)), keras.layers.Dense(3)), "call it, layer(inputs)"),
        (lambda: keras.layers.Dense(3, activation="rellu"), "of this name"),
        (lambda: fitted(loss="sparse_crossentropy"), "of this name"),
        (divided_in_place, "which makes a new array"),
        (lambda: fitted(Split(X, Y)), "data.train.x, data.train.y"),
        (lambda: fitted(X, Y[:5]), "the same number of rows"),
        (lambda: np.zeros((3, 4)) @ np.zeros((3, 4)), "is one to be transposed?"),
        (lambda: np.zeros((3, 4)) + np.zeros(3), "axes must be equal, or 1"),
        (lambda: NOTHING.shape, "is `return` missing"),
        (lambda: NOTHING[0], "is `return` missing"),
        (lambda: len(NOTHING), "is `return` missing"),
        (lambda: list(Y)[HALF], "An index must be an integer"),
        (lambda: np.zeros(3)[HALF], "An index must be an integer"),
        (assigned, "cannot be changed in place"),
        (lambda: np.exp(keras.Input((4,))), "use keras.ops"),
        (lambda: bool(np.array([1, 2]) == 1), "`if` needs one truth value"),
        (lambda: np(), "name the function inside it"),
        (lambda: THREE(2), "is a name used twice"),
        (lambda: fitted()["loss"], "attribute .history"),
        (unpacked, "as many names on the left"),
        (lambda: fitted(third=["accuracy"]), "name your arguments"),
        (lambda: fitted(loss="categorical_crossentropy"), "one-hot rows"),
        (lambda: fitted(np.zeros((8, 5), "float32")), "not the one that the layer was built for"),
    ],
)
def test_the_cause_of_a_real_error(wrong, said, tmp_path):
    with pytest.raises(Exception) as caught:
        wrong()
    found = known(place(caught.value, tmp_path / "ex05.py"))
    assert found is not None
    assert said in found[1]


def test_an_error_that_is_not_known_has_no_cause():
    assert known("ex03.py:7: KeyError: 'petal'") is None


def test_a_student_reads_the_line_and_the_cause(tmp_path):
    (row,) = registry.find("3")
    solution = registry.solution_path(row).read_text(encoding="utf-8")
    path = tmp_path / row.file
    path.write_text(blanks.answered(solution, {2: "return x @ np.zeros((7, 1))"}), encoding="utf-8")
    outcomes, _ = session.run(row, path, lambda check: check.blank == 2)
    (found,) = {outcome.verdict for outcome in outcomes if outcome.verdict.state == verdict.WRONG}
    assert "`return x @ np.zeros((7, 1))`: ValueError: matmul" in found.received
    assert "is one to be transposed?" in found.cause
