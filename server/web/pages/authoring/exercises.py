"""The list of exercises, one exercise with its versions, uploads, and what a course hands out."""

import asyncio
import contextlib
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from server.authoring import copies_of
from server.authoring.inventory import ExerciseLine, inventory, the_exercise
from server.authoring.thresholds import odds_of
from server.calibration import read_report
from server.courses import Shelf
from server.courses.access import course_to_change
from server.courses.assigning import assign
from server.errors import BundleGone, Refused
from server.imports import take_in, whole_bundle
from server.imports.differences import differences, packed
from server.imports.unpacking import unpack
from server.permissions import Action, PlatformAction, may_on_platform
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep, ExerciseId, file_in
from server.web.rendering import page, part
from server.web.uploads import on_disk
from server.web.views.authoring.difference import file_views
from server.web.views.authoring.listing import (
    CandidateView,
    ExerciseView,
    ThresholdView,
    exercise_view,
    short,
    threshold_view,
)
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

UPLOAD = "/authoring/imports"
FIELD = "bundle"


@router.get("/authoring")
async def exercises_page(visit: MemberVisitDep) -> Response:
    """Show the exercises that the person works with, and what they have begun."""
    return await _list(visit)


@router.get("/authoring/candidates")
async def candidates(visit: AuthorVisitDep) -> Response:
    """Return the candidates as a fragment, which asks for itself again while the gate is at one of them."""
    shown = await _exercises(visit, with_thresholds=False)
    return part(visit, "authoring/_candidates.html", {"candidates": _candidates(shown)})


@router.post(UPLOAD)
async def upload(visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Take an exercise in as a candidate, and go where one sees the gate at work."""
    sent = file_in(form, FIELD)
    if sent is None:
        return await _list(visit, problem=visit.say("import-no-file"), status=422)
    house = visit.house
    try:
        async with on_disk(sent) as file:
            with tempfile.TemporaryDirectory(prefix="beginend-import-") as place:
                bundle = await asyncio.to_thread(unpack, file, Path(place), house.settings.built)
                async with house.database.unit_of_work() as session:
                    row = await take_in(session, visit.user, bundle, house.shelf)
    except Refused as refusal:
        name = Path(sent.filename or "").name
        return await _list(visit, problem=visit.say.of(refusal.sentence), file=name, status=refusal.status)
    return RedirectResponse(f"/authoring/imports/{row.id}", status_code=303)


@router.get("/authoring/exercises/{exercise_id}")
async def exercise_page(
    exercise_id: ExerciseId, visit: MemberVisitDep, pinned: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Show an exercise: its versions, who hands them out, how it is doing."""
    async with visit.house.database.reading() as session:
        line = await the_exercise(session, visit.user, exercise_id)
        copies = await copies_of(session, visit.user)
    threshold = await asyncio.to_thread(_threshold, visit.house.shelf, line)
    shown = exercise_view(line, visit.say, threshold=threshold, copies=copies)
    moved = next((pin for pin in shown.pins if pin.slug == pinned), None)
    return page(visit, "authoring/exercise.html", {"exercise": shown, "moved": moved})


@router.post("/authoring/exercises/{exercise_id}/pin")
async def pin(exercise_id: ExerciseId, visit: MemberVisitDep, form: FormDep) -> Response:
    """Let a course hand out another version; what was submitted stays with the version that it was for."""
    slug = text_of(form, "course")
    async with visit.house.database.unit_of_work() as session:
        course = await course_to_change(session, visit.user, Action.CHANGE_ASSIGNMENTS, slug)
        await assign(session, visit.user, course, exercise_id, version=text_of(form, "version"), changes={})
    return RedirectResponse(f"/authoring/exercises/{exercise_id}?pinned={course.slug}", status_code=303)


@router.get("/authoring/exercises/{exercise_id}/versions/{version}.zip")
async def version_files(exercise_id: ExerciseId, version: str, visit: MemberVisitDep) -> Response:
    """Return a version as a zip."""
    async with visit.house.database.reading() as session:
        bundle = await whole_bundle(session, visit.user, exercise_id, version, visit.house.shelf)
    name, content = await asyncio.to_thread(packed, bundle)
    return zip_answer(name, content)


@router.get("/authoring/exercises/{exercise_id}/diff")
async def difference_page(
    exercise_id: ExerciseId, visit: MemberVisitDep, old: str = "", new: str = "", view: str = ""
) -> Response:
    """Show what differs between two versions, file by file; unless one view was chosen, as the screen is wide."""
    async with visit.house.database.reading() as session:
        line = await the_exercise(session, visit.user, exercise_id)
        before = await whole_bundle(session, visit.user, exercise_id, old, visit.house.shelf)
        after = await whole_bundle(session, visit.user, exercise_id, new, visit.house.shelf)
    files = await asyncio.to_thread(differences, before, after)
    shown = {
        "exercise": exercise_view(line, visit.say, threshold=None, copies=()),
        "old": short(before.version),
        "new": short(after.version),
        "views": [
            (split, chosen, file_views(files, split=split))
            for split, chosen in ((True, view == "split"), (False, view == "unified"))
            if chosen or view not in {"split", "unified"}
        ],
    }
    return page(visit, "authoring/difference.html", shown)


def zip_answer(name: str, content: bytes) -> Response:
    """Return a zip to keep; it holds solutions, so no cache may."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/zip", headers=headers)


async def _list(visit: MemberVisit, *, problem: str = "", file: str = "", status: int = 200) -> Response:
    """Answer with the list."""
    exercises = await _exercises(visit, with_thresholds=True)
    async with visit.house.database.reading() as session:
        copies = await copies_of(session, visit.user)
    shown = {
        "exercises": [exercise for exercise in exercises if exercise.versions],
        "candidates": _candidates(exercises),
        "copies": [(copy.id, copy.exercise_id, copy.updated_at.astimezone()) for copy in copies],
        "writes": may_on_platform(visit.user, PlatformAction.IMPORT_EXERCISE),
        "problem": problem,
        "file": file,
    }
    return page(visit, "authoring/list.html", shown, status=status)


async def _exercises(visit: MemberVisit, *, with_thresholds: bool) -> list[ExerciseView]:
    """Return the exercises that the person works with."""
    async with visit.house.database.reading() as session:
        lines = await inventory(session, visit.user)
        copies = await copies_of(session, visit.user)
    thresholds: list[ThresholdView | None] = [None] * len(lines)
    if with_thresholds:
        thresholds = await asyncio.to_thread(lambda: [_threshold(visit.house.shelf, line) for line in lines])
    return [
        exercise_view(line, visit.say, threshold=threshold, copies=copies)
        for line, threshold in zip(lines, thresholds, strict=True)
    ]


def _candidates(exercises: list[ExerciseView]) -> list[CandidateView]:
    """Return what is not published, of all exercises, latest first."""
    found = [candidate for exercise in exercises for candidate in exercise.candidates]
    return sorted(found, key=lambda one: one.created_at, reverse=True)


def _threshold(shelf: Shelf, line: ExerciseLine) -> ThresholdView | None:
    """Return how fair the threshold of the newest version is; None where there is none, or nothing was measured."""
    if not line.versions:
        return None
    with contextlib.suppress(BundleGone):  # its place is on another machine
        bundle = shelf.load(line.versions[0].version)
        report = read_report(bundle)
        checks = [] if bundle.exercise.kind == "quiz" else bundle.code.checks
        check = next((check for check in checks if check.kind == "accuracy"), None)
        if report is not None and check is not None:
            return threshold_view(report, check.threshold, odds_of(report.measured, check.threshold, check.spread))
    return None
