"""What the commands of ``beginend rescore`` share: the database, who does it, and how it is shown."""

import json
import uuid
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncSession

from exercises.text import Text
from server.accounts import find_user
from server.api.rescores_models import RescoreOut
from server.cli import common
from server.database.models import Cause, User
from server.errors import WrongCredentials
from server.opening import Foundation, database_url, foundation
from server.rescoring import Pick, find_rescore, progress_of
from server.rescoring.after import CHANGES
from server.rescoring.hands import hands_of

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
As = Annotated[str, typer.Option("--as", metavar="LOGIN", help="Who does it; by itself the operator.")]
Id = Annotated[uuid.UUID, typer.Argument(metavar="RESCORE", help="Id of the rescore.")]
Changes = Annotated[list[str] | None, typer.Option("--change", help="up, down, level or words; may be repeated.")]
Causes = Annotated[list[Cause] | None, typer.Option("--cause", help="May be repeated.")]
OneStudent = Annotated[str | None, typer.Option("--student", help="Login name.")]
Submissions = Annotated[list[uuid.UUID] | None, typer.Option("--submission", help="Id; may be repeated.")]

T = TypeVar("T")
Shown = TypeVar("Shown", bound=BaseModel)


def done(work: Callable[[Foundation], Coroutine[Any, Any, T]]) -> T:
    """Do work on the platform's database, whether a server runs or not."""
    settings = common.settings_or_exit()

    async def done() -> T:
        async with database_url(settings) as url, foundation(settings, url) as base:
            return await work(base)

    return common.complete(done())


def show(value: Shown, show: Callable[[Console, Shown], None], *, as_json: bool) -> None:
    """Print something as JSON, or for people."""
    if as_json:
        typer.echo(json.dumps({"schema": 1, **value.model_dump(mode="json")}, ensure_ascii=False))
    else:
        show(common.results, value)


def tell(numbers: dict[str, int], *, as_json: bool) -> None:
    """Print what was done."""
    if as_json:
        typer.echo(json.dumps({"schema": 1, **numbers}))
    else:
        typer.echo(", ".join(f"{name} {number}" for name, number in numbers.items()))


async def out(session: AsyncSession, rescore_id: uuid.UUID) -> RescoreOut:
    """Return a rescore with its progress."""
    await session.flush()
    found = await find_rescore(session, None, rescore_id)
    await session.refresh(found.row)
    return RescoreOut.of_both(found, await progress_of(session, found.row), await hands_of(session, found.row))


async def person(session: AsyncSession, login: str) -> User | None:
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


def pick(
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
