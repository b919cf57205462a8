"""``beginend rescore``: judge a course's submissions anew, look at what would change, and let it count or not.

For operators on the machine: needs the database, not the server; workers do the work.
"""

import asyncio
import json
from datetime import datetime
from typing import Annotated

import typer

from server.api.rescores_models import ItemOut, MatrixOut, PlanOut, RescoreLine, RescoreOut
from server.cli import common
from server.cli.rescore_report import show_items, show_matrix, show_plan, show_rescore
from server.cli.rescore_shared import (
    As,
    Causes,
    Changes,
    Id,
    Json,
    OneStudent,
    Submissions,
    done,
    out,
    person,
    pick,
    show,
)
from server.cli.rescore_steps import steps_app
from server.cli.rescore_upgrade import upgrade_app
from server.courses import find_course
from server.database.models import Depth, RescoreState
from server.opening import Foundation
from server.rescoring import Scope, Wish, find_rescore, make_rescore, overview, plan, rescores_of
from server.rescoring.listing import lines

app = typer.Typer()
rescore_app = typer.Typer(
    help="Judge submissions anew, and see what would change before it counts.", no_args_is_help=True
)
rescore_app.add_typer(steps_app)
rescore_app.add_typer(upgrade_app)
app.add_typer(rescore_app, name="rescore")

LOOK = 1.0  # seconds between two looks
LISTED = 200

Course = Annotated[str, typer.Argument(help="The course's short name.")]
Exercise = Annotated[str | None, typer.Option(help="Id of the exercise.")]
Version = Annotated[str | None, typer.Option(help="Version that they were judged by.")]
Students = Annotated[list[str] | None, typer.Option("--student", help="Login name; may be repeated.")]
Since = Annotated[datetime | None, typer.Option(help="Submitted at or after this moment, in the machine's time.")]
Until = Annotated[datetime | None, typer.Option(help="Submitted before this moment.")]
Outcomes = Annotated[list[str] | None, typer.Option("--outcome", help="Word of the verdict; may be repeated.")]
Check = Annotated[str | None, typer.Option(help="Id of a check; with =OUTCOME, of that outcome: accuracy=failed.")]
Image = Annotated[str | None, typer.Option(help="Sandbox image that the verdict names.")]
OnImage = Annotated[
    str | None,
    typer.Option("--on-image", help="Only workers that judge in this sandbox image; everything runs again then."),
]
To = Annotated[str | None, typer.Option(help="Version to judge by; by itself the one that is handed out.")]
DepthOption = Annotated[Depth | None, typer.Option(help="By itself the least that suffices.")]


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
            return PlanOut.of(await plan(session, await person(session, login), scope, base.shelf))

    show(done(work), show_plan, as_json=as_json)


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
    on_image: OnImage = None,
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
            wish = Wish(scope, per_minute=per_minute, repeats=repeats, reason=reason, on_image=on_image)
            made = await make_rescore(session, await person(session, login), wish, base.shelf)
            return await out(session, made.id)

    show(done(work), show_rescore, as_json=as_json)


@rescore_app.command("list")
def list_command(course: Course, *, as_json: Json = False) -> None:
    """List the rescores of a course, latest first."""

    async def work(base: Foundation) -> list[RescoreLine]:
        async with base.database.reading() as session:
            found = await find_course(session, course)
            return [RescoreLine.of(one) for one in await rescores_of(session, found.id, before=None, limit=LISTED)]

    rows = done(work)
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
                seen = await out(session, rescore)
            if seen.state is not RescoreState.RUNNING:
                return seen
            left = "" if seen.seconds_left is None else f", about {seen.seconds_left:.0f} s left"
            line = f"{seen.done} of {seen.total}, {seen.changed} change, {seen.errors} errors{left}"
            if seen.workers == 0:
                line = f"{seen.done} of {seen.total}; {_nobody(seen.on_image)}"
            if line != said:
                common.say(line)
                said = line
            await asyncio.sleep(LOOK)

    seen = done(work)
    show(seen, show_rescore, as_json=as_json)
    if seen.errors or seen.state in {RescoreState.CANCELLED, RescoreState.DISCARDED}:
        raise typer.Exit(common.EXIT_FAILED)


def _nobody(image: str | None) -> str:
    """Say that no worker is there, and what would bring one."""
    if image is None:
        return "no worker does rescores at present, so it waits; it goes on by itself when one does (`beginend worker`)"
    return (
        f"nobody judges in {image[:19]} at present, so it waits; it goes on by itself when a worker has it "
        f"(BEGINEND_SANDBOX_IMAGE={image})"
    )


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
    wanted = pick(change or ["up", "down", "level"], cause, student, None)

    async def work(base: Foundation) -> tuple[MatrixOut, list[ItemOut]]:
        async with base.database.reading() as session:
            await find_rescore(session, None, rescore)
            rows = await lines(session, rescore, wanted, after=None, limit=limit)
            return MatrixOut.of(await overview(session, rescore)), [ItemOut.of(row) for row in rows]

    matrix, items = done(work)
    if as_json:
        whole = {"schema": 1, "matrix": matrix.model_dump(mode="json")}
        whole["items"] = [item.model_dump(mode="json") for item in items]
        typer.echo(json.dumps(whole, ensure_ascii=False))
        return
    show_matrix(common.results, matrix)
    show_items(common.results, items, common.terminal_language())
