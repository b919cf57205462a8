"""A thousand open event streams on one real `beginend web`: one listener, all are told, and it stops in time."""

import asyncio
import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from serverhouse import QUICK, TRAINED, House, until
from sqlalchemy import text

from grader.contract import Phase
from server.accounts import create_api_token
from server.submissions import claim, record_quick, record_verdict

pytestmark = [pytest.mark.database, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
STREAMS = 1000
OPENED_AT_ONCE = 16
FEW = 5
BOUND, SOON = 60, 5  # seconds, on a machine that has much else to do; `beginend bench server` measures
FEW_FILES = 256  # what some systems let a process open, unless it asks for more

LISTENERS = text("select count(*) from pg_stat_activity where datname = current_database() and query ilike 'listen %'")


@pytest.fixture(autouse=True)
def enough_files() -> Iterator[None]:
    """Let this process open a file for each stream."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def started(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start the program as an operator does on a system that allows few files at first."""
    few = f"import resource as r; r.setrlimit(r.RLIMIT_NOFILE, ({FEW_FILES}, r.getrlimit(r.RLIMIT_NOFILE)[1]))"
    command = [sys.executable, "-c", f"{few}; from server.cli.main import main; main()", "web"]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=output, stdout=output)


def said(log: Path) -> str:
    """Return what it said."""
    return log.read_text()


@contextlib.asynccontextmanager
async def web(house: House, log: Path) -> AsyncIterator[tuple[subprocess.Popen[bytes], str]]:
    """Run `beginend web` as a process of its own; yields it and its address once it answers."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    environment = {
        **os.environ,
        "DATABASE_URL": house.settings.database_url or "",
        "BEGINEND_HOME": str(house.settings.home),
        "BEGINEND_PORT": str(port),
        "BEGINEND_API_REQUESTS_PER_MINUTE": "100000",  # one person opens them all
    }
    process = started(environment, log)
    try:
        async with httpx.AsyncClient() as client:

            async def answers() -> bool:
                assert process.poll() is None, said(log)
                with contextlib.suppress(httpx.TransportError):
                    return (await client.get(f"{address}/healthz")).status_code == 200
                return False

            await until(answers, within=30)
        yield process, address
    finally:
        process.kill()
        process.wait()


class Stream:
    """One open stream, as a program opens it, without a client library's weight."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take over a connection on which the stream was asked for."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def of(cls, address: str, submission_id: uuid.UUID, token: str) -> "Stream":
        """Open one; returns once the present state has come."""
        host, _, port = address.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        asked = (
            f"GET /api/v1/submissions/{submission_id}/events HTTP/1.1\r\nHost: {host}:{port}\r\n"
            f"Authorization: Bearer {token}\r\n\r\n"
        )
        writer.write(asked.encode())
        opened = cls(reader, writer)
        assert b"200" in await reader.readline()
        await opened.event("state")
        return opened

    async def event(self, name: str) -> float:
        """Wait for an event; return when it came, in seconds since 1970."""
        while line := await self._reader.readline():
            if line.strip() == f"event: {name}".encode():
                return time.time()
        raise AssertionError(f"the stream ended without {name}")

    async def ended(self) -> None:
        """Wait until the server ends the stream."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.readline():
                pass

    async def close(self) -> None:
        """Close our end."""
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


async def opened(
    stack: contextlib.AsyncExitStack, address: str, submission_id: uuid.UUID, token: str, count: int
) -> list[Stream]:
    """Open so many streams; they are closed with the stack."""
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one() -> Stream:
        async with gate:
            stream = await Stream.of(address, submission_id, token)
            stack.push_async_callback(stream.close)
            return stream

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def give_findings(house: House, submission_id: uuid.UUID) -> float:
    """Judge the structure of a submission as a worker does; return when that was committed."""
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission_id, Phase.QUICK)
        assert held is not None
        await record_quick(session, held, QUICK, {})
    return time.time()


async def give_verdict(house: House, submission_id: uuid.UUID) -> float:
    """Finish what has its findings, as a worker does; return when that was committed."""
    async with house.database.unit_of_work() as session:
        held = await claim(session, submission_id, Phase.TRAINING)
        assert held is not None
        await record_verdict(session, held, TRAINED)
    return time.time()


async def listeners(house: House) -> int:
    """Return how many connections of this database listen."""
    async with house.database.reading() as session:
        return await session.scalar(LISTENERS) or 0


async def heard(streams: Sequence[Stream], event: str) -> list[float]:
    """Wait until all have heard of an event; return when each did."""
    return sorted(await asyncio.gather(*(stream.event(event) for stream in streams)))


async def test_a_thousand_streams_on_one_listener(house: House, tmp_path: Path) -> None:
    """All 1,000 hear of findings through one listening connection, though at first the process may open 256 files.

    They are of one submission, so all look at the same moment: none is told that the database is away, other requests
    are answered meanwhile, and with all of them open the process still stops within 5 s.
    """
    submission, another = await house.submit(), await house.submit("rnn-reviews")
    async with house.database.unit_of_work() as session:
        token = await create_api_token(session, house.student, "test")
    log = tmp_path / "web.log"

    async with web(house, log) as (process, address), contextlib.AsyncExitStack() as stack:
        many = await opened(stack, address, submission.id, token, STREAMS)
        few = await opened(stack, address, another.id, token, FEW)
        assert 1 == await listeners(house)

        hearing = asyncio.create_task(heard(many, "finding"))
        committed = await give_findings(house, submission.id)
        async with httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
            assert 200 == (await client.get("/api/v1/submissions", timeout=BOUND)).status_code
        found = await asyncio.wait_for(hearing, BOUND)
        assert STREAMS == len(found)
        assert found[STREAMS * 95 // 100] - committed < BOUND

        await give_findings(house, another.id)
        committed = await give_verdict(house, another.id)
        told = await asyncio.wait_for(heard(few, "verdict"), BOUND)
        assert told[-1] - committed < SOON

        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert 0 == await asyncio.to_thread(process.wait, 20), said(log)
        took = time.monotonic() - began
        await asyncio.gather(*(stream.ended() for stream in many))

    assert took < 5, took
    lines = [json.loads(line) for line in said(log).splitlines() if line.startswith("{")]
    assert [] == [line for line in lines if line["level"] in {"warning", "error", "critical"}]
