"""``beginend db`` and ``beginend user``: the database and the people in it; needs no sandbox."""

import asyncio
import secrets
from pathlib import Path
from typing import Annotated

import typer

from server.accounts import Scope
from server.cli import common
from server.database.migrate import upgrade
from server.opening import COURSE_SLUG, database_url
from server.people import add_person, erase, export, new_token, renew_password
from server.settings import Settings

app = typer.Typer()
db_app = typer.Typer(help="The database.", no_args_is_help=True)
user_app = typer.Typer(help="People.", no_args_is_help=True)
app.add_typer(db_app, name="db")
app.add_typer(user_app, name="user")


@db_app.callback()
def _database_commands() -> None:
    """Keep ``upgrade`` a command although it is the only one."""


@db_app.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to this version."""
    common.complete(_upgrade(common.settings_or_exit()))
    common.say("The database is up to date.")


async def _upgrade(settings: Settings) -> None:
    """Run the migrations that are missing."""
    async with database_url(settings) as url:
        await asyncio.to_thread(upgrade, url)


@user_app.command("add")
def add_user(
    login: Annotated[str, typer.Argument(help="Login name.")],
    *,
    role: Annotated[str, typer.Option(help="student, teacher or grader.")] = "student",
    course: Annotated[str, typer.Option(help="The course's short name.")] = COURSE_SLUG,
    name: Annotated[str | None, typer.Option(help="Name that others read; by itself the login.")] = None,
    password: Annotated[str | None, typer.Option(help="By itself a random one, shown once.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
) -> None:
    """Add a person and enrol them in a course."""
    chosen = password or secrets.token_urlsafe(9)
    common.complete(
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
    common.complete(renew_password(common.settings_or_exit(), login, chosen))
    typer.echo(f"login {login}  password {chosen}")


@user_app.command("token")
def token(
    login: Annotated[str, typer.Argument(help="Login name.")],
    *,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "command line",
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may be used for, may be repeated; by itself everything.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, max=3650, help="After how many days it ends.")] = None,
) -> None:
    """Make a token with which a program may call the API as this person; shown once."""
    settings = common.settings_or_exit()
    typer.echo(common.complete(new_token(settings, login, name, scopes=scope or (), days=days)))


@user_app.command("export")
def export_user(
    login: Annotated[str, typer.Argument(help="Login name.")],
    file: Annotated[Path, typer.Argument(help="Where to write it; - for standard output.", allow_dash=True)],
) -> None:
    """Write everything that is kept about a person into a file, as JSON."""
    settings = common.settings_or_exit()
    if str(file) == "-":
        common.complete(export(settings, login, typer.get_binary_stream("stdout")))
        return
    try:
        with file.open("xb") as target:
            common.complete(export(settings, login, target))
    except OSError as error:
        raise common.give_up(f"{file} cannot be written: {error.strerror}", common.EXIT_USAGE) from error
    except typer.Exit:
        file.unlink()
        raise


@user_app.command("erase")
def erase_user(
    login: Annotated[str, typer.Argument(help="Login name.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; it cannot be undone.")] = False,
) -> None:
    """Remove a person and all they wrote; verdicts stay, as those of nobody."""
    if not yes:
        raise common.give_up("This cannot be undone: repeat it with --yes.", common.EXIT_USAGE)
    number = common.complete(erase(common.settings_or_exit(), login))
    typer.echo(f"removed {login}, and what was in {number} submissions")
