"""How many structure verdicts a minute come out when a class hands in faster than is judged, through HTTP and queue."""

import asyncio
import time
from typing import Any

from server.cli.bench.figures import spread
from server.cli.bench.scene import BenchFailed
from server.cli.bench.server_caller import Sent, calling, right_program, submit
from server.cli.bench.server_house import CODE, ServerHouse
from server.cli.bench.server_marks import Marks, marks_of

AT_ONCE = 4  # submissions on their way to the server
LOOK = 0.25
PATIENCE = 600.0


async def verdicts_per_minute(house: ServerHouse, count: int) -> dict[str, Any]:
    """Hand in so many programs, every one another, and wait until each has its first findings.

    Args:
        house: Where.
        count: How many.

    """
    await house.judge()
    await _handed_in(house, 2 * house.settings.quick_slots)
    await house.judge()
    house.say(f"{count} submissions to {CODE}, {AT_ONCE} at a time")
    began = time.time()
    sent, marks = await _handed_in(house, count)
    ended = max(marks[one.id]["training"] for one in sent)
    return {
        "submissions": count,
        "slots": house.settings.quick_slots,
        "per_minute": round(60 * count / (ended - began)),
        "received_per_second": round(count / (max(one.received for one in sent) - began), 1),
        "accept": spread([1000 * (one.received - one.posted) for one in sent]).to_json("ms", 1),
        "with_waiting": spread([marks[one.id]["training"] - one.posted for one in sent]).to_json("s"),
    }


async def _handed_in(house: ServerHouse, count: int) -> tuple[list[Sent], Marks]:
    """Hand in so many and wait for all first findings.

    Raises:
        BenchFailed: They did not come.

    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Sent:
        async with gate:
            return await submit(client, house.students[number % len(house.students)], CODE, right_program(house))

    async with calling(house) as client:
        sent = await asyncio.gather(*(one(number) for number in range(count)))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        marks = await marks_of(house.database, [one.id for one in sent])
        if all("training" in found for found in marks.values()):
            return sent, marks
        await asyncio.sleep(LOOK)
    raise BenchFailed(f"{count} submissions were not judged in {PATIENCE:.0f} s")
