"""``/submissions/{id}/correction``: a teacher says what a submission counts."""

import uuid

from fastapi import APIRouter

from server.api.corrections_models import CorrectionIn, CorrectionOut
from server.api.identity import DOCUMENTED, ApiUser
from server.api.problems import RESPONSES
from server.submissions import correct, corrections_of, lift_correction
from server.web.house import HouseDep

router = APIRouter(tags=["corrections"], dependencies=DOCUMENTED, responses=RESPONSES)


@router.put("/submissions/{submission_id}/correction")
async def put_correction(
    submission_id: uuid.UUID, correction: CorrectionIn, house: HouseDep, user: ApiUser
) -> CorrectionOut:
    """Correct what a submission counts (teachers). The verdict stays, and the correction outlives rescores."""
    async with house.database.unit_of_work() as session:
        made = await correct(session, user, submission_id, correction.wanted(), correction.reason)
    return CorrectionOut.of(made)


@router.delete("/submissions/{submission_id}/correction", status_code=204)
async def delete_correction(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> None:
    """Lift the correction in force (teachers): the submission counts what its verdict says again."""
    async with house.database.unit_of_work() as session:
        await lift_correction(session, user, submission_id)


@router.get("/submissions/{submission_id}/corrections")
async def list_corrections(submission_id: uuid.UUID, house: HouseDep, user: ApiUser) -> list[CorrectionOut]:
    """List every correction of a submission, latest first: the one in force and those before it."""
    async with house.database.reading() as session:
        return [CorrectionOut.of(one) for one in await corrections_of(session, user, submission_id)]
