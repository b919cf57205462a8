"""``beginend web``: pages and API, in a process that needs neither Docker nor the sandbox."""

import sys

import typer

from server.cli import common
from server.logs import configure_logs, writes_json
from server.web_process import run_web

app = typer.Typer()


@app.command()
def web() -> None:
    """Serve pages and API; needs DATABASE_URL, and neither Docker nor the sandbox."""
    settings = common.settings_or_exit()
    configure_logs(settings.log)
    say = common.log_step if writes_json(settings.log, sys.stderr) else common.say
    say(f"serving {settings.address}")
    common.complete(run_web(settings))
