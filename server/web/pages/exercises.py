"""An exercise: its page (workspace or quiz), and handing something in."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from exercises import Bundle, extract
from exercises.errors import Refused as RefusedByExercise
from exercises.schema import CodeExercise, QuizExercise
from server.courses import find_assignment
from server.errors import AnswerDoesNotFit, UnknownSubmission
from server.submissions import Answer, accept_submission, submission_view
from server.web.desk import Desk, bundle_of, lay_desk
from server.web.markdown import render
from server.web.rendering import page, part
from server.web.views.code import editor_view
from server.web.views.lateness import late_words
from server.web.views.quiz import question_views
from server.web.views.submission import submission_page
from server.web.visitor import FormDep, MemberVisit, MemberVisitDep, text_of

router = APIRouter(include_in_schema=False)

ANSWER = "answer."

Number = Annotated[int | None, Query(ge=1, le=1_000_000)]


@router.get("/courses/{course}/exercises/{exercise_id}")
async def exercise_page(course: str, exercise_id: str, visit: MemberVisitDep, attempt: Number = None) -> Response:
    """Show an exercise with the student's latest answer, or with an earlier one that is to be restored."""
    async with visit.house.database.reading() as session:
        desk = await lay_desk(session, visit.house, visit.user, exercise_id, course)
        restored = await _restored(session, visit, desk, attempt)
    exercise = desk.bundle.exercise
    shown = {
        "course": course,
        "exercise_id": exercise.id,
        "title": visit.say.of(exercise.title),
        "statement": render(visit.say.of(desk.bundle.statement)),
        "once": uuid.uuid4().hex,
        "late": late_words(desk.conditions.terms, desk.conditions.now, visit.say),
    }
    if isinstance(exercise, QuizExercise):
        return page(visit, "quiz.html", {**shown, **_quiz(visit, desk, exercise)})
    return page(visit, "workspace.html", {**shown, **_workspace(visit, course, desk, exercise, restored)})


@router.post("/courses/{course}/exercises/{exercise_id}")
async def hand_in(course: str, exercise_id: str, visit: MemberVisitDep, form: FormDep) -> Response:
    """Take an answer in; "received" is said after the commit and not before."""
    house, user = visit.house, visit.user
    async with house.database.unit_of_work() as session:
        assignment = await find_assignment(session, user, exercise_id, course)
        bundle = await bundle_of(session, house, assignment)
        answer = await _answer(form, bundle)
        submission = await accept_submission(
            session,
            user,
            assignment,
            bundle,
            answer,
            idempotency_key=_key(text_of(form, "once"), answer),
            per_minute=house.settings.submissions_per_minute,
            silent_seconds=house.settings.stalled_seconds,
        )
    if not visit.wants_fragment:
        return RedirectResponse(f"/submissions/{submission.id}", status_code=303)
    async with house.database.reading() as session:
        view = await submission_view(session, user, submission.id)
    shown = submission_page(view, bundle.exercise, visit.say)
    return part(visit, "_posted.html", {"page": shown, "once": uuid.uuid4().hex})


def _quiz(visit: MemberVisit, desk: Desk, exercise: QuizExercise) -> dict[str, object]:
    """Return what only a quiz shows."""
    answers = desk.last.answers if desk.last and desk.last.answers else {}
    return {
        "questions": question_views(exercise, answers, [], visit.say),
        "summary": visit.say.of(exercise.summary),
        "attempts": len(desk.attempts),
    }


@dataclass(frozen=True, slots=True)
class _Restored:
    """An attempt whose text takes the place of what stands in the editor; None as text where it has no regions."""

    number: int
    regions: list[str] | None


async def _restored(session: AsyncSession, visit: MemberVisit, desk: Desk, number: int | None) -> _Restored | None:
    """Return the attempt that an address asks to restore.

    Raises:
        UnknownSubmission: The person has no such attempt.

    """
    if number is None:
        return None
    found = next((one for one in desk.attempts if one.number == number), None)
    if found is None:
        raise UnknownSubmission
    view = await submission_view(session, visit.user, found.id)
    if view.regions is not None or not view.source:
        return _Restored(number, view.regions)
    try:
        answers = extract(desk.bundle.stub or "", view.source.encode(), whole_file=False).regions
    except RefusedByExercise:
        return _Restored(number, None)  # a whole file that is not the stub with its regions filled
    return _Restored(number, list(answers))


def _workspace(
    visit: MemberVisit, course: str, desk: Desk, exercise: CodeExercise, restored: _Restored | None
) -> dict[str, object]:
    """Return what only the workspace of a code exercise shows."""
    version = desk.bundle.version.removeprefix("sha256:")[:12]
    draft_key = f"beginend:{visit.user.id}:{course}:{desk.bundle.id}:{version}"
    sent = desk.last.regions if desk.last else None
    stub, name = desk.bundle.stub or "", exercise.file_name
    if restored is not None and restored.regions is not None:
        sent = restored.regions
    return {
        "editor": editor_view(stub, sent, file_name=name, draft_key=draft_key, draft=desk.draft),
        "whole_file": exercise.whole_file,
        "restored": restored,
        "page": submission_page(desk.last, exercise, visit.say) if desk.last else None,
    }


async def _answer(form: FormData, bundle: Bundle) -> Answer:
    """Read an answer from a form.

    Raises:
        AnswerDoesNotFit: The form holds none.

    """
    upload = form.get("file")
    if isinstance(upload, UploadFile):
        return Answer(file=await upload.read())
    if isinstance(bundle.exercise, QuizExercise):
        names = [name.removeprefix(ANSWER) for name in form if name.startswith(ANSWER)]
        answers = {name: [text for text in map(str, form.getlist(ANSWER + name)) if text.strip()] for name in names}
        return Answer(answers={name: given for name, given in answers.items() if given})
    regions = [text for text in form.getlist("region") if isinstance(text, str)]
    if not regions:
        raise AnswerDoesNotFit
    return Answer(regions=regions)


def _key(once: str, answer: Answer) -> str | None:
    """Name this submission: the same form with the same answer, sent twice, counts once.

    A form that is sent again after a change (by the back button) is another submission.
    """
    if not once:
        return None
    content = repr((answer.regions, answer.file, answer.answers)).encode("utf-8", "surrogatepass")
    return f"{once[:64]}.{hashlib.sha256(content).hexdigest()[:32]}"
