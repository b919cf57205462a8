"""How far a person has come in a course: one line per level."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.courses.enrolments import find_course
from server.database.models import Assignment, ExerciseVersion, State, Submission, User
from server.permissions import Action, allow
from server.submissions.counting import UNCOUNTED, Counted, counted_scores


@dataclass(frozen=True, slots=True)
class Level:
    """An assignment and what one person made of it so far."""

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
    max_attempts: int | None
    best_score: float | None  #: what counts by the course's rules, 0..1; None before the first verdict
    passed: bool
    attempts: int  #: those that count: not the ones that failed through a fault of ours
    last_state: State | None


async def course_overview(session: AsyncSession, user: User, course_slug: str) -> list[Level]:
    """Return the levels of a course in order, with what ``user`` made of each.

    Raises:
        UnknownCourse: There is no such course.
        NotEnrolled: The person takes no part in it.

    """
    course = await find_course(session, course_slug)
    await allow(session, user, Action.SEE_COURSE, course.id)
    counted = {one.assignment_id: one for one in await counted_scores(session, course.id, user.id)}
    mine = (
        select(
            Submission.assignment_id,
            func.count().filter(Submission.state.not_in(UNCOUNTED)).label("attempts"),
            func.max(Submission.number).label("last_number"),
        )
        .where(Submission.user_id == user.id)
        .group_by(Submission.assignment_id)
        .subquery()
    )
    last = (
        select(Submission.state)
        .where(
            Submission.user_id == user.id,
            Submission.assignment_id == Assignment.id,
            Submission.number == mine.c.last_number,
        )
        .scalar_subquery()
    )
    rows = await session.execute(
        select(Assignment, ExerciseVersion, mine.c.attempts, last)
        .join(ExerciseVersion, ExerciseVersion.id == Assignment.exercise_version_id)
        .outerjoin(mine, mine.c.assignment_id == Assignment.id)
        .where(Assignment.course_id == course.id)
        .order_by(Assignment.order, Assignment.exercise_id)
    )
    return [
        _level(assignment, version, counted.get(assignment.id), attempts=attempts or 0, last_state=state)
        for assignment, version, attempts, state in rows
    ]


def _level(
    assignment: Assignment,
    version: ExerciseVersion,
    counted: Counted | None,
    *,
    attempts: int,
    last_state: State | None,
) -> Level:
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
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        max_attempts=assignment.max_attempts,
        best_score=counted.score if counted else None,
        passed=counted is not None and counted.passed,
        attempts=attempts,
        last_state=last_state,
    )
