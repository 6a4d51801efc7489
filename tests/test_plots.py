"""Figures show what they are given."""

import matplotlib
import numpy as np
import pytest

from whitepaper import plots
from whitepaper.plots import charts

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


def test_panels_draw_each_variant_before_the_plain_one():
    plain = {"training": [3, 2], "validation": [3, 2.5]}
    variants = {name: {"training": [3, 1], "validation": [3, 2]} for name in "abcde"}
    figure = plots.panels(variants, "loss", columns=3, behind=plain)
    shown = [axis for axis in figure.axes if axis.lines]
    assert [axis.get_title() for axis in shown] == list("abcde")
    assert [list(line.get_ydata()) for line in shown[4].lines] == [[3, 2], [3, 2.5], [3, 1], [3, 2]]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["training", "validation"]


def test_histograms_share_their_bins_and_count_everything():
    figure = plots.histograms({"a": np.zeros((2, 3)), "b": np.array([-1.0, 1.0])}, "weight")
    first, second = (patch.get_xy() for patch in figure.axes[0].patches)
    assert first[:, 0].min() == second[:, 0].min() == -1
    assert first[:, 1].max() == 6


def test_a_table_shows_every_cell():
    figure = plots.table(["name", "a\nnumber"], [["x", 1], ["y", 0.5]])
    cells = figure.axes[0].tables[0].get_celld()
    assert {place: cell.get_text().get_text() for place, cell in cells.items() if place[0]} == {
        (1, 0): "x",
        (1, 1): "1",
        (2, 0): "y",
        (2, 1): "0.5",
    }


def test_treemaps_fill_the_square_in_proportion():
    sizes = [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0]
    found = charts._squarified(sizes)
    assert [width * height for _, _, width, height in found] == pytest.approx([size / 24 for size in sizes])
    for number, (x, y, width, height) in enumerate(found):
        assert -1e-9 <= x <= x + width <= 1 + 1e-9
        assert -1e-9 <= y <= y + height <= 1 + 1e-9
        for a, b, c, d in found[:number]:
            assert x + width <= a + 1e-9 or a + c <= x + 1e-9 or y + height <= b + 1e-9 or b + d <= y + 1e-9
    figure = plots.treemaps({"before": {"the": 50, "a": 30}, "after": {"book": 9}})
    assert [len(axis.patches) for axis in figure.axes] == [2, 1]


def test_signed_bars_tell_sides_by_color():
    figure = plots.signed_bars({"a": -1.0, "b": 2.0}, "log ratio")
    first, second = figure.axes[0].patches
    assert first.get_facecolor() != second.get_facecolor()


def test_roc_curves_name_their_areas():
    true = [0, 0, 1, 1]
    figure = plots.roc_curves({"right": (true, [0.1, 0.2, 0.8, 0.9]), "coin": (true, [0.5] * 4)})
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == [
        "right, area 1.000",
        "coin, area 0.500",
    ]


def test_bars_have_errors_a_line_and_room_for_long_names():
    values = {f"a rather long name {number}": 1.0 for number in range(5)}
    figure = plots.bars(values, "x", "y", errors=[0.1] * 5, line=("baseline", 0.5))
    (axis,) = figure.axes
    assert axis.get_legend().get_texts()[0].get_text() == "baseline"
    assert {label.get_rotation() for label in axis.get_xticklabels()} == {30.0}


def test_a_logarithmic_axis_has_plain_numbers():
    figure = plots.comparison({"a": [20.0, 3.0, 0.2]}, "loss", log=True)
    figure.canvas.draw()
    assert "10" in [label.get_text() for label in figure.axes[0].get_yticklabels()]


def test_labeled_points_and_matrix_show_every_name():
    names = ["king", "queen", "man"]
    points = plots.labeled_points([[0, 0], [1, 1], [2, 0]], names)
    assert [text.get_text() for text in points.axes[0].texts] == names
    points = plots.labeled_points([[0, 0], [1, 1], [0, 0]], names)
    assert [text.get_text() for text in points.axes[0].texts] == ["king, man", "queen"]
    figure = plots.matrix([[1, 0.5, 0], [0.5, 1, 0], [0, 0, 1]], names, "cosine")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == names


def test_a_table_may_have_wider_columns():
    figure = plots.table(["word", "nearest words"], [["film", "actor, actress"]], widths=(1, 3))
    cells = figure.axes[0].tables[0].get_celld()
    assert cells[0, 1].get_width() == pytest.approx(3 * cells[0, 0].get_width())


def test_pictures_show_signs_by_color_and_numbers_where_asked():
    figure = plots.pictures({"photo": np.full((4, 6), 0.5), "edges": [[-2.0, 0.0], [1.0, 2.0]]}, numbers=True)
    gray, signed = (axis.images[0] for axis in figure.axes)
    assert (gray.get_cmap().name, gray.get_clim()) == ("gray", (0, 1))
    assert (signed.get_cmap().name, signed.get_clim()) == ("RdBu_r", (-2, 2))
    assert [text.get_text() for text in figure.axes[1].texts] == ["-2", "0", "1", "2"]
    grid = plots.pictures({str(number): np.ones((2, 2, 3)) for number in range(5)}, columns=3)
    assert len(grid.axes) == 6
    assert not grid.axes[5].axison


def test_heat_maps_name_rows_and_columns_and_share_one_scale():
    figure = plots.heat_maps(
        {"a": (np.eye(3), list("abc"), list("abc")), "b": (np.full((2, 3), 0.5), list("xy"), list("abc"))}, "from", "to"
    )
    left, right = figure.axes[:2]
    assert [label.get_text() for label in right.get_yticklabels()] == ["x", "y"]
    assert [label.get_text() for label in right.get_xticklabels()] == ["a", "b", "c"]
    assert left.images[0].get_clim() == right.images[0].get_clim() == (0, 1)
    assert (left.get_ylabel(), left.get_xlabel(), left.get_title()) == ("from", "to", "a")


def test_bar_panels_share_their_scale_and_pages_show_every_text():
    figure = plots.bar_panels(
        {"T = 1": {"a": 0.5, "space": 0.2}, "T = 2": {"a": 0.4, "space": 0.3}}, "probability", "What?"
    )
    assert [len(axis.patches) for axis in figure.axes] == [2, 2]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    texts = {
        "epoch 1": {"cold": "the same the same", "hot": "a $ and\na $"},
        "epoch 2": {"cold": "", "hot": "word " * 40},
    }
    figure = plots.pages(texts, width=20, title="written")
    assert [axis.get_title() for axis in figure.axes] == ["cold", "hot", "", ""]
    shown = [axis.texts[0].get_text() for axis in figure.axes]
    assert shown[:3] == ["the same the same", r"a \$ and a \$", ""]
    assert max(map(len, shown[3].splitlines())) <= 20
    figure.canvas.draw()


def test_whole_numbers_across_have_whole_ticks():
    figure = plots.functions(range(4), {"mean": [0.1, 0.2, 0.3, 0.4]}, "poolings")
    figure.canvas.draw()
    assert all(tick == round(tick) for tick in figure.axes[0].get_xticks())


def test_phases_stand_behind_each_other_with_a_line_between_them():
    figure = plots.phases(
        {"head": ([0.1, 0.2], [0.1, 0.3]), "all": ([0.4], [0.5])}, "accuracy", {"new": [0.1, 0.1, 0.2]}
    )
    (axis,) = figure.axes
    assert [text.get_text() for text in axis.texts] == ["head", "all"]
    assert [label.get_text() for label in axis.get_legend().get_texts()] == ["new", "training", "validation"]
    border = [line for line in axis.lines if list(line.get_xdata()) == [2.5, 2.5]]
    assert len(border) == 1
    assert [list(line.get_xdata()) for line in axis.lines if list(line.get_ydata()) == [0.5]] == [[3]]


def test_picture_rows_share_one_scale_and_name_their_rows():
    rows = {"first": np.zeros((3, 4, 4)), "second": np.full((3, 4, 4, 1), 0.5)}
    figure = plots.picture_rows(rows, titles="abc", title="t")
    assert {axis.images[0].get_clim() for axis in figure.axes} == {(0, 1)}
    assert [axis.get_ylabel() for axis in figure.axes] == ["first", "", "", "second", "", ""]
    assert [axis.get_title() for axis in figure.axes[:3]] == list("abc")


def test_point_panels_color_every_class_on_every_map():
    points, labels = np.arange(12.0).reshape(6, 2), np.array([0, 0, 1, 1, 1, 2])
    figure = plots.point_panels({"one": points, "two": -points}, labels, ["a", "b", "c"])
    assert [len(group.get_offsets()) for group in figure.axes[1].collections] == [2, 3, 1]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b", "c"]


def test_reconstructions_shade_what_lies_between():
    figure = plots.reconstructions({"beat": (np.zeros(5), np.ones(5))}, "sample", "voltage")
    (axis,) = figure.axes
    vertices = axis.collections[0].get_paths()[0].vertices
    assert (vertices[:, 1].min(), vertices[:, 1].max()) == (0, 1)
    assert axis.get_ylabel() == "voltage"


def test_a_line_stands_in_histograms_and_functions():
    histogram = plots.histograms({"a": np.arange(9.0)}, "x", log=False, line=("threshold", 3.5))
    curve = plots.functions([0, 1, 2], {"f": [1, 2, 3]}, line=("threshold", 3.5))
    for figure in (histogram, curve):
        lines = [line for line in figure.axes[0].lines if line.get_label() == "threshold"]
        assert list(lines[0].get_xdata()) == [3.5, 3.5]
    assert histogram.axes[0].get_yscale() == "linear"
