"""Plays an exercise: the student's steps, and the course's where blanks are open."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import os
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from whitepaper.course import blanks, ladder, registry, source
from whitepaper.course.registry import Exercise
from whitepaper.devices import backends, cluster, precision, strategies
from whitepaper.errors import CourseError, NotAttempted, StepError, UsageError
from whitepaper.files import whole
from whitepaper.lessons import contract, record, resume, tracking
from whitepaper.lessons.contract import Preset
from whitepaper.lessons.hyperparameters import Hyperparameters

# Many small steps in one call into TensorFlow: the same numbers, about twice as fast on a CPU.
STEPS_PER_EXECUTION = 32


@dataclass(frozen=True)
class Options:
    """What a person chose for a run; the fields are the make variables in lower case."""

    preset: str = "quick"
    seed: int = 0
    data: str = "auto"
    strategy: str = "auto"
    strict: bool = False
    solution: bool = False
    fresh: bool = False
    hp: dict[str, Any] = field(default_factory=dict)
    track: str = "none"
    cpus: int = 1
    precision: str = "float32"


@dataclass
class Result:
    """What a run left: its folder, its record, and the figures' paths."""

    folder: Path
    record: dict[str, Any]


class _PlayByCourse(Exception):
    """A step turned out to be open: play again with the course's functions for these steps."""

    def __init__(self, steps: set[str], blank: int) -> None:
        self.steps = steps
        self.blank = blank


def seed_everything(seed: int, framework: str) -> None:
    """Seed Python, NumPy and, for Keras lessons, TensorFlow."""
    if framework == "keras":
        import keras

        keras.utils.set_random_seed(seed)
        return
    import numpy as np

    random.seed(seed)
    # Lessons use their own generators; this is for student code that calls np.random directly.
    np.random.seed(seed)  # noqa: NPY002


class Run:
    """One run of one exercise.

    Args:
        row: the exercise.
        options: what the person chose.
        say: called with one line of text for the person; silent by default.

    Raises:
        UsageError: an unknown preset, strategy, precision or data word.
        CourseError: the student's file cannot be imported or does not keep the contract.
    """

    def __init__(self, row: Exercise, options: Options, say: Callable[[str], None] = lambda text: None) -> None:
        self.row, self.options, self.say = row, options, say
        if options.preset not in contract.PRESETS:
            raise UsageError(f"PRESET is one of {', '.join(contract.PRESETS)}. Received: {options.preset!r}.")
        if options.data not in ("auto", "real", "stand-in"):
            raise UsageError(f"DATA is one of auto, real, stand-in. Received: {options.data!r}.")
        strategies.check_name(options.strategy)
        precision.check_name(options.precision, row)
        tracking.check_name(options.track)
        if options.track != "none" and row.framework != "keras":
            raise UsageError(
                f"TRACK records Keras fits; exercise {row.id} has none. Received: {options.track!r}.",
                f"make exercise N={row.id}",
            )
        self.path = registry.solution_path(row) if options.solution else registry.exercise_path(row)
        if options.solution and not registry.has_solution(row):
            raise CourseError(
                f"SOLUTION=1 runs {contract.relative(self.path)}. Received: a copy of the course without solutions/.",
                f"make exercise N={row.id}",
            )
        text = source.read(self.path) if self.path.is_file() else ""
        self._solution_text = source.read(registry.solution_path(row)) if registry.has_solution(row) else ""
        if row.framework == "keras":
            from whitepaper.devices.quiet import import_tensorflow

            backends.check(row, self._solution_text, text)
            if backends.name() != "tensorflow" and (options.strategy, options.cpus) != ("auto", 1):
                raise UsageError(
                    "With KERAS_BACKEND=jax there is one device, JAX's own. "
                    f"Received: STRATEGY={options.strategy}, CPUS={options.cpus}."
                )
            import_tensorflow()
            strategies.split_cpu(options.cpus)
        marked = blanks.parse(self._solution_text) if self._solution_text else ladder.of(row)
        steps = {blank.number: blank.step for blank in marked}
        self.open = {number: steps.get(number, "") for number in blanks.open_blanks(text)}
        if options.strict and self.open:
            number, step = next(iter(self.open.items()))
            raise StepError(
                step,
                f"STRICT=1: blank {number} ({step}) is still open in {contract.relative(self.path)}.",
                self._next(),
            )
        if self.open and not registry.has_solution(row):
            number, step = next(iter(self.open.items()))
            raise StepError(
                step,
                f"Blank {number} ({step}) is still open in {contract.relative(self.path)}, and this copy of the course "
                "has no solutions/ to run it with.",
                self._next(),
            )
        self.module = contract.load_module(self.path, "solutions" if options.solution else "exercises")
        contract.validate(self.module)
        # Without solutions no blank is open here: all steps are the student's.
        self._course: ModuleType | None = self.module if options.solution or not registry.has_solution(row) else None
        self.preset: Preset
        self.preset, self.hp = contract.sized(contract.preset_named(self.module, options.preset), options.hp)
        self.signature = self._signature(text)
        self.folder = Path()
        self.tracker: tracking.Tracker | None = None
        self.resumed = False
        self.team: Any = None
        self.chief = True  # of several processes the first, which alone writes and speaks

    def _next(self) -> str:
        if self.open:
            return f"make hint N={self.row.id}, then make check N={self.row.id}"
        return f"make check N={self.row.id}"

    def _signature(self, text: str) -> str:
        chosen = self.options
        parts = (text, self._solution_text, chosen.preset, chosen.seed, chosen.data, chosen.strategy, chosen.cpus,
                 chosen.precision, backends.name(), sorted(chosen.hp.items()))  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @property
    def solution(self) -> ModuleType:
        """The course's own module, imported when a step needs it."""
        if self._course is None:
            self._course = contract.load_module(registry.solution_path(self.row), "solutions")
        return self._course

    def play(self) -> Result:
        """Run all steps and write the record.

        Raises:
            StepError: a student's step raised or gave back the wrong kind of thing; the record keeps what was reached.
        """
        # Before any folder is made: a device that is not there leaves no trace.
        if self.row.framework != "keras" and self.options.strategy not in ("auto", "cpu"):
            raise UsageError(
                f"Exercise {self.row.id} has no Keras model: it runs on the CPU. Received: STRATEGY={self.options.strategy}."
            )
        self.strategy = strategies.choose(self.options.strategy) if self.row.framework == "keras" else ("cpu", None)
        self.chief = strategies.is_chief(self.strategy[1])
        if not self.chief:
            return self._follow()
        place = resume.take_folder(self.row, self.signature, self.options.fresh, self.say)
        self.folder, self.resumed = place.folder, place.resumed
        with place.lock:
            if self.resumed:
                self.say(f"Going on with the run of {self.folder.name}, which was cut off (FRESH=1 starts anew).")
            return self._play()

    def _follow(self) -> Result:
        """Compute as the chief does; what is written goes to a folder that is gone afterwards.

        Saving reads metrics that are summed over all processes, so all must save, or none.
        """
        self.say = lambda text: None
        with tempfile.TemporaryDirectory(prefix="whitepaper-worker-") as folder:
            self.folder = Path(folder)
            return self._play()

    def _play(self) -> Result:
        self.preset = dataclasses.replace(self.preset, folder=self.folder)
        os.environ["WHITEPAPER_DATA"] = self.options.data
        by_course = {step for step in self.open.values() if step}
        with self._bars():
            while True:
                try:
                    return self._steps(by_course)
                except _PlayByCourse as again:
                    by_course |= again.steps
                    # What a fit that broke off has left belongs to no run.
                    shutil.rmtree(self.folder / "backup", ignore_errors=True)
                    (self.folder / "history.csv").unlink(missing_ok=True)

    def _bars(self) -> contextlib.AbstractContextManager[None]:
        if self.row.framework != "keras":
            return contextlib.nullcontext()
        from whitepaper.lessons import bars

        return bars.instead_of_keras()

    def _steps(self, by_course: set[str]) -> Result:
        """Play the steps once, some of them by the course; the record says how it ended."""
        seed_everything(self.options.seed, self.row.framework)
        self.record = self._begun()
        self._write()
        interrupted = False
        try:
            interrupted = self._through(by_course)
        except (_PlayByCourse, cluster.WorkerLost):
            raise  # after a lost worker the record stays that of a running one: started again, it goes on
        except KeyboardInterrupt:
            interrupted = True
        except UsageError:
            self._forget()
            raise
        except BaseException as error:
            self._fail(error)
            raise
        finally:
            if self.tracker:
                self.tracker.close()
        self._finish("interrupted" if interrupted else "finished")
        return Result(self.folder, self.record)

    def _forget(self) -> None:
        """A word of the command was wrong: there was no run, unless one goes on."""
        if not self.resumed:
            shutil.rmtree(self.folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.folder.parent.rmdir()

    def _begun(self) -> dict[str, Any]:
        """The record of a run that has begun."""
        row, options = self.row, self.options
        return {
            "schema": 1,
            "exercise": row.number,
            "part": row.part,
            "title": row.title,
            "status": "running",
            "started": datetime.now().isoformat(timespec="seconds"),
            "preset": options.preset,
            "seed": options.seed,
            "strategy": self.strategy[0],
            "precision": options.precision,
            "hp": {},
            "data": {},
            "metrics": {},
            "claims": [],
            "steps": [],
            "epochs_run": 0,
            "resumed": self.resumed,
            "files": [],
            "versions": record.versions(row.framework),
        }

    def _through(self, by_course: set[str]) -> bool:
        """All steps, one after the other; whether Ctrl-C ended the fit."""
        data = self._step("load", by_course, self.preset)
        self.record["data"] = data.provenance()
        self.say(str(data))
        # Inside, so that it widens the answers of the replicas' own predict.
        with strategies.scope(self.strategy[1]) as self.team, precision.scope(self.options.precision):
            model = self._made(data, by_course)
            history, interrupted = self._fit(model, data, self.strategy[1], by_course)
            self._save(model)
            metrics = self._measured(model, data, by_course)
            if self.chief:
                self._figures(model, data, history, by_course)
            if self.team:
                self.team.total(1.0)  # a process that leaves early would take the others with it
        if self.tracker:
            self.tracker.finish(metrics, self.folder / "figures")
        return interrupted

    def _made(self, data: Any, by_course: set[str]) -> Any:
        """The model, defined and compiled with the hyperparameters."""
        hp = Hyperparameters({"seed": self.options.seed, **self.preset.hp, **self.hp}, checked=self.hp)
        model = self._step("define", by_course, data, hp)
        self._step("compile", by_course, model, hp)
        given = {name: value for name, value in self.options.hp.items() if name in contract.SIZES}
        self.record["hp"] = {**hp.values, **given}
        hp.refuse_unknown(self.hp)
        return model

    def _measured(self, model: Any, data: Any, by_course: set[str]) -> dict[str, float]:
        """The metrics, which go into the record with the claims about them."""
        metrics: dict[str, float] = self._step("evaluate", by_course, model, data)
        self.record["metrics"] = {name: value if value == value else None for name, value in metrics.items()}
        self.record["claims"] = record.judge(self.row, metrics, self.options.preset, self.record["data"])
        self._write()
        return metrics

    def _step(self, step: str, by_course: set[str], *arguments: Any) -> Any:
        """Play one step, by the student or by the course, and hold its result to the contract."""
        theirs = not self.options.solution and step not in by_course
        module = self.module if theirs else self.solution
        started = time.perf_counter()
        try:
            result = getattr(module, step)(*arguments)
        except NotAttempted as error:
            if self.options.strict:
                raise StepError(
                    step, f"STRICT=1: {step} reached blank {error.blank}, which is still open.", self._next()
                ) from error
            if not theirs:
                # The course's function met a student's object with an open blank: its maker must be the course's too.
                earlier = {"load", "define", "compile"} - by_course
                if not earlier:
                    raise
                raise _PlayByCourse(
                    {step, "define", "compile"} if "define" in earlier else earlier, error.blank
                ) from error
            if step in ("evaluate", "figures"):
                # Nothing before depends on them: the course takes over here, without a second fit.
                by_course.add(step)
                return self._step(step, by_course, *arguments)
            raise _PlayByCourse({step}, error.blank) from error
        except KeyboardInterrupt:
            raise
        except CourseError:
            raise
        except (Exception, SystemExit) as error:
            if no_room := whole.write_error(error, self.folder):
                raise no_room from error
            if self.team and self.team.many and cluster.lost(error):
                raise cluster.WorkerLost(
                    f"Another process of this run has gone in {step}: {' '.join(str(error).split())[:300]}",
                    "start all again: the run goes on from its last epoch",
                ) from error
            raise StepError(step, f"{step} failed at {contract.place(error, Path(module.__file__ or ''))}", self._next(),
                            traceback.format_exc()) from error  # fmt: skip
        try:
            result = contract.accept(step, result, arguments[0] if step == "compile" else None)
        except StepError as error:
            error.todo = error.todo or self._next()
            raise
        open_here = [number for number, of in self.open.items() if of == step]
        by = "student" if theirs else "course"
        seconds = round(time.perf_counter() - started, 3)
        self.record["steps"].append({"name": step, "by": by, "seconds": seconds, "blanks_open": open_here})
        self._write()
        return result

    def _fit(self, model: Any, data: Any, strategy: Any, by_course: set[str]) -> tuple[dict[str, list[float]], bool]:
        if not contract.is_keras_model(model):
            history = self._step("fit", by_course, model, data, self.preset, [])
            self.record["epochs_run"] = max(map(len, history.values()), default=0)
            record.write_history(self.folder / "history.csv", history)
            return history, False
        from whitepaper.lessons import backup, callbacks

        kept = {name: self.record[name] for name in ("preset", "seed", "strategy", "precision")}
        kept["data"] = self.record["data"]["source"]
        config = kept | self.record["hp"]
        self.tracker = tracking.Tracker(self.options.track, self.folder, self.row.short, config, self.say)
        if strategy is None and len(data.train) > 2 * STEPS_PER_EXECUTION * self.preset.batch_size:
            model.steps_per_execution = STEPS_PER_EXECUTION
        if self.team:
            self.team.share_folder(self.folder / "backup")
        ours = callbacks.standard(self.folder, self.say, shared=self.team is not None)
        given = [*ours.given, *self.tracker.callbacks()]
        try:
            with backup.at_work():
                history = self._step("fit", by_course, model, data, self.preset, given)
        finally:
            ours.stop.restore()
        self._note_resumed(ours.backup)
        return self._curves(ours.history, history), ours.stop.interrupted

    def _note_resumed(self, backup: Any) -> None:
        """Record whether the numbers of a resumed fit are those of an undisturbed one."""
        if self.resumed and backup.differs:
            self.record["differs"] = backup.differs
            self.say(f"Resumed: the numbers may differ from those of an undisturbed run, because {backup.differs}.")

    def _curves(self, written: Any, history: dict[str, list[float]]) -> dict[str, list[float]]:
        """The curves of the whole fit, with the epochs before a kill; what the history file lacks is written.

        Args:
            written: the `HistoryFile`; a lesson that did not use the callbacks has its own history only.
        """
        curves = written.curves
        self.record["epochs_run"] = max(map(len, (curves or history).values()), default=0)
        if not curves:
            record.write_history(self.folder / "history.csv", history)
        elif more := {name: values for name, values in history.items() if name not in curves}:
            record.write_history(self.folder / "comparison.csv", more)
        return {**history, **curves} if self.resumed else history

    def _figures(self, model: Any, data: Any, history: dict[str, list[float]], by_course: set[str]) -> None:
        if not hasattr(self.solution, "figures"):
            return
        from whitepaper import plots

        with plots.style():
            drawn = self._step("figures", by_course, model, data, history)
            with whole.writing(self.folder / "figures"):
                plots.save(drawn, self.folder / "figures")

    def _save(self, model: Any) -> None:
        if contract.is_keras_model(model):
            path = self.folder / "model.keras"
            with whole.writing(path), whole.place(path) as temporary:
                model.save(temporary)

    def _fail(self, error: BaseException) -> None:
        """Write what went wrong; a run without room for it keeps its backup, so that it can go on when there is some."""
        no_room = isinstance(error, whole.WriteError)
        if isinstance(error, StepError) and error.detail:
            with contextlib.suppress(whole.WriteError), whole.writing(self.folder / "error.txt"):
                (self.folder / "error.txt").write_text(error.detail, encoding="utf-8")
                error.log = contract.relative(self.folder / "error.txt")
        try:
            self._finish("failed", str(error), forget=not no_room)
        except whole.WriteError:
            # The older of two backups gives way to the record.
            for path in (self.folder / "backup").glob("*.previous"):
                path.unlink(missing_ok=True)
            # Without that, the record is as before, and the next start goes on or begins anew.
            with contextlib.suppress(whole.WriteError):
                self._write()

    def _finish(self, status: str, error: str = "", forget: bool = True) -> None:
        self.record["status"] = status
        if error:
            self.record["error"] = error.splitlines()[0]
        if forget:
            resume.forget(self.folder)
        inside = sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file())
        self.record["files"] = [name for name in inside if name != "record.json" and not name.startswith(".")]
        self._write()

    def _write(self) -> None:
        record.write_json(self.folder / "record.json", self.record)


def play(row: Exercise, options: Options, say: Callable[[str], None] = lambda text: None) -> Result:
    """Run an exercise; see `Run`."""
    return Run(row, options, say).play()
