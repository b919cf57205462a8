"""Who may do what: the one table that decides it, by a person's role in a course or by what they are on the platform.

Everything else asks :func:`allow` (or :func:`allow_on_platform`) and never compares roles itself.
"""

import uuid
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Enrolment, Role, User
from server.errors import NotAllowed, NotEnrolled


class Action(StrEnum):
    """Something a person may do in a course."""

    SEE_COURSE = "course.see"
    SUBMIT = "submission.make"
    APPEAL = "appeal.make"
    PREVIEW = "course.preview"  #: work on what is not open yet, or no longer, without being counted
    SEE_SUBMISSIONS = "submission.see"  #: those of others
    SEE_ANSWERS = "answers.see"  #: of quizzes, before students do
    STOP_SUBMISSIONS = "submission.cancel"  #: those of others
    SEE_GRADES = "gradebook.see"
    ANSWER_APPEALS = "appeal.answer"
    RESCORE = "rescore.run"
    CORRECT = "verdict.correct"
    CHANGE_COURSE = "course.change"
    CHANGE_ROSTER = "roster.change"
    CHANGE_ASSIGNMENTS = "assignment.change"
    GRANT_EXTENSIONS = "extension.grant"
    SEE_AUDIT = "audit.see"


class PlatformAction(StrEnum):
    """Something a person may do outside any course."""

    CREATE_COURSE = "course.create"
    IMPORT_EXERCISE = "exercise.import"
    MANAGE_PEOPLE = "people.manage"
    SEE_EVERY_AUDIT = "audit.see-all"


_EVERYBODY = frozenset({Action.SEE_COURSE, Action.SUBMIT, Action.APPEAL})
_STAFF = _EVERYBODY | {
    Action.PREVIEW,
    Action.SEE_SUBMISSIONS,
    Action.SEE_ANSWERS,
    Action.STOP_SUBMISSIONS,
    Action.SEE_GRADES,
    Action.ANSWER_APPEALS,
    Action.RESCORE,
}

#: What each role may do in its course.
IN_COURSE: Mapping[Role, frozenset[Action]] = {
    Role.STUDENT: _EVERYBODY,
    Role.GRADER: _STAFF,
    Role.TEACHER: frozenset(Action),
}

#: What who writes exercises may do; an admin may do everything.
OF_AUTHORS = frozenset({PlatformAction.CREATE_COURSE, PlatformAction.IMPORT_EXERCISE})


def may(role: Role | None, action: Action) -> bool:
    """Tell whether somebody of this role (none: somebody who takes no part) may do it in the course."""
    return role is not None and action in IN_COURSE[role]


def may_on_platform(user: User, action: PlatformAction) -> bool:
    """Tell whether somebody may do it outside any course."""
    return user.is_admin or (user.is_author and action in OF_AUTHORS)


async def role_in(session: AsyncSession, user: User, course_id: uuid.UUID) -> Role | None:
    """Return what ``user`` is in the course; an admin who is not enrolled may do what a teacher may.

    Whoever was removed meanwhile is nothing in any course: what they still had under way comes to nothing.
    """
    role: Role | None = await session.scalar(
        select(Enrolment.role)
        .join(User, User.id == Enrolment.user_id)
        .where(Enrolment.user_id == user.id, Enrolment.course_id == course_id, User.deleted_at.is_(None))
    )
    return Role.TEACHER if role is None and user.is_admin else role


async def allow(session: AsyncSession, user: User, action: Action, course_id: uuid.UUID) -> Role:
    """Return the person's role if they may do this in the course.

    Raises:
        NotEnrolled: They take no part in it.
        NotAllowed: Their role does not allow it.

    """
    role = await role_in(session, user, course_id)
    if role is None:
        raise NotEnrolled
    if not may(role, action):
        raise NotAllowed
    return role


def allow_on_platform(user: User, action: PlatformAction) -> None:
    """Go on if the person may do this.

    Raises:
        NotAllowed: They may not.

    """
    if not may_on_platform(user, action):
        raise NotAllowed
