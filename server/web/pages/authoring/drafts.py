"""Working copies: begun, written, sent to the gate, taken home, discarded."""

import asyncio
import uuid
from contextlib import ExitStack

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from exercises.bundle import SOLUTION, STUB
from server.authoring import begin, discard, find_copy
from server.authoring.beginnings import of_template, of_version
from server.authoring.examining import bundle_of_files
from server.authoring.files import STATEMENTS, contents_of, save_text
from server.authoring.sending import send, zipped
from server.errors import Refused, WorkingCopyThere
from server.imports import whole_bundle
from server.web.markdown import render
from server.web.pages.authoring.desks import Desk, draft_page, lay_desk
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep, texts_in
from server.web.pages.authoring.exercises import zip_answer
from server.web.views.authoring.difference import rows_between
from server.web.visitor import MemberVisit, text_of

router = APIRouter(include_in_schema=False)

TEXT, KNOWN = "text:", "known:"


@router.post("/authoring/drafts")
async def begin_draft(visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Begin a working copy from the template, or from a version; whoever has one already is led there."""
    exercise_id, source, version = text_of(form, "id").strip(), text_of(form, "source"), text_of(form, "version")
    house = visit.house
    try:
        async with house.database.unit_of_work() as session:
            if source:
                bundle = await whole_bundle(session, visit.user, source, version, house.shelf)
                files = await asyncio.to_thread(of_version, bundle, exercise_id or source)
                based_on = bundle.version if (exercise_id or source) == source else None
            else:
                files, based_on = await asyncio.to_thread(of_template, exercise_id), None
            copy = await begin(session, visit.user, exercise_id or source, files, based_on=based_on)
    except WorkingCopyThere as there:
        return RedirectResponse(f"/authoring/drafts/{there.extra['copy']}?there=1", status_code=303)
    return RedirectResponse(f"/authoring/drafts/{copy.id}", status_code=303)


@router.get("/authoring/drafts/{copy_id}")
async def statement_page(copy_id: uuid.UUID, visit: AuthorVisitDep, there: str = "", saved: str = "") -> Response:
    """Show the statement in both languages, each with how students see it."""
    desk = await lay_desk(visit, copy_id)
    return _texts_page(visit, desk, "statement", there=bool(there), saved=bool(saved))


@router.get("/authoring/drafts/{copy_id}/code")
async def code_page(copy_id: uuid.UUID, visit: AuthorVisitDep, saved: str = "") -> Response:
    """Show stub and solution."""
    return _texts_page(visit, await lay_desk(visit, copy_id), "code", saved=bool(saved))


@router.post("/authoring/drafts/{copy_id}/preview")
async def preview(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Return a statement as students will see it; nothing is saved."""
    del copy_id, visit
    texts = texts_in(form, TEXT)
    return HTMLResponse(await asyncio.to_thread(render, next(iter(texts.values()), "")))


@router.post("/authoring/drafts/{copy_id}/texts/{tab}")
async def save_texts(copy_id: uuid.UUID, tab: str, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Save the texts of a page, all or none; what was saved elsewhere meanwhile is never overwritten unseen."""
    tab = tab if tab in PATHS else "statement"
    texts, known = texts_in(form, TEXT), texts_in(form, KNOWN)
    try:
        async with visit.house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            for path in PATHS[tab]:
                if path in texts:
                    await save_text(session, copy, path, texts[path], known=known.get(path, ""))
    except Refused as refusal:
        desk = await lay_desk(visit, copy_id)
        return _texts_page(visit, desk, tab, typed=texts, refusal=refusal)
    return RedirectResponse(_address(copy_id, tab) + "?saved=1", status_code=303)


@router.post("/authoring/drafts/{copy_id}/send")
async def send_draft(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Send the working copy to the gate, and go where one sees it at work."""
    del form
    house = visit.house
    desk = await lay_desk(visit, copy_id)
    if desk.problems:
        return _texts_page(visit, desk, "statement", problem=visit.say("draft-mend-first"), status=409)
    try:
        async with house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            files = await contents_of(session, copy)
            with ExitStack() as stack:
                laid_out = bundle_of_files(copy.exercise_id, files, house.settings.built)
                bundle = await asyncio.to_thread(stack.enter_context, laid_out)
                candidate = await send(session, visit.user, copy, bundle, house.shelf)
    except Refused as refusal:
        problem = visit.say.of(refusal.sentence)
        return _texts_page(visit, desk, "statement", problem=problem, status=refusal.status)
    return RedirectResponse(f"/authoring/imports/{candidate.id}", status_code=303)


@router.get("/authoring/drafts/{copy_id}/draft.zip")
async def take_home(copy_id: uuid.UUID, visit: AuthorVisitDep) -> Response:
    """Return the working copy as a zip, whatever state it is in."""
    async with visit.house.database.reading() as session:
        copy = await find_copy(session, visit.user, copy_id)
        files = await contents_of(session, copy)
    return zip_answer(*await asyncio.to_thread(zipped, copy.exercise_id, files))


@router.post("/authoring/drafts/{copy_id}/discard")
async def discard_draft(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Discard the working copy; the page asks first, and so does this."""
    if text_of(form, "sure") != "yes":
        return draft_page(visit, await lay_desk(visit, copy_id), "discard")
    async with visit.house.database.unit_of_work() as session:
        await discard(session, visit.user, copy_id)
    return RedirectResponse("/authoring", status_code=303)


#: Page -> the texts on it.
PATHS = {"statement": STATEMENTS, "code": (STUB, SOLUTION)}


def _address(copy_id: uuid.UUID, tab: str) -> str:
    return f"/authoring/drafts/{copy_id}" + ("" if tab == "statement" else f"/{tab}")


def _texts_page(
    visit: MemberVisit,
    desk: Desk,
    tab: str,
    *,
    typed: dict[str, str] | None = None,
    refusal: Refused | None = None,
    status: int = 200,
    **shown: object,
) -> Response:
    """Answer with a page of texts; what was typed and not saved stays in its fields."""
    texts = [text_view(desk, path, (typed or {}).get(path)) for path in PATHS[tab]]
    if refusal is not None:
        shown["problem"], status = visit.say.of(refusal.sentence), refusal.status
    context = {"there": False, "saved": False, "texts": texts, "render": render, **shown}
    return draft_page(visit, desk, tab, status=status, **context)


def text_view(desk: Desk, path: str, typed: str | None = None) -> dict[str, object]:
    """Return what is shown of a text: what was typed, or what is saved, and how the two differ."""
    saved = desk.text(path)
    text = saved if typed is None else typed.replace("\r\n", "\n")
    return {
        "path": path,
        "text": text,
        "known": desk.known(path),
        "rows": min(max(text.count("\n") + 3, 12), 40),
        "conflict": rows_between(saved, text) if typed is not None and text != saved else [],
        "problems": [one for one in desk.problems if one.file == path],
    }
