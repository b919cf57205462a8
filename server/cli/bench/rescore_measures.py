"""Measure rescores in a database of the bench's own: checking stored evidence, students meanwhile, applying."""

import asyncio
import multiprocessing
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from exercises import Bundle
from server.cli.bench.figures import spread
from server.cli.bench.memory_peak import Peak
from server.cli.bench.rescore_data import COURSE, Course, furnish
from server.cli.bench.rescore_scope import scope_figures
from server.cli.bench.rescore_worker import work
from server.cli.bench.scene import varied
from server.courses.shelf import Shelf
from server.database.engine import Database
from server.database.models import Rescore, RescoreState
from server.feed import Feed
from server.opening import Foundation
from server.phase import PhaseResult
from server.rescoring import Scope, Wish, apply, make_rescore, progress_of, undo
from server.settings import Settings
from server.submissions import Answer, accept_submission

LIVE_EVERY = 0.5  # seconds between two students
LOOK = 0.2


async def recheck_figures(settings: Settings, bundle: Bundle, result: PhaseResult, number: int) -> dict[str, Any]:
    """Check stored verdicts again in a worker of its own, while a student hands in now and then."""
    base = _base(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="beginend-bench-") as folder:
            course = await furnish(base, bundle, result, number, Path(folder))
        begun: Any = multiprocessing.get_context("spawn").Queue()
        worker = multiprocessing.get_context("spawn").Process(target=work, args=(settings.model_dump_json(), begun))
        worker.start()
        try:
            await asyncio.to_thread(begun.get, timeout=60)
            quiet = await _live(base, course, begun, asyncio.sleep(10))
            peak = Peak(worker.pid or 0)
            rescore = await _made(base, course)
            started = time.perf_counter()
            busy = await _live(base, course, begun, _until_ready(base, rescore))
            seconds = time.perf_counter() - started
            async with base.database.reading() as session:
                far = await progress_of(session, rescore)
            return {
                "recheck": number,
                "recheck_changed": far.changed,
                "recheck_errors": far.errors,
                "recheck_seconds": round(seconds, 1),
                "recheck_per_minute": round(number / seconds * 60),
                "worker_memory_before_mib": peak.first >> 20,
                "worker_peak_memory_mib": peak.stop() >> 20,
                "live_wait_quiet": spread(quiet).to_json("s"),
                "live_wait_during_recheck": spread(busy).to_json("s"),
            }
        finally:
            worker.terminate()
            worker.join(20)
    finally:
        await base.database.dispose()


async def applied_figures(settings: Settings, bundle: Bundle, number: int) -> dict[str, Any]:
    """Let a set count, and take it back; what its items came to is written without judging."""
    base = _base(settings)
    try:
        async with base.database.unit_of_work() as session:
            await _multiply(session, number)
            began = time.perf_counter()
            made = await make_rescore(session, None, Wish(Scope(COURSE, exercise=bundle.id)), base.shelf)
            planning = time.perf_counter() - began
        async with base.database.unit_of_work() as session:
            await session.execute(_WORKED_OUT, {"id": made.id})
        began = time.perf_counter()
        async with base.database.unit_of_work() as session:
            done = await apply(session, None, made.id)
        applying = time.perf_counter() - began
        began = time.perf_counter()
        async with base.database.unit_of_work() as session:
            await undo(session, None, made.id)
        return {
            "applied": done.applied,
            "making_seconds": round(planning, 1),
            "apply_seconds": round(applying, 1),
            "undo_seconds": round(time.perf_counter() - began, 1),
        }
    finally:
        await base.database.dispose()


async def scope_figures_of(settings: Settings, bundle: Bundle, number: int) -> dict[str, Any]:
    """Measure what so many submissions in scope cost; see :mod:`server.cli.bench.rescore_scope`."""
    base = _base(settings)
    try:
        return await scope_figures(base, bundle, number)
    finally:
        await base.database.dispose()


_WORKED_OUT = text(
    """
    with done as (
        update rescore_items item set state = 'done', after_outcome = 'passed', after_score = 1, change = 'up',
               cause = 'rule', result = jsonb_build_object('error', null, 'findings', (
                   select jsonb_agg(data order by position) from findings where grading_id = item.before_grading_id))
         where rescore_id = :id)
    update rescores set state = 'ready' where id = :id
    """
)


async def _multiply(session: Any, number: int) -> None:  # noqa: ANN401 - a session
    """Copy the submissions of the course until there are ``number``."""
    have = await session.scalar(text("select count(*) from submissions where state = 'done'"))
    for copy in range(1, -(-number // have)):
        await session.execute(_COPY_SUBMISSIONS, {"copy": copy, "most": number - copy * have})
    await session.execute(_COPY_GRADINGS)
    await session.execute(_COPY_FINDINGS)
    await session.execute(_POINT)


_COPY_SUBMISSIONS = text(
    """
    insert into submissions (id, user_id, assignment_id, exercise_version_id, number, kind, answer, source, sha256,
                             state, attempt, answered_by_id)
    select gen_random_uuid(), user_id, assignment_id, exercise_version_id, number + 10000000 * cast(:copy as integer),
           kind, answer, source, md5(sha256 || cast(:copy as text)), 'done', 1, id
      from submissions where answered_by_id is null and state = 'done' limit :most
    """
)
_COPY_GRADINGS = text(
    """
    insert into gradings (id, submission_id, attempt, state, outcome, score, evidence, artifacts, stdout, environment,
                          timing_ms)
    select gen_random_uuid(), copy.id, 1, 'final', outcome, score, evidence, '{}', '', environment, '{}'
      from submissions copy join submissions first on first.id = copy.answered_by_id
      join gradings on gradings.id = first.current_grading_id
    """
)
_COPY_FINDINGS = text(
    """
    insert into findings (grading_id, position, phase, check_id, outcome, data)
    select gradings.id, position, phase, check_id, findings.outcome, data
      from submissions copy join submissions first on first.id = copy.answered_by_id
      join gradings on gradings.submission_id = copy.id
      join findings on findings.grading_id = first.current_grading_id
    """
)
_POINT = text(
    "update submissions set current_grading_id = gradings.id from gradings"
    " where gradings.submission_id = submissions.id and submissions.answered_by_id is not null"
)


def _base(settings: Settings) -> Foundation:
    """Stand on the bench's own database; nobody listens to it."""
    database = Database(settings.database_url or "")
    return Foundation(settings, database, Feed(database), Shelf(settings.shelf, settings.built))


async def _made(base: Foundation, course: Course) -> Rescore:
    """Make a set over everything by the easier version."""
    async with base.database.unit_of_work() as session:
        scope = Scope(COURSE, exercise=course.bundle.id, to_version=course.easier, image=course.image)
        return await make_rescore(session, course.teacher, Wish(scope), base.shelf)


async def _until_ready(base: Foundation, rescore: Rescore) -> None:
    """Wait until a set is worked out."""
    while True:
        async with base.database.reading() as session:
            if await session.scalar(select(Rescore.state).where(Rescore.id == rescore.id)) is RescoreState.READY:
                return
        await asyncio.sleep(LOOK)


async def _live(base: Foundation, course: Course, begun: Any, while_this: Any) -> list[float]:  # noqa: ANN401
    """Hand in now and then while something goes on; return the seconds from each commit to its judging's beginning."""
    doing = asyncio.ensure_future(while_this)
    waits: list[float] = []
    while not doing.done() or len(waits) < 2:  # noqa: PLR2004 - of what is over in a moment there are two figures too
        answer = Answer(file=varied(course.bundle.solution or "", uuid.uuid4().int % 10**9).encode())
        async with base.database.unit_of_work() as session:
            await accept_submission(
                session, course.student, course.assignment, course.bundle, answer, per_minute=100_000
            )
        committed = time.time()
        waits.append(await asyncio.to_thread(begun.get, timeout=60) - committed)
        await asyncio.sleep(LIVE_EVERY)
    await doing
    return waits
