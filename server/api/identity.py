"""Who calls the API: a program with a bearer token, or a signed-in browser with its session cookie."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import Request

from exercises.text import Text
from server.accounts import user_of_api_token
from server.database.models import User
from server.errors import NotSignedIn
from server.web import csrf
from server.web.house import HouseDep
from server.web.requests import known_as
from server.web.visitor import SESSION, signed_in, stranger

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

# These describe the two ways in OpenAPI; reading them is done below, where both are known.
_bearer = HTTPBearer(auto_error=False, description="A token made with `beginend user token`.")
_cookie = APIKeyCookie(name=SESSION, auto_error=False, description=f"Unsafe methods also need {csrf.HEADER}.")


class UnknownToken(NotSignedIn):
    """The bearer token is unknown or was revoked."""

    code = "unknown-token"
    default = Text(zh="访问令牌无效或已被撤销。", en="The bearer token is unknown or was revoked.")


async def api_user(request: Request, house: HouseDep) -> User:
    """Return who calls.

    Raises:
        UnknownToken: The bearer token is nobody's.
        NotSignedIn: There is neither token nor session.
        ForeignForm: A browser sent an unsafe request without the token of its session.

    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        async with house.database.reading() as session:
            user = await user_of_api_token(session, token.strip())
        if user is None:
            raise UnknownToken
        known_as(request, user)
        return user
    user = await signed_in(request, house)
    if user is None:
        raise NotSignedIn
    if request.method not in SAFE_METHODS:
        csrf.check_token(stranger(request, house, user).csrf, request.headers.get(csrf.HEADER))
    return user


ApiUser = Annotated[User, Depends(api_user)]

#: For routers: lists the two ways of authentication in OpenAPI.
DOCUMENTED = [Depends(_bearer), Depends(_cookie)]
