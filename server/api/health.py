"""``/healthz`` and ``/readyz``: for probes, load balancers and whoever is on duty."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from server.errors import DatabaseAway
from server.queue.roll import Present, present_workers
from server.standing import Readiness, best_readiness, slots_by_role
from server.web.house import HouseDep

router = APIRouter(tags=["operation"])

PATIENCE = 3.0  # seconds for the database's answer
RETRY = {"Retry-After": "5"}

#: With these a submission that came now would be judged by and by without anybody's help.
JUDGING = frozenset({Readiness.READY, Readiness.BUSY, Readiness.WARMING})


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(
    house: HouseDep,
    *,
    judging: Annotated[bool, Query(description="Answer 503 also while no worker is there that could judge.")] = False,
) -> Response:
    """Tell whether requests can be served, and who judges.

    503 while the database is away. Without any worker the web still takes submissions, which wait: so that is 200
    with `judging` saying `nobody`, lest a load balancer shuts a door that is open. Alarms ask with `?judging=true`.
    """
    try:
        async with asyncio.timeout(PATIENCE), house.database.reading() as session:
            workers = await present_workers(session, silent_seconds=house.settings.stalled_seconds)
    except (DatabaseAway, TimeoutError):
        return JSONResponse({"status": "database away"}, status_code=503, headers=RETRY)
    readiness = best_readiness(worker.standing for worker in workers)
    body = {"status": "ready", "judging": readiness.value, "workers": [_worker(worker) for worker in workers]}
    if judging and readiness not in JUDGING:
        return JSONResponse({**body, "status": "nobody judges"}, status_code=503, headers=RETRY)
    return JSONResponse(body)


def _worker(worker: Present) -> dict[str, Any]:
    """Describe a worker to anybody: which machine it is on, and what a problem says, is told by log and ``doctor``."""
    standing = worker.standing
    return {
        "worker": worker.name,
        "judging": standing.readiness.value,
        "backend": standing.backend,
        "mode": standing.mode,
        "slots": slots_by_role([standing]),
        "waiting": standing.waiting,
        "faults": standing.faults,
        "seen_seconds": round(worker.seen_seconds, 1),
    }
