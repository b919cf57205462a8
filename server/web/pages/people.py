"""People of the platform, for administrators: found, added, given rights, shut out, given a new password."""

import uuid
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from server.accounts.administration import (
    Changes,
    add_account,
    change_account,
    find_person,
    people,
    reset_password,
)
from server.accounts.users import LONGEST_LOGIN, LONGEST_NAME
from server.errors import Refused
from server.permissions import PlatformAction, allow_on_platform
from server.web.fields import Fields
from server.web.rendering import page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 50


@router.get("/people")
async def people_page(
    visit: MemberVisitDep, q: Annotated[str, Query(max_length=100)] = "", after: str = ""
) -> Response:
    """List accounts by login name, a page at a time."""
    return await _people(visit, search=q, after=after)


@router.post("/people")
async def add_person(visit: MemberVisitDep, form: FormDep) -> Response:
    """Make an account, and show its first password once."""
    allow_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE)
    fields = Fields(form, visit.say)
    login = fields.words("login", longest=LONGEST_LOGIN)
    name = fields.words("display_name", longest=LONGEST_NAME)
    try:
        fields.must_be_clear()
        async with visit.house.database.unit_of_work() as session:
            person, password = await add_account(
                session,
                visit.user,
                login=login,
                display_name=name,
                is_admin=fields.has("is_admin"),
                is_author=fields.has("is_author"),
            )
    except Refused as error:
        return await _people(visit, fields=fields, error=error)
    return await _person(visit, person.id, password=password or "")


@router.get("/people/{user_id}")
async def person_page(user_id: uuid.UUID, visit: MemberVisitDep, done: str = "") -> Response:
    """Show an account."""
    return await _person(visit, user_id, notice=visit.say("staff-saved") if done else "")


@router.post("/people/{user_id}")
async def change_person(user_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Change an account; who is shut out is signed out at once."""
    allow_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE)
    fields = Fields(form, visit.say)
    changes = Changes(
        display_name=fields.words("display_name", longest=LONGEST_NAME),
        is_admin=fields.has("is_admin"),
        is_author=fields.has("is_author"),
        disabled=fields.has("disabled"),
    )
    try:
        fields.must_be_clear()
        async with visit.house.database.unit_of_work() as session:
            await change_account(session, visit.user, user_id, changes)
    except Refused as error:
        return await _person(visit, user_id, fields=fields, error=error)
    return RedirectResponse(f"/people/{user_id}?done=1", status_code=303)


@router.post("/people/{user_id}/password")
async def new_password(user_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Give somebody a password to be used once, sign out all their browsers, and their programs where that is asked."""
    allow_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE)
    async with visit.house.database.unit_of_work() as session:
        password = await reset_password(session, visit.user, user_id, end_tokens="end_tokens" in form)
    return await _person(visit, user_id, password=password)


async def _people(
    visit: MemberVisit, *, search: str = "", after: str = "", fields: Fields | None = None, error: Refused | None = None
) -> Response:
    """Answer with the list."""
    allow_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE)
    start = after if after and after.isprintable() else None
    async with visit.house.database.reading() as session:
        found = await people(session, search=search, after=start, limit=ON_A_PAGE + 1)
    context = {
        "people": found[:ON_A_PAGE],
        "more": found[ON_A_PAGE - 1].login if len(found) > ON_A_PAGE else "",
        "search": search,
        "typed": fields.typed if fields else {},
        **_said(visit, fields, error),
    }
    return page(visit, "people.html", context, status=error.status if error else 200)


async def _person(
    visit: MemberVisit,
    user_id: uuid.UUID,
    *,
    fields: Fields | None = None,
    error: Refused | None = None,
    password: str = "",
    notice: str = "",
) -> Response:
    """Answer with an account, as it is or as it was typed."""
    allow_on_platform(visit.user, PlatformAction.MANAGE_PEOPLE)
    async with visit.house.database.reading() as session:
        person = await find_person(session, user_id)
    stored = {"display_name": person.display_name}
    ticked = {"is_admin": person.is_admin, "is_author": person.is_author, "disabled": person.disabled_at is not None}
    context = {
        "person": person,
        "values": {**stored, **(fields.typed if fields else {})},
        "ticked": {name: fields.has(name) for name in ticked} if fields else ticked,
        "password": password,
        "notice": notice,
        **_said(visit, fields, error),
    }
    return page(visit, "person.html", context, status=error.status if error else 200)


def _said(visit: MemberVisit, fields: Fields | None, error: Refused | None) -> Mapping[str, object]:
    """Return what was wrong."""
    return {"wrong": fields.wrong if fields else {}, "problem": visit.say.of(error.sentence) if error else ""}
