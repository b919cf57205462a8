"""Where a page of a list ended, read back from a cursor: what comes from outside is checked before it is believed."""

import uuid
from datetime import datetime

from server.api.paging import UnreadableCursor, read_cursor

LARGEST_ID = 2**63 - 1


def place_by_id(cursor: str | None) -> int | None:
    """Return the id at which the page before ended.

    Raises:
        UnreadableCursor: The cursor was not made here.

    """
    place = read_cursor(cursor, 1)
    if place is None:
        return None
    if type(place[0]) is not int or not 0 <= place[0] <= LARGEST_ID:
        raise UnreadableCursor
    return place[0]


def place_by_time(cursor: str | None) -> tuple[datetime, uuid.UUID] | None:
    """Return the moment and the id at which the page before ended.

    Raises:
        UnreadableCursor: The cursor was not made here.

    """
    place = read_cursor(cursor, 2)
    if place is None:
        return None
    try:
        moment, name = datetime.fromisoformat(place[0]), uuid.UUID(place[1])
    except (TypeError, ValueError, AttributeError) as error:
        raise UnreadableCursor from error
    if moment.tzinfo is None:
        raise UnreadableCursor
    return moment, name


def place_by_word(cursor: str | None) -> str | None:
    """Return the word at which the page before ended.

    Raises:
        UnreadableCursor: The cursor was not made here.

    """
    place = read_cursor(cursor, 1)
    if place is None:
        return None
    if not isinstance(place[0], str) or not place[0].isprintable():
        raise UnreadableCursor
    return place[0]
