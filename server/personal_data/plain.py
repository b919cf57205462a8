"""Rows as plain JSON data."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from server.database.models import Table


def plain(row: Table, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """Return a row's columns by name, but for secrets (bytes) and those that are left out."""
    left_out = set(without)
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in left_out}
    return {key: _plain(value) for key, value in values.items() if not isinstance(value, bytes)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value
