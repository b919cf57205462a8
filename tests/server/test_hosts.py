"""Several hosts on one database: one is cut off mid-chunk, one killed, one joins late; nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from bucket import STORE, environment_of, s3_server
from networks import Host, door_to, host, reached_by
from rescorehouse import EIGHT, RescoreHouse, became
from serverhouse import House, until
from sqlalchemy import func, select, text
from test_rescoring import rescoring

from server.database.models import Depth, Grading, GradingState, ItemState, RescoreState, State, Submission
from server.queue.roll import present_workers
from server.rescoring import apply, making
from server.storage import put_all_there

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.namespaces,
]

__all__ = ["rescoring"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = 24
LIVE = 8
SECONDS = 0.3  # that each capture takes
CAPTURES = 2  # of a program: of its structure, and of the weights with which its training begins
AGAIN = 8  # programs that may be begun twice: what a host had in hand when it went, and what it does when it is back


class Cluster:
    """Workers on hosts of their own, which share a database and a bucket and nothing else."""

    def __init__(self, house: House, port: int, s3_port: int, stack: ExitStack) -> None:
        self._house = house
        self._ports = (port, s3_port)
        self._stack = stack
        self.hosts: dict[str, Host] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start a worker on a new host whose disk is empty."""
        number = len(self.hosts) + 1
        made = self.hosts[name] = self._stack.enter_context(host(number))
        home = self.home(name)
        home.mkdir()
        url = reached_by(self._house.settings.database_url or "", made.gateway, self._ports[0])
        command = made.command(sys.executable, "host_process.py", name, str(home), url, STORE, str(SECONDS))
        bucket = environment_of(made.gateway, self._ports[1])
        plain = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        log = self._stack.enter_context((home / "worker.log").open("wb"))
        self.processes[name] = subprocess.Popen(
            command,
            cwd=HERE,
            env={**plain, **bucket, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._stack.callback(self._end, name)

    def home(self, name: str) -> Path:
        """Return the disk of a host."""
        return self._house.settings.home / f"host-{name}"

    def begun(self, name: str) -> int:
        """Return how many programs a host has begun."""
        log = self.home(name) / "begun.log"
        return log.read_text().count("begun") if log.exists() else 0

    def kill(self, name: str) -> None:
        """Kill a worker without a word."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    async def has_begun(self, name: str, more_than: int = 0) -> None:
        """Wait until a host has begun more programs than so many."""

        async def there() -> bool:
            assert self.processes[name].poll() is None, (self.home(name) / "worker.log").read_text()[-3000:]
            return self.begun(name) > more_than

        await until(there, within=40)

    async def there(self) -> set[str]:
        """Return the hosts whose workers give signs of life."""
        async with self._house.database.reading() as session:
            present = await present_workers(session, silent_seconds=self._house.settings.stalled_seconds)
        return {worker.host for worker in present}

    def _end(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait()


@pytest.fixture(scope="module")
def bucket() -> Iterator[int]:
    """Serve a bucket on every address of this machine; yield the port."""
    with s3_server("0.0.0.0") as variables:  # noqa: S104 - the hosts' cables come and go
        yield int(variables["AWS_ENDPOINT_URL"].rpartition(":")[2])


@pytest.fixture
async def cluster(rescoring: RescoreHouse, bucket: int) -> AsyncIterator[Cluster]:
    """Give a database with verdicts and a bucket with the course, to be reached from hosts."""
    house = rescoring.house
    put_all_there(house.settings.model_copy(update={"store": STORE}))
    async with door_to(house.settings.database_url or "") as port:
        with ExitStack() as stack:
            yield Cluster(house, port, bucket, stack)


async def test_cut_off_killed_and_late(
    rescoring: RescoreHouse, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rescore and a class survive what happens to hosts: every program is worked out, once, and counts once."""
    monkeypatch.setattr(making, "RUNNING_CHUNK", 4)
    house = rescoring.house
    for _ in range(PROGRAMS):
        await rescoring.handed_in(EIGHT)
    rescore = await rescoring.make(depth=Depth.RERUN, wish={"repeats": 0})
    for name in ("cut", "killed"):
        cluster.start(name)
    await cluster.has_begun("cut", 1)
    cluster.hosts["cut"].pull_cable()  # in the middle of a program, of a chunk
    await cluster.has_begun("killed", 1)
    cluster.kill("killed")
    cluster.start("late")
    await cluster.has_begun("late")
    live = [(await house.submit(per_minute=999)).id for _ in range(LIVE)]
    await until(lambda: only(cluster, {"late"}), within=20)
    cluster.hosts["cut"].plug_cable()

    await became(rescoring, rescore, RescoreState.READY, within=90)
    await until(lambda: all_judged(house, live), within=60)
    await until(lambda: only(cluster, {"cut", "late"}), within=30)

    items = await rescoring.items(rescore)
    assert Counter({(ItemState.DONE, "up"): PROGRAMS}) == Counter((one.state, one.change) for one in items.values())
    runs = sum(map(cluster.begun, cluster.hosts)) / CAPTURES
    assert PROGRAMS + LIVE <= runs <= PROGRAMS + LIVE + AGAIN
    async with house.database.reading() as session:
        jobs = await session.scalar(text("select count(*) from procrastinate_jobs where task_name <> 'housekeeping'"))
    assert 0 == jobs
    assert {1} == set((before := await gradings(house)).values())
    assert set(live) <= before.keys()
    async with house.database.unit_of_work() as session:
        assert PROGRAMS == (await apply(session, house.teacher, rescore.id)).applied
    after = await gradings(house)
    assert {2} == {after[submission_id] for submission_id in items}
    assert {1} == {after[submission_id] for submission_id in live}
    assert {"passed"} == {(await rescoring.grading(submission_id)).outcome for submission_id in after}


async def gradings(house: House) -> Counter[uuid.UUID]:
    """Count the final verdicts of each submission."""
    async with house.database.reading() as session:
        final = select(Grading.submission_id).where(Grading.state == GradingState.FINAL)
        return Counter((await session.scalars(final)).all())


async def only(cluster: Cluster, hosts: set[str]) -> bool:
    """Tell whether these hosts, and no others, give signs of life."""
    return hosts == await cluster.there()


async def all_judged(house: House, submissions: list[uuid.UUID]) -> bool:
    """Tell whether every one of these has its verdict."""
    async with house.database.reading() as session:
        done = select(func.count()).select_from(Submission)
        return len(submissions) == await session.scalar(
            done.where(Submission.id.in_(submissions), Submission.state == State.DONE)
        )
