"""Take a submission in: the checks, the row and the job, read from top to bottom, all in one transaction."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from exercises.text import Text
from server.courses import rules
from server.courses.assignments import version_of
from server.courses.conditions import conditions_of
from server.database.models import Assignment, ExerciseVersion, State, Submission, User
from server.errors import AnswerDoesNotFit, BundleGone, IdempotencyConflict, TooManySubmissions, UnknownExercise
from server.permissions import Action, allow, may
from server.queue.doorbell import Task
from server.submissions.answers import Answer, ReadAnswer, read_answer
from server.submissions.same_code import answer_from, stored_verdict
from server.submissions.turns import queue_up

LONGEST_KEY = 200  # characters of an idempotency key
RATE_WINDOW = timedelta(minutes=1)


async def accept_submission(
    session: AsyncSession,
    user: User,
    assignment: Assignment,
    bundle: Bundle,
    answer: Answer,
    *,
    idempotency_key: str | None = None,
    per_minute: int = 20,
    silent_seconds: float = 15,
    anew: bool = False,
) -> Submission:
    """Take an answer in. The caller may say "received" once the unit of work has committed, and not before.

    Args:
        session: A unit of work.
        user: Who submits.
        assignment: For which exercise, in which course.
        bundle: The version of the exercise that the assignment hands out.
        answer: What was sent.
        idempotency_key: The client's name for this request; sending it again gives the same submission.
        per_minute: Most submissions of one person in a minute.
        silent_seconds: A worker that was silent for so long is taken for dead.
        anew: Whether it is judged although the same code has a verdict.

    Returns:
        The submission; the earlier one if the request was sent before. It is done where the same code has a verdict.

    Raises:
        AnswerDoesNotFit: The answer has not the shape the exercise asks for.
        NotEnrolled: The person takes no part in the course.
        UnknownExercise: The course handed it out until a moment ago.
        CourseArchived: The course takes nothing in.
        NotOpenYet: The assignment opens later.
        LevelLocked: The level before is not passed.
        DeadlinePassed: The due time is past and nothing late is taken.
        AssignmentClosed: The assignment is closed.
        AttemptsUsedUp: No attempt is left.
        SubmittedTooSoon: The pause after the last submission is not over.
        TooManySubmissions: Too many in a minute.
        IdempotencyConflict: The key was used for something else.

    """
    read = read_answer(bundle, answer)
    _key_must_be_text(idempotency_key)
    version = await version_of(session, assignment)
    if version.version != bundle.version:
        raise BundleGone(f"{bundle.id}: the course hands out {version.version}, not {bundle.version}")
    await _one_at_a_time(session, user)
    if (earlier := await _sent_before(session, user, assignment, read, idempotency_key)) is not None:
        return earlier
    await _must_stay_assigned(session, assignment)
    late_days = await _limits_must_allow(session, user, assignment)
    await _rate_must_allow(session, user, per_minute)
    verdict = None
    if not anew:
        verdict = await stored_verdict(session, assignment, version, read, silent_seconds=silent_seconds)
    submission = await _insert(session, user, assignment, version, read=read, key=idempotency_key, late_days=late_days)
    if verdict is not None:
        await answer_from(session, submission, verdict)
    else:
        await queue_up(session, submission.id, Task.JUDGE_QUICK)
    return submission


def _key_must_be_text(key: str | None) -> None:
    """Refuse a key that no client means: empty, endless or not printable."""
    if key is not None and not (1 <= len(key) <= LONGEST_KEY and key.isprintable()):
        raise AnswerDoesNotFit(
            Text(
                zh=f"Idempotency-Key 须为 1 到 {LONGEST_KEY} 个可见字符。",
                en=f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.",
            )
        )


async def _one_at_a_time(session: AsyncSession, user: User) -> None:
    """Let this person's submissions pass one after another, so that counting and numbering are exact."""
    await session.execute(select(User.id).where(User.id == user.id).with_for_update(key_share=True))


async def _sent_before(
    session: AsyncSession, user: User, assignment: Assignment, read: ReadAnswer, key: str | None
) -> Submission | None:
    """Return the submission that this very request made earlier."""
    if key is None:
        return None
    earlier: Submission | None = await session.scalar(
        select(Submission).where(Submission.user_id == user.id, Submission.idempotency_key == key)
    )
    if earlier is not None and (earlier.assignment_id, earlier.answer) != (assignment.id, read.sent):
        raise IdempotencyConflict
    return earlier


async def _must_stay_assigned(session: AsyncSession, assignment: Assignment) -> None:
    """Refuse what was taken out of the course a moment ago, and keep it from being taken out meanwhile."""
    held = select(Assignment.id).where(Assignment.id == assignment.id).with_for_update(read=True, key_share=True)
    if await session.scalar(held) is None:
        raise UnknownExercise


async def _limits_must_allow(session: AsyncSession, user: User, assignment: Assignment) -> int:
    """Refuse what the rules refuse, and return how many days late this is; staff may try things out at any time."""
    role = await allow(session, user, Action.SUBMIT, assignment.course_id)
    conditions = await conditions_of(session, user, assignment)
    if may(role, Action.PREVIEW):
        rules.must_be_running(conditions.terms)
        return 0
    return rules.take_in(conditions.terms, conditions.so_far, conditions.now)


async def _rate_must_allow(session: AsyncSession, user: User, per_minute: int) -> None:
    """Refuse more than ``per_minute`` submissions of one person in any minute."""
    recent = await session.execute(
        select(func.count(), func.min(Submission.created_at), func.clock_timestamp()).where(
            Submission.user_id == user.id, Submission.created_at > func.clock_timestamp() - RATE_WINDOW
        )
    )
    count, oldest, now = recent.one()
    if count >= per_minute:
        wait = max(1, round((oldest + RATE_WINDOW - now).total_seconds()))
        raise TooManySubmissions(retry_after=wait)


async def _insert(
    session: AsyncSession,
    user: User,
    assignment: Assignment,
    version: ExerciseVersion,
    *,
    read: ReadAnswer,
    key: str | None,
    late_days: int,
) -> Submission:
    """Write the row, under the next number of this person and assignment."""
    last = await session.scalar(
        select(func.max(Submission.number)).where(
            Submission.user_id == user.id, Submission.assignment_id == assignment.id
        )
    )
    submission = Submission(
        user_id=user.id,
        assignment_id=assignment.id,
        exercise_version_id=version.id,
        number=(last or 0) + 1,
        kind=read.kind,
        answer=read.sent,
        source=read.source,
        sha256=read.sha256,
        idempotency_key=key,
        state=State.QUEUED,
        late_days=late_days,
    )
    session.add(submission)
    await session.flush()
    return submission
