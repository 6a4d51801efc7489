"""The tuner of a search: Keras Tuner's, which tells of each trial and leaves the state to the chief."""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

from whitepaper.errors import CourseError
from whitepaper.files import whole
from whitepaper.lessons import contract
from whitepaper.tuning import processes
from whitepaper.tuning.job import Job
from whitepaper.tuning.processes import Place
from whitepaper.tuning.trial import lesson


def _telling(job: Job, worker: Place | None) -> type:
    """What a tuner of the course does beside searching: it reports each trial, and a worker leaves the state to the chief."""

    class Told:
        oracle: Any

        def on_trial_end(self, trial: Any) -> None:
            super().on_trial_end(trial)  # type: ignore[misc]
            if worker is None:
                job.say(line_of(self.oracle, trial, job.kept))
            else:
                job.say(" ".join([f"trial {number_of(trial)} {trial.status.lower()}", *_reason(trial)]))

        def save(self) -> None:
            if worker is None:
                super().save()  # type: ignore[misc]

    return Told


def kinds(of: str) -> dict[str, Any]:
    """Keras Tuner's classes by the course's names: the `tuners`, or the `oracles`, which choose the values of their trials."""
    import keras_tuner

    if of == "tuners":
        return {"random": keras_tuner.RandomSearch, "bayesian": keras_tuner.BayesianOptimization,
                "hyperband": keras_tuner.Hyperband, "grid": keras_tuner.GridSearch}  # fmt: skip
    oracles = keras_tuner.oracles
    return {"random": oracles.RandomSearchOracle, "bayesian": oracles.BayesianOptimizationOracle,
            "hyperband": oracles.HyperbandOracle, "grid": oracles.GridSearchOracle}  # fmt: skip


def _settings(job: Job, worker: Place | None) -> dict[str, Any]:
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


def tuner_of(job: Job, worker: Place | None) -> Any:
    """The tuner of a search, which goes on where its folder holds one; a worker's asks the chief."""
    try:
        with contextlib.redirect_stdout(io.StringIO()), processes.joining(worker), whole.writing(job.folder):
            kind = type("Search", (_telling(job, worker), kinds("tuners")[job.tuner]), {})
            engine = kind(lesson(job), **_settings(job, worker))
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


def searched(trial: Any, kept: dict[str, Any]) -> dict[str, Any]:
    """The values of a trial that were searched, without those that were kept and Keras Tuner's own."""
    values = trial.hyperparameters.values
    return {name: values[name] for name in values if name not in kept and not name.startswith("tuner/")}


def line_of(oracle: Any, trial: Any, kept: dict[str, Any]) -> str:
    """A finished trial in words."""
    values = ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in searched(trial, kept).items()
    )
    told = ": ".join(["failed", *_reason(trial)])
    score = told if trial.score is None else f"{oracle.objective.name} {trial.score:.4f}"
    return f"trial {number_of(trial)}: {score} ({values})"


def number_of(trial: Any) -> int:
    """The trial's number as a person reads it, from 1: on the screen, in the table and in trials.csv."""
    return int(trial.trial_id) + 1


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
    if isinstance(oracle, kinds("oracles")["hyperband"]):
        return f"The search has {len(ended)} trials: Hyperband's rounds have no more."
    if oracle.populate_space("one more")["status"] != "STOPPED":
        raise CourseError(
            f"Expected {asked} trials. Received: {len(ended)}, though there are combinations that were not tried.",
            "the same command goes on",
        )
    return f"The search has {len(ended)} trials: there are no more combinations."
