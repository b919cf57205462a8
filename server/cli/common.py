"""What the commands share: the console, the reader's language, the catalogue, and failures that end well."""

import asyncio
import logging
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.console import Console

from exercises import Bundle, load_bundle, load_catalogue
from exercises.errors import ExerciseError
from exercises.sources import DataUnavailable
from exercises.text import Language
from server.database.binaries import PostgresMissing, ProgramFailed
from server.database.embedded import DataFolderTooOld, SocketFolderTaken
from server.database.migrate import DatabaseOutdated
from server.errors import BackupUnusable, DatabaseAway, DatabaseNotEmpty, Refused, StoreAway, UnsafeSettings
from server.serving import PortTaken
from server.settings import Settings, load_settings

T = TypeVar("T")

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_FAULT = 3

#: What an operator can mend; each message is a sentence that says how.
MENDABLE = (
    PortTaken,
    PostgresMissing,
    ProgramFailed,
    DataFolderTooOld,
    SocketFolderTaken,
    ExerciseError,
    DataUnavailable,
    DatabaseAway,
    DatabaseOutdated,
    BackupUnusable,
    DatabaseNotEmpty,
    StoreAway,
)

#: Results go to stdout, everything said on the way to stderr, so that ``--json`` can be piped.
results = Console()
speech = Console(stderr=True, soft_wrap=True, highlight=False)


def say(sentence: str) -> None:
    """Tell a long step on stderr."""
    speech.print(f"[dim]·[/] {sentence}", markup=True)


def log_step(sentence: str) -> None:
    """Tell a step as a line of the log: where programs read it, each line must be of the log's form."""
    logging.getLogger("beginend.steps").info(sentence)


def give_up(sentence: str, code: int) -> typer.Exit:
    """Print why a command ends and return the exit to raise."""
    speech.print(sentence, style="red", markup=False)
    return typer.Exit(code)


def terminal_language() -> Language:
    """Return the terminal's language: Chinese where the locale says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def settings_or_exit() -> Settings:
    """Load the settings, or end with the sentence that says which one is wrong."""
    try:
        return load_settings()
    except UnsafeSettings as error:
        raise give_up(str(error), EXIT_USAGE) from error


@contextmanager
def exercise_errors_named() -> Iterator[None]:
    """End with the sentence of a bundle's error instead of a traceback."""
    try:
        yield
    except ExerciseError as error:
        raise give_up(str(error), EXIT_USAGE) from error


def find_bundle(name: str, settings: Settings) -> Bundle:
    """Return the exercise called ``name``, or the one in the folder of that path.

    Raises:
        typer.Exit: There is none; the ids that exist were printed.

    """
    with exercise_errors_named():
        if "/" in name or name.startswith(".") or Path(name, "exercise.toml").is_file():
            return load_bundle(Path(name), settings.built)
        catalogue = load_catalogue(settings.catalogue, settings.built)
    if name not in catalogue:
        raise give_up(f"There is no exercise {name!r}. There are: {', '.join(catalogue)}", EXIT_USAGE)
    return catalogue[name]


def complete(work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` and return what it does; what an operator can mend, and what is refused, become sentences.

    Raises:
        typer.Exit: The work ended in one of those.

    """
    try:
        return asyncio.run(work)
    except Refused as refusal:
        raise give_up(refusal.sentence.in_language(terminal_language()), EXIT_USAGE) from refusal
    except MENDABLE as problem:
        raise give_up(str(problem), EXIT_FAULT) from problem
