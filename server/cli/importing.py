"""``beginend exercise import``: bring an exercise in without a server, check it here, and publish it."""

import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from exercises import Bundle
from exercises.text import Text
from server.accounts import find_user
from server.cli import common
from server.cli.check import checked
from server.database.models import ExerciseImport, ImportState, User
from server.errors import WrongCredentials
from server.gate import Report, Training, report_json
from server.gate.terminal import show_report
from server.imports import find_import, publish, take_in
from server.imports.checking import GateClaim, claim_import, record_report
from server.imports.loading import load
from server.imports.unpacking import unpack
from server.opening import Foundation, database_url, foundation
from server.queue.doorbell import ring_for_gate
from server.queue.gatestory import GateStory
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the command was asked to do."""

    source: Path
    login: str
    check: bool
    publish: bool
    reason: str
    sandbox: str


@dataclass(frozen=True, slots=True)
class _Imported:
    """What became of it."""

    row: ExerciseImport
    report: Report | None  #: of a check that was made here


def import_exercise(
    source: Annotated[
        Path, typer.Argument(help="A zip, a folder, or a file made by `git bundle create`.", exists=True)
    ],
    *,
    login: Annotated[
        str, typer.Option("--as", metavar="LOGIN", help="Whose the exercise is; by itself the platform's.")
    ] = "",
    check: Annotated[bool, typer.Option(help="Check it here; without, the next worker does.")] = True,
    publish_it: Annotated[bool, typer.Option("--publish", help="Publish it once it has passed.")] = False,
    reason: Annotated[str, typer.Option(help="Publish it although it has not passed, and say why.")] = "",
    sandbox: Annotated[str, typer.Option(help="docker or process.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as one JSON object.")] = False,
) -> None:
    """Import an exercise as a version that courses can hand out. Needs the database, not the server.

    Exit code: 0 imported, 1 it does not pass its check, 2 wrong call or bundle, 3 our fault.
    """
    settings = common.settings_or_exit()
    wish = _Wish(source, login, check=check, publish=publish_it or bool(reason), reason=reason, sandbox=sandbox)
    imported = common.complete(_imported(settings, wish))
    row = imported.row
    if as_json:
        typer.echo(json.dumps({"id": str(row.id), "exercise": row.exercise_id, "version": row.version,
                               "state": row.state.value, "report": row.report}, ensure_ascii=False))  # fmt: skip
    else:
        if imported.report is not None:
            show_report(common.results, imported.report, common.terminal_language())
        line = f"{row.exercise_id} {row.version} {row.state.value}"
        common.results.print(line, markup=False, highlight=False, soft_wrap=True)
    if row.state is ImportState.REFUSED:
        raise typer.Exit(common.EXIT_FAILED)
    if row.state is ImportState.SYSTEM_ERROR:
        raise typer.Exit(common.EXIT_FAULT)


async def _imported(settings: Settings, wish: _Wish) -> _Imported:
    """Take the exercise in, check it and publish it, as far as was asked."""
    async with database_url(settings) as url, foundation(settings, url) as base:
        with tempfile.TemporaryDirectory(prefix="beginend-import-") as place:
            bundle = await asyncio.to_thread(_read, wish.source, Path(place), settings.built)
            async with base.database.unit_of_work() as session:
                actor = await _person(session, wish.login)
                row = await take_in(session, actor, bundle, base.shelf, ring=not wish.check)
            report = None
            if wish.check and row.state is ImportState.CHECKING:
                report = await _checked_here(base, bundle, row, wish.sandbox)
        async with base.database.unit_of_work() as session:
            row = (await find_import(session, actor, row.id)).row
            if wish.publish and (row.state is not ImportState.REFUSED or wish.reason):
                await publish(session, actor, row.id, base.shelf, reason=wish.reason)
                await session.refresh(row)
            return _Imported(row, report)


def _read(source: Path, place: Path, built: Path) -> Bundle:
    """Return the exercise in a folder, which is read where it lies, or in an archive."""
    return load(source, built) if source.is_dir() else unpack(source, place, built)


async def _person(session: AsyncSession, login: str) -> User | None:
    """Return the person of this name; None for the platform itself, which has none.

    Raises:
        WrongCredentials: There is nobody of this name.

    """
    if not login:
        return None
    user = await find_user(session, login)
    if user is None:
        raise WrongCredentials(Text(zh=f"没有用户 {login!r}。", en=f"There is nobody called {login!r}."))
    return user


async def _checked_here(base: Foundation, bundle: Bundle, row: ExerciseImport, sandbox: str) -> Report | None:
    """Put the import through the gate in this process, as a worker would; what fails is left to a worker."""
    async with base.database.unit_of_work() as session:
        held = await claim_import(session, row.id)
    if held is None:
        return None
    try:
        report = await _judged(base, bundle, held, sandbox)
    except Exception:
        async with base.database.unit_of_work() as session:
            await ring_for_gate(session, row.id)
        raise
    async with base.database.unit_of_work() as session:
        await record_report(session, held, report_json(report), passed=report.passed)
    return report


async def _judged(base: Foundation, bundle: Bundle, held: GateClaim, sandbox: str) -> Report:
    """Check in a thread, beside the database's guard, and tell how far it is."""
    story = GateStory(base.database, held)
    telling = asyncio.create_task(story.tell_on())
    try:
        return await asyncio.to_thread(
            checked, bundle, base.settings, Training.SOME, mutants=True, sandbox=sandbox, tell=story.tell
        )
    finally:
        story.end()
        await telling
