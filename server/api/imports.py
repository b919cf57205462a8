"""``POST /exercises`` and what follows: imports, the gate's progress, publishing, versions and their files."""

import asyncio
import json
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import UploadFile

from exercises.text import Text
from server.api.identity import DOCUMENTED, ApiUser
from server.api.imports_models import (
    DifferenceOut,
    FileDifferenceOut,
    ImportLine,
    ImportOut,
    PublishIn,
    VersionOut,
)
from server.api.paging import Cursor, Limit, Page, UnreadableCursor, read_cursor
from server.api.problems import RESPONSES
from server.database.models import ImportState, User
from server.errors import DatabaseAway, Refused
from server.imports import check_again, find_import, imports_of, publish, take_in, versions_of, whole_bundle
from server.imports.differences import differences, packed
from server.imports.unpacking import unpack
from server.permissions import PlatformAction, allow_on_platform
from server.web.house import House, HouseDep
from server.web.uploads import on_disk

router = APIRouter(tags=["exercises"], dependencies=DOCUMENTED, responses=RESPONSES)

#: Larger bodies than elsewhere are read here, and only from who may import.
UPLOADS = {"/api/v1/exercises": 32 * 1024 * 1024}

ExerciseId = Annotated[str, PathParameter(pattern=r"^[a-z0-9-]{1,64}$", description="id of the exercise")]

FIELD = "bundle"
PING_SECONDS = 15

_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {
                        FIELD: {
                            "type": "string",
                            "format": "binary",
                            "description": "a zip of the exercise's folder, or a file made by `git bundle create`",
                        }
                    },
                }
            }
        },
    }
}


class NoFileSent(Refused):
    """The request carries no file."""

    status = 422
    code = "no-file-sent"
    default = Text(
        zh=f"请用 multipart/form-data 的 {FIELD} 字段上传文件。",
        en=f"Send the file as the field `{FIELD}` of a multipart/form-data request.",
    )


@router.post("/exercises", status_code=202, openapi_extra=_UPLOAD)
async def import_exercise(request: Request, response: Response, house: HouseDep, user: ApiUser) -> ImportOut:
    """Import an exercise as a candidate; the publishing gate checks it in the background. At most 32 MiB.

    The same contents sent again give the same import. An exercise's id belongs to who imported it first.
    """
    allow_on_platform(user, PlatformAction.IMPORT_EXERCISE)  # before the body is read
    async with _uploaded(request) as file:
        imported = await _take_in(house, user, file)
    response.headers["Location"] = imported.location
    return imported


@router.get("/exercises/imports")
async def list_imports(house: HouseDep, user: ApiUser, limit: Limit = 50, cursor: Cursor = None) -> Page[ImportLine]:
    """List imports of the caller's exercises, latest first; an admin's list has everybody's."""
    before = _place(cursor)
    async with house.database.reading() as session:
        rows = await imports_of(session, user, limit=limit + 1, before=before)
    return Page[ImportLine].of(
        rows, limit, ImportLine.of, lambda one: (one.row.created_at.isoformat(), str(one.row.id))
    )


@router.get("/exercises/imports/{import_id}")
async def get_import(import_id: uuid.UUID, house: HouseDep, user: ApiUser) -> ImportOut:
    """Return an import: where it is, how far the gate is, and in the end the gate's report."""
    async with house.database.reading() as session:
        return ImportOut.of(await find_import(session, user, import_id))


@router.get(
    "/exercises/imports/{import_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {}}, "description": "state, progress, report"}},
)
async def import_events(import_id: uuid.UUID, house: HouseDep, user: ApiUser) -> EventSourceResponse:
    """Stream an import's events until the gate has said: `state`, `progress` and `report`, each with an id.

    The first event is always the present state. `progress` comes at most twice a second. `report` is the whole import.
    """
    async with house.database.reading() as session:
        await find_import(session, user, import_id)  # refused before the stream begins

    async def stream() -> AsyncIterator[ServerSentEvent]:
        told: dict[str, Any] = {}
        number = 0
        async with house.feed.subscribe(import_id) as changes:
            while True:
                try:
                    async with house.database.reading() as session:
                        view = ImportOut.of(await find_import(session, user, import_id))
                except (DatabaseAway, Refused):
                    return  # the client connects again by itself and begins with the present state
                for name, data in _news(view):
                    if told.get(name) != data:
                        told[name] = data
                        number += 1
                        yield ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=str(number))
                if view.state is not ImportState.CHECKING or await anext(changes, "stopping") == "stopping":
                    return

    return EventSourceResponse(stream(), ping=PING_SECONDS, headers={"X-Accel-Buffering": "no"})


@router.post("/exercises/imports/{import_id}/check", status_code=202)
async def check_import_again(import_id: uuid.UUID, house: HouseDep, user: ApiUser) -> ImportOut:
    """Put an import through the gate again that was refused, or met a fault of ours."""
    async with house.database.unit_of_work() as session:
        await check_again(session, user, import_id)
        return ImportOut.of(await find_import(session, user, import_id))


@router.post("/exercises/imports/{import_id}/publish")
async def publish_import(
    import_id: uuid.UUID, house: HouseDep, user: ApiUser, how: PublishIn | None = None
) -> ImportOut:
    """Publish an import that the gate let pass; it never changes any more. Publishing it again changes nothing.

    An admin may publish what the gate did not let pass, with a reason, which the audit keeps.
    """
    async with house.database.unit_of_work() as session:
        await publish(session, user, import_id, house.shelf, reason=how.reason if how else None)
        found = await find_import(session, user, import_id)
        await session.refresh(found.row)
        return ImportOut.of(found)


@router.get("/exercises/{exercise_id}/versions")
async def list_versions(
    exercise_id: ExerciseId, house: HouseDep, user: ApiUser, limit: Limit = 50, cursor: Cursor = None
) -> Page[VersionOut]:
    """List the published versions of an exercise, latest first: for authors, admins and teachers who hand it out."""
    before = _place(cursor)
    async with house.database.reading() as session:
        rows = await versions_of(session, user, exercise_id, limit=limit + 1, before=before)
    return Page[VersionOut].of(
        rows, limit, VersionOut.of, lambda one: (one.row.created_at.isoformat(), str(one.row.id))
    )


@router.get(
    "/exercises/{exercise_id}/versions/{version}/files",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}, "description": "the bundle, solution and answers included"}},
)
async def version_files(exercise_id: ExerciseId, version: str, house: HouseDep, user: ApiUser) -> Response:
    """Return a published version as a zip, without data that are built by recipe; for its owner and admins."""
    async with house.database.reading() as session:
        bundle = await whole_bundle(session, user, exercise_id, version, house.shelf)
    name, content = await asyncio.to_thread(packed, bundle)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/zip", headers=headers)


@router.get("/exercises/{exercise_id}/versions/{old}/diff/{new}")
async def version_difference(
    exercise_id: ExerciseId, old: str, new: str, house: HouseDep, user: ApiUser
) -> DifferenceOut:
    """Return what differs between two published versions, file by file; for the exercise's owner and admins."""
    async with house.database.reading() as session:
        before = await whole_bundle(session, user, exercise_id, old, house.shelf)
        after = await whole_bundle(session, user, exercise_id, new, house.shelf)
    found = await asyncio.to_thread(differences, before, after)
    return DifferenceOut(
        exercise=exercise_id,
        old=before.version,
        new=after.version,
        files=[FileDifferenceOut.of(one) for one in found],
    )


def _news(view: ImportOut) -> list[tuple[str, dict[str, Any]]]:
    """Return what there is to tell of an import; what was told already is left out elsewhere."""
    news: list[tuple[str, dict[str, Any]]] = [("state", {"state": view.state.value})]
    if view.progress is not None:
        news.append(("progress", view.progress.model_dump()))
    if view.state is not ImportState.CHECKING:
        news.append(("report", view.model_dump(mode="json")))
    return news


def _place(cursor: str | None) -> tuple[datetime, uuid.UUID] | None:
    """Return the time and the id at which a page ended.

    Raises:
        UnreadableCursor: It was not made here.

    """
    place = read_cursor(cursor, 2)
    if place is None:
        return None
    try:
        return datetime.fromisoformat(place[0]), uuid.UUID(place[1])
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableCursor from error


@asynccontextmanager
async def _uploaded(request: Request) -> AsyncIterator[Path]:
    """Yield the file that was sent, on disk.

    Raises:
        NoFileSent: There is none.

    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise NoFileSent
    async with request.form(max_files=1, max_fields=4, max_part_size=64 * 1024) as form:
        sent = form.get(FIELD)
        if not isinstance(sent, UploadFile):
            raise NoFileSent
        async with on_disk(sent) as file:
            yield file


async def _take_in(house: House, user: User, file: Path) -> ImportOut:
    """Unpack a file outside any transaction, and make a candidate of it; returns after the commit."""
    with tempfile.TemporaryDirectory(prefix="beginend-import-") as place:
        bundle = await asyncio.to_thread(unpack, file, Path(place), house.settings.built)
        async with house.database.unit_of_work() as session:
            row = await take_in(session, user, bundle, house.shelf)
            return ImportOut.of(await find_import(session, user, row.id))
