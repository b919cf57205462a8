"""Workers say which grader they are, so that only a verdict of the same one answers the same code.

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


def downgrade() -> None:
    op.drop_column("workers", "grader")
