"""The same code again: answered from the verdict that it has already, since judging it anew would only repeat it.

Only the grading is taken over. Lateness, attempts and corrections are the new submission's own.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from grader.version import grader_version
from server.database.models import (
    Assignment,
    ExerciseVersion,
    FindingRow,
    Grading,
    GradingState,
    Kind,
    State,
    Submission,
)
from server.queue.roll import present_workers
from server.standing import Standing
from server.submissions.answers import ReadAnswer

_IMAGE = Grading.environment["image"].as_string()
_GRADER = Grading.environment["grader"].as_string()

#: What is copied of a grading; the rest names the submission it belongs to.
_COPIED = ("state", "outcome", "score", "evidence", "artifacts", "error", "stdout", "environment", "timing_ms")


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict that answers the same code."""

    submission_id: uuid.UUID  #: the one that was judged
    grading_id: uuid.UUID


async def stored_verdict(
    session: AsyncSession, assignment: Assignment, version: ExerciseVersion, read: ReadAnswer, *, silent_seconds: float
) -> StoredVerdict | None:
    """Return the verdict that an answer has already, whoever sent it first; None if it is to be judged.

    The exercise's version, the assignment, the sandbox's image and the grader must be the same, so that after an
    upgrade the same code is judged by the new one. A quiz is judged anew: it costs nothing.

    Args:
        session: A unit of work.
        assignment: For what the answer is.
        version: The version that is handed out.
        read: The answer.
        silent_seconds: A worker that was silent for so long is taken for dead.

    """
    if read.kind is Kind.ANSWERS:
        return None
    workers = await present_workers(session, silent_seconds=silent_seconds)
    found = await session.execute(
        select(func.coalesce(Submission.answered_by_id, Submission.id), Grading.id)
        .join(Grading, Grading.id == Submission.current_grading_id)
        .where(
            Submission.exercise_version_id == version.id,
            Submission.sha256 == read.sha256,
            Submission.assignment_id == assignment.id,
            Submission.state == State.DONE,
            Grading.state == GradingState.FINAL,
            _judged_as_by([worker.standing for worker in workers]),
            or_(Grading.exercise_version_id.is_(None), Grading.exercise_version_id == version.id),
        )
        .order_by(Grading.created_at.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else StoredVerdict(*row)


def _judged_as_by(workers: Sequence[Standing]) -> ColumnElement[bool]:
    """Return the condition that a grading was made with what one of the workers has.

    Without a worker nobody has another image, and the grader is taken to be the one that lies here.
    """
    if any(worker.image for worker in workers):
        tools = {(worker.image, worker.grader) for worker in workers if worker.image and worker.grader}
        return tuple_(_IMAGE, _GRADER).in_(sorted(tools))
    return and_(_IMAGE.is_not(None), grader_version() == _GRADER)


async def answer_from(session: AsyncSession, submission: Submission, verdict: StoredVerdict) -> None:
    """Give a new submission its own copy of a verdict, findings and all; it is done then."""
    grading_id = uuid.uuid4()
    values = {
        "id": literal(grading_id),
        "submission_id": literal(submission.id),
        "attempt": literal(submission.attempt),
        **{name: getattr(Grading, name) for name in _COPIED},
        "finished_at": func.clock_timestamp(),
    }
    await session.execute(
        insert(Grading).from_select(list(values), select(*values.values()).where(Grading.id == verdict.grading_id))
    )
    columns = {column.key: column for column in FindingRow.__table__.columns if column.key != "grading_id"}
    await session.execute(
        insert(FindingRow).from_select(
            ["grading_id", *columns],
            select(literal(grading_id), *columns.values()).where(FindingRow.grading_id == verdict.grading_id),
        )
    )
    submission.state = State.DONE
    submission.answered_by_id = verdict.submission_id
    submission.current_grading_id = grading_id
    submission.finished_at = await session.scalar(select(func.clock_timestamp()))
    await session.flush()
