"""Extensions: more time or more attempts for one person at one assignment."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.audit import note
from server.courses.roster import find_person, role_of
from server.database.models import Assignment, Course, Extension, User
from server.errors import ExtensionTooEarly, UnknownExtension, UnknownPerson


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension and whose it is."""

    login: str
    extension: Extension


async def extensions_of(
    session: AsyncSession, assignment: Assignment, *, after: str | None, limit: int
) -> Sequence[Granted]:
    """Return the extensions of an assignment by login name, ``limit`` at most, of those that come ``after``."""
    wanted = (
        select(User.login, Extension)
        .join(Extension, Extension.user_id == User.id)
        .where(Extension.assignment_id == assignment.id)
        .order_by(User.login)
        .limit(limit)
    )
    if after is not None:
        wanted = wanted.where(User.login > after)
    return [Granted(*row) for row in await session.execute(wanted)]


async def the_extension(session: AsyncSession, assignment: Assignment, login: str) -> Granted:
    """Return a person's extension.

    Raises:
        UnknownExtension: They have none, or there is no such person; which one is not said.

    """
    try:
        person = await find_person(session, login)
    except UnknownPerson as refusal:
        raise UnknownExtension from refusal
    extension = await session.get(Extension, (assignment.id, person.id))
    if extension is None:
        raise UnknownExtension
    return Granted(person.login, extension)


async def grant(
    session: AsyncSession,
    actor: User,
    course: Course,
    assignment: Assignment,
    login: str,
    *,
    due_at: datetime | None,
    more_attempts: int,
    reason: str,
) -> Granted:
    """Give a person of a held course an extension, in the place of the one they had.

    Raises:
        UnknownPerson: Nobody of this name is in the course.
        ExtensionTooEarly: It ends before the time everybody has.

    """
    person = await find_person(session, login)
    if await role_of(session, course, person.id) is None:
        raise UnknownPerson
    usual = assignment.due_at or assignment.closes_at
    if due_at is not None and usual is not None and due_at < usual:
        raise ExtensionTooEarly
    extension = await session.get(Extension, (assignment.id, person.id))
    before = None if extension is None else _told(extension)
    if extension is None:
        extension = Extension(assignment_id=assignment.id, user_id=person.id)
        session.add(extension)
    extension.due_at, extension.more_attempts, extension.reason = due_at, more_attempts, reason
    extension.granted_by = actor.id
    await session.flush()
    await session.refresh(extension)
    _note(session, actor, course, assignment, person.id, before=before, after=_told(extension))
    return Granted(person.login, extension)


async def withdraw(session: AsyncSession, actor: User, course: Course, assignment: Assignment, login: str) -> None:
    """Take an extension back; what was submitted under it stays as it was taken in.

    Raises:
        UnknownExtension: The person has none.

    """
    granted = await the_extension(session, assignment, login)
    await session.delete(granted.extension)
    _note(session, actor, course, assignment, granted.extension.user_id, before=_told(granted.extension), after=None)


def _told(extension: Extension) -> dict[str, Any]:
    """Return an extension as the audit tells it; the reason may be of a private kind and stays in its row."""
    due_at = None if extension.due_at is None else extension.due_at.astimezone(UTC).isoformat()
    return {"due_at": due_at, "more_attempts": extension.more_attempts}


def _note(
    session: AsyncSession,
    actor: User,
    course: Course,
    assignment: Assignment,
    person_id: uuid.UUID,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    note(
        session,
        actor,
        "extension.grant" if after is not None else "extension.withdraw",
        person_id,
        course_id=course.id,
        exercise=assignment.exercise_id,
        before=before,
        after=after,
    )
