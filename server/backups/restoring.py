"""Restore a backup: everything is verified first, files come before the rows that name them, the database last."""

import secrets
import shutil
import tarfile
import tempfile
from pathlib import Path

from server.artifacts import ArtifactStore
from server.backups import target
from server.backups.manifest import (
    ARTIFACTS,
    BUNDLES,
    DATABASE,
    SECRET,
    Manifest,
    read_manifest,
    verify,
)
from server.backups.programs import load, server_major
from server.database.migrate import known_revisions, upgrade
from server.errors import BackupUnusable, DatabaseNotEmpty
from server.settings import Settings
from server.storage import artifact_store, put_all_there


def restore_backup(settings: Settings, url: str, source: Path, *, replace: bool = False) -> Manifest:
    """Restore ``source`` into an empty database, and bring it to this version.

    Args:
        settings: The operator's choices: where artifacts, bundles and the key go.
        url: The database.
        source: A tar file that ``write_backup`` made.
        replace: Put what the database holds in the backup's place; it comes back if the restore fails.

    Raises:
        BackupUnusable: The file cannot be used; nothing was touched.
        DatabaseNotEmpty: The database holds something, or is in use; nothing was touched.
        PostgresMissing: There is no pg_restore that fits.
        ProgramFailed: pg_restore failed; the database is as it was.

    """
    try:
        with tarfile.open(source, "r:") as archive:
            manifest = read_manifest(archive)
            verify(archive, manifest)
            _must_be_understood(manifest, url)
            empty = target.is_empty(url)
            if not empty and not replace:
                raise DatabaseNotEmpty(
                    "The database is not empty. Restore into an empty one, or say --replace to lose what it holds."
                )
            target.must_be_unused(url)
            _restore_files(settings, archive, manifest)
            settings.home.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.home) as folder:
                dumped = Path(folder) / DATABASE
                _copy(archive, DATABASE, dumped)
                _restore_database(url, dumped)
    except (tarfile.TarError, EOFError) as error:
        raise BackupUnusable(f"{source} is no backup, or was cut off: {error}") from error
    return manifest


def _must_be_understood(manifest: Manifest, url: str) -> None:
    """Refuse what is newer than we are."""
    if manifest.revision not in known_revisions():
        raise BackupUnusable(
            f"The backup was written by BeginEnd {manifest.version} (revision {manifest.revision}), which is newer "
            "than this one: restore it with that version."
        )
    server = server_major(url)
    if manifest.postgres > server:
        raise BackupUnusable(
            f"The backup comes from PostgreSQL {manifest.postgres}, this server is {server}: "
            f"restore into PostgreSQL {manifest.postgres} or newer."
        )


def _restore_database(url: str, dumped: Path) -> None:
    """Put the dump in the place of what is there, and migrate it; if that fails, all is as before."""
    target.put_aside(url)
    try:
        load(url, dumped)
        upgrade(url)
    except BaseException:
        target.bring_back(url)
        raise
    target.forget(url)


def _restore_files(settings: Settings, archive: tarfile.TarFile, manifest: Manifest) -> None:
    """Bring back artifacts, bundles and the key; all have their hash for a name, so what is there already stays."""
    store = artifact_store(settings)
    bundles: dict[str, list[str]] = {}
    for part in manifest.parts:
        if part.name.startswith(ARTIFACTS):
            _restore_artifact(store, archive, part.name)
        elif part.name.startswith(BUNDLES):
            bundles.setdefault(part.name.split("/")[1], []).append(part.name)
        elif part.name == SECRET:
            _restore_secret(settings, archive)
    for digest, names in bundles.items():
        _restore_bundle(settings.shelf, digest, archive, names)
    put_all_there(settings)


def _restore_artifact(store: ArtifactStore, archive: tarfile.TarFile, name: str) -> None:
    """Bring back one artifact as it was; whoever reads it compares it with its name."""
    stream = archive.extractfile(name)
    if stream is not None:
        store.put_packed(name.rpartition("/")[2].removesuffix(".gz"), stream.read())


def _restore_bundle(shelf: Path, digest: str, archive: tarfile.TarFile, names: list[str]) -> None:
    """Put a bundle on the shelf, unless it stands there; under its name once it is whole."""
    place = shelf / digest
    if place.exists():
        return
    copy = shelf / f".{digest}.{secrets.token_hex(4)}"
    try:
        for name in names:
            path = copy.joinpath(*name.split("/")[2:])
            path.parent.mkdir(parents=True, exist_ok=True)
            _copy(archive, name, path)
        copy.rename(place)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _restore_secret(settings: Settings, archive: tarfile.TarFile) -> None:
    """Bring back the key where there is none; one that is there stays."""
    kept = settings.home / "secret-key"
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    _copy(archive, SECRET, kept)


def _copy(archive: tarfile.TarFile, name: str, path: Path) -> None:
    """Copy a verified member into a file."""
    stream = archive.extractfile(name)
    with path.open("wb") as written:
        if stream is not None:
            shutil.copyfileobj(stream, written)
