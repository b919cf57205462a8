"""Judge one submission: the only place where the sandbox and the grader meet.

The grader says which runs it needs and what their artifacts prove; the sandbox carries runs out. Neither knows the
other: this module hands requests one way and results the other. It runs in the worker and in ``beginend grade``, needs
no database, and turns every failure of ours into one of three errors that never become a student's zero.
"""

import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grader
from exercises import Bundle
from exercises.errors import DataDamaged, DataNotBuilt
from exercises.schema import CodeExercise, QuizExercise
from exercises.schema import Limits as ExerciseLimits
from grader.contract import CheckBroke, Gathered, Phase, Run, RunResult, Selection, Verdict
from sandbox.contract import (
    Limits,
    Pins,
    RunOutcome,
    RunRequest,
    Sandbox,
    SandboxFault,
    SandboxUnavailable,
)
from server.errors import JudgingBroke, JudgingFault, JudgingUnavailable
from server.phase import PhaseResult

Gathering = Generator[tuple[Run, ...], tuple[RunResult, ...], Gathered]

#: Results that depend on a bundle alone (reference pictures); a few tens of MB for the whole course.
CACHED_RESULTS = 16

ANY_KIND = Selection()


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds spent per part of a grading."""

    started: float = field(default_factory=time.perf_counter)
    slot_ms: int = 0
    judge_ms: int = 0

    def count(self, run: Run, wall_seconds: float) -> None:
        """Add one run's wall time to the side it ran on."""
        if run.where == "slot":
            self.slot_ms += round(wall_seconds * 1000)
        else:
            self.judge_ms += round(wall_seconds * 1000)

    def reading(self, checks_seconds: float, before: Mapping[str, int]) -> dict[str, int]:
        """Return the sums so far, on top of an earlier phase's."""
        total = round((time.perf_counter() - self.started) * 1000)
        now = {
            "sandbox": self.slot_ms,
            "judge": self.judge_ms,
            "checks": round(checks_seconds * 1000),
            "total": total,
        }
        return {key: now[key] + before.get(key, 0) for key in now}


class Judge:
    """Judges submissions in one sandbox; thread-safe, one instance per process."""

    def __init__(self, sandbox: Sandbox, *, parallel_runs: int = 2) -> None:
        """Use ``sandbox`` for every run.

        Args:
            sandbox: Where code runs.
            parallel_runs: How many runs of one submission may go side by side where none needs another's result.

        """
        self._sandbox = sandbox
        self._parallel_runs = parallel_runs
        self._cache: dict[str, RunResult] = {}

    def quick(self, bundle: Bundle, source: str, selection: Selection = ANY_KIND) -> PhaseResult:
        """Run and check everything that needs no training.

        Args:
            bundle: The exercise.
            source: The student's whole program; for a quiz the answers as a JSON object.
            selection: Which check kinds are wanted.

        Raises:
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        if isinstance(bundle.exercise, QuizExercise):
            return judge_quiz(bundle, source)
        watch = Stopwatch()
        with _our_failures_named():
            self._sandbox.describe()  # nothing is gathered before there is a place to run it
            gathering = grader.gather_quick(bundle, source, selection)
            gathered = self._drive(gathering, bundle.exercise, watch)
            return self._phase_result(bundle, gathered, selection, phase=Phase.QUICK, watch=watch, before_ms={})

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection = ANY_KIND,
        *,
        checking: Callable[[], None] = lambda: None,
    ) -> PhaseResult:
        """Train what the exercise trains and reach the verdict.

        Args:
            bundle: The exercise; not a quiz.
            source: The student's whole program.
            quick: What :meth:`quick` returned, from this process or from storage.
            selection: Which check kinds are wanted.
            checking: Called once everything has run and only the checks are left.

        Raises:
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        watch = Stopwatch()
        exercise = bundle.exercise
        if not isinstance(exercise, CodeExercise):
            raise JudgingBroke(f"{bundle.id} is a quiz: nothing is trained")
        before = Gathered(evidence=quick.evidence, artifacts=quick.artifacts, stdout=quick.stdout, error=quick.error)
        with _our_failures_named():
            gathering = grader.gather_training(bundle, source, before, selection)
            gathered = self._drive(gathering, exercise, watch)
            checking()
            return self._phase_result(
                bundle, gathered, selection, phase=Phase.TRAINING, watch=watch, before_ms=quick.timing_ms
            )

    def whole(self, bundle: Bundle, source: str, selection: Selection = ANY_KIND) -> PhaseResult:
        """Judge both phases in a row, as a caller does who keeps nothing between them.

        Raises:
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        result = self.quick(bundle, source, selection)
        return self.training(bundle, source, result, selection) if result.needs_training else result

    def close(self) -> None:
        """Stop every run and the sandbox with them."""
        self._sandbox.close()

    def _drive(self, gathering: Gathering, exercise: CodeExercise, watch: Stopwatch) -> Gathered:
        """Carry out the runs a gathering asks for until it has what it needs."""
        try:
            runs = next(gathering)
            while True:
                runs = gathering.send(self._carry_out(runs, exercise, watch))
        except StopIteration as stop:
            gathered: Gathered = stop.value
            return gathered

    def _carry_out(self, runs: tuple[Run, ...], exercise: CodeExercise, watch: Stopwatch) -> tuple[RunResult, ...]:
        """Run a batch whose members do not need each other."""
        if len(runs) == 1:
            return (self._one_run(runs[0], exercise, watch),)
        with ThreadPoolExecutor(max_workers=min(self._parallel_runs, len(runs) or 1)) as pool:
            return tuple(pool.map(lambda run: self._one_run(run, exercise, watch), runs))

    def _one_run(self, run: Run, exercise: CodeExercise, watch: Stopwatch) -> RunResult:
        """Run one request, or answer it from the cache where it depends on the bundle alone."""
        if run.cache_key is not None and run.cache_key in self._cache:
            return self._cache[run.cache_key]
        started = time.perf_counter()
        result = _result(self._sandbox.run(_request(run, exercise)))
        watch.count(run, time.perf_counter() - started)
        # Only what ran without student code may answer for another submission.
        if run.cache_key is not None and run.where == "judge" and result.ending == "finished":
            while len(self._cache) >= CACHED_RESULTS:
                self._cache.pop(next(iter(self._cache)), None)
            self._cache[run.cache_key] = result
        return result

    def _phase_result(
        self,
        bundle: Bundle,
        gathered: Gathered,
        selection: Selection,
        *,
        phase: Phase,
        watch: Stopwatch,
        before_ms: Mapping[str, int],
    ) -> PhaseResult:
        """Check the evidence and pack what the phase produced."""
        started = time.perf_counter()
        findings = grader.check(bundle, gathered.evidence, selection, phase)
        needs_training = phase is Phase.QUICK and grader.needs_training(bundle, findings, selection)
        if phase is Phase.QUICK and not needs_training:
            # Nothing will be trained, so the checks that would have been are part of this phase's verdict.
            findings = grader.check(bundle, gathered.evidence, selection, Phase.TRAINING)
        verdict: Verdict = grader.verdict(findings, gathered.evidence)
        return PhaseResult(
            evidence=gathered.evidence,
            findings=findings,
            stdout=gathered.stdout,
            error=gathered.error,
            needs_training=needs_training,
            verdict=verdict,
            environment=self._environment(bundle),
            timing_ms=watch.reading(time.perf_counter() - started, before_ms),
            artifacts=gathered.artifacts if needs_training else {},
        )

    def _environment(self, bundle: Bundle) -> dict[str, Any]:
        """Return what a replay must set alike, recorded with every grading."""
        description = self._sandbox.describe()
        pins = _pins(bundle.exercise)
        return {
            "backend": description.backend,
            "mode": description.mode,
            "image": description.image,
            "python": description.python,
            **dict(description.packages),
            "cpu": description.cpu,
            "seed": pins.seed,
            "threads": pins.threads,
            "onednn": pins.onednn,
            "op_determinism": pins.op_determinism,
        }


def judge_quiz(bundle: Bundle, source: str, selection: Selection = ANY_KIND) -> PhaseResult:
    """Judge a quiz; there is nothing to run and nothing to train.

    Args:
        bundle: The quiz.
        source: The answers as a JSON object, ``{"question id": ["a"], ...}``.
        selection: Which check kinds are wanted; a quiz has one kind, so this changes nothing.

    Raises:
        JudgingBroke: A check of ours raised.

    """
    del selection
    started = time.perf_counter()
    answers: dict[str, list[str]] = json.loads(source)
    with _our_failures_named():
        findings = grader.check_quiz(bundle, answers)
        verdict = grader.verdict(findings, {})
    elapsed = round((time.perf_counter() - started) * 1000)
    return PhaseResult(
        evidence={"quiz": answers},
        findings=findings,
        stdout="",
        error=None,
        needs_training=False,
        verdict=verdict,
        environment={},
        timing_ms={"sandbox": 0, "judge": 0, "checks": elapsed, "total": elapsed},
    )


@contextmanager
def _our_failures_named() -> Iterator[None]:
    """Translate the rooms' failures into the server's three, keeping the cause."""
    try:
        yield
    except (SandboxUnavailable, DataNotBuilt) as error:
        raise JudgingUnavailable(str(error)) from error
    except SandboxFault as error:
        raise JudgingFault(str(error)) from error
    except (CheckBroke, DataDamaged) as error:
        raise JudgingBroke(str(error)) from error


def _pins(exercise: CodeExercise | QuizExercise) -> Pins:
    """Return what is fixed for every run of an exercise."""
    return Pins(seed=exercise.seed) if isinstance(exercise, CodeExercise) else Pins()


def _request(run: Run, exercise: CodeExercise) -> RunRequest:
    """Translate the grader's wish into the sandbox's words."""
    limits = exercise.training_limits if run.training else exercise.limits
    return RunRequest(
        entry=run.entry,
        arguments=run.arguments,
        files=run.files,
        artifacts=run.artifacts,
        limits=_limits(limits),
        pins=_pins(exercise),
    )


def _limits(limits: ExerciseLimits) -> Limits:
    """Translate an exercise's limits; MiB and KiB become bytes."""
    return Limits(
        wall_seconds=limits.wall_seconds,
        memory_bytes=limits.memory_mib << 20,
        output_bytes=limits.output_kib << 10,
    )


def _result(outcome: RunOutcome) -> RunResult:
    """Translate the sandbox's answer into the grader's words."""
    error = outcome.error
    return RunResult(
        ending=outcome.ending.value,
        error_type=error.type if error else None,
        error_message=error.message if error else None,
        error_frames=error.frames if error else (),
        stdout=outcome.stdout,
        artifacts=outcome.artifacts,
        wall_ms=round(outcome.wall_seconds * 1000),
    )
