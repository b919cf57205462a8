"""What a student's desk is laid with: the assignment, its bundle, and what was handed in before."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from server.courses import find_assignment, version_of
from server.courses.conditions import Conditions, conditions_of
from server.database.models import Assignment, Draft, User
from server.submissions import Attempt, SubmissionView, history, submission_view
from server.submissions.drafts import find_draft
from server.web.house import House


@dataclass(frozen=True, slots=True)
class Desk:
    """An assignment, the version it hands out, a person's attempts, latest first, their draft, and what holds."""

    assignment: Assignment
    bundle: Bundle
    attempts: list[Attempt]
    last: SubmissionView | None
    draft: Draft | None
    conditions: Conditions


async def lay_desk(session: AsyncSession, house: House, user: User, exercise_id: str, course: str | None) -> Desk:
    """Find everything that the page of an exercise shows.

    Raises:
        Refused: The person has no such exercise.

    """
    assignment = await find_assignment(session, user, exercise_id, course)
    bundle = await bundle_of(session, house, assignment)
    attempts = await history(session, user, assignment)
    last = await submission_view(session, user, attempts[0].id) if attempts else None
    draft = await find_draft(session, user, assignment)
    return Desk(assignment, bundle, attempts, last, draft, await conditions_of(session, user, assignment))


async def bundle_of(session: AsyncSession, house: House, assignment: Assignment) -> Bundle:
    """Return the bundle that an assignment hands out; loading reads files, so it leaves the event loop."""
    version = await version_of(session, assignment)
    return await asyncio.to_thread(house.shelf.load, version.version)
