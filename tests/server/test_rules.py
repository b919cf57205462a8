"""The rules of taking in, as tables: no database, no clock."""

from datetime import UTC, datetime, timedelta

import pytest

from exercises import Text
from server.courses import rules
from server.courses.rules import Lock, SoFar, Terms
from server.database.models import Assignment, Course, Extension, Late
from server.errors import (
    AssignmentClosed,
    AttemptsUsedUp,
    CourseArchived,
    DeadlinePassed,
    LevelLocked,
    NotOpenYet,
    Refused,
    SubmittedTooSoon,
)

NOW = datetime(2026, 9, 30, 12, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
LOCK = Lock("first", Text(zh="第一关", en="First"))
FRESH = SoFar(0, None)


def terms(
    *, extension: Extension | None = None, late: Late = Late.REFUSED, archived: bool = False, **columns: object
) -> Terms:
    """Return the terms of an assignment with these columns."""
    course = Course(time_zone="Asia/Shanghai", late=late, late_penalty=0.1, archived_at=NOW if archived else None)
    return rules.terms_of(course, Assignment(**columns), extension)


def longer(due_at: datetime | None = None, more_attempts: int = 0) -> Extension:
    """Return an extension."""
    return Extension(due_at=due_at, more_attempts=more_attempts)


@pytest.mark.parametrize(
    ("holds", "so_far", "expected"),
    [
        ({}, FRESH, 0),
        ({"archived": True}, FRESH, CourseArchived),
        ({"opens_at": NOW + SECOND}, FRESH, NotOpenYet),
        ({"opens_at": NOW}, FRESH, 0),
        ({}, SoFar(0, None, LOCK), LevelLocked),
        ({"due_at": NOW}, FRESH, 0),
        ({"due_at": NOW - SECOND}, FRESH, DeadlinePassed),
        ({"due_at": NOW - SECOND, "late": Late.TAKEN}, FRESH, 1),
        ({"due_at": NOW - SECOND, "late": Late.PENALTY}, FRESH, 1),
        ({"due_at": NOW - DAY, "late": Late.PENALTY}, FRESH, 1),
        ({"due_at": NOW - DAY - SECOND, "late": Late.PENALTY}, FRESH, 2),
        ({"due_at": NOW - HOUR, "closes_at": NOW, "late": Late.TAKEN}, FRESH, 1),
        ({"due_at": NOW - HOUR, "closes_at": NOW - SECOND, "late": Late.TAKEN}, FRESH, AssignmentClosed),
        ({"closes_at": NOW - SECOND}, FRESH, AssignmentClosed),
        ({"due_at": NOW - DAY, "extension": longer(NOW)}, FRESH, 0),
        ({"due_at": NOW - DAY, "extension": longer(NOW - SECOND)}, FRESH, DeadlinePassed),
        ({"due_at": NOW - 9 * DAY, "late": Late.PENALTY, "extension": longer(NOW - SECOND)}, FRESH, 1),
        ({"due_at": NOW - DAY, "closes_at": NOW - HOUR, "extension": longer(NOW + HOUR)}, FRESH, 0),
        ({"closes_at": NOW - HOUR, "extension": longer(NOW + HOUR)}, FRESH, 0),
        ({"due_at": NOW + HOUR, "extension": longer(NOW - HOUR)}, FRESH, 0),  # everybody was given more since
        ({"extension": longer(NOW - HOUR)}, FRESH, 0),
        ({"max_attempts": 2}, SoFar(1, NOW - DAY), 0),
        ({"max_attempts": 2}, SoFar(2, NOW - DAY), AttemptsUsedUp),
        ({"max_attempts": 2, "extension": longer(more_attempts=1)}, SoFar(2, NOW - DAY), 0),
        ({"max_attempts": 2, "extension": longer(more_attempts=1)}, SoFar(3, NOW - DAY), AttemptsUsedUp),
        ({"extension": longer(more_attempts=1)}, SoFar(99, NOW - DAY), 0),
        ({"pace_seconds": 60}, SoFar(1, NOW - 59 * SECOND), SubmittedTooSoon),
        ({"pace_seconds": 60}, SoFar(1, NOW - 60 * SECOND), 0),
        ({"pace_seconds": 60}, FRESH, 0),
        ({"archived": True, "opens_at": NOW + DAY}, SoFar(0, None, LOCK), CourseArchived),
        ({"opens_at": NOW + DAY}, SoFar(0, None, LOCK), NotOpenYet),
    ],
)
def test_taking_in(holds: dict[str, object], so_far: SoFar, expected: type[Refused] | int) -> None:
    """Each rule refuses from its edge on, and what is taken is so many days late."""
    holding = terms(**holds)
    if isinstance(expected, int):
        assert expected == rules.take_in(holding, so_far, NOW)
        return
    with pytest.raises(expected):
        rules.take_in(holding, so_far, NOW)


@pytest.mark.parametrize(
    ("holds", "so_far", "said", "extra"),
    [
        (
            {"opens_at": NOW + DAY},
            FRESH,
            "2026-10-01 20:00 (Asia/Shanghai)",
            {"opens_at": "2026-10-01T12:00:00+00:00"},
        ),
        ({"due_at": NOW - DAY}, FRESH, "2026-09-29 20:00 (Asia/Shanghai)", {"due_at": "2026-09-29T12:00:00+00:00"}),
        ({"closes_at": NOW - DAY}, FRESH, "2026-09-29 20:00", {"closes_at": "2026-09-29T12:00:00+00:00"}),
        ({}, SoFar(0, None, LOCK), "First", {"locked_by": "first"}),
        ({"max_attempts": 2}, SoFar(2, None), "All 2 attempts", {"max_attempts": 2}),
        ({"pace_seconds": 90}, SoFar(1, NOW - 30.5 * SECOND), "in 60 s", {"retry_after": 60}),
    ],
)
def test_a_refusal_says_when_or_what_to_do(
    holds: dict[str, object], so_far: SoFar, said: str, extra: dict[str, object]
) -> None:
    """The sentence names the moment by the course's clock, or the level, or the seconds; programs get the same."""
    with pytest.raises(Refused) as refusal:
        rules.take_in(terms(**holds), so_far, NOW)

    assert said in refusal.value.sentence.en
    assert extra == refusal.value.extra


@pytest.mark.parametrize(
    ("holds", "past"),
    [
        ({}, False),
        ({"due_at": NOW}, False),
        ({"due_at": NOW - SECOND}, True),
        ({"due_at": NOW - SECOND, "late": Late.TAKEN}, False),
        ({"due_at": NOW - DAY, "closes_at": NOW - SECOND, "late": Late.PENALTY}, True),
        ({"due_at": NOW - SECOND, "extension": longer(NOW)}, False),
    ],
)
def test_past(holds: dict[str, object], past: bool) -> None:  # noqa: FBT001 - a column of the table
    """An assignment is past when not even a late submission is taken: before that a quiz must not tell its answers."""
    assert past is rules.is_past(terms(**holds), NOW)
