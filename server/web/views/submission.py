"""A submission as a page shows it: what it says at the top, its phases, its checks, its model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from exercises.schema import Exercise, QuizExercise
from server.database.models import OPEN, State
from server.submissions import Corrected, SubmissionView
from server.web.locale import Speaker
from server.web.views.appeals import NO_APPEALS, Appeals
from server.web.views.checks import CheckRow, check_rows
from server.web.views.curves import Curve
from server.web.views.model import ModelView, model_view
from server.web.views.phases import PhaseStep, phase_steps
from server.web.views.quiz import QuestionView, question_views
from server.web.views.reading import Reading
from server.web.views.training import TrainingLine, learning_curves, threshold_of, training_line
from server.web.views.words import with_code

Tone = Literal["run", "pass", "fail", "warn"]


@dataclass(frozen=True, slots=True)
class ErrorView:
    """The exception that ended the student's code: a sentence first, Python's own words below."""

    line: int | None
    hint: Markup
    trace: str


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """What a teacher said that the submission counts."""

    points: int  #: of a hundred
    passed: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """Everything the templates show of one submission.

    Attributes:
        id: Its id.
        number: Counts this student's submissions to the exercise, from 1.
        course: Slug of its course.
        exercise_id: Its exercise.
        exercise_title: The exercise's title.
        state: Word of the state.
        outcome: Word of the outcome; None while there is none.
        is_open: Whether a verdict is still owed.
        is_quiz: Whether the answer is a quiz's.
        repeated: Whether its verdict is that of the same code, judged before.
        provisional: Whether the rows are findings so far and not the verdict.
        tone: The colour of its chip.
        chip: The word on its chip.
        headline: What there is to say in a few words.
        lead: The sentence below.
        score: Points of a hundred; None while there is no verdict.
        created_at: When it was sent, by the clock of its course.
        phases: Its way.
        training: How far its training is; None unless one goes on and has told something.
        checks: Its checks.
        questions: A quiz's questions.
        error: What ended the student's code, if anything did.
        model: The network that was found, if one was.
        printed: What the student's code printed.
        correction: What a teacher said it counts, beside the verdict; None where nobody did.
        appeals: What its student said against the verdict.
        learning: How its training went, as curves; none unless it was trained.
        reading: How it judged the hidden rows, as far as the exercise lets that be seen.
        judged_lines: How many lines the judged program has, as an editor counts them.

    """

    id: str
    number: int
    course: str
    exercise_id: str
    exercise_title: str
    state: str
    outcome: str | None
    is_open: bool
    is_quiz: bool
    repeated: bool
    provisional: bool
    tone: Tone
    chip: str
    headline: str
    lead: Markup
    score: int | None
    created_at: datetime
    phases: list[PhaseStep]
    training: TrainingLine | None
    checks: list[CheckRow]
    questions: list[QuestionView]
    error: ErrorView | None
    model: ModelView | None
    printed: str
    correction: CorrectionLine | None
    appeals: Appeals = NO_APPEALS
    learning: tuple[Curve, ...] = ()
    reading: Reading | None = None
    judged_lines: int = 0

    @property
    def won(self) -> bool:
        """Whether the verdict leaves nothing to wish for."""
        return self.outcome == "passed"

    @property
    def failures(self) -> list[CheckRow]:
        """The checks that failed on their own account."""
        return [row for row in self.checks if row.mark == "fail"]


def submission_page(
    view: SubmissionView, exercise: Exercise, say: Speaker, appeals: Appeals = NO_APPEALS
) -> SubmissionPage:
    """Return what the templates show of a submission."""
    status = view.status
    is_open = view.state in OPEN
    model = model_view(view.findings, say, view.source)
    rows = check_rows(view.findings, exercise, say, live=is_open, model=model)
    questions = []
    if isinstance(exercise, QuizExercise):
        questions = question_views(exercise, view.answers or {}, view.findings, say, live=is_open)
    tone, chip = _chip(status, say)
    headline, lead = _words(status, rows, say, is_quiz=isinstance(exercise, QuizExercise))
    return SubmissionPage(
        id=str(view.id),
        number=view.number,
        course=view.course_slug,
        exercise_id=view.exercise_id,
        exercise_title=say.of(exercise.title),
        state=status["state"],
        outcome=status["outcome"],
        is_open=is_open,
        is_quiz=isinstance(exercise, QuizExercise),
        repeated=view.repeated,
        provisional=is_open and bool(view.findings),
        tone=tone,
        chip=chip,
        headline=headline,
        lead=lead,
        score=None if status["score"] is None else round(status["score"] * 100),
        created_at=view.created_at.astimezone(ZoneInfo(view.zone)),
        phases=phase_steps(
            status, exercise, say, queue_position=view.queue_position, expected_seconds=view.expected_seconds
        ),
        training=training_line(view.training, say, threshold_of(exercise)) if view.state is State.TRAINING else None,
        checks=rows,
        questions=questions,
        error=_error(status, say),
        model=model,
        printed=status["stdout"],
        correction=_correction(view.correction, ZoneInfo(view.zone)),
        appeals=appeals,
        learning=() if is_open else learning_curves(view.findings, say, threshold_of(exercise)),
        judged_lines=view.source.removesuffix("\n").count("\n") + 1 if view.source else 0,
    )


def _correction(correction: Corrected | None, zone: ZoneInfo) -> CorrectionLine | None:
    """Return what a teacher said, as it is read."""
    if correction is None:
        return None
    return CorrectionLine(
        points=round(correction.score * 100),
        passed=correction.passed,
        reason=correction.reason,
        by=correction.by or "—",
        at=correction.at.astimezone(zone),
    )


def _chip(status: Mapping[str, Any], say: Speaker) -> tuple[Tone, str]:
    """Return the colour and the word that stand for a state or an outcome."""
    state, outcome = status["state"], status["outcome"]
    if state == "done":
        return ("pass" if outcome == "passed" else "fail"), say(f"outcome-{outcome}")
    if state in {"system_error", "cancelled"}:
        return "warn", say(f"state-{state}")
    return "run", say(f"state-{state}")


def _words(status: Mapping[str, Any], rows: list[CheckRow], say: Speaker, *, is_quiz: bool) -> tuple[str, Markup]:
    """Return the headline and the sentence below it."""
    state, outcome = status["state"], status["outcome"]
    if state != "done":
        return say(f"headline-{state}"), with_code(say(f"lead-{state}"))
    if outcome == "passed":
        return say("headline-passed", score=round((status["score"] or 0) * 100)), Markup()
    if outcome != "failed":
        error = status["error"] or {}
        if error.get("line") is not None:
            return say("headline-stopped-line", line=error["line"]), with_code(say(f"lead-{outcome}"))
        return say(f"outcome-{outcome}"), with_code(say(f"lead-{outcome}"))
    causes = [row for row in rows if row.mark == "fail"]
    if is_quiz:
        return say("headline-failed", n=len(causes)), with_code(
            say("lead-quiz", n=len(rows) - len(causes), of=len(rows))
        )
    first = causes[0].message if causes else Markup()
    return say("headline-failed", n=len(causes)), first


def _error(status: Mapping[str, Any], say: Speaker) -> ErrorView | None:
    """Return the exception that ended the student's code."""
    error = status["error"]
    if error is None:
        return None
    words = ": ".join(part for part in (error["type"], error["message"]) if part)
    where = f"line {error['line']}\n" if error["line"] is not None else ""
    return ErrorView(error["line"], with_code(say.of(error["hint"])), f"{where}{words}")
