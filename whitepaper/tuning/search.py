"""Keras Tuner over any exercise: the lesson's own define, compile and fit, with `hp` answered by a search."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whitepaper.course import blanks, registry, source
from whitepaper.course.registry import Exercise
from whitepaper.devices import backends
from whitepaper.errors import CourseError, UsageError
from whitepaper.files import locks, whole
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
        best: what was searched, in the best trial. values: `best`, after the values that the person had given.
        again: the command that runs the exercise as in the best trial.
        rest: why there are fewer trials than were asked for; "" where there are as many.
    """

    folder: Path
    trials: list[dict[str, Any]]
    objective: str
    best: dict[str, Any]
    values: dict[str, Any]
    again: str
    rest: str = ""


def _again(row: Exercise, options: Options, values: dict[str, Any]) -> str:
    """The command that runs an exercise with these hyperparameters, and else as the search did."""
    words = {"N": row.id, "PRESET": options.preset, "SEED": str(options.seed), "DATA": options.data}
    usual = {"SEED": "0", "DATA": "auto"}
    said = [f"{name}={word}" for name, word in words.items() if word != usual.get(name)]
    said += ["SOLUTION=1"] * options.solution
    # Numbers in full: a rounded learning rate gives another score.
    given = " ".join(
        f"{name}={value!r}" if isinstance(value, float) else f"{name}={value}" for name, value in values.items()
    )
    return " ".join(["make exercise", *said, *([f'HP="{given}"'] if given else [])])


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
        CourseError: no trial ended well, or fewer than asked for; the same search is at work elsewhere; the chief's port is
            taken.
    """
    job = _prepared(row, tuner, trials, options, say)
    with _alone(job.folder):
        engine = _engine(job, None)
        oracle = engine.oracle
        unfinished = processes.deal_again(oracle)
        if oracle.trials and unfinished + engine.remaining_trials > 0:
            say(f"Going on with the search in {contract.relative(job.folder)}.")
        with _one_line(job.folder), contextlib.redirect_stdout(io.StringIO()):
            if chief:
                oracle.verbose = 0
                engine.save()
                processes.serve(oracle, chief, lambda trial: say(_line(oracle, trial, job.kept)))
            else:
                engine.search(verbose=0)
        found = _found(job, engine)
        found = replace(found, rest=rest_of(oracle, trials))
        if found.rest:
            say(found.rest)
        return found


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a search; it lies beside the folder, which FRESH=1 removes.

    Raises:
        CourseError: the same search is at work, here or on another machine.
    """
    with whole.writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        answer = locks.take(folder.parent / f".{folder.name}.lock")
    if isinstance(answer, locks.Owner):
        raise CourseError(
            f"The same search is at work in {contract.relative(folder)} ({answer}).",
            "wait for its end, or choose another TUNER, TRIALS or SEED: that is a search of its own",
        )
    with answer:
        yield


@contextlib.contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    """What ends a search, on one line.

    Raises:
        CourseError: Keras Tuner gave it up, a trial met what every other would meet, or there is no room to write.
    """
    from keras_tuner.errors import FatalError

    try:
        with whole.writing(folder):
            yield
    except FatalError as error:
        raise CourseError(str(error), "mend it, then start the same command again") from error
    except RuntimeError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        # Keras Tuner's own words, then a traceback, whose last line is the reason.
        said = lines if len(lines) < 3 else [lines[0], lines[-1]]
        raise CourseError(f"The search stopped: {' '.join(' '.join(said).split())[:300]}") from error


def rest_of(oracle: Any, asked: int) -> str:
    """Why a search that is over has fewer trials than were asked for; "" where it has as many.

    Args:
        oracle: a keras_tuner.Oracle. asked: how many trials.

    Raises:
        CourseError: there are combinations that were not tried.
    """
    ended = [trial for trial in oracle.trials.values() if trial.status != "RUNNING"]
    if len(ended) >= asked:
        return ""
    if isinstance(oracle, _kinds("oracles")["hyperband"]):
        return f"The search has {len(ended)} trials: Hyperband's rounds have no more."
    if oracle.populate_space("one more")["status"] != "STOPPED":
        raise CourseError(
            f"Expected {asked} trials. Received: {len(ended)}, though there are combinations that were not tried.",
            "the same command goes on",
        )
    return f"The search has {len(ended)} trials: there are no more combinations."


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
        job = _prepared(row, tuner, trials, options, told)
        processes.meet(worker)
        engine = _engine(job, worker)
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


@dataclass(frozen=True)
class _Job:
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


def _prepared(row: Exercise, tuner: str, trials: int, options: Options, say: Callable[[str], None]) -> _Job:
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
    return _Job(row, tuner, trials, options, preset, data, steps, kept, folder, say)


def _try_given(steps: dict[str, Any], data: Any, kept: dict[str, Any], given: dict[str, Any]) -> None:
    """Make one model by hand: a value that does not fit is told before any trial.

    Raises:
        UsageError: a value out of its range, or an unknown name.
    """
    fixed = Hyperparameters(kept, checked=given)
    model = contract.accept("define", steps["define"](data, fixed))
    steps["compile"](model, fixed)
    fixed.refuse_unknown(given)


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
            self.curves = contract.named_accuracy(self.curves)
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


def _lesson(job: _Job) -> Any:
    """The lesson's define, compile and fit, as Keras Tuner wants them."""
    import keras
    import keras_tuner
    from keras_tuner.errors import FatalError

    objective, direction = job.row.objective or "", job.row.direction or ""

    class Lesson(keras_tuner.HyperModel):
        """Builds and trains the model of a trial."""

        def build(self, hp: Any) -> Any:
            keras.utils.set_random_seed(job.options.seed)
            for name, value in job.kept.items():
                hp.Fixed(name, value)
            try:
                model = contract.accept("define", job.steps["define"](job.data, hp))
                job.steps["compile"](model, hp)
                contract.accept("compile", None, model)
            except CourseError as error:
                raise FatalError(error.message) from error  # every other trial would meet it too
            return model

        def fit(self, hp: Any, model: Any, *arguments: Any, **options: Any) -> dict[str, float]:
            _require_room(job.folder, model)
            # Hyperband trains in rounds: it gives the epoch to end at and the one to begin with.
            epochs = options.get("epochs", job.preset.epochs) - options.get("initial_epoch", 0)
            end = end_of_trial(objective)
            given = [*options.get("callbacks", []), end]
            try:
                result = job.steps["fit"](model, job.data, replace(job.preset, epochs=epochs), given)
                history = contract.accept("fit", result)
            except _EnoughError:
                history = end.curves
            except CourseError as error:
                raise FatalError(error.message) from error
            if objective not in history:
                raise FatalError(f"Expected {objective} in the history of fit. Received: {', '.join(history)}.")
            return {objective: max(history[objective]) if direction == "max" else min(history[objective])}

    return Lesson()


def _require_room(folder: Path, model: Any) -> None:
    """Keras Tuner keeps the weights of a trial in HDF5 files, which end the process where the file system is full.

    Raises:
        FatalError: there is no room for the weights and what an optimizer adds to them.
    """
    from keras_tuner.errors import FatalError

    size = 3 * 4 * sum(math.prod(variable.shape) for variable in model.variables) + 100_000
    try:
        whole.require_room(folder, size)
    except OSError as error:
        raise FatalError(f"Expected room for {size:,} bytes in {folder}. Received: {error.strerror}.") from error


def _telling(job: _Job, worker: Place | None) -> type:
    """What a tuner of the course does beside searching: it reports each trial, and a worker leaves the state to the chief."""

    class Told:
        oracle: Any

        def on_trial_end(self, trial: Any) -> None:
            super().on_trial_end(trial)  # type: ignore[misc]
            if worker is None:
                job.say(_line(self.oracle, trial, job.kept))
            else:
                job.say(" ".join([f"trial {_number(trial)} {trial.status.lower()}", *_reason(trial)]))

        def save(self) -> None:
            if worker is None:
                super().save()  # type: ignore[misc]

    return Told


def _kinds(of: str) -> dict[str, Any]:
    """Keras Tuner's classes by the course's names: the `tuners`, or the `oracles`, which choose the values of their trials."""
    import keras_tuner

    if of == "tuners":
        return {"random": keras_tuner.RandomSearch, "bayesian": keras_tuner.BayesianOptimization,
                "hyperband": keras_tuner.Hyperband, "grid": keras_tuner.GridSearch}  # fmt: skip
    oracles = keras_tuner.oracles
    return {"random": oracles.RandomSearchOracle, "bayesian": oracles.BayesianOptimizationOracle,
            "hyperband": oracles.HyperbandOracle, "grid": oracles.GridSearchOracle}  # fmt: skip


def _settings(job: _Job, worker: Place | None) -> dict[str, Any]:
    """The arguments of a tuner."""
    import keras_tuner

    own = (
        {"max_epochs": max(job.preset.epochs, 2), "factor": 3}
        if job.tuner == "hyperband"
        else {"max_trials": job.trials}
    )
    return own | {
        "objective": keras_tuner.Objective(job.row.objective, job.row.direction),
        "directory": str(job.folder.parent),
        "project_name": job.folder.name,
        "overwrite": job.options.fresh and worker is None,
        "seed": job.options.seed,
        "max_consecutive_failed_trials": 3,
    }


def _engine(job: _Job, worker: Place | None) -> Any:
    """The tuner of a search, which goes on where its folder holds one; a worker's asks the chief."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), processes.joining(worker), whole.writing(job.folder):
            kind = type("Search", (_telling(job, worker), _kinds("tuners")[job.tuner]), {})
            engine = kind(_lesson(job), **_settings(job, worker))
    except json.JSONDecodeError as error:
        raise CourseError(
            f"Expected the state of a search in {contract.relative(job.folder)}. Received: a file that was cut off.",
            "FRESH=1 starts anew",
        ) from error
    if worker:
        engine.oracle.stub = processes.Line(engine.oracle.stub, worker)
        return engine
    # Hyperband plans by epochs; the same bound on trials makes the four searches comparable.
    engine.oracle.max_trials = job.trials
    # Few combinations: with Keras Tuner's five tries in a row a random search would not find the last ones.
    engine.oracle._max_collisions = 1000
    return engine


def _reason(trial: Any) -> list[str]:
    """The last line of what a trial failed with; nothing where it did not fail."""
    return [line.strip() for line in (trial.message or "").strip().splitlines()[-1:]]


def _line(oracle: Any, trial: Any, kept: dict[str, Any]) -> str:
    """A finished trial in words."""
    values = ", ".join(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
                       for name, value in trial.hyperparameters.values.items()
                       if name not in kept and not name.startswith("tuner/"))  # fmt: skip
    told = ": ".join(["failed", *_reason(trial)])
    score = told if trial.score is None else f"{oracle.objective.name} {trial.score:.4f}"
    return f"trial {_number(trial)}: {score} ({values})"


def _number(trial: Any) -> int:
    """The trial's number as a person reads it, from 1: on the screen, in the table and in trials.csv."""
    return int(trial.trial_id) + 1


def _found(job: _Job, engine: Any) -> Found:
    """What the trials found; it is written beside them."""
    row, kept, folder = job.row, job.kept, job.folder
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
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names)
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
    with whole.writing(folder):
        whole.write(folder / "trials.csv", text.getvalue().encode())
        whole.write(folder / "best.json", (json.dumps(summary, indent=2) + "\n").encode())
    values = {**job.options.hp, **best}
    return Found(folder, rows, row.objective or "", best, values, _again(row, job.options, values))
