"""Write down what was worked out, many items at once.

Whoever comes second, with the same item, writes nothing; nor who compared it with a verdict that it had before.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import fields

from sqlalchemy import ColumnElement, Update, case, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import ItemState, Rescore, RescoreItem, RescoreState, Submission, User
from server.rescoring.after import Written
from server.submissions.grading import CHANNEL

_WRITE = text(
    """
    update rescore_items item
       set state = new.state, depth = new.depth, after_outcome = new.after_outcome, after_score = new.after_score,
           deepened = nullif(concat_ws(' ', item.deepened, new.deepened), ''),
           change = new.change, cause = new.cause, checks = new.checks, spread = new.spread,
           result = new.result, fault = new.fault
      from jsonb_to_recordset(cast(:rows as jsonb)) as new(
           submission_id uuid, before_grading_id uuid, state text, depth text, deepened text, after_outcome text,
           after_score float, change text, cause text, checks jsonb, spread jsonb, result jsonb, fault jsonb)
     where item.rescore_id = :rescore_id and item.submission_id = new.submission_id and item.state = 'waiting'
       and item.before_grading_id = new.before_grading_id
    """
)
_COLUMNS = tuple(field.name for field in fields(Written))
_TELL = text("select pg_notify(:channel, :payload)")


async def write_items(session: AsyncSession, rescore_id: uuid.UUID, rows: Sequence[Written]) -> None:
    """Write items down that still wait; one that was removed, or written by somebody else, stays as it is."""
    values = [{name: getattr(row, name) for name in _COLUMNS} for row in rows]  # findings are not copied for this
    await session.execute(_WRITE, {"rescore_id": rescore_id, "rows": json.dumps(values, default=str)})
    await tell(session, rescore_id)


async def updated(session: AsyncSession, change: Update) -> int:
    """Update items, and return how many; they may be a million, so that they are counted where they are."""
    rows = change.returning(RescoreItem.submission_id).cte()
    return await session.scalar(select(func.count()).select_from(rows)) or 0


def counts(rescore_id: uuid.UUID) -> ColumnElement[bool]:
    """Tell whether something of a set was let count and was not taken back."""
    return (
        select(RescoreItem.submission_id)
        .where(
            RescoreItem.rescore_id == rescore_id,
            RescoreItem.applied_grading_id.is_not(None),
            RescoreItem.undone.is_(False),
        )
        .exists()
    )


async def finish(session: AsyncSession, rescore_id: uuid.UUID) -> bool:
    """Say that everything is worked out, if it is; to be asked after the last items were committed.

    Returns:
        Whether the set became ready now, or is an applied one again.

    """
    waiting = select(RescoreItem.submission_id).where(
        RescoreItem.rescore_id == rescore_id, RescoreItem.state == ItemState.WAITING
    )
    done = await session.execute(
        update(Rescore)
        .where(Rescore.id == rescore_id, Rescore.state == RescoreState.RUNNING, ~waiting.exists())
        .values(
            state=case((counts(rescore_id), RescoreState.APPLIED), else_=RescoreState.READY),
            finished_at=func.clock_timestamp(),
        )
        .returning(Rescore.id)
    )
    if done.one_or_none() is None:
        return False
    # A set that was made while somebody was removed may have items of theirs.
    gone = select(Submission.id).join(User, User.id == Submission.user_id).where(User.deleted_at.is_not(None))
    theirs = (RescoreItem.rescore_id == rescore_id, RescoreItem.submission_id.in_(gone))
    await session.execute(delete(RescoreItem).where(*theirs).execution_options(synchronize_session=False))
    await tell(session, rescore_id)
    return True


async def tell(session: AsyncSession, rescore_id: uuid.UUID) -> None:
    """Tell whoever listens that a set changed, when the session commits."""
    await session.execute(_TELL, {"channel": CHANNEL, "payload": json.dumps({"id": str(rescore_id)})})
