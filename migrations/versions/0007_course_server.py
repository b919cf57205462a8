"""Rules of courses, extensions, drafts, appeals, corrections, identities; audit events that nobody can change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOW = sa.text("now()")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _courses()
    _submissions()
    _corrections()
    _audit()
    _imports()
    _operations()


def _words(name: str, *words: str) -> sa.Enum:
    """Return the type of a column that holds one of a few words."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)


def _people() -> None:
    """Let people come in through a provider, be locked out, and be forgotten; let keys end."""
    op.alter_column("users", "password_hash", nullable=True)
    op.add_column("users", sa.Column("must_change_password", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("users", sa.Column("disabled_at", MOMENT))
    op.add_column("users", sa.Column("deleted_at", MOMENT))
    for table in ("sessions", "api_tokens"):
        op.add_column(table, sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))
        op.create_unique_constraint(op.f(f"uq_{table}_id"), table, ["id"])
    op.add_column("sessions", sa.Column("agent", sa.String(), server_default="", nullable=False))
    scopes = sa.Column("scopes", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False)
    op.add_column("api_tokens", scopes)
    op.add_column("api_tokens", sa.Column("expires_at", MOMENT))
    op.add_column("api_tokens", sa.Column("last_used_at", MOMENT))
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_identities_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_user_id"), "identities", ["user_id"])


def _courses() -> None:
    """Add what a course may demand, and exceptions for one person."""
    zone = sa.Column("time_zone", sa.String(), server_default="Asia/Shanghai", nullable=False)
    op.add_column("courses", zone)
    op.add_column("courses", sa.Column("join_code", sa.String()))
    op.create_unique_constraint(op.f("uq_courses_join_code"), "courses", ["join_code"])
    unlock, keep = _words("unlock", "free", "in_order"), _words("keep", "best", "last")
    late = _words("late", "refused", "taken", "penalty")
    op.add_column("courses", sa.Column("unlock", unlock, server_default="free", nullable=False))
    op.add_column("courses", sa.Column("keep", keep, server_default="best", nullable=False))
    op.add_column("courses", sa.Column("late", late, server_default="refused", nullable=False))
    op.add_column("courses", sa.Column("late_penalty", sa.Float(), server_default=sa.text("0"), nullable=False))
    op.add_column("courses", sa.Column("archived_at", MOMENT))
    op.add_column("assignments", sa.Column("closes_at", MOMENT))
    op.add_column("assignments", sa.Column("pace_seconds", sa.Integer()))
    op.create_table(
        "extensions",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("more_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("reason", sa.String(), server_default="", nullable=False),
        sa.Column("granted_by", sa.Uuid()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_extensions_assignment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_extensions_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["users.id"], name=op.f("fk_extensions_granted_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("assignment_id", "user_id", name=op.f("pk_extensions")),
    )
    op.create_index(op.f("ix_extensions_user_id"), "extensions", ["user_id"])


def _submissions() -> None:
    """Add drafts, lateness, and the submission whose verdict another one took over."""
    op.add_column("submissions", sa.Column("answered_by_id", sa.Uuid()))
    op.create_foreign_key(
        op.f("fk_submissions_answered_by_id"), "submissions", "submissions", ["answered_by_id"], ["id"]
    )
    late = sa.Column("withdrawn_late", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("submissions", late)
    op.add_column("submissions", sa.Column("late_days", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_submissions_same_code", "submissions", ["exercise_version_id", "sha256"])
    done = sa.text("state = 'done'")
    op.create_index("ix_submissions_done", "submissions", ["exercise_version_id", "finished_at"], postgresql_where=done)
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=False),
        sa.Column("number", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_drafts_assignment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "assignment_id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_assignment_id"), "drafts", ["assignment_id"])


def _corrections() -> None:
    """Add appeals against verdicts and corrections of them."""
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.String()),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", _words("appealstate", "open", "upheld", "rejected"), server_default="open", nullable=False),
        sa.Column("answer", sa.String()),
        sa.Column("answered_by_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_appeals_submission_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["users.id"], name=op.f("fk_appeals_answered_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_submission_id"), "appeals", ["submission_id"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Uuid()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("lifted_at", MOMENT),
        sa.Column("lifted_by_id", sa.Uuid()),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_corrections_submission_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["users.id"], name=op.f("fk_corrections_made_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["users.id"], name=op.f("fk_corrections_lifted_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_submission_id"), "corrections", ["submission_id"])
    op.create_index(
        "uq_corrections_in_force",
        "corrections",
        ["submission_id"],
        unique=True,
        postgresql_where=sa.text("lifted_at is null"),
    )


def _audit() -> None:
    """Let audit events name their course, and have the database refuse to change or remove one."""
    op.add_column("audit_events", sa.Column("course_id", sa.Uuid()))
    op.create_foreign_key(op.f("fk_audit_events_course_id"), "audit_events", "courses", ["course_id"], ["id"])
    op.create_index(op.f("ix_audit_events_course_id"), "audit_events", ["course_id"])
    op.execute(
        "create function audit_events_are_for_good() returns trigger language plpgsql as "
        "$$ begin raise exception 'audit events are never changed or removed'; end $$"
    )
    op.execute(
        "create trigger audit_events_are_for_good before update or delete or truncate on audit_events "
        "for each statement execute function audit_events_are_for_good()"
    )


def _imports() -> None:
    """Add the versions of exercises that were imported and wait for the gate, or to be published."""
    state = _words("importstate", "checking", "ready", "refused", "system_error", "published")
    op.create_table(
        "exercise_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("uploader_id", sa.Uuid()),
        sa.Column("state", state, nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("faults", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fault", postgresql.JSONB()),
        sa.Column("progress", postgresql.JSONB()),
        sa.Column("report", postgresql.JSONB()),
        sa.Column("published_by_id", sa.Uuid()),
        sa.Column("reason", sa.String()),
        sa.Column("created_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("touched_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("published_at", MOMENT),
        sa.ForeignKeyConstraint(["exercise_id"], ["exercises.id"], name=op.f("fk_exercise_imports_exercise_id")),
        sa.ForeignKeyConstraint(["uploader_id"], ["users.id"], name=op.f("fk_exercise_imports_uploader_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["users.id"], name=op.f("fk_exercise_imports_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_imports")),
        sa.UniqueConstraint("exercise_id", "version", name=op.f("uq_exercise_imports_exercise_id_version")),
    )
    op.create_index(op.f("ix_exercise_imports_uploader_id"), "exercise_imports", ["uploader_id"])
    op.create_index(
        "ix_exercise_imports_checking",
        "exercise_imports",
        ["created_at"],
        postgresql_where=sa.text("state = 'checking'"),
    )


def _operations() -> None:
    """Let workers say how their clocks go, and submissions be counted without reading them."""
    op.add_column("workers", sa.Column("clock_ahead_seconds", sa.Float(), server_default=sa.text("0"), nullable=False))
    op.create_index("ix_submissions_finished_at", "submissions", ["finished_at"])
    op.create_index("ix_submissions_state", "submissions", ["state"])


def downgrade() -> None:
    op.drop_index("ix_submissions_state", table_name="submissions")
    op.drop_index("ix_submissions_finished_at", table_name="submissions")
    op.drop_column("workers", "clock_ahead_seconds")
    op.drop_table("exercise_imports")
    op.execute("drop trigger audit_events_are_for_good on audit_events")
    op.execute("drop function audit_events_are_for_good()")
    op.drop_column("audit_events", "course_id")
    for table in ("corrections", "appeals", "drafts", "extensions", "identities"):
        op.drop_table(table)
    op.drop_index("ix_submissions_same_code", table_name="submissions")
    op.drop_index("ix_submissions_done", table_name="submissions")
    for table, columns in _ADDED.items():
        for column in columns:
            op.drop_column(table, column)
    op.execute("update users set password_hash = '' where password_hash is null")
    op.alter_column("users", "password_hash", nullable=False)


_ADDED = {
    "submissions": ("late_days", "withdrawn_late", "answered_by_id"),
    "assignments": ("pace_seconds", "closes_at"),
    "courses": ("archived_at", "late_penalty", "late", "keep", "unlock", "join_code", "time_zone"),
    "api_tokens": ("last_used_at", "expires_at", "scopes", "id"),
    "sessions": ("agent", "id"),
    "users": ("deleted_at", "disabled_at", "must_change_password"),
}
