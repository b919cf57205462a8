"""Which items of a set are meant: those of some kind of change, cause or outcome, of some people, or named by id."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from server.database.models import Cause, Depth, ItemState, RescoreItem, State, Submission, User
from server.rescoring.after import DOWN, LEVEL, UP, WORDS

#: What applying would change something of.
CHANGED = (WORDS, UP, DOWN, LEVEL)

#: Somebody else's verdict has come since the set was worked out.
OUTDATED: ColumnElement[bool] = or_(
    Submission.current_grading_id.is_distinct_from(RescoreItem.before_grading_id), Submission.state != State.DONE
)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is asked for; what is empty is not asked.

    Attributes:
        changes: ``up``, ``down``, ``level``, ``words`` or ``same``.
        causes: Why they changed.
        depths: How deep they were judged.
        states: What is known of them.
        before: Outcomes before.
        after: Outcomes after.
        student: A login name.
        submissions: Ids.
        outdated: Those whose verdict has changed since they were worked out.

    """

    changes: Sequence[str] = ()
    causes: Sequence[Cause] = ()
    depths: Sequence[Depth] = ()
    states: Sequence[ItemState] = ()
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    student: str | None = None
    submissions: Sequence[uuid.UUID] = ()
    outdated: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as the audit keeps it: people by number."""
        return {
            "changes": list(self.changes),
            "causes": list(self.causes),
            "depths": list(self.depths),
            "before": list(self.before),
            "after": list(self.after),
            "one_student": self.student is not None,
            "submissions": len(self.submissions),
            "outdated": self.outdated,
        }


def changed_since() -> ColumnElement[bool]:
    """Tell of an item whether its submission's verdict has changed since it was worked out."""
    own = Submission.id == RescoreItem.submission_id
    return select(Submission.id).where(own, OUTDATED).correlate(RescoreItem).exists()


def picked(rescore_id: uuid.UUID, pick: Pick) -> list[ColumnElement[bool]]:
    """Return what must hold of an item."""
    held: list[ColumnElement[bool]] = [RescoreItem.rescore_id == rescore_id]
    for column, values in (
        (RescoreItem.change, pick.changes),
        (RescoreItem.cause, pick.causes),
        (RescoreItem.depth, pick.depths),
        (RescoreItem.state, pick.states),
        (RescoreItem.before_outcome, pick.before),
        (RescoreItem.after_outcome, pick.after),
        (RescoreItem.submission_id, pick.submissions),
    ):
        if values:
            held.append(column.in_(values))
    if pick.student is not None:
        theirs = select(Submission.id).join(User, User.id == Submission.user_id).where(User.login == pick.student)
        held.append(RescoreItem.submission_id.in_(theirs))
    if pick.outdated:
        held += [RescoreItem.applied_grading_id.is_(None), changed_since()]
    return held


def to_apply(rescore_id: uuid.UUID, pick: Pick) -> list[ColumnElement[bool]]:
    """Return what must hold of an item that is to be applied: it is worked out, changes something, and does not yet."""
    return [
        *picked(rescore_id, pick),
        RescoreItem.state == ItemState.DONE,
        RescoreItem.change.in_(CHANGED),
        RescoreItem.applied_grading_id.is_(None),
    ]
