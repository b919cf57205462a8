"""The clients: hand in over HTTP until there is a receipt, then follow the event stream until the verdict has come."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2

from server.cli.bench.chaos.ledger import BROKEN_OFF, NO_CONNECTION, TIMED_OUT, UNAVAILABLE, Ledger, Receipt, Seen
from server.cli.bench.chaos.sheets import Sheet

PATIENCE = 60.0  # seconds for an answer, or for the next line of a stream, which pings more often
AGAIN_SECONDS = 1.0  # after a connection that failed
STREAM_AGAIN_SECONDS = 3.0  # after a stream that ended too early, as browsers do
ACCEPTED = 202
OK = 200
ENDED = frozenset({"done", "system_error", "cancelled"})


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody who hands in."""

    login: str
    client: httpx2.AsyncClient


@asynccontextmanager
async def students(address: str, tokens: Mapping[str, str]) -> AsyncIterator[list[Student]]:
    """Open a client for everybody.

    Args:
        address: Of the web process.
        tokens: API tokens by login.

    """
    limits = httpx2.Limits(max_connections=None)
    everybody = [
        Student(
            login,
            httpx2.AsyncClient(
                base_url=address,
                headers={"Authorization": f"Bearer {token}"},
                timeout=PATIENCE,
                limits=limits,
                trust_env=False,
            ),
        )
        for login, token in tokens.items()
    ]
    try:
        yield everybody
    finally:
        for student in everybody:
            await student.client.aclose()


async def hand_in_and_follow(student: Student, sheet: Sheet, ledger: Ledger) -> None:
    """Hand in as a good client does, with a key, again and again until it is received; then wait for the verdict."""
    receipt = await _hand_in(student, sheet, ledger)
    if receipt is None:
        return
    ledger.keep(receipt)
    while not await _followed(student, receipt.submission_id, ledger):  # noqa: ASYNC110 (the server tells)
        await asyncio.sleep(STREAM_AGAIN_SECONDS)
    receipt.heard_at = time.monotonic()


async def _hand_in(student: Student, sheet: Sheet, ledger: Ledger) -> Receipt | None:
    """Send until there is a receipt; None after an answer that no client can do anything about."""
    address = f"/api/v1/exercises/{sheet.exercise}/submissions"
    headers = {"Idempotency-Key": f"chaos-{sheet.number}"}
    tries = 0
    while True:
        tries += 1
        began = time.monotonic()
        try:
            answer = await student.client.post(address, json=sheet.body, headers=headers)
        except httpx2.TransportError as error:
            ledger.note(Seen("hand in", _named(error), began, time.monotonic()))
            await asyncio.sleep(AGAIN_SECONDS)
            continue
        ledger.note(_seen("hand in", answer, began))
        if answer.status_code == ACCEPTED:
            submission_id = uuid.UUID(answer.json()["id"])
            return Receipt(submission_id, student.login, sheet.exercise, sheet.expected, tries, time.monotonic())
        if answer.status_code != UNAVAILABLE:
            return None
        await asyncio.sleep(float(answer.headers.get("Retry-After", AGAIN_SECONDS)))


async def _followed(student: Student, submission_id: uuid.UUID, ledger: Ledger) -> bool:
    """Follow the event stream; return whether it told that the submission's way is over."""
    began = time.monotonic()
    state = ""
    try:
        async with student.client.stream("GET", f"/api/v1/submissions/{submission_id}/events") as stream:
            if stream.status_code != OK:
                await stream.aread()
                ledger.note(_seen("stream", stream, began))
                return False
            ledger.note(_seen("stream", stream, began))
            event = ""
            async for line in stream.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event == "state":
                    state = json.loads(value)["state"]
    except httpx2.TransportError as error:
        if state in ENDED:
            return True
        # A stream may have gone on for long: only the moment of its end counts.
        ledger.note(Seen("stream", _named(error), time.monotonic(), time.monotonic()))
        return False
    if state not in ENDED:
        ledger.streams_ended_early += 1
    return state in ENDED


def _seen(request: str, answer: httpx2.Response, began: float) -> Seen:
    """Note an answer, with its words where nobody expected it."""
    ordinary = answer.status_code in {OK, ACCEPTED, UNAVAILABLE}
    return Seen(
        request,
        answer.status_code,
        began,
        time.monotonic(),
        retry_after="Retry-After" in answer.headers,
        text="" if ordinary else answer.text[:300],
    )


def _named(error: httpx2.TransportError) -> str:
    """Say why there was no answer."""
    if isinstance(error, httpx2.TimeoutException):
        return TIMED_OUT
    return NO_CONNECTION if isinstance(error, httpx2.ConnectError) else BROKEN_OFF
