"""Answer an appeal, and correct the verdict where it was wrong: both in one transaction, or neither."""

import uuid
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.database.models import Appeal, AppealState, User
from server.errors import AppealAnswered, NotAllowed, UnknownAppeal, UnknownSubmission
from server.permissions import Action
from server.submissions import NewScore, correct, find_submission
from server.submissions.grading import notify


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to an appeal."""

    state: Literal[AppealState.UPHELD, AppealState.REJECTED]
    words: str
    correction: NewScore | None = None  #: what the submission counts from now on


async def answer_appeal(session: AsyncSession, user: User, appeal_id: uuid.UUID, reply: Reply) -> None:
    """Answer an appeal, once.

    Raises:
        UnknownAppeal: There is none that the person may see.
        NotAllowed: The person may not answer, or not correct; or it is their own.
        AppealAnswered: It has its answer.
        StillBeingJudged: A correction was given while the submission is judged anew.

    """
    submission_id = await session.scalar(select(Appeal.submission_id).where(Appeal.id == appeal_id))
    if submission_id is None:
        raise UnknownAppeal
    try:
        submission, course_id = await find_submission(session, user, submission_id, Action.ANSWER_APPEALS, lock=True)
    except UnknownSubmission as error:
        raise UnknownAppeal from error
    if submission.user_id == user.id:
        raise NotAllowed
    appeal = await session.get_one(Appeal, appeal_id, populate_existing=True)  # nobody else changes it meanwhile
    if appeal.state is not AppealState.OPEN:
        raise AppealAnswered
    appeal.state, appeal.answer, appeal.answered_by_id = reply.state, reply.words, user.id
    appeal.answered_at = func.clock_timestamp()
    if reply.correction is not None:
        await correct(session, user, submission_id, reply.correction, reply.words)
    audit.note(
        session,
        user,
        "appeal.answer",
        appeal_id,
        course_id=course_id,
        submission=str(submission_id),
        state=reply.state.value,
        corrected=reply.correction is not None,
    )
    await notify(session, submission_id)
