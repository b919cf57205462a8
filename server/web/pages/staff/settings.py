"""What holds for a course as a whole: its title, its clock, its rules, and the archive."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from exercises.text import Text
from server.courses.access import course_to_change, held_course
from server.courses.lifecycle import LONGEST_TITLE, archive_course, change_course
from server.courses.times import zone_names
from server.database.models import Course, Keep, Late, Notice, Unlock
from server.errors import Refused
from server.permissions import Action
from server.web.fields import PERCENT, Fields
from server.web.staffroom import PAGES, enter, place_of, staff_page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep

router = APIRouter(include_in_schema=False)

DONE = {"saved": "staff-saved", "archived": "staff-archived-now", "unarchived": "staff-unarchived-now"}


@router.get("/courses/{slug}/staff/settings")
async def settings_page(slug: str, visit: MemberVisitDep, done: str = "") -> Response:
    """Show the settings."""
    return await _settings(visit, slug, notice=visit.say(DONE[done]) if done in DONE else "")


@router.post("/courses/{slug}/staff/settings")
async def save_settings(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Save the settings; all of them, or none."""
    fields = Fields(form, visit.say)
    try:
        changes = _read(fields)
        async with visit.house.database.unit_of_work() as session:
            course = await course_to_change(session, visit.user, Action.CHANGE_COURSE, slug)
            await change_course(session, visit.user, course, changes)
    except Refused as error:
        return await _settings(
            visit,
            slug,
            typed=fields.typed,
            wrong=fields.wrong,
            problem=visit.say.of(error.sentence),
            status=error.status,
        )
    return RedirectResponse(f"{place_of(slug)}/settings?done=saved", status_code=303)


@router.post("/courses/{slug}/staff/archive")
async def archive(slug: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Put the course into the archive, or take it out of it."""
    archived = "unarchive" not in form
    async with visit.house.database.unit_of_work() as session:
        course = await held_course(session, visit.user, Action.CHANGE_COURSE, slug)
        await archive_course(session, visit.user, course, archived=archived)
    done = "archived" if archived else "unarchived"
    return RedirectResponse(f"{place_of(slug)}/settings?done={done}", status_code=303)


def _read(fields: Fields) -> dict[str, Any]:
    """Return the columns that the form asks for.

    Raises:
        FormUnclear: A field cannot be understood.

    """
    title = {name: fields.words(f"title_{name}", longest=LONGEST_TITLE) for name in ("zh", "en")}
    zone = fields.words("time_zone", longest=60)
    if zone and zone not in zone_names():
        fields.wrong["time_zone"] = fields.say("field-zone")
    changes: dict[str, Any] = {
        "time_zone": zone,
        "unlock": fields.choice("unlock", Unlock),
        "keep": fields.choice("keep", Keep),
        "late": fields.choice("late", Late),
        "late_penalty": fields.share("late_penalty"),
    }
    if fields.has("rescore_notice"):
        changes["rescore_notice"] = fields.choice("rescore_notice", Notice)
    fields.must_be_clear()
    return {"title": Text(**title).model_dump(), **changes}


async def _settings(
    visit: MemberVisit,
    slug: str,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    """Answer with the page, as it is stored or as it was typed."""
    async with visit.house.database.reading() as session:
        room = await enter(session, visit, slug, PAGES["settings"])
    context = {
        "values": {**_stored(room.course), **(typed or {})},
        "wrong": wrong or {},
        "problem": problem,
        "notice": notice,
        "zones": sorted(zone_names()),
        "choices": {"unlock": list(Unlock), "keep": list(Keep), "late": list(Late), "notice": list(Notice)},
    }
    return staff_page(visit, room, "settings", context, status=status)


def _stored(course: Course) -> dict[str, str]:
    """Return the fields as they are stored."""
    return {
        "title_zh": course.title["zh"],
        "title_en": course.title["en"],
        "time_zone": course.time_zone,
        "unlock": course.unlock.value,
        "keep": course.keep.value,
        "late": course.late.value,
        "rescore_notice": course.rescore_notice.value,
        "late_penalty": f"{course.late_penalty * PERCENT:g}",
    }
