"""Signing in through the OpenID provider, and linking an account to an identity there: the way to it and back."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from server.accounts import (
    Stranger,
    create_user_of,
    is_known,
    link_identity,
    start_session,
    user_of_identity,
)
from server.database.models import User
from server.errors import IdentityTaken, LoginTaken, Refused, SignInFailed
from server.openid import LIFETIME, Provider, Ticket
from server.web.admitting import give_session, inside
from server.web.house import House
from server.web.problems import refused
from server.web.rendering import page
from server.web.visitor import FormDep, MemberVisitDep, Visit, VisitDep, agent_of, set_cookie

router = APIRouter(include_in_schema=False)

TICKET = "beginend_openid"
BACK = "/login/openid/back"


@router.get("/login/openid")
async def leave(visit: VisitDep, wanted: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Send somebody to the provider to sign in."""
    ticket = Ticket(wanted=inside(wanted))
    address = await _provider(visit.house).way_there(ticket, _back(visit.house))
    return _with_ticket(RedirectResponse(address, status_code=303), visit.house, ticket)


@router.post("/account/openid")
async def leave_to_link(visit: MemberVisitDep, form: FormDep) -> Response:
    """Send a signed-in person to the provider to link their account. Only our own page can begin this."""
    del form  # read for its token only
    provider = _provider(visit.house)
    ticket = Ticket(wanted="/account/password?done=link", link=str(visit.user.id))
    address = await provider.way_there(ticket, _back(visit.house))
    answer = page(visit, "leave.html", {"address": address, "provider": provider.name})
    return _with_ticket(answer, visit.house, ticket)


@router.get(BACK)
async def back(visit: VisitDep) -> Response:
    """Take back whom the provider sends: sign them in, or link the account that they came from."""
    provider = _provider(visit.house)
    try:
        ticket = Ticket.opened(visit.house.form_key, visit.request.cookies.get(TICKET, ""))
        who = await provider.who_came_back(ticket, _back(visit.house), visit.request.query_params)
        answer = await (_link(visit, ticket, who) if ticket.link else _sign_in(visit, ticket, who))
    except Refused as error:
        answer = refused(visit.request, error)
    answer.delete_cookie(TICKET, path="/")  # one ticket, one way
    return answer


async def _sign_in(visit: Visit, ticket: Ticket, who: Stranger) -> Response:
    """Begin a session of whom the provider means.

    Raises:
        NoAccount: Nobody here who may come in.

    """
    house = visit.house
    user = await _user(visit, who)
    async with house.database.unit_of_work() as session:
        token = await start_session(session, user, days=house.settings.session_days, agent=agent_of(visit.request))
    response = RedirectResponse(ticket.wanted, status_code=303)
    give_session(response, house, token)
    return response


async def _user(visit: Visit, who: Stranger) -> User:
    """Return whom the provider means; who is not known gets an account where the operator wants that."""
    house = visit.house
    async with house.database.reading() as session:
        unknown = not await is_known(session, who)
    if unknown and house.settings.oidc_create:
        try:
            async with house.database.unit_of_work() as session:
                return await create_user_of(session, who, visit.visitor.language)
        except (IdentityTaken, LoginTaken):  # the same person in another browser, at the same moment
            pass
    async with house.database.reading() as session:
        return await user_of_identity(session, who)


async def _link(visit: Visit, ticket: Ticket, who: Stranger) -> Response:
    """Link the account from which the way began, if its person still sits there.

    Raises:
        SignInFailed: Somebody else does, or nobody.
        IdentityTaken: The identity belongs to another account.

    """
    user = visit.visitor.user
    if user is None or user.id != ticket.account:
        raise SignInFailed
    async with visit.house.database.unit_of_work() as session:
        await link_identity(session, user, user.id, who.issuer, who.subject)
    return RedirectResponse(ticket.wanted, status_code=303)


def _provider(house: House) -> Provider:
    if house.provider is None:
        raise HTTPException(404)
    return house.provider


def _back(house: House) -> str:
    """Return the address of ours that is registered at the provider."""
    return f"{house.settings.address}{BACK}"


def _with_ticket(answer: Response, house: House, ticket: Ticket) -> Response:
    set_cookie(answer, house, TICKET, ticket.sealed(house.form_key), seconds=LIFETIME)
    return answer
