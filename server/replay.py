"""Judge a stored grading again as it was judged then, and say whether the same comes out.

Everything that decides what a run computes was recorded with the grading: the version of the exercise, the pins, the
image. The replay sets all of it alike and compares the evidence value by value. What can still differ is the machine.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from exercises.schema import QuizExercise
from exercises.text import Text
from server.database.models import ExerciseVersion, Grading, GradingState, Submission
from server.errors import Refused
from server.judging import Judge, judge_quiz
from server.phase import PhaseResult
from server.submissions.storage import storable

Json = Any

#: What a replay cannot set alike, in the order in which it explains a difference best.
OF_THE_PLACE = ("grader", "cpu", "backend", "image", "tensorflow", "keras", "numpy", "opencv", "python")


class UnknownGrading(Refused):
    """There is no grading, and no judged submission, of this id."""

    status = 404
    code = "unknown-grading"
    default = Text(zh="没有这次评测。", en="There is no grading, and no judged submission, of this id.")


@dataclass(frozen=True, slots=True)
class StoredGrading:
    """A grading as it was written down."""

    id: uuid.UUID
    submission_id: uuid.UUID
    exercise_id: str
    version: str
    source: str
    is_final: bool
    evidence: Mapping[str, Json]
    outcome: str
    score: float
    environment: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place in the evidence at which the two do not agree; null stands for what is not there."""

    place: str  #: keys from the outside in, with slashes between them
    recorded: Json
    found: Json


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of a replay."""

    grading: StoredGrading
    outcome: str
    score: float
    environment: Mapping[str, Json]
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether evidence and verdict are those that were recorded."""
        return not self.differences and self.same_verdict

    @property
    def same_verdict(self) -> bool:
        """Whether the verdict is the recorded one."""
        return (self.outcome, round(self.score, 9)) == (self.grading.outcome, round(self.grading.score, 9))

    @property
    def other_place(self) -> dict[str, tuple[Json, Json]]:
        """What was another: name to what was recorded and what was there for the replay."""
        pairs = {name: (self.grading.environment.get(name), self.environment.get(name)) for name in OF_THE_PLACE}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


async def find_grading(session: AsyncSession, some_id: uuid.UUID) -> StoredGrading:
    """Return the grading of this id, or the one that counts of the submission of this id.

    Raises:
        UnknownGrading: There is neither.

    """
    current = select(Submission.current_grading_id).where(Submission.id == some_id).scalar_subquery()
    rows = await session.execute(
        select(Grading, Submission.source, ExerciseVersion.exercise_id, ExerciseVersion.version)
        .join(Submission, Submission.id == Grading.submission_id)
        .join(
            ExerciseVersion,
            ExerciseVersion.id == func.coalesce(Grading.exercise_version_id, Submission.exercise_version_id),
        )
        .where((Grading.id == some_id) | (Grading.id == current))
    )
    row = rows.first()
    if row is None:
        raise UnknownGrading
    grading, source, exercise_id, version = row
    return StoredGrading(
        id=grading.id,
        submission_id=grading.submission_id,
        exercise_id=exercise_id,
        version=version,
        source=source,
        is_final=grading.state is GradingState.FINAL,
        evidence=grading.evidence,
        outcome=grading.outcome,
        score=grading.score,
        environment=grading.environment,
    )


def replay(grading: StoredGrading, bundle: Bundle, judge: Judge | None) -> Replay:
    """Judge a grading again and compare.

    Args:
        grading: What was recorded.
        bundle: The exercise, of the recorded version.
        judge: Judges with the recorded pins; None does for a quiz, of which nothing is run.

    Raises:
        JudgingFault: A run could not be carried out.
        JudgingBroke: A check of ours raised.

    """
    result = _judged(grading, bundle, judge)
    found = json.loads(json.dumps(storable(result.evidence)))
    return Replay(
        grading=grading,
        outcome=result.verdict.outcome.value,
        score=result.verdict.score,
        environment=result.environment,
        differences=tuple(differences(grading.evidence, found)),
    )


def _judged(grading: StoredGrading, bundle: Bundle, judge: Judge | None) -> PhaseResult:
    """Judge as far as the grading went."""
    if judge is None or isinstance(bundle.exercise, QuizExercise):
        return judge_quiz(bundle, grading.source)
    return (judge.whole if grading.is_final else judge.quick)(bundle, grading.source)


def differences(recorded: Json, found: Json, place: str = "") -> Iterator[Difference]:
    """Yield every place at which two JSON values do not agree; numbers agree by value, 1 with 1.0."""
    if isinstance(recorded, Mapping) and isinstance(found, Mapping):
        for key in sorted({*recorded, *found}):
            yield from differences(recorded.get(key), found.get(key), f"{place}/{key}" if place else key)
    elif isinstance(recorded, list) and isinstance(found, list) and len(recorded) == len(found):
        for index, pair in enumerate(zip(recorded, found, strict=True)):
            yield from differences(*pair, f"{place}/{index}")
    elif recorded != found or isinstance(recorded, bool) != isinstance(found, bool):
        yield Difference(place, recorded, found)
