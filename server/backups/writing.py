"""Write a backup while the platform runs.

Why that is safe. pg_dump reads everything at one moment. A file of the artifact store, or a bundle, is written before
the transaction that names it commits, is never changed, and has its hash for a name: so whatever the dump names is
there when the files are copied after it, and what came since is merely not needed. What runs leave is the exception: it
is written a moment after its verdict, and whoever misses it runs the code again (decision 102).
"""

import hashlib
import io
import logging
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from server.backups.manifest import (
    ARTIFACTS,
    BUNDLES,
    DATABASE,
    FORMAT,
    MANIFEST,
    NAMES,
    SECRET,
    Manifest,
    Part,
)
from server.backups.programs import dump, server_major
from server.database.migrate import revision_of
from server.errors import BackupUnusable
from server.release import version
from server.settings import Settings
from server.storage import artifact_store, bring_all_here

log = logging.getLogger(__name__)


def write_backup(
    settings: Settings, url: str, target: Path, *, with_secrets: bool = False, say: Callable[[str], None] = log.warning
) -> Manifest:
    """Write database, artifacts and bundles into the tar file ``target``, which has its name once it is whole.

    Args:
        settings: The operator's choices: where artifacts, bundles and the key lie.
        url: The database.
        target: The tar file; readable by its owner only, as students' code is in it.
        with_secrets: Also the key that signs forms.
        say: Told of what is not in it although it should be.

    Raises:
        StoreAway: The store does not answer; no backup is written that lacks what lies there.
        BackupUnusable: The database has no tables, or ``target`` is there already.
        PostgresMissing: There is no pg_dump that fits.
        ProgramFailed: pg_dump failed.

    """
    if target.exists():
        raise BackupUnusable(f"{target} is there already: choose another name.")
    revision = revision_of(url)
    if revision is None:
        raise BackupUnusable("The database is empty: there is nothing to back up.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.touch(mode=0o600)
        unfinished.chmod(0o600)
        with tarfile.open(unfinished, "w", format=tarfile.PAX_FORMAT) as archive:
            parts = list(_pack(settings, url, archive, target.absolute().parent, with_secrets=with_secrets))
            lost = bring_all_here(settings)
            parts += _bundles(settings, archive)
            manifest = Manifest(
                format=FORMAT,
                version=version(),
                revision=revision,
                postgres=server_major(url),
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                parts=tuple(parts),
            )
            _add(archive, MANIFEST, manifest.to_json())
        unfinished.rename(target)
        if lost:
            say(f"{len(lost)} published versions are not in the backup: " + "; ".join(str(one) for one in lost))
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _pack(settings: Settings, url: str, archive: tarfile.TarFile, room: Path, *, with_secrets: bool) -> Iterator[Part]:
    """Add every part; the database first, for the reason at the top. The dump lies in ``room``: /tmp may be memory."""
    with tempfile.TemporaryDirectory(prefix=".beginend-backup-", dir=room) as folder:
        dumped = Path(folder) / DATABASE
        dump(url, dumped)
        yield _add_file(archive, DATABASE, dumped)
    store = artifact_store(settings)
    for name in store.packed_names():
        try:
            content = store.read_packed(name)
        except FileNotFoundError:  # its time was over, or its person was removed, since it was listed
            continue
        yield _add(archive, f"{ARTIFACTS}{name[:2]}/{name}.gz", content)
    if with_secrets:
        yield _add(archive, SECRET, settings.secret())


def _bundles(settings: Settings, archive: tarfile.TarFile) -> Iterator[Part]:
    """Add every published version that is here."""
    for path in sorted(settings.shelf.rglob("*")):
        name = f"{BUNDLES}{path.relative_to(settings.shelf).as_posix()}"
        if path.is_file() and NAMES.fullmatch(name):  # a copy that is being put there has a name of another kind
            yield _add_file(archive, name, path)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> Part:
    """Add a member from memory."""
    archive.addfile(_entry(name, len(content)), io.BytesIO(content))
    return Part(name, len(content), hashlib.sha256(content).hexdigest())


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> Part:
    """Add a file as a member, and return what was read of it."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        archive.addfile(_entry(name, size), stream)
    return Part(name, size, digest)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """Return a member's head; nothing of the machine is in it."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
