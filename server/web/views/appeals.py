"""What a student said against a verdict, and what became of it; and whether something more can be said now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from server.appeals import AppealLine
from server.database.models import AppealState, State, User
from server.submissions import SubmissionView


@dataclass(frozen=True, slots=True)
class AppealNote:
    """One appeal, as its student reads it."""

    check_id: str  #: empty for the whole verdict
    words: str
    state: Literal["open", "upheld", "rejected"]
    answer: str
    by: str
    created_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """An appeal that was not taken: nothing that was written is lost."""

    check_id: str
    words: str
    refusal: str


@dataclass(frozen=True, slots=True)
class Appeals:
    """Everything about appeals on the page of one submission."""

    notes: tuple[AppealNote, ...] = ()
    can_appeal: bool = False  #: whether the reader may say now that the verdict is wrong
    unsent: Unsent | None = None

    def about(self, check_id: str) -> list[AppealNote]:
        """Return what was said about a check, latest first; about the whole verdict for an empty id."""
        return [note for note in self.notes if note.check_id == check_id]


#: Where nobody may say anything: while judging goes on, and beside the editor.
NO_APPEALS = Appeals()


def appeals_view(
    view: SubmissionView, lines: Sequence[AppealLine], reader: User, unsent: Unsent | None = None
) -> Appeals:
    """Return the appeals of a submission as ``reader`` sees them."""
    waits = any(line.state is AppealState.OPEN for line in lines)
    return Appeals(
        notes=tuple(_note(line, ZoneInfo(view.zone)) for line in lines),
        can_appeal=view.user_id == reader.id and view.state is State.DONE and not waits,
        unsent=unsent,
    )


def _note(line: AppealLine, zone: ZoneInfo) -> AppealNote:
    """Return one appeal, with times by the clock of its course."""
    return AppealNote(
        check_id=line.check_id or "",
        words=line.words,
        state=line.state.value,
        answer=line.answer or "",
        by=line.answered_by or "—",
        created_at=line.created_at.astimezone(zone),
        answered_at=line.answered_at.astimezone(zone) if line.answered_at else None,
    )
