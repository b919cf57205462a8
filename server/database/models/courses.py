"""Courses, who takes part in them, and what they hand out, under which conditions."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Json, Table


class Role(StrEnum):
    """What a person is in one course."""

    STUDENT = "student"
    TEACHER = "teacher"
    GRADER = "grader"


class Unlock(StrEnum):
    """When a level of a course may be worked on."""

    FREE = "free"  #: at any time
    IN_ORDER = "in_order"  #: once the level before it is passed


class Keep(StrEnum):
    """Which of a person's submissions counts."""

    BEST = "best"
    LAST = "last"


class Late(StrEnum):
    """What becomes of a submission after the due time."""

    REFUSED = "refused"
    TAKEN = "taken"  #: at no cost
    PENALTY = "penalty"  #: at a share of the score for each day begun


class Notice(StrEnum):
    """Whether students see that a rescore changed their verdict."""

    OFF = "off"
    SHOWN = "shown"  #: on their map and on the submission's page, until they say that they have seen it


class Course(Table):
    """A course; its title is ``{"zh": ..., "en": ...}``."""

    __tablename__ = "courses"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Json]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai", server_default="Asia/Shanghai")  #: an IANA name
    join_code: Mapped[str | None] = mapped_column(unique=True)  #: lets whoever knows it in as a student
    unlock: Mapped[Unlock] = mapped_column(default=Unlock.FREE, server_default="free")
    keep: Mapped[Keep] = mapped_column(default=Keep.BEST, server_default="best")
    late: Mapped[Late] = mapped_column(default=Late.REFUSED, server_default="refused")
    late_penalty: Mapped[float] = mapped_column(default=0, server_default=text("0"))  #: share of a score, per day begun
    rescore_notice: Mapped[Notice] = mapped_column(default=Notice.OFF, server_default="off")
    archived_at: Mapped[datetime | None]  #: since when nothing is taken in any more


class Enrolment(Table):
    """A person's part in a course."""

    __tablename__ = "enrolments"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Assignment(Table):
    """An exercise in a course."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("course_id", "exercise_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    exercise_id: Mapped[str] = mapped_column(ForeignKey("exercises.id"), index=True)
    exercise_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_versions.id"))
    order: Mapped[int]
    opens_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]  #: after which nothing is taken, however late submissions are treated
    max_attempts: Mapped[int | None]  #: as many as they like when null
    pace_seconds: Mapped[int | None]  #: between two counted submissions of one person


class Extension(Table):
    """More time or more attempts for one person."""

    __tablename__ = "extensions"

    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    due_at: Mapped[datetime | None]  #: in the place of the assignment's, and of its closing time if that is earlier
    more_attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reason: Mapped[str] = mapped_column(default="", server_default="")
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
