"""Rescores of a course: the history of sets, the form of a new one, what it would be, and its start."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from exercises.text import Text
from grader.contract import Outcome, SubmissionOutcome
from server.courses.assigning import Assigned, assigned
from server.courses.offers import Published, versions
from server.database.models import Depth
from server.errors import Refused, RescoreMoved, UnknownExercise
from server.rescoring import Plan, Wish, make_rescore, plan, rescores_of
from server.rescoring.choices import checks_of_exercise, images_of, strangers
from server.rescoring.finding import place_of_rescore
from server.rescoring.progress import tallies_of
from server.web.fields import Fields, FormUnclear
from server.web.locale import Speaker
from server.web.pages.staff.rescore_asked import REPEATS, asked_wish, fields_of
from server.web.staffroom import PAGES, Room, enter, place_of, staff_page
from server.web.views.staff.levels import level_views
from server.web.views.staff.rescore_list import set_lines
from server.web.views.staff.rescore_words import duration, group_views, scope_lines, short
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

ON_A_PAGE = 50
#: How a check came out, as far as verdicts have it.
CHECK_OUTCOMES = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)


@router.get("/courses/{slug}/staff/rescores")
async def rescores_page(slug: str, visit: MemberVisitDep, before: uuid.UUID | None = None) -> Response:
    """List the sets of the course, latest first."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["rescores"])
        place = None if before is None else await place_of_rescore(session, room.course.id, before)
        found = await rescores_of(session, room.course.id, before=place, limit=ON_A_PAGE + 1)
        tallies = await tallies_of(session, [one.row.id for one in found[:ON_A_PAGE]])
        levels = await assigned(session, room.course)
    context = {
        "sets": set_lines(found[:ON_A_PAGE], tallies, titles_of(levels, visit.say), visit.say, room.zone),
        "more": found[ON_A_PAGE - 1].row.id if len(found) > ON_A_PAGE else None,
        "has_levels": bool(levels),
    }
    return staff_page(visit, room, "rescores", context)


@router.get("/courses/{slug}/staff/rescores/new")
async def new_page(slug: str, visit: MemberVisitDep) -> Response:
    """Show the form of a new set; what stands in the address is filled in."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["rescores"])
        context = await _form(session, visit, room, fields_of(visit.request, visit.say))
    return staff_page(visit, room, "rescores", context, template="rescore_new")


@router.get("/courses/{slug}/staff/rescores/plan")
async def plan_page(slug: str, visit: MemberVisitDep) -> Response:
    """Show what a set would be: how many, how deep and why, what it would cost; nothing is written."""
    fields = fields_of(visit.request, visit.say)
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["rescores"])
        try:
            wish = await _wish(session, fields, room)
            planned = await plan(session, visit.user, wish.scope, visit.house.shelf)
        except Refused as error:
            context = await _form(session, visit, room, fields, error)
            return staff_page(visit, room, "rescores", context, template="rescore_new", status=error.status)
        levels = await assigned(session, room.course)
    return _planned(visit, room, fields, wish, planned, levels=levels)


@router.post("/courses/{slug}/staff/rescores")
async def start(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Make the set that the preview told of. Where it would be another now, nothing is made and it is shown anew."""
    fields = Fields(form, visit.say)
    try:
        async with visit.house.database.unit_of_work() as session:
            room = await enter(session, visit, slug, PAGES["rescores"])
            wish = await _wish(session, fields, room)
            made = await make_rescore(session, visit.user, wish, visit.house.shelf)
            _must_be(made.reasons, text_of(form, "digest"))
            address = f"{place_of(slug)}/rescores/{made.id}"
    except RescoreMoved as error:
        async with visit.house.database.reading() as session:
            room = await enter(session, visit, slug, PAGES["rescores"])
            planned = await plan(session, visit.user, wish.scope, visit.house.shelf)
            levels = await assigned(session, room.course)
        return _planned(visit, room, fields, wish, planned, levels=levels, error=error)
    except Refused as error:
        async with visit.house.database.reading() as session:
            room = await enter(session, visit, slug, PAGES["rescores"])
            context = await _form(session, visit, room, fields, error)
        return staff_page(visit, room, "rescores", context, template="rescore_new", status=error.status)
    return RedirectResponse(address, status_code=303)


def digest_of(groups: Sequence[dict[str, Any]]) -> str:
    """Name what a set would do, so that a start means this: by which versions and how deep, however many there are.

    Students go on handing in while somebody reads a preview; a few more submissions are no other set.
    """
    told = sorted((one["exercise"], one["from"], one["to"], one["depth"], one["reasons"]) for one in groups)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _must_be(groups: Sequence[dict[str, Any]], digest: str) -> None:
    """Go on if a set is the one that was confirmed.

    Raises:
        RescoreMoved: It is another.

    """
    if digest_of(groups) != digest:
        raise RescoreMoved


def titles_of(levels: Sequence[Assigned], say: Speaker) -> dict[str, str]:
    """Return how the exercises of a course are called."""
    return {one.assignment.exercise_id: say.of(Text.model_validate(one.version.manifest["title"])) for one in levels}


async def _wish(session: AsyncSession, fields: Fields, room: Room) -> Wish:
    """Return what the form asks for.

    Raises:
        FormUnclear: A field cannot be understood, or somebody is named who takes no part in the course.

    """
    wish = asked_wish(fields, room.course.slug, room.course.time_zone)
    if unknown := await strangers(session, room.course.id, wish.scope.students):
        fields.wrong["students"] = fields.say("rescore-strangers", names=", ".join(unknown[:10]))
        raise FormUnclear
    return wish


def _planned(
    visit: MemberVisit,
    room: Room,
    fields: Fields,
    wish: Wish,
    planned: Plan,
    *,
    levels: Sequence[Assigned],
    error: Refused | None = None,
) -> Response:
    """Answer with what a set would be, ready to be started."""
    titles = titles_of(levels, visit.say)
    groups = [group.to_json() for group in planned.groups]
    context = {
        "total": planned.total,
        "programs": sum(group.programs for group in planned.groups),
        "cost": "" if planned.seconds is None else duration(planned.seconds, visit.say),
        "runs": any(group.need.depth is not Depth.RECHECK for group in planned.groups),
        "groups": group_views(groups, titles, visit.say),
        "about": scope_lines(wish.scope.to_json(), titles, visit.say, room.zone),
        "wish": wish,
        "pairs": [(name, value) for name, value in fields.pairs if name != "digest"],
        "query": fields.query,
        "digest": digest_of(groups),
        "problem": visit.say.of(error.sentence) if error else "",
    }
    return staff_page(visit, room, "rescores", context, template="rescore_plan", status=error.status if error else 200)


async def _form(
    session: AsyncSession, visit: MemberVisit, room: Room, fields: Fields, error: Refused | None = None
) -> dict[str, object]:
    """Return what the form shows: what may be chosen for the exercise, and what was typed.

    Raises:
        UnknownExercise: The course does not hand it out.

    """
    levels = await assigned(session, room.course)
    typed = fields.typed
    every = fields.has("every")
    chosen = "" if every or not levels else typed.get("exercise") or levels[0].assignment.exercise_id
    level = next((one for one in levels if one.assignment.exercise_id == chosen), None)
    if chosen and level is None:
        raise UnknownExercise
    published = (await versions(session, room.course)).get(chosen, ())
    checks = await checks_of_exercise(session, chosen) if chosen else {}
    return {
        "levels": level_views(levels, room.course, visit.say),
        "chosen": chosen,
        "every": every,
        "versions": _versions(visit, room, published),
        "handed_out": short(level.version.version) if level else "",
        "checks": [(name, visit.say.of(title)) for name, title in checks.items()],
        "check_outcomes": list(CHECK_OUTCOMES),
        "images": [(one, short(one)) for one in await images_of(session, room.course.id, chosen or None)],
        "outcomes": list(SubmissionOutcome),
        "picked": set(fields.all("outcomes")),
        "depths": list(Depth),
        "values": {"repeats": REPEATS, **typed},
        "wrong": fields.wrong,
        "problem": visit.say.of(error.sentence) if error else "",
    }


def _versions(visit: MemberVisit, room: Room, published: Sequence[Published]) -> list[tuple[str, str]]:
    """Return each version with when it was published and the first letters of its digest."""
    return [
        (
            one.version,
            visit.say("staff-version-of", at=one.created_at.astimezone(room.zone), name=short(one.version)),
        )
        for one in published
    ]
