"""What the tests of the staff's pages share: a whole class with its results, put into the database at once."""

import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from serverhouse import COURSE, House
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from webhouse import Browser, WebHouse

from grader.contract import Outcome
from server.accounts import start_session
from server.courses import find_course
from server.database.models import (
    Assignment,
    AuditEvent,
    Course,
    Enrolment,
    ExerciseRow,
    ExerciseVersion,
    FindingRow,
    Grading,
    GradingState,
    Kind,
    Role,
    State,
    Submission,
    User,
)

STAFF = f"/courses/{COURSE}/staff"
NAMES = ("林知远", "陈若溪", "王子墨", "赵一诺", "周昱辰", "吴思涵", "徐嘉禾", "何沐阳", "郑雨桐", "黄景行")


@dataclass(frozen=True)
class Result:
    """A student's submission with a verdict."""

    user_id: uuid.UUID
    assignment: Assignment
    score: float
    number: int = 1
    late_days: int = 0
    minutes_ago: float = 5
    failed: Sequence[str] = ()  #: ids of the checks that failed
    checks: Sequence[str] = ()


async def add_students(session: AsyncSession, course: Course, count: int) -> list[uuid.UUID]:
    """Let so many students into the course, ``s0000`` and on."""
    people = [
        {
            "id": uuid.uuid4(),
            "login": f"s{number:04}",
            "display_name": f"{NAMES[number % len(NAMES)]}{number // len(NAMES) or ''}",
        }
        for number in range(count)
    ]
    await session.execute(insert(User), people)
    rows = [{"user_id": one["id"], "course_id": course.id, "role": Role.STUDENT} for one in people]
    await session.execute(insert(Enrolment), rows)
    return [one["id"] for one in people]  # type: ignore[misc]


async def add_levels(session: AsyncSession, course: Course, count: int) -> None:
    """Let the course hand out so many further exercises, copies of one of its own under other names."""
    known = (
        await session.execute(
            select(ExerciseVersion)
            .join(Assignment, Assignment.exercise_version_id == ExerciseVersion.id)
            .where(Assignment.course_id == course.id, Assignment.exercise_id == "cnn-digits")
        )
    ).scalar_one()
    for number in range(count):
        name = f"further-{number}"
        session.add(ExerciseRow(id=name))
        await session.flush()
        version = ExerciseVersion(
            exercise_id=name, version=f"sha256:{number:064x}", manifest={**known.manifest, "id": name}
        )
        session.add(version)
        await session.flush()
        session.add(
            Assignment(course_id=course.id, exercise_id=name, exercise_version_id=version.id, order=100 + number)
        )
    await session.flush()


async def assignments_of(session: AsyncSession, course: Course) -> Sequence[Assignment]:
    """Return what the course hands out, in order."""
    wanted = select(Assignment).where(Assignment.course_id == course.id).order_by(Assignment.order)
    return (await session.scalars(wanted)).all()


async def add_results(session: AsyncSession, results: Sequence[Result]) -> list[uuid.UUID]:
    """Put judged submissions into the database; return their ids."""
    ids = [uuid.uuid4() for _ in results]
    gradings = [uuid.uuid4() for _ in results]
    await session.execute(insert(Submission), [_submission(*pair) for pair in zip(ids, results, strict=True)])
    await session.execute(
        insert(Grading),
        [_grading(*row) for row in zip(gradings, ids, results, strict=True)],
    )
    await session.flush()
    await session.execute(
        update(Submission)
        .where(Submission.id == Grading.submission_id, Submission.current_grading_id.is_(None))
        .values(current_grading_id=Grading.id)
        .execution_options(synchronize_session=False)
    )
    findings = [
        _finding(grading_id, position, check, check in result.failed)
        for grading_id, result in zip(gradings, results, strict=True)
        for position, check in enumerate(result.checks)
    ]
    if findings:
        await session.execute(insert(FindingRow), findings)
    await session.flush()
    return ids


async def fill_class(house: House, students: int, levels: int = 0, *, seed: int = 1) -> None:
    """Fill the course with students of whom each has done some of the levels, in order, more or less well."""
    chance = random.Random(seed)  # noqa: S311 - the same class each time
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        await add_levels(session, course, levels)
        assignments = await assignments_of(session, course)
        people = await add_students(session, course, students)
        await add_results(session, [one for person in people for one in _way(person, assignments, chance)])


def _way(person: uuid.UUID, assignments: Sequence[Assignment], chance: random.Random) -> list[Result]:
    """Return what a student did."""
    skill, reached = chance.random(), []
    for assignment in assignments[: chance.randint(0, len(assignments))]:
        score = min(1.0, round(chance.gauss(0.6 + 0.5 * skill, 0.2), 2))
        checks = ("layers", "parameters", "accuracy") if assignment.exercise_id == "cnn-digits" else ()
        for number in range(1, 5):
            failed = checks[chance.randint(0, 2) :] if score < 1 else ()
            late = int(chance.random() < 0.06)
            reached.append(
                Result(
                    person,
                    assignment,
                    max(0.0, score),
                    number,
                    late_days=late,
                    minutes_ago=chance.random() * 40,
                    failed=failed,
                    checks=checks,
                )
            )
            if score > 0.9 or chance.random() < 0.4:
                break
            score = min(1.0, score + 0.15)
    return reached


def _submission(submission_id: uuid.UUID, result: Result) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(minutes=result.minutes_ago)
    return {
        "id": submission_id,
        "user_id": result.user_id,
        "assignment_id": result.assignment.id,
        "exercise_version_id": result.assignment.exercise_version_id,
        "number": result.number,
        "kind": Kind.REGIONS,
        "answer": {"regions": ["    pass\n"]},
        "source": "pass\n",
        "sha256": "0" * 64,
        "state": State.DONE,
        "attempt": 1,
        "late_days": result.late_days,
        "created_at": at,
        "finished_at": at,
    }


def _grading(grading_id: uuid.UUID, submission_id: uuid.UUID, result: Result) -> dict[str, Any]:
    return {
        "id": grading_id,
        "submission_id": submission_id,
        "attempt": 1,
        "state": GradingState.FINAL,
        "outcome": "passed" if result.score >= 1 else "failed",
        "score": result.score,
        "evidence": {},
        "artifacts": {},
        "error": None,
        "stdout": "",
        "environment": {},
        "timing_ms": {"total": 100},
    }


def _finding(grading_id: uuid.UUID, position: int, check: str, failed: bool) -> dict[str, Any]:  # noqa: FBT001 - private
    outcome = Outcome.FAILED if failed else Outcome.PASSED
    return {
        "grading_id": grading_id,
        "position": position,
        "phase": "quick",
        "check_id": check,
        "outcome": outcome.value,
        "data": {
            "id": check,
            "kind": check,
            "title": {"zh": check, "en": check},
            "outcome": outcome.value,
            "weight": 1.0,
            "partly": 0.0,
            "required": True,
            "expected": None,
            "actual": None,
            "message": None,
            "hint": None,
        },
    }


@asynccontextmanager
async def seated(web: WebHouse, user: User) -> AsyncIterator[Browser]:
    """Give somebody a browser of their own that is signed in; it has the token of the page of courses."""
    async with web.house.database.unit_of_work() as session:
        token = await start_session(session, user)
    transport = httpx.ASGITransport(app=web.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        client.cookies.set("beginend_session", token)
        client.cookies.set("beginend_language", "en")
        browser = Browser(client)
        await browser.get("/")
        if not browser.csrf:
            await browser.get("/account/password")
        yield browser


async def audit_of(house: House) -> list[str]:
    """Return what was done, in order."""
    async with house.database.reading() as session:
        return list(await session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
