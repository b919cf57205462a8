"""``/me/data`` and ``/users/{id}/data``: a person's data handed out; ``DELETE /users/{id}``: removed."""

import asyncio
import uuid
from collections.abc import AsyncIterator
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

#: The document is written while it is sent, so only its kind is described.
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
    """Answer with the document; who may not have it is refused before the answer begins."""
    async with house.database.unit_of_work() as session:
        person = await data_of(session, user, user_id)

    async def pieces() -> AsyncIterator[bytes]:
        async with house.database.reading() as session:
            async for piece in personal_data(session, person):
                yield piece

    headers = {"Content-Disposition": f'attachment; filename="personal-data-{user_id}.json"'}
    return StreamingResponse(pieces(), media_type="application/json", headers=headers)
