"""Make an appeal: by whose submission it is, once there is a verdict, one at a time."""

import uuid

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.database.models import Appeal, AppealState, FindingRow, State, Submission, User
from server.errors import AppealOpenAlready, NotAllowed, StillBeingJudged, UnknownCheck
from server.permissions import Action
from server.submissions import find_submission
from server.submissions.grading import notify


async def make_appeal(
    session: AsyncSession, user: User, submission_id: uuid.UUID, words: str, check_id: str | None
) -> uuid.UUID:
    """Say that a verdict is wrong.

    Args:
        session: A unit of work.
        user: Whose submission it is.
        submission_id: Which.
        words: What the student has to say.
        check_id: The check that is meant; the whole verdict when None.

    Returns:
        The appeal's id.

    Raises:
        UnknownSubmission: There is none that the person may see.
        NotEnrolled: The person has left the course.
        NotAllowed: It is somebody else's.
        StillBeingJudged: There is no verdict.
        UnknownCheck: The verdict has no such check.
        AppealOpenAlready: One waits for its answer.

    """
    submission, course_id = await find_submission(session, user, submission_id, Action.APPEAL, lock=True)
    if submission.user_id != user.id:
        raise NotAllowed
    if submission.state is not State.DONE:
        raise StillBeingJudged
    if check_id is not None and not await _has_check(session, submission, check_id):
        raise UnknownCheck
    if await session.scalar(
        select(exists().where(Appeal.submission_id == submission_id, Appeal.state == AppealState.OPEN))
    ):
        raise AppealOpenAlready
    appeal = Appeal(submission_id=submission_id, check_id=check_id, words=words)
    session.add(appeal)
    await session.flush()
    audit.note(
        session, user, "appeal.make", appeal.id, course_id=course_id, submission=str(submission_id), check=check_id
    )
    await notify(session, submission_id)
    return appeal.id


async def _has_check(session: AsyncSession, submission: Submission, check_id: str) -> bool:
    return bool(
        await session.scalar(
            select(
                exists().where(FindingRow.grading_id == submission.current_grading_id, FindingRow.check_id == check_id)
            )
        )
    )
