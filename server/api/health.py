"""``/healthz`` and ``/readyz``: for probes, load balancers and whoever is on duty."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from exercises.text import Text
from server.errors import DatabaseAway
from server.feed import PULSE_SECONDS, Feed
from server.lights import Light, disk_light, lights_of_database
from server.queue.doorbell import Queue
from server.queue.roll import Present, present_workers
from server.standing import Readiness, best_readiness, slots_by_role
from server.web.house import HouseDep

router = APIRouter(tags=["operation"])

PATIENCE = 3.0  # seconds for the database's answer
RETRY = {"Retry-After": "5"}

AWAY = Light(
    "database",
    well=False,
    found=Text(zh="数据库没有回应", en="the database does not answer"),
    advice=Text(
        zh="检查 PostgreSQL 是否在运行、DATABASE_URL 是否正确、连接数是否用尽；恢复后本程序会自动重连。",
        en="See whether PostgreSQL runs, DATABASE_URL is right, and connections are left; this process connects again"
        " by itself.",
    ),
)

#: With these a submission that came now would be judged by and by without anybody's help.
JUDGING = frozenset({Readiness.READY, Readiness.BUSY, Readiness.WARMING})


@router.get("/healthz")
async def healthz(house: HouseDep) -> Response:
    """Tell that the process lives; asks nobody, so it is cheap.

    503 when it has been deaf for half a minute: the database took its calls and its listener heard none. Pages would
    then wait for verdicts in vain, and only starting the process again helps. While the database is away this stays
    200, for then starting again helps nothing.
    """
    if house.feed.is_deaf:
        return JSONResponse({"status": "deaf", "deaf_seconds": round(house.feed.deaf_seconds)}, status_code=503)
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(
    house: HouseDep,
    *,
    judging: Annotated[bool, Query(description="Answer 503 also while no worker is there that could judge.")] = False,
) -> Response:
    """Tell whether requests can be served, and who judges.

    503 while the database is away. Without any worker the web still takes submissions, which wait: so that is 200
    with `judging` saying `nobody`, lest a load balancer shuts a door that is open. Alarms ask with `?judging=true`.
    `lights` says in both languages what is not well and what to do about it, whatever the status.
    """
    try:
        async with asyncio.timeout(PATIENCE), house.database.reading() as session:
            lights = await lights_of_database(session, house.settings)
            workers = (
                await present_workers(session, silent_seconds=house.settings.stalled_seconds) if lights[0].well else []
            )
    except (DatabaseAway, TimeoutError):
        body = {"status": "database away", "lights": [_light(AWAY)]}
        return JSONResponse(body, status_code=503, headers=RETRY)
    lights += [disk_light(house.settings.home), listener_light(house.feed)]
    readiness = best_readiness(worker.standing for worker in workers if worker.serves(Queue.LIVE_QUICK))
    body = {
        "status": "ready",
        "judging": readiness.value,
        "workers": [_worker(worker) for worker in workers],
        "lights": [_light(light) for light in lights],
    }
    if judging and readiness not in JUDGING:
        return JSONResponse({**body, "status": "nobody judges"}, status_code=503, headers=RETRY)
    return JSONResponse(body)


def listener_light(feed: Feed) -> Light:
    """Look at whether this process hears of changes."""
    if feed.deaf_seconds <= PULSE_SECONDS + PATIENCE:
        return Light("listener", well=True, found=Text(zh="能收到变更通知", en="this process hears of changes"))
    return Light(
        "listener",
        well=False,
        found=Text(
            zh=f"{feed.deaf_seconds:.0f} 秒没有收到任何通知", en=f"nothing was heard for {feed.deaf_seconds:.0f} s"
        ),
        advice=Text(
            zh="若经过 PgBouncer 等连接池，请把 BEGINEND_LISTEN_URL 设为数据库的直接地址，然后重启 web 进程。",
            en="Behind a pooler such as PgBouncer set BEGINEND_LISTEN_URL to the database itself; then start the web"
            " process again.",
        ),
    )


def _light(light: Light) -> dict[str, Any]:
    """Describe a lamp; what to do only where it is red."""
    advice = None if light.well or light.advice is None else _both(light.advice)
    return {"light": light.name, "well": light.well, "found": _both(light.found), "advice": advice}


def _both(said: Text) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}


def _worker(worker: Present) -> dict[str, Any]:
    """Describe a worker to anybody: which machine it is on, and what a problem says, is told by log and ``doctor``."""
    standing = worker.standing
    return {
        "worker": worker.name,
        "judging": standing.readiness.value,
        "duty": worker.duty.value,
        "backend": standing.backend,
        "mode": standing.mode,
        "slots": slots_by_role([standing]),
        "waiting": standing.waiting,
        "faults": standing.faults,
        "seen_seconds": round(worker.seen_seconds, 1),
    }
