"""Everything that is kept about one person, as one JSON document, written piece by piece so that it may be long.

Evidence of gradings is left out: it is the judge's working paper, and may hold what an exercise hides from students.
"""

import json
import uuid
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server import audit
from server.database.models import (
    ApiToken,
    Appeal,
    AuditEvent,
    Calibration,
    Correction,
    Draft,
    Enrolment,
    ExerciseImport,
    ExerciseRow,
    Extension,
    FindingRow,
    Grading,
    Identity,
    LoginSession,
    Submission,
    Table,
    User,
    WorkingCopy,
    WorkingFile,
)
from server.errors import UnknownPerson
from server.permissions import PlatformAction, allow_on_platform
from server.personal_data.plain import plain

SCHEMA = 1


async def data_of(session: AsyncSession, user: User, user_id: uuid.UUID) -> User:
    """Return the person whose data ``user`` asks for; that somebody else asked is written down.

    Raises:
        NotAllowed: The data are somebody else's, and ``user`` does not manage people.
        UnknownPerson: There is nobody of this id.

    """
    if user_id != user.id:
        allow_on_platform(user, PlatformAction.MANAGE_PEOPLE)
    person = await session.get(User, user_id)
    if person is None or person.deleted_at is not None:
        raise UnknownPerson
    if user_id != user.id:
        audit.note(session, user, "user.export", user_id)
    return person


async def personal_data(session: AsyncSession, person: User) -> AsyncIterator[bytes]:
    """Yield the document in pieces.

    Args:
        session: A reading that stays open meanwhile.
        person: Whose data.

    """
    yield f'{{"schema": {SCHEMA},\n"account": {_json(plain(person, without=["password_hash"]))}'.encode()
    for name, rows in (
        ("identities", await _rows(session, Identity, Identity.user_id == person.id)),
        ("sessions", await _rows(session, LoginSession, LoginSession.user_id == person.id)),
        ("tokens", await _rows(session, ApiToken, ApiToken.user_id == person.id)),
        ("enrolments", await _rows(session, Enrolment, Enrolment.user_id == person.id)),
        ("extensions", await _rows(session, Extension, Extension.user_id == person.id)),
        ("drafts", await _rows(session, Draft, Draft.user_id == person.id)),
        ("working_copies", await _rows(session, WorkingCopy, WorkingCopy.user_id == person.id)),
        ("working_files", await _files(session, person)),
        ("calibrations", await _rows(session, Calibration, Calibration.copy_id.in_(_copies_of(person)))),
        ("exercises", await _rows(session, ExerciseRow, ExerciseRow.owner_id == person.id)),
        ("imports", await _rows(session, ExerciseImport, ExerciseImport.uploader_id == person.id)),
        ("appeals", await _rows(session, Appeal, Appeal.submission_id.in_(_submissions_of(person)))),
        ("audit", [plain(event) for event in await _events(session, person)]),
    ):
        yield f',\n"{name}": {_json(rows)}'.encode()
    yield b',\n"submissions": ['
    ids = (await session.scalars(_submissions_of(person).order_by(Submission.created_at))).all()
    for number, submission_id in enumerate(ids):
        yield (",\n" if number else "\n").encode()
        yield _json(await _submission(session, submission_id)).encode()
        session.expunge_all()  # one at a time is held
    yield b"]}\n"


def _submissions_of(person: User) -> Any:  # noqa: ANN401 - a select of ids, used whole and as part of others
    return select(Submission.id).where(Submission.user_id == person.id)


def _copies_of(person: User) -> Any:  # noqa: ANN401 - as above
    return select(WorkingCopy.id).where(WorkingCopy.user_id == person.id)


async def _files(session: AsyncSession, person: User) -> list[dict[str, Any]]:
    """Return the files of all that the person is writing: text whole, of everything else that it is there."""
    files = await session.scalars(select(WorkingFile).where(WorkingFile.copy_id.in_(_copies_of(person))))
    return [{**plain(file), "size": len(file.content), "text": _text(file.content)} for file in files]


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


async def _rows(session: AsyncSession, table: type[Table], which: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [plain(row) for row in await session.scalars(select(table).where(which))]


async def _events(session: AsyncSession, person: User) -> Sequence[AuditEvent]:
    """Return what the person did, and what was done to them, their submissions and their appeals."""
    submissions = (await session.scalars(_submissions_of(person))).all()
    appeals = (await session.scalars(select(Appeal.id).where(Appeal.submission_id.in_(submissions)))).all()
    subjects = [str(each) for each in (person.id, *submissions, *appeals)]
    about = or_(AuditEvent.actor_id == person.id, AuditEvent.subject.in_([*subjects, person.login]))
    return (await session.scalars(select(AuditEvent).where(about).order_by(AuditEvent.id))).all()


async def _submission(session: AsyncSession, submission_id: uuid.UUID) -> dict[str, Any]:
    """Return a submission with its answer, its gradings and its corrections."""
    submission = await session.get_one(Submission, submission_id)
    gradings = (
        await session.scalars(
            select(Grading).where(Grading.submission_id == submission_id).order_by(Grading.created_at)
        )
    ).all()
    corrections = await _rows(session, Correction, Correction.submission_id == submission_id)
    return {
        **plain(submission),
        "gradings": [
            {**plain(grading, without=["evidence"]), "findings": await _findings(session, grading.id)}
            for grading in gradings
        ],
        "corrections": corrections,
    }


async def _findings(session: AsyncSession, grading_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = await session.scalars(
        select(FindingRow.data).where(FindingRow.grading_id == grading_id).order_by(FindingRow.position)
    )
    return list(rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
