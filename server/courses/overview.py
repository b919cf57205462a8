"""How far a person has come in a course, and what holds for them there: one line per level."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.courses import rules
from server.courses.access import course_and_role
from server.database.models import (
    USES_AN_ATTEMPT,
    Assignment,
    Course,
    Draft,
    ExerciseVersion,
    Extension,
    Late,
    State,
    Submission,
    Unlock,
    User,
)
from server.permissions import Action, may
from server.submissions.counting import Counted, counted_scores


@dataclass(frozen=True, slots=True)
class Level:
    """An assignment, what one person made of it so far, and what holds for them (their extension counted in)."""

    assignment: uuid.UUID
    exercise_id: str
    version: str
    order: int
    title: Text
    summary: Text
    kind: Literal["code", "quiz"]
    minutes: int
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    late: Late  #: what becomes of a submission after the due time
    late_penalty: float  #: share of a score for each day begun; counts only where ``late`` is a penalty
    time_zone: str  #: the course's, an IANA name
    terms: rules.Terms  #: the same as a whole, for the rules
    locked_by: str | None  #: the exercise that must be passed first
    preview: bool  #: whether the person may work on it at any time, uncounted
    max_attempts: int | None
    attempts_left: int | None  #: None where there is no limit
    pace_seconds: int | None  #: between two submissions
    best_score: float | None  #: what counts by the course's rules, 0..1; None before the first verdict
    passed: bool
    attempts: int  #: those that count: not the ones that failed through a fault of ours
    last_state: State | None
    touched_at: datetime | None  #: when the person last handed something in, or saved a draft


async def course_overview(session: AsyncSession, user: User, course_slug: str) -> list[Level]:
    """Return the levels of a course in order, with what ``user`` made of each.

    Raises:
        UnknownCourse: There is no such course, or the person takes no part in it; which one is not said.

    """
    course, role = await course_and_role(session, user, Action.SEE_COURSE, course_slug)
    rows = (await session.execute(_LEVELS, {"user_id": user.id, "course_id": course.id})).all()
    counted = {one.assignment_id: one for one in await counted_scores(session, course.id, user.id)}
    preview = may(role, Action.PREVIEW)
    free = preview or course.unlock is Unlock.FREE
    levels: list[Level] = []
    for row in rows:
        before = levels[-1] if levels and not free else None
        locked_by = before.exercise_id if before is not None and not before.passed else None
        levels.append(_level(course, row, counted.get(row[0].id), locked_by, preview=preview))
    return levels


def _levels() -> Select[Any]:
    """Select the assignments of :course_id with what :user_id made of each."""
    user_id: BindParameter[Any] = bindparam("user_id")
    mine = (
        select(
            Submission.assignment_id,
            func.count().filter(USES_AN_ATTEMPT).label("attempts"),
            func.max(Submission.number).label("last_number"),
            func.max(Submission.created_at).label("last_at"),
        )
        .where(Submission.user_id == user_id)
        .group_by(Submission.assignment_id)
        .subquery()
    )
    last = (
        select(Submission.state)
        .where(
            Submission.user_id == user_id,
            Submission.assignment_id == Assignment.id,
            Submission.number == mine.c.last_number,
        )
        .scalar_subquery()
    )
    return (
        select(
            Assignment,
            ExerciseVersion,
            Extension,
            mine.c.attempts,
            last,
            func.greatest(mine.c.last_at, Draft.updated_at),  # of those that there are
        )
        .join(ExerciseVersion, ExerciseVersion.id == Assignment.exercise_version_id)
        .outerjoin(mine, mine.c.assignment_id == Assignment.id)
        .outerjoin(Extension, (Extension.assignment_id == Assignment.id) & (Extension.user_id == user_id))
        .outerjoin(Draft, (Draft.assignment_id == Assignment.id) & (Draft.user_id == user_id))
        .where(Assignment.course_id == bindparam("course_id"))
        .order_by(Assignment.order, Assignment.exercise_id)
    )


_LEVELS = _levels()  # put together once: that takes longer than running it


def _level(
    course: Course, row: Sequence[Any], counted: Counted | None, locked_by: str | None, *, preview: bool
) -> Level:
    """Describe one row; staff's own submissions are not counted against a limit."""
    assignment, version, extension, attempts, last_state, touched_at = row
    terms = rules.terms_of(course, assignment, extension)
    manifest = version.manifest
    return Level(
        assignment=assignment.id,
        exercise_id=assignment.exercise_id,
        version=version.version,
        order=assignment.order,
        title=Text.model_validate(manifest["title"]),
        summary=Text.model_validate(manifest["summary"]),
        kind=manifest["kind"],
        minutes=manifest["minutes"],
        opens_at=terms.opens_at,
        due_at=terms.due_at,
        closes_at=terms.closes_at,
        late=terms.late,
        late_penalty=terms.late_penalty,
        time_zone=terms.zone,
        terms=terms,
        locked_by=locked_by,
        preview=preview,
        max_attempts=terms.max_attempts,
        attempts_left=None if preview else rules.attempts_left(terms, attempts or 0),
        pace_seconds=terms.pace_seconds,
        best_score=counted.score if counted else None,
        passed=counted is not None and counted.passed,
        attempts=attempts or 0,
        last_state=last_state,
        touched_at=touched_at,
    )
