"""``beginend store``: bring what lies on this machine to where several machines find it."""

import typer

from server.cli import common
from server.cli.steps import Steps
from server.errors import StoreAway
from server.storage import put_all_there, put_artifacts_there

app = typer.Typer()
store_app = typer.Typer(help="What several machines share: artifacts, published bundles, data.", no_args_is_help=True)
app.add_typer(store_app, name="store")


@store_app.callback()
def _store_commands() -> None:
    """Keep ``push`` a command although it is the only one."""


@store_app.command("push")
def push() -> None:
    """Put this machine's published versions, their data and its artifacts into BEGINEND_STORE; safe to repeat."""
    settings = common.settings_or_exit()
    if settings.store is None:
        raise common.give_up(
            "BEGINEND_STORE is not set: there is no store to push to. Set it to s3://bucket/prefix, or to a folder that"
            " every machine reaches.",
            common.EXIT_USAGE,
        )
    try:
        with Steps(common.speech) as steps:
            steps("putting published versions and their data into the store")
            versions = put_all_there(settings)
            artifacts = 0
            if settings.artifact_url is None:  # named by itself they lie where every machine finds them already
                steps("putting artifacts into the store")
                artifacts = put_artifacts_there(settings)
    except StoreAway as problem:
        raise common.give_up(str(problem), common.EXIT_FAULT) from problem
    common.say(f"In the store: {versions} versions, {artifacts} artifacts of this machine.")
