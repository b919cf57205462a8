"""``beginend rescore upgrade``: judge stored programs on another sandbox image, before anybody is judged on it."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import select

from exercises.sources import DataUnavailable, build_data
from sandbox.contract import Isolation, SandboxUnavailable
from sandbox.routing import Slots
from server.cli import common
from server.cli.rescore_trial import show_trial
from server.cli.steps import Steps
from server.database.models import Course, Rescore, RescoreState
from server.errors import JudgingUnavailable, NothingToRescore, UnknownRescore
from server.judging import Judge
from server.opening import Foundation, database_url, foundation
from server.queue.port import JudgePort
from server.queue.rescore import rescore_chunk
from server.queue.work import Bench
from server.rescoring import find_rescore, progress_of
from server.rescoring.steering import waiting_chunks
from server.rescoring.trial_making import Trial, make_trial
from server.rescoring.trial_report import TrialReport, trial_report
from server.rescoring.trials import is_trial, upgrade_of
from server.settings import Settings
from server.storage import artifact_store, published_bundles
from server.workshop import image_here, open_workshop, wait_until_warm

upgrade_app = typer.Typer()

SAMPLE = 100
MOST_SAMPLED = 20_000  # they are asked for by id, and a statement takes 65,535 values
LOOK = 5.0  # seconds between two words about how far it is
LISTED = 200


@dataclass(frozen=True, slots=True)
class Places:
    """The two places in which programs run."""

    image: str
    present: str
    tried: JudgePort
    beside: JudgePort


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for."""

    course: str | None  #: every course when None
    go_on: uuid.UUID | None
    sample: int | None
    seed: int
    repeats: int


@upgrade_app.command("upgrade")
def upgrade_command(
    course: Annotated[str | None, typer.Argument(help="The course's short name.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every course.")] = False,
    image: Annotated[str, typer.Option(help="Name or id of the sandbox image that is tried.")] = "",
    present: Annotated[str, typer.Option(help="The one that it would replace; by itself this version's own.")] = "",
    sample: Annotated[
        int, typer.Option(min=0, max=MOST_SAMPLED, help="How many programs of each course; 0: all of them.")
    ] = SAMPLE,
    seed: Annotated[int, typer.Option(help="Which ones: the same seed chooses the same.")] = 0,
    repeats: Annotated[int, typer.Option(min=0, max=10, help="Further runs on both where a verdict changes.")] = 2,
    go_on: Annotated[uuid.UUID | None, typer.Option(metavar="RESCORE", help="Go on with one that was stopped.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run stored programs on another sandbox image beside the present one: who changes, why, how long it takes.

    No verdict changes, and the image is not put in use. Exit code: 0 safe to switch, 1 look first, 2 wrong call, 3 our
    fault.
    """
    if sum((course is not None, every, go_on is not None)) != 1:
        raise common.give_up("Name a course, or say --all, or --go-on RESCORE.", common.EXIT_USAGE)
    if bool(image) is (go_on is not None):
        raise common.give_up("--image names the image that is tried; --go-on knows it.", common.EXIT_USAGE)
    settings = common.settings_or_exit()
    asked = Asked(course, go_on, sample or None, seed, repeats)
    try:
        with Steps(common.speech) as steps:
            report, rescores = common.complete(_tried(settings, asked, (image, present), steps))
    except (SandboxUnavailable, DataUnavailable, JudgingUnavailable) as fault:
        raise common.give_up(str(fault), common.EXIT_FAULT) from fault
    if as_json:
        whole = {"schema": 1, "rescores": [str(one) for one in rescores], **report.to_json()}
        typer.echo(json.dumps(whole, ensure_ascii=False))
    else:
        show_trial(common.results, report, rescores)
    if not report.safe:
        raise typer.Exit(common.EXIT_FAILED)


async def _tried(
    settings: Settings, asked: Asked, images: tuple[str, str], steps: Steps
) -> tuple[TrialReport, list[uuid.UUID]]:
    """Make the sets or find the one that was begun, work them out, and report.

    Raises:
        SandboxUnavailable, DataUnavailable: There is no place for one of the images.
        NothingToRescore: There is no program to run.

    """
    async with database_url(settings) as url, foundation(settings, url) as base:
        begun = None if asked.go_on is None else await _begun(base, asked.go_on)
        image, present = images if begun is None else (upgrade_of(begun)["image"], upgrade_of(begun)["present"])
        with _opened(settings, image, present, steps) as places:
            made = [begun.id] if begun is not None else await _made(base, asked, places)
            async with _bench(settings, base, places) as bench:
                for rescore_id in made:
                    await _work_out(base, bench, rescore_id, places, steps)
        async with base.database.reading() as session:
            return await trial_report(session, made, limit=LISTED), made


async def _begun(base: Foundation, rescore_id: uuid.UUID) -> Rescore:
    """Return a trial that was stopped.

    Raises:
        UnknownRescore: There is no such trial.

    """
    async with base.database.reading() as session:
        found = (await find_rescore(session, None, rescore_id)).row
    if not is_trial(found):
        raise UnknownRescore
    return found


async def _made(base: Foundation, asked: Asked, places: Places) -> list[uuid.UUID]:
    """Make the set of each course that has programs.

    Raises:
        NothingToRescore: None has.

    """
    trial = Trial(places.image, places.present, asked.sample, asked.seed, asked.repeats)
    async with base.database.reading() as session:
        every = await session.scalars(select(Course.slug).order_by(Course.slug))
    slugs = [asked.course] if asked.course else every.all()
    made = []
    for slug in slugs:
        with contextlib.suppress(NothingToRescore):
            async with base.database.unit_of_work() as session:
                made.append((await make_trial(session, slug, trial, base.shelf)).id)
    if not made:
        raise NothingToRescore
    return made


@asynccontextmanager
async def _bench(settings: Settings, base: Foundation, places: Places) -> AsyncIterator[Bench]:
    """Give what a chunk is worked out with; what runs leave on the new image is kept nowhere."""
    with ThreadPoolExecutor(1, thread_name_prefix="judge") as threads:
        yield Bench(
            database=base.database,
            feed=base.feed,
            judge=places.tried,
            shelf=published_bundles(settings),
            artifacts=artifact_store(settings),
            threads=threads,
            max_faults=settings.max_faults,
            keeps_runs=False,
        )


async def _work_out(base: Foundation, bench: Bench, rescore_id: uuid.UUID, places: Places, steps: Steps) -> None:
    """Do every chunk that waits, one after the other."""
    async with base.database.reading() as session:
        chunks = await waiting_chunks(session, rescore_id)
    steps(f"running stored programs on both images (set {rescore_id})")
    telling = asyncio.create_task(_tell(base, rescore_id))
    try:
        for chunk in chunks:
            await rescore_chunk(bench, rescore_id, chunk, beside=places.beside)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(base: Foundation, rescore_id: uuid.UUID) -> None:
    """Say now and then how far it is."""
    while True:
        await asyncio.sleep(LOOK)
        async with base.database.reading() as session:
            rescore = (await find_rescore(session, None, rescore_id)).row
            far = await progress_of(session, rescore)
        if rescore.state is RescoreState.RUNNING:
            left = "" if far.seconds_left is None else f", about {far.seconds_left:.0f} s left"
            common.say(f"{far.done} of {far.total}, {far.changed} change{left}")


@contextmanager
def _opened(settings: Settings, image: str, present: str, steps: Steps) -> Iterator[Places]:
    """Open both places, one slot of each kind, and wait until they are warm, so that no run waits for that.

    Raises:
        SandboxUnavailable, DataUnavailable: It cannot be done here; the sentence says what to do.

    """
    new, old = _id_of(image), _id_of(present) if present else None
    build_data([one.parent for one in sorted(settings.catalogue.glob("*/exercise.toml"))], settings.built, steps)
    with contextlib.ExitStack() as stack:
        judges = []
        for wanted in (old, new):
            place = open_workshop(
                "docker",
                settings.home,
                steps,
                mode=Isolation(settings.mode),
                slots=Slots(quick=1, long=1, judges=1),
                runtime=settings.oci_runtime,
                image=wanted,
            )
            judges.append(stack.enter_context(contextlib.closing(Judge(place))))
            if wanted is old:
                old = place.describe().image
                if old == new:
                    raise common.give_up(f"{image} is the present one: nothing to compare.", common.EXIT_USAGE)
            if settings.mode != "cold":
                wait_until_warm(place, steps)
        yield Places(new, str(old), tried=judges[1], beside=judges[0])


def _id_of(image: str) -> str:
    """Return the id of an image of this machine.

    Raises:
        SandboxUnavailable: There is none of this name.

    """
    found = image_here(image)
    if found is None:
        raise SandboxUnavailable(
            f"There is no image {image!r} on this machine, or no Docker engine answers: pull or build it first."
        )
    return found
