"""A person's own account: a password of their choice, and the link to an identity elsewhere; without any script."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from exercises.text import Text
from server.accounts import change_password, identities_of
from server.errors import Refused, TooManyFailures
from server.web.admitting import inside, minutes_to_wait
from server.web.rendering import page
from server.web.visitor import AccountVisitDep, FormDep, MemberVisit, address_of, signed_in, text_of

router = APIRouter(include_in_schema=False)


class NotTheSame(Refused):
    """The new password was not typed the same way twice."""

    status = 422
    code = "not-the-same"
    default = Text(zh="两次输入的新密码不一致。", en="The new password was not typed the same way twice.")


@router.get("/account/password")
async def account_page(
    visit: AccountVisitDep, wanted: Annotated[str, Query(alias="next")] = "/", done: str = ""
) -> Response:
    """Show the account."""
    words = {"password": "password-changed", "link": "provider-linked-now"}.get(done)
    return await _account(visit, wanted=wanted, notice=visit.say(words) if words else "")


@router.post("/account/password")
async def choose_password(visit: AccountVisitDep, form: FormDep) -> Response:
    """Change the password; every other browser of the person is signed out."""
    wanted = text_of(form, "next")
    try:
        await _change(visit, old=text_of(form, "old"), new=text_of(form, "new"), again=text_of(form, "again"))
    except TooManyFailures as error:
        return await _account(visit, wanted=wanted, problem=minutes_to_wait(visit, error), status=error.status)
    except Refused as error:
        return await _account(visit, wanted=wanted, problem=visit.say.of(error.sentence), status=error.status)
    goes_on = inside(wanted)
    address = goes_on if visit.user.must_change_password else "/account/password?done=password"
    return RedirectResponse(address, status_code=303)


async def _change(visit: MemberVisit, *, old: str, new: str, again: str) -> None:
    """Change the password.

    Raises:
        Refused: It was not; the sentence says why.

    """
    house, request = visit.house, visit.request
    if new != again:
        raise NotTheSame
    known = await signed_in(request, house)
    throttle = house.login_throttle.attempt(visit.user.login, address_of(request))
    async with throttle, house.database.unit_of_work() as session:
        keep = known.session_id if known else None
        await change_password(session, visit.user, old=old, new=new, keep=keep)


async def _account(
    visit: MemberVisit, *, wanted: str, problem: str = "", notice: str = "", status: int = 200
) -> Response:
    """Answer with the page."""
    provider = visit.house.provider
    linked = False
    if provider is not None:
        async with visit.house.database.reading() as session:
            identities = await identities_of(session, visit.user.id)
        linked = any(identity.issuer == provider.issuer for identity in identities)
    shown = {
        "user": visit.user,
        "next": inside(wanted),
        "problem": problem,
        "notice": notice,
        "provider": provider.name if provider else None,
        "linked": linked,
    }
    return page(visit, "account.html", shown, status=status)
