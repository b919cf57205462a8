"""Exercises that somebody is still writing: their files, kept before and after the gate, and their calibrations."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Json, JsonList, Table


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


class CalibrationState(StrEnum):
    """Where the calibration of a working copy is on its way."""

    MEASURING = "measuring"  #: waits for its next training, or is in it
    DONE = "done"  #: ``calibration.json`` was put into the working copy
    REFUSED = "refused"  #: nothing could be measured, or not for what the working copy is by now
    CANCELLED = "cancelled"
    SYSTEM_ERROR = "system_error"  #: a fault of ours: nothing is known about the exercise; may be asked for again


class Calibration(Table):
    """The calibration of a working copy that was asked for last, and how far it is; there is at most one."""

    __tablename__ = "calibrations"

    copy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("working_copies.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[str]  #: ``sha256:...`` of what is measured; stands on the shelf
    state: Mapped[CalibrationState] = mapped_column(default=CalibrationState.MEASURING)
    attempt: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: fencing token; raised by every claim
    faults: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: of ours, in a row
    fault: Mapped[Json | None]  #: ``{"type", "message"}`` of a system error
    reason: Mapped[Json | None]  #: why nothing was put into the working copy, as ``server.authoring.measured`` has it
    total: Mapped[int]  #: trainings
    #: What each training came to: ``{"name", "seed", "accuracy", "seconds", "environment"}``, in order.
    measured: Mapped[JsonList] = mapped_column(default=list, server_default=text("'[]'"))
    digests: Mapped[Json | None]  #: what ``measured`` holds for
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())  #: when it was asked for
    begun_at: Mapped[datetime | None]  #: when a worker first took it up
    finished_at: Mapped[datetime | None]
