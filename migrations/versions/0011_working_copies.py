"""Exercises in the hands of their authors: working copies and their files."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "working_copies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.String(), nullable=False),
        sa.Column("based_on", sa.String()),
        sa.Column("import_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_working_copies_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["exercise_imports.id"], name=op.f("fk_working_copies_import_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copies")),
        sa.UniqueConstraint("user_id", "exercise_id", name=op.f("uq_working_copies_user_id_exercise_id")),
    )
    op.create_index(op.f("ix_working_copies_import_id"), "working_copies", ["import_id"])
    op.create_table(
        "working_files",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["working_copies.id"], name=op.f("fk_working_files_copy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("copy_id", "path", name=op.f("pk_working_files")),
    )


def downgrade() -> None:
    op.drop_table("working_files")
    op.drop_table("working_copies")
