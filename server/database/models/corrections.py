"""What people say about verdicts: students that one is wrong, teachers what counts instead."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Table


class AppealState(StrEnum):
    """What became of an appeal."""

    OPEN = "open"
    UPHELD = "upheld"  #: the verdict was wrong
    REJECTED = "rejected"


class Appeal(Table):
    """A student says that a verdict is wrong."""

    __tablename__ = "appeals"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    check_id: Mapped[str | None]  #: the check that is meant; the whole verdict when null
    words: Mapped[str]
    state: Mapped[AppealState] = mapped_column(default=AppealState.OPEN, server_default="open")
    answer: Mapped[str | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at: Mapped[datetime | None]


class Correction(Table):
    """A teacher says what a submission counts, whatever its gradings say; survives rescores until it is lifted."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("uq_corrections_in_force", "submission_id", unique=True, postgresql_where=text("lifted_at is null")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), index=True)
    score: Mapped[float] = mapped_column(Float)  #: 0..1
    passed: Mapped[bool]
    reason: Mapped[str]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
