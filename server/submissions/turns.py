"""In which order submissions are judged: nobody's many delay somebody's first, and of equals the cheap go first.

The order is the priority of the job, worked out once, when it is asked for (decision 37).
"""

import uuid

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import ExerciseVersion, Submission
from server.queue.doorbell import LIVE_PRIORITY, Task, ring
from server.submissions.costs import expected_cost

#: A quick phase that usually takes longer goes after those that do not.
DEAR_SECONDS = 2.0

_STEP = (
    2  # of priority, for each submission of the same person that is there already; the odd numbers are for dear ones
)
_MOST_STEPS = 45  # so that whatever a student waits for stays above what nobody waits for

# What is ahead of a submission in the queue that its task goes through, of the same person.
_OWN_AHEAD = text(
    """
    select count(*)
      from submissions one join submissions other on other.user_id = one.user_id and other.id <> one.id
     where one.id = :id
       and other.state in ('queued', 'running', 'training', 'checking')
       and (other.state in ('training', 'checking')) = :training
    """
)


async def queue_up(session: AsyncSession, submission_id: uuid.UUID, task: Task) -> None:
    """Ask for a submission to be judged, when it is its turn; a worker hears of it when the session commits.

    Args:
        session: A unit of work that has written the submission down.
        submission_id: Which one.
        task: Which phase.

    """
    await session.flush()
    training = task is Task.JUDGE_TRAINING
    ahead = await session.scalar(_OWN_AHEAD, {"id": submission_id, "training": training}) or 0
    dear = not training and await _is_dear(session, submission_id)
    await ring(session, task, submission_id, priority=priority_of(ahead, dear=dear))


def priority_of(ahead: int, *, dear: bool) -> int:
    """Return the priority of a job; the highest is taken first.

    Args:
        ahead: Submissions of the same person that wait in the same queue, or are being judged.
        dear: Whether it will probably take long.

    """
    return LIVE_PRIORITY - _STEP * min(ahead, _MOST_STEPS) - dear


async def _is_dear(session: AsyncSession, submission_id: uuid.UUID) -> bool:
    """Tell whether the quick phase of a submission will probably take long."""
    exercise_id = await session.scalar(
        select(ExerciseVersion.exercise_id)
        .join(Submission, Submission.exercise_version_id == ExerciseVersion.id)
        .where(Submission.id == submission_id)
    )
    seconds = (await expected_cost(session, exercise_id or "")).quick_seconds
    return seconds is not None and seconds > DEAR_SECONDS
