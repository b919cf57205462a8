"""Migrations: from nothing to the present tables and back; exactly what the models and the queue need."""

import importlib.metadata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from procrastinate.schema import SchemaManager

from server.database import migrate

pytestmark = pytest.mark.database

FROZEN = migrate.MIGRATIONS / "procrastinate-3.10.0.sql"


def tables(url: str) -> set[str]:
    """Return the names of all tables."""
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")}


def test_up(empty_url: str) -> None:
    """An empty database becomes one that the models agree with, constraint names and all; again changes nothing."""
    with pytest.raises(migrate.DatabaseOutdated, match="beginend db upgrade"):
        migrate.must_be_current(empty_url)
    migrate.upgrade(empty_url)
    migrate.upgrade(empty_url)

    migrate.must_be_current(empty_url)
    assert [] == migrate.differences(empty_url)
    assert {"submissions", "gradings", "findings", "procrastinate_jobs"} <= tables(empty_url)


def test_alembic_check(empty_url: str) -> None:
    """Alembic's own check finds nothing to do."""
    migrate.upgrade(empty_url)
    with migrate._connection(empty_url) as connection:
        command.check(migrate._config(connection))


def test_differences_are_seen(empty_url: str) -> None:
    """A missing column is noticed: the check above can fail."""
    migrate.upgrade(empty_url)
    with psycopg.connect(empty_url) as connection:
        connection.execute("alter table users drop column display_name")

    assert ["add_column"] == [change[0] for change in migrate.differences(empty_url)]


def test_down(empty_url: str) -> None:
    """Every migration can be taken back, the queue's functions and types too, and applied again."""
    migrate.upgrade(empty_url)
    with migrate._connection(empty_url) as connection:
        command.downgrade(migrate._config(connection), "base")
    with psycopg.connect(empty_url) as connection:
        left = connection.execute(
            "select proname from pg_proc where proname like 'procrastinate%'"
            " union all select typname from pg_type where typname like 'procrastinate%'"
        ).fetchall()
    assert {"alembic_version"} == tables(empty_url)
    assert [] == left

    migrate.upgrade(empty_url)
    assert [] == migrate.differences(empty_url)


def test_several_at_once(empty_url: str) -> None:
    """Processes that start together do not stumble over each other."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(migrate.upgrade, [empty_url] * 3))

    migrate.must_be_current(empty_url)


def test_queue_schema_is_the_librarys() -> None:
    """The frozen schema is the installed library's: an upgrade of procrastinate needs a migration of its own."""
    assert "3.10.0" == importlib.metadata.version("procrastinate")
    assert SchemaManager.get_schema() == Path(FROZEN).read_text(encoding="utf-8")
