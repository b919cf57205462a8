"""How long a submission will wait: its place in the order in which jobs are taken, and what that usually means."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import State, Submission
from server.queue.doorbell import Task
from server.queue.roll import Present, present_workers
from server.standing import STUDENT_ROLES
from server.submissions.costs import expected_cost

#: A worker that was silent for longer is not counted on.
SILENT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a submission that waits for its turn stands."""

    position: int  #: how many will be taken before it
    expected_seconds: float | None  #: until its turn; None where nobody can tell


_TASKS = {State.QUEUED: Task.JUDGE_QUICK, State.TRAINING: Task.JUDGE_TRAINING}

# As procrastinate takes them: by priority, then by number.
_ORDER = text(
    """
    with jobs as (
        select args ->> 'submission_id' as submission, status,
               row_number() over (partition by status order by priority desc, id) - 1 as ahead
          from procrastinate_jobs
         where queue_name = :queue and task_name = :task and status in ('todo', 'doing'))
    select (select min(ahead) from jobs where status = 'todo' and submission = :id) as ahead,
           (select count(*) from jobs where status = 'doing') as running
    """
)


async def waiting(session: AsyncSession, submission: Submission, exercise_id: str) -> Waiting | None:
    """Return how long a submission waits for the phase that is next; None if it waits for none.

    Args:
        session: Where to look.
        submission: Whose turn is asked for.
        exercise_id: Of what its exercise costs, the others ahead are taken to cost too.

    """
    task = _TASKS.get(submission.state)
    if task is None:
        return None
    asked = {"queue": task.queue.value, "task": task.value, "id": str(submission.id)}
    ahead, running = (await session.execute(_ORDER, asked)).one()
    if ahead is None:  # a worker has its job, so it is being trained, or will run in a moment
        return Waiting(0, 0) if task is Task.JUDGE_QUICK else None
    cost = await expected_cost(session, exercise_id)
    seconds = cost.quick_seconds if task is Task.JUDGE_QUICK else cost.training_seconds
    workers = await present_workers(session, silent_seconds=SILENT_SECONDS)
    return Waiting(ahead, expected_wait(ahead + running, places_of(workers, task), seconds))


def expected_wait(before: int, places: int, seconds: float | None) -> float | None:
    """Return how many seconds pass until a place is free; None where nobody can tell.

    Args:
        before: How many are being judged, or come earlier.
        places: How many are judged at a time.
        seconds: How long one usually takes.

    """
    if seconds is None or places < 1:
        return None
    return round(before // places * seconds, 1)


def places_of(workers: Sequence[Present], task: Task) -> int:
    """Return how many of the task's jobs all workers together do at a time; each does at least one."""
    serving = [one for one in workers if one.serves(task.queue)]
    if task is Task.JUDGE_TRAINING:
        return len(serving)
    return sum(max(1, sum(slot.role in STUDENT_ROLES for slot in one.standing.slots)) for one in serving)
