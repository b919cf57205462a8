"""Exercises that somebody is still writing: their files, kept until they are sent to the gate and after."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Table


class WorkingCopy(Table):
    """An exercise in one author's hands; of each exercise an author has at most one."""

    __tablename__ = "working_copies"
    __table_args__ = (UniqueConstraint("user_id", "exercise_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    exercise_id: Mapped[str]  #: need not exist yet; belongs to nobody before the first import
    based_on: Mapped[str | None]  #: ``sha256:...`` of the version it began as; none for a new exercise
    #: What was sent to the gate last.
    import_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("exercise_imports.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WorkingFile(Table):
    """One file of a working copy."""

    __tablename__ = "working_files"

    copy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("working_copies.id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)  #: within the bundle: ``submissions/layers/one_more.py``
    content: Mapped[bytes]
    sha256: Mapped[str]  #: of the content; whoever saves says which content they have seen
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
