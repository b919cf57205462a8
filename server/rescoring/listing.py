"""The items of a set, one line each: whose, both verdicts, what came out otherwise and why; falls stand first."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from server.database.models import (
    Assignment,
    ExerciseVersion,
    FindingRow,
    Grading,
    RescoreItem,
    Submission,
    User,
)
from server.errors import UnknownSubmission
from server.rescoring.picking import OUTDATED, Pick, picked
from server.rescoring.rules import Changes, rule_changes
from server.rescoring.scope import JUDGED_BY
from server.verdict_object import verdict_object

#: What a grader looks at first stands first.
RANK: ColumnElement[int] = case(
    (RescoreItem.state == "error", 0),
    (RescoreItem.change == "down", 1),
    (RescoreItem.change == "up", 2),
    (RescoreItem.change == "level", 3),
    (RescoreItem.change == "words", 4),
    else_=5,
)

Place = tuple[int, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a set."""

    item: RescoreItem  #: without its result, which is long, where many are listed
    findings: Sequence[Mapping[str, Any]]  #: of the result
    rank: int
    exercise_id: str
    login: str
    name: str
    number: int  #: counts the person's submissions to the assignment
    outdated: bool  #: the verdict has changed since, and not by this set
    rules: Changes  #: of the checks that came out otherwise, and of the whole exercise: setting -> [old, new]


async def lines(
    session: AsyncSession, rescore_id: uuid.UUID, pick: Pick, *, after: Place | None, limit: int
) -> Sequence[Line]:
    """Return items of a set, errors and falls first.

    Args:
        session: Where to look.
        rescore_id: The set; whoever calls has asked whether the person may see it.
        pick: Which items.
        after: Rank and submission at which the page before ended.
        limit: How many at most.

    """
    query = (
        _lines()
        .options(defer(RescoreItem.result))
        .where(*picked(rescore_id, pick))
        .order_by(RANK, RescoreItem.submission_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(or_(after[0] < RANK, and_(RANK.in_([after[0]]), RescoreItem.submission_id > after[1])))
    return await _with_rules(session, (await session.execute(query)).all())


async def one_line(session: AsyncSession, rescore_id: uuid.UUID, submission_id: uuid.UUID) -> Line:
    """Return the item of one submission.

    Raises:
        UnknownSubmission: The set has none of it.

    """
    rows = (await session.execute(_lines().where(*picked(rescore_id, Pick(submissions=[submission_id]))))).all()
    if not rows:
        raise UnknownSubmission
    return (await _with_rules(session, rows))[0]


async def place_of_item(session: AsyncSession, rescore_id: uuid.UUID, submission_id: uuid.UUID) -> Place | None:
    """Return where a submission stands in the list of a set; None where the set has none of it."""
    own = (RescoreItem.rescore_id == rescore_id, RescoreItem.submission_id == submission_id)
    rank = await session.scalar(select(RANK).where(*own))
    return None if rank is None else (rank, submission_id)


async def both_verdicts(session: AsyncSession, line: Line) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return the verdict objects before and after; none after where it is not worked out."""
    item = line.item
    submission = await session.get_one(Submission, item.submission_id)
    grading = await session.get_one(Grading, item.before_grading_id)
    old = await session.get_one(ExerciseVersion, grading.exercise_version_id or submission.exercise_version_id)
    new = await session.get_one(ExerciseVersion, item.exercise_version_id)
    found = await session.scalars(
        select(FindingRow.data).where(FindingRow.grading_id == grading.id).order_by(FindingRow.position)
    )
    findings = list(found)
    shared: dict[str, Any] = {
        "exercise_id": line.exercise_id,
        "file": new.manifest.get("file_name"),
        "submission_sha256": submission.sha256,
        "state": "done",
    }
    before = verdict_object(
        **shared,
        version=old.version,
        outcome=grading.outcome,
        score=grading.score,
        checks=findings,
        error=grading.error,
        stdout=grading.stdout,
        environment=grading.environment,
        timing_ms=grading.timing_ms,
    )
    if item.after_outcome is None:
        return before, None
    result = item.result or {}
    after = verdict_object(
        **shared,
        version=new.version,
        outcome=item.after_outcome,
        score=item.after_score,
        checks=result.get("findings", findings),
        error=result.get("error", grading.error),
        stdout=result.get("stdout", grading.stdout),
        environment=result.get("environment", grading.environment),
        timing_ms=result.get("timing_ms", grading.timing_ms),
    )
    return before, after


def _lines() -> Select[*tuple[Any, ...]]:
    """Select items with whose they are, and both versions' manifests by id."""
    return (
        select(
            RescoreItem,
            RescoreItem.result["findings"].label("findings"),
            RANK.label("rank"),
            Assignment.exercise_id,
            User.login,
            User.display_name,
            Submission.number,
            and_(RescoreItem.applied_grading_id.is_(None), OUTDATED).label("outdated"),
            JUDGED_BY.label("old"),
        )
        .join(Submission, Submission.id == RescoreItem.submission_id)
        .join(User, User.id == Submission.user_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Grading, Grading.id == RescoreItem.before_grading_id)
    )


async def _with_rules(session: AsyncSession, rows: Sequence[Any]) -> list[Line]:
    """Add what differs in the rules, looked up once for each pair of versions."""
    pairs = {(row.old, row.RescoreItem.exercise_version_id) for row in rows}
    changes = await _changes(session, {(old, new) for old, new in pairs if old != new})
    made = []
    for row in rows:
        item = row.RescoreItem
        rules = changes.get((row.old, item.exercise_version_id), {})
        concerned = {"", *(check["id"] for check in item.checks or ())}
        told = {name: change for name, change in rules.items() if name in concerned}
        whose = (row.exercise_id, row.login, row.display_name, row.number)
        made.append(Line(item, row.findings or (), row.rank, *whose, row.outdated, told))
    return made


async def _changes(
    session: AsyncSession, pairs: set[tuple[uuid.UUID, uuid.UUID]]
) -> Mapping[tuple[uuid.UUID, uuid.UUID], Changes]:
    """Return what differs between pairs of versions."""
    versions = {version for pair in pairs for version in pair}
    asked = select(ExerciseVersion.id, ExerciseVersion.manifest).where(ExerciseVersion.id.in_(versions))
    manifests = {row.id: row.manifest for row in await session.execute(asked)} if versions else {}
    return {(old, new): rule_changes(manifests[old], manifests[new]) for old, new in pairs}
