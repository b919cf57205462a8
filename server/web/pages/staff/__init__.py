"""The pages of those who teach and grade a course; students are refused at each of them."""

from fastapi import APIRouter

from server.web.pages.staff import (
    appeals,
    audit,
    board,
    gradebook,
    home,
    levels,
    newcourse,
    rescore,
    rescore_items,
    rescore_steps,
    rescores,
    roster,
    rosterfile,
    settings,
    statistics,
)

router = APIRouter(include_in_schema=False)
parts = (home, settings, newcourse, roster, rosterfile, levels, gradebook, statistics, appeals, audit, board)
for part in (*parts, rescores, rescore, rescore_items, rescore_steps):  # /rescores/new before /rescores/{rescore_id}
    router.include_router(part.router)
