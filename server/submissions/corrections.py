"""Corrections: a teacher says what a submission counts. Its gradings stay as they are, so no rescore undoes it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server import audit
from server.database.models import OPEN, Assignment, Correction, Submission, User
from server.errors import NoCorrection, StillBeingJudged, UnknownSubmission
from server.permissions import Action, allow, may, role_in
from server.submissions.grading import notify


@dataclass(frozen=True, slots=True)
class NewScore:
    """What a submission shall count."""

    score: float  #: 0..1
    passed: bool


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction, in force or lifted.

    Attributes:
        score: What the submission counts by it, 0..1.
        passed: Whether it passes by it.
        reason: Why.
        by: Name of who made it; None where that is not known any more.
        at: Since when.
        lifted_at: Until when; None while it is in force.
        lifted_by: Name of who lifted or replaced it.

    """

    score: float
    passed: bool
    reason: str
    by: str | None
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None


async def find_submission(
    session: AsyncSession, user: User, submission_id: uuid.UUID, action: Action | None = None, *, lock: bool = False
) -> tuple[Submission, uuid.UUID]:
    """Return a submission that ``user`` may see, and the id of its course.

    Args:
        session: Where to look.
        user: Who asks: its student, or staff of its course.
        submission_id: Which.
        action: What the person wants to do in the course beyond seeing it.
        lock: Hold its row until the end of the transaction, so that what is decided now stays true.

    Raises:
        UnknownSubmission: There is none that the person may see.
        NotAllowed: The person may see it, but not do this.
        NotEnrolled: It is the person's own, of a course that they have left.

    """
    query = (
        select(Submission, Assignment.course_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.id == submission_id)
    )
    if lock:
        query = query.with_for_update(of=Submission, key_share=True).execution_options(populate_existing=True)
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise UnknownSubmission
    submission, course_id = row
    role = await role_in(session, user, course_id)
    if submission.user_id != user.id and not may(role, Action.SEE_SUBMISSIONS):
        raise UnknownSubmission
    if action is not None:
        await allow(session, user, action, course_id)
    return submission, course_id


async def correct(
    session: AsyncSession, user: User, submission_id: uuid.UUID, wanted: NewScore, reason: str
) -> Corrected:
    """Let a submission count something else from now on; a correction that was in force is lifted.

    Raises:
        UnknownSubmission: There is none that the person may see.
        NotAllowed: The person may not correct.
        StillBeingJudged: There is no verdict yet.

    """
    submission, course_id = await find_submission(session, user, submission_id, Action.CORRECT, lock=True)
    if submission.state in OPEN:
        raise StillBeingJudged
    before = await _lift(session, user, submission_id)
    session.add(
        Correction(
            submission_id=submission_id,
            score=wanted.score,
            passed=wanted.passed,
            reason=reason,
            made_by_id=user.id,
            created_at=func.clock_timestamp(),  # after whoever held the submission before
        )
    )
    await session.flush()
    now = {"score": wanted.score, "passed": wanted.passed}
    audit.note(session, user, "correction.make", submission_id, course_id=course_id, before=before, now=now)
    await notify(session, submission_id)
    made = await correction_in_force(session, submission_id)
    if made is None:
        raise NoCorrection
    return made


async def lift_correction(session: AsyncSession, user: User, submission_id: uuid.UUID) -> None:
    """Let a submission count what its verdict says again.

    Raises:
        UnknownSubmission: There is none that the person may see.
        NotAllowed: The person may not correct.
        NoCorrection: None is in force.

    """
    _, course_id = await find_submission(session, user, submission_id, Action.CORRECT, lock=True)
    before = await _lift(session, user, submission_id)
    if before is None:
        raise NoCorrection
    audit.note(session, user, "correction.lift", submission_id, course_id=course_id, before=before, now=None)
    await notify(session, submission_id)


async def correction_in_force(session: AsyncSession, submission_id: uuid.UUID) -> Corrected | None:
    """Return what a teacher said a submission counts, if that holds at present."""
    row = (await session.execute(_IN_FORCE, {"submission_id": submission_id})).one_or_none()
    return None if row is None else Corrected(*row)


async def corrections_of(session: AsyncSession, user: User, submission_id: uuid.UUID) -> Sequence[Corrected]:
    """Return every correction of a submission, latest first.

    Raises:
        UnknownSubmission: There is none that the person may see.

    """
    await find_submission(session, user, submission_id)
    rows = await session.execute(_ALL, {"submission_id": submission_id})
    return [Corrected(*row) for row in rows]


async def _lift(session: AsyncSession, user: User, submission_id: uuid.UUID) -> dict[str, Any] | None:
    """End the correction in force and return what it said; None where there was none."""
    lifted = await session.execute(
        update(Correction)
        .where(Correction.submission_id == submission_id, Correction.lifted_at.is_(None))
        .values(lifted_at=func.clock_timestamp(), lifted_by_id=user.id)
        .returning(Correction.score, Correction.passed)
    )
    row = lifted.one_or_none()
    return None if row is None else {"score": row.score, "passed": row.passed}


def _corrections() -> Select[*tuple[Any, ...]]:
    """Select the corrections of :submission_id with the names of who made and lifted them."""
    maker, lifter = aliased(User), aliased(User)
    return (
        select(
            Correction.score,
            Correction.passed,
            Correction.reason,
            maker.display_name,
            Correction.created_at,
            Correction.lifted_at,
            lifter.display_name,
        )
        .outerjoin(maker, maker.id == Correction.made_by_id)
        .outerjoin(lifter, lifter.id == Correction.lifted_by_id)
        .where(Correction.submission_id == bindparam("submission_id"))
    )


# Put together once: that takes longer than running them, and each look at a submission asks.
_ALL = _corrections().order_by(Correction.created_at.desc())
_IN_FORCE = _corrections().where(Correction.lifted_at.is_(None))
