"""Measure what a million submissions in scope cost: planning, making and throwing away a set, and deleting rows."""

import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import text

from exercises import Bundle, Text
from server.accounts import create_user
from server.cli.bench.memory_peak import Peak
from server.courses import enrol, publish_catalogue
from server.database.models import Role
from server.opening import Foundation
from server.rescoring import Scope, Wish, discard, make_rescore, plan

COURSE = "many"
STUDENTS = 1000
#: Submissions of the same code, as it is where a class hands in what the statement almost says.
SAME_CODE = 4
DELETED = 10_000

# Evidence is small: what is measured looks at which rows there are, not at what they hold.
_PEOPLE = text(
    """
    insert into users (id, login, display_name, password_hash)
    select gen_random_uuid(), 'many-' || n, 'many-' || n, null from generate_series(1, :students) n
    """
)
_SUBMISSIONS = text(
    """
    insert into submissions (id, user_id, assignment_id, exercise_version_id, number, kind, answer, source, sha256,
                             state, attempt)
    select gen_random_uuid(), person.id, task.id, task.exercise_version_id, n, 'regions', '{"regions": []}', '',
           md5((n / :same_code)::text) || md5(n::text), 'done', 1
      from generate_series(1, :number) n
      join (select id, row_number() over (order by login) - 1 as place from users where login like 'many-%') person
        on person.place = n % :students
     cross join (select assignments.* from assignments join courses on courses.id = course_id
                  where slug = :course limit 1) task
    """
)
_GRADINGS = text(
    """
    insert into gradings (id, submission_id, attempt, state, outcome, score, evidence, artifacts, stdout, environment,
                          timing_ms)
    select gen_random_uuid(), id, 1, 'final', case when number % 3 = 0 then 'failed' else 'passed' end, 0.5,
           '{"version": 1}', '{}', '', '{"image": "sha256:one"}', '{}'
      from submissions where current_grading_id is null
    """
)
_FINDINGS = text(
    """
    insert into findings (grading_id, position, phase, check_id, outcome, data)
    select grading.id, place, 'quick', 'check-' || place, 'passed', '{}'
      from gradings grading, generate_series(0, 1) place
     where not exists (select 1 from findings where grading_id = grading.id)
    """
)
_POINT = text(
    "update submissions set current_grading_id = gradings.id from gradings"
    " where gradings.submission_id = submissions.id and current_grading_id is null"
)
_ANSWERED = text(
    """
    update submissions set answered_by_id = first.id
      from (select id, lead(id) over (order by number) as next from submissions where number % 100 = 0) first
     where submissions.id = first.next
    """
)


async def fill(base: Foundation, bundle: Bundle, number: int) -> None:
    """Write a course with ``number`` judged submissions, all of it inside the database.

    Args:
        base: A database that is up to date.
        bundle: The exercise that all of them are to.
        number: How many.

    """
    async with base.database.unit_of_work() as session:
        course = await publish_catalogue(
            session, {bundle.id: bundle}, COURSE, Text(zh="很多", en="Many"), shelf=base.shelf
        )
        teacher = await create_user(session, login="teacher-of-many", password="measured by nobody")  # noqa: S106
        await enrol(session, teacher, course, Role.TEACHER)
        much = {"students": STUDENTS, "number": number, "same_code": SAME_CODE, "course": COURSE}
        await session.execute(_PEOPLE, {"students": STUDENTS})
        await session.execute(_SUBMISSIONS, much)
        for statement in (_GRADINGS, _FINDINGS, _POINT, _ANSWERED):
            await session.execute(statement)
    async with base.database.reading() as session:  # no transaction: a vacuum wants none
        await session.execute(text("vacuum analyze"))


async def scope_figures(base: Foundation, bundle: Bundle, number: int) -> dict[str, Any]:
    """Plan, make and throw away a set over ``number`` submissions, then delete some; return seconds and memory."""
    await fill(base, bundle, number)
    scope = Scope(COURSE, exercise=bundle.id)
    figures: dict[str, Any] = {"in_scope": number}
    peak = Peak(os.getpid())

    async def planned() -> None:
        async with base.database.reading() as session:
            figures["planned"] = (await plan(session, None, scope, base.shelf)).total

    async def made() -> Any:  # noqa: ANN401 - the set
        async with base.database.unit_of_work() as session:
            return await make_rescore(session, None, Wish(scope), base.shelf)

    figures["plan_seconds"], _ = await _timed(planned)
    figures["make_seconds"], rescore = await _timed(made)
    figures["made"] = rescore.total

    async def deleted() -> None:
        async with base.database.unit_of_work() as session:
            await session.execute(_DELETE, {"number": DELETED})

    async def thrown_away() -> None:
        async with base.database.unit_of_work() as session:
            await discard(session, None, rescore.id)

    figures[f"delete_{DELETED}_seconds"], _ = await _timed(deleted)
    async with base.database.unit_of_work() as session:
        await session.execute(text("update rescores set state = 'ready' where id = :id"), {"id": rescore.id})
        left = text("select count(*) from rescore_items where rescore_id = :id")
        figures["thrown_away"] = await session.scalar(left, {"id": rescore.id})
    figures["discard_seconds"], _ = await _timed(thrown_away)
    figures["memory_before_mib"], figures["peak_memory_mib"] = peak.first >> 20, peak.stop() >> 20
    return figures


_DELETE = text(
    "delete from submissions where id in ("
    "select id from submissions where number % 100 <> 0 and answered_by_id is null order by id limit :number)"
)


async def _timed(work: Callable[[], Awaitable[Any]]) -> tuple[float, Any]:
    """Return how long something takes, in seconds, and what it returns."""
    began = time.perf_counter()
    came = await work()
    return round(time.perf_counter() - began, 2), came
