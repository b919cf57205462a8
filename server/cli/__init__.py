"""The command line: every process of BeginEnd enters here, so logging and exit codes are decided here, once.

Exit codes: 0 all passed, 1 some did not, 2 the call was wrong, 3 a fault of ours.
"""

import sys

import typer

from server.cli import bench, courses, grade, operate, serve

app = typer.Typer(
    name="beginend",
    help="Auto-graded exercises for deep-learning courses: fair, fast, safe and kind.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
serve.register(app)
grade.register(app)
operate.register(app)
courses.register(app)
bench.register(app)


def main() -> None:
    """Run the command line; a failure is a sentence that says what to do, never a traceback."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
