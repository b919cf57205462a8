"""Examine this machine: what a platform needs, what is there, and what to do about the rest."""

import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from rich.console import Console

from exercises.errors import ExerciseError
from sandbox.contract import SandboxUnavailable
from server.database.binaries import PostgresMissing, find_programs
from server.judging import Judge
from server.opening import COURSE_SLUG, catalogue_of, database_url, foundation, open_course
from server.selftest import report_self_test
from server.settings import Settings
from server.worker_process import running_worker
from server.workshop import Say, WorkshopInPreparation, chosen_backend, open_workshop


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that was looked at."""

    name: str
    well: bool
    found: str
    advice: str = ""


def examine(settings: Settings, say: Say) -> Iterator[Checkup]:
    """Yield what was found, one thing after another; the sandbox comes last, as it may have to be prepared."""
    yield Checkup("Python", well=True, found=f"{platform.python_version()} at {sys.executable}")
    yield _database(settings)
    yield _course(settings)
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


def _sandbox(settings: Settings, say: Say) -> Iterator[Checkup]:
    """Open the sandbox and say which protections are on."""
    backend = chosen_backend(settings)
    try:
        with closing(open_workshop(backend, settings.home, say)) as sandbox:
            about = sandbox.describe()
    except SandboxUnavailable as problem:
        yield Checkup(f"sandbox ({backend})", well=False, found="not available", advice=str(problem))
        return
    packages = ", ".join(f"{name} {version}" for name, version in about.packages.items())
    yield Checkup(f"sandbox ({backend})", well=True, found=f"{about.mode}, Python {about.python}, {packages}")
    yield Checkup("protections", well=True, found="; ".join(about.layers))
    yield Checkup("processor", well=True, found=about.cpu)


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
