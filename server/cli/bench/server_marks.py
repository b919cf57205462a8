"""When each submission changed its state, written down by the bench's own database at the moment of the commit.

Every phase of a submission's way is then measured by one clock, and the platform's programs run as they are.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text

from server.database.engine import Database

_PREPARE = (
    "create table bench_marks (submission_id uuid not null, state text not null, at timestamptz not null)",
    "create index on bench_marks (submission_id)",
    """
    create function bench_mark() returns trigger language plpgsql as $$
    begin
        insert into bench_marks values (new.id, new.state::text, clock_timestamp());
        return null;
    end $$
    """,
    # Deferred: it runs with the commit, so the mark stands where others can see the change, but for the disk's flush.
    """
    create constraint trigger bench_mark after insert or update of state on submissions
        deferrable initially deferred for each row execute function bench_mark()
    """,
)

#: What is measured ends with the first findings. Trainings are asked for, as ever, and never become due.
_HOLD_TRAININGS = (
    """
    create function bench_no_training() returns trigger language plpgsql as $$
    begin
        if new.queue_name = 'live-train' then
            new.scheduled_at := now() + interval '1 day';
        end if;
        return new;
    end $$
    """,
    """
    create trigger bench_no_training before insert on procrastinate_jobs
        for each row execute function bench_no_training()
    """,
)

_MARKS = text("select submission_id, state, min(at) from bench_marks where submission_id = any(:ids) group by 1, 2")

Marks = dict[uuid.UUID, dict[str, float]]


async def prepare_marks(database: Database, *, trains: bool = False) -> None:
    """Have a fresh database write down when submissions move; unless ``trains``, hold trainings back."""
    async with database.unit_of_work() as session:
        for statement in _PREPARE if trains else (*_PREPARE, *_HOLD_TRAININGS):
            await session.execute(text(statement))


async def marks_of(database: Database, submissions: Collection[uuid.UUID]) -> Marks:
    """Return when each submission first came into each of its states, in seconds since 1970."""
    found: Marks = {one: {} for one in submissions}
    async with database.reading() as session:
        for submission_id, state, at in await session.execute(_MARKS, {"ids": list(submissions)}):
            found[submission_id][state] = _seconds(at)
    return found


def _seconds(at: datetime) -> float:
    return at.timestamp()
