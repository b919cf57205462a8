"""A further machine as an operator adds one: `beginend worker` with a database, a bucket, Docker and an empty disk."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bucket import STORE, s3_server
from serverhouse import House, ended

from server.database.models import Grading, State
from server.storage import published_bundles
from server.submissions import Answer

pytestmark = [pytest.mark.database, pytest.mark.docker, pytest.mark.training]

ROOT = Path(__file__).resolve().parent.parent.parent
WORKER = [
    sys.executable,
    "-c",
    "import sys; sys.argv = ['beginend', 'worker']; from server.cli.main import main; main()",
]
#: Seconds until the verdict: its slots begin cold, and the machine may be busy.
VERDICT = 300


@pytest.fixture
def store() -> Iterator[str]:
    """Serve a bucket."""
    with s3_server():
        yield f"{STORE}/further"


@contextmanager
def worker(chosen: dict[str, str], folder: Path) -> Iterator[None]:
    """Run the worker's command with this environment; it stops in order, so that its containers go."""
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            WORKER, cwd=folder, env={**os.environ, **chosen}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


async def test_it_judges(house: House, store: str, tmp_path: Path) -> None:
    """It trains and passes the reference solution: exercise and data came from the bucket, compared by hash."""
    bundle = house.catalogue["cnn-digits"]
    shared = house.settings.model_copy(update={"store": store})
    published_bundles(shared).keep(bundle)
    disk = tmp_path / "disk"
    disk.mkdir()
    chosen = {
        "DATABASE_URL": house.settings.database_url or "",
        "BEGINEND_STORE": store,
        "BEGINEND_HOME": str(disk),
        "BEGINEND_SANDBOX": "docker",
        "BEGINEND_SLOTS": "1",
        "PYTHONPATH": str(ROOT),
    }
    submission = await house.submit("cnn-digits", Answer(file=(bundle.solution or "").encode()))
    with worker(chosen, tmp_path):
        state = await ended(house, submission.id, within=VERDICT)

    said = (tmp_path / "worker.log").read_text()
    assert State.DONE == state, said
    async with house.database.reading() as session:
        grading = await session.get_one(Grading, (await house.reload(submission.id)).current_grading_id)
    assert ("passed", 1.0) == (grading.outcome, grading.score), said
    assert [bundle.version.removeprefix("sha256:")] == [place.name for place in (disk / "bundles").iterdir()]
    assert sorted(file.sha256 for file in bundle.code.data) == sorted(
        file.name for file in (disk / "data").glob("*/*") if file.is_file()
    )
    assert list((disk / "cache").iterdir())
