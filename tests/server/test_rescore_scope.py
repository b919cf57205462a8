"""Many submissions in scope: planning and making a set, and deleting rows, stay within bounds of memory and time."""

import pytest
from serverhouse import House
from sqlalchemy import text
from test_rescoring import EXERCISE

from server.cli.bench.rescore_scope import COURSE as MANY_COURSE
from server.cli.bench.rescore_scope import DELETED, fill, scope_figures
from server.feed import Feed
from server.opening import Foundation
from server.rescoring import Scope, Wish, make_rescore

pytestmark = pytest.mark.database

MANY = 200_000
#: MiB by which the process may grow: rows of one submission each would be several hundred.
GROWTH = 48
#: Seconds for deleting: each row that asks the whole table costs more than 0.05 of them.
DELETING = 60


@pytest.fixture
def base(house: House) -> Foundation:
    """Stand on the house's database."""
    return Foundation(house.settings, house.database, Feed(house.database), house.shelf)


@pytest.mark.slow
async def test_two_hundred_thousand_in_scope(house: House, base: Foundation) -> None:
    """A set over all of them is planned, made and thrown away inside the database; ten thousand go in a moment."""
    figures = await scope_figures(base, house.catalogue[EXERCISE], MANY)

    assert (MANY, MANY) == (figures["planned"], figures["made"])
    assert figures["peak_memory_mib"] - figures["memory_before_mib"] < GROWTH
    assert figures[f"delete_{DELETED}_seconds"] < DELETING
    assert MANY - DELETED == figures["thrown_away"]


#: What is looked up again and again, and by which index.
LOOKED_UP = {
    "ix_submissions_answered_by_id": "select 1 from submissions where answered_by_id = (select id from users limit 1)",
    "ix_submissions_current_grading_id": "select 1 from submissions"
    " where current_grading_id = (select gen_random_uuid())",
    "ix_rescore_items_waiting": "select * from rescore_items where chunk = 1 and state = 'waiting'"
    " and rescore_id = (select id from rescores limit 1)",
}


@pytest.mark.parametrize("index", LOOKED_UP)
async def test_what_each_row_asks_is_looked_up(house: House, base: Foundation, index: str) -> None:
    """Whoever deletes a submission or a grading, or goes on with a chunk, reads no table from end to end."""
    await fill(base, house.catalogue[EXERCISE], 3000)
    async with house.database.unit_of_work() as session:
        await make_rescore(session, None, Wish(Scope(MANY_COURSE)), house.shelf)
    async with house.database.reading() as session:
        await session.execute(text("analyze"))
        plan = await session.scalars(text(f"explain {LOOKED_UP[index]}"))
        assert f" {index} " in "\n".join(plan)
