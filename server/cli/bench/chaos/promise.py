"""Hold the database against the clients' receipts: each judged exactly once, counted once, with the right verdict."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text

from server.cli.bench.chaos.ledger import Receipt
from server.courses import find_course
from server.database.engine import Database
from server.database.models import Assignment, ExerciseVersion, Grading, GradingState, State, Submission, User
from server.submissions.counting import counted_scores


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says of a submission."""

    submission_id: uuid.UUID
    login: str
    exercise: str
    state: State
    claims: int  #: how often a phase was begun
    verdicts: int  #: gradings that are final
    outcome: str | None  #: of the one that counts
    copied: bool  #: answered from another's verdict
    fault: str | None  #: why there is none


@dataclass(frozen=True, slots=True)
class Books:
    """What the database says after a run."""

    stored: tuple[Stored, ...]
    attempts: Mapping[tuple[str, str], int]  #: counted, by login and exercise
    open_jobs: int


_OPEN_JOBS = text(
    "select count(*) from procrastinate_jobs where status in ('todo', 'doing') and task_name <> 'housekeeping'"
)


async def read_books(database: Database, slug: str) -> Books:
    """Read everything that the promise is about."""
    final = (
        select(Grading.submission_id, func.count().label("verdicts"))
        .where(Grading.state == GradingState.FINAL)
        .group_by(Grading.submission_id)
        .subquery()
    )
    rows = (
        select(Submission, User.login, ExerciseVersion.exercise_id, func.coalesce(final.c.verdicts, 0), Grading.outcome)
        .join(User, User.id == Submission.user_id)
        .join(ExerciseVersion, ExerciseVersion.id == Submission.exercise_version_id)
        .outerjoin(final, final.c.submission_id == Submission.id)
        .outerjoin(Grading, Grading.id == Submission.current_grading_id)
    )
    async with database.reading() as session:
        stored = tuple(
            Stored(
                one.id, login, exercise, one.state, one.attempt, verdicts, outcome,
                copied=one.answered_by_id is not None, fault=None if one.fault is None else str(one.fault),
            )
            for one, login, exercise, verdicts, outcome in await session.execute(rows)
        )  # fmt: skip
        course = await find_course(session, slug)
        logins = {row.id: row.login for row in await session.execute(select(User.id, User.login))}
        names = select(Assignment.id, Assignment.exercise_id).where(Assignment.course_id == course.id)
        exercises = {row.id: row.exercise_id for row in await session.execute(names)}
        attempts = {
            (logins[one.user_id], exercises[one.assignment_id]): one.attempts
            for one in await counted_scores(session, course.id)
        }
        open_jobs = await session.scalar(_OPEN_JOBS) or 0
    return Books(stored, attempts, open_jobs)


def broken_promises(receipts: Iterable[Receipt], books: Books) -> list[str]:
    """Return what is not as it was promised, a sentence each; empty where all is well."""
    stored = {one.submission_id: one for one in books.stored}
    given: Counter[tuple[str, str]] = Counter()
    known: set[uuid.UUID] = set()
    broken: dict[uuid.UUID, list[str]] = defaultdict(list)
    for receipt in receipts:
        known.add(receipt.submission_id)
        given[receipt.login, receipt.exercise] += 1
        broken[receipt.submission_id] += _broken(receipt, stored.get(receipt.submission_id))
    found = [f"{submission_id}: {why}" for submission_id, reasons in broken.items() for why in reasons]
    found += [f"{one}: stored, but nobody was given a receipt" for one in stored.keys() - known]
    for person in given.keys() | books.attempts.keys():
        if given[person] != books.attempts.get(person, 0):
            counted = books.attempts.get(person, 0)
            found.append(f"{person[0]}, {person[1]}: {given[person]} received, {counted} attempts counted")
    if books.open_jobs:
        found.append(f"{books.open_jobs} jobs are left in the queue")
    return found


def _broken(receipt: Receipt, stored: Stored | None) -> list[str]:
    """Return what is wrong with one submission."""
    if stored is None:
        return ["received, and lost"]
    if stored.state is not State.DONE:
        return [f"received, and {stored.state.value}{f': {stored.fault}' if stored.fault else ''}"]
    found = []
    if stored.verdicts != 1:
        found.append(f"judged {stored.verdicts} times")
    if stored.outcome != receipt.expected:
        found.append(f"judged as {stored.outcome}, not as {receipt.expected}")
    if stored.copied:
        found.append("answered from another's verdict, although its code is like no other's")
    if receipt.heard_at is None:
        found.append("judged, but the student was never told")
    return found
