"""``/healthz``, ``/readyz`` and ``/metrics``: for whoever watches over the server."""

from fastapi import APIRouter
from sqlalchemy import func, select
from starlette.responses import JSONResponse, PlainTextResponse, Response

from server.database.models import State, Submission
from server.web.house import HouseDep

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(house: HouseDep) -> Response:
    """Tell whether requests can be served: 503 while the database is away."""
    if await house.database.answers():
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "database away"}, status_code=503, headers={"Retry-After": "5"})


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(house: HouseDep) -> PlainTextResponse:
    """Return a few numbers in Prometheus' text format."""
    async with house.database.reading() as session:
        rows = await session.execute(select(Submission.state, func.count()).group_by(Submission.state))
        counts = {state: int(count) for state, count in rows}
        oldest = await session.scalar(
            select(func.extract("epoch", func.clock_timestamp() - func.min(Submission.created_at))).where(
                Submission.state == State.QUEUED
            )
        )
    lines = ["# TYPE beginend_submissions gauge"]
    lines += [f'beginend_submissions{{state="{state.value}"}} {counts.get(state, 0)}' for state in State]
    lines += ["# TYPE beginend_oldest_queued_seconds gauge", f"beginend_oldest_queued_seconds {float(oldest or 0):.3f}"]
    lines += ["# TYPE beginend_live_listeners gauge", f"beginend_live_listeners {house.feed.subscribers}"]
    return PlainTextResponse("\n".join(lines) + "\n")
