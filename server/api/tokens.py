"""``/me/tokens``: the caller's API tokens."""

import uuid

from fastapi import APIRouter

from server.accounts import make_token, revoke_token, tokens_of
from server.api.accounts_models import NewTokenOut, TokenIn, TokenOut
from server.api.identity import DOCUMENTED, ApiCaller
from server.api.paging import Cursor, Limit, Page, moment_and_id, read_cursor
from server.api.problems import RESPONSES
from server.web.house import HouseDep

router = APIRouter(prefix="/me/tokens", tags=["accounts"], dependencies=DOCUMENTED, responses=RESPONSES)


@router.get("")
async def list_tokens(house: HouseDep, caller: ApiCaller, limit: Limit = 50, cursor: Cursor = None) -> Page[TokenOut]:
    """List the caller's tokens that still work, latest first; their secrets are shown nowhere."""
    after = moment_and_id(read_cursor(cursor, 2))
    async with house.database.reading() as session:
        rows = await tokens_of(session, caller.user, after=after, limit=limit + 1)
    return Page[TokenOut].of(rows, limit, TokenOut.of, lambda row: [row.created_at.isoformat(), str(row.id)])


@router.post("", status_code=201)
async def post_token(wish: TokenIn, house: HouseDep, caller: ApiCaller) -> NewTokenOut:
    """Make a token. A token can make only tokens that may do no more than itself, and last no longer."""
    async with house.database.unit_of_work() as session:
        made = await make_token(
            session, caller.user, wish.name, scopes=wish.scopes, days=wish.days, within=caller.token, actor=caller.user
        )
    return NewTokenOut(secret=made.secret, token=TokenOut.of(made.token))


@router.delete("/{token_id}", status_code=204)
async def delete_token(token_id: uuid.UUID, house: HouseDep, caller: ApiCaller) -> None:
    """Let a token of the caller work no longer, for good."""
    async with house.database.unit_of_work() as session:
        await revoke_token(session, caller.user, token_id)
