"""Publish what the gate let pass, and find what was published: versions that never change."""

import asyncio
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from exercises import Bundle
from server.audit import note
from server.courses.publishing import publish_version
from server.courses.shelf import Shelf
from server.database.models import ExerciseImport, ExerciseRow, ExerciseVersion, ImportState, User
from server.errors import GateNotPassed, NotCheckedYet, UnknownExercise, UnknownVersion
from server.imports.candidates import find_import
from server.imports.owners import owns, sees_versions
from server.submissions.grading import notify
from server.submissions.storage import storable

SHORTEST_VERSION = 12  #: digits by which a version may be called, as `exercise pack` names its file
LONGEST_REASON = 2000  #: characters

PREFIX = "sha256:"


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """A published version and how it came about."""

    row: ExerciseVersion
    imported: ExerciseImport | None  #: none for what came with the platform
    published_by: str | None  #: login


async def publish(
    session: AsyncSession, actor: User | None, import_id: uuid.UUID, shelf: Shelf, *, reason: str | None = None
) -> ExerciseVersion:
    """Publish an import; doing it twice changes nothing.

    Args:
        session: A unit of work.
        actor: Who publishes; None for the platform itself.
        import_id: What.
        shelf: Where its bundle stands.
        reason: Why it is published although the gate has not let it pass; only an admin's counts.

    Raises:
        UnknownImport: There is none, or none of this person's.
        NotCheckedYet: The gate has not finished.
        GateNotPassed: It did not pass.

    """
    row = (await find_import(session, actor, import_id, lock=True)).row
    if row.state is ImportState.PUBLISHED:
        return await published_version(session, row.exercise_id, row.version)
    reason = storable(reason or "").strip()[:LONGEST_REASON]
    in_spite = row.state is not ImportState.READY
    if in_spite and not (reason and (actor is None or actor.is_admin)):
        raise GateNotPassed if row.state is ImportState.REFUSED else NotCheckedYet
    bundle = await asyncio.to_thread(shelf.load, row.version)
    gate = {ImportState.READY: "passed", ImportState.REFUSED: "failed"}.get(row.state)
    published = await publish_version(session, bundle, actor, gate=gate)
    if in_spite:
        row.reason = reason
        note(session, actor, "exercise.publish-unchecked", bundle.id, version=bundle.version, gate=gate, reason=reason)
    row.state = ImportState.PUBLISHED
    row.attempt += 1  # a worker that is still at it writes nothing any more
    row.published_by_id = actor.id if actor else None
    row.published_at = func.clock_timestamp()
    await session.flush()
    await notify(session, row.id)
    return published


async def published_version(session: AsyncSession, exercise_id: str, version: str) -> ExerciseVersion:
    """Return a published version, for a course to pin.

    Args:
        session: Where to look.
        exercise_id: The exercise.
        version: ``sha256:...``, or at least its first twelve digits.

    Raises:
        UnknownVersion: There is none, or the digits stand for several.

    """
    digits = version.removeprefix(PREFIX)
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_VERSION},64}}", digits):
        raise UnknownVersion
    found = await session.scalars(
        select(ExerciseVersion)
        .where(ExerciseVersion.exercise_id == exercise_id, ExerciseVersion.version.startswith(PREFIX + digits))
        .limit(2)
    )
    rows = found.all()
    if len(rows) != 1:
        raise UnknownVersion
    return rows[0]


async def versions_of(
    session: AsyncSession, user: User, exercise_id: str, *, limit: int, before: tuple[datetime, uuid.UUID] | None
) -> Sequence[PublishedVersion]:
    """Return the published versions of an exercise, latest first.

    Args:
        session: Where to look.
        user: Who asks: an author, an admin, or who chooses versions in a course that has the exercise.
        exercise_id: The exercise.
        limit: How many at most.
        before: Time and id of the last one that was seen.

    Raises:
        UnknownExercise: There is none, or the person may not know of it.

    """
    if await session.get(ExerciseRow, exercise_id) is None or not await sees_versions(session, user, exercise_id):
        raise UnknownExercise
    publisher = aliased(User)
    same = and_(
        ExerciseImport.exercise_id == ExerciseVersion.exercise_id, ExerciseImport.version == ExerciseVersion.version
    )
    asked = (
        select(ExerciseVersion, ExerciseImport, publisher.login)
        .outerjoin(ExerciseImport, same)
        .outerjoin(publisher, publisher.id == ExerciseImport.published_by_id)
        .where(ExerciseVersion.exercise_id == exercise_id)
        .order_by(ExerciseVersion.created_at.desc(), ExerciseVersion.id.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(tuple_(ExerciseVersion.created_at, ExerciseVersion.id) < before)
    return [PublishedVersion(row, imported, login) for row, imported, login in (await session.execute(asked)).all()]


async def whole_bundle(session: AsyncSession, user: User, exercise_id: str, version: str, shelf: Shelf) -> Bundle:
    """Return the bundle of a published version, solution and answers included.

    Args:
        session: Where to look.
        user: Who asks: the exercise's owner, or an admin.
        exercise_id: The exercise.
        version: As for :func:`published_version`.
        shelf: Where it stands.

    Raises:
        UnknownVersion: There is none, or it is none of this person's.

    """
    exercise = await session.get(ExerciseRow, exercise_id)
    if exercise is None or not owns(user, exercise):
        raise UnknownVersion
    found = await published_version(session, exercise_id, version)
    return await asyncio.to_thread(shelf.load, found.version)
