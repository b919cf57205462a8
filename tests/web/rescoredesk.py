"""What the tests of the pages of rescoring share: the house of the rescoring tests, behind the application."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from rescorehouse import RescoreHouse
from scriptedjudging import small_data
from serverhouse import COURSE, FakeJudge, House

from exercises import Bundle
from server.artifacts import ArtifactStore
from server.feed import Feed
from server.queue.work import Bench

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
