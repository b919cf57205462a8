"""What a verdict was before it is rescored, loaded for many submissions at once."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.database.models import (
    Depth,
    ExerciseVersion,
    FindingRow,
    Grading,
    ItemState,
    RescoreItem,
    Submission,
)
from server.rescoring.scope import JUDGED_BY

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One submission of a set, with the verdict that counted when the set was made."""

    submission_id: uuid.UUID
    grading_id: uuid.UUID  #: of the verdict before
    sha256: str
    depth: Depth
    version: str  #: to judge by
    judged_by: str  #: the version that it was judged by
    outcome: str
    score: float
    evidence: str  #: JSON as text: the same text is checked once
    environment: Mapping[str, Any]
    stdout: str
    error: Json | None
    artifacts: Mapping[str, str]
    findings: Sequence[Json]


async def waiting_items(
    session: AsyncSession, rescore_id: uuid.UUID, chunk: int, *, depths: Sequence[Depth], limit: int
) -> list[Item]:
    """Return the next items of a chunk that wait, at most ``limit``, with everything that working them out needs."""
    by_then = aliased(ExerciseVersion)
    rows = (
        await session.execute(
            select(
                RescoreItem.submission_id,
                RescoreItem.sha256,
                RescoreItem.depth,
                ExerciseVersion.version,
                by_then.version.label("judged_by"),
                Grading.id,
                Grading.outcome,
                Grading.score,
                cast(Grading.evidence, String).label("evidence"),
                Grading.environment,
                Grading.stdout,
                Grading.error,
                Grading.artifacts,
            )
            .join(Grading, Grading.id == RescoreItem.before_grading_id)
            .join(Submission, Submission.id == RescoreItem.submission_id)
            .join(ExerciseVersion, ExerciseVersion.id == RescoreItem.exercise_version_id)
            .join(by_then, by_then.id == JUDGED_BY)
            .where(
                RescoreItem.rescore_id == rescore_id,
                RescoreItem.chunk == chunk,
                RescoreItem.state == ItemState.WAITING,
                RescoreItem.depth.in_(depths),
            )
            .order_by(RescoreItem.exercise_version_id, RescoreItem.sha256, RescoreItem.submission_id)
            .limit(limit)
        )
    ).all()
    findings = await findings_of(session, [row.id for row in rows])
    return [
        Item(
            submission_id=row.submission_id,
            grading_id=row.id,
            sha256=row.sha256,
            depth=row.depth,
            version=row.version,
            judged_by=row.judged_by,
            outcome=row.outcome,
            score=row.score,
            evidence=row.evidence,
            environment=row.environment,
            stdout=row.stdout,
            error=row.error,
            artifacts=row.artifacts,
            findings=findings[row.id],
        )
        for row in rows
    ]


async def waiting_depths(session: AsyncSession, rescore_id: uuid.UUID, chunk: int) -> set[Depth]:
    """Return how deep the items of a chunk go that wait."""
    waiting = (RescoreItem.chunk == chunk, RescoreItem.state == ItemState.WAITING)
    found = await session.scalars(select(RescoreItem.depth).where(RescoreItem.rescore_id == rescore_id, *waiting))
    return set(found)


async def findings_of(session: AsyncSession, gradings: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, list[Json]]:
    """Return the findings of many gradings, each in the order of the exercise."""
    found: defaultdict[uuid.UUID, list[Json]] = defaultdict(list)
    rows = await session.execute(
        select(FindingRow.grading_id, FindingRow.data)
        .where(FindingRow.grading_id.in_(gradings))
        .order_by(FindingRow.grading_id, FindingRow.position)
    )
    for grading_id, data in rows:
        found[grading_id].append(data)
    return found
