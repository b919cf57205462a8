"""Hand in over HTTP as a student's program does, and follow a submission until what is waited for comes."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx2

from server.cli.bench.scene import BenchFailed, varied
from server.cli.bench.server_house import CODE, QUIZ, ServerHouse, Student
from server.opening import COURSE_SLUG
from server.web.visitor import SESSION

PATIENCE = 120.0  # seconds for what is waited for

_numbers = count(1)

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission that was received; moments in seconds since 1970, as the database's marks are."""

    id: uuid.UUID
    posted: float
    received: float


@asynccontextmanager
async def calling(house: ServerHouse) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a client of the house's web process that may hold any number of connections."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(base_url=house.address, limits=limits, timeout=PATIENCE) as client:
        yield client


def right_program(house: ServerHouse) -> Answer:
    """Return a right program that nobody has sent before."""
    return {"file": varied(house.catalogue[CODE].solution or "", next(_numbers))}


def right_answers(house: ServerHouse) -> Answer:
    """Return the right answers of the quiz."""
    return {"answers": {name: list(answer.accepted) for name, answer in house.catalogue[QUIZ].answers.items()}}


async def submit(client: httpx2.AsyncClient, student: Student, exercise: str, answer: Answer) -> Sent:
    """Hand in.

    Raises:
        BenchFailed: It was not taken in.

    """
    place = f"/api/v1/courses/{COURSE_SLUG}/exercises/{exercise}/submissions"
    posted = time.time()
    reply = await client.post(place, json=answer, headers={"Authorization": f"Bearer {student.token}"})
    received = time.time()
    if reply.status_code != httpx2.codes.ACCEPTED:
        raise BenchFailed(f"a submission was answered {reply.status_code}: {reply.text[:200]}")
    return Sent(uuid.UUID(reply.json()["id"]), posted, received)


async def heard(client: httpx2.AsyncClient, student: Student, submission_id: uuid.UUID, event: str) -> float:
    """Follow a submission's events as a program does; return the moment at which the first of this name came.

    Raises:
        BenchFailed: It did not come.

    """
    place = f"/api/v1/submissions/{submission_id}/events"
    headers = {"Authorization": f"Bearer {student.token}"}
    async with client.stream("GET", place, headers=headers) as stream:
        return await moment_of(lines_of(stream), event)


@asynccontextmanager
async def watching(
    client: httpx2.AsyncClient, student: Student, submission_id: uuid.UUID
) -> AsyncIterator[AsyncIterator[str]]:
    """Open the stream that a submission's page opens in a browser; entered once the present state has come."""
    headers = {"Cookie": f"{SESSION}={student.cookie}"}
    async with client.stream("GET", f"/submissions/{submission_id}/live", headers=headers) as stream:
        lines = lines_of(stream)
        await moment_of(lines, "state")
        yield lines


def lines_of(stream: httpx2.Response) -> AsyncIterator[str]:
    """Return the lines of a stream that was opened.

    Raises:
        BenchFailed: It was not.

    """
    if not stream.is_success:
        raise BenchFailed(f"a stream was answered {stream.status_code}")
    return stream.aiter_lines()


async def moment_of(lines: AsyncIterator[str], event: str) -> float:
    """Return the moment at which the next event of this name came.

    Raises:
        BenchFailed: The stream ended before, or it took too long.

    """
    try:
        async with asyncio.timeout(PATIENCE):
            async for line in lines:
                if line == f"event: {event}":
                    return time.time()
    except TimeoutError as error:
        raise BenchFailed(f"no event {event!r} came in {PATIENCE:.0f} s") from error
    raise BenchFailed(f"a stream ended without an event {event!r}")
