"""Signing in and out, and the two switches: language and theme."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from server.accounts import authenticate, end_session, normal_login, set_language, start_session
from server.errors import WrongCredentials
from server.web.locale import LANGUAGES
from server.web.rendering import page
from server.web.visitor import (
    A_YEAR,
    LANGUAGE,
    SESSION,
    THEME,
    THEMES,
    FormDep,
    Visit,
    VisitDep,
    set_cookie,
    text_of,
)

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def login_page(visit: VisitDep, wanted: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Show the login; whoever is signed in already goes on."""
    if visit.visitor.user is not None:
        return RedirectResponse(_inside(wanted), status_code=303)
    return _login(visit, wanted=wanted)


@router.post("/login")
async def sign_in(visit: VisitDep, form: FormDep) -> Response:
    """Sign in; failures of one name from one address are slowed down."""
    house, login, wanted = visit.house, text_of(form, "login"), text_of(form, "next")
    client = visit.request.client
    key = f"{normal_login(login)[:100]} {client.host if client else ''}"
    wait = house.login_throttle.wait(key)
    if wait > 0:
        problem = visit.say("login-wait", n=max(1, round(wait / 60)))
        return _login(visit, wanted=wanted, login=login, problem=problem, status=429)
    async with house.database.unit_of_work() as session:
        user = await authenticate(session, login, text_of(form, "password"))
        token = await start_session(session, user, days=house.settings.session_days) if user else None
    if token is None:
        house.login_throttle.failed(key)
        problem = visit.say.of(WrongCredentials.default)
        return _login(visit, wanted=wanted, login=login, problem=problem, status=401)
    house.login_throttle.succeeded(key)
    response = RedirectResponse(_inside(wanted), status_code=303)
    set_cookie(response, house, SESSION, token, seconds=house.settings.session_days * 24 * 3600)
    return response


@router.post("/logout")
async def sign_out(visit: VisitDep, form: FormDep) -> Response:
    """End the session of this browser."""
    del form  # read for its token only
    token = visit.request.cookies.get(SESSION)
    if token:
        async with visit.house.database.unit_of_work() as session:
            await end_session(session, token)
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(SESSION, path="/")
    return response


@router.post("/preferences/language")
async def choose_language(visit: VisitDep, form: FormDep) -> Response:
    """Switch the language, for this browser and for the person."""
    response = RedirectResponse(_inside(text_of(form, "next")), status_code=303)
    for language in LANGUAGES:
        if text_of(form, "language") == language:
            set_cookie(response, visit.house, LANGUAGE, language, seconds=A_YEAR)
            if visit.visitor.user is not None:
                async with visit.house.database.unit_of_work() as session:
                    await set_language(session, visit.visitor.user, language)
    return response


@router.post("/preferences/theme")
async def choose_theme(visit: VisitDep, form: FormDep) -> Response:
    """Switch between light and dark."""
    response = RedirectResponse(_inside(text_of(form, "next")), status_code=303)
    theme = text_of(form, "theme")
    if theme in THEMES:
        set_cookie(response, visit.house, THEME, theme, seconds=A_YEAR)
    return response


def _login(visit: Visit, *, wanted: str, login: str = "", problem: str = "", status: int = 200) -> Response:
    """Answer with the login form."""
    return page(visit, "login.html", {"next": _inside(wanted), "login": login, "problem": problem}, status=status)


def _inside(address: str) -> str:
    """Return an address of ours: never another site's, however it was written."""
    parts = urlsplit(address)
    is_ours = (
        not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith(("//", "/\\"))
    )
    return parts.path if is_ours and "\\" not in address and address.isprintable() else "/"
