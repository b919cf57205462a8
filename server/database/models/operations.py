"""What operators look at: who did what, and which workers are there."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Identity, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Json, JsonList, Table


class AuditEvent(Table):
    """Who did what to what, for good: the database itself refuses to change or remove one."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str]  #: ``noun.verb``, for example ``exercise.publish``
    subject: Mapped[str]
    detail: Mapped[Json]
    course_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courses.id"), index=True)


class WorkerRow(Table):
    """A worker that is there, or was a moment ago, and how its sandbox is doing (``server.standing``)."""

    __tablename__ = "workers"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    backend: Mapped[str | None]
    mode: Mapped[str | None]
    image: Mapped[str | None]
    grader: Mapped[str | None]  #: digest of the code that checks
    slots: Mapped[JsonList]  #: ``[{"role", "state", "runs", "age_seconds"}, ...]``
    waiting: Mapped[int]  #: runs that wait for a slot
    faults: Mapped[int]  #: of its sandbox, since it was started
    recycled: Mapped[Json]  #: reason -> slots replaced, since it was started
    problem: Mapped[str | None]  #: why no slot can be started at present
    #: How far its machine's clock is ahead of the database's, at its last sign of life.
    clock_ahead_seconds: Mapped[float] = mapped_column(Float, default=0, server_default=text("0"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
