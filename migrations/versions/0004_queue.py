"""The queue's tables, from procrastinate's schema as of the version in the file's name, and two indexes of our own."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: A frozen copy: what a revision does must not depend on which version happens to be installed.
SCHEMA = Path(__file__).resolve().parent.parent / "procrastinate-3.10.0.sql"

INDEXES = """
-- Without it, removing a worker's row reads every job there is.
create index ix_procrastinate_jobs_worker_id on procrastinate_jobs (worker_id) where worker_id is not null;
-- The sweep looks for the job of each open submission.
create index ix_procrastinate_jobs_submission_id on procrastinate_jobs ((args ->> 'submission_id'));
"""


def upgrade() -> None:
    # Past SQLAlchemy, which would read % and : in the functions' text as parameters.
    driver: Any = op.get_bind().connection.driver_connection
    driver.execute(SCHEMA.read_text(encoding="utf-8"))
    driver.execute(INDEXES)


def downgrade() -> None:
    for table in ("events", "periodic_defers", "jobs", "workers"):
        op.execute(f"drop table procrastinate_{table} cascade")
    op.execute(
        """
        do $$ declare found record; begin
            for found in select oid::regprocedure as name from pg_proc where proname like 'procrastinate_%' loop
                execute 'drop function ' || found.name || ' cascade';
            end loop;
        end $$
        """
    )
    for name in ("job_to_defer_v1", "job_event_type", "job_status"):
        op.execute(f"drop type procrastinate_{name}")
