"""What a course could hand out: exercises that nobody keeps to themselves, and their published versions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.database.models import Assignment, Course, Enrolment, ExerciseRow, ExerciseVersion, Role, User


@dataclass(frozen=True, slots=True)
class Published:
    """A published version."""

    version: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """An exercise that can be put into a course."""

    exercise_id: str
    title: Text
    newest: str


async def offers(session: AsyncSession, actor: User, course: Course) -> list[Offer]:
    """Return the published exercises that ``actor`` may put into the course and that it does not have, by id."""
    taught_by = select(Enrolment.user_id).where(Enrolment.course_id == course.id, Enrolment.role == Role.TEACHER)
    wanted = (
        select(ExerciseVersion.exercise_id, ExerciseVersion.manifest, ExerciseVersion.version)
        .join(ExerciseRow, ExerciseRow.id == ExerciseVersion.exercise_id)
        .where(
            ExerciseRow.id.not_in(select(Assignment.exercise_id).where(Assignment.course_id == course.id)),
        )
        .ext(distinct_on(ExerciseVersion.exercise_id))
        .order_by(ExerciseVersion.exercise_id, ExerciseVersion.created_at.desc(), ExerciseVersion.id)
    )
    if not actor.is_admin:
        owner = ExerciseRow.owner_id
        wanted = wanted.where(or_(owner.is_(None), owner == actor.id, owner.in_(taught_by)))
    rows = await session.execute(wanted)
    return [Offer(name, Text.model_validate(manifest["title"]), version) for name, manifest, version in rows]


async def versions(session: AsyncSession, course: Course) -> Mapping[str, Sequence[Published]]:
    """Return the published versions of every exercise of a course, newest first."""
    rows = await session.execute(
        select(ExerciseVersion.exercise_id, ExerciseVersion.version, ExerciseVersion.created_at)
        .join(Assignment, Assignment.exercise_id == ExerciseVersion.exercise_id)
        .where(Assignment.course_id == course.id)
        .order_by(ExerciseVersion.created_at.desc(), ExerciseVersion.id)
    )
    found: dict[str, list[Published]] = defaultdict(list)
    for exercise_id, version, created_at in rows:
        found[exercise_id].append(Published(version, created_at))
    return found
