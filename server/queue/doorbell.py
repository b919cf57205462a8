"""Ask for work in the transaction that makes it necessary: row and job exist together or not at all.

Jobs carry an id and nothing else, and are asked for by name, so that the web never loads what the worker needs.
"""

import json
import uuid
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: Work that somebody waits for goes first.
LIVE_PRIORITY = 100
#: A teacher's new exercise goes before rescores, of which there may be thousands.
GATE_PRIORITY = 50
#: A draft's calibration is one training after the other; whatever checks there are go between two.
CALIBRATION_PRIORITY = 40
#: What nobody sits and waits for goes last.
RESCORE_PRIORITY = 0


class Queue(StrEnum):
    """The queues; a worker keeps slots for each kind."""

    LIVE_QUICK = "live-quick"
    LIVE_TRAIN = "live-train"
    RESCORE = "rescore"


class Task(StrEnum):
    """What a worker can be asked to do with a submission, an imported exercise, a draft, or a part of a rescore."""

    JUDGE_QUICK = "judge_quick"
    JUDGE_TRAINING = "judge_training"
    CHECK_EXERCISE = "check_exercise"
    CALIBRATE_DRAFT = "calibrate_draft"
    RESCORE_CHUNK = "rescore_chunk"

    @property
    def queue(self) -> Queue:
        """The queue this task goes through."""
        if self in {Task.CHECK_EXERCISE, Task.CALIBRATE_DRAFT, Task.RESCORE_CHUNK}:
            return Queue.RESCORE
        return Queue.LIVE_QUICK if self is Task.JUDGE_QUICK else Queue.LIVE_TRAIN


#: Of an image's digest, in the name of a queue: PostgreSQL's channels have names of 63 characters at most.
IMAGE_DIGITS = 24


def queue_of_image(image: str) -> str:
    """Return the queue of rescores that ask for an image (``sha256:...``)."""
    return f"{Queue.RESCORE.value}@{image.removeprefix('sha256:')[:IMAGE_DIGITS]}"


# procrastinate's own public function, called on the session's connection: the job is in its transaction by nature.
_DEFER = text(
    "select procrastinate_defer_jobs_v1(array[row(cast(:queue as varchar), cast(:task as varchar), :priority,"
    " null, null, cast(:args as jsonb), null)]::procrastinate_job_to_defer_v1[])"
)

# One job for each number, all in one statement.
_DEFER_CHUNKS = text(
    "select procrastinate_defer_jobs_v1((select array_agg(row("
    " cast(coalesce((select :queue || '@' || left(replace(on_image, 'sha256:', ''), :digits) from rescores"
    " where id = cast(:rescore_id as uuid) and on_image is not null), :queue) as varchar), cast(:task as varchar),"
    " cast(:priority as integer), null, null,"
    " jsonb_build_object('rescore_id', cast(:rescore_id as text), 'chunk', number), null)"
    "::procrastinate_job_to_defer_v1 order by number) from unnest(cast(:chunks as integer[])) number))"
)

#: Jobs that are asked for in one statement.
MOST_AT_ONCE = 2000


async def ring(session: AsyncSession, task: Task, submission_id: uuid.UUID, *, priority: int = LIVE_PRIORITY) -> None:
    """Ask a worker to do ``task``; it hears of it when, and only if, the session's transaction commits."""
    await session.execute(
        _DEFER,
        {
            "queue": task.queue.value,
            "task": task.value,
            "priority": priority,
            "args": json.dumps({"submission_id": str(submission_id)}),
        },
    )


async def ring_for_gate(session: AsyncSession, import_id: uuid.UUID) -> None:
    """Ask a worker to put an imported exercise through the gate, when the session's transaction commits."""
    await session.execute(
        _DEFER,
        {
            "queue": Task.CHECK_EXERCISE.queue.value,
            "task": Task.CHECK_EXERCISE.value,
            "priority": GATE_PRIORITY,
            "args": json.dumps({"import_id": str(import_id)}),
        },
    )


async def ring_for_calibration(session: AsyncSession, copy_id: uuid.UUID) -> None:
    """Ask a worker for the next training of a working copy's calibration, when the session's transaction commits."""
    await session.execute(
        _DEFER,
        {
            "queue": Task.CALIBRATE_DRAFT.queue.value,
            "task": Task.CALIBRATE_DRAFT.value,
            "priority": CALIBRATION_PRIORITY,
            "args": json.dumps({"copy_id": str(copy_id)}),
        },
    )


async def ring_for_rescore(session: AsyncSession, rescore_id: uuid.UUID, chunks: Sequence[int]) -> None:
    """Ask workers to work out chunks of a rescore, when the session's transaction commits.

    Those that judge in the image that it asks for, where it does.
    """
    for start in range(0, len(chunks), MOST_AT_ONCE):
        await session.execute(
            _DEFER_CHUNKS,
            {
                "queue": Task.RESCORE_CHUNK.queue.value,
                "digits": IMAGE_DIGITS,
                "task": Task.RESCORE_CHUNK.value,
                "priority": RESCORE_PRIORITY,
                "rescore_id": str(rescore_id),
                "chunks": list(chunks[start : start + MOST_AT_ONCE]),
            },
        )
