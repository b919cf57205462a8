"""Make a rescore: the set, its items in chunks, and the jobs that work them out; in one unit of work."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.courses.shelf import Shelf
from server.database.models import Depth, Grading, ItemState, Rescore, RescoreItem, Submission, User
from server.queue.doorbell import ring_for_rescore
from server.queue.images import image_of_workers
from server.rescoring.planning import Group, in_scope, of_group, plan
from server.rescoring.scope import Scope
from server.rescoring.trials import UPGRADE, is_trial

#: Submissions in a chunk where nothing runs; different programs in one where something does.
RECHECK_CHUNK = 200
RUNNING_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """How a rescore is to be made.

    Attributes:
        scope: About which submissions.
        per_minute: No faster than this; as fast as nobody is kept waiting when None.
        repeats: How many further runs are made where one differs for no reason.
        reason: Why, for those who read it later.
        upgrade: Of a trial (``server.rescoring.trials``), which no worker works out and which never counts: the image.
        on_image: Only workers that judge in this sandbox image work it out (``sha256:...``, or its beginning).

    """

    scope: Scope
    per_minute: int | None = None
    repeats: int = 2
    reason: str = ""
    upgrade: Mapping[str, Any] | None = None
    on_image: str | None = None


async def make_rescore(session: AsyncSession, user: User | None, wish: Wish, shelf: Shelf) -> Rescore:
    """Make a rescore and ask the workers for it; what counts stays what it is.

    Raises:
        Refused: As :func:`server.rescoring.planning.plan` says; NobodyHasImage where no worker judges in the image.

    """
    if wish.on_image is not None and wish.scope.depth is None:  # what is only checked runs on no image
        wish = replace(wish, scope=replace(wish.scope, depth=Depth.RERUN))
    planned = await plan(session, user, wish.scope, shelf)
    wish = replace(wish, scope=planned.scope)
    made = Rescore(
        id=uuid.uuid4(),
        course_id=planned.course.id,
        made_by_id=user.id if user else None,
        scope=await _kept(session, wish),
        reasons=[group.to_json() for group in planned.groups],
        total=planned.total,
        per_minute=wish.per_minute,
        repeats=wish.repeats,
        reason=wish.reason,
        on_image=None if wish.on_image is None else await image_of_workers(session, wish.on_image),
    )
    session.add(made)
    await session.flush()
    first = 0
    for group in planned.groups:
        await session.execute(_items(made.id, planned.scope, planned.course.id, group, first))
        first = await _chunks(session, made.id)
    made.total = await _count(session, made.id)
    if not is_trial(made):
        await ring_for_rescore(session, made.id, range(first))
    audit.note(
        session, user, "rescore.run", made.id, course_id=planned.course.id, scope=_told(made.scope), total=made.total
    )
    return made


def _items(rescore_id: uuid.UUID, scope: Scope, course_id: uuid.UUID, group: Group, first: int) -> Any:  # noqa: ANN401
    """Insert the items of a group, numbered in chunks; identical code always lies in one chunk."""
    if group.need.depth is Depth.RECHECK:
        number = (func.row_number().over(order_by=(Submission.sha256, Submission.id)) - 1) // RECHECK_CHUNK
    else:
        number = (func.dense_rank().over(order_by=Submission.sha256) - 1) // RUNNING_CHUNK
    values = {
        "rescore_id": literal(rescore_id),
        "submission_id": Submission.id,
        "chunk": literal(first) + number,
        "before_grading_id": Grading.id,
        "exercise_version_id": literal(group.new),
        "sha256": Submission.sha256,
        "depth": literal(group.need.depth, RescoreItem.depth.type),
        "state": literal(ItemState.WAITING, RescoreItem.state.type),
        "before_outcome": Grading.outcome,
        "before_score": Grading.score,
    }
    wanted = in_scope(scope, course_id, *values.values())
    belongs = of_group(group, asked=scope.to_version is not None or scope.replayed)
    made = insert(RescoreItem).from_select(list(values), wanted.where(belongs))
    return made.on_conflict_do_nothing()  # judged meanwhile, it may belong to the next group too


async def _chunks(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Return the first number that no chunk has."""
    highest = select(func.max(RescoreItem.chunk)).where(RescoreItem.rescore_id == rescore_id)
    found = await session.scalar(highest)
    return 0 if found is None else found + 1


async def _count(session: AsyncSession, rescore_id: uuid.UUID) -> int:
    """Return how many items there are; a submission may have come or gone while they were written."""
    counted = select(func.count()).select_from(RescoreItem).where(RescoreItem.rescore_id == rescore_id)
    return await session.scalar(counted) or 0


async def _kept(session: AsyncSession, wish: Wish) -> dict[str, Any]:
    """Return a scope as the set keeps it: people by id, since names can be removed where they are kept."""
    people = await session.scalars(select(User.id).where(User.login.in_(wish.scope.students)).order_by(User.id))
    kept = {**wish.scope.to_json(), "students": [str(one) for one in people]}
    return kept if wish.upgrade is None else {**kept, UPGRADE: dict(wish.upgrade)}


def _told(scope: dict[str, Any]) -> dict[str, Any]:
    """Return a scope as the audit may keep it: people by number, not by name."""
    return {**scope, "students": len(scope["students"])}
