"""Figures show what they are given."""

import matplotlib
import numpy as np
import pytest

from whitepaper import plots

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def close():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def test_learning_curves_pair_training_with_validation():
    figure = plots.learning_curves(
        {"loss": [3, 2, 1], "val_loss": [3, 2.5, 2], "accuracy": [0, 0.5, 1], "learning_rate": [1, 1, 1]}
    )
    assert [axis.get_title() for axis in figure.axes] == ["loss", "accuracy"]
    first, second = figure.axes[0].lines
    assert list(first.get_xdata()) == [1, 2, 3]
    assert list(second.get_ydata()) == [3, 2.5, 2]
    assert len(figure.axes[1].lines) == 1


def test_confusion_matrix_has_true_classes_in_rows():
    figure = plots.confusion_matrix([0, 0, 1], [0, 1, 1], ["a", "b"])
    shares = figure.axes[0].images[0].get_array()
    assert np.array_equal(shares, [[0.5, 0.5], [0, 1]])
    assert figure.axes[0].get_ylabel() == "true"
    assert {text.get_text() for text in figure.axes[0].texts} == {"1"}


def test_image_grid_shows_every_picture_and_a_symmetric_scale():
    figure = plots.image_grid(
        np.arange(-3, 2)[:, None, None] * np.ones((5, 4, 4)), titles="abcde", columns=3, symmetric=True
    )
    shown = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in shown] == list("abcde")
    assert {axis.images[0].get_clim() for axis in shown} == {(-3.0, 3.0)}


def test_decision_regions_draw_the_border_where_the_answer_changes():
    x, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([0, 1])
    figure = plots.decision_regions(lambda points: points[:, 0], x, y)
    border = figure.axes[0].collections[1].get_paths()[0].vertices
    assert np.allclose(border[:, 0], 0.5, atol=0.02)


def test_save_makes_plain_file_names(tmp_path):
    paths = plots.save({"surest mistakes/1": plots.bars({1: 2.0}, "x", "y")}, tmp_path / "figures")
    assert [path.name for path in paths] == ["surest-mistakes-1.png"]
    assert paths[0].read_bytes().startswith(b"\x89PNG")
