"""Bring a roster file into a course: everybody in it, or nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.accounts.newcomers import Newcomer, add_newcomers
from server.audit import note
from server.courses.roster_file import Entry, Problem, RosterFile
from server.database.models import Course, Enrolment, Role, User

#: What a line does: makes an account, lets somebody known in, gives another role, or nothing.
Effect = Literal["new", "enrolled", "changed", "unchanged"]

_GONE = Text(
    zh="该用户名属于已注销的用户，请换一个。", en="This login name belonged to somebody who was deleted; use another."
)
_LAST_TEACHER = Text(
    zh="这样课程就没有教师了；请先把另一位成员设为教师。",
    en="The course would be left without a teacher; make somebody else a teacher first.",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a line."""

    entry: Entry
    effect: Effect
    before: Role | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does; nothing at all where there are problems."""

    lines: Sequence[Planned]
    problems: Sequence[Problem]


async def plan_import(session: AsyncSession, course: Course, file: RosterFile) -> Plan:
    """Compare a file with who is there. What it says holds for as long as the course is held."""
    logins = [entry.login for entry in file.entries]
    people = {user.login: user for user in await session.scalars(select(User).where(User.login.in_(logins)))}
    rows = await session.execute(
        select(User.login, Enrolment.role)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.course_id == course.id)
    )
    roles: dict[str, Role] = dict(rows.all())
    lines = [
        Planned(entry, _effect(entry, entry.login in people, roles.get(entry.login)), roles.get(entry.login))
        for entry in file.entries
    ]
    problems = [
        Problem(entry.line, "login", _GONE)
        for entry in file.entries
        if entry.login in people and people[entry.login].deleted_at is not None
    ]
    problems += _teacher_problems(lines, roles)
    return Plan(lines, sorted([*file.problems, *problems], key=lambda problem: problem.line))


async def carry_out(session: AsyncSession, actor: User, course: Course, plan: Plan) -> dict[str, str]:
    """Do what a plan without problems says, in a course that is held; return new people's passwords by login name."""
    changing = [line for line in plan.lines if line.effect != "unchanged"]
    if not changing:
        return {}
    passwords = await add_newcomers(
        session,
        [Newcomer(line.entry.login, line.entry.name, line.entry.password) for line in changing if line.effect == "new"],
    )
    logins = [line.entry.login for line in changing]
    found = await session.execute(select(User.login, User.id).where(User.login.in_(logins)))
    ids = dict(found.all())
    row = insert(Enrolment)
    await session.execute(
        row.on_conflict_do_update(index_elements=["user_id", "course_id"], set_={"role": row.excluded.role}),
        [{"user_id": ids[one.entry.login], "course_id": course.id, "role": one.entry.role} for one in changing],
    )
    note(
        session,
        actor,
        "roster.import",
        course.slug,
        course_id=course.id,
        before={str(ids[one.entry.login]): one.before.value for one in changing if one.before is not None},
        after={str(ids[one.entry.login]): one.entry.role.value for one in changing},
    )
    return passwords


def _effect(entry: Entry, known: bool, role: Role | None) -> Effect:  # noqa: FBT001 - private, read where it is called
    if not known:
        return "new"
    if role is None:
        return "enrolled"
    return "unchanged" if role is entry.role else "changed"


def _teacher_problems(lines: Iterable[Planned], roles: dict[str, Role]) -> list[Problem]:
    """Refuse the lines that together leave a course, which has a teacher, without one."""
    after = {**roles, **{line.entry.login: line.entry.role for line in lines}}
    if Role.TEACHER in after.values():
        return []
    return [Problem(line.entry.line, "role", _LAST_TEACHER) for line in lines if line.before is Role.TEACHER]
