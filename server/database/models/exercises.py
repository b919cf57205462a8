"""Exercises and their published versions."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, text
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
