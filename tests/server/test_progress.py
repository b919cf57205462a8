"""What a training tells is read with suspicion, passed on now and then, and never stands in the way of a verdict."""

import asyncio
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from serverhouse import QUICK, FakeJudge, House, ended, worker
from sqlalchemy import func, select, text, update

from grader.contract import Phase
from server.database.models import ProgressRow, State
from server.progress import TrainingPoint, read_point
from server.queue import storyteller
from server.queue.storyteller import Storyteller
from server.submissions import claim, record_quick, submission_view
from server.submissions.grading import Claim
from server.submissions.progress import MOST_POINTS, NumberedPoint, TrainingProgress, purge_progress, write_progress

database = pytest.mark.database
POINT = TrainingPoint(1, 20, 0.5, 0.75)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"epoch": 3, "epochs": 20, "loss": 0.12, "accuracy": 0.95}, TrainingPoint(3, 20, 0.12, 0.95)),
        ({"epoch": 1, "epochs": 1}, TrainingPoint(1, 1, None, None)),
        ({"epoch": 1, "epochs": 2, "loss": math.inf, "accuracy": math.nan}, TrainingPoint(1, 2, None, None)),
        ({"epoch": 1, "epochs": 2, "loss": 1e300, "accuracy": 2}, TrainingPoint(1, 2, None, None)),
        ({"epoch": 1, "epochs": 2, "loss": "low", "accuracy": True}, TrainingPoint(1, 2, None, None)),
        ({"epoch": 1, "epochs": 2, "loss": -3, "extra": "x"}, TrainingPoint(1, 2, -3.0, None)),
        ({"epoch": 3, "epochs": None, "loss": 1}, TrainingPoint(3, None, 1.0, None)),
        ({"epoch": 3, "epochs": "many"}, None),
        ({"epoch": 0, "epochs": 2}, None),
        ({"epoch": 3, "epochs": 2}, None),
        ({"epoch": True, "epochs": 2}, None),
        ({"epoch": 1.0, "epochs": 2}, None),
        ({"epoch": 1, "epochs": 10**30}, None),
        ({"loss": 0.5}, None),
        ({}, None),
    ],
)
def test_events_are_read_with_suspicion(event: dict[str, Any], expected: TrainingPoint | None) -> None:
    """An epoch with what is plausible of its numbers, or nothing."""
    assert expected == read_point(event)


async def training(house: House) -> Claim:
    """Submit, judge the quick phase, and claim the training."""
    submission = await house.submit()
    async with house.database.unit_of_work() as session:
        quick = await claim(session, submission.id, Phase.QUICK)
        assert quick is not None
        await record_quick(session, quick, QUICK, {})
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission.id, Phase.TRAINING)
        assert held is not None
        return held


async def seen(house: House, held: Claim) -> TrainingProgress | None:
    """Return what its student sees of a training."""
    async with house.database.reading() as session:
        return (await submission_view(session, house.student, held.submission_id)).training


async def write(house: House, held: Claim, *points: NumberedPoint) -> None:
    """Write points down under a claim."""
    async with house.database.unit_of_work() as session:
        await write_progress(session, held.submission_id, held.token, points)


@database
async def test_the_points_of_the_present_training_are_shown(house: House) -> None:
    """What the holder of the claim tells is seen; what an outlived worker tells later changes nothing."""
    held = await training(house)
    assert await seen(house, held) is None
    await write(house, held, NumberedPoint(1, POINT))
    shown = await seen(house, held)
    async with house.database.unit_of_work() as session:
        again = await claim(session, held.submission_id, Phase.TRAINING)
    assert again is not None
    await write(house, held, NumberedPoint(1, POINT), NumberedPoint(2, POINT))
    outlived = await seen(house, held)
    await write(house, again, NumberedPoint(1, replace(POINT, loss=0.1)))
    fresh = await seen(house, again)

    assert TrainingProgress(held.token, (NumberedPoint(1, POINT),)) == shown
    assert outlived is None
    assert fresh is not None
    assert (again.token, 0.1) == (fresh.attempt, fresh.latest.loss)


@database
async def test_writing_waits_for_nobody_who_holds_the_submission(house: House) -> None:
    """A verdict that locks the submission's row and the progress beside it do not wait for each other."""
    held = await training(house)
    async with house.database.unit_of_work() as verdict:
        await verdict.execute(
            text("update submissions set faults = faults where id = :id"), {"id": str(held.submission_id)}
        )
        async with asyncio.timeout(5):
            await write(house, held, NumberedPoint(1, POINT))

    assert await seen(house, held) is not None


@database
async def test_a_chatty_training_is_written_down_now_and_then(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand points at once are few writes, thinned out, from near the beginning to the very last."""
    writes = 0

    async def counted(*arguments: Any) -> None:  # noqa: ANN401
        nonlocal writes
        writes += 1
        await write_progress(*arguments)

    monkeypatch.setattr(storyteller, "write_progress", counted)
    held = await training(house)
    teller = Storyteller(house.database, held)
    telling = asyncio.create_task(teller.tell_on())
    await asyncio.to_thread(lambda: [teller.add(TrainingPoint(n, 1000, None, None)) for n in range(1, 1001)])
    await asyncio.sleep(0)
    teller.end()
    await asyncio.wait_for(telling, 10)
    progress = await seen(house, held)

    assert writes <= 2
    assert progress is not None
    assert (1000, 1000) == (progress.latest.epoch, progress.points[-1].n)
    numbers = [point.n for point in progress.points]
    assert MOST_POINTS / 2 <= len(numbers) <= MOST_POINTS
    assert [*range(1, 1000, 8), 1000] == numbers


@database
async def test_a_training_tells_its_way_through_the_worker(house: House) -> None:
    """Points told while judging are there afterwards, all of them, and the verdict came as ever."""
    points = [TrainingPoint(epoch, 3, 1 / epoch, None) for epoch in (1, 2, 3)]
    async with worker(house, FakeJudge(points=points)):
        submission = await house.submit()
        assert State.DONE == await ended(house, submission.id)
    async with house.database.reading() as session:
        view = await submission_view(session, house.student, submission.id)

    assert view.training is not None
    assert points == [one.point for one in view.training.points]


@database
async def test_points_that_cannot_be_written_cost_nothing(house: House) -> None:
    """Without their table trainings are judged all the same."""
    async with house.database.unit_of_work() as session:
        await session.execute(text("alter table training_progress add constraint never check (attempt < 0)"))
    async with worker(house, FakeJudge(points=[POINT])):
        submission = await house.submit()
        assert State.DONE == await ended(house, submission.id)
    async with house.database.reading() as session:
        assert [] == (await session.scalars(select(ProgressRow))).all()
    assert 0 == (await house.reload(submission.id)).faults


@database
async def test_points_are_kept_for_a_day(house: House) -> None:
    """Housekeeping takes away what was told longer ago."""
    old, young = await training(house), await training(house)
    for held in (old, young):
        await write(house, held, NumberedPoint(1, POINT))
    async with house.database.unit_of_work() as session:
        yesterday = func.now() - timedelta(hours=25)
        await session.execute(
            update(ProgressRow).where(ProgressRow.submission_id == old.submission_id).values(updated_at=yesterday)
        )
        await purge_progress(session)
        left = (await session.scalars(select(ProgressRow.submission_id))).all()

    assert [young.submission_id] == left
