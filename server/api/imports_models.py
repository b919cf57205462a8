"""What the API says of imported exercises and their versions."""

import uuid
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from server.database.models import ImportState
from server.imports import Candidate, PublishedVersion
from server.imports.differences import FileDifference


class ProgressOut(BaseModel):
    """How far the publishing gate is."""

    done: int = Field(description="judgements made")
    total: int = Field(description="judgements to be made")
    broken: int = Field(description="files that did not get the verdict that their folder promises")
    last: str = Field(description="the file, or the mutant of the solution, that was judged last")


class ImportLine(BaseModel):
    """An import in a list."""

    id: uuid.UUID
    exercise: str = Field(description="id of the exercise")
    version: str = Field(description="`sha256:` over the canonical contents")
    state: ImportState = Field(
        description="`checking` until the gate has said; then `ready` or `refused`, or `system_error` for a fault of "
        "ours, which says nothing about the exercise; in the end `published`"
    )
    uploader: str | None = Field(description="login; null for the platform's operator")
    progress: ProgressOut | None
    created_at: datetime
    finished_at: datetime | None = Field(description="since when the gate's outcome is known")
    published_at: datetime | None
    location: str

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """Describe an import."""
        return cls(**_line(candidate))


class ImportOut(ImportLine):
    """An import with all that the gate said."""

    report: dict[str, Any] | None = Field(description="as `beginend exercise check --json` prints it")
    fault: dict[str, Any] | None = Field(description="`type` and `message` of a fault of ours")
    reason: str | None = Field(description="why it was published although the gate had not let it pass")

    @classmethod
    def of(cls, candidate: Candidate) -> Self:
        """Describe an import in full."""
        row = candidate.row
        return cls(**_line(candidate), report=row.report, fault=row.fault, reason=row.reason)


class PublishIn(BaseModel):
    """How something is published."""

    reason: str | None = Field(
        default=None, max_length=2000, description="for an admin who publishes what the gate did not let pass: why"
    )


class VersionOut(BaseModel):
    """A published version."""

    exercise: str
    version: str
    published_at: datetime
    published_by: str | None = Field(description="login; null for what came with the platform, or its operator")
    gate: str | None = Field(description="`passed` or `failed`; null where no gate was run here")
    reason: str | None = Field(description="why it was published although the gate had not let it pass")
    import_id: uuid.UUID | None

    @classmethod
    def of(cls, version: PublishedVersion) -> Self:
        """Describe a version."""
        imported = version.imported
        return cls(
            exercise=version.row.exercise_id,
            version=version.row.version,
            published_at=version.row.created_at,
            published_by=version.published_by,
            gate=imported.report["outcome"] if imported and imported.report else None,
            reason=imported.reason if imported else None,
            import_id=imported.id if imported else None,
        )


class FileDifferenceOut(BaseModel):
    """A file that is not the same in two versions."""

    path: str
    change: str = Field(description="`added`, `removed` or `changed`")
    diff: str | None = Field(description="unified difference; null for what is no text, or very long")

    @classmethod
    def of(cls, difference: FileDifference) -> Self:
        """Describe a difference."""
        return cls(path=difference.path, change=difference.change.value, diff=difference.diff)


class DifferenceOut(BaseModel):
    """What differs between two versions."""

    exercise: str
    old: str
    new: str
    files: list[FileDifferenceOut]


def _line(candidate: Candidate) -> dict[str, Any]:
    row = candidate.row
    return {
        "id": row.id,
        "exercise": row.exercise_id,
        "version": row.version,
        "state": row.state,
        "uploader": candidate.uploader,
        "progress": row.progress,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
        "published_at": row.published_at,
        "location": f"/api/v1/exercises/imports/{row.id}",
    }
