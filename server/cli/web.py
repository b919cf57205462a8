"""``beginend web``: pages and API, in a process that needs neither Docker nor the sandbox."""

import typer

from server.cli import common
from server.logs import configure_logs
from server.web_process import run_web

app = typer.Typer()


@app.command()
def web() -> None:
    """Serve pages and API; needs DATABASE_URL, and neither Docker nor the sandbox."""
    settings = common.settings_or_exit()
    configure_logs(settings.log)
    common.say(f"serving {settings.address}")
    common.complete(run_web(settings))
