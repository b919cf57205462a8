"""Versions of quizzes keep their right answers, to be shown once they may be."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows that exist are filled in when the course is published next, which happens at every start.
    answers = sa.Column("answers", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
    op.add_column("exercise_versions", answers)


def downgrade() -> None:
    op.drop_column("exercise_versions", "answers")
