"""Find a rescore that somebody may work with, and list them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Course, Rescore, RescoreState, User
from server.errors import NotAllowed, NotEnrolled, RescoreNotDue, UnknownRescore
from server.permissions import Action, allow
from server.rescoring.trials import IS_TRIAL


@dataclass(frozen=True, slots=True)
class Found:
    """A set, with the course it is of and who made it."""

    row: Rescore
    course: str  #: slug
    made_by: str | None  #: name; None for the operator, and for who was removed


async def find_rescore(session: AsyncSession, user: User | None, rescore_id: uuid.UUID, *, lock: bool = False) -> Found:
    """Return a set of a course in which ``user`` may rescore.

    Args:
        session: Where to look.
        user: Who asks; None for the operator at the command line.
        rescore_id: Which.
        lock: Hold it until the end of the transaction: whoever changes it too waits.

    Raises:
        UnknownRescore: There is none, or none that the person may see.

    """
    query = _found().where(Rescore.id == rescore_id)
    if lock:
        query = query.with_for_update(of=Rescore, key_share=True).execution_options(populate_existing=True)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise UnknownRescore
    if user is not None:
        try:
            await allow(session, user, Action.RESCORE, row[0].course_id)
        except (NotEnrolled, NotAllowed) as refusal:
            raise UnknownRescore from refusal
    return Found(*row)


async def held(
    session: AsyncSession, user: User | None, rescore_id: uuid.UUID, states: Sequence[RescoreState]
) -> Rescore:
    """Return a set, held, that is in one of these states.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: It is in another state.

    """
    found = await find_rescore(session, user, rescore_id, lock=True)
    if found.row.state not in states:
        raise RescoreNotDue(state=found.row.state.value)
    return found.row


async def rescores_of(
    session: AsyncSession, course_id: uuid.UUID, *, before: tuple[datetime, uuid.UUID] | None, limit: int
) -> Sequence[Found]:
    """Return the sets of a course, latest first.

    Args:
        session: Where to look.
        course_id: The course; whoever calls has asked whether the person may rescore there.
        before: Moment and id at which the page before ended.
        limit: How many at most.

    """
    query = _found().where(Rescore.course_id == course_id).order_by(Rescore.created_at.desc(), Rescore.id.desc())
    if before is not None:
        query = query.where(tuple_(Rescore.created_at, Rescore.id) < before)
    return [Found(*row) for row in await session.execute(query.limit(limit))]


async def place_of_rescore(
    session: AsyncSession, course_id: uuid.UUID, rescore_id: uuid.UUID
) -> tuple[datetime, uuid.UUID] | None:
    """Return where a set stands in the list of a course; None where it is none of the course's."""
    own = (Rescore.id == rescore_id, Rescore.course_id == course_id)
    moment = await session.scalar(select(Rescore.created_at).where(*own))
    return None if moment is None else (moment, rescore_id)


async def undecided_rescores(session: AsyncSession, course_id: uuid.UUID) -> int:
    """Return how many sets of a course are worked out and wait for somebody to apply or discard them."""
    ready = (Rescore.course_id == course_id, Rescore.state == RescoreState.READY, ~IS_TRIAL)
    return await session.scalar(select(func.count()).select_from(Rescore).where(*ready)) or 0


def _found() -> Select[Rescore, str, str | None]:
    """Select sets with their course's slug and their maker's name."""
    return (
        select(Rescore, Course.slug, User.display_name)
        .join(Course, Course.id == Rescore.course_id)
        .outerjoin(User, User.id == Rescore.made_by_id)
    )
