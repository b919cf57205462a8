"""Backup and restore: what was there is there again, and a file that is not sound changes nothing."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from alembic import command
from serverhouse import QUICK, TRAINED, DatabaseOfATest, House

from grader.contract import Phase
from server.artifacts import ArtifactStore
from server.backups import restore_backup, write_backup
from server.backups.manifest import DATABASE, MANIFEST, SECRET
from server.courses import Shelf
from server.database import migrate
from server.database.binaries import PostgresMissing, ProgramFailed, find_client
from server.database.engine import Database
from server.database.models import State, Submission
from server.errors import BackupUnusable, DatabaseNotEmpty, StoreAway
from server.feed import Feed
from server.settings import Settings
from server.submissions import claim, record_quick, record_verdict, submission_view

pytestmark = pytest.mark.database

ROOT = Path(__file__).resolve().parents[2]


async def trained(house: House) -> tuple[uuid.UUID, uuid.UUID]:
    """Have one submission judged and another in the middle of it, with an artifact in the store."""
    done, halfway = await house.submit(), await house.submit()
    digest = ArtifactStore(house.settings.artifacts).put(b"weights")
    for submission in (done, halfway):
        async with house.database.unit_of_work() as session:
            held = await claim(session, submission.id, Phase.QUICK)
            assert held is not None
            await record_quick(session, held, QUICK, {"w0.npy": digest})
    async with house.database.unit_of_work() as session:
        held = await claim(session, done.id, Phase.TRAINING)
        assert held is not None
        await record_verdict(session, held, TRAINED)
    return done.id, halfway.id


def elsewhere(house: House, url: str, home: Path) -> Settings:
    """Return the settings of another machine."""
    return house.settings.model_copy(update={"home": home, "database_url": url})


async def test_what_is_lost_is_said(house: House, tmp_path: Path) -> None:
    """A version that the store has and cannot give is named at the end of a backup that has all the rest."""
    shared = tmp_path / "shared"
    (shared / "bundles").mkdir(parents=True)
    (shared / "bundles" / f"{'0' * 64}.zip").write_bytes(b"damaged")
    settings = house.settings.model_copy(update={"store": str(shared)})
    said: list[str] = []
    manifest = write_backup(settings, house.settings.database_url or "", tmp_path / "backup.tar", say=said.append)

    (sentence,) = said
    assert sentence.startswith("1 published versions are not in the backup: sha256:0000")
    assert DATABASE in {part.name for part in manifest.parts}
    assert any(part.name.startswith("bundles/") for part in manifest.parts)

    shared.rename(tmp_path / "unmounted")
    with pytest.raises(StoreAway):
        write_backup(settings, house.settings.database_url or "", tmp_path / "other.tar", say=said.append)
    assert not (tmp_path / "other.tar").exists()


async def test_there_and_back(house: House, empty_url: str, tmp_path: Path) -> None:
    """A platform backed up while it is in use is whole on another machine: verdicts, files, and the next phase."""
    done, halfway = await trained(house)
    file, home = tmp_path / "backup.tar", tmp_path / "other"
    settings = elsewhere(house, empty_url, home)
    async with house.database.unit_of_work() as session:  # a transaction that goes on meanwhile is not in the way
        await claim(session, halfway, Phase.TRAINING)
        manifest = write_backup(house.settings, house.settings.database_url or "", file)
    restore_backup(settings, empty_url, file)

    assert 0o600 == file.stat().st_mode & 0o777
    assert SECRET not in {part.name for part in manifest.parts}
    migrate.must_be_current(empty_url)
    assert [] == migrate.differences(empty_url)
    database = Database(empty_url)
    async with database.reading() as session:
        view = await submission_view(session, house.student, done)
        assert (State.DONE, 1.0) == (view.state, (view.verdict or {})["score"])
        assert State.TRAINING is (await session.get_one(Submission, halfway)).state
    async with database.unit_of_work() as session:
        held = await claim(session, halfway, Phase.TRAINING)
    await database.dispose()
    assert held is not None
    assert held.provisional is not None
    assert b"weights" == ArtifactStore(settings.artifacts).get(held.provisional.artifacts["w0.npy"])
    assert "cnn-digits" == Shelf(settings.shelf, settings.built).load(held.version).id
    with psycopg.connect(empty_url) as connection, pytest.raises(psycopg.errors.RaiseException):
        connection.execute("delete from audit_events")  # triggers are back, too


async def test_another_round(house: House, empty_url: str, tmp_path: Path) -> None:
    """What was restored with --replace can be backed up and restored again; what it replaced is gone."""
    await house.submit()
    url = house.settings.database_url or ""
    first, second = tmp_path / "first.tar", tmp_path / "second.tar"
    write_backup(house.settings, url, first)
    await house.submit()
    await house.database.dispose()
    restore_backup(house.settings, url, first, replace=True)
    write_backup(house.settings, url, second)
    restore_backup(elsewhere(house, empty_url, tmp_path / "other"), empty_url, second)

    with psycopg.connect(empty_url) as connection:
        assert (1,) == connection.execute("select count(*) from submissions").fetchone()
        schemas = connection.execute("select nspname from pg_namespace where nspname like 'before%'").fetchall()
    assert [] == schemas


async def test_only_into_an_empty_database_that_nobody_uses(house: House, tmp_path: Path) -> None:
    """Where something is, or somebody is connected, a restore is refused, and nothing changes."""
    submission = await house.submit()
    url, file = house.settings.database_url or "", tmp_path / "backup.tar"
    write_backup(house.settings, url, file)

    with pytest.raises(DatabaseNotEmpty, match="--replace"):
        restore_backup(house.settings, url, file)
    feed = Feed(house.database)
    await feed.start()
    await feed.listening()
    with pytest.raises(DatabaseNotEmpty, match="stop the web"):
        restore_backup(house.settings, url, file, replace=True)
    await feed.stop()
    with pytest.raises(BackupUnusable, match="already"):
        write_backup(house.settings, url, file)
    assert State.QUEUED is await house.state(submission.id)


def _flip(content: bytes) -> bytes:
    """Change one bit in the middle of the dump, which is the first member."""
    place = 512 + 5000
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_flip, "database.dump is damaged"),
        (lambda content: content[: len(content) // 2], "cut off|damaged"),
        (lambda content: content[: -len(content) // 100], "cut off"),
        (lambda _: b"", "no backup|cut off"),
        (lambda _: b"nonsense" * 1000, "no backup"),
    ],
)
async def test_damaged(
    house: House, empty_url: str, tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    """A file that was damaged or cut off is refused before anything is touched."""
    await trained(house)
    file, home = tmp_path / "backup.tar", tmp_path / "other"
    write_backup(house.settings, house.settings.database_url or "", file)
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(BackupUnusable, match=said):
        restore_backup(elsewhere(house, empty_url, home), empty_url, file)
    assert not home.exists()
    with psycopg.connect(empty_url) as connection:
        assert (0,) == connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()


def rewritten(file: Path, change: Callable[[dict[str, bytes], dict[str, object]], None]) -> None:
    """Write a backup again after changing its members and its manifest, with checksums that are right."""
    with tarfile.open(file) as archive:
        members = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        contents = {name: stream.read() for name, stream in members.items() if stream}
    manifest = json.loads(contents.pop(MANIFEST))
    change(contents, manifest)
    manifest["parts"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    ]
    with tarfile.open(file, "w") as archive:
        for name, content in {**contents, MANIFEST: json.dumps(manifest).encode()}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _, manifest: manifest.update(revision="9999"), "newer"),
        (lambda _, manifest: manifest.update(format=2), "format 2"),
        (lambda _, manifest: manifest.update(postgres=99), "PostgreSQL 99"),
        (lambda contents, _: contents.update({"bundles/" + "0" * 64 + "/../../evil": b"x"}), "no business"),
        (lambda contents, _: contents.update({"/etc/evil": b"x"}), "no business"),
        (lambda contents, _: contents.pop(DATABASE), "names no database"),
    ],
)
async def test_not_understood(
    house: House,
    empty_url: str,
    tmp_path: Path,
    change: Callable[[dict[str, bytes], dict[str, object]], None],
    said: str,
) -> None:
    """A backup of a newer version, or with members that no backup has, is refused before anything is touched."""
    file, home = tmp_path / "backup.tar", tmp_path / "other"
    write_backup(house.settings, house.settings.database_url or "", file)
    rewritten(file, change)

    with pytest.raises(BackupUnusable, match=said):
        restore_backup(elsewhere(house, empty_url, home), empty_url, file)
    assert not home.exists()


async def test_a_restore_that_fails_leaves_what_was_there(house: House, tmp_path: Path) -> None:
    """Where PostgreSQL cannot load a dump that replaces something, that is there again."""
    submission = await house.submit()
    url, file = house.settings.database_url or "", tmp_path / "backup.tar"
    write_backup(house.settings, url, file)
    rewritten(file, lambda contents, _: contents.update({DATABASE: contents[DATABASE][:-2000]}))
    await house.database.dispose()

    with pytest.raises(ProgramFailed, match="pg_restore failed"):
        restore_backup(house.settings, url, file, replace=True)
    assert State.QUEUED is await house.state(submission.id)
    assert [] == migrate.differences(url)


def test_an_older_backup_is_migrated(empty_url: str, server_url: str, tmp_path: Path) -> None:
    """A backup of an earlier revision is brought to the present one, its rows with it."""
    file = tmp_path / "old.tar"
    with migrate._connection(empty_url) as connection:
        command.upgrade(migrate._config(connection), "0006")
    with psycopg.connect(empty_url) as connection:
        connection.execute(
            "insert into users (id, login, display_name, password_hash) values (gen_random_uuid(), 'old', '老', 'x')"
        )
    write_backup(Settings(home=tmp_path, database_url=empty_url), empty_url, file)
    with DatabaseOfATest(server_url) as url:
        assert "0006" == restore_backup(Settings(home=tmp_path, database_url=url), url, file).revision
        migrate.must_be_current(url)
        with psycopg.connect(url) as connection:
            assert ("老", None) == connection.execute("select display_name, disabled_at from users").fetchone()


def test_nothing_to_back_up(empty_url: str, tmp_path: Path) -> None:
    """An empty database is said to be one, and no file is left."""
    with pytest.raises(BackupUnusable, match="nothing to back up"):
        write_backup(Settings(home=tmp_path, database_url=empty_url), empty_url, tmp_path / "backup.tar")
    assert [] == list(tmp_path.iterdir())


def test_programs_that_are_too_old() -> None:
    """Where no pg_dump is new enough, the sentence says which to install."""
    with pytest.raises(PostgresMissing, match="postgresql-client-99"):
        find_client("pg_dump", at_least=99)


async def test_commands(house: House, empty_url: str, tmp_path: Path) -> None:
    """`beginend backup --with-secrets` and `beginend restore` do it from the command line; refusals are sentences."""
    await trained(house)
    file, home = tmp_path / "backup.tar", tmp_path / "other"
    (house.settings.home / "secret-key").write_text("k" * 64)

    def call(home: Path, url: str, *words: str, **options: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "DATABASE_URL": url, "BEGINEND_HOME": str(home), "LANG": "C.UTF-8"}
        call = [sys.executable, "-c", "from server.cli.main import main; main()", *words]
        return subprocess.run(
            call, check=False, capture_output=True, text=True, env=environment, cwd=ROOT, input=options.get("typed")
        )

    url = house.settings.database_url or ""
    written = call(house.settings.home, url, "backup", str(file), "--with-secrets")
    assert 0 == written.returncode, written.stderr
    restored = call(home, empty_url, "restore", str(file))
    assert 0 == restored.returncode, restored.stderr
    assert "1 artifacts" in restored.stderr
    assert "k" * 64 == (home / "secret-key").read_text()
    assert 0o600 == (home / "secret-key").stat().st_mode & 0o777
    again = call(home, empty_url, "restore", str(file))
    assert (3, True) == (again.returncode, "--replace" in again.stderr), again.stderr
    asked = call(home, empty_url, "restore", str(file), "--replace", typed="n\n")
    assert (1, True) == (asked.returncode, "will be lost" in asked.stdout), asked.stderr
