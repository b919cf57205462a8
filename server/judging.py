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
from dataclasses import dataclass, field, replace

import grader
from exercises import Bundle
from exercises.errors import DataDamaged, DataNotBuilt
from exercises.schema import CodeExercise, ModelCapture, QuizExercise
from grader.contract import CheckBroke, Gathered, Phase, Run, RunResult, Selection, Verdict
from grader.version import grader_version
from sandbox.contract import Json, Pins, RunUnwanted, Sandbox, SandboxFault, SandboxUnavailable, Tell
from server.errors import JudgingBroke, JudgingFault, JudgingUnavailable, JudgingUnwanted
from server.kept_runs import packed, unpacked
from server.phase import PhaseResult
from server.progress import TellProgress, beginning_of, read_point
from server.standing import SlotStanding, Standing
from server.stopping import Stop
from server.translation import environment_of, pins_of, request_of, result_of

Gathering = Generator[tuple[Run, ...], tuple[RunResult, ...], Gathered]

#: Results that depend on a bundle alone (reference pictures); a few tens of MB for the whole course.
CACHED_RESULTS = 16

ANY_KIND = Selection()


def tell_nobody(_: object) -> None:
    """Keep it to oneself."""


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


@dataclass(frozen=True, slots=True)
class _Case:
    """What every run of one grading shares."""

    exercise: CodeExercise
    pins: Pins
    watch: Stopwatch
    progress: TellProgress = tell_nobody
    stop: Stop | None = None
    kept: Mapping[str, bytes] | None = None  #: answers the student's runs, where nothing of theirs is to run
    left: dict[str, bytes] = field(default_factory=dict)  #: what the student's runs left, packed


class Judge:
    """Judges submissions in one sandbox; thread-safe, one instance per process."""

    def __init__(self, sandbox: Sandbox, *, parallel_runs: int = 2, pins: Pins | None = None) -> None:
        """Use ``sandbox`` for every run.

        Args:
            sandbox: Where code runs.
            parallel_runs: How many runs of one submission may go side by side where none needs another's result. A
                submission holds no slot while it waits for another, so any number of them share any number of slots.
            pins: What is fixed for every run, as a replay does; by itself what the platform and the exercise say.

        """
        self._sandbox = sandbox
        self._parallel_runs = parallel_runs
        self._pins = pins
        self._cache: dict[str, RunResult] = {}
        self._grader = grader_version()

    def quick(
        self, bundle: Bundle, source: str, selection: Selection = ANY_KIND, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Run and check everything that needs no training.

        Args:
            bundle: The exercise.
            source: The student's whole program; for a quiz the answers as a JSON object.
            selection: Which check kinds are wanted.
            stop: Set when nobody wants the result any more; a run that goes on is ended.

        Raises:
            JudgingUnwanted: ``stop`` was set.
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        if isinstance(bundle.exercise, QuizExercise):
            return judge_quiz(bundle, source)
        case = self._case(bundle.exercise, stop=stop)
        with _our_failures_named():
            self._sandbox.describe()  # nothing is gathered before there is a place to run it
            gathering = grader.gather_quick(bundle, source, selection)
            gathered = self._drive(gathering, case)
            return self._phase_result(bundle, gathered, selection, phase=Phase.QUICK, case=case, before_ms={})

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection = ANY_KIND,
        *,
        checking: Callable[[], None] = lambda: None,
        progress: TellProgress = tell_nobody,
        stop: Stop | None = None,
    ) -> PhaseResult:
        """Train what the exercise trains and reach the verdict.

        Args:
            bundle: The exercise; not a quiz.
            source: The student's whole program.
            quick: What :meth:`quick` returned, from this process or from storage.
            selection: Which check kinds are wanted.
            checking: Called once everything has run and only the checks are left.
            progress: Told each epoch as the run tells it, from the judging thread; a claim, of which no verdict knows.
            stop: Set when nobody wants the result any more; a run that goes on is ended.

        Raises:
            JudgingUnwanted: ``stop`` was set.
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        exercise = bundle.exercise
        if not isinstance(exercise, CodeExercise):
            raise JudgingBroke(f"{bundle.id} is a quiz: nothing is trained")
        case = self._case(exercise, progress, stop)
        before = Gathered(evidence=quick.evidence, artifacts=quick.artifacts, stdout=quick.stdout, error=quick.error)
        with _our_failures_named():
            gathering = grader.gather_training(bundle, source, before, selection)
            gathered = self._drive(gathering, case)
            checking()
            result = self._phase_result(
                bundle, gathered, selection, phase=Phase.TRAINING, case=case, before_ms=quick.timing_ms
            )
        if quick.environment.get("grader") == self._grader:
            return result
        # Its evidence is of two graders, so that it is the verdict of neither.
        return replace(result, environment={**result.environment, "grader": None})

    def whole(self, bundle: Bundle, source: str, selection: Selection = ANY_KIND) -> PhaseResult:
        """Judge both phases in a row, as a caller does who keeps nothing between them.

        Raises:
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        result = self.quick(bundle, source, selection)
        if not result.needs_training:
            return result
        trained = self.training(bundle, source, result, selection)
        return replace(trained, left={**result.left, **trained.left})

    def rejudge(self, bundle: Bundle, source: str, kept: Mapping[str, bytes], judged_by: str) -> PhaseResult:
        """Judge both phases from what the student's runs left; only the judge's own runs are carried out.

        Args:
            bundle: The exercise to judge by.
            source: The student's whole program, which is not run.
            kept: What the runs left, as :mod:`server.kept_runs` packs it.
            judged_by: Version of the exercise when they ran: it says what models were asked.

        Raises:
            RunsNotKept: A run is needed that is not there.
            JudgingUnavailable: There is no sandbox at present.
            JudgingFault: A run could not be carried out; it may be repeated.
            JudgingBroke: A check of ours raised; repeating it would not help.

        """
        asked = replace(bundle, version=judged_by)
        case = replace(self._case(bundle.code), kept=kept)
        with _our_failures_named():
            self._sandbox.describe()
            gathered = self._drive(grader.gather_quick(asked, source, ANY_KIND), case)
            quick = self._phase_result(bundle, gathered, ANY_KIND, phase=Phase.QUICK, case=case, before_ms={})
            if not quick.needs_training:
                return quick
            before = Gathered(gathered.evidence, {}, gathered.stdout, gathered.error)
            trained = self._drive(grader.gather_training(asked, source, before, ANY_KIND), case)
            return self._phase_result(bundle, trained, ANY_KIND, phase=Phase.TRAINING, case=case, before_ms={})

    def initial_weights(self, bundle: Bundle, source: str) -> Mapping[str, bytes]:
        """Fetch the weights that a program's model would start its training from; empty where it leaves none.

        Args:
            bundle: An exercise that captures a model.
            source: The student's whole program.

        Raises:
            JudgingFault: The run could not be carried out; it may be repeated.

        """
        case = self._case(bundle.code)
        capture = next(one for one in bundle.code.captures if isinstance(one, ModelCapture))
        with _our_failures_named():
            return self._one_run(grader.weights_run(bundle, source, capture, seed=None), case).artifacts

    def standing(self) -> Standing:
        """Say how the sandbox is doing; may wait for it to describe itself, once."""
        health = self._sandbox.health()
        slots = tuple(SlotStanding(one.role, one.state.value, one.runs, one.age_seconds) for one in health.slots)
        standing = Standing(
            slots=slots,
            grader=self._grader,
            waiting=health.waiting,
            faults=health.faults,
            recycled=dict(health.recycled),
            problem=health.problem,
        )
        if health.problem is not None:
            return standing
        try:
            about = self._sandbox.describe()
        except SandboxFault as fault:
            return replace(standing, problem=str(fault))
        return replace(standing, backend=about.backend, mode=about.mode, image=about.image)

    def close(self) -> None:
        """Stop every run and the sandbox with them."""
        self._sandbox.close()

    def _case(self, exercise: CodeExercise, progress: TellProgress = tell_nobody, stop: Stop | None = None) -> _Case:
        return _Case(exercise, self._pins or pins_of(exercise), Stopwatch(), progress, stop)

    def _drive(self, gathering: Gathering, case: _Case) -> Gathered:
        """Carry out the runs a gathering asks for until it has what it needs."""
        try:
            runs = next(gathering)
            while True:
                runs = gathering.send(self._carry_out(runs, case))
        except StopIteration as stop:
            gathered: Gathered = stop.value
            return gathered

    def _carry_out(self, runs: tuple[Run, ...], case: _Case) -> tuple[RunResult, ...]:
        """Run a batch whose members do not need each other."""
        if len(runs) == 1:
            return (self._one_run(runs[0], case),)
        if sum(not self._is_known(run) for run in runs) <= 1:  # nothing to go side by side, so no threads
            return tuple(self._one_run(run, case, place, len(runs)) for place, run in enumerate(runs))
        with ThreadPoolExecutor(max_workers=min(self._parallel_runs, len(runs) or 1)) as pool:
            return tuple(pool.map(lambda place: self._one_run(runs[place], case, place, len(runs)), range(len(runs))))

    def _is_known(self, run: Run) -> bool:
        """Tell whether the cache answers a run."""
        return run.cache_key is not None and run.cache_key in self._cache

    def _one_run(self, run: Run, case: _Case, place: int = 0, others: int = 0) -> RunResult:
        """Run one request, or answer it from the cache where it depends on the bundle alone.

        Args:
            run: What to run.
            case: What is shared by all runs.
            place: Where it stands in its batch.
            others: How many runs its batch has.

        """
        if case.kept is not None and run.where == "slot":
            return unpacked(run, case.kept)
        # What is judged from kept runs is asked by another version than it is judged by: the cache knows one of them.
        cache_key = run.cache_key if case.kept is None else None
        if cache_key is not None and self._is_known(run):
            return self._cache[cache_key]
        started = time.perf_counter()
        request = request_of(run, case.exercise, case.pins)
        tell = _epochs_to(case.progress) if run.training else None
        if run.training and "seed" in run.arguments:
            # It repeats the first training beside others like it: their epochs would be told in a muddle.
            tell = None
            case.progress(beginning_of(place + 2, others + 1))
        result = result_of(self._sandbox.run(request, tell, stop=case.stop))
        case.watch.count(run, time.perf_counter() - started)
        if run.where == "slot":
            case.left.update(packed(run, result))
        # Only what ran without student code may answer for another submission.
        if cache_key is not None and run.where == "judge" and result.ending == "finished":
            while len(self._cache) >= CACHED_RESULTS:
                self._cache.pop(next(iter(self._cache)), None)
            self._cache[cache_key] = result
        return result

    def _phase_result(
        self,
        bundle: Bundle,
        gathered: Gathered,
        selection: Selection,
        *,
        phase: Phase,
        case: _Case,
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
            environment={
                **environment_of(self._sandbox.describe(), case.exercise, case.pins),
                "grader": self._grader,
            },
            timing_ms=case.watch.reading(time.perf_counter() - started, before_ms),
            artifacts=gathered.artifacts if needs_training else {},
            left=case.kept if case.kept is not None else case.left,
        )


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
        environment={"grader": grader_version()},
        timing_ms={"sandbox": 0, "judge": 0, "checks": elapsed, "total": elapsed},
    )


@contextmanager
def _our_failures_named() -> Iterator[None]:
    """Translate the rooms' failures into the server's three, keeping the cause."""
    try:
        yield
    except RunUnwanted as error:
        raise JudgingUnwanted from error
    except (SandboxUnavailable, DataNotBuilt) as error:
        raise JudgingUnavailable(str(error)) from error
    except SandboxFault as error:
        raise JudgingFault(str(error)) from error
    except (CheckBroke, DataDamaged) as error:
        raise JudgingBroke(str(error)) from error


def _epochs_to(progress: TellProgress) -> Tell:
    """Return what the sandbox tells of a run's events: those that tell of an epoch are passed on."""

    def tell(event: Mapping[str, Json]) -> None:
        point = read_point(event)
        if point is not None:
            progress(point)

    return tell
