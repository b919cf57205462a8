"""``beginend rescore``: judge a course's submissions anew, look at what would change, and let it count or not.

For operators on the machine: needs the database, not the server; workers do the work.
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.accounts import find_user
from server.api.rescores_models import ItemOut, MatrixOut, PlanOut, RescoreLine, RescoreOut
from server.cli import common
from server.cli.rescore_report import show_items, show_matrix, show_plan, show_rescore
from server.courses import find_course
from server.database.models import Cause, Depth, RescoreState, User
from server.errors import WrongCredentials
from server.opening import Foundation, database_url, foundation
from server.rescoring import (
    Pick,
    Scope,
    Wish,
    apply,
    cancel,
    discard,
    find_rescore,
    keep_present,
    make_rescore,
    overview,
    pause,
    plan,
    progress_of,
    rescores_of,
    resume,
    try_again,
    undo,
)
from server.rescoring.after import CHANGES
from server.rescoring.listing import lines

app = typer.Typer()
rescore_app = typer.Typer(
    help="Judge submissions anew, and see what would change before it counts.", no_args_is_help=True
)
app.add_typer(rescore_app, name="rescore")

LOOK = 1.0  # seconds between two looks
LISTED = 200

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
As = Annotated[str, typer.Option("--as", metavar="LOGIN", help="Who does it; by itself the operator.")]
Id = Annotated[uuid.UUID, typer.Argument(metavar="RESCORE", help="Id of the rescore.")]
Course = Annotated[str, typer.Argument(help="The course's short name.")]
Exercise = Annotated[str | None, typer.Option(help="Id of the exercise.")]
Version = Annotated[str | None, typer.Option(help="Version that they were judged by.")]
Students = Annotated[list[str] | None, typer.Option("--student", help="Login name; may be repeated.")]
Submissions = Annotated[list[uuid.UUID] | None, typer.Option("--submission", help="Id; may be repeated.")]
Since = Annotated[datetime | None, typer.Option(help="Submitted at or after this moment, in the machine's time.")]
Until = Annotated[datetime | None, typer.Option(help="Submitted before this moment.")]
Outcomes = Annotated[list[str] | None, typer.Option("--outcome", help="Word of the verdict; may be repeated.")]
Check = Annotated[str | None, typer.Option(help="Id of a check; with =OUTCOME, of that outcome: accuracy=failed.")]
Image = Annotated[str | None, typer.Option(help="Sandbox image that the verdict names.")]
To = Annotated[str | None, typer.Option(help="Version to judge by; by itself the one that is handed out.")]
DepthOption = Annotated[Depth | None, typer.Option(help="By itself the least that suffices.")]
Changes = Annotated[list[str] | None, typer.Option("--change", help="up, down, level or words; may be repeated.")]
Causes = Annotated[list[Cause] | None, typer.Option("--cause", help="May be repeated.")]
OneStudent = Annotated[str | None, typer.Option("--student", help="Login name.")]


@rescore_app.command("plan")
def plan_command(
    course: Course,
    *,
    exercise: Exercise = None,
    version: Version = None,
    student: Students = None,
    submission: Submissions = None,
    since: Since = None,
    until: Until = None,
    outcome: Outcomes = None,
    check: Check = None,
    image: Image = None,
    to: To = None,
    depth: DepthOption = None,
    login: As = "",
    as_json: Json = False,
) -> None:
    """Say how many submissions it would be about, how deep it would go, why, and what it would cost."""
    name, _, how = (check or "").partition("=")
    scope = Scope(
        course,
        exercise=exercise,
        version=version,
        students=student or (),
        submissions=submission or (),
        since=since and since.astimezone(),
        until=until and until.astimezone(),
        outcomes=outcome or (),
        check=name or None,
        check_outcome=how or None,
        image=image,
        to_version=to,
        depth=depth,
    )

    async def work(base: Foundation) -> PlanOut:
        async with base.database.reading() as session:
            return PlanOut.of(await plan(session, await _person(session, login), scope, base.shelf))

    _show(_done(work), show_plan, as_json=as_json)


@rescore_app.command("run")
def run_command(
    course: Course,
    *,
    exercise: Exercise = None,
    version: Version = None,
    student: Students = None,
    submission: Submissions = None,
    since: Since = None,
    until: Until = None,
    outcome: Outcomes = None,
    check: Check = None,
    image: Image = None,
    to: To = None,
    depth: DepthOption = None,
    per_minute: Annotated[int | None, typer.Option(min=1, help="No faster than this.")] = None,
    repeats: Annotated[int, typer.Option(min=0, max=10, help="Further runs where one differs for no reason.")] = 2,
    reason: Annotated[str, typer.Option(help="Why, for those who read it later.")] = "",
    login: As = "",
    as_json: Json = False,
) -> None:
    """Make a rescore; workers work it out beside the verdicts that count, which stay until it is applied."""
    name, _, how = (check or "").partition("=")
    scope = Scope(
        course,
        exercise=exercise,
        version=version,
        students=student or (),
        submissions=submission or (),
        since=since and since.astimezone(),
        until=until and until.astimezone(),
        outcomes=outcome or (),
        check=name or None,
        check_outcome=how or None,
        image=image,
        to_version=to,
        depth=depth,
    )

    async def work(base: Foundation) -> RescoreOut:
        async with base.database.unit_of_work() as session:
            wish = Wish(scope, per_minute=per_minute, repeats=repeats, reason=reason)
            made = await make_rescore(session, await _person(session, login), wish, base.shelf)
            return await _out(session, made.id)

    _show(_done(work), show_rescore, as_json=as_json)


@rescore_app.command("list")
def list_command(course: Course, *, as_json: Json = False) -> None:
    """List the rescores of a course, latest first."""

    async def work(base: Foundation) -> list[RescoreLine]:
        async with base.database.reading() as session:
            found = await find_course(session, course)
            return [RescoreLine.of(one) for one in await rescores_of(session, found.id, before=None, limit=LISTED)]

    rows = _done(work)
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False))
        return
    for row in rows:
        total = sum(group.count for group in row.groups)
        common.results.print(
            f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {row.state}  {total}  {row.reason}", markup=False
        )


@rescore_app.command("watch")
def watch_command(rescore: Id, *, as_json: Json = False) -> None:
    """Watch until it is worked out, or rests. Exit code: 0 worked out, 1 with errors, or it was given up."""

    async def work(base: Foundation) -> RescoreOut:
        said = ""
        while True:
            async with base.database.reading() as session:
                seen = await _out(session, rescore)
            if seen.state is not RescoreState.RUNNING:
                return seen
            left = "" if seen.seconds_left is None else f", about {seen.seconds_left:.0f} s left"
            line = f"{seen.done} of {seen.total}, {seen.changed} change, {seen.errors} errors{left}"
            if line != said:
                common.say(line)
                said = line
            await asyncio.sleep(LOOK)

    seen = _done(work)
    _show(seen, show_rescore, as_json=as_json)
    if seen.errors or seen.state in {RescoreState.CANCELLED, RescoreState.DISCARDED}:
        raise typer.Exit(common.EXIT_FAILED)


@rescore_app.command("diff")
def diff_command(
    rescore: Id,
    *,
    change: Changes = None,
    cause: Causes = None,
    student: OneStudent = None,
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="How many submissions at most.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what would change: verdicts before and after, scores, and each submission with its cause."""
    pick = _pick(change or ["up", "down", "level"], cause, student, None)

    async def work(base: Foundation) -> tuple[MatrixOut, list[ItemOut]]:
        async with base.database.reading() as session:
            await find_rescore(session, None, rescore)
            rows = await lines(session, rescore, pick, after=None, limit=limit)
            return MatrixOut.of(await overview(session, rescore)), [ItemOut.of(row) for row in rows]

    matrix, items = _done(work)
    if as_json:
        whole = {"schema": 1, "matrix": matrix.model_dump(mode="json")}
        whole["items"] = [item.model_dump(mode="json") for item in items]
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    show_matrix(common.results, matrix)
    show_items(common.results, items, common.terminal_language())


@rescore_app.command("apply")
def apply_command(
    rescore: Id,
    *,
    change: Changes = None,
    cause: Causes = None,
    student: OneStudent = None,
    submission: Submissions = None,
    rest: Annotated[bool, typer.Option("--rest", help="Apply the rest where some have changed since.")] = False,
    login: As = "",
    as_json: Json = False,
) -> None:
    """Let what was worked out count, or a part of it: all of what is asked for or nothing."""
    pick = _pick(change, cause, student, submission)

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            done = await apply(session, await _person(session, login), rescore, pick, rest=rest)
        return {"applied": done.applied, "outdated": done.outdated}

    _tell(_done(work), as_json=as_json)


@rescore_app.command("undo")
def undo_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Let the verdicts count again that it replaced, where its own still count."""

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            done = await undo(session, await _person(session, login), rescore)
        return {"undone": done.undone, "left": done.left}

    _tell(_done(work), as_json=as_json)


@rescore_app.command("again")
def again_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Work out again what failed, and what has another verdict since."""

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            return {"items": await try_again(session, await _person(session, login), rescore, base.shelf)}

    _tell(_done(work), as_json=as_json)


@rescore_app.command("keep")
def keep_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Decide that what could not be worked out keeps its present verdict."""

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            return {"items": await keep_present(session, await _person(session, login), rescore)}

    _tell(_done(work), as_json=as_json)


@rescore_app.command("pause")
def pause_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Let it rest; what is in hand is finished."""
    _step(pause, rescore, login, as_json=as_json)


@rescore_app.command("resume")
def resume_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Let it go on."""
    _step(resume, rescore, login, as_json=as_json)


@rescore_app.command("cancel")
def cancel_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Give it up before it is worked out."""
    _step(cancel, rescore, login, as_json=as_json)


@rescore_app.command("discard")
def discard_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Throw away what it worked out, none of which counts."""
    _step(discard, rescore, login, as_json=as_json)


Step = Callable[[AsyncSession, User | None, uuid.UUID], Awaitable[Any]]


def _step(step: Step, rescore: uuid.UUID, login: str, *, as_json: bool) -> None:
    """Take a step and show where the rescore is then."""

    async def work(base: Foundation) -> RescoreOut:
        async with base.database.unit_of_work() as session:
            await step(session, await _person(session, login), rescore)
            return await _out(session, rescore)

    _show(_done(work), show_rescore, as_json=as_json)


T = TypeVar("T")
Shown = TypeVar("Shown", bound=BaseModel)


def _done(work: Callable[[Foundation], Coroutine[Any, Any, T]]) -> T:
    """Do work on the platform's database, whether a server runs or not."""
    settings = common.settings_or_exit()

    async def done() -> T:
        async with database_url(settings) as url, foundation(settings, url) as base:
            return await work(base)

    return common.complete(done())


def _show(value: Shown, show: Callable[[Console, Shown], None], *, as_json: bool) -> None:
    """Print something as JSON, or for people."""
    if as_json:
        typer.echo(json.dumps({"schema": 1, **value.model_dump(mode="json")}, ensure_ascii=False))
    else:
        show(common.results, value)


def _tell(numbers: dict[str, int], *, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        typer.echo(json.dumps({"schema": 1, **numbers}))
    else:
        typer.echo(", ".join(f"{name} {number}" for name, number in numbers.items()))


async def _out(session: AsyncSession, rescore_id: uuid.UUID) -> RescoreOut:
    """Return a rescore with its progress."""
    await session.flush()
    found = await find_rescore(session, None, rescore_id)
    await session.refresh(found.row)
    return RescoreOut.of_both(found, await progress_of(session, found.row))


async def _person(session: AsyncSession, login: str) -> User | None:
    """Return the person of this name; None for the operator, who has none.

    Raises:
        WrongCredentials: There is nobody of this name.

    """
    if not login:
        return None
    user = await find_user(session, login)
    if user is None:
        raise WrongCredentials(Text(zh=f"没有用户 {login!r}。", en=f"There is nobody called {login!r}."))
    return user


def _pick(
    changes: list[str] | None, causes: list[Cause] | None, student: str | None, submissions: list[uuid.UUID] | None
) -> Pick:
    """Return which items are meant.

    Raises:
        typer.Exit: There is no such change.

    """
    for word in changes or ():
        if word not in CHANGES:
            raise common.give_up(f"--change {word}: there are {', '.join(CHANGES)}.", common.EXIT_USAGE)
    return Pick(changes=changes or (), causes=causes or (), student=student, submissions=submissions or ())
