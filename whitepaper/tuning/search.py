"""Keras Tuner over any exercise: the lesson's own define, compile and fit, with `hp` answered by a search."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whitepaper.course.registry import Exercise
from whitepaper.errors import CourseError
from whitepaper.files import locks, whole
from whitepaper.lessons import contract
from whitepaper.lessons.runner import Options
from whitepaper.tuning import processes
from whitepaper.tuning.engine import line_of, number_of, rest_of, searched, tuner_of
from whitepaper.tuning.job import Job, prepared
from whitepaper.tuning.processes import Place


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
    job = prepared(row, tuner, trials, options, say)
    with _alone(job.folder):
        engine = tuner_of(job, None)
        oracle = engine.oracle
        unfinished = processes.deal_again(oracle)
        if oracle.trials and unfinished + engine.remaining_trials > 0:
            say(f"Going on with the search in {contract.relative(job.folder)}.")
        with _one_line(job.folder), contextlib.redirect_stdout(io.StringIO()):
            if chief:
                oracle.verbose = 0
                engine.save()
                processes.serve(oracle, chief, lambda trial: say(line_of(oracle, trial, job.kept)))
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
        job = prepared(row, tuner, trials, options, told)
        processes.meet(worker)
        engine = tuner_of(job, worker)
        with contextlib.redirect_stdout(io.StringIO()):
            engine.search(verbose=0)
    except FatalError as error:
        raise CourseError(str(error), "start the same commands again: the search goes on") from error
    return count


def _found(job: Job, engine: Any) -> Found:
    """What the trials found; it is written beside them."""
    row, kept, folder = job.row, job.kept, job.folder
    finished = [trial for trial in engine.oracle.trials.values() if trial.score is not None]
    if not finished:
        raise CourseError(
            f"No trial of exercise {row.id} ended well; see {contract.relative(folder)}.", f"make exercise N={row.id}"
        )
    sign = -1 if row.direction == "max" else 1
    finished.sort(key=lambda trial: (sign * trial.score, trial.trial_id))
    rows = [{"trial": number_of(one), "score": float(one.score), **searched(one, kept)} for one in finished]
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
