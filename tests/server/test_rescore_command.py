"""``beginend rescore``: the same from the command line, with JSON for programs."""

import asyncio
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rescorehouse import EIGHT, RescoreHouse
from rich.console import Console
from scriptedjudging import LABELS
from serverhouse import COURSE, until
from sqlalchemy import update
from test_rescoring import SPREAD, THRESHOLD, rescoring
from typer.testing import CliRunner

from server.api.rescores_models import ItemOut
from server.cli.main import build
from server.cli.rescore_report import show_items
from server.cli.rescore_shared import out
from server.database.models import ItemState, Rescore, RescoreItem, RescoreState
from server.rescoring import cancel

pytestmark = pytest.mark.database

__all__ = ["rescoring"]

Call = Callable[..., Any]


@pytest.fixture
def call(rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a way to call ``beginend rescore``, in a thread as it has an event loop of its own."""
    settings = rescoring.house.settings
    monkeypatch.setenv("BEGINEND_HOME", str(settings.home))
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")

    async def called(*words: object, code: int = 0) -> Any:  # noqa: ANN401 - whatever JSON it prints
        arguments = ["rescore", *map(str, words)]
        result = await asyncio.to_thread(
            lambda: CliRunner().invoke(build(arguments), arguments, catch_exceptions=False)
        )
        assert code == result.exit_code, result.output
        return json.loads(result.stdout) if "--json" in words else result.output

    return called


async def test_from_plan_to_undo(rescoring: RescoreHouse, call: Call) -> None:
    """Plan, run, watch, diff, apply, undo and list tell the same as the database."""
    await rescoring.handed_in(LABELS)
    failed = await rescoring.handed_in(EIGHT)
    version = await rescoring.version("easier", threshold=THRESHOLD, spread=SPREAD)
    asked = (COURSE, "--exercise", "cnn-digits", "--to", version)

    planned = await call("plan", *asked, "--json")
    assert (2, "recheck") == (planned["total"], planned["groups"][0]["depth"])
    made = await call("run", *asked, "--as", "teacher", "--json")
    assert ("running", 2) == (made["state"], made["waiting"])
    rescore = Rescore(id=uuid.UUID(made["id"]))
    await rescoring.work_out(rescore)
    assert "ready" == (await call("watch", made["id"], "--json"))["state"]
    seen = await call("diff", made["id"], "--json")
    assert [(str(failed), "up")] == [(item["submission"], item["change"]) for item in seen["items"]]
    assert "failed → passed" in await call("diff", made["id"])
    assert 2 >= (await call("apply", made["id"], "--change", "up", "--json"))["applied"] >= 1
    assert "passed" == (await rescoring.verdict(failed))[0]
    assert 1 == (await call("undo", made["id"], "--json"))["undone"]
    assert [made["id"]] == [one["id"] for one in await call("list", COURSE, "--json")]
    assert "cannot" not in await call("undo", made["id"], code=2)


async def test_discarded_and_wrong_calls(rescoring: RescoreHouse, call: Call) -> None:
    """What cannot be done is a sentence and exit code 2."""
    await rescoring.handed_in(EIGHT)
    made = await call("run", COURSE, "--check", "accuracy=failed", "--json")
    assert "paused" == (await call("pause", made["id"], "--json"))["state"]
    assert "discarded" == (await call("discard", made["id"], "--json"))["state"]
    await call("apply", made["id"], code=2)
    await call("diff", made["id"], "--change", "sideways", code=2)
    await call("plan", "no-such-course", code=2)
    await call("plan", COURSE, "--outcome", "raised", code=2)
    await call("plan", COURSE, "--as", "nobody", code=2)


async def test_again_opens_what_its_options_say(rescoring: RescoreHouse, call: Call) -> None:
    """By itself what failed and what has changed since; what was decided to stay is opened only when that is said."""
    submissions = [await rescoring.handed_in(EIGHT) for _ in range(3)]
    made = await rescoring.made()
    wanted = dict(zip(submissions, (ItemState.ERROR, ItemState.KEPT, ItemState.DONE), strict=True))

    async def opened(*options: str) -> list[ItemState]:
        async with rescoring.house.database.unit_of_work() as session:
            await session.execute(update(Rescore).values(state=RescoreState.READY))
            for submission, state in wanted.items():
                one = RescoreItem.submission_id == submission
                await session.execute(update(RescoreItem).where(one).values(state=state))
        await call("again", made.id, *options)
        items = await rescoring.items(made)
        return [state for one, state in wanted.items() if items[one].state is ItemState.WAITING]

    assert [ItemState.ERROR] == await opened()
    assert [ItemState.KEPT] == await opened("--kept")
    assert [ItemState.ERROR, ItemState.KEPT] == await opened("--errors", "--kept")


def test_what_people_wrote_is_printed_as_they_wrote_it() -> None:
    """A name or an error with brackets is no markup, and what it says is not swallowed."""
    console = Console(record=True, width=200, file=io.StringIO())
    item = ItemOut.model_construct(
        login="[bold]zhang", number=1, before={"outcome": "failed", "score": 0.6}, after=None, change=None, cause=None,
        checks=[], deepened=[], fault={"type": "ValueError", "message": "[/b] shape [3, 3] [red]does not fit"},
    )  # fmt: skip
    show_items(console, [item], "en")
    text = console.export_text()
    assert "[bold]zhang" in text
    assert "[/b] shape [3, 3] [red]does not fit" in text


async def test_who_watches_a_set_that_nobody_works_out_reads_why(
    rescoring: RescoreHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said once and not each second, with the image that is asked for; over the API it is a number."""
    await rescoring.handed_in(EIGHT)
    made = await rescoring.make()
    async with rescoring.house.database.unit_of_work() as session:
        await session.execute(update(Rescore).values(on_image="sha256:ab12cd34ef567890"))
    said: list[str] = []
    monkeypatch.setattr("server.cli.common.say", said.append)
    monkeypatch.setattr("server.cli.rescore.LOOK", 0.05)
    settings = rescoring.house.settings
    monkeypatch.setenv("BEGINEND_HOME", str(settings.home))
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")
    words = ["rescore", "watch", str(made.id)]
    watching = asyncio.create_task(asyncio.to_thread(lambda: CliRunner().invoke(build(words), words)))
    await until(lambda: asyncio.sleep(0, bool(said)))
    await asyncio.sleep(0.3)
    async with rescoring.house.database.reading() as session:
        seen = await out(session, made.id)
    async with rescoring.house.database.unit_of_work() as session:
        await cancel(session, rescoring.house.teacher, made.id)
    await watching

    assert 0 == seen.workers
    (line,) = said
    assert "0 of 1; nobody judges in sha256:ab12cd34ef56 at present, so it waits" in line
    assert "BEGINEND_SANDBOX_IMAGE=sha256:ab12cd34ef567890" in line
    async with rescoring.house.database.reading() as session:
        assert (await out(session, made.id)).workers is None
