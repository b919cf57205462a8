"""Signing in and out, and the two switches: language and theme."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from server.accounts import authenticate, end_session, set_language, start_session
from server.database.models import User
from server.errors import TooManyFailures, WrongCredentials
from server.web.admitting import give_session, inside, minutes_to_wait
from server.web.locale import LANGUAGES
from server.web.problems import with_token
from server.web.rendering import page, part
from server.web.visitor import (
    A_YEAR,
    LANGUAGE,
    SESSION,
    THEME,
    THEMES,
    FormDep,
    MemberVisitDep,
    Visit,
    VisitDep,
    address_of,
    agent_of,
    set_cookie,
    text_of,
)

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def login_page(
    visit: VisitDep, wanted: Annotated[str, Query(alias="next")] = "/", *, ended: bool = False
) -> Response:
    """Show the login; whoever is signed in already goes on, and whose session has ended reads that nothing is lost."""
    if visit.visitor.user is not None:
        return RedirectResponse(inside(wanted), status_code=303)
    return _login(visit, wanted=wanted, ended=ended)


@router.post("/login")
async def sign_in(visit: VisitDep, form: FormDep) -> Response:
    """Sign in; many failures are slowed down."""
    login, wanted = text_of(form, "login"), text_of(form, "next")
    try:
        user, token = await _let_in(visit, login, text_of(form, "password"))
    except TooManyFailures as error:
        return _login(visit, wanted=wanted, login=login, problem=minutes_to_wait(visit, error), status=429)
    except WrongCredentials as error:
        return _login(visit, wanted=wanted, login=login, problem=visit.say.of(error.sentence), status=401)
    goes_on = inside(wanted)
    address = f"/account/password?next={quote(goes_on)}" if user.must_change_password else goes_on
    response = RedirectResponse(address, status_code=303)
    give_session(response, visit.house, token)
    return response


@router.get("/session")
async def session_again(visit: MemberVisitDep) -> Response:
    """Tell an open page that its person is signed in again, with the token that its forms need now."""
    if not visit.wants_fragment:
        return RedirectResponse("/", status_code=303)
    return with_token(visit, part(visit, "_back.html", {}))


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
    response = RedirectResponse(inside(text_of(form, "next")), status_code=303)
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
    response = RedirectResponse(inside(text_of(form, "next")), status_code=303)
    theme = text_of(form, "theme")
    if theme in THEMES:
        set_cookie(response, visit.house, THEME, theme, seconds=A_YEAR)
    return response


def _login(
    visit: Visit, *, wanted: str, login: str = "", problem: str = "", ended: bool = False, status: int = 200
) -> Response:
    """Answer with the login form."""
    provider = visit.house.provider
    shown = {
        "next": inside(wanted),
        "login": login,
        "problem": problem,
        "ended": ended,
        "elsewhere": f"/login/openid?next={quote(inside(wanted))}" if provider else None,
        "provider": provider.name if provider else None,
    }
    return page(visit, "login.html", shown, status=status)


async def _let_in(visit: Visit, login: str, password: str) -> tuple[User, str]:
    """Compare the password and begin a session.

    Raises:
        TooManyFailures: Not now.
        WrongCredentials: The login name or the password is wrong, or its person may not come in.

    """
    house, request = visit.house, visit.request
    async with house.login_throttle.attempt(login, address_of(request)), house.database.unit_of_work() as session:
        user = await authenticate(session, login, password)
        if user is None:
            raise WrongCredentials
        return user, await start_session(session, user, days=house.settings.session_days, agent=agent_of(request))
