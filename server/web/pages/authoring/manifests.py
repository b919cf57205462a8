"""``exercise.toml`` as a form beside its text; what is typed into one is seen in the other."""

import asyncio
import uuid
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from exercises.bundle import MANIFEST
from exercises.text import Text
from server.authoring import find_copy
from server.authoring.agreeing import FieldsUnreadable, agreed
from server.authoring.blanks import blank
from server.authoring.entries import add_entry, move_up, remove_entry
from server.authoring.examining import problems_of_manifest
from server.authoring.files import save_text
from server.authoring.forms import PREFIX, form_of
from server.authoring.manifests import read_table
from server.errors import FormNotApplied, Refused
from server.web.locale import speaker
from server.web.pages.authoring.desks import Desk, draft_page, lay_desk
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep, texts_in
from server.web.rendering import part
from server.web.views.authoring.difference import rows_between
from server.web.visitor import MemberVisit, text_of

router = APIRouter(include_in_schema=False)


@router.get("/authoring/drafts/{copy_id}/checks")
async def checks_page(copy_id: uuid.UUID, visit: AuthorVisitDep, saved: str = "") -> Response:
    """Show the form and the text."""
    desk = await lay_desk(visit, copy_id)
    text = desk.text(MANIFEST)
    return _page(visit, desk, shown=text, text=text, known=desk.known(MANIFEST), saved=bool(saved))


@router.post("/authoring/drafts/{copy_id}/agree/{side}")
async def agree(copy_id: uuid.UUID, side: str, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Bring the other side up to what was typed on this one; nothing is saved."""
    shown, text, sent = _sent(form)
    unreadable: list[str] = []
    problem = ""
    if side == "form":
        try:
            text = await asyncio.to_thread(agreed, shown, sent, text)
        except FieldsUnreadable as found:
            unreadable = [one.field.name for one in found.fields]
        except FormNotApplied as refusal:
            problem = visit.say.of(refusal.sentence)
    base = f"/authoring/drafts/{copy_id}"
    context: dict[str, Any] = {
        "base": base, "text": text, "problems": problems_of_manifest(text), "unreadable": unreadable,
        "problem": problem, "swapped": True,
    }  # fmt: skip
    if side == "form":
        return part(visit, "authoring/_toml.html", context)
    return part(visit, "authoring/_form.html", {**context, **_form(text, {})})


@router.post("/authoring/drafts/{copy_id}/checks")
async def save_checks(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Save both sides as one text; a button of an entry adds, moves or removes it on the way."""
    shown, text, sent = _sent(form)
    known = text_of(form, "known")
    unreadable: list[str] = []
    try:
        changed = await asyncio.to_thread(agreed, shown, sent, text)
        changed = _done(changed, text_of(form, "do"))
        async with visit.house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            await save_text(session, copy, MANIFEST, changed, known=known)
    except FieldsUnreadable as found:
        unreadable = [one.field.name for one in found.fields]
        problem, status = visit.say("field-no-table"), 422
    except Refused as refusal:
        problem, status = visit.say.of(refusal.sentence), refusal.status
    else:
        return RedirectResponse(f"/authoring/drafts/{copy_id}/checks?saved=1", status_code=303)
    desk = await lay_desk(visit, copy_id)
    return _page(
        visit, desk, shown=shown, text=text, known=desk.known(MANIFEST), typed=sent, problem=problem,
        unreadable=unreadable, status=status,
    )  # fmt: skip


def _sent(form: FormData) -> tuple[str, str, dict[str, str]]:
    """Return the text that the form was made from, the text as it is now, and the form's fields."""
    shown, text = (text_of(form, name).replace("\r\n", "\n") for name in ("shown", "toml"))
    return shown, text, {PREFIX + name: value for name, value in texts_in(form, PREFIX).items()}


def _done(text: str, what: str) -> str:
    """Return the text after what a button asks for: ``add:checks:layers``, ``remove:checks:2``, ``up:checks:1``.

    Raises:
        FormNotApplied: It cannot be done.

    """
    deed, _, rest = what.partition(":")
    section, _, which = rest.partition(":")
    if deed == "add":
        word = f"kind-{which or section}"
        title = (
            Text(zh=speaker("zh")(word), en=speaker("en")(word)) if speaker("zh").has(word) else Text(zh="…", en="…")
        )
        return add_entry(text, section, blank(read_table(text) or {}, section, which, title))
    if deed in {"remove", "up"}:
        if not which.isdecimal():
            raise FormNotApplied
        return (remove_entry if deed == "remove" else move_up)(text, section, int(which))
    return text


def _form(shown: str, typed: dict[str, str]) -> dict[str, Any]:
    """Return what the form's template needs; no form is there while the text is no TOML."""
    table = read_table(shown)
    return {"form": form_of(table) if table is not None else None, "shown": shown, "typed": typed}


def _page(
    visit: MemberVisit, desk: Desk, *, shown: str, text: str, known: str, typed: dict[str, str] | None = None,
    status: int = 200, **more: object,
) -> Response:  # fmt: skip
    """Answer with the page; what was typed and not saved stays in its fields."""
    saved = desk.text(MANIFEST)
    problems = [*problems_of_manifest(text)] or [*desk.problems]
    context = {
        "saved": False, "unreadable": [], "swapped": False, "text": text, "known": known, "problems": problems,
        "conflict": rows_between(saved, text) if typed is not None and text != saved else [],
        **_form(shown, typed or {}), **more,
    }  # fmt: skip
    return draft_page(visit, desk, "checks", status=status, **context)
