"""Work out one chunk of a rescore: items that wait, in small portions, each written down before the next begins.

A worker that dies loses the portion that it had in hand. Whether the set still wants to be worked out, and whether a
student waits, is asked before each portion. Whoever only waits, for students or to keep a pace, makes room for others.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Sequence
from functools import partial

from server.database.models import Depth, RescoreState
from server.queue.courtesy import LIVE, students_wait
from server.queue.depth import living_lanes
from server.queue.doorbell import RESCORE_PRIORITY, Queue
from server.queue.making_room import StepAside, due_beside, put_off
from server.queue.port import JudgePort
from server.queue.rerunning import Rerunner
from server.queue.trying import SideBySide
from server.queue.work import Bench, PutDown
from server.rescoring.before import waiting_depths, waiting_items
from server.rescoring.progress import ahead_of_pace
from server.rescoring.rechecking import Rechecker
from server.rescoring.running import Orders, of_same_code, orders_of
from server.rescoring.writing import finish, write_items

log = logging.getLogger(__name__)

PORTION = 50  # items that are checked, and written down, at once
LOOK = 0.5  # seconds between two looks whether a student still waits
COURTESY = 1.0  # seconds for which checking, which takes no slot, steps aside before each portion
SILENT = 30.0  # seconds without a sign of life after which a worker is taken for gone
GLANCE = 0.05  # seconds between two looks meanwhile
ASIDE = 5.0  # seconds for which a set makes room for others while it waits for students
LONGEST_ASIDE = 60.0  # seconds for which it does at most, to keep its pace

RUNS = (Depth.REJUDGE, Depth.RERUN)


async def rescore_chunk(bench: Bench, rescore_id: uuid.UUID, chunk: int, *, beside: JudgePort | None = None) -> None:
    """Do one job. Delivered twice, or while another does it, it writes nothing twice.

    Args:
        bench: What to work with.
        rescore_id: The set.
        chunk: Which part of it.
        beside: Judges on the present image, where the bench's judge tries another: then, and only then, trials are
            worked out.

    Raises:
        JudgingUnavailable: There is nothing to run with at present; try again.
        DatabaseAway: Try again; what was written stays.
        PutDown: Try again, elsewhere or later; ``StepAside`` says when.

    """
    rechecker: Rechecker | None = None
    while (orders := await _orders(bench, rescore_id)) is not None and orders.is_trial is (beside is not None):
        rechecker = rechecker or Rechecker(bench.shelf, deepen=orders.deepen)
        if not await _portion(bench, rescore_id, chunk, orders, rechecker, beside):
            break
    async with bench.database.unit_of_work() as session:
        if await finish(session, rescore_id):
            log.info("rescore %s is worked out", rescore_id)


async def _orders(bench: Bench, rescore_id: uuid.UUID) -> Orders | None:
    """Return what the set asks; None where nothing of it is to be worked out at present."""
    if bench.put_down.is_set() or bench.duty.draining:
        raise PutDown
    async with bench.database.reading() as session:
        orders = await orders_of(session, rescore_id)
    return orders if orders is not None and orders.state is RescoreState.RUNNING else None


async def _portion(  # noqa: PLR0917 - all that there is to a portion
    bench: Bench,
    rescore_id: uuid.UUID,
    chunk: int,
    orders: Orders,
    rechecker: Rechecker,
    beside: JudgePort | None,
) -> bool:
    """Work out the next few items; tell whether there were any."""
    limit = PORTION if orders.per_minute is None else max(1, min(PORTION, orders.per_minute // 20))
    async with bench.database.reading() as session:
        depths = await waiting_depths(session, rescore_id, chunk)
    if not depths:
        return False
    run = Depth.RECHECK not in depths
    if not await _our_turn(bench, rescore_id, orders, run=run):
        return True  # the set is looked at again
    async with bench.database.reading() as session:  # only now: they are long, and turns may be waited for long
        wanted = RUNS if run else (Depth.RECHECK,)
        items = await waiting_items(session, rescore_id, chunk, depths=wanted, limit=limit)
    if not items:
        return True
    if run:
        repeats, deepen = orders.repeats, orders.deepen
        rerunner = Rerunner(bench, rescore_id, rechecker, repeats=repeats, deepen=deepen)
        if beside is not None:
            rerunner = SideBySide(bench, rescore_id, rechecker, beside=beside, repeats=repeats, deepen=deepen)
        rows = await rerunner.work_out(of_same_code(items))  # judged once
    else:
        rows = await bench.in_thread(partial(rechecker.work_out, items))
    async with bench.database.unit_of_work() as session:
        await write_items(session, rescore_id, rows)
    bench.pace.wrote(rescore_id, len(rows))
    return True


async def _our_turn(bench: Bench, rescore_id: uuid.UUID, orders: Orders, *, run: bool) -> bool:
    """Step aside while students wait, and keep to the pace that was asked for.

    What runs needs the slots that students wait for, so it waits until nobody does; what only checks waits a moment.

    Returns:
        Whether to go on; False where the set should be looked at again first.

    Raises:
        StepAside: Something else is to be done in this slot that goes before, or while this set would only wait.

    """
    began = time.monotonic()
    if not orders.is_trial:
        await _make_room(bench, rescore_id)
    queues = LIVE if run else (Queue.LIVE_QUICK,)
    while await _somebody_waits(bench, queues, orders):
        if bench.put_down.is_set():
            raise PutDown
        if run and not orders.is_trial:
            await _make_room(bench, rescore_id, ASIDE)
        await asyncio.sleep(LOOK if run else GLANCE)
        if run:
            return False
        if time.monotonic() - began > COURTESY:
            break
    if orders.per_minute is None or (ahead := await _ahead(bench, rescore_id, orders.per_minute)) <= 0:
        return True
    if not orders.is_trial:
        await _make_room(bench, rescore_id, min(ahead, LONGEST_ASIDE))
    await asyncio.sleep(min(ahead, COURTESY))
    return ahead <= COURTESY


async def _make_room(bench: Bench, rescore_id: uuid.UUID, idle: float | None = None) -> None:
    """Give the slot to what goes before a rescore; also to anything else where this set would wait ``idle`` seconds.

    Raises:
        StepAside: There is something.

    """
    async with bench.database.unit_of_work() as session:
        due = await due_beside(session, rescore_id, bench.duty.terms.image)
        if due is None or (due <= RESCORE_PRIORITY and idle is None):
            return
        if idle is not None:  # or the set's next chunk would come instead, and wait in turn
            await put_off(session, rescore_id, idle)
    raise StepAside(idle or 0)


async def _ahead(bench: Bench, rescore_id: uuid.UUID, per_minute: int) -> float:
    """Return the seconds by which the set is ahead of its pace: counted now and then, reckoned in between."""
    ahead = bench.pace.ahead(rescore_id, per_minute)
    if ahead is None:
        async with bench.database.reading() as session:
            ahead = await ahead_of_pace(session, rescore_id)
        bench.pace.counted(rescore_id, per_minute, ahead)
    return ahead


async def _somebody_waits(bench: Bench, queues: Sequence[Queue], orders: Orders) -> bool:
    """Tell whether a student waits for whom it helps to step aside: for a trial, while any worker serves them."""
    if not await students_wait(bench.database, queues):
        return False
    if not orders.is_trial:
        return True
    async with bench.database.reading() as session:
        return await living_lanes(session, silent_seconds=SILENT) > 0
