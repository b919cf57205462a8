"""Rescores: sets of verdicts that stand beside those that count, until a grader applies them or throws them away."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Float, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database.models.base import Json, JsonList, Table


class Depth(StrEnum):
    """How much of a judging is done again; the first costs least."""

    RECHECK = "recheck"  #: the checks alone, on stored evidence; nothing runs
    REJUDGE = "rejudge"  #: the judge's runs, on what the student's runs left; no student code runs
    RERUN = "rerun"  #: everything


class RescoreState(StrEnum):
    """Where a set is on its way."""

    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"  #: given up before everything was worked out
    READY = "ready"  #: worked out; nothing of it counts yet
    APPLIED = "applied"  #: all or a part of it counts, or did until others came after it
    DISCARDED = "discarded"
    UNDONE = "undone"  #: counted, and was taken back


class ItemState(StrEnum):
    """What is known of one submission of a set."""

    WAITING = "waiting"
    DONE = "done"
    ERROR = "error"  #: a fault of ours; a grader decides what becomes of it
    KEPT = "kept"  #: a fault of ours, and a grader decided that the present verdict stays


class Cause(StrEnum):
    """Why a verdict would change."""

    RULE = "rule"  #: the exercise, or our checks, say something else of the same facts
    ENVIRONMENT = "environment"  #: the same program did something else on another image or processor
    NOISE = "noise"  #: it did something else although rule and environment are the same


class Rescore(Table):
    """A set of verdicts worked out anew."""

    __tablename__ = "rescores"
    __table_args__ = (
        Index("ix_rescores_course_id_created_at", "course_id", "created_at"),
        Index("ix_rescores_running", "created_at", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    course_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    state: Mapped[RescoreState] = mapped_column(default=RescoreState.RUNNING)
    scope: Mapped[Json]  #: what was asked for, as ``server.rescoring.scope`` writes it
    reasons: Mapped[JsonList]  #: ``[{"exercise", "from", "to", "depth", "count", "reasons": [...]}, ...]``
    total: Mapped[int]
    per_minute: Mapped[int | None]  #: no faster than this
    on_image: Mapped[str | None]  #: only workers that judge in this image take it
    repeats: Mapped[int] = mapped_column(default=2, server_default=text("2"))  #: more runs where one looks like noise
    reason: Mapped[str] = mapped_column(default="", server_default="")  #: why, in the grader's words
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    resumed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())  #: last time it was let run
    done_at_resume: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    finished_at: Mapped[datetime | None]  #: since when everything is worked out
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))


class RescoreItem(Table):
    """One submission of a set: the verdict that it had, and the one that it would have."""

    __tablename__ = "rescore_items"
    __table_args__ = (
        Index("ix_rescore_items_waiting", "rescore_id", "chunk", postgresql_where=text("state = 'waiting'")),
        Index("ix_rescore_items_failed", "rescore_id", postgresql_where=text("state in ('error', 'kept')")),
        Index("ix_rescore_items_changed", "rescore_id", "change", postgresql_where=text("change <> 'same'")),
        Index("ix_rescore_items_same_code", "rescore_id", "exercise_version_id", "sha256"),
        Index("ix_rescore_items_submission_id", "submission_id"),
        # What is long lies aside: whoever counts, applies or takes back a hundred thousand items writes short rows.
        {"postgresql_with": {"toast_tuple_target": 256}},
    )

    rescore_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rescores.id", ondelete="CASCADE"), primary_key=True)
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True)
    chunk: Mapped[int]
    before_grading_id: Mapped[uuid.UUID]  #: of its submission, with which alone gradings go: no key has to say so
    exercise_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_versions.id"))  #: judged by
    sha256: Mapped[str]  #: of the submission's source: identical code is judged once
    depth: Mapped[Depth]
    deepened: Mapped[str | None]  #: a word that says why the depth is another than was planned
    state: Mapped[ItemState] = mapped_column(default=ItemState.WAITING, server_default="waiting")
    before_outcome: Mapped[str]
    before_score: Mapped[float] = mapped_column(Float)
    after_outcome: Mapped[str | None]
    after_score: Mapped[float | None] = mapped_column(Float)
    #: ``same``, ``words`` (only what is said of it), ``up``, ``down``, ``level`` (another outcome, the same score).
    change: Mapped[str | None]
    cause: Mapped[Cause | None]
    checks: Mapped[JsonList | None]  #: those that came out otherwise: ``[{"id", "before", "after"}, ...]``
    spread: Mapped[Json | None]  #: of repeats, where it looks like noise
    result: Mapped[Json | None]  #: the grading's columns that are new, and its findings; nothing where all is the same
    fault: Mapped[Json | None]  #: ``{"type", "message"}`` of an error
    applied_grading_id: Mapped[uuid.UUID | None]  #: of its submission too
    seen_at: Mapped[datetime | None]  #: since when the student knows that it counts, where the course tells them
    undone: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
