"""Work items of a set out again: those that failed, and those whose verdict has changed since."""

import asyncio
import uuid
from typing import Any

from sqlalchemy import ColumnElement, and_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.courses.shelf import Shelf
from server.database.models import (
    Depth,
    ExerciseVersion,
    Grading,
    ItemState,
    Rescore,
    RescoreItem,
    RescoreState,
    Submission,
    User,
)
from server.errors import RescoreNotDue, TrialNeverCounts
from server.rescoring.depth import least_that_suffices
from server.rescoring.finding import held
from server.rescoring.picking import Pick, changed_since, picked
from server.rescoring.planning import BY_A_LIMIT
from server.rescoring.scope import JUDGED_BY
from server.rescoring.steering import let_run
from server.rescoring.trials import is_trial
from server.rescoring.writing import tell, updated

#: What an item is before anything is known of it.
_BLANK: dict[str, Any] = dict.fromkeys(
    ("after_outcome", "after_score", "change", "cause", "checks", "spread", "result", "fault", "deepened")
)

# The verdict that counts now takes the place of the one that was rescored; sets of people who were removed are gone.
_REFRESH = text(
    """
    update rescore_items item
       set before_grading_id = grading.id, before_outcome = grading.outcome, before_score = grading.score
      from submissions submission join gradings grading on grading.id = submission.current_grading_id
     where item.rescore_id = :rescore_id and item.state = 'waiting' and submission.id = item.submission_id
       and submission.state = 'done' and grading.state = 'final' and grading.id <> item.before_grading_id
    """
)


async def try_again(
    session: AsyncSession, user: User | None, rescore_id: uuid.UUID, shelf: Shelf, pick: Pick | None = None
) -> int:
    """Work out items again: those that failed, and those whose verdict has changed since.

    Args:
        session: A unit of work.
        user: Who asks; None for the operator.
        rescore_id: The set.
        shelf: Where versions stand.
        pick: Among which items; all when left out.

    Returns:
        How many are worked out again; the set is running then.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: It is not worked out, or nothing of it is to be tried again.
        TrialNeverCounts: It tries an image.

    """
    rescore = await held(session, user, rescore_id, (RescoreState.READY, RescoreState.APPLIED))
    if is_trial(rescore):
        raise TrialNeverCounts
    # What waits in a set that does not run was left when it was given up while something of it counted.
    open_ = RescoreItem.state.in_((ItemState.ERROR, ItemState.KEPT, ItemState.WAITING))
    meant = and_(
        *picked(rescore_id, pick or Pick()),
        RescoreItem.applied_grading_id.is_(None),
        open_ | changed_since(),
    )
    number = await updated(session, update(RescoreItem).where(meant).values(state=ItemState.WAITING, **_BLANK))
    if not number:
        raise RescoreNotDue(state=rescore.state.value)
    await session.execute(_REFRESH, {"rescore_id": rescore_id})
    await _choose_depths(session, rescore, shelf)
    rescore.state = RescoreState.RUNNING
    rescore.finished_at = None
    await let_run(session, rescore)
    audit.note(session, user, "rescore.again", rescore_id, course_id=rescore.course_id, items=number)
    await tell(session, rescore_id)
    return number


async def _choose_depths(session: AsyncSession, rescore: Rescore, shelf: Shelf) -> None:
    """Choose anew how deep the items go that wait: their verdict may be another version's now."""
    if rescore.scope.get("depth") is not None:
        return
    pairs = (
        await session.execute(
            select(JUDGED_BY.label("old"), RescoreItem.exercise_version_id.label("new"), BY_A_LIMIT.label("limit"))
            .select_from(RescoreItem)
            .join(Submission, Submission.id == RescoreItem.submission_id)
            .join(Grading, Grading.id == RescoreItem.before_grading_id)
            .where(RescoreItem.rescore_id == rescore.id, RescoreItem.state == ItemState.WAITING)
            .distinct()
        )
    ).all()
    for old, new, limit in pairs:
        depth = await _depth(session, shelf, old, new, by_a_limit=limit)
        of_pair: ColumnElement[bool] = and_(JUDGED_BY.in_([old]), BY_A_LIMIT.is_(limit))
        theirs = (
            select(Submission.id)
            .join(Grading, Grading.id == RescoreItem.before_grading_id)
            .where(Submission.id == RescoreItem.submission_id, of_pair)
            .correlate(RescoreItem)
        )
        await session.execute(
            update(RescoreItem)
            .where(
                RescoreItem.rescore_id == rescore.id,
                RescoreItem.state == ItemState.WAITING,
                RescoreItem.exercise_version_id == new,
                theirs.exists(),
            )
            .values(depth=depth)
            .execution_options(synchronize_session=False)
        )


async def _depth(session: AsyncSession, shelf: Shelf, old: uuid.UUID, new: uuid.UUID, *, by_a_limit: bool) -> Depth:
    """Return how deep it goes from one version to another."""
    before, now = await session.get_one(ExerciseVersion, old), await session.get_one(ExerciseVersion, new)

    def compare() -> Depth:
        bundle = shelf.load(before.version)
        return least_that_suffices(bundle, shelf.load(now.version), by_a_limit=by_a_limit).depth

    return await asyncio.to_thread(compare)
