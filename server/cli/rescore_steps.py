"""The steps of ``beginend rescore`` once a set is there: apply, undo, again, keep, pause, resume, cancel, discard."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from server.api.rescores_models import RescoreOut
from server.cli.rescore_report import show_rescore
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
    tell,
)
from server.database.models import ItemState, User
from server.opening import Foundation
from server.rescoring import Pick, apply, cancel, discard, keep_present, pause, resume, try_again, undo

steps_app = typer.Typer()


@steps_app.command("apply")
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
    wanted = pick(change, cause, student, submission)

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            did = await apply(session, await person(session, login), rescore, wanted, rest=rest)
        return {"applied": did.applied, "outdated": did.outdated}

    tell(done(work), as_json=as_json)


@steps_app.command("undo")
def undo_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Let the verdicts count again that it replaced, where its own still count."""

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            did = await undo(session, await person(session, login), rescore)
        return {"undone": did.undone, "left": did.left}

    tell(done(work), as_json=as_json)


@steps_app.command("again")
def again_command(
    rescore: Id,
    *,
    errors: Annotated[bool, typer.Option("--errors", help="What failed.")] = False,
    kept: Annotated[bool, typer.Option("--kept", help="What failed and was to keep its present verdict.")] = False,
    outdated: Annotated[bool, typer.Option("--outdated", help="What has another verdict since.")] = False,
    login: As = "",
    as_json: Json = False,
) -> None:
    """Work out again what failed, and what has another verdict since; or what the options say.

    What was decided to keep its present verdict is left unless `--kept` is said.
    """
    if not (errors or kept or outdated):
        errors = outdated = True
    meant = {
        ItemState.ERROR: errors,
        ItemState.KEPT: kept,
        ItemState.DONE: outdated,  # of these only those that have another verdict since
        ItemState.WAITING: outdated,
    }
    wanted = Pick(states=[state for state, is_meant in meant.items() if is_meant])

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            return {"items": await try_again(session, await person(session, login), rescore, base.shelf, wanted)}

    tell(done(work), as_json=as_json)


@steps_app.command("keep")
def keep_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Decide that what could not be worked out keeps its present verdict."""

    async def work(base: Foundation) -> dict[str, int]:
        async with base.database.unit_of_work() as session:
            return {"items": await keep_present(session, await person(session, login), rescore)}

    tell(done(work), as_json=as_json)


@steps_app.command("pause")
def pause_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Let it rest; what is in hand is finished."""
    _step(pause, rescore, login, as_json=as_json)


@steps_app.command("resume")
def resume_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Let it go on."""
    _step(resume, rescore, login, as_json=as_json)


@steps_app.command("cancel")
def cancel_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Give it up before it is worked out."""
    _step(cancel, rescore, login, as_json=as_json)


@steps_app.command("discard")
def discard_command(rescore: Id, *, login: As = "", as_json: Json = False) -> None:
    """Throw away what it worked out, none of which counts."""
    _step(discard, rescore, login, as_json=as_json)


Step = Callable[[AsyncSession, User | None, uuid.UUID], Awaitable[Any]]


def _step(step: Step, rescore: uuid.UUID, login: str, *, as_json: bool) -> None:
    """Take a step and show where the rescore is then."""

    async def work(base: Foundation) -> RescoreOut:
        async with base.database.unit_of_work() as session:
            await step(session, await person(session, login), rescore)
            return await out(session, rescore)

    show(done(work), show_rescore, as_json=as_json)
