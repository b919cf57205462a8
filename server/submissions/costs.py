"""What judging an exercise costs, as its last gradings say: for the order of the queue and for who waits in it."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LOOKED_AT = 50  # gradings


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians of each phase's duration; None where nothing is known yet."""

    quick_seconds: float | None
    training_seconds: float | None


# Of each version the last few, which an index hands out, and of those the last few; copied verdicts cost nothing.
_MEDIANS = text(
    """
    select percentile_cont(0.5) within group (order by latest.quick_ms) / 1000 as quick_seconds,
           percentile_cont(0.5) within group (order by latest.total_ms - latest.quick_ms)
               filter (where latest.trained) / 1000 as training_seconds
      from (
        select newest.* from exercise_versions version cross join lateral (
            select (grading.timing_ms ->> 'total')::float as total_ms,
                   coalesce(grading.timing_ms ->> 'quick', grading.timing_ms ->> 'total')::float as quick_ms,
                   grading.timing_ms ? 'quick' as trained,
                   submission.finished_at
              from submissions submission join gradings grading on grading.id = submission.current_grading_id
             where submission.exercise_version_id = version.id
               and submission.state = 'done' and submission.answered_by_id is null
             order by submission.finished_at desc
             limit :most) newest
         where version.exercise_id = :exercise_id
         order by newest.finished_at desc
         limit :most) latest
    """
)


async def expected_cost(session: AsyncSession, exercise_id: str) -> Cost:
    """Return how long the phases of an exercise usually take, over its last gradings in all versions and courses."""
    medians = (await session.execute(_MEDIANS, {"exercise_id": exercise_id, "most": LOOKED_AT})).one()
    return Cost(*medians)
