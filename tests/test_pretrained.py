"""Encoders that have learned before: where their weights come from, and what happens where there are none."""

from __future__ import annotations

import functools
import http.server
import importlib
import inspect
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from whitepaper import datasets, models
from whitepaper.files import cache, downloads, sources

pretrained = importlib.import_module("whitepaper.models.pretrained")
NARROW = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5"
SHAPE = (96, 96, 3)


@pytest.fixture(autouse=True)
def small_world(tmp_path, monkeypatch):
    """A Keras folder of its own, a small encoder that learns in a second, and the lines that were said."""
    said = []
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(pretrained, "_learned", {})
    monkeypatch.setitem(pretrained.SMALL, "shapes", pretrained.SMALL["tiny"])
    monkeypatch.setattr(sources, "say", said.append)
    return said


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A folder that is served on loopback as the mirror's `weights`."""
    folder = tmp_path / "mirror" / "weights"
    folder.mkdir(parents=True)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder.parent))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("WHITEPAPER_MIRROR", f"http://127.0.0.1:{server.server_port}")
    yield folder
    server.shutdown()
    server.server_close()


def narrow(path: Path) -> list[np.ndarray]:
    """Write weights of a narrow MobileNetV2 as they are published, and give them."""
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format

    network = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=SHAPE, alpha=0.35)
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, network)
    return network.get_weights()


def equal(left, right):
    return len(left) == len(right) and all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize(("name", "shape"), [("AlexNet", SHAPE), ("VGG16", (16, 16, 3)), ("VGG16", (96, 96, 1))])
def test_what_cannot_be_given_is_named(name, shape):
    with pytest.raises(ValueError, match="Received: "):
        models.pretrained(name, shape)


def test_stand_in_waits_for_nothing(monkeypatch, small_world):
    def forbidden(*_):
        raise AssertionError("looked for a network")

    monkeypatch.setattr(downloads, "reachable", forbidden)
    encoder = models.pretrained("ResNet50", SHAPE, data="stand-in")
    assert (encoder.weights, encoder.model.name, encoder.model.input_shape) == ("shapes", "encoder", (None, 32, 32, 3))


def test_offline_one_line_says_so_and_the_small_encoder_takes_the_place(small_world):
    models.pretrained("shapes")  # its own line is not counted
    small_world.clear()
    began = time.perf_counter()
    encoder = models.pretrained("MobileNetV2", SHAPE, data="auto")
    assert time.perf_counter() - began < 10
    assert encoder.weights == "shapes"
    (line,) = small_world
    assert line.startswith("MobileNetV2: no ImageNet weights (none in ")
    assert "no network" in line
    assert "\n" not in line


def test_real_is_refused_where_there_are_no_weights():
    with pytest.raises(datasets.DataError, match="DATA=real: VGG16: no ImageNet weights"):
        models.pretrained("VGG16", SHAPE, data="real")


def test_weights_of_the_cache_and_the_widest_that_is_at_hand(tmp_path):
    expected = narrow(tmp_path / "keras" / "models" / NARROW)
    encoder = models.pretrained("MobileNetV2", SHAPE)
    assert (encoder.weights, encoder.name) == ("imagenet", "MobileNetV2")
    assert equal(encoder.model.get_weights(), expected)
    pixels = np.full((1, *SHAPE), 255.0, dtype="float32")
    assert encoder.preprocess(pixels).max() == 1
    assert pixels.max() == 255  # Keras's own function would have changed it


def test_a_download_goes_into_the_courses_own_folder(mirror, tmp_path):
    expected = narrow(mirror / NARROW.replace("_224", "_96"))
    encoder = models.pretrained("MobileNetV2", SHAPE, alpha=0.35)
    assert encoder.weights == "imagenet"
    assert equal(encoder.model.get_weights(), expected)
    assert [path.name for path in pretrained.own_folder().glob("*.h5")] == [NARROW.replace("_224", "_96")]
    assert not (tmp_path / "keras" / "models").exists()
    shutil.rmtree(mirror)
    assert models.pretrained("MobileNetV2", SHAPE, alpha=0.35).weights == "imagenet"  # without a second download


def test_another_file_is_removed_and_named(mirror, tmp_path, small_world):
    file = pretrained.PUBLISHED["VGG16"].file
    (mirror / file).write_bytes(b"not what was published")
    assert models.pretrained("VGG16", SHAPE).weights == "shapes"
    assert any("its MD5 is not the published one" in line for line in small_world)
    assert not list(cache.folder().rglob("*.h5"))
    assert not (tmp_path / "keras" / "models").exists()


def test_a_login_page_in_place_of_weights_without_a_published_hash_gets_no_name(mirror, small_world):
    file = NARROW.replace("_224", "_96")
    (mirror / file).write_text("<html>Please log in</html>", encoding="utf-8")
    assert models.pretrained("MobileNetV2", SHAPE, alpha=0.35).weights == "shapes"
    assert any(file in line and "no ImageNet weights" in line for line in small_world)
    assert not list(cache.folder().rglob("*.h5"))
    expected = narrow(mirror / file)
    assert equal(models.pretrained("MobileNetV2", SHAPE, alpha=0.35).model.get_weights(), expected)


@pytest.mark.parametrize("damage", ["truncated", "login page"])
def test_each_candidate_is_tried_and_the_damaged_one_is_named(tmp_path, monkeypatch, small_world, damage):
    monkeypatch.setenv("WHITEPAPER_ORIGINALS", str(tmp_path / "originals"))
    expected = narrow(tmp_path / "originals" / "weights" / NARROW)
    bad = tmp_path / "keras" / "models" / NARROW
    bad.parent.mkdir(parents=True)
    body = (tmp_path / "originals" / "weights" / NARROW).read_bytes()
    bad.write_bytes(body[: len(body) // 2] if damage == "truncated" else b"<html>Please log in</html>")
    encoder = models.pretrained("MobileNetV2", SHAPE)
    assert encoder.weights == "imagenet"
    assert equal(encoder.model.get_weights(), expected)
    (line,) = small_world
    assert line.startswith(f"MobileNetV2: {bad} does not hold its weights (")
    assert bad.exists()  # Keras's folder is Keras's


def test_a_damaged_file_is_named(tmp_path, small_world):
    place = tmp_path / "keras" / "models" / NARROW
    place.parent.mkdir(parents=True)
    place.write_bytes(b"cut off")
    assert models.pretrained("MobileNetV2", SHAPE).weights == "shapes"
    assert any(f"{NARROW} does not hold its weights" in line for line in small_world)


def test_the_small_encoder_learns_once(monkeypatch):
    first = pretrained.small_encoder("tiny").model.get_weights()
    pretrained._learned.clear()
    monkeypatch.setattr(pretrained, "_learn", lambda *_: pytest.fail("it learned again"))
    # The name holds the source of _learn, which is another one now.
    monkeypatch.setattr(pretrained.Recipe, "name", next(path.name for path in cache.folder().glob("encoder-*")))
    assert equal(pretrained.small_encoder("tiny").model.get_weights(), first)


def test_the_same_recipe_makes_the_same_encoder_and_a_damaged_cache_does_no_harm():
    first = pretrained.small_encoder("tiny").model.get_weights()
    for path in cache.folder().glob("encoder-*/000.npy"):
        path.write_bytes(b"")
    pretrained._learned.clear()
    again = pretrained.small_encoder("tiny").model.get_weights()
    assert all(np.allclose(a, b, atol=1e-4) for a, b in zip(first, again, strict=True))


def test_another_recipe_has_another_name():
    assert pretrained.Recipe().name != pretrained.Recipe(seed=1).name


def test_the_pretext_shares_no_class_with_the_lesson():
    from whitepaper.datasets.standins import cifar10 as standin_cifar10
    from whitepaper.models import pretext

    x, y = pretext.pretext(0, 128)
    assert (x.shape, x.dtype) == ((128, 32, 32, 3), np.uint8)
    assert np.bincount(y).tolist() == [4] * 32
    assert not set(pretext.SHAPES) & set(standin_cifar10.SHAPES)
    assert not set(pretext.TEXTURES) & set(standin_cifar10.TEXTURES)


def test_files_and_hashes_are_keras_own():
    for name, network in pretrained.PUBLISHED.items():
        source = inspect.getsource(importlib.import_module(f"keras.src.applications.{network.module}"))
        assert network.md5 in source, name
        assert f"applications/{network.folder}/" in source, name


@pytest.mark.parametrize(("name", "layers"), [("MobileNetV2", 26), ("VGG16", 3), ("ResNet50", 20), ("DenseNet121", 65)])
def test_the_last_block_is_all_at_the_lowest_resolution(name, layers):
    encoder = pretrained._published(name, (64, 64, 3), 0.35, None)
    block = models.last_block(encoder.model)
    assert block[-1] is encoder.model.layers[-1]
    assert block[-1].output.shape[1] == 2
    before = encoder.model.layers[encoder.model.layers.index(block[0]) - 1]
    assert before.output.shape[1] == 4
    assert sum(bool(layer.weights) for layer in block) == layers


def test_last_block_of_another_model():
    with pytest.raises(ValueError, match="Received: "):
        models.last_block(models.dense_network((4,), (3,), 2))


@pytest.mark.real_data
def test_published_weights_know_pictures(originals, tmp_path):
    """Features of ImageNet's weights tell CIFAR's classes apart by their class means alone."""
    import keras

    published = originals / "weights" / NARROW
    if not published.is_file():
        pytest.skip(f"no {NARROW} in the folder of published data")
    place = tmp_path / "keras" / "models"
    place.mkdir(parents=True)
    shutil.copy2(published, place)
    encoder = models.pretrained("MobileNetV2", SHAPE)
    assert encoder.weights == "imagenet"
    data = datasets.load_cifar10(examples=400)
    if data.source != "real":
        pytest.skip("no CIFAR-10 in the folder of published data")

    def features(x):
        large = keras.ops.image.resize(x.astype("float32"), SHAPE[:2])
        return np.asarray(encoder.model(encoder.preprocess(large))).mean(axis=(1, 2))

    known, asked = features(data.train.x), features(data.test.x[:150])
    means = np.stack([known[data.train.y == label].mean(axis=0) for label in range(10)])
    nearest = np.linalg.norm(asked[:, None] - means, axis=-1).argmin(axis=1)
    assert np.mean(nearest == data.test.y[:150]) > 0.4
