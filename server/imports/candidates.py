"""Take a bundle in as a candidate: on the shelf, in a row, with a job for the gate; and find it again."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from server.audit import note
from server.courses.shelf import Shelf
from server.database.models import ExerciseImport, ExerciseRow, ExerciseVersion, ImportState, User
from server.errors import CheckNotDue, TooManyImports, UnknownImport
from server.imports.owners import owns, take_id
from server.permissions import PlatformAction, allow_on_platform
from server.queue.doorbell import ring_for_gate
from server.submissions.grading import notify

#: Imports of one person that may wait for the gate at a time; each is minutes of work.
MOST_CHECKING = 5

#: From which states an import may be put through the gate again.
_ENDED_BADLY = frozenset({ImportState.REFUSED, ImportState.SYSTEM_ERROR})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An import as its people see it."""

    row: ExerciseImport
    uploader: str | None  #: login


async def take_in(
    session: AsyncSession, actor: User | None, bundle: Bundle, shelf: Shelf, *, ring: bool = True
) -> ExerciseImport:
    """Make a candidate of a bundle; the caller may say so once the unit of work has committed.

    A version that was imported before stays what it is; one that the gate refused is checked again.

    Args:
        session: A unit of work.
        actor: Who imports it; None for the platform itself, as an operator does on the command line.
        bundle: The exercise; its folder may go away afterwards.
        shelf: Where it is kept for the workers.
        ring: Whether a worker is asked to check it; whoever leaves that out checks it himself, at once.

    Raises:
        NotAllowed: The person may not import exercises.
        ExerciseIdTaken: The id is somebody else's.
        TooManyImports: Too many of the person's imports wait for the gate.

    """
    if actor is not None:
        allow_on_platform(actor, PlatformAction.IMPORT_EXERCISE)
    await take_id(session, actor, bundle.id)
    # Two imports of the same exercise pass one after the other, so that of each version there is one row.
    held = select(ExerciseRow.id).where(ExerciseRow.id == bundle.id).with_for_update(key_share=True)
    if await session.scalar(held) is None:  # given back at this moment, with the last candidate that had it
        await take_id(session, actor, bundle.id)
    found = await session.scalar(
        select(ExerciseImport)
        .where(ExerciseImport.exercise_id == bundle.id, ExerciseImport.version == bundle.version)
        .with_for_update()
    )
    if found is not None and found.state not in _ENDED_BADLY:
        return found
    await asyncio.to_thread(shelf.keep, bundle)
    if found is not None:
        await _ask_for_check(session, found, ring=ring)
        await _must_not_be_too_many(session, actor)
        return found
    made = await _insert(session, actor, bundle)
    if made.state is ImportState.CHECKING:
        await _must_not_be_too_many(session, actor)
        if ring:
            await ring_for_gate(session, made.id)
    note(session, actor, "exercise.import", bundle.id, version=bundle.version)
    return made


async def check_again(session: AsyncSession, user: User, import_id: uuid.UUID) -> ExerciseImport:
    """Put an import through the gate again that was refused, or met a fault of ours.

    Raises:
        UnknownImport: There is none, or none of this person's.
        CheckNotDue: It is being checked, or passed.
        TooManyImports: Too many of the person's imports wait for the gate.

    """
    row = (await find_import(session, user, import_id, lock=True)).row
    if row.state not in _ENDED_BADLY:
        raise CheckNotDue
    await _ask_for_check(session, row, ring=True)
    await _must_not_be_too_many(session, user)
    return row


async def find_import(
    session: AsyncSession, user: User | None, import_id: uuid.UUID, *, lock: bool = False
) -> Candidate:
    """Return an import of an exercise that is this person's.

    Args:
        session: Where to look.
        user: Who asks; None for the platform itself.
        import_id: Which one.
        lock: Whether its row is held until the session ends.

    Raises:
        UnknownImport: There is none, or none of this person's.

    """
    asked = _seen().where(ExerciseImport.id == import_id)
    if lock:
        asked = asked.with_for_update(of=ExerciseImport)
    found = (await session.execute(asked)).one_or_none()
    if found is None or not owns(user, found[1]):
        raise UnknownImport
    return Candidate(found[0], found[2])


async def imports_of(
    session: AsyncSession, user: User, *, limit: int, before: tuple[datetime, uuid.UUID] | None
) -> Sequence[Candidate]:
    """Return the imports that a person may see, latest first: of their own exercises, an admin's all.

    Args:
        session: Where to look.
        user: Who asks.
        limit: How many at most.
        before: Time and id of the last one that was seen.

    Raises:
        NotAllowed: The person may not import exercises.

    """
    allow_on_platform(user, PlatformAction.IMPORT_EXERCISE)
    asked = _seen().order_by(ExerciseImport.created_at.desc(), ExerciseImport.id.desc()).limit(limit)
    if not user.is_admin:
        asked = asked.where(ExerciseRow.owner_id == user.id)
    if before is not None:
        asked = asked.where(tuple_(ExerciseImport.created_at, ExerciseImport.id) < before)
    return [Candidate(row, login) for row, _, login in (await session.execute(asked)).all()]


def _seen() -> Select[ExerciseImport, ExerciseRow, str]:
    """Return the query for imports with their exercises and who brought them, which may be nobody."""
    return (
        select(ExerciseImport, ExerciseRow, User.login)
        .join(ExerciseRow, ExerciseRow.id == ExerciseImport.exercise_id)
        .outerjoin(User, User.id == ExerciseImport.uploader_id)
    )


async def _insert(session: AsyncSession, actor: User | None, bundle: Bundle) -> ExerciseImport:
    """Make the row; of a version that was published without an import it says so."""
    published = await session.scalar(
        select(ExerciseVersion.created_at).where(
            ExerciseVersion.exercise_id == bundle.id, ExerciseVersion.version == bundle.version
        )
    )
    made = ExerciseImport(
        exercise_id=bundle.id,
        version=bundle.version,
        uploader_id=actor.id if actor else None,
        state=ImportState.CHECKING if published is None else ImportState.PUBLISHED,
        published_at=published,
    )
    session.add(made)
    await session.flush()
    await session.refresh(made)
    return made


async def _ask_for_check(session: AsyncSession, row: ExerciseImport, *, ring: bool) -> None:
    """Begin from the beginning, as if nothing had been found; who held a claim holds it no longer."""
    row.state = ImportState.CHECKING
    row.attempt += 1
    row.faults = 0
    row.fault = row.progress = row.report = row.finished_at = None
    row.touched_at = func.clock_timestamp()
    await session.flush()
    await session.refresh(row)
    if ring:
        await ring_for_gate(session, row.id)
    await notify(session, row.id)


async def _must_not_be_too_many(session: AsyncSession, actor: User | None) -> None:
    """Refuse a further check, which is asked for already, while many of the person's imports wait."""
    if actor is None or actor.is_admin:
        return
    # Whoever imports in several requests at once passes through here one after the other.
    await session.execute(select(User.id).where(User.id == actor.id).with_for_update(key_share=True))
    waiting = await session.scalar(
        select(func.count())
        .select_from(ExerciseImport)
        .where(ExerciseImport.uploader_id == actor.id, ExerciseImport.state == ImportState.CHECKING)
    )
    if (waiting or 0) > MOST_CHECKING:
        raise TooManyImports(most=MOST_CHECKING, retry_after=60)
