"""From the click on "submit" to the findings on the screen, on an idle machine, and where the time goes."""

import asyncio
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from server.cli.bench.figures import spread
from server.cli.bench.server_caller import Answer, Sent, calling, heard, right_answers, right_program, submit
from server.cli.bench.server_house import CODE, QUIZ, ServerHouse
from server.cli.bench.server_marks import marks_of
from server.database.models import Grading

REST = 0.4  # seconds between two submissions, so that the slot of the one is ready again for the other
WARM_UP = 3

MS = 1000.0


@dataclass(frozen=True, slots=True)
class Way:
    """Where one submission's milliseconds went; the phases add up to the whole."""

    whole: float  #: from the request's first byte to the event with the findings
    accept: float  #: until row and job are committed
    queue: float  #: until a worker has claimed it
    run: float  #: in the sandbox and the judge, with what prepares them
    checks: float
    deliver: float  #: writing findings, NOTIFY, reading them again, sending them


async def submit_to_browser(house: ServerHouse, rounds: int) -> dict[str, Any]:
    """Measure a quiz until its verdict, and cnn-digits until its first findings.

    Args:
        house: Where.
        rounds: Submissions of each kind, one after another.

    """
    await house.judge()
    figures: dict[str, Any] = {}
    for name, exercise, event in (("quiz", QUIZ, "verdict"), ("structure", CODE, "finding")):
        house.say(f"{rounds} submissions to {exercise}, one after another")
        await _ways(house, exercise, event, WARM_UP)
        ways = await _ways(house, exercise, event, rounds)
        figures[name] = {
            phase.name: spread([getattr(way, phase.name) for way in ways]).to_json("ms", 1) for phase in fields(Way)
        }
    return figures


async def _ways(house: ServerHouse, exercise: str, event: str, rounds: int) -> list[Way]:
    """Hand in one after another and wait for the event each time."""
    told: list[tuple[Sent, float]] = []
    async with calling(house) as client:
        for number in range(rounds):
            student = house.students[number % len(house.students)]
            answer: Answer = right_answers(house) if exercise == QUIZ else right_program(house)
            sent = await submit(client, student, exercise, answer)
            told.append((sent, await heard(client, student, sent.id, event)))
            await asyncio.sleep(REST)
    ids = [sent.id for sent, _ in told]
    marks, timings = await marks_of(house.database, ids), await _timings(house, ids)
    return [_way(sent, at, marks[sent.id], timings[sent.id]) for sent, at in told]


def _way(sent: Sent, told: float, marks: dict[str, float], timing: dict[str, float]) -> Way:
    """Cut one submission's way into its phases."""
    judging = timing["total"]
    return Way(
        whole=MS * (told - sent.posted),
        accept=MS * (marks["queued"] - sent.posted),
        queue=MS * (marks["running"] - marks["queued"]),
        run=judging - timing["checks"],
        checks=timing["checks"],
        deliver=MS * (told - marks["running"]) - judging,
    )


async def _timings(house: ServerHouse, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, dict[str, float]]:
    """Return what the gradings say of their milliseconds."""
    wanted = select(Grading.submission_id, Grading.timing_ms).where(Grading.submission_id.in_(ids))
    async with house.database.reading() as session:
        return {row.submission_id: row.timing_ms for row in await session.execute(wanted)}
