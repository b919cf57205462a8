"""What a student reads of a rescore that changed their verdict."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from exercises.text import Language
from server.rescoring.telling import Told

FULL = 100


@dataclass(frozen=True, slots=True)
class Rescored:
    """One submission with another verdict; scores in points of a hundred, the moment by the course's clock."""

    submission_id: uuid.UUID
    number: int
    title: str
    before: int
    after: int
    reason: str
    at: datetime
    corrected: bool  #: what it counts a teacher has said, and its points with it


def rescored_views(told: Sequence[Told], language: Language) -> list[Rescored]:
    """Return what the pages show."""
    return [
        Rescored(
            submission_id=one.submission_id,
            number=one.number,
            title=one.title[language],
            before=round(one.before_score * FULL),
            after=round(one.after_score * FULL),
            reason=one.reason,
            at=one.at.astimezone(ZoneInfo(one.zone)),
            corrected=one.corrected,
        )
        for one in told
    ]


def shown_until(sent: str) -> datetime | None:
    """Return the latest moment that a notice told of, as its form sent it; None where that is none of ours."""
    try:
        moment = datetime.fromisoformat(sent)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
