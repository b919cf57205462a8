"""What the course hands out: its levels in order, the version, times and limits of each, and extensions for people."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from server.courses.access import course_to_change
from server.courses.assigning import Assigned, assign, assigned, the_assignment, unassign
from server.courses.extensions import extensions_of, grant, withdraw
from server.courses.offers import Offer, Published, offers, versions
from server.courses.placing import move_level
from server.errors import Refused, UnknownExercise
from server.permissions import Action
from server.web.fields import Fields
from server.web.staffroom import PAGES, Room, enter, place_of, staff_page
from server.web.views.staff.levels import extension_views, level_values, level_views
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

LONGEST_PACE = 7 * 24 * 3600  # seconds
MOST_MORE = 10_000
LONGEST_REASON = 500
LONGEST_LOGIN = 100
MOST_EXTENSIONS = 200
TIMES = ("opens_at", "due_at", "closes_at")
DONE = {
    "saved": "staff-saved",
    "added": "staff-level-added",
    "removed": "staff-level-removed",
    "granted": "staff-extension-granted",
    "withdrawn": "staff-extension-withdrawn",
}


@router.get("/courses/{slug}/staff/levels")
async def levels_page(slug: str, visit: MemberVisitDep, done: str = "") -> Response:
    """List the levels in order."""
    return await _levels(visit, slug, notice=visit.say(DONE[done]) if done in DONE else "")


@router.post("/courses/{slug}/staff/levels")
async def add_level(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Put an exercise into the course, as its last level and in its newest version."""
    exercise_id = text_of(form, "exercise")
    try:
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ASSIGNMENTS, slug)
            offer = next(
                (one for one in await offers(session, visit.user, course) if one.exercise_id == exercise_id), None
            )
            if offer is None:
                raise UnknownExercise
            await assign(session, visit.user, course, exercise_id, version=offer.newest, changes={})
    except Refused as error:
        return await _levels(visit, slug, problem=visit.say.of(error.sentence), status=error.status)
    return _done(slug, exercise_id, "added")


@router.get("/courses/{slug}/staff/levels/{exercise_id}")
async def level_page(slug: str, exercise_id: str, visit: MemberVisitDep, done: str = "") -> Response:
    """Show one level with its rules and its extensions."""
    return await _level(visit, slug, exercise_id, notice=visit.say(DONE[done]) if done in DONE else "")


@router.post("/courses/{slug}/staff/levels/{exercise_id}")
async def save_level(slug: str, exercise_id: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Save the rules of a level; all of them, or none."""
    fields = Fields(form, visit.say)
    try:
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ASSIGNMENTS, slug)
            now = await the_assignment(session, course, exercise_id)
            changes = _rules(fields, now, course.time_zone)
            version = text_of(form, "version") or None
            await assign(session, visit.user, course, exercise_id, version=version, changes=changes)
    except Refused as error:
        return await _level(visit, slug, exercise_id, error=error, fields=fields)
    return _done(slug, exercise_id, "saved")


@router.post("/courses/{slug}/staff/levels/{exercise_id}/move")
async def move(slug: str, exercise_id: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Move a level one place up or down."""
    async with visit.house.database.unit_of_work() as session:
        course = await course_to_change(session, visit.user, Action.CHANGE_ASSIGNMENTS, slug)
        await move_level(session, visit.user, course, exercise_id, by=-1 if "up" in form else 1)
    return RedirectResponse(f"{place_of(slug)}/levels", status_code=303)


@router.post("/courses/{slug}/staff/levels/{exercise_id}/remove")
async def remove_level(slug: str, exercise_id: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Take a level to which nobody has submitted out of the course."""
    del form  # it carries nothing but the token that was checked
    try:
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_ASSIGNMENTS, slug)
            await unassign(session, visit.user, course, exercise_id)
    except Refused as error:
        return await _level(visit, slug, exercise_id, error=error)
    return RedirectResponse(f"{place_of(slug)}/levels?done=removed", status_code=303)


@router.post("/courses/{slug}/staff/levels/{exercise_id}/extensions")
async def extend(slug: str, exercise_id: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Give one person more time or more attempts, or take that back."""
    fields = Fields(form, visit.say)
    login = fields.words("login", longest=LONGEST_LOGIN)
    try:
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.GRANT_EXTENSIONS, slug)
            assignment = (await the_assignment(session, course, exercise_id)).assignment
            if fields.has("withdraw"):
                await withdraw(session, visit.user, course, assignment, login)
            else:
                wanted = _extension(fields, course.time_zone)
                await grant(session, visit.user, course, assignment, login, **wanted)
    except Refused as error:
        return await _level(visit, slug, exercise_id, error=error, extension=fields)
    return _done(slug, exercise_id, "withdrawn" if fields.has("withdraw") else "granted")


def _rules(fields: Fields, now: Assigned, zone: str) -> dict[str, Any]:
    """Return the columns that the form asks for.

    Raises:
        FormUnclear: A field cannot be understood.

    """
    changes: dict[str, Any] = {name: fields.moment(name, zone, getattr(now.assignment, name)) for name in TIMES}
    changes["max_attempts"] = fields.whole("max_attempts", least=1)
    changes["pace_seconds"] = fields.whole("pace_seconds", least=1, most=LONGEST_PACE)
    fields.must_be_clear()
    return changes


def _extension(fields: Fields, zone: str) -> dict[str, Any]:
    """Return what an extension gives; one that gives nothing is a mistake.

    Raises:
        FormUnclear: A field cannot be understood.

    """
    due_at = fields.moment("due_at", zone)
    more = fields.whole("more_attempts", least=0, most=MOST_MORE) or 0
    reason = fields.words("reason", longest=LONGEST_REASON, least=0, lines=True)
    if due_at is None and not more and "due_at" not in fields.wrong:
        fields.wrong["due_at"] = fields.say("staff-extension-empty")
    fields.must_be_clear()
    return {"due_at": due_at, "more_attempts": more, "reason": reason}


def _done(slug: str, exercise_id: str, what: str) -> Response:
    return RedirectResponse(f"{place_of(slug)}/levels/{exercise_id}?done={what}", status_code=303)


async def _levels(visit: MemberVisit, slug: str, *, problem: str = "", notice: str = "", status: int = 200) -> Response:
    """Answer with the list."""
    free: list[Offer] = []
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["levels"])
        found = await assigned(session, room.course)
        if room.may(Action.CHANGE_ASSIGNMENTS):
            free = await offers(session, visit.user, room.course)
    context = {
        "levels": level_views(found, room.course, visit.say),
        "offers": [(one.exercise_id, f"{visit.say.of(one.title)} ({one.exercise_id})") for one in free],
        "problem": problem,
        "notice": notice,
    }
    return staff_page(visit, room, "levels", context, status=status)


async def _level(
    visit: MemberVisit,
    slug: str,
    exercise_id: str,
    *,
    error: Refused | None = None,
    fields: Fields | None = None,
    extension: Fields | None = None,
    notice: str = "",
) -> Response:
    """Answer with one level: as it is stored, or as it was typed."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["levels"])
        found = await the_assignment(session, room.course, exercise_id)
        published = (await versions(session, room.course))[exercise_id]
        granted = await extensions_of(session, found.assignment, after=None, limit=MOST_EXTENSIONS)
    may_grant = room.may(Action.GRANT_EXTENSIONS)
    context = {
        "level": level_views([found], room.course, visit.say)[0],
        "versions": _choices(visit, published, room),
        "values": {**level_values(found, room.course), **(fields.typed if fields else {})},
        "wrong": fields.wrong if fields else {},
        "typed": extension.typed if extension else {},
        "wrong_extension": extension.wrong if extension else {},
        "extensions": extension_views(granted, room.course) if may_grant else [],
        "problem": visit.say.of(error.sentence) if error else "",
        "notice": notice,
    }
    return staff_page(visit, room, "levels", context, template="level", status=error.status if error else 200)


def _choices(visit: MemberVisit, published: Sequence[Published], room: Room) -> list[tuple[str, str]]:
    """Return each version with how it is called: the newest as such, and when it was published."""
    return [
        (
            one.version,
            visit.say(
                "staff-version-newest" if number == 0 else "staff-version-of",
                at=one.created_at.astimezone(room.zone),
                name=one.version.removeprefix("sha256:")[:12],
            ),
        )
        for number, one in enumerate(published)
    ]
