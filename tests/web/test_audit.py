"""The audit: read by teachers of a course and by admins, newest first; what is written stays as it is."""

import pytest
from classroom import Callers, said
from serverhouse import COURSE
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from server import audit
from server.courses import find_course
from server.database.models import AuditEvent, State
from server.submissions.grading import mark_system_error

pytestmark = pytest.mark.database

OF_COURSE = f"/api/v1/courses/{COURSE}/audit"


async def noted(callers: Callers, number: int) -> None:
    """Write events of two kinds down, in the course and outside any."""
    async with callers.web.house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        for n in range(number):
            audit.note(session, callers.people["teacher"], "test.one", f"s{n}", course_id=course.id, n=n)
            audit.note(session, None, "test.two", f"s{n}")


async def test_teachers_page_through_the_audit_of_their_course(callers: Callers) -> None:
    """Newest first, without gaps, nothing of what was done outside the course; filtered by action and subject."""
    await noted(callers, 5)
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await callers.teacher.get(f"{OF_COURSE}?action=test.one&limit=2{cursor}")).json()
        seen += [event["subject"] for event in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    everything = (await callers.teacher.get(f"{OF_COURSE}?limit=200")).json()["items"]
    one = (await callers.teacher.get(f"{OF_COURSE}?action=test.one&subject=s3")).json()["items"]

    assert ["s4", "s3", "s2", "s1", "s0"] == seen
    assert {COURSE} == {event["course"] for event in everything}
    assert [(str(callers.people["teacher"].id), "teacher", {"n": 3})] == [
        (event["actor_id"], event["actor_name"], event["detail"]) for event in one
    ]


async def test_admins_read_what_was_done_anywhere(callers: Callers) -> None:
    """Also what belongs to no course, and what the platform did by itself."""
    await noted(callers, 2)
    found = (await callers.admin.get("/api/v1/audit?subject=s1")).json()["items"]

    assert [("test.two", None, None), ("test.one", COURSE, "teacher")] == [
        (event["action"], event["course"], event["actor_name"]) for event in found
    ]


async def test_nobody_else_reads_it(callers: Callers) -> None:
    """Students and graders may not; a course of others is not there; the platform's is for admins alone."""
    hidden, forbidden = (404, "unknown-course"), (403, "not-allowed")
    for who, expected in (("student", forbidden), ("grader", forbidden), ("stranger", hidden)):
        assert (who, expected) == (who, said(await callers.clients[who].get(OF_COURSE)))
    for who in ("student", "grader", "teacher", "stranger"):
        assert (who, forbidden) == (who, said(await callers.clients[who].get("/api/v1/audit")))
    assert hidden == said(await callers.teacher.get("/api/v1/courses/no-such/audit"))


async def test_unfit_filters_and_cursors_are_refused(callers: Callers) -> None:
    """Whatever a cursor or a filter holds, the answer is a problem document."""
    for cursor in ("x", "WyJ4Il0=", "W3RydWVd", "Wy0xXQ==", "WzFlOTld", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5XQ=="):
        assert (422, "unreadable-cursor") == said(await callers.admin.get(f"/api/v1/audit?cursor={cursor}"))
    for query in ("action=%00", "subject=", "limit=0", "limit=201"):
        assert (422, "invalid-request") == said(await callers.admin.get(f"/api/v1/audit?{query}"))


@pytest.mark.parametrize(
    "deed",
    [
        "update audit_events set detail = '{}'",
        "update audit_events set actor_id = null where false",
        "delete from audit_events",
        "truncate audit_events",
    ],
)
async def test_the_database_refuses_to_change_the_audit(callers: Callers, deed: str) -> None:
    """Neither code of ours nor an operator at a prompt changes or removes an event."""
    await noted(callers, 1)
    async with callers.web.house.database.reading() as session:
        before = (await session.scalars(select(AuditEvent.id))).all()
    with pytest.raises(DatabaseError, match="audit events are never changed or removed"):
        async with callers.web.house.database.unit_of_work() as session:
            await session.execute(text(deed))

    async with callers.web.house.database.reading() as session:
        assert before == (await session.scalars(select(AuditEvent.id))).all()


async def test_publishing_is_written_down_with_its_course(callers: Callers) -> None:
    """That a course hands out another version is an event of the course; a version is one of the platform."""
    async with callers.web.house.database.reading() as session:
        course = await find_course(session, COURSE)
        events = (await session.scalars(select(AuditEvent).order_by(AuditEvent.id))).all()

    moved = [event for event in events if event.action == "assignment.change"]
    published = [event for event in events if event.action == "exercise.publish"]
    assert {"cnn-digits", "backpropagation"} <= {event.subject for event in moved}
    assert {course.id} == {event.course_id for event in moved}
    assert {None} == {event.detail["before"]["version"] for event in moved}
    assert {event.detail["version"] for event in published} == {event.detail["after"]["version"] for event in moved}


async def test_a_system_error_is_an_event_of_its_course_and_quotes_nothing(callers: Callers) -> None:
    """The message, which may quote a program, stays with the submission, where it can be removed."""
    house = callers.web.house
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        await mark_system_error(session, submission.id, type="CheckBroke", message="secret = 1")
    found = (await callers.teacher.get(f"{OF_COURSE}?subject={submission.id}")).json()["items"]

    assert [("submission.system_error", {"type": "CheckBroke"})] == [(e["action"], e["detail"]) for e in found]
    stored = await house.reload(submission.id)
    assert (State.SYSTEM_ERROR, "secret = 1") == (stored.state, (stored.fault or {})["message"])
