"""Who may do what, written out a second time: a change of the table must be made here too."""

import uuid

import pytest
from serverhouse import COURSE, House
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import create_user
from server.courses import find_course
from server.database.models import Role, User
from server.errors import NotAllowed, NotEnrolled, Refused
from server.permissions import (
    Action,
    PlatformAction,
    allow,
    allow_on_platform,
    may,
    may_on_platform,
    role_in,
)

YES, NO = True, False

#: Action -> may nobody special, a student, a grader, a teacher do it?
IN_COURSE: dict[Action, tuple[bool, bool, bool, bool]] = {
    Action.SEE_COURSE: (NO, YES, YES, YES),
    Action.SUBMIT: (NO, YES, YES, YES),
    Action.APPEAL: (NO, YES, YES, YES),
    Action.PREVIEW: (NO, NO, YES, YES),
    Action.SEE_SUBMISSIONS: (NO, NO, YES, YES),
    Action.SEE_ANSWERS: (NO, NO, YES, YES),
    Action.STOP_SUBMISSIONS: (NO, NO, YES, YES),
    Action.SEE_GRADES: (NO, NO, YES, YES),
    Action.ANSWER_APPEALS: (NO, NO, YES, YES),
    Action.RESCORE: (NO, NO, YES, YES),
    Action.CORRECT: (NO, NO, NO, YES),
    Action.CHANGE_COURSE: (NO, NO, NO, YES),
    Action.CHANGE_ROSTER: (NO, NO, NO, YES),
    Action.CHANGE_ASSIGNMENTS: (NO, NO, NO, YES),
    Action.GRANT_EXTENSIONS: (NO, NO, NO, YES),
    Action.SEE_AUDIT: (NO, NO, NO, YES),
}
ROLES = (None, Role.STUDENT, Role.GRADER, Role.TEACHER)

#: Action -> may nobody special, an author, an admin do it?
ON_PLATFORM: dict[PlatformAction, tuple[bool, bool, bool]] = {
    PlatformAction.CREATE_COURSE: (NO, YES, YES),
    PlatformAction.IMPORT_EXERCISE: (NO, YES, YES),
    PlatformAction.MANAGE_PEOPLE: (NO, NO, YES),
    PlatformAction.SEE_EVERY_AUDIT: (NO, NO, YES),
}


def person(*, is_author: bool = False, is_admin: bool = False) -> User:
    """Return somebody who is in no database."""
    return User(id=uuid.uuid4(), login="x", display_name="x", is_author=is_author, is_admin=is_admin)


@pytest.mark.parametrize("action", Action)
def test_in_a_course(action: Action) -> None:
    """Each role may do in its course what is written above, and nothing else."""
    assert IN_COURSE[action] == tuple(may(role, action) for role in ROLES)


@pytest.mark.parametrize("action", PlatformAction)
def test_on_the_platform(action: PlatformAction) -> None:
    """Authors and admins may do outside courses what is written above, and nobody else anything."""
    people = (person(), person(is_author=True), person(is_admin=True))

    assert ON_PLATFORM[action] == tuple(may_on_platform(who, action) for who in people)


def test_a_refusal_on_the_platform_is_an_error() -> None:
    """Asking for what one may not do ends the request; for what one may, it goes on."""
    with pytest.raises(NotAllowed):
        allow_on_platform(person(is_author=True), PlatformAction.MANAGE_PEOPLE)
    allow_on_platform(person(is_admin=True), PlatformAction.MANAGE_PEOPLE)


@pytest.mark.database
async def test_people_of_the_course(house: House) -> None:
    """The database's roles decide: a stranger has none, and an admin who is not enrolled may do what a teacher may."""
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        stranger = await create_user(session, login="stranger", password="correct horse", is_author=True)
        admin = await create_user(session, login="root", password="correct horse", is_admin=True)
        people = (stranger, house.student, house.teacher, admin)
        roles = [await role_in(session, who, course.id) for who in people]
        assert [None, Role.STUDENT, Role.TEACHER, Role.TEACHER] == roles

        for action, (_, student, _, teacher) in IN_COURSE.items():
            asked = [await answer(session, who, action, course.id) for who in people]
            assert [NotEnrolled, None if student else NotAllowed, None, None] == asked, action
            assert teacher is YES


async def answer(session: AsyncSession, who: User, action: Action, course_id: uuid.UUID) -> type[Refused] | None:
    """Return the refusal, or None where there is none."""
    try:
        await allow(session, who, action, course_id)
    except Refused as refusal:
        return type(refusal)
    return None


@pytest.mark.database
async def test_an_enrolled_admin_is_what_they_are_enrolled_as(house: House) -> None:
    """Whoever looks at a course as a student sees what students see, an admin too; elsewhere they stay an admin."""
    async with house.database.unit_of_work() as session:
        course = await find_course(session, COURSE)
        student = await session.get_one(User, house.student.id)
        student.is_admin = True
        await session.flush()

        assert Role.STUDENT is await role_in(session, student, course.id)
        assert Role.TEACHER is await role_in(session, student, uuid.uuid4())
