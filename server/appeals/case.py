"""Turn the case of an appeal into a file for the exercise's ``submissions/`` folder: a promise that the gate keeps.

A file there is either the stub with only its regions changed, or says in its first line that it is a whole file. So a
program that fits the stub gets its sentence as the first line of its first region, any other one above everything.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle, extract, regions
from exercises.errors import Refused as RefusedByExercise
from server.database.models import Appeal, AppealState, ExerciseVersion, Grading, Kind, Submission, User
from server.errors import NoProgram, UnknownAppeal, UnknownSubmission
from server.gate.promises import WHOLE_FILE_MARK
from server.permissions import Action
from server.submissions import find_submission

PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Case:
    """The program of an appeal, and the verdict that it should get.

    Attributes:
        appeal_id: Of which appeal.
        version: Which version of the exercise it was written for.
        source: The program.
        folder: Where it belongs under ``submissions/``: the word of the right verdict.

    """

    appeal_id: uuid.UUID
    version: str
    source: str
    folder: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file that is ready for the folder it names."""

    folder: str
    name: str
    text: str


async def find_case(session: AsyncSession, user: User, appeal_id: uuid.UUID) -> Case:
    """Return the case of an appeal.

    Raises:
        UnknownAppeal: There is none that the person may see.
        NotAllowed: The person does not answer appeals in this course.
        NoProgram: A quiz was answered, or the program is gone.

    """
    row = (
        await session.execute(
            select(Appeal, ExerciseVersion.version, Grading.outcome)
            .join(Submission, Submission.id == Appeal.submission_id)
            .join(ExerciseVersion, ExerciseVersion.id == Submission.exercise_version_id)
            .outerjoin(Grading, Grading.id == Submission.current_grading_id)
            .where(Appeal.id == appeal_id)
        )
    ).one_or_none()
    if row is None:
        raise UnknownAppeal
    appeal, version, outcome = row
    try:
        submission, _ = await find_submission(session, user, appeal.submission_id, Action.ANSWER_APPEALS)
    except UnknownSubmission as error:
        raise UnknownAppeal from error
    if submission.kind is Kind.ANSWERS or not submission.source:
        raise NoProgram
    return Case(appeal.id, version, submission.source, _folder(appeal, outcome))


def _folder(appeal: Appeal, outcome: str | None) -> str:
    """Return the word of the verdict that the program should get."""
    if appeal.state is not AppealState.REJECTED:
        return PASSED  # the student is right, or may be: then it is a right program that was marked wrong
    if outcome == "failed" and appeal.check_id is not None:
        return appeal.check_id
    return outcome or PASSED


def case_file(case: Case, bundle: Bundle, folder: str | None = None) -> CaseFile:
    """Return the program as a file.

    Args:
        case: The program and its right verdict.
        bundle: The version of the exercise that it was written for.
        folder: Another word for the right verdict, where the teacher knows better.

    """
    place = folder or case.folder
    sentence = f"Appeal {case.appeal_id}: belongs into submissions/{place}/."
    stub = bundle.stub or ""
    try:
        answers = extract(stub, case.source.encode(), whole_file=False).regions
        text = _with_sentence(bundle, answers, sentence)
    except RefusedByExercise:
        text = f"# {WHOLE_FILE_MARK}: {sentence}\n{case.source}"
    return CaseFile(place, f"appeal_{case.appeal_id.hex[:8]}.py", text)


def _with_sentence(bundle: Bundle, answers: tuple[str, ...], sentence: str) -> str:
    """Put the sentence, indented as the Begin mark is, above what stands in the first region."""
    begin, _ = regions(bundle.stub or "")[0]
    mark = (bundle.stub or "").split("\n")[begin - 1]
    indent = mark[: len(mark) - len(mark.lstrip())]
    return bundle.source_of_regions([f"{indent}# {sentence}\n{answers[0]}", *answers[1:]]).text
