"""How many times a second the course page is served to people who are signed in, and what each time costs."""

import asyncio
import time
from typing import Any

import httpx2
import psutil

from server.cli.bench.figures import spread
from server.cli.bench.scene import BenchFailed
from server.cli.bench.server_caller import calling
from server.cli.bench.server_house import ServerHouse, Student
from server.opening import COURSE_SLUG
from server.web.visitor import SESSION

AT_ONCE = 8
WARM_UP = 20


async def course_page(house: ServerHouse, seconds: float) -> dict[str, Any]:
    """Ask for the page again and again, over connections that stay open.

    The processor time of the web process is the figure to compare: whoever asks works on the same cores here.

    Args:
        house: Where.
        seconds: For how long.

    """
    house.say(f"the course page for {seconds:.0f} s, {AT_ONCE} at a time")
    async with calling(house) as client:
        for _ in range(WARM_UP):
            await _look(client, house.students[0])
        web = psutil.Process(house.web.pid)
        before, began = sum(web.cpu_times()[:2]), time.perf_counter()
        readers = (_read_on(client, house.students[place], began + seconds) for place in range(AT_ONCE))
        walls = [wall for of_one in await asyncio.gather(*readers) for wall in of_one]
        took, used = time.perf_counter() - began, sum(web.cpu_times()[:2]) - before
    return {
        "at_once": AT_ONCE,
        "per_second": round(len(walls) / took, 1),
        "web_cpu_ms": round(1000 * used / len(walls), 2),
        "answer": spread([1000 * wall for wall in walls]).to_json("ms", 1),
    }


async def _read_on(client: httpx2.AsyncClient, student: Student, until: float) -> list[float]:
    """Be one student who looks at the page over and over."""
    walls = []
    while (began := time.perf_counter()) < until:
        await _look(client, student)
        walls.append(time.perf_counter() - began)
    return walls


async def _look(client: httpx2.AsyncClient, student: Student) -> None:
    """Open the page once.

    Raises:
        BenchFailed: It did not come.

    """
    page = await client.get(f"/courses/{COURSE_SLUG}", headers={"Cookie": f"{SESSION}={student.cookie}"})
    if page.status_code != httpx2.codes.OK:
        raise BenchFailed(f"the course page was answered {page.status_code}")
