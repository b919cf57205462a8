"""Write down what judging found, under a token, so that of several workers only the latest can.

A claim raises the submission's ``attempt``; whoever claimed earlier (a worker that was taken for dead and is not)
finds its token outdated and writes nothing. Every change rings the ``submission`` channel in its own transaction, so
nobody hears of what did not happen.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from grader.contract import Phase
from server import audit
from server.database.models import (
    Assignment,
    ExerciseVersion,
    FindingRow,
    Grading,
    GradingState,
    State,
    Submission,
)
from server.errors import UnknownSubmission
from server.kept_runs import is_of_runs
from server.phase import PhaseResult
from server.queue.doorbell import Task
from server.submissions.storage import StoredPhase, finding_rows, grading_values, read_phase, storable
from server.submissions.turns import queue_up

#: The channel on which changes of submissions are told; the payload is ``{"id": "..."}``.
CHANNEL = "submission"

#: From which states a phase may be claimed. A worker that died left the state it was in.
_CLAIMABLE = {Phase.QUICK: (State.QUEUED, State.RUNNING), Phase.TRAINING: (State.TRAINING, State.CHECKING)}
_CLAIMED = {Phase.QUICK: State.RUNNING, Phase.TRAINING: State.TRAINING}
#: In which states whoever claimed a phase holds it.
_HELD = {Phase.QUICK: (State.RUNNING,), Phase.TRAINING: (State.TRAINING, State.CHECKING)}
_PUT_BACK = {Phase.QUICK: State.QUEUED, Phase.TRAINING: State.TRAINING}


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to judge one phase of a submission, until somebody else claims it."""

    submission_id: uuid.UUID
    phase: Phase
    token: int
    exercise_id: str
    version: str
    source: str
    provisional: StoredPhase | None  #: what the quick phase found; in the training phase only


async def claim(session: AsyncSession, submission_id: uuid.UUID, phase: Phase) -> Claim | None:
    """Claim a phase of a submission, or return None if it is not due (judged already, or taken back)."""
    claimed = await session.execute(
        update(Submission)
        .where(Submission.id == submission_id, Submission.state.in_(_CLAIMABLE[phase]))
        .values(attempt=Submission.attempt + 1, state=_CLAIMED[phase])
        .returning(Submission.attempt, Submission.source, Submission.exercise_version_id)
    )
    row = claimed.one_or_none()
    if row is None:
        return None
    version = await session.get_one(ExerciseVersion, row.exercise_version_id)
    provisional = await _provisional(session, submission_id) if phase is Phase.TRAINING else None
    if phase is Phase.QUICK:
        await notify(session, submission_id)
    return Claim(
        submission_id=submission_id,
        phase=phase,
        token=row.attempt,
        exercise_id=version.exercise_id,
        version=version.version,
        source=row.source,
        provisional=provisional,
    )


async def record_quick(session: AsyncSession, claim: Claim, result: PhaseResult, artifacts: Mapping[str, str]) -> bool:
    """Write down the quick phase: a verdict if nothing is trained, else provisional findings and the training job.

    Args:
        session: A unit of work.
        claim: The right to write.
        result: What was found.
        artifacts: Name to digest of ``result.artifacts`` in the artifact store.

    Returns:
        False if somebody else has claimed the submission since; nothing is written then.

    """
    if not result.needs_training:
        return await record_verdict(session, claim, result, artifacts)
    if not await _still_ours(session, claim):
        return False
    grading = Grading(
        submission_id=claim.submission_id,
        attempt=claim.token,
        state=GradingState.PROVISIONAL,
        **grading_values(result, artifacts),
    )
    session.add(grading)
    await session.flush()
    session.add_all(finding_rows(grading.id, result))
    await _move(session, claim.submission_id, state=State.TRAINING, faults=0)
    await queue_up(session, claim.submission_id, Task.JUDGE_TRAINING)
    await notify(session, claim.submission_id)
    return True


async def record_checking(session: AsyncSession, claim: Claim) -> None:
    """Say that everything has run and only the checks are left; nothing if somebody else has claimed it since."""
    if await _still_ours(session, claim):
        await _move(session, claim.submission_id, state=State.CHECKING)
        await notify(session, claim.submission_id)


async def record_verdict(
    session: AsyncSession, claim: Claim, result: PhaseResult, artifacts: Mapping[str, str] | None = None
) -> bool:
    """Write down the verdict that counts, with its findings; once.

    Args:
        session: A unit of work.
        claim: The right to write.
        result: What was found.
        artifacts: Name to digest of what its runs left; of the quick phase, that is known already.

    Returns:
        False if somebody else has claimed the submission since; nothing is written then.

    """
    if not await _still_ours(session, claim):
        return False
    before = {} if claim.provisional is None else claim.provisional.artifacts
    left = {name: digest for name, digest in {**before, **(artifacts or {})}.items() if is_of_runs(name)}
    values = {**grading_values(result, left), "state": GradingState.FINAL, "finished_at": func.clock_timestamp()}
    quick_ids: frozenset[str] = frozenset()
    if claim.provisional is None:
        grading = Grading(submission_id=claim.submission_id, attempt=claim.token, **values)
        session.add(grading)
        await session.flush()
        grading_id = grading.id
    else:
        grading_id = claim.provisional.grading_id
        quick_ids = frozenset(finding.id for finding in claim.provisional.result.findings)
        if "total" in (quick := claim.provisional.result.timing_ms):
            values["timing_ms"] = {**values["timing_ms"], "quick": quick["total"]}
        await session.execute(update(Grading).where(Grading.id == grading_id).values(**values))
        await session.execute(delete(FindingRow).where(FindingRow.grading_id == grading_id))
    session.add_all(finding_rows(grading_id, result, quick_ids=quick_ids if claim.provisional else None))
    await session.flush()
    await _move(
        session,
        claim.submission_id,
        state=State.DONE,
        current_grading_id=grading_id,
        finished_at=func.clock_timestamp(),
        fault=None,
    )
    await notify(session, claim.submission_id)
    return True


async def record_system_error(session: AsyncSession, claim: Claim, *, type: str, message: str) -> bool:  # noqa: A002
    """Write down that we failed: no verdict, no attempt counted, runnable again.

    Returns:
        False if somebody else has claimed the submission since; nothing is written then.

    """
    if not await _still_ours(session, claim):
        return False
    await mark_system_error(session, claim.submission_id, type=type, message=message)
    return True


async def mark_system_error(session: AsyncSession, submission_id: uuid.UUID, *, type: str, message: str) -> None:  # noqa: A002
    """Give up on a submission whose row the session holds, and leave a note for the operator."""
    fault = storable({"type": type, "message": message})
    await _move(session, submission_id, state=State.SYSTEM_ERROR, fault=fault, finished_at=func.clock_timestamp())
    course_id = await session.scalar(
        select(Assignment.course_id)
        .join(Submission, Submission.assignment_id == Assignment.id)
        .where(Submission.id == submission_id)
    )
    # The message stays with the submission: it may quote the program, and an event can never be taken back.
    audit.note(session, None, "submission.system_error", submission_id, course_id=course_id, type=fault["type"])
    await notify(session, submission_id)


async def put_back(session: AsyncSession, claim: Claim) -> bool:
    """Give a claim back because there is nothing to judge with at present; the submission waits as before.

    Returns:
        False if somebody else has claimed the submission since.

    """
    if not await _still_ours(session, claim):
        return False
    await _move(session, claim.submission_id, state=_PUT_BACK[claim.phase])
    await notify(session, claim.submission_id)
    return True


async def record_fault(session: AsyncSession, claim: Claim, *, most: int, type: str, message: str) -> bool:  # noqa: A002
    """Write down that judging failed through a fault of ours; the ``most``-th one in a row ends it as a system error.

    Returns:
        Whether to try again.

    """
    if not await _still_ours(session, claim):
        return False
    faults = await session.scalar(
        update(Submission)
        .where(Submission.id == claim.submission_id)
        .values(state=_PUT_BACK[claim.phase], faults=Submission.faults + 1)
        .returning(Submission.faults)
    )
    if (faults or 0) >= most:
        await mark_system_error(session, claim.submission_id, type=type, message=message)
        return False
    await notify(session, claim.submission_id)
    return True


async def run_again(session: AsyncSession, submission_id: uuid.UUID) -> None:
    """Judge a submission again that ended as a system error.

    Raises:
        UnknownSubmission: There is none in that state.

    """
    moved = await session.execute(
        update(Submission)
        .where(Submission.id == submission_id, Submission.state == State.SYSTEM_ERROR)
        .values(state=State.QUEUED, faults=0, fault=None, finished_at=None)
        .returning(Submission.id)
    )
    if moved.one_or_none() is None:
        raise UnknownSubmission
    await queue_up(session, submission_id, Task.JUDGE_QUICK)
    await notify(session, submission_id)


async def notify(session: AsyncSession, submission_id: uuid.UUID) -> None:
    """Tell whoever listens that a submission changed, when the session commits."""
    payload = json.dumps({"id": str(submission_id)})
    await session.execute(text("select pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})


async def is_held(session: AsyncSession, claim: Claim) -> bool:
    """Tell whether a claim holds at this moment, holding nothing."""
    return await session.scalar(_held_row(claim)) is not None


async def _still_ours(session: AsyncSession, claim: Claim) -> bool:
    """Lock the submission and tell whether the claim still holds."""
    row = await session.execute(_held_row(claim).with_for_update(key_share=True))
    return row.one_or_none() is not None


def _held_row(claim: Claim) -> Select[uuid.UUID]:
    """Select the submission if the claim holds."""
    return select(Submission.id).where(
        Submission.id == claim.submission_id,
        Submission.attempt == claim.token,
        Submission.state.in_(_HELD[claim.phase]),
    )


async def _move(session: AsyncSession, submission_id: uuid.UUID, **values: object) -> None:
    """Change the submission's row, which the session holds."""
    await session.execute(update(Submission).where(Submission.id == submission_id).values(**values))


async def _provisional(session: AsyncSession, submission_id: uuid.UUID) -> StoredPhase | None:
    """Return what the latest quick phase of a submission found."""
    grading: Grading | None = await session.scalar(
        select(Grading)
        .where(Grading.submission_id == submission_id, Grading.state == GradingState.PROVISIONAL)
        .order_by(Grading.attempt.desc())
        .limit(1)
    )
    if grading is None:
        return None
    findings = await session.scalars(
        select(FindingRow.data).where(FindingRow.grading_id == grading.id).order_by(FindingRow.position)
    )
    return read_phase(grading, list(findings))
