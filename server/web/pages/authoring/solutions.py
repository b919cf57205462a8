"""The other files of a working copy: known solutions, answers, data; added, changed, removed."""

import uuid
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import RedirectResponse, Response

from exercises.bundle import MANIFEST, SOLUTION, STUB
from server.authoring import find_copy
from server.authoring.files import NEEDED, TEXTS, add_file, remove_file, save_text
from server.database.models import WorkingCopy
from server.errors import Refused, UnknownWorkingFile
from server.gate.promises import OUTCOMES
from server.imports.members import MOST_BYTES
from server.web.pages.authoring.desks import Desk, draft_page, lay_desk
from server.web.pages.authoring.doors import AuthorFormDep, AuthorVisitDep, file_in
from server.web.pages.authoring.drafts import text_view
from server.web.visitor import MemberVisit, text_of

router = APIRouter(include_in_schema=False)

UPLOAD = "/authoring/uploads"


@router.get("/authoring/drafts/{copy_id}/solutions")
async def solutions_page(copy_id: uuid.UUID, visit: AuthorVisitDep) -> Response:
    """Show the known solutions by the verdict that each must get, with what the gate said of them last."""
    return _solutions(visit, await lay_desk(visit, copy_id))


@router.post("/authoring/drafts/{copy_id}/solutions")
async def add_solution(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Add a known solution, which begins as the right one, and open it."""
    name = text_of(form, "name").strip().removesuffix(".py")
    path = f"submissions/{text_of(form, 'word')}/{name}.py"
    desk = await lay_desk(visit, copy_id)
    try:
        async with visit.house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            await add_file(session, copy, path, desk.contents.get(SOLUTION) or desk.contents.get(STUB, b""))
    except Refused as refusal:
        problem = visit.say.of(refusal.sentence)
        return _solutions(visit, desk, problem=problem, name=name, status=refusal.status)
    return RedirectResponse(f"/authoring/drafts/{copy_id}/file?path={quote(path)}", status_code=303)


@router.get("/authoring/drafts/{copy_id}/files")
async def files_page(copy_id: uuid.UUID, visit: AuthorVisitDep) -> Response:
    """Show all files."""
    return _files(visit, await lay_desk(visit, copy_id))


@router.post(UPLOAD)
async def upload_file(visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Add a file from the author's computer; one of the same name is taken out first if the author says so."""
    copy_id = uuid.UUID(text_of(form, "copy")) if _is_id(text_of(form, "copy")) else uuid.UUID(int=0)
    sent = file_in(form, "file")
    if sent is None:
        return _files(visit, await lay_desk(visit, copy_id), problem=visit.say("import-no-file"), status=422)
    name = PurePosixPath((sent.filename or "").replace("\\", "/")).name
    folder = text_of(form, "folder")
    path = f"{folder}/{name}" if folder else name
    try:
        async with visit.house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            if text_of(form, "replace") == "yes" and path not in NEEDED:
                await _take_out(session, copy, path)
            await add_file(session, copy, path, await sent.read(MOST_BYTES + 1))
    except Refused as refusal:
        desk = await lay_desk(visit, copy_id)
        return _files(visit, desk, problem=visit.say.of(refusal.sentence), status=refusal.status)
    return RedirectResponse(f"/authoring/drafts/{copy_id}/files", status_code=303)


@router.get("/authoring/drafts/{copy_id}/file")
async def file_page(copy_id: uuid.UUID, path: str, visit: AuthorVisitDep, saved: str = "") -> Response:
    """Show one text."""
    return _file(visit, await lay_desk(visit, copy_id), path, saved=bool(saved))


@router.post("/authoring/drafts/{copy_id}/file")
async def save_file(copy_id: uuid.UUID, visit: AuthorVisitDep, form: AuthorFormDep) -> Response:
    """Save one text, or remove it."""
    path = text_of(form, "path")
    typed = text_of(form, "text")
    removing = text_of(form, "do") == "remove"
    desk = await lay_desk(visit, copy_id)
    if path not in desk.contents or not path.isprintable():
        raise UnknownWorkingFile
    try:
        async with visit.house.database.unit_of_work() as session:
            copy = await find_copy(session, visit.user, copy_id, lock=True)
            if removing:
                await remove_file(session, copy, path)
            else:
                await save_text(session, copy, path, typed, known=text_of(form, "known"))
    except Refused as refusal:
        problem = visit.say.of(refusal.sentence)
        typed_again = None if removing else typed
        desk = await lay_desk(visit, copy_id)
        return _file(visit, desk, path, typed=typed_again, problem=problem, status=refusal.status)
    if removing:
        tab = "solutions" if path.startswith("submissions/") else "files"
        return RedirectResponse(f"/authoring/drafts/{copy_id}/{tab}", status_code=303)
    return RedirectResponse(f"/authoring/drafts/{copy_id}/file?path={quote(path)}&saved=1", status_code=303)


async def _take_out(session: AsyncSession, copy: WorkingCopy, path: str) -> None:
    """Remove a file that is to be replaced; nothing, where there is none."""
    try:
        await remove_file(session, copy, path)
    except UnknownWorkingFile:
        return


def _is_id(word: str) -> bool:
    try:
        uuid.UUID(word)
    except ValueError:
        return False
    return True


def _solutions(visit: MemberVisit, desk: Desk, *, status: int = 200, **shown: object) -> Response:
    """Answer with the known solutions."""
    report = desk.candidate.report if desk.candidate else None
    said = {file["file"]: file for group in (report.promises if report else ()) for file in group.files}
    folders: dict[str, list[dict[str, object]]] = {}
    for path in desk.solutions:
        _, word, *rest = path.split("/")
        folders.setdefault(word, []).append({"path": path, "name": "/".join(rest), "said": said.get(path)})
    checks = desk.table.get("checks")
    ids = [str(one.get("id", "")) for one in checks if isinstance(one, dict)] if isinstance(checks, list) else []
    words = ["passed", *ids, *sorted(OUTCOMES - {"passed", "failed"})]
    return draft_page(
        visit, desk, "solutions", status=status, **{"name": "", "folders": folders, "words": words, **shown}
    )


def _files(visit: MemberVisit, desk: Desk, *, status: int = 200, **shown: object) -> Response:
    """Answer with all files."""
    data = desk.table.get("data")
    built = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    return draft_page(visit, desk, "files", status=status, built=built, needed=NEEDED, upload=UPLOAD, **shown)


def _file(
    visit: MemberVisit, desk: Desk, path: str, *, typed: str | None = None, status: int = 200, **shown: object
) -> Response:
    """Answer with one text."""
    if path not in desk.contents or not path.endswith(TEXTS):
        raise UnknownWorkingFile
    view = text_view(desk, path, typed)
    return draft_page(
        visit, desk, "file", status=status,
        **{"saved": False, "text": view, "removable": path not in NEEDED, "is_manifest": path == MANIFEST, **shown},
    )  # fmt: skip
