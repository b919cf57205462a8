"""Take a submission back before it has its verdict: nothing that comes later is written down.

No attempt is used, unless quick findings were shown already: who takes those back has learnt from them.

Cancelling raises the attempt token (decision 32), so nothing that is found afterwards is written down. The worker that
is at it hears of that and ends the run (decision 37). A job that still waits is removed.
"""

import uuid

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.database.models import OPEN, Assignment, State, Submission, User
from server.errors import JudgedAlready, NotAllowed, NothingToRepeat, UnknownSubmission
from server.permissions import Action, may, role_in
from server.submissions.grading import notify, run_again

#: In these states quick findings are shown.
TOLD = (State.TRAINING, State.CHECKING)

# Deleted where it waits, marked as cancelled where a worker takes it in this very moment, left alone where it runs.
_REMOVE_JOBS = text(
    "select procrastinate_cancel_job_v1(id, false, true) from procrastinate_jobs"
    " where args ->> 'submission_id' = :id and status = 'todo'"
)


async def cancel(session: AsyncSession, user: User, submission_id: uuid.UUID) -> None:
    """Take back a submission of one's own, or of a course one is staff of. Done twice, the second changes nothing.

    Args:
        session: A unit of work.
        user: Who takes it back.
        submission_id: Which one.

    Raises:
        UnknownSubmission: There is none that the person may see.
        JudgedAlready: It has its verdict, or ended through a fault of ours.

    """
    submission, assignment = await _held(session, submission_id)
    is_own = submission.user_id == user.id
    if not is_own and not may(await role_in(session, user, assignment.course_id), Action.STOP_SUBMISSIONS):
        raise UnknownSubmission
    if submission.state is State.CANCELLED:
        return
    if submission.state not in OPEN:
        raise JudgedAlready
    was = submission.state
    submission.withdrawn_late = is_own and was in TOLD
    submission.state = State.CANCELLED
    submission.attempt += 1
    submission.finished_at = await session.scalar(select(func.clock_timestamp()))
    await session.flush()
    await session.execute(_REMOVE_JOBS, {"id": str(submission_id)})
    if not is_own:
        audit.note(session, user, "submission.cancel", submission_id, course_id=assignment.course_id, was=was.value)
    await notify(session, submission_id)


async def judge_again(session: AsyncSession, user: User, submission_id: uuid.UUID) -> None:
    """Have a submission judged again that ended through a fault of ours.

    Raises:
        UnknownSubmission: There is none that the person may see.
        NotAllowed: It is the person's own, and they are no staff.
        NothingToRepeat: It did not end that way.

    """
    submission, assignment = await _held(session, submission_id)
    if not may(await role_in(session, user, assignment.course_id), Action.RESCORE):
        raise NotAllowed if submission.user_id == user.id else UnknownSubmission
    if submission.state is not State.SYSTEM_ERROR:
        raise NothingToRepeat
    fault = (submission.fault or {}).get("type")  # not its message, which may quote the program
    await run_again(session, submission_id)
    audit.note(session, user, "submission.again", submission_id, course_id=assignment.course_id, fault=fault)


async def _held(session: AsyncSession, submission_id: uuid.UUID) -> tuple[Submission, Assignment]:
    """Return a submission as it is now, and hold it until the end of the unit of work."""
    found = await session.execute(
        select(Submission, Assignment)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Submission.id == submission_id)
        .with_for_update(of=Submission, key_share=True)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownSubmission
    submission, assignment = row
    return submission, assignment
