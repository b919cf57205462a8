"""``beginend db``, ``sandbox``, ``user`` and ``doctor``: what an operator does by hand."""

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
from rich.text import Text as Line

from sandbox.contract import SandboxUnavailable
from server.cli import common
from server.cli.serve import TOLD
from server.doctor import Checkup, examine, self_test_here
from server.errors import Refused
from server.people import add_person, renew_password
from server.settings import Settings
from server.workshop import build_image_here

db_app = typer.Typer(help="The database.", no_args_is_help=True)
sandbox_app = typer.Typer(help="The sandbox.", no_args_is_help=True)
user_app = typer.Typer(help="People.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(db_app, name="db")
    app.add_typer(sandbox_app, name="sandbox")
    app.add_typer(user_app, name="user")
    app.command()(doctor)


@db_app.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to this version."""
    from server.database.migrate import upgrade
    from server.opening import database_url

    async def run(settings: Settings) -> None:
        async with database_url(settings) as url:
            await asyncio.to_thread(upgrade, url)

    _complete(run(common.settings_or_exit()))
    common.say("The database is up to date.")


@sandbox_app.command("build")
def build_sandbox(
    base: Annotated[str | None, typer.Option(help="Base image; by itself the first that can be had.")] = None,
) -> None:
    """Build the sandbox image, without network, from a wheelhouse of pinned and hashed wheels."""
    settings = common.settings_or_exit()
    try:
        image = build_image_here(settings.home, base, common.say)
    except SandboxUnavailable as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
    typer.echo(image)


@user_app.command("add")
def add_user(
    login: Annotated[str, typer.Argument(help="Login name.")],
    *,
    role: Annotated[str, typer.Option(help="student, teacher or grader.")] = "student",
    course: Annotated[str, typer.Option(help="The course's short name.")] = "deep-learning-first-steps",
    name: Annotated[str | None, typer.Option(help="Name that others read; by itself the login.")] = None,
    password: Annotated[str | None, typer.Option(help="By itself a random one, shown once.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
) -> None:
    """Add a person and enrol them in a course."""
    chosen = password or secrets.token_urlsafe(9)
    _complete(
        add_person(
            common.settings_or_exit(),
            login=login,
            password=chosen,
            name=name,
            role=role,
            course_slug=course,
            is_admin=admin,
        )
    )
    typer.echo(f"login {login}  password {chosen}" if password is None else f"login {login}")


@user_app.command("password")
def new_password(login: Annotated[str, typer.Argument(help="Login name.")]) -> None:
    """Give a person a new random password, shown once."""
    chosen = secrets.token_urlsafe(9)
    _complete(renew_password(common.settings_or_exit(), login, chosen))
    typer.echo(f"login {login}  password {chosen}")


def doctor(
    *,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Grade every reference solution through the student's door.")
    ] = False,
) -> None:
    """Say what is there, what is missing, and what to do about it."""
    settings = common.settings_or_exit()
    healthy = True
    for checkup in examine(settings):
        healthy &= checkup.well
        _print(checkup)
    if self_test:
        healthy &= bool(_complete(self_test_here(settings, common.say, common.results)))
    if not healthy:
        raise typer.Exit(common.EXIT_FAULT)


def _print(checkup: Checkup) -> None:
    """Print one line of the examination, and what to do where something is missing."""
    line = Line("✓ " if checkup.well else "✗ ", style="green" if checkup.well else "red")
    line.append(f"{checkup.name:<22}", style="default")
    line.append(checkup.found, style="default")
    common.results.print(line)
    if checkup.advice:
        common.results.print(Line(f"  {'':<22}→ {checkup.advice}", style="cyan"))


def _complete(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - hands on whatever the work returns
    """Run ``work``; what an operator can mend, and what is refused, become sentences."""
    try:
        return asyncio.run(work)
    except Refused as refusal:
        raise common.give_up(refusal.sentence.in_language(common.terminal_language()), common.EXIT_USAGE) from refusal
    except TOLD as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
