"""``/me/data`` and ``/users/{id}/data``: a person's data handed out; ``DELETE /users/{id}``: removed."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from server.api.identity import DOCUMENTED, ApiUser
from server.api.problems import RESPONSES
from server.database.models import User
from server.personal_data import data_of, erase_person, personal_data
from server.storage import artifact_store
from server.web.house import House, HouseDep

router = APIRouter(tags=["personal data"], dependencies=DOCUMENTED, responses=RESPONSES)

IN_MEMORY = 1024 * 1024  #: bytes of a document that need no file
AT_ONCE = 64 * 1024  #: bytes that are sent in one piece

#: The document is long, so only its kind is described.
DOCUMENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "all that is kept"}
}


@router.get("/me/data", response_class=StreamingResponse, responses=DOCUMENT)
async def my_data(house: HouseDep, user: ApiUser) -> StreamingResponse:
    """Return everything that is kept about the caller: account, enrolments, submissions, drafts, appeals, audit."""
    return await _document(house, user, user.id)


@router.get("/users/{user_id}/data", response_class=StreamingResponse, responses=DOCUMENT)
async def data_of_user(user_id: uuid.UUID, house: HouseDep, user: ApiUser) -> StreamingResponse:
    """Return everything that is kept about a person (the person, or who manages people; that is written down)."""
    return await _document(house, user, user_id)


@router.delete("/users/{user_id}", status_code=204)
async def delete_user(
    user_id: uuid.UUID,
    house: HouseDep,
    user: ApiUser,
    confirm: Annotated[str, Query(description="the person's login name, as this cannot be undone")],
) -> None:
    """Remove a person and all they wrote (who manages people). Verdicts and statistics stay, as those of nobody."""
    async with house.database.unit_of_work() as session:
        erased = await erase_person(session, user, user_id, confirm=confirm)
    await asyncio.to_thread(artifact_store(house.settings).remove_all, erased.artifacts)


async def _document(house: House, user: User, user_id: uuid.UUID) -> StreamingResponse:
    """Answer with the document; who may not have it is refused before the answer begins.

    It is laid down before it is sent, so that a client who reads slowly holds no connection to the database.
    """
    async with house.database.unit_of_work() as session:
        person = await data_of(session, user, user_id)

    document = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by whoever sends it
    try:
        async with house.database.reading() as session:
            async for piece in personal_data(session, person):
                await asyncio.to_thread(document.write, piece)
        document.seek(0)
    except BaseException:
        document.close()
        raise

    async def pieces() -> AsyncIterator[bytes]:
        with document:
            while piece := await asyncio.to_thread(document.read, AT_ONCE):
                yield piece

    headers = {"Content-Disposition": f'attachment; filename="personal-data-{user_id}.json"'}
    return StreamingResponse(pieces(), media_type="application/json", headers=headers)
