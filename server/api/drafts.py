"""``/draft`` of an exercise: what the caller has written and not handed in yet, the same on all their devices."""

import re
from typing import Annotated

from fastapi import APIRouter, Header
from starlette.responses import Response

from exercises.text import Text
from server.api.identity import DOCUMENTED, ApiUser
from server.api.models import AnswerIn
from server.api.problems import RESPONSES
from server.api.submission_models import DraftOut
from server.api.submissions import answer_of
from server.courses import find_assignment
from server.errors import Refused
from server.submissions.drafts import delete_draft, read_draft, save_draft
from server.web.desk import bundle_of
from server.web.house import HouseDep

router = APIRouter(tags=["drafts"], dependencies=DOCUMENTED, responses=RESPONSES)

PATH = "/courses/{course}/exercises/{exercise_id}/draft"

_TAG = re.compile(r'"(\d{1,9})"')

IfMatch = Annotated[
    str | None,
    Header(
        description='The ETag of the draft that this one follows, `"0"` where there was none; 412 with the newer draft '
        "if there is one."
    ),
]


class UnreadableTag(Refused):
    """``If-Match`` is none of our ETags."""

    status = 422
    code = "unreadable-etag"
    default = Text(zh="If-Match 须为草稿的 ETag。", en="If-Match must be the ETag of a draft.")


@router.get(PATH)
async def get_draft(course: str, exercise_id: str, response: Response, house: HouseDep, user: ApiUser) -> DraftOut:
    """Return the caller's draft, with its number as ETag."""
    async with house.database.reading() as session:
        assignment = await find_assignment(session, user, exercise_id, course)
        draft = DraftOut.of(await read_draft(session, user, assignment))
    response.headers["ETag"] = _tag(draft)
    return draft


@router.put(PATH)
async def put_draft(  # noqa: PLR0917 - the framework passes them by name
    course: str,
    exercise_id: str,
    answer: AnswerIn,
    response: Response,
    house: HouseDep,
    user: ApiUser,
    if_match: IfMatch = None,
) -> DraftOut:
    """Keep a draft in the place of the one before. Handing in leaves it alone."""
    known = _known(if_match)
    async with house.database.unit_of_work() as session:
        assignment = await find_assignment(session, user, exercise_id, course)
        bundle = await bundle_of(session, house, assignment)
        draft = DraftOut.of(await save_draft(session, user, assignment, bundle, answer_of(answer), known=known))
    response.headers["ETag"] = _tag(draft)
    return draft


@router.delete(PATH, status_code=204)
async def forget_draft(course: str, exercise_id: str, house: HouseDep, user: ApiUser) -> None:
    """Delete the caller's draft; it is fine if there is none."""
    async with house.database.unit_of_work() as session:
        assignment = await find_assignment(session, user, exercise_id, course)
        await delete_draft(session, user, assignment)


def _tag(draft: DraftOut) -> str:
    return f'"{draft.number}"'


def _known(if_match: str | None) -> int | None:
    """Return the number that an ``If-Match`` names.

    Raises:
        UnreadableTag: It names none.

    """
    if if_match is None:
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise UnreadableTag
    return int(found[1])
