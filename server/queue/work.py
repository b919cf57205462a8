"""Judge one phase of one submission: claim it, judge it while no transaction is open, write down what came of it."""

import asyncio
import contextlib
import contextvars
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from grader.contract import Phase
from server.artifacts import ArtifactStore
from server.courses.shelf import Shelf
from server.database.engine import Database
from server.errors import DatabaseAway, JudgingBroke, JudgingFault, JudgingUnavailable, JudgingUnwanted
from server.feed import Changes, Feed
from server.gate import Places
from server.kept_runs import digests_of, is_of_runs
from server.phase import PhaseResult
from server.progress import TellProgress
from server.queue.duty import Duty
from server.queue.pace import Pace
from server.queue.port import JudgePort
from server.queue.storyteller import Storyteller
from server.stopping import Stop
from server.submissions.grading import (
    Claim,
    claim,
    is_held,
    put_back,
    record_checking,
    record_fault,
    record_quick,
    record_system_error,
    record_verdict,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

_NO_MORE = object()

PAUSE_SECONDS = 1.0  # of a slot that found nothing to judge with
SHOW_SECONDS = 5.0  # a verdict waits no longer for a state to be shown


class PutDown(Exception):
    """The worker is to stop and cannot wait any longer; the job goes back into the queue."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker works with."""

    database: Database
    feed: Feed
    judge: JudgePort
    shelf: Shelf
    artifacts: ArtifactStore
    threads: ThreadPoolExecutor
    max_faults: int = 3
    artifact_days: int = 30
    keeps_runs: bool = True  #: whether what runs leave is kept for a while, to be judged once more
    gate_places: Places = field(default_factory=Places)  #: how much of the sandbox an exercise's check may use
    duty: Duty = field(default_factory=Duty)  #: whether anything new is to be taken
    pace: Pace = field(default_factory=Pace)  #: of the rescores that are worked out
    put_down: asyncio.Event = field(default_factory=asyncio.Event)  #: set when running jobs are waited for no longer
    telling: set[asyncio.Task[None]] = field(default_factory=set)  #: kept, lest a task that nobody waits for is lost

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do work in one of the threads, for as long as the worker may wait.

        Raises:
            PutDown: The worker is to stop; what the thread comes to is dropped.

        """
        working = asyncio.get_running_loop().run_in_executor(self.threads, work)
        put_down = asyncio.create_task(self.put_down.wait())
        try:
            both: set[asyncio.Future[Any]] = {working, put_down}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise PutDown
            return working.result()
        finally:
            put_down.cancel()
            working.cancel()

    async def keep(self, left: Mapping[str, bytes]) -> dict[str, str]:
        """Keep what runs left, and return name to digest; nothing where the store does not take it.

        No verdict needs it: a store that is full or away only means that a later rescore runs the code again.
        """
        if not self.keeps_runs:
            return {}
        try:
            return {name: await asyncio.to_thread(self.artifacts.put, content) for name, content in left.items()}
        except Exception as problem:  # noqa: BLE001 - every kind of store has errors of its own
            log.warning("what a run left was not kept: %s", problem)
            return {}


async def judge_phase(bench: Bench, submission_id: uuid.UUID, phase: Phase) -> None:
    """Do one job. Delivered twice, it does nothing the second time.

    Raises:
        JudgingFault: Try again; what was claimed is given back.
        DatabaseAway: Try again; the next claim takes over.
        PutDown: Try again, elsewhere or later.

    """
    with structlog.contextvars.bound_contextvars(submission_id=str(submission_id), phase=phase.value):
        async with bench.database.unit_of_work() as session:
            held = await claim(session, submission_id, phase)
        if held is None:
            log.info("submission %s: nothing to do for %s", submission_id, phase)
            return
        with structlog.contextvars.bound_contextvars(attempt=held.token):
            await _judge_claimed(bench, held)


async def _judge_claimed(bench: Bench, held: Claim) -> None:
    """Judge what was claimed, and write down what came of it."""
    submission_id = held.submission_id
    began = time.monotonic()
    try:
        result = await _judged(bench, held)
        await _write_down(bench, held, result)
    except (PutDown, DatabaseAway):
        raise
    except JudgingUnwanted:
        log.info("submission %s was taken back, or taken over, while it was judged", submission_id)
        return
    except JudgingUnavailable as problem:
        log.warning("submission %s waits, there is nothing to judge with: %s", submission_id, problem)
        async with bench.database.unit_of_work() as session:
            await put_back(session, held)
        await _pause(bench)
        raise
    except JudgingBroke as problem:
        await _give_up(bench, held, problem)
        return
    except Exception as problem:  # noqa: BLE001 (whatever it is, it is ours and never the student's)
        await _try_again_or_give_up(bench, held, problem)
        return
    log.info("judged", extra={"outcome": result.verdict.outcome.value, "ms": round((time.monotonic() - began) * 1000)})


async def _pause(bench: Bench) -> None:
    """Take nothing for a moment: who cannot judge must not empty the queue before those who can."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(bench.put_down.wait(), PAUSE_SECONDS)


async def _judged(bench: Bench, held: Claim) -> PhaseResult:
    """Judge in a thread, for as long as the worker may wait and the result is wanted."""
    loop = asyncio.get_running_loop()

    def checking() -> None:
        """Show the state, from the judging thread; whatever becomes of it, the verdict follows."""
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(_show_checking(bench, held), loop).result(SHOW_SECONDS)

    storyteller = _tell_on(bench, held)
    # The thread's lines carry what this job's do.
    stop = Stop()
    judge = partial(contextvars.copy_context().run, _judge, bench, held, checking, storyteller.add, stop)
    judging = asyncio.ensure_future(loop.run_in_executor(bench.threads, judge))
    put_down = asyncio.create_task(bench.put_down.wait())
    wanted = partial(is_held, claim=held)
    watching = asyncio.create_task(stop_when_void(bench, held.submission_id, wanted, stop.set))
    try:
        both: set[asyncio.Future[Any]] = {judging, put_down}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not judging.done():
            raise PutDown
        return judging.result()
    finally:
        put_down.cancel()
        watching.cancel()
        stop.set()
        judging.cancel()
        storyteller.end()


async def stop_when_void(
    bench: Bench, row_id: uuid.UUID, wanted: Callable[[AsyncSession], Awaitable[bool]], stop: Callable[[], None]
) -> None:
    """End work once the claim to it is void: it was taken back, or somebody else has claimed it.

    Args:
        bench: What the worker works with.
        row_id: Of what is claimed; its changes are told under this id.
        wanted: Tells whether the claim holds.
        stop: Called once it does not.

    """
    async with bench.feed.subscribe(row_id) as changes:
        while await _still_wanted(bench, wanted):
            if not await _changed(changes):
                return
    stop()


async def _still_wanted(bench: Bench, wanted: Callable[[AsyncSession], Awaitable[bool]]) -> bool:
    """Tell whether a claim holds; while the database is away it is taken to."""
    try:
        async with bench.database.reading() as session:
            return await wanted(session)
    except DatabaseAway:
        return True


async def _changed(changes: Changes) -> bool:
    """Wait for the next change; False if no more will be told."""
    return await anext(changes, _NO_MORE) is not _NO_MORE


def _tell_on(bench: Bench, held: Claim) -> Storyteller:
    """Have the progress of a phase told while it goes on, beside everything else."""
    storyteller = Storyteller(bench.database, held)
    telling = asyncio.create_task(storyteller.tell_on())
    bench.telling.add(telling)
    telling.add_done_callback(bench.telling.discard)
    return storyteller


async def _show_checking(bench: Bench, held: Claim) -> None:
    """Write down that only the checks are left."""
    async with bench.database.unit_of_work() as session:
        await record_checking(session, held)


def _judge(bench: Bench, held: Claim, checking: Callable[[], None], progress: TellProgress, stop: Stop) -> PhaseResult:
    """Judge a claimed phase; runs in a thread."""
    bundle = bench.shelf.load(held.version)
    if held.phase is Phase.QUICK:
        return bench.judge.quick(bundle, held.source, stop=stop)
    if held.provisional is None:
        raise JudgingFault(f"submission {held.submission_id} has no quick phase to go on from")
    needed = {name: digest for name, digest in held.provisional.artifacts.items() if not is_of_runs(name)}
    contents = {name: bench.artifacts.get(digest) for name, digest in needed.items()}
    quick = held.provisional.with_artifacts(contents)
    return bench.judge.training(bundle, held.source, quick, checking=checking, progress=progress, stop=stop)


async def _write_down(bench: Bench, held: Claim, result: PhaseResult) -> None:
    """Store the artifacts that the next phase needs, then everything else in one transaction."""
    digests = {
        name: await asyncio.to_thread(bench.artifacts.put, content) for name, content in result.artifacts.items()
    }
    left = result.left if bench.keeps_runs else {}
    digests |= digests_of(left)
    async with bench.database.unit_of_work() as session:
        if held.phase is Phase.QUICK:
            written = await record_quick(session, held, result, digests)
        else:
            written = await record_verdict(session, held, result, digests)
    if not written:
        log.warning("submission %s was claimed by another worker meanwhile; this result is dropped", held.submission_id)
    elif left:  # nobody waits for the store: it takes its time once the verdict is there
        keeping = asyncio.create_task(_keep(bench, left))
        bench.telling.add(keeping)
        keeping.add_done_callback(bench.telling.discard)


async def _keep(bench: Bench, left: Mapping[str, bytes]) -> None:
    """Keep what runs left, in the background."""
    await bench.keep(left)


async def _give_up(bench: Bench, held: Claim, problem: Exception) -> None:
    """End as a system error, at once: repeating it would not help."""
    log.error("submission %s cannot be judged", held.submission_id, exc_info=problem)
    async with bench.database.unit_of_work() as session:
        await record_system_error(session, held, type=name_of(problem), message=str(problem))


async def _try_again_or_give_up(bench: Bench, held: Claim, problem: Exception) -> None:
    """Count the fault, and raise so that the job is repeated unless there were too many."""
    # A sandbox that failed has said why; anything else is a surprise, and whoever mends it needs the trace.
    trace = None if isinstance(problem, JudgingFault) else problem
    log.error("submission %s met a fault of ours: %s", held.submission_id, problem, exc_info=trace)
    async with bench.database.unit_of_work() as session:
        again = await record_fault(session, held, most=bench.max_faults, type=name_of(problem), message=str(problem))
    if again:
        raise JudgingFault(str(problem)) from problem


def name_of(problem: Exception) -> str:
    """Return what a failure is called; of one that judging translated, by its first name."""
    translated = isinstance(problem, JudgingFault | JudgingBroke) and problem.__cause__ is not None
    return type(problem.__cause__ if translated else problem).__name__
