"""What is answered about rescores, as JSON."""

import uuid
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from grader.contract import SubmissionOutcome
from server.api.rescores_asked import Change
from server.database.models import Cause, Depth, ItemState, RescoreState
from server.rescoring import Found, Overview, Plan, Progress
from server.rescoring.listing import Line
from server.rescoring.words import REASONS


class ReasonOut(BaseModel):
    """Why it goes so deep."""

    word: str
    zh: str
    en: str

    @classmethod
    def of(cls, word: str) -> Self:
        """Describe a reason."""
        text = REASONS.get(word)
        return cls(word=word, zh=text.zh if text else word, en=text.en if text else word)


class GroupOut(BaseModel):
    """Submissions to one exercise that go equally deep."""

    exercise: str
    judged_by: str = Field(description="version at present")
    judge_by: str = Field(description="version then")
    count: int
    programs: int = Field(description="different ones: identical code is judged once")
    depth: Depth
    reasons: list[ReasonOut]
    seconds: float | None = Field(description="what it will probably cost one worker; null where that is not known")

    @classmethod
    def of(cls, group: dict[str, Any]) -> Self:
        """Describe a group as a set keeps it."""
        shared = {name: group[name] for name in ("exercise", "count", "programs", "depth", "seconds")}
        reasons = [ReasonOut.of(word) for word in group["reasons"]]
        return cls(**shared, judged_by=group["from"], judge_by=group["to"], reasons=reasons)


class PlanOut(BaseModel):
    """What a rescore would be."""

    total: int
    seconds: float | None
    groups: list[GroupOut]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Describe a plan."""
        groups = [GroupOut.of(group.to_json()) for group in plan.groups]
        return cls(total=plan.total, seconds=plan.seconds, groups=groups)


class RescoreLine(BaseModel):
    """A set in a list."""

    id: uuid.UUID
    course: str
    made_by: str | None
    state: RescoreState
    scope: dict[str, Any] = Field(description="as it was asked for; students by id")
    reason: str
    on_image: str | None = Field(description="only workers that judge in this sandbox image work it out")
    groups: list[GroupOut]
    per_minute: int | None
    created_at: datetime
    finished_at: datetime | None
    applied_at: datetime | None
    location: str

    @classmethod
    def of(cls, found: Found) -> Self:
        """Describe a set."""
        return cls(**_line(found))


class RescoreOut(RescoreLine):
    """A set, and how far it is."""

    total: int
    done: int
    waiting: int
    errors: int = Field(description="could not be worked out; to be tried again or kept before anything is applied")
    kept: int
    changed: int
    reworded: int
    rate_per_minute: float | None
    seconds_left: float | None
    workers: int | None = Field(
        default=None, description="that can work it out at present; null unless it runs and is for workers"
    )

    @classmethod
    def of_both(cls, found: Found, progress: Progress, workers: int | None = None) -> Self:
        """Describe a set with its progress."""
        return cls(
            **_line(found),
            total=progress.total,
            done=progress.done,
            waiting=progress.waiting,
            errors=progress.errors,
            kept=progress.kept,
            changed=progress.changed,
            reworded=progress.reworded,
            rate_per_minute=progress.per_minute,
            seconds_left=progress.seconds_left,
            workers=workers,
        )


class CellOut(BaseModel):
    """Submissions whose verdict is this and would be that."""

    before: SubmissionOutcome
    after: SubmissionOutcome
    count: int
    up: int
    down: int


class MatrixOut(BaseModel):
    """What a set would change, counted."""

    cells: list[CellOut]
    before_scores: list[int] = Field(description="number in each tenth; the last holds full scores too")
    after_scores: list[int]
    changes: dict[str, int]
    causes: dict[str, int]
    depths: dict[str, int]
    deepened: dict[str, int] = Field(description="why some went deeper than planned, to number")

    @classmethod
    def of(cls, seen: Overview) -> Self:
        """Describe what would change."""
        cells = [
            CellOut(
                before=SubmissionOutcome(cell.before),
                after=SubmissionOutcome(cell.after),
                count=cell.count,
                up=cell.up,
                down=cell.down,
            )
            for cell in seen.cells
        ]
        return cls(
            cells=cells,
            before_scores=list(seen.before_scores),
            after_scores=list(seen.after_scores),
            changes=dict(seen.changes),
            causes=dict(seen.causes),
            depths=dict(seen.depths),
            deepened=dict(seen.deepened),
        )


class ItemOut(BaseModel):
    """One submission of a set."""

    submission: uuid.UUID
    exercise: str
    login: str
    name: str
    number: int
    state: ItemState
    depth: Depth
    deepened: list[ReasonOut] = Field(description="why it went deeper than planned")
    before: dict[str, Any] = Field(description="`outcome` and `score` at present")
    after: dict[str, Any] | None = Field(description="`outcome` and `score` then; null while it is not worked out")
    change: Change | None
    cause: Cause | None
    checks: list[dict[str, Any]] = Field(description="that come out otherwise: `id`, `before`, `after`")
    rules: dict[str, dict[str, list[Any]]] = Field(description="check, or '' for the whole: setting to [old, new]")
    spread: dict[str, Any] | None = Field(description="of repeats, where it looks like noise")
    fault: dict[str, Any] | None
    outdated: bool = Field(description="the verdict has changed since, and not by this set")
    applied: bool
    undone: bool

    @classmethod
    def of(cls, line: Line) -> Self:
        """Describe an item."""
        return cls(**_item(line))


class BothOut(ItemOut):
    """One submission of a set with both verdicts in full."""

    verdict_before: dict[str, Any]
    verdict_after: dict[str, Any] | None

    @classmethod
    def of_both(cls, line: Line, before: dict[str, Any], after: dict[str, Any] | None) -> Self:
        """Describe an item with both verdicts."""
        return cls(**_item(line), verdict_before=before, verdict_after=after)


class AppliedOut(BaseModel):
    """What applying did."""

    applied: int
    outdated: int = Field(description="left as they are, because they had changed since")


class UndoneOut(BaseModel):
    """What taking back did."""

    undone: int
    left: int = Field(description="others had come after the set's, or the person was removed")


class NumberOut(BaseModel):
    """How many items it was about."""

    items: int


def _line(found: Found) -> dict[str, Any]:
    row = found.row
    shared = ("id", "state", "scope", "reason", "on_image", "per_minute", "created_at", "finished_at", "applied_at")
    return {
        **{name: getattr(row, name) for name in shared},
        "course": found.course,
        "made_by": found.made_by,
        "groups": [GroupOut.of(group) for group in row.reasons],
        "location": f"/api/v1/rescores/{row.id}",
    }


def _item(line: Line) -> dict[str, Any]:
    item = line.item
    worked_out = item.after_outcome is not None
    return {
        **{name: getattr(item, name) for name in ("state", "depth", "change", "cause", "spread", "fault", "undone")},
        "submission": item.submission_id,
        "exercise": line.exercise_id,
        "login": line.login,
        "name": line.name,
        "number": line.number,
        "deepened": [ReasonOut.of(word) for word in (item.deepened or "").split()],
        "before": {"outcome": item.before_outcome, "score": item.before_score},
        "after": {"outcome": item.after_outcome, "score": item.after_score} if worked_out else None,
        "checks": item.checks or [],
        "rules": line.rules,
        "outdated": line.outdated,
        "applied": item.applied_grading_id is not None,
    }
