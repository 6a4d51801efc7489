"""Encoders that have learned before: ImageNet's from published weights, or a small one that learns from made shapes."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import inspect
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from whitepaper.files import cache, downloads, sources

if TYPE_CHECKING:
    import keras

_SERVER = "https://storage.googleapis.com/tensorflow/keras-applications"
_TAIL = "weights_tf_dim_ordering_tf_kernels"
# Widths and picture sizes for which MobileNetV2's weights were published, the widest first.
_WIDTHS = (1.0, 0.75, 0.5, 0.35)
_SIZES = (96, 128, 160, 192, 224)


@dataclass(frozen=True)
class Published:
    """A network of keras.applications.

    Attributes:
        module: where it lies. folder: on the server. file: its weights without top; {alpha} and {size} are filled in.
        md5: of the file, "" where none was published. first: name of the last block's first layer.
        least: how small a picture's sides may be.
    """

    module: str
    folder: str
    file: str
    md5: str
    first: str
    least: int = 32


PUBLISHED = {
    "MobileNetV2": Published(
        "mobilenet_v2", "mobilenet_v2", f"mobilenet_v2_{_TAIL}_{{alpha}}_{{size}}_no_top.h5", "", "block_13_expand"
    ),
    # Before ResNet50: it has a layer of the name of ResNet50's first one as well.
    "DenseNet121": Published(
        "densenet", "densenet", f"densenet121_{_TAIL}_notop.h5", "30ee3e1110167f948a6b9946edeeb738", "pool4_pool"
    ),
    "ResNet50": Published(
        "resnet", "resnet", f"resnet50_{_TAIL}_notop.h5", "4d473c1dd8becc155b73f8504c6f6626", "conv5_block1_1_conv"
    ),
    "VGG16": Published("vgg16", "vgg16", f"vgg16_{_TAIL}_notop.h5", "6d6bbae143d832006294945121d1f1fc", "block5_conv1"),
}


@dataclass(frozen=True)
class Recipe:
    """How a small encoder learns; a change of anything here makes another encoder.

    Attributes:
        filters: of its first block; each further block has twice as many, at half the size. blocks: how many.
        examples, epochs, batch_size, rate, seed: of its training on `standin_pretext`.
    """

    filters: int = 24
    blocks: int = 4
    examples: int = 12_000
    epochs: int = 6
    batch_size: int = 64
    rate: float = 2e-3
    seed: int = 0

    @property
    def name(self) -> str:
        """A folder name of the cache that no other recipe, and no other pretext, has."""
        from whitepaper.models import pretext

        x, y = pretext.pretext(self.seed, 2 * len(pretext.NAMES))
        parts = [repr(dataclasses.astuple(self)), inspect.getsource(_small), inspect.getsource(_learn)]
        parts.append(sources.content_hash({"x": x, "y": y}))
        return f"encoder-{hashlib.sha256(''.join(parts).encode()).hexdigest()[:16]}"


SMALL = {"shapes": Recipe(), "tiny": Recipe(filters=4, blocks=2, examples=320, epochs=1)}
NAMES = (*PUBLISHED, *SMALL)
_learned: dict[str, list[np.ndarray]] = {}


@dataclass(frozen=True)
class Encoder:
    """A network without its top.

    Attributes:
        model: preprocessed pictures (batch, height, width, 3) → maps (batch, rows, columns, channels); named "encoder".
        preprocess: pixels from 0 to 255 → what the model was trained on; gives new numbers, arrays or tensors.
        name: of the network. weights: "imagenet" or "shapes".
    """

    model: keras.Model
    preprocess: Callable[[Any], Any]
    name: str
    weights: str


def pretrained(
    name: str, input_shape: Sequence[int] = (96, 96, 3), alpha: float | None = None, data: str | None = None
) -> Encoder:
    """A trained encoder, all of whose layers can still be trained.

    ImageNet's weights come from `weights` in the course's cache, from Keras's folder ($KERAS_HOME/models, else
    ~/.keras/models), from `weights` in the originals folder, or by download into the course's cache. A file that does not
    hold them is named and passed over. Where none of these has them, one line says so, and the small encoder "shapes" takes
    their place: four convolutions that learned to tell 32 kinds of made pictures apart, none of them a class of a
    lesson, within a minute, once; it stays in the course's cache.

    Args:
        name: MobileNetV2, ResNet50, VGG16, DenseNet121, or "shapes", or "tiny" (for checks: a few numbers, in seconds).
        input_shape: of a picture, (height, width, 3). The small encoders take 32 × 32 whatever stands here.
        alpha: width of MobileNetV2; None takes the widest that is at hand, or downloads width 1.
        data: as for loaders; with "stand-in" only small encoders are given: nothing is looked for or waited for.

    Raises:
        ValueError: an unknown name, or a shape that the network cannot take.
        DataError: DATA=real, and the weights are not to be had.
    """
    if name not in NAMES:
        raise ValueError(f"name is one of {', '.join(NAMES)}. Received: {name!r}.")
    if name in SMALL:
        return small_encoder(name)
    shape, network = tuple(input_shape), PUBLISHED[name]
    if len(shape) != 3 or shape[2] != 3 or min(shape[:2]) < network.least:
        raise ValueError(f"{name} takes pictures of (32, 32, 3) and larger. Received: {shape}.")
    word = sources.wanted(data)
    if word == "stand-in":
        return small_encoder("shapes")
    encoder, reasons = _of_imagenet(name, shape, alpha)
    if encoder is not None:
        return encoder
    told = f"{name}: no ImageNet weights ({'; '.join(reasons)})"
    if word == "real":
        hint = f"put the file into {own_folder()}, or connect to the internet, or choose DATA=auto"
        raise sources.DataError(f"DATA=real: {told}.", hint)
    sources.say(f"{told}; a small encoder takes its place, trained on made shapes")
    return small_encoder("shapes")


def last_block(encoder: keras.Model) -> list[keras.layers.Layer]:
    """The layers of an encoder's last block: all that work at its lowest resolution (VGG16's block5, ResNet50's conv5).

    Raises:
        ValueError: a model that is not one of this module's encoders.
    """
    names = [layer.name for layer in encoder.layers]
    for first in (*(network.first for network in PUBLISHED.values()), "last_convolution"):
        if first in names:
            return list(encoder.layers[names.index(first) :])
    raise ValueError(f"expected an encoder of whitepaper.models.pretrained. Received: {encoder.name}.")


# --- ImageNet's weights --------------------------------------------------------------------------------------------


def own_folder() -> Path:
    """The folder in which the course keeps published weights; a file there was verified before it got its name."""
    return cache.folder() / "weights"


def _folders() -> list[Path]:
    """Where files of weights may be, the course's own folder first; Keras's and the originals are only read."""
    home, originals = os.environ.get("KERAS_HOME"), os.environ.get("WHITEPAPER_ORIGINALS")
    keras_models = (Path(home).expanduser() if home else Path(os.path.expanduser("~")) / ".keras") / "models"
    return [own_folder(), keras_models, *([Path(originals).expanduser() / "weights"] if originals else [])]


def _file(name: str, shape: tuple[int, ...], alpha: float) -> str:
    side = shape[0] if shape[0] == shape[1] and shape[0] in _SIZES else 224
    return PUBLISHED[name].file.format(alpha=float(alpha), size=side)


def _of_imagenet(name: str, shape: tuple[int, ...], alpha: float | None) -> tuple[Encoder | None, list[str]]:
    """The encoder with the first file that holds its weights; None, and why, where there is none."""
    widths = (alpha,) if alpha else _WIDTHS if name == "MobileNetV2" else (1.0,)
    reasons: list[str] = []
    for width in widths:
        # Weights learned at another picture size serve as well: convolutions do not know how large a picture is.
        for file in dict.fromkeys((_file(name, shape, width), _file(name, (224, 224, 3), width))):
            for path in (folder / file for folder in _folders()):
                if not path.is_file():
                    continue
                encoder, problem = _read(name, shape, width, path)
                if encoder is not None:
                    for reason in reasons:
                        sources.say(f"{name}: {reason}; {path} takes its place")
                    return encoder, []
                reasons.append(problem)
    try:
        return _download(name, shape, widths[0]), []
    except downloads.FetchError as error:
        return None, [*(reasons or [f"none in {' or '.join(map(str, _folders()))}"]), str(error)]


def _read(name: str, shape: tuple[int, ...], alpha: float, path: Path) -> tuple[Encoder | None, str]:
    """The encoder with the weights of a file; None, and why, where the file does not hold them."""
    expected = PUBLISHED[name].md5
    try:
        if expected:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "md5").hexdigest() != expected:
                    return None, f"{path} is damaged or another file: its MD5 is not the published one"
        return _published(name, shape, alpha, path), ""
    except (OSError, ValueError, KeyError) as error:
        return None, f"{path} does not hold its weights ({type(error).__name__})"


def _download(name: str, shape: tuple[int, ...], alpha: float) -> Encoder:
    """Fetch weights and read them; only a file that holds them gets its name in the course's folder.

    Raises:
        FetchError: as of `downloads.download`, at once where there is no network; or the file does not hold the weights.
    """
    file = _file(name, shape, alpha)
    published = downloads.Published(file, f"{_SERVER}/{PUBLISHED[name].folder}/{file}")
    with downloads.folder("weights") as unverified:
        path = downloads.download(published, "weights", unverified, sources.say)
        encoder, problem = _read(name, shape, alpha, path)
        if encoder is None:
            path.unlink(missing_ok=True)
            raise downloads.FetchError(f"{problem}; removed")
        # A cache that cannot be written costs another download; another process may have put the same file there.
        with contextlib.suppress(OSError):
            own_folder().mkdir(parents=True, exist_ok=True)
            os.replace(path, own_folder() / file)
    return encoder


def _published(name: str, shape: tuple[int, ...], alpha: float, path: Path | None) -> Encoder:
    """A network of keras.applications without top, with the weights of a file, or new ones.

    Raises:
        OSError, ValueError, KeyError: the file holds something else.
    """
    import keras

    module = getattr(keras.applications, PUBLISHED[name].module)
    more = {"alpha": alpha} if name == "MobileNetV2" else {}
    made = getattr(module, name)(include_top=False, weights=None, input_shape=shape, **more)
    if path is not None:
        made.load_weights(path)
    model = keras.Model(made.inputs[0], made.outputs[0], name="encoder")

    def preprocess(pixels: Any) -> Any:
        # Keras's function changes arrays of floats in their place.
        return module.preprocess_input(pixels.copy() if isinstance(pixels, np.ndarray) else pixels)

    return Encoder(model, preprocess, name, "imagenet")


# --- The small encoder ---------------------------------------------------------------------------------------------


def small_encoder(name: str = "shapes") -> Encoder:
    """The small encoder of that name in `SMALL`: from this process, from the cache, or learned now and kept there."""
    recipe = SMALL[name]
    key = recipe.name
    model = _small(recipe)
    if key not in _learned:
        kept = cache.read(key)
        if isinstance(kept, cache.Kept) and len(kept.arrays) == len(model.weights):
            _learned[key] = [np.array(kept.arrays[number]) for number in sorted(kept.arrays)]
        else:
            if name == "shapes":
                sources.say("Small encoder: learns 32 kinds of made shapes, once, for about a minute")
            _learn(model, recipe)
            _learned[key] = model.get_weights()
            arrays = {f"{number:03}": array for number, array in enumerate(_learned[key])}
            if problem := cache.write(key, arrays, {"content": key, "title": "small encoder, trained on made shapes"}):
                sources.say(f"Small encoder: not kept in the cache: {problem}")
    model.set_weights(_learned[key])
    return Encoder(model, lambda pixels: pixels / 127.5 - 1, name, "shapes")


def _small(recipe: Recipe) -> keras.Model:
    """Convolution, batch norm, relu, pooling, as often as the recipe says; the last block does not pool."""
    import keras

    pixels = keras.Input((32, 32, 3))
    maps = pixels
    for block in range(recipe.blocks):
        last = block == recipe.blocks - 1
        convolution = keras.layers.Conv2D(
            recipe.filters * 2**block, 3, padding="same", use_bias=False,
            # Of its own seed: what a lesson draws after this does not depend on it.
            kernel_initializer=keras.initializers.HeNormal(seed=recipe.seed + block),
            name="last_convolution" if last else f"convolution_{block}",
        )  # fmt: skip
        maps = convolution(maps)
        maps = keras.layers.BatchNormalization(momentum=0.9, name=f"norm_{block}")(maps)
        maps = keras.layers.ReLU(name=f"relu_{block}")(maps)
        if not last:
            maps = keras.layers.MaxPooling2D(name=f"pool_{block}")(maps)
    return keras.Model(pixels, maps, name="encoder")


def _learn(encoder: keras.Model, recipe: Recipe) -> None:
    """Train an encoder, under a head that is thrown away, to tell the kinds of `standin_pretext` apart."""
    import keras

    from whitepaper.models import pretext

    x, y = pretext.pretext(recipe.seed, recipe.examples)
    seed = keras.initializers.GlorotUniform(seed=recipe.seed)
    head = keras.layers.Dense(len(pretext.NAMES), activation="softmax", kernel_initializer=seed)
    learner = keras.Sequential([encoder, keras.layers.GlobalAveragePooling2D(), head])
    steps = -(-recipe.examples // recipe.batch_size) * recipe.epochs
    falling = keras.optimizers.schedules.CosineDecay(recipe.rate, steps)
    learner.compile(
        optimizer=keras.optimizers.Adam(falling), loss="sparse_categorical_crossentropy", steps_per_execution=8
    )
    order = np.random.default_rng(recipe.seed)
    for _ in range(recipe.epochs):
        rows = order.permutation(len(x))
        pixels = x[rows].astype("float32") / 127.5 - 1
        learner.fit(pixels, y[rows], batch_size=recipe.batch_size, epochs=1, shuffle=False, verbose=0)
