"""Who looks at a page, in which language and which light."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from exercises.text import Language
from server.accounts import KnownBrowser, browser_of_session
from server.database.models import User
from server.errors import MustChangePassword, NotSignedIn
from server.web import csrf
from server.web.house import House, HouseDep
from server.web.locale import Speaker, pick_language, speaker
from server.web.requests import known_as

SESSION = "beginend_session"
VISITOR = "beginend_visitor"
LANGUAGE = "beginend_language"
THEME = "beginend_theme"

A_YEAR = 365 * 24 * 3600
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser at one request.

    Attributes:
        user: Who is signed in, if anybody.
        language: The language of the answer.
        theme: Chosen by hand; None follows the system.
        csrf: The token for this browser's forms.
        fresh_secret: A visitor cookie that this browser does not have yet and must be given.

    """

    user: User | None
    language: Language
    theme: Literal["light", "dark"] | None
    csrf: str
    fresh_secret: str | None = None


def language_of(request: Request, user: User | None = None) -> Language:
    """Choose the language for a request: the switch, then the person, then the browser."""
    accept = request.headers.get("accept-language")
    return pick_language(request.cookies.get(LANGUAGE), user.language if user else None, accept=accept)


def theme_of(request: Request) -> Literal["light", "dark"] | None:
    """Return the theme that was chosen by hand."""
    chosen = request.cookies.get(THEME)
    if chosen == "light":
        return "light"
    return "dark" if chosen == "dark" else None


async def signed_in(request: Request, house: House) -> KnownBrowser | None:
    """Return whose session cookie this is."""
    token = request.cookies.get(SESSION)
    if not token:
        return None
    async with house.database.reading() as session:
        known = await browser_of_session(session, token)
    if known is not None:
        known_as(request, known.user)
    return known


def address_of(request: Request) -> str:
    """Return from where a request comes, as far as the server or the proxy before it knows."""
    return request.client.host if request.client else ""


def agent_of(request: Request) -> str:
    """Return what the browser calls itself."""
    return request.headers.get("user-agent", "")


def stranger(request: Request, house: House, user: User | None = None) -> Visitor:
    """Describe the browser without asking the database: for error pages too, when the database is away.

    The token of its forms comes from its session's cookie, whether the session still holds or not: so a page that
    cannot ask gives out the same token as one that can.
    """
    secret = request.cookies.get(SESSION) or request.cookies.get(VISITOR)
    fresh = None if secret else secrets.token_urlsafe(24)
    return Visitor(
        user=user,
        language=language_of(request, user),
        theme=theme_of(request),
        csrf=csrf.token_for(house.form_key, secret or fresh or ""),
        fresh_secret=fresh,
    )


def set_cookie(
    response: Response, house: House, name: str, value: str, *, seconds: int, readable: bool = False
) -> None:
    """Set one of our cookies, with the same care for each."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        httponly=not readable,
        samesite="lax",
        secure=house.settings.cookies_need_https,
        path="/",
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page: who asks what of which house."""

    request: Request
    house: House
    visitor: Visitor

    @property
    def say(self) -> Speaker:
        """The language of the answer."""
        return speaker(self.visitor.language)

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks, which swaps a fragment into a page that is there already."""
        return self.request.headers.get("HX-Request") == "true"


@dataclass(frozen=True, slots=True)
class MemberVisit(Visit):
    """A request of somebody who is signed in."""

    user: User


async def visit(request: Request, house: HouseDep) -> Visit:
    """Recognise the browser; nobody signed in is fine."""
    known = await signed_in(request, house)
    visitor = stranger(request, house, known.user if known else None)
    request.state.visitor = visitor
    return Visit(request, house, visitor)


def visit_so_far(request: Request, house: House) -> Visit:
    """Describe the browser by what this request has found out already, without the database, which may be away."""
    known: Visitor | None = getattr(request.state, "visitor", None)
    return Visit(request, house, known or stranger(request, house))


VisitDep = Annotated[Visit, Depends(visit)]


async def account_visit(visit: VisitDep) -> MemberVisit:
    """Recognise who is signed in, also before they have chosen a password of their own.

    Raises:
        NotSignedIn: Nobody is.

    """
    if visit.visitor.user is None:
        raise NotSignedIn
    return MemberVisit(visit.request, visit.house, visit.visitor, visit.visitor.user)


AccountVisitDep = Annotated[MemberVisit, Depends(account_visit)]


async def member_visit(visit: AccountVisitDep) -> MemberVisit:
    """Recognise who is signed in.

    Raises:
        NotSignedIn: Nobody is.
        MustChangePassword: They came in with a password that was made for them.

    """
    if visit.user.must_change_password:
        raise MustChangePassword
    return visit


MemberVisitDep = Annotated[MemberVisit, Depends(member_visit)]


async def checked_form(visit: VisitDep) -> AsyncIterator[FormData]:
    """Read a form that one of our own pages sent; uploaded files are closed afterwards.

    Raises:
        ForeignForm: It does not carry this browser's token.

    """
    async with visit.request.form(max_files=2, max_fields=500) as form:
        csrf.check_token(visit.visitor.csrf, text_of(form, csrf.FIELD), visit.request.headers.get(csrf.HEADER))
        yield form


FormDep = Annotated[FormData, Depends(checked_form)]


def text_of(form: FormData, name: str) -> str:
    """Return a field's text; nothing for a missing field or a file."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
