"""A class in session: on which level each student is at this moment, and how it goes there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, and_, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.courses.conditions import CORRECTED, PASSED
from server.database.models import (
    OPEN,
    USES_AN_ATTEMPT,
    Assignment,
    Correction,
    Course,
    Draft,
    Enrolment,
    Grading,
    Role,
    Submission,
    User,
)

#: Who did nothing for so long does not sit in this class.
A_SESSION = timedelta(hours=3)
#: Who did nothing for so long is somewhere else with their thoughts.
QUIET = timedelta(minutes=10)
#: So many attempts at a level without passing it mean that somebody could use help.
STUCK_ATTEMPTS = 3


class Standing(StrEnum):
    """How it goes for somebody on the level where they are."""

    JUDGING = "judging"
    STUCK = "stuck"
    WORKING = "working"
    QUIET = "quiet"
    FINISHED = "finished"  #: passed what they worked on last


@dataclass(frozen=True, slots=True)
class Seat:
    """A student where they are now."""

    name: str
    standing: Standing
    attempts: int


@dataclass(frozen=True, slots=True)
class BoardLevel:
    """A level and who is there."""

    exercise_id: str
    passed: int
    seats: Sequence[Seat]  #: by name


@dataclass(frozen=True, slots=True)
class Board:
    """A class."""

    students: int
    present: int  #: did something within a session's time
    levels: Sequence[BoardLevel]
    at: datetime


async def board(session: AsyncSession, course: Course) -> Board:
    """Return where everybody is. A student is on the level on which they did something last."""
    now: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    levels = (
        await session.execute(
            select(Assignment.id, Assignment.exercise_id)
            .where(Assignment.course_id == course.id)
            .order_by(Assignment.order, Assignment.exercise_id)
        )
    ).all()
    rows = (await session.execute(_traces(course))).all()
    latest: dict[uuid.UUID, Row[*tuple[Any, ...]]] = {}
    for row in rows:
        here = latest.get(row.user_id)
        if here is None or row.last_at > here.last_at:
            latest[row.user_id] = row
    present = [row for row in latest.values() if now - row.last_at < A_SESSION]
    students = await session.scalar(
        select(func.count())
        .select_from(Enrolment)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.course_id == course.id, Enrolment.role == Role.STUDENT, User.deleted_at.is_(None))
    )
    return Board(
        students=students or 0,
        present=len(present),
        levels=[
            BoardLevel(
                exercise_id,
                sum(row.passed for row in rows if row.assignment_id == assignment_id),
                sorted(
                    (_seat(row, now) for row in present if row.assignment_id == assignment_id),
                    key=lambda seat: seat.name,
                ),
            )
            for assignment_id, exercise_id in levels
        ],
        at=now,
    )


def standing_of(*, judging: bool, passed: bool, attempts: int, quiet_for: timedelta) -> Standing:
    """Tell how it goes for somebody, by what they did last on a level."""
    if judging:
        return Standing.JUDGING
    if passed:
        return Standing.FINISHED
    if attempts >= STUCK_ATTEMPTS:
        return Standing.STUCK
    return Standing.QUIET if quiet_for > QUIET else Standing.WORKING


def _seat(row: Row[*tuple[Any, ...]], now: datetime) -> Seat:
    standing = standing_of(judging=row.is_open, passed=row.passed, attempts=row.attempts, quiet_for=now - row.last_at)
    return Seat(row.display_name, standing, row.attempts)


def _traces(course: Course) -> Select[*tuple[Any, ...]]:
    """Select what each student did on each level: what they sent, what they drafted, or both."""
    sent = (
        select(
            Submission.user_id,
            Submission.assignment_id,
            func.max(Submission.created_at).label("sent_at"),
            func.count().filter(USES_AN_ATTEMPT).label("attempts"),
            func.bool_or(PASSED).label("passed"),
            func.bool_or(Submission.state.in_(OPEN)).label("is_open"),
        )
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .outerjoin(Grading, Grading.id == Submission.current_grading_id)
        .outerjoin(Correction, CORRECTED)
        .where(Assignment.course_id == course.id)
        .group_by(Submission.user_id, Submission.assignment_id)
        .subquery()
    )
    drafted = select(Draft.assignment_id, Draft.user_id, Draft.updated_at).subquery()
    last_at = func.greatest(sent.c.sent_at, drafted.c.updated_at)  # which passes over null
    return (
        select(
            User.id.label("user_id"),
            User.display_name,
            Assignment.id.label("assignment_id"),
            last_at.label("last_at"),
            func.coalesce(sent.c.attempts, 0).label("attempts"),
            func.coalesce(sent.c.passed, false()).label("passed"),
            func.coalesce(sent.c.is_open, false()).label("is_open"),
        )
        .join(Enrolment, Enrolment.user_id == User.id)
        .join(Assignment, Assignment.course_id == Enrolment.course_id)
        .outerjoin(sent, and_(sent.c.user_id == User.id, sent.c.assignment_id == Assignment.id))
        .outerjoin(drafted, and_(drafted.c.user_id == User.id, drafted.c.assignment_id == Assignment.id))
        .where(
            Enrolment.course_id == course.id,
            Enrolment.role == Role.STUDENT,
            User.deleted_at.is_(None),
            last_at.is_not(None),
        )
    )
