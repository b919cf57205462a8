"""``beginend backup`` and ``beginend restore``: everything in one file, and back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import typer

from server.backups import restore_backup, write_backup
from server.backups.manifest import ARTIFACTS, BUNDLES, Manifest
from server.cli import common
from server.database.engine import AWAY
from server.errors import DatabaseAway
from server.opening import database_url
from server.settings import Settings

app = typer.Typer()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The tar file to write; it must not exist.")],
    *,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Also the key that signs forms; keep the file as safe as the key.")
    ] = False,
) -> None:
    """Write database, artifacts and published bundles into one file; the platform may run meanwhile."""
    settings = common.settings_or_exit()
    manifest = common.complete(_backup(settings, file, with_secrets=with_secrets))
    common.say(f"{file}: {_counted(manifest)}")
    if not with_secrets:
        common.say("The secret key is not in it: keep BEGINEND_SECRET_KEY elsewhere, or say --with-secrets.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file that `beginend backup` wrote.")],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where the database holds something, which is lost.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before anything is lost.")] = False,
) -> None:
    """Restore a backup into an empty database; every checksum is verified before anything is touched."""
    settings = common.settings_or_exit()
    if replace and not yes:
        typer.confirm("Everything that the database holds now will be lost. Go on?", abort=True)
    manifest = common.complete(_restore(settings, file, replace=replace))
    common.say(f"Restored what was backed up at {manifest.made_at}: {_counted(manifest)}. Start web and workers again.")


async def _backup(settings: Settings, file: Path, *, with_secrets: bool) -> Manifest:
    async with _reachable(settings) as url:
        return await asyncio.to_thread(write_backup, settings, url, file, with_secrets=with_secrets, say=common.say)


async def _restore(settings: Settings, file: Path, *, replace: bool) -> Manifest:
    async with _reachable(settings) as url:
        return await asyncio.to_thread(restore_backup, settings, url, file, replace=replace)


@asynccontextmanager
async def _reachable(settings: Settings) -> AsyncIterator[str]:
    """Yield the database's URL; that it is away is said in a sentence."""
    try:
        async with database_url(settings) as url:
            yield url
    except AWAY as problem:
        raise DatabaseAway(str(problem)) from problem


def _counted(manifest: Manifest) -> str:
    """Say in a few words what is in a backup."""
    artifacts = sum(part.name.startswith(ARTIFACTS) for part in manifest.parts)
    bundles = {part.name.split("/")[1] for part in manifest.parts if part.name.startswith(BUNDLES)}
    size = sum(part.size for part in manifest.parts) / (1 << 20)
    return (
        f"the database at revision {manifest.revision}, {artifacts} artifacts, {len(bundles)} bundles, {size:.1f} MiB"
    )
