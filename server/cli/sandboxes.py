"""Which sandbox a command uses, and how: as asked with ``--sandbox`` and ``--mode``, else what the settings come to."""

from sandbox.contract import Isolation
from server.cli import common
from server.settings import Settings
from server.workshop import Backend, chosen_backend


def backend(asked: str, settings: Settings) -> Backend:
    """Return the sandbox to use.

    Raises:
        typer.Exit: There is no sandbox of that name.

    """
    if asked == "docker":
        return "docker"
    if asked == "process":
        return "process"
    if asked not in {"", "auto"}:
        raise common.give_up(f"--sandbox {asked}: choose docker or process.", common.EXIT_USAGE)
    return chosen_backend(settings)


def isolation(asked: str) -> Isolation | None:
    """Return the mode that was asked for; None leaves it to the settings.

    Raises:
        typer.Exit: There is no mode of that name.

    """
    if not asked:
        return None
    try:
        return Isolation(asked)
    except ValueError as error:
        raise common.give_up(f"--mode {asked}: choose {', '.join(Isolation)}.", common.EXIT_USAGE) from error
