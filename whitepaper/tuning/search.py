"""Keras Tuner over any exercise: the lesson's own define, compile and fit, with `hp` answered by a search."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whitepaper.course import blanks, registry, source
from whitepaper.course.registry import Exercise
from whitepaper.devices import backends
from whitepaper.errors import CourseError, UsageError
from whitepaper.lessons import contract, record
from whitepaper.lessons.hyperparameters import Hyperparameters
from whitepaper.lessons.runner import Options, seed_everything
from whitepaper.tuning import processes
from whitepaper.tuning.processes import Place

TUNERS = ("random", "bayesian", "hyperband", "grid")


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        folder: where its trials are kept.
        trials: one dict a finished trial: "trial", "score" and the hyperparameters; best first.
        objective: what was searched for, "val_accuracy".
        best: hyperparameters of the best trial.
    """

    folder: Path
    trials: list[dict[str, Any]]
    objective: str
    best: dict[str, Any]

    @property
    def paste(self) -> str:
        """The best values in the form that HP= takes."""
        return " ".join(
            f"{name}={value:.4g}" if isinstance(value, float) else f"{name}={value}"
            for name, value in self.best.items()
        )


def search(row: Exercise, tuner: str, trials: int, options: Options, say: Callable[[str], None] = lambda text: None,
           chief: Place | None = None) -> Found:  # fmt: skip
    """Search the hyperparameters of an exercise, or go on with a search that was cut off.

    Values in `options.hp` and in the preset are kept as they are; everything else that the lesson declares is searched.
    The test split is never touched: the objective is the registry's, measured on the validation split.

    Args:
        row: the exercise. tuner: one of TUNERS.
        trials: how many combinations at most.
        options: preset, seed, data and fixed hyperparameters.
        say: called with a line of text for each trial.
        chief: where to deal out the trials to workers; None runs them here.

    Raises:
        UsageError: an unknown tuner, a number of trials below 1, or a lesson with nothing to search.
        CourseError: no trial ended well, or the chief's port is taken.
    """
    engine, kept, folder = _ready(row, tuner, trials, options, say, None)
    oracle = engine.oracle
    unfinished = processes.deal_again(oracle)
    if oracle.trials and unfinished + engine.remaining_trials > 0:
        say(f"Going on with the search in {contract.relative(folder)}.")
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            if chief:
                oracle.verbose = 0
                engine.save()
                processes.serve(oracle, chief, lambda trial: say(_line(oracle, trial, kept)))
            else:
                engine.search(verbose=0)
    except RuntimeError as error:
        raise CourseError(f"The search stopped: {' '.join(str(error).split())[:300]}") from error
    return _found(row, engine, kept, folder)


def work(row: Exercise, tuner: str, trials: int, options: Options, worker: Place,
         say: Callable[[str], None] = lambda text: None) -> int:  # fmt: skip
    """Run trials for the chief of a search until it has no more; arguments and errors are those of `search`.

    Returns:
        How many trials this process ran.

    Raises:
        CourseError: the chief does not come, or has gone.
    """
    from whitepaper.devices.quiet import import_tensorflow

    import_tensorflow()
    from keras_tuner.errors import FatalError

    count = 0

    def told(text: str) -> None:
        nonlocal count
        count += text.startswith("trial ")
        say(text)

    try:
        engine, _, _ = _ready(row, tuner, trials, options, told, worker)
        with contextlib.redirect_stdout(io.StringIO()):
            engine.search(verbose=0)
    except FatalError as error:
        raise CourseError(str(error), "start the same commands again: the search goes on") from error
    return count


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


def _ready(row: Exercise, tuner: str, trials: int, options: Options, say: Callable[[str], None],
           worker: Place | None) -> tuple[Any, dict[str, Any], Path]:  # fmt: skip
    """The tuner, the values that are kept, and the folder of the search."""
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
        # One model by hand: a value that does not fit is told before any trial.
        fixed = Hyperparameters(kept, checked=given)
        model = contract.accept("define", steps["define"](data, fixed))
        steps["compile"](model, fixed)
        fixed.refuse_unknown(given)
    if worker:
        processes.meet(worker)
    engine = _engine(row, tuner, trials, options, preset, data, steps, kept, folder, say, worker)
    return engine, kept, folder


class _EnoughError(BaseException):
    """The fit that a trial is judged by has ended; passes every `except Exception` of a lesson."""


def end_of_trial(objective: str) -> Any:
    """A Keras callback that ends a trial with the fit that it was given to, once that has measured the objective.

    Many lessons go on to compare variants or folds, which would only make each trial longer.
    """
    import keras

    class EndOfTrial(keras.callbacks.Callback):
        """Keeps the curves and raises _EnoughError when training ends."""

        def __init__(self) -> None:
            super().__init__()
            self.curves: dict[str, list[float]] = {}

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            for name, value in (logs or {}).items():
                self.curves.setdefault(name, []).append(float(value))

        def on_train_end(self, logs: dict[str, float] | None = None) -> None:
            if objective in self.curves:
                raise _EnoughError

    return EndOfTrial()


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


def _engine(row: Exercise, tuner: str, trials: int, options: Options, preset: contract.Preset, data: Any, steps: dict[str, Any],
            kept: dict[str, Any], folder: Path, say: Callable[[str], None], worker: Place | None) -> Any:  # fmt: skip
    import keras
    import keras_tuner

    objective, direction = row.objective or "", row.direction or ""

    class Lesson(keras_tuner.HyperModel):
        """The lesson's define, compile and fit, as Keras Tuner wants them."""

        def build(self, hp: Any) -> Any:
            keras.utils.set_random_seed(options.seed)
            for name, value in kept.items():
                hp.Fixed(name, value)
            model = contract.accept("define", steps["define"](data, hp))
            steps["compile"](model, hp)
            contract.accept("compile", None, model)
            return model

        def fit(self, hp: Any, model: Any, *arguments: Any, **options_: Any) -> dict[str, float]:
            # Hyperband trains in rounds: it gives the epoch to end at and the one to begin with.
            epochs = options_.get("epochs", preset.epochs) - options_.get("initial_epoch", 0)
            end = end_of_trial(objective)
            given = [*options_.get("callbacks", []), end]
            try:
                history = contract.accept("fit", steps["fit"](model, data, replace(preset, epochs=epochs), given))
            except _EnoughError:
                history = end.curves
            if objective not in history:
                raise CourseError(f"Expected {objective} in the history of fit. Received: {', '.join(history)}.")
            return {objective: max(history[objective]) if direction == "max" else min(history[objective])}

    class Told:
        """Says a line for every finished trial."""

        oracle: Any

        def on_trial_end(self, trial: Any) -> None:
            super().on_trial_end(trial)  # type: ignore[misc]
            if worker is None:
                say(_line(self.oracle, trial, kept))
                return
            why = (trial.message or "").strip().splitlines()[-1:]
            say(" ".join([f"trial {_number(trial)} {trial.status.lower()}", *why]))

        def save(self) -> None:
            # The state of the search is the chief's; a worker has none.
            if worker is None:
                super().save()  # type: ignore[misc]

    kinds = {
        "random": keras_tuner.RandomSearch,
        "bayesian": keras_tuner.BayesianOptimization,
        "hyperband": keras_tuner.Hyperband,
        "grid": keras_tuner.GridSearch,
    }
    common = {
        "objective": keras_tuner.Objective(objective, direction),
        "directory": str(folder.parent),
        "project_name": folder.name,
        "overwrite": options.fresh and worker is None,
        "seed": options.seed,
        "max_consecutive_failed_trials": 3,
    }
    if tuner == "hyperband":
        common |= {"max_epochs": max(preset.epochs, 2), "factor": 3}
    else:
        common["max_trials"] = trials
    try:
        with contextlib.redirect_stdout(io.StringIO()), processes.joining(worker):
            engine = type("Search", (Told, kinds[tuner]), {})(Lesson(), **common)
    except json.JSONDecodeError as error:
        raise CourseError(
            f"Expected the state of a search in {contract.relative(folder)}. Received: a file that was cut off.",
            "FRESH=1 starts anew",
        ) from error
    if worker:
        engine.oracle.stub = processes.Line(engine.oracle.stub, worker)
        return engine
    # Hyperband plans by epochs; the same bound on trials makes the four searches comparable.
    engine.oracle.max_trials = trials
    return engine


def _line(oracle: Any, trial: Any, kept: dict[str, Any]) -> str:
    """A finished trial in words."""
    values = ", ".join(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
                       for name, value in trial.hyperparameters.values.items()
                       if name not in kept and not name.startswith("tuner/"))  # fmt: skip
    score = "failed" if trial.score is None else f"{oracle.objective.name} {trial.score:.4f}"
    return f"trial {_number(trial)}: {score} ({values})"


def _number(trial: Any) -> int:
    """The trial's number as a person reads it, from 1: on the screen, in the table and in trials.csv."""
    return int(trial.trial_id) + 1


def _found(row: Exercise, engine: Any, kept: dict[str, Any], folder: Path) -> Found:
    finished = [trial for trial in engine.oracle.trials.values() if trial.score is not None]
    if not finished:
        raise CourseError(
            f"No trial of exercise {row.id} ended well; see {contract.relative(folder)}.", f"make exercise N={row.id}"
        )
    sign = -1 if row.direction == "max" else 1
    finished.sort(key=lambda trial: (sign * trial.score, trial.trial_id))
    rows = []
    for trial in finished:
        values = {
            name: value
            for name, value in trial.hyperparameters.values.items()
            if name not in kept and not name.startswith("tuner/")
        }
        rows.append({"trial": _number(trial), "score": float(trial.score), **values})
    names = list(dict.fromkeys(name for one in rows for name in one))
    with (folder / "trials.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    best = {name: value for name, value in rows[0].items() if name not in ("trial", "score")}
    summary = {
        "exercise": row.number,
        "part": row.part,
        "objective": row.objective,
        "best": best,
        "score": rows[0]["score"],
    }
    (folder / "best.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return Found(folder, rows, row.objective or "", best)
