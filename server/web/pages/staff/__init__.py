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
    roster,
    rosterfile,
    settings,
    statistics,
)

router = APIRouter(include_in_schema=False)
for part in (home, settings, newcourse, roster, rosterfile, levels, gradebook, statistics, appeals, audit, board):
    router.include_router(part.router)
