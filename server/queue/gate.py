"""Put one imported exercise through the publishing gate: claim it, check it, write down what came of it."""

import asyncio
import logging
import uuid
from functools import partial
from typing import Any

from exercises import Bundle
from exercises.sources import DataDiffers, DataUnavailable, RecipeUnknown, build_data
from server.calibration.holding import outdated
from server.errors import JudgingBroke, JudgingFault, JudgingUnavailable
from server.gate import BundleProblem, Report, Training, check_exercise, report_json
from server.imports.checking import GateClaim, claim_import, record_gate_broken, record_gate_fault, record_report
from server.queue.aside import Courteous
from server.queue.gatestory import GateStory
from server.queue.work import Bench, PutDown, name_of

log = logging.getLogger(__name__)


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
    judge = Courteous(bench, loop)
    checking = loop.run_in_executor(bench.threads, partial(_examined, bench, held, story, judge))
    put_down = asyncio.create_task(bench.put_down.wait())
    try:
        both: set[asyncio.Future[Any]] = {checking, put_down}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not checking.done():
            raise PutDown
        return checking.result()
    finally:
        judge.abandon()
        put_down.cancel()
        checking.cancel()
        story.end()
        await telling


def _examined(bench: Bench, held: GateClaim, story: GateStory, judge: Courteous) -> Report:
    """Return what the gate finds; runs in a thread.

    Raises:
        JudgingFault: It could not be finished through a fault of ours.
        JudgingBroke: A check of ours raised.

    """
    bundle = bench.shelf.load(held.version)
    try:
        build_data([bundle.folder], bundle.built, lambda step: log.info("import %s: %s", bundle.id, step))
    except (DataDiffers, RecipeUnknown) as problem:
        return _without_data(bundle, problem)
    except DataUnavailable as problem:
        raise JudgingFault(str(problem)) from problem
    return check_exercise(
        bundle,
        judge.judge,
        training=Training.SOME,
        calibration=outdated,
        places=bench.gate_places,
        tell=story.tell,
    )


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
