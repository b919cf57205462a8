"""Work out what a rescore would be: how many submissions, how deep, why, and what it will probably cost."""

import asyncio
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from server.courses.access import course_for
from server.courses.enrolments import find_course
from server.courses.shelf import Shelf
from server.database.models import Assignment, Course, Depth, ExerciseVersion, Grading, Submission, User
from server.errors import CannotRescoreBy, NothingToRescore, UnknownExercise, UnknownVersion
from server.imports.publishing import PREFIX, SHORTEST_VERSION, published_version
from server.permissions import Action
from server.rescoring.depth import ENDED_BY_A_LIMIT, Need, least_that_suffices
from server.rescoring.scope import JUDGED_BY, Scope, conditions
from server.submissions.costs import expected_cost

#: What one stored verdict costs to check again, database included; measured (docs/figures.md).
RECHECK_SECONDS = 0.003

#: Whether a limit ended the submission.
BY_A_LIMIT: ColumnElement[bool] = Grading.outcome.in_(sorted(ENDED_BY_A_LIMIT))


@dataclass(frozen=True, slots=True)
class Group:
    """Submissions to one exercise that are judged by one version now and by another then, and go equally deep."""

    exercise_id: str
    old: uuid.UUID
    new: uuid.UUID
    old_version: str
    new_version: str
    by_a_limit: bool
    count: int
    programs: int  #: different ones: identical code is judged once
    need: Need
    seconds: float | None  #: what it will probably cost; None where nothing is known yet

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept and shown."""
        return {
            "exercise": self.exercise_id,
            "from": self.old_version,
            "to": self.new_version,
            "by_a_limit": self.by_a_limit,
            "count": self.count,
            "programs": self.programs,
            "depth": self.need.depth.value,
            "reasons": list(self.need.reasons),
            "seconds": self.seconds,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rescore would be."""

    scope: Scope
    course: Course
    groups: Sequence[Group]

    @property
    def total(self) -> int:
        """How many submissions it is about."""
        return sum(group.count for group in self.groups)

    @property
    def seconds(self) -> float | None:
        """What it will probably cost on one worker that has nothing else to do; None where that is not known."""
        known = [group.seconds for group in self.groups if group.seconds is not None]
        return sum(known) if len(known) == len(self.groups) else None


async def plan(session: AsyncSession, user: User | None, scope: Scope, shelf: Shelf) -> Plan:
    """Work out what a rescore would be; nothing is written.

    Args:
        session: Where to look.
        user: Who asks; None for the operator at the command line.
        scope: What is asked for.
        shelf: Where the versions stand.

    Raises:
        UnknownCourse: There is none, or the person takes no part in it.
        NotAllowed: Their role does not allow it.
        UnknownExercise, UnknownVersion: There is none to judge by.
        NothingToRescore: No submission fits.
        CannotRescoreBy: The version to judge by is another kind of exercise.

    """
    if user is None:
        course = await find_course(session, scope.course)
    else:
        course = await course_for(session, user, Action.RESCORE, scope.course)
    scope = replace(scope, version=await _judged_by(session, scope))
    target = await _target(session, scope)
    rows = (await session.execute(_grouped(scope, course.id, target))).all()
    if not rows:
        raise NothingToRescore
    groups = [await _group(session, scope, shelf, row) for row in rows]
    if not all(group.need.possible for group in groups):
        raise CannotRescoreBy
    return Plan(scope, course, groups)


def in_scope(scope: Scope, course_id: uuid.UUID, *columns: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401 - columns
    """Select of the submissions that a scope is about, with current grading, assignment and student."""
    return (
        select(*columns)
        .select_from(Submission)
        .join(Grading, Grading.id == Submission.current_grading_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(User, User.id == Submission.user_id)
        .where(*conditions(scope, course_id))
    )


def of_group(group: Group, *, asked: bool) -> ColumnElement[bool]:
    """Return whether a submission in scope belongs to a group; ``asked``: not by what its assignment hands out."""
    return and_(
        Assignment.exercise_id == group.exercise_id,
        JUDGED_BY.in_([group.old]),
        true() if asked else Assignment.exercise_version_id == group.new,
        BY_A_LIMIT.is_(group.by_a_limit),
    )


async def _target(session: AsyncSession, scope: Scope) -> ExerciseVersion | None:
    """Return the version that was asked for."""
    if scope.to_version is None:
        return None
    if scope.exercise is None:
        raise UnknownExercise
    return await published_version(session, scope.exercise, scope.to_version)


async def _judged_by(session: AsyncSession, scope: Scope) -> str | None:
    """Return in full the version by which submissions were judged; of several exercises where none is named.

    Raises:
        UnknownVersion: Its digits stand for none, or for several.

    """
    if scope.version is None:
        return None
    digits = scope.version.removeprefix(PREFIX)
    if re.fullmatch(r"[0-9a-f]{64}", digits):
        return PREFIX + digits
    if scope.exercise is not None:
        return (await published_version(session, scope.exercise, scope.version)).version
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_VERSION},64}}", digits):
        raise UnknownVersion
    beginning = ExerciseVersion.version.startswith(PREFIX + digits)
    found = (await session.scalars(select(ExerciseVersion.version).where(beginning).distinct().limit(2))).all()
    if len(found) != 1:
        raise UnknownVersion
    return found[0]


def _grouped(scope: Scope, course_id: uuid.UUID, target: ExerciseVersion | None) -> Select[*tuple[Any, ...]]:
    """Select the groups of a scope: exercise, version now, version then, ended by a limit, submissions, programs."""
    then: Any = Assignment.exercise_version_id
    if target is not None:
        then = case((Submission.id.is_not(None), target.id))
    elif scope.replayed:
        then = JUDGED_BY
    keys = (Assignment.exercise_id, JUDGED_BY.label("old"), then.label("new"), BY_A_LIMIT.label("by_a_limit"))
    counts = func.count().label("count"), func.count(Submission.sha256.distinct()).label("programs")
    return in_scope(scope, course_id, *keys, *counts).group_by("exercise_id", "old", "new", "by_a_limit").order_by(
        "exercise_id", "old", "new", "by_a_limit"
    )  # fmt: skip


async def _group(session: AsyncSession, scope: Scope, shelf: Shelf, row: Any) -> Group:  # noqa: ANN401 - a row
    """Work out how deep a group must go and what it costs."""
    old = await session.get_one(ExerciseVersion, row.old)
    new = await session.get_one(ExerciseVersion, row.new)
    need = await asyncio.to_thread(_need, shelf, old.version, new.version, by_a_limit=row.by_a_limit)
    if scope.depth is not None and need.possible:
        need = replace(need, depth=scope.depth, reasons=("asked", *need.reasons))
    seconds: float | None = row.count * RECHECK_SECONDS
    if need.depth is not Depth.RECHECK:
        cost = await expected_cost(session, row.exercise_id)
        each = None if cost.quick_seconds is None else cost.quick_seconds + (cost.training_seconds or 0)
        seconds = None if each is None else row.programs * each
    return Group(
        exercise_id=row.exercise_id,
        old=row.old,
        new=row.new,
        old_version=old.version,
        new_version=new.version,
        by_a_limit=row.by_a_limit,
        count=row.count,
        programs=row.programs,
        need=need,
        seconds=None if seconds is None else round(seconds, 1),
    )


def _need(shelf: Shelf, old: str, new: str, *, by_a_limit: bool) -> Need:
    """Compare two versions; reads files."""
    before: Bundle = shelf.load(old)
    return least_that_suffices(before, shelf.load(new), by_a_limit=by_a_limit)
