"""The web application: pages and API over one house. The same application serves in tests and in life."""

from fastapi import FastAPI

from server.api import (
    appeals,
    audit,
    corrections,
    events,
    exercises,
    gradebook,
    health,
    metrics,
    personal_data,
    submissions,
)
from server.courses import Shelf
from server.database.engine import Database
from server.feed import Feed
from server.mishaps import answer_errors, too_large
from server.settings import Settings
from server.web.bodies import BodyLimit
from server.web.headers import SecurityHeaders
from server.web.house import House
from server.web.pages import courses, entrance
from server.web.pages import exercises as exercise_pages
from server.web.pages import submissions as submission_pages
from server.web.rendering import STATIC, LastingFiles
from server.web.throttle import Throttle


def create_app(
    settings: Settings,
    database: Database,
    feed: Feed,
    shelf: Shelf,
    *,
    own_code_only: bool = False,
) -> FastAPI:
    """Put the application together; it starts and stops nothing of what it is given.

    Args:
        settings: The operator's choices.
        database: Where everything is kept.
        feed: Tells of changes; started by the caller.
        shelf: Where published bundles stand.
        own_code_only: Whether code runs without a container; every page then says for whom that is.

    """
    app = FastAPI(
        title="BeginEnd",
        version="1",
        description="Auto-graded deep-learning exercises. Errors are problem documents (RFC 9457).",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the ready-made pages load scripts from elsewhere, which our policy forbids
        redoc_url=None,
    )
    app.state.house = House(
        settings=settings,
        database=database,
        feed=feed,
        shelf=shelf,
        login_throttle=Throttle(),
        form_key=settings.secret(),
        own_code_only=own_code_only,
    )
    for part in (exercises, submissions, events, corrections, appeals, audit, gradebook, personal_data):
        app.include_router(part.router, prefix="/api/v1")
    for part in (health, metrics):
        app.include_router(part.router)
    for page in (entrance, courses, exercise_pages, submission_pages):
        app.include_router(page.router)
    app.mount("/static", LastingFiles(directory=STATIC), name="static")
    answer_errors(app)
    app.add_middleware(BodyLimit, refuse=too_large)
    app.add_middleware(SecurityHeaders)
    return app
