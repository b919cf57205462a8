"""The self-test where the course has been changed by its teachers."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console
from serverhouse import COURSE, House

from server.courses import find_course
from server.feed import Feed
from server.opening import Foundation
from server.selftest import report_self_test

pytestmark = pytest.mark.database


async def test_an_archived_demonstration_is_told(house: House) -> None:
    """Where the course takes nothing in, the self-test says so in a sentence and is not passed."""
    async with house.database.unit_of_work() as session:
        (await find_course(session, COURSE)).archived_at = datetime.now(UTC)
    base = Foundation(house.settings, house.database, Feed(house.database), house.shelf)
    out = io.StringIO()
    passed = await report_self_test(base, house.catalogue, COURSE, Console(file=out, width=200))

    assert not passed
    assert "This course is archived" in out.getvalue()
