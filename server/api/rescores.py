"""``/rescores``: plan, make, watch, compare, apply, take back; for graders and teachers of the course."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from grader.contract import SubmissionOutcome
from server.api.identity import DOCUMENTED, ApiUser
from server.api.paging import Cursor, Limit, Page, UnreadableCursor, read_cursor
from server.api.places import place_by_time
from server.api.problems import RESPONSES
from server.api.rescores_asked import ApplyIn, Change, PickIn, RescoreIn, ScopeIn, ThrottleIn
from server.api.rescores_models import (
    AppliedOut,
    BothOut,
    ItemOut,
    MatrixOut,
    NumberOut,
    PlanOut,
    RescoreLine,
    RescoreOut,
    UndoneOut,
)
from server.courses.access import course_for
from server.database.models import Cause, Depth, ItemState, Rescore, User
from server.permissions import Action
from server.rescoring import (
    Pick,
    apply,
    cancel,
    discard,
    find_rescore,
    keep_present,
    make_rescore,
    overview,
    pause,
    plan,
    progress_of,
    rescores_of,
    resume,
    throttle,
    try_again,
    undo,
)
from server.rescoring.hands import hands_of
from server.rescoring.listing import Line, Place, both_verdicts, lines, one_line
from server.web.house import House, HouseDep

router = APIRouter(tags=["rescores"], dependencies=DOCUMENTED, responses=RESPONSES)

Slug = Annotated[str, Query(description="slug of the course", max_length=200, pattern=r"^[^\x00]*$")]
Login = Annotated[str | None, Query(description="login name", max_length=200, pattern=r"^[^\x00]*$")]


@router.post("/rescores/plan")
async def plan_rescore(scope: ScopeIn, house: HouseDep, user: ApiUser) -> PlanOut:
    """Say how many submissions a rescore would be about, how deep it would go, why, and what it would cost.

    Nothing is written.
    """
    async with house.database.reading() as session:
        return PlanOut.of(await plan(session, user, scope.scope(), house.shelf))


@router.post("/rescores", status_code=202)
async def create_rescore(wanted: RescoreIn, response: Response, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Make a rescore; workers work it out beside the verdicts that count, which stay until it is applied."""
    async with house.database.unit_of_work() as session:
        made = await make_rescore(session, user, wanted.wish(), house.shelf)
        out = await _out(session, user, made.id)
    response.headers["Location"] = out.location
    return out


@router.get("/rescores")
async def list_rescores(
    course: Slug, house: HouseDep, user: ApiUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[RescoreLine]:
    """List the rescores of a course, latest first."""
    async with house.database.reading() as session:
        found = await course_for(session, user, Action.RESCORE, course)
        rows = await rescores_of(session, found.id, before=place_by_time(cursor), limit=limit + 1)
    return Page[RescoreLine].of(
        rows, limit, RescoreLine.of, lambda one: [one.row.created_at.isoformat(), str(one.row.id)]
    )


@router.get("/rescores/{rescore_id}")
async def get_rescore(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Return a rescore, how far it is, and when it will probably be worked out."""
    async with house.database.reading() as session:
        return await _out(session, user, rescore_id)


@router.get("/rescores/{rescore_id}/matrix")
async def get_matrix(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> MatrixOut:
    """Count what would change, as far as it is worked out: verdicts before and after, scores by tenths, causes."""
    async with house.database.reading() as session:
        await find_rescore(session, user, rescore_id)
        return MatrixOut.of(await overview(session, rescore_id))


@router.get("/rescores/{rescore_id}/items")
async def list_items(  # noqa: PLR0917 - the framework passes them by name
    rescore_id: uuid.UUID,
    house: HouseDep,
    user: ApiUser,
    change: Annotated[list[Change] | None, Query(max_length=5)] = None,
    cause: Annotated[list[Cause] | None, Query(max_length=3)] = None,
    depth: Annotated[list[Depth] | None, Query(max_length=3)] = None,
    state: Annotated[list[ItemState] | None, Query(max_length=4)] = None,
    before: Annotated[list[SubmissionOutcome] | None, Query(max_length=8, description="outcome at present")] = None,
    after: Annotated[list[SubmissionOutcome] | None, Query(max_length=8, description="outcome then")] = None,
    student: Login = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ItemOut]:
    """List the items of a rescore: errors first, then what falls, rises, is another verdict, is told otherwise."""
    pick = Pick(
        changes=change or (),
        causes=cause or (),
        depths=depth or (),
        states=state or (),
        before=[one.value for one in before or ()],
        after=[one.value for one in after or ()],
        student=student,
    )
    async with house.database.reading() as session:
        await find_rescore(session, user, rescore_id)
        rows = await lines(session, rescore_id, pick, after=_place(cursor), limit=limit + 1)
    return Page[ItemOut].of(rows, limit, ItemOut.of, _place_of)


@router.get("/rescores/{rescore_id}/items/{submission_id}")
async def get_item(rescore_id: uuid.UUID, submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> BothOut:
    """Return one submission of a rescore with both verdicts in full."""
    async with house.database.reading() as session:
        await find_rescore(session, user, rescore_id)
        line = await one_line(session, rescore_id, submission_id)
        return BothOut.of_both(line, *await both_verdicts(session, line))


@router.post("/rescores/{rescore_id}/pause")
async def pause_rescore(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Let a rescore rest; what is in hand is finished."""
    return await _steered(house, user, rescore_id, pause)


@router.post("/rescores/{rescore_id}/resume")
async def resume_rescore(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Let a rescore go on that rests."""
    return await _steered(house, user, rescore_id, resume)


@router.post("/rescores/{rescore_id}/cancel")
async def cancel_rescore(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Give a rescore up before it is worked out."""
    return await _steered(house, user, rescore_id, cancel)


@router.post("/rescores/{rescore_id}/discard")
async def discard_rescore(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Throw away what a rescore worked out, none of which counts."""
    return await _steered(house, user, rescore_id, discard)


@router.put("/rescores/{rescore_id}/pace")
async def set_pace(rescore_id: uuid.UUID, pace: ThrottleIn, house: HouseDep, user: ApiUser) -> RescoreOut:
    """Say how fast a rescore may go from now on."""
    async with house.database.unit_of_work() as session:
        await throttle(session, user, rescore_id, pace.per_minute)
        return await _out(session, user, rescore_id)


@router.post("/rescores/{rescore_id}/again", status_code=202)
async def work_out_again(
    rescore_id: uuid.UUID, house: HouseDep, user: ApiUser, pick: PickIn | None = None
) -> NumberOut:
    """Work out again what failed, and what has another verdict since."""
    async with house.database.unit_of_work() as session:
        number = await try_again(session, user, rescore_id, house.shelf, pick.pick() if pick else None)
    return NumberOut(items=number)


@router.post("/rescores/{rescore_id}/keep")
async def keep_present_verdicts(
    rescore_id: uuid.UUID, house: HouseDep, user: ApiUser, pick: PickIn | None = None
) -> NumberOut:
    """Decide that what could not be worked out keeps its present verdict."""
    async with house.database.unit_of_work() as session:
        return NumberOut(items=await keep_present(session, user, rescore_id, pick.pick() if pick else None))


@router.post("/rescores/{rescore_id}/apply")
async def apply_rescore(
    rescore_id: uuid.UUID, house: HouseDep, user: ApiUser, how: ApplyIn | None = None
) -> AppliedOut:
    """Let what was worked out count, or a part of it; all of what is asked for or nothing.

    Verdicts that have changed since are named and nothing is done, unless `rest` asks for the others.
    """
    how = how or ApplyIn()
    async with house.database.unit_of_work() as session:
        done = await apply(session, user, rescore_id, how.pick(), rest=how.rest)
    return AppliedOut(applied=done.applied, outdated=done.outdated)


@router.post("/rescores/{rescore_id}/undo")
async def undo_rescore(rescore_id: uuid.UUID, house: HouseDep, user: ApiUser) -> UndoneOut:
    """Let the verdicts count again that a rescore replaced, where the rescore's still count."""
    async with house.database.unit_of_work() as session:
        done = await undo(session, user, rescore_id)
    return UndoneOut(undone=done.undone, left=done.left)


Step = Callable[[AsyncSession, User | None, uuid.UUID], Awaitable[Rescore]]


async def _steered(house: House, user: User, rescore_id: uuid.UUID, step: Step) -> RescoreOut:
    """Take a step, and return the rescore as it is then."""
    async with house.database.unit_of_work() as session:
        await step(session, user, rescore_id)
        return await _out(session, user, rescore_id)


async def _out(session: AsyncSession, user: User, rescore_id: uuid.UUID) -> RescoreOut:
    """Return a rescore with its progress."""
    await session.flush()
    found = await find_rescore(session, user, rescore_id)
    await session.refresh(found.row)
    return RescoreOut.of_both(found, await progress_of(session, found.row), await hands_of(session, found.row))


def _place_of(line: Line) -> tuple[int, str]:
    """Return where a line stands in the list."""
    return line.rank, str(line.item.submission_id)


def _place(cursor: str | None) -> Place | None:
    """Read where a page ended.

    Raises:
        UnreadableCursor: The cursor is none of ours.

    """
    place = read_cursor(cursor, 2)
    if place is None:
        return None
    try:
        if type(place[0]) is not int or not 0 <= place[0] <= 100:  # noqa: PLR2004 - there are six ranks
            raise UnreadableCursor
        return place[0], uuid.UUID(place[1])
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableCursor from error
