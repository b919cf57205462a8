"""What the server's tests share: a house with a course and people in it, and a judge that does as it is told."""

import asyncio
import threading
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from exercises import Bundle, Text
from grader.contract import Finding, Outcome, Selection, SubmissionOutcome, Verdict
from server.courses import Shelf, find_assignment
from server.database.engine import Database
from server.database.models import OPEN, Assignment, State, Submission, User
from server.errors import JudgingUnwanted
from server.kept_runs import RunsNotKept
from server.phase import PhaseResult
from server.progress import TellProgress, TrainingPoint
from server.queue.port import JudgePort
from server.queue.worker import run_worker
from server.settings import Settings
from server.standing import SlotStanding, Standing
from server.stopping import Stop
from server.submissions import Answer, accept_submission

COURSE = "first-steps"
REGIONS = Answer(regions=["    model.add(Flatten())\n"])


@dataclass(frozen=True)
class House:
    """A database with a published course and its people, and what a test needs to work with them."""

    settings: Settings
    database: Database
    catalogue: dict[str, Bundle]
    shelf: Shelf
    student: User
    other: User
    teacher: User

    async def assignment(self, exercise_id: str = "cnn-digits", **changes: object) -> Assignment:
        """Return an assignment of the course, changed first where asked."""
        async with self.database.unit_of_work() as session:
            found = await find_assignment(session, self.student, exercise_id, COURSE)
            for name, value in changes.items():
                setattr(found, name, value)
            return found

    async def submit(
        self,
        exercise_id: str = "cnn-digits",
        answer: Answer = REGIONS,
        *,
        user: User | None = None,
        key: str | None = None,
        per_minute: int = 20,
    ) -> Submission:
        """Submit an answer as a student of the course does."""
        assignment = await self.assignment(exercise_id)
        async with self.database.unit_of_work() as session:
            return await accept_submission(
                session,
                user or self.student,
                assignment,
                self.catalogue[exercise_id],
                answer,
                idempotency_key=key,
                per_minute=per_minute,
            )

    async def reload(self, submission_id: uuid.UUID) -> Submission:
        """Return a submission's row as it is now."""
        async with self.database.reading() as session:
            return await session.get_one(Submission, submission_id)

    async def state(self, submission_id: uuid.UUID) -> State:
        """Return where a submission is on its way."""
        return (await self.reload(submission_id)).state


class DatabaseOfATest:
    """A database that exists while it is entered."""

    def __init__(self, server_url: str, template: str | None = None) -> None:
        self._server_url = server_url
        self._template = template
        self._database = f"test_{uuid.uuid4().hex[:12]}"

    def __enter__(self) -> str:
        template = sql.Identifier(self._template or "template1")
        made = sql.SQL("create database {} template {} strategy file_copy")
        self._run(made.format(sql.Identifier(self._database), template))
        return urlsplit(self._server_url)._replace(path=f"/{self._database}").geturl()

    def __exit__(self, *_: object) -> None:
        self._run(sql.SQL("drop database {} with (force)").format(sql.Identifier(self._database)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)


def finding(check: str, outcome: Outcome = Outcome.PASSED, **changes: object) -> Finding:
    """Return a finding of which only the id and the outcome matter."""
    said = Text(zh="说明", en="Said")
    values: dict[str, Any] = {
        "id": check,
        "kind": check,
        "title": Text(zh="检查", en="Check"),
        "outcome": outcome,
        "weight": 1.0,
        "required": True,
        "expected": 872714,
        "actual": 872714,
        "message": said,
        "hint": said,
    }
    return Finding(**{**values, **changes})


def phase_result(*checks: str, needs_training: bool = False, **changes: object) -> PhaseResult:
    """Return a phase in which every check passed."""
    findings = tuple(finding(check) for check in checks)
    values: dict[str, Any] = {
        "evidence": {"checks": list(checks)},
        "findings": findings,
        "stdout": "hello",
        "error": None,
        "needs_training": needs_training,
        "verdict": Verdict(outcome=SubmissionOutcome.PASSED, score=1.0, findings=findings, error=None),
        "environment": {"seed": 1447},
        "timing_ms": {"total": 5},
        "artifacts": {"w0.npy": b"weights"} if needs_training else {},
    }
    return PhaseResult(**{**values, **changes})


QUICK = phase_result("layers", "parameters", needs_training=True)
QUICK_ONLY = phase_result("layers", "parameters")
TRAINED = phase_result("layers", "parameters", "accuracy")


#: A sandbox with one slot that waits for work.
WARM = Standing("docker", "warm", "sha256:image", (SlotStanding("quick", "ready", 3, 60.0),))


@dataclass
class FakeJudge:
    """A judge that answers from a script: each entry is a result to return or an exception to raise.

    The last entry is repeated. What it was asked is kept in ``calls``.
    """

    quick_script: list[PhaseResult | Exception] = field(default_factory=lambda: [QUICK])
    training_script: list[PhaseResult | Exception] = field(default_factory=lambda: [TRAINED])
    quick_seconds: float = 0
    training_seconds: float = 0
    before: Callable[[str], None] = lambda _phase: None
    points: Sequence[TrainingPoint] = ()
    stands: Standing = WARM
    calls: list[tuple[str, str, PhaseResult | None]] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)  #: phases that were ended because nobody wanted them any more
    lock: threading.Lock = field(default_factory=threading.Lock)

    def quick(
        self, bundle: Bundle, source: str, selection: Selection | None = None, *, stop: Stop | None = None
    ) -> PhaseResult:
        """Answer from ``quick_script``."""
        del bundle, selection
        return self._answer("quick", source, None, self.quick_script, self.quick_seconds, stop)

    def training(
        self,
        bundle: Bundle,
        source: str,
        quick: PhaseResult,
        selection: Selection | None = None,
        *,
        checking: Callable[[], None] = lambda: None,
        progress: TellProgress = lambda _: None,
        stop: Stop | None = None,
    ) -> PhaseResult:
        """Answer from ``training_script``."""
        del bundle, selection
        for point in self.points:
            progress(point)
        result = self._answer("training", source, quick, self.training_script, self.training_seconds, stop)
        checking()
        return result

    def rejudge(self, bundle: Bundle, source: str, kept: Mapping[str, bytes], judged_by: str) -> PhaseResult:
        """Find that what was kept does not do."""
        del bundle, source, kept, judged_by
        raise RunsNotKept

    def standing(self) -> Standing:
        """Say how its sandbox, which is none, is doing."""
        return self.stands

    def _answer(  # noqa: PLR0917 - all that there is to a judgement
        self,
        phase: str,
        source: str,
        quick: PhaseResult | None,
        script: list[PhaseResult | Exception],
        seconds: float,
        stop: Stop | None,
    ) -> PhaseResult:
        with self.lock:
            self.calls.append((phase, source, quick))
            told = script.pop(0) if len(script) > 1 else script[0]
        self.before(phase)
        ended = time.monotonic() + seconds
        while (left := ended - time.monotonic()) > 0:
            if stop is not None and stop.is_set:
                self.abandoned.append(phase)
                raise JudgingUnwanted
            time.sleep(min(left, 0.02))
        if isinstance(told, Exception):
            raise told
        return told


async def until(condition: Callable[[], Awaitable[bool]], within: float = 20) -> None:
    """Wait until something holds, asking again and again: what is waited for happens in the database or elsewhere."""
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 (nobody here could set an event)
            await asyncio.sleep(0.02)


async def ended(house: House, submission_id: uuid.UUID, within: float = 20) -> State:
    """Wait until a submission's way is over, and return how it ended."""

    async def over() -> bool:
        return await house.state(submission_id) not in OPEN

    await until(over, within)
    return await house.state(submission_id)


@asynccontextmanager
async def worker(house: House, judge: JudgePort) -> AsyncIterator[asyncio.Event]:
    """Let a worker run; leaving stops it in order."""
    stop = asyncio.Event()
    running = asyncio.create_task(run_worker(house.settings, house.database, judge, stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(running, 15)


async def in_training(house: House, submission_id: uuid.UUID) -> None:
    """Wait until the quick phase of a submission is over."""

    async def over() -> bool:
        return await house.state(submission_id) is State.TRAINING

    await until(over)
