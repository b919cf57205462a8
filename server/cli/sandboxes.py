"""Which sandbox a command uses: the one asked for with ``--sandbox``, else what the settings come to."""

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
