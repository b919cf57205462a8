"""Which submissions a rescore is about, and by which version they are to be judged."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import aliased

from server.database.models import (
    Assignment,
    Depth,
    ExerciseVersion,
    FindingRow,
    Grading,
    GradingState,
    Kind,
    State,
    Submission,
    User,
)

#: The version that a submission was judged by last.
JUDGED_BY: ColumnElement[uuid.UUID] = func.coalesce(Grading.exercise_version_id, Submission.exercise_version_id)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for; what is None or empty is not asked.

    Attributes:
        course: Slug of the course; a rescore is always of one.
        exercise: Id of the exercise.
        version: ``sha256:...`` by which submissions were judged.
        students: Login names.
        submissions: Ids.
        since: Submitted at or after this moment.
        until: Submitted before this moment.
        outcomes: Words of the verdicts that count at present.
        check: Id of a check that their verdict has.
        check_outcome: How that check came out.
        image: The sandbox image that their verdict names.
        to_version: ``sha256:...`` to judge by; by itself the one that the assignment hands out.
        depth: How deep to go; by itself the least that suffices.
        replayed: Programs alone, each by the version that it was judged by: what another image can change.

    """

    course: str
    exercise: str | None = None
    version: str | None = None
    students: Sequence[str] = ()
    submissions: Sequence[uuid.UUID] = ()
    since: datetime | None = None
    until: datetime | None = None
    outcomes: Sequence[str] = ()
    check: str | None = None
    check_outcome: str | None = None
    image: str | None = None
    to_version: str | None = None
    depth: Depth | None = None
    replayed: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept and shown."""
        return {
            "course": self.course,
            "exercise": self.exercise,
            "version": self.version,
            "students": list(self.students),
            "submissions": [str(one) for one in self.submissions],
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "outcomes": list(self.outcomes),
            "check": self.check,
            "check_outcome": self.check_outcome,
            "image": self.image,
            "to_version": self.to_version,
            "depth": self.depth.value if self.depth else None,
        }


def conditions(scope: Scope, course_id: uuid.UUID) -> list[ColumnElement[bool]]:
    """Return what must hold of a submission, its current grading, assignment and student.

    The query has :class:`Submission`, :class:`Grading`, :class:`Assignment` and :class:`User` in it.
    """
    held: list[ColumnElement[bool]] = [
        Assignment.course_id == course_id,
        Submission.state == State.DONE,
        Grading.state == GradingState.FINAL,
        User.deleted_at.is_(None),
        *_of_verdicts(scope),
    ]
    if scope.exercise is not None:
        held.append(Assignment.exercise_id == scope.exercise)
    if scope.version is not None:
        judged_by = aliased(ExerciseVersion)
        held.append(exists().where(judged_by.id == JUDGED_BY, judged_by.version == scope.version))
    if scope.students:
        held.append(User.login.in_(scope.students))
    if scope.submissions:
        held.append(Submission.id.in_(scope.submissions))
    if scope.since is not None:
        held.append(Submission.created_at >= scope.since)
    if scope.until is not None:
        held.append(Submission.created_at < scope.until)
    if scope.replayed:
        held.append(Submission.kind != Kind.ANSWERS)  # of a quiz nothing runs
    return held


def _of_verdicts(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Yield what must hold of the verdict that counts."""
    if scope.outcomes:
        yield Grading.outcome.in_(scope.outcomes)
    if scope.check is not None:
        yield _check(scope.check, scope.check_outcome)
    if scope.image is not None:
        yield Grading.environment["image"].as_string() == scope.image


def _check(check_id: str, outcome: str | None) -> ColumnElement[bool]:
    """Return whether the current verdict has a check, come out in this way where one is named."""
    has = exists().where(FindingRow.grading_id == Grading.id, FindingRow.check_id == check_id)
    return has if outcome is None else has.where(FindingRow.outcome == outcome)
