"""What a course hands out: put in, moved to another version, given times and limits, taken out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import note
from server.database.models import Assignment, Course, Enrolment, ExerciseRow, ExerciseVersion, Role, Submission, User
from server.errors import AssignmentHasSubmissions, TimesOutOfOrder, UnknownExercise
from server.imports import published_version


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment with the version it hands out, and the newest there is."""

    assignment: Assignment
    version: ExerciseVersion
    newest: str


async def assigned(session: AsyncSession, course: Course, exercise_id: str | None = None) -> Sequence[Assigned]:
    """Return the assignments of a course in order, or the one of an exercise."""
    newest = (
        select(ExerciseVersion.version)
        .where(ExerciseVersion.exercise_id == Assignment.exercise_id)
        .order_by(ExerciseVersion.created_at.desc(), ExerciseVersion.id)
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )
    wanted = (
        select(Assignment, ExerciseVersion, newest)
        .join(ExerciseVersion, ExerciseVersion.id == Assignment.exercise_version_id)
        .where(Assignment.course_id == course.id)
        .order_by(Assignment.order, Assignment.exercise_id)
    )
    if exercise_id is not None:
        wanted = wanted.where(Assignment.exercise_id == exercise_id)
    return [Assigned(*row) for row in await session.execute(wanted)]


async def the_assignment(session: AsyncSession, course: Course, exercise_id: str) -> Assigned:
    """Return the assignment of an exercise in a course.

    Raises:
        UnknownExercise: The course does not hand it out.

    """
    found = await assigned(session, course, exercise_id) if exercise_id.isprintable() else []
    if not found:
        raise UnknownExercise
    return found[0]


async def assign(
    session: AsyncSession,
    actor: User,
    course: Course,
    exercise_id: str,
    *,
    version: str | None,
    changes: Mapping[str, Any],
) -> Assigned:
    """Put an exercise into a held course, or change its version, place, times and limits there.

    Args:
        session: A unit of work.
        actor: Who does it.
        course: From ``course_to_change``.
        exercise_id: Which exercise.
        version: The published version to hand out; None leaves it as it is, and is no choice for a new one.
        changes: Column of the assignment -> new value.

    Raises:
        UnknownExercise: There is none, or it is somebody's who does not teach here.
        UnknownVersion: It has no such version.
        TimesOutOfOrder: It would open after it is due, or be due after it closes.

    """
    assignment = await session.scalar(_of(course, exercise_id)) if exercise_id.isprintable() else None
    before = None if assignment is None else await _told(session, assignment)
    if assignment is None:
        await _must_be_offered(session, actor, course, exercise_id)
        pinned = await published_version(session, exercise_id, version or "")
        place = await session.scalar(select(func.max(Assignment.order)).where(Assignment.course_id == course.id))
        assignment = Assignment(
            course_id=course.id, exercise_id=exercise_id, exercise_version_id=pinned.id, order=(place or 0) + 1
        )
        session.add(assignment)
    elif version is not None:
        assignment.exercise_version_id = (await published_version(session, exercise_id, version or "")).id
    for name, value in changes.items():
        setattr(assignment, name, value)
    _times_must_be_in_order(assignment)
    await session.flush()
    _note(session, actor, course, exercise_id, before=before, after=await _told(session, assignment))
    return await the_assignment(session, course, exercise_id)


async def unassign(session: AsyncSession, actor: User, course: Course, exercise_id: str) -> None:
    """Take an exercise out of a held course.

    Raises:
        UnknownExercise: The course does not hand it out.
        AssignmentHasSubmissions: Somebody has submitted to it.

    """
    found = await the_assignment(session, course, exercise_id)
    # A submission that is being taken in holds the row until it is there, and is seen by the count.
    await session.execute(select(Assignment.id).where(Assignment.id == found.assignment.id).with_for_update())
    submissions = await session.scalar(select(func.count()).where(Submission.assignment_id == found.assignment.id))
    if submissions:
        raise AssignmentHasSubmissions
    before = await _told(session, found.assignment)
    await session.delete(found.assignment)
    note(session, actor, "assignment.remove", exercise_id, course_id=course.id, before=before, after=None)


def _of(course: Course, exercise_id: str) -> Any:  # noqa: ANN401 - a select, whose type says less than its name
    return select(Assignment).where(Assignment.course_id == course.id, Assignment.exercise_id == exercise_id)


async def _must_be_offered(session: AsyncSession, actor: User, course: Course, exercise_id: str) -> None:
    """Refuse an exercise that belongs to somebody who neither asks nor teaches in the course."""
    exercise = await session.get(ExerciseRow, exercise_id) if exercise_id.isprintable() else None
    if exercise is None:
        raise UnknownExercise
    if exercise.owner_id is None or exercise.owner_id == actor.id or actor.is_admin:
        return
    owner = await session.get(Enrolment, (exercise.owner_id, course.id))
    if owner is None or owner.role is not Role.TEACHER:
        raise UnknownExercise


def _times_must_be_in_order(assignment: Assignment) -> None:
    opens, due, closes = assignment.opens_at, assignment.due_at, assignment.closes_at
    ends = [moment for moment in (due, closes) if moment is not None]
    if (opens is not None and ends and opens >= min(ends)) or (due is not None and closes is not None and due > closes):
        raise TimesOutOfOrder


async def _told(session: AsyncSession, assignment: Assignment) -> dict[str, Any]:
    """Return an assignment as the audit tells it."""
    version = await session.get_one(ExerciseVersion, assignment.exercise_version_id)
    columns = ("order", "opens_at", "due_at", "closes_at", "max_attempts", "pace_seconds")
    values = {name: getattr(assignment, name) for name in columns}
    plain = {name: v.astimezone(UTC).isoformat() if isinstance(v, datetime) else v for name, v in values.items()}
    return {"version": version.version, **plain}


def _note(
    session: AsyncSession,
    actor: User,
    course: Course,
    exercise_id: str,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    """Write down what changed, if anything did."""
    if before == after:
        return
    if before is not None:
        before = {name: value for name, value in before.items() if value != after[name]}
        after = {name: after[name] for name in before}
    action = "assignment.add" if before is None else "assignment.change"
    note(session, actor, action, exercise_id, course_id=course.id, before=before, after=after)
