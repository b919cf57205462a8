"""Submissions, their gradings and findings. Rows of gradings are only ever added."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, UniqueConstraint, func, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Json, JsonList, Table


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

#: A submission in these states says nothing about the student.
UNCOUNTED = (State.SYSTEM_ERROR, State.CANCELLED)


class Kind(StrEnum):
    """What an answer consists of."""

    REGIONS = "regions"
    FILE = "file"
    ANSWERS = "answers"


class GradingState(StrEnum):
    """Whether a grading is a verdict."""

    PROVISIONAL = "provisional"  #: quick findings only
    FINAL = "final"


class Submission(Table):
    """What a student sent, and where it is on its way."""

    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("user_id", "assignment_id", "number"),
        UniqueConstraint("user_id", "idempotency_key"),
        Index("ix_submissions_finished_at", "finished_at"),
        Index("ix_submissions_state", "state"),
        Index("ix_submissions_same_code", "exercise_version_id", "sha256"),
        Index("ix_submissions_user_id_created_at", "user_id", "created_at"),
        Index("ix_submissions_done", "exercise_version_id", "finished_at", postgresql_where=text("state = 'done'")),
        # Whoever deletes a submission or a grading asks who names it.
        Index("ix_submissions_answered_by_id", "answered_by_id", postgresql_where=text("answered_by_id is not null")),
        Index("ix_submissions_current_grading_id", "current_grading_id"),
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
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("submissions.id"))  #: the same code before it
    late_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))  #: days begun after the due time
    #: Taken back by its own student after quick findings were shown.
    withdrawn_late: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    finished_at: Mapped[datetime | None]


#: Whether a submission uses up an attempt. One that was taken back does where it had told what it was asked for.
USES_AN_ATTEMPT = or_(Submission.state.not_in(UNCOUNTED), Submission.withdrawn_late)


class Grading(Table):
    """One judging of a submission: provisional after the quick phase, final with its verdict."""

    __tablename__ = "gradings"
    __table_args__ = (
        UniqueConstraint("submission_id", "attempt"),
        Index("ix_gradings_final_outcome", "outcome", postgresql_where=text("state = 'final'")),
        Index("ix_gradings_rescore_id", "rescore_id", postgresql_where=text("rescore_id is not null")),
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
    #: The version of the exercise that it was judged by, where that is another than the submission's.
    exercise_version_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("exercise_versions.id"))
    rescore_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("rescores.id", ondelete="SET NULL"))
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


class ProgressRow(Table):
    """What a training says of itself while it goes on: claims of a run, to be looked at, removed after a day."""

    __tablename__ = "training_progress"

    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    attempt: Mapped[int]  #: the claim under which it was told
    points: Mapped[JsonList]  #: ``[{"n", "epoch", "epochs", "loss", "accuracy"}, ...]``, thinned out to a few hundred
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Draft(Table):
    """What a person has written and not handed in yet."""

    __tablename__ = "drafts"

    user_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    assignment_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    answer: Mapped[Json]  #: as it would be sent
    number: Mapped[int] = mapped_column(default=1, server_default=text("1"))  #: counts the times it was saved
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
