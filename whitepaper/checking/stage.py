"""The student's steps and the course's, played one after the other: what every handle of the host stands on."""

from __future__ import annotations

import copy
import hashlib
import signal
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from whitepaper.checking.failures import Open, StepFailed
from whitepaper.checking.summaries import weights_of
from whitepaper.checking.watched import WatchedDataset
from whitepaper.datasets import Dataset
from whitepaper.errors import NotAttempted, StepError
from whitepaper.lessons import contract
from whitepaper.lessons.contract import Preset
from whitepaper.lessons.hyperparameters import Hyperparameters
from whitepaper.lessons.runner import seed_everything

_ORDER = ("load", "define", "compile", "fit")
# What the course's own steps gave, by the solution's content: the same for every student in this process.
_SHARED: dict[str, dict[Any, Any]] = {}


class Stage:
    """A student's module beside the course's.

    Args:
        student: the module under check. course: the solution's module.
        framework: as in the registry.
        reached: a set to which the student's module adds the number of each blank whose code is run.
        seed: every request starts from it, so that the student's and the course's numbers can be compared.
    """

    def __init__(
        self, student: ModuleType, course: ModuleType, framework: str, reached: set[int] | None = None, seed: int = 0
    ) -> None:
        self.student, self.course, self.framework, self.seed = student, course, framework, seed
        self.reached = set() if reached is None else reached
        self._kept: dict[Any, Any] = {}
        source = Path(course.__file__ or "").read_bytes()
        self._shared = _SHARED.setdefault(hashlib.sha256(source).hexdigest(), {})

    def _module(self, step: str, own: tuple[str, ...]) -> ModuleType:
        """The module whose step is played."""
        return self.student if step in own else self.course

    def _guard(self, step: str, own: tuple[str, ...], function: Any, *arguments: Any) -> Any:
        by = "student" if step in own else "course"
        try:
            return function(*arguments)
        except NotAttempted as error:
            raise Open(error.blank) from error
        except (Open, StepFailed):
            raise
        except StepError as error:
            raise StepFailed(step, by, error.message, "StepError") from error
        except BaseException as error:
            # Student code may raise SystemExit or KeyboardInterrupt; where Ctrl-C is listened to, it is the person's.
            listening = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
            if not isinstance(error, Exception | SystemExit) and (
                listening or not isinstance(error, KeyboardInterrupt)
            ):
                raise
            path = Path(self._module(step, own).__file__ or "")
            message = contract.place(error, path)
            raise StepFailed(step, by, message, type(error).__name__, traceback.format_exc()) from error

    def _play(self, step: str, own: tuple[str, ...], *arguments: Any) -> Any:
        module = self._module(step, own)

        def run() -> Any:
            return contract.accept(step, getattr(module, step)(*arguments), arguments[0] if step == "compile" else None)

        return self._guard(step, own, run)

    @property
    def preset(self) -> Preset:
        return self.course.PRESETS["smoke"]

    def _hp(self, values: dict[str, Any] | None = None) -> Hyperparameters:
        return Hyperparameters({**self.preset.hp, **(values or {})})

    def _key(self, last: str, own: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(step for step in _ORDER[: _ORDER.index(last) + 1] if step in own)

    def _data(self, own: tuple[str, ...]) -> Dataset:
        return self._once("data", self._key("load", own), lambda: self._play("load", own, self.preset))

    def _once(self, kind: str, own: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """A result that is made once: for this student, or for all where no step is the student's."""
        kept = self._kept if own else self._shared
        if (kind, own) not in kept:
            before = set(self.reached)
            self.reached.clear()
            made = make()
            kept[kind, own] = made, set(self.reached)
            self.reached |= before
        made, reached = kept[kind, own]
        self.reached |= reached
        return made

    def _defined(self, own: tuple[str, ...], hp: Hyperparameters | None = None) -> Any:
        data = self._data(own)
        seed_everything(self.seed, self.framework)
        return self._play("define", own, data, hp or self._hp())

    def _compiled(
        self, own: tuple[str, ...], values: dict[str, Any] | None = None, then: dict[str, Any] | None = None
    ) -> Any:
        """The compiled model.

        Args:
            values: hyperparameters. then: a function of the module that is called with the model and arguments afterwards.
        """
        hp = self._hp(values)
        model = self._defined(own, hp)
        self._play("compile", own, model, hp)
        if then:
            function = getattr(self._module(then["step"], own), then["function"])
            self._guard(then["step"], own, function, model, *then["arguments"])
        return model

    def _fitted(self, own: tuple[str, ...], others: bool = True) -> tuple[Any, dict[str, Any]]:
        kind = "fit" if others else "fit of the model alone"
        model, found = self._once(kind, self._key("fit", own), lambda: self._fit(own, others))
        # A lesson's own object may be changed by who gets it; a Keras model is put back by the one handle that hands it out.
        return (model, found) if contract.is_keras_model(model) else (copy.deepcopy(model), found)

    def _fit(self, own: tuple[str, ...], others: bool = True) -> tuple[Any, dict[str, Any]]:
        model = self._compiled(own)
        data = WatchedDataset.of(self._data(own))
        spies, notes = [], {"epochs": 0, "batches": 0, "called": False}
        before = weights_of(model)
        calls: list[dict[str, Any]] = []
        if contract.is_keras_model(model):
            from whitepaper.checking import fits

            spies.append(fits.Witness(notes))
            model.steps_per_execution = 1
            with fits.recorded(model, others) as calls:
                history = self._play("fit", own, model, data, self.preset, spies)
        else:
            history = self._play("fit", own, model, data, self.preset, spies)
        changed = any(not np.array_equal(old, new) for old, new in zip(before, weights_of(model), strict=False))
        found = {
            "history": history,
            "seen": data.seen,
            "streamed": data.streamed,
            "weights_changed": changed,
            "calls": calls,
            **notes,
        }
        return model, found
