"""Handles: what a check holds in its hand, to ask a student's module for evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from whitepaper.checking.doors import Door
from whitepaper.checking.verdict import Wrong


class Handle:
    """What a check asks for evidence.

    Args:
        door: where the module lives.
        own: steps that are the student's; empty for the course's own evidence.
    """

    def __init__(self, door: Door, own: tuple[str, ...]) -> None:
        self._door, self._own = door, own

    @property
    def course(self) -> Handle:
        """The same handles on the course's own steps, from the same seed: what a right answer gives."""
        return Handle(self._door, ())

    def _ask(self, handle: str, **arguments: Any) -> Any:
        return self._door.ask(handle, self._own, arguments)

    def _ask_for_value(self, handle: str, **arguments: Any) -> Any:
        """The evidence of a call; None where the course's is a value is told before anything is compared."""
        found = self._ask(handle, **arguments)
        result = found["result"] if handle == "object" else found
        if result is None and self._own:
            right = self.course._ask(handle, **arguments)
            if (right["result"] if handle == "object" else right) is not None:
                name = arguments.get("method") or arguments.get("function")
                cause = f"{name} returned None: is `return` missing?"
                raise Wrong("return-missing", f"a value from {name}", "None", cause, shown=True)
        return found

    def data(self) -> Any:
        """load: `.train.x` (rows, shape, dtype, min, max, mean, std), `.train.y`, `.train.examples`, … `.class_names`."""
        return self._ask("data")

    def model(self, **hp: Any) -> Any:
        """define, with hyperparameters given by name.

        `.layers` (class, config, parameters, trainable, weights), `.parameters`, `.trainable`, `.input_shape`, `.output_shape`.
        """
        return self._ask("model", hp=hp)

    def probed(self, hp: Mapping[str, Any] | None = None, x: Any = None) -> Any:
        """define: what the network computes with given weights: `.shapes`, `.layers`, `.outputs`, `.training`, `.penalty`.

        Args:
            hp: hyperparameters. x: inputs, of which random ones are made too; those of the training split if not given.
        """
        return self._ask("probed", hp=dict(hp or {}), x=x)

    def metrics(self, pairs: list[Any]) -> Any:
        """compile: the metrics for pairs of targets and outputs, `.values` by name, or `.error`."""
        return self._ask("metrics", pairs=pairs)

    def predict(self, x: np.ndarray, fitted: bool = False, training: bool = False) -> np.ndarray:
        """define, or fit: the model's answers."""
        return self._ask("predict", x=x, fitted=fitted, training=training)

    def compiled(self, **hp: Any) -> Any:
        """compile, with hyperparameters given by name: `.optimizer`, `.learning_rate`, `.optimizer_config`, `.loss`, `.config`."""
        return self._ask("compiled", hp=hp)

    def measured(self, rows: int = 32) -> Any:
        """compile: `.values` by name on a batch of training data, or `.error`."""
        return self._ask("measured", rows=rows)

    def loss(self, y: np.ndarray, outputs: np.ndarray, hp: Mapping[str, Any] | None = None) -> Any:
        """compile, under given hyperparameters: `.value` of the loss for given outputs, or `.error`."""
        return self._ask("loss", y=y, outputs=outputs, hp=dict(hp or {}))

    def fitted(self, others: bool = True) -> Any:
        """fit: `.history`, `.seen` splits, `.epochs`, `.batches`, `.called` (callbacks handed on), `.weights_changed`,
        `.streamed` (batches taken from streams of the training split).

        Args:
            others: whether fits of other models than the one that the step is given are run; else they are noted alone.
        """
        return self._ask("fitted", others=others)

    def fed(self, others: bool = True) -> Any:
        """fit: what every `model.fit` of the step was called with, in order; see `checking.fits`. others: as in `fitted`."""
        return self._ask("fed", others=others)

    def trained(self, function: str, *arguments: Any, step: str, hp: Mapping[str, Any], epochs: int, batch_size: int,
                y: np.ndarray, outputs: np.ndarray) -> Any:  # fmt: skip
        """A function of the module that trains copies of a model: what its fits got, and what it returns.

        Args:
            arguments: plain ones, and Fake("model"), a compiled model; Fake("start"), other weights for it; Fake("preset").
            hp: hyperparameters of the compiled model. epochs, batch_size: of the preset.
            y, outputs: targets and predictions on which the loss of each trained model is measured.

        Returns:
            `.fits` (see `fed`; `.loss` is the value for y and outputs, `.optimizer` a class), `.start` (of the weights),
            `.given` (the pairs of the first two arrays, named as a fit names them),
            `.result` (a list; a model in it is named), `.model_changed`.
        """
        found = self._ask("trained", function=function, arguments=list(arguments), step=step, hp=dict(hp), epochs=epochs,
                          batch_size=batch_size, y=y, outputs=outputs)  # fmt: skip
        if found["result"] == [None]:
            cause = f"{function} returned None: is `return` missing?"
            raise Wrong("return-missing", f"a value from {function}", "None", cause, shown=True)
        return found

    def splits(self) -> Any:
        """load: the rows of each split, named as `fed` names them."""
        return self._ask("splits")

    def evaluated(self, others: bool = True, given: Mapping[str, Any] | None = None) -> Any:
        """evaluate: `.metrics`, `.seen` splits, `.weights_changed`.

        Args:
            others: as in `fitted`. given: attributes that the fitted model gets first, in place of what fit left there.
        """
        return self._ask("evaluated", others=others, given=dict(given or {}))

    def attributes(self, fitted: bool = True) -> Any:
        """Plain attributes of a lesson's own model object."""
        return self._ask("attributes", fitted=fitted)

    def call(self, function: str, *arguments: Any, step: str) -> Any:
        """A function of the module, called with plain arguments; a `fakes.Fake` stands for what it names."""
        return self._ask_for_value("call", function=function, arguments=list(arguments), step=step)

    def repeated(self, function: str, *arguments: Any, step: str, times: int = 4) -> Any:
        """The results of a function that is called several times in a row, without a new seed between the calls."""
        return self._ask("repeated", function=function, arguments=list(arguments), step=step, times=times)

    def changes(self, function: str, *arguments: Any, step: str) -> Any:
        """The places of the arguments that a function changes."""
        return self._ask("changes", function=function, arguments=list(arguments), step=step)

    def mapped(self, function: str, *arguments: Any, step: str) -> Any:
        """The results of a function of tensors inside `Dataset.map`, one for each of three epochs."""
        return self._ask("mapped", function=function, arguments=list(arguments), step=step)

    def network(self, function: str, *arguments: Any, step: str, x: np.ndarray | None = None) -> Any:
        """The Keras model that a function of the module makes: as `model`, and `.outputs` for the inputs x."""
        return self._ask("network", function=function, arguments=list(arguments), step=step, x=x)

    def optimizer(self, function: str, *arguments: Any, step: str) -> Any:
        """The optimizer that a function of the module makes: `.optimizer`, `.learning_rate`, `.optimizer_config`."""
        return self._ask("optimizer", function=function, arguments=list(arguments), step=step)

    def object(
        self,
        kind: str,
        *arguments: Any,
        method: str,
        step: str,
        given: list[Any] | None = None,
        set: dict[str, Any] | None = None,
    ) -> Any:
        """A method of a fresh object of one of the module's classes: `.result`, the object's `.attributes` afterwards, and the
        places of the arguments that were `.changed`.

        Args:
            kind: the class. arguments: of its constructor.
            set: attributes given to the object first. method, given: what is called, with what.
        """
        return self._ask_for_value("object", kind=kind, arguments=list(arguments), attributes=set or {}, method=method,
                         method_arguments=given or [], step=step)  # fmt: skip

    def model_call(
        self, function: str, *arguments: Any, step: str, fitted: bool = False, compiled: bool = False,
        hp: Mapping[str, Any] | None = None,
    ) -> Any:  # fmt: skip
        """A function of the module that takes the model, defined, compiled or fitted, and then plain arguments.

        Args:
            hp: hyperparameters of a model that is compiled, and not fitted.
        """
        return self._ask_for_value("model_call", function=function, arguments=list(arguments), step=step, fitted=fitted,
                         compiled=compiled, hp=dict(hp or {}))  # fmt: skip
