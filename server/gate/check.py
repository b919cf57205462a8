"""Put an exercise through the gate: judge what it promises and what is made wrong in it, side by side."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from exercises import Bundle
from exercises.markers import regions
from exercises.schema import AccuracyCheck, CodeExercise
from grader.contract import Selection
from server.errors import JudgingFault
from server.gate.agreement import disagreements, numbers_asked
from server.gate.fates import Fate, Fated, judge_mutant
from server.gate.mutants import Mutant, mutants_of
from server.gate.promises import Judging, Kept, Promise, Training, is_open, is_trained, keep, promises
from server.gate.report import Report
from server.phase import PhaseResult

T = TypeVar("T")

#: Told how many of how many judgements are done, and the last of them.
Tell = Callable[[int, int, Kept | Fated], None]

DIGITS = 1  #: of seconds in a report

#: How often a run is tried that fails on our side, and the seconds between.
ATTEMPTS = 3
PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Places:
    """How many submissions are judged at a time: those that are not trained, and those that are."""

    quick: int = 2
    trained: int = 1


@dataclass(slots=True)
class _Sitting:
    """What the threads share: the count of what is done, and the environment of the first verdict."""

    judging: Judging
    tell: Tell
    total: int = 0
    done: int = 0
    environment: Mapping[str, Any] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def judge(self, bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
        """Judge, again where our side failed, and remember where; hundreds of verdicts do not fall with one fault."""
        for left in reversed(range(ATTEMPTS)):
            try:
                result = self.judging(bundle, source, selection)
            except JudgingFault:
                if not left:
                    raise
                time.sleep(PAUSE)
                continue
            with self.lock:
                self.environment = self.environment or result.environment
            return result
        raise AssertionError("unreachable: the last attempt returns or raises")

    def say(self, what: Kept | Fated) -> None:
        """Count what is done and tell it."""
        with self.lock:
            self.done += 1
            self.tell(self.done, self.total, what)


@dataclass(frozen=True, slots=True)
class _Timed(Generic[T]):
    """What a judgement came to, and how long it took."""

    value: T
    seconds: float


def check_exercise(
    bundle: Bundle,
    judging: Judging,
    *,
    training: Training = Training.SOME,
    mutants: bool = True,
    calibration: Callable[[Bundle], Sequence[str]] = lambda _: (),
    places: Places | None = None,
    tell: Tell = lambda *_: None,
) -> Report:
    """Put an exercise through the gate.

    Args:
        bundle: The exercise; a quiz has only to be readable.
        judging: What judges; called from several threads.
        training: Which files are trained.
        mutants: Whether mutants of the solution are judged.
        calibration: Says what is out of date about the calibration.
        places: How many are judged at a time.
        tell: Told after each judgement, from the judging threads, one at a time.

    Raises:
        JudgingFault: A run could not be carried out.
        JudgingBroke: A check of ours raised.

    """
    started = time.perf_counter()
    if not isinstance(bundle.exercise, CodeExercise):
        return Report(bundle.id, bundle.exercise.title, bundle.version, training=training)
    sitting = _Sitting(judging, tell)
    kept, fated = _judged(bundle, sitting, training, mutants=mutants, places=places or Places())
    shown = tuple(one.value for one in fated) if mutants else None
    return Report(
        exercise_id=bundle.id,
        title=bundle.exercise.title,
        version=bundle.version,
        training=training,
        kept=tuple(one.value for one in kept),
        open_promises=sum(is_open(bundle, promise, training) for promise in promises(bundle)),
        fated=shown,
        stale=_stale(bundle, shown),
        numbers=len(numbers_asked(bundle)),
        disagreements=disagreements(bundle),
        threshold=next((one.threshold for one in bundle.code.checks if isinstance(one, AccuracyCheck)), None),
        calibration=tuple(calibration(bundle)),
        environment=sitting.environment,
        seconds={
            "total": round(time.perf_counter() - started, DIGITS),
            "promises": round(sum(one.seconds for one in kept), DIGITS),
            "mutants": round(sum(one.seconds for one in fated), DIGITS),
        },
    )


def changeable_lines(bundle: Bundle) -> frozenset[int] | None:
    """Return the lines of the solution in which a student may be wrong; None where a whole file may be sent."""
    if bundle.code.whole_file or bundle.solution is None:
        return None
    return frozenset(line for begin, end in regions(bundle.solution) for line in range(begin + 1, end))


def _judged(
    bundle: Bundle, sitting: _Sitting, training: Training, *, mutants: bool, places: Places
) -> tuple[Sequence[_Timed[Kept]], Sequence[_Timed[Fated]]]:
    """Judge promises and mutants, those that train in places of their own, so that no quick one waits for them."""
    wanted = [promise for promise in promises(bundle) if not is_open(bundle, promise, training)]
    made = mutants_of(bundle.solution or "", lines=changeable_lines(bundle)) if mutants else ()
    sitting.total = len(wanted) + len(made)

    def one_promise(promise: Promise) -> _Timed[Kept]:
        return _timed(lambda: keep(bundle, sitting.judge, promise, training), sitting.say)

    def one_mutant(mutant: Mutant) -> _Timed[Fated]:
        return _timed(lambda: judge_mutant(bundle, sitting.judge, mutant, training), sitting.say)

    with ThreadPoolExecutor(places.trained) as slow, ThreadPoolExecutor(places.quick) as fast:
        kept: list[Future[_Timed[Kept]]] = []
        fated: list[Future[_Timed[Fated]]] = []
        try:
            for promise in wanted:
                pool = slow if is_trained(bundle, promise, training) else fast
                kept.append(pool.submit(one_promise, promise))
            for mutant in made:
                trained = mutant.kind.needs_training and training is not Training.NONE
                fated.append((slow if trained else fast).submit(one_mutant, mutant))
            return [one.result() for one in kept], [one.result() for one in fated]
        finally:
            slow.shutdown(wait=False, cancel_futures=True)
            fast.shutdown(wait=False, cancel_futures=True)


def _timed(work: Callable[[], T], say: Callable[[T], None]) -> _Timed[T]:
    """Do the work, time it and tell what came of it."""
    started = time.perf_counter()
    value = work()
    say(value)
    return _Timed(value, time.perf_counter() - started)


def _stale(bundle: Bundle, fated: Sequence[Fated] | None) -> tuple[str, ...]:
    """Return the declared kinds that no surviving mutant has: what is declared and not so misleads whoever reads it."""
    if fated is None:
        return ()
    used = {one.declared for one in fated if one.fate is Fate.EQUIVALENT}
    return tuple(one.kind for one in bundle.code.equivalent_mutants if one not in used)
