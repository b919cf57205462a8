"""Long lists in pages: ``?limit=&cursor=``, answered with ``{"items": [...], "next": cursor or null}``."""

import base64
import binascii
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from exercises.text import Text
from server.errors import Refused

T = TypeVar("T")
Row = TypeVar("Row")

LARGEST_PAGE = 200

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="how many at most")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before")]


class UnreadableCursor(Refused):
    """The cursor is not one that a page gave."""

    status = 422
    code = "unreadable-cursor"
    default = Text(
        zh="cursor 无效，请使用上一页返回的 next。", en="This cursor is none of ours; use `next` of the page before."
    )


class Page(BaseModel, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(description="the cursor of the next page; null where this is the last")

    @classmethod
    def of(
        cls, rows: Sequence[Row], limit: int, shown: Callable[[Row], T], place: Callable[[Row], Sequence[Any]]
    ) -> Self:
        """Make a page of ``limit + 1`` rows, of which the last only tells that there are more.

        Args:
            rows: What was found, one more than is shown.
            limit: How many are shown.
            shown: Makes an item of a row.
            place: Returns by what rows are sorted: plain JSON values that a cursor can carry.

        """
        more = len(rows) > limit
        cursor = _written(place(rows[limit - 1])) if more else None
        return cls(items=[shown(row) for row in rows[:limit]], next=cursor)


def read_cursor(cursor: str | None, length: int) -> list[Any] | None:
    """Return the place that a cursor stands for; None for the first page.

    Raises:
        UnreadableCursor: It was not made here.

    """
    if cursor is None:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, UnicodeEncodeError, binascii.Error) as error:
        raise UnreadableCursor from error
    if not isinstance(place, list) or len(place) != length:
        raise UnreadableCursor
    return place


def read_name(cursor: str | None) -> str | None:
    """Return the name after which a list that is sorted by name goes on.

    Raises:
        UnreadableCursor: It was not made here.

    """
    place = read_cursor(cursor, 1)
    if place is None:
        return None
    if not isinstance(place[0], str) or not place[0].isprintable():
        raise UnreadableCursor
    return place[0]


def moment_and_id(place: list[Any] | None) -> tuple[datetime, uuid.UUID] | None:
    """Read the place of a list that is sorted by a moment and then by an id.

    Raises:
        UnreadableCursor: It is none.

    """
    if place is None:
        return None
    try:
        moment, row_id = datetime.fromisoformat(place[0]), uuid.UUID(place[1])
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableCursor from error
    if moment.tzinfo is None:
        raise UnreadableCursor
    return moment, row_id


def _written(place: Sequence[Any]) -> str:
    # Chinese as itself, not escaped: a login name of 64 such letters must fit into a cursor.
    return base64.urlsafe_b64encode(json.dumps(list(place), ensure_ascii=False).encode()).decode("ascii")
