"""What the commands share: the console, the reader's language, the catalogue, and failures that end well."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from exercises import Bundle, load_bundle, load_catalogue
from exercises.errors import ExerciseError
from exercises.text import Language
from server.errors import UnsafeSettings
from server.settings import Settings, load_settings

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_FAULT = 3

#: Results go to stdout, everything said on the way to stderr, so that ``--json`` can be piped.
results = Console(soft_wrap=True)
speech = Console(stderr=True, soft_wrap=True, highlight=False)


def say(sentence: str) -> None:
    """Tell a long step on stderr."""
    speech.print(f"[dim]·[/] {sentence}", markup=True)


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


def stderr_is_terminal() -> bool:
    """Tell whether somebody watches."""
    return sys.stderr.isatty()
