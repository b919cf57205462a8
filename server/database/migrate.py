"""Bring a database to the present tables, and tell whether it is there; blocking, for start-up and the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from server.database.engine import AWAY, KEEPALIVE, sqlalchemy_url
from server.database.models import Table
from server.errors import DatabaseAway
from server.release import is_newer, version

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"

#: Of all processes that start at once, one migrates and the others wait. The number is ours and means nothing.
LOCK = 6_043_721


class DatabaseOutdated(Exception):
    """The database is not for this version, or this version not for the database; the message says what to do."""


class ProgramOutdated(DatabaseOutdated):
    """A newer version has brought the database up to date: this one has to be replaced."""


def upgrade(url: str) -> None:
    """Apply every migration that the database has not seen; safe to call from several processes at once.

    Raises:
        ProgramOutdated: A newer version has been here; nothing was changed.

    """
    with _connection(url) as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _must_not_be_newer(connection)
        command.upgrade(_config(connection), "head")
        connection.execute(_INSTALLED, {"version": version()})


_INSTALLED = text(
    "insert into installations (version, at) values (:version, clock_timestamp())"
    " on conflict (version) do update set at = excluded.at"
)
_LATEST = text("select version from installations order by at desc limit 1")


def must_be_current(url: str) -> None:
    """Refuse a database that lacks migrations, or belongs to another version.

    Raises:
        ProgramOutdated: It belongs to a newer version; the message says what to do.
        DatabaseOutdated: It lacks something; the message says what to do.
        DatabaseAway: It could not be asked.

    """
    try:
        with _connection(url) as connection:
            _must_not_be_newer(connection)
            found = MigrationContext.configure(connection).get_current_revision()
            installed = _installed(connection)
            head = ScriptDirectory.from_config(_config(connection)).get_current_head()
    except AWAY as error:
        raise DatabaseAway(str(error)) from error
    if found != head:
        raise DatabaseOutdated(
            f"The database is at revision {found or 'none'}, this version needs {head}: run `beginend db upgrade`."
        )
    if installed != version():
        raise DatabaseOutdated(
            f"The database was brought up to date by BeginEnd {installed or 'of an unknown version'}, this is "
            f"{version()}: run `beginend db upgrade`, and install {version()} on every machine."
        )


def _must_not_be_newer(connection: Connection) -> None:
    """Refuse a database that a newer version has brought up to date."""
    found = MigrationContext.configure(connection).get_current_revision()
    installed = _installed(connection)
    unknown = found is not None and found not in known_revisions()
    if unknown or (installed is not None and is_newer(installed, version())):
        raise ProgramOutdated(
            f"The database belongs to BeginEnd {installed or 'of a newer version'} (revision {found}), this machine has"
            f" {version()} (revision {known_revisions()[0]}): install {installed or 'that version'} on this machine."
        )


def _installed(connection: Connection) -> str | None:
    """Return the version that brought the database up to date last; None where that is not known."""
    if connection.scalar(text("select to_regclass('installations')")) is None:
        return None
    found: str | None = connection.scalar(_LATEST)
    return found


def revision_of(url: str) -> str | None:
    """Return the database's revision; None where nothing was migrated yet."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> list[str]:
    """Return every revision that this version knows, the newest first."""
    script = ScriptDirectory(str(MIGRATIONS))
    return [revision.revision for revision in script.walk_revisions()]


def differences(url: str) -> list[Any]:
    """Return what the models say and the database lacks, or the other way round; empty when they agree."""
    with _connection(url) as connection:
        options = {
            "include_name": lambda name, _kind, _parents: not str(name).startswith(("procrastinate_", "alembic_")),
            "compare_type": True,
            "compare_server_default": True,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata))


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """Open a connection in a transaction that ends with the block: all of it counts, or nothing."""
    engine = create_engine(sqlalchemy_url(url), connect_args=KEEPALIVE)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
