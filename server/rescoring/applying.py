"""Let a set count, or a part of it, and take it back: each in one transaction, all of it or nothing.

A verdict that changed after it was rescored is never overwritten: who applies hears of it, and may apply the rest. What
is taken back is only what is still the set's. Corrections by hand stand beside verdicts and are not touched.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, func, insert, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.database.models import ItemState, RescoreItem, RescoreState, State, Submission, User
from server.errors import NothingToApply, RescoreHasErrors, RescoreNotDue, RescoreOutdated, TrialNeverCounts
from server.rescoring.finding import held
from server.rescoring.picking import OUTDATED, Pick, to_apply
from server.rescoring.trials import is_trial
from server.rescoring.writing import tell

#: Outdated submissions that a refusal names.
NAMED = 100

#: Sets of which something may count: one that is worked out once more in part does all the while, and one that was
#: taken back does again where the set that had come upon it was taken back after it.
MAY_COUNT = (RescoreState.APPLIED, RescoreState.UNDONE, RescoreState.RUNNING, RescoreState.PAUSED)

#: Nothing has come upon the set's verdict.
_STILL_ITS_OWN: tuple[ColumnElement[bool], ...] = (
    Submission.current_grading_id == RescoreItem.applied_grading_id,
    Submission.state == State.DONE,
)

#: Sorting and joining a hundred thousand rows takes a few tens of MB; with less it goes over the disk.
_ROOM = text("set local work_mem = '64MB'")
_CHOOSE = text("create temporary table chosen_items (submission_id uuid, grading_id uuid) on commit drop")
_CHOSEN = table("chosen_items", column("submission_id"), column("grading_id"))

_GRADINGS = text(
    """
    insert into gradings (id, submission_id, attempt, state, outcome, score, evidence, artifacts, error, stdout,
                          environment, timing_ms, exercise_version_id, rescore_id, finished_at)
    select chosen.grading_id, item.submission_id, submission.attempt + 1, 'final', item.after_outcome,
           item.after_score, coalesce(item.result -> 'evidence', before.evidence),
           coalesce(item.result -> 'artifacts', before.artifacts), nullif(item.result -> 'error', 'null'::jsonb),
           coalesce(item.result ->> 'stdout', before.stdout),
           coalesce(item.result -> 'environment', before.environment),
           coalesce(item.result -> 'timing_ms', before.timing_ms),
           nullif(item.exercise_version_id, submission.exercise_version_id), item.rescore_id, clock_timestamp()
      from chosen_items chosen
      join rescore_items item on item.rescore_id = :rescore_id and item.submission_id = chosen.submission_id
      join submissions submission on submission.id = chosen.submission_id
      join gradings before on before.id = item.before_grading_id
    """
)
_FINDINGS = text(
    """
    insert into findings (grading_id, position, phase, check_id, outcome, data)
    select chosen.grading_id, found.place - 1,
           case when found.data ->> 'kind' = 'accuracy' and found.data ->> 'outcome' <> 'skipped'
                then 'training' else 'quick' end,
           found.data ->> 'id', found.data ->> 'outcome', found.data
      from chosen_items chosen
      join rescore_items item on item.rescore_id = :rescore_id and item.submission_id = chosen.submission_id
      cross join lateral jsonb_array_elements(item.result -> 'findings') with ordinality found (data, place)
    """
)
_POINT = text(
    """
    update submissions submission
       set current_grading_id = chosen.grading_id, attempt = submission.attempt + 1
      from chosen_items chosen where submission.id = chosen.submission_id
    """
)
_NOTE = text(
    """
    update rescore_items item set applied_grading_id = chosen.grading_id
      from chosen_items chosen
     where item.rescore_id = :rescore_id and item.submission_id = chosen.submission_id
    """
)
_POINT_BACK = text(
    """
    update submissions submission set current_grading_id = chosen.grading_id
      from chosen_items chosen where submission.id = chosen.submission_id
    """
)
_NOTE_UNDONE = text(
    """
    update rescore_items item set undone = true
      from chosen_items chosen
     where item.rescore_id = :rescore_id and item.submission_id = chosen.submission_id
    """
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did."""

    applied: int  #: verdicts that count now
    outdated: int  #: left as they are, because they had changed since


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back did."""

    undone: int  #: verdicts that are what they were
    left: int  #: others had come after the set's, or the person was removed


async def apply(
    session: AsyncSession, user: User | None, rescore_id: uuid.UUID, pick: Pick | None = None, *, rest: bool = False
) -> Applied:
    """Let what a set worked out count.

    Args:
        session: A unit of work.
        user: Who applies; None for the operator.
        rescore_id: The set.
        pick: Which part of it; everything that changed when left out.
        rest: Apply the rest where some verdicts have changed since.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: It is not worked out, or was thrown away or taken back.
        TrialNeverCounts: It tries an image.
        RescoreHasErrors: Some items could not be worked out, and nobody has decided about them.
        RescoreOutdated: Some verdicts have changed since, and ``rest`` was not said.
        NothingToApply: Nothing that was asked for changes anything.

    """
    rescore = await held(session, user, rescore_id, (RescoreState.READY, RescoreState.APPLIED))
    if is_trial(rescore):
        raise TrialNeverCounts
    if errors := await _undecided(session, rescore_id):
        raise RescoreHasErrors(errors=errors)
    wanted = to_apply(rescore_id, pick or Pick())
    await _hold(session, wanted)
    outdated = await _number_outdated(session, wanted)
    if outdated and not rest:
        raise RescoreOutdated(
            outdated=outdated, submissions=[str(one) for one in await _outdated(session, wanted, NAMED)]
        )
    number = await _let_count(session, rescore_id, wanted)
    if not number:
        raise NothingToApply
    rescore.state = RescoreState.APPLIED
    rescore.applied_at = await session.scalar(select(func.clock_timestamp()))
    rescore.applied_by_id = user.id if user else None
    told = {"applied": number, "outdated": outdated, "pick": (pick or Pick()).to_json()}
    audit.note(session, user, "rescore.apply", rescore_id, course_id=rescore.course_id, **told)
    await tell(session, rescore_id)
    return Applied(number, outdated)


async def undo(session: AsyncSession, user: User | None, rescore_id: uuid.UUID) -> Undone:
    """Let the verdicts count again that a set replaced, where the set's still counts.

    Raises:
        UnknownRescore: There is none that the person may see.
        RescoreNotDue: Nothing of it counts: it was not applied, or is taken back already.

    """
    rescore = await held(session, user, rescore_id, MAY_COUNT)
    applied = _applied(rescore_id)
    await _hold(session, applied)
    number = await session.scalar(select(func.count()).select_from(RescoreItem).where(*applied)) or 0
    undone = await _choose(
        session,
        with_submissions(RescoreItem.submission_id, RescoreItem.before_grading_id).where(*applied, *_STILL_ITS_OWN),
    )
    if rescore.state is not RescoreState.APPLIED and not undone:
        raise RescoreNotDue(state=rescore.state.value)
    await session.execute(_POINT_BACK)
    await session.execute(_NOTE_UNDONE, {"rescore_id": rescore_id})
    rescore.state = RescoreState.UNDONE
    result = Undone(undone, number - undone)
    audit.note(
        session, user, "rescore.undo", rescore_id, course_id=rescore.course_id, undone=result.undone, left=result.left
    )
    await tell(session, rescore_id)
    return result


async def number_to_undo(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Return how many verdicts would be taken back now: those of the set that still count."""
    return await session.scalar(with_submissions(func.count()).where(*_applied(rescore_id), *_STILL_ITS_OWN)) or 0


async def outdated_items(session: AsyncSession, rescore_id: uuid.UUID, limit: int | None = None) -> list[uuid.UUID]:
    """Return the submissions, or the first of them, whose verdict changed since they were rescored, not by this set."""
    return await _outdated(session, _not_applied(rescore_id), limit)


async def number_of_outdated(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Return of how many submissions the verdict changed since they were rescored, not by this set."""
    return await _number_outdated(session, _not_applied(rescore_id))


def _not_applied(rescore_id: uuid.UUID) -> list[ColumnElement[bool]]:
    """Return what holds for items of a set that do not count."""
    return [RescoreItem.rescore_id == rescore_id, RescoreItem.applied_grading_id.is_(None)]


def _applied(rescore_id: uuid.UUID) -> list[ColumnElement[bool]]:
    """Return what holds for items of a set that were let count and were not taken back."""
    return [
        RescoreItem.rescore_id == rescore_id,
        RescoreItem.applied_grading_id.is_not(None),
        RescoreItem.undone.is_(False),
    ]


async def _undecided(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Return how many items are errors about which nobody has decided."""
    errors = (RescoreItem.rescore_id == rescore_id, RescoreItem.state == ItemState.ERROR)
    return await session.scalar(with_submissions(func.count()).where(*errors)) or 0


async def _hold(session: AsyncSession, wanted: list[ColumnElement[bool]]) -> None:
    """Hold the submissions, always in the same order; whoever writes a verdict of one waits, or was before us."""
    meant = (
        select(Submission.id)
        .where(Submission.id.in_(select(RescoreItem.submission_id).where(*wanted)))
        .order_by(Submission.id)
        .with_for_update(key_share=True)
        .subquery()
    )
    await session.execute(select(func.count()).select_from(meant))


async def _number_outdated(session: AsyncSession, wanted: list[ColumnElement[bool]]) -> int:
    """Return of how many submissions the verdict has changed since."""
    return await session.scalar(with_submissions(func.count()).where(*wanted, OUTDATED)) or 0


async def _outdated(session: AsyncSession, wanted: list[ColumnElement[bool]], limit: int | None) -> list[uuid.UUID]:
    """Return the first submissions whose verdict has changed since."""
    rows = with_submissions(RescoreItem.submission_id).where(*wanted, OUTDATED).order_by(RescoreItem.submission_id)
    return list(await session.scalars(rows.limit(limit)))


def with_submissions(*columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - columns
    """Select of items with their submissions, of people who are still there."""
    return (
        select(*columns)
        .select_from(RescoreItem)
        .join(Submission, Submission.id == RescoreItem.submission_id)
        .join(User, and_(User.id == Submission.user_id, User.deleted_at.is_(None)))
    )


async def _choose(session: AsyncSession, chosen: Select[*tuple[Any, ...]]) -> int:
    """Put submissions and the gradings that are to count for them aside; return how many."""
    await session.execute(_ROOM)
    await session.execute(_CHOOSE)
    await session.execute(insert(_CHOSEN).from_select(["submission_id", "grading_id"], chosen))
    await session.execute(text("analyze chosen_items"))
    return await session.scalar(text("select count(*) from chosen_items")) or 0


async def _let_count(session: AsyncSession, rescore_id: uuid.UUID, wanted: list[ColumnElement[bool]]) -> int:
    """Write the gradings and point to them; return how many."""
    new = func.gen_random_uuid().label("grading_id")
    number = await _choose(session, with_submissions(RescoreItem.submission_id, new).where(*wanted, ~OUTDATED))
    here = {"rescore_id": rescore_id}
    if number:
        await session.execute(_GRADINGS, here)
        await session.execute(_FINDINGS, here)
        await session.execute(_POINT)
        await session.execute(_NOTE, here)
    return number
