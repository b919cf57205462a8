"""What the tests of the pages of rescoring share: the house of the rescoring tests, behind the application."""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from rescorehouse import EIGHT, NINE, SEVEN, RescoreHouse
from scriptedjudging import LABELS, small_data
from serverhouse import COURSE, FakeJudge, House
from sqlalchemy import update

from exercises import Bundle
from server.artifacts import ArtifactStore
from server.database.models import Cause, Depth, ItemState, Rescore, RescoreItem
from server.feed import Feed
from server.queue.work import Bench
from server.rescoring import apply

RESCORES = f"/courses/{COURSE}/staff/rescores"
EASIER = {
    "threshold": ("threshold = 0.90 # calibration.json says why", "threshold = 0.75"),
    "spread": ("spread = 0.0088", "spread = 0"),
}
HARDER = {
    "threshold": ("threshold = 0.90 # calibration.json says why", "threshold = 0.95"),
    "spread": ("spread = 0.0088", "spread = 0"),
}


@contextmanager
def rescoring_in(house: House, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RescoreHouse]:
    """Give a house in which verdicts have evidence, with a workbench that nothing interrupts."""
    monkeypatch.setattr(Bundle, "read", small_data)
    judge = FakeJudge()
    with ThreadPoolExecutor(2) as threads:
        store = ArtifactStore(str(folder / "artifacts"))
        bench = Bench(house.database, Feed(house.database), judge, house.shelf, store, threads)
        yield RescoreHouse(house, folder, bench, judge)


async def handed_in_by(rescoring: RescoreHouse, names: Sequence[str]) -> list[uuid.UUID]:
    """Let people of these names hand in programs of four accuracies in turn; return the submissions."""
    handed_in = []
    for number, name in enumerate(names):
        person = await rescoring.classmate(f"s20260{number:02}")
        async with rescoring.house.database.unit_of_work() as session:
            (await session.merge(person)).display_name = name
        handed_in.append(await rescoring.handed_in((LABELS, EIGHT, SEVEN, NINE)[number % 4], user=person))
    return handed_in


async def set_of_all_kinds(
    rescoring: RescoreHouse, names: Sequence[str], reason: str
) -> tuple[Rescore, uuid.UUID, uuid.UUID]:
    """Make a set with falls, a rise by noise, an error and a verdict that changed since.

    Args:
        rescoring: Where.
        names: Of the people who handed in, eight at least.
        reason: Why the course is rescored.

    Returns:
        The set, a submission whose verdict falls, and the one that differs for no reason.

    """
    handed_in = await handed_in_by(rescoring, names)
    easier = await rescoring.version("easier", **EASIER)
    small = await rescoring.made(to_version=easier, submissions=[handed_in[1]])
    made = await rescoring.made(to_version=await rescoring.version("harder", **HARDER), wish={"reason": reason})
    noise = {"runs": 3, "outcomes": {"passed": 2, "failed": 1}, "scores": [1.0, 1.0, 0.6], "lowest": 0.6, "highest": 1}
    rows = {
        handed_in[2]: {"after_outcome": "passed", "after_score": 1.0, "change": "up", "cause": Cause.NOISE,
                       "spread": noise, "depth": Depth.RERUN, "deepened": "artifacts-gone"},
        handed_in[6]: {"state": ItemState.ERROR, "after_outcome": None, "after_score": None, "change": None,
                       "cause": None, "fault": {"type": "EvidenceLacks", "message": "older-evidence"}},
    }  # fmt: skip
    async with rescoring.house.database.unit_of_work() as session:
        for submission, values in rows.items():
            of_item = (RescoreItem.rescore_id == made.id, RescoreItem.submission_id == submission)
            await session.execute(update(RescoreItem).where(*of_item).values(**values))
        await apply(session, rescoring.house.teacher, small.id)
    return made, handed_in[3], handed_in[2]
