"""Who takes part in which course, and as what."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.database.models import Course, Enrolment, Role, User
from server.errors import UnknownCourse


@dataclass(frozen=True, slots=True)
class CourseOfUser:
    """A course as one of its people sees it."""

    id: uuid.UUID
    slug: str
    title: Text
    role: Role


async def find_course(session: AsyncSession, slug: str) -> Course:
    """Return the course called ``slug``.

    Raises:
        UnknownCourse: There is none.

    """
    wanted = select(Course).where(Course.slug == slug)
    course: Course | None = await session.scalar(wanted) if slug.isprintable() else None
    if course is None:
        raise UnknownCourse
    return course


async def enrol(session: AsyncSession, user: User, course: Course, role: Role) -> None:
    """Let ``user`` take part in ``course`` as ``role``, whatever the role was before."""
    row = insert(Enrolment).values(user_id=user.id, course_id=course.id, role=role)
    await session.execute(row.on_conflict_do_update(index_elements=["user_id", "course_id"], set_={"role": role}))


async def courses_of(session: AsyncSession, user: User) -> list[CourseOfUser]:
    """Return the courses in which ``user`` takes part, by name."""
    rows = await session.execute(
        select(Course, Enrolment.role)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(Enrolment.user_id == user.id)
        .order_by(Course.slug)
    )
    return [
        CourseOfUser(id=course.id, slug=course.slug, title=Text.model_validate(course.title), role=role)
        for course, role in rows
    ]
