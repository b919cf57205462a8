"""What applying would do if it were done now: counted before anybody is asked whether they are sure."""

import uuid
from dataclasses import dataclass

from sqlalchemy import and_, func
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import RescoreItem
from server.rescoring.after import DOWN, LEVEL, UP, WORDS
from server.rescoring.applying import with_submissions
from server.rescoring.picking import OUTDATED, Pick, to_apply


@dataclass(frozen=True, slots=True)
class Prospect:
    """What applying would do.

    Attributes:
        down: Verdicts that would fall.
        up: That would rise.
        level: That would be another outcome with the same score.
        words: That would only be told otherwise.
        outdated: That have changed since they were rescored, and would be left as they are.

    """

    down: int
    up: int
    level: int
    words: int
    outdated: int

    @property
    def total(self) -> int:
        """How many gradings would be written."""
        return self.down + self.up + self.level + self.words

    @property
    def told(self) -> str:
        """It in one word, as a form sends back what was confirmed: falls, rises, level, words."""
        return f"{self.down}-{self.up}-{self.level}-{self.words}"

    @property
    def changed(self) -> int:
        """How many verdicts would have another outcome or score."""
        return self.down + self.up + self.level


async def prospect_of(session: AsyncSession, rescore_id: uuid.UUID, pick: Pick | None = None) -> Prospect:
    """Count what applying a set, or a part of it, would do now; whoever calls has asked who may see it."""
    change, fresh = RescoreItem.change, ~OUTDATED
    counts = (
        await session.execute(
            with_submissions(
                *(func.count().filter(and_(fresh, change.in_([word]))) for word in (DOWN, UP, LEVEL, WORDS)),
                func.count().filter(OUTDATED),
            ).where(*to_apply(rescore_id, pick or Pick()))
        )
    ).one()
    numbers: list[int] = list(counts)
    return Prospect(*numbers)
