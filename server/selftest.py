"""Grade every exercise's reference solution through the same door as a student's, and say how each came out."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text as Line

from exercises import Bundle
from exercises.schema import QuizExercise
from server.courses import find_assignment
from server.database.engine import Database
from server.database.models import State, User
from server.errors import Refused
from server.feed import Feed
from server.opening import Foundation, teacher_of_the_demo
from server.submissions import Answer, accept_submission, submission_view

#: Seconds after which an exercise is given up; the longest trains for a minute or two, cold and with neighbours.
PATIENCE = 900.0

#: Seconds between two looks where no change was announced.
LOOK_AGAIN = 2.0

OVER = frozenset({State.DONE, State.CANCELLED, State.SYSTEM_ERROR})


@dataclass(frozen=True, slots=True)
class Result:
    """How the reference solution of one exercise came out; times in seconds from acceptance."""

    exercise_id: str
    state: str
    outcome: str | None
    score: float | None
    quick_seconds: float | None
    total_seconds: float

    @property
    def passed(self) -> bool:
        """Whether the reference solution got full marks."""
        return self.outcome == "passed" and self.score == 1


async def self_test(
    database: Database, feed: Feed, catalogue: Mapping[str, Bundle], user: User, course_slug: str
) -> AsyncIterator[Result]:
    """Submit each reference solution as ``user``, wait for its verdict, and yield the results in course order.

    Args:
        database: Where submissions go.
        feed: Tells of their progress.
        catalogue: The exercises.
        user: Somebody enrolled in the course.
        course_slug: The course.

    """
    for bundle in catalogue.values():
        yield await _one(database, feed, bundle, user, course_slug)


async def report_self_test(
    base: Foundation, catalogue: Mapping[str, Bundle], course_slug: str, console: Console
) -> bool:
    """Run the self-test and print its table line by line; return whether every reference solution passed.

    Args:
        base: The database and feed of a running platform.
        catalogue: The exercises.
        course_slug: The course.
        console: Where the table goes.

    """
    user = await teacher_of_the_demo(base)
    if user is None:
        console.print("There is no demo account `teacher` to submit as; the self-test is left out.", style="yellow")
        return False
    console.print("[bold]Self-test[/]: every reference solution, through the same door as a student's")
    console.print(
        f"  {'exercise':<26}{'verdict':<14}{'score':>6}{'first findings':>16}{'verdict after':>15}", style="dim"
    )
    everything_passed = True
    try:
        async for result in self_test(base.database, base.feed, catalogue, user, course_slug):
            everything_passed &= result.passed
            console.print(_row(result))
    except Refused as refusal:  # the demonstration's teachers may archive it or take `teacher` out of it
        console.print(f"The course takes nothing in for the self-test: {refusal}", style="yellow")
        return False
    return everything_passed


def _row(result: Result) -> Line:
    """Return one line of the table."""
    line = Line("✓ " if result.passed else "✗ ", style="green" if result.passed else "bold red")
    score = "" if result.score is None else f"{result.score:.2f}"
    quick = "" if result.quick_seconds is None else f"{result.quick_seconds:.1f} s"
    line.append(
        f"{result.exercise_id:<26}{result.outcome or result.state:<14}{score:>6}{quick:>16}"
        f"{result.total_seconds:>13.1f} s",
        style="default",
    )
    return line


async def _one(database: Database, feed: Feed, bundle: Bundle, user: User, course_slug: str) -> Result:
    """Submit one reference solution and wait for its verdict."""
    async with database.unit_of_work() as session:
        assignment = await find_assignment(session, user, bundle.id, course_slug)
        submission = await accept_submission(session, user, assignment, bundle, reference_answer(bundle), anew=True)
    started = time.perf_counter()
    quick: float | None = None
    async with feed.subscribe(submission.id) as changes:
        while True:
            async with database.reading() as session:
                view = await submission_view(session, user, submission.id)
            elapsed = time.perf_counter() - started
            if quick is None and view.findings:
                quick = elapsed
            if view.state in OVER or elapsed > PATIENCE:
                verdict = view.verdict or {}
                outcome, score = verdict.get("outcome"), verdict.get("score")
                return Result(bundle.id, str(view.state), outcome, score, quick, elapsed)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(anext(changes), LOOK_AGAIN)


def reference_answer(bundle: Bundle) -> Answer:
    """Return the answer a student would send who knew everything."""
    if isinstance(bundle.exercise, QuizExercise):
        return Answer(answers={question: list(answer.accepted) for question, answer in bundle.answers.items()})
    return Answer(file=(bundle.solution or "").encode())
