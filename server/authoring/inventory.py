"""Which exercises somebody works with, and how they are doing: versions, the gate, courses, students who fail."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from grader.contract import SubmissionOutcome
from server.database.models import (
    Assignment,
    Course,
    Enrolment,
    ExerciseImport,
    ExerciseRow,
    ExerciseVersion,
    Grading,
    GradingState,
    ImportState,
    Role,
    Submission,
    User,
)
from server.errors import NotAllowed, UnknownExercise
from server.imports.owners import owns
from server.permissions import Action, PlatformAction, may, may_on_platform


@dataclass(frozen=True, slots=True)
class GateLine:
    """What the gate said of one import, in short."""

    import_id: uuid.UUID
    version: str
    state: ImportState
    outcome: str | None  #: ``passed`` or ``failed``; None before it has said
    survivors: int
    done: int
    total: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version."""

    version: str
    published_at: datetime
    gate: GateLine | None  #: None for what came with the platform


@dataclass(frozen=True, slots=True)
class PinLine:
    """A course that hands an exercise out."""

    slug: str
    title: Text
    version: str
    may_change: bool  #: whether the person who looks may move it to another version


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How students' submissions ended, in the courses whose grades the person may see."""

    judged: int = 0
    passed: int = 0

    @property
    def failing(self) -> float | None:
        """The share that did not pass; None before anything was judged."""
        return (self.judged - self.passed) / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class ExerciseLine:
    """An exercise in the list."""

    id: str
    title: Text | None  #: None before anything was published
    kind: str
    owned: bool  #: whether the person may import and publish further versions
    versions: Sequence[VersionLine]  #: latest first
    candidates: Sequence[GateLine]  #: what is not published, latest first
    pins: Sequence[PinLine]
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class _Places:
    """The courses of a person: where they may change assignments, and where they may see grades."""

    change: frozenset[uuid.UUID]
    grades: frozenset[uuid.UUID]
    everywhere: bool


async def inventory(session: AsyncSession, user: User, exercise_id: str | None = None) -> list[ExerciseLine]:
    """Return the exercises that a person owns or hands out, an admin's all.

    Args:
        session: Where to look.
        user: Who asks.
        exercise_id: Only this one.

    Raises:
        NotAllowed: The person neither writes exercises nor chooses them for a course.

    """
    places = await _places(session, user)
    if not (may_on_platform(user, PlatformAction.IMPORT_EXERCISE) or places.change):
        raise NotAllowed
    wanted = _visible(user, places).order_by(ExerciseRow.id)
    if exercise_id is not None:
        wanted = wanted.where(ExerciseRow.id == exercise_id)
    exercises = (await session.scalars(wanted)).all()
    ids = [exercise.id for exercise in exercises]
    gates = await _gates(session, ids)
    versions = await _versions(session, ids)
    pins = await _pins(session, ids, places)
    outcomes = await _outcomes(session, ids, places)
    return [
        _line(
            user,
            exercise,
            versions=versions[exercise.id],
            gates=gates[exercise.id],
            pins=pins[exercise.id],
            outcomes=outcomes,
        )
        for exercise in exercises
    ]


async def the_exercise(session: AsyncSession, user: User, exercise_id: str) -> ExerciseLine:
    """Return one exercise.

    Raises:
        NotAllowed: As for the list.
        UnknownExercise: There is none, or the person has nothing to do with it.

    """
    found = await inventory(session, user, exercise_id) if exercise_id.isprintable() else []
    if not found:
        raise UnknownExercise
    return found[0]


async def works_with_exercises(session: AsyncSession, user: User) -> bool:
    """Tell whether somebody has a list of exercises at all."""
    return may_on_platform(user, PlatformAction.IMPORT_EXERCISE) or bool((await _places(session, user)).change)


async def _places(session: AsyncSession, user: User) -> _Places:
    rows = await session.execute(select(Enrolment.course_id, Enrolment.role).where(Enrolment.user_id == user.id))
    roles = {row.course_id: row.role for row in rows}

    def where(action: Action) -> frozenset[uuid.UUID]:
        return frozenset(course for course, role in roles.items() if may(role, action))

    return _Places(where(Action.CHANGE_ASSIGNMENTS), where(Action.SEE_GRADES), user.is_admin)


def _visible(user: User, places: _Places) -> Select[ExerciseRow]:
    wanted = select(ExerciseRow)
    if places.everywhere:
        return wanted
    handed_out = select(Assignment.exercise_id).where(Assignment.course_id.in_(places.change))
    mine = ExerciseRow.owner_id == user.id
    if not may_on_platform(user, PlatformAction.IMPORT_EXERCISE):
        return wanted.where(ExerciseRow.id.in_(handed_out))
    return wanted.where(or_(mine, ExerciseRow.id.in_(handed_out)))


async def _gates(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, list[GateLine]]:
    """Return what the gate said of each import, latest first; reports are long, so only what is shown is read."""
    report, progress = ExerciseImport.report, ExerciseImport.progress
    rows = await session.execute(
        select(
            ExerciseImport.exercise_id,
            ExerciseImport.id,
            ExerciseImport.version,
            ExerciseImport.state,
            report["outcome"].as_string(),
            func.coalesce(report["mutants"]["survived"].as_integer(), 0),
            func.coalesce(progress["done"].as_integer(), 0),
            func.coalesce(progress["total"].as_integer(), 0),
            ExerciseImport.created_at,
        )
        .where(ExerciseImport.exercise_id.in_(ids))
        .order_by(ExerciseImport.created_at.desc(), ExerciseImport.id.desc())
    )
    found: dict[str, list[GateLine]] = defaultdict(list)
    for exercise, *rest in rows:
        found[exercise].append(GateLine(*rest))
    return found


async def _versions(session: AsyncSession, ids: Sequence[str]) -> Mapping[str, list[tuple[str, datetime, Text, str]]]:
    """Return version, time, title and kind of what was published, latest first."""
    manifest = ExerciseVersion.manifest
    rows = await session.execute(
        select(
            ExerciseVersion.exercise_id,
            ExerciseVersion.version,
            ExerciseVersion.created_at,
            manifest["title"],
            manifest["kind"].as_string(),
        )
        .where(ExerciseVersion.exercise_id.in_(ids))
        .order_by(ExerciseVersion.created_at.desc(), ExerciseVersion.id.desc())
    )
    found: dict[str, list[tuple[str, datetime, Text, str]]] = defaultdict(list)
    for exercise, version, at, title, kind in rows:
        found[exercise].append((version, at, Text.model_validate(title), kind))
    return found


async def _pins(session: AsyncSession, ids: Sequence[str], places: _Places) -> Mapping[str, list[PinLine]]:
    """Return which courses hand the exercises out, of those in which the person may know."""
    wanted = (
        select(Assignment.exercise_id, Course, ExerciseVersion.version)
        .join(Course, Course.id == Assignment.course_id)
        .join(ExerciseVersion, ExerciseVersion.id == Assignment.exercise_version_id)
        .where(Assignment.exercise_id.in_(ids), Course.archived_at.is_(None))
        .order_by(Course.slug)
    )
    if not places.everywhere:
        wanted = wanted.where(Course.id.in_(places.change | places.grades))
    found: dict[str, list[PinLine]] = defaultdict(list)
    for exercise, course, version in await session.execute(wanted):
        change = places.everywhere or course.id in places.change
        found[exercise].append(PinLine(course.slug, Text.model_validate(course.title), version, change))
    return found


async def _outcomes(session: AsyncSession, ids: Sequence[str], places: _Places) -> Mapping[str, Outcomes]:
    """Count how students' submissions ended."""
    student = and_(
        Enrolment.user_id == Submission.user_id,
        Enrolment.course_id == Assignment.course_id,
        Enrolment.role == Role.STUDENT,
    )
    wanted = (
        select(
            Assignment.exercise_id,
            func.count(),
            func.count().filter(Grading.outcome == SubmissionOutcome.PASSED.value),
        )
        .select_from(Submission)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Enrolment, student)
        .join(Grading, and_(Grading.id == Submission.current_grading_id, Grading.state == GradingState.FINAL))
        .where(Assignment.exercise_id.in_(ids))
        .group_by(Assignment.exercise_id)
    )
    if not places.everywhere:
        wanted = wanted.where(Assignment.course_id.in_(places.grades))
    return {exercise: Outcomes(judged, passed) for exercise, judged, passed in await session.execute(wanted)}


def _line(
    user: User,
    exercise: ExerciseRow,
    *,
    versions: Sequence[tuple[str, datetime, Text, str]],
    gates: Sequence[GateLine],
    pins: Sequence[PinLine],
    outcomes: Mapping[str, Outcomes],
) -> ExerciseLine:
    """Put together what is known of an exercise; candidates are told to those alone who may publish them."""
    owned = owns(user, exercise)
    by_version = {gate.version: gate for gate in gates}
    return ExerciseLine(
        id=exercise.id,
        title=versions[0][2] if versions else None,
        kind=versions[0][3] if versions else "",
        owned=owned,
        versions=[VersionLine(version, at, by_version.get(version)) for version, at, _, _ in versions],
        candidates=[gate for gate in gates if gate.state is not ImportState.PUBLISHED] if owned else [],
        pins=pins,
        outcomes=outcomes.get(exercise.id, Outcomes()),
    )
