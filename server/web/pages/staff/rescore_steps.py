"""What can be done with a rescore: steer it, decide about errors, apply, undo; what cannot be taken back asks first."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from server.database.models import ItemState, RescoreState, User
from server.errors import NothingToApply, Refused, RescoreMoved
from server.rescoring import (
    Pick,
    apply,
    cancel,
    discard,
    find_rescore,
    keep_present,
    pause,
    resume,
    throttle,
    try_again,
    undo,
)
from server.rescoring.applying import number_of_outdated, number_to_undo
from server.rescoring.progress import done_items
from server.rescoring.prospect import prospect_of
from server.rescoring.trials import is_trial
from server.web.fields import Fields, FormUnclear
from server.web.pages.staff.rescore import answer_with_set, enter_rescore, read_rescore
from server.web.pages.staff.rescore_asked import FASTEST, asked_pick, pairs_of, pick_of_address, query_of
from server.web.staffroom import place_of, staff_page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)


class Final(StrEnum):
    """A step that cannot be taken back: a page asks first."""

    CANCEL = "cancel"
    DISCARD = "discard"
    UNDO = "undo"


class Steer(StrEnum):
    """Any step of a whole set."""

    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    DISCARD = "discard"
    UNDO = "undo"


#: How each is taken, and the word that says that it was.
STEPS: Mapping[Steer, tuple[Callable[[AsyncSession, User | None, uuid.UUID], Awaitable[object]], str]] = {
    Steer.PAUSE: (pause, "paused"),
    Steer.RESUME: (resume, "running"),
    Steer.CANCEL: (cancel, "cancelled"),
    Steer.DISCARD: (discard, "discarded"),
    Steer.UNDO: (undo, "undone"),
}


#: Of these the number of verdicts is confirmed that they are done to. What is worked out while somebody reads is no
#: reason not to give a set up, so that one has none.
COUNTED: Mapping[Steer, Callable[[AsyncSession, uuid.UUID], Awaitable[int]]] = {
    Steer.DISCARD: done_items,
    Steer.UNDO: number_to_undo,
}


class Meant(StrEnum):
    """Which items are worked out again or keep their present verdict."""

    ERRORS = "errors"
    KEPT = "kept"
    OUTDATED = "outdated"
    ONE = "one"


@router.get("/courses/{slug}/staff/rescores/{rescore_id}/apply")
async def sure_to_apply(slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep) -> Response:
    """Ask whether all of it, or a part, is to count from now on, with numbers."""
    return await _sure_to_apply(visit, slug, rescore_id, pick_of_address(visit.request))


@router.post("/courses/{slug}/staff/rescores/{rescore_id}/apply")
async def apply_rescore(slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Let those verdicts count that were confirmed; where it would be others now, by kind and number, none."""
    pick = asked_pick(form)
    try:
        async with visit.house.database.unit_of_work() as session:
            await enter_rescore(session, visit, slug, rescore_id)
            await find_rescore(session, visit.user, rescore_id, lock=True)
            told = (await prospect_of(session, rescore_id, pick)).told
            done = await apply(session, visit.user, rescore_id, pick, rest="rest" in form)
            if told != text_of(form, "count") or done.applied != sum(map(int, told.split("-"))):
                raise RescoreMoved
    except NothingToApply as error:  # a second click comes here too: the set's page says what counts
        async with visit.house.database.reading() as session:
            _, found = await enter_rescore(session, visit, slug, rescore_id)
        if found.row.state is RescoreState.APPLIED:
            return await answer_with_set(visit, slug, rescore_id, error=error)
        return await _sure_to_apply(visit, slug, rescore_id, pick, error=error)
    except Refused as error:
        return await _sure_to_apply(visit, slug, rescore_id, pick, error=error)
    return _led(slug, rescore_id, "applied")


@router.get("/courses/{slug}/staff/rescores/{rescore_id}/{step}")
async def sure(slug: str, rescore_id: uuid.UUID, step: Final, visit: MemberVisitDep) -> Response:
    """Ask whether a step is to be taken that cannot be taken back."""
    return await _sure(visit, slug, rescore_id, step)


@router.post("/courses/{slug}/staff/rescores/{rescore_id}/pace")
async def pace(slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Say how fast the set may go; nothing: as fast as nobody is kept waiting."""
    fields = Fields(form, visit.say)
    per_minute = fields.whole("per_minute", least=1, most=FASTEST)

    async def step(session: AsyncSession) -> None:
        fields.must_be_clear()
        await throttle(session, visit.user, rescore_id, per_minute)

    return await _taken(visit, slug, rescore_id, step, "paced")


@router.post("/courses/{slug}/staff/rescores/{rescore_id}/again")
async def again(slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Work out again what failed, or whose verdict has changed since."""

    async def step(session: AsyncSession) -> None:
        pick = await _meant(session, visit, rescore_id, form)
        await try_again(session, visit.user, rescore_id, visit.house.shelf, pick)

    return await _taken(visit, slug, rescore_id, step, "again")


@router.post("/courses/{slug}/staff/rescores/{rescore_id}/keep")
async def keep(slug: str, rescore_id: uuid.UUID, visit: MemberVisitDep, form: FormDep) -> Response:
    """Decide that what could not be worked out keeps its present verdict."""

    async def step(session: AsyncSession) -> None:
        await keep_present(session, visit.user, rescore_id, await _meant(session, visit, rescore_id, form))

    return await _taken(visit, slug, rescore_id, step, "kept")


@router.post("/courses/{slug}/staff/rescores/{rescore_id}/{step}")
async def steer(slug: str, rescore_id: uuid.UUID, step: Steer, visit: MemberVisitDep, form: FormDep) -> Response:
    """Let the set rest or go on, give it up, throw it away, or take it back.

    The last two do to as many verdicts what was confirmed; where it would be another number now, to none.
    """
    take, done = STEPS[step]

    async def taken(session: AsyncSession) -> None:
        if step in COUNTED:
            await find_rescore(session, visit.user, rescore_id, lock=True)
            before = await COUNTED[step](session, rescore_id)
        await take(session, visit.user, rescore_id)
        if step in COUNTED and str(before) != text_of(form, "count"):
            raise RescoreMoved

    asks = Final(step) if step in COUNTED else None
    return await _taken(visit, slug, rescore_id, taken, done, asks=asks)


async def _taken(
    visit: MemberVisit,
    slug: str,
    rescore_id: uuid.UUID,
    step: Callable[[AsyncSession], Awaitable[None]],
    done: str,
    *,
    asks: Final | None = None,
) -> Response:
    """Take a step in a unit of work; the set's page says what was done, or why nothing was, or ``asks`` once more."""
    try:
        async with visit.house.database.unit_of_work() as session:
            await enter_rescore(session, visit, slug, rescore_id)
            await step(session)
    except Refused as error:
        if asks is not None and isinstance(error, RescoreMoved):
            return await _sure(visit, slug, rescore_id, asks, error=error)
        return await answer_with_set(visit, slug, rescore_id, error=error)
    return _led(slug, rescore_id, done)


async def _meant(session: AsyncSession, visit: MemberVisit, rescore_id: uuid.UUID, form: FormData) -> Pick:
    """Return which items a button means.

    Raises:
        FormUnclear: It is none of ours.

    """
    meant = Fields(form, visit.say)
    which = meant.choice("meant", Meant)
    meant.must_be_clear()
    if which is Meant.ERRORS:
        return Pick(states=[ItemState.ERROR])
    if which is Meant.KEPT:
        return Pick(states=[ItemState.KEPT])
    if which is Meant.ONE:
        one = asked_pick(form)
        if not one.submissions:
            raise FormUnclear
        return Pick(submissions=one.submissions)
    if not await number_of_outdated(session, rescore_id):
        raise RescoreMoved
    return Pick(outdated=True)


async def _sure(
    visit: MemberVisit, slug: str, rescore_id: uuid.UUID, step: Final, *, error: Refused | None = None
) -> Response:
    """Answer with the question whether to take a step, and to how many verdicts."""
    async with visit.house.database.reading() as session:
        here = await read_rescore(session, visit, slug, rescore_id)
        counted = COUNTED.get(Steer(step))
        number = here.view.done if counted is None else await counted(session, rescore_id)
    context = {
        "set": here.view,
        "step": step.value,
        "number": number,
        "counts": here.tally.applied > 0,
        "place": _address(slug, rescore_id),
        "problem": visit.say.of(error.sentence) if error else "",
    }
    status = error.status if error else 200
    return staff_page(visit, here.room, "rescores", context, template="rescore_sure", status=status)


async def _sure_to_apply(
    visit: MemberVisit, slug: str, rescore_id: uuid.UUID, pick: Pick, *, error: Refused | None = None
) -> Response:
    """Answer with the question whether to apply."""
    async with visit.house.database.reading() as session:
        here = await read_rescore(session, visit, slug, rescore_id)
        prospect = await prospect_of(session, rescore_id, pick)
    context = {
        "set": here.view,
        "prospect": prospect,
        "is_trial": is_trial(here.found.row),
        "is_part": pick != Pick(),
        "pairs": pairs_of(pick),
        "place": _address(slug, rescore_id),
        "query": query_of(pick),
        "problem": visit.say.of(error.sentence) if error else "",
    }
    status = error.status if error else 200
    return staff_page(visit, here.room, "rescores", context, template="rescore_apply", status=status)


def _address(slug: str, rescore_id: uuid.UUID) -> str:
    return f"{place_of(slug)}/rescores/{rescore_id}"


def _led(slug: str, rescore_id: uuid.UUID, done: str) -> Response:
    return RedirectResponse(f"{_address(slug, rescore_id)}?done={done}", status_code=303)
