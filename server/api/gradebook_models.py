"""The JSON shapes of the gradebook and of an exercise's statistics."""

import uuid
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from exercises.text import Text
from server.gradebook import Cell, ExerciseStatistics, Line
from server.submissions.counting import Counted


class CountedOut(BaseModel):
    """What a student's submissions to a level count."""

    submission: uuid.UUID = Field(description="the submission that counts")
    raw_score: float = Field(description="what its verdict gave, 0 to 1")
    score: float = Field(description="what it counts, 0 to 1: after lateness and corrections")
    passed: bool
    attempts: int
    late_days: int
    corrected: bool = Field(description="whether a teacher said what it counts")

    @classmethod
    def of(cls, counted: Counted) -> Self:
        """Describe what counts."""
        return cls(
            submission=counted.submission_id,
            raw_score=counted.raw_score,
            score=counted.score,
            passed=counted.passed,
            attempts=counted.attempts,
            late_days=counted.late_days,
            corrected=counted.corrected,
        )


class CellOut(BaseModel):
    """A student on a level."""

    exercise: str
    result: CountedOut | None = Field(description="null before the first verdict")

    @classmethod
    def of(cls, cell: Cell) -> Self:
        """Describe a cell."""
        return cls(exercise=cell.exercise_id, result=None if cell.counted is None else CountedOut.of(cell.counted))


class LineOut(BaseModel):
    """A student in the gradebook."""

    user_id: uuid.UUID
    login: str
    name: str
    levels: list[CellOut] = Field(description="in the order of the course")
    total: float = Field(description="mean of all levels, 0 to 1; a level without a verdict counts 0")

    @classmethod
    def of(cls, line: Line) -> Self:
        """Describe a line."""
        return cls(
            user_id=line.user_id,
            login=line.login,
            name=line.name,
            levels=[CellOut.of(cell) for cell in line.cells],
            total=line.total,
        )


class _Read(BaseModel):
    """A shape that is read from an object with the same names."""

    model_config = ConfigDict(from_attributes=True)


class TallyOut(_Read):
    """How a check came out, in numbers of students."""

    passed: int
    failed: int
    skipped: int
    stopped: int = Field(description="students for whom it was the first check that failed")


class CheckTallyOut(_Read):
    """A check, or a quiz's question."""

    id: str
    title: Text | None = Field(description="null where only an older version of the exercise had it")
    first: TallyOut = Field(description="in every student's first judged submission")
    latest: TallyOut = Field(description="in every student's latest judged submission")


class AttemptsOut(BaseModel):
    """How many students used so many attempts."""

    attempts: int
    students: int


class ChosenOptionOut(_Read):
    """An option of a question."""

    id: str
    text: Text
    right: bool
    chosen: int = Field(description="students who chose it at their first attempt")


class ItemOut(_Read):
    """A question, as students' first attempts show it."""

    id: str
    prompt: Text
    students: int
    difficulty: float | None = Field(description="share that was right, 0 to 1: the larger, the easier")
    discrimination: float | None = Field(
        description="point-biserial correlation with the score of the other questions, -1 to 1; null if not to be told"
    )
    options: list[ChosenOptionOut]


class StatisticsOut(BaseModel):
    """What students' submissions tell about an exercise."""

    submitted: int = Field(description="students with at least one attempt")
    judged: int = Field(description="students with at least one verdict")
    passed: int = Field(description="students who passed, a teacher's corrections counted")
    checks: list[CheckTallyOut]
    attempts: list[AttemptsOut]
    median_attempts_to_pass: float | None
    scores: list[int] = Field(description="students by what counts, in tenths: [0, 0.1), ..., [0.9, 1]")
    items: list[ItemOut] = Field(description="a quiz's questions; empty for code")

    @classmethod
    def of(cls, found: ExerciseStatistics) -> Self:
        """Describe an exercise."""
        return cls(
            submitted=found.submitted,
            judged=found.judged,
            passed=found.passed,
            checks=[CheckTallyOut.model_validate(check) for check in found.checks],
            attempts=[AttemptsOut(attempts=attempts, students=students) for attempts, students in found.attempts],
            median_attempts_to_pass=found.median_attempts_to_pass,
            scores=list(found.scores),
            items=[ItemOut.model_validate(item) for item in found.items],
        )
