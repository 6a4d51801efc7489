"""The command line: `python -m whitepaper`, and the targets of the Makefile."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NoReturn

import typer

from whitepaper.course import registry
from whitepaper.devices import surroundings
from whitepaper.errors import CourseError, StepError, UsageError

Number = Annotated[str, typer.Argument(metavar="N", help="exercise, such as 5 or 15b")]
PresetWord = Annotated[str, typer.Option(help="smoke, quick or full")]
SeedWord = Annotated[str, typer.Option(help="a whole number")]
DataWord = Annotated[str, typer.Option(help="auto, real or stand-in")]
PrecisionWord = Annotated[str, typer.Option(help="float32, mixed_bfloat16 or mixed_float16")]
HpWords = Annotated[str, typer.Option(help='hyperparameters, "units=64 learning_rate=0.001"')]
Solution = Annotated[bool, typer.Option("--solution", help="play the course's solution")]
MaybeNumber = Annotated[str, typer.Argument(metavar="[N]", help="exercise, such as 5 or 15b; all if not given")]


def _console() -> Any:
    from rich.console import Console

    # A pipe has no width: wide enough there for one row a line.
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else 120)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def list_() -> None:
    """The exercises, with your progress."""
    from whitepaper.cli.tables import list_table

    _console().print(list_table())


def run(
    number: Number,
    preset: PresetWord = "quick",
    seed: SeedWord = "0",
    data: DataWord = "",
    strategy: Annotated[str, typer.Option(help="auto, cpu, gpu, mirrored, multiworker or tpu")] = "auto",
    cpus: Annotated[str, typer.Option(help="logical devices that the CPU is split into, for mirrored")] = "1",
    precision: PrecisionWord = "float32",
    hp: HpWords = "",
    track: Annotated[str, typer.Option(help="none, tensorboard or wandb")] = "none",
    strict: Annotated[bool, typer.Option("--strict", help="stop at the first open blank")] = False,
    solution: Solution = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="do not go on with a run that was cut off")] = False,
) -> None:
    """Run an exercise to the end; open steps are played by the course."""
    from whitepaper.cli.tables import result_lines
    from whitepaper.lessons.hyperparameters import parse
    from whitepaper.lessons.runner import Options, Run

    options = Options(
        preset, _seed(seed), _word(data), strategy, strict, solution, fresh, parse(hp), track, _count("CPUS", cpus),
        precision,
    )  # fmt: skip
    console = _console()
    for row in registry.built(number):
        ready = Run(row, options, _say)
        console.print(f"[bold]Exercise {row.id}: {row.title}[/]  ({preset}, seed {seed})")
        result = ready.play()
        for line in result_lines(row, result):
            console.print(line)
        if result.record["status"] == "interrupted":
            raise typer.Exit(130)


def cluster(
    number: Number,
    workers: Annotated[str, typer.Option(help="processes on this machine")] = "2",
    preset: PresetWord = "quick",
    seed: SeedWord = "0",
    data: DataWord = "",
    precision: PrecisionWord = "float32",
    hp: HpWords = "",
    solution: Solution = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="do not go on with a run that was cut off")] = False,
) -> None:
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
        command = _again("run", row, words, {"solution": solution, "fresh": fresh})
        code = cluster_module.start(command, count, record.runs_folder(row) / "workers", say=_say)
        if code:
            raise typer.Exit(code)


def check(
    number: Number,
    json: Annotated[bool, typer.Option("--json", help="the documented JSON instead of a table")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="open blanks count as a failure")] = False,
) -> None:
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
        try:
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
        progress.remember(row, "checked", {"sha256": report["sha256"], "summary": report["summary"]})
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
    if not good:
        raise typer.Exit(1)


def hint(
    number: Number, blank: Annotated[str, typer.Option(help="a blank's number; the first open one if not given")] = ""
) -> None:
    """The next hint; each call gives one more."""
    from whitepaper.course.hints import next_hint

    for row in registry.built(number):
        for line in next_hint(row, blank):
            print(line)


def reset(number: Number) -> None:
    """A fresh copy of an exercise; your file is kept."""
    from whitepaper.course import generator
    from whitepaper.lessons.contract import relative

    for row in registry.built(number):
        kept = generator.reset(row)
        where = f"; your file is kept as {relative(kept)}" if kept else ""
        print(f"{relative(registry.exercise_path(row))} is fresh{where}.")


def tune(
    number: Number,
    tuner: Annotated[str, typer.Option(help="random, bayesian, hyperband or grid")] = "random",
    trials: Annotated[str, typer.Option(help="how many combinations at most")] = "12",
    workers: Annotated[str, typer.Option(help="processes of this machine that run trials")] = "1",
    preset: PresetWord = "quick",
    seed: SeedWord = "0",
    data: DataWord = "",
    hp: Annotated[str, typer.Option(help="hyperparameters to keep fixed")] = "",
    solution: Annotated[bool, typer.Option("--solution", help="search the course's solution")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="do not go on with a search that was cut off")] = False,
) -> None:
    """Search the hyperparameters of an exercise with Keras Tuner; a search that was cut off goes on."""
    import os

    from whitepaper.cli.tables import search_lines
    from whitepaper.lessons import record
    from whitepaper.lessons.hyperparameters import parse
    from whitepaper.lessons.runner import Options
    from whitepaper.tuning import processes
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
            tuning.usage(row, tuner, int(trials), options)
            words = {"tuner": tuner, "trials": trials, "preset": preset, "seed": seed, "data": data, "hp": hp}
            command = _again("tune", row, words, {"solution": solution, "fresh": fresh})
            code = processes.start(command, count, record.runs_folder(row) / "searches" / "workers", say=_say)
            if code:
                raise typer.Exit(code)
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


def _again(command: str, row: registry.Exercise, words: dict[str, str], flags: dict[str, bool]) -> list[str]:
    """This program's command line for one exercise, for processes that it starts."""
    options = [part for name, word in words.items() if word for part in (f"--{name}", word)]
    chosen = [f"--{name}" for name, on in flags.items() if on]
    return [sys.executable, "-m", "whitepaper", command, row.id, *options, *chosen]


def _seed(text: str) -> int:
    if not text.isdigit():
        raise UsageError(f"SEED is a whole number from 0. Received: {text!r}.")
    return int(text)


def _count(name: str, text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise UsageError(f"{name} is a whole number from 1. Received: {text!r}.")
    return int(text)


def _on_tensorflow() -> None:
    """Checks compare numbers that TensorFlow gave: they pass over KERAS_BACKEND."""
    import os

    os.environ["KERAS_BACKEND"] = "tensorflow"


def _word(data: str) -> str:
    import os

    return data or os.environ.get("WHITEPAPER_DATA") or "auto"


def runs(number: MaybeNumber = "") -> None:
    """Compare the runs made so far."""
    from whitepaper.cli.tables import runs_table

    _console().print(runs_table(registry.find(number) if number else registry.exercises()))


def exercises(check: Annotated[bool, typer.Option("--check", help="only tell what drifted")] = False) -> None:
    """Regenerate exercises/, the lessons' heads and README's table."""
    from whitepaper.course import generator
    from whitepaper.lessons.contract import relative

    if check:
        lines = generator.drift_lines()
        for line in lines:
            print(line)
        if lines:
            raise typer.Exit(1)
        print("Generated files are what the generator makes.")
        return
    written, left = generator.write()
    for path in written:
        print(f"written: {relative(path)}")
    for path in left:
        print(f"left alone, blanks are filled: {relative(path)} (make reset gives a fresh one)")
    if not written and not left:
        print("Nothing to do: all generated files are up to date.")


def mistakes(number: MaybeNumber = "") -> None:
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
    if not good:
        raise typer.Exit(1)


def seconds(number: MaybeNumber = "") -> None:
    """Measure how long the checks of the solutions take; a student's may take ten times as long."""
    import json as json_module

    from whitepaper.checking import session, trials

    known = dict(session.recorded_seconds())
    for row in registry.built(number) if number else [row for row in registry.exercises() if registry.is_built(row)]:
        known[row.short] = trials.seconds_of_checks(row)
        print(f"Exercise {row.id}: {sum(known[row.short].values()):.1f} s in checks of half a second and more")
        session.TIMES.write_text(json_module.dumps(dict(sorted(known.items())), indent=1) + "\n", encoding="utf-8")


COMMANDS: dict[str, Any] = {
    "list": list_,
    "run": run,
    "cluster": cluster,
    "check": check,
    "hint": hint,
    "reset": reset,
    "tune": tune,
    "runs": runs,
    "exercises": exercises,
    "mistakes": mistakes,
    "seconds": seconds,
}


def application(words: list[str]) -> typer.Typer:
    """The Typer application. Only the command that is asked for is built: building all costs a tenth of a second."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
                      help="The deep-learning white paper course.")  # fmt: skip
    # A callback keeps an application of one command a group, so that the command's name is still its first word.
    app.callback()(_group)
    chosen = words[:1] if words[:1] and words[0] in COMMANDS else list(COMMANDS)
    for name in chosen:
        app.command(name)(COMMANDS[name])
    return app


def _group() -> None:
    """The deep-learning white paper course."""


def _stop(error: CourseError) -> NoReturn:
    """One line of what was wrong, one of what to do; never a traceback."""
    print(error.message, file=sys.stderr)
    if isinstance(error, StepError) and error.log:
        print(f"The full traceback: {error.log}", file=sys.stderr)
    if error.todo:
        print(f"Next: {error.todo}", file=sys.stderr)
    sys.exit(error.exit_code)


def main() -> None:
    """Entry point of the script."""
    surroundings.prepare()
    try:
        application(sys.argv[1:])()
    except CourseError as error:
        _stop(error)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
