"""Students may see that a rescore changed their verdict."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    notice = sa.Enum("off", "shown", name="notice", native_enum=False, create_constraint=True, length=16)
    op.add_column("courses", sa.Column("rescore_notice", notice, server_default="off", nullable=False))
    op.add_column("rescore_items", sa.Column("seen_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("rescore_items", "seen_at")
    op.drop_column("courses", "rescore_notice")
