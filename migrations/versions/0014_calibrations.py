"""Calibrations of working copies, measured by workers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATES = ("measuring", "done", "refused", "cancelled", "system_error")
ZERO = sa.text("0")


def upgrade() -> None:
    state = sa.Enum(*STATES, name="calibrationstate", native_enum=False, create_constraint=True, length=16)
    op.create_table(
        "calibrations",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=ZERO, nullable=False),
        sa.Column("faults", sa.Integer(), server_default=ZERO, nullable=False),
        sa.Column("fault", postgresql.JSONB()),
        sa.Column("reason", postgresql.JSONB()),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("measured", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("digests", postgresql.JSONB()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["working_copies.id"], name=op.f("fk_calibrations_copy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("pk_calibrations")),
    )


def downgrade() -> None:
    op.drop_table("calibrations")
