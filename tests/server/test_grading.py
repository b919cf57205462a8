"""Writing down what judging found: under a token, all at once, whatever a student printed."""

import math

import pytest
from serverhouse import QUICK, QUICK_ONLY, TRAINED, House, finding, phase_result
from sqlalchemy import func, select, text

from exercises import Text
from grader.contract import Outcome, Phase, StudentError, SubmissionOutcome, Verdict
from server.database.models import AuditEvent, FindingRow, Grading, GradingState, State
from server.errors import UnknownSubmission
from server.submissions import (
    Claim,
    claim,
    put_back,
    record_checking,
    record_fault,
    record_quick,
    record_system_error,
    record_verdict,
    run_again,
)

pytestmark = pytest.mark.database


async def claimed(house: House, submission_id: object = None, phase: Phase = Phase.QUICK) -> Claim:
    """Claim a phase of a submission, a new one unless one is named."""
    wanted = submission_id or (await house.submit()).id
    async with house.database.unit_of_work() as session:
        held = await claim(session, wanted, phase)
    assert held is not None
    return held


async def rows(house: House, table: type) -> int:
    """Return how many rows a table has."""
    async with house.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_claim(house: House) -> None:
    """A claim carries what judging needs and a token one higher than the last."""
    held = await claimed(house)
    again = await claimed(house, held.submission_id)

    assert (1, 2) == (held.token, again.token)
    assert ("cnn-digits", house.catalogue["cnn-digits"].version) == (held.exercise_id, held.version)
    assert "def build_model" in held.source
    assert State.RUNNING == await house.state(held.submission_id)


async def test_quick_verdict(house: House) -> None:
    """Where nothing is trained the quick phase ends with the verdict."""
    held = await claimed(house)
    async with house.database.unit_of_work() as session:
        assert await record_quick(session, held, QUICK_ONLY, {})

    submission = await house.reload(held.submission_id)
    async with house.database.reading() as session:
        grading = await session.get_one(Grading, submission.current_grading_id)
        jobs = await session.scalar(text("select count(*) from procrastinate_jobs where task_name = 'judge_training'"))

    assert State.DONE == submission.state
    assert submission.finished_at is not None
    assert (GradingState.FINAL, "passed", 1.0) == (grading.state, grading.outcome, grading.score)
    assert 2 == await rows(house, FindingRow)
    assert 0 == jobs


async def test_two_phases(house: House) -> None:
    """Provisional findings and the training job come together; the verdict completes the same grading."""
    held = await claimed(house)
    async with house.database.unit_of_work() as session:
        assert await record_quick(session, held, QUICK, {"w0.npy": "sha256:00"})

    assert State.TRAINING == await house.state(held.submission_id)
    async with house.database.reading() as session:
        queue = await session.scalar(
            text("select queue_name from procrastinate_jobs where task_name = 'judge_training' and status = 'todo'")
        )
    assert "live-train" == queue

    training = await claimed(house, held.submission_id, Phase.TRAINING)
    assert training.provisional is not None
    assert {"w0.npy": "sha256:00"} == training.provisional.artifacts
    read = training.provisional.with_artifacts({"w0.npy": b"weights"})
    assert QUICK == read

    async with house.database.unit_of_work() as session:
        assert await record_verdict(session, training, TRAINED)
    async with house.database.reading() as session:
        found = (await session.scalars(select(FindingRow).order_by(FindingRow.position))).all()
    assert State.DONE == await house.state(held.submission_id)
    assert 1 == await rows(house, Grading)
    assert [("layers", "quick"), ("parameters", "quick"), ("accuracy", "training")] == [
        (row.check_id, row.phase) for row in found
    ]


async def test_only_the_checks_are_left(house: House) -> None:
    """The state is shown, may be claimed anew if the worker dies in it, and only who holds the claim can set it."""
    held = await claimed(house)
    async with house.database.unit_of_work() as session:
        await record_quick(session, held, QUICK, {})
    zombie = await claimed(house, held.submission_id, Phase.TRAINING)
    async with house.database.unit_of_work() as session:
        await record_checking(session, zombie)
    assert State.CHECKING == await house.state(held.submission_id)

    heir = await claimed(house, held.submission_id, Phase.TRAINING)
    assert State.TRAINING == await house.state(held.submission_id)
    async with house.database.unit_of_work() as session:
        await record_checking(session, zombie)
    assert State.TRAINING == await house.state(held.submission_id)

    async with house.database.unit_of_work() as session:
        await record_checking(session, heir)
        assert await record_verdict(session, heir, TRAINED)
    assert State.DONE == await house.state(held.submission_id)


@pytest.mark.parametrize("phase", [Phase.QUICK, Phase.TRAINING])
async def test_old_token_writes_nothing(house: House, phase: Phase) -> None:
    """A worker that was taken for dead and is not can no longer write anything; the one after it can."""
    zombie = await claimed(house)
    if phase is Phase.TRAINING:
        async with house.database.unit_of_work() as session:
            await record_quick(session, zombie, QUICK, {})
        zombie = await claimed(house, zombie.submission_id, Phase.TRAINING)
    heir = await claimed(house, zombie.submission_id, phase)
    gradings = await rows(house, Grading)

    async with house.database.unit_of_work() as session:
        written = [
            await record_quick(session, zombie, QUICK, {}),
            await record_verdict(session, zombie, TRAINED),
            await record_system_error(session, zombie, type="Late", message="late"),
            await put_back(session, zombie),
            await record_fault(session, zombie, most=1, type="Late", message="late"),
        ]
    assert [False] * 5 == written
    assert gradings == await rows(house, Grading)

    async with house.database.unit_of_work() as session:
        assert await record_verdict(session, heir, TRAINED)
    assert State.DONE == await house.state(zombie.submission_id)


async def test_verdict_only_once(house: House) -> None:
    """The same claim cannot write a second verdict, and what is done cannot be claimed."""
    held = await claimed(house)
    async with house.database.unit_of_work() as session:
        await record_quick(session, held, QUICK_ONLY, {})
    async with house.database.unit_of_work() as session:
        assert not await record_verdict(session, held, TRAINED)
        assert await claim(session, held.submission_id, Phase.QUICK) is None
        assert await claim(session, held.submission_id, Phase.TRAINING) is None

    assert 1 == await rows(house, Grading)


async def test_no_training_before_quick(house: House) -> None:
    """The training phase of a submission that is only queued is not due."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        assert await claim(session, submission.id, Phase.TRAINING) is None


async def test_faults_become_a_system_error(house: House) -> None:
    """Two faults leave a submission waiting, the third ends it without a verdict; it can be run again."""
    submission = await house.submit()
    answers = []
    for _ in range(3):
        held = await claimed(house, submission.id)
        async with house.database.unit_of_work() as session:
            answers.append(await record_fault(session, held, most=3, type="SandboxFault", message="no\0way"))

    stored = await house.reload(submission.id)
    assert [True, True, False] == answers
    assert (State.SYSTEM_ERROR, None) == (stored.state, stored.current_grading_id)
    assert {"type": "SandboxFault", "message": "no�way"} == stored.fault
    async with house.database.reading() as session:
        audit = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "submission.system_error"))).one()
    assert str(submission.id) == audit.subject

    async with house.database.unit_of_work() as session:
        await run_again(session, submission.id)
    stored = await house.reload(submission.id)
    assert (State.QUEUED, 0, None) == (stored.state, stored.faults, stored.fault)
    async with house.database.unit_of_work() as session:
        with pytest.raises(UnknownSubmission):
            await run_again(session, submission.id)


async def test_unavailable_counts_nothing(house: House) -> None:
    """A claim given back because there is no sandbox leaves the submission queued, with no fault counted."""
    held = await claimed(house)
    async with house.database.unit_of_work() as session:
        assert await put_back(session, held)

    stored = await house.reload(held.submission_id)
    assert (State.QUEUED, 0) == (stored.state, stored.faults)


async def test_whatever_was_printed(house: House) -> None:
    """NUL, lone surrogates, NaN and infinities in what a student made do not keep a verdict from being written."""
    text_ = Text(zh="\0", en="a\0b")
    bad = finding("layers", Outcome.FAILED, actual={"\0": [math.nan, math.inf, "\udfff", 1.5]}, message=text_)
    error = StudentError(type="E\0", message="\ud800", line=3, hint=None)
    result = phase_result(
        findings=(bad,),
        stdout="a\0b\ud800",
        error=error,
        evidence={"x": (math.nan, "\0")},
        verdict=Verdict(outcome=SubmissionOutcome.RAISED, score=0.0, findings=(bad,), error=error),
    )
    held = await claimed(house)
    async with house.database.unit_of_work() as session:
        assert await record_quick(session, held, result, {})

    submission = await house.reload(held.submission_id)
    async with house.database.reading() as session:
        grading = await session.get_one(Grading, submission.current_grading_id)
        row = (await session.scalars(select(FindingRow))).one()
    assert "a�b?" == grading.stdout
    assert {"x": [None, "�"]} == grading.evidence
    assert {"�": [None, None, "?", 1.5]} == row.data["actual"]
