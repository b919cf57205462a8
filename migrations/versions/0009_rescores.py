"""Rescores: sets of verdicts worked out anew, beside those that count."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rescores()
    _items()
    op.add_column("gradings", sa.Column("exercise_version_id", sa.Uuid(), nullable=True))
    op.add_column("gradings", sa.Column("rescore_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_gradings_exercise_version_id"), "gradings", "exercise_versions", ["exercise_version_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_gradings_rescore_id"), "gradings", "rescores", ["rescore_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index(
        "ix_gradings_rescore_id", "gradings", ["rescore_id"], postgresql_where=sa.text("rescore_id is not null")
    )
    # A set's jobs are looked for by its id: may it go on, and has each of its chunks one?
    op.execute("create index ix_procrastinate_jobs_rescore_id on procrastinate_jobs ((args ->> 'rescore_id'))")
    # Whoever deletes a submission or a grading asks who names it; without these every row asks the whole table.
    op.create_index(
        "ix_submissions_answered_by_id",
        "submissions",
        ["answered_by_id"],
        postgresql_where=sa.text("answered_by_id is not null"),
    )
    op.create_index("ix_submissions_current_grading_id", "submissions", ["current_grading_id"])


def _rescores() -> None:
    """Add the sets."""
    states = ("running", "paused", "cancelled", "ready", "applied", "discarded", "undone")
    op.create_table(
        "rescores",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("state", _words("rescorestate", *states), nullable=False),
        sa.Column("scope", postgresql.JSONB(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("repeats", sa.Integer(), server_default=sa.text("2"), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "resumed_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("done_at_resume", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name=op.f("fk_rescores_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_rescores_made_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["users.id"], name=op.f("fk_rescores_applied_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescores")),
    )
    op.create_index("ix_rescores_course_id_created_at", "rescores", ["course_id", "created_at"])
    op.create_index("ix_rescores_running", "rescores", ["created_at"], postgresql_where=sa.text("state = 'running'"))


def _items() -> None:
    """Add what the sets consist of."""
    op.create_table(
        "rescore_items",
        sa.Column("rescore_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("before_grading_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_version_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("depth", _words("depth", "recheck", "rejudge", "rerun"), nullable=False),
        sa.Column("deepened", sa.String(), nullable=True),
        sa.Column(
            "state",
            _words("itemstate", "waiting", "done", "error", "kept"),
            server_default="waiting",
            nullable=False,
        ),
        sa.Column("before_outcome", sa.String(), nullable=False),
        sa.Column("before_score", sa.Float(), nullable=False),
        sa.Column("after_outcome", sa.String(), nullable=True),
        sa.Column("after_score", sa.Float(), nullable=True),
        sa.Column("change", sa.String(), nullable=True),
        sa.Column("cause", _words("cause", "rule", "environment", "noise"), nullable=True),
        sa.Column("checks", postgresql.JSONB(), nullable=True),
        sa.Column("spread", postgresql.JSONB(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("fault", postgresql.JSONB(), nullable=True),
        sa.Column("applied_grading_id", sa.Uuid(), nullable=True),
        sa.Column("undone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        _points_to("rescore_id", "rescores", "CASCADE"),
        _points_to("submission_id", "submissions", "CASCADE"),
        _points_to("exercise_version_id", "exercise_versions"),
        sa.PrimaryKeyConstraint("rescore_id", "submission_id", name=op.f("pk_rescore_items")),
        postgresql_with={"toast_tuple_target": 256},
    )
    op.create_index(
        "ix_rescore_items_waiting",
        "rescore_items",
        ["rescore_id", "chunk"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_rescore_items_failed",
        "rescore_items",
        ["rescore_id"],
        postgresql_where=sa.text("state in ('error', 'kept')"),
    )
    op.create_index(
        "ix_rescore_items_changed",
        "rescore_items",
        ["rescore_id", "change"],
        postgresql_where=sa.text("change <> 'same'"),
    )
    op.create_index("ix_rescore_items_same_code", "rescore_items", ["rescore_id", "exercise_version_id", "sha256"])
    op.create_index("ix_rescore_items_submission_id", "rescore_items", ["submission_id"])


def _words(name: str, *words: str) -> sa.Enum:
    """Return a column type of words, as the models have it."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)


def _points_to(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """Return the key by which an item names a row of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{table}.id"], name=op.f(f"fk_rescore_items_{column}"), ondelete=ondelete
    )


def downgrade() -> None:
    op.drop_index("ix_procrastinate_jobs_rescore_id", table_name="procrastinate_jobs")
    op.drop_index("ix_submissions_current_grading_id", table_name="submissions")
    op.drop_index("ix_submissions_answered_by_id", table_name="submissions")
    op.drop_index("ix_gradings_rescore_id", table_name="gradings")
    op.drop_column("gradings", "rescore_id")
    op.drop_column("gradings", "exercise_version_id")
    op.drop_table("rescore_items")
    op.drop_table("rescores")
