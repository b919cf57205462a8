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

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"

#: Of all processes that start at once, one migrates and the others wait. The number is ours and means nothing.
LOCK = 6_043_721


class DatabaseOutdated(Exception):
    """The database has not the tables that this version needs: run ``beginend db upgrade``."""


def upgrade(url: str) -> None:
    """Apply every migration that the database has not seen; safe to call from several processes at once."""
    with _connection(url) as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        command.upgrade(_config(connection), "head")


def must_be_current(url: str) -> None:
    """Refuse a database that lacks migrations.

    Raises:
        DatabaseOutdated: It does; the message says what to do.
        DatabaseAway: It could not be asked.

    """
    try:
        with _connection(url) as connection:
            found = MigrationContext.configure(connection).get_current_revision()
            head = ScriptDirectory.from_config(_config(connection)).get_current_head()
    except AWAY as error:
        raise DatabaseAway(str(error)) from error
    if found != head:
        raise DatabaseOutdated(
            f"The database is at revision {found or 'none'}, this version needs {head}: run `beginend db upgrade`."
        )


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
