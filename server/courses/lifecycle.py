"""A course from its making to the archive: what teachers decide about it as a whole."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.audit import note
from server.courses.enrolments import enrol, find_course
from server.courses.times import known_zone
from server.database.models import Course, Role, User
from server.errors import SlugTaken, UnusableSlug
from server.permissions import PlatformAction, allow_on_platform

LONGEST_TITLE = 200

#: These words stand in the place of a slug in our addresses.
RESERVED = frozenset({"join", "new"})


async def create_course(session: AsyncSession, user: User, *, slug: str, title: Text, time_zone: str) -> Course:
    """Make a course; its maker becomes its teacher.

    Raises:
        NotAllowed: The person may not make courses.
        UnusableSlug: The slug is reserved.
        SlugTaken: There is such a course.
        UnknownTimeZone: The time zone is none.

    """
    allow_on_platform(user, PlatformAction.CREATE_COURSE)
    if slug in RESERVED:
        raise UnusableSlug
    values = {"slug": slug, "title": title.model_dump(), "time_zone": known_zone(time_zone)}
    made = await session.scalar(
        insert(Course).values(values).on_conflict_do_nothing(index_elements=["slug"]).returning(Course.id)
    )
    if made is None:
        raise SlugTaken
    course = await find_course(session, slug)
    await enrol(session, user, course, Role.TEACHER)
    note(session, user, "course.create", slug, course_id=course.id, before=None, after=values)
    return course


async def change_course(session: AsyncSession, user: User, course: Course, changes: Mapping[str, Any]) -> None:
    """Change columns of a course that is held.

    Args:
        session: A unit of work.
        user: Who changes it.
        course: From ``course_to_change``.
        changes: Column -> new value.

    Raises:
        UnknownTimeZone: The time zone is none.

    """
    if "time_zone" in changes:
        known_zone(changes["time_zone"])
    before = {name: getattr(course, name) for name, value in changes.items() if getattr(course, name) != value}
    if not before:
        return
    for name in before:
        setattr(course, name, changes[name])
    after = {name: changes[name] for name in before}
    note(session, user, "course.change", course.slug, course_id=course.id, before=before, after=after)


async def archive_course(session: AsyncSession, user: User, course: Course, *, archived: bool) -> None:
    """Put a held course into the archive, or take it out; doing so twice changes nothing."""
    if (course.archived_at is not None) == archived:
        return
    before = None if course.archived_at is None else course.archived_at.isoformat()
    course.archived_at = await session.scalar(func.now()) if archived else None
    await session.flush()
    after = None if course.archived_at is None else course.archived_at.isoformat()
    action = "course.archive" if archived else "course.unarchive"
    note(
        session,
        user,
        action,
        course.slug,
        course_id=course.id,
        before={"archived_at": before},
        after={"archived_at": after},
    )
