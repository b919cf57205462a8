"""The database that a backup is restored into: empty, or put aside until the restore has ended well."""

import time

import psycopg

from server.database.engine import plain_url
from server.errors import DatabaseNotEmpty

#: Where tables wait while others take their place; they come back if that fails.
ASIDE = "before_restore"

LEAVING_SECONDS = 3.0  # a connection that was closed, such as one of our own, is seen for a moment longer


def is_empty(url: str) -> bool:
    """Tell whether the database holds no table of anybody."""
    with psycopg.connect(plain_url(url), connect_timeout=10) as connection:
        found = connection.execute(
            "select exists (select from pg_tables where schemaname not in ('pg_catalog', 'information_schema'))"
        ).fetchone()
    return found is not None and not found[0]


def must_be_unused(url: str) -> None:
    """Refuse a database that other connections use: a worker would write while it is replaced.

    Raises:
        DatabaseNotEmpty: There are some; the message says what to do.

    """
    with psycopg.connect(plain_url(url), connect_timeout=10, autocommit=True) as connection:
        deadline = time.monotonic() + LEAVING_SECONDS
        while (others := _others(connection)) and time.monotonic() < deadline:
            time.sleep(0.1)
    if others:
        raise DatabaseNotEmpty(f"{others} connections use the database: stop the web processes and the workers first.")


def _others(connection: psycopg.Connection) -> int:
    """Count the other connections to this database."""
    found = connection.execute(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and backend_type = 'client backend'"
    ).fetchone()
    return int(found[0]) if found else 0


def put_aside(url: str) -> None:
    """Move what is there aside, and leave an empty schema in its place."""
    forget(url)
    _run(
        url, f"drop schema if exists {ASIDE} cascade", f"alter schema public rename to {ASIDE}", "create schema public"
    )


def bring_back(url: str) -> None:
    """Undo :func:`put_aside`."""
    _run(url, "drop schema public cascade", f"alter schema {ASIDE} rename to public")


def forget(url: str) -> None:
    """Remove what was put aside."""
    _run(url, f"drop schema if exists {ASIDE} cascade")


def _run(url: str, *statements: str) -> None:
    """Run statements in one transaction."""
    with psycopg.connect(plain_url(url), connect_timeout=10) as connection:
        for statement in statements:
            connection.execute(statement.encode())
