"""Who calls the API: a program with a bearer token, or a signed-in browser with its session cookie.

Decided here for all routes: what a token may be used for, and that a password made by somebody else is changed first.
"""

import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import Request

from exercises.text import Text
from server.accounts import KnownToken, api_token, is_worth_noting, note_use
from server.api.scopes import SAFE_METHODS, scope_for
from server.database.models import User
from server.errors import MustChangePassword, NotSignedIn, OutsideScope
from server.web import csrf
from server.web.house import House, HouseDep
from server.web.requests import known_as
from server.web.visitor import SESSION, signed_in, stranger

#: What answers somebody who must choose a password first.
BEFORE_A_PASSWORD = frozenset({"/me", "/me/password"})

# These describe the two ways in OpenAPI; reading them is done below, where both are known.
_bearer = HTTPBearer(auto_error=False, description="A token made with `beginend user token` or `POST /me/tokens`.")
_cookie = APIKeyCookie(name=SESSION, auto_error=False, description=f"Unsafe methods also need {csrf.HEADER}.")


class UnknownToken(NotSignedIn):
    """The bearer token is unknown, ended or was revoked."""

    code = "unknown-token"
    default = Text(zh="访问令牌无效、已过期或已被撤销。", en="The bearer token is unknown, has ended or was revoked.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and by what they are known: exactly one of token and session."""

    user: User
    token: KnownToken | None = None
    session_id: uuid.UUID | None = None


async def api_caller(request: Request, house: HouseDep) -> Caller:
    """Return who calls and how.

    Raises:
        UnknownToken: The bearer token is nobody's.
        NotSignedIn: There is neither token nor session.
        ForeignForm: A browser sent an unsafe request without the token of its session.
        OutsideScope: The token may not be used for this.
        MustChangePassword: The person must choose a password first.
        TooManyRequests: The person asks too often.

    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        caller = await _program(request, house, secret.strip())
    else:
        caller = await _browser(request, house)
    house.pace.take(caller.user.id)
    if caller.user.must_change_password and _route(request) not in BEFORE_A_PASSWORD:
        raise MustChangePassword
    return caller


async def api_user(caller: Annotated[Caller, Depends(api_caller)]) -> User:
    """Return who calls, where it does not matter how; refuses as :func:`api_caller` does."""
    return caller.user


ApiCaller = Annotated[Caller, Depends(api_caller)]
ApiUser = Annotated[User, Depends(api_user)]


async def _program(request: Request, house: House, secret: str) -> Caller:
    """Recognise a token, and write down now and then that it is used."""
    async with house.database.reading() as session:
        known = await api_token(session, secret)
    if known is None:
        raise UnknownToken
    if is_worth_noting(known.token):
        async with house.database.unit_of_work() as session:
            await note_use(session, known.token)
    needed = scope_for(request.method, _route(request))
    if needed not in known.scopes:
        raise OutsideScope(needs=needed.value)
    known_as(request, known.user)
    return Caller(known.user, token=known)


async def _browser(request: Request, house: House) -> Caller:
    """Recognise a session; what changes something also needs the token that only our pages know."""
    known = await signed_in(request, house)
    if known is None:
        raise NotSignedIn
    if request.method not in SAFE_METHODS:
        csrf.check_token(stranger(request, house, known.user).csrf, request.headers.get(csrf.HEADER))
    return Caller(known.user, session_id=known.session_id)


def _route(request: Request) -> str:
    """Return the path of the route that answers, with its parameters in braces, as routers write it."""
    path: str = request.scope["route"].path
    return path.removeprefix("/api/v1")


#: For routers: lists the two ways of authentication in OpenAPI.
DOCUMENTED = [Depends(_bearer), Depends(_cookie)]
