"""The tables, with what each column means where its name does not say it. Rows of gradings are only ever added."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Json = dict[str, Any]
JsonList = list[dict[str, Any]]


class Role(StrEnum):
    """What a person is in one course."""

    STUDENT = "student"
    TEACHER = "teacher"
    GRADER = "grader"


class State(StrEnum):
    """Where a submission is on its way."""

    QUEUED = "queued"
    RUNNING = "running"
    TRAINING = "training"  #: quick findings are there; waits for, or is in, the training phase
    CHECKING = "checking"
    DONE = "done"
    CANCELLED = "cancelled"
    SYSTEM_ERROR = "system_error"  #: a fault of ours; no verdict, no attempt counted, may be run again


#: The states in which a verdict is still owed.
OPEN = (State.QUEUED, State.RUNNING, State.TRAINING, State.CHECKING)


class Kind(StrEnum):
    """What an answer consists of."""

    REGIONS = "regions"
    FILE = "file"
    ANSWERS = "answers"


class GradingState(StrEnum):
    """Whether a grading is a verdict."""

    PROVISIONAL = "provisional"  #: quick findings only
    FINAL = "final"


def _words(enum: type[StrEnum]) -> Enum:
    """Store an enum by its words, in an ordinary column with a CHECK."""
    return Enum(
        enum, native_enum=False, create_constraint=True, length=16, values_callable=lambda e: [m.value for m in e]
    )


class Table(DeclarativeBase):
    """What every table shares."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads this as a plain class attribute)
        datetime: DateTime(timezone=True),
        Json: JSONB(none_as_null=True),
        JsonList: JSONB(none_as_null=True),
        str: String,
        bytes: LargeBinary,
        Role: _words(Role),
        State: _words(State),
        Kind: _words(Kind),
        GradingState: _words(GradingState),
    }


class User(Table):
    """A person."""

    __tablename__ = "users"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="zh", server_default="zh")
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_author: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LoginSession(Table):
    """A signed-in browser; only the hash of its token is kept."""

    __tablename__ = "sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]


class ApiToken(Table):
    """A program's key; only its hash is kept."""

    __tablename__ = "api_tokens"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    revoked_at: Mapped[datetime | None]


class Course(Table):
    """A course; its title is ``{"zh": ..., "en": ...}``."""

    __tablename__ = "courses"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Json]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Enrolment(Table):
    """A person's part in a course."""

    __tablename__ = "enrolments"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    course_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


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
    max_attempts: Mapped[int | None]  #: as many as they like when null


class Submission(Table):
    """What a student sent, and where it is on its way."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("user_id", "assignment_id", "number"),
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_submissions_user_id_created_at", "user_id", "created_at"),
        Index(
            "ix_submissions_open",
            "created_at",
            postgresql_where=text("state in ('queued', 'running', 'training', 'checking')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id"))
    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assignments.id"), index=True)
    exercise_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_versions.id"))
    number: Mapped[int]  #: counts a student's submissions to an assignment, from 1
    kind: Mapped[Kind]
    answer: Mapped[Json]  #: as it was sent: ``{"regions": [...]}``, ``{"file": ...}`` or ``{"answers": {...}}``
    source: Mapped[str]  #: the text that is judged; a quiz's answers as canonical JSON
    sha256: Mapped[str]  #: of ``source`` in UTF-8; hex
    idempotency_key: Mapped[str | None]
    state: Mapped[State] = mapped_column(default=State.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: fencing token; raised by every claim
    faults: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: of ours, since it was queued
    fault: Mapped[Json | None]  #: ``{"type", "message"}`` of a system error
    current_grading_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("gradings.id", use_alter=True, name="fk_submissions_current_grading_id")
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    finished_at: Mapped[datetime | None]


class Grading(Table):
    """One judging of a submission: provisional after the quick phase, final with its verdict."""

    __tablename__ = "gradings"
    __table_args__ = (
        UniqueConstraint("submission_id", "attempt"),
        Index("ix_gradings_final_outcome", "outcome", postgresql_where=text("state = 'final'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    attempt: Mapped[int]  #: the claim under which it was begun
    state: Mapped[GradingState]
    outcome: Mapped[str]  #: a word of SubmissionOutcome; counts only when final
    score: Mapped[float] = mapped_column(Float)  #: 0..1; counts only when final
    evidence: Mapped[Json]
    artifacts: Mapped[Json]  #: name -> digest in the artifact store
    error: Mapped[Json | None]
    stdout: Mapped[str]
    environment: Mapped[Json]
    timing_ms: Mapped[Json]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class FindingRow(Table):
    """What one check said in one grading."""

    __tablename__ = "findings"

    grading_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gradings.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    phase: Mapped[str]  #: the phase in which it was found
    check_id: Mapped[str]
    outcome: Mapped[str]
    data: Mapped[Json]  #: as ``server.verdict_object.finding_object`` writes it


class AuditEvent(Table):
    """Who did what to what, for good."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str]  #: ``noun.verb``, for example ``exercise.publish``
    subject: Mapped[str]
    detail: Mapped[Json]


class WorkerRow(Table):
    """A worker that is there, or was a moment ago, and how its sandbox is doing (``server.standing``)."""

    __tablename__ = "workers"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    backend: Mapped[str | None]
    mode: Mapped[str | None]
    image: Mapped[str | None]
    slots: Mapped[JsonList]  #: ``[{"role", "state", "runs", "age_seconds"}, ...]``
    waiting: Mapped[int]  #: runs that wait for a slot
    faults: Mapped[int]  #: of its sandbox, since it was started
    recycled: Mapped[Json]  #: reason -> slots replaced, since it was started
    problem: Mapped[str | None]  #: why no slot can be started at present
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ProgressRow(Table):
    """What a training says of itself while it goes on: claims of a run, to be looked at, removed after a day."""

    __tablename__ = "training_progress"

    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[int]  #: the claim under which it was told
    points: Mapped[JsonList]  #: ``[{"n", "epoch", "epochs", "loss", "accuracy"}, ...]``, thinned out to a few hundred
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
