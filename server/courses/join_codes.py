"""Join codes: who knows the code of a course may come in as a student."""

import secrets
import unicodedata
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import note
from server.database.models import Course, Enrolment, Role, User
from server.errors import CourseArchived, UnknownJoinCode
from server.permissions import Action, allow

#: Capitals and digits that nobody takes for one another, on paper or on a blackboard.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10


@dataclass(frozen=True, slots=True)
class Joined:
    """A course that somebody is in now, as what, and whether they are only since then."""

    course: Course
    role: Role
    is_new: bool


async def renew_join_code(session: AsyncSession, user: User, course: Course) -> str:
    """Give a held course a new code, and return it; the one before lets nobody in any more."""
    had_one = course.join_code is not None
    course.join_code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    note(
        session,
        user,
        "course.join-code",
        course.slug,
        course_id=course.id,
        before={"code": had_one},
        after={"code": True},
    )
    return course.join_code


async def remove_join_code(session: AsyncSession, user: User, course: Course) -> None:
    """Let nobody into a held course by code any more."""
    if course.join_code is None:
        return
    course.join_code = None
    note(
        session,
        user,
        "course.join-code",
        course.slug,
        course_id=course.id,
        before={"code": True},
        after={"code": False},
    )


async def join_course(session: AsyncSession, user: User, code: str) -> Joined:
    """Let ``user`` into the course of this code; whoever is in it stays what they are.

    Raises:
        UnknownJoinCode: No course has it.
        CourseArchived: The course takes nobody in.

    """
    # Locked, so that a code which is taken away at this moment lets nobody in afterwards.
    course: Course | None = await session.scalar(
        select(Course).where(Course.join_code == normal_code(code)).with_for_update(read=True)
    )
    if course is None:
        raise UnknownJoinCode
    if course.archived_at is not None:
        raise CourseArchived
    row = insert(Enrolment).values(user_id=user.id, course_id=course.id, role=Role.STUDENT)
    new = await session.scalar(row.on_conflict_do_nothing().returning(Enrolment.user_id))
    if new is not None:
        after = {"role": Role.STUDENT.value}
        note(session, user, "roster.join", user.id, course_id=course.id, before=None, after=after)
    role = await allow(session, user, Action.SEE_COURSE, course.id)
    return Joined(course, role, is_new=new is not None)


def normal_code(code: str) -> str:
    """Return a code as it is stored, however it was typed: small letters, full-width ones, blanks, hyphens."""
    typed = unicodedata.normalize("NFKC", code).upper()
    return "".join(character for character in typed if character in ALPHABET)
