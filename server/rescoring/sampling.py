"""Choose submissions for a trial: some of each exercise and each outcome, by a seed the same ones each time."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from server.database.models import Assignment, Grading, Submission
from server.rescoring.planning import in_scope
from server.rescoring.scope import JUDGED_BY, Scope


@dataclass(frozen=True, slots=True)
class Stratum:
    """Submissions to one exercise that have one outcome."""

    exercise: str
    outcome: str
    submissions: int
    programs: int  #: different ones

    def to_json(self) -> dict[str, Any]:
        """Return it as a trial keeps it."""
        return asdict(self)


async def strata_of(session: AsyncSession, scope: Scope, course_id: uuid.UUID) -> Sequence[Stratum]:
    """Return what there is to choose from."""
    keys = (Assignment.exercise_id.label("exercise"), Grading.outcome.label("outcome"))
    program = func.concat(cast(JUDGED_BY, String), Submission.sha256)
    counts = (func.count(), func.count(program.distinct()))
    rows = await session.execute(
        in_scope(scope, course_id, *keys, *counts).group_by("exercise", "outcome").order_by("exercise", "outcome")
    )
    return [Stratum(*row) for row in rows]


async def sample_of(
    session: AsyncSession, scope: Scope, course_id: uuid.UUID, *, number: int, seed: int
) -> Sequence[uuid.UUID]:
    """Return submissions with different programs: first one of each stratum, then a second of each, and so on.

    Args:
        session: Where to look.
        scope: Of which.
        course_id: The scope's course.
        number: How many at most.
        seed: The same seed chooses the same ones, as long as there are no others.

    """
    exercise, outcome = Assignment.exercise_id, Grading.outcome
    program = (exercise, outcome, JUDGED_BY, Submission.sha256)
    lot = func.md5(func.concat(cast(seed, String), cast(Submission.id, String))).label("lot")
    different = (
        in_scope(scope, course_id, Submission.id, exercise.label("exercise"), outcome.label("outcome"), lot)
        .ext(distinct_on(*program))
        .order_by(*program, Submission.id)
        .subquery()
    )
    turn = func.row_number().over(partition_by=(different.c.exercise, different.c.outcome), order_by=different.c.lot)
    turns = select(different.c.id, different.c.lot, turn.label("turn")).subquery()
    rows = await session.scalars(select(turns.c.id).order_by(turns.c.turn, turns.c.lot).limit(number))
    return list(rows)
