"""Taking submissions in: each test begins from one that is accepted and breaks one thing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from serverhouse import COURSE, REGIONS, House
from sqlalchemy import delete, func, select, text

from exercises import Text
from server.courses import enrol, find_assignment, find_course, publish_catalogue
from server.database.models import Assignment, Enrolment, Kind, Role, State, Submission
from server.errors import (
    AmbiguousCourse,
    AnswerDoesNotFit,
    AttemptsUsedUp,
    BundleGone,
    DeadlinePassed,
    IdempotencyConflict,
    NotEnrolled,
    NotOpenYet,
    TooManySubmissions,
    UnknownCourse,
    UnknownExercise,
)
from server.submissions import Answer, accept_submission

pytestmark = pytest.mark.database

QUIZ = "what-is-a-neural-network"
HOUR = timedelta(hours=1)


async def counts(house: House) -> tuple[int, int]:
    """Return how many submissions and how many jobs there are."""
    async with house.database.reading() as session:
        submissions = await session.scalar(select(func.count()).select_from(Submission))
        jobs = await session.scalar(text("select count(*) from procrastinate_jobs"))
    return submissions or 0, jobs or 0


async def change_assignment(house: House, exercise_id: str = "cnn-digits", **changes: object) -> None:
    """Set columns of an assignment."""
    async with house.database.unit_of_work() as session:
        assignment = await session.get_one(Assignment, (await house.assignment(exercise_id)).id)
        for name, value in changes.items():
            setattr(assignment, name, value)


async def test_accepted(house: House) -> None:
    """A submission that fits is stored as sent and spliced, and one job that names it waits in the quick queue."""
    submission = await house.submit()

    stored = await house.reload(submission.id)
    async with house.database.reading() as session:
        jobs = (
            await session.execute(text("select queue_name, task_name, priority, args from procrastinate_jobs"))
        ).all()

    assert (State.QUEUED, 1, Kind.REGIONS, 0) == (stored.state, stored.number, stored.kind, stored.attempt)
    assert {"regions": ["    model.add(Flatten())\n"]} == stored.answer
    assert "    model.add(Flatten())\n" in stored.source
    assert "def build_model():" in stored.source
    assert [("live-quick", "judge_quick", 100, {"submission_id": str(submission.id)})] == [tuple(job) for job in jobs]


async def test_row_and_job_together_or_neither(house: House) -> None:
    """What fails after the submission was taken in leaves neither a row nor a job."""
    assignment = await house.assignment()

    class Later(Exception):
        """Something went wrong before the commit."""

    with pytest.raises(Later):  # noqa: PT012 (the promise is about the whole block)
        async with house.database.unit_of_work() as session:
            await accept_submission(session, house.student, assignment, house.catalogue["cnn-digits"], REGIONS)
            raise Later

    assert (0, 0) == await counts(house)


async def test_no_queue_no_row(house: House) -> None:
    """Where the job cannot be deferred, the submission is not stored either."""
    async with house.database.unit_of_work() as session:
        await session.execute(text("alter table procrastinate_jobs rename to procrastinate_gone"))

    with pytest.raises(Exception, match="procrastinate_jobs"):
        await house.submit()

    async with house.database.unit_of_work() as session:
        await session.execute(text("alter table procrastinate_gone rename to procrastinate_jobs"))

    assert (0, 0) == await counts(house)


async def test_sent_twice(house: House) -> None:
    """A request sent again under its key gives the same submission and no second job."""
    first = await house.submit(key="form-1")
    second = await house.submit(key="form-1")

    assert first.id == second.id
    assert (1, 1) == await counts(house)


async def test_sent_twice_at_once(house: House) -> None:
    """Two clicks on one button at the same moment give one submission."""
    both = await asyncio.gather(*(house.submit(key="form-1") for _ in range(4)))

    assert 1 == len({submission.id for submission in both})
    assert (1, 1) == await counts(house)


async def test_sent_again_after_the_deadline(house: House) -> None:
    """A request sent again is answered as before, whatever the limits say by now."""
    first = await house.submit(key="form-1")
    await change_assignment(house, due_at=datetime.now(UTC) - HOUR, max_attempts=1)

    assert first.id == (await house.submit(key="form-1")).id


async def test_key_of_something_else(house: House) -> None:
    """A key that was used for another answer is refused."""
    await house.submit(key="form-1")

    with pytest.raises(IdempotencyConflict):
        await house.submit(answer=Answer(regions=["    pass\n"]), key="form-1")

    assert (1, 1) == await counts(house)


async def test_key_of_somebody_else(house: House) -> None:
    """Two people may use the same key."""
    mine = await house.submit(key="form-1")
    theirs = await house.submit(key="form-1", user=house.other)

    assert mine.id != theirs.id


@pytest.mark.parametrize("key", ["", "a" * 201, "a\0b", "a\nb"])
async def test_key_that_is_none(house: House, key: str) -> None:
    """An empty, endless or unprintable key is refused with a sentence."""
    with pytest.raises(AnswerDoesNotFit, match="Idempotency-Key"):
        await house.submit(key=key)


async def test_numbers_count_up(house: House) -> None:
    """Submissions made at once are numbered without gaps, for each person and exercise."""
    made = await asyncio.gather(*(house.submit(per_minute=99) for _ in range(6)))
    theirs = await house.submit(user=house.other)

    assert [1, 2, 3, 4, 5, 6] == sorted(submission.number for submission in made)
    assert 1 == theirs.number


async def test_not_enrolled(house: House) -> None:
    """Whoever left the course cannot submit to it."""
    assignment = await house.assignment()
    async with house.database.unit_of_work() as session:
        await session.execute(delete(Enrolment).where(Enrolment.user_id == house.student.id))

    with pytest.raises(NotEnrolled):
        async with house.database.unit_of_work() as session:
            await accept_submission(session, house.student, assignment, house.catalogue["cnn-digits"], REGIONS)

    with pytest.raises(UnknownCourse):
        await house.assignment()


async def test_not_open_yet(house: House) -> None:
    """Before an assignment opens nothing is accepted, and the answer says when it opens."""
    opens_at = datetime.now(UTC) + HOUR
    await change_assignment(house, opens_at=opens_at)

    with pytest.raises(NotOpenYet) as refusal:
        await house.submit()

    assert {"opens_at": opens_at.isoformat()} == refusal.value.extra


async def test_deadline_passed(house: House) -> None:
    """After the due time students are refused; the teacher may still try things out."""
    await change_assignment(house, due_at=datetime.now(UTC) - HOUR)

    with pytest.raises(DeadlinePassed):
        await house.submit()

    assert (0, 0) == await counts(house)
    assert 1 == (await house.submit(user=house.teacher)).number


async def test_attempts_used_up(house: House) -> None:
    """The last allowed attempt is accepted, the next is refused, another student is not affected."""
    await change_assignment(house, max_attempts=2)
    await house.submit()
    await house.submit()

    with pytest.raises(AttemptsUsedUp) as refusal:
        await house.submit()

    assert {"max_attempts": 2} == refusal.value.extra
    assert 1 == (await house.submit(user=house.other)).number


async def test_our_fault_uses_up_no_attempt(house: House) -> None:
    """A submission that ended as a system error does not count as an attempt."""
    await change_assignment(house, max_attempts=1)
    first = await house.submit()
    async with house.database.unit_of_work() as session:
        (await session.get_one(Submission, first.id)).state = State.SYSTEM_ERROR

    assert 2 == (await house.submit()).number


async def test_too_many_in_a_minute(house: House) -> None:
    """More than the allowed submissions in a minute are refused, with the seconds to wait."""
    for _ in range(3):
        await house.submit(per_minute=3)

    with pytest.raises(TooManySubmissions) as refusal:
        await house.submit(per_minute=3)

    wait = refusal.value.extra["retry_after"]
    assert isinstance(wait, int)
    assert 50 <= wait <= 60
    assert (3, 3) == await counts(house)

    async with house.database.unit_of_work() as session:
        await session.execute(text("update submissions set created_at = created_at - interval '61 seconds'"))
    assert 4 == (await house.submit(per_minute=3)).number


async def test_one_megabyte(house: House) -> None:
    """An answer far too large is refused with a sentence about its size."""
    with pytest.raises(AnswerDoesNotFit, match="256 KiB") as refusal:
        await house.submit(answer=Answer(regions=["#" * (1 << 20)]))

    assert "256 KiB" in refusal.value.sentence.zh
    assert (0, 0) == await counts(house)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(regions=["a = 1\n", "b = 2\n"]), "has 1 Begin/End region,"),
        (Answer(regions=["a = '\0'\n"]), "NUL"),
        (Answer(regions=["a = '\ud800'\n"]), "UTF-8"),
        (Answer(file=b"a = '\xff'\n"), "UTF-8"),
        (Answer(answers={"q": ["a"]}), "asks for code"),
        (Answer(), "exactly one"),
        (Answer(regions=["a\n"], file=b"a\n"), "exactly one"),
    ],
)
async def test_answer_of_another_shape(house: House, answer: Answer, sentence: str) -> None:
    """Whatever cannot be judged is refused with a sentence, before anything is stored."""
    with pytest.raises(AnswerDoesNotFit, match=sentence):
        await house.submit(answer=answer)

    assert (0, 0) == await counts(house)


async def test_whole_file(house: House) -> None:
    """Where the exercise allows it a whole file is judged as it is, with line ends made alike."""
    submission = await house.submit(
        answer=Answer(file=b"\xef\xbb\xbfimport keras\r\n\r\ndef build_model():\r\n    ...")
    )

    assert (Kind.FILE, "import keras\n\ndef build_model():\n    ...\n") == (submission.kind, submission.source)


async def test_quiz(house: House) -> None:
    """A quiz's answers are stored as canonical JSON; a question left out is no reason to refuse."""
    submission = await house.submit(QUIZ, Answer(answers={"relu": ["１１"], "layers": ["c", "a"]}))

    assert Kind.ANSWERS == submission.kind
    assert '{"layers":["c","a"],"relu":["１１"]}' == submission.source


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"nosuch": ["a"]}, "nosuch"),
        ({"layers": ["z"]}, "option “z”"),
        ({"deep": ["a", "b"]}, "“deep” takes one"),
        ({"relu": ["1" * 3000]}, "“relu” is too long"),
        ({"relu": ["1\0"]}, "“relu”"),
        ({"no\0such": ["1"]}, "no�such"),
        ({"deep": ["\ud800"]}, "“deep”"),
    ],
)
async def test_quiz_answer_that_does_not_fit(house: House, answers: dict[str, list[str]], named: str) -> None:
    """An unknown question or option, or an answer that is no text, is refused by name."""
    with pytest.raises(AnswerDoesNotFit, match=named):
        await house.submit(QUIZ, Answer(answers=answers))

    assert (0, 0) == await counts(house)


async def test_code_for_a_quiz(house: House) -> None:
    """Code sent to a quiz is refused."""
    with pytest.raises(AnswerDoesNotFit, match="is a quiz"):
        await house.submit(QUIZ, REGIONS)


async def test_bundle_of_another_version(house: House) -> None:
    """A bundle that the course does not hand out (any more) is a mistake of ours and stores nothing."""
    assignment = await house.assignment()
    async with house.database.unit_of_work() as session:
        await session.execute(text("update exercise_versions set version = 'sha256:' || id"))

    with pytest.raises(BundleGone):
        async with house.database.unit_of_work() as session:
            await accept_submission(session, house.student, assignment, house.catalogue["cnn-digits"], REGIONS)

    assert (0, 0) == await counts(house)


async def test_find_assignment(house: House) -> None:
    """Without a course's name the only course with the exercise is meant; two of them are named in the refusal."""
    async with house.database.reading() as session:
        found = await find_assignment(session, house.student, "cnn-digits")
        with pytest.raises(UnknownExercise):
            await find_assignment(session, house.student, "nosuch")
        with pytest.raises(UnknownExercise):
            await find_assignment(session, house.student, "nosuch", COURSE)
        with pytest.raises(UnknownCourse):
            await find_assignment(session, house.student, "cnn-digits", "nosuch")
    assert (await house.assignment()).id == found.id

    async with house.database.unit_of_work() as session:
        title = Text(zh="二班", en="Second class")
        await publish_catalogue(session, house.catalogue, "second-class", title, shelf=house.shelf)
        await enrol(session, house.student, await find_course(session, "second-class"), Role.STUDENT)
    async with house.database.reading() as session:
        with pytest.raises(AmbiguousCourse) as refusal:
            await find_assignment(session, house.student, "cnn-digits")

    assert {"courses": [COURSE, "second-class"]} == refusal.value.extra

    async with house.database.unit_of_work() as session:
        (await find_course(session, "second-class")).archived_at = datetime.now(UTC)
    async with house.database.reading() as session:
        assert (await find_assignment(session, house.student, "cnn-digits")).id == found.id
