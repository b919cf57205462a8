"""Where every process of BeginEnd enters: finds the command and loads its module, and no other.

Exit codes: 0 all passed, 1 some did not, 2 the call was wrong, 3 a fault of ours.
"""

import importlib
import sys
from collections.abc import Sequence

import typer

#: Command -> module of this package that has it, in the order in which help lists them.
COMMANDS = {
    "up": "serve",
    "grade": "grade",
    "replay": "replay",
    "rescore": "rescore",
    "exercise": "courses",
    "data": "courses",
    "user": "manage",
    "web": "web",
    "worker": "serve",
    "workers": "workers",
    "alive": "alive",
    "db": "manage",
    "store": "stores",
    "backup": "backups",
    "restore": "backups",
    "sandbox": "operate",
    "doctor": "operate",
    "bench": "bench",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the command line, with the one command that is called; with all of them where none is (for help)."""
    app = typer.Typer(
        name="beginend",
        help="Auto-graded exercises for deep-learning courses: fair, fast, safe and kind.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    called = next((word for word in arguments if not word.startswith("-")), None)
    modules = [COMMANDS[called]] if called in COMMANDS else list(dict.fromkeys(COMMANDS.values()))
    for module in modules:
        app.add_typer(importlib.import_module(f"server.cli.{module}").app)
    app.callback()(_nothing_to_prepare)
    return app


def _nothing_to_prepare() -> None:
    """Make the command's name part of the call even where only one command is loaded."""


def main() -> None:
    """Run the command line; a failure is a sentence that says what to do, never a traceback."""
    try:
        build(sys.argv[1:])()
    except KeyboardInterrupt:
        sys.exit(130)
