"""What a search is of: the lesson's steps, its data, the values that stay, and the folder of its trials."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whitepaper.course import blanks, registry, source
from whitepaper.course.registry import Exercise
from whitepaper.devices import backends
from whitepaper.errors import UsageError
from whitepaper.lessons import contract, record
from whitepaper.lessons.hyperparameters import Hyperparameters
from whitepaper.lessons.runner import Options, seed_everything

TUNERS = ("random", "bayesian", "hyperband", "grid")


def usage(row: Exercise, tuner: str, trials: int, options: Options) -> None:
    """Whether a search can be made of these.

    Raises:
        UsageError: an unknown tuner or preset, a number of trials below 1, or a lesson with nothing to search.
    """
    if tuner not in TUNERS:
        raise UsageError(f"TUNER is one of {', '.join(TUNERS)}. Received: {tuner!r}.")
    if options.preset not in contract.PRESETS:
        raise UsageError(f"PRESET is one of {', '.join(contract.PRESETS)}. Received: {options.preset!r}.")
    if trials < 1:
        raise UsageError(f"TRIALS is a whole number from 1. Received: {trials}.")
    if row.framework != "keras" or row.objective is None or row.direction is None:
        raise UsageError(
            f"Exercise {row.id} has nothing to search: its lesson has no objective for it.", f"make exercise N={row.id}"
        )


@dataclass(frozen=True)
class Job:
    """What is searched.

    Attributes:
        row, tuner, trials, options: as of `search`. preset: of the lesson. data: what its load gave.
        steps: its functions by name, the course's where blanks are open. kept: values that are not searched.
        folder: of the trials. say: called with a line for each trial.
    """

    row: Exercise
    tuner: str
    trials: int
    options: Options
    preset: contract.Preset
    data: Any
    steps: dict[str, Any]
    kept: dict[str, Any]
    folder: Path
    say: Callable[[str], None]


def prepared(row: Exercise, tuner: str, trials: int, options: Options, say: Callable[[str], None]) -> Job:
    """The lesson's functions and data, and the folder of the search."""
    usage(row, tuner, trials, options)
    from whitepaper.devices.quiet import import_tensorflow

    backends.check(row, source.read(registry.solution_path(row)))
    import_tensorflow()
    steps, signature = _steps(row, options)
    preset, given = contract.sized(contract.preset_named(steps["module"], options.preset), options.hp)
    seed_everything(options.seed, row.framework)
    data = contract.accept("load", steps["load"](preset))
    say(str(data))
    folder = record.runs_folder(row) / "searches" / f"{tuner}-{trials}-{signature[:12]}"
    kept = {"seed": options.seed, **preset.hp, **given}
    if given:
        _try_given(steps, data, kept, given)
    return Job(row, tuner, trials, options, preset, data, steps, kept, folder, say)


def _try_given(steps: dict[str, Any], data: Any, kept: dict[str, Any], given: dict[str, Any]) -> None:
    """Make one model by hand: a value that does not fit is told before any trial.

    Raises:
        UsageError: a value out of its range, or an unknown name.
    """
    fixed = Hyperparameters(kept, checked=given)
    model = contract.accept("define", steps["define"](data, fixed))
    steps["compile"](model, fixed)
    fixed.refuse_unknown(given)


def _steps(row: Exercise, options: Options) -> tuple[dict[str, Any], str]:
    """The step functions, the course's where blanks are open, and a hash of all that decides the search."""
    solution_path, path = registry.solution_path(row), registry.exercise_path(row)
    solution_text = source.read(solution_path)
    own_text = source.read(path) if path.is_file() and not options.solution else ""
    solution = contract.load_module(solution_path, "solutions")
    steps: dict[str, Any] = {"module": solution}
    marked = {blank.number: blank.step for blank in blanks.parse(solution_text)}
    open_steps = {marked.get(number) for number in blanks.open_blanks(own_text)}
    own = None
    if own_text and not open_steps & {"load", "define", "compile", "fit"}:
        own = contract.load_module(path, "exercises")
        contract.validate(own)
    for step in ("load", "define", "compile", "fit"):
        steps[step] = getattr(own or solution, step)
    decides = (
        own_text if own else "",
        solution_text,
        options.preset,
        options.seed,
        options.data,
        backends.name(),
        sorted(options.hp.items()),
    )
    return steps, hashlib.sha256(repr(decides).encode()).hexdigest()
