"""The web application: pages and API over one house. The same application serves in tests and in life."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from grader.version import grader_version
from server.api import (
    appeals,
    assignments,
    audit,
    corrections,
    courses,
    drafts,
    events,
    exercises,
    extensions,
    gradebook,
    health,
    imports,
    me,
    metrics,
    people,
    personal_data,
    rescores,
    submission_deeds,
    submissions,
    tokens,
    users,
)
from server.api.validators import Validators
from server.courses import Shelf
from server.database.engine import Database
from server.feed import Feed
from server.looks import Looks
from server.mishaps import answer_errors, broken, too_large
from server.openid import Provider
from server.settings import Settings
from server.web.bodies import BodyLimit
from server.web.guides import PICTURES, pictures_folder
from server.web.headers import SecurityHeaders
from server.web.house import House
from server.web.pace import Pace
from server.web.pages import account, authoring, entrance, openid, staff
from server.web.pages import appeals as appeal_pages
from server.web.pages import audit as audit_pages
from server.web.pages import courses as course_pages
from server.web.pages import exercises as exercise_pages
from server.web.pages import help as help_pages
from server.web.pages import history as history_pages
from server.web.pages import people as people_pages
from server.web.pages import submissions as submission_pages
from server.web.password_throttle import PasswordThrottle
from server.web.rendering import STATIC, LastingFiles
from server.web.requests import FollowRequests, LastResort


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
    grader_version()  # while the files are still those that this process runs
    app = FastAPI(
        title="BeginEnd",
        version="1",
        description="Auto-graded deep-learning exercises. Errors are problem documents (RFC 9457).",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the ready-made pages load scripts from elsewhere, which our policy forbids
        redoc_url=None,
    )
    house = House(
        settings=settings,
        database=database,
        feed=feed,
        shelf=shelf,
        login_throttle=PasswordThrottle(database, settings.secret()),
        provider=_provider(settings),
        looks=Looks(database),
        form_key=settings.secret(),
        own_code_only=own_code_only,
        pace=Pace(settings.api_requests_per_minute),
    )
    app.state.house = house
    for part in (
        imports,  # before exercises: its addresses are no exercise's id
        exercises,
        submissions,
        submission_deeds,
        drafts,
        events,
        courses,
        people,
        assignments,
        extensions,
        me,
        tokens,
        users,
        corrections,
        appeals,
        audit,
        gradebook,
        personal_data,
        rescores,
    ):
        app.include_router(part.router, prefix="/api/v1")
    for part in (health, metrics):
        app.include_router(part.router)
    for page in (
        entrance,
        account,
        openid,
        course_pages,
        exercise_pages,
        history_pages,
        submission_pages,
        appeal_pages,
        people_pages,
        audit_pages,
        staff,
        help_pages,
    ):
        app.include_router(page.router)
    for router in authoring.ROUTERS:
        app.include_router(router)
    # Static files hold no secrets, so compressing them tells nobody anything; pages carry tokens and go as they are.
    app.mount("/static", GZipMiddleware(LastingFiles(directory=STATIC), minimum_size=1000), name="static")
    app.mount(PICTURES, LastingFiles(directory=pictures_folder()), name="pictures")
    answer_errors(app)
    # The one that is added last is the outermost.
    app.add_middleware(BodyLimit, refuse=too_large, uploads={**imports.UPLOADS, **authoring.UPLOADS})
    app.add_middleware(Validators)
    app.add_middleware(LastResort, answer=broken)
    app.add_middleware(SecurityHeaders, https=settings.is_https)
    app.add_middleware(FollowRequests, numbers=house.numbers)
    return app


def _provider(settings: Settings) -> Provider | None:
    """Return the provider through which people may sign in, if the operator named one; nothing is asked of it yet."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None or settings.oidc_client_secret is None:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    return Provider(settings.oidc_issuer, settings.oidc_client_id, secret, settings.oidc_name)
