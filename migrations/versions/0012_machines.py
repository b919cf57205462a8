"""Several machines: workers say what they can, hosts are drained, rescores ask for an image, one version for all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LIST = sa.text("'[]'::jsonb")


def upgrade() -> None:
    op.add_column("workers", sa.Column("version", sa.String(), nullable=True))
    op.add_column("workers", sa.Column("cores", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("workers", sa.Column("lanes", postgresql.JSONB(), server_default=LIST, nullable=False))
    op.add_column("workers", sa.Column("duty", sa.String(), server_default="working", nullable=False))
    op.add_column("workers", sa.Column("drain", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "drained_hosts",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_drained_hosts")),
    )
    op.create_table(
        "installations",
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_installations")),
    )
    op.add_column("rescores", sa.Column("on_image", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("rescores", "on_image")
    op.drop_table("installations")
    op.drop_table("drained_hosts")
    for column in ("drain", "duty", "lanes", "cores", "version"):
        op.drop_column("workers", column)
