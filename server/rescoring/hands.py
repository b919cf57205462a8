"""How many workers can work a set out at present: with none it waits, and whoever looks at it should read why."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Rescore, RescoreState
from server.queue.images import hands_for
from server.rescoring.trials import is_trial


async def hands_of(session: AsyncSession, rescore: Rescore) -> int | None:
    """Return how many there are; None of a set that does not run, and of a trial, which no worker works out."""
    if rescore.state is not RescoreState.RUNNING or is_trial(rescore):
        return None
    return await hands_for(session, rescore.on_image)
