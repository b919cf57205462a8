"""Migrations with rows in place: what the first servers wrote down is read by the present code."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from alembic import command
from psycopg import sql
from psycopg.types.json import Jsonb
from pwdlib import PasswordHash
from serverhouse import TRAINED, phase_result
from sqlalchemy import select

from grader.contract import Phase
from server.accounts import authenticate, user_of_api_token, user_of_session
from server.courses import find_assignment
from server.database import migrate
from server.database.engine import Database
from server.database.models import AuditEvent, Course, ExerciseVersion, Keep, Late, State, Submission, Unlock, User
from server.queue.rescue import SUBMISSIONS
from server.submissions import claim, record_verdict, submission_view

pytestmark = pytest.mark.database

#: The revision of the first server that took submissions.
EARLIEST = "0003"

STUDENT, TEACHER, COURSE, ASSIGNMENT, VERSION = (uuid.uuid5(uuid.NAMESPACE_DNS, f"row {n}") for n in range(5))
DONE, HALFWAY, QUEUED = (uuid.uuid5(uuid.NAMESPACE_DNS, f"submission {n}") for n in range(3))
GRADING, PROVISIONAL = (uuid.uuid5(uuid.NAMESPACE_DNS, f"grading {n}") for n in range(2))
HANDED_IN = datetime(2026, 11, 1, 12, tzinfo=UTC)

#: A finding as it was written at that revision.
FINDING = {
    "id": "layers",
    "kind": "layers",
    "title": {"zh": "层", "en": "Layers"},
    "outcome": "passed",
    "weight": 1.0,
    "required": True,
    "because": None,
    "expected": 3,
    "actual": 3,
    "message": {"zh": "对", "en": "Right"},
    "hint": None,
}


@pytest.fixture
def old_url(empty_url: str) -> str:
    """Make a database of the earliest revision with submissions, filled as its server filled it."""
    with migrate._connection(empty_url) as connection:
        command.upgrade(migrate._config(connection), EARLIEST)
    with psycopg.connect(empty_url) as connection:
        _people(connection)
        _course(connection)
        _submissions(connection)
    return empty_url


def _insert(connection: psycopg.Connection, table: str, **values: object) -> None:
    """Insert a row by SQL: the present models know nothing of old tables."""
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join([sql.Placeholder()] * len(values)),
    )
    row = [Jsonb(value) if isinstance(value, dict) else value for value in values.values()]
    connection.execute(statement, row)


def _people(connection: psycopg.Connection) -> None:
    for user, login in ((STUDENT, "student"), (TEACHER, "teacher")):
        hashed = PasswordHash.recommended().hash("correct horse")
        _insert(connection, "users", id=user, login=login, display_name=login, password_hash=hashed)
    key = {"user_id": STUDENT, "token_hash": hashlib.sha256(b"a token").digest()}
    _insert(connection, "api_tokens", name="old", **key)
    _insert(connection, "sessions", expires_at=datetime.now(UTC) + timedelta(days=1), **key)
    _insert(connection, "audit_events", actor_id=TEACHER, action="exercise.publish", subject="x", detail={"a": 1})


def _course(connection: psycopg.Connection) -> None:
    _insert(connection, "exercises", id="cnn-digits")
    manifest = {"file_name": "main.py", "title": {"zh": "数字", "en": "Digits"}}
    _insert(
        connection, "exercise_versions", id=VERSION, exercise_id="cnn-digits", version="sha256:0", manifest=manifest
    )
    _insert(connection, "courses", id=COURSE, slug="old-course", title={"zh": "课", "en": "Course"})
    for user, role in ((STUDENT, "student"), (TEACHER, "teacher")):
        _insert(connection, "enrolments", user_id=user, course_id=COURSE, role=role)
    assignment = {"course_id": COURSE, "exercise_id": "cnn-digits", "exercise_version_id": VERSION}
    _insert(connection, "assignments", id=ASSIGNMENT, order=1, max_attempts=5, **assignment)


def _submissions(connection: psycopg.Connection) -> None:
    common = {"user_id": STUDENT, "assignment_id": ASSIGNMENT, "exercise_version_id": VERSION, "kind": "regions"}
    states = ((DONE, "done"), (HALFWAY, "training"), (QUEUED, "queued"))
    for number, (submission, state) in enumerate(states, 1):
        answer = {"regions": [f"# {number}\n"]}
        row = {"number": number, "answer": answer, "source": f"# {number}\n", "sha256": f"{number}", "state": state}
        _insert(connection, "submissions", id=submission, created_at=HANDED_IN, attempt=2, **row, **common)
    result = {"outcome": "passed", "score": 1.0, "evidence": {"checks": []}, "artifacts": {}, "stdout": "hello"}
    result |= {"environment": {"seed": 1447}, "timing_ms": {"total": 5}}
    for grading, submission, state in ((GRADING, DONE, "final"), (PROVISIONAL, HALFWAY, "provisional")):
        _insert(connection, "gradings", id=grading, submission_id=submission, attempt=2, state=state, **result)
        finding = {"phase": "quick", "check_id": "layers", "outcome": "passed", "data": FINDING}
        _insert(connection, "findings", grading_id=grading, position=0, **finding)
    connection.execute("update submissions set current_grading_id = %s where id = %s", [GRADING, DONE])


async def test_old_rows_are_read(old_url: str) -> None:
    """People sign in, keys hold, the course has the rules it always had, verdicts read as before."""
    migrate.upgrade(old_url)

    assert [] == migrate.differences(old_url)
    database = Database(old_url)
    async with database.reading() as session:
        student = await session.get_one(User, STUDENT)
        assert (None, None, False) == (student.disabled_at, student.deleted_at, student.must_change_password)
        for known in (
            await authenticate(session, "student", "correct horse"),
            await user_of_api_token(session, "a token"),
            await user_of_session(session, "a token"),
        ):
            assert known is not None
            assert STUDENT == known.id
        course = await session.get_one(Course, COURSE)
        assert (Unlock.FREE, Keep.BEST, Late.REFUSED, None) == (
            course.unlock, course.keep, course.late, course.archived_at,
        )  # fmt: skip
        assert {} == (await session.get_one(ExerciseVersion, VERSION)).answers
        assignment = await find_assignment(session, student, "cnn-digits", "old-course")
        assert (ASSIGNMENT, 5, None, None) == (
            assignment.id, assignment.max_attempts, assignment.closes_at, assignment.pace_seconds,
        )  # fmt: skip
        view = await submission_view(session, student, DONE)
        assert (1, State.DONE, HANDED_IN, ["# 1\n"]) == (view.number, view.state, view.created_at, view.regions)
        assert view.verdict is not None
        assert ("passed", 1.0, [FINDING]) == (view.verdict["outcome"], view.verdict["score"], view.verdict["checks"])
        event = (await session.scalars(select(AuditEvent))).one()
        assert (TEACHER, "exercise.publish", None) == (event.actor_id, event.action, event.course_id)
    await database.dispose()


async def test_work_goes_on(old_url: str) -> None:
    """What was open when the server was upgraded gets jobs, and a quick phase from before it gets its verdict."""
    migrate.upgrade(old_url)
    database = Database(old_url)
    async with database.unit_of_work() as session:
        assert 2 == await SUBMISSIONS.sweep(session)
    async with database.unit_of_work() as session:
        assert 0 == await SUBMISSIONS.sweep(session)
        held = await claim(session, HALFWAY, Phase.TRAINING)
    assert held is not None
    assert held.provisional is not None
    assert (PROVISIONAL, ["layers"]) == (
        held.provisional.grading_id,
        [finding.id for finding in held.provisional.result.findings],
    )
    async with database.unit_of_work() as session:
        assert await record_verdict(session, held, TRAINED)
    async with database.unit_of_work() as session:
        held = await claim(session, QUEUED, Phase.QUICK)
        assert held is not None
        assert await record_verdict(session, held, phase_result("layers"))
    async with database.reading() as session:
        states = set((await session.scalars(select(Submission.state))).all())
    await database.dispose()

    assert {State.DONE} == states


def test_back_and_up_again(old_url: str) -> None:
    """Taking every later migration back and applying it again leaves what the earliest server wrote."""
    migrate.upgrade(old_url)
    with migrate._connection(old_url) as connection:
        command.downgrade(migrate._config(connection), EARLIEST)
    migrate.upgrade(old_url)

    with psycopg.connect(old_url) as connection:
        rows = connection.execute("select id, state, number from submissions order by number").fetchall()
        assert [(DONE, "done", 1), (HALFWAY, "training", 2), (QUEUED, "queued", 3)] == rows
        assert (2,) == connection.execute("select count(*) from gradings").fetchone()
