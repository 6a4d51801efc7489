"""The command line: `python -m whitepaper`, and the targets of the Makefile."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, NoReturn

from whitepaper.cli import arguments
from whitepaper.cli.arguments import Argument, Option
from whitepaper.course import registry
from whitepaper.devices import surroundings
from whitepaper.errors import CourseError, StepError, UsageError

Number = Annotated[str, Argument("exercise, such as 5 or 15b")]
MaybeNumber = Annotated[str, Argument("exercise, such as 5 or 15b; all if not given")]
PresetWord = Annotated[str, Option("smoke, quick or full")]
SeedWord = Annotated[str, Option("a whole number")]
DataWord = Annotated[str, Option("auto, real or stand-in")]
PrecisionWord = Annotated[str, Option("float32, mixed_bfloat16 or mixed_float16")]
HpWords = Annotated[str, Option('hyperparameters, "units=64 learning_rate=0.001"; also epochs')]
Solution = Annotated[bool, Option("run the course's solution", switch=True)]
Json = Annotated[bool, Option("JSON in place of a table", switch=True)]
# A seed of NumPy's.
MAX_SEED = 2**32 - 1


def _console() -> Any:
    from rich.console import Console

    # A pipe has no width: wide enough there for one row a line.
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 120)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _whole(row: registry.Exercise) -> None:
    """Hold a student's file to what every command needs of it: text, with all functions that hold a blank."""
    from whitepaper.course import ladder

    ladder.whole(row)


def list_() -> None:
    """The exercises, with your progress."""
    from whitepaper.cli.tables import list_lines

    console = _console()
    for line in list_lines():
        console.print(line)


def exercise(
    number: Number,
    preset: PresetWord = "quick",
    seed: SeedWord = "0",
    data: DataWord = "",
    strategy: Annotated[str, Option("auto, cpu, gpu, mirrored, multiworker or tpu")] = "auto",
    cpus: Annotated[str, Option("logical devices that the CPU is split into, for mirrored")] = "1",
    precision: PrecisionWord = "float32",
    hp: HpWords = "",
    track: Annotated[str, Option("none, tensorboard or wandb")] = "none",
    strict: Annotated[bool, Option("stop at the first open blank", switch=True)] = False,
    solution: Solution = False,
    fresh: Annotated[bool, Option("do not go on with a run that was cut off", switch=True)] = False,
) -> int | None:
    """Run an exercise to the end; open steps are run with the course's solution."""
    from whitepaper.cli.tables import result_lines
    from whitepaper.lessons.hyperparameters import parse
    from whitepaper.lessons.runner import Options, Run

    options = Options(
        preset, _seed(seed), _word(data), strategy, strict, solution, fresh, parse(hp), track, _count("CPUS", cpus),
        precision,
    )  # fmt: skip
    console = _console()
    for row in registry.built(number):
        if not solution:
            _whole(row)
        ready = Run(row, options, _say)
        console.print(f"[bold]Exercise {row.id}: {row.title}[/]  ({preset}, seed {seed})")
        result = ready.play()
        for line in result_lines(row, result):
            console.print(line)
        if result.record["status"] == "interrupted":
            return 130
    return None


def cluster(
    number: Number,
    workers: Annotated[str, Option("processes on this machine")] = "2",
    preset: PresetWord = "quick",
    seed: SeedWord = "0",
    data: DataWord = "",
    precision: PrecisionWord = "float32",
    hp: HpWords = "",
    solution: Solution = False,
    fresh: Annotated[bool, Option("do not go on with a run that was cut off", switch=True)] = False,
) -> int | None:
    """Run an exercise over several processes of this machine, as over several machines."""
    from whitepaper.devices import cluster as cluster_module
    from whitepaper.devices import precision as precision_module
    from whitepaper.lessons import record

    count = _count("WORKERS", workers)
    for row in registry.built(number):
        if row.framework != "keras":
            raise UsageError(f"Exercise {row.id} has no Keras model to share out. Received: WORKERS={count}.")
        precision_module.check_name(precision, row)
        words = {
            "preset": preset,
            "seed": seed,
            "data": data,
            "precision": precision,
            "hp": hp,
            "strategy": "multiworker",
        }
        command = _again("exercise", row, words, {"solution": solution, "fresh": fresh})
        code = cluster_module.start(command, count, record.runs_folder(row) / "workers", say=_say)
        if code:
            return code
    return None


def check(
    number: Number,
    json: Annotated[bool, Option("the documented JSON instead of a table", switch=True)] = False,
    strict: Annotated[bool, Option("open blanks count as a failure", switch=True)] = False,
) -> int | None:
    """Check your answers."""
    import json as json_module

    from whitepaper.checking import session, verdict
    from whitepaper.checking.session import Outcome
    from whitepaper.cli.checks import Watcher, check_lines
    from whitepaper.course import progress

    _on_tensorflow()
    reports, good, console = [], True, _console()
    for row in registry.built(number):
        seen: list[Outcome] = []
        if not registry.has_solution(row):
            raise CourseError(
                f"The checks of exercise {row.id} compare with its solution. Received: a copy of the course without solutions/."
            )
        try:
            _whole(row)
            with Watcher(row) as watcher:
                outcomes, report = session.run(row, apart=True, watch=watcher.show, done=seen.append)
        except KeyboardInterrupt:
            if not json:
                console.print(*check_lines(row, seen), sep="\n")
            raise
        except CourseError as error:
            if not json:
                raise
            outcomes, report = [], session.with_file_problem(row, registry.exercise_path(row), error)
        wrong = sorted({one["blank"] for one in report["checks"] if one["state"] in verdict.FAULTY})
        progress.remember(row, "checked", {"sha256": report["sha256"], "summary": report["summary"], "wrong": wrong})
        reports.append(report)
        count, wanted = report["summary"], {verdict.PASSED} if strict else {verdict.PASSED, verdict.NOT_ATTEMPTED}
        fine = sum(count[state] for state in wanted) == len(report["checks"])
        # A check that waits for an open blank is no fault.
        waits = not strict and not any(count[state] for state in (*verdict.FAULTY, verdict.UNCHECKED))
        good = good and (fine or waits) and "file_problem" not in report
        if not json:
            console.print(*check_lines(row, outcomes), sep="\n")
    if json:
        print(json_module.dumps(reports[0] if len(reports) == 1 else reports, indent=2, ensure_ascii=False))
    return None if good else 1


def hint(
    number: Number, blank: Annotated[str, Option("a blank's number; the first open one if not given")] = ""
) -> None:
    """The next hint; each call gives one more."""
    from whitepaper.course.hints import next_hint

    for row in registry.built(number):
        for line in next_hint(row, blank):
            print(line)


def reset(number: Number) -> None:
    """A fresh copy of an exercise; yours is kept in .whitepaper/kept/."""
    from whitepaper.course import generator
    from whitepaper.course.registry import relative

    for row in registry.built(number):
        kept = generator.reset(row)
        where = f"; your file is kept as {relative(kept)}" if kept else ""
        print(f"{relative(registry.exercise_path(row))} is fresh{where}.")


def tune(
    number: Number,
    tuner: Annotated[str, Option("random, bayesian, hyperband or grid")] = "random",
    trials: Annotated[str, Option("how many combinations at most")] = "12",
    workers: Annotated[str, Option("processes of this machine that run trials")] = "1",
    preset: PresetWord = "quick",
    seed: SeedWord = "0",
    data: DataWord = "",
    hp: Annotated[str, Option("hyperparameters to keep fixed")] = "",
    solution: Annotated[bool, Option("search the course's solution", switch=True)] = False,
    fresh: Annotated[bool, Option("do not go on with a search that was cut off", switch=True)] = False,
) -> int | None:
    """Search the hyperparameters of an exercise with Keras Tuner; a search that was cut off goes on."""
    from whitepaper.cli.tables import search_lines
    from whitepaper.lessons import record
    from whitepaper.lessons.hyperparameters import parse
    from whitepaper.lessons.runner import Options
    from whitepaper.tuning import job, processes, team
    from whitepaper.tuning import search as tuning

    if not trials.isdigit():
        raise UsageError(f"TRIALS is a whole number from 1. Received: {trials!r}.")
    options = Options(preset, _seed(seed), _word(data), "auto", False, solution, fresh, parse(hp))
    os.environ["WHITEPAPER_DATA"] = options.data
    count, place, rows = _count("WORKERS", workers), processes.place(), registry.built(number)
    if place and (count > 1 or len(rows) > 1):
        raise UsageError(
            f"{processes.ID} makes this process one of a search: of one part, without WORKERS. "
            f"Received: {len(rows)} parts, WORKERS={count}."
        )
    console = _console()
    for row in rows:
        if count > 1:
            job.usage(row, tuner, int(trials), options)
            words = {"tuner": tuner, "trials": trials, "preset": preset, "seed": seed, "data": data, "hp": hp}
            command = _again("tune", row, words, {"solution": solution, "fresh": fresh})
            code = team.start(command, count, record.runs_folder(row) / "searches" / "workers", say=_say)
            if code:
                return code
            continue
        console.print(
            f"[bold]Exercise {row.id}: {row.title}[/]  ({tuner} search, at most {trials} trials, {preset}, seed {seed})"
        )
        if place and not place.chief:
            ran = tuning.work(row, tuner, int(trials), options, place, _say)
            console.print(f"The search is over; {place.name} ran {ran} of its trials. The chief shows what was found.")
            continue
        for line in search_lines(row, tuning.search(row, tuner, int(trials), options, _say, place)):
            console.print(line)
    return None


def _again(command: str, row: registry.Exercise, words: dict[str, str], flags: dict[str, bool]) -> list[str]:
    """This program's command line for one exercise, for processes that it starts."""
    options = [part for name, word in words.items() if word for part in (f"--{name}", word)]
    chosen = [f"--{name}" for name, on in flags.items() if on]
    return [sys.executable, "-P", "-m", "whitepaper", command, row.id, *options, *chosen]


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_SEED:
        raise UsageError(f"SEED is a whole number from 0 to {MAX_SEED}. Received: {text!r}.")
    return int(text)


def _count(name: str, text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise UsageError(f"{name} is a whole number from 1. Received: {text!r}.")
    return int(text)


def _on_tensorflow() -> None:
    """Checks compare numbers that TensorFlow gave: they pass over KERAS_BACKEND."""
    os.environ["KERAS_BACKEND"] = "tensorflow"


def _word(data: str) -> str:
    return data or os.environ.get("WHITEPAPER_DATA") or "auto"


def runs(number: MaybeNumber = "", json: Json = False) -> None:
    """Compare the runs made so far."""
    rows = registry.find(number) if number else registry.exercises()
    if json:
        import json as json_module

        from whitepaper.lessons import record

        kept = [{"folder": folder.name, **one} for row in rows for folder, one in record.all_records(row)]
        print(json_module.dumps(kept, indent=2, ensure_ascii=False))
        return
    from whitepaper.cli.tables import runs_table

    console = _console()
    console.print(runs_table(rows, console.width))


def tensorboard(number: Number, port: Annotated[str, Option("where it listens")] = "6006") -> int | None:
    """Look at the runs of an exercise that TRACK=tensorboard recorded; Ctrl-C ends it."""
    import subprocess

    from whitepaper.course.registry import relative
    from whitepaper.lessons import record

    row = registry.built(number)[0]
    folder = record.runs_folder(row)
    if not any(folder.glob("*/tensorboard")):
        raise CourseError(
            f"No run of exercise {row.id} was recorded for TensorBoard.", f"make exercise N={row.id} TRACK=tensorboard"
        )
    print(
        f"TensorBoard shows {relative(folder)} at http://localhost:{_count('PORT', port)}/ (Ctrl-C ends it).",
        flush=True,
    )
    command = [sys.executable, "-P", "-m", "tensorboard.main", "--logdir", str(folder), "--port", port]
    return subprocess.run(command, check=False).returncode


def update(from_: Annotated[str, Option("the folder of an older copy of the course")] = "") -> None:
    """Get the newer version of the course by git, and carry your answers into it."""
    from pathlib import Path

    from whitepaper.course import update as updating

    for line in updating.update(Path(from_) if from_ else None):
        print(line)


def generate(
    check: Annotated[bool, Option("only tell what drifted", switch=True)] = False,
    replace: Annotated[bool, Option("also exercises that were changed, after a copy", switch=True)] = False,
) -> int | None:
    """For maintainers: exercises/, the lessons' heads and README's table from solutions/ and the registry."""
    from whitepaper.course import generator
    from whitepaper.course.registry import relative

    if check:
        lines = generator.drift_lines()
        for line in lines:
            print(line)
        if lines:
            return 1
        print("Generated files are what the generator makes.")
        return None
    written, left, copies = generator.write(replace)
    for path in written:
        print(f"written: {relative(path)}")
    for path in left:
        print(f"left alone, as somebody has changed it: {relative(path)} (make reset gives a fresh one and keeps this)")
    for path in copies:
        print(f"kept: {relative(path)}")
    if not written and not left:
        print("Nothing to do: all generated files are up to date.")
    return None


def mistakes(number: MaybeNumber = "") -> int | None:
    """The table of planted mistakes and right answers."""
    from whitepaper.checking.trials import try_all
    from whitepaper.cli.tables import mistakes_table

    _on_tensorflow()
    rows = registry.built(number) if number else tuple(row for row in registry.exercises() if registry.is_built(row))
    good = True
    for row in rows:
        tried = try_all(row)
        good = good and all(one.good for one in tried)
        _console().print(mistakes_table(row, tried))
    return None if good else 1


def seconds(number: MaybeNumber = "") -> None:
    """Measure how long the checks of the solutions take; a student's may take ten times as long."""
    import json as json_module

    from whitepaper.checking import judging, trials

    known = dict(judging.recorded_seconds())
    for row in (
        registry.built(number) if number else tuple(row for row in registry.exercises() if registry.is_built(row))
    ):
        known[row.short] = trials.seconds_of_checks(row)
        print(
            f"Exercise {row.id}: {sum(known[row.short].values()):.1f} s in checks of half a second and more", flush=True
        )
        judging.TIMES.write_text(json_module.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")


COMMANDS: dict[str, Callable[..., Any]] = {
    "list": list_,
    "exercise": exercise,
    "check": check,
    "hint": hint,
    "reset": reset,
    "runs": runs,
    "tune": tune,
    "cluster": cluster,
    "tensorboard": tensorboard,
    "update": update,
    "mistakes": mistakes,
    "seconds": seconds,
    "generate": generate,
}
# Other names of commands.
ALSO = {"run": "exercise"}


def perform(words: list[str]) -> int:
    """Run one command line and give its exit code.

    Raises:
        UsageError: no such command, or words that it does not take.
    """
    if not words or words[0] in ("--help", "-h", "help"):
        print("\n".join(arguments.overview(COMMANDS)))
        return 0
    name = ALSO.get(words[0], words[0])
    if name not in COMMANDS:
        meant = arguments.near(name, COMMANDS)
        hint_ = f"Did you mean {meant}?" if meant else f"It is one of {', '.join(COMMANDS)}."
        raise UsageError(f"No command {name!r}. {hint_}", "make help")
    if {"--help", "-h"} & set(words):
        print("\n".join(arguments.help_lines(name, COMMANDS[name])))
        return 0
    arguments.check_given(name, COMMANDS[name])
    return COMMANDS[name](**arguments.parse(name, COMMANDS[name], words[1:])) or 0


def _stop(error: CourseError) -> NoReturn:
    """One line of what was wrong, one of what to do; never a traceback."""
    print(error.message, file=sys.stderr)
    if isinstance(error, StepError) and error.log:
        print(f"The full traceback: {error.log}", file=sys.stderr)
    if error.todo:
        print(f"Next: {error.todo}", file=sys.stderr)
    sys.exit(error.exit_code)


@contextlib.contextmanager
def _somebody() -> Iterator[None]:
    """A home and a name for a user who has none, as in many containers: libraries write to the one and read the other."""
    if not os.environ.get("LOGNAME") and not os.environ.get("USER"):
        os.environ["LOGNAME"] = "student"
    if os.path.expanduser("~") != "~":
        yield
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="whitepaper-home-") as home:
        os.environ["HOME"] = home
        if not os.environ.get("WHITEPAPER_CACHE"):
            _say("This user has no home folder: data are not kept. WHITEPAPER_CACHE names a folder for them.")
        yield


def main() -> None:
    """Entry point of the script."""
    surroundings.prepare()
    try:
        with _somebody():
            sys.exit(perform(sys.argv[1:]))
    except CourseError as error:
        _stop(error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # `make list | head`: whoever read has gone, and Python's own flush at the end would say so again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        # Student code's own errors have become StepErrors: this is a file of the course's.
        if not error.filename:
            raise
        print(f"{error.filename}: {error.strerror}.", file=sys.stderr)
        sys.exit(1)
