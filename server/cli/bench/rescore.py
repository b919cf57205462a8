"""``beginend bench rescore``: what it costs to judge a course anew, and what a student notices of it meanwhile."""

import asyncio
import json
import multiprocessing
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import psutil
import typer
from sqlalchemy import select, text

from exercises import Bundle
from exercises.sources import build_data
from grader.contract import Finding, Outcome, Selection, SubmissionOutcome, Verdict
from sandbox.contract import Isolation
from sandbox.routing import Slots
from server.cli import common
from server.cli.bench.figures import machine, spread
from server.cli.bench.rescore_data import COURSE, Course, furnish
from server.cli.bench.scene import varied
from server.cli.sandboxes import backend as chosen_backend
from server.cli.steps import Steps
from server.courses.shelf import Shelf
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.database.migrate import upgrade
from server.database.models import Rescore, RescoreState
from server.feed import Feed
from server.judging import Judge
from server.kept_runs import RunsNotKept
from server.opening import Foundation
from server.phase import PhaseResult
from server.progress import TellProgress
from server.queue.worker import run_worker
from server.rescoring import Scope, Wish, apply, make_rescore, undo
from server.settings import Settings
from server.standing import Standing
from server.submissions import Answer, accept_submission
from server.workshop import open_workshop

EXERCISE = "cnn-digits"
LIVE_EVERY = 0.5  # seconds between two students
LIVE_SECONDS = 0.1  # that the judging of one is made to take
LOOK = 0.2


def bench_rescore(
    *,
    recheck: Annotated[int, typer.Option(min=100, help="Stored verdicts that are checked again.")] = 10_000,
    applied: Annotated[int, typer.Option(min=100, help="Verdicts that one set lets count.")] = 100_000,
    programs: Annotated[int, typer.Option(min=1, help="Programs that are rejudged and run again.")] = 10,
    sandbox: Annotated[str, typer.Option(help="docker or process; by itself: docker where an engine answers.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure rescoring in a database of its own: checks a minute, peak memory, applying, and a student's wait."""
    settings = common.settings_or_exit()
    bundle = common.find_bundle(EXERCISE, settings)
    kind = chosen_backend(sandbox, settings)
    with Steps(common.speech) as steps:
        build_data([bundle.folder], settings.built, steps)
        opened = open_workshop(
            kind, settings.home, steps, mode=Isolation.WARM, slots=Slots(quick=1, long=1, judges=1, ahead=False)
        )
    with closing(Judge(opened)) as judge:
        result = judge.quick(bundle, bundle.solution or "")
        figures = {"schema": 1, "machine": machine(), "sandbox": kind, **_running(judge, bundle, programs)}
    with tempfile.TemporaryDirectory(prefix="beginend-bench-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder))
        try:
            url = postgres.ensure()
            upgrade(url)
            home = Settings(home=Path(folder), database_url=url)
            figures |= asyncio.run(_measured(home, bundle, result, recheck))
            figures |= asyncio.run(_applied(home, bundle, applied))
        finally:
            postgres.stop()
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            common.results.print(f"{name}: {value}", markup=False, highlight=False)


def _running(judge: Judge, bundle: Bundle, programs: int) -> dict[str, Any]:
    """Run programs again whose structure is wrong, so that nothing is trained, and rejudge them from what they left."""
    wrong = (bundle.solution or "").replace("128", "64")
    left = {}
    began = time.perf_counter()
    for number in range(programs):
        source = varied(wrong, 7_000_000 + number)
        left[source] = judge.quick(bundle, source).left
    rerun = time.perf_counter() - began
    began = time.perf_counter()
    for source, kept in left.items():
        judge.rejudge(bundle, source, kept, bundle.version)
    rejudge = time.perf_counter() - began
    return {"rerun_per_minute": round(programs / rerun * 60), "rejudge_per_minute": round(programs / rejudge * 60)}


async def _measured(settings: Settings, bundle: Bundle, result: PhaseResult, number: int) -> dict[str, Any]:
    """Check stored verdicts again in a worker of its own, while a student hands in now and then."""
    base = _base(settings)
    try:
        with tempfile.TemporaryDirectory(prefix="beginend-bench-") as folder:
            course = await furnish(base, bundle, result, number, Path(folder))
        begun: Any = multiprocessing.get_context("spawn").Queue()
        worker = multiprocessing.get_context("spawn").Process(target=_work, args=(settings.model_dump_json(), begun))
        worker.start()
        try:
            await asyncio.to_thread(begun.get, timeout=60)
            quiet = await _live(base, course, begun, asyncio.sleep(10))
            peak = _Peak(worker.pid or 0)
            rescore = await _made(base, course)
            started = time.perf_counter()
            busy = await _live(base, course, begun, _until_ready(base, rescore))
            seconds = time.perf_counter() - started
            return {
                "recheck": number,
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


async def _applied(settings: Settings, bundle: Bundle, number: int) -> dict[str, Any]:
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
        scope = Scope(COURSE, exercise=course.bundle.id, to_version=course.easier)
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


class _Peak:
    """Looks at a process's memory again and again."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.first = self._most = self._process.memory_info().rss
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()

    def stop(self) -> int:
        """Return the most that was seen, in bytes."""
        self._over.set()
        self._looking.join()
        return self._most

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            self._most = max(self._most, self._process.memory_info().rss)


class _PretendingJudge:
    """Takes a while for each student and finds that all is well; says when it began."""

    def __init__(self, begun: Any) -> None:  # noqa: ANN401 - a queue between processes
        self._begun = begun

    def quick(self, bundle: Bundle, source: str, selection: Selection | None = None) -> PhaseResult:
        """Say that it begins, and take a while."""
        del source, selection
        self._begun.put(time.time())
        time.sleep(LIVE_SECONDS)
        title = bundle.exercise.title
        finding = Finding(
            "layers", "layers", title, Outcome.PASSED, 1, required=True, expected=None, actual=None, message=title
        )
        verdict = Verdict(SubmissionOutcome.PASSED, 1.0, (finding,), None)
        return PhaseResult(
            {}, (finding,), "", None, needs_training=False, verdict=verdict, environment={}, timing_ms={"total": 100}
        )

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection | None = None,
        *,
        checking: Callable[[], None] = lambda: None,
        progress: TellProgress = lambda _: None,
    ) -> PhaseResult:
        """Find nothing more."""
        del bundle, source, selection, checking, progress
        return quick

    def rejudge(self, bundle: Bundle, source: str, kept: Mapping[str, bytes], judged_by: str) -> PhaseResult:
        """Have nothing to judge from."""
        del bundle, source, kept, judged_by
        raise RunsNotKept

    def standing(self) -> Standing:
        """Say that there is nothing to say."""
        return Standing()


def _work(settings: str, begun: Any) -> None:  # noqa: ANN401 - a queue between processes
    """Be a worker, until ended."""
    chosen = Settings.model_validate_json(settings)

    async def work() -> None:
        database = Database(chosen.database_url or "")
        begun.put(0.0)
        await run_worker(chosen, database, _PretendingJudge(begun), asyncio.Event())

    asyncio.run(work())
