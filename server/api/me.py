"""``/me``: the caller's own account, password and signed-in browsers."""

import uuid

from fastapi import APIRouter
from starlette.requests import Request

from server.accounts import (
    Scope,
    change_password,
    change_profile,
    end_session_of,
    end_sessions,
    sessions_of,
)
from server.api.accounts_models import MeOut, MePatch, PasswordIn, SessionOut
from server.api.identity import DOCUMENTED, ApiCaller, Caller
from server.api.paging import Cursor, Limit, Page, moment_and_id, read_cursor
from server.api.problems import RESPONSES
from server.web.house import HouseDep
from server.web.visitor import address_of

router = APIRouter(prefix="/me", tags=["accounts"], dependencies=DOCUMENTED, responses=RESPONSES)


@router.get("")
async def get_me(caller: ApiCaller) -> MeOut:
    """Return who calls."""
    return MeOut.of(caller.user, _scopes(caller))


@router.patch("")
async def patch_me(changes: MePatch, house: HouseDep, caller: ApiCaller) -> MeOut:
    """Change how the caller is called, or in which language they read."""
    async with house.database.unit_of_work() as session:
        user = await change_profile(session, caller.user, display_name=changes.display_name, language=changes.language)
    return MeOut.of(user, _scopes(caller))


@router.post("/password", status_code=204)
async def post_password(wish: PasswordIn, request: Request, house: HouseDep, caller: ApiCaller) -> None:
    """Change the caller's password. All their other sessions end; wrong old passwords are slowed down as logins are."""
    throttle = house.login_throttle.attempt(caller.user.login, address_of(request))
    async with throttle, house.database.unit_of_work() as session:
        await change_password(
            session, caller.user, old=wish.old_password, new=wish.new_password, keep=caller.session_id
        )


@router.get("/sessions")
async def list_sessions(
    house: HouseDep, caller: ApiCaller, limit: Limit = 50, cursor: Cursor = None
) -> Page[SessionOut]:
    """List the browsers in which the caller is signed in, latest first."""
    after = moment_and_id(read_cursor(cursor, 2))
    async with house.database.reading() as session:
        rows = await sessions_of(session, caller.user, after=after, limit=limit + 1)
    return Page[SessionOut].of(
        rows,
        limit,
        lambda row: SessionOut.of(row, caller.session_id),
        lambda row: [row.created_at.isoformat(), str(row.id)],
    )


@router.delete("/sessions", status_code=204)
async def delete_sessions(house: HouseDep, caller: ApiCaller) -> None:
    """Sign the caller out of every browser but the one they call from."""
    async with house.database.unit_of_work() as session:
        await end_sessions(session, caller.user, but=caller.session_id)


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_session(session_id: uuid.UUID, house: HouseDep, caller: ApiCaller) -> None:
    """Sign the caller out of one browser."""
    async with house.database.unit_of_work() as session:
        await end_session_of(session, caller.user, session_id)


def _scopes(caller: Caller) -> frozenset[Scope]:
    return caller.token.scopes if caller.token else frozenset(Scope)
