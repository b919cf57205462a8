"""Exercises, their published versions, and what was imported to become one."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Json, Table


class ExerciseRow(Table):
    """An exercise's id and whose it is: the person who imported it first, nobody for the built-in ones."""

    __tablename__ = "exercises"

    id: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ExerciseVersion(Table):
    """One published version of an exercise; it never changes."""

    __tablename__ = "exercise_versions"
    __table_args__ = (UniqueConstraint("exercise_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    exercise_id: Mapped[str] = mapped_column(ForeignKey("exercises.id"))
    version: Mapped[str]  #: ``sha256:...`` over the bundle's canonical contents
    manifest: Mapped[Json]  #: exercise.toml as data
    #: A quiz's right answers, ``{question: {"accepted": [...], "explanation": {"zh", "en"}}}``; shown when they may be.
    answers: Mapped[Json] = mapped_column(default=dict, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ImportState(StrEnum):
    """Where an imported version is on its way."""

    CHECKING = "checking"  #: waits for the gate, or is in it
    READY = "ready"  #: passed the gate
    REFUSED = "refused"  #: did not pass
    SYSTEM_ERROR = "system_error"  #: a fault of ours: nothing is known about the exercise; may be checked again
    PUBLISHED = "published"


class ExerciseImport(Table):
    """A version that somebody brought in: a candidate until it is published. There is one of each version."""

    __tablename__ = "exercise_imports"
    __table_args__ = (
        UniqueConstraint("exercise_id", "version"),
        Index("ix_exercise_imports_checking", "created_at", postgresql_where=text("state = 'checking'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    exercise_id: Mapped[str] = mapped_column(ForeignKey("exercises.id"))
    version: Mapped[str]  #: ``sha256:...``; stands on the shelf
    uploader_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"), index=True)  #: none: the platform
    state: Mapped[ImportState] = mapped_column(default=ImportState.CHECKING)
    attempt: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: fencing token; raised by every claim
    faults: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: of ours, since the check was asked for
    fault: Mapped[Json | None]  #: ``{"type", "message"}`` of a system error
    progress: Mapped[Json | None]  #: ``{"done", "total", "broken", "last"}`` of the check that goes on or went
    report: Mapped[Json | None]  #: the gate's, as ``server.gate.report_json`` writes it
    published_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str | None]  #: why it was published although the gate had not let it pass
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    touched_at: Mapped[datetime] = mapped_column(server_default=func.now())  #: last sign of life of who checks it
    finished_at: Mapped[datetime | None]  #: since when the gate's outcome is known
    published_at: Mapped[datetime | None]
