"""The JSON shapes of the API. They are a contract: fields may be added, never renamed or removed."""

import uuid
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from exercises import Bundle, CodeExercise, QuizExercise, regions
from exercises.schema import Question
from exercises.text import Text
from server.api.corrections_models import correction_object
from server.courses import CourseOfUser
from server.courses.overview import Level
from server.submissions import Attempt, SubmissionView


class CourseOut(BaseModel):
    """A course of the caller."""

    slug: str
    title: Text
    role: str = Field(description="student, teacher or grader")

    @classmethod
    def of(cls, course: CourseOfUser) -> Self:
        """Describe a course."""
        return cls(slug=course.slug, title=course.title, role=course.role.value)


class ExerciseLine(BaseModel):
    """An exercise in a course, and how far the caller has come."""

    id: str
    course: str
    order: int
    version: str
    kind: Literal["code", "quiz"]
    title: Text
    summary: Text
    minutes: int
    opens_at: datetime | None
    due_at: datetime | None
    max_attempts: int | None
    attempts: int
    best_score: float | None = Field(description="0 to 1")
    passed: bool
    closes_at: datetime | None = Field(description="after which nothing is taken; all times are the caller's own")
    late: Literal["refused", "taken", "penalty"] = Field(description="what becomes of a submission after due_at")
    late_penalty: float = Field(description="share of a score, 0 to 1, for each day begun; with late=penalty")
    time_zone: str = Field(description="the course's, an IANA name")
    locked_by: str | None = Field(description="id of the exercise that must be passed first")
    attempts_left: int | None = Field(description="null where there is no limit")
    pace_seconds: int | None = Field(description="pause between two submissions")

    @classmethod
    def of(cls, level: Level, course: str) -> Self:
        """Describe a level of a course."""
        return cls(
            id=level.exercise_id,
            course=course,
            order=level.order,
            version=level.version,
            kind=level.kind,
            title=level.title,
            summary=level.summary,
            minutes=level.minutes,
            opens_at=level.opens_at,
            due_at=level.due_at,
            max_attempts=level.max_attempts,
            attempts=level.attempts,
            best_score=level.best_score,
            passed=level.passed,
            closes_at=level.closes_at,
            late=level.late.value,
            late_penalty=level.late_penalty,
            time_zone=level.time_zone,
            locked_by=level.locked_by,
            attempts_left=level.attempts_left,
            pace_seconds=level.pace_seconds,
        )


class CheckOut(BaseModel):
    """A check, without what it expects."""

    id: str
    kind: str
    title: Text
    weight: float
    required: bool


class OptionOut(BaseModel):
    """An option of a question."""

    id: str
    text: Text


class QuestionOut(BaseModel):
    """A question, without its answer."""

    id: str
    kind: Literal["single", "multiple", "numeric", "text"]
    prompt: Text
    options: list[OptionOut]
    weight: float

    @classmethod
    def of(cls, question: Question) -> Self:
        """Describe a question."""
        options = [OptionOut(id=option.id, text=option.text) for option in question.options]
        return cls(id=question.id, kind=question.kind, prompt=question.prompt, options=options, weight=question.weight)


class ExerciseOut(BaseModel):
    """Everything that is needed to work on an exercise."""

    id: str
    version: str
    kind: Literal["code", "quiz"]
    title: Text
    summary: Text
    minutes: int
    statement: Text = Field(description="Markdown with formulas between dollar signs")
    file_name: str | None = None
    whole_file: bool = Field(default=False, description="whether a whole file may be sent, changed anywhere")
    stub: str | None = None
    regions: list[tuple[int, int]] = Field(
        default=[], description="lines, from 1, of each Begin mark and its End mark in the stub"
    )
    checks: list[CheckOut] = []
    questions: list[QuestionOut] = []

    @classmethod
    def of(cls, bundle: Bundle) -> Self:
        """Describe a bundle as a student may see it."""
        exercise = bundle.exercise
        shared: dict[str, Any] = {
            "id": bundle.id,
            "version": bundle.version,
            "kind": exercise.kind,
            "title": exercise.title,
            "summary": exercise.summary,
            "minutes": exercise.minutes,
            "statement": bundle.statement,
        }
        if isinstance(exercise, QuizExercise):
            return cls(**shared, questions=[QuestionOut.of(question) for question in exercise.questions])
        return cls(**shared, **cls._code(exercise, bundle.stub or ""))

    @staticmethod
    def _code(exercise: CodeExercise, stub: str) -> dict[str, Any]:
        """Return what only code exercises have."""
        checks = [
            CheckOut(id=check.id, kind=check.kind, title=check.title, weight=check.weight, required=check.required)
            for check in exercise.checks
        ]
        return {
            "file_name": exercise.file_name,
            "whole_file": exercise.whole_file,
            "stub": stub,
            "regions": list(regions(stub)),
            "checks": checks,
        }


class AnswerIn(BaseModel):
    """An answer: exactly one of the three."""

    model_config = ConfigDict(extra="forbid")

    regions: list[str] | None = Field(default=None, description="the text between each Begin and End, in order")
    file: str | None = Field(default=None, description="a whole file")
    answers: dict[str, list[str]] | None = Field(
        default=None, description="a quiz's answers: chosen option ids, or one typed text, by question id"
    )


class Received(BaseModel):
    """A submission was taken in and will be judged."""

    id: uuid.UUID
    number: int
    state: str
    course: str
    exercise: str
    location: str


class SubmissionLine(BaseModel):
    """A submission in a list."""

    id: uuid.UUID
    number: int
    state: str
    created_at: datetime
    outcome: str | None
    score: float | None = Field(description="0 to 1")

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Describe an attempt."""
        return cls(
            id=attempt.id,
            number=attempt.number,
            state=attempt.state.value,
            created_at=attempt.created_at,
            outcome=attempt.outcome,
            score=attempt.score,
        )


def submission_out(view: SubmissionView) -> dict[str, Any]:
    """Return a submission: the verdict object as far as it is known, and what names the submission."""
    return {
        **view.status,
        "id": str(view.id),
        "number": view.number,
        "course": view.course_slug,
        "created_at": view.created_at.isoformat(),
        "queue_position": view.queue_position,
        "expected_seconds": view.expected_seconds,
        "repeated": view.repeated,
        "provisional": view.provisional,
        "correction": None if view.correction is None else correction_object(view.correction),
        "answer": {
            key: value for key, value in (("regions", view.regions), ("answers", view.answers)) if value is not None
        },
    }
