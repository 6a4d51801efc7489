"""Networks that train each other: the model that holds them, and two layers of image-to-image networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf
from keras import ops

from whitepaper.models import arguments


@keras.saving.register_keras_serializable("whitepaper")
class InstanceNormalization(keras.layers.GroupNormalization):
    """Each channel of each image by itself: y = gamma · (x − mean) / √(variance + epsilon) + beta.

    Mean and variance are taken over the places of one image, in training and afterwards alike, so neither the batch nor
    its size matters (Ulyanov, Vedaldi, Lempitsky 2016, "Instance Normalization: The Missing Ingredient for Fast Stylization").
    It is Keras's group normalization with one group for each channel, which takes its statistics in float32.

    Args:
        epsilon: added to the variance, above 0. options: as of Keras's layer, without `groups`.

    Input and output: (batch, height, width, channels).

    Raises:
        ValueError: epsilon is not above 0, or the input is no batch of images with a known number of channels.
    """

    def __init__(self, epsilon: float = 1e-5, **options: Any) -> None:
        super().__init__(groups=-1, epsilon=arguments.number("epsilon", epsilon, above=0), **options)

    def build(self, input_shape: Any) -> None:
        _images(input_shape)
        if input_shape[-1] is None:
            raise ValueError(f"expected a known number of channels. Received: shape {tuple(input_shape)}.")
        super().build(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {name: value for name, value in super().get_config().items() if name != "groups"}


@keras.saving.register_keras_serializable("whitepaper")
class ReflectionPadding2D(keras.layers.Layer):
    """Adds rows and columns that mirror the image at its edges, which are not doubled: cba|abcd becomes c b|a b c d|c b.

    In place of zeros, whose dark frame a network would learn with the image (Zhu, Park, Isola, Efros 2017, section 7.1).

    Args:
        padding: rows and columns on each side, 0 or more, fewer than the image has.

    Input: (batch, height, width, channels). Output: (batch, height + 2 · padding, width + 2 · padding, channels).

    Raises:
        ValueError: a padding that is no whole number, is below 0, or is as large as the image.
    """

    def __init__(self, padding: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.padding = arguments.whole("padding", padding, least=0)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        _images(input_shape)
        batch, height, width, channels = input_shape
        if any(side is not None and side <= self.padding for side in (height, width)):
            raise ValueError(f"expected images of more than {self.padding} pixels. Received: {height} × {width}.")
        larger = [None if side is None else side + 2 * self.padding for side in (height, width)]
        return (batch, *larger, channels)

    def call(self, x: Any) -> Any:
        self.compute_output_shape(x.shape)
        return ops.pad(x, ((0, 0), (self.padding,) * 2, (self.padding,) * 2, (0, 0)), mode="reflect")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding}


def _images(shape: Any) -> None:
    if len(shape) != 4:
        raise ValueError(f"expected images (batch, height, width, channels). Received: shape {tuple(shape)}.")


class AdversarialModel(keras.Model):
    """Networks that train each other, each with an optimizer of its own; a lesson's class adds the networks and `train_step`.

    A class of a lesson names its networks (attributes that its constructor makes, built) and the losses that it reports::

        class Gan(AdversarialModel):
            networks = ("generator", "discriminator")
            reported = ("g_loss", "d_loss")

    It is compiled with an optimizer for each network, `model.compile(generator=Adam(1e-4), discriminator=Adam(1e-4))`, which
    `train_step` finds as `self.generator_optimizer` and `self.discriminator_optimizer`. They are saved, backed up and loaded
    with the model, and built at once, as tf.distribute needs it. `model.optimizer` is that of the first network: a new
    `model.optimizer.learning_rate` changes the rates of the other networks by the same factor when training goes on, but not
    a rate that was set for a network by itself, nor one that follows a schedule.

    In 16 bits what the networks give is float32 (see `made`). The losses are not scaled: prefer "mixed_bfloat16", whose
    gradients do not vanish, to "mixed_float16".
    """

    networks: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._trackers = [keras.metrics.Mean(name=name) for name in self.reported]
        # The networks are built by themselves; Keras need not try the whole on a batch.
        self.built = True

    def compile(self, *unnamed: Any, steps_per_execution: int = 1, jit_compile: Any = "auto", run_eagerly: bool = False,
                **optimizers: Any) -> None:  # fmt: skip
        """Give each network its optimizer.

        Args:
            optimizers: one by the name of each network; an object, a name or a configuration.

        Raises:
            ValueError: other names than those of the networks, or one object for two of them.
        """
        if not self.networks:
            raise ValueError(f"{type(self).__name__} must name its networks: networks = (…). Received: none of them.")
        if unnamed or sorted(optimizers) != sorted(self.networks):
            expected = ", ".join(f"{name}=…" for name in self.networks)
            received = ", ".join([*map(repr, unnamed), *optimizers])
            raise ValueError(f"compile takes {expected}. Received: {received or 'none of them'}.")
        made = {name: keras.optimizers.get(optimizers[name]) for name in self.networks}
        if len({id(optimizer) for optimizer in made.values()}) < len(made):
            raise ValueError("each network needs an optimizer of its own. Received: one object for several.")
        for name, optimizer in made.items():
            setattr(self, f"{name}_optimizer", optimizer)
            optimizer.build(getattr(self, name).trainable_variables)
        self._settings = {
            "steps_per_execution": steps_per_execution,
            "jit_compile": jit_compile,
            "run_eagerly": run_eagerly,
        }
        # Keras would scale the loss of the first network alone.
        super().compile(optimizer=made[self.networks[0]], auto_scale_loss=False, **self._settings)
        self._rates = self._settable_rates()
        first = self._rates.get(self.networks[0])
        self._ratios = {name: rate / first for name, rate in self._rates.items() if first}

    @property
    def optimizer(self) -> Any:
        """The optimizer of the first network; None before `compile`."""
        return getattr(self, f"{self.networks[0]}_optimizer", None) if self.networks else None

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        if value is not self.optimizer:
            names = ", ".join(f"{name}=…" for name in self.networks)
            raise ValueError(
                f"each network has an optimizer of its own: compile({names}). Received: optimizer = {value!r}."
            )

    def _settable_rates(self) -> dict[str, float]:
        """The learning rate of each network whose optimizer follows no schedule."""
        found = {name: getattr(self, f"{name}_optimizer").learning_rate for name in self.networks}
        return {
            name: float(ops.convert_to_numpy(rate)) for name, rate in found.items() if isinstance(rate, keras.Variable)
        }

    def _hand_rates_on(self) -> None:
        """Change the other networks' rates as that of the first one was changed since the last time."""
        rates, first = self._settable_rates(), self.networks[0]
        for name in rates.keys() - {first} if first in rates else ():
            if rates[name] != self._rates.get(name):  # set for this network by itself
                if rates[first]:
                    self._ratios[name] = rates[name] / rates[first]
            elif rates[first] != self._rates.get(first) and name in self._ratios:
                getattr(self, f"{name}_optimizer").learning_rate = rates[first] * self._ratios[name]
        self._rates = self._settable_rates()

    def get_compile_config(self) -> dict[str, Any]:
        """The configuration of each network's optimizer by name, and how steps are run."""
        if not self.compiled:
            return {}
        named = {name: keras.optimizers.serialize(getattr(self, f"{name}_optimizer")) for name in self.networks}
        return {**self._settings, **named}

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """Compile as the model was that was saved."""
        made = {name: keras.optimizers.deserialize(config[name]) for name in self.networks if name in config}
        self.compile(**{name: value for name, value in config.items() if name not in made}, **made)

    def made(self, build: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """What a builder makes, under this model's own dtype policy, whatever the policy of the program is now.

        A network computes in 16 bits under a mixed policy, but gives float32: its losses are compared with images in float32.
        """
        before = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.dtype_policy)
        try:
            network = build(*arguments, **options)
        finally:
            keras.config.set_dtype_policy(before)
        if self.compute_dtype != self.variable_dtype and getattr(network, "outputs", None):
            names = getattr(network, "output_names", None) or [network.layers[-1].name]
            for layer in network.layers:
                if layer.name in names:
                    layer.dtype_policy = self.variable_dtype
        return network

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        **options: Any,
    ) -> Any:
        """As Keras's fit, without validation: what one network loses the other one wins, so there is no validation loss.

        Raises:
            ValueError: validation data is given.
        """
        if validation_data is not None or validation_split:
            raise ValueError(
                "an adversarial model has no validation loss. Received: validation data. "
                "Measure what its generator draws, after the fit or in a callback."
            )
        handing = _RatesHandedOn()
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            callbacks = [*keras.tree.flatten(callbacks or []), handing]
        elif not any(isinstance(one, _RatesHandedOn) for one in callbacks.callbacks):
            handing.set_model(self)
            callbacks.callbacks.append(handing)
        return super().fit(x, y, batch_size=batch_size, epochs=epochs, verbose=verbose, callbacks=callbacks, **options)

    def train_on_batch(self, *arguments: Any, **options: Any) -> Any:
        """As Keras's; a new learning rate is handed on to all networks."""
        if self.compiled:
            self._hand_rates_on()
        return super().train_on_batch(*arguments, **options)

    def evaluate(self, *_: Any, **__: Any) -> Any:
        """Refused: see `fit`.

        Raises:
            ValueError: always.
        """
        raise ValueError(
            "an adversarial model has no loss on held-out data. Received: evaluate. Measure what its generator draws."
        )

    test_on_batch = evaluate

    def export(self, *_: Any, **__: Any) -> Any:
        """Refused: one network of the model is what is used afterwards.

        Raises:
            ValueError: always; names the networks.
        """
        names = " or ".join(f"model.{name}.export(…)" for name in self.networks)
        raise ValueError(f"export a network by itself: {names}. Received: export of the whole model.")

    @property
    def metrics(self) -> list[Any]:
        """The mean of each reported loss over the epoch."""
        return list(self._trackers)

    def report(self, **losses: Any) -> dict[str, Any]:
        """Note the losses of a step; gives the means so far, which `train_step` returns.

        Keras divides a loss by the number of replicas that work side by side, so that their gradients add up to the right
        one; here that is taken back, and the curves are the same on one device and on several.
        """
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        for tracker in self._trackers:
            tracker.update_state(losses[tracker.name] * replicas)
        return {tracker.name: tracker.result() for tracker in self._trackers}

    def noise(self, count: Any, size: int, seed: int = 0) -> Any:
        """Normal noise (count, size) for this step, drawn from the number of steps done.

        A run that was cut off goes on with the noise that it would have had; each replica draws its own.
        """
        context = tf.distribute.get_replica_context()
        replica = context.replica_id_in_sync_group if context else 0
        steps = ops.cast(getattr(self, f"{self.networks[0]}_optimizer").iterations, "int32")
        return tf.random.stateless_normal((count, size), seed=[seed * 1009 + replica, steps])


class _RatesHandedOn(keras.callbacks.Callback):
    """Hands a new learning rate of the first network on; the last of the callbacks, so it sees what a scheduler has set."""

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.model._hand_rates_on()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.model._hand_rates_on()

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.model._hand_rates_on()
