"""Workers say which grader they are; wrong passwords are counted for all web processes together.

Only a verdict of the same grader answers the same code.

Gradings say it in their environment. Those of before do not, and answer nothing: the same code is judged once more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("grader", sa.String()))
    op.create_table(
        "failed_tries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_tries")),
    )
    op.create_index("ix_failed_tries_key_at", "failed_tries", ["key", "at"])
    op.create_index(op.f("ix_failed_tries_at"), "failed_tries", ["at"])


def downgrade() -> None:
    op.drop_table("failed_tries")
    op.drop_column("workers", "grader")
