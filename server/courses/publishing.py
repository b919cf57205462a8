"""Publish bundles as a course. Publishing twice changes nothing; a changed bundle becomes a further version."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from exercises.text import Text
from server.audit import note
from server.courses.shelf import Shelf
from server.database.models import Assignment, Course, ExerciseRow, ExerciseVersion, User

log = logging.getLogger(__name__)


async def publish_catalogue(
    session: AsyncSession, catalogue: Mapping[str, Bundle], course_slug: str, title: Text, *, shelf: Shelf
) -> Course:
    """Make the course if there is none, and let it hand out the present version of every bundle.

    An exercise whose id belongs to somebody is left out: nothing is published over their work. Dates and attempt limits
    of assignments stay as they are; submissions stay with the version they were made for.

    Args:
        session: A unit of work.
        catalogue: The bundles, by exercise id.
        course_slug: Which course.
        title: Its title.
        shelf: Where the versions are kept for the workers.

    """
    ours = await _without_those_of_others(session, catalogue)
    for bundle in ours:
        await asyncio.to_thread(shelf.keep, bundle)
    await session.execute(
        insert(Course)
        .values(slug=course_slug, title=title.model_dump())
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    course = (await session.scalars(select(Course).where(Course.slug == course_slug).with_for_update())).one()
    course.title = title.model_dump()
    for bundle in ours:
        version = await publish_version(session, bundle)
        await _assign(session, course, bundle, version)
    await session.flush()
    return course


async def _without_those_of_others(session: AsyncSession, catalogue: Mapping[str, Bundle]) -> list[Bundle]:
    """Return the bundles whose ids are the platform's or free, and take these, so that nobody else does meanwhile."""
    free = [{"id": exercise_id} for exercise_id in sorted(catalogue)]
    if free:
        await session.execute(insert(ExerciseRow).on_conflict_do_nothing(), free)
    owned = ExerciseRow.id.in_(catalogue), ExerciseRow.owner_id.is_not(None)
    theirs = set(await session.scalars(select(ExerciseRow.id).where(*owned)))
    for exercise_id in sorted(theirs):
        log.warning("exercise %s is not published: an author of this platform has the id", exercise_id)
    return [bundle for exercise_id, bundle in catalogue.items() if exercise_id not in theirs]


async def publish_version(
    session: AsyncSession,
    bundle: Bundle,
    actor: User | None = None,
    **detail: Any,  # noqa: ANN401 - whatever JSON tells the deed
) -> ExerciseVersion:
    """Return the row of this version, made if it is new; the bundle must stand on the shelf.

    Args:
        session: A unit of work.
        bundle: The version.
        actor: Who publishes it; None for the platform itself.
        detail: What else the audit should tell of it.

    """
    await session.execute(insert(ExerciseRow).values(id=bundle.id).on_conflict_do_nothing())
    manifest = bundle.exercise.model_dump(mode="json", by_alias=True)
    added = await session.scalar(
        insert(ExerciseVersion)
        .values(exercise_id=bundle.id, version=bundle.version, manifest=manifest)
        .on_conflict_do_nothing()
        .returning(ExerciseVersion.id)
    )
    if added is not None:
        note(session, actor, "exercise.publish", bundle.id, version=bundle.version, **detail)
    wanted = select(ExerciseVersion).where(
        ExerciseVersion.exercise_id == bundle.id, ExerciseVersion.version == bundle.version
    )
    version = (await session.scalars(wanted)).one()
    version.answers = {
        question: answer.model_dump(mode="json", include={"accepted", "explanation"})
        for question, answer in bundle.answers.items()
    }
    return version


async def _assign(session: AsyncSession, course: Course, bundle: Bundle, version: ExerciseVersion) -> None:
    """Let the course hand out this version, and write down where that is another one than before."""
    before = await session.scalar(
        select(ExerciseVersion.version)
        .join(Assignment, Assignment.exercise_version_id == ExerciseVersion.id)
        .where(Assignment.course_id == course.id, Assignment.exercise_id == bundle.id)
    )
    if before != bundle.version:
        moved_to = {"before": {"version": before}, "after": {"version": bundle.version}}
        note(session, None, "assignment.change", bundle.id, course_id=course.id, **moved_to)
    row = insert(Assignment).values(
        course_id=course.id, exercise_id=bundle.id, exercise_version_id=version.id, order=bundle.exercise.order
    )
    moved = {"exercise_version_id": version.id, "order": bundle.exercise.order}
    await session.execute(row.on_conflict_do_update(index_elements=["course_id", "exercise_id"], set_=moved))
