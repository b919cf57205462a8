"""The roster: who is in a course and as what. Leaving it takes nothing away that was submitted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import find_user
from server.accounts.users import normal_login
from server.audit import note
from server.courses.enrolments import enrol
from server.database.models import Course, Enrolment, Role, User
from server.errors import LastTeacher, UnknownPerson


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a course."""

    id: uuid.UUID
    login: str
    display_name: str
    role: Role
    since: datetime


async def members(
    session: AsyncSession,
    course: Course,
    *,
    role: Role | None = None,
    after: str | None = None,
    limit: int | None = None,
    search: str = "",
) -> Sequence[Member]:
    """Return the people of a course by login name.

    Args:
        session: Where to look.
        course: Which course.
        role: Only those of this role.
        after: Only those whose login name sorts after this one.
        limit: How many at most; everybody when left out.
        search: A part of the login or the display name, in any case.

    """
    if not search.isprintable():
        return []
    wanted = (
        select(User.id, User.login, User.display_name, Enrolment.role, Enrolment.created_at)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.course_id == course.id)
        .order_by(User.login)
        .limit(limit)
    )
    if role is not None:
        wanted = wanted.where(Enrolment.role == role)
    if after is not None:
        wanted = wanted.where(User.login > after)
    if search.strip():
        login, name = normal_login(search), search.strip().lower()
        wanted = wanted.where(
            or_(
                User.login.contains(login, autoescape=True),
                func.lower(User.display_name).contains(name, autoescape=True),
            )
        )
    return [Member(*row) for row in await session.execute(wanted)]


async def find_member(session: AsyncSession, course: Course, login: str) -> tuple[User, Member]:
    """Return somebody who is in the course.

    Raises:
        UnknownPerson: Nobody of this name is.

    """
    user = await find_person(session, login)
    enrolment = await session.get(Enrolment, (user.id, course.id), populate_existing=True)
    if enrolment is None:
        raise UnknownPerson
    return user, Member(user.id, user.login, user.display_name, enrolment.role, enrolment.created_at)


async def member_of(session: AsyncSession, course: Course, user_id: uuid.UUID) -> Member:
    """Return somebody who is in the course, by id.

    Raises:
        UnknownPerson: There is nobody of this id in it.

    """
    user = await session.get(User, user_id)
    enrolment = await session.get(Enrolment, (user_id, course.id))
    if user is None or user.deleted_at is not None or enrolment is None:
        raise UnknownPerson
    return Member(user.id, user.login, user.display_name, enrolment.role, enrolment.created_at)


async def find_person(session: AsyncSession, login: str) -> User:
    """Return somebody of the platform.

    Raises:
        UnknownPerson: There is nobody of this name.

    """
    user = await find_user(session, login) if login.isprintable() else None
    if user is None or user.deleted_at is not None:
        raise UnknownPerson
    return user


async def set_role(session: AsyncSession, actor: User, course: Course, login: str, role: Role) -> Member:
    """Let a person take part in a held course as ``role``, or change what they are.

    Raises:
        UnknownPerson: There is nobody of this name.
        LastTeacher: The only teacher would become something else.

    """
    person = await find_person(session, login)
    before = await role_of(session, course, person.id)
    if before is not role:
        if before is Role.TEACHER:
            await _another_teacher_must_stay(session, course, person)
        await enrol(session, person, course, role)
        note_role(session, actor, course, person, before=before, after=role)
    _, member = await find_member(session, course, login)
    return member


async def remove_member(session: AsyncSession, actor: User, course: Course, login: str) -> None:
    """Take a person out of a held course; their submissions and extensions stay.

    Raises:
        UnknownPerson: Nobody of this name is in the course.
        LastTeacher: It is the only teacher.

    """
    person, member = await find_member(session, course, login)
    if member.role is Role.TEACHER:
        await _another_teacher_must_stay(session, course, person)
    await session.delete(await session.get_one(Enrolment, (person.id, course.id)))
    note_role(session, actor, course, person, before=member.role, after=None)


async def role_of(session: AsyncSession, course: Course, user_id: uuid.UUID) -> Role | None:
    """Return what a person is in a course, which here is never more than what the roster says."""
    role: Role | None = await session.scalar(
        select(Enrolment.role).where(Enrolment.course_id == course.id, Enrolment.user_id == user_id)
    )
    return role


def note_role(
    session: AsyncSession, actor: User, course: Course, person: User, *, before: Role | None, after: Role | None
) -> None:
    """Write down what somebody was and is in a course."""
    note(
        session,
        actor,
        "roster.change" if after is not None else "roster.remove",
        person.id,  # what names a person may be deleted one day, and events stay
        course_id=course.id,
        before=None if before is None else {"role": before.value},
        after=None if after is None else {"role": after.value},
    )


async def _another_teacher_must_stay(session: AsyncSession, course: Course, person: User) -> None:
    """Refuse to leave a course without a teacher; the course is held, so nobody else leaves meanwhile."""
    others = await session.scalar(
        select(func.count()).where(
            Enrolment.course_id == course.id, Enrolment.role == Role.TEACHER, Enrolment.user_id != person.id
        )
    )
    if not others:
        raise LastTeacher
