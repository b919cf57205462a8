"""Put one imported exercise through the publishing gate: claim it, check it, write down what came of it."""

import asyncio
import logging
import threading
import uuid
from concurrent.futures import CancelledError
from typing import Any

from exercises import Bundle
from exercises.sources import DataDiffers, DataUnavailable, RecipeUnknown, build_data
from grader.contract import Selection
from server.calibration.holding import outdated
from server.errors import DatabaseAway, JudgingBroke, JudgingFault, JudgingUnavailable
from server.gate import BundleProblem, Report, Training, check_exercise, report_json
from server.imports.checking import GateClaim, claim_import, record_gate_broken, record_gate_fault, record_report
from server.phase import PhaseResult
from server.queue.courtesy import students_wait
from server.queue.gatestory import GateStory
from server.queue.work import Bench, PutDown, name_of

log = logging.getLogger(__name__)

#: Seconds for which one judgement of a check steps aside while students' submissions wait, and between two looks.
MOST_COURTESY = 60.0
LOOK = 0.5
ANSWER_SECONDS = 10.0


class Abandoned(Exception):
    """Nobody wants the result of this check any more; its threads are to end."""


async def check_candidate(bench: Bench, import_id: uuid.UUID) -> None:
    """Do one job. Delivered twice, it does nothing the second time.

    Raises:
        JudgingFault: Try again; the check begins from the beginning.
        DatabaseAway: Try again; the next claim takes over.
        PutDown: Try again, elsewhere or later.

    """
    async with bench.database.unit_of_work() as session:
        held = await claim_import(session, import_id)
    if held is None:
        log.info("import %s: no check is due", import_id)
        return
    try:
        report = await _checked(bench, held)
    except PutDown:
        raise
    except JudgingUnavailable as problem:
        log.warning("import %s waits, there is nothing to judge with: %s", import_id, problem)
        raise
    except JudgingBroke as problem:
        log.error("import %s cannot be checked", import_id, exc_info=problem)  # noqa: TRY400 - the trace is told
        async with bench.database.unit_of_work() as session:
            await record_gate_broken(session, held, type=name_of(problem), message=str(problem))
        return
    except Exception as problem:  # noqa: BLE001 (whatever it is, it is ours and refuses no exercise)
        await _try_again_or_give_up(bench, held, problem)
        return
    async with bench.database.unit_of_work() as session:
        written = await record_report(session, held, report_json(report), passed=report.passed)
    if not written:
        log.warning("import %s was claimed by another worker meanwhile; this report is dropped", import_id)


async def _checked(bench: Bench, held: GateClaim) -> Report:
    """Check in a thread, for as long as the worker may wait."""
    loop = asyncio.get_running_loop()
    story = GateStory(bench.database, held)
    telling = asyncio.create_task(story.tell_on())
    examiner = Examiner(bench, held, story, loop)
    checking = loop.run_in_executor(bench.threads, examiner.examine)
    put_down = asyncio.create_task(bench.put_down.wait())
    try:
        both: set[asyncio.Future[Any]] = {checking, put_down}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not checking.done():
            raise PutDown
        return checking.result()
    finally:
        examiner.abandon()
        put_down.cancel()
        checking.cancel()
        story.end()
        await telling


class Examiner:
    """Checks one exercise with a worker's judge, from threads; steps aside for students."""

    def __init__(self, bench: Bench, held: GateClaim, story: GateStory, loop: asyncio.AbstractEventLoop) -> None:
        """Prepare; the check begins with :meth:`examine`.

        Args:
            bench: What the worker works with.
            held: What is checked.
            story: Told how far it is.
            loop: The worker's event loop, in which the database is asked.

        """
        self._bench = bench
        self._held = held
        self._story = story
        self._loop = loop
        self._abandoned = threading.Event()

    def examine(self) -> Report:
        """Return what the gate finds; runs in a thread.

        Raises:
            JudgingFault: It could not be finished through a fault of ours.
            JudgingBroke: A check of ours raised.

        """
        bundle = self._bench.shelf.load(self._held.version)
        try:
            build_data([bundle.folder], bundle.built, lambda step: log.info("import %s: %s", bundle.id, step))
        except (DataDiffers, RecipeUnknown) as problem:
            return _without_data(bundle, problem)
        except DataUnavailable as problem:
            raise JudgingFault(str(problem)) from problem
        return check_exercise(
            bundle,
            self._judge,
            training=Training.SOME,
            calibration=outdated,
            places=self._bench.gate_places,
            tell=self._story.tell,
        )

    def abandon(self) -> None:
        """Let the threads of the check end at their next judgement."""
        self._abandoned.set()

    def _judge(self, bundle: Bundle, source: str, selection: Selection) -> PhaseResult:
        """Judge one program, both phases in a row.

        Raises:
            Abandoned: Nobody wants the result any more.

        """
        self._step_aside()
        quick = self._bench.judge.quick(bundle, source, selection)
        if not quick.needs_training:
            return quick
        self._step_aside()
        return self._bench.judge.training(bundle, source, quick, selection)

    def _step_aside(self) -> None:
        """Wait while students' submissions wait, for a while."""
        for _ in range(int(MOST_COURTESY / LOOK)):
            if self._abandoned.is_set():
                raise Abandoned
            if not self._students_wait():
                return
            self._abandoned.wait(LOOK)

    def _students_wait(self) -> bool:
        """Ask the database, from a thread; where it does not answer nobody is waited for.

        Raises:
            Abandoned: The worker has stopped meanwhile.

        """
        asking = students_wait(self._bench.database)
        try:
            return asyncio.run_coroutine_threadsafe(asking, self._loop).result(ANSWER_SECONDS)
        except (DatabaseAway, TimeoutError):
            return False
        except (CancelledError, RuntimeError) as error:
            asking.close()
            raise Abandoned from error


def _without_data(bundle: Bundle, problem: DataUnavailable) -> Report:
    """Return the report of an exercise whose listed data nobody can build."""
    trouble = BundleProblem(file=f"{bundle.id}/exercise.toml", key="data", line=None, what=str(problem))
    return Report(bundle.id, bundle.exercise.title, bundle.version, problem=trouble)


async def _try_again_or_give_up(bench: Bench, held: GateClaim, problem: Exception) -> None:
    """Count the fault, and raise so that the job is repeated unless there were too many."""
    trace = None if isinstance(problem, JudgingFault) else problem
    log.error("import %s met a fault of ours: %s", held.import_id, problem, exc_info=trace)
    async with bench.database.unit_of_work() as session:
        again = await record_gate_fault(
            session, held, most=bench.max_faults, type=name_of(problem), message=str(problem)
        )
    if again:
        raise JudgingFault(str(problem)) from problem
