"""What alembic runs: our tables against the database; the queue's own tables come and go with their frozen SQL."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from server.database.models import Table


def is_ours(name: str | None, _kind: str, _parents: Any) -> bool:  # noqa: ANN401 (alembic's own type is longer)
    """Leave procrastinate's tables out of every comparison: they are not in our models."""
    return name is None or not name.startswith("procrastinate_")


def migrate(connection: Connection) -> None:
    """Run the migrations in one transaction, so that a failed one leaves the database as it was."""
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        include_name=is_ours,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
