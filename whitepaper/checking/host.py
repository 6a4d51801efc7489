"""The inner side of a door: holds the student's module beside the course's and gathers evidence.

Only this file and the stage that it stands on run student code. A request names the steps that are the student's *own*; all other
steps are the course's, so that each blank is judged by itself. Everything that goes out passes `evidence.plain`.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from whitepaper.checking import fakes
from whitepaper.checking.evidence import EvidenceError, plain
from whitepaper.checking.failures import StepFailed
from whitepaper.checking.stage import Stage
from whitepaper.checking.summaries import (
    array_summary,
    loss_name,
    model_settings,
    optimizer_settings,
    plain_attributes,
    plain_config,
    weights_of,
)
from whitepaper.checking.watched import MAX_PRINTED, OwnPrints, WatchedDataset, state_of
from whitepaper.devices import strategies
from whitepaper.lessons import contract
from whitepaper.lessons.contract import Preset
from whitepaper.lessons.runner import seed_everything


def _asked(handle: str, arguments: dict[str, Any]) -> str | None:
    """A name for a request; None where an argument cannot be told apart by its bytes."""
    try:
        return hashlib.sha256(pickle.dumps((handle, arguments))).hexdigest()
    except (pickle.PicklingError, TypeError, AttributeError):
        return None


@contextlib.contextmanager
def _attributes(thing: Any, given: dict[str, Any]) -> Iterator[None]:
    """While open, an object has these attributes; afterwards those it had."""
    before = {name: getattr(thing, name) for name in given if hasattr(thing, name)}
    for name, value in given.items():
        setattr(thing, name, copy.deepcopy(value))
    try:
        yield
    finally:
        for name in given:
            if name in before:
                setattr(thing, name, before[name])
            else:
                delattr(thing, name)


def _changed(before: list[Any], now: list[Any]) -> list[int]:
    """The places of those whose state is no longer what it was."""
    return [number for number, (old, thing) in enumerate(zip(before, now, strict=True)) if old != state_of(thing)]


class Host(Stage):
    """Gathers evidence from one student's module: a method for each handle; arguments as of `Stage`."""

    printed = ""

    def ask(self, handle: str, own: tuple[str, ...], arguments: dict[str, Any]) -> Any:
        """The evidence that a handle gives, made plain.

        Raises:
            Open: a blank is still open.
            StepFailed: the student's code raised, or its result is no evidence.
        """
        self.printed = ""
        self.reached.clear()
        # What the course's own code gives is the same for every student in this process: it is asked once.
        asked = None if own else _asked(handle, arguments)
        if asked in self._shared:
            return copy.deepcopy(self._shared[asked])
        seed_everything(self.seed, self.framework)
        # A check never waits for a download and gives the same verdict everywhere.
        before = os.environ.get("WHITEPAPER_DATA")
        os.environ["WHITEPAPER_DATA"] = "stand-in"
        try:
            # Prints and warnings of a student's code are no evidence.
            with self._printing(own), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = plain(getattr(self, f"give_{handle}")(own, **arguments))
                if asked:
                    self._shared[asked] = copy.deepcopy(found)
                return found
        except EvidenceError as error:
            step = own[0] if own else "load"
            raise StepFailed(step, "student" if own else "course", f"received {error}", "EvidenceError") from error
        finally:
            if self.framework == "keras":
                strategies.forget_caching_device()
            if before is None:
                os.environ.pop("WHITEPAPER_DATA")
            else:
                os.environ["WHITEPAPER_DATA"] = before

    @contextlib.contextmanager
    def _printing(self, own: tuple[str, ...]) -> Iterator[None]:
        """Keep what lines of the student's own print, up to `MAX_PRINTED` characters a request."""
        kept = OwnPrints(self.student, self.course)
        try:
            with contextlib.redirect_stdout(kept):
                yield
        finally:
            if own:
                self.printed = (self.printed + kept.getvalue())[:MAX_PRINTED]

    def give_data(self, own: tuple[str, ...]) -> Any:
        """Splits of the load step: the first rows, and numbers over all of them."""
        data = self._data(own)
        splits = {}
        for name in ("train", "validation", "test"):
            split = getattr(data, name)
            splits[name] = {"x": array_summary(split.x), "y": array_summary(split.y), "examples": len(split)}
        return {**splits, "class_names": list(data.class_names)}

    def give_model(self, own: tuple[str, ...], hp: dict[str, Any]) -> Any:
        """Layers and sizes of the model that define made under the given hyperparameters."""
        model = self._defined(own, self._hp(hp))
        if not contract.is_keras_model(model):
            return {"class": type(model).__name__, "attributes": plain_attributes(model)}
        return self._guard("define", own, lambda: self._settings(model, own))

    def _settings(self, model: Any, own: tuple[str, ...]) -> Any:
        """Layers and sizes; a model that is not built yet is built on rows of its data, as a fit would."""
        from whitepaper.checking import networks

        x = self._data(own).train.x
        settings = model_settings(networks.built(model, x))
        if settings["output_shape"] is None:
            # A model of a class of its own does not know its shapes: they are those of a batch.
            outputs = model(networks.tensors(x, 2))
            settings["output_shape"] = networks.batch_shape(outputs)
            settings["input_shape"] = networks.batch_shape(x)
        return settings

    def give_probed(
        self, own: tuple[str, ...], hp: dict[str, Any], x: Any = None, part: tuple[str, str] = ("", "")
    ) -> Any:
        """What the network computes with given weights: see `networks.outputs_of`; x: inputs, those of the data if not given."""
        from whitepaper.checking import networks

        x = self._data(()).train.x if x is None else x
        step = "define"

        def made(whose: tuple[str, ...]) -> Any:
            model = self._defined(whose, self._hp(hp))
            return self._guard(step, whose, lambda: networks.built(networks.part_of(model, *part), x))

        like = made(())
        shapes = [tuple(weight.shape) for weight in like.weights]
        model = made(own) if own else like

        def run() -> Any:
            seed_everything(self.seed, self.framework)
            return networks.outputs_of(model, shapes, networks.probe_inputs(x))

        return self._guard(step, own, run)

    def give_predict(self, own: tuple[str, ...], x: np.ndarray, fitted: bool = False, training: bool = False,
                     part: tuple[str, str] = ("", "")) -> Any:  # fmt: skip
        """What the model answers for a batch of inputs.

        Args:
            x: inputs. fitted: after the fit step. training: with dropout and the like active. part: see `networks.part_of`.
        """
        model = self._fitted(own)[0] if fitted else self._defined(own)
        step = "fit" if fitted else "define"

        def run() -> Any:
            if contract.is_keras_model(model):
                from whitepaper.checking import networks

                return np.asarray(networks.part_of(model, *part)(x, training=training))
            return np.asarray(model.predict(x))

        return self._guard(step if step in own else "define", own, run)

    def give_compiled(self, own: tuple[str, ...], hp: dict[str, Any], then: dict[str, Any] | None = None) -> Any:
        """Loss, optimizer and metrics that compile bound, under the given hyperparameters."""
        model = self._compiled(own, hp, then)
        config = model.get_compile_config() or {}
        return {
            **optimizer_settings(model.optimizer),
            "loss": loss_name(config.get("loss")),
            "config": plain_config(config),
        }

    def give_measured(self, own: tuple[str, ...], rows: int = 32) -> Any:
        """What the compiled model measures on a batch of training data: loss and metrics by name, or the error."""
        model = self._compiled(own)
        train = self._data(own).train
        try:
            found = model.test_on_batch(np.asarray(train.x[:rows]), np.asarray(train.y[:rows]), return_dict=True)
            return {"values": {key: float(value) for key, value in found.items()}}
        except Exception as error:  # the error is the evidence: a loss that does not fit labels or outputs
            return {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}

    def give_loss(
        self,
        own: tuple[str, ...],
        y: np.ndarray,
        outputs: np.ndarray,
        hp: dict[str, Any],
        then: dict[str, Any] | None = None,
    ) -> Any:
        """The compiled loss of given outputs, without what regularizers add: {"value": …} or {"error": …}."""
        model = self._compiled(own, hp, then)
        import keras

        try:
            value = model.compute_loss(y=keras.ops.convert_to_tensor(y), y_pred=keras.ops.convert_to_tensor(outputs))
            return {"value": float(value) - sum(float(extra) for extra in model.losses)}
        except Exception as error:  # the error is the evidence, as above
            return {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}

    def give_metrics(self, own: tuple[str, ...], pairs: list[Any], then: dict[str, Any] | None = None) -> Any:
        """The compiled metrics for pairs of targets and outputs: {"values": {name: one value a pair}} or {"error": …}."""
        model = self._compiled(own, then=then)
        import keras

        found: dict[str, list[float]] = {}
        try:
            for y, outputs in pairs:
                model.reset_metrics()
                targets, answers = keras.ops.convert_to_tensor(y), keras.ops.convert_to_tensor(outputs)
                values = model.compute_metrics(None, targets, answers, None)
                for name, value in values.items():
                    if name != "loss":
                        found.setdefault(name, []).append(float(value))
            return {"values": found}
        except Exception as error:  # the error is the evidence, as above
            return {"error": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}

    def give_fitted(self, own: tuple[str, ...], others: bool = True) -> Any:
        """History, splits that were used, epochs and batches of the fit step."""
        return {name: value for name, value in self._fitted(own, others)[1].items() if name != "calls"}

    def give_fed(self, own: tuple[str, ...], others: bool = True) -> Any:
        """Every fit of the fit step: see `fits.recorded`."""
        return self._fitted(own, others)[1]["calls"]

    def give_trained(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str, hp: dict[str, Any],
                     epochs: int, batch_size: int, y: np.ndarray, outputs: np.ndarray) -> Any:  # fmt: skip
        """A function of the module that trains copies of a compiled model: see `Handle.trained`."""
        import keras

        from whitepaper.checking import fits, networks

        model = self._compiled((), hp)
        start = networks.random_weights([tuple(weight.shape) for weight in model.weights], seed=1)
        named = {"model": model, "start": start, "preset": Preset(epochs=epochs, batch_size=batch_size)}
        given = [named[part.name] if isinstance(part, fakes.Fake) else part for part in arguments]
        before = weights_of(model)
        trained: list[Any] = []
        module = self._module(step, own)
        with fits.recorded(model, trained=trained) as calls:
            result = self._guard(step, own, getattr(module, function), *given)
        for call, one in zip(calls, trained, strict=True):
            del call["batches"]  # how many steps are executed at a time is no evidence
            call["optimizer"] = type(one.optimizer).__name__
            value = one.compute_loss(y=keras.ops.convert_to_tensor(y), y_pred=keras.ops.convert_to_tensor(outputs))
            call["loss"] = float(value) - sum(float(extra) for extra in one.losses)

        def told(part: Any) -> Any:
            if not contract.is_keras_model(part):
                return part
            if part is model:
                return "the model that was given"
            return "the model that was trained" if trained and part is trained[-1] else "another model"

        changed = any(not np.array_equal(old, new) for old, new in zip(before, weights_of(model), strict=True))
        parts = list(result) if isinstance(result, tuple | list) else [result]
        rows = [part for part in arguments if isinstance(part, np.ndarray)][:2]
        given_pairs = fits.named_rows(*rows)["pairs"] if len(rows) == 2 else []
        return {"fits": calls, "given": given_pairs, "start": fits.weight_summary(start), "result": [told(part) for part in parts],
                "model_changed": changed}  # fmt: skip

    def give_splits(self, own: tuple[str, ...]) -> Any:
        """The rows of the load step's splits, named as `give_fed` names them."""
        from whitepaper.checking import fits

        return fits.split_names(self._data(own))

    def give_evaluated(self, own: tuple[str, ...], others: bool, given: dict[str, Any]) -> Any:
        """Metrics of the evaluate step, splits that it used, and whether it changed the model."""
        model, _ = self._fitted(own, others)
        with _attributes(model, given):
            return self._evaluated(own, model)

    def _evaluated(self, own: tuple[str, ...], model: Any) -> Any:
        data = WatchedDataset.of(self._data(own))
        before = weights_of(model)
        seed_everything(self.seed, self.framework)
        metrics = self._play("evaluate", own, model, data)
        same = all(np.array_equal(old, new) for old, new in zip(before, weights_of(model), strict=False))
        if not same and contract.is_keras_model(model):
            model.set_weights(before)
        return {"metrics": metrics, "seen": data.seen, "weights_changed": not same}

    def give_attributes(self, own: tuple[str, ...], fitted: bool = True) -> Any:
        """Plain attributes of a lesson's own model object."""
        return plain_attributes(self._fitted(own)[0] if fitted else self._defined(own))

    def give_call(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str) -> Any:
        """The result of one function of the module, called with plain arguments."""
        module = self._module(step, own)
        if not callable(getattr(module, function, None)):
            raise StepFailed(
                step, "student", f"expected a function {function} in the file; received none", "AttributeError"
            )
        return self._guard(step, own, getattr(module, function), *map(fakes.resolve, arguments))

    def give_repeated(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str, times: int) -> Any:
        """The results of a function that is called several times in a row."""
        return [self.give_call(own, function, copy.deepcopy(arguments), step) for _ in range(times)]

    def give_changes(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str) -> Any:
        """Which arguments a function of the module changes, by their places."""
        given = [fakes.resolve(argument) for argument in arguments]
        before = [state_of(argument) for argument in given]
        module = self._module(step, own)
        self._guard(step, own, getattr(module, function), *given)
        return _changed(before, given)

    def give_mapped(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str, epochs: int = 3) -> Any:
        """The results of a function of tensors inside `Dataset.map`, one for each epoch of a stream."""
        import tensorflow as tf

        module = self._module(step, own)

        def run() -> Any:
            stream = tf.data.Dataset.from_tensors(tuple(arguments)).map(getattr(module, function))
            return [next(iter(stream)) for _ in range(epochs)]

        return self._guard(step, own, run)

    def give_network(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str, x: Any) -> Any:
        """The Keras model that a function of the module makes: as in `give_model`, and its `outputs` for the inputs x."""
        module = self._module(step, own)

        def run() -> Any:
            made = getattr(module, function)(*arguments)
            if not contract.is_keras_model(made):
                raise TypeError(f"{function} must return a Keras model. Received: {type(made).__name__}.")
            return {**model_settings(made), "outputs": None if x is None else made(x, training=False)}

        return self._guard(step, own, run)

    def give_optimizer(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str) -> Any:
        """The optimizer that a function of the module makes."""
        module = self._module(step, own)
        return optimizer_settings(self._guard(step, own, getattr(module, function), *arguments))

    def give_object(self, own: tuple[str, ...], kind: str, arguments: list[Any], attributes: dict[str, Any], method: str,
                    method_arguments: list[Any], step: str) -> Any:  # fmt: skip
        """A method of a fresh object of one of the module's classes: {"result", "attributes", "changed"}."""
        module = self._module(step, own)

        def run() -> Any:
            made = getattr(module, kind)(*arguments)
            for name, value in attributes.items():
                setattr(made, name, copy.deepcopy(value))
            before = [state_of(argument) for argument in method_arguments]
            result = getattr(made, method)(*method_arguments)
            return {
                "result": None if result is made else result,
                "attributes": plain_attributes(made),
                "changed": _changed(before, method_arguments),
            }

        return self._guard(step, own, run)

    def give_model_call(self, own: tuple[str, ...], function: str, arguments: list[Any], step: str, fitted: bool,
                        compiled: bool, hp: dict[str, Any] | None = None) -> Any:  # fmt: skip
        """The result of a function of the module that takes the model, and then plain arguments."""
        if fitted:
            model = self._fitted(own)[0]
        else:
            model = self._compiled(own, hp) if compiled else self._defined(own, self._hp(hp))
        module = self._module(step, own)
        return self._guard(step, own, getattr(module, function), model, *map(fakes.resolve, arguments))
