"""What the segmentation lesson rests on: skips of both kinds of encoder, snapshots, figures of masks, open blanks in a stream."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from matplotlib import pyplot

from whitepaper import models, plots
from whitepaper.course import registry
from whitepaper.datasets import Split
from whitepaper.errors import NotAttempted
from whitepaper.lessons import callbacks, contract
from whitepaper.lessons.hyperparameters import Hyperparameters


@pytest.fixture(scope="module")
def lesson():
    return contract.load_module(registry.solution_path(registry.find("22")[0]), "solutions")


def test_the_named_skips_of_mobilenet_are_the_last_layers_of_their_sizes(lesson):
    network = keras.applications.MobileNetV2(input_shape=(64, 64, 3), alpha=0.35, include_top=False, weights=None)
    assert lesson.skips_of(network) == lesson.SKIPS
    assert [network.get_layer(name).output.shape[1] for name in lesson.SKIPS] == [32, 16, 8, 4, 2]
    last = {layer.output.shape[1]: layer.name for layer in network.layers}
    assert [last[side] for side in (32, 16, 8, 4)] == list(lesson.SKIPS[:4])


def test_a_small_encoder_fits_larger_pictures_with_the_same_weights(lesson):
    encoder, _ = lesson.encoder_with_skips(Hyperparameters({"network": "tiny"}), 64)
    small = models.pretrained("tiny").model
    assert [maps.shape[1:3] for maps in encoder.outputs] == [(64, 64), (32, 32)]
    assert not encoder.trainable_weights
    x = np.random.default_rng(0).uniform(-1, 1, (1, 64, 64, 3)).astype("float32")
    whole = np.asarray(encoder(x)[0])
    part = np.asarray(keras.Model(small.inputs[0], small.get_layer("relu_0").output)(x[:, :32, :32]))
    # Far from the rim both see the same pixels.
    np.testing.assert_allclose(whole[:, :30, :30], part[:, :30, :30], atol=1e-5)


@pytest.mark.parametrize("side", [32, 64])
@pytest.mark.parametrize("head", ["unet", "fcn"])
def test_both_heads_give_scores_for_every_pixel(lesson, head, side):
    data = type("Data", (), {"train": Split(np.zeros((1, side, side, 3), "uint8"), np.zeros((1, side, side), "uint8"))})
    model = lesson.define(data, Hyperparameters({"network": "tiny", "filters": 4, "head": head}))
    assert model.output_shape == (None, side, side, 3)


def test_a_unet_of_five_skips_goes_up_five_times(lesson):
    skips = [keras.Input((side, side, 4)) for side in (32, 16, 8, 4, 2)]
    assert lesson.unet(skips, 64, 4).shape == (None, 64, 64, 3)


def test_snapshots_are_taken_after_the_first_every_few_and_the_last_epoch():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    x = np.ones((4, 2), "float32")
    watch = callbacks.Snapshots(x[:3], every=3)
    model.fit(x, np.zeros((4, 1)), epochs=7, verbose=0, callbacks=[watch])
    assert list(watch.kept) == [1, 3, 6, 7]
    assert watch.kept[7].shape == (3, 1)
    np.testing.assert_allclose(watch.kept[7], model.predict(x[:3], verbose=0), atol=1e-6)
    assert abs(watch.kept[7]).max() < abs(watch.kept[1]).max()


def test_an_open_blank_in_a_stream_stays_one():
    def flip(x, y):
        raise NotAttempted(5)

    with pytest.raises(NotAttempted) as raised:
        Split(np.zeros((4, 2)), np.zeros(4)).batches(2, augment=flip)
    assert raised.value.blank == 5


def test_a_figure_of_masks_shows_every_class_in_its_color():
    masks = np.array([[[0, 1], [2, 2]], [[1, 1], [0, 0]]])
    figure = plots.mask_grid({"picture": np.zeros((2, 2, 2, 3)), "true": masks}, ("a", "b", "c"), ["one", "two"])
    drawn = [axis.images[0] for axis in figure.axes]
    assert len(drawn) == 4
    colors = drawn[1].cmap(drawn[1].norm(drawn[1].get_array()))
    assert len({tuple(color) for color in colors.reshape(-1, 4)}) == 3
    # Also where a class is missing, a number keeps its color.
    other = drawn[3].cmap(drawn[3].norm(drawn[3].get_array()))
    np.testing.assert_array_equal(other[0, 0], colors[0, 1])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b", "c"]
    pyplot.close(figure)
    with pytest.raises(ValueError, match="at most 8"):
        plots.mask_grid({"true": masks}, [str(number) for number in range(9)])


def test_shares_of_a_confusion_are_of_the_true_class():
    figure = plots.confusion_shares([[9, 1], [0, 0]], ("a", "b"))
    assert [text.get_text() for text in figure.axes[0].texts] == ["90.0 %", "10.0 %", "0.0 %", "0.0 %"]
    pyplot.close(figure)
