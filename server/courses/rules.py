"""Whether a submission is taken in: pure functions over course, assignment, extension and what was done so far.

Nothing here asks the database or a clock, so that every rule can be tried out as a table.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from exercises.text import Text
from server.courses.times import shown
from server.database.models import Assignment, Course, Extension, Late
from server.errors import (
    AssignmentClosed,
    AttemptsUsedUp,
    CourseArchived,
    DeadlinePassed,
    LevelLocked,
    NotOpenYet,
    SubmittedTooSoon,
)

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one person at one assignment, with their extension counted in."""

    archived: bool
    zone: str  #: IANA name; in it times are said
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None  #: like the other times in UTC
    late: Late
    late_penalty: float  #: share of a score, per day begun
    max_attempts: int | None
    pace_seconds: int | None


@dataclass(frozen=True, slots=True)
class Lock:
    """The level that must be passed first."""

    exercise_id: str
    title: Text


@dataclass(frozen=True, slots=True)
class SoFar:
    """What one person has done at an assignment."""

    attempts: int  #: those that count
    last_at: datetime | None  #: when the last of these was made
    lock: Lock | None = None


def terms_of(course: Course, assignment: Assignment, extension: Extension | None) -> Terms:
    """Return what holds for the person whose extension this is; an extension never takes time away."""
    longer = extension.due_at if extension is not None else None
    more = extension.more_attempts if extension is not None else 0
    return Terms(
        archived=course.archived_at is not None,
        zone=course.time_zone,
        opens_at=_utc(assignment.opens_at),
        due_at=_later(assignment.due_at, longer),
        closes_at=_later(assignment.closes_at, longer),
        late=course.late,
        late_penalty=course.late_penalty,
        max_attempts=None if assignment.max_attempts is None else assignment.max_attempts + more,
        pace_seconds=assignment.pace_seconds,
    )


def take_in(terms: Terms, so_far: SoFar, now: datetime) -> int:
    """Go on if a student may submit now, and return how many days late that is.

    Raises:
        CourseArchived: The course is over.
        NotOpenYet: The assignment opens later.
        LevelLocked: The level before is not passed.
        DeadlinePassed: It was due, and nothing late is taken.
        AssignmentClosed: It is closed.
        AttemptsUsedUp: No attempt is left.
        SubmittedTooSoon: The pause after the last submission is not over.

    """
    must_be_running(terms)
    _must_be_open(terms, now)
    _must_be_unlocked(so_far)
    _must_be_in_time(terms, now)
    _attempt_must_be_left(terms, so_far)
    _pause_must_be_over(terms, so_far, now)
    return days_late(terms, now)


def must_be_running(terms: Terms) -> None:
    """Go on unless the course is archived; this holds for staff too.

    Raises:
        CourseArchived: It is.

    """
    if terms.archived:
        raise CourseArchived


def days_late(terms: Terms, now: datetime) -> int:
    """Return how many days have begun since the due time; none before it and at it."""
    if terms.due_at is None or now <= terms.due_at:
        return 0
    return math.ceil((now - terms.due_at) / A_DAY)


def is_past(terms: Terms, now: datetime) -> bool:
    """Tell whether the time in which the person could submit has ended, be it early or late."""
    overdue = terms.due_at is not None and now > terms.due_at and terms.late is Late.REFUSED
    closed = terms.closes_at is not None and now > terms.closes_at
    return overdue or closed


def attempts_left(terms: Terms, attempts: int) -> int | None:
    """Return how many attempts are left; None where there is no limit."""
    return None if terms.max_attempts is None else max(0, terms.max_attempts - attempts)


def _later(usual: datetime | None, longer: datetime | None) -> datetime | None:
    """Return the later of the two; where everybody has all the time, so has this person."""
    return _utc(usual if usual is None or longer is None else max(usual, longer))


def _utc(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC, whatever zone the database's connection speaks."""
    return None if moment is None else moment.astimezone(UTC)


def _must_be_open(terms: Terms, now: datetime) -> None:
    if terms.opens_at is not None and now < terms.opens_at:
        at = shown(terms.opens_at, terms.zone)
        raise NotOpenYet(
            Text(zh=f"这个练习将于 {at} 开放。", en=f"This exercise is not open yet; it opens at {at}."),
            opens_at=terms.opens_at.isoformat(),
        )


def _must_be_unlocked(so_far: SoFar) -> None:
    if so_far.lock is not None:
        title = so_far.lock.title
        raise LevelLocked(
            Text(zh=f"请先通过上一关“{title.zh}”。", en=f"Pass the level before it first: “{title.en}”."),
            locked_by=so_far.lock.exercise_id,
        )


def _must_be_in_time(terms: Terms, now: datetime) -> None:
    """Refuse what comes after the due time where nothing late is taken, and everything after the closing time."""
    if terms.due_at is not None and now > terms.due_at and terms.late is Late.REFUSED:
        at = shown(terms.due_at, terms.zone)
        raise DeadlinePassed(
            Text(
                zh=f"截止时间 {at} 已过，不能再提交；如有特殊情况，请联系教师申请延期。",
                en=f"This was due at {at} and takes no more submissions; ask your teacher if you need an extension.",
            ),
            due_at=terms.due_at.isoformat(),
        )
    if terms.closes_at is not None and now > terms.closes_at:
        at = shown(terms.closes_at, terms.zone)
        raise AssignmentClosed(
            Text(
                zh=f"这个练习已于 {at} 关闭，不再接收提交；如有特殊情况，请联系教师申请延期。",
                en=f"This exercise closed at {at}; ask your teacher if you need an extension.",
            ),
            closes_at=terms.closes_at.isoformat(),
        )


def _attempt_must_be_left(terms: Terms, so_far: SoFar) -> None:
    if attempts_left(terms, so_far.attempts) == 0:
        most = terms.max_attempts
        raise AttemptsUsedUp(
            Text(
                zh=f"这个练习的 {most} 次提交机会已用完；如有特殊情况，请联系教师。",
                en=f"All {most} attempts for this exercise are used up; ask your teacher if you need another.",
            ),
            max_attempts=most,
        )


def _pause_must_be_over(terms: Terms, so_far: SoFar, now: datetime) -> None:
    if terms.pace_seconds is None or so_far.last_at is None:
        return
    wait = math.ceil((so_far.last_at - now).total_seconds() + terms.pace_seconds)
    if wait > 0:
        raise SubmittedTooSoon(
            Text(
                zh=f"这个练习要求两次提交间隔 {terms.pace_seconds} 秒，请在 {wait} 秒后再提交。",
                en=f"This exercise asks for {terms.pace_seconds} s between submissions; submit again in {wait} s.",
            ),
            retry_after=wait,
        )
