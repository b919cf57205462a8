"""``/users``: what administrators do to accounts."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from server.accounts import (
    Changes,
    add_account,
    change_account,
    find_person,
    identities_of,
    link_identity,
    people,
    reset_password,
    unlink_identity,
)
from server.api.accounts_models import (
    Address,
    IdentityIn,
    IdentityOut,
    NewPersonOut,
    PersonDetails,
    PersonIn,
    PersonOut,
    PersonPatch,
    ResetIn,
    ResetOut,
)
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page, UnreadableCursor, read_cursor
from server.api.problems import RESPONSES
from server.database.models import User
from server.permissions import PlatformAction, allow_on_platform
from server.web.house import HouseDep

router = APIRouter(prefix="/users", tags=["administration"], dependencies=DOCUMENTED, responses=RESPONSES)


async def administrator(user: ApiUser) -> User:
    """Return who calls, if they may manage people.

    Raises:
        NotAllowed: They may not.

    """
    allow_on_platform(user, PlatformAction.MANAGE_PEOPLE)
    return user


Administrator = Annotated[User, Depends(administrator)]


@router.get("")
async def list_users(
    house: HouseDep,
    admin: Administrator,
    search: Annotated[str | None, Query(max_length=100, description="a part of the login or the name")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[PersonOut]:
    """List accounts by login name."""
    del admin  # asked for only to be an administrator
    place = read_cursor(cursor, 1)
    after = place[0] if place else None
    if after is not None and not (isinstance(after, str) and after.isprintable()):
        raise UnreadableCursor
    async with house.database.reading() as session:
        rows = await people(session, search=search, after=after, limit=limit + 1)
    return Page[PersonOut].of(rows, limit, PersonOut.of, lambda user: [user.login])


@router.post("", status_code=201)
async def post_user(wish: PersonIn, house: HouseDep, admin: Administrator) -> NewPersonOut:
    """Make an account; its person must choose a password of their own at the first login."""
    async with house.database.unit_of_work() as session:
        user, password = await add_account(session, admin, **wish.model_dump())
        await session.refresh(user)
    return NewPersonOut(person=PersonOut.of(user), password=password)


@router.get("/{user_id}")
async def get_user(user_id: uuid.UUID, house: HouseDep, admin: Administrator) -> PersonDetails:
    """Return an account."""
    del admin
    async with house.database.reading() as session:
        user = await find_person(session, user_id)
        return PersonDetails.of(user, await identities_of(session, user_id))


@router.patch("/{user_id}")
async def patch_user(user_id: uuid.UUID, changes: PersonPatch, house: HouseDep, admin: Administrator) -> PersonOut:
    """Change an account; who is disabled is signed out at once and comes in no way any more."""
    async with house.database.unit_of_work() as session:
        user = await change_account(session, admin, user_id, Changes(**changes.model_dump()))
    return PersonOut.of(user)


@router.post("/{user_id}/password")
async def post_user_password(user_id: uuid.UUID, wish: ResetIn, house: HouseDep, admin: Administrator) -> ResetOut:
    """Give somebody a random password to be used once, and end their sessions."""
    async with house.database.unit_of_work() as session:
        password = await reset_password(session, admin, user_id, end_tokens=wish.end_tokens)
    return ResetOut(password=password)


@router.post("/{user_id}/identities", status_code=201)
async def post_identity(user_id: uuid.UUID, wish: IdentityIn, house: HouseDep, admin: Administrator) -> IdentityOut:
    """Let somebody of an OpenID provider come in as this person."""
    async with house.database.unit_of_work() as session:
        return IdentityOut.of(await link_identity(session, admin, user_id, wish.issuer, wish.subject))


@router.delete("/{user_id}/identities", status_code=204)
async def delete_identity(
    user_id: uuid.UUID,
    house: HouseDep,
    admin: Administrator,
    issuer: Annotated[Address, Query()],
    subject: Annotated[Address, Query()],
) -> None:
    """Let them no longer come in as this person."""
    async with house.database.unit_of_work() as session:
        await unlink_identity(session, admin, user_id, issuer, subject)
