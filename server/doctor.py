"""Examine this machine: what a platform needs, what is there, and what to do about the rest."""

import asyncio
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from rich.console import Console

from exercises.errors import ExerciseError
from exercises.text import Language, Text
from sandbox.contract import SandboxFault, SandboxUnavailable
from server.database.binaries import PostgresMissing, find_programs
from server.database.embedded import EmbeddedPostgres
from server.database.engine import Database
from server.errors import DatabaseAway
from server.judging import Judge
from server.lights import Light, disk_light, home_light, lights_of_database, secret_light
from server.opening import COURSE_SLUG, catalogue_of, database_url, foundation, open_course
from server.queue.roll import Present, present_workers
from server.selftest import report_self_test
from server.settings import Settings
from server.standing import said_of_slots
from server.storage import artifact_store
from server.store import shown
from server.worker_process import running_worker
from server.workshop import Say, WorkshopInPreparation, chosen_backend, open_workshop_for, slots_of

#: The layers that the inside puts around a run by itself, and why one is not on; more words may follow a name.
INNER_LAYERS = {
    "a user of its own": "only root can become somebody else; in Docker every run does",
    "system-call filter": "there is one for x86-64 and for aarch64, on Linux with seccomp",
    "Landlock": "needs Linux 5.13 or newer with landlock among its security modules; the other layers do without",
    "resource limits": "the operating system refused them",
}


#: What to do when the database that was named does not answer.
AWAY = {
    "zh": "检查 PostgreSQL 是否在运行、DATABASE_URL 是否正确、网络与防火墙是否放行。",
    "en": "See whether PostgreSQL runs, DATABASE_URL is right, and the network lets us through.",
}


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that was looked at."""

    name: str
    well: bool
    found: str
    advice: str = ""


def examine(settings: Settings, say: Say, language: Language = "en") -> Iterator[Checkup]:
    """Yield what was found, one thing after another; the sandbox comes last, as it may have to be prepared."""
    yield Checkup("Python", well=True, found=f"{platform.python_version()} at {sys.executable}")
    yield _database(settings)
    yield _course(settings)
    for light in (home_light(settings.home), disk_light(settings.home), secret_light(settings)):
        yield _shown(light, language)
    yield _store(settings, language)
    yield from _running(settings, language)
    yield from _sandbox(settings, say)


def _database(settings: Settings) -> Checkup:
    """Look for a database."""
    if settings.database_url is not None:
        return Checkup("database", well=True, found="DATABASE_URL is set")
    try:
        programs = find_programs()
    except PostgresMissing as missing:
        return Checkup("database", well=False, found="none", advice=str(missing))
    return Checkup("database", well=True, found=f"embedded PostgreSQL {programs.major}, data in {settings.home}")


def _course(settings: Settings) -> Checkup:
    """Read the catalogue."""
    try:
        catalogue = catalogue_of(settings)
    except ExerciseError as error:
        return Checkup("course", well=False, found=str(error), advice="mend the bundle named above")
    return Checkup("course", well=True, found=f"{len(catalogue)} exercises: {', '.join(catalogue)}")


def _store(settings: Settings, language: Language) -> Checkup:
    """Write into the artifact store and read it back."""
    place = shown(settings.artifacts)
    try:
        store = artifact_store(settings)
        store.get(store.put(b"beginend doctor"))
    except Exception as problem:  # noqa: BLE001 (whatever stands behind the URL has errors of its own)
        advice = Text(
            zh=f"使评测进程能写入 {place}，或设置 BEGINEND_ARTIFACT_URL；在此之前需要训练的练习无法评测。",
            en=f"Let the worker write to {place}, or set BEGINEND_ARTIFACT_URL; until then no exercise"
            " that trains can be judged.",
        )
        found = f"{type(problem).__name__}: {problem}"
        return Checkup("artifact store", well=False, found=found, advice=advice.in_language(language))
    return Checkup("artifact store", well=True, found=f"written and read: {place}")


def _running(settings: Settings, language: Language) -> Iterator[Checkup]:
    """Ask the database how the platform is doing, if it runs; nothing is started for this."""
    url = settings.database_url or EmbeddedPostgres(settings.home).url
    try:
        lights, present = asyncio.run(_asked(url, settings))
    except DatabaseAway as problem:
        if settings.database_url is not None:
            yield Checkup("database answers", well=False, found=str(problem).splitlines()[0], advice=AWAY[language])
        return
    for light in lights:
        # Where nothing runs yet, nobody works, which is no illness.
        started = bool(present) or settings.database_url is not None
        yield _shown(replace(light, well=light.well or not started), language)
    for worker in present:
        standing = worker.standing
        about = f"{worker.host}, process {worker.pid}: {standing.readiness}, {said_of_slots(standing)}"
        yield Checkup("worker", well=standing.problem is None, found=about, advice=standing.problem or "")


async def _asked(url: str, settings: Settings) -> tuple[list[Light], list[Present]]:
    """Read every lamp, and the roll."""
    database = Database(url)
    try:
        async with database.reading() as session:
            lights = await lights_of_database(session, settings)
            if not lights[0].well:
                return lights, []
            return lights, await present_workers(session, silent_seconds=settings.stalled_seconds)
    finally:
        await database.dispose()


def _shown(light: Light, language: Language) -> Checkup:
    """Return what a lamp says, in one language."""
    advice = light.advice.in_language(language) if light.advice and not light.well else ""
    return Checkup(light.name, well=light.well, found=light.found.in_language(language), advice=advice)


def _sandbox(settings: Settings, say: Say) -> Iterator[Checkup]:
    """Open the sandbox as a worker would, and say what it is and which protections are on."""
    backend = chosen_backend(settings)
    name = f"sandbox ({backend})"
    slots = slots_of(settings, ahead=False)
    try:
        with closing(open_workshop_for(settings, backend, say, ahead=False)) as sandbox:
            say("starting a slot")
            about = sandbox.describe()
    except SandboxUnavailable as problem:
        yield Checkup(name, well=False, found="not available", advice=str(problem))
        return
    except SandboxFault as problem:
        yield Checkup(name, well=False, found="is there, but carries nothing out", advice=str(problem))
        return
    packages = ", ".join(f"{package} {version}" for package, version in about.packages.items())
    runtime = f", runtime {settings.oci_runtime}" if settings.oci_runtime and backend == "docker" else ""
    yield Checkup(name, well=True, found=f"{about.mode}{runtime}, Python {about.python}, {packages}")
    counts = f"{slots.quick} quick, {slots.judges} for judging, {slots.long} for training and as many to judge that"
    none = "none are kept: each run starts its own"
    yield Checkup("slots", well=True, found=none if about.mode == "cold" else f"{counts}; the first one answered")
    yield from _protections(about.layers)
    yield Checkup("processor", well=True, found=about.cpu)


def _protections(layers: Sequence[str]) -> Iterator[Checkup]:
    """Say which layers are on, and of the inner ones which are not and why."""
    yield Checkup("protections", well=True, found="; ".join(layers))
    missing = {name: why for name, why in INNER_LAYERS.items() if not any(layer.startswith(name) for layer in layers)}
    for name, why in missing.items():
        yield Checkup("not on here", well=True, found=name, advice=why)


async def self_test_here(settings: Settings, say: Say, console: Console, done: Callable[[], None]) -> bool:
    """Run the self-test with a worker of our own, beside others that may be running.

    Returns:
        Whether every reference solution passed.

    """
    async with database_url(settings) as url, foundation(settings, url) as base:
        catalogue = catalogue_of(settings)
        await open_course(base, catalogue)
        judge = Judge(WorkshopInPreparation(chosen_backend(settings), settings, say, done))
        with closing(judge):
            async with running_worker(base, judge):
                return await report_self_test(base, catalogue, COURSE_SLUG, console)
