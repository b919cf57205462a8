"""What operators look at: who did what, which workers are there, and for which version the database is."""

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
    version: Mapped[str | None]  #: of BeginEnd
    cores: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    #: What it serves: ``[{"name", "queues": [...], "concurrency"}, ...]``.
    lanes: Mapped[JsonList] = mapped_column(default=list, server_default=text("'[]'::jsonb"))
    duty: Mapped[str] = mapped_column(default="working", server_default="working")  #: ``server.queue.duty``'s word
    drain: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  #: whether it is to take nothing
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DrainedHost(Table):
    """A machine whose workers take nothing new, for maintenance: those that run, and those that are started."""

    __tablename__ = "drained_hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class Installation(Table):
    """A version of BeginEnd that brought the database up to date; the latest is the one that may use it."""

    __tablename__ = "installations"

    version: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
